package quality

import "hash/maphash"

// tally counts errors that are made again in the same way. It is a hash table
// with open addressing: a batch has a hundred thousand errors, and a map whose
// keys hold two strings takes as long over them as the alignment did.
type tally struct {
	list  []tallied
	slots []tallySlot
	seed  maphash.Seed
}

// tallied is an error as it was first made, and how often it was.
type tallied struct {
	step  *Step
	count int
}

type tallySlot struct {
	hash uint32
	at   int32 // 1 + an index of list, 0 where it is free
}

// newTally makes room for a report's errors.
func newTally(r *Report) *tally {
	t := &tally{seed: maphash.MakeSeed(), list: make([]tallied, 0, min(r.Corpus.Errors()/2, 1<<16)+1)}
	size := 1024
	for size < 2*cap(t.list) {
		size *= 2
	}
	t.slots = make([]tallySlot, size)
	return t
}

// sides are the words of an error, "" on the side that has none.
func (s *Step) sides() (gold, hypothesis string) {
	if s.Gold != nil {
		gold = s.Gold.Text
	}
	if s.Hypothesis != nil {
		hypothesis = s.Hypothesis.Text
	}
	return gold, hypothesis
}

// add counts an error, and says whether it is a new one.
func (t *tally) add(s *Step) bool {
	if 2*len(t.list) >= len(t.slots) {
		t.grow()
	}
	gold, hypothesis := s.sides()
	hash := uint32(maphash.String(t.seed, gold)*31 + maphash.String(t.seed, hypothesis) + uint64(s.Op))
	mask := uint32(len(t.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		slot := &t.slots[at]
		if slot.at == 0 {
			t.list = append(t.list, tallied{s, 1})
			*slot = tallySlot{hash, int32(len(t.list))}
			return true
		}
		if slot.hash != hash {
			continue
		}
		found := &t.list[slot.at-1]
		if g, h := found.step.sides(); found.step.Op == s.Op && g == gold && h == hypothesis {
			found.count++
			return false
		}
	}
}

func (t *tally) grow() {
	old := t.slots
	t.slots = make([]tallySlot, 4*len(old))
	mask := uint32(len(t.slots) - 1)
	for _, s := range old {
		if s.at == 0 {
			continue
		}
		at := s.hash & mask
		for t.slots[at].at != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = s
	}
}

// atLeast returns the errors that are as frequent as the n-th: n, or more of equal
// count, in no order.
func (t *tally) atLeast(n int) []Confusion {
	most, least := 0, 1
	for _, e := range t.list {
		most = max(most, e.count)
	}
	times := make([]int, most+1) // how many errors were made so often
	for _, e := range t.list {
		times[e.count]++
	}
	for found := 0; most > 0; most-- {
		if found += times[most]; found >= n {
			least = most
			break
		}
	}
	var list []Confusion
	for _, e := range t.list {
		if e.count >= least {
			gold, hypothesis := e.step.sides()
			list = append(list, Confusion{e.step.Op, gold, hypothesis, e.count})
		}
	}
	return list
}
