package format

import (
	"bytes"
	"fmt"

	"tapescript/transcript"
)

// File is a transcript as a file of a format holds it, before it is written.
type File struct {
	format  Format
	data    []byte
	t, back *transcript.Transcript
}

// Prepare encodes a transcript, and reads the result again to see that it can
// be. It is [Format.Loses] and [Write] in one, for those who want both. Both
// transcripts and the file are in memory then: some 200 MB for a hundred
// thousand SubRip cues as WebVTT.
func (f Format) Prepare(t *transcript.Transcript) (*File, error) {
	data, err := f.bytes(t)
	if err != nil {
		return nil, err
	}
	back, _, err := f.decodeOwn(data, "", Reading{})
	if err != nil {
		return nil, fmt.Errorf("nothing was written, because it could not be read again: %w", err)
	}
	return &File{f, data, t, back}, nil
}

// Losses says what of the transcript the file does not hold, the worst first;
// nil where it holds all of it.
func (p *File) Losses() []Loss { return p.format.difference(p.t, p.back) }

// Bytes returns what the file holds, as UTF-8 with \n; of a folder an archive.
func (p *File) Bytes() []byte { return p.data }

// Write puts the file in its place, as the function [Write] does.
func (p *File) Write(path string) (sha256 string, err error) {
	data := p.data
	if !p.format.binary && !p.format.IsFolder() && endsInCRLF(path) {
		data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	}
	if p.format.IsFolder() {
		return sum(data), p.format.unpack(data, path)
	}
	// 0666 less the umask: as any document that a program makes.
	if err := transcript.ReplaceFile(path, data, 0o666); err != nil {
		return "", err
	}
	return sum(data), nil
}
