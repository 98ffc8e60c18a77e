package quality

import (
	"math/rand/v2"
	"slices"
)

// Interval is a confidence interval of a rate, fractions.
type Interval struct {
	Low, High float64
	// BySpeaker says that speakers were drawn, not items: errors of one speaker
	// go together, so that few speakers say less than many items.
	BySpeaker bool
}

// Replicas is how many corpora are drawn for an interval.
const Replicas = 10_000

// fewSpeakers is the number of speakers below which they are drawn whole.
const fewSpeakers = 30

// unit is what is drawn: an item, or all items of a speaker.
type unit struct{ errors, words int32 }

// Interval returns the 95 % interval of the word error rate, by the percentiles
// of a bootstrap (Bisani and Ney 2004): corpora of as many items are drawn from
// the items, with replacement. Of fewer than 30 speakers, but more than one,
// speakers are drawn. The draws are always the same. It is not known of fewer
// than two units or without words.
func (r *Report) Interval() (i Interval, known bool) {
	units, bySpeaker := r.units()
	rates := make([]float64, 0, Replicas)
	draw(units, func(errors, words int64) {
		if words > 0 {
			rates = append(rates, float64(errors)/float64(words))
		}
	})
	if len(rates) == 0 {
		return Interval{}, false
	}
	slices.Sort(rates)
	at := func(share float64) float64 { return rates[int(share*float64(len(rates)-1)+0.5)] }
	return Interval{at(0.025), at(0.975), bySpeaker}, true
}

// units returns what is drawn.
func (r *Report) units() (list []unit, bySpeaker bool) {
	speakers := r.Speakers()
	named := len(speakers) > 1 && len(speakers) < fewSpeakers && len(speakers) < len(r.Items)
	for _, s := range speakers {
		named = named && s.Speaker != ""
	}
	if named {
		for _, s := range speakers {
			list = append(list, unit{int32(s.Counts.Errors()), int32(s.Counts.Words())})
		}
		return list, true
	}
	for i := range r.Items {
		c := r.Items[i].Counts
		list = append(list, unit{int32(c.Errors()), int32(c.Words())})
	}
	return list, false
}

// draw makes the replicas of two units or more and hands over their sums.
func draw(units []unit, each func(errors, words int64)) {
	if len(units) < 2 {
		return
	}
	source := rand.NewPCG(1, 2)
	n := uint64(len(units))
	for range Replicas {
		var errors, words int64
		for k := 0; k < len(units); k += 2 {
			// Two draws from one number: the high half of a product is even to
			// within 2⁻³² × n.
			x := source.Uint64()
			u := units[x>>32*n>>32]
			errors, words = errors+int64(u.errors), words+int64(u.words)
			if k+1 < len(units) {
				u = units[x&(1<<32-1)*n>>32]
				errors, words = errors+int64(u.errors), words+int64(u.words)
			}
		}
		each(errors, words)
	}
}

// Difference is how a second hypothesis compares with a first.
type Difference struct {
	Interval            // of the second's word error rate minus the first's
	Improvement float64 // the share of draws in which the second has fewer errors
}

// Compare draws the same items of two reports, which must be of the same gold
// and have the same items in the same order; ok is false where they have not.
func Compare(first, second *Report) (d Difference, ok bool) {
	if len(first.Items) != len(second.Items) || len(first.Items) < 2 {
		return d, false
	}
	// A draw's difference of rates is that of errors over gold's words, which
	// alternations may make differ a little: the first's are taken.
	units := make([]unit, len(first.Items))
	for i := range units {
		a, b := &first.Items[i], &second.Items[i]
		if a.ID != b.ID || a.Hypothesis != b.Hypothesis {
			return d, false
		}
		units[i] = unit{int32(b.Counts.Errors() - a.Counts.Errors()), int32(a.Counts.Words())}
	}
	var rates []float64
	better := 0
	draw(units, func(errors, words int64) {
		if errors < 0 {
			better++
		}
		if words > 0 {
			rates = append(rates, float64(errors)/float64(words))
		}
	})
	if len(rates) == 0 {
		return d, false
	}
	slices.Sort(rates)
	d.Low, d.High = rates[len(rates)/40], rates[len(rates)-1-len(rates)/40]
	d.Improvement = float64(better) / Replicas
	return d, true
}
