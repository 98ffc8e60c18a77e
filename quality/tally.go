package quality

import "hash/maphash"

// tally counts errors that are made again in the same way. It is a hash table
// with open addressing: a batch has a hundred thousand errors, and a map whose
// keys hold two strings takes as long over them as the alignment did.
type tally struct {
	list  []Confusion
	slots []int32 // 1 + an index of list, 0 where it is free
	seed  maphash.Seed
}

// add counts an error, and says whether it is a new one.
func (t *tally) add(s Step) bool {
	c := Confusion{Op: s.Op, Count: 1}
	if s.Gold != nil {
		c.Gold = s.Gold.Text
	}
	if s.Hypothesis != nil {
		c.Hypothesis = s.Hypothesis.Text
	}
	if 2*len(t.list) >= len(t.slots) {
		t.grow()
	}
	slot := t.find(&c)
	if *slot > 0 {
		t.list[*slot-1].Count++
		return false
	}
	t.list = append(t.list, c)
	*slot = int32(len(t.list))
	return true
}

// find returns the slot of an error, or the free one where it belongs.
func (t *tally) find(c *Confusion) *int32 {
	mask := uint64(len(t.slots) - 1)
	h := maphash.String(t.seed, c.Gold)*31 + maphash.String(t.seed, c.Hypothesis) + uint64(c.Op)
	for at := h & mask; ; at = (at + 1) & mask {
		slot := &t.slots[at]
		if *slot == 0 {
			return slot
		}
		if d := &t.list[*slot-1]; d.Op == c.Op && d.Gold == c.Gold && d.Hypothesis == c.Hypothesis {
			return slot
		}
	}
}

func (t *tally) grow() {
	if t.slots == nil {
		t.seed = maphash.MakeSeed()
	}
	t.slots = make([]int32, max(1024, 4*len(t.slots)))
	for i := range t.list {
		*t.find(&t.list[i]) = int32(i + 1)
	}
}

// atLeast returns the errors that are as frequent as the n-th: n, or more of equal
// count. They are in no order, and the tally's own.
func (t *tally) atLeast(n int) []Confusion {
	if n >= len(t.list) {
		return t.list
	}
	most := 0
	for i := range t.list {
		most = max(most, t.list[i].Count)
	}
	times := make([]int, most+1) // how many errors were made so often
	for i := range t.list {
		times[t.list[i].Count]++
	}
	found := 0
	for most > 1 && found+times[most] < n {
		found += times[most]
		most--
	}
	var list []Confusion
	for _, c := range t.list {
		if c.Count >= most {
			list = append(list, c)
		}
	}
	return list
}
