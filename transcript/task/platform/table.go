package platform

import (
	"bufio"
	"html"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript/format"
	"tapescript/transcript/task"
)

// table is any table whose columns somebody has named: by a [Mapping], or
// because their names leave no doubt. Of a table with header, any separator.
var table = Platform{
	Name: "table", Title: "table with a mapping",
	sniff: func(h *head) bool {
		// Names alone: nobody is asked, so nothing may be guessed by content.
		m := Propose(h.names, nil)
		return len(h.names) > 1 && m.Audio != "" && h.table != format.TableTranscript
	},
	open: func(s *source) (rows, error) {
		return openTable(s, tableDialect{quotes: loosely, mapping: func(header []string, samples [][]string) (Mapping, error) {
			if s.o.Mapping != nil {
				return *s.o.Mapping, nil
			}
			if m := Propose(header, samples); m.Audio != "" {
				return m, nil
			}
			return Mapping{}, &Error{Code: NeedsMapping, Text: cut(strings.Join(header, ", "))}
		}})
	},
	encode: func(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
		return encodeTable(w, b, results, "table", Mapping{Key: "id", Audio: "audio", Text: "text", Worker: "worker",
			Assignment: "assignment", Submitted: "submitted", Status: "verdict", Comment: "comment"})
	},
}

// sampleRows is how many rows are looked at before the first is taken.
const sampleRows = 20

// tableDialect is what tells one platform's tables from another's.
type tableDialect struct {
	quotes    quoting
	separator byte // 0: by the header
	// mapping says what the columns mean; samples are the values of some rows.
	mapping func(header []string, samples [][]string) (Mapping, error)
	// bare makes a header for a file without one, of its first row; nil: it is
	// not that.
	bare func(first []string) []string
	// each adds what a mapping cannot say.
	each func(r *task.Record, cell func(column string) string) error
	// goldSplit parts several golds in a cell.
	goldSplit string
	// statusNeeded has a status that is none of the mapping's, and not among
	// these, be an error.
	statuses []string
}

// tableRow is a row, or why it is lost.
type tableRow struct {
	line  int64
	cells []string
	err   error
}

// openTable reads the header and the first rows of a table.
func openTable(s *source, d tableDialect) (rows, error) {
	r := newRowReader(s.in, d.separator, d.quotes)
	if m := s.o.Mapping; m != nil {
		if m.Separator != "" {
			r.separator = m.Separator[0]
		}
		if m.Quotes == "none" {
			r.quotes = unquoted
		}
	}
	if r.separator == 0 {
		skipSepLine(s.in, r)
		r.separator = separatorOf(s.in)
	}
	line, cells, err := r.next()
	if err == io.EOF {
		return func(func([]task.Record, error) bool) {}, nil // somebody made the file to begin with
	}
	if err != nil {
		return nil, &Error{Line: line, Code: MissingColumn, Text: cut(err.Error())}
	}
	t := &tableReader{source: s, rows: r, dialect: d, header: cells}
	if d.bare != nil {
		if names := d.bare(r.values(cells)); names != nil {
			t.header, t.noHeader = names, true
			t.first = append(t.first, tableRow{line, cells, nil})
		}
	}
	for len(t.first) < sampleRows {
		line, cells, err := r.next()
		t.first = append(t.first, tableRow{line, cells, err})
		if err == io.EOF {
			break
		}
	}
	if err := t.begin(); err != nil {
		return nil, err
	}
	return t.all, nil
}

// skipSepLine passes over the line "sep=;" that tells Excel the separator.
func skipSepLine(in *bufio.Reader, r *rowReader) {
	if begin, err := in.Peek(6); err == nil && strings.EqualFold(string(begin[:4]), "sep=") && (begin[5] == '\n' || begin[5] == '\r') {
		r.readLine()
	}
}

func (r *rowReader) values(cells []string) []string {
	list := make([]string, len(cells))
	for i, cell := range cells {
		list[i] = r.valueOf(cell)
	}
	return list
}

// tableReader makes records of rows.
type tableReader struct {
	source   *source
	rows     *rowReader
	dialect  tableDialect
	header   []string // as it stands
	noHeader bool
	names    []string
	kept     []int // the columns that are, nil: all
	mapping  Mapping
	at       map[string]int // of a mapping's field, the column
	gold     []int          // columns that show gold, as the kept ones are counted
	accepted map[string]bool
	rejected map[string]bool
	first    []tableRow
}

