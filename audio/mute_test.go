package audio

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func mutedCopy(t *testing.T, rec *Recording, spans []Span, cover Cover) *Recording {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "muted.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := rec.WriteMuted(context.Background(), f, spans, cover, func(float64) {}); err != nil {
		t.Fatal(err)
	}
	muted, err := Open(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { muted.Close() })
	return muted
}

func TestMutedCopyIsTheRecordingButForTheSpans(t *testing.T) {
	value := func(n int64) float64 { return float64(n*40503%65536-32768) / 32768 }
	ms := time.Millisecond
	spans := []Span{{Start: 500 * ms, End: 900 * ms}, {Start: 2 * time.Second, End: 2015 * ms}, {Start: 3900 * ms, End: 9 * time.Second}}
	for _, cover := range []Cover{Silence, Bleep} {
		rec, _ := memoryRecording(t, 16000, 4*time.Second, value)
		muted := mutedCopy(t, rec, spans, cover)
		if muted.Len() != rec.Len() {
			t.Fatalf("%d samples of %d", muted.Len(), rec.Len())
		}
		inside := func(n int64) bool {
			for _, s := range spans {
				if n >= rec.Samples(s.Start) && n <= rec.Samples(s.End) {
					return true
				}
			}
			return false
		}
		peak, crossings, last := 0.0, 0, 0.0
		for i, v := range samplesOf(t, muted) {
			switch n := int64(i); {
			case !inside(n):
				if v[0] != value(n) {
					t.Fatalf("cover %d: sample %d is %v, want %v", cover, n, v[0], value(n))
				}
			case cover == Silence && v[0] != 0:
				t.Fatalf("sample %d is %v, not silent", n, v[0])
			default:
				peak = max(peak, math.Abs(v[0]))
				if n > 8160 && n < 14240 { // the first span without its fades: 380 ms
					if last < 0 && v[0] >= 0 {
						crossings++
					}
					last = v[0]
				}
			}
		}
		if cover == Bleep && (math.Abs(peak-0.1) > 0.001 || crossings < 378 || crossings > 381) {
			t.Errorf("the bleep peaks at %v and swings %d times in 380 ms; −20 dBFS and 1 kHz were meant", peak, crossings)
		}
		like, err := Likeness(context.Background(), rec, muted, spans, cover)
		if err != nil || like != 0 {
			t.Errorf("cover %d: likeness %v, %v", cover, like, err)
		}
	}
}

// TestLikenessSeesWhatShinesThrough: a copy in which the source is still there,
// 30 dB down under the bleep, is not taken for a muted one.
func TestLikenessSeesWhatShinesThrough(t *testing.T) {
	noise := func(n int64) float64 { return float64(n*n%9973-4986) / 9973 }
	rec, _ := memoryRecording(t, 8000, 2*time.Second, noise)
	span := []Span{{Start: 500 * time.Millisecond, End: time.Second}}
	for _, c := range []struct {
		gain        float64
		least, most float64
	}{{1, 0.999, 1}, {0.03, 0.99, 1}, {0, 0, 0}} {
		tone := muted{cover: Bleep, rateHz: 8000}
		copied, _ := memoryRecording(t, 8000, 2*time.Second, func(n int64) float64 {
			if n < 4000 || n > 8000 {
				return noise(n)
			}
			v := tone.value(n-4000, 8000-n)
			return float64(int16(pcm16(v)))/32768 + c.gain*noise(n)
		})
		like, err := Likeness(context.Background(), rec, copied, span, Bleep)
		if err != nil || like < c.least || like > c.most {
			t.Errorf("at gain %v the likeness is %v, %v", c.gain, like, err)
		}
	}
}
