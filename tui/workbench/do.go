package workbench

import (
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/editor"
)

// motions are the actions that only move the cursor.
var motions = map[tui.Action]editor.Motion{
	tui.MoveLeft: editor.Left, tui.MoveRight: editor.Right,
	tui.MoveWordLeft: editor.WordLeft, tui.MoveWordEnd: editor.WordRight,
	tui.MoveHome: editor.Home, tui.MoveEnd: editor.End,
	tui.MoveUp: editor.Up, tui.MoveDown: editor.Down,
	tui.SegmentUp: editor.SegmentUp, tui.SegmentDown: editor.SegmentDown,
	tui.PageUp: editor.PageUp, tui.PageDown: editor.PageDown,
	tui.First: editor.First, tui.Last: editor.Last,
}

// selections are the actions that move the cursor and select.
var selections = map[tui.Action]editor.Motion{
	tui.SelectLeft: editor.Left, tui.SelectRight: editor.Right,
	tui.SelectWordL: editor.WordLeft, tui.SelectWordR: editor.WordRight,
	tui.SelectHome: editor.Home, tui.SelectEnd: editor.End,
	tui.SelectUp: editor.Up, tui.SelectDown: editor.Down,
}

// Do carries out an action.
func (w *Workbench) Do(a tui.Action) tea.Cmd {
	w.active()
	w.learn(a)
	if a.Plays() {
		w.play(a)
		return w.startTick(0)
	}
	w.message = message{}
	w.lastTyped = w.Now()
	w.count.edit(a)
	if m, ok := motions[a]; ok {
		return w.move(m)
	}
	if m, ok := selections[a]; ok {
		w.editor.Move(m, true)
		return nil
	}
	if n := slices.Index(tui.Speakers, a); n >= 0 {
		return w.speaker(n)
	}
	return w.doEdit(a)
}

// doEdit carries out what is neither playing nor moving.
func (w *Workbench) doEdit(a tui.Action) tea.Cmd {
	switch a {
	case tui.SplitHere:
		return w.enter()
	case tui.NextSpeaker:
		return w.nextSpeaker()
	case tui.LineBreak:
		return w.perform(w.editor.Type("\n"))
	case tui.Backspace:
		return w.perform(w.editor.Backspace())
	case tui.DeleteNext:
		return w.perform(w.editor.DeleteForward())
	case tui.WordBack:
		return w.perform(w.editor.DeleteWordBack())
	case tui.WordForward:
		return w.perform(w.editor.DeleteWordForward())
	case tui.Inaudible:
		return w.inaudible()
	case tui.Timestamp:
		return w.timestamp()
	case tui.GoTo:
		w.askTime()
		return nil
	case tui.Tag, tui.Snippets, tui.FillIn, tui.Complete, tui.TypePause, tui.Trim:
		return w.assist(a)
	case tui.Copy:
		return w.copySelection()
	case tui.Cut:
		return tea.Batch(w.copySelection(), w.cutSelection())
	case tui.Undo:
		return w.travel(w.doc.Undo, "edit.nothing-to-undo")
	case tui.Redo:
		return w.travel(w.doc.Redo, "edit.nothing-to-redo")
	case tui.NextAndPlay:
		return w.moveAndPlay(editor.SegmentDown)
	case tui.PreviousAndPlay:
		return w.moveAndPlay(editor.SegmentUp)
	case tui.ToPlayhead:
		return w.toPlayhead()
	case tui.AutoPlay:
		w.AutoPlay = !w.AutoPlay
		w.say(w.Words.Say(map[bool]string{true: "play.auto-on", false: "play.auto-off"}[w.AutoPlay]))
		return nil
	default:
		return w.doDraft(a)
	}
}

// doDraft carries out what has to do with the draft that work began from.
func (w *Workbench) doDraft(a tui.Action) tea.Cmd {
	switch a {
	case tui.NextMisspelt:
		return w.nextMisspelt()
	case tui.NextDoubt:
		return w.jumpToDoubt(1)
	case tui.PreviousDoubt:
		return w.jumpToDoubt(-1)
	case tui.KeepWord:
		return w.keepWord()
	case tui.AllLikeIt:
		return w.allLikeIt()
	case tui.NextChange:
		return w.jumpToChange(1)
	case tui.PreviousChange:
		return w.jumpToChange(-1)
	case tui.RevertWord:
		return w.revertWord()
	case tui.RevertSegment:
		return w.revertSegment()
	case tui.RevertAll:
		w.askRevertAll()
		return nil
	}
	return w.doSegment(a)
}

