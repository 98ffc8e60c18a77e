package format

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// tsv and csv are tables with a header, in any order and case:
//
//	id	start	end	speaker	channel	text
//	1	0.000	2.400	Ann	1	hello there
//
// start, end and text are needed. Times are seconds or [h:]mm:ss.mmm; empty
// ones are not known. Other columns are kept as extras "table.NAME" and
// written back, each in its place. A header of exactly start, end, text above
// whole numbers is whisper's own table, which counts milliseconds and quotes
// nothing. Quoting is RFC 4180's for both (see readRows), times are written in
// seconds and exactly.
//
// A text that begins with = + - or @ is written as it is, though a spreadsheet
// may take it for a formula: the apostrophe that guards it there would be one
// character more for every other reader, and for this one.
var (
	tsv = Format{
		Name: "tsv", Title: "table with tabs", Extensions: []string{".tsv", ".tab"}, Cannot: tableCannot,
		decode: decodeTable, sniff: func(head string) bool { return sniffTranscript(head) && separatorIn(head) == '\t' },
		encode: tableWriter('\t'), border: tableBorder,
	}
	csv = Format{
		Name: "csv", Title: "table with commas", Extensions: []string{".csv"}, Cannot: tableCannot,
		decode: decodeTable, sniff: func(head string) bool { return sniffTranscript(head) && separatorIn(head) != '\t' },
		encode: tableWriter(','), border: tableBorder,
	}
	tableCannot = []LossKind{LostSpeakers, LostWordTimes, LostConfidence, LostEstimated, LostLanguage, LostStyle, LostMedia,
		LostSpeakerIDs, LostExtras}
)

const (
	tableColumns = "table.columns" // the header, as a JSON list
	tableCell    = "table."        // and a column's name: a cell that is not ours
)

// ourColumns are those of which a segment is made.
var ourColumns = []string{"id", "start", "end", "speaker", "channel", "text"}

func sniffTranscript(head string) bool { return sniffTable(head) == TableTranscript }

func separatorIn(head string) byte {
	return separatorOf(firstOf(strings.TrimLeft(withoutSepLine(head), "\n")))
}

// table is a header and where its columns are.
type table struct {
	names     []string // as they stand there
	column    map[string]int
	separator byte
	ragged    bool // names at the right are missing: what they hold, the whole table tells
	millis    bool // times are whole milliseconds, and quotes mean nothing
}

func readHeader(r row) (table, error) {
	h := table{column: make(map[string]int)}
	for i, cell := range r.cells {
		name := oneLine(cell)
		if key := columnName(name); slices.Contains(ourColumns, key) {
			name = key
		}
		if _, twice := h.column[name]; twice {
			return h, at(r.line, DoubledColumn, name, CorrectLine)
		}
		h.column[name] = i
		h.names = append(h.names, name)
	}
	for _, need := range []string{"start", "end", "text"} {
		if _, ok := h.column[need]; !ok {
			return h, at(r.line, MissingColumn, need, AddHeader)
		}
	}
	return h, nil
}

