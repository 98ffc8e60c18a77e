package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"tapescript/transcript/format"
	"tapescript/transcript/task/platform"
)

// formatRow is a format as `formats --json` has it.
type formatRow struct {
	Name       string         `json:"name"`
	Title      string         `json:"title"`
	Extensions []string       `json:"extensions"`
	Read       bool           `json:"read"`
	Write      bool           `json:"write"`
	Recordings bool           `json:"recordings"` // a file names them, and may hold several
	Folder     bool           `json:"folder"`
	Batch      bool           `json:"batch"` // tables of utterances: for import, export and score
	Times      format.Holding `json:"times"`
	Words      format.Holding `json:"words"`
	Speakers   format.Holding `json:"speakers"`
	Confidence format.Holding `json:"confidence"`
	Channels   format.Holding `json:"channels"`
	Cannot     []string       `json:"cannot"`
}

func (p *program) formatsCommand() *cobra.Command {
	var asJSON bool
	c := p.command("formats", cobra.NoArgs, func(*cobra.Command, []string) error {
		return p.formats(asJSON)
	})
	c.Flags().BoolVar(&asJSON, "json", false, p.words.Say("flag.json"))
	return c
}

// formats lists what can be read and written, and what each format keeps.
func (p *program) formats(asJSON bool) error {
	var rows []formatRow
	for _, f := range format.All() {
		rows = append(rows, rowOf(f))
	}
	for _, b := range platform.All() {
		if _, both := format.Lookup(b.Name); !both && b.Name != "table" { // tsv and csv
			rows = append(rows, batchRow(b))
		}
	}
	if asJSON {
		data, err := json.MarshalIndent(rows, "", "  ")
		if err != nil {
			return err
		}
		return p.print(p.out, string(data)+"\n")
	}
	table := [][]string{p.formatHeader()}
	for _, r := range rows {
		table = append(table, []string{
			r.Name, p.sign(r.Read), p.sign(r.Write), p.holds(r.Times), p.holds(r.Words), p.holds(r.Speakers), p.holds(r.Confidence), p.formatNotes(r),
		})
	}
	return p.print(p.out, aligned(table))
}

func rowOf(f format.Format) formatRow {
	r := formatRow{
		Name: f.Name, Title: f.Title, Extensions: append([]string{}, f.Extensions...),
		Read: true, Write: f.CanWrite(), Recordings: f.NamesRecordings(), Folder: f.IsFolder(),
		Times: f.Holds(format.LostTimes), Words: f.Holds(format.LostWordTimes), Speakers: f.Holds(format.LostSpeakers),
		Confidence: f.Holds(format.LostConfidence), Channels: f.Holds(format.LostChannels), Cannot: []string{},
	}
	for _, kind := range f.Cannot {
		r.Cannot = append(r.Cannot, string(kind))
	}
	return r
}

// batchRow is the row of a batch or a corpus, which are tables of utterances.
func batchRow(b platform.Platform) formatRow {
	none := format.HoldsNone
	return formatRow{
		Name: b.Name, Title: b.Title, Extensions: []string{}, Read: true, Write: b.CanWrite(), Folder: b.Folder, Batch: true,
		Times: none, Words: none, Speakers: none, Confidence: none, Channels: none, Cannot: []string{},
	}
}

func (p *program) formatHeader() []string {
	var header []string
	for _, column := range []string{"name", "in", "out", "times", "words", "speakers", "confidence", "notes"} {
		header = append(header, p.words.Say("formats."+column))
	}
	return header
}

func (p *program) sign(yes bool) string {
	if yes {
		return p.words.Say("formats.all")
	}
	return p.words.Say("formats.none")
}

func (p *program) holds(h format.Holding) string { return p.words.Say("formats." + string(h)) }

// formatNotes are the format's title, its endings, and what is odd about it.
func (p *program) formatNotes(r formatRow) string {
	notes := r.Title
	if len(r.Extensions) > 0 {
		notes += " (" + strings.Join(r.Extensions, " ") + ")"
	}
	switch {
	case r.Batch:
		notes += ", " + p.words.Say("formats.batch")
	case r.Folder:
		notes += ", " + p.words.Say("formats.folder")
	case r.Recordings:
		notes += ", " + p.words.Say("formats.recordings")
	}
	return notes
}

// aligned sets cells in columns two spaces apart.
func aligned(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&line, "%s%s", cell, strings.Repeat(" ", widths[i]+2-utf8.RuneCountInString(cell)))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
