package audio

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// seamStep is the most that a tone of toneStep may step where one sound fades
// into another of the same tone, or within the stretcher: a raised cosine of
// 8 ms between two phases adds at most 5 % to its steepness, over all phases.
const seamStep = 1.06 * toneStep

// What hands do, at every kind of speed and wherever the sound is cut, makes no
// step in it that is not the tone's own.
func TestNothingClicksAtAnySpeed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		p, c := chainOf(t, 16000, sine(200, 16000))
		heard := make([]float64, 1, 1<<20)
		do := func(what string, cut bool, command func()) {
			command()
			if cut {
				n := min(r.IntN(4800), len(heard)-1)
				if r.IntN(4) == 0 {
					n = min(n, r.IntN(200)) // hardly anything is left to fade
				}
				heard = heard[:len(heard)-n]
				c.Dropped(n)
			}
			from := len(heard)
			heard = append(heard, listen(c, 130*time.Millisecond)...)
			if step, at := mostStep(heard[from-1:]); step > seamStep {
				t.Errorf("%s: a step of %.4f after %.2f ms", what, step, float64(at-1)/48)
			}
		}
		p.Seek(10 * time.Second)
		p.Play()
		c.Dropped(0)
		for _, speed := range []float64{1, 0.5, 0.25, 1.7, 4, 2, 1} {
			at := fmt.Sprintf(" at %g×", speed)
			do("speed"+at, false, func() { p.SetSpeed(speed) })
			do("step"+at, true, func() { p.Step(-2 * time.Second) })
			do("level"+at, false, func() { p.SetGainDB(-6) })
			do("ear"+at, false, func() { p.SetEar(Ear{Even: true, Speech: true}) })
			do("seek"+at, true, func() {
				p.SetEar(Ear{})
				p.SetGainDB(0)
				p.Seek(30*time.Second + time.Duration(r.IntN(1e9)))
			})
			do("pause"+at, true, func() { p.Pause() })
			do("play"+at, true, func() { p.Play() })
			do("span"+at, true, func() { p.PlaySpan(Span{20 * time.Second, 20*time.Second + 333*time.Millisecond}) })
			do("loop"+at, true, func() { p.Loop(Span{40 * time.Second, 40*time.Second + 77*time.Millisecond}) })
			do("unloop"+at, false, func() { p.Unloop() })
		}
	}
}

// Loops close wherever people put them, mostly in the middle of a wave.
func TestLoopsCloseWithoutAClick(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, speed := range []float64{0.25, 0.5, 1, 1.7, 2, 3, 4} {
		for range 5 {
			p, c := chainOf(t, 16000, sine(200, 16000))
			length := 30*time.Millisecond + time.Duration(r.IntN(150e6))
			p.SetSpeed(speed)
			p.Loop(Span{40 * time.Second, 40*time.Second + length})
			p.Play()
			c.Dropped(0)
			heard := listen(c, 500*time.Millisecond)
			if step, at := mostStep(heard); step > seamStep {
				t.Errorf("a loop of %v at %g×: a step of %.4f after %.2f ms", length, speed, step, float64(at)/48)
			}
		}
	}
}
