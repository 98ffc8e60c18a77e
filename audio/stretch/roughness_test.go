package stretch

import (
	"math"
	"testing"
)

// A steady sound, and the partials that it is made of.
type steady struct {
	name     string
	partials []float64
}

// harmonics are the first n multiples of each of some pitches.
func harmonics(n int, pitches ...float64) (hz []float64) {
	for _, pitch := range pitches {
		for k := 1; k <= n; k++ {
			hz = append(hz, pitch*float64(k))
		}
	}
	return hz
}

// steadies are voices with a period longer than a hop, a usual one, and what has
// no period.
var steadies = []steady{
	{"voice-70Hz", harmonics(30, 70)},
	{"voice-95Hz", harmonics(25, 95)},
	{"voice-130Hz", harmonics(20, 130)},
	{"two-voices", harmonics(18, 110, 163)},
	{"chord", harmonics(6, 261.6, 329.6, 392)},
}

func (s steady) sound(seconds float64) []float64 {
	x := make([]float64, int(seconds*corpusHz))
	for i := range x {
		for k, hz := range s.partials {
			x[i] += 0.05 * math.Sin(2*math.Pi*hz*float64(i)/corpusHz+float64(k*k)) / math.Sqrt(1+hz/300)
		}
	}
	return x
}

// A low voice, whose period is longer than a hop, gets no roughness.
func TestVoicesStaySmooth(t *testing.T) {
	for _, s := range steadies[:3] {
		for _, speed := range judged {
			x := s.sound(2 * max(1, speed))
			if dB := sidebands(ours(t, x, speed), s.partials); dB > -38 {
				t.Errorf("%s at speed %g: %.1f dB beside its partials", s.name, speed, dB)
			}
		}
	}
}

// Several periods at once warble, most at high speeds: no more than this.
func TestChordsWarbleWithinBounds(t *testing.T) {
	for i, bar := range [][]float64{{-5, -4.5, -4.5, -4, -3, -2}, {-19, -18, -19, -14, -6.5, -4.5}} {
		s := steadies[3+i]
		for k, speed := range judged {
			x := s.sound(2 * max(1, speed))
			if dB := sidebands(ours(t, x, speed), s.partials); dB > bar[k] {
				t.Errorf("%s at speed %g: %.1f dB beside its partials, want %.1f", s.name, speed, dB, bar[k])
			}
		}
	}
}

// BenchmarkRoughness measures every tool on steady sounds, in dB of what they do
// not consist of.
func BenchmarkRoughness(b *testing.B) {
	for _, s := range steadies {
		eachTool(b, s.name+"/", func(b *testing.B, apply tool, speed float64) {
			x := s.sound(6)
			dB := 0.0
			for b.Loop() {
				dB = sidebands(apply(b, x, speed), s.partials)
			}
			b.ReportMetric(dB, "dB")
		})
	}
}
