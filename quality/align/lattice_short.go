package align

import "math/bits"

// narrow aligns a lattice with a plain text of at most 64 words in
// Levenshtein's costs, a machine word to each arc (Rautiainen, Mäkinen and
// Marschall 2019): rows are the words of the text, a column is what the best
// path up to an arc costs, and where arcs meet the lesser of each row goes on.
// The steps are those that mesh finds.
type narrow struct {
	ref     Lattice
	hyp     []int32
	options LatticeOptions
	work    workspace
	// order are the arcs by the node they come from, in those by the node they
	// lead to, in the lattice's own order; starts are where a node's begin.
	order, in, starts []int32
	levels            []level  // of the arcs, of the first node, and of those where several meet
	nodes             []int32  // by node: its level, or -1
	equals            []uint64 // by arc: the words that are equal to its own
}

// level is a column: the cost at its top and the differences below.
type level struct {
	cells
	// h is how much more it costs than the node from which all arcs come that
	// have met here, or -1, and gap that at the top.
	h         horizontal
	top, from int32
	gap       int32
}

// at returns the cost of a row.
func (l *level) at(row int) int {
	rows := uint64(1)<<row - 1 // all ones for 64: the shift gives 0
	return int(l.top) + bits.OnesCount64(l.a&rows) - bits.OnesCount64(l.b&rows)
}

// fits takes a pair that is of this sort, and says whether it is.
func (s *narrow) fits(ref, hyp Lattice, o LatticeOptions) bool {
	if o.Costs != Levenshtein || len(hyp.Arcs) > 64 || int(hyp.Nodes) != len(hyp.Arcs)+1 || !s.sort(ref) {
		return false
	}
	s.hyp = s.hyp[:0]
	for k, a := range hyp.Arcs {
		plain := a.Kind == Word || a.Kind == Deletable && !o.Deletable
		if !plain || a.From != int32(k) || a.To != int32(k)+1 {
			return false
		}
		s.hyp = append(s.hyp, a.Token)
	}
	s.ref, s.options = ref, o
	return true
}

// sort fills order, in and starts. It refuses a lattice of which not every node
// is on a path from the first to the last.
func (s *narrow) sort(l Lattice) bool {
	n := len(l.Arcs)
	if l.Nodes < 2 || int(l.Nodes) > n+1 {
		return false
	}
	size := int(l.Nodes) + 1
	s.starts = resized(s.starts, 2*size)
	clear(s.starts)
	from, to := s.starts[:size], s.starts[size:]
	for _, a := range l.Arcs {
		if a.From < 0 || a.From >= a.To || a.To >= l.Nodes || a.Kind == Wildcard {
			return false
		}
		from[a.From+1]++
		to[a.To+1]++
	}
	for v := range l.Nodes {
		if v > 0 && to[v+1] == 0 || v < l.Nodes-1 && from[v+1] == 0 {
			return false
		}
		from[v+1] += from[v]
		to[v+1] += to[v]
	}
	s.order, s.in = resized(s.order, n), resized(s.in, n)
	for k := n - 1; k >= 0; k-- { // from the last on, so that a start is one again
		a := &l.Arcs[k]
		from[a.From+1]--
		s.order[from[a.From+1]] = int32(k)
		to[a.To+1]--
		s.in[to[a.To+1]] = int32(k)
	}
	return true
}

// resized returns a slice of that length, whatever is in it.
func resized(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n, n+n/4)
	}
	return s[:n]
}

// into returns the arcs that lead into a node.
func (s *narrow) into(v int32) []int32 {
	to := s.starts[int(s.ref.Nodes)+1:]
	end := len(s.in)
	if v+2 < int32(len(to)) {
		end = int(to[v+2])
	}
	return s.in[to[v+1]:end]
}

// align puts the operations behind dst, last one first.
func (s *narrow) align(dst Alignment) Alignment {
	s.compare()
	arcs := len(s.ref.Arcs)
	if most := arcs + int(s.ref.Nodes); len(s.levels) < most {
		s.levels = make([]level, most+16)
	}
	levels := s.levels
	s.nodes = resized(s.nodes, int(s.ref.Nodes))
	for v := range s.nodes {
		s.nodes[v] = -1 // not reached
	}
	next := int32(arcs)
	levels[next] = level{cells: kernels[Levenshtein].edge}
	s.nodes[0] = next
	for _, k := range s.order {
		a, to := &s.ref.Arcs[k], &levels[k]
		s.along(to, a, &levels[s.nodes[a.From]], s.equals[k])
		at := s.nodes[a.To]
		if at < 0 {
			s.nodes[a.To] = k
			continue
		}
		if at < int32(arcs) { // of the arc that was there first
			next++
			levels[next] = levels[at]
			at = next
			s.nodes[a.To] = at
		}
		if v := &levels[at]; v.from == to.from {
			v.gap, v.h = min(v.gap, to.gap), horizontal{v.h.p & to.h.p, v.h.n | to.h.n}
			v.add(&levels[s.nodes[a.From]])
		} else {
			v.meet(to, len(s.hyp))
		}
	}
	return s.trace(dst)
}

