package workbench

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio/peaks"
	"tapescript/tui/transport"
)

// How often the screen looks at the player: ten times a second the playhead
// seems to move, and all of it together costs under 5 % of a core.
const (
	playingTick = 95 * time.Millisecond
	pausedTick  = 500 * time.Millisecond
)

// followAfter: while somebody types, the view stays where they type.
const followAfter = 4 * time.Second

type tickMsg struct{ generation int }

// startTick begins a new chain of ticks; the old one ends by itself.
func (w *Workbench) startTick(after time.Duration) tea.Cmd {
	w.tick++
	generation := w.tick
	if after == 0 { // a key was pressed: let the player take it, then look
		after = 15 * time.Millisecond
	}
	return w.after(after, func(time.Time) tea.Msg { return tickMsg{generation} })
}

// onTick looks at the player and goes on ticking.
func (w *Workbench) onTick(msg tickMsg) tea.Cmd {
	if msg.generation != w.tick {
		return nil
	}
	before := w.sound
	w.sound = w.transport.State()
	if w.sound.Playing {
		w.active()
	}
	if w.sound.Position != before.Position {
		w.rememberPlace()
	}
	if w.sound.Err != nil && before.Err == nil {
		w.complain(w.Words.Say("sound.broken", w.Explain(w.sound.Err)))
	}
	w.tellTrouble()
	w.markPlaying()
	next := pausedTick
	if w.sound.Playing {
		next = playingTick
	}
	return tea.Batch(w.startTick(next), w.measureWave())
}

// tellTrouble says once, in a sentence, what the status line goes on saying in
// a word: that nothing is heard, that nothing reaches the disk.
func (w *Workbench) tellTrouble() {
	if why := w.sound.Output.Reason; why != w.soundWhy {
		w.soundWhy = why
		if why != "" {
			text := w.Words.Say("sound." + string(why) + "-why")
			if w.message.text != "" { // the demo's first words stay
				text += " " + w.message.text
			}
			until := w.message.until
			w.complain(text)
			w.message.until = later(w.message.until, until)
		}
	}
	why := ""
	if s, fails := w.diskFails(); fails {
		why = "slow"
		if s.Err != nil {
			why = w.Explain(s.Err)
		}
	}
	if why != w.diskWhy {
		w.diskWhy = why
		if why != "" {
			w.complain(w.Words.Say("file.failing", why))
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// markPlaying shows the editor which segment and word are heard.
func (w *Workbench) markPlaying() {
	t := w.doc.Transcript()
	i := -1
	if w.sound.Playing {
		i = t.At(w.sound.Position, w.playing)
	}
	if i < 0 {
		w.editor.SetPlaying("", -1)
		w.playing = -1
		return
	}
	s := t.Segments[i]
	w.editor.SetPlaying(s.ID, s.WordAt(w.sound.Position))
	if i != w.playing && w.Now().Sub(w.lastTyped) > followAfter {
		w.editor.Follow(s.ID)
	}
	w.playing = i
}

// WaveReader reads the recording a second time, for its peaks.
type WaveReader interface {
	peaks.Reader
	Close() error
}

// waveform is the row of peaks: of the current segment, or of a page of a
// longer one.
type waveform struct {
	have   peaks.Peaks
	span   sampleSpan // what `have` shows
	asked  sampleSpan // what is being measured
	cancel context.CancelFunc
	reader WaveReader
}

type sampleSpan struct{ from, to int64 }

// longestWave is the longest stretch that one row shows; of a longer segment
// it shows the page with the playhead.
const longestWave = 20 * time.Second

// waveBuckets is how many buckets a row is measured in: the width of a wide
// terminal, so that resizing needs no second reading.
const waveBuckets = 400

type waveMsg struct {
	span   sampleSpan
	peaks  peaks.Peaks
	reader WaveReader
	err    error
}

// waveSpan is the stretch that the row shows now.
func (w *Workbench) waveSpan() sampleSpan {
	from, to := time.Duration(0), w.Duration
	if s := w.editor.Segment(); s != nil && s.Timed() && s.End > s.Start {
		from, to = s.Start, min(s.End, w.Duration)
	}
	p := w.sound.Position
	if w.sound.Playing && (p < from || p >= to) { // elsewhere is heard: show that
		from, to = 0, w.Duration
	}
	if to-from > longestWave {
		at := min(max(p, from), to)
		from += (at - from) / longestWave * longestWave
		to = min(from+longestWave, to)
	}
	return sampleSpan{w.Samples(from), w.Samples(to)}
}

// measureWave measures the peaks of what the row shows, if it shows something
// new. One measurement is under way at a time; a newer one stops it.
func (w *Workbench) measureWave() tea.Cmd {
	span := w.waveSpan()
	v := &w.wave
	if w.Waveform == nil || span == v.asked || span.to <= span.from {
		return nil
	}
	if v.cancel != nil {
		v.cancel()
		return nil // its answer comes at once, and measures what is shown then
	}
	ctx, cancel := context.WithCancel(context.Background())
	v.cancel, v.asked = cancel, span
	open, reader := w.Waveform, v.reader
	return func() tea.Msg {
		var err error
		if reader == nil {
			if reader, err = open(); err != nil {
				return waveMsg{span: span, err: err}
			}
		}
		bucket := max((span.to-span.from)/waveBuckets, 1)
		p, err := peaks.Measure(ctx, reader, span.from, span.to, bucket)
		return waveMsg{span, p, reader, err}
	}
}

// onWave takes peaks. What could not be measured is not tried again while the
// same stretch is shown.
func (w *Workbench) onWave(msg waveMsg) tea.Cmd {
	v := &w.wave
	v.reader, v.cancel = msg.reader, nil
	switch {
	case msg.err == nil:
		v.have, v.span = msg.peaks, msg.span
	case errors.Is(msg.err, context.Canceled):
		v.asked = sampleSpan{}
	}
	return w.measureWave()
}

func clock(d time.Duration) string { return transport.Clock(d) }
