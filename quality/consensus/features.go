package consensus

import (
	"math"
)

// The evidence that is weighed for a candidate, each with its weight in weights.
// θ of a vote is ln((1-e)/e), e the share of words that its worker gets wrong.
const (
	// Who votes for it.
	share         = iota // of the votes, for a word
	lone                 // one voter alone
	pairOfVotes          // two
	nullTheta            // θ of the voters for no word, together
	contested            // the most that a voter for a word is right where others disagree
	agreement            // θ of voters, by their being right in the slots beside
	surroundings         // the same of slots two to four away
	loneAgreement        // agreement of a voter alone
	// What else was written in its place.
	alike       // votes for words that are spelt alike
	soundsAlike // votes for words that sound alike
	rivalry     // how it fared elsewhere against the same words
	change      // how words fared that differ from others as it does from these: -s, -ed, our and or
	// What the batch's language tells of a word.
	length    // letters
	nearby    // in how many items near this one it is
	farther   // and in those around these
	frequency // in how many items of the batch
	elsewhere // in another item at all: who misspells a word does so in his own way
	boundNext // how bound it is to the words beside it
	boundFar  // and to those one farther
	evidences
)

// farSlots is how far surroundings reach, in slots.
const farSlots = 4

// features is a value for each kind of evidence.
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
	// By slot, the winning words before and behind it, the nearest first; null
	// beyond the border.
	before, behind [][2]int32
	right          []bool // by slot and transcript: votes with the winner
}

func (s *scorer) context(i int) *context {
	it := s.items[i]
	n := len(it.slots)
	c := &context{trust: s.ledger.trusts(it, i), it: it, index: i,
		before: make([][2]int32, n), behind: make([][2]int32, n), right: make([]bool, n*len(it.texts))}
	last := [2]int32{null, null}
	for k := range it.slots {
		c.before[k] = last
		best := it.slots[k].best()
		if w := it.slots[k].candidates[best]; w != null {
			last = [2]int32{w, last[0]}
		}
		for t, v := range it.slots[k].vote {
			c.right[k*len(it.texts)+t] = int(v) == best
		}
	}
	last = [2]int32{null, null}
	for k := n - 1; k >= 0; k-- {
		c.behind[k] = last
		if w := it.slots[k].winner(); w != null {
			last = [2]int32{w, last[0]}
		}
	}
	return c
}

// evidence computes the evidence for every candidate of a slot.
func (s *scorer) evidence(a *aligner, c *context, k int) []features {
	sl := &c.it.slots[k]
	out := make([]features, len(sl.candidates))
	counts, _ := sl.counts()
	s.votes(c, k, counts, out)
	s.others(a, sl, counts, out)
	before, behind := c.before[k], c.behind[k]
	for i, token := range sl.candidates {
		f := &out[i]
		f[rivalry] = s.stats.rivalry(sl, counts, i)
		f[change] = s.stats.changed(s.batch, sl, counts, i)
		if token == null {
			continue
		}
		f[length] = float64(min(len(s.words[token].letters), 8))
		near, far := s.stats.around(token, c.index)
		f[nearby], f[farther] = math.Log(near+.3), math.Log(far+.3)
		others := max(0, s.stats.items[token]-c.it.mass(token))
		f[frequency] = math.Log(others + .3)
		if others > .5 {
			f[elsewhere] = 1
		}
		f[boundNext] = s.stats.bound(c, before[0], token) + s.stats.bound(c, token, behind[0])
		if k > 0 && k+1 < len(c.it.slots) {
			f[boundFar] = s.stats.boundFar(before[1], token) + s.stats.boundFar(token, behind[1])
		}
	}
	return out
}

// votes fills in who votes for what.
func (s *scorer) votes(c *context, k int, counts []int, out []features) {
	sl := &c.it.slots[k]
	seen := make([]bool, len(out))
	for t, v := range sl.vote {
		if v == abstains {
			continue
		}
		f, theta := &out[v], c.theta[t]
		beside, around := c.rightAround(k, t)
		f[agreement] += theta * beside
		f[surroundings] += theta * around
		if sl.candidates[v] == null {
			f[nullTheta] += theta
			continue
		}
		if !seen[v] || c.word[t] > f[contested] {
			f[contested], seen[v] = c.word[t], true
		}
	}
	for i, n := range counts {
		switch n {
		case 1:
			out[i][lone], out[i][loneAgreement] = 1, out[i][agreement]
		case 2:
			out[i][pairOfVotes] = 1
		}
		if sl.candidates[i] != null {
			out[i][share] = float64(n) / float64(len(sl.vote))
		}
	}
}

// rightAround returns in which share of the slots beside one a transcript has
// the winner, and of those farther off. The border of an item is always right.
func (c *context) rightAround(k, t int) (beside, around float64) {
	n, slots := len(c.it.texts), len(c.it.slots)
	farther := 0.0
	for at := k - farSlots; at <= k+farSlots; at++ {
		inside := at >= 0 && at < slots
		switch d := at - k; {
		case d == 0:
		case d == 1 || d == -1:
			if !inside || c.right[at*n+t] {
				beside += .5
			}
		case inside:
			farther++
			if c.right[at*n+t] {
				around++
			}
		}
	}
	return beside, around / max(farther, 1)
}

// alikeFrom is the similarity from which on words count as alike.
const alikeFrom = .4

// others fills in what the votes for other words tell of each.
func (s *scorer) others(a *aligner, sl *slot, counts []int, out []features) {
	for i, x := range sl.candidates {
		if x == null {
			continue
		}
		wx := &s.words[x]
		a.pattern(wx)
		for j, y := range sl.candidates {
			if y == null || i == j {
				continue
			}
			wy := &s.words[y]
			n := float64(counts[j])
			out[i][alike] += n * max(0, (float64(a.similarity(wx, wy))-alikeFrom)/(1-alikeFrom))
			if wx.sound == wy.sound {
				out[i][soundsAlike] += n
			}
		}
		a.unset(wx)
	}
}