// begin finds out what the columns mean.
func (t *tableReader) begin() error {
	t.names = t.rows.values(t.header)
	for i := range t.names {
		t.names[i] = strings.TrimSpace(t.names[i])
	}
	var samples [][]string
	quoteAll := true
	for _, row := range t.first {
		if row.err == nil {
			samples = append(samples, t.rows.values(row.cells))
			quoteAll = quoteAll && !slices.ContainsFunc(row.cells, func(cell string) bool { return !strings.HasPrefix(cell, `"`) })
		}
	}
	m, err := t.dialect.mapping(t.names, samples)
	if err != nil {
		return err
	}
	t.mapping = m
	if err := t.resolve(); err != nil {
		return err
	}
	t.drop()
	src := &t.source.batch.Source
	src.Shape.Comma, src.Shape.LineEnd = string(t.rows.separator), t.rows.lineEnd
	src.Shape.QuoteAll = quoteAll && len(samples) > 0
	src.Header = t.keep(t.header)
	if src.Extras == nil {
		src.Extras = make(map[string]string)
	}
	src.Extras[extraMapping] = m.TOML()
	if t.noHeader {
		src.Extras[extraNoHeader] = "yes"
	}
	if t.rows.quotes == unquoted {
		src.Extras[extraUnquoted] = "yes"
	}
	return nil
}

// What a table needs to be written back besides its shape.
const (
	extraMapping  = "mapping"
	extraNoHeader = "no-header"
	extraUnquoted = "unquoted"
)

// resolve finds the columns that the mapping names. One that is named and not
// there is an error where the mapping is the user's.
func (t *tableReader) resolve() error {
	t.at = make(map[string]int)
	for _, f := range t.mapping.Fields() {
		t.at[f.Name] = -1
		if *f.Column == "" {
			continue
		}
		t.at[f.Name] = columnOf(t.names, *f.Column)
		if t.at[f.Name] < 0 && t.source.o.Mapping != nil {
			return &Error{Code: BadMapping, Name: f.Name, Text: cut(*f.Column)}
		}
	}
	if t.at["audio"] < 0 && t.at["key"] < 0 {
		return &Error{Line: 1, Code: MissingColumn, Name: "audio", Text: cut(strings.Join(t.names, ", "))}
	}
	t.accepted, t.rejected = wordSet(t.mapping.Accepted, "approved", "accepted"), wordSet(t.mapping.Rejected, "rejected")
	return nil
}

// columnOf finds the first of several names between bars.
func columnOf(header []string, names string) int {
	for _, name := range append([]string{names}, strings.Split(names, "|")...) {
		if i := slices.IndexFunc(header, func(cell string) bool { return strings.EqualFold(cell, strings.TrimSpace(name)) }); i >= 0 {
			return i
		}
	}
	return -1
}

func wordSet(words []string, usual ...string) map[string]bool {
	if len(words) == 0 {
		words = usual
	}
	set := make(map[string]bool)
	for _, w := range words {
		set[strings.ToLower(w)] = true
	}
	return set
}

// drop finds the columns that are not kept.
func (t *tableReader) drop() {
	dropped := make(map[int]bool)
	for _, name := range t.mapping.Drop {
		if i := columnOf(t.names, name); i >= 0 && !t.source.o.KeepPersonal {
			dropped[i] = true
		}
	}
	for i := range t.names {
		if !dropped[i] {
			if i == t.at["gold"] || i == t.at["hint"] {
				t.gold = append(t.gold, len(t.kept))
			}
			t.kept = append(t.kept, i)
		}
	}
	if len(dropped) == 0 {
		t.kept = nil
	}
}

// keep returns the cells of the columns that are kept.
func (t *tableReader) keep(cells []string) []string {
	if t.kept == nil {
		return cells
	}
	list := make([]string, len(t.kept))
	for i, from := range t.kept {
		list[i] = cells[from]
	}
	return list
}

// all yields the rows.
func (t *tableReader) all(yield func([]task.Record, error) bool) {
	one := make([]task.Record, 1) // the receiver takes the record out at once
	take := func(row tableRow) bool {
		if row.err != nil {
			return row.err != io.EOF && yield(nil, row.err)
		}
		record, blank, err := t.record(row)
		switch {
		case err != nil:
			return yield(nil, t.at2(err, row))
		case blank:
			return yield(nil, nil)
		}
		one[0] = record
		return yield(one, nil)
	}
	for _, row := range t.first {
		if !take(row) {
			return
		}
	}
	t.first = nil
	for {
		line, cells, err := t.rows.next()
		if !take(tableRow{line, cells, err}) {
			return
		}
	}
}

// at2 puts the place in an error about a row.
func (t *tableReader) at2(err error, row tableRow) error {
	e, ok := err.(*RowError)
	if !ok {
		return err
	}
	e.Line, e.Raw = row.line, strings.Join(row.cells, string(t.rows.separator))
	if e.Name != "" && e.Column == 0 {
		e.Column = columnOf(t.names, e.Name) + 1
	}
	return e
}

