package stretch

import (
	"math"
	"math/cmplx"
)

// Short-time objective intelligibility (Taal and others 2011): what of the
// band envelopes of clean speech is left in x, 0 to 1. Both are at 10 kHz here.
const (
	stoiHz     = 10000
	stoiFrame  = 256
	stoiHop    = 128
	stoiFFT    = 512
	stoiBands  = 15
	stoiFrames = 30  // 384 ms
	stoiFine   = 16  // alignment is sought in steps of 1.6 ms
	stoiAround = 600 // and as far as 60 ms
)

// bandEnvelopes is the level of 15 third-octave bands from 150 Hz, by frame.
func bandEnvelopes(x []float64, hop int) [][stoiBands]float64 {
	var out [][stoiBands]float64
	window := hann(stoiFrame)
	transform := newFFT(stoiFFT)
	spectrum := make([]complex128, stoiFFT)
	var edges [stoiBands][2]int
	for b := range edges {
		centre := 150 * math.Pow(2, float64(b)/3)
		edges[b][0] = int(math.Round(centre * math.Pow(2, -1.0/6) / stoiHz * stoiFFT))
		edges[b][1] = int(math.Round(centre * math.Pow(2, 1.0/6) / stoiHz * stoiFFT))
	}
	for at := 0; at+stoiFrame <= len(x); at += hop {
		clear(spectrum)
		for i, w := range window {
			spectrum[i] = complex(x[at+i]*w, 0)
		}
		transform.forward(spectrum)
		var bands [stoiBands]float64
		for b, e := range edges {
			sum := 0.0
			for _, v := range spectrum[e[0]:e[1]] {
				sum += real(v)*real(v) + imag(v)*imag(v)
			}
			bands[b] = math.Sqrt(sum)
		}
		out = append(out, bands)
	}
	return out
}

// hann is the window of Taal's program: n values without the zeros at the ends.
func hann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i+1)/float64(n+1))
	}
	return w
}

// An fft is the plain radix-2 transform with its roots in a table.
type fft struct{ roots []complex128 }

func newFFT(n int) fft {
	f := fft{make([]complex128, n/2)}
	for k := range f.roots {
		f.roots[k] = cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n))
	}
	return f
}

// forward transforms x in place.
func (f fft) forward(x []complex128) {
	n := len(x)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		half, stride := size/2, n/size
		for at := 0; at < n; at += size {
			for k := range half {
				v := f.roots[k*stride] * x[at+half+k]
				x[at+k], x[at+half+k] = x[at+k]+v, x[at+k]-v
			}
		}
	}
}

// stoi is Taal's measure, but that each 384 ms of clean is compared with the same
// place in x give or take 60 ms, and the best counts. Frames of clean that are
// 40 dB below its loudest are left out before, as in the original.
func stoi(clean, x []float64) float64 {
	a, b := bandEnvelopes(clean, stoiHop), bandEnvelopes(x, stoiFine)
	loudest := 0.0
	for _, f := range a {
		loudest = max(loudest, frameLevel(f))
	}
	var active []int
	for i, f := range a {
		if frameLevel(f) > loudest/100 {
			active = append(active, i)
		}
	}
	sum, n := 0.0, 0
	const step, around = stoiHop / stoiFine, stoiAround / stoiFine
	var u, v [stoiFrames][stoiBands]float64
	for at := 0; at+stoiFrames <= len(active); at += stoiFrames / 3 {
		frames := active[at : at+stoiFrames]
		best := -1.0
		for shift := -around; shift <= around; shift++ {
			if frames[0]*step+shift < 0 || frames[stoiFrames-1]*step+shift >= len(b) {
				continue
			}
			for i, f := range frames {
				u[i], v[i] = a[f], b[f*step+shift]
			}
			best = max(best, segmentStoi(&u, &v))
		}
		sum += best
		n++
	}
	return sum / float64(n)
}

func frameLevel(f [stoiBands]float64) float64 {
	sum := 0.0
	for _, v := range f {
		sum += v * v
	}
	return math.Sqrt(sum)
}

// segmentStoi is the mean over the bands of the correlation of the envelopes,
// x scaled to clean's energy and clipped at -15 dB of distortion.
func segmentStoi(clean, x *[stoiFrames][stoiBands]float64) float64 {
	const clip = 1 + 5.623413 // 15 dB
	total := 0.0
	for band := range stoiBands {
		var uu, vv float64
		for i := range clean {
			uu += clean[i][band] * clean[i][band]
			vv += x[i][band] * x[i][band]
		}
		scale := math.Sqrt(uu / (vv + 1e-20))
		var su, sv, suv, svv float64
		for i := range clean {
			u := clean[i][band]
			v := min(x[i][band]*scale, u*clip)
			su += u
			sv += v
			suv += u * v
			svv += v * v
		}
		spread := (uu - su*su/stoiFrames) * (svv - sv*sv/stoiFrames)
		if spread > 1e-20*uu*uu {
			total += (suv - su*sv/stoiFrames) / math.Sqrt(spread)
		}
	}
	return total / stoiBands
}

// to10k brings 16 kHz to 10 kHz by a windowed sinc below 5 kHz.
func to10k(x []float64) []float64 {
	const half = 25
	// 10 kHz falls on 5 places between samples only.
	var taps [5][2*half + 1]float64
	for phase := range taps {
		for i := range taps[phase] {
			d := float64(i-half) - math.Mod(1.6*float64(phase), 1)
			tap := 0.6
			if d != 0 {
				tap = math.Sin(math.Pi*0.6*d) / (math.Pi * d)
			}
			taps[phase][i] = tap * (0.5 + 0.5*math.Cos(math.Pi*d/(half+1)))
		}
	}
	padded := make([]float64, len(x)+2*half)
	copy(padded[half:], x)
	out := make([]float64, len(x)*5/8)
	for i := range out {
		out[i] = dot(taps[i%5][:], padded[i*8/5:][:2*half+1])
	}
	return out
}
