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
	speakers := make([]string, len(r.Items))
	for i := range r.Items {
		c := &r.Items[i].Counts
		list = append(list, unit{int32(c.Errors()), int32(c.Words())})
		speakers[i] = r.Items[i].Speaker
	}
	return bySpeakers(list, speakers)
}

// bySpeakers sums the items of each speaker where there are few of them, and
// all are named.
func bySpeakers(items []unit, speakers []string) (list []unit, summed bool) {
	at := map[string]int{}
	for i, s := range speakers {
		k, ok := at[s]
		if !ok {
			k = len(list)
			at[s] = k
			list = append(list, unit{})
		}
		if s == "" || len(list) >= fewSpeakers {
			return items, false
		}
		list[k].errors += items[i].errors
		list[k].words += items[i].words
	}
	if len(list) < 2 || len(list) == len(items) {
		return items, false
	}
	return list, true
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
