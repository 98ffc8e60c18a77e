package consensus

import (
	"cmp"
	"math"
	"slices"
)

// When two workers are looked at for errors in common, and which errors count:
// one that few made, where the consensus is sure.
const (
	leastCommonItems = 4
	sureWrong        = .1
	leastSharedSign  = 4
	chanceOfShared   = .01
	mostSharing      = 4 // more make a mistake that anybody makes
)

// acquaintance is what two workers have in common.
type acquaintance struct {
	items    int
	errors   int
	expected float64
}

// shared finds pairs of workers with more rare errors in common than chance
// explains. By chance, each of a worker's errors is shared with another of the
// same item as often as anybody's is, times how much more that other errs. The
// number is then Poisson's; errors of an item are not independent, so an item
// counts at most twice.
func (b *batch) shared(l *ledger) []Shared {
	met := map[uint64]*acquaintance{}
	same, chances := 0.0, 0.0
	for _, it := range b.items {
		errors, common := it.rareErrors()
		for x := range it.worker {
			for y := range x {
				u, v := it.worker[x], it.worker[y]
				if u < 0 || v < 0 || u == v {
					continue
				}
				a := met[pair(min(u, v), max(u, v))]
				if a == nil {
					a = &acquaintance{}
					met[pair(min(u, v), max(u, v))] = a
				}
				a.items++
				n := len(it.worker)
				a.errors += min(common[x*n+y], 2)
				same += float64(min(common[x*n+y], 2))
				chance := rarity(errors[x], l, v) + rarity(errors[y], l, u)
				chances += chance
				a.expected += chance
			}
		}
	}
	if chances == 0 {
		return nil
	}
	return b.suspicious(met, same/chances)
}

// rarity is how likely, up to a factor, a worker repeats one of so many errors.
func rarity(errors int, l *ledger, w int32) float64 {
	r := l.worker[w]
	mean := l.all.errors / max(l.all.words, 1)
	return float64(errors) * (r.errors + priorWords*mean) / (r.words + priorWords)
}

// rareErrors counts for each transcript the words that are surely wrong, and for
// each two transcripts those that they and few others have.
func (it *item) rareErrors() (errors []int, common []int) {
	n := len(it.texts)
	errors, common = make([]int, n), make([]int, n*n)
	for s := range it.slots {
		sl := &it.slots[s]
		for c, t := range sl.candidates {
			if t == null || sl.posterior[c] > sureWrong {
				continue
			}
			var who []int
			for k, v := range sl.vote {
				if int(v) == c {
					who = append(who, k)
					errors[k]++
				}
			}
			if len(who) > mostSharing {
				continue
			}
			for i, y := range who {
				for _, x := range who[i+1:] {
					common[x*n+y]++
				}
			}
		}
	}
	return errors, common
}

func (b *batch) suspicious(met map[uint64]*acquaintance, scale float64) []Shared {
	tried := 0
	for _, a := range met {
		if a.items >= leastCommonItems {
			tried++
		}
	}
	var out []Shared
	for p, a := range met {
		if a.items < leastCommonItems || a.errors < leastSharedSign {
			continue
		}
		expected := a.expected * scale
		chance := poissonTail(a.errors, expected) * float64(tried)
		if chance < chanceOfShared {
			x, y := b.workers[uint32(p>>32)], b.workers[uint32(p)]
			out = append(out, Shared{min(x, y), max(x, y), a.items, a.errors, expected, chance})
		}
	}
	slices.SortFunc(out, func(x, y Shared) int {
		return cmp.Or(cmp.Compare(x.P, y.P), cmp.Compare(x.First, y.First), cmp.Compare(x.Second, y.Second))
	})
	return out
}

// poissonTail is the probability of n or more where mean is expected.
func poissonTail(n int, mean float64) float64 {
	below, term := 0.0, math.Exp(-mean)
	for k := range n {
		below += term
		term *= mean / float64(k+1)
	}
	if n > 0 && 1-below < 1e-12 { // what rounding leaves says nothing: sum the tail
		tail := 0.0
		for k := n; k < n+200; k++ {
			tail += term
			term *= mean / float64(k+1)
		}
		return tail
	}
	return max(0, 1-below)
}
