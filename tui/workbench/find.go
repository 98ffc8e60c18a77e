package workbench

import (
	"regexp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
	"tapescript/tui"
)

// finder is what was looked for last.
type finder struct {
	pattern string
	with    string
	regexp  bool
	exact   bool // upper and lower case differ
	at      int  // of the matches, the one that is shown
	matches []match
	people  []transcript.Speaker // whose names match
	found   uint64               // the revision that the matches are of
	wrong   bool                 // the pattern is no regular expression
}

// match is a place in the text: the bytes [from, to) of a segment.
type match struct {
	segment  *transcript.Segment
	index    int
	from, to int
}

// compile makes the expression; nil where there is none to make.
func (f *finder) compile() *regexp.Regexp {
	f.wrong = false
	if f.pattern == "" {
		return nil
	}
	source := f.pattern
	if !f.regexp {
		source = regexp.QuoteMeta(source)
	}
	flags := "(?m)"
	if !f.exact {
		flags = "(?im)"
	}
	// RE2 takes linear time whatever the pattern, and bounds its size.
	re, err := regexp.Compile(flags + source)
	f.wrong = err != nil
	return re
}

// find looks through the text and the speakers' names.
func (w *Workbench) find() {
	f := &w.finder
	f.matches, f.people, f.found = nil, nil, w.doc.Revision()
	re := f.compile()
	if re == nil {
		return
	}
	t := w.doc.Transcript()
	for i, s := range t.Segments {
		for _, m := range re.FindAllStringIndex(s.Text, -1) {
			if m[1] > m[0] { // the empty match of x* is nothing to show
				f.matches = append(f.matches, match{s, i, m[0], m[1]})
			}
		}
	}
	for _, sp := range t.Speakers {
		if m := re.FindStringIndex(t.SpeakerName(sp.ID)); m != nil && m[1] > m[0] {
			f.people = append(f.people, sp)
		}
	}
}

// askFind asks what to look for; what is typed is looked for at once.
func (w *Workbench) askFind(replacing bool) {
	f := &w.finder
	if text := w.editor.SelectedText(); text != "" && !strings.Contains(text, "\n") {
		f.pattern = text
		if f.regexp {
			f.pattern = regexp.QuoteMeta(text)
		}
	}
	line := f.pattern
	start := w.editor.Cursor()
	if from, _, ok := w.editor.Selection(); ok {
		start = from
	}
	look := func() {
		w.find()
		f.at = w.firstFrom(start)
		w.showMatch()
	}
	toggle := func(which *bool) func() tea.Cmd {
		return func() tea.Cmd { *which = !*which; look(); return nil }
	}
	step := func(by int) func() tea.Cmd {
		return func() tea.Cmd { w.stepMatch(by); return nil }
	}
	q := &tui.Question{
		Text: w.Words.Say("find.question"), Input: &line,
		Changed: func(text string) { f.pattern = text; look() },
		Above: func(width, _ int) []string {
			return []string{ansi.Truncate(" "+w.findState(), width, "…")}
		},
		Keys: map[string]func() tea.Cmd{
			"ctrl+e": toggle(&f.regexp), "ctrl+t": toggle(&f.exact),
			"down": step(1), "up": step(-1), "ctrl+g": step(1),
		},
		Cancel: w.dismiss,
		Enter:  func(string) tea.Cmd { w.stepMatch(1); return nil },
	}
	next := func() tea.Cmd {
		if len(f.matches)+len(f.people) > 0 {
			w.askWith()
		}
		return nil
	}
	q.Keys["ctrl+r"] = next
	if replacing {
		q.Text = w.Words.Say("replace.question")
		q.Enter = func(string) tea.Cmd { return next() }
	}
	w.question = q
	if line != "" {
		look()
	}
}

// findState says how much was found, and how it is looked for.
func (w *Workbench) findState() string {
	f := &w.finder
	text := ""
	switch {
	case f.wrong:
		text = w.Words.Say("find.wrong")
	case f.pattern == "":
	case len(f.matches) == 0 && len(f.people) == 0:
		text = w.Words.Say("find.none")
	default:
		text = w.Words.Count("find.found", len(f.matches), min(f.at+1, len(f.matches)))
		if len(f.people) > 0 {
			text += ", " + w.Words.Count("find.people", len(f.people))
		}
	}
	onOff := map[bool]string{true: w.Words.Say("find.on"), false: w.Words.Say("find.off")}
	return strings.TrimSpace(text + "   " + w.Words.Say("find.how", onOff[f.regexp], onOff[f.exact]))
}

// firstFrom is the first match that begins at a place or behind it; the first
// of all where there is none.
func (w *Workbench) firstFrom(c transcript.Caret) int {
	here := w.doc.Index(c.Segment)
	i := slices.IndexFunc(w.finder.matches, func(m match) bool {
		return m.index > here || m.index == here && m.from >= c.At
	})
	return max(i, 0)
}

func (w *Workbench) showMatch() {
	if f := &w.finder; f.at < len(f.matches) {
		m := f.matches[f.at]
		w.editor.Select(transcript.Caret{Segment: m.segment.ID, At: m.from}, transcript.Caret{Segment: m.segment.ID, At: m.to})
		w.rememberPlace()
	}
}

// stepMatch goes to another match, round the ends.
func (w *Workbench) stepMatch(by int) {
	f := &w.finder
	if n := len(f.matches); n > 0 {
		f.at = (f.at + by + n) % n
		w.showMatch()
	}
}