// cell returns what a field of the mapping says in a row.
func (t *tableReader) cell(row tableRow, field string) string {
	i := t.at[field]
	if i < 0 || i >= len(row.cells) {
		return ""
	}
	return t.rows.valueOf(row.cells[i])
}

// text returns the same as somebody is to read it.
func (t *tableReader) text(row tableRow, field string) string {
	text := t.cell(row, field)
	if t.mapping.HTML && strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	return strings.TrimSpace(clean(text))
}

func (t *tableReader) record(row tableRow) (r task.Record, blank bool, err error) {
	if len(row.cells) != len(t.names) {
		if !slices.ContainsFunc(row.cells, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			return r, true, nil
		}
		return r, false, bad("", ColumnCount, strings.Join(row.cells, string(t.rows.separator)))
	}
	if !slices.ContainsFunc(row.cells, func(cell string) bool { return t.rows.valueOf(cell) != "" }) {
		return r, true, nil
	}
	r.Row = task.Row{Line: row.line, Cells: t.keep(row.cells)}
	if r.Audio, err = t.audio(row); err != nil {
		return r, false, err
	}
	if r.Key = oneLine(t.cell(row, "key")); r.Key == "" {
		r.Key = keyOf(r.Audio)
	}
	if r.Overlap, err = t.overlap(row); err != nil {
		return r, false, err
	}
	r.Draft, r.Hint = t.text(row, "draft"), t.text(row, "hint")
	t.addGold(&r, row)
	if r.Done, err = t.done(row); err != nil {
		return r, false, err
	}
	if t.dialect.each != nil {
		err = t.dialect.each(&r, func(column string) string {
			if i := columnOf(t.names, column); i >= 0 {
				return t.rows.valueOf(row.cells[i])
			}
			return ""
		})
	}
	return r, false, err
}

// keyOf makes a key of a recording, and of the stretch of it.
func keyOf(a task.Audio) string {
	key := a.Ref
	if a.End > 0 {
		key += "#t=" + secondsText(a.Start) + "," + secondsText(a.End)
	}
	if a.Channel > 0 && a.End > 0 {
		key += "&channel=" + strconv.Itoa(a.Channel)
	}
	return key
}

func (t *tableReader) audio(row tableRow) (a task.Audio, err error) {
	if a.Ref = oneLine(t.cell(row, "audio")); a.Ref == "" {
		if a.Ref = oneLine(t.cell(row, "key")); a.Ref == "" || t.at["audio"] >= 0 {
			return a, bad(t.mapping.Audio, NoAudio, "")
		}
	}
	unit := time.Second
	if t.mapping.Unit == "ms" {
		unit = time.Millisecond
	}
	for _, f := range []struct {
		field string
		to    *time.Duration
	}{{"start", &a.Start}, {"end", &a.End}, {"duration", &a.Duration}} {
		cell := strings.TrimSpace(t.cell(row, f.field))
		if cell == "" {
			continue
		}
		d, ok := clock(cell, unit)
		if !ok {
			return a, bad(t.names[t.at[f.field]], BadTime, cell)
		}
		*f.to = d
	}
	switch {
	case a.End == 0 && a.Start > 0 && a.Duration > 0:
		a.End = a.Start + a.Duration
	case a.End > 0 && a.End <= a.Start:
		return a, bad(t.names[t.at["end"]], EndBefore, t.cell(row, "start")+", "+t.cell(row, "end"))
	}
	if cell := strings.TrimSpace(t.cell(row, "channel")); cell != "" {
		n, err := strconv.Atoi(cell)
		if err != nil || n < 0 || n > 64 {
			return a, bad(t.names[t.at["channel"]], BadNumber, cell)
		}
		a.Channel = n
	}
	a.Speaker = oneLine(t.cell(row, "speaker"))
	return a, nil
}

func (t *tableReader) overlap(row tableRow) (int, error) {
	cell := strings.TrimSpace(t.cell(row, "overlap"))
	if cell == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(cell)
	if err != nil || n < 1 || n > 30000 {
		return 0, bad(t.names[t.at["overlap"]], BadNumber, cell)
	}
	return n, nil
}

func (t *tableReader) addGold(r *task.Record, row tableRow) {
	gold := t.text(row, "gold")
	if gold == "" {
		return
	}
	r.Gold = goldTexts(gold, t.dialect.goldSplit)
	r.GoldCells = t.gold
	r.Kind = kindOf(r.Gold, r.Hint)
}

// goldTexts are the golds of a cell.
func goldTexts(cell, split string) []string {
	if split == "" {
		return []string{cell}
	}
	var texts []string
	for part := range strings.SplitSeq(cell, split) {
		if part = strings.TrimSpace(part); part != "" {
			texts = append(texts, part)
		}
	}
	return texts
}

