package warp

import (
	"math"
	"slices"
	"time"
)

// What a frame is made of: mel-frequency cepstra (Davis and Mermelstein 1980),
// without the one that is loudness alone, how they change, and the loudness.
const (
	hopTime    = 10 * time.Millisecond
	windowTime = 25 * time.Millisecond
	melBands   = 26
	lowestHz   = 100.0
	highestHz  = 6800.0 // what a telephone leaves out is the same noise on both sides
	cepstra    = 12
	dimensions = 2*cepstra + 1
)

// vector is a frame's features; each has variance one over the speech that it
// is of.
type vector [dimensions]float32

// spectra are the frames of a sound, not yet made comparable.
type spectra struct {
	level []float32           // power of all bands, in dB
	mel   [][melBands]float32 // power of each band
}

// Listener takes a recording in, from its begin to its end, and keeps what it
// is like every 10 ms: 40 MB an hour.
type Listener struct {
	rateHz  int // of what is kept of the samples
	thin    int // so many samples are one
	hop     float64
	window  int
	spectra spectra

	transform *fourier
	bank      *melFilters
	frame     []float64
	power     []float64

	tail   []float32 // samples that are still needed
	from   int       // the number of the first of them
	sum    float32   // of the samples that are to be one
	summed int
}

// Listen begins to listen to a recording of a rate in Hz.
func Listen(rateHz int) *Listener {
	// A mean of a few samples is a poor low-pass, but above 16 kHz, where it
	// would fold into what we look at, speech has next to nothing.
	thin := max(1, rateHz/22050)
	rate := rateHz / thin
	l := &Listener{rateHz: rate, thin: thin, hop: float64(rate) * hopTime.Seconds(), window: int(float64(rate) * windowTime.Seconds())}
	if l.hop < 1 || l.window < 8 {
		return l
	}
	size := 16
	for size < l.window {
		size *= 2
	}
	l.transform, l.bank = newFourier(l.window, size), melBank(rate, size)
	l.frame, l.power = make([]float64, l.window), make([]float64, size/2)
	return l
}

// Write takes the next samples of one channel.
func (l *Listener) Write(samples []float32) {
	for _, x := range samples {
		l.sum += x
		if l.summed++; l.summed == l.thin {
			l.tail = append(l.tail, l.sum/float32(l.thin))
			l.sum, l.summed = 0, 0
		}
	}
	l.take(l.from + len(l.tail))
}

// Close says that the recording has ended.
func (l *Listener) Close() {
	l.take(l.from + len(l.tail) + l.window)
}

// take makes the frames that the samples before end suffice for. Frames are
// centred on their times, the first on the recording's begin; around it all is
// zero.
func (l *Listener) take(end int) {
	if l.transform == nil {
		return
	}
	last := l.from + len(l.tail)
	for {
		centre := int(float64(len(l.spectra.mel)) * l.hop)
		if centre >= last || centre-l.window/2+l.window > end {
			break
		}
		l.cut(centre-l.window/2, l.frame)
		l.transform.power(l.frame, l.power)
		level, mel := l.bank.bands(l.power)
		l.spectra.level, l.spectra.mel = append(l.spectra.level, level), append(l.spectra.mel, mel)
	}
	needed := int(float64(len(l.spectra.mel))*l.hop) - l.window/2 - 1
	if gone := min(needed-l.from, len(l.tail)); gone > 1<<14 {
		l.tail = append(l.tail[:0], l.tail[gone:]...)
		l.from += gone
	}
}

// cut writes the samples from a place on, with the highs lifted, and zeros where
// there are none.
func (l *Listener) cut(from int, out []float64) {
	const lift = 0.97
	for i := range out {
		out[i] = 0
		if at := from + i - l.from; at > 0 && at < len(l.tail) {
			out[i] = float64(l.tail[at]) - lift*float64(l.tail[at-1])
		}
	}
}

// analyse makes the frames of a sound.
func analyse(s Sound) spectra {
	l := Listen(s.RateHz)
	l.Write(s.Samples)
	l.Close()
	return l.spectra
}

