package align

import (
	"math/bits"
	"slices"
)

// strip is the matrix of a lattice and a plain text, computed as grid computes that
// of two plain texts: rows are the words of the
// plain text, 64 a machine word, and only a band is computed. A column is a
// segment of the lattice: what lies between two nodes that no path avoids.
//
//	0───1══╗2───3──═4   Most segments are one word, and as in grid. In the
//	 ───   ╚══╝    ─    others each arc is a column: see bubble.
//
// The steps are those that mesh finds.
type strip struct {
	grid     // ref are the rows, hyp is the spine: a word of each segment
	lattice  graph
	swapped  bool // the lattice is the hypothesis
	segments []segment
	borders  []int32 // by node: how many segments lie before it, -1 within one
	arcIDs   []int32 // by arc: the number of its word among the rows'
	width    []int32 // see segment.shape: room for it
	grams    grams
	lows     []int32 // see graph.frame
	highs    []int32
	bubble   bubble
	tiles    [2]stripTile
	trail    trail
	// Of SCLite's costs alone.
	options   LatticeOptions
	thousands int        // of Empty arcs
	odd       []uint64   // of state: see lane
	leftOdd   [][]uint64 // of left
	tileOdd   []uint64
	tops      []int32 // by node: what leaving out all before it costs
	web       web
	extents   []extent // of the runs of rows: segments
	heights   []int    // see lower
}

// segment is a part of a lattice.
type segment struct {
	first, end int32 // arcs
	from, to   int32 // nodes
	least      int32 // what leaving it out costs
	bits       int   // of the numbers that bubble needs
	plain      bool  // one word
}

// mostWay and mostArcs bound the segments that strip takes. A way of mostWay words
// in SCLite's costs needs numbers of mostBits.
const (
	mostWay  = 127
	mostBits = 10
	mostArcs = 1 << 12
)

// takes makes a pair ready, and says whether it is of this sort.
func (s *strip) takes(ref, hyp Lattice, o LatticeOptions) bool {
	if o.Equal != nil {
		return false
	}
	s.options, s.costs = o, o.Costs
	l, text := ref, hyp
	s.swapped = !hyp.plain(o)
	if s.swapped {
		if l, text = hyp, ref; !ref.plain(o) {
			return false
		}
	}
	if len(text.Arcs) == 0 {
		return false
	}
	s.ref = s.ref[:0]
	for _, a := range text.Arcs {
		s.ref = append(s.ref, a.Token)
	}
	s.lattice.build(l, o, len(s.ref))
	return s.price() && s.divide()
}

// price fills in what is particular to SCLite's costs. It refuses a lattice with too
// many Empty arcs.
func (s *strip) price() bool {
	s.unit, s.thousands = 1, 0
	if s.costs == Levenshtein {
		return true
	}
	s.unit = 3
	g := &s.lattice
	s.tops = resized(s.tops, int(g.last)+1)
	for v := range s.tops {
		s.tops[v] = infinite
	}
	s.tops[0] = 0
	for k := 1; k < len(g.arcs); k++ {
		e := &g.arcs[k]
		if e.kind == Empty {
			s.thousands++
		}
		s.tops[e.to] = min(s.tops[e.to], s.tops[e.from]+int32(s.gap(e)))
	}
	return s.thousands <= mostThousandths
}

// top returns what leaving out all before a node costs.
func (s *strip) top(v int32) int32 {
	if s.costs == SCLite {
		return s.tops[v]
	}
	return s.lattice.ahead[v].least
}

// border returns the h of a row above which nothing is known.
func (s *strip) border(e *edge) uint8 {
	switch {
	case s.costs == SCLite:
		return s.options.leastGain(e.kind)
	case e.free:
		return 0
	}
	return kernels[Levenshtein].border
}

// costOf returns what a carry along an arc costs.
func (s *strip) costOf(carry uint8) int {
	if s.costs == SCLite {
		return 3 - int(carry)
	}
	return Levenshtein.carryValue(carry)
}

// gap returns what leaving out an arc costs, without an Empty's thousandth.
func (s *strip) gap(e *edge) int { return s.costOf(s.border(e)) }

// fall returns by how much the cost changes over the rows of a mask in a block of
// state.
func (s *strip) fall(block int, mask uint64) int {
	if s.costs == SCLite {
		return 3*bits.OnesCount64(mask) - s.lane().at(block).sum(mask)
	}
	return Levenshtein.fall(s.state[block], mask)
}

// lane returns the column at hand.
func (s *strip) lane() lane {
	if s.costs == SCLite {
		return lane{s.state, s.odd}
	}
	return lane{cells: s.state}
}

// plain says whether a lattice is a chain of words in their order.
func (l Lattice) plain(o LatticeOptions) bool {
	if int(l.Nodes) != len(l.Arcs)+1 {
		return false
	}
	for k := range l.Arcs {
		a := &l.Arcs[k]
		if a.From != int32(k) || a.To != int32(k)+1 || a.Kind != Word && (a.Kind != Deletable || o.Deletable) {
			return false
		}
	}
	return true
}

