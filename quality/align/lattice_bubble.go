package align

// bubble takes a column over a segment of a lattice that branches.
//
// What a node costs is kept as what it costs more than the segment's first node,
// row by row: small numbers, as a row differs by no more than the words of the
// way. They are bit-sliced, bit k of 64 rows in a machine word, so that the
// lesser of two ways is found for 64 rows at once. The vertical differences at a
// node follow from those at the first node and from the numbers: it is enough to
// know them modulo 4, or modulo 8 in SCLite's costs.
type bubble struct {
	words vocabulary
	// carry is, by arc, by how much the arc costs more than the node it comes
	// from, in the row above those that are computed.
	carry []uint8
	nodes []bubbleNode
	hs    []difference // by arc and block
}

// bubbleNode is a node within a segment.
type bubbleNode struct {
	reached bool
	top     int // the number of the row above
	blocks  int // how many are computed
	cells   [tileBlocks]cells
	odd     [tileBlocks]uint64 // see lane
	number  [tileBlocks][mostBits]uint64
}

// horizontal are the differences along an arc: where it is 1 and where -1.
type horizontal struct{ p, n uint64 }

// difference are the differences along an arc as numbers of two bits and a sign.
type difference struct{ ones, twos, sign uint64 }

// begin makes room for a segment, at the top of the band.
func (w *bubble) begin(s *strip, p *segment) {
	w.carry = w.carry[:0]
	for k := p.first; k < p.end; k++ {
		w.carry = append(w.carry, s.border(&s.lattice.arcs[k]))
	}
	if n := int(p.to-p.from) + 1; len(w.nodes) < n {
		w.nodes = append(w.nodes, make([]bubbleNode, n-len(w.nodes))...)
	}
	if n := int(p.end-p.first) * tileBlocks; len(w.hs) < n {
		w.hs = make([]difference, n+n/4)
	}
}

// trail is where the steps back of a tile are put: those of arc first+k and block
// b at k·stride+b.
type trail struct {
	stride int
	rec    []moves
	won    []uint64
}

// advance takes the cells of some blocks, tileBlocks at most, over a segment, of
// which block is the first.
func (w *bubble) advance(s *strip, p *segment, block int, col lane, t *trail) {
	n, bits := int(p.to-p.from)+1, p.bits
	for v := range w.nodes[:n] {
		w.nodes[v].reached, w.nodes[v].blocks = false, len(col.cells)
	}
	source := &w.nodes[0]
	source.reached, source.top = true, 0
	copy(source.cells[:], col.cells)
	copy(source.odd[:], col.odd)
	for b := range col.cells {
		clear(source.number[b][:bits])
	}
	at := p.from
	for k := p.first; k < p.end; k++ {
		e := &s.lattice.arcs[k]
		from, to := &w.nodes[e.from-p.from], &w.nodes[e.to-p.from]
		if e.from != at {
			at = e.from
			from.settle(col, bits)
		}
		top := from.top + s.costOf(w.carry[k-p.first])
		hs := w.along(s, p, k, block, from, t)
		to.meet(from, hs, top, bits)
	}
	last := &w.nodes[n-1]
	last.settle(col, bits)
	if t != nil {
		for k := p.first; k < p.end; k++ {
			e, at := &s.lattice.arcs[k], int(k-p.first)
			w.nodes[e.to-p.from].win(&w.nodes[e.from-p.from], w.hs[at*tileBlocks:], t.won[at*t.stride:], bits)
		}
	}
	copy(col.cells, last.cells[:])
	copy(col.odd, last.odd[:])
}

// along computes what an arc costs more than the node that it comes from.
func (w *bubble) along(s *strip, p *segment, k int32, block int, from *bubbleNode, t *trail) []difference {
	e, at := &s.lattice.arcs[k], int(k-p.first)
	hs := w.hs[at*tileBlocks:][:from.blocks]
	var rec []moves
	if t != nil {
		rec = t.rec[at*t.stride:][:len(hs)]
	}
	if e.kind == Empty {
		clear(hs)
		for b := range rec {
			rec[b] = moves{ins: ^uint64(0), del: from.cells[b].a}
			if s.costs == SCLite {
				rec[b].del = ^(from.odd[b] | from.cells[b].a | from.cells[b].b)
			}
		}
		return hs
	}
	eqs := s.eqs.of(s.arcIDs[k], block, block+len(hs)-1)
	if s.costs == SCLite {
		w.carry[at] = from.alongGain(hs, eqs, e, s.border(e), w.carry[at], rec)
	} else {
		w.carry[at] = from.alongUnit(hs, eqs, e, w.carry[at], rec)
	}
	s.eqs.done()
	return hs
}

// alongUnit is along in Levenshtein's costs.
func (v *bubbleNode) alongUnit(hs []difference, eqs []uint64, e *edge, carry uint8, rec []moves) uint8 {
	hpIn, hnIn := uint64(carry&1), uint64(carry>>1)
	for b := range hs {
		c, eq := v.cells[b], eqs[b]
		if e.kind == Wildcard {
			eq = ^uint64(0)
		}
		_, hp, hn := unitDifferences(c, eq|hnIn)
		if e.free {
			hp = 0
		}
		hs[b] = difference{hp | hn, hn, hn}
		if rec != nil {
			rec[b] = back(c, horizontal{hp, hn}, hp<<1|hpIn, hn<<1|hnIn, eq, e.free)
		}
		hpIn, hnIn = hp>>63, hn>>63
	}
	return uint8(hpIn | hnIn<<1)
}

