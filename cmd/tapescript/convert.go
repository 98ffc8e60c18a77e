package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/transcript"
	"tapescript/transcript/format"
)

// convertFlags are what `convert` can be told.
type convertFlags struct {
	to                               string
	how                              format.Reading
	force, strict, verbose, speakers bool
	shift                            time.Duration
	scale, rate                      string
}

func (p *program) convertCommand() *cobra.Command {
	var f convertFlags
	c := p.command("convert", cobra.ExactArgs(2), func(_ *cobra.Command, args []string) error {
		return p.convert(args[0], args[1], f)
	})
	c.Flags().StringVar(&f.how.Format, "from", "", p.words.Say("flag.from", strings.Join(format.Names(), ", ")))
	c.Flags().StringVar(&f.to, "to", "", p.words.Say("flag.to"))
	c.Flags().BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	c.Flags().BoolVar(&f.strict, "strict", false, p.words.Say("flag.strict"))
	c.Flags().BoolVarP(&f.verbose, "verbose", "v", false, p.words.Say("flag.verbose"))
	c.Flags().BoolVar(&f.how.Lenient, "lenient", false, p.words.Say("flag.lenient"))
	c.Flags().StringVar(&f.how.Recording, "recording", "", p.words.Say("flag.recording"))
	c.Flags().BoolVar(&f.speakers, "speakers", false, p.words.Say("flag.speakers"))
	c.Flags().DurationVar(&f.shift, "shift", 0, p.words.Say("flag.shift"))
	c.Flags().StringVar(&f.scale, "scale", "", p.words.Say("flag.scale"))
	c.Flags().StringVar(&f.rate, "fps", "", p.words.Say("flag.fps"))
	return c
}

// convert reads a transcript in one format and writes it in another, saying
// what the other cannot hold.
func (p *program) convert(in, out string, f convertFlags) error {
	scale, err := p.convertTimes(&f)
	if err != nil {
		return err
	}
	to, err := p.outputFormat(out, f.to)
	if err != nil {
		return err
	}
	if err := p.vacant(out, f.force); err != nil {
		return err
	}
	debug.SetGCPercent(200) // a large file is converted in two thirds of the time, and the program ends then
	if done, err := p.convertInParts(in, out, to, f, scale); done || err != nil {
		return err
	}
	t, source, err := p.readLong(in, f.how)
	if t == nil && err == nil {
		t, source, err = p.readAs(in, f.how)
	}
	if err != nil {
		return err
	}
	p.tellRead(in, format.Count(t), source, f.verbose)
	if err := p.reject(in, out, source.Rejects, f); err != nil {
		return err
	}
	if t, err = p.change(t, f, scale); err != nil {
		return err
	}
	if to.NeedsName() && in != "-" {
		format.NameRecording(t, in)
	}
	return p.write(out, to, t, f.strict)
}

// convertTimes reads the flags that are about times.
func (p *program) convertTimes(f *convertFlags) (scale *big.Rat, err error) {
	scale, ok := big.NewRat(1, 1), true
	if f.scale != "" {
		if scale, ok = format.ParseRatio(f.scale); !ok {
			return nil, usagef("%s", p.words.Say("convert.no-ratio", f.scale))
		}
	}
	if f.rate != "" {
		if f.how.Rate, ok = format.ParseFrameRate(f.rate); !ok {
			return nil, usagef("%s", p.words.Say("convert.no-rate", f.rate))
		}
	}
	return scale, nil
}

// change does to the transcript what the flags ask for.
func (p *program) change(t *transcript.Transcript, f convertFlags, scale *big.Rat) (*transcript.Transcript, error) {
	if f.speakers {
		named := 0
		t, named = format.NameSpeakers(t)
		p.tell(p.words.Count("convert.named", named))
	}
	if f.shift == 0 && f.scale == "" {
		return t, nil
	}
	moved, done, err := format.Retime(t, scale, f.shift)
	if err != nil {
		return nil, err
	}
	return moved, p.tellRetimed(done)
}

// tellRetimed says what a change of all times did at the recording's start;
// where segments would lie before it, as an error.
func (p *program) tellRetimed(done format.Retimed) error {
	switch {
	case done.Lost > 0:
		return fmt.Errorf("%s", p.words.Count("convert.before-start", done.Lost))
	case done.Cut > 0:
		p.tell(p.words.Count("convert.cut", done.Cut))
	}
	return nil
}

// write says what would be lost, and writes the rest.
func (p *program) write(out string, to format.Format, t *transcript.Transcript, strict bool) error {
	if done, err := p.writeInParts(out, to, t, strict); done {
		return err
	}
	file, err := to.Prepare(t)
	if err != nil {
		return err
	}
	if err := p.tellLosses(to, file.Losses(), strict); err != nil {
		return err
	}
	if out == "-" {
		return p.print(p.out, string(file.Bytes()))
	}
	_, err = file.Write(out)
	return err
}

// tellLosses says what a format does not hold; strictly, as an error.
func (p *program) tellLosses(to format.Format, losses []format.Loss, strict bool) error {
	if len(losses) == 0 {
		return nil
	}
	what := p.words.Say("convert.loses", to.Title, p.losses(losses))
	if strict {
		return gateError{fmt.Errorf("%s", what)}
	}
	p.tell(what)
	return nil
}

