package align

import "slices"

// strip is the matrix of a lattice and a plain text in Levenshtein's costs,
// computed as grid computes that of two plain texts: rows are the words of the
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
	won      []uint64 // by arc and block of a tile, as rec: see bubble.win
}

// segment is a part of a lattice.
type segment struct {
	first, end int32 // arcs
	from, to   int32 // nodes
	least      int32 // words of its shortest way, without those that may be left out
	bits       int   // of the numbers that bubble needs
	plain      bool  // one word
}

// mostBits and mostArcs bound the segments that strip takes: ways of 127 words.
const (
	mostBits = 8
	mostArcs = 1 << 12
)

// takes makes a pair ready, and says whether it is of this sort.
func (s *strip) takes(ref, hyp Lattice, o LatticeOptions) bool {
	if o.Costs != Levenshtein || o.Equal != nil {
		return false
	}
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
	return s.divide()
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
	p.least = g.ahead[p.to].least - g.ahead[p.from].least
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
	for p.bits = 2; s.width[p.to-p.from] >= 1<<(p.bits-1); p.bits++ {
	}
	return p.bits <= mostBits
}

// align finds the cheapest path as workspace.solve does. The operations come
// last one first.
func (s *strip) align(dst Alignment) Alignment {
	s.prepare()
	start, u := len(dst), &s.hull
	u.begin(s.ref, s.hyp, s.bubble.words.used)
	most := len(s.ref)
	if !u.around(&s.grid) {
		most = max(256, len(s.ref)/16)
	}
	best := noExit
	for least := firstWidth; ; least *= 2 {
		cost := s.sweep()
		done := slices.Min(s.exits) > cost
		if done || cost < best {
			dst = s.trace(dst[:start], cost)
		}
		switch {
		case done:
			return dst
		case cost < best:
			if best == noExit {
				s.lose(cost)
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
	s.costs, s.unit = Levenshtein, 1
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
	state := s.state
	first, last := 0, int(s.last[0])
	score, top := s.bottom(last), 0
	for j := range s.segments {
		p := &s.segments[j]
		for ; first < int(s.first[j]); first++ {
			top = s.drop(state[first], first, j, top)
		}
		end := int(s.last[j])
		if end == last && end+1 < blocks {
			s.leave((end+1)*64, p.from, j, end+1, score)
		}
		if j%tileColumns == 0 {
			s.keep(j/tileColumns, first, state[first:end+1])
		}
		score += s.bottom(end) - s.bottom(last)
		last = end
		if top += int(p.least); !p.plain {
			score = s.cross(j, first, end, score)
			continue
		}
		eq := s.eqs.of(s.arcIDs[p.first], first, end)
		carry := kernels[Levenshtein].border
		for b := first; b <= end; {
			r := b / tileBlocks
			to := min(end+1, (r+1)*tileBlocks)
			s.above[r].put(int(p.first), carry)
			carry = advanceUnit(state[b:to], eq[b-first:to-first], carry, nil)
			b = to
		}
		s.eqs.done()
		score += Levenshtein.carryValue(carry)
	}
	if over := n % 64; over != 0 {
		score -= Levenshtein.fall(state[blocks-1], ^uint64(0)<<over)
	}
	return score
}

// cross takes the band over a segment that is more than a word, and returns the
// score at its bottom.
func (s *strip) cross(j, first, end, score int) int {
	p, w := &s.segments[j], &s.bubble
	w.begin(s, p)
	for b := first; b <= end; {
		r := b / tileBlocks
		to := min(end+1, (r+1)*tileBlocks)
		for k, c := range w.carry {
			s.above[r].put(int(p.first)+k, c)
		}
		w.advance(s, p, b, s.state[b:to], nil)
		b = to
	}
	if (end+1)*64 < len(s.ref) {
		for v := p.from + 1; v < p.to; v++ {
			s.leave((end+1)*64, v, j, end+1, score+w.bottom(int(v-p.from), p.bits))
		}
	}
	return score + w.bottom(int(p.to-p.from), p.bits)
}

// drop is grid.drop.
func (s *strip) drop(col cells, block, j, top int) int {
	v := s.segments[j].from
	s.leave(block*64, v, j, block+1, top)
	for bit := range 64 {
		top += Levenshtein.fall(col, 1<<bit)
		s.leave(block*64+bit+1, v, j, block+1, top)
	}
	return top
}

// leave is grid.leave, at a node.
func (s *strip) leave(i int, v int32, j, block, score int) {
	behind, left := s.lattice.behind[v], len(s.ref)-i
	rest := max(s.hull.lost(block), int(behind.least)-left, left-int(behind.most))
	exit := &s.exits[j/tileColumns]
	*exit = min(*exit, score+rest)
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
