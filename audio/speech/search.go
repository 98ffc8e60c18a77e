package speech

import (
	"math"
	"slices"
)

// search finds the likeliest sequence of speech and silence (Viterbi, 1967),
// where a change costs so much that a flicker does not pay: that is hysteresis
// with a memory. It keeps two bits a frame.
type search struct {
	cost [2]float64 // of the best path that ends in silence, in speech
	back []uint8    // of four frames, for each bit 0: where silence came from, bit 1: where speech did
	n    int        // frames
}

// The search's constants: what a change costs, in natural logarithms of odds
// summed over frames, and what counts as speech, which makes up for an estimate
// that frames side by side are independent.
const (
	costOfChange = 6
	oddsAtMost   = 5 // so that one frame never decides alone
)

// add takes the score of the next frame, 0 to 1.
func (s *search) add(p float32) {
	odds := math.Log(float64(p)+1e-6) - math.Log(1-float64(p)+1e-6)
	odds = min(max(odds, -oddsAtMost), oddsAtMost)
	from := uint8(0)
	silence, speech := s.cost[0], s.cost[1]
	if s.n > 0 {
		if s.cost[1]+costOfChange < silence {
			silence, from = s.cost[1]+costOfChange, from|1
		}
		if s.cost[0]+costOfChange < speech {
			speech = s.cost[0] + costOfChange
		} else {
			from |= 2
		}
	}
	silence += max(odds, 0)
	speech += max(-odds, 0)
	least := min(silence, speech) // only the difference matters
	s.cost = [2]float64{silence - least, speech - least}
	if s.n%4 == 0 {
		s.back = append(s.back, 0)
	}
	s.back[s.n/4] |= from << (s.n % 4 * 2)
	s.n++
}

// The shortest silence and the shortest speech, in frames: a stop's closure is
// no pause, and no word is shorter than 100 ms.
const (
	shortestPause  = 20
	shortestSpeech = 10
)

// speech returns the runs of frames that are speech.
func (s *search) speech() [][2]int {
	var runs [][2]int // backwards, each by its end and its start
	state := 0
	if s.cost[1] < s.cost[0] {
		state = 1
	}
	for t := s.n - 1; t >= 0; t-- {
		if state == 1 {
			if n := len(runs); n > 0 && runs[n-1][0]-t <= shortestPause {
				runs[n-1][0] = t
			} else {
				runs = append(runs, [2]int{t, t + 1})
			}
		}
		if t > 0 {
			state = int(s.back[t/4]>>(t%4*2+state)) & 1
		}
	}
	slices.Reverse(runs)
	return slices.DeleteFunc(runs, func(r [2]int) bool { return r[1]-r[0] < shortestSpeech })
}
