package consensus

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// slot is a place of an item's network: what may stand there and who says so.
type slot struct {
	candidates []int32 // words, and null where somebody has none
	vote       []int16 // by transcript, in candidates; abstains where it has none
	posterior  []float64
}

// abstains is the vote of who heard a word and does not say which.
const abstains int16 = -1

// lay makes slots of an alignment. Digits abstain, unless there is nothing else.
func (b *batch) lay(it *item, cells [][]int32) {
	n := len(it.texts)
	it.slots = make([]slot, len(cells))
	votes := make([]int16, n*len(cells))
	for s, row := range cells {
		sl := &it.slots[s]
		sl.vote = votes[s*n : (s+1)*n]
		plain := slices.ContainsFunc(row, func(t int32) bool { return t != null && !b.words[t].abstains })
		for i, t := range row {
			if t != null && plain && b.words[t].abstains {
				sl.vote[i] = abstains
				continue
			}
			c := slices.Index(sl.candidates, t)
			if c < 0 {
				c = len(sl.candidates)
				sl.candidates = append(sl.candidates, t)
			}
			sl.vote[i] = int16(c)
		}
		sl.posterior = make([]float64, len(sl.candidates))
	}
}

// best returns the index of the likeliest candidate, the first of equals.
func (s *slot) best() int {
	best := 0
	for c, p := range s.posterior {
		if p > s.posterior[best] {
			best = c
		}
	}
	return best
}

// winner returns the likeliest word, or null.
func (s *slot) winner() int32 { return s.candidates[s.best()] }

// chanceOf returns the probability of a token.
func (s *slot) chanceOf(token int32) float64 {
	for c, t := range s.candidates {
		if t == token {
			return s.posterior[c]
		}
	}
	return 0
}

// each calls do for every item, on all processors; the comparer is the
// goroutine's own. What do writes must belong to its item, so that the outcome
// is the same in any order.
func (b *batch) each(do func(a *aligner, i int)) {
	const chunk = 32
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(b.items)/chunk+1) {
		wait.Go(func() {
			a := &aligner{comparer: comparer{b: b}}
			for {
				from := int(next.Add(chunk)) - chunk
				if from >= len(b.items) {
					return
				}
				for i := from; i < min(from+chunk, len(b.items)); i++ {
					do(a, i)
				}
			}
		})
	}
	wait.Wait()
}

// counts returns how many vote for each candidate, and how many vote.
func (s *slot) counts() (by []int, voters int) {
	by = make([]int, len(s.candidates))
	for _, v := range s.vote {
		if v != abstains {
			by[v]++
			voters++
		}
	}
	return by, voters
}
