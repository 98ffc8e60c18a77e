package server

import (
	"bytes"
	"io"
	"os"
)

// spool holds what is on its way: a little in memory, more in a file that has no
// name any more, so that a crash leaves nothing behind.
type spool struct {
	folder string
	memory int
	buffer bytes.Buffer
	file   *os.File
	size   int64
}

func (s *Server) newSpool() *spool { return &spool{folder: s.SpoolFolder, memory: s.SpoolMemory} }

func (p *spool) Write(b []byte) (int, error) {
	if p.file == nil && p.buffer.Len()+len(b) > p.memory {
		f, err := os.CreateTemp(p.folder, ".tapescript-serve-*")
		if err != nil {
			return 0, err
		}
		_ = os.Remove(f.Name()) // where open files cannot go it is left to close
		p.file = f
		if _, err := f.Write(p.buffer.Bytes()); err != nil {
			return 0, err
		}
		p.buffer = bytes.Buffer{}
	}
	p.size += int64(len(b))
	if p.file != nil {
		return p.file.Write(b)
	}
	return p.buffer.Write(b)
}

// reader reads all of it, once.
func (p *spool) reader() (io.Reader, error) {
	if p.file == nil {
		return &p.buffer, nil
	}
	_, err := p.file.Seek(0, io.SeekStart)
	return p.file, err
}

func (p *spool) close() {
	if p.file != nil {
		_ = p.file.Close()
		_ = os.Remove(p.file.Name()) // gone already, but where it could not be
	}
}
