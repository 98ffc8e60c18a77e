package consensus

import (
	"math"
	"slices"
	"time"
	"unicode"
)

// Clue is what is known of a transcript beside its text; 0 where nobody knows.
type Clue struct {
	Confidence float64       // the mean of a recogniser's in its words, in (0, 1]
	Length     time.Duration // of what it is a transcript of
}

// How much clues count.
const (
	leastSpread = .1  // of the logarithm of the pace: so much people differ at least
	paceMargin  = 1.5 // spreads within which a pace says nothing
	mostOff     = 3   // words missing or too many, for each that there is
	leastDoubt  = .02
)

// suspicion is what clues say of a transcript: by what its usual share of
// errors is multiplied, and how many words are missing or too many for each
// that it has.
type suspicion struct{ factor, off float64 }

// suspicions compares each transcript with the others of the batch: its
// recogniser's confidence, and its pace in letters a second. Somebody who
// leaves words out is slow, who repeats or invents them fast; what lies within
// the spread of the batch says nothing.
func suspicions(rows []Submission, clues []Clue) []suspicion {
	list := make([]suspicion, len(rows))
	for i := range list {
		list[i].factor = 1
	}
	if len(clues) != len(rows) {
		return list
	}
	var paces, doubts []float64
	for i, c := range clues {
		if p, known := pace(rows[i].Text, c); known && p > 0 {
			paces = append(paces, math.Log(p))
		}
		if c.Confidence > 0 {
			doubts = append(doubts, max(leastDoubt, 1-c.Confidence))
		}
	}
	middle, spread := spreadOf(paces)
	usual := mean(doubts)
	for i, c := range clues {
		if c.Confidence > 0 {
			list[i].factor = max(leastDoubt, 1-c.Confidence) / usual
		}
		if p, known := pace(rows[i].Text, c); known && len(paces) > 1 {
			slow, fast := math.Exp(middle-paceMargin*spread), math.Exp(middle+paceMargin*spread)
			switch {
			case p < slow:
				list[i].off = min(mostOff, slow/max(p, slow/100)-1)
			case p > fast:
				list[i].off = 1 - fast/p
			}
		}
	}
	return list
}

// pace is in letters and digits a second.
func pace(text string, c Clue) (rate float64, known bool) {
	if c.Length <= 0 {
		return 0, false
	}
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return float64(n) / c.Length.Seconds(), true
}

// spreadOf is the median, and the spread that a normal distribution of the same
// median deviation has.
func spreadOf(list []float64) (middle, spread float64) {
	if len(list) == 0 {
		return 0, leastSpread
	}
	middle = median(list)
	off := make([]float64, len(list))
	for i, v := range list {
		off[i] = math.Abs(v - middle)
	}
	return middle, max(leastSpread, 1.4826*median(off))
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(max(len(list), 1))
}
