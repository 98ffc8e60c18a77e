package audio

import (
	"testing"
	"time"

	"tapescript/audio/decode"
)

// guessed is a recording whose length is known only once it was read to the end.
type guessed struct {
	*memory
	guess int64
	done  bool
}

func (g *guessed) Info() decode.Info {
	info := g.info
	if !g.done {
		info.LengthSamples, info.Estimated = g.guess, true
	}
	return info
}

func (g *guessed) Read(dst [][2]float64) (int, error) {
	n, err := g.memory.Read(dst)
	if err != nil {
		g.done = true
	}
	return n, err
}

func guessedRecording(t *testing.T, guess time.Duration) *Recording {
	t.Helper()
	_, m := memoryRecording(t, 16000, 4*time.Second, sine(200, 16000))
	g := &guessed{memory: m, guess: samplesIn(guess, 16000)}
	rec, err := openWith("guessed", func(string) (decode.Stream, error) { return g, nil })
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// A length that was guessed too long ends where the recording does.
func TestAGuessedLengthBecomesTheTrueOne(t *testing.T) {
	rec := guessedRecording(t, 5*time.Second)
	if !rec.Info().Estimated || rec.Duration() != 5*time.Second {
		t.Fatalf("%+v", rec.Info())
	}
	p, clock := playerOf(t, rec, Options{})
	p.Seek(3 * time.Second)
	p.Play()
	clock.Advance(2 * time.Second)
	s := p.State()
	if s.Playing || !s.Ended || s.Duration != 4*time.Second || s.Position != 4*time.Second || s.Err != nil {
		t.Errorf("%+v", s)
	}
	if rec.Info().Estimated {
		t.Error("the length is an estimate still")
	}
}

// growing is a recording of which another program has decoded some.
type growing struct {
	*memory
	samples int64
	whole   bool
}

func (g *growing) Grown() (int64, bool) { return g.samples, g.whole }

func TestAPlayerSaysThatItWaits(t *testing.T) {
	_, m := memoryRecording(t, 16000, 4*time.Second, sine(200, 16000))
	g := &growing{memory: m, samples: 16000}
	rec, err := openWith("growing", func(string) (decode.Stream, error) { return g, nil })
	if err != nil {
		t.Fatal(err)
	}
	p, _ := playerOf(t, rec, Options{})
	for _, c := range []struct {
		at    time.Duration
		whole bool
		want  bool
	}{{0, false, false}, {2 * time.Second, false, true}, {time.Second, false, true}, {3 * time.Second, true, false}} {
		p.Seek(c.at)
		g.whole = c.whole
		if s := p.State(); s.Waiting != c.want || s.Decoded != time.Second {
			t.Errorf("at %v: %+v", c.at, s)
		}
	}
}

func TestAClipOfAGuessedLengthIsWhole(t *testing.T) {
	if got := clipOf(t, guessedRecording(t, 5*time.Second), Clip{}).Duration(); got != 4*time.Second {
		t.Errorf("%v, want 4 s", got)
	}
}