// doSegment carries out the actions on segments and on the work as a whole.
func (w *Workbench) doSegment(a tui.Action) tea.Cmd {
	switch a {
	case tui.StartHere:
		return w.border(true)
	case tui.EndHere:
		return w.border(false)
	case tui.BeginSegments:
		return w.begin()
	case tui.InsertSegment:
		return w.insertSegment()
	case tui.DeleteSegment:
		return w.deleteSegments()
	case tui.Resegment:
		return w.resegment()
	case tui.NextRemark:
		return w.nextRemark()
	case tui.FixRemark:
		return w.fixRemark()
	case tui.MergeSegments:
		return w.mergeSegments()
	case tui.SelectAll:
		w.selectAll()
	case tui.Figures:
		w.sayFigures()
	case tui.Find:
		w.askFind(false)
	case tui.Replace:
		w.askFind(true)
	case tui.FindNext:
		return w.findAgain(1)
	case tui.FindPrevious:
		return w.findAgain(-1)
	case tui.NameSpeaker:
		w.askSpeaker()
	case tui.NextError:
		return w.jumpToError(1)
	case tui.PreviousError:
		return w.jumpToError(-1)
	case tui.SkipSilence:
		return w.skipSilence()
	case tui.NextUntold:
		return w.nextUntold()
	case tui.ZoomIn:
		return w.zoomIn()
	case tui.ZoomOut:
		return w.zoomOut()
	case tui.Save:
		return w.startSave(w.File, nil)
	case tui.SaveAs:
		w.askSaveAs()
	case tui.Quit:
		return w.quit()
	}
	return nil
}

// Type takes typed or pasted text.
func (w *Workbench) Type(text string) tea.Cmd {
	w.active()
	w.lastTyped = w.Now()
	w.message = message{}
	w.count.typed(text)
	if len(w.doc.Transcript().Segments) == 0 {
		return tea.Batch(w.insertSegment(), w.perform(w.editor.Type(text)))
	}
	return tea.Batch(w.perform(w.editor.Type(text)), w.expand(text), w.easePlaying())
}

// move moves the cursor; coming to another segment plays it.
func (w *Workbench) move(m editor.Motion) tea.Cmd {
	before := w.editor.Segment()
	w.editor.Move(m, false)
	if w.editor.Segment() == before {
		return nil
	}
	w.proposeBreak()
	w.rememberPlace()
	if !w.AutoPlay {
		return w.measureWave()
	}
	return tea.Batch(w.playSegment(), w.measureWave())
}

// moveAndPlay moves and plays whatever the setting says.
func (w *Workbench) moveAndPlay(m editor.Motion) tea.Cmd {
	w.editor.Move(m, false)
	w.proposeBreak()
	w.rememberPlace()
	return tea.Batch(w.playSegment(), w.measureWave())
}

func (w *Workbench) playSegment() tea.Cmd {
	if s := w.span(); s.End > s.Start {
		w.transport.PlaySpan(s)
		return w.startTick(0)
	}
	return nil
}

// toPlayhead brings the cursor to the segment, and the word, that is heard.
func (w *Workbench) toPlayhead() tea.Cmd {
	if !w.cursorTo(w.transport.State().Position) {
		w.say(w.Words.Say("play.no-segment"))
		return nil
	}
	return w.measureWave()
}

// cursorTo brings the cursor to the segment and the word that are heard at a
// place; false where none is.
func (w *Workbench) cursorTo(p time.Duration) bool {
	t := w.doc.Transcript()
	i := t.At(p, w.playing)
	if i < 0 {
		return false
	}
	s := t.Segments[i]
	c := transcript.Caret{Segment: s.ID}
	if k := s.WordAt(p); k >= 0 {
		c.At = s.Words[k].From
	} else if w.editor.Segment() == s { // nothing tells where in it: the hand stays
		c.At = w.editor.Cursor().At
	}
	w.editor.SetCursor(c)
	w.rememberPlace()
	return true
}

// travel undoes or redoes.
func (w *Workbench) travel(step func() (transcript.Change, error), nothing string) tea.Cmd {
	c, err := step()
	if errors.Is(err, transcript.ErrNothing) {
		w.say(w.Words.Say(nothing))
		return nil
	}
	cmd := w.changed(c)
	if c.Caret.Segment != "" {
		w.editor.SetCursor(c.Caret) // to where it undoes
	} else if c.Home != "" && !touches(c, w.editor.Cursor().Segment) {
		w.editor.SetCursor(transcript.Caret{Segment: c.Home})
	}
	return cmd
}

