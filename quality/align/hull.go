package align

import (
	"math"
	"slices"
)

// hull is what a band is made about: for each column of the matrix the first and
// last row of a path, and the path's cost up to there.
type hull struct {
	ref, hyp  []int32
	low, high []int32
	costs     []int32
	seeds     seeds
	nowhere   []int32 // by block: see lost
	chained   []anchor
	anchors   []anchor
	extents   []extent // of the seeds of the reference
	profile   profile
	tails     []int32 // of the chains of each length, the one that ends first
}

// anchor is a seed that stands in both texts.
type anchor struct{ ref, hyp, before int32 }

// firstWidth is how far the first band reaches beyond what the texts share.
const firstWidth = 32

// begin takes a pair, of whose reference so many tokens differ.
func (u *hull) begin(ref, hyp []int32, different int) {
	u.ref, u.hyp = ref, hyp
	u.nowhere = u.nowhere[:0]
	u.seeds.index(hyp, seedLength(len(hyp), different))
	u.low = append(u.low[:0], make([]int32, len(hyp)+1)...)
	u.high = append(u.high[:0], make([]int32, len(hyp)+1)...)
	u.costs = append(u.costs[:0], make([]int32, len(hyp)+1)...)
}

// shared makes the first hull: the longest chain of seeds that stand once in the
// hypothesis, in the same order in both, with all that lies between two of them;
// or, where there are too few, the diagonal. It says which, and how wide a band
// should be about it.
func (u *hull) shared() (width int, chained bool) {
	n, m := len(u.ref), len(u.hyp)
	u.chain()
	area := 0
	box := func(i, j, toI, toJ int32) {
		for c := j; c <= toJ; c++ {
			if c > j || j == 0 {
				u.low[c] = i
			}
			u.high[c] = toI
		}
		area += int(toI-i) * int(toJ-j)
	}
	i, j := int32(0), int32(0)
	for _, a := range u.chained {
		box(i, j, a.ref, a.hyp)
		for k := range int32(u.seeds.length + 1) {
			if k > 0 {
				u.low[a.hyp+k] = a.ref + k
			}
			u.high[a.hyp+k] = a.ref + k
		}
		i, j = a.ref+int32(u.seeds.length), a.hyp+int32(u.seeds.length)
	}
	box(i, j, int32(n), int32(m))
	// 1/64 of the length is beyond the drift of ordinary texts.
	diagonal := max(64, n/64)
	if area <= 2*m*(diagonal+abs(n-m)) {
		return firstWidth, true
	}
	for c := range u.low {
		at := c + min(0, n-m)
		u.low[c], u.high[c] = int32(min(max(at, 0), n)), int32(min(max(c+max(0, n-m), 0), n))
	}
	u.low[0], u.high[m] = 0, int32(n)
	return diagonal, false
}

// bound makes the band: the hull and all that a path can reach which leaves it,
// at a row of the hull, for so many rows more or columns less. Where the hull goes
// straight down or to the right, that is not the same.
func (g *grid) bound(u *hull, width func(column, row int) int) {
	n, m := len(u.ref), len(u.hyp)
	g.first = append(g.first[:0], make([]int32, m)...)
	g.last = append(g.last[:0], make([]int32, m)...)
	// The diagonal that reaches furthest, and the column up to which it holds.
	diagonal, until := math.MinInt, 0
	for j := m; j > 0; j-- {
		row := int(u.high[j])
		t := width(j-1, row)
		if d := row - j + t; d >= diagonal || j < until {
			diagonal, until = d, j-t
		}
		g.last[j-1] = int32((max(1, min(n, diagonal+j)) - 1) / 64)
	}
	diagonal, until = math.MaxInt, 0
	for j := range m {
		row := int(u.low[j])
		t := width(j, row)
		if d := row - j - t; d <= diagonal || j > until {
			diagonal, until = d, j+t
		}
		g.first[j] = int32(max(0, diagonal+j-1) / 64)
	}
	g.close()
}

// close makes both of the band's borders rise from one corner to the other.
func (g *grid) close() {
	m := len(g.first)
	g.first[0], g.last[m-1] = 0, int32((len(g.ref)-1)/64)
	for j := 1; j < m; j++ {
		g.last[j] = max(g.last[j], g.last[j-1])
	}
	for j := m - 2; j >= 0; j-- {
		g.first[j] = min(g.first[j], g.first[j+1])
	}
}

