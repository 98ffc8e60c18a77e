package workbench

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio"
	"tapescript/audio/speech"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/locale"
	"tapescript/tui/transport"
)

// typing is what playing does for somebody who types.
type typing struct {
	paused bool    // playing stopped for the hands and goes on when they rest
	speed  float64 // to go back to; 0: nothing was slowed down
}

// typeRest is how long the hands rest before playing goes on; editors that have
// this wait 1 to 2 s.
const typeRest = 1200 * time.Millisecond

// slowShare is how much of the speed is left while somebody types.
const slowShare = 0.6

// easePlaying pauses, or slows down, while somebody types.
func (w *Workbench) easePlaying() tea.Cmd {
	s := w.transport.State()
	switch {
	case !s.Playing || w.typing.paused || w.typing.speed > 0:
	case w.Habits.TypePause == "pause":
		w.typing.paused = true
		w.transport.Do(tui.Stop, audio.Span{})
		return w.startTick(0)
	case w.Habits.TypePause == "slow":
		w.typing.speed = s.Speed
		w.transport.SetSpeed(max(s.Speed*slowShare, 0.25))
		return w.startTick(0)
	}
	return nil
}

// nextTypePause goes through what playing does while somebody types.
func (w *Workbench) nextTypePause() {
	next := map[string]string{"": "pause", "pause": "slow", "slow": ""}[w.Habits.TypePause]
	w.Habits.TypePause = next
	w.restore()
	w.say(w.Words.Say("type-pause." + map[string]string{"": "off", "pause": "pause", "slow": "slow"}[next]))
}

// restore gives the speed back that typing took.
func (w *Workbench) restore() {
	if w.typing.speed > 0 {
		w.transport.SetSpeed(w.typing.speed)
	}
	w.typing = typing{}
}

// play carries out an action of playing; the hands have decided, so that
// nothing else goes on by itself.
func (w *Workbench) play(a tui.Action) {
	w.restore()
	w.count.play(a)
	if a == tui.LoopPause {
		w.nextLoopPause()
		return
	}
	looped := w.loop.on
	w.loop.on = false
	if a == tui.Loop {
		if looped {
			w.transport.Do(tui.Stop, audio.Span{})
			return
		}
		if span := w.span(); w.Habits.LoopPause > 0 && span.End > span.Start {
			w.loop = pausedLoop{on: true, span: span, pause: w.Habits.LoopPause}
			w.transport.PlaySpan(span)
			return
		}
	}
	w.transport.Do(a, w.span())
}

// pausedLoop is a segment that is played again and again with a rest between,
// in which there is time to type.
type pausedLoop struct {
	on    bool
	span  audio.Span
	pause time.Duration
	since time.Time // when the last round ended
}

// loopPauses are the rests to choose from.
var loopPauses = []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second}

func (w *Workbench) nextLoopPause() {
	next := loopPauses[0]
	for _, p := range loopPauses {
		if p > w.Habits.LoopPause {
			next = p
			break
		}
	}
	w.Habits.LoopPause, w.loop.pause = next, next
	if next == 0 {
		w.say(w.Words.Say("loop.no-pause"))
		return
	}
	w.say(w.Words.Say("loop.pause", next.Seconds()))
}

// sign says in the bar that there is a loop with a rest.
func (l *pausedLoop) sign(words *locale.Words) string {
	if !l.on {
		return ""
	}
	return "  ↻ " + words.Say("loop.sign", l.pause.Seconds())
}

// waits says whether something goes on by itself before long.
func (w *Workbench) waits() bool { return w.loop.on || w.typing.paused || w.typing.speed > 0 }

// goOnPlaying goes on with what typing or the rest of a loop has interrupted.
func (w *Workbench) goOnPlaying() {
	rested := w.idleFor(typeRest)
	if w.typing.speed > 0 && rested {
		w.restore()
	}
	if w.typing.paused && rested {
		w.typing.paused = false
		w.transport.Do(tui.Start, audio.Span{})
	}
	if !w.loop.on || w.sound.Playing || w.typing.paused {
		w.loop.since = time.Time{}
		return
	}
	switch now := w.Now(); {
	case w.loop.since.IsZero():
		w.loop.since = now
	case now.Sub(w.loop.since) >= w.loop.pause:
		w.transport.PlaySpan(w.loop.span)
		w.loop.since = time.Time{}
	}
}

