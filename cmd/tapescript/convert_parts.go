package main

import (
	"errors"
	"io"
	"math/big"
	"os"

	"tapescript/transcript"
	"tapescript/transcript/format"
)

// partsFrom is the size from which on a file is converted part by part: a
// smaller one fits in memory many times over.
const partsFrom = 1 << 20

// convertInParts converts a long file without holding it in memory. done is
// false where that cannot be; nothing was told or written then.
func (p *program) convertInParts(in, out string, to format.Format, f convertFlags, scale *big.Rat) (done bool, err error) {
	if f.speakers || !to.StreamsOut() { // a name at the head of a text is one if others begin so too
		return false, nil
	}
	file, err := p.longFile(in)
	if err != nil || file == nil {
		return false, err
	}
	if in != "-" {
		defer file.Close()
	}
	from, err := p.streamFormat(file, in, f.how)
	if err != nil || !from.StreamsIn() {
		_, err = file.Seek(0, io.SeekStart)
		return false, err // what is wrong is told by those who read the whole
	}
	c := conversion{program: p, in: in, out: out, to: to, flags: f}
	stream := format.Stream{From: from, To: to, How: f.how, Change: c.change(scale)}
	if in != "-" {
		stream.Name = in
	}
	if out == "-" {
		err = c.print(stream, file)
	} else {
		err = stream.Write(out, file, c.accept)
	}
	switch {
	case c.refused != nil:
		return true, c.refused
	case errors.Is(err, format.ErrWhole):
		_, err := file.Seek(0, io.SeekStart) // standard input is read again
		return false, err
	}
	return true, err
}

// readLong reads a long file part by part, as readAs does; nil where that cannot
// be, and nothing was told then.
func (p *program) readLong(in string, how format.Reading) (*transcript.Transcript, format.Source, error) {
	if in == "-" {
		return nil, format.Source{}, nil
	}
	file, err := p.longFile(in)
	if err != nil || file == nil {
		return nil, format.Source{}, err
	}
	defer file.Close()
	from, err := p.streamFormat(file, in, how)
	if err != nil {
		return nil, format.Source{}, nil // what is wrong is told by those who read the whole
	}
	t, told, err := format.Stream{From: from, How: how}.Read(file)
	if err != nil {
		return nil, format.Source{}, nil
	}
	for _, note := range p.notes(told.Source) {
		p.tell(in + ": " + note)
	}
	return t, told.Source, nil
}

// manySegments are so many that a file of them is written part by part.
const manySegments = 10_000

// writeInParts writes a long transcript without holding its file in memory. done
// is false where that cannot be; nothing was told or written then.
func (p *program) writeInParts(out string, to format.Format, t *transcript.Transcript, strict bool) (done bool, err error) {
	if out == "-" || !to.StreamsOut() || len(t.Segments) < manySegments {
		return false, nil
	}
	var refused error
	err = to.WriteParts(out, t, func(losses []format.Loss) error {
		refused = p.tellLosses(to, losses, strict)
		return refused
	})
	if refused != nil {
		return true, refused
	}
	return !errors.Is(err, format.ErrWhole), err
}

// longFile opens a file that is long enough to be converted in parts; nil where
// it is not. Standard input is put in
// such a file first, from which it can be read twice.
func (p *program) longFile(in string) (*os.File, error) {
	if in != "-" {
		info, err := os.Stat(in)
		if err != nil || !info.Mode().IsRegular() || info.Size() < partsFrom {
			return nil, nil // whose error is told by those who read the whole
		}
		return os.Open(in)
	}
	file, err := spoolFile()
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(file, io.LimitReader(p.in, maxInput))
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	p.in = file
	if n < partsFrom {
		return nil, err
	}
	return file, err
}

// spoolFile is a file that is gone when it is closed, where the system allows
// that.
func spoolFile() (*os.File, error) {
	file, err := os.CreateTemp("", "tapescript-*")
	if err == nil {
		os.Remove(file.Name())
	}
	return file, err
}

// streamFormat is the format of an open file, which is left at its beginning.
func (p *program) streamFormat(file *os.File, path string, how format.Reading) (format.Format, error) {
	if how.Format != "" {
		return p.formatOf(path, how.Format, "--from")
	}
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return format.Format{}, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return format.Format{}, err
	}
	return format.Sniff(path, head[:n])
}

// conversion is one that is made part by part.
type conversion struct {
	*program
	in, out string
	to      format.Format
	flags   convertFlags
	retimed format.Retimed
	refused error // why a part could not be changed, or the whole not be accepted
}

// change moves the times of a part.
func (c *conversion) change(scale *big.Rat) func(*transcript.Transcript) (*transcript.Transcript, error) {
	if c.flags.shift == 0 && c.flags.scale == "" {
		return nil
	}
	return func(t *transcript.Transcript) (*transcript.Transcript, error) {
		moved, done, err := format.Retime(t, scale, c.flags.shift)
		c.retimed.Cut += done.Cut
		c.retimed.Lost += done.Lost
		c.refused = err
		return moved, err
	}
}

// accept tells what was read and what is lost; an error keeps it from being
// written.
func (c *conversion) accept(s format.Streamed) error {
	for _, note := range c.notes(s.Source) {
		c.tell(c.in + ": " + note)
	}
	c.tellRead(c.in, s.Tally, s.Source, c.flags.verbose)
	if c.refused = c.reject(c.in, c.out, s.Source.Rejects, c.flags); c.refused != nil {
		return c.refused
	}
	if c.refused = c.tellRetimed(c.retimed); c.refused != nil {
		return c.refused
	}
	c.refused = c.tellLosses(c.to, s.Losses, c.flags.strict)
	return c.refused
}

// print writes to standard output, once all of it is there.
func (c *conversion) print(s format.Stream, file *os.File) error {
	out, err := spoolFile()
	if err != nil {
		return err
	}
	defer out.Close()
	done, err := s.Convert(file, out)
	if err == nil {
		err = c.accept(done)
	}
	if err == nil {
		_, err = out.Seek(0, io.SeekStart)
	}
	if err == nil {
		_, err = io.Copy(c.program.out, out)
	}
	return err
}