// along fills in the column of an arc.
func (s *narrow) along(to *level, a *Arc, from *level, eq uint64) {
	to.from = a.From
	switch {
	case a.Kind == Empty:
		to.cells, to.top, to.gap, to.h = from.cells, from.top, 0, horizontal{}
	case a.Kind == Deletable && s.options.Deletable:
		_, _, hn := unitDifferences(from.cells, eq)
		to.gap, to.h = 0, horizontal{n: hn}
		to.add(from)
	default:
		d0, hp, hn := unitDifferences(from.cells, eq)
		to.gap, to.h = 1, horizontal{hp, hn}
		hp = hp<<1 | 1
		to.cells, to.top = cells{a: hn<<1 | ^(d0 | hp), b: hp & d0}, from.top+1
	}
}

// add fills in the column that costs so much more than another.
func (l *level) add(from *level) {
	h := l.h
	l.top = from.top + l.gap
	l.cells = joined(from.cells, h.p|h.n, h.n, (h.p|h.n)<<1|uint64(l.gap), h.n<<1)
}

// compare fills equals.
func (s *narrow) compare() {
	if cap(s.equals) < len(s.ref.Arcs) {
		s.equals = make([]uint64, len(s.ref.Arcs)+16)
	}
	s.equals = s.equals[:len(s.ref.Arcs)]
	s.work.index(s.hyp)
	for k, a := range s.ref.Arcs {
		eq := s.work.places(a.Token)
		if equal := s.options.Equal; equal != nil && a.Kind != Empty {
			for j, t := range s.hyp {
				if equal(a.Token, t) {
					eq |= 1 << j
				}
			}
		}
		s.equals[k] = eq
	}
	s.work.forget(s.hyp)
}

// meet takes the lesser of two columns, row by row.
func (l *level) meet(m *level, rows int) {
	if l.top == m.top && l.cells == m.cells {
		return
	}
	x, y := int(l.top), int(m.top)
	least := min(x, y)
	out := level{top: int32(least), from: -1}
	for bit := range rows {
		x += int(l.a>>bit&1) - int(l.b>>bit&1)
		y += int(m.a>>bit&1) - int(m.b>>bit&1)
		next := min(x, y)
		out.a |= uint64((next-least+1)>>1) << bit // 1, 0, -1 give 1, 0, 0
		out.b |= uint64((least-next+1)>>1) << bit
		least = next
	}
	*l = out
}

// trace walks back by the rules of place.choose. cost is that of the arc where
// it stands, at its row.
func (s *narrow) trace(dst Alignment) Alignment {
	row, last := len(s.hyp), Correct
	cost := s.levels[s.nodes[s.ref.Nodes-1]].at(row)
	for arc := s.cheapest(s.ref.Nodes-1, row, cost); arc >= 0 || row > 0; {
		if arc < 0 {
			row--
			dst = append(dst, Step{Insertion, -1, int32(row)})
			continue
		}
		a := &s.ref.Arcs[arc]
		if a.Kind == Empty {
			arc = s.cheapest(a.From, row, cost)
			continue
		}
		gap, swap := 1, 1
		if a.Kind == Deletable && s.options.Deletable {
			gap = 0
		}
		del, both, ins := true, false, false
		if row > 0 {
			from, line, bit := &s.levels[s.nodes[a.From]], &s.levels[arc], uint(row-1)
			more := int(line.h.p>>bit&1) - int(line.h.n>>bit&1)
			del, ins = more == gap, line.a>>bit&1 != 0
			if s.equals[arc]>>bit&1 != 0 {
				swap = 0
			}
			both = int(from.a>>bit&1)-int(from.b>>bit&1)+more == swap
		}
		switch {
		case ins && (last == Insertion || !both && !del):
			row--
			cost--
			last = Insertion
			dst = append(dst, Step{Insertion, -1, int32(row)})
		case del && (last == Deletion || !both):
			last = Deletion
			dst = append(dst, Step{Deletion, arc, -1})
			if gap == 0 {
				dst[len(dst)-1].Op = Correct
			}
			cost -= gap
			arc = s.cheapest(a.From, row, cost)
		default:
			if last = Substitution; swap == 0 {
				last = Correct
			}
			row--
			cost -= swap
			dst = append(dst, Step{last, arc, int32(row)})
			arc = s.cheapest(a.From, row, cost)
		}
	}
	return dst
}

// cheapest returns the first arc into a node that costs as little at a row as
// the node, or -1 for the first node.
func (s *narrow) cheapest(v int32, row, cost int) int32 {
	if v == 0 {
		return -1
	}
	in := s.into(v)
	if len(in) == 1 {
		return in[0]
	}
	for _, k := range in {
		if s.levels[k].at(row) == cost {
			return k
		}
	}
	return -1
}
