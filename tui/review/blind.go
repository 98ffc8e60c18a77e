package review

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/audio"
	"tapescript/quality"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/editor"
	"tapescript/tui/locale"
	"tapescript/tui/transport"
)

// Committed is the verdict of a blind pass: one's own text of a segment stands,
// and the draft may be seen.
const Committed Verdict = "own"

// BlindOpening is what a blind pass works on.
type BlindOpening struct {
	Draft *transcript.Transcript // hidden, segment by segment
	// Own is the transcript that is written: the draft's segments, their IDs and
	// times, and at first no text.
	Own       *transcript.Document
	Recording string
	Deck      Deck
	Log       Appender
	Entries   []Entry
	Reviewer  string
	Save      func(*transcript.Transcript) (path string, err error)
	Notice    string

	Words   *locale.Words
	Explain func(error) string
	Theme   tui.Theme
	Now     func() time.Time
}

// Blind is the screen on which a segment is written without its draft, which is
// shown once one's own text is committed and can be changed no more: what one
// has read cannot be unread.
type Blind struct {
	BlindOpening
	stage
	editor    *editor.Editor
	hidden    map[string]*transcript.Segment // the draft's, by ID
	committed map[string]bool
	revision  uint64 // as saved
	underWay  bool
}

// NewBlind prepares the screen.
func NewBlind(o BlindOpening) *Blind {
	b := &Blind{
		BlindOpening: o, stage: newStage(o.Deck, o.Words, o.Theme, o.Explain, o.Now),
		editor: editor.New(o.Own, o.Theme), hidden: byID(o.Draft.Segments), committed: map[string]bool{},
	}
	b.editor.SetWidths(ansi.WcWidth)
	b.log = &logbook{entries: slices.Clone(o.Entries), reviewer: o.Reviewer, now: b.now, out: o.Log}
	for _, e := range Standing(o.Entries) {
		if e.Verdict == Committed {
			b.committed[e.GoldSegment] = true
		}
	}
	b.toOpen()
	b.sound = b.transport.State()
	b.say(o.Notice)
	b.message.until = b.now().Add(time.Hour)
	return b
}

// toOpen goes to the first segment that is not committed.
func (b *Blind) toOpen() bool {
	for _, s := range b.Own.Transcript().Segments {
		if !b.committed[s.ID] {
			b.editor.SetCursor(transcript.Caret{Segment: s.ID, At: len(s.Text)})
			return true
		}
	}
	return false
}

// Init starts the clock.
func (b *Blind) Init() tea.Cmd { return b.startTick(0) }

// Flush writes what of the log is still in memory.
func (b *Blind) Flush() { _ = b.log.flush() }

// Unsaved says whether the file lacks something.
func (b *Blind) Unsaved() bool { return b.Own.Revision() != b.revision }

type ownSavedMsg struct {
	path     string
	revision uint64
	err      error
	quit     bool
}

// Update takes ticks and the results of commands.
func (b *Blind) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tickMsg:
		return b.onTick(msg)
	case loadedMsg:
		return b.onLoaded(msg)
	case writtenMsg:
		if msg.err != nil && b.log.err == nil {
			b.complain(b.words.Say("file.failing", b.explain(msg.err)))
		}
		return b.log.onWritten(msg)
	case ownSavedMsg:
		b.underWay = false
		if msg.err != nil {
			b.complain(b.words.Say("save.failed", "", b.explain(msg.err)))
			return nil
		}
		b.revision = msg.revision
		b.say(b.words.Say("save.done", msg.path))
		if msg.quit {
			return tea.Quit
		}
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore && msg.Value != ansi.ModeNotRecognized && msg.Value != ansi.ModePermanentlyReset {
			b.editor.SetWidths(ansi.GraphemeWidth)
		}
	}
	return nil
}

