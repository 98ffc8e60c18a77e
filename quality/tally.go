package quality

import (
	"math/rand/v2"

	"tapescript/quality/align"
)

// tally counts errors that are made again in the same way. It is a hash table
// with open addressing.
type tally struct {
	words *lexicon
	list  []tallied
	slots []int32 // 1 + an index of list, 0 where it is free
	seed  uint64
}

// alike is what equal errors have in common: the numbers of their words, -1 on the
// side that has none, which also tells the operations apart.
type alike struct{ gold, hypothesis int32 }

// tallied is an error and how often it was made.
type tallied struct {
	alike
	count int32
	// The first item in which it was made and is graded; none of those of which
	// nothing was written. Whether it was critical there.
	first    int32
	critical bool
}

// ungraded is behind every item.
const ungraded = 1<<31 - 1

func newTally(words *lexicon) *tally { return &tally{words: words, seed: rand.Uint64() | 1} }

// tallyOf counts the errors of a report that has its steps.
func tallyOf(r *Report) *tally {
	t := newTally(&lexicon{})
	for i := range r.Items {
		t.add(i, &r.Items[i])
	}
	return t
}

// add counts the errors of an item, the at-th of its report. The items come in
// their order.
func (t *tally) add(at int, item *ItemScore) {
	graded := !item.Counts.leftOut()
	for k := range item.Steps {
		s := &item.Steps[k]
		if s.Op == align.Correct {
			continue
		}
		e := t.entry(alike{t.number(s.Gold, s.numbers.gold), t.number(s.Hypothesis, s.numbers.hypothesis)})
		e.count++
		if graded && e.first == ungraded {
			e.first, e.critical = int32(at), s.critical()
		}
	}
}

// number is that of a word, which may be known, and -1 where there is none.
func (t *tally) number(w *Word, known int32) int32 {
	if w != nil && known == 0 {
		return t.words.id(w.Text)
	}
	return known - 1
}

// entry finds an error, or makes it with a count of none.
func (t *tally) entry(key alike) *tallied {
	if 2*len(t.list) >= len(t.slots) {
		t.grow()
	}
	mask := uint32(len(t.slots) - 1)
	for at := t.hash(key) & mask; ; at = (at + 1) & mask {
		i := t.slots[at]
		if i == 0 {
			t.list = append(t.list, tallied{alike: key, first: ungraded})
			t.slots[at] = int32(len(t.list))
			return &t.list[len(t.list)-1]
		}
		if t.list[i-1].alike == key {
			return &t.list[i-1]
		}
	}
}

func (t *tally) hash(key alike) uint32 {
	return scattered(uint64(uint32(key.gold))<<32|uint64(uint32(key.hypothesis)), t.seed)
}

func (t *tally) grow() {
	t.slots = make([]int32, max(64, 4*len(t.slots)))
	mask := uint32(len(t.slots) - 1)
	for i := range t.list {
		at := t.hash(t.list[i].alike) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = int32(i + 1)
	}
}

// include adds what was counted of other items of the same report.
func (t *tally) include(other *tally) {
	ids := make([]int32, len(other.words.texts)) // 1 + a word's number here
	here := func(id int32) int32 {
		if id < 0 {
			return id
		}
		if ids[id] == 0 {
			ids[id] = 1 + t.words.id(other.words.texts[id])
		}
		return ids[id] - 1
	}
	for i := range other.list {
		o := &other.list[i]
		e := t.entry(alike{here(o.gold), here(o.hypothesis)})
		e.count += o.count
		if o.first < e.first {
			e.first, e.critical = o.first, o.critical
		}
	}
}

// confusion is an error as it is told.
func (t *tally) confusion(e *tallied) Confusion {
	c := Confusion{Op: align.Substitution, Count: int(e.count)}
	if e.gold >= 0 {
		c.Gold = t.words.texts[e.gold]
	} else {
		c.Op = align.Insertion
	}
	if e.hypothesis >= 0 {
		c.Hypothesis = t.words.texts[e.hypothesis]
	} else {
		c.Op = align.Deletion
	}
	return c
}

// atLeast returns the errors that are as frequent as the n-th: n, or more of equal
// count, in no order.
func (t *tally) atLeast(n int) []Confusion {
	most, least := int32(0), int32(1)
	for i := range t.list {
		most = max(most, t.list[i].count)
	}
	times := make([]int, most+1) // how many errors were made so often
	for i := range t.list {
		times[t.list[i].count]++
	}
	for found := 0; most > 0; most-- {
		if found += times[most]; found >= n {
			least = most
			break
		}
	}
	var list []Confusion
	for i := range t.list {
		if e := &t.list[i]; e.count >= least {
			list = append(list, t.confusion(e))
		}
	}
	return list
}
