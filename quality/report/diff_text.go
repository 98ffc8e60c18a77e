package report

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
)

// DiffLayout says how [DiffText] lays a difference out. The zero value is for 80
// cells, without colours, one text.
type DiffLayout struct {
	Width int // in cells; 0 is 80
	// Beside sets the old and the new text side by side.
	Beside bool
	// Color strikes out and underlines what differs, in colours of the terminal's
	// own palette, instead of the marks [-gone-]{+new+}.
	Color bool
	// Context is how many rows that are the same are shown around each that
	// differs.
	Context int
	// Label returns the words for a key, %d in it standing for a number; nil gives
	// the key itself. The keys are same, nobody, moved and total.
	Label func(key string, args ...any) string
}

// DiffText writes what differs, row by row, and the counts below. In color or by
// its marks [-old-]{+new+} each difference has both sides; what differs in
// capitals and punctuation alone is marked [~old~]{~new~}, in colors by an
// underline alone. It writes nothing where nothing differs.
func DiffText(w io.Writer, d *Difference, l DiffLayout) error {
	if d.Same() {
		return nil
	}
	l.Width = cmp.Or(max(l.Width, 0), 80)
	if l.Label == nil {
		l.Label = func(key string, args ...any) string {
			return strings.TrimSpace(fmt.Sprintln(append([]any{key}, args...)...))
		}
	}
	out := &diffWriter{w: bufio.NewWriter(w), DiffLayout: l}
	shown := shownRows(d.Rows, max(l.Context, 0))
	for i := 0; i < len(d.Rows); {
		if shown[i] {
			out.row(&d.Rows[i])
			i++
			continue
		}
		first := i
		for i < len(d.Rows) && !shown[i] {
			i++
		}
		out.line(out.faint("… "+l.Label("same", i-first)), "")
	}
	c := d.Counts
	out.line(l.Label("total", c.Rows, len(d.Rows), c.Substitutions, c.Insertions, c.Deletions, c.Words, c.Lessers, c.Times, c.Speakers))
	if err := out.w.Flush(); err != nil { // the first error of all writes
		return fmt.Errorf("writing the differences: %w", err)
	}
	return nil
}

// shownRows says which rows differ or stand beside one that does.
func shownRows(rows []DiffRow, context int) []bool {
	shown := make([]bool, len(rows))
	for i := range rows {
		if rows[i].Changed() {
			for k := max(0, i-context); k <= min(len(rows)-1, i+context); k++ {
				shown[k] = true
			}
		}
	}
	return shown
}

// diffWriter holds the first error until DiffText flushes.
type diffWriter struct {
	w *bufio.Writer
	DiffLayout
}

func (w *diffWriter) line(lines ...string) {
	for _, l := range lines {
		_, _ = w.w.WriteString(l + "\n")
	}
}

// The looks: struck out or underlined beside the color, so that none stands by
// its color alone.
const (
	lookOld    = "9;31"
	lookNew    = "4;32"
	lookLesser = "4;2"
	lookFaint  = "2"
	lookBold   = "1"
)

func (w *diffWriter) look(codes, text string) string {
	if !w.Color || text == "" {
		return text
	}
	return "\x1b[" + codes + "m" + text + "\x1b[0m"
}

func (w *diffWriter) faint(text string) string { return w.look(lookFaint, text) }

func (w *diffWriter) row(r *DiffRow) {
	w.line(w.head(r))
	if w.Beside {
		w.beside(r)
	} else {
		w.line(w.wrap(w.inline(r.Pieces), w.Width-2, "  ")...)
	}
	w.line("")
}

