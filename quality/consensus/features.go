package consensus

import (
	"math"
)

// The evidence that is weighed for a candidate, each with its weight in weights.
const (
	sumTheta   = iota // weights of the votes for a word
	maxTheta          // the greatest of them
	nextTheta         // the second
	sumNull           // weights of the votes for no word
	maxNull           // the greatest of them
	sumWordV          // evidence of the voters for a word where others disagree
	maxWordV          // the greatest of it
	maxNullV          // the same of the voters for no word
	lone              // one voter alone
	isNull            // no word
	generative        // log likelihood of all that was written, given the candidate
	agreement         // weights of voters that are right in the slots beside
	similar           // votes for words that are alike
	length            // letters
	nearby            // how often the word is in neighbouring items
	farther           // and in those around these
	frequency         // in how many items the word is
	boundWord         // how bound it is to the words beside
	boundNull         // and these to each other without it
	rivalry           // how it fared elsewhere against the same rivals
	evidences
)

// evidence is a vector of them.
type features [evidences]float64

func (f *features) dot(w *features) float64 {
	sum := 0.0
	for i, x := range f {
		sum += x * w[i]
	}
	return sum
}

// scorer computes the evidence in one batch, from its present posteriors.
type scorer struct {
	*batch
	ledger *ledger
	stats  *statistics
}

// context is what the slots of an item share.
type context struct {
	trust
	it    *item
	index int
	prev  []int32 // by slot, the nearest winning word before; null at the border
	next  []int32
	right []bool // by slot and transcript: votes with the winner
}

func (s *scorer) context(i int) *context {
	it := s.items[i]
	n := len(it.slots)
	c := &context{trust: s.ledger.trusts(it, i), it: it, index: i,
		prev: make([]int32, n), next: make([]int32, n), right: make([]bool, n*len(it.texts))}
	last := null
	for k := range it.slots {
		c.prev[k] = last
		best := it.slots[k].best()
		if w := it.slots[k].candidates[best]; w != null {
			last = w
		}
		for t, v := range it.slots[k].vote {
			c.right[k*len(it.texts)+t] = int(v) == best
		}
	}
	last = null
	for k := n - 1; k >= 0; k-- {
		c.next[k] = last
		if w := it.slots[k].winner(); w != null {
			last = w
		}
	}
	return c
}

// evidence computes the evidence for every candidate of a slot.
func (s *scorer) evidence(a *aligner, c *context, k int) []features {
	sl := &c.it.slots[k]
	out := make([]features, len(sl.candidates))
	s.votes(c, k, out)
	sims := s.similarities(a, sl)
	n := len(sl.candidates)
	for i, token := range sl.candidates {
		f := &out[i]
		f[generative] = s.likelihood(c, sl, i, sims)
		for t, v := range sl.vote {
			if v != abstains && int(v) != i && token != null {
				f[similar] += max(0, (sims[i*n+int(v)]-.4)/.6)
			}
			_ = t
		}
		f[rivalry] = s.stats.rivalry(sl, i)
		if token == null {
			f[isNull] = 1
			f[boundNull] = s.stats.bound(c, c.prev[k], c.next[k])
			continue
		}
		f[length] = float64(min(len(s.words[token].letters), 8))
		near, far := s.stats.around(token, c.index)
		f[nearby] = math.Log(near + .3)
		f[farther] = math.Log(far + .3)
		f[frequency] = math.Log(max(0, s.stats.items[token]-c.it.mass(token)) + .3)
		f[boundWord] = s.stats.bound(c, c.prev[k], token) + s.stats.bound(c, token, c.next[k])
	}
	return out
}

// votes fills in what depends on who votes for what.
func (s *scorer) votes(c *context, k int, out []features) {
	sl := &c.it.slots[k]
	n := len(c.it.texts)
	count := make([]int, len(out))
	for t, v := range sl.vote {
		if v == abstains {
			continue
		}
		f := &out[v]
		count[v]++
		theta := c.theta[t]
		for _, beside := range [2]int{k - 1, k + 1} {
			if beside < 0 || beside >= len(c.it.slots) || c.right[beside*n+t] {
				f[agreement] += theta / 2
			}
		}
		if sl.candidates[v] == null {
			f[sumNull] += theta
			f[maxNull] = max(f[maxNull], theta)
			f[maxNullV] = greatest(f[maxNullV], c.null[t], count[v])
			continue
		}
		f[sumTheta] += theta
		if theta > f[maxTheta] {
			f[nextTheta], f[maxTheta] = f[maxTheta], theta
		} else {
			f[nextTheta] = max(f[nextTheta], theta)
		}
		f[sumWordV] += c.word[t]
		f[maxWordV] = greatest(f[maxWordV], c.word[t], count[v])
	}
	for i, n := range count {
		if n == 1 {
			out[i][lone] = 1
		}
	}
}

// greatest is the maximum of values that may be below zero.
func greatest(so, x float64, nth int) float64 {
	if nth == 1 {
		return x
	}
	return max(so, x)
}

// similarities compares every two words of a slot, a square; null is like
// nothing.
func (s *scorer) similarities(a *aligner, sl *slot) []float64 {
	n := len(sl.candidates)
	out := make([]float64, n*n)
	for i, x := range sl.candidates {
		out[i*n+i] = 1
		if x == null {
			continue
		}
		a.pattern(&s.words[x])
		for j, y := range sl.candidates[:i] {
			if y != null {
				out[i*n+j] = float64(a.similarity(&s.words[x], &s.words[y]))
				out[j*n+i] = out[i*n+j]
			}
		}
		a.unset(&s.words[x])
	}
	return out
}

// likelihood is the log probability of what all wrote in a slot where a
// candidate is right.
func (s *scorer) likelihood(c *context, sl *slot, right int, sims []float64) float64 {
	sum := 0.0
	n := len(sl.candidates)
	for t, v := range sl.vote {
		if v == abstains {
			continue
		}
		written := sl.candidates[v]
		switch {
		case sl.candidates[right] == null && written == null:
			sum += math.Log(1 - c.put[t])
		case sl.candidates[right] == null:
			sum += math.Log(c.put[t] * s.stats.unigram(written))
		case int(v) == right:
			sum += math.Log(max(1-c.left[t]-c.replaced[t], .05))
		case written == null:
			sum += math.Log(c.left[t])
		default:
			sum += math.Log(c.replaced[t] * (.5*s.stats.unigram(written) + .05*math.Exp(-5*(1-sims[right*n+int(v)]))))
		}
	}
	return sum
}
