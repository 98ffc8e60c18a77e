package speech

import (
	"math"
	"slices"
)

// layout is how a recording of some rate is cut into frames. Bands need 7 kHz,
// pitch needs no more than 2 kHz but a window of two periods of a low voice: so
// there are two signals, both thinned out by whole factors, since a whole
// factor needs a filter only at the samples that stay.
type layout struct {
	rateHz int
	factor int // of thinning for the bands: to 16..32 kHz
	hop    int // samples of the thinned signal from frame to frame, about 10 ms
	window int // samples, 20 to 41 ms

	pitchFactor int // of thinning it further for the pitch: to about 4 kHz
	pitchWindow int // samples, 41 to 82 ms

	bandBins []int // the first bin of each band, and the end of the last
}

// The bands' edges: a third of an octave and more, wide enough for several bins
// each.
var bandEdgesHz = []float64{100, 190, 290, 400, 520, 660, 820, 1000, 1200, 1440, 1720, 2050, 2440, 2900, 3450, 4100, 4900, 5850, 7000}

const bands = 18

// layoutFor never fails: of a rate too low for speech the frames are empty.
func layoutFor(rateHz int) layout {
	l := layout{rateHz: rateHz, factor: max(1, rateHz/16000)}
	rate := float64(rateHz) / float64(l.factor)
	l.pitchFactor = max(1, int(math.Round(rate/4000)))
	l.hop = l.pitchFactor * max(1, int(math.Round(rate/100/float64(l.pitchFactor))))
	l.window = powerOfTwo(rate * 0.0205)
	l.pitchWindow = powerOfTwo(rate / float64(l.pitchFactor) * 0.041)
	for _, hz := range bandEdgesHz {
		bin := int(math.Round(hz / rate * float64(l.window)))
		l.bandBins = append(l.bandBins, min(bin, l.window/2))
	}
	return l
}

// powerOfTwo is the least power of two that is not below n, at least 8.
func powerOfTwo(n float64) int {
	size := 8
	for float64(size) < n {
		size *= 2
	}
	return size
}

// pitchRateHz is the rate of the signal that pitch is looked for in.
func (l layout) pitchRateHz() float64 {
	return float64(l.rateHz) / float64(l.factor*l.pitchFactor)
}

// frames are what is kept of each frame of 10 ms.
type frames struct {
	band  []float32 // bands a frame: power of each, in dB of full scale
	level []float32 // power of all bands, in dB
	pitch []float32 // bins for each pitchEvery frames: power of the pitch signal's spectrum
	bins  int
}

func (f *frames) count() int { return len(f.level) }

// drop forgets the first n frames, a multiple of pitchEvery.
func (f *frames) drop(n int) {
	f.band = append(f.band[:0], f.band[n*bands:]...)
	f.level = append(f.level[:0], f.level[n:]...)
	f.pitch = append(f.pitch[:0], f.pitch[n/pitchEvery*f.bins:]...)
}

// frontEnd makes frames of samples.
type frontEnd struct {
	layout       layout
	thin, narrow *thinner
	bandSpectrum *spectrum
	pitchSpect   *spectrum

	mono   []float64
	taken  int  // samples of the recording
	signal tail // what bands are taken from
	low    tail // what pitch is looked for in
	next   int  // the frame that comes next
	power  []float32
}

func newFrontEnd(l layout) *frontEnd {
	return &frontEnd{
		layout: l,
		thin:   newThinner(l.factor), narrow: newThinner(l.pitchFactor),
		bandSpectrum: newSpectrum(l.window), pitchSpect: newSpectrum(l.pitchWindow),
		power: make([]float32, l.window/2),
	}
}

// tail is the end of a signal: what is still needed of it.
type tail struct {
	samples []float64
	from    int // the number of the first
}

func (t *tail) end() int { return t.from + len(t.samples) }

// forget drops what lies before a sample, once that is worth the copying.
func (t *tail) forget(before int) {
	if n := before - t.from; n > 1<<14 && n <= len(t.samples) {
		t.samples = append(t.samples[:0], t.samples[n:]...)
		t.from = before
	}
}

// centred is the window of a size around a place: moved inside of the signal
// where it would stick out, because silence there would look like the noise
// floor.
func (t *tail) centred(at, size int) []float64 {
	from := max(0, min(at-size/2, t.end()-size)) - t.from
	return t.samples[from : from+size]
}

