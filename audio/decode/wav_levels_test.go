package decode

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
)

// plainLevels reads every sample and looks at it.
func plainLevels(t *testing.T, s Stream, bucket int) (levels []float32) {
	t.Helper()
	for frames := readAll(t, s); len(frames) > 0; {
		n := min(bucket, len(frames))
		level := 0.0
		for _, f := range frames[:n] {
			level = max(level, f[0], -f[0], f[1], -f[1])
		}
		levels = append(levels, float32(level))
		frames = frames[n:]
	}
	return levels
}

func TestLevelsAreThoseOfEverySample(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, spec := range []wavSpec{
		{tag: wavPCM, channels: 1, rateHz: 16000, bits: 16},
		{tag: wavPCM, channels: 2, rateHz: 16000, bits: 16},
		{tag: wavPCM, channels: 3, rateHz: 16000, bits: 16}, // the third is not given
		{tag: wavPCM, channels: 1, rateHz: 16000, bits: 8},
		{tag: wavPCM, channels: 2, rateHz: 16000, bits: 8},
		{tag: wavPCM, channels: 2, rateHz: 16000, bits: 24},
		{tag: wavFloat, channels: 2, rateHz: 16000, bits: 32}, // of random bits: no numbers, infinite ones
		{tag: wavMuLaw, channels: 1, rateHz: 16000, bits: 8},
	} {
		for _, frames := range []int{1, 255, 256, 257, 3*levelBytes/2 + 77} {
			data := make([]byte, frames*spec.channels*spec.bits/8)
			for i := range data {
				if data[i] = byte(r.Uint32()); r.IntN(1000) < 3 { // -32768, at times
					data[i] = 0x80 * byte(i&1)
				}
			}
			s, err := openBytes("x.wav", wavBytes(spec, data))
			if err != nil {
				t.Fatal(err)
			}
			want := plainLevels(t, s, 256)
			var got []float32
			end := int64(0)
			err = s.(Leveler).Levels(context.Background(), 256, func(levels []float32, done int64) bool {
				got, end = append(got, levels...), done
				return true
			})
			if err != nil || end != int64(frames) || len(got) != len(want) {
				t.Fatalf("%+v, %d frames: %d levels up to %d, %v; want %d", spec, frames, len(got), end, err, len(want))
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%+v, %d frames: bucket %d is %v, want %v", spec, frames, i, got[i], want[i])
				}
			}
		}
	}
}

func TestLevelsEndWhenTold(t *testing.T) {
	s, err := openBytes("x.wav", countingWAV(3*levelBytes))
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	if err := s.(Leveler).Levels(context.Background(), 256, func([]float32, int64) bool { calls++; return false }); err != nil || calls != 1 {
		t.Errorf("told to stop: %d calls, %v", calls, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err = s.(Leveler).Levels(ctx, 256, func([]float32, int64) bool { t.Error("went on"); return true })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
