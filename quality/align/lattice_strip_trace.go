package align

// stripPlace is where the walk back stands in a strip: at a node, and then at the
// arc that leads to it, in a row.
type stripPlace struct {
	*strip
	dst     Alignment
	row     int
	cost    int
	last    Op
	segment int // of the arc
	// The tile at hand: its blocks of rows from top on, and its arcs base … limit-1.
	tileRow     int
	base, limit int32
	trail       trail
}

// trace walks back from the end and puts the operations behind dst, last one
// first. It leaves the path's hull.
func (s *strip) trace(dst Alignment, cost int) Alignment {
	p := stripPlace{strip: s, dst: dst, row: len(s.ref), cost: cost, tileRow: -1}
	g, u := &s.lattice, &s.hull
	node := g.last
	end := len(s.segments)
	u.high[end], u.low[end], u.costs[end] = int32(p.row), int32(p.row), int32(cost)
	for node > 0 {
		arc := p.arrive(node)
		node = p.back(arc)
		if j := s.borders[node]; j >= 0 {
			u.high[j], u.low[j], u.costs[j] = int32(p.row), int32(p.row), int32(p.cost)
		}
	}
	for p.row > 0 {
		p.down(0)
	}
	u.low[0], u.costs[0] = 0, 0
	return p.dst
}

// alone is a word of the rows, or of the lattice, that nothing stands for.
func (s *strip) alone(row bool, index int) Step {
	if row != s.swapped {
		return Step{Insertion, -1, int32(index)}
	}
	return Step{Deletion, int32(index), -1}
}

// down goes back over a row that nothing stands for, at a node.
func (p *stripPlace) down(node int32) {
	p.row--
	p.cost--
	step := p.alone(true, p.row)
	p.last = step.Op
	p.dst = append(p.dst, step)
	if j := p.borders[node]; j >= 0 {
		p.hull.low[j], p.hull.costs[j] = int32(p.row), int32(p.cost)
	}
}

// arrive returns the first arc that leads to a node as cheaply as the node is
// reached in the row. Below the band there are only rows to go back over.
func (p *stripPlace) arrive(node int32) int32 {
	in := p.lattice.into(node)
	p.segment = p.segmentOf(in[0])
	for p.row > 64*(int(p.strip.last[p.segment])+1) {
		p.down(node)
	}
	if len(in) == 1 {
		return in[0]
	}
	if p.aboveBand() {
		return p.shortest(node, in)
	}
	p.enter(in[0])
	block, bit := (p.row-1)/64-p.tileRow*tileBlocks, uint(p.row-1)%64
	for _, k := range in {
		if p.won[int(k-p.base)*p.trail.stride+block]>>bit&1 != 0 {
			return k
		}
	}
	panic("align: a node that no arc leads to")
}

// aboveBand says whether words of the lattice can only be left out.
func (p *stripPlace) aboveBand() bool {
	return p.row == 0 || (p.row-1)/64 < int(p.first[p.segment])
}

// shortest is arrive above the band.
func (p *stripPlace) shortest(node int32, in []int32) int32 {
	g := &p.lattice
	for _, k := range in {
		gap := int32(1)
		if g.arcs[k].free {
			gap = 0
		}
		if g.ahead[g.arcs[k].from].least+gap == g.ahead[node].least {
			return k
		}
	}
	panic("align: a node that no arc leads to")
}

// enter computes the tile of an arc and the row once more, unless it is at hand.
func (p *stripPlace) enter(arc int32) {
	r := (p.row - 1) / 64 / tileBlocks
	if r == p.tileRow && arc >= p.base && arc < p.limit {
		return
	}
	p.tileRow = r
	p.replay(r, p.segment/tileColumns, (p.row-1)/64-r*tileBlocks+1, p.segment)
}

// segmentOf returns the segment of an arc.
func (s *strip) segmentOf(arc int32) int {
	v := s.lattice.arcs[arc].from
	for s.borders[v] < 0 {
		v--
	}
	return int(s.borders[v])
}