// add takes samples in and makes the frames whose windows they fill.
func (e *frontEnd) add(block [][2]float64, out *frames) {
	e.mono = e.mono[:0]
	for _, s := range block {
		v := (s[0] + s[1]) / 2
		if !(v > -64 && v < 64) { // no sound, nor a number; it would poison all sums
			v = 0
		}
		e.mono = append(e.mono, v)
	}
	e.take(e.mono)
	e.taken += len(block)
	l := e.layout
	for ; ; e.next++ {
		at := e.next*l.hop + l.hop/2
		if at+l.window/2 > e.signal.end() || at/l.pitchFactor+l.pitchWindow/2 > e.low.end() ||
			e.signal.end() < l.window || e.low.end() < l.pitchWindow {
			break
		}
		e.frame(at, out)
	}
	e.signal.forget(e.next*l.hop - 2*l.window - l.hop)
	e.low.forget(e.next*l.hop/l.pitchFactor - 2*l.pitchWindow - l.hop)
}

func (e *frontEnd) take(mono []float64) {
	had := len(e.signal.samples)
	e.signal.samples = e.thin.add(mono, e.signal.samples)
	e.low.samples = e.narrow.add(e.signal.samples[had:], e.low.samples)
}

// end makes the frames that are left at the end of the recording.
func (e *frontEnd) end(out *frames) {
	l := e.layout
	length := (e.taken + l.factor - 1) / l.factor // the filters lag behind
	e.take(make([]float64, thinTaps*l.factor*l.pitchFactor))
	e.signal.samples = e.signal.samples[:max(0, length-e.signal.from)]
	if n := l.window - e.signal.end(); n > 0 {
		e.signal.samples = append(e.signal.samples, make([]float64, n)...)
	}
	if n := l.pitchWindow - e.low.end(); n > 0 {
		e.low.samples = append(e.low.samples, make([]float64, n)...)
	}
	for ; e.next*l.hop < length; e.next++ {
		e.frame(e.next*l.hop+l.hop/2, out)
	}
}

// pitchEvery is how many frames share a look at the pitch: its window is several
// frames long anyway.
const pitchEvery = 2

// quietest is the power below which nothing is told apart: -110 dB of full
// scale, under the noise of 16 bits.
const quietest = 1e-11

// frame describes the frame whose middle is at a sample of the thinned signal.
func (e *frontEnd) frame(at int, out *frames) {
	l := e.layout
	e.bandSpectrum.power(e.signal.centred(at, l.window), e.power)
	total := 0.0
	for b := range bands {
		sum, from, to := 0.0, l.bandBins[b], l.bandBins[b+1]
		for _, p := range e.power[from:to] {
			sum += float64(p)
		}
		total += sum
		out.band = append(out.band, decibels(sum/float64(max(1, to-from))))
	}
	out.level = append(out.level, decibels(total/float64(l.window/2)))
	out.bins = l.pitchWindow / 2
	if e.next%pitchEvery != 0 {
		return
	}
	had := len(out.pitch)
	out.pitch = slices.Grow(out.pitch, out.bins)[:had+out.bins]
	e.pitchSpect.power(e.low.centred(at/l.pitchFactor, l.pitchWindow), out.pitch[had:])
}

func decibels(power float64) float32 { return float32(10 * math.Log10(power+quietest)) }

// thinner keeps every factor-th sample of a signal behind a low-pass: a sinc
// under a Hann window, some 60 dB down where it would fold into what is used.
type thinner struct {
	factor int
	taps   []float64
	held   []float64
}

// thinTaps is the length of the filter in samples that stay.
const thinTaps = 12

func newThinner(factor int) *thinner {
	t := &thinner{factor: factor}
	n := thinTaps * factor
	if factor == 1 {
		return t
	}
	sum := 0.0
	for i := range n {
		x := (float64(i) + 0.5 - float64(n)/2) / float64(factor)
		tap := math.Sin(math.Pi*0.9*x) / (math.Pi * x) * (0.5 + 0.5*math.Cos(2*math.Pi*x/thinTaps))
		t.taps = append(t.taps, tap)
		sum += tap
	}
	for i := range t.taps {
		t.taps[i] /= sum
	}
	// Silence before the start, so that sample 0 stands at time 0.
	t.held = make([]float64, n/2)
	return t
}

// add thins more of the signal and appends what stays.
func (t *thinner) add(in, out []float64) []float64 {
	if t.factor == 1 {
		return append(out, in...)
	}
	t.held = append(t.held, in...)
	at := 0
	for ; at+len(t.taps) <= len(t.held); at += t.factor {
		// Four sums that do not wait for each other; there are 12 taps a factor.
		var a, b, c, d float64
		held := t.held[at:][:len(t.taps)]
		for i := 0; i+4 <= len(held); i += 4 {
			v, tap := held[i:i+4:i+4], t.taps[i:i+4:i+4]
			a += v[0] * tap[0]
			b += v[1] * tap[1]
			c += v[2] * tap[2]
			d += v[3] * tap[3]
		}
		out = append(out, a+b+c+d)
	}
	t.held = append(t.held[:0], t.held[at:]...)
	return out
}