var blindMotions = map[tui.Action]editor.Motion{
	tui.MoveLeft: editor.Left, tui.MoveRight: editor.Right, tui.MoveWordLeft: editor.WordLeft, tui.MoveWordEnd: editor.WordRight,
	tui.MoveHome: editor.Home, tui.MoveEnd: editor.End, tui.MoveUp: editor.Up, tui.MoveDown: editor.Down,
	tui.SegmentUp: editor.SegmentUp, tui.SegmentDown: editor.SegmentDown, tui.First: editor.First, tui.Last: editor.Last,
}

// Do carries out an action.
func (b *Blind) Do(a tui.Action) tea.Cmd {
	if a == tui.Replay {
		return b.hear()
	}
	if a.Plays() {
		if b.loaded == "" && b.Recording != "" {
			return b.hear()
		}
		b.transport.Do(a, b.span(b.sound.Duration))
		return b.startTick(0)
	}
	b.message = message{}
	if m, ok := blindMotions[a]; ok {
		before := b.editor.Segment()
		b.editor.Move(m, false)
		if b.editor.Segment() != before {
			return b.hear()
		}
		return nil
	}
	switch a {
	case tui.NextAndPlay, tui.PreviousAndPlay:
		b.editor.Move(map[tui.Action]editor.Motion{tui.NextAndPlay: editor.SegmentDown, tui.PreviousAndPlay: editor.SegmentUp}[a], false)
		return b.hear()
	case tui.SplitHere:
		return b.enter()
	case tui.Backspace:
		return b.erase(b.editor.Backspace)
	case tui.DeleteNext:
		return b.erase(b.editor.DeleteForward)
	case tui.WordBack:
		return b.erase(b.editor.DeleteWordBack)
	case tui.Save:
		return b.startSave(false)
	case tui.Quit:
		return b.quit()
	}
	return nil
}

// Type takes typed or pasted text.
func (b *Blind) Type(text string) tea.Cmd {
	b.message = message{}
	return b.perform(b.editor.Type(strings.ReplaceAll(text, "\n", " ")))
}

// erase deletes within a segment: the draft's borders stay.
func (b *Blind) erase(do func() transcript.Edit) tea.Cmd {
	e := do()
	if _, ok := e.(transcript.Merge); ok {
		return nil
	}
	return b.perform(e)
}

// perform changes one's own text, of segments that are not committed.
func (b *Blind) perform(e transcript.Edit) tea.Cmd {
	s := b.editor.Segment()
	if e == nil || s == nil {
		return nil
	}
	if b.committed[s.ID] {
		b.say(b.words.Say("blind.stands"))
		return nil
	}
	c, err := b.Own.Apply(e)
	if err != nil {
		b.complain(b.words.Say("edit.refused", b.explain(err)))
		return nil
	}
	b.editor.Changed(c)
	return nil
}

// enter commits the segment, or goes on to the next open one.
func (b *Blind) enter() tea.Cmd {
	s := b.editor.Segment()
	if s == nil {
		return nil
	}
	if b.committed[s.ID] {
		if !b.toOpen() {
			b.say(b.words.Say("blind.done"))
			return nil
		}
		return b.hear()
	}
	b.committed[s.ID] = true
	n := b.log.next()
	draft := ""
	if d := b.hidden[s.ID]; d != nil {
		draft = d.Text
	}
	return b.log.add(Entry{
		N: n, Group: n, Item: b.Recording, Verdict: Committed, Kinds: []string{}, Text: s.Text, Draft: draft, At: s.Start.Seconds(),
		GoldSegment: s.ID, DraftSegment: s.ID,
	})
}

func (b *Blind) span(length time.Duration) audio.Span {
	s := b.editor.Segment()
	if s == nil || !s.Timed() {
		return audio.Span{End: length}
	}
	return audio.Span{Start: s.Start, End: s.End}
}

func (b *Blind) hear() tea.Cmd { return b.play(heard{b.Recording, b.span}) }

// counts compares the draft with one's own text where that is committed.
func (b *Blind) counts() quality.Counts {
	var own, draft transcript.Transcript
	for _, s := range b.Own.Transcript().Segments {
		if d := b.hidden[s.ID]; d != nil && b.committed[s.ID] {
			own.Segments, draft.Segments = append(own.Segments, s), append(draft.Segments, d)
		}
	}
	var sum quality.Counts
	for _, m := range quality.NewMatching(quality.Options{}).Match(&own, &draft) {
		sum = sum.Add(m.Counts)
	}
	return sum
}