// divide finds the segments. It refuses those that are too large.
func (s *strip) divide() bool {
	g := &s.lattice
	s.segments, s.hyp = s.segments[:0], s.hyp[:0]
	s.borders = resized(s.borders, int(g.last)+1)
	s.borders[0] = 0
	reach, from, first := int32(0), int32(0), int32(1)
	for v := int32(1); v <= g.last; v++ {
		s.borders[v] = -1
		for k := g.outs[v-1]; k < g.outs[v]; k++ {
			reach = max(reach, g.arcs[k].to)
		}
		if reach > v {
			continue
		}
		p := segment{first: first, end: g.outs[v], from: from, to: v}
		if !s.shape(&p) {
			return false
		}
		s.segments = append(s.segments, p)
		s.borders[v] = int32(len(s.segments))
		from, first = v, p.end
	}
	return len(s.segments) > 0
}

// shape fills in what a segment is like, and puts a word of it into the spine.
func (s *strip) shape(p *segment) bool {
	g := &s.lattice
	if p.end-p.first > mostArcs {
		return false
	}
	e := &g.arcs[p.first]
	p.plain = p.end-p.first == 1 && e.kind != Empty && !e.free
	p.least = s.top(p.to) - s.top(p.from)
	if p.plain {
		s.hyp = append(s.hyp, int32(e.token))
		return true
	}
	word := int32(-1 << 31) // one that the rows hardly have
	s.width = resized(s.width, int(p.to-p.from)+1)
	clear(s.width)
	for k := p.first; k < p.end; k++ {
		e := &g.arcs[k]
		w := &s.width[e.to-p.from]
		*w = max(*w, s.width[e.from-p.from]+1)
	}
	for k := p.first; k < g.outs[p.from+1]; k++ {
		if e := &g.arcs[k]; e.kind == Word || e.kind == Deletable {
			word = int32(e.token)
			break
		}
	}
	s.hyp = append(s.hyp, word)
	width := s.width[p.to-p.from]
	for p.bits = 2; int(width)*s.unit >= 1<<(p.bits-1); p.bits++ {
	}
	return width <= mostWay
}

// align finds the cheapest path as workspace.solve does. The operations come
// last one first. ok is false where too many paths are the cheapest in whole points.
func (s *strip) align(dst Alignment) (out Alignment, ok bool) {
	s.prepare()
	start, u := len(dst), &s.hull
	u.begin(s.ref, s.hyp, s.bubble.words.used)
	width, chained := u.shared()
	most := len(s.ref)
	if chained {
		u.guess(s.costs)
		u.profile.spread()
		if u.enclose(&s.grid, 1); s.blocks() < mostGuessed*len(s.hyp) && s.locate() {
			if out, ok = s.insideBand(dst); ok {
				return out, true
			}
		}
	} else {
		most = max(256, len(s.ref)/16)
	}
	s.bound(u, func(int, int) int { return width })
	best := noExit
	for least := firstWidth; ; least *= 2 {
		cost := s.sweep()
		done := slices.Min(s.exits) > cost
		if done && s.thousands > 0 {
			return s.settle(dst[:start], cost, false)
		}
		if done || cost < best {
			dst, _ = s.trace(dst[:start], cost, false)
		}
		switch {
		case done:
			return dst, true
		case cost < best:
			if best == noExit {
				s.lose(cost / s.unit)
			}
			best = cost
			u.widen(&s.grid, cost, most)
			most *= 4
		default:
			s.repair(cost, least)
		}
	}
}

// prepare numbers the words.
func (s *strip) prepare() {
	s.eqs.build(&s.bubble.words, s.ref)
	g := &s.lattice
	s.arcIDs = resized(s.arcIDs, len(g.arcs))
	for k := range g.arcs {
		s.arcIDs[k] = 0
		if e := &g.arcs[k]; e.kind == Word || e.kind == Deletable {
			s.arcIDs[k] = s.eqs.number(int32(e.token))
		}
	}
}

// sweep is grid.sweep.
func (s *strip) sweep() int {
	n, blocks := len(s.ref), (len(s.ref)+63)/64
	s.reset(blocks)
	state := s.lane()
	first, last := 0, int(s.last[0])
	score, top := s.bottom(last), 0
	for j := range s.segments {
		p := &s.segments[j]
		for ; first < int(s.first[j]); first++ {
			top = s.drop(first, j, top)
		}
		end := int(s.last[j])
		if end == last && end+1 < blocks {
			s.leave((end+1)*64, p.from, j, end+1, score)
		}
		if j%tileColumns == 0 {
			s.keep(j/tileColumns, first, state.part(first, end+1))
		}
		score += s.bottom(end) - s.bottom(last)
		last = end
		if top += int(p.least); p.plain {
			score += s.pass(p, first, end, kernels[s.costs].border)
			continue
		}
		s.bubble.begin(s, p)
		s.cross(p, first, end)
		if (end+1)*64 < n {
			for v := p.from + 1; v < p.to; v++ {
				s.leave((end+1)*64, v, j, end+1, score+s.bubble.bottom(int(v-p.from), p.bits))
			}
		}
		score += s.bubble.bottom(int(p.to-p.from), p.bits)
	}
	return s.end(score)
}