// head says when and by whom.
func (w *diffWriter) head(r *DiffRow) string {
	when := w.twice(times(r.Old), times(r.New), r.Times)
	who := w.twice(cmp.Or(clean(r.OldWho), w.Label("nobody")), cmp.Or(clean(r.NewWho), w.Label("nobody")), r.Speaker)
	if !r.Speaker {
		who = clean(cmp.Or(r.OldWho, r.NewWho))
	}
	text := strings.TrimSpace(when + "  " + who)
	if r.Times && !r.Text && !r.Lesser {
		text += "  " + w.faint("("+w.Label("moved")+")")
	}
	if r.WordTimes > 0 {
		text += "  " + w.faint("("+w.Label("words moved", strconv.FormatFloat(r.WordTimes.Seconds(), 'f', 2, 64))+")")
	}
	return text
}

// twice is what is the same on both sides, or both.
func (w *diffWriter) twice(before, after string, differ bool) string {
	if !differ || before == after {
		return w.look(lookBold, cmp.Or(before, after))
	}
	return w.changed(before, after)
}

// times are the spans of segments, or where they have none their IDs.
func times(list []*transcript.Segment) string {
	var spans []string
	for _, s := range list {
		if s.Timed() {
			spans = append(spans, exactly(s.Start)+"–"+exactly(s.End))
		} else {
			spans = append(spans, clean(s.ID))
		}
	}
	return strings.Join(spans, " ")
}

// exactly writes a position to the millisecond, which formats hold.
func exactly(t time.Duration) string {
	t = t.Round(time.Millisecond)
	rest := fmt.Sprintf("%02d.%03d", int(t.Seconds())%60, t.Milliseconds()%1000)
	if t >= time.Hour {
		return fmt.Sprintf("%d:%02d:%s", int(t.Hours()), int(t.Minutes())%60, rest)
	}
	return fmt.Sprintf("%d:%s", int(t.Minutes()), rest)
}

// changed marks both sides of a difference.
func (w *diffWriter) changed(before, after string) string {
	var b strings.Builder
	if before != "" {
		b.WriteString(w.mark(lookOld, "[-", before, "-]"))
	}
	if after != "" {
		if w.Color && before != "" {
			b.WriteByte(' ')
		}
		b.WriteString(w.mark(lookNew, "{+", after, "+}"))
	}
	return b.String()
}

// mark marks every word for itself, so that a line can break between them.
func (w *diffWriter) mark(codes, open, text, shut string) string {
	if !w.Color {
		return open + text + shut
	}
	words := strings.Split(text, " ")
	for i := range words {
		words[i] = w.look(codes, words[i])
	}
	return strings.Join(words, " ")
}

// inline is both sides as one text.
func (w *diffWriter) inline(pieces []DiffPiece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Apart {
			b.WriteByte(' ')
		}
		before, after := clean(p.Old), clean(p.New)
		switch {
		case p.Kind == PieceSame:
			b.WriteString(after)
		case p.Kind == PieceText:
			b.WriteString(w.changed(before, after))
		case w.Color:
			b.WriteString(w.mark(lookLesser, "", after, ""))
		default:
			b.WriteString("[~" + before + "~]{~" + after + "~}")
		}
	}
	return b.String()
}

// beside sets the old text left and the new one right.
func (w *diffWriter) beside(r *DiffRow) {
	const gap = 3
	cells := (w.Width - 2 - gap) / 2
	var sides [2]strings.Builder
	for _, p := range r.Pieces {
		for i, text := range []string{p.Old, p.New} {
			if text == "" {
				continue
			}
			if p.Apart && sides[i].Len() > 0 {
				sides[i].WriteByte(' ')
			}
			look := [][3]string{{lookOld, "[-", "-]"}, {lookNew, "{+", "+}"}}[i]
			switch p.Kind {
			case PieceSame:
				sides[i].WriteString(clean(text))
			case PieceText:
				sides[i].WriteString(w.mark(look[0], look[1], clean(text), look[2]))
			case PieceLesser:
				sides[i].WriteString(w.mark(lookLesser, look[1][:1]+"~", clean(text), "~"+look[2][1:]))
			}
		}
	}
	left, right := w.wrap(sides[0].String(), cells, ""), w.wrap(sides[1].String(), cells, "")
	for i := range max(len(left), len(right)) {
		var a, b string
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		w.line(strings.TrimRight("  "+pad(a, cells)+" │ "+b, " "))
	}
}

