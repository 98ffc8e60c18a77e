package platform

import (
	"bufio"
	"iter"
	"slices"
	"strings"
	"time"

	"tapescript/transcript/task"
)

// sheet is a table that is being written: the columns that the batch came with,
// whose cells go out as they came in, and new ones behind them.
type sheet struct {
	out      *bufio.Writer
	names    []string // of the columns
	header   []string // the same as they stand in the file
	mine     bool     // the batch came from this platform's file
	comma    byte
	end      string
	quoteAll bool
	plain    bool // quotes are characters
	mark     bool // a byte order mark
	bare     bool // no header
	begun    bool
	rest     []string // the row at hand

	from []string // the columns of the table that this one is made from

	goldColumn, goldSplit string // where gold stood, and what parts several
}

// newSheet begins a table: like the file that the batch came from, if that was
// this platform's, else like those that the platform makes.
func newSheet(out *bufio.Writer, b task.Batch, platform string, comma byte) *sheet {
	t := &sheet{out: out, comma: comma, end: "\n"}
	src := b.Source
	if src.Format != platform || len(src.Header) == 0 {
		return t
	}
	t.mine, t.header = true, slices.Clone(src.Header)
	t.goldColumn = storedMapping(b).Gold
	if platform == "appen" {
		t.goldSplit = appenGoldSplit
	}
	if len(src.Shape.Comma) == 1 {
		t.comma = src.Shape.Comma[0]
	}
	if src.Shape.LineEnd != "" {
		t.end = src.Shape.LineEnd
	}
	t.quoteAll, t.mark = src.Shape.QuoteAll, src.Shape.BOM
	t.plain, t.bare = src.Extras[extraUnquoted] != "", src.Extras[extraNoHeader] != ""
	r := &rowReader{separator: t.comma}
	if t.plain {
		r.quotes = unquoted
	}
	for _, cell := range t.header {
		t.names = append(t.names, strings.TrimSpace(r.valueOf(cell)))
	}
	return t
}

// columns adds columns that are not there yet. It is for before the first row.
func (t *sheet) columns(names ...string) {
	for _, name := range names {
		if columnOf(t.names, name) < 0 {
			t.names = append(t.names, name)
			t.header = append(t.header, t.raw(name))
		}
	}
}

// raw writes a value as a cell.
func (t *sheet) raw(value string) string {
	if t.plain {
		return strings.Map(func(r rune) rune {
			if r == '\n' || r == '\r' || r == rune(t.comma) {
				return ' '
			}
			return r
		}, value)
	}
	return rawCell(value, t.comma, t.quoteAll)
}

// row begins a row, with the cells that it came with.
func (t *sheet) row(row task.Row) {
	t.rest = make([]string, len(t.names))
	if t.mine {
		copy(t.rest, row.Cells)
	}
}

// set puts a value in a column that is there, and leaves others alone.
func (t *sheet) set(name, value string) {
	if i := columnOf(t.names, name); i >= 0 {
		t.rest[i] = t.raw(value)
	}
}

// setNew does the same in a row that has nothing there.
func (t *sheet) setNew(name, value string) {
	if i := columnOf(t.names, name); i >= 0 && t.rest[i] == "" && value != "" {
		t.rest[i] = t.raw(value)
	}
}

// write ends the row.
func (t *sheet) write() error {
	t.begin()
	t.line(t.rest)
	_, err := t.out.WriteString("") // a writer that failed goes on failing
	return err
}

// begin writes the header.
func (t *sheet) begin() {
	if t.begun {
		return
	}
	t.begun = true
	if t.mark {
		t.out.WriteString("\ufeff")
	}
	if !t.bare {
		t.line(t.header)
	}
}

// line writes cells. Errors stay in the writer, and come out where it is flushed.
func (t *sheet) line(cells []string) {
	for i, cell := range cells {
		if i > 0 {
			t.out.WriteByte(t.comma)
		}
		if cell == "" && t.quoteAll {
			cell = `""`
		}
		t.out.WriteString(cell)
	}
	t.out.WriteString(t.end)
}

