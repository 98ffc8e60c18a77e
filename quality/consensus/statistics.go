package consensus

import (
	"math"
	"slices"
)

// How far the neighbourhoods of an item reach, in items on each side.
const (
	nearItems = 12
	farItems  = 60
)

// statistics is what a batch tells of its own language.
type statistics struct {
	total    float64   // words
	count    []float64 // by token
	items    []float64 // by token: in how many items
	postings [][]posting
	pairs    map[uint64]float64
	skips    map[uint64]float64
	rivals   map[uint64]float64 // what the first won of slots where both were written
	changes  map[uint64]float64 // what words won against those that differ in the same letters
}

// posting is how surely a word is in an item.
type posting struct {
	item int32
	mass float64
}

func pair(x, y int32) uint64 { return uint64(uint32(x))<<32 | uint64(uint32(y)) }

// mass is the expected number of times that a word is in an item, at most one.
func (it *item) mass(token int32) float64 {
	sum := 0.0
	for s := range it.slots {
		sum += it.slots[s].chanceOf(token)
	}
	return min(sum, 1)
}

// count takes the batch's statistics from the present posteriors.
func (b *batch) statistics() *statistics {
	st := &statistics{
		count: make([]float64, len(b.words)), items: make([]float64, len(b.words)),
		postings: make([][]posting, len(b.words)),
		skips:    make(map[uint64]float64), pairs: make(map[uint64]float64), rivals: make(map[uint64]float64), changes: make(map[uint64]float64),
	}
	for i, it := range b.items {
		last, last2 := null, null
		for s := range it.slots {
			sl := &it.slots[s]
			for c, t := range sl.candidates {
				if t != null {
					st.add(t, int32(i), sl.posterior[c])
				}
				for d, u := range sl.candidates {
					if c != d {
						st.rivals[pair(t, u)] += sl.posterior[c]
						if key, _, known := b.changeOf(t, u); known {
							st.changes[key] += sl.posterior[c]
						}
					}
				}
			}
			if w := sl.winner(); w != null {
				st.pairs[pair(last, w)]++
				st.skips[pair(last2, w)]++
				last2, last = last, w
			}
		}
		st.pairs[pair(last, null)]++
	}
	for t, list := range st.postings {
		for i := range list {
			list[i].mass = min(list[i].mass, 1)
			st.items[t] += list[i].mass
		}
	}
	return st
}

func (st *statistics) add(token, item int32, mass float64) {
	st.total += mass
	st.count[token] += mass
	list := st.postings[token]
	if n := len(list); n > 0 && list[n-1].item == item {
		list[n-1].mass += mass
		return
	}
	st.postings[token] = append(list, posting{item, mass})
}

// around counts the items near one, and those around these, that have a word.
func (st *statistics) around(token int32, index int) (near, far float64) {
	list := st.postings[token]
	first, _ := slices.BinarySearchFunc(list, int32(index-farItems), func(p posting, i int32) int { return int(p.item - i) })
	for _, p := range list[first:] {
		d := int(p.item) - index
		if d > farItems {
			break
		}
		switch {
		case d == 0:
		case -nearItems <= d && d <= nearItems:
			near += p.mass
		default:
			far += p.mass
		}
	}
	return near, far
}

// pairPrior is how many words of experience a word has had before.
const pairPrior = 20

// bound returns the pointwise mutual information of a word with the next,
// without what this item itself contributed.
func (st *statistics) bound(c *context, x, y int32) float64 {
	n := st.pairs[pair(x, y)]
	if n > 0 {
		n -= c.own(x, y)
	}
	share := func(t int32) float64 {
		if t == null {
			return 1.0 / 20
		}
		return (st.count[t] + .5) / (st.total + 1)
	}
	before := st.total / 20 // beginnings
	if x != null {
		before = st.count[x]
	}
	p := share(y)
	return math.Log((n + pairPrior*p) / ((before + pairPrior) * p))
}

// boundFar is the same of two words with one between.
func (st *statistics) boundFar(x, y int32) float64 {
	if x == null || y == null {
		return 0
	}
	n := max(st.skips[pair(x, y)]-1, 0) // one may be this item's own
	p := (st.count[y] + .5) / (st.total + 1)
	return math.Log((n + pairPrior*p) / ((st.count[x] + pairPrior) * p))
}

// own counts a pair in the item's own winners.
func (c *context) own(x, y int32) float64 {
	n := 0.0
	last := null
	for k := range c.it.slots {
		if w := c.it.slots[k].winner(); w != null {
			if last == x && w == y {
				n++
			}
			last = w
		}
	}
	if last == x && y == null {
		n++
	}
	return n
}

// rivalPrior is how many slots two rivals have shared before.
const rivalPrior = 1

// rivalry is the log odds of a candidate against the others of its slot, from
// all other slots where they met, by the share of the others' votes.
func (st *statistics) rivalry(sl *slot, counts []int, i int) float64 {
	return odds(sl, counts, i, func(j int) (won, lost float64) {
		t, u := sl.candidates[i], sl.candidates[j]
		return st.rivals[pair(t, u)], st.rivals[pair(u, t)]
	})
}

// changed is the same, from the slots where two words met that differ as
// these do.
func (st *statistics) changed(b *batch, sl *slot, counts []int, i int) float64 {
	return odds(sl, counts, i, func(j int) (won, lost float64) {
		key, back, known := b.changeOf(sl.candidates[i], sl.candidates[j])
		if !known {
			return sl.posterior[i], sl.posterior[j]
		}
		return st.changes[key], st.changes[back]
	})
}

// odds is the mean log odds of a candidate against the others, by their votes,
// from what it won and lost; what it did in this very slot does not count.
func odds(sl *slot, counts []int, i int, met func(j int) (won, lost float64)) float64 {
	sum, weight := 0.0, 0.0
	for j := range sl.candidates {
		if j == i {
			continue
		}
		won, lost := met(j)
		won, lost = max(won-sl.posterior[i], 0), max(lost-sl.posterior[j], 0)
		sum += float64(counts[j]) * math.Log((won+rivalPrior)/(lost+rivalPrior))
		weight += float64(counts[j])
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

// How much two words may differ for the difference to have a name, and how much
// they have in common at least, in characters.
const (
	mostChanged  = 5
	leastCommon  = 2
	changedEnd   = 1
	changedStart = 2
)

// changeOf names in which letters two words differ, and whether at the start, at
// the end or within; back is the same seen from the other word.
func (b *batch) changeOf(t, u int32) (key, back uint64, known bool) {
	if t == null || u == null {
		return 0, 0, false
	}
	x, y := b.words[t].letters, b.words[u].letters
	start := 0
	for start < min(len(x), len(y)) && x[start] == y[start] {
		start++
	}
	end := 0
	for end < min(len(x), len(y))-start && x[len(x)-1-end] == y[len(y)-1-end] {
		end++
	}
	where := uint64(0)
	switch {
	case end == 0:
		where = changedEnd
	case start == 0:
		where = changedStart
	}
	x, y = x[start:len(x)-end], y[start:len(y)-end]
	if len(x)+len(y) > mostChanged || start+end < leastCommon {
		return 0, 0, false
	}
	return changeKey(where, x, y), changeKey(where, y, x), true
}

func changeKey(where uint64, from, to []int32) uint64 {
	h := where + 1
	for _, l := range from {
		h = h*hashBase + uint64(l) + 1
	}
	h = h*hashBase + math.MaxUint32
	for _, l := range to {
		h = h*hashBase + uint64(l) + 1
	}
	return h
}
