package stretch

import (
	"math"
	"math/rand/v2"
	"sort"
	"testing"
)

// What STOI does not hear of consonants: an s that rings, a p that is skipped.

// repeats is how much a hiss repeats itself: the highest autocorrelation between
// 2 and 25 ms, over windows of 200 ms in the mean. Noise is at .06 by chance; what
// repeats every few milliseconds sounds metallic.
func repeats(x []float64) float64 {
	const window, low, high = corpusHz / 5, corpusHz / 500, corpusHz / 40
	sum, n := 0.0, 0
	for at := window; at+2*window <= len(x); at += window {
		a, best := x[at:at+window], 0.0
		for lag := low; lag <= high; lag++ {
			b := x[at+lag:][:window]
			best = max(best, dot(a, b)/math.Sqrt(dot(a, a)*dot(b, b)))
		}
		sum += best
		n++
	}
	return sum / float64(n)
}

// hiss is an s that does not end: noise above 3 kHz.
func hiss(seconds float64) []float64 {
	r := rand.New(rand.NewPCG(5, 6))
	x := make([]float64, int(seconds*corpusHz))
	last, before := 0.0, 0.0
	for i := range x {
		v := 0.1 * r.NormFloat64()
		x[i] = v - 2*last + before // 12 dB an octave
		last, before = v, last
	}
	return x
}

// plosives are n vowels of 110 Hz, each behind 70 ms of silence and a burst of
// 8 ms, with the places of the bursts in samples.
func plosives(n int) (x []float64, at []int) {
	r := rand.New(rand.NewPCG(7, 8))
	vowel := steady{partials: harmonics(8, 110)}.sound(1) // whose slopes are far below a burst's
	for range n {
		x = append(x, make([]float64, corpusHz*7/100)...)
		at = append(at, len(x))
		for i := range corpusHz / 125 {
			x = append(x, 0.25*r.NormFloat64()*math.Exp(-float64(i)/40))
		}
		x = append(x, make([]float64, corpusHz/50)...)
		x = append(x, vowel[:corpusHz/8+r.IntN(corpusHz/8)]...)
	}
	for i := range x {
		x[i] += 1e-4 * r.NormFloat64()
	}
	return x, at
}

// burstsKept is the part of the bursts that are found in out within 15 ms of
// where the speed puts them, at no less than half their height, and how high they
// are, in the median, in dB of the source's.
func burstsKept(out []float64, at []int, speed float64) (kept, dB float64) {
	const within = 15 * corpusHz / 1000
	var heights []float64
	for _, from := range at {
		centre := int(float64(from) / speed)
		peak := 0.0
		for i := max(1, centre-within); i < min(centre+within, len(out)); i++ {
			peak = max(peak, math.Abs(out[i]-out[i-1]))
		}
		heights = append(heights, peak/0.8)
		if peak > 0.4/2 {
			kept++
		}
	}
	sort.Float64s(heights)
	return kept / float64(len(at)), 20 * math.Log10(heights[len(heights)/2])
}

// Slowed down, a hiss repeats itself less than with Rubber Band R3 (.23 at 0.25×,
// .14 at 0.5×).
func TestHissDoesNotRing(t *testing.T) {
	if testing.Short() {
		t.Skip("slow under the race detector, and of one goroutine")
	}
	for _, bar := range []struct{ speed, most float64 }{{0.25, 0.21}, {0.5, 0.14}, {0.75, 0.105}, {1.5, 0.095}, {2, 0.09}, {3, 0.085}, {4, 0.085}} {
		if r := repeats(ours(t, hiss(1.5*max(1, bar.speed)), bar.speed)); r > bar.most {
			t.Errorf("speed %g: autocorrelation %.3f, want %.3f", bar.speed, r, bar.most)
		}
	}
}

// At 4× three quarters of the recording are not played; bursts that fall there
// are gone. Rubber Band R3 keeps 98, 100, 80, 70, 40 and 12 % of these.
func TestBurstsAreKept(t *testing.T) {
	if testing.Short() {
		t.Skip("slow under the race detector, and of one goroutine")
	}
	x, at := plosives(40)
	for i, least := range []float64{1, 1, 0.9, 0.8, 0.6, 0.3} {
		speed := judged[i]
		if kept, dB := burstsKept(ours(t, x, speed), at, speed); kept < least {
			t.Errorf("speed %g: %.0f %% kept, want %.0f; %.1f dB in the median", speed, 100*kept, 100*least, dB)
		}
	}
}

// BenchmarkConsonants measures every tool on a hiss and on bursts.
func BenchmarkConsonants(b *testing.B) {
	x, at := plosives(40)
	eachTool(b, "", func(b *testing.B, apply tool, speed float64) {
		var ring, kept float64
		for b.Loop() {
			ring = repeats(apply(b, hiss(1.5*max(1, speed)), speed))
			kept, _ = burstsKept(apply(b, x, speed), at, speed)
		}
		b.ReportMetric(ring, "ring")
		b.ReportMetric(100*kept, "%bursts")
	})
}

// BenchmarkTwoVoices measures what is left of two readers who talk at once.
func BenchmarkTwoVoices(b *testing.B) {
	one, other := recording(b, "116-288045-0001.flac"), recording(b, "84-121123-0002.flac")
	mix := make([]float64, min(len(one), len(other)))
	for i := range mix {
		mix[i] = (one[i] + other[i]) / 2
	}
	eachTool(b, "", func(b *testing.B, apply tool, speed float64) {
		var left float64
		for b.Loop() {
			left = stoi(to10k(mix), to10k(apply(b, apply(b, mix, speed), 1/speed)))
		}
		b.ReportMetric(left, "STOI")
	})
}
