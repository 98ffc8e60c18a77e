package format

import (
	"errors"
	"strings"

	"tapescript/transcript"
)

// Reading says how a file is to be read; the zero value is how [Read] and
// [Decode] read it.
type Reading struct {
	// Format is the name of the format; "" finds it as [Sniff] does.
	Format string
	// Recording is the one to read of several; it is compared without folder,
	// ending and case.
	Recording string
	// Lenient passes over records that are broken: a cue, a row, a line. They
	// are in [Source.Rejects]. What is wrong with the whole file stays an error.
	Lenient bool
	// Rate is how a file counts frames that does not say so itself.
	Rate FrameRate
}

// ReadAs is [Read] as somebody asks for it.
func ReadAs(path string, how Reading) (*transcript.Transcript, Source, error) {
	f, folder := sniffFolder(path)
	if !folder {
		data, err := readBounded(path)
		if err != nil {
			return nil, Source{}, err
		}
		if f, err = formatAs(data, path, how); err != nil {
			return nil, Source{}, err
		}
		return f.decodeSummed(data, path, how)
	}
	data, err := f.pack(path)
	if err != nil {
		return nil, Source{}, err
	}
	return f.decodeSummed(data, path, how)
}

// decodeSummed is [Format.DecodeAs] of bytes that nobody changes any more.
func (f Format) decodeSummed(data []byte, path string, how Reading) (*transcript.Transcript, Source, error) {
	t, source, err := f.decodeOwn(data, path, how)
	source.SHA256 = sum(data)
	return t, source, err
}

// DecodeAs is [Decode] as somebody asks for it. A name that no format has is an
// [*Error] of code UnknownFormat.
func DecodeAs(data []byte, path string, how Reading) (*transcript.Transcript, Source, error) {
	f, err := formatAs(data, path, how)
	if err != nil {
		return nil, Source{}, err
	}
	return f.DecodeAs(data, path, how)
}

// formatAs is the format that somebody asks for, else the one that a file is in.
func formatAs(data []byte, path string, how Reading) (Format, error) {
	if how.Format == "" {
		return Sniff(path, data)
	}
	f, ok := Lookup(how.Format)
	if !ok {
		return f, &Error{Path: path, Code: UnknownFormat, Offending: cut(how.Format), Advice: NameFormat}
	}
	return f, nil
}

// Reject is a record that was not read.
type Reject struct {
	Line int    // the first of it, from 1
	Text string // the record, as it stands in the file but for its line ends; of a binary file its words
	Err  *Error
}

// recordErrors are those that say nothing about the next record.
var recordErrors = map[Code]bool{
	ColumnCount: true, BadTime: true, EndBeforeStart: true, StrayText: true, BadChannel: true, BadJSON: true, Invalid: true, MissingID: true,
}

// pass lets a decoder go on behind a record that is broken, where somebody asked
// for that: it keeps the lines from first to last and returns nil. Else it
// returns the error.
func (in *input) pass(err error, first, last int) error {
	e, ok := in.passable(err)
	if !ok {
		return err
	}
	in.reject(e, first, last)
	return nil
}

// reject keeps the lines from first to last as a record that was not read.
func (in *input) reject(e *Error, first, last int) {
	if in.split == nil {
		in.split = strings.Split(in.text, "\n")
	}
	// A decoder that counts the lines of a cleaned text can be some ahead.
	last = min(last, len(in.split))
	first = min(first, last)
	inFile(e, in.path)
	in.rejects = append(in.rejects, Reject{first, strings.TrimRight(strings.Join(in.split[first-1:last], "\n"), "\n"), e})
}

// eachRecord calls f for each object of an array that is a record, passing over
// those that are broken as pass does: the reject is the object as it stands
// there. f adds a record last, when nothing in it can be wrong any more.
func (in *input) eachRecord(list jsonValue, f func(v jsonValue, o jsonObject) error) error {
	return list.each(func(v jsonValue) error {
		o, err := v.object()
		if err == nil {
			err = f(v, o)
		}
		return in.skip(err, v)
	})
}

// skip lets a decoder go on behind values that are one record, and broken, as
// pass does.
func (in *input) skip(err error, values ...jsonValue) error {
	e, ok := in.passable(err)
	if !ok {
		return err
	}
	var raw []string
	for _, v := range values {
		raw = append(raw, v.raw())
	}
	in.rejects = append(in.rejects, Reject{values[0].line(), strings.Join(raw, "\n"), e})
	return nil
}

// passable says whether an error is of a record that somebody asked to pass over.
func (in *input) passable(err error) (*Error, bool) {
	if err == nil || !in.reading.Lenient {
		return nil, false
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Line == 0 || !recordErrors[e.Code] {
		return nil, false
	}
	inFile(e, in.path)
	return e, true
}

// somethingRead is the first reject's error where no record was read at all:
// the file is of another format, or none.
func (in *input) somethingRead() error {
	if len(in.rejects) > 0 && len(in.segments) == 0 {
		return in.rejects[0].Err
	}
	return nil
}
