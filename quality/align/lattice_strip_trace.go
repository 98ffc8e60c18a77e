package align

// stripPlace is where the walk back stands in a strip: at a node, and then at the
// arc that leads to it, in a row.
type stripPlace struct {
	*strip
	dst     Alignment
	row     int
	cost    int
	last    Op
	segment int  // of the arc
	deepest int  // the last row in which gather still comes
	settled bool // the steps back are in the web
	inside  bool // the band's borders are bounds alone: see outside
	left    bool // the band was left
}

// stripTile is a tile computed once more: its blocks of rows from the row's first on,
// and its arcs base … limit-1. There is one for even and one for odd rows, as what
// settle looks at may lie in two.
type stripTile struct {
	row         int
	rows        int
	base, limit int32
	rec         []moves  // by arc and block
	won         []uint64 // likewise: see bubble.win
}

// place is where the moves of an arc in a row are.
func (t *stripTile) place(arc int32, row int) (at int, bit uint) {
	return int(arc-t.base)*t.rows + (row-1)/64 - t.row*tileBlocks, uint(row-1) % 64
}

// trace walks back from the end and puts the operations behind dst, last one
// first. It leaves the path's hull; or, where it must stay inside the band, that as
// it was, and ok is false if it does not.
func (s *strip) trace(dst Alignment, cost int, inside bool) (out Alignment, ok bool) {
	s.forget()
	p := stripPlace{strip: s, dst: dst, row: len(s.ref), cost: cost, inside: inside}
	return p.walk()
}

// forget says that no tile is at hand.
func (s *strip) forget() {
	s.tiles[0].limit, s.tiles[1].limit = 0, 0
}

func (p *stripPlace) walk() (out Alignment, ok bool) {
	node := p.lattice.last
	p.mark(len(p.segments))
	for node > 0 {
		arc := p.arrive(node)
		node = p.back(arc)
		if p.inside && p.left {
			return p.dst, false
		}
		if j := p.borders[node]; j >= 0 {
			p.mark(int(j))
		}
	}
	for p.row > 0 {
		p.down(0)
	}
	return p.dst, true
}

// mark puts the place on the path's hull, where it comes to the end of a segment or
// to the beginning of the text.
func (p *stripPlace) mark(segments int) {
	if p.inside {
		return
	}
	u := &p.hull
	u.high[segments], u.low[segments], u.costs[segments] = int32(p.row), int32(p.row), int32(p.cost)
	if segments == 0 {
		u.low[0], u.costs[0] = 0, 0
	}
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
	p.cost -= p.unit
	step := p.alone(true, p.row)
	p.last = step.Op
	p.dst = append(p.dst, step)
	if j := p.borders[node]; j >= 0 && !p.inside {
		p.hull.low[j], p.hull.costs[j] = int32(p.row), int32(p.cost)
	}
}

// arrive returns the first arc that leads to a node as cheaply as the node is
// reached in the row. Below the band there are only rows to go back over.
func (p *stripPlace) arrive(node int32) int32 {
	in := p.lattice.into(node)
	if p.settled {
		arc, _ := p.cheapest(node, p.row)
		return arc
	}
	p.segment = p.segmentOf(in[0])
	for p.row > 64*(int(p.strip.last[p.segment])+1) {
		p.left = true
		p.down(node)
	}
	if len(in) == 1 {
		return in[0]
	}
	if p.aboveBand() {
		return p.shortest(node, in)
	}
	t := p.enter(in[0])
	for _, k := range in {
		if at, bit := t.place(k, p.row); t.won[at]>>bit&1 != 0 {
			return k
		}
	}
	panic("align: a node that no arc leads to")
}

// aboveBand says whether words of the lattice can only be left out.
func (p *stripPlace) aboveBand() bool {
	if p.row == 0 {
		return true
	}
	above := (p.row-1)/64 < int(p.first[p.segment])
	p.left = p.left || above
	return above
}

// outsideBand says whether the row is not in the band.
func (p *stripPlace) outsideBand() bool {
	block := int32(p.row-1) / 64
	return p.row > 0 && (block < p.first[p.segment] || block > p.strip.last[p.segment])
}

// shortest is arrive above the band.
func (p *stripPlace) shortest(node int32, in []int32) int32 {
	for _, k := range in {
		if p.isShortest(&p.lattice.arcs[k], node) {
			return k
		}
	}
	panic("align: a node that no arc leads to")
}

func (s *strip) isShortest(e *edge, node int32) bool {
	return s.top(e.from)+int32(s.gap(e)) == s.top(node)
}

