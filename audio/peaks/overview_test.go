package peaks

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// noise is a recording of silence and bursts.
func noise(r *rand.Rand, length int) [][2]float64 {
	frames := make([][2]float64, length)
	level := 0.0
	for i := range frames {
		if r.IntN(2000) == 0 {
			level = r.Float64() * float64(r.IntN(2))
		}
		frames[i] = [2]float64{level * (2*r.Float64() - 1), level * (r.Float64() - .5)}
	}
	return frames
}

// loudest is the plain way to find what Loudest may say: the least and the most.
func loudest(frames [][2]float64, from, to int64) (least, most float64) {
	over := func(from, to int64) (level float64) {
		for i := max(from, 0); i < min(to, int64(len(frames))); i++ {
			level = max(level, math.Abs(frames[i][0]), math.Abs(frames[i][1]))
		}
		return level
	}
	return over(from, to), over(from/256*256, (to+255)/256*256)
}

func TestEveryZoomShowsEveryPeak(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	frames := noise(r, 3_000_000)
	var o Overview
	for rest := frames; len(rest) > 0; {
		n := min(len(rest), 1+r.IntN(9000))
		o.Add(rest[:n])
		rest = rest[n:]
	}
	o.End()
	var again Overview
	if err := again.SetBytes(o.Bytes()); err != nil || !again.Whole() || again.Done() != 3_000_000 {
		t.Fatalf("kept and read again: %v", err)
	}
	for range 300 {
		from := r.Int64N(int64(len(frames)))
		to := from + 1 + r.Int64N(1<<r.IntN(22))
		least, most := loudest(frames, from, to)
		for _, o := range []*Overview{&o, &again} {
			if got, guessed := o.Loudest(from, to); got < least || got > most*1.01+.01 || guessed {
				t.Fatalf("[%d, %d): %v, guessed %v; want %v to %v", from, to, got, guessed, least, most)
			}
		}
	}
}

func TestAGuessGivesWayToWhatIsMeasured(t *testing.T) {
	var o Overview
	err := o.Guess(context.Background(), func(_ context.Context, yield func(from, samples int64, level float32) bool) error {
		yield(0, 5760, .1)
		yield(5760, 576, .3)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if level, guessed := o.Loudest(5800, 5900); level < .7 || level > .8 || !guessed {
		t.Errorf("%v, %v; want about 0.75, guessed", level, guessed)
	}
	o.Add(make([][2]float64, 4096))
	if level, guessed := o.Loudest(0, 4096); level != 0 || guessed {
		t.Errorf("what was measured is %v, guessed %v", level, guessed)
	}
	if level, guessed := o.Loudest(4000, 4200); level < .2 || !guessed {
		t.Errorf("across the end: %v, %v", level, guessed)
	}
	o.End()
	if level, guessed := o.Loudest(0, 1e6); level != 0 || guessed {
		t.Errorf("whole: %v, %v", level, guessed)
	}
}

func TestBytesThatAreNoOverviewAreRefused(t *testing.T) {
	var o Overview
	o.Add(make([][2]float64, 1000))
	good := o.Bytes()
	for _, b := range [][]byte{nil, good[:5], good[:len(good)-1], append(bytes.Clone(good), 0), []byte("peaks1\xff\xff\xff\xff\xff\xff\xff\xff")} {
		if err := new(Overview).SetBytes(b); !errors.Is(err, ErrBytes) {
			t.Errorf("%q: %v", b, err)
		}
	}
}

func FuzzSetBytes(f *testing.F) {
	var o Overview
	o.Add(make([][2]float64, 300))
	f.Add(o.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		var o Overview
		if o.SetBytes(b) == nil {
			if !bytes.Equal(o.Bytes(), b) {
				t.Error("what was taken is not given back")
			}
			o.Loudest(0, math.MaxInt64/2)
		}
	})
}

// BenchmarkLoudestOfTenHours is a frame of 400 columns over 10 hours at 48 kHz.
func BenchmarkLoudestOfTenHours(b *testing.B) {
	const length = 36000 * 48000
	heights := make([]byte, (length+255)/256)
	for i := range heights {
		heights[i] = byte(i * 7)
	}
	var o Overview
	if err := o.SetBytes(append([]byte("peaks1\x00\x30\xff\x66\x00\x00\x00\x00"), heights...)); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		for x := range int64(400) {
			at := int64(i)*9973%1000 + length*x/400
			o.Loudest(at, at+length/400)
		}
	}
}
