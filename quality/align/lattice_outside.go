package align

import "math/bits"

// What outside does for two texts, for a strip. A column is a segment: whatever path
// there is passes its borders, so they part what lies in the band from what does not;
// along the band's borders each node of a segment has its own cost.

// locate finds where the runs of gramWords rows stand in the lattice: the first and
// the last segment in which they begin. It says whether it can.
func (s *strip) locate() bool {
	g := &s.lattice
	if g.wild || !s.grams.index(g) {
		return false
	}
	s.extents = s.extents[:0]
	for i := 0; i+gramWords <= len(s.ref); i += gramWords {
		e := s.grams.extent(g, s.ref[i:i+gramWords])
		if e.first >= 0 {
			e.first, e.last = int32(s.segmentOf(e.first)), int32(s.segmentOf(e.last))
		}
		s.extents = append(s.extents, e)
	}
	return true
}

// extent returns the first and the last arc with which a run begins; where a hash has
// many places, they may be too far apart.
func (s *grams) extent(g *graph, words []int32) extent {
	places := s.bucket(s.hash(words))
	for k := 0; len(places) > 0 && k < mostTried && !g.spells(places[0], words); k++ {
		places = places[1:]
	}
	for k := 0; len(places) > 1 && k < mostTried && !g.spells(places[len(places)-1], words); k++ {
		places = places[:len(places)-1]
	}
	if len(places) == 0 {
		return extent{-1, -1}
	}
	return extent{places[0], places[len(places)-1]}
}

// spells says whether a run of words begins with an arc, as grams has it.
func (g *graph) spells(arc int32, words []int32) bool {
	e := &g.arcs[arc]
	if int32(e.token) != words[0] {
		return false
	}
	return len(words) == 1 || g.spellsOn(e.to, words[1:])
}

func (g *graph) spellsOn(v int32, words []int32) bool {
	for k := g.outs[v]; k < g.outs[v+1]; k++ {
		e := &g.arcs[k]
		if e.kind != Empty && g.spells(k, words) || e.kind != Word && g.spellsOn(e.to, words) {
			return true
		}
	}
	return false
}

// insideBand is grid.alone.
func (s *strip) insideBand(dst Alignment) (out Alignment, ok bool) {
	cost := s.sweepOutside()
	if s.thousands > 0 {
		return s.settle(dst, cost, true)
	}
	return s.trace(dst, cost, true)
}

// sweepOutside is grid.sweepOutside.
func (s *strip) sweepOutside() int {
	o := &s.outside
	o.frame(&s.grid, s.extents, gramWords, 1)
	s.reset((len(s.ref) + 63) / 64)
	first, last := 0, int(s.last[0])
	score, top := s.bottom(last), 0
	o.exit = score
	for j := range s.segments {
		p := &s.segments[j]
		for ; first < int(s.first[j]); first++ {
			top = s.dropOutside(first, top)
		}
		for end := int(s.last[j]); last < end; {
			last++
			score = s.enterOutside(last, score)
		}
		if j%tileColumns == 0 {
			s.keep(j/tileColumns, first, s.lane().part(first, last+1))
		}
		if p.plain {
			carry := kernels[s.costs].border
			if first > 0 {
				carry = s.carry(s.toward(top, o.over, s.unit))
			}
			top += s.costOf(carry)
			score += s.pass(p, first, last, carry)
			o.exit = min(o.exit, score)
			continue
		}
		s.bubble.begin(s, p)
		if first > 0 {
			s.lower(p, top)
		}
		top += s.cross(p, first, last)
		for v := p.from + 1; v <= p.to; v++ {
			o.exit = min(o.exit, score+s.bubble.bottom(int(v-p.from), p.bits))
		}
		score += s.bubble.bottom(int(p.to-p.from), p.bits)
	}
	return s.end(score)
}

// lower brings what a segment's arcs cost above the band to what paths outside cost
// at least. top is the cost at its first node.
func (s *strip) lower(p *segment, top int) {
	g := &s.lattice
	s.heights = append(s.heights[:0], make([]int, p.to-p.from+1)...)
	for v := range s.heights {
		s.heights[v] = noExit
	}
	s.heights[0] = top
	for k := p.first; k < p.end; k++ {
		e := &g.arcs[k]
		from, to := s.heights[e.from-p.from], &s.heights[e.to-p.from]
		step := 0 // over an Empty nothing changes
		if e.kind != Empty {
			step = s.toward(from, s.outside.over, s.gap(e))
			s.bubble.carry[k-p.first] = s.carry(step)
		}
		*to = min(*to, from+step)
	}
}

// toward returns the step from a cost to one next to it that is as near to another as
// a step can bring it, up at most so far. In SCLite's costs a whole unit up goes with
// odd steps, which the kernel for plain texts can take too.
func (s *strip) toward(score, cost, up int) int {
	step := min(max(cost-score, -s.unit), up)
	if s.costs == SCLite && up == s.unit && step&1 == 0 {
		step--
	}
	return step
}

// carry is the reverse of costOf.
func (s *strip) carry(step int) uint8 {
	if s.costs == SCLite {
		return uint8(3 - step)
	}
	return Levenshtein.carry(step)
}

// dropOutside is outside.drop.
func (s *strip) dropOutside(block, top int) int {
	o := &s.outside
	lost := o.above[block]
	o.over += s.unit * bits.OnesCount64(lost)
	if block == 0 {
		o.over = top + s.unit*bits.OnesCount64(lost)
	}
	for k := 1; k <= 64; k++ {
		top += s.fall(block, 1<<(k-1))
		rest := bits.OnesCount64(lost >> uint(k+o.length-1))
		o.over = min(o.over, top+s.unit*rest)
	}
	return top
}

// enterOutside is outside.enter. It puts the cells of the block into state and entry.
func (s *strip) enterOutside(block, bottom int) int {
	o := &s.outside
	if block > 0 {
		o.under += s.unit * bits.OnesCount64(o.below[block-1])
	}
	o.under, o.exit = min(o.under, o.exit), noExit/2
	var col cells // no difference is odd under SCLite: see toward
	least, lost := o.under, o.below[block]
	for k := range 64 {
		least += s.unit * int(lost>>k&1)
		step := s.toward(bottom, least, s.unit)
		bottom += step
		carry := uint64(s.carry(step))
		if s.costs == SCLite {
			carry >>= 1
		}
		col.a |= carry & 1 << k
		col.b |= carry >> 1 << k
	}
	s.state[block], s.entry[block] = col, col
	return bottom
}
