package audio

import (
	"time"

	"tapescript/audio/output"
)

// Steps make playing stop by itself to let the hands catch up: Play of the
// recording is heard, then nothing for Rest, and so on. The zero value plays
// without a stop.
type Steps struct{ Play, Rest time.Duration }

// The range of Steps: a shorter piece is no word, a longer rest a lost place.
const (
	MinStep = 500 * time.Millisecond
	MaxStep = time.Minute
)

// SetSteps sets how playing stops and goes on by itself, both times clamped to
// MinStep..MaxStep; with either at 0 or below it does not stop. A seek begins a
// new piece.
func (p *Player) SetSteps(s Steps) {
	if s.Play <= 0 || s.Rest <= 0 {
		s = Steps{}
	} else {
		s = Steps{min(max(s.Play, MinStep), MaxStep), min(max(s.Rest, MinStep), MaxStep)}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps = s
}

// A stepper cuts what is played into pieces.
type stepper struct {
	played float64 // samples of the recording since the piece began
	rest   int64   // samples of the output still to be silent
}

// resting takes up to n samples of the output from a rest under way, and says how
// many.
func (s *stepper) resting(steps Steps, n int) int {
	if steps == (Steps{}) {
		*s = stepper{}
	}
	n = int(min(s.rest, int64(n)))
	s.rest -= int64(n)
	return n
}

// heard notes that samples of the recording have been played, and says whether
// the piece ends with them.
func (s *stepper) heard(steps Steps, samples float64, rateHz int) bool {
	if steps == (Steps{}) {
		return false
	}
	if s.played += samples; s.played < float64(samplesIn(steps.Play, rateHz)) {
		return false
	}
	s.played, s.rest = 0, samplesIn(steps.Rest, output.RateHz)
	return true
}
