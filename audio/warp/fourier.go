package warp

import (
	"math"
	"math/cmplx"
)

// fourier computes power spectra of real frames whose length is a power of two:
// as a complex transform of half the length, radix 2 (Cooley and Tukey 1965).
type fourier struct {
	window []float64 // Hamming, as long as a frame; what follows it is zero
	turns  []complex128
	work   []complex128
}

// newFourier: frames of frame samples in transforms of size, a power of two.
func newFourier(frame, size int) *fourier {
	f := &fourier{window: make([]float64, frame), turns: make([]complex128, size/2), work: make([]complex128, size/2)}
	for i := range f.window {
		f.window[i] = 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/float64(frame-1))
	}
	for i := range f.turns {
		f.turns[i] = cmplx.Rect(1, -2*math.Pi*float64(i)/float64(size))
	}
	return f
}

// power writes |X(k)|² of a windowed frame for k < size/2.
func (f *fourier) power(frame []float64, out []float64) {
	half := len(f.work)
	at := func(i int) float64 {
		if i < len(frame) {
			return frame[i] * f.window[i]
		}
		return 0
	}
	for i := range f.work {
		f.work[i] = complex(at(2*i), at(2*i+1))
	}
	f.transform()
	for k := range half {
		a, b := f.work[k], cmplx.Conj(f.work[(half-k)%half])
		x := (a+b)/2 + f.turns[k]*complex(0, -1)*(a-b)/2
		out[k] = real(x)*real(x) + imag(x)*imag(x)
	}
}

// transform is the complex transform of work in place.
func (f *fourier) transform() {
	n := len(f.work)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			f.work[i], f.work[j] = f.work[j], f.work[i]
		}
	}
	for span := 1; span < n; span *= 2 {
		step := n / span // turns are of twice as many points
		for base := 0; base < n; base += 2 * span {
			for i := range span {
				w := f.turns[i*step]
				a, b := f.work[base+i], f.work[base+i+span]
				b = complex(real(b)*real(w)-imag(b)*imag(w), real(b)*imag(w)+imag(b)*real(w))
				f.work[base+i], f.work[base+i+span] = a+b, a-b
			}
		}
	}
}