// slice is a stretch of the frames.
func (s spectra) slice(from, to int) spectra {
	return spectra{s.level[from:to], s.mel[from:to]}
}

// melFilters are triangles over the bins of a spectrum, evenly spread over the
// mel scale.
type melFilters struct {
	from    [melBands]int
	weights [melBands][]float64
}

var cosines = func() (c [cepstra][melBands]float64) {
	for k := range cepstra {
		for b := range melBands {
			c[k][b] = math.Cos(math.Pi * float64(k+1) * (float64(b) + 0.5) / melBands)
		}
	}
	return c
}()

func melBank(rateHz, size int) *melFilters {
	mel := func(hz float64) float64 { return 1127 * math.Log1p(hz/700) }
	hz := func(mel float64) float64 { return 700 * math.Expm1(mel/1127) }
	top := min(highestHz, float64(rateHz)/2)
	low, step := mel(lowestHz), (mel(top)-mel(lowestHz))/(melBands+1)
	bin := float64(rateHz) / float64(size)
	m := &melFilters{}
	for b := range melBands {
		left, mid, right := hz(low+float64(b)*step), hz(low+float64(b+1)*step), hz(low+float64(b+2)*step)
		first := max(1, int(math.Ceil(left/bin)))
		m.from[b] = first
		for k := first; float64(k)*bin < right && k < size/2; k++ {
			f := float64(k) * bin
			m.weights[b] = append(m.weights[b], max(0, min((f-left)/(mid-left), (right-f)/(right-mid))))
		}
		if len(m.weights[b]) == 0 { // narrower than a bin
			m.from[b], m.weights[b] = min(size/2-1, int(mid/bin+0.5)), []float64{1}
		}
	}
	return m
}

// floorPower keeps digital silence from minus infinity: -100 dB of full scale.
const floorPower = 1e-10

// bands are a spectrum's power band by band, and the sum's level in dB.
func (m *melFilters) bands(power []float64) (level float32, mel [melBands]float32) {
	sum := 0.0
	for b := range melBands {
		p := 0.0
		for i, w := range m.weights[b] {
			p += w * power[m.from[b]+i]
		}
		sum += p
		mel[b] = float32(p)
	}
	return float32(10 * math.Log10(sum+floorPower)), mel
}

// colour is a room: how loud speech arrives in each band, and how loud the
// noise is in it.
type colour struct {
	speech, noise [melBands]float32
}

// colour measures the room of a sound by its loudest frames and its quietest.
func (s spectra) colour() (c colour) {
	floor, loud := levels(s.level)
	quiet, spoken := float32(0), float32(0)
	for i, l := range s.level {
		switch {
		case l <= floor+1.5:
			quiet++
			for b, p := range s.mel[i] {
				c.noise[b] += p
			}
		case l >= (floor+loud)/2:
			spoken++
			for b, p := range s.mel[i] {
				c.speech[b] += p
			}
		}
	}
	for b := range melBands {
		c.noise[b] /= max(quiet, 1)
		c.speech[b] /= max(spoken, 1)
		// In a clean room it is speech itself that hides what is 45 dB below it.
		c.noise[b] = max(c.noise[b], c.speech[b]*3e-5, floorPower)
		c.speech[b] = max(c.speech[b]-c.noise[b], c.noise[b]*1e-2)
	}
	return c
}

// above is how far each frame stands above the noise, in dB, as the mean of all
// bands, so that a hiss in a few of them hides no voice; over three frames.
func (s spectra) above(noise [melBands]float32) []float32 {
	single := make([]float32, len(s.mel))
	for i := range s.mel {
		for b, p := range s.mel[i] {
			single[i] += float32(max(0, 10*math.Log10(float64(p/noise[b])+1e-9))) / melBands
		}
	}
	out := make([]float32, len(single))
	for i := range out {
		before, behind := single[max(0, i-1)], single[min(len(single)-1, i+1)]
		out[i] = (before + 2*single[i] + behind) / 4
	}
	return out
}