// reject says which records were not read, and writes them to a file beside
// the one that was read, or beside the one that is written.
func (p *program) reject(in, out string, rejects []format.Reject, f convertFlags) error {
	if len(rejects) == 0 {
		return nil
	}
	var b strings.Builder
	for _, r := range rejects {
		fmt.Fprintf(&b, "# %s\n%s\n\n", p.explain(r.Err), r.Text)
	}
	path := in
	if in == "-" {
		path = out
	}
	if path == "-" {
		p.tell(b.String())
		path = ""
	}
	what := p.words.Count("convert.rejected", len(rejects), path+rejectsEnding)
	switch {
	case f.strict:
		return gateError{fmt.Errorf("%s", p.words.Count("convert.rejects", len(rejects)))}
	case path == "":
		return nil
	}
	path += rejectsEnding
	if err := p.vacant(path, f.force); err != nil {
		return err
	}
	p.tell(what)
	return transcript.ReplaceFile(path, []byte(b.String()), 0o666)
}

const rejectsEnding = ".rejects"

// tellRead says what in a file needs to be known: times that overlap, and, when
// asked, the format, how it is encoded, how much it holds.
func (p *program) tellRead(path string, n format.Tally, s format.Source, verbose bool) {
	if !verbose {
		if n.Overlaps > 0 {
			p.tell(path + ": " + p.words.Count("convert.overlapping", n.Overlaps))
		}
		return
	}
	f, _ := format.Lookup(s.Format)
	parts := []string{f.Title}
	if s.Encoding != "" {
		parts = append(parts, s.Encoding)
	}
	if s.LineEnds != "" {
		parts = append(parts, p.words.Say("convert.line-ends", s.LineEnds))
	}
	parts = append(parts, p.words.Count("convert.segments", n.Segments), p.words.Count("convert.speakers", n.Speakers),
		p.words.Count("convert.words", n.Words), p.words.Say("convert.until", n.End.Round(time.Millisecond).String()))
	if n.Overlaps > 0 {
		parts = append(parts, p.words.Count("convert.overlaps", n.Overlaps))
	}
	p.tell(path + ": " + strings.Join(parts, ", "))
}

func (p *program) losses(losses []format.Loss) string {
	var list []string
	for _, l := range losses {
		list = append(list, p.words.Count("loss."+string(l.What), l.Count))
	}
	return strings.Join(list, ", ")
}

// formatOf is the format that a flag names, else that of a path's ending.
func (p *program) formatOf(path, name, flag string) (format.Format, error) {
	if name != "" {
		f, ok := format.Lookup(name)
		if !ok {
			return format.Format{}, usagef("%s", p.words.Say("convert.unknown", name, strings.Join(format.Names(), ", ")))
		}
		return f, nil
	}
	if path == "-" {
		return format.Format{}, usagef("%s", p.words.Say("convert.name-it", flag))
	}
	return format.ForPath(path)
}

// outputFormat is the format of a file that is to be written.
func (p *program) outputFormat(path, name string) (format.Format, error) {
	to, err := p.formatOf(path, name, "--to")
	var unknown *format.Error
	switch {
	case errors.As(err, &unknown):
		return to, fmt.Errorf("%s", p.words.Say("convert.no-ending", path))
	case err == nil && !to.CanWrite():
		return to, &format.Error{Path: path, Code: format.ReadOnly, Offending: to.Title, Advice: format.OtherFormat}
	}
	return to, err
}

// readAs reads a transcript from a file, a folder or standard input ("-"), and
// says what was not read as it stands there.
func (p *program) readAs(path string, how format.Reading) (*transcript.Transcript, format.Source, error) {
	if how.Format != "" {
		if _, err := p.formatOf(path, how.Format, "--from"); err != nil {
			return nil, format.Source{}, err
		}
	}
	read := func() (*transcript.Transcript, format.Source, error) { return format.ReadAs(path, how) }
	if path == "-" {
		data, err := p.readBytes(path)
		if err != nil {
			return nil, format.Source{}, err
		}
		read = func() (*transcript.Transcript, format.Source, error) { return format.DecodeAs(data, path, how) }
	}
	t, source, err := read()
	for _, note := range p.notes(source) {
		p.tell(path + ": " + note)
	}
	return t, source, err
}

// notes say what was read, but not as it stands in the file.
func (p *program) notes(s format.Source) []string {
	var list []string
	for _, n := range s.Notes {
		list = append(list, p.words.Count("note."+string(n.Code), n.Count, n.Line))
	}
	return list
}

// maxInput bounds what is read; format says so of a file that is larger.
const maxInput = 256<<20 + 1

// readBytes reads a file, or standard input for "-".
func (p *program) readBytes(path string) ([]byte, error) {
	in := p.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	var data []byte
	if info, err := in.Stat(); err == nil && info.Mode().IsRegular() && info.Size() < maxInput {
		data = make([]byte, 0, info.Size()+1) // at once, not by doubling; the byte more finds the end
	}
	from := io.LimitReader(in, maxInput)
	for {
		if len(data) == cap(data) {
			data = slices.Grow(data, bytes.MinRead)
		}
		n, err := from.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
}