// alongGain is along in SCLite's: what is 3 - h there is the difference.
func (v *bubbleNode) alongGain(hs []difference, eqs []uint64, e *edge, least, carry uint8, rec []moves) uint8 {
	in := firstRow(carry)
	for b := range hs {
		c, eq := gains{v.odd[b], v.cells[b].a, v.cells[b].b}, eqs[b]
		if e.kind == Wildcard {
			eq = ^uint64(0)
		}
		h := c.along(eq, least, in)
		hs[b] = difference{^h.ones, ^h.twos, h.fours}
		if rec != nil {
			d, next := c.on(h, in)
			rec[b] = h.back(d, next, eq, least)
		}
		in = h.last()
	}
	return in.first()
}

// back returns the steps back of an arc: ins along it, del down its column, sub
// both, whether the words are equal or not. above are the differences shifted by
// a row.
func back(c cells, h horizontal, aboveP, aboveN, eq uint64, free bool) moves {
	line := joined(c, h.p|h.n, h.n, aboveP|aboveN, aboveN)
	level, up := ^(h.p | h.n), ^(c.a | c.b) // where h, and where the vertical difference, is 0
	// Over a row and then along it is c + h.
	zero := level&up | h.n&c.a | h.p&c.b
	one := level&c.a | h.p&up
	m := moves{sub: eq&zero | ^eq&one, del: line.a, ins: h.p}
	if free {
		m.ins = level
	}
	return m
}

// joined returns vertical differences where numbers are added to what they belong
// to: r is bits 0 and 1 of the numbers, s the same shifted by a row. The result is
// -1, 0 or 1, so it is enough to count modulo 4.
func joined(c cells, r0, r1, s0, s1 uint64) cells {
	low := c.a | c.b
	x0, x1 := low^r0, c.b^r1^low&r0
	y0, y1 := x0^s0, x1^s1^s0^x0&s0
	return cells{a: y0 &^ y1, b: y0 & y1}
}

// settle fills in the cells of a node, once all arcs that lead to it have met.
func (v *bubbleNode) settle(source lane, bits int) {
	if source.odd != nil {
		v.settleGain(source)
		return
	}
	above0, above1 := uint64(v.top)&1, uint64(v.top)>>1&1
	for b, c := range source.cells {
		r0, r1 := v.number[b][0], v.number[b][1]
		v.cells[b] = joined(c, r0, r1, r0<<1|above0, r1<<1|above1)
		above0, above1 = r0>>63, r1>>63
	}
}

// settleGain is settle in SCLite's costs, where what costs more gains less.
func (v *bubbleNode) settleGain(source lane) {
	above := firstRow(uint8(v.top) & 7)
	for b := range source.cells {
		r := gains{v.number[b][0], v.number[b][1], v.number[b][2]}
		g := source.at(b).plus(r.below(above)).minus(r)
		v.odd[b], v.cells[b] = g.ones, cells{g.twos, g.fours}
		above = r.last()
	}
}

// plus adds the differences along an arc to the numbers of a node.
func (v *bubbleNode) plus(b int, h difference, bits int, sum *[mostBits]uint64) {
	number := &v.number[b]
	sum[0] = number[0] ^ h.ones
	carry := number[0] & h.ones
	y := h.twos
	for k := 1; k < bits; k++ {
		x := number[k]
		sum[k] = x ^ y ^ carry
		carry = x&y | carry&(x|y)
		y = h.sign
	}
}

// meet takes the lesser of what a node costs already and what it does by an arc.
func (v *bubbleNode) meet(from *bubbleNode, hs []difference, top, bits int) {
	if !v.reached {
		v.reached, v.top = true, top
		for b, h := range hs {
			from.plus(b, h, bits, &v.number[b])
		}
		return
	}
	v.top = min(v.top, top)
	var sum [mostBits]uint64
	for b, h := range hs {
		from.plus(b, h, bits, &sum)
		number := &v.number[b]
		sign := bits - 1
		less, same := sum[sign]&^number[sign], ^(sum[sign] ^ number[sign])
		for k := sign - 1; k >= 0; k-- {
			less |= same & number[k] &^ sum[k]
			same &^= sum[k] ^ number[k]
		}
		for k := range bits {
			number[k] ^= (number[k] ^ sum[k]) & less
		}
	}
}

// win notes in which rows a node costs no more than by an arc.
func (v *bubbleNode) win(from *bubbleNode, hs []difference, won []uint64, bits int) {
	var sum [mostBits]uint64
	for b := range v.blocks {
		from.plus(b, hs[b], bits, &sum)
		other := uint64(0)
		for k := range bits {
			other |= sum[k] ^ v.number[b][k]
		}
		won[b] = ^other
	}
}

// bottom returns by how much a node costs more than the first in the last row.
func (w *bubble) bottom(node, bits int) int {
	v := &w.nodes[node]
	number := &v.number[v.blocks-1]
	sum := -int(number[bits-1]>>63) << (bits - 1)
	for k := range bits - 1 {
		sum += int(number[k]>>63) << k
	}
	return sum
}