// end returns the score at the last row. The last block reaches beyond it.
func (s *strip) end(score int) int {
	if over := len(s.ref) % 64; over != 0 {
		score -= s.fall(len(s.state)-1, ^uint64(0)<<over)
	}
	return score
}

// pass takes the band over a segment of one word, and returns what that costs at
// its bottom. carry comes in at the top.
func (s *strip) pass(p *segment, first, end int, carry uint8) int {
	state := s.lane()
	eq := s.eqs.of(s.arcIDs[p.first], first, end)
	for b := first; b <= end; {
		r := b / tileBlocks
		to := min(end+1, (r+1)*tileBlocks)
		s.above[r].put(int(p.first), carry)
		if state.odd == nil {
			carry = advanceUnit(state.cells[b:to], eq[b-first:to-first], carry, nil)
		} else {
			carry = state.part(b, to).advance(eq[b-first:to-first], carry, nil)
		}
		b = to
	}
	s.eqs.done()
	return s.costOf(carry)
}

// reset is grid.reset.
func (s *strip) reset(blocks int) {
	s.grid.reset(blocks)
	if s.costs == SCLite {
		s.odd = append(s.odd[:0], make([]uint64, blocks)...)
		s.leftOdd = s.leftOdd[:0]
	}
}

// bottom returns the cost before the first column at the end of a block.
func (s *strip) bottom(block int) int { return (block + 1) * 64 * s.unit }

// keep is grid.keep.
func (s *strip) keep(tile, first int, col lane) {
	s.grid.keep(tile, first, col.cells)
	if col.odd == nil {
		return
	}
	if tile < cap(s.leftOdd) {
		s.leftOdd = s.leftOdd[:tile+1]
	} else {
		s.leftOdd = append(s.leftOdd, nil)
	}
	s.leftOdd[tile] = append(s.leftOdd[tile][:0], col.odd...)
}

// cross takes the band over a segment that is more than a word, and returns by how
// much its end costs more than its beginning above the band. bubble has the carries
// that come in there.
func (s *strip) cross(p *segment, first, end int) (top int) {
	w := &s.bubble
	for b := first; b <= end; {
		r := b / tileBlocks
		to := min(end+1, (r+1)*tileBlocks)
		for k, c := range w.carry {
			s.above[r].put(int(p.first)+k, c)
		}
		w.advance(s, p, b, s.lane().part(b, to), nil)
		if b == first {
			top = w.nodes[p.to-p.from].top
		}
		b = to
	}
	return top
}

// drop is grid.drop.
func (s *strip) drop(block, j, top int) int {
	v := s.segments[j].from
	s.leave(block*64, v, j, block+1, top)
	for bit := range 64 {
		top += s.fall(block, 1<<bit)
		s.leave(block*64+bit+1, v, j, block+1, top)
	}
	return top
}

// leave is grid.leave, at a node.
func (s *strip) leave(i int, v int32, j, block, score int) {
	behind, left := s.lattice.behind[v], len(s.ref)-i
	rest := max(s.hull.lost(block), int(behind.least)-left, left-int(behind.most))
	exit := &s.exits[j/tileColumns]
	*exit = min(*exit, score+s.unit*rest)
}

// lose is hull.lose: it counts the runs of gramWords rows that stand nowhere in
// the lattice. A word under a Wildcard takes away one of them at most.
func (s *strip) lose(errors int) {
	u, g := &s.hull, &s.lattice
	if !s.grams.index(g) {
		return
	}
	s.lows, s.highs = g.frame(s.lows, s.highs)
	n := len(s.ref)
	blocks := (n + 63) / 64
	u.nowhere = append(u.nowhere[:0], make([]int32, blocks+1)...)
	low, high := 0, 0 // arcs, both rising with i
	for i := 0; i+gramWords <= n; i += gramWords {
		at := int32(i - (n - i))
		for low < len(s.lows) && s.lows[low] < at-int32(errors) {
			low++
		}
		for high < len(s.highs) && s.highs[high] <= at+2*gramWords+int32(errors) {
			high++
		}
		if !within(s.grams.bucket(s.grams.hash(s.ref[i:])), low, high) {
			u.nowhere[i/64]++
		}
	}
	wild := int32(0)
	for k := range g.arcs {
		if g.arcs[k].kind == Wildcard {
			wild++
		}
	}
	for b := blocks - 1; b >= 0; b-- {
		u.nowhere[b] += u.nowhere[b+1]
	}
	for b := range u.nowhere {
		u.nowhere[b] = max(0, u.nowhere[b]-wild)
	}
}
