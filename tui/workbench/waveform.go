package workbench

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio/peaks"
	"tapescript/tui/wave"
)

// WaveReader reads the recording a second time, for its peaks.
type WaveReader interface {
	peaks.Reader
	Close() error
}

// waveform is what is drawn of the recording: the current segment, a page of a
// longer one, or as much as was asked for.
type waveform struct {
	zoom   time.Duration // how much is shown; 0: the segment
	have   peaks.Peaks
	span   sampleSpan // what `have` shows
	asked  sampleSpan // what is being measured
	cancel context.CancelFunc
	reader WaveReader
	bounds bounds
}

type sampleSpan struct{ from, to int64 }

// longestWave is the longest stretch of a segment that is shown unless somebody
// asks for more; of a longer segment it shows the page with the playhead.
const longestWave = 20 * time.Second

// waveBuckets is how many buckets a view is measured in: the width of a wide
// terminal at two a cell, so that resizing needs no second reading.
const waveBuckets = 800

// finest is the view below which the overview's buckets are too wide, and
// longestMeasured the longest that is read for itself, in samples.
const (
	finest          = 256 * waveBuckets
	longestMeasured = 60 * time.Second
)

// zooms are the stretches that can be asked for; the whole recording follows.
var zooms = []time.Duration{
	2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, time.Minute,
	3 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour,
}

type waveMsg struct {
	span   sampleSpan
	peaks  peaks.Peaks
	reader WaveReader
	err    error
}

// segmentView is the current segment, or the page of it with the playhead; what
// is heard elsewhere is shown instead.
func (w *Workbench) segmentView() (from, to time.Duration) {
	to = w.Duration
	if s := w.editor.Segment(); s != nil && s.Timed() && s.End > s.Start {
		from, to = s.Start, min(s.End, w.Duration)
	}
	p := w.sound.Position
	if w.sound.Playing && (p < from || p >= to) {
		from, to = 0, w.Duration
	}
	if to-from > longestWave {
		at := min(max(p, from), to)
		from += (at - from) / longestWave * longestWave
		to = min(from+longestWave, to)
	}
	return from, to
}

// zoomedView is the stretch around the playhead, or around the segment while
// nothing plays outside of it. It moves on by half of its length, so that a
// quarter is always seen before and after.
func (w *Workbench) zoomedView() (from, to time.Duration) {
	length := min(w.wave.zoom, w.Duration)
	at := w.sound.Position
	if s := w.editor.Segment(); !w.sound.Playing && s != nil && s.Timed() && (at < s.Start || at > s.End) {
		at = s.Start
	}
	half := max(length/2, 1)
	from = at/half*half - length/4
	from = max(min(from, w.Duration-length), 0)
	return from, from + length
}

// waveSpan is the stretch that is shown now.
func (w *Workbench) waveSpan() sampleSpan {
	from, to := w.segmentView()
	if w.wave.zoom > 0 {
		from, to = w.zoomedView()
	}
	return sampleSpan{w.Samples(from), w.Samples(to)}
}

// zoomIn and zoomOut go through the zooms; the segment is one of them, between
// those that are shorter and those that are longer.
func (w *Workbench) zoomIn() tea.Cmd {
	now, segment := w.zoomNow()
	next := zooms[0]
	for _, z := range zooms {
		if z < now {
			next = z
		}
	}
	return w.setZoom(next, now > segment && next <= segment)
}

func (w *Workbench) zoomOut() tea.Cmd {
	now, segment := w.zoomNow()
	next := w.Duration
	for _, z := range slices.Backward(zooms) {
		if z > now && z < w.Duration {
			next = z
		}
	}
	return w.setZoom(next, now < segment && next >= segment)
}

// zoomNow is how much is shown, and how much of the segment would be.
func (w *Workbench) zoomNow() (now, segment time.Duration) {
	from, to := w.segmentView()
	if w.wave.zoom > 0 {
		return min(w.wave.zoom, w.Duration), to - from
	}
	return to - from, to - from
}

func (w *Workbench) setZoom(length time.Duration, segment bool) tea.Cmd {
	w.wave.zoom = length
	text := w.Words.Say("wave.zoom", clock(length))
	if segment {
		w.wave.zoom = 0
		text = w.Words.Say("wave.segment")
	}
	w.say(text)
	return w.measureWave()
}

// measureWave measures the peaks of what is shown, if that is something new and
// the overview does not tell them. One measurement is under way at a time; a
// newer one stops it.
func (w *Workbench) measureWave() tea.Cmd {
	span := w.waveSpan()
	v := &w.wave
	if w.Waveform == nil || span == v.asked || span == v.span || span.to <= span.from || !w.worthMeasuring(span) {
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

// worthMeasuring: the overview is too coarse, or has not come there yet, and the
// view is short enough to be read while somebody waits.
func (w *Workbench) worthMeasuring(span sampleSpan) bool {
	if span.to-span.from > w.Samples(longestMeasured) {
		return false
	}
	return span.to-span.from < finest || !w.hear.overview.Whole() && w.hear.overview.Done() < span.to
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

// waveHeight is how many rows the waveform has: one on a screen of 24, three on
// a tall one, none where the text needs them.
func waveHeight(height int) int {
	switch {
	case height >= 40:
		return 3
	case height >= 30:
		return 2
	case height >= 8:
		return 1
	}
	return 0
}

// waveRows draws the recording.
func (w *Workbench) waveRows(width, height int) []string {
	span := w.waveSpan()
	v := wave.View{Levels: &w.hear.overview, FromSamples: span.from, ToSamples: span.to, PlayheadSamples: w.Samples(w.sound.Position)}
	if span == w.wave.span {
		v.Levels = w.wave.have
	}
	v.Speech, v.Bounds = w.speechIn(span), w.boundsIn(span, width)
	t := w.Theme
	return wave.Draw(v, width, waveHeight(height), w.Bars, wave.Styles{Done: t.WaveDone, Ahead: t.Wave, Guessed: t.Dim, Playhead: t.Playhead, Rail: t.Dim})
}

// bounds are those of segments inside a view, as of a revision.
type bounds struct {
	span     sampleSpan
	width    int
	revision uint64
	list     []int64
}

// boundsIn are the bounds of segments inside a view, but for more than can be
// told apart. While the playhead moves they are those of the last drawing.
func (w *Workbench) boundsIn(span sampleSpan, width int) []int64 {
	b := &w.wave.bounds
	if b.span != span || b.width != width || b.revision != w.doc.Revision() {
		*b = bounds{span, width, w.doc.Revision(), w.findBounds(span, width)}
	}
	return b.list
}

func (w *Workbench) findBounds(span sampleSpan, width int) []int64 {
	var list []int64
	for _, s := range w.doc.Transcript().Segments {
		if !s.Timed() {
			continue
		}
		for _, at := range [2]time.Duration{s.Start, s.End} {
			if n := w.Samples(at); n > span.from && n < span.to && (len(list) == 0 || list[len(list)-1] != n) {
				list = append(list, n)
			}
		}
		if len(list) > width/3 {
			return nil
		}
	}
	slices.Sort(list)
	return list
}
