package stretch

import "math"

// A place is where a grain starts: at sample whole of the input and part of the
// way, 0 to 1, to the one after it. Without the part, a period of 106.7 samples
// would count as 106 or 107, and a voice of 150 Hz waver by 10 cents.
type place struct {
	whole int64
	part  float64
}

// moved is the place some samples further.
func (p place) moved(samples float64) place {
	whole := math.Floor(p.part + samples)
	return place{p.whole + int64(whole), p.part + samples - whole}
}

// nearest is the sample that p is nearest to.
func (p place) nearest() place {
	return place{whole: p.whole + int64(math.Round(p.part))}
}

// A reader reads samples from between the input's.
type reader struct {
	in   *history
	taps [readerPhases][readerTaps]float64
}

// exactHz is the rate from which the nearest sample is near enough: the ear tells
// neither 10 µs nor, in a period, 2 cents.
const exactHz = 32000

// A windowed sinc of 16 taps is flat to within 0.5 dB up to three quarters of
// what the rate can hold; 32 places between samples leave an error of -40 dB
// only at the top.
const (
	readerPhases = 32
	readerTaps   = 16
)

func newReader(in *history) *reader {
	r := &reader{in: in}
	const half = readerTaps / 2
	for phase := range r.taps {
		sum := 0.0
		for i := range r.taps[phase] {
			d := float64(i-half+1) - float64(phase)/readerPhases
			tap := 1.0
			if d != 0 {
				tap = math.Sin(math.Pi*d) / (math.Pi * d)
			}
			tap *= 0.5 + 0.5*math.Cos(math.Pi*d/(half+0.5))
			r.taps[phase][i] = tap
			sum += tap
		}
		for i := range r.taps[phase] {
			r.taps[phase][i] /= sum
		}
	}
	return r
}

// appendAt appends the n samples at p and after it.
func (r *reader) appendAt(dst [][2]float64, p place, n int) [][2]float64 {
	if r.in.rateHz >= exactHz {
		p = p.nearest()
	}
	phase := int(math.Round(p.part * readerPhases))
	if phase == readerPhases {
		p.whole, phase = p.whole+1, 0
	}
	if phase == 0 {
		return append(dst, r.in.slice(p.whole, p.whole+int64(n))...)
	}
	const before = readerTaps/2 - 1
	from := r.in.slice(p.whole-before, p.whole-before+int64(n)+readerTaps)
	taps := &r.taps[phase]
	for i := range n {
		// Two sums a channel: one would wait for each addition.
		var left, right, left2, right2 float64
		near := (*[readerTaps][2]float64)(from[i:])
		for k := 0; k < readerTaps; k += 2 {
			left += taps[k] * near[k][0]
			right += taps[k] * near[k][1]
			left2 += taps[k+1] * near[k+1][0]
			right2 += taps[k+1] * near[k+1][1]
		}
		dst = append(dst, [2]float64{left + left2, right + right2})
	}
	return dst
}