// in is a sound as it would arrive in another room: its bands as loud as speech
// is there, and the room's noise over it (the parallel combination of models of
// Gales and Young 1993, in the power domain).
func (s spectra) in(own, room colour) spectra {
	out := spectra{level: s.level, mel: make([][melBands]float32, len(s.mel))}
	for b := range melBands {
		gain := room.speech[b] / own.speech[b]
		for i := range s.mel {
			out.mel[i][b] = s.mel[i][b]*gain + room.noise[b]
		}
	}
	return out
}

// cepstrum is the shape of a frame's spectrum, with its loudness.
func cepstrum(mel *[melBands]float32) (level float32, c [cepstra]float32) {
	var logs [melBands]float64
	for b, p := range mel {
		logs[b] = math.Log(float64(p) + floorPower)
	}
	sum := 0.0
	for k := range cepstra {
		v := 0.0
		for b, l := range logs {
			v += cosines[k][b] * l
		}
		c[k] = float32(v)
	}
	for _, l := range logs {
		sum += l
	}
	return float32(sum), c
}

// scale makes the frames of two voices and two rooms comparable: mean zero and
// variance one over the frames in which somebody speaks.
type scale struct {
	mean, factor vector
}

// raws are the frames as they are measured; the change is over five frames.
func (s spectra) raws() []vector {
	out := make([]vector, len(s.mel))
	for i := range s.mel {
		level, c := cepstrum(&s.mel[i])
		copy(out[i][:], c[:])
		out[i][2*cepstra] = level
	}
	at := func(j int) *vector { return &out[max(0, min(j, len(out)-1))] }
	for i := range out {
		a, b, c, d := at(i-2), at(i-1), at(i+1), at(i+2)
		for k := range cepstra {
			out[i][cepstra+k] = (2*(d[k]-a[k]) + (c[k] - b[k])) / 10
		}
	}
	return out
}

// The weights of features beside the first cepstra, found on speech of known
// words: fine ripples and fast changes say more of the voice and the room.
const (
	rippleWeight = 0.93 // from each cepstrum to the next
	changeWeight = 0.6
	levelWeight  = 0.8
)

func scaleOf(frames []vector, speech func(i int) bool) scale {
	var sum, square [dimensions]float64
	n := 0.0
	for i := range frames {
		if !speech(i) {
			continue
		}
		n++
		for k, x := range frames[i] {
			sum[k] += float64(x)
			square[k] += float64(x) * float64(x)
		}
	}
	if n == 0 && len(frames) > 0 { // nothing stands out: all alike
		return scaleOf(frames, func(int) bool { return true })
	}
	var sc scale
	for k := range dimensions {
		mean := sum[k] / max(n, 1)
		spread := math.Sqrt(max(square[k]/max(n, 1)-mean*mean, 1e-6))
		weight := levelWeight
		if k < 2*cepstra {
			weight = math.Pow(rippleWeight, float64(k%cepstra))
			if k >= cepstra {
				weight *= changeWeight
			}
		}
		sc.mean[k], sc.factor[k] = float32(mean), float32(weight/spread)
	}
	return sc
}

func (sc *scale) apply(v vector) vector {
	for k := range v {
		v[k] = (v[k] - sc.mean[k]) * sc.factor[k]
	}
	return v
}

// distance is how unlike two frames are: the root of the mean square.
func distance(a, b *vector) float32 {
	var s0, s1 float32
	for k := 0; k+1 < dimensions; k += 2 {
		d, e := a[k]-b[k], a[k+1]-b[k+1]
		s0 += d * d
		s1 += e * e
	}
	d := a[dimensions-1] - b[dimensions-1]
	return float32(math.Sqrt(float64(s0+s1+d*d) / dimensions))
}

// levels are the loudness of a recording's noise and of its speech, in dB.
func levels(level []float32) (floor, speech float32) {
	sorted := slices.Clone(level)
	slices.Sort(sorted)
	at := func(part float64) float32 { return sorted[int(part*float64(len(sorted)-1))] }
	return at(0.05), at(0.85)
}