// findAgain goes to the next match from the cursor without asking.
func (w *Workbench) findAgain(by int) tea.Cmd {
	f := &w.finder
	if f.pattern == "" {
		w.askFind(false)
		return nil
	}
	w.find()
	if len(f.matches) == 0 {
		w.say(w.Words.Say("find.none"))
		return nil
	}
	c := w.editor.Cursor() // behind the match that is shown
	f.at = w.firstFrom(c)
	m := f.matches[f.at]
	if by < 0 {
		f.at = (f.at - 1 + len(f.matches)) % len(f.matches)
		if p := f.matches[f.at]; p.segment.ID == c.Segment && p.to == c.At && m != p {
			f.at = (f.at - 1 + len(f.matches)) % len(f.matches)
		}
	}
	w.showMatch()
	w.say(w.findState())
	return w.measureWave()
}

// askWith asks for the replacement, showing what each place would become.
func (w *Workbench) askWith() {
	f := &w.finder
	line := f.with
	w.question = &tui.Question{
		Text:    w.Words.Say("replace.with", f.pattern),
		Input:   &line,
		Changed: func(text string) { f.with = text },
		Above:   w.previewReplace,
		Cancel:  w.dismiss,
		Keys: map[string]func() tea.Cmd{
			"down": func() tea.Cmd { w.stepMatch(1); return nil },
			"up":   func() tea.Cmd { w.stepMatch(-1); return nil },
			"ctrl+o": func() tea.Cmd {
				return w.replaceOne()
			},
		},
		Enter: func(string) tea.Cmd {
			w.question = nil
			return w.replaceAll()
		},
	}
}

// replacement is what a match becomes; $1 stands for a group of a regular
// expression, and only of one.
func (f *finder) replacement(re *regexp.Regexp, text string, from, to int) string {
	if !f.regexp {
		return transcript.Clean(f.with)
	}
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		if m[0] == from && m[1] == to {
			return transcript.Clean(string(re.ExpandString(nil, f.with, text, m)))
		}
	}
	return text[from:to]
}

// previewReplace shows the matches around the one that is selected, before and
// after.
func (w *Workbench) previewReplace(width, most int) []string {
	f := &w.finder
	re := f.compile()
	if re == nil {
		return nil
	}
	counts := w.Words.Count("replace.counts", len(f.matches))
	if len(f.people) > 0 {
		counts += ", " + w.Words.Count("find.people", len(f.people))
	}
	rows := []string{ansi.Truncate(" "+w.Words.Say("replace.colon", counts), width, "…")}
	most = min(most-1, 6)
	list := tui.Menu(width, most, f.at, len(f.matches), w.Theme, func(i int) string {
		m := f.matches[i]
		text := m.segment.Text
		before := lastCells(text[:m.from], 16)
		after := text[m.to:]
		return clock(m.segment.Start) + "  " + before + "[" + text[m.from:m.to] + "→" + f.replacement(re, text, m.from, m.to) + "]" + after
	})
	return append(rows, list...)
}

// lastCells is the end of a text, of at most n cells.
func lastCells(text string, n int) string {
	if over := ansi.StringWidth(text) - n; over > 0 {
		return ansi.TruncateLeft(text, over+1, "…")
	}
	return text
}

// replaceOne replaces the match that is shown and goes to the next.
func (w *Workbench) replaceOne() tea.Cmd {
	f := &w.finder
	re := f.compile()
	if re == nil || f.at >= len(f.matches) {
		return nil
	}
	m := f.matches[f.at]
	with := f.replacement(re, m.segment.Text, m.from, m.to)
	cmd := w.perform(transcript.Splice{Segment: m.segment.ID, At: m.from, Delete: m.segment.Text[m.from:m.to], Insert: with})
	w.find()
	f.at = w.firstFrom(transcript.Caret{Segment: m.segment.ID, At: m.from + len(with)})
	w.showMatch()
	if len(f.matches) == 0 {
		w.question = nil
		w.say(w.Words.Say("find.none"))
	}
	return cmd
}

// replaceAll replaces every match, in text and names, as one step.
func (w *Workbench) replaceAll() tea.Cmd {
	f := &w.finder
	if f.found != w.doc.Revision() {
		w.find()
	}
	re := f.compile()
	if re == nil {
		return nil
	}
	var edits []transcript.Edit
	for _, m := range slices.Backward(f.matches) { // from the end, so that places stay
		with := f.replacement(re, m.segment.Text, m.from, m.to)
		if old := m.segment.Text[m.from:m.to]; old != with {
			edits = append(edits, transcript.Splice{Segment: m.segment.ID, At: m.from, Delete: old, Insert: with})
		}
	}
	t := w.doc.Transcript()
	for _, sp := range f.people {
		name := t.SpeakerName(sp.ID)
		with := re.ReplaceAllLiteralString(name, f.with)
		if f.regexp {
			with = re.ReplaceAllString(name, f.with)
		}
		with = strings.TrimSpace(strings.ReplaceAll(transcript.Clean(with), "\n", " "))
		switch {
		case with == "" || with == name:
		case w.named(with, sp.ID): // two names become one: what one says goes to the other
			other := w.doc.Snapshot().SpeakerNamed(with)
			for _, s := range t.Segments {
				if s.Speaker == sp.ID {
					edits = append(edits, transcript.SetSpeaker{Segment: s.ID, Speaker: other.ID})
				}
			}
		default:
			edits = append(edits, transcript.RenameSpeaker{ID: sp.ID, Name: with})
		}
	}
	if len(edits) == 0 {
		w.say(w.Words.Say("find.none"))
		return nil
	}
	w.say(w.Words.Count("replace.done", len(edits)))
	return w.perform(transcript.Batch{Edits: edits})
}
