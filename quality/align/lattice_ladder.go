package align

// ladder aligns what most lattices of short texts are: a chain whose arcs may each
// have others beside them, { a / b }, { a / @ } and (a), with a plain text of at
// most 64 words. It takes short's way through the words that have none beside them,
// and narrow's through the others; for SCLite's costs see alignGain.
type ladder struct {
	arcs    []Arc // the chain's, then those beside it
	rungs   int   // arcs of the chain
	options LatticeOptions
	hyp     []int32
	work    workspace
	empty   int     // how many arcs are Empty
	beside  []int32 // by rung: 1 + the first arc beside, 0 where there is none; -1 - its first way when forked
	next    []int32 // by arc beside: the same for the next one
	rec     []moves // by rung: ins is along the arc, del down the column, sub both
	ways    []way
	ties    ties
}

// way is one of the arcs of a rung.
type way struct {
	moves
	arc  int32
	gap  uint64
	h    horizontal
	gain gains  // under SCLite, in place of gap and h
	won  uint64 // the rows in which no other way is cheaper
	best bool   // nor is it in the row above
	last bool   // of the rung
}

// fits takes a pair that is of this sort, and says whether it is.
func (s *ladder) fits(ref, hyp Lattice, o LatticeOptions) bool {
	n := int(ref.Nodes) - 1
	if o.Equal != nil || len(hyp.Arcs) > 64 || int(hyp.Nodes) != len(hyp.Arcs)+1 || n < 1 || len(ref.Arcs) < n {
		return false
	}
	s.empty = 0
	for k := range n {
		a := &ref.Arcs[k]
		if a.From != int32(k) || a.To != int32(k)+1 || a.Kind == Wildcard {
			return false
		}
		if a.Kind == Empty {
			s.empty++
		}
	}
	s.beside, s.next = resized(s.beside, n), resized(s.next, len(ref.Arcs)-n)
	clear(s.beside)
	for k := len(ref.Arcs) - 1; k >= n; k-- {
		a := &ref.Arcs[k]
		if a.From < 0 || int(a.From) >= n || a.To != a.From+1 || a.Kind == Wildcard {
			return false
		}
		if a.Kind == Empty {
			s.empty++
		}
		s.next[k-n] = s.beside[a.From]
		s.beside[a.From] = int32(k) + 1
	}
	s.hyp = resized(s.hyp, len(hyp.Arcs))
	for k := range hyp.Arcs {
		a := &hyp.Arcs[k]
		if a.From != int32(k) || a.To != int32(k)+1 || a.Kind != Word && (a.Kind != Deletable || o.Deletable) {
			return false
		}
		s.hyp[k] = a.Token
	}
	s.arcs, s.rungs, s.options = ref.Arcs, n, o
	return o.Costs == Levenshtein || s.settles()
}

// align puts the operations behind dst, last one first.
func (s *ladder) align(dst Alignment) Alignment {
	s.work.index(s.hyp)
	if cap(s.rec) < s.rungs {
		s.rec = make([]moves, s.rungs+s.rungs/4)
	}
	rec := s.rec[:s.rungs]
	s.ways = s.ways[:0]
	if s.options.Costs == SCLite {
		s.alignGain(rec)
		return s.trace(dst)
	}
	c := kernels[Levenshtein].edge
	for k := range rec {
		a := &s.arcs[k]
		if s.beside[k] != 0 || s.isFree(a) {
			c = s.fork(int32(k), c)
			continue
		}
		eq := s.work.places(a.Token)
		d0, hp, hn := unitDifferences(c, eq)
		hp1 := hp<<1 | 1
		c = cells{a: hn<<1 | ^(d0 | hp1), b: hp1 & d0}
		rec[k] = moves{sub: eq | ^d0, del: c.a, ins: hp}
	}
	s.work.forget(s.hyp)
	return s.trace(dst)
}

func (s *ladder) isFree(a *Arc) bool {
	return a.Kind == Empty || a.Kind == Deletable && s.options.Deletable
}

// after returns the arc of a rung that comes after another, or -1.
func (s *ladder) after(rung, arc int32) int32 {
	if arc == rung {
		return s.beside[rung] - 1
	}
	return s.next[int(arc)-s.rungs] - 1
}

// fork takes a column over a rung of several ways, or of one that may be left out.
func (s *ladder) fork(rung int32, c cells) cells {
	first := len(s.ways)
	h, gap := horizontal{p: ^uint64(0)}, uint64(1)
	for k := rung; ; {
		w := way{arc: k, gap: 1}
		a := &s.arcs[k]
		if s.isFree(a) {
			w.gap = 0
		}
		if a.Kind == Empty {
			w.moves = moves{ins: ^uint64(0), del: c.a}
		} else {
			eq := s.work.places(a.Token)
			_, w.h.p, w.h.n = unitDifferences(c, eq)
			if w.gap == 0 {
				w.h.p = 0
			}
			w.moves = back(c, w.h, w.h.p<<1|w.gap, w.h.n<<1, eq, w.gap == 0)
		}
		h, gap = horizontal{h.p & w.h.p, h.n | w.h.n}, min(gap, w.gap)
		s.ways = append(s.ways, w)
		if k = s.after(rung, k); k < 0 {
			break
		}
	}
	s.beside[rung] = -1 - int32(first)
	ways := s.ways[first:]
	for k := range ways {
		w := &ways[k]
		w.won, w.best = ^((w.h.p ^ h.p) | (w.h.n ^ h.n)), w.gap == gap
	}
	ways[len(ways)-1].last = true
	return joined(c, h.p|h.n, h.n, (h.p|h.n)<<1|gap, h.n<<1)
}

// trace walks back by the rules of place.choose.
func (s *ladder) trace(dst Alignment) Alignment {
	row, last := len(s.hyp), Correct
	sclite := s.options.Costs == SCLite
	for rung := s.rungs - 1; rung >= 0; rung-- {
		arc, m := int32(rung), &s.rec[rung]
		if at := s.beside[rung]; at < 0 {
			w := s.cheapest(int(-1-at), row)
			arc, m = w.arc, &w.moves
		}
		a := &s.arcs[arc]
		for {
			along, down, both := true, false, false
			if row > 0 {
				bit := uint(row-1) & 63
				along, down, both = m.ins>>bit&1 != 0, m.del>>bit&1 != 0, m.sub>>bit&1 != 0
			}
			if sclite {
				along, down = !both && !down, !both && down
			}
			if along && a.Kind == Empty {
				break
			}
			if down && (last == Insertion || !both && !along) {
				row--
				last = Insertion
				dst = append(dst, Step{Insertion, -1, int32(row)})
				continue
			}
			if along && (last == Deletion || !both) {
				last = Deletion
				op := Deletion
				if s.isFree(a) {
					op = Correct
				}
				dst = append(dst, Step{op, arc, -1})
				break
			}
			row--
			if last = Substitution; s.hyp[row] == a.Token {
				last = Correct
			}
			dst = append(dst, Step{last, arc, int32(row)})
			break
		}
	}
	for ; row > 0; row-- {
		dst = append(dst, Step{Insertion, -1, int32(row) - 1})
	}
	return dst
}

// cheapest returns the first of a rung's ways that costs as little as any.
func (s *ladder) cheapest(at, row int) *way {
	for ; !s.ways[at].last; at++ {
		w := &s.ways[at]
		if row == 0 && w.best || row > 0 && w.won>>(uint(row-1)&63)&1 != 0 {
			break
		}
	}
	return &s.ways[at]
}