// writeSheet writes a row for each result that fill has set.
func writeSheet(t *sheet, results iter.Seq2[task.Result, error], fill func(r task.Result)) error {
	for r, err := range results {
		if err != nil {
			return err
		}
		t.row(r.Row())
		t.setGold(r.Gold)
		fill(r)
		if err := t.write(); err != nil {
			return err
		}
	}
	t.begin()
	return nil
}

// setGold writes gold that was corrected here over what the row said. Gold that
// still says what it said keeps its cell as it came. A cell that holds one gold
// is given the first.
func (t *sheet) setGold(gold *task.Gold) {
	i := -1
	if t.goldColumn != "" && gold != nil && len(gold.Texts) > 0 {
		i = columnOf(t.names, t.goldColumn)
	}
	if i < 0 {
		return
	}
	r := &rowReader{separator: t.comma}
	if t.plain {
		r.quotes = unquoted
	}
	texts := gold.Texts
	if t.goldSplit == "" {
		texts = texts[:1]
	}
	if before := goldTexts(strings.TrimSpace(clean(r.valueOf(t.rest[i]))), t.goldSplit); slices.Equal(before, texts) {
		return
	}
	t.rest[i] = t.raw(strings.Join(texts, t.goldSplit))
}

// isOwn says whether the row of a result already holds what the worker did: it
// came with a file of results of the platform that is written.
func isOwn(b task.Batch, platform string, r task.Result) bool {
	return b.Source.Format == platform && r.Submission != nil && r.Submission.Row.Cells != nil
}

// storedMapping is what the columns of the batch's file were taken for.
func storedMapping(b task.Batch) Mapping {
	if text := b.Source.Extras[extraMapping]; text != "" {
		if m, err := ParseMapping([]byte(text)); err == nil {
			return *m
		}
	}
	return Mapping{}
}

// encodeTable writes a table of which a mapping says what its columns mean;
// where it names none, ours are added.
// Of a batch that came from elsewhere the columns are those of fresh.
func encodeTable(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error], platform string, fresh Mapping) error {
	t := newSheet(w, b, platform, ',')
	m := fresh
	if t.mine {
		m = storedMapping(b)
	} else {
		t.columns(m.Key, m.Audio)
	}
	own := workFields(&fresh)
	for i, f := range workFields(&m) {
		if *f == "" || columnOf(t.names, *f) < 0 {
			*f = *own[i]
		}
		t.columns(*f)
	}
	return writeSheet(t, results, func(r task.Result) {
		if !t.mine {
			t.set(m.Key, r.Task.Key)
			t.set(m.Audio, r.Task.Audio.Ref)
		}
		t.setWork(r, m)
	})
}

// workFields are the columns that work and verdicts go to.
func workFields(m *Mapping) []*string {
	return []*string{&m.Text, &m.Worker, &m.Assignment, &m.Submitted, &m.Status, &m.Comment}
}

// setWork fills in what a worker did, and what was decided.
func (t *sheet) setWork(r task.Result, m Mapping) {
	if s := r.Submission; s != nil && !(t.mine && s.Row.Cells != nil) {
		t.set(m.Text, s.Text)
		t.set(m.Worker, s.Worker)
		t.set(m.Assignment, assignmentOf(s))
		t.set(m.Submitted, dateText(s.At))
	}
	if decided(r) {
		words := m.Accepted
		if r.Verdict.Decision == task.Rejected {
			words = m.Rejected
		}
		if !t.says(m.Status, words) {
			t.set(m.Status, append(words, string(r.Verdict.Decision))[0])
		}
		if r.Verdict.Comment != "" {
			t.set(m.Comment, r.Verdict.Comment)
		}
	}
}

// says whether a cell is one of some words.
func (t *sheet) says(name string, words []string) bool {
	i := columnOf(t.names, name)
	if i < 0 {
		return false
	}
	value := strings.ToLower((&rowReader{separator: t.comma}).valueOf(t.rest[i]))
	return slices.Contains(words, value)
}

// decided says whether there is a verdict that is one.
func decided(r task.Result) bool {
	return r.Verdict != nil && (r.Verdict.Decision == task.Accepted || r.Verdict.Decision == task.Rejected)
}

// dateText writes a time as most platforms do, in UTC; "" for none.
func dateText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02T15:04:05.000")
}