// enter computes the tile of an arc and the row once more, unless it is at hand.
func (p *stripPlace) enter(arc int32) *stripTile {
	r := (p.row - 1) / 64 / tileBlocks
	t := &p.tiles[r%2]
	if r == t.row && arc >= t.base && arc < t.limit {
		return t
	}
	t.row, t.rows = r, min(tileBlocks, (max(p.row, p.deepest)-1)/64-r*tileBlocks+1)
	p.replay(t, p.segment/tileColumns, p.segment)
	return t
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
		var both, along, down bool
		if p.settled {
			both, along, down = p.web.step(arc, p.row)
		} else {
			both, along, down = p.steps(arc)
		}
		switch p.choose(e, both, along, down) {
		case Correct: // along the arc alone
			p.leaveOut(e)
			return e.from
		case Substitution:
			p.row--
			p.last = Correct
			if !p.equal(e, p.row) {
				p.last = Substitution
				p.cost -= p.swap()
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

// steps says which steps back from an arc are on a cheapest path.
func (p *stripPlace) steps(arc int32) (both, along, down bool) {
	if p.aboveBand() {
		return false, true, false
	}
	e, t := &p.lattice.arcs[arc], p.enter(arc)
	at, bit := t.place(arc, p.row)
	m := &t.rec[at]
	both = m.sub>>bit&1 != 0 || !e.free && e.kind != Empty && p.equal(e, p.row-1)
	return both, m.ins>>bit&1 != 0, m.del>>bit&1 != 0
}

// equal says whether an arc's word is that of a row.
func (s *strip) equal(e *edge, row int) bool {
	return e.kind == Wildcard || e.kind != Empty && int32(e.token) == s.ref[row]
}

// swap returns what a substitution costs.
func (s *strip) swap() int {
	if s.costs == SCLite {
		return 4
	}
	return 1
}

// choose is place.choose. It returns Correct for a step along the arc alone,
// Substitution for one over both, and Insertion for one over the row alone.
func (p *stripPlace) choose(e *edge, both, along, down bool) Op {
	alongOp, downOp := Deletion, Insertion
	if p.swapped {
		alongOp, downOp = Insertion, Deletion
	}
	switch {
	case p.costs == SCLite && both:
		return Substitution
	case p.costs == SCLite:
		if along && (p.swapped || !down) {
			return Correct
		}
		return Insertion
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
	p.cost -= p.gap(e)
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

// replay is grid.replay, of a tile in some columns up to a segment and with it.
func (s *strip) replay(t *stripTile, c, end int) {
	top, rows, from := t.row*tileBlocks, t.rows, c*tileColumns
	t.base = s.segments[from].first
	t.limit = s.segments[end].end
	if size := rows * int(t.limit-t.base); len(t.rec) < size {
		t.rec, t.won = make([]moves, size+size/4), make([]uint64, size+size/4)
	}
	col := s.tileLane(c, top, rows)
	above := &s.above[t.row]
	for j := from; j <= end; j++ {
		first, last := max(int(s.first[j]), top), min(int(s.last[j]), top+rows-1)
		if first > last {
			continue // this column of the tile is outside the band
		}
		q := &s.segments[j]
		at := int(q.first-t.base)*rows + first - top
		part := col.part(first-top, last-top+1)
		if !q.plain {
			s.bubble.begin(s, q)
			s.trail = trail{rows, t.rec[at:], t.won[at:]}
			copy(s.bubble.carry, above.h[int(q.first)-above.first:])
			s.bubble.advance(s, q, first, part, &s.trail)
			continue
		}
		eq := s.eqs.of(s.arcIDs[q.first], first, last)
		if carry := above.h[int(q.first)-above.first]; part.odd == nil {
			advanceUnit(part.cells, eq, carry, t.rec[at:])
		} else {
			part.advance(eq, carry, t.rec[at:])
		}
		s.eqs.done()
	}
}

// tileLane returns some blocks of the column that was kept before a tile.
func (s *strip) tileLane(c, top, rows int) lane {
	left := s.left[c]
	col := lane{cells: s.tile[:0]}
	if s.costs == SCLite {
		col.odd = s.tileOdd[:0]
	}
	for b := top; b < top+rows; b++ {
		k := b - left.first
		kept := k >= 0 && k < len(left.cells)
		c0 := s.entry[b]
		if kept {
			c0 = left.cells[k]
		}
		if col.cells = append(col.cells, c0); s.costs == SCLite {
			odd := uint64(0)
			if kept {
				odd = s.leftOdd[c][k]
			}
			col.odd = append(col.odd, odd)
		}
	}
	if s.tile = col.cells; col.odd != nil {
		s.tileOdd = col.odd
	}
	return col
}
