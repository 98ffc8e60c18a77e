package workbench

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/quality"
	"tapescript/quality/align"
	"tapescript/transcript"
	"tapescript/tui/editor"
	"tapescript/tui/locale"
)

// scoreboard is the live score. One command scores at a time; what is typed
// meanwhile is scored by the next.
type scoreboard struct {
	live     *quality.Live // nil without a gold
	counts   quality.Counts
	known    bool   // counts are of some revision
	revision uint64 // of which
	underWay bool
	touched  map[string]bool           // segments edited since: their marks went with the text
	jump     int                       // a jump to an error that waits for the score: 1, -1 or 0
	shown    map[string][]quality.Mark // as the editor has them; the command's while one is under way
}

func (b *scoreboard) init(gold *transcript.Transcript, o quality.Options) {
	if gold != nil {
		b.live, b.shown, b.touched = quality.NewLive(gold, o), map[string][]quality.Mark{}, map[string]bool{}
	}
}

// touch remembers the segments of a change. An undo can bring back the very
// segment that was scored before, with marks that the editor has dropped.
func (b *scoreboard) touch(c transcript.Change) {
	if b.live == nil {
		return
	}
	for _, r := range c.Runs {
		for _, s := range r.Inserted {
			b.touched[s.ID] = true
		}
	}
}

type scoredMsg struct {
	revision uint64
	counts   quality.Counts
	shown    map[string][]quality.Mark
	changed  map[string][]quality.Mark // segments whose marks are others now
}

// status is the score line, in full and short, or "" without a gold.
func (b *scoreboard) status(words *locale.Words) (full, short string) {
	if b.live == nil {
		return "", ""
	}
	if !b.known {
		return words.Say("score.working"), ""
	}
	rate, known := b.counts.WER()
	if !known {
		return words.Say("score.wer-none"), ""
	}
	c, percent := b.counts, words.Figure("%.1f%%", 100*rate)
	return words.Say("score.wer", percent, c.Substitutions, c.Deletions, c.Insertions, c.Words()), words.Say("score.wer-short", percent)
}

// scoreDelay lets the letter be drawn before its score is worked out; nobody
// reads the score within a blink.
const scoreDelay = 40 * time.Millisecond

type settledMsg struct{}

// rescore scores the document in a moment, with what is typed until then.
func (w *Workbench) rescore() tea.Cmd {
	b := &w.score
	if b.live == nil || b.underWay {
		return nil
	}
	b.underWay = true
	return w.after(scoreDelay, func(time.Time) tea.Msg { return settledMsg{} })
}

// scoreNow scores the document as it is now, in a command.
func (w *Workbench) scoreNow() tea.Cmd {
	live, shown := w.score.live, w.score.shown
	snapshot, revision := w.doc.Snapshot(), w.doc.Revision()
	return func() tea.Msg {
		m := scoredMsg{revision: revision, counts: live.Score(snapshot)}
		m.shown, m.changed = newMarks(live, snapshot, shown)
		return m
	}
}

// newMarks finds the segments whose marks are not those shown. A block that
// was not scored again gives the very slices that it gave before.
func newMarks(live *quality.Live, t *transcript.Transcript, shown map[string][]quality.Mark) (now, changed map[string][]quality.Mark) {
	now, changed = make(map[string][]quality.Mark, len(shown)), map[string][]quality.Mark{}
	for _, s := range t.Segments {
		marks, _ := live.Marks(s)
		before := shown[s.ID]
		if len(marks) > 0 {
			now[s.ID] = marks
		}
		if len(marks) != len(before) || len(marks) > 0 && &marks[0] != &before[0] {
			changed[s.ID] = marks
		}
	}
	return now, changed
}

// onScored takes a score. One of an older text is replaced by the next, which
// begins now; its marks are not shown.
func (w *Workbench) onScored(m scoredMsg) tea.Cmd {
	b := &w.score
	b.underWay = false
	b.counts, b.known, b.revision = m.counts, true, m.revision
	if m.revision != w.doc.Revision() {
		return w.rescore()
	}
	b.shown = m.shown
	for id := range b.touched {
		m.changed[id] = m.shown[id]
	}
	clear(b.touched)
	for id, marks := range m.changed {
		list := make([]editor.Mark, len(marks))
		for i, mark := range marks {
			list[i] = editor.Mark{From: mark.From, To: mark.To, Kind: markKinds[mark.Op], Note: mark.Gold}
		}
		w.editor.SetMarks(id, list)
	}
	if jump := b.jump; jump != 0 {
		b.jump = 0
		return w.jumpToError(jump)
	}
	return nil
}

var markKinds = map[align.Op]editor.MarkKind{
	align.Substitution: editor.Substitution,
	align.Insertion:    editor.Insertion,
	align.Deletion:     editor.Deletion,
}

// mistake is an error and the segment that it is in.
type mistake struct {
	segment *transcript.Segment
	index   int // of the segment
	quality.Mark
}

// mistakes lists the errors in the order of the text.
func (w *Workbench) mistakes() []mistake {
	var list []mistake
	for i, s := range w.doc.Transcript().Segments {
		marks, _ := w.score.live.Marks(s)
		for _, m := range marks {
			list = append(list, mistake{s, i, m})
		}
	}
	return list
}

// jumpToError goes to the next (1) or previous (-1) error from the cursor, says
// what it is, and plays it.
func (w *Workbench) jumpToError(direction int) tea.Cmd {
	switch {
	case w.score.live == nil:
		w.say(w.Words.Say("score.no-gold"))
		return nil
	case !w.score.known || w.score.revision != w.doc.Revision():
		w.score.jump = direction
		return nil
	}
	list := w.mistakes()
	if len(list) == 0 {
		w.say(w.Words.Say("score.no-errors"))
		return nil
	}
	i := w.nextMistake(list, direction)
	m := list[i]
	w.editor.SetCursor(transcript.Caret{Segment: m.segment.ID, At: m.From})
	w.say(w.Words.Say("score.error", i+1, len(list), w.describe(m)))
	w.message.until = w.Now().Add(time.Minute)
	w.rememberPlace()
	if span := wordSpan(m.segment, m.From, m.To); span.End > span.Start {
		w.transport.PlaySpan(span)
	}
	return tea.Batch(w.startTick(0), w.measureWave())
}

// nextMistake is the index of the error behind the cursor, or before it, round
// the ends.
func (w *Workbench) nextMistake(list []mistake, direction int) int {
	c := w.editor.Cursor()
	here := w.doc.Index(c.Segment)
	behind := func(m mistake) bool { return m.index > here || m.index == here && m.From > c.At }
	if direction > 0 {
		return max(slices.IndexFunc(list, behind), 0)
	}
	for i, m := range slices.Backward(list) {
		if !behind(m) && (m.index != here || m.From != c.At) {
			return i
		}
	}
	return len(list) - 1
}

func (w *Workbench) describe(m mistake) string {
	written := m.segment.Text[m.From:m.To]
	switch m.Op {
	case align.Insertion:
		return w.Words.Say("score.insertion", written)
	case align.Deletion:
		return w.Words.Say("score.deletion", m.Gold)
	}
	return w.Words.Say("score.substitution", written, m.Gold)
}
