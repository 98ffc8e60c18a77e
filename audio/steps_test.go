package audio

import (
	"math"
	"testing"
	"time"

	"tapescript/audio/output"
)

// Two seconds on, one off: the position stands still in the rest, and nothing of
// the recording is lost or heard twice.
func TestStepsRestAndGoOn(t *testing.T) {
	p, clock := silentPlayer(t, 16000, Options{})
	p.SetSteps(Steps{Play: 2 * time.Second, Rest: time.Second})
	p.Play()
	for _, c := range []struct{ passed, want time.Duration }{
		{1900 * time.Millisecond, 1900 * time.Millisecond},
		{600 * time.Millisecond, 2 * time.Second},
		{1000 * time.Millisecond, 2500 * time.Millisecond},
		{1500 * time.Millisecond, 4 * time.Second},
		{1000 * time.Millisecond, 4 * time.Second},
	} {
		clock.Advance(c.passed)
		wantPosition(t, p, c.want, 15*time.Millisecond)
		if !p.State().Playing {
			t.Error("a rest is not a pause")
		}
	}
	p.SetSteps(Steps{})
	clock.Advance(time.Second)
	wantPosition(t, p, 5*time.Second, 20*time.Millisecond)
}

func TestStepsDoNotClick(t *testing.T) {
	p, c := chainOf(t, 48000, sine(200, 48000))
	p.SetSteps(Steps{Play: MinStep, Rest: MinStep})
	p.Play()
	c.Dropped(0)
	heard := listen(c, 3*time.Second)
	if step, at := mostStep(heard); step > 1.6*toneStep {
		t.Errorf("a step of %.4f at %.0f ms", step, float64(at)/48)
	}
	silent := 0
	for _, v := range heard {
		if v == 0 {
			silent++
		}
	}
	if share := float64(silent) / float64(len(heard)); math.Abs(share-0.5) > 0.02 {
		t.Errorf("%.0f %% of it is silent", 100*share)
	}
}

func TestStepsAreClamped(t *testing.T) {
	p, _ := silentPlayer(t, output.RateHz, Options{})
	p.SetSteps(Steps{Play: 1, Rest: time.Hour})
	if got, want := p.State().Steps, (Steps{MinStep, MaxStep}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	p.SetSteps(Steps{Play: time.Second, Rest: -1})
	if got := p.State().Steps; got != (Steps{}) {
		t.Errorf("%v", got)
	}
}
