package audio

import (
	"math"

	"github.com/gopxl/beep/v2"
)

// A resampler changes the rate of a stream by a windowed sinc (Smith, "Digital
// Audio Resampling"), low-passed to the lower of both rates. beep's resampler
// draws polynomials through the samples and has no low-pass: it lets the mirror
// of 16 kHz speech through above 8 kHz, which sounds like hiss. At equal rates
// samples pass untouched.
type resampler struct {
	src      beep.Streamer
	from, to int64
	half     int       // input samples on each side of an output sample
	table    []float64 // one row of 2·half taps for each phase
	unit     int64     // 1/to of an input sample from one row to the next; 0: rows are interpolated
	window   [][2]float64
	base     int64 // the input sample of window[0]
	made     int64 // output samples made
	end      int64 // the length of the input, once ended
	ended    bool
	reading  [256][2]float64
}

// Usual rates meet at few places between two input samples (16 kHz in 48 at
// three, 44.1 at 160), each of which has a row of its own. Between other rates'
// rows taps are interpolated: with 512 phases that error is below -100 dB.
const (
	resamplePhases = 512
	resampleHalf   = 16 // zero crossings on each side
	resampleKaiser = 9.0
	// resamplePass is the share of the lower rate's band that passes; the rest
	// is for the filter's slope.
	resamplePass = 0.93
)

func newResampler(src beep.Streamer, fromHz, toHz int) *resampler {
	r := &resampler{src: src, from: int64(fromHz), to: int64(toHz)}
	if r.from == r.to {
		return r
	}
	cut := min(1, float64(toHz)/float64(fromHz)) * resamplePass
	r.half = int(math.Ceil(resampleHalf / cut))
	phases, rows := resamplePhases, resamplePhases+1
	if unit := divisor(r.from, r.to); r.to/unit <= resamplePhases {
		r.unit = unit
		phases, rows = int(r.to/unit), int(r.to/unit)
	}
	r.table = make([]float64, rows*2*r.half)
	for phase := range rows {
		row := r.table[phase*2*r.half:][:2*r.half]
		sum := 0.0
		for i := range row {
			// Tap i stands on input sample i-half+1 from the one at or before.
			x := float64(i-r.half+1) - float64(phase)/float64(phases)
			row[i] = cut * sinc(cut*x) * kaiser(x/float64(r.half))
			sum += row[i]
		}
		for i := range row {
			row[i] /= sum
		}
	}
	r.reset()
	return r
}

// divisor is the greatest that two numbers share.
func divisor(a, b int64) int64 {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the Kaiser window over -1..1.
func kaiser(x float64) float64 {
	if x <= -1 || x >= 1 {
		return 0
	}
	return bessel0(resampleKaiser*math.Sqrt(1-x*x)) / bessel0(resampleKaiser)
}

// bessel0 is the modified Bessel function of order 0, by its series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= (x / (2 * k)) * (x / (2 * k))
		sum += term
	}
	return sum
}

// reset starts anew after the source has been sought; samples count from 0.
func (r *resampler) reset() {
	r.window = append(r.window[:0], make([][2]float64, r.half)...)
	r.base, r.made, r.ended, r.end = -int64(r.half), 0, false, 0
}

// sourceSample is the input sample, with its fraction, of the output sample out.
func (r *resampler) sourceSample(out int64) float64 {
	return float64(out/r.to*r.from) + float64(out%r.to*r.from)/float64(r.to)
}

// Stream is as beep.Streamer says.
func (r *resampler) Stream(samples [][2]float64) (n int, ok bool) {
	if r.from == r.to {
		n, ok = r.src.Stream(samples)
		r.made += int64(n)
		return n, ok
	}
	for n < len(samples) {
		seconds, rest := r.made/r.to, r.made%r.to
		at, fraction := seconds*r.from+rest*r.from/r.to, rest*r.from%r.to
		r.need(at + int64(r.half) + 1)
		if r.ended && at >= r.end {
			return n, n > 0
		}
		samples[n] = r.at(at, fraction)
		n++
		r.made++
	}
	return n, true
}

// at is the input fraction/to behind the sample at.
func (r *resampler) at(at, fraction int64) (sum [2]float64) {
	width := 2 * r.half
	in := r.window[at-int64(r.half)+1-r.base:][:width]
	if r.unit > 0 {
		return weighed(in, r.table[int(fraction/r.unit)*width:][:width])
	}
	phase := float64(fraction) / float64(r.to) * resamplePhases
	row := int(phase)
	w := phase - float64(row)
	a := r.table[row*width:][:width]
	b := r.table[(row+1)*width:][:width]
	for i, v := range in {
		tap := a[i] + w*(b[i]-a[i])
		sum[0] += v[0] * tap
		sum[1] += v[1] * tap
	}
	return sum
}

// weighed sums samples, each by its tap; there are even numbers of both. Two
// sums a channel do not wait for each other.
func weighed(in [][2]float64, taps []float64) [2]float64 {
	var left, right, left2, right2 float64
	for i := 1; i < len(in) && i < len(taps); i += 2 {
		a, b := &in[i-1], &in[i]
		left += a[0] * taps[i-1]
		right += a[1] * taps[i-1]
		left2 += b[0] * taps[i]
		right2 += b[1] * taps[i]
	}
	return [2]float64{left + left2, right + right2}
}

// need reads the input before to, with silence after its end.
func (r *resampler) need(to int64) {
	for r.base+int64(len(r.window)) < to {
		if keep := 2*r.half + len(r.reading); len(r.window) > 2*keep {
			drop := len(r.window) - keep
			r.window = append(r.window[:0], r.window[drop:]...)
			r.base += int64(drop)
		}
		if r.ended {
			r.window = append(r.window, [2]float64{})
			continue
		}
		n, ok := r.src.Stream(r.reading[:])
		r.window = append(r.window, r.reading[:n]...)
		if !ok || n == 0 {
			r.ended, r.end = true, r.base+int64(len(r.window))
		}
	}
}

// Err is the source's error.
func (r *resampler) Err() error { return r.src.Err() }