// touches says whether a change is about a segment, among others.
func touches(c transcript.Change, id string) bool {
	for _, r := range c.Runs {
		if slices.ContainsFunc(r.Inserted, func(s *transcript.Segment) bool { return s.ID == id }) {
			return true
		}
	}
	return false
}

// copySelection puts the selected text on the terminal's clipboard.
func (w *Workbench) copySelection() tea.Cmd {
	text := w.editor.SelectedText()
	if text == "" {
		w.say(w.Words.Say("quit.how")) // Ctrl+C ends many programs
		return nil
	}
	return tea.SetClipboard(text)
}

func (w *Workbench) cutSelection() tea.Cmd {
	if _, _, ok := w.editor.Selection(); !ok {
		return nil
	}
	return w.perform(w.editor.Backspace())
}

// enter splits at the cursor, or goes on to the next segment at the end of
// one; at the end of the last it ends that at the playhead and opens the next.
func (w *Workbench) enter() tea.Cmd {
	return w.enterWith(func(string) []transcript.Edit { return nil })
}

// enterWith is enter, and in the same step what is to be done with the segment
// that it makes, by its ID.
func (w *Workbench) enterWith(more func(id string) []transcript.Edit) tea.Cmd {
	s := w.editor.Segment()
	if s == nil {
		return w.insertSegment()
	}
	segments := w.doc.Transcript().Segments
	last := segments[len(segments)-1] == s
	atEnd := w.editor.Cursor().At == len(s.Text)
	playhead := w.transport.State().Position
	switch {
	case atEnd && !last:
		return w.move(editor.SegmentDown)
	case atEnd && s.Timed() && (playhead <= s.Start || playhead >= s.End):
		w.say(w.Words.Say("split.playhead", clock(s.Start), clock(s.End)))
		return nil
	case !atEnd && w.editor.Cursor().At == 0 && s.Timed() && (playhead <= s.Start || playhead >= s.End) && len(s.Words) == 0:
		w.say(w.Words.Say("split.playhead", clock(s.Start), clock(s.End))) // or the first half would last no time
		return nil
	}
	id := w.newID()
	split := transcript.Edit(transcript.Split{Segment: s.ID, At: len(s.Text), Time: playhead, NewID: id})
	if !atEnd || !s.Timed() {
		split = w.editor.Split(w.cut, id)
	}
	if edits := more(id); len(edits) > 0 && split != nil {
		split = transcript.Batch{Edits: append([]transcript.Edit{split}, edits...)}
	}
	return w.perform(split)
}

// cut is where a segment without word times is cut: at the playhead if that is
// inside, else in proportion to its text, in a silence close by, which is said.
func (w *Workbench) cut(s *transcript.Segment, offset int) time.Duration {
	if p := w.transport.State().Position; p > s.Start && p < s.End {
		return p
	}
	share := float64(offset) / float64(max(len(s.Text), 1))
	at := w.snap(s, s.Start+time.Duration(share*float64(s.End-s.Start)))
	if s.Timed() {
		w.say(w.Words.Say("split.estimated", clock(at)))
	}
	return at
}

// newID returns an ID that no segment has: the lowest number above the count,
// so that a file numbered from 1 keeps numbers.
func (w *Workbench) newID() string { return w.newIDs(1) }

// newIDs returns the n-th ID that no segment has, from 1.
func (w *Workbench) newIDs(nth int) string {
	for n := len(w.doc.Transcript().Segments) + 1; ; n++ {
		id := fmt.Sprint(n)
		if w.doc.Segment(id) == nil {
			nth--
		}
		if nth == 0 {
			return id
		}
	}
}

// border moves the current segment's start or end to the playhead. A
// neighbour that touched it there goes along, so that no gap and no overlap
// comes by accident.
func (w *Workbench) border(start bool) tea.Cmd {
	s := w.editor.Segment()
	if s == nil {
		return nil
	}
	at := w.transport.State().Position
	if !s.Timed() {
		return w.firstTime(s, w.doc.Index(s.ID), at, start)
	}
	return w.borderAt(s, at, start)
}