// kindOf says what a task with gold is for, as Toloka has it.
func kindOf(gold []string, hint string) task.Kind {
	switch {
	case len(gold) == 0:
		return task.General
	case hint != "":
		return task.Training
	}
	return task.Control
}

// done says what a worker did; nil where nobody did.
func (t *tableReader) done(row tableRow) (*task.Done, error) {
	d := &task.Done{
		Text:       t.text(row, "text"),
		Worker:     oneLine(t.cell(row, "worker")),
		Assignment: oneLine(t.cell(row, "assignment")),
		Status:     oneLine(t.cell(row, "status")),
		Started:    date(t.cell(row, "started")),
		Submitted:  date(t.cell(row, "submitted")),
	}
	if d.Text == "" && d.Worker == "" && d.Assignment == "" {
		return nil, nil
	}
	if cell := strings.TrimSpace(t.cell(row, "work")); cell != "" {
		work, ok := clock(cell, time.Second)
		if !ok {
			return nil, bad(t.names[t.at["work"]], BadTime, cell)
		}
		d.Work = work
	}
	if cell := strings.TrimSpace(t.cell(row, "reward")); cell != "" {
		price, ok := money(cell, t.mapping.Currency)
		if !ok {
			return nil, bad(t.names[t.at["reward"]], BadNumber, cell)
		}
		d.Reward = price
	}
	return d, t.judge(d, row)
}

// judge reads what was decided.
func (t *tableReader) judge(d *task.Done, row tableRow) error {
	approve, reject := strings.TrimSpace(t.cell(row, "approve")), strings.TrimSpace(clean(t.cell(row, "reject")))
	comment := t.text(row, "comment")
	status := strings.ToLower(d.Status)
	switch {
	case reject != "":
		if len(reject) > 1 && comment == "" { // a mark is no reason
			comment = reject
		}
		d.Verdict = &task.Verdict{Decision: task.Rejected, Comment: comment}
	case approve != "" || t.accepted[status]:
		d.Verdict = &task.Verdict{Decision: task.Accepted, Comment: comment}
	case t.rejected[status]:
		d.Verdict = &task.Verdict{Decision: task.Rejected, Comment: comment}
	case len(t.dialect.statuses) > 0 && status != "" && !slices.Contains(t.dialect.statuses, status):
		return bad(t.names[t.at["status"]], BadStatus, d.Status)
	}
	return nil
}

// oneLine makes a name of a stranger's text.
func oneLine(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(clean(text), "\n", " "))
}

// clock reads a time: a number of units, or [h:]mm:ss.mmm.
func clock(text string, unit time.Duration) (time.Duration, bool) {
	parts := strings.Split(text, ":")
	if len(parts) == 1 {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || !(f >= 0) || f*unit.Seconds() > 1e7 {
			return 0, false
		}
		return time.Duration(math.Round(f * float64(unit))), true
	}
	if len(parts) > 3 {
		return 0, false
	}
	var whole time.Duration
	for _, p := range parts[:len(parts)-1] {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return 0, false
		}
		whole = whole*60 + time.Duration(n)*time.Minute
	}
	last, ok := seconds(parts[len(parts)-1])
	return whole + last, ok && last < time.Minute
}

// layouts are the ways in which platforms write a date.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST",
	"2006-01-02 15:04", "2006-01-02", "1/2/2006 15:04:05", "1/2/2006 15:04", "02.01.2006 15:04:05", "02.01.2006 15:04", time.ANSIC,
}

// zones are those that Mechanical Turk writes, which Go knows by name only
// where the machine lies there.
var zones = map[string]int{"PST": -8, "PDT": -7, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6}

// date reads a date; the zero time where it is none: the cell is kept anyway.
func date(text string) time.Time {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	// "Tue Mar 12 10:11:12 PDT 2019"
	if f := strings.Fields(text); len(f) == 6 {
		if hours, ok := zones[f[4]]; ok {
			at, err := time.ParseInLocation(time.ANSIC, strings.Join(append(f[:4:4], f[5]), " "), time.FixedZone(f[4], hours*3600))
			if err == nil {
				return at.UTC()
			}
		}
	}
	return time.Time{}
}

// money reads an amount with or without its currency: "$0.05", "0.05 EUR".
func money(text, currency string) (task.Price, bool) {
	for mark, code := range map[string]string{"$": "USD", "€": "EUR", "£": "GBP", "USD": "USD", "EUR": "EUR", "GBP": "GBP"} {
		if strings.Contains(text, mark) {
			currency, text = code, strings.Replace(text, mark, "", 1)
		}
	}
	text = strings.TrimSpace(text)
	if !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	amount, err := task.ParseDecimal(text)
	return task.Price{Amount: amount, Currency: currency, Per: task.PerTask}, err == nil && amount >= 0
}
