package speech

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestSpectrumIsTheDefinition compares with the sums that the transform stands
// for.
func TestSpectrumIsTheDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, size := range []int{8, 16, 32, 64, 128, 256, 512} {
		s := newSpectrum(size)
		frame := white(size, rng)
		got := make([]float32, size/2)
		s.power(frame, got)
		for k := range got {
			var re, im float64
			for i, v := range frame {
				x := 2 * math.Pi * float64(k*i) / float64(size)
				re += v * s.window[i] * math.Cos(x)
				im += v * s.window[i] * math.Sin(x)
			}
			if want := (re*re + im*im) / (0.375 * float64(size)); math.Abs(want-float64(got[k])) > 1e-5*(1+want) {
				t.Fatalf("size %d bin %d: %g, want %g", size, k, got[k], want)
			}
		}
		magnitude := make([]float32, size/2)
		for k := range magnitude {
			magnitude[k] = rng.Float32()
		}
		s.cosines(magnitude, got)
		for n := range got {
			want := float64(magnitude[0])
			for k := 1; k < size/2; k++ {
				want += 2 * float64(magnitude[k]) * math.Cos(2*math.Pi*float64(k*n)/float64(size))
			}
			if math.Abs(want-float64(got[n])) > 1e-4*float64(size) {
				t.Fatalf("size %d lag %d: %g, want %g", size, n, got[n], want)
			}
		}
	}
}
