package main

import (
	"encoding/csv"
	"errors"
	"os"
	"strconv"

	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
)

// rejects keeps the rows that an import could not take, each with its place and
// its reason, in a table of tabs. The file comes to be with the first row, and is
// in its place once it is closed.
type rejects struct {
	program *program
	path    string
	file    *os.File
	out     *csv.Writer
	rows    int
}

// add keeps a row. An error that is about no row is given back: nothing can go on
// behind it.
func (r *rejects) add(err error) error {
	var (
		row     *platform.RowError
		invalid *task.InvalidError
		cells   []string
	)
	switch {
	case errors.As(err, &row):
		column := ""
		if row.Column > 0 {
			column = strconv.Itoa(row.Column)
		}
		cells = []string{row.Path, strconv.FormatInt(row.Line, 10), column, row.Name, string(row.Code), r.program.rowReason(row), row.Raw}
	case errors.As(err, &invalid):
		cells = []string{"", strconv.FormatInt(invalid.Line, 10), "", invalid.Field, string(invalid.Code), invalid.Error(), invalid.Value}
	default:
		return err
	}
	if r.file == nil {
		if err := r.open(); err != nil {
			return err
		}
	}
	r.rows++
	return r.out.Write(cells)
}

func (r *rejects) open() error {
	var err error
	if r.file, err = temporary(r.path); err != nil {
		return err
	}
	r.out = csv.NewWriter(r.file)
	r.out.Comma = '\t'
	return r.out.Write([]string{"file", "line", "column", "name", "code", "reason", "row"})
}

// close puts the file in its place, or leaves none where the import failed. Where
// no row was rejected there is none either.
func (r *rejects) close(ok bool) error {
	if r.file == nil {
		return nil
	}
	defer os.Remove(r.file.Name())
	defer r.file.Close()
	if !ok {
		return nil
	}
	r.out.Flush()
	if err := r.out.Error(); err != nil {
		return err
	}
	return r.program.deliver(r.file, r.path)
}

// rowReason says why a row was rejected, in the person's language.
func (p *program) rowReason(e *platform.RowError) string {
	text := p.words.Say("platform-code." + string(e.Code))
	if e.Text != "" {
		text += " (" + e.Text + ")"
	}
	return text
}

// explainRow says file, line, column and what is wrong.
func (p *program) explainRow(path string, line int64, name string, code platform.Code, text string) string {
	place := path
	if line > 0 {
		place = p.words.Say("place.line", path, line)
	}
	if name != "" {
		place = p.words.Say("place.node", place, name)
	}
	sentence := place + ": " + p.words.Say("platform-code."+string(code))
	if text != "" {
		sentence += " (" + text + ")"
	}
	if key := "platform-advice." + string(code); p.words.Has(key) {
		sentence += "; " + p.words.Say(key)
	}
	return sentence
}