// Draw lays the screen out: one's own text, and below it the draft of the
// segment, hidden or against it.
func (b *Blind) Draw(w, h int) tui.Frame {
	foot := append(b.draftRows(w, h), b.statusRow(w), b.foot(b.words.Say("blind.hint"), w))
	if len(foot) > h-1 {
		foot = foot[len(foot)-max(h-1, 0):]
	}
	b.editor.Resize(w, h-len(foot))
	rows, x, y := b.editor.Draw()
	return tui.Frame{Rows: append(rows, foot...), CursorX: x, CursorY: y}
}

func (b *Blind) draftRows(w, h int) []string {
	rows := []string{b.theme.Dim.Render(strings.Repeat("─", w))}
	each := max(1, min(4, (h-6)/6))
	s := b.editor.Segment()
	if s == nil || !b.committed[s.ID] {
		for _, line := range strings.Split(ansi.Wrap(b.words.Say("blind.hidden"), max(w-2, 1), ""), "\n") {
			rows = append(rows, b.theme.Dim.Render(ansi.Truncate(" "+line, w, "…")))
		}
		for len(rows) < 1+2*each {
			rows = append(rows, "")
		}
		return rows[:1+2*each]
	}
	c := &Case{Kinds: Substitution, Gold: Place{s, 0, len(s.Text)}, Draft: Place{}}
	if d := b.hidden[s.ID]; d != nil {
		c.Draft = Place{d, 0, len(d.Text)}
	}
	own, draft := differing(c)
	margin := 2 + max(ansi.StringWidth(b.words.Say("blind.own")), ansi.StringWidth(b.words.Say("review.draft")))
	for i, side := range []struct {
		place Place
		marks []bool
		label string
	}{{c.Gold, own, "blind.own"}, {c.Draft, draft, "review.draft"}} {
		style := b.theme.Substitution
		if i == 1 {
			style = b.theme.Insertion
		}
		label := " " + b.words.Say(side.label)
		label += strings.Repeat(" ", margin-ansi.StringWidth(label))
		for k, row := range passage(side.place, side.marks, w-margin-1, each, style, b.theme) {
			if k > 0 {
				label = strings.Repeat(" ", margin)
			}
			rows = append(rows, b.theme.Speaker.Render(label)+row)
		}
	}
	return rows
}

func (b *Blind) statusRow(w int) string {
	done := 0
	for _, s := range b.Own.Transcript().Segments {
		if b.committed[s.ID] {
			done++
		}
	}
	parts := []string{transport.Bar(b.sound, b.words), b.words.Say("blind.committed", done, len(b.Own.Transcript().Segments)), b.outputState()}
	if rate, ok := b.counts().WER(); ok {
		parts = append(parts, b.words.Say("blind.differs", b.words.Figure("%.2f%%", 100*rate)))
	}
	if b.Unsaved() {
		parts = append(parts, b.words.Say("file.unsaved"))
	}
	return barRow(parts, w, b.log.err != nil, &b.stage)
}

// startSave writes one's own text, in a command.
func (b *Blind) startSave(quit bool) tea.Cmd {
	if b.underWay || b.Save == nil {
		return nil
	}
	b.underWay = true
	write, snapshot, revision := b.Save, b.Own.Snapshot(), b.Own.Revision()
	return func() tea.Msg {
		path, err := write(snapshot)
		return ownSavedMsg{path, revision, err, quit}
	}
}

func (b *Blind) quit() tea.Cmd {
	if !b.Unsaved() {
		return tea.Quit
	}
	b.ask(b.words.Say("blind.quit"),
		tui.Choice{Key: "s", Label: b.words.Say("quit.save"), Do: func() tea.Cmd { return b.startSave(true) }},
		tui.Choice{Key: "l", Label: b.words.Say("review.leave"), Do: func() tea.Cmd { return tea.Quit }},
	)
	return nil
}