// wrap breaks a text into lines of at most that many cells.
func (w *diffWriter) wrap(text string, cells int, indent string) []string {
	if text == "" {
		return nil
	}
	lines := strings.Split(ansi.Wrap(text, max(cells, 10), " "), "\n")
	for i := range lines {
		lines[i] = indent + strings.TrimRight(lines[i], " ")
	}
	return lines
}

// diffJSON is a difference as DiffJSON writes it; its keys are an API.
type diffJSON struct {
	Old    string     `json:"old"`
	New    string     `json:"new"`
	Counts diffCounts `json:"counts"`
	Rows   []diffRow  `json:"rows"`
}

type diffCounts struct {
	Words         int `json:"words"`
	Substitutions int `json:"substitutions"`
	Insertions    int `json:"insertions"`
	Deletions     int `json:"deletions"`
	Lesser        int `json:"lesser"`
	Rows          int `json:"rows"`
	Text          int `json:"text"`
	LesserOnly    int `json:"lesser_only"`
	Times         int `json:"times"`
	Speakers      int `json:"speakers"`
	WordTimes     int `json:"word_times,omitempty"`
}

type diffRow struct {
	Text    bool          `json:"text"`
	Lesser  bool          `json:"lesser"`
	Times   bool          `json:"times"`
	Speaker bool          `json:"speaker"`
	Shift   float64       `json:"word_times,omitempty"`
	Old     []diffSegment `json:"old"`
	New     []diffSegment `json:"new"`
	Pieces  []diffPiece   `json:"pieces"`
}

type diffSegment struct {
	ID      string   `json:"id"`
	Start   *float64 `json:"start"` // in seconds, null where it is not known
	End     *float64 `json:"end"`
	Speaker string   `json:"speaker"`
	Text    string   `json:"text"`
}

type diffPiece struct {
	Kind string `json:"kind"` // same, lesser or text
	Old  string `json:"old"`
	New  string `json:"new"`
}

// DiffJSON writes the rows that differ as
//
//	{"old", "new", "counts": {"words", "substitutions", "insertions", "deletions", "lesser",
//	  "rows", "text", "lesser_only", "times", "speakers"},
//	 "rows": [{"text", "lesser", "times", "speaker", "old": [{"id", "start", "end", "speaker", "text"}],
//	  "new": […], "pieces": [{"kind", "old", "new"}]}]}
//
// Times are in seconds; before and after name the two. Rows and counts have
// "word_times" too where the times of the same words differ: by how much at
// most, and how many rows.
func DiffJSON(w io.Writer, before, after string, d *Difference) error {
	c := d.Counts
	out := diffJSON{Old: before, New: after, Rows: []diffRow{}, Counts: diffCounts{
		c.Words, c.Substitutions, c.Insertions, c.Deletions, c.Lesser, c.Rows, c.Texts, c.Lessers, c.Times, c.Speakers, c.WordTimes,
	}}
	for i := range d.Rows {
		r := &d.Rows[i]
		if !r.Changed() {
			continue
		}
		row := diffRow{r.Text, r.Lesser, r.Times, r.Speaker, r.WordTimes.Seconds(), diffSegments(r.Old), diffSegments(r.New), []diffPiece{}}
		for _, p := range r.Pieces {
			row.Pieces = append(row.Pieces, diffPiece{[]string{"same", "lesser", "text"}[p.Kind], p.Old, p.New})
		}
		out.Rows = append(out.Rows, row)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		return fmt.Errorf("writing the differences as JSON: %w", err)
	}
	return nil
}

func diffSegments(list []*transcript.Segment) []diffSegment {
	out := []diffSegment{}
	for _, s := range list {
		d := diffSegment{ID: s.ID, Speaker: s.Speaker, Text: s.Text}
		if s.Timed() {
			start, end := s.Start.Seconds(), s.End.Seconds()
			d.Start, d.End = &start, &end
		}
		out = append(out, d)
	}
	return out
}
