package quality

import (
	"math"
	"slices"

	"tapescript/quality/align"
)

// Difference is how a second hypothesis compares with a first, on the items
// that both have.
type Difference struct {
	Items         int // that both have
	First, Second Counts
	// Interval is that of the second's word error rate minus the first's; it is
	// known of two items or more with words.
	Interval
	IntervalKnown bool
	Improvement   float64 // the share of draws in which the second has fewer errors
	Significance
}

// Significance is the outcome of NIST's matched pairs sentence segment word
// error test (MAPSSWE; Gillick and Cox 1989, Pallett et al. 1990). Positive
// means that the second has fewer errors.
type Significance struct {
	Segments int     // stretches with errors between words that both have right
	Z        float64 // the mean difference of their errors by its standard error
	P        float64 // two-sided: how likely so large a Z is by chance
	Known    bool    // false of fewer than two segments
}

// Compare pairs the items of two reports of one gold by their IDs; ok is false
// where they have none in common. The reports have their Steps.
func Compare(first, second *Report) (d Difference, ok bool) {
	pairs := paired(first, second)
	units, speakers := make([]unit, len(pairs)), make([]string, len(pairs))
	var test mapsswe
	for i, p := range pairs {
		// A draw's difference of rates is that of errors over gold's words, which
		// alternations may make differ a little: the first's are taken.
		units[i] = unit{int32(p[1].Counts.Errors() - p[0].Counts.Errors()), int32(p[0].Counts.Words())}
		speakers[i] = p[0].Speaker
		d.First, d.Second = d.First.Add(p[0].Counts), d.Second.Add(p[1].Counts)
		test.segments(p[0].Steps, p[1].Steps)
	}
	d.Items = len(pairs)
	d.Significance = test.result()
	drawn, bySpeaker := bySpeakers(units, speakers)
	var rates []float64
	better := 0
	draw(drawn, func(errors, words int64) {
		if errors < 0 {
			better++
		}
		if words > 0 {
			rates = append(rates, float64(errors)/float64(words))
		}
	})
	if len(rates) > 0 {
		slices.Sort(rates)
		d.Interval = Interval{rates[len(rates)/40], rates[len(rates)-1-len(rates)/40], bySpeaker}
		d.IntervalKnown = true
		d.Improvement = float64(better) / Replicas
	}
	return d, len(pairs) > 0
}

// paired returns the items that two reports have in common, in the first's
// order.
func paired(first, second *Report) [][2]*ItemScore {
	type key struct {
		id         string
		hypothesis int
	}
	at := make(map[key]*ItemScore, len(second.Items))
	for i := range second.Items {
		at[key{second.Items[i].ID, second.Items[i].Hypothesis}] = &second.Items[i]
	}
	var pairs [][2]*ItemScore
	for i := range first.Items {
		a := &first.Items[i]
		if b := at[key{a.ID, a.Hypothesis}]; b != nil {
			pairs = append(pairs, [2]*ItemScore{a, b})
		}
	}
	return pairs
}

// mapsswe gathers what the segments of pairs of texts differ by.
type mapsswe struct {
	n            int
	sum, squares int64
}

// correctBetween is how many words both must have right for a segment to end.
const correctBetween = 2

// segments parts two alignments of the same gold where both have two words
// right, and notes the stretches between that have errors: a machine of three
// states as SCTK has it (mtchprs.c), borders and all, so that Z is the same.
func (m *mapsswe) segments(first, second []Step) {
	first, second = counting(first), counting(second)
	const (
		clean = iota
		wrong
		mending // words are right again, but not yet enough
	)
	state, good := clean, 0
	i, k := 0, 0         // where each is
	fromI, fromK := 0, 0 // the last word before a segment that both have right
	for i < len(first) {
		for ; i < len(first) && first[i].Op == align.Insertion; i++ {
			state = wrong
		}
		for ; k < len(second) && second[k].Op == align.Insertion; k++ {
			state = wrong
		}
		right := i < len(first) && k < len(second) && first[i].Op == align.Correct && second[k].Op == align.Correct
		switch {
		case !right:
			state = wrong
		case state == clean:
			fromI, fromK = i, k
		case state == wrong:
			state, good = mending, 1
		default:
			if good++; good == correctBetween {
				m.add(first, second, fromI, fromK, i, k)
				fromI, fromK, state = i, k, clean
			}
		}
		i, k = min(i+1, len(first)), min(k+1, len(second))
	}
	if state != clean || k < len(second) { // what the second has behind is in it too
		m.add(first, second, fromI, fromK, len(first)-1, len(second)-1)
	}
}

// counting drops the steps that count nothing.
func counting(steps []Step) []Step {
	if !slices.ContainsFunc(steps, func(s Step) bool { return s.Free }) {
		return steps
	}
	return slices.DeleteFunc(slices.Clone(steps), func(s Step) bool { return s.Free })
}

// add notes a segment with the word before it that is right; both ends are in it.
func (m *mapsswe) add(first, second []Step, fromI, fromK, toI, toK int) {
	errors := func(steps []Step, from, to int) int64 {
		n := int64(0)
		for i := max(0, from-correctBetween+1); i <= to; i++ {
			if steps[i].Op != align.Correct {
				n++
			}
		}
		return n
	}
	a, b := errors(first, fromI, toI), errors(second, fromK, toK)
	if a+b == 0 {
		return
	}
	m.n++
	m.sum += a - b
	m.squares += (a - b) * (a - b)
}

// result is the test of the mean difference against none.
func (m *mapsswe) result() Significance {
	s := Significance{Segments: m.n}
	if m.n < 2 {
		return s
	}
	n := float64(m.n)
	mean := float64(m.sum) / n
	variance := (float64(m.squares) - n*mean*mean) / (n - 1)
	if s.Known = variance > 0 || mean == 0; !s.Known { // the same difference everywhere
		return s
	}
	if variance > 0 {
		s.Z = mean / math.Sqrt(variance/n)
	}
	s.P = math.Erfc(math.Abs(s.Z) / math.Sqrt2)
	return s
}
