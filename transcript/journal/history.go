package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"tapescript/transcript"
)

// Bounds of what is read, far above what work makes: a keystroke takes 150
// bytes, and 20,000 segments with all their words 25 MiB.
const (
	maxLine = 128 << 20
	maxFile = 1 << 30
)

// history is a journal as it was read: up to the first bad line.
type history struct {
	header, first record   // first is the base; both are of no kind where there is none
	records       []record // the lines behind the base
	ends          []int64  // where each of them ends in the file
	baseEnd       int64
	size          int64 // of what is good
	fileSize      int64
	damage        Damage
}

// readFile reads the journal of a transcript. A file that does not exist is an
// empty history; with any error comes one too.
func readFile(path, source string) (*history, error) {
	empty := &history{}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return empty, nil
	case err != nil:
		return empty, fmt.Errorf("reading the journal: %w", err)
	case !info.Mode().IsRegular():
		return empty, fmt.Errorf("reading the journal: %s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return empty, fmt.Errorf("reading the journal: %w", err)
	}
	defer f.Close()
	h, err := readHistory(io.LimitReader(f, maxFile), source)
	if newer, ok := errors.AsType[*VersionError](err); ok {
		newer.Path = path
	}
	if err != nil {
		return empty, fmt.Errorf("reading the journal: %w", err)
	}
	h.fileSize = max(info.Size(), h.fileSize)
	h.damage.Bytes = h.fileSize - h.size
	return h, nil
}

// readHistory reads up to the first line that is torn, damaged, out of turn or
// out of form, and counts from there. The error is the reader's, or a
// [*VersionError].
func readHistory(r io.Reader, source string) (*history, error) {
	h := &history{}
	in := lineReader{r: bufio.NewReaderSize(r, 1<<16)}
	for {
		line, size, err := in.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		h.fileSize += size
		if h.damage.Lines == 0 {
			err = h.take(line, size, source)
			if _, newer := errors.AsType[*VersionError](err); newer {
				return nil, err
			}
			if err == nil {
				continue
			}
		}
		h.damage.Lines++
	}
	if h.first.kind == "" && h.header.kind != "" { // a header alone is nothing to work on
		h.header, h.size = record{}, 0
		h.damage.Lines++
	}
	h.damage.Bytes = h.fileSize - h.size
	return h, nil
}

// take adds a line of size bytes, or says why it cannot be used. A nil line
// was torn or too long.
func (h *history) take(line []byte, size int64, source string) error {
	if line == nil {
		return errChecksum
	}
	n, r, err := parseLine(line)
	if err != nil {
		return err
	}
	switch {
	case h.header.kind == "":
		if n != 0 || r.kind != kindHeader || r.text != source {
			return errors.New("this is no header for that transcript")
		}
		h.header = r
	case h.first.kind == "":
		if n != 1 || r.kind != kindBase {
			return errors.New("this is no base")
		}
		h.first, h.baseEnd = r, h.size+size
	default:
		if n != h.seq() || r.kind == kindHeader || r.kind == kindBase {
			return errors.New("the line is out of turn")
		}
		h.records = append(h.records, r)
		h.ends = append(h.ends, h.size+size)
	}
	h.size += size
	return nil
}

// seq is the number of the next line.
func (h *history) seq() uint64 { return 2 + uint64(len(h.records)) }

// base is a copy of the transcript that work began from, for a document to own.
func (h *history) base() *transcript.Transcript {
	t := *h.first.base
	t.Segments = slices.Clone(t.Segments)
	return &t
}

// cut takes record i and all behind it for damage.
func (h *history) cut(i int) {
	h.damage.Lines += len(h.records) - i
	h.size = h.baseEnd
	if i > 0 {
		h.size = h.ends[i-1]
	}
	h.damage.Bytes = h.fileSize - h.size
	h.records, h.ends = h.records[:i], h.ends[:i]
}

// outline is what the writer needs of a history, without its records.
type outline struct {
	size, fileSize int64
	damaged        bool
	edited         bool // something was done to the base
}

func (h *history) outline() *outline {
	return &outline{
		size: h.size, fileSize: h.fileSize, damaged: h.damage != Damage{},
		edited: slices.ContainsFunc(h.records, func(r record) bool { return r.kind.isEntry() }),
	}
}

func (h *history) found() Found {
	f := Found{Exists: h.first.kind != "", SavedSHA256: h.first.text, Unsaved: h.first.unsaved, Damage: h.damage}
	for _, r := range h.records {
		switch r.kind {
		case kindApply, kindUndo, kindRedo:
			f.Unsaved++
			f.LastEdit = r.at
		case kindSaved:
			f.Unsaved, f.SavedSHA256 = r.unsaved, r.text
		case kindState:
			f.State = *r.state
		case kindActive:
			f.Active += min(r.active, maxActive-f.Active)
		}
	}
	return f
}

// lineReader reads lines of bounded length.
type lineReader struct {
	r    *bufio.Reader
	line []byte
}

// next returns a line without its line feed, which is good until the next
// call, and the bytes that it takes in the file. A line that is too long, or
// has no line feed, comes back as nil.
func (l *lineReader) next() (line []byte, size int64, err error) {
	l.line = l.line[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		size += int64(len(part))
		if size <= maxLine {
			l.line = append(l.line, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && size > 0:
			return nil, size, nil
		case err != nil:
			return nil, size, err
		case size > maxLine:
			return nil, size, nil
		}
		return bytes.TrimSuffix(l.line, []byte("\n")), size, nil
	}
}
