package workbench

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/spell"
)

// Spelling is what words are held against. Both functions are called in
// commands.
type Spelling struct {
	// Load reads the dictionary of a transcript's language and the words that
	// are right besides; nil: there is no spell check.
	Load func(*transcript.Transcript) (*spell.Checker, error)
	// Learn keeps a word, in the person's list or the project's.
	Learn func(word string, project bool) error
	// Project: there is a folder for the project's list.
	Project bool
}

// spelling is the walk from one misspelt word to the next: a queue, not paint.
type spelling struct {
	checker *spell.Checker
	asked   int             // which walk an answer belongs to
	skipped map[string]bool // words to pass over in this session
	once    map[place]bool  // places to pass over
	found   []slip          // as of the last look
}

// slip is a misspelt word: a segment as it was, and where in its text.
type slip struct {
	segment *transcript.Segment
	spell.Span
}

func (s slip) word() string { return s.segment.Text[s.From:s.To] }

// place names where a word stands that was ignored.
type place struct {
	segment string
	from    int
	word    string
}

// spelledMsg is what a look through the transcript found.
type spelledMsg struct {
	asked   int
	typed   int64 // when the person last did something, then
	checker *spell.Checker
	err     error
	found   []slip // all that are misspelt, in order
	next    int    // of them, the first from the cursor on
	propose []string
}

// nextMisspelt looks for the next word from the cursor on that the dictionary
// does not have, in a command: the dictionary may have to be read first.
func (w *Workbench) nextMisspelt() tea.Cmd {
	if w.Spelling.Load == nil {
		w.complain(w.Words.Say("spell.off"))
		return nil
	}
	w.spell.asked++
	t, load := w.doc.Snapshot(), w.Spelling.Load
	m := spelledMsg{asked: w.spell.asked, typed: w.lastTyped.UnixNano(), checker: w.spell.checker}
	here, at := max(w.doc.Index(w.editor.Cursor().Segment), 0), w.editor.Cursor().At
	if _, _, ok := w.editor.Selection(); ok {
		at++ // the word that is selected was asked for
	}
	passed := w.spell.passing()
	return func() tea.Msg {
		if m.checker == nil {
			if m.checker, m.err = load(t); m.err != nil {
				return m
			}
		}
		m.look(t, here, at, passed)
		return m
	}
}

// passing is what to pass over, for a command: a copy.
func (s *spelling) passing() func(slip) bool {
	skipped, once := make(map[string]bool, len(s.skipped)), make(map[place]bool, len(s.once))
	for k := range s.skipped {
		skipped[k] = true
	}
	for k := range s.once {
		once[k] = true
	}
	return func(x slip) bool {
		return skipped[strings.ToLower(x.word())] || once[place{x.segment.ID, x.From, x.word()}]
	}
}

// look finds the misspelt words of a transcript, and proposes for the next.
func (m *spelledMsg) look(t *transcript.Transcript, here, at int, passed func(slip) bool) {
	names := map[string]bool{}
	for _, sp := range t.Speakers {
		for _, part := range strings.Fields(sp.Name) {
			names[part] = true
		}
	}
	m.next = -1
	for i, s := range t.Segments {
		for _, span := range m.checker.Misspelt(s.Text) {
			x := slip{s, span}
			if names[x.word()] || passed(x) {
				continue
			}
			if m.next < 0 && (i > here || i == here && x.To >= at) {
				m.next = len(m.found)
			}
			m.found = append(m.found, x)
		}
	}
	if len(m.found) == 0 {
		return
	}
	m.next = max(m.next, 0) // round the end
	m.propose = m.checker.Suggest(m.found[m.next].word())
}

// onSpelled selects the next misspelt word, plays it and asks what to do. An
// answer that comes after the person went on is dropped.
func (w *Workbench) onSpelled(m spelledMsg) tea.Cmd {
	if m.err == nil && w.spell.checker == nil {
		w.spell.checker = m.checker
	}
	if m.asked != w.spell.asked || m.typed != w.lastTyped.UnixNano() || w.question != nil {
		return nil
	}
	if m.err != nil {
		w.complain(w.Explain(m.err))
		return nil
	}
	if len(m.found) == 0 {
		w.say(w.Words.Say("spell.none", m.checker.Dictionary().Name()))
		return nil
	}
	x := m.found[m.next]
	if w.doc.Segment(x.segment.ID) != x.segment { // changed since, by no key of the person's
		return w.nextMisspelt()
	}
	w.spell.found = m.found
	w.editor.Select(transcript.Caret{Segment: x.segment.ID, At: x.From}, transcript.Caret{Segment: x.segment.ID, At: x.To})
	w.rememberPlace()
	if span := wordSpan(x.segment, x.From, x.To); x.segment.Timed() && span.End > span.Start {
		w.transport.PlaySpan(span)
	}
	w.askSpelling(x, m.next+1, m.propose)
	return tea.Batch(w.startTick(0), w.measureWave())
}

