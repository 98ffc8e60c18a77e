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
	whole    []float64 // what is transformed
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

// planPasses puts the twiddles of all passes but the first in the order in which
// they are needed.
func (s *spectrum) planPasses() {
	half := len(s.work)
	turn := func(part float64) complex128 {
		sin, cos := math.Sincos(-2 * math.Pi * part)
		return complex(cos, sin)
	}
	for span := s.firstSpan(); span < half; span *= 4 {
		for i := range span {
			part := float64(i) / float64(4*span)
			s.twiddles = append(s.twiddles, [3]complex128{turn(2 * part), turn(part), turn(3 * part)})
		}
	}
}

// firstSpan is the size of the transforms that load makes.
func (s *spectrum) firstSpan() int {
	if bits.TrailingZeros(uint(len(s.work)))%2 == 1 {
		return 2
	}
	return 4
}

// power writes |X(k)|² of the windowed frame, k < size/2, scaled so that white
// noise of power 1 gives 1 in each bin on average.
func (s *spectrum) power(frame []float64, out []float32) {
	whole := s.whole
	window := s.window[:len(whole)]
	for i, v := range frame[:len(whole)] {
		whole[i] = v * window[i]
	}
	s.transform()
	half := len(s.work)
	scale := 1 / (0.375 * float64(s.size)) // the energy of a Hann window
	out[0] = float32(square(real(s.work[0])+imag(s.work[0])) * scale)
	for k, mirror := 1, half-1; k <= mirror; k, mirror = k+1, mirror-1 {
		even, odd := s.apart(k)
		re, im := real(even)+real(odd), imag(even)+imag(odd)
		out[k] = float32((re*re + im*im) * scale)
		re, im = real(even)-real(odd), imag(even)-imag(odd)
		out[mirror] = float32((re*re + im*im) * scale)
	}
}

func square(x float64) float64 { return x * x }

// apart takes the bins k and half-k of the complex transform apart into those of
// the even samples and, turned into place, of the odd ones: their sum is bin k of
// the real frame, their difference the conjugate of bin half-k.
func (s *spectrum) apart(k int) (even, odd complex128) {
	a, b := s.work[k], s.work[len(s.work)-k]
	even = complex((real(a)+real(b))/2, (imag(a)-imag(b))/2)
	odd = times(s.twiddle[k], complex((imag(a)+imag(b))/2, (real(b)-real(a))/2))
	return even, odd
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
	s.transform()
	out[0] = float32(real(s.work[0]) + imag(s.work[0]))
	for k, mirror := 1, half-1; k <= mirror; k, mirror = k+1, mirror-1 {
		even, odd := s.apart(k)
		out[k], out[mirror] = float32(real(even)+real(odd)), float32(real(even)-real(odd))
	}
}

// transform is the complex transform of whole, whose pairs of samples are its
// values, into work: two of its stages at a time, so that four values are read
// and written once and three twiddles do for both.
func (s *spectrum) transform() {
	s.load()
	at := 0
	for span := s.firstSpan(); span < len(s.work); span *= 4 {
		twiddles := s.twiddles[at : at+span]
		for base := 0; base < len(s.work); base += 4 * span {
			fourWay(s.work[base:base+4*span], twiddles)
		}
		at += span
	}
}

// load makes the transforms of the first pass, which need no twiddles: of two
// values or of four.
func (s *spectrum) load() {
	whole, work := s.whole, s.work
	value := func(at int) complex128 { return complex(whole[2*at], whole[2*at+1]) }
	if s.firstSpan() == 2 {
		for i := 0; i+1 < len(work); i += 2 {
			a, b := value(s.reverse[i]), value(s.reverse[i+1])
			work[i], work[i+1] = a+b, a-b
		}
		return
	}
	for i := 0; i+3 < len(work); i += 4 {
		r := s.reverse[i : i+4 : i+4]
		a, b, c, d := value(r[0]), value(r[1]), value(r[2]), value(r[3])
		sum, difference := a+b, a-b
		other, turned := c+d, complex(imag(c)-imag(d), real(d)-real(c)) // -i(c-d)
		work[i], work[i+2] = sum+other, sum-other
		work[i+1], work[i+3] = difference+turned, difference-turned
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
