package workbench

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio/peaks"
	"tapescript/audio/speech"
)

// Listening is how the whole recording is listened to behind the work: for its
// peaks, and for where somebody speaks.
type Listening struct {
	// Context ends it; nil: nobody listens.
	Context context.Context
	RateHz  int
	// Rules are those of the segments to begin an empty transcript with, and
	// Begin says to do so unasked.
	Rules speech.Rules
	Begin bool
	// Load and Save keep what was found, by the name of its kind; they may be
	// nil.
	Load func(kind string) ([]byte, bool)
	Save func(kind string, data []byte) error
}

// The kinds of what is kept. Another way to find it needs another name.
const (
	keptPeaks  = "peaks-1"
	keptSpeech = "speech-1"
)

// hearing is what listening has found so far.
type hearing struct {
	overview peaks.Overview // filled while the command runs
	began    time.Time
	found
	known, failed bool
	pace

	// What does not fit the text, as of a revision.
	silent   map[string]bool // segments with text where nobody speaks
	untold   []speech.Span   // speech without text
	missed   int             // how many of these are not just still to do
	revision uint64
	checked  bool
	checking bool
}

// pace is what a listener and the screen tell each other.
type pace struct {
	// working: somebody types or listens, and has the processor first.
	working atomic.Bool
	heard   atomic.Int64 // samples listened to
}

// found is what is kept of where somebody speaks.
type found struct {
	Length   time.Duration
	Speech   []speech.Span
	Segments []speech.Span // to begin with
}

type heardMsg struct {
	found
	err error
}

// listen reads the recording from end to end in a command, once for its peaks
// and its speech, unless both were kept.
func (w *Workbench) listen() tea.Cmd {
	l, open, overview := w.Listening, w.Waveform, &w.hear.overview
	if l.Context == nil || open == nil {
		return nil
	}
	w.hear.began = w.Now()
	overview.Expect(w.Samples(w.Duration))
	pace := &w.hear.pace
	return func() tea.Msg {
		if f, ok := l.kept(overview); ok {
			return heardMsg{found: f}
		}
		reader, err := open()
		if err != nil {
			return heardMsg{err: err}
		}
		defer reader.Close()
		f, err := l.hear(reader, overview, pace)
		if err == nil {
			l.keep(f, overview)
		}
		return heardMsg{f, err}
	}
}

// overviewer is a reader that can tell levels without decoding.
type overviewer interface {
	Overview(ctx context.Context, yield func(from, samples int64, level float32) bool) error
}

// leveler is a reader that can tell levels exactly and faster than by reading.
type leveler interface {
	Levels(ctx context.Context, bucketSamples int, yield func(levels []float32, done int64) bool) error
}

// hear fills the overview, at once where the format can, and finds speech. Else
// the overview is a guess at first, where the format gives one, and is measured
// on the way.
func (l Listening) hear(r WaveReader, overview *peaks.Overview, pace *pace) (found, error) {
	u := &unhurried{reader: r, overview: overview, ctx: l.Context, pace: pace, since: time.Now()}
	if e, ok := r.(leveler); ok {
		err := e.Levels(l.Context, peaks.LevelSamples, func(levels []float32, done int64) bool {
			overview.AddLevels(levels, done)
			u.rest()
			return true
		})
		if err != nil {
			return found{}, err
		}
		overview.End()
		u.overview = nil
	}
	if o, ok := r.(overviewer); ok {
		_ = overview.Guess(l.Context, o.Overview) // without one, there is more to wait for
	}
	d, err := speech.Detect(l.Context, u, l.RateHz, speech.Options{})
	if err != nil {
		return found{}, err
	}
	overview.End()
	segments, err := speech.Segments(d.Spans, d.Length, l.Rules, d.Weakest)
	return found{d.Length, d.Spans, segments}, err
}

// unhurried is a reader that leaves half of a processor to others, most of it
// while somebody works, and measures peaks of what passes.
type unhurried struct {
	reader   WaveReader
	overview *peaks.Overview
	ctx      context.Context
	pace     *pace
	since    time.Time
}

// stint is how long it works before it rests for as long, or for workingRest
// times as long.
const (
	stint       = 20 * time.Millisecond
	workingRest = 6
)

func (u *unhurried) Read(dst [][2]float64) (int, error) {
	u.rest()
	n, err := u.reader.Read(dst)
	u.pace.heard.Add(int64(n))
	if u.overview != nil {
		u.overview.Add(dst[:n])
	}
	return n, err
}

// rest is due after each stint.
func (u *unhurried) rest() {
	if worked := time.Since(u.since); worked >= stint {
		rest := min(worked, 10*stint) // a machine that slept did not work
		if u.pace.working.Load() {
			rest *= workingRest
		}
		select {
		case <-time.After(rest):
		case <-u.ctx.Done():
		}
		u.since = time.Now()
	}
}

// kept is what an earlier session found.
func (l Listening) kept(overview *peaks.Overview) (f found, ok bool) {
	if l.Load == nil {
		return f, false
	}
	heights, ok := l.Load(keptPeaks)
	if !ok {
		return f, false
	}
	data, ok := l.Load(keptSpeech)
	if !ok || json.Unmarshal(data, &f) != nil || !f.valid() {
		return found{}, false
	}
	return f, overview.SetBytes(heights) == nil
}

// valid says whether spans are as package speech wants them.
func (f found) valid() bool {
	for _, list := range [][]speech.Span{f.Speech, f.Segments} {
		at := time.Duration(0)
		for _, s := range list {
			if s.Start < at || s.End <= s.Start || s.End > f.Length {
				return false
			}
			at = s.End
		}
	}
	return true
}

// keep keeps what was found; a cache that takes nothing is no trouble.
func (l Listening) keep(f found, overview *peaks.Overview) {
	if l.Save == nil {
		return
	}
	if data, err := json.Marshal(f); err == nil {
		_ = l.Save(keptSpeech, data)
		_ = l.Save(keptPeaks, overview.Bytes())
	}
}

// onHeard takes what was found, and offers to begin an empty transcript with it.
func (w *Workbench) onHeard(msg heardMsg) tea.Cmd {
	if msg.err != nil {
		w.hear.failed = true
		return nil
	}
	w.hear.found, w.hear.known = msg.found, true
	if !w.untouched() {
		return w.checkSpeech()
	}
	n := len(msg.Segments)
	switch {
	case w.Listening.Begin:
		return w.begin()
	case n > 1:
		w.offerToBegin(n)
	}
	return w.checkSpeech()
}

// hearState says how far listening is, once that takes a while, or else how
// much speech was passed over.
func (w *Workbench) hearState() string {
	h := &w.hear
	const patience = 2 * time.Second
	switch {
	case h.known && h.missed > 0:
		return w.Words.Count("speech.untold", h.missed)
	case h.known || h.failed || h.began.IsZero() || w.Now().Sub(h.began) < patience:
		return ""
	}
	return w.Words.Say("speech.listening", min(100*h.heard.Load()/max(w.Samples(w.Duration), 1), 99))
}
