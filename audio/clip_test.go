package audio

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// clipOf writes a clip and opens it again.
func clipOf(t *testing.T, rec *Recording, c Clip) *Recording {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "clip.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := rec.WriteWAV(context.Background(), f, c, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	clip, err := Open(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { clip.Close() })
	if clip.Info().LengthSamples != n {
		t.Errorf("%d samples in the file, %d said", clip.Info().LengthSamples, n)
	}
	return clip
}

func samplesOf(t *testing.T, rec *Recording) [][2]float64 {
	t.Helper()
	buf := make([][2]float64, rec.Len())
	if n, _ := rec.Stream(buf); n != len(buf) {
		t.Fatalf("%d of %d samples: %v", n, len(buf), rec.Err())
	}
	return buf
}

func TestClipHoldsTheRecordingsOwnSamples(t *testing.T) {
	value := func(n int64) float64 { return float64(n*40503%65536-32768) / 32768 }
	rec, _ := memoryRecording(t, 16000, 10*time.Second, value)
	clip := clipOf(t, rec, Clip{Span: Span{Start: 1234 * time.Millisecond, End: 4321 * time.Millisecond}})
	if got := clip.Info(); got.RateHz != 16000 || got.Channels != 1 || clip.Duration() != 3087*time.Millisecond {
		t.Errorf("%+v", got)
	}
	first := rec.Samples(1234 * time.Millisecond)
	for i, v := range samplesOf(t, clip) {
		if want := value(first + int64(i)); v[0] != want {
			t.Fatalf("sample %d is %v, want %v", i, v[0], want)
		}
	}
}

func TestClipAtASpeedAndRateIsAsLongAsItShould(t *testing.T) {
	rec, _ := memoryRecording(t, 16000, 6*time.Second, sine(200, 16000))
	for _, c := range []Clip{
		{Speed: 0.25, RateHz: 8000}, {Speed: 0.5, Channels: 2}, {Speed: 1, RateHz: 44100},
		{Speed: 1.5, RateHz: 48000, Channels: 2}, {Speed: 4},
	} {
		clip := clipOf(t, rec, c)
		want := time.Duration(float64(6*time.Second) / c.Speed)
		if off := clip.Duration() - want; off.Abs() > 20*time.Millisecond {
			t.Errorf("%+v lasts %v, want %v", c, clip.Duration(), want)
		}
		if c.Channels != 0 && clip.Info().Channels != c.Channels || c.RateHz != 0 && clip.Info().RateHz != c.RateHz {
			t.Errorf("%+v gives %+v", c, clip.Info())
		}
	}
}

func TestClipRefusesWhatCannotBeMade(t *testing.T) {
	rec, _ := memoryRecording(t, 16000, time.Minute, sine(200, 16000))
	for _, c := range []struct {
		clip Clip
		want ClipReason
	}{
		{Clip{Span: Span{Start: time.Minute}}, ClipEmpty},
		{Clip{Span: Span{Start: 2 * time.Second, End: time.Second}}, ClipEmpty},
		{Clip{Span: Span{Start: -1}}, ClipEmpty},
		{Clip{Speed: 5}, ClipSpeed},
		{Clip{Speed: math.NaN()}, ClipSpeed},
		{Clip{RateHz: 999}, ClipRate},
		{Clip{Channels: 3}, ClipChannels},
	} {
		f, err := os.Create(filepath.Join(t.TempDir(), "clip.wav"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		_, err = rec.WriteWAV(context.Background(), f, c.clip, func(float64) {})
		if refused := (*ClipError)(nil); !errors.As(err, &refused) || refused.Reason != c.want {
			t.Errorf("%+v: %v, want %s", c.clip, err, c.want)
		}
	}
	long, _ := memoryRecording(t, 48000, 40*time.Hour, sine(200, 48000))
	_, err := long.WriteWAV(context.Background(), nil, Clip{}, nil)
	if refused := (*ClipError)(nil); !errors.As(err, &refused) || refused.Reason != ClipTooLong {
		t.Errorf("40 hours: %v", err)
	}
}

func TestClipStopsWhenItIsTold(t *testing.T) {
	rec, _ := memoryRecording(t, 16000, time.Minute, sine(200, 16000))
	f, err := os.Create(filepath.Join(t.TempDir(), "clip.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := rec.WriteWAV(ctx, f, Clip{}, func(float64) {}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