// back goes back over an arc, and over the rows that are left out before it, and
// returns the node that it comes from.
func (p *stripPlace) back(arc int32) int32 {
	e := &p.lattice.arcs[arc]
	for {
		m, bit, equal := moves{ins: 1}, uint(0), false
		if !p.aboveBand() {
			p.enter(arc)
			bit = uint(p.row-1) % 64
			m = p.rec[int(arc-p.base)*p.trail.stride+(p.row-1)/64-p.tileRow*tileBlocks]
			equal = e.kind == Wildcard || e.kind != Empty && int32(e.token) == p.ref[p.row-1]
		}
		both := m.sub>>bit&1 != 0 || equal && !e.free
		switch p.choose(e, both, m.ins>>bit&1 != 0, m.del>>bit&1 != 0) {
		case Correct: // along the arc alone
			p.leaveOut(e)
			return e.from
		case Substitution:
			p.row--
			p.last = Correct
			if !equal {
				p.last = Substitution
				p.cost--
			}
			step := Step{p.last, e.origin, int32(p.row)}
			if p.swapped {
				step.Ref, step.Hyp = step.Hyp, step.Ref
			}
			p.dst = append(p.dst, step)
			return e.from
		}
		p.down(e.to)
	}
}

// choose is place.choose. It returns Correct for a step along the arc alone,
// Substitution for one over both, and Insertion for one over the row alone.
func (p *stripPlace) choose(e *edge, both, along, down bool) Op {
	alongOp, downOp := Deletion, Insertion
	if p.swapped {
		alongOp, downOp = Insertion, Deletion
	}
	switch {
	case along && e.kind == Empty, along && p.last == alongOp:
		return Correct
	case down && p.last == downOp:
		return Insertion
	case both:
		return Substitution
	case along && (!p.swapped || !down):
		return Correct
	}
	return Insertion
}

// leaveOut puts down an arc that nothing stands for.
func (p *stripPlace) leaveOut(e *edge) {
	if !e.free {
		p.cost--
	}
	if e.kind == Empty || e.kind == Wildcard {
		return
	}
	step := p.alone(false, int(e.origin))
	p.last = step.Op
	if e.free {
		step.Op = Correct
	}
	p.dst = append(p.dst, step)
}

// replay is grid.replay, up to a segment and with it.
func (p *stripPlace) replay(r, c, rows, end int) {
	s := p.strip
	top, from := r*tileBlocks, c*tileColumns
	p.base = s.segments[from].first
	p.limit = s.segments[end].end
	arcs := int(p.limit - p.base)
	if size := rows * arcs; len(s.rec) < size || len(s.won) < size {
		s.rec, s.won = make([]moves, size+size/4), make([]uint64, size+size/4)
	}
	p.trail.stride = rows
	left := s.left[c]
	s.tile = s.tile[:0]
	for b := top; b < top+rows; b++ {
		if k := b - left.first; k >= 0 && k < len(left.cells) {
			s.tile = append(s.tile, left.cells[k])
		} else {
			s.tile = append(s.tile, kernels[Levenshtein].edge)
		}
	}
	above := &s.above[r]
	for j := from; j <= end; j++ {
		first, last := max(int(s.first[j]), top), min(int(s.last[j]), top+rows-1)
		if first > last {
			continue // this column of the tile is outside the band
		}
		q := &s.segments[j]
		at := int(q.first-p.base)*rows + first - top
		col := s.tile[first-top : last-top+1]
		if !q.plain {
			s.bubble.begin(s, q)
			copy(s.bubble.carry, above.h[int(q.first)-above.first:])
			p.trail.rec, p.trail.won = s.rec[at:], s.won[at:]
			s.bubble.advance(s, q, first, col, &p.trail)
			continue
		}
		eq := s.eqs.of(s.arcIDs[q.first], first, last)
		advanceUnit(col, eq, above.h[int(q.first)-above.first], s.rec[at:])
		s.eqs.done()
	}
}