// The steps of trimming, and how much is heard of the edge that was moved.
const (
	fineStep   = 10 * time.Millisecond
	coarseStep = 100 * time.Millisecond
	edgeHeard  = 400 * time.Millisecond
)

// askTrim moves the edges of the current segment by small steps, each heard at
// once: from a start the first moment, at an end the last one.
func (w *Workbench) askTrim() {
	s := w.editor.Segment()
	if s == nil || !s.Timed() {
		w.say(w.Words.Say("trim.untimed"))
		return
	}
	id, end := s.ID, false
	move := func(by time.Duration) func() tea.Cmd {
		return func() tea.Cmd { return w.nudge(id, end, by) }
	}
	line := ""
	side := func(e bool) func() tea.Cmd {
		return func() tea.Cmd { end = e; w.hearEdge(id, end); return w.startTick(0) }
	}
	w.question = &tui.Question{
		Text: w.Words.Say("trim.question"), Input: &line,
		Above: func(int, int) []string {
			now := w.doc.Segment(id)
			if now == nil {
				return nil
			}
			which := "trim.start"
			if end {
				which = "trim.end"
			}
			return []string{" " + w.Words.Say(which, transport.Clock(now.Start)+stamp("mmm", now.Start)[1:], transport.Clock(now.End)+stamp("mmm", now.End)[1:])}
		},
		Changed: func(string) { line = "" },
		Keys: map[string]func() tea.Cmd{
			"left": move(-fineStep), "right": move(fineStep), "down": move(-coarseStep), "up": move(coarseStep),
			"shift+left": move(-coarseStep), "shift+right": move(coarseStep),
			"s": side(false), "home": side(false), "e": side(true), "end": side(true),
			"n":      func() tea.Cmd { return w.snapEdge(id, end) },
			"ctrl+z": func() tea.Cmd { return w.travel(w.doc.Undo, "edit.nothing-to-undo") },
		},
		Cancel: w.dismiss,
		Enter:  func(string) tea.Cmd { w.question = nil; return nil },
	}
	w.hearEdge(id, end)
}

// hearEdge plays the moment of an edge.
func (w *Workbench) hearEdge(id string, end bool) {
	s := w.doc.Segment(id)
	if s == nil {
		return
	}
	span := audio.Span{Start: s.Start, End: min(s.Start+edgeHeard, s.End)}
	if end {
		span = audio.Span{Start: max(s.End-edgeHeard, s.Start), End: s.End}
	}
	w.transport.PlaySpan(span)
}

// nudge moves an edge and plays it.
func (w *Workbench) nudge(id string, end bool, by time.Duration) tea.Cmd {
	s := w.doc.Segment(id)
	if s == nil {
		return nil
	}
	at := s.Start
	if end {
		at = s.End
	}
	cmd := w.borderAt(s, w.apart(s, at, at+by, end), !end)
	w.hearEdge(id, end)
	return tea.Batch(cmd, w.startTick(0))
}

// apart keeps an edge that moves from passing a neighbour that it did not touch
// before: no overlap comes by accident.
func (w *Workbench) apart(s *transcript.Segment, was, at time.Duration, end bool) time.Duration {
	for _, o := range w.doc.Transcript().Segments {
		switch {
		case o == s || !o.Timed():
		case end && o.Start > was && o.Start < at:
			return o.Start
		case !end && o.End < was && o.End > at:
			return o.End
		}
	}
	return at
}

// silenceNear is a place in silence close to another.
func (w *Workbench) silenceNear(at time.Duration) (time.Duration, bool) {
	to := speech.Snap(w.hear.Speech, w.hear.Length, at, time.Second)
	return to, to != at
}

// snapEdge moves an edge into the silence next to it.
func (w *Workbench) snapEdge(id string, end bool) tea.Cmd {
	s := w.doc.Segment(id)
	if s == nil || !w.heard() {
		return nil
	}
	at := s.Start
	if end {
		at = s.End
	}
	to, ok := w.silenceNear(at)
	if !ok {
		w.say(w.Words.Say("trim.no-silence"))
		return nil
	}
	cmd := w.borderAt(s, to, !end)
	w.hearEdge(id, end)
	return tea.Batch(cmd, w.startTick(0))
}
