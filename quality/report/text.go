package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"tapescript/quality"
	"tapescript/quality/align"
)

// Layout says how [Text] lays a report out. The zero value is plain English for
// 80 cells.
type Layout struct {
	Width int // in cells; 0 is 80
	// Color underlines errors and sets them in colours of the terminal's own
	// palette. Errors are in capitals either way.
	Color bool
	// Confusions is how many of the most frequent errors are listed; 0 is ten,
	// less than 0 none.
	Confusions int
	// Summary leaves out the alignments.
	Summary bool
	// Figure writes a number for people, as fmt.Sprintf does; nil is that, with a
	// point.
	Figure func(format string, x float64) string
	// Label returns the words for a key; nil gives the key itself. The keys are
	// words, errors, correct, substitutions, insertions, deletions, corpus,
	// mean, "word errors", "character errors", "frequent errors", missing,
	// extra, gold, hyp, normalize, align, unknown, "items wrong", MER, WIL,
	// numbers, names, negations, punctuation, case, points, cpWER, tcpWER, labels,
	// segments, starts, ends, interval, "interval of speakers", rules, against,
	// items, better, stretches, speakers, nobody and worst.
	Label func(key string) string
}

// Text writes reports for people. Where there are several, each has its file's
// name above it.
func Text(w io.Writer, scored []quality.Scored, l Layout) error {
	l.Width = cmp.Or(max(l.Width, 0), 80)
	l.Confusions = cmp.Or(l.Confusions, 10)
	if l.Figure == nil {
		l.Figure = point
	}
	if l.Label == nil {
		l.Label = func(key string) string { return key }
	}
	out := &writer{w: bufio.NewWriter(w), Layout: l}
	for i, s := range scored {
		more := make(chan []measure, 1)
		go func() { more <- measures(s.Report) }() // beside the rest: of many items it is half of the work
		if i > 0 {
			out.line("")
		}
		if len(scored) > 1 {
			out.line("%s", clean(s.File))
		}
		if !l.Summary {
			out.alignments(s.Report)
		}
		out.confusions(s.Report)
		out.names("missing", s.Report.Missing)
		out.names("extra", s.Report.Extra)
		out.speakers(s.Report)
		if l.Summary {
			out.worst(s.Report)
		}
		out.rules(s.Report.Rules)
		out.measures(<-more)
		out.figures(s.Report)
		out.versus(s.Versus, scored[0].File)
	}
	if err := out.w.Flush(); err != nil { // the first error of all writes
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// writer holds the first error until Flush.
type writer struct {
	w *bufio.Writer
	Layout
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w.w, format+"\n", args...)
}

// measures are what is known beside the error rates.
func (w *writer) measures(list []measure) {
	for _, m := range list {
		if m.of > 0 {
			fmt.Fprintf(w.w, "%s %d / %d  ", w.Label(m.key), m.wrong, m.of)
		} else {
			fmt.Fprintf(w.w, "%s ", w.Label(m.key))
		}
		w.line("%s", m.value(w.Figure))
	}
	if len(list) > 0 {
		w.line("")
	}
}

// rules are what the hypothesis breaks of its style.
func (w *writer) rules(list []quality.RuleCount) {
	if len(list) == 0 {
		return
	}
	w.line("%s", w.Label("rules"))
	for _, r := range list {
		w.line("  %5d  %s  %s", r.Count, clean(r.Rule), clean(r.Title))
	}
	w.line("")
}

// versus is how a file compares with the first.
func (w *writer) versus(d *quality.Difference, first string) {
	if d == nil {
		return
	}
	fmt.Fprintf(w.w, "%s %s, %s %d ", w.Label("against"), clean(first), w.Label("items"), d.Items)
	a, known := d.First.WER()
	b, alsoKnown := d.Second.WER()
	if known && alsoKnown {
		fmt.Fprintf(w.w, " %s > %s", w.Figure("%.2f%%", 100*a), w.Figure("%.2f%%", 100*b))
	}
	if d.IntervalKnown {
		fmt.Fprintf(w.w, "  95%% %s … %s", w.Figure("%+.2f", 100*d.Low), w.Figure("%+.2f", 100*d.High))
		fmt.Fprintf(w.w, "  %s %s", w.Label("better"), w.Figure("%.1f%%", 100*d.Improvement))
	}
	w.line("")
	if d.Known {
		w.line("MAPSSWE  %s %d  Z %s  p %s", w.Label("stretches"), d.Segments, w.Figure("%.3f", d.Z), w.Figure("%.4f", d.P))
	}
}

// figures come last, where a terminal leaves them in sight.
func (w *writer) figures(r *quality.Report) {
	c := r.Corpus
	w.line("%s %s, %s %s", w.Label("normalize"), r.Normalize, w.Label("align"), r.Align)
	w.line("%s %d  %s %d  %s %d  %s %d  %s %d", w.Label("words"), c.Words(), w.Label("correct"), c.Correct,
		w.Label("substitutions"), c.Substitutions, w.Label("insertions"), c.Insertions, w.Label("deletions"), c.Deletions)
	mean := r.Mean()
	w.rate("word errors", c.Errors(), c.Words())
	w.percent("corpus", c.WER)
	w.percent("mean", func() (float64, bool) { return mean.WER, mean.WERKnown })
	w.line("")
	if i := r.Confidence; i != nil {
		key := "interval"
		if i.BySpeaker {
			key = "interval of speakers"
		}
		w.line("%s %s … %s", w.Label(key), w.Figure("%.2f%%", 100*i.Low), w.Figure("%.2f%%", 100*i.High))
	}
	if c.Characters+c.CharacterErrors > 0 {
		w.rate("character errors", c.CharacterErrors, c.Characters)
		w.percent("corpus", c.CER)
		w.percent("mean", func() (float64, bool) { return mean.CER, mean.CERKnown })
		w.line("")
	}
}

func (w *writer) rate(key string, errors, whole int) {
	fmt.Fprintf(w.w, "%s %d / %d", w.Label(key), errors, whole)
}

func (w *writer) percent(key string, rate func() (float64, bool)) {
	if value, known := rate(); known {
		fmt.Fprintf(w.w, "  %s %s", w.Label(key), w.Figure("%.2f%%", 100*value))
		return
	}
	fmt.Fprintf(w.w, "  %s %s", w.Label(key), w.Label("unknown"))
}

func (w *writer) confusions(r *quality.Report) {
	list := r.Frequent(w.Confusions)
	if len(list) == 0 {
		return
	}
	w.line("%s", w.Label("frequent errors"))
	for _, c := range list {
		gold, hyp := nothing, nothing
		if c.Op != align.Insertion {
			gold = ansi.Truncate(clean(c.Gold), w.Width/2, "…")
		}
		if c.Op != align.Deletion {
			hyp = ansi.Truncate(clean(c.Hypothesis), w.Width/2, "…")
		}
		w.line("  %5d  %s > %s", c.Count, gold, hyp)
	}
	w.line("")
}

func (w *writer) names(key string, ids []string) {
	if len(ids) == 0 {
		return
	}
	w.line("%s %d", w.Label(key), len(ids))
	for _, id := range ids {
		w.line("  %s", clean(id))
	}
	w.line("")
}

// speakers are what each was counted, where there is more than one.
func (w *writer) speakers(r *quality.Report) {
	list := r.Speakers()
	if len(list) < 2 {
		return
	}
	w.line("%s", w.Label("speakers"))
	for _, s := range list {
		w.counted(cmp.Or(clean(s.Speaker), w.Label("nobody")), s.Counts)
	}
	w.line("")
}

// worst are the items of the most errors, where their alignments are left out.
func (w *writer) worst(r *quality.Report) {
	list := r.Worst(w.Confusions)
	if len(r.Items) < 2 || len(list) == 0 {
		return
	}
	w.line("%s", w.Label("worst"))
	for _, item := range list {
		w.counted(clean(item.ID), item.Counts)
	}
	w.line("")
}

// counted is a line of errors, words and their rate.
func (w *writer) counted(name string, c quality.Counts) {
	fmt.Fprintf(w.w, "  %5d / %d", c.Errors(), c.Words())
	if value, known := c.WER(); known {
		fmt.Fprintf(w.w, "  %s", w.Figure("%.2f%%", 100*value))
	}
	w.line("  %s", name)
}

// nothing stands where one side has no word. Normalised words have no asterisks
// in every profile but none and sclite, whose own sign it is.
const nothing = "***"

func (w *writer) alignments(r *quality.Report) {
	for i := range r.Items {
		item := &r.Items[i]
		if item.Counts.Errors() == 0 {
			continue
		}
		title := clean(item.ID)
		if item.Hypothesis > 0 {
			title += fmt.Sprintf(" #%d", item.Hypothesis)
		}
		if item.Speaker != "" {
			title += "  " + clean(item.Speaker)
		}
		w.line("%s  %s %d, %s %d", title, w.Label("words"), item.Counts.Words(), w.Label("errors"), item.Counts.Errors())
		w.pairs(item.Steps)
		w.line("")
	}
}

// pairs writes words under words, in as many pairs of lines as it takes.
func (w *writer) pairs(steps []quality.Step) {
	gold, hyp := w.Label("gold"), w.Label("hyp")
	head := max(ansi.StringWidth(gold), ansi.StringWidth(hyp))
	var top, bottom strings.Builder
	used := 0
	flush := func() {
		w.line("  %s%s", pad(gold, head), strings.TrimRight(top.String(), " "))
		w.line("  %s%s", pad(hyp, head), strings.TrimRight(bottom.String(), " "))
		top.Reset()
		bottom.Reset()
		used = 0
	}
	for _, s := range steps {
		above, below := words(s)
		cells := max(ansi.StringWidth(above), ansi.StringWidth(below))
		if used > 0 && 2+head+used+2+cells > w.Width {
			flush()
		}
		top.WriteString("  " + pad(w.paint(s.Op, above), cells))
		bottom.WriteString("  " + pad(w.paint(s.Op, below), cells))
		used += 2 + cells
	}
	if used > 0 {
		flush()
	}
}

func words(s quality.Step) (above, below string) {
	above, below = nothing, nothing
	if s.Gold != nil {
		above = clean(s.Gold.Text)
	}
	if s.Hypothesis != nil {
		below = clean(s.Hypothesis.Text)
	}
	if s.Op != align.Correct {
		above, below = strings.ToUpper(above), strings.ToUpper(below)
	}
	return above, below
}

// paint colours by kind: substitutions yellow, insertions green, deletions red.
func (w *writer) paint(op align.Op, text string) string {
	if !w.Color || op == align.Correct {
		return text
	}
	color := map[align.Op]string{align.Substitution: "33", align.Insertion: "32", align.Deletion: "31"}[op]
	return "\x1b[4;" + color + "m" + text + "\x1b[0m"
}

func pad(text string, cells int) string {
	return text + strings.Repeat(" ", max(0, cells-ansi.StringWidth(text)))
}

// clean takes out what could move the cursor or colour the terminal: texts and
// names may come from strangers.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' ||
			r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return '\ufffd'
		}
		return r
	}, text)
}