// askSpelling asks what to do with a misspelt word.
func (w *Workbench) askSpelling(x slip, number int, propose []string) {
	alike := w.misspeltAlike(x)
	text := w.Words.Say("spell.question", number, len(w.spell.found), x.word())
	if len(propose) == 0 {
		text = w.Words.Say("spell.question-nothing", number, len(w.spell.found), x.word())
	}
	choices := w.proposals(propose, func(with string) tea.Cmd { return w.respell([]slip{x}, with) })
	if len(alike) > 1 && len(propose) > 0 {
		choices = append(choices, tui.Choice{Key: "a", Label: w.Words.Count("spell.all", len(alike)), Do: func() tea.Cmd {
			w.ask(w.Words.Count("spell.question-all", len(alike), x.word()),
				w.proposals(propose, func(with string) tea.Cmd { return w.respell(alike, with) })...)
			return nil
		}})
	}
	choices = append(choices,
		tui.Choice{Key: "e", Label: w.Words.Say("spell.write"), Do: func() tea.Cmd { return w.writeMisspelt(x) }},
		tui.Choice{Key: "i", Label: w.Words.Say("spell.once"), Do: func() tea.Cmd { return w.passOver(x, false) }},
		tui.Choice{Key: "s", Label: w.Words.Say("spell.session"), Do: func() tea.Cmd { return w.passOver(x, true) }})
	if w.Spelling.Learn != nil {
		choices = append(choices, tui.Choice{Key: "w", Label: w.Words.Say("spell.mine"), Do: func() tea.Cmd { return w.learnWord(x, false) }})
		if w.Spelling.Project {
			choices = append(choices, tui.Choice{Key: "p", Label: w.Words.Say("spell.project"), Do: func() tea.Cmd { return w.learnWord(x, true) }})
		}
	}
	w.ask(text, choices...)
}

// proposals are the words to choose from, by their digits.
func (w *Workbench) proposals(propose []string, do func(string) tea.Cmd) []tui.Choice {
	var list []tui.Choice
	for i, word := range propose[:min(len(propose), 9)] {
		list = append(list, tui.Choice{Key: strconv.Itoa(i + 1), Label: word, Do: func() tea.Cmd { return do(word) }})
	}
	return list
}

// misspeltAlike are the places where the same word is misspelt.
func (w *Workbench) misspeltAlike(x slip) []slip {
	var list []slip
	for _, o := range w.spell.found {
		if strings.EqualFold(o.word(), x.word()) && w.doc.Segment(o.segment.ID) == o.segment {
			list = append(list, o)
		}
	}
	return list
}

// respell puts another word in these places, as one step, and goes on.
func (w *Workbench) respell(places []slip, with string) tea.Cmd {
	var edits []transcript.Edit
	for _, x := range slices.Backward(places) { // from the last, so that places before it stay
		word := x.word()
		edits = append(edits, transcript.Splice{Segment: x.segment.ID, At: x.From, Delete: word, Insert: likeCase(word, places[0].word(), with)})
	}
	cmd := w.together(edits)
	first := places[0]
	if c := w.editor.Cursor(); c.Segment != first.segment.ID {
		w.editor.SetCursor(transcript.Caret{Segment: first.segment.ID, At: first.From})
	}
	return tea.Batch(cmd, w.nextMisspelt())
}

// writeMisspelt leaves the word selected, to be typed over; all like it can
// follow, as with an uncertain word.
func (w *Workbench) writeMisspelt(x slip) tea.Cmd {
	w.doubt = doubt{x.segment.ID, x.segment.Text, x.From, x.To}
	w.say(w.Words.Say("spell.type"))
	return nil
}

// passOver leaves a word as it is: here, or wherever it stands in this session.
func (w *Workbench) passOver(x slip, everywhere bool) tea.Cmd {
	if everywhere {
		if w.spell.skipped == nil {
			w.spell.skipped = map[string]bool{}
		}
		w.spell.skipped[strings.ToLower(x.word())] = true
	} else {
		if w.spell.once == nil {
			w.spell.once = map[place]bool{}
		}
		w.spell.once[place{x.segment.ID, x.From, x.word()}] = true
	}
	return w.nextMisspelt()
}

// learntMsg says that a word was kept, or why not.
type learntMsg struct {
	word string
	err  error
}

// learnWord keeps a word as right.
func (w *Workbench) learnWord(x slip, project bool) tea.Cmd {
	word, learn := x.word(), w.Spelling.Learn
	w.spell.checker.Know(word)
	if project && !slices.Contains(w.Habits.Glossary, word) {
		w.Habits.Glossary = append(w.Habits.Glossary, word) // to be completed, too
	}
	return func() tea.Msg { return learntMsg{word, learn(word, project)} }
}

// onLearnt goes on, or stays to say why a word was not kept.
func (w *Workbench) onLearnt(m learntMsg) tea.Cmd {
	if m.err != nil {
		w.complain(w.Words.Say("spell.not-kept", m.word, w.Explain(m.err)))
		return nil
	}
	return w.nextMisspelt()
}