// borderAt moves a segment's start or end to a place in the recording. A
// neighbour that touched it goes along; one that does not stops it, so that no
// overlap comes by accident.
func (w *Workbench) borderAt(s *transcript.Segment, at time.Duration, start bool) tea.Cmd {
	i := w.doc.Index(s.ID)
	at = max(min(at, w.Duration), 0)
	segments := w.doc.Transcript().Segments
	edits := []transcript.Edit{}
	from, to := s.Start, s.End
	if start {
		from = at
		if i > 0 && segments[i-1].End == s.Start && segments[i-1].Timed() && at > segments[i-1].Start {
			edits = append(edits, transcript.Retime{Segment: segments[i-1].ID, Start: segments[i-1].Start, End: at})
		}
	} else {
		to = at
		if i+1 < len(segments) && segments[i+1].Start == s.End && at < segments[i+1].End {
			edits = append(edits, transcript.Retime{Segment: segments[i+1].ID, Start: at, End: segments[i+1].End})
		}
	}
	if from >= to {
		w.complain(w.Words.Say("border.reversed", clock(from), clock(to)))
		return nil
	}
	edits = append(edits, transcript.Retime{Segment: s.ID, Start: from, End: to})
	w.say(w.Words.Say("border.set", clock(from), clock(to)))
	return w.perform(transcript.Batch{Edits: edits})
}

// firstTime gives a time to a segment that had none: from the playhead to the
// next segment that has one, or from the last one that has one to the playhead.
func (w *Workbench) firstTime(s *transcript.Segment, i int, at time.Duration, start bool) tea.Cmd {
	segments := w.doc.Transcript().Segments
	from, to := at, at
	if start {
		to = w.nextStart(i)
	} else {
		from = 0
		for _, o := range slices.Backward(segments[:i]) {
			if o.Timed() {
				from = o.End
				break
			}
		}
	}
	if from >= to {
		w.complain(w.Words.Say("border.reversed", clock(from), clock(to)))
		return nil
	}
	w.say(w.Words.Say("border.set", clock(from), clock(to)))
	return w.perform(transcript.Retime{Segment: s.ID, Start: from, End: to})
}

// nextStart is where the first segment with a time behind index i begins, or
// the recording's end.
func (w *Workbench) nextStart(i int) time.Duration {
	for _, o := range w.doc.Transcript().Segments[i+1:] {
		if o.Timed() {
			return o.Start
		}
	}
	return w.Duration
}

// insertSegment puts an empty segment behind the current one, into the gap
// that follows it. Where there is no gap it has no time yet: the border keys
// give it one.
func (w *Workbench) insertSegment() tea.Cmd {
	segments := w.doc.Transcript().Segments
	n := transcript.Segment{ID: w.newID(), End: w.Duration}
	before := ""
	if s := w.editor.Segment(); s != nil {
		i := w.doc.Index(s.ID)
		if i+1 < len(segments) {
			before = segments[i+1].ID
		}
		n.Start, n.End = s.End, w.nextStart(i)
		if !s.Timed() || n.Start >= n.End {
			n.Start, n.End = 0, 0
		}
	}
	cmd := w.perform(transcript.Insert{Segment: n, Before: before})
	w.editor.SetCursor(transcript.Caret{Segment: n.ID})
	return cmd
}

// idle is the longest pause between two keys that still counts as work.
const idle = 10 * time.Second

// active counts the time since the last sign of work, if that was not long ago.
func (w *Workbench) active() {
	now := w.Now()
	d := now.Sub(w.lastActive)
	if d > 0 && d <= idle {
		w.Journal.AddActive(d)
		w.count.work(d, 0)
	} else if !w.lastActive.IsZero() {
		w.count.work(0, d)
	}
	w.lastActive = now
}

// What is heard around a word: enough to recognise it, too little to wait for.
const (
	preRoll  = 400 * time.Millisecond
	postRoll = 300 * time.Millisecond
	roughly  = 3 * time.Second // either side of a place that is only estimated
)

// wordSpan is the stretch to hear for bytes [from, to) of a segment: the words
// that lie there; where none has a time, its neighbours and what is between
// them; where no word has one, some seconds about the place that the text's
// length tells.
func wordSpan(s *transcript.Segment, from, to int) audio.Span {
	var before, first, last, next *transcript.Word
	for i := range s.Words {
		word := &s.Words[i]
		switch {
		case !word.Timed():
		case word.To <= from:
			before = word
		case word.From >= to:
			if next == nil {
				next = word
			}
		default:
			if first == nil {
				first = word
			}
			last = word
		}
	}
	start, end := s.Start, s.End
	switch {
	case first == nil && before == nil && next == nil:
		// No word has a time: about where the text's length puts it.
		at := s.Start + time.Duration(float64(s.End-s.Start)*float64(from)/float64(max(len(s.Text), 1)))
		start, end = at-roughly, at+roughly
	case first != nil:
		start, end = first.Start-preRoll, last.End+postRoll
	case before != nil && next != nil:
		start, end = before.Start, next.End
	case before != nil:
		start = before.Start
	case next != nil:
		end = next.End
	}
	return audio.Span{Start: max(start, s.Start-preRoll, 0), End: min(end, s.End+postRoll)}
}