func (h table) cell(r row, name string) string {
	if i, ok := h.column[name]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

func decodeTable(in *input) (*transcript.Transcript, error) {
	t := in.start()
	h, rows, err := in.tableRows(t)
	if err != nil {
		return nil, err
	}
	for i, r := range rows {
		last := math.MaxInt // pass stops at the end of the file
		if i+1 < len(rows) {
			last = rows[i+1].line - 1
		}
		if err := in.pass(h.add(in, t, r), r.line, last); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// tableRows reads the header, unless an earlier part of the file has had it,
// and the rows below it.
func (in *input) tableRows(t *transcript.Transcript) (h table, rows []row, err error) {
	separator := separatorIn(in.text)
	if in.later() {
		separator = in.carry.(table).separator
	}
	text := in.text
	if !in.later() {
		text = withoutSepLine(text)
	}
	rows, err = readRows(text, separator, true)
	if err != nil || len(rows) == 0 {
		return h, nil, err
	}
	if in.later() {
		h = in.carry.(table)
		switch {
		case h.ragged:
			return h, nil, errWhole
		case len(h.names) == 3 && wholeNumbers(rows) != h.millis:
			return h, nil, errWhole
		case h.millis:
			return h, unquoted(in.text), nil
		case separator != '\t': // as withoutEmpty does below a header without empty columns
			rows = slices.DeleteFunc(rows, isEmpty)
		}
		return h, rows, nil
	}
	last := rows[0].cells[len(rows[0].cells)-1]
	if rows = withoutEmpty(rows, separator); len(rows) == 0 {
		return h, nil, at(1, MissingHeader, firstOf(in.text), AddHeader)
	}
	if h, err = readHeader(rows[0]); err != nil {
		return h, nil, err
	}
	h.separator, h.ragged = separator, strings.TrimSpace(last) == ""
	h.millis = separator == '\t' && slices.Equal(h.names, []string{"start", "end", "text"}) && wholeNumbers(rows[1:])
	in.carry = h
	if h.millis {
		in.note(Milliseconds, rows[0].line)
		return h, unquoted(in.text)[1:], nil
	}
	if !slices.Equal(h.names, ourColumns) {
		names, err := json.Marshal(h.names)
		if err != nil {
			return h, nil, err
		}
		extra(&t.Extras, tableColumns, string(names))
	}
	return h, rows[1:], nil
}

// add reads a row.
func (h table) add(in *input, t *transcript.Transcript, r row) error {
	if len(r.cells) != len(h.names) {
		return at(r.line, ColumnCount, strings.Join(r.cells, string(h.separator)), CorrectLine)
	}
	s, err := h.segment(in, t, r)
	if err != nil {
		return err
	}
	in.add(s, r.line)
	return nil
}

// wholeNumbers says whether the first two cells of every row are such: times
// as whisper writes them.
func wholeNumbers(rows []row) bool {
	for _, r := range rows {
		for _, cell := range r.cells[:min(2, len(r.cells))] {
			if _, ok := digits(cell, 12); !ok {
				return false
			}
		}
	}
	return len(rows) > 0
}

// unquoted reads rows in which quotes mean nothing.
func unquoted(text string) []row {
	var rows []row
	number := 0
	for line := range strings.Lines(text) {
		number++
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			rows = append(rows, row{number, strings.Split(line, "\t")})
		}
	}
	return rows
}

func (h table) segment(in *input, t *transcript.Transcript, r row) (*transcript.Segment, error) {
	s := &transcript.Segment{ID: h.cell(r, "id"), Text: transcript.Clean(h.cell(r, "text"))}
	var err error
	if s.Start, err = in.cellTime(r.line, h.cell(r, "start"), h.millis); err != nil {
		return nil, err
	}
	if s.End, err = in.cellTime(r.line, h.cell(r, "end"), h.millis); err != nil {
		return nil, err
	}
	if s.End < s.Start {
		if strings.TrimSpace(h.cell(r, "end")) == "" {
			return nil, at(r.line, BadTime, "the end is missing", CorrectLine)
		}
		return nil, at(r.line, EndBeforeStart, h.cell(r, "start")+", "+h.cell(r, "end"), CorrectLine)
	}
	if s.Speaker, err = in.speaker(t, h.cell(r, "speaker"), r.line); err != nil {
		return nil, err
	}
	if cell := strings.TrimSpace(h.cell(r, "channel")); cell != "" {
		n, ok := digits(cell, 6)
		if !ok {
			return nil, at(r.line, BadChannel, cell, CorrectLine)
		}
		s.Channel = n
	}
	for i, name := range h.names {
		if !slices.Contains(ourColumns, name) && r.cells[i] != "" {
			extra(&s.Extras, tableCell+name, transcript.Clean(r.cells[i]))
		}
	}
	return s, nil
}

func (in *input) cellTime(line int, cell string, inMillis bool) (time.Duration, error) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return 0, nil
	}
	if inMillis {
		n, ok := digits(cell, 12)
		if !ok {
			return 0, at(line, BadTime, cell, CorrectLine)
		}
		return time.Duration(n) * time.Millisecond, nil
	}
	d, ok := in.clock(cell)
	if !ok {
		return 0, at(line, BadTime, cell, CorrectLine)
	}
	return d, nil
}

func tableWriter(separator byte) func(*bytes.Buffer, *transcript.Transcript, *writing) error {
	return func(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
		names := tableNames(t)
		if !w.later {
			w.columns = names
			writeRow(out, names, separator)
		}
		if slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(w.columns, name) }) {
			return errWhole // a column that the header does not have
		}
		cells := make([]string, len(w.columns))
		for _, s := range t.Segments {
			for i, name := range w.columns {
				cells[i] = tableValue(t, s, name)
			}
			writeRow(out, cells, separator)
		}
		return nil
	}
}

func writeRow(out *bytes.Buffer, cells []string, separator byte) {
	for i, cell := range cells {
		if i > 0 {
			out.WriteByte(separator)
		}
		out.WriteString(writeCell(cell, separator))
	}
	out.WriteByte('\n')
}

func tableValue(t *transcript.Transcript, s *transcript.Segment, name string) string {
	switch name {
	case "id":
		return s.ID
	case "start", "end":
		if !s.Timed() {
			return ""
		}
		if name == "start" {
			return seconds(s.Start)
		}
		return seconds(s.End)
	case "speaker":
		if s.Speaker == "" {
			return ""
		}
		return oneLine(t.SpeakerName(s.Speaker))
	case "channel":
		if s.Channel == 0 {
			return ""
		}
		return strconv.Itoa(s.Channel)
	case "text":
		return s.Text
	}
	return transcript.Clean(s.Extras[tableCell+name])
}

// tableNames is the header: the one that was read, with our own columns that it
// lacks and needs and the foreign ones that have come since behind it.
func tableNames(t *transcript.Transcript) []string {
	var read, names []string
	// Extras that are no list come from elsewhere; the header is then our own.
	if json.Unmarshal([]byte(t.Extras[tableColumns]), &read) != nil {
		read = nil
	}
	add := func(name string) {
		clash := slices.Contains(ourColumns, columnName(name)) && !slices.Contains(ourColumns, name)
		if !clash && oneLine(name) == name && !slices.Contains(names, name) && len(names) < 1000 {
			names = append(names, name)
		}
	}
	for _, name := range read {
		add(name)
	}
	for _, name := range ourColumns {
		if len(read) == 0 || name != "speaker" && name != "channel" || slices.ContainsFunc(t.Segments, func(s *transcript.Segment) bool {
			return tableValue(t, s, name) != ""
		}) {
			add(name)
		}
	}
	more := make(map[string]bool)
	for _, s := range t.Segments {
		for key := range s.Extras {
			if name, ok := strings.CutPrefix(key, tableCell); ok {
				more[name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		add(name)
	}
	return names
}
