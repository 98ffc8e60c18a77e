package quality

import (
	"math/rand/v2"

	"tapescript/quality/align"
)

// tally counts errors that are made again in the same way. It is a hash table
// with open addressing.
type tally struct {
	words  *lexicon
	chunks []*tallyChunk // so that nothing moves when there are more
	size   int
	slots  []int32 // 1 + an error's number, 0 where it is free
	seed   uint64
}

type tallyChunk [1 << chunkBits]tallied

const chunkBits = 8

// alike is what equal errors have in common: the numbers of their words, -1 on the
// side that has none, which also tells the operations apart.
type alike struct{ gold, hypothesis int32 }

// tallied is an error and how often it was made.
type tallied struct {
	alike
	count int32
	// Twice the first item in which it was made and is graded, which is none of
	// those of which nothing was written; and one if it was critical there.
	first uint32
}

// ungraded is behind every item.
const ungraded = 1<<32 - 1

func (e *tallied) critical() bool { return e.first&1 != 0 }

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
			e.first = 2 * uint32(at)
			if s.critical() {
				e.first++
			}
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

// at returns the i-th error.
func (t *tally) at(i int) *tallied { return &t.chunks[i>>chunkBits][i&(1<<chunkBits-1)] }

// all goes through the errors, in the order in which they were first made.
func (t *tally) all(yield func(*tallied) bool) {
	for i := range t.size {
		if !yield(t.at(i)) {
			return
		}
	}
}

// entry finds an error, or makes it with a count of none.
func (t *tally) entry(key alike) *tallied {
	if 4*t.size >= 3*len(t.slots) {
		t.grow()
	}
	mask := uint32(len(t.slots) - 1)
	for at := t.hash(key) & mask; ; at = (at + 1) & mask {
		i := int(t.slots[at]) - 1
		if i < 0 {
			if t.size>>chunkBits == len(t.chunks) {
				t.chunks = append(t.chunks, new(tallyChunk))
			}
			e := t.at(t.size)
			*e = tallied{alike: key, first: ungraded}
			t.size++
			t.slots[at] = int32(t.size)
			return e
		}
		if e := t.at(i); e.alike == key {
			return e
		}
	}
}

func (t *tally) hash(key alike) uint32 {
	return scattered(uint64(uint32(key.gold))<<32|uint64(uint32(key.hypothesis)), t.seed)
}

func (t *tally) grow() {
	t.slots = make([]int32, max(64, 2*len(t.slots)))
	mask := uint32(len(t.slots) - 1)
	for i := range t.size {
		at := t.hash(t.at(i).alike) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = int32(i + 1)
	}
}

// include adds what was counted of other items of the same report.
func (t *tally) include(other *tally) {
	ids := make([]int32, len(other.words.keys)) // 1 + a word's number here
	here := func(id int32) int32 {
		if id < 0 {
			return id
		}
		if ids[id] == 0 {
			ids[id] = 1 + t.words.id(other.words.text(id))
		}
		return ids[id] - 1
	}
	for o := range other.all {
		e := t.entry(alike{here(o.gold), here(o.hypothesis)})
		e.count += o.count
		e.first = min(e.first, o.first)
	}
}

// confusion is an error as it is told.
func (t *tally) confusion(e *tallied) Confusion {
	c := Confusion{Op: align.Substitution, Count: int(e.count)}
	if e.gold >= 0 {
		c.Gold = t.words.text(e.gold)
	} else {
		c.Op = align.Insertion
	}
	if e.hypothesis >= 0 {
		c.Hypothesis = t.words.text(e.hypothesis)
	} else {
		c.Op = align.Deletion
	}
	return c
}

// atLeast returns the errors that are as frequent as the n-th: n, or more of equal
// count, in no order.
func (t *tally) atLeast(n int) []Confusion {
	most, least := int32(0), int32(1)
	for e := range t.all {
		most = max(most, e.count)
	}
	times := make([]int, most+1) // how many errors were made so often
	for e := range t.all {
		times[e.count]++
	}
	for found := 0; most > 0; most-- {
		if found += times[most]; found >= n {
			least = most
			break
		}
	}
	var list []Confusion
	for e := range t.all {
		if e.count >= least {
			list = append(list, t.confusion(e))
		}
	}
	return list
}
