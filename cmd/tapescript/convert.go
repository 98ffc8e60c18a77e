package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tapescript/transcript"
	"tapescript/transcript/format"
)

// convertFlags are what `convert` can be told.
type convertFlags struct {
	from, to string
	force    bool
	strict   bool
}

func (p *program) convertCommand() *cobra.Command {
	var f convertFlags
	c := p.command("convert", cobra.ExactArgs(2), func(_ *cobra.Command, args []string) error {
		return p.convert(args[0], args[1], f)
	})
	c.Flags().StringVar(&f.from, "from", "", p.words.Say("flag.from", strings.Join(format.Names(), ", ")))
	c.Flags().StringVar(&f.to, "to", "", p.words.Say("flag.to"))
	c.Flags().BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	c.Flags().BoolVar(&f.strict, "strict", false, p.words.Say("flag.strict"))
	return c
}

// convert reads a transcript in one format and writes it in another, saying
// what the other cannot hold.
func (p *program) convert(in, out string, f convertFlags) error {
	to, err := p.formatOf(out, f.to, "--to")
	if err != nil {
		return err
	}
	t, err := p.readAs(in, f.from)
	if err != nil {
		return err
	}
	losses, err := to.Loses(t)
	if err != nil {
		return err
	}
	if len(losses) > 0 {
		what := p.words.Say("convert.loses", to.Title, p.losses(losses))
		if f.strict {
			return gateError{fmt.Errorf("%s", what)}
		}
		p.tell(what)
	}
	if out == "-" {
		return to.Encode(p.out, t)
	}
	if _, err := os.Lstat(out); err == nil && !f.force {
		return fmt.Errorf("%s", p.words.Say("convert.exists", out))
	}
	_, err = format.Write(out, to, t)
	return err
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

// readAs reads a transcript from a file or from standard input ("-"), in the
// format named, else in the one that its content shows.
func (p *program) readAs(path, name string) (*transcript.Transcript, error) {
	data, err := p.readBytes(path)
	if err != nil {
		return nil, err
	}
	decode := format.Decode
	if name != "" {
		f, err := p.formatOf(path, name, "--from")
		if err != nil {
			return nil, err
		}
		decode = f.Decode
	}
	t, source, err := decode(data, path)
	for _, note := range p.notes(source) {
		p.tell(path + ": " + note)
	}
	return t, err
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
	data, err := io.ReadAll(io.LimitReader(in, maxInput))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return data, nil
}
