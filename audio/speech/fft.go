package speech

import (
	"math"
	"math/bits"
)

// spectrum computes power spectra of real frames whose length is a power of two
// of at least 4: as a complex transform of half the length, radix 2 (Cooley and
// Tukey, 1965), whose halves are then taken apart.
type spectrum struct {
	size    int
	window  []float64 // Hann
	reverse []int
	twiddle []complex128 // e^(-2πik/size), k < size/2
	work    []complex128
	// twiddles are those of each pass over the data, one pass after the other.
	twiddles [][3]complex128
	whole    []float64 // a spectrum with its mirror image
}

func newSpectrum(size int) *spectrum {
	half := size / 2
	s := &spectrum{
		size:    size,
		window:  make([]float64, size),
		reverse: make([]int, half),
		twiddle: make([]complex128, half),
		work:    make([]complex128, half),
		whole:   make([]float64, size),
	}
	shift := bits.UintSize - bits.TrailingZeros(uint(half))
	for i := range half {
		s.reverse[i] = int(bits.Reverse(uint(i)) >> shift)
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / float64(size))
		s.twiddle[i] = complex(cos, sin)
	}
	for i := range s.window {
		s.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(size))
	}
	s.planPasses()
	return s
}

// planPasses puts the twiddles in the order in which transform needs them.
func (s *spectrum) planPasses() {
	half := len(s.work)
	span := 1
	if bits.TrailingZeros(uint(half))%2 == 1 {
		span = 2
	}
	turn := func(part float64) complex128 {
		sin, cos := math.Sincos(-2 * math.Pi * part)
		return complex(cos, sin)
	}
	for ; span < half; span *= 4 {
		for i := range span {
			part := float64(i) / float64(4*span)
			s.twiddles = append(s.twiddles, [3]complex128{turn(2 * part), turn(part), turn(3 * part)})
		}
	}
}

// power writes |X(k)|² of the windowed frame, k < size/2, scaled so that white
// noise of power 1 gives 1 in each bin on average.
func (s *spectrum) power(frame []float64, out []float32) {
	for i, r := range s.reverse {
		s.work[i] = complex(frame[2*r]*s.window[2*r], frame[2*r+1]*s.window[2*r+1])
	}
	s.transform()
	half := len(s.work)
	scale := 1 / (0.375 * float64(s.size)) // the energy of a Hann window
	out[0] = float32(square(real(s.work[0])+imag(s.work[0])) * scale)
	for k := 1; k < half; k++ {
		re, im := s.apart(k)
		out[k] = float32((re*re + im*im) * scale)
	}
}

func square(x float64) float64 { return x * x }

// apart is bin k of the real frame, from the bins k and half-k of the complex
// one.
func (s *spectrum) apart(k int) (re, im float64) {
	a, b := s.work[k], s.work[len(s.work)-k]
	evenRe, evenIm := (real(a)+real(b))/2, (imag(a)-imag(b))/2
	oddRe, oddIm := (imag(a)+imag(b))/2, (real(b)-real(a))/2
	wr, wi := real(s.twiddle[k]), imag(s.twiddle[k])
	return evenRe + wr*oddRe - wi*oddIm, evenIm + wr*oddIm + wi*oddRe
}

// cosines writes Σ magnitude(|k|)·cos(2πkn/size) over k from -size/2 to size/2,
// n < size/2: the autocorrelation that belongs to a power spectrum.
func (s *spectrum) cosines(magnitude []float32, out []float32) {
	half := len(s.work)
	whole := s.whole
	whole[0], whole[half] = float64(magnitude[0]), 0
	for k := 1; k < half; k++ {
		m := float64(magnitude[k])
		whole[k], whole[s.size-k] = m, m
	}
	for i, r := range s.reverse {
		s.work[i] = complex(whole[2*r], whole[2*r+1])
	}
	s.transform()
	out[0] = float32(real(s.work[0]) + imag(s.work[0]))
	for k := 1; k < half; k++ {
		re, _ := s.apart(k)
		out[k] = float32(re)
	}
}

// transform is the complex transform in place, of work in bit-reversed order:
// two of its stages at a time, so that four values are read and written once and
// three twiddles do for both.
func (s *spectrum) transform() {
	span := 1
	if bits.TrailingZeros(uint(len(s.work)))%2 == 1 {
		for i := 0; i < len(s.work); i += 2 {
			a, b := s.work[i], s.work[i+1]
			s.work[i], s.work[i+1] = a+b, a-b
		}
		span = 2
	}
	at := 0
	for ; span < len(s.work); span *= 4 {
		twiddles := s.twiddles[at : at+span]
		for base := 0; base < len(s.work); base += 4 * span {
			fourWay(s.work[base:base+4*span], twiddles)
		}
		at += span
	}
}

// fourWay joins four transforms that stand side by side.
func fourWay(work []complex128, twiddles [][3]complex128) {
	span := len(twiddles)
	a, b, c, d := work[:span], work[span:][:span], work[2*span:][:span], work[3*span:][:span]
	for i := range twiddles {
		w := &twiddles[i]
		x, y, z := times(w[0], b[i]), times(w[1], c[i]), times(w[2], d[i])
		sum, difference := a[i]+x, a[i]-x
		other, turned := y+z, complex(imag(y)-imag(z), real(z)-real(y)) // -i(y-z)
		a[i], c[i] = sum+other, sum-other
		b[i], d[i] = difference+turned, difference-turned
	}
}

// times multiplies without the care for infinities that the language takes.
func times(a, b complex128) complex128 {
	return complex(real(a)*real(b)-imag(a)*imag(b), real(a)*imag(b)+imag(a)*real(b))
}