// follow takes the hull of a path, whose operations come last one first.
func (u *hull) follow(steps []Step, c Costs, cost int) {
	gap, swap := 1, 1
	if c == SCLite {
		gap, swap = 3, 4
	}
	i, j := len(u.ref), len(u.hyp)
	u.high[j], u.costs[j] = int32(i), int32(cost)
	for _, s := range steps {
		switch s.Op {
		case Insertion, Deletion:
			cost -= gap
		case Substitution:
			cost -= swap
		}
		if s.Op != Deletion {
			u.low[j] = int32(i)
			j--
			u.high[j] = int32(s.Ref)
		}
		i = int(s.Ref)
		u.costs[j] = int32(cost)
	}
	u.low[0] = 0
}

// widen makes the band in which every path of at most that cost should lie: one
// that is t rows from the path found has cost about t more, and costs on from
// there at least t, or what the seeds say. A fifth is for what it saves on the
// way. most limits t.
func (u *hull) widen(g *grid, cost, most int) {
	g.bound(u, func(j, _ int) int {
		rest := (cost - int(u.costs[j])) / g.unit
		t := max(0, min(rest/2, rest-u.lost(int(u.high[j])/64+1)))
		return min(t+t/5+firstWidth, most)
	})
}

// repair makes the band wider about the tiles where it was left too cheaply: a
// path that still had s errors to spare can go s rows or columns on from there, at
// least; and it is cheaper to go too far than to try again.
func (g *grid) repair(cost, least int) {
	wider := make([]int32, len(g.exits)) // in blocks
	for k, exit := range g.exits {
		if exit > cost {
			continue
		}
		s := 2*(cost-exit)/g.unit + least
		reach := s/tileColumns + 1
		for t := max(0, k-reach); t <= min(k+reach, len(wider)-1); t++ {
			wider[t] = max(wider[t], int32(s/64+1))
		}
	}
	end := int32(0)
	for j := range g.first {
		blocks := wider[j/tileColumns]
		g.first[j] = max(0, g.first[j]-blocks)
		end = max(end, min(g.last[j]+blocks, int32((len(g.ref)-1)/64)))
		g.last[j] = end
	}
	for j := len(g.first) - 2; j >= 0; j-- {
		g.first[j] = min(g.first[j], g.first[j+1])
	}
}

// lost returns how many seeds from a block on stand nowhere in the hypothesis
// where a path could meet them. Each has at least one error of its own.
func (u *hull) lost(block int) int {
	if block >= len(u.nowhere) {
		return 0
	}
	return int(u.nowhere[block])
}

// lose counts the seeds that paths of at most that many words more or less
// cannot meet.
func (u *hull) lose(errors int) {
	n, m := len(u.ref), len(u.hyp)
	slack := max(0, errors-abs(m-n)) / 2
	low, high := min(0, m-n)-slack, max(0, m-n)+slack
	blocks := (n + 63) / 64
	u.nowhere = append(u.nowhere[:0], make([]int32, blocks+1)...)
	length := u.seeds.length
	for i := 0; i+length <= n; i += length {
		if !u.seeds.between(u.ref[i:i+length], i+low, i+high) {
			u.nowhere[i/64]++
		}
	}
	for b := blocks - 1; b >= 0; b-- {
		u.nowhere[b] += u.nowhere[b+1]
	}
}

// locate finds where the seeds of the reference stand in the hypothesis.
func (u *hull) locate() {
	u.extents = u.extents[:0]
	length := u.seeds.length
	for i := 0; i+length <= len(u.ref); i += length {
		u.extents = append(u.extents, u.seeds.extent(u.hyp, u.ref[i:i+length]))
	}
}

// chain finds the longest chain of seeds that stand once in the hypothesis and
// rise in both texts (Fredman 1975).
func (u *hull) chain() {
	u.chained = u.chained[:0]
	u.locate()
	all, tails := u.anchors[:0], u.tails[:0]
	length := u.seeds.length
	for k, e := range u.extents {
		j := e.first
		if j < 0 || e.last != j {
			continue
		}
		at, _ := slices.BinarySearchFunc(tails, j-int32(length)+1, func(k, j int32) int { return int(all[k].hyp) - int(j) })
		a := anchor{int32(k * length), j, -1}
		if at > 0 {
			a.before = tails[at-1]
		}
		all = append(all, a)
		switch {
		case at == len(tails):
			tails = append(tails, int32(len(all)-1))
		case all[tails[at]].hyp > j:
			tails[at] = int32(len(all) - 1)
		}
	}
	if u.anchors, u.tails = all, tails; len(tails) == 0 {
		return
	}
	for k := tails[len(tails)-1]; k >= 0; k = all[k].before {
		u.chained = append(u.chained, all[k])
	}
	slices.Reverse(u.chained)
}
