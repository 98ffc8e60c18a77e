package audio

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func resampled(t *testing.T, fromHz, toHz int, value func(int64) float64) []float64 {
	t.Helper()
	rec, _ := memoryRecording(t, fromHz, time.Second, value)
	r := newResampler(rec, fromHz, toHz)
	var out []float64
	buf := make([][2]float64, 241)
	for ok := true; ok; {
		var n int
		n, ok = r.Stream(buf)
		for _, v := range buf[:n] {
			out = append(out, v[0])
		}
	}
	if len(out) != toHz {
		t.Errorf("%d -> %d Hz: a second has %d samples", fromHz, toHz, len(out))
	}
	return out
}

func TestResamplerKeepsTones(t *testing.T) {
	for _, rate := range []int{8000, 11025, 16000, 22050, 44100, 47999, 48000, 96000, 192000} {
		for _, hz := range []float64{100, 1000, 3000} {
			got := resampled(t, rate, 48000, sine(hz, float64(rate)))
			want := sine(hz, 48000)
			var noise, signal float64
			for i := 4800; i < 43200; i++ {
				w := want(int64(i))
				noise += (got[i] - w) * (got[i] - w)
				signal += w * w
			}
			if dB := 10 * math.Log10(signal/(noise+1e-30)); dB < 80 {
				t.Errorf("%d Hz, a tone of %g Hz: signal to noise %.1f dB", rate, hz, dB)
			}
		}
	}
}

func TestResamplerLetsNoMirrorThrough(t *testing.T) {
	for _, c := range []struct {
		fromHz, toHz int
		hz, mirror   float64
	}{{16000, 48000, 6500, 9500}, {44100, 48000, 20000, 24100 - 0.1}, {96000, 48000, 30000, 18000}} {
		t.Run(fmt.Sprint(c.fromHz), func(t *testing.T) {
			got := resampled(t, c.fromHz, c.toHz, sine(c.hz, float64(c.fromHz)))
			var re, im float64
			for i, v := range got[4800:43200] {
				window := 1 - math.Cos(2*math.Pi*float64(i)/38400)
				phase := 2 * math.Pi * c.mirror * float64(i) / float64(c.toHz)
				re += window * v * math.Cos(phase)
				im += window * v * math.Sin(phase)
			}
			// A tone of level 0.5 would give 0.5 · 38400 / 2.
			if dB := 20 * math.Log10(math.Hypot(re, im)/9600); dB > -80 {
				t.Errorf("%.1f dB at %g Hz", dB, c.mirror)
			}
		})
	}
}

func TestEqualRatesAreUntouched(t *testing.T) {
	value := func(n int64) float64 { return float64(n) / 65536 }
	for i, v := range resampled(t, 48000, 48000, value) {
		if v != value(int64(i)) {
			t.Fatalf("sample %d is %v", i, v)
		}
	}
}
