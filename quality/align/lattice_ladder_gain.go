package align

import "math/bits"

// alignGain fills the steps back in SCLite's costs, 64 rows a machine word.
//
// Whole points are not all that decides: an Empty costs a thousandth, and sclite
// sums in single precision, so that of two paths with as many of them one may cost a
// millionth less. Yet as long as all thousandths together make less than a point, only
// the steps that are cheapest in points can be taken, and few places have two of
// those. Where a path passes such a place behind an Empty, settle computes it as
// sclite does and leaves one step back.
func (s *ladder) alignGain(rec []moves) {
	var c gains
	t := &s.ties
	t.first, t.top = -1, 0
	border := 0
	col, eqs := [1]cells{}, [1]uint64{}
	for k := range rec {
		a := &s.arcs[k]
		if s.beside[k] != 0 || s.isFree(a) {
			before := c
			least, empty := uint8(0), false
			c, least, empty = s.forkGain(int32(k), c)
			if empty && t.first < 0 {
				t.first, t.column, t.top = k, before, border
			}
			border += int(least)
			continue
		}
		eq := s.work.places(a.Token)
		if c.ones == 0 { // as before the first fork
			col[0], eqs[0] = cells{c.twos, c.fours}, eq
			advanceGain(col[:], eqs[:], 0, rec[k:])
			c.twos, c.fours = col[0].a, col[0].b
			rec[k].sub |= eq
			continue
		}
		h := c.along(eq, 0, gains{})
		d, next := c.on(h, gains{})
		rec[k] = h.back(d, next, eq, 0)
		c = next
	}
	s.work.forget(s.hyp)
	if t.first >= 0 {
		s.settle()
	}
}

// forkGain is fork for SCLite's costs. It returns what the way that gains the most
// by leaving it out does, and whether one of them is Empty.
func (s *ladder) forkGain(rung int32, c gains) (next gains, least uint8, empty bool) {
	first := len(s.ways)
	var h gains
	for k := rung; ; {
		a := &s.arcs[k]
		w := way{arc: k}
		gain := s.options.leastGain(a.Kind)
		eq, in := uint64(0), firstRow(gain)
		if a.Kind == Empty {
			empty = true
			w.gain = gains{ones: ^uint64(0), twos: ^uint64(0)}
		} else {
			eq = s.work.places(a.Token)
			w.gain = c.along(eq, gain, in)
		}
		d, v := c.on(w.gain, in)
		w.moves = w.gain.back(d, v, eq, gain)
		if a.Kind == Empty {
			w.sub = 0 // a point dearer than to leave out both
		}
		w.gap = uint64(gain)
		if least = max(least, gain); k == rung {
			h = w.gain
		} else {
			h = h.max(w.gain)
		}
		s.ways = append(s.ways, w)
		if k = s.after(rung, k); k < 0 {
			break
		}
	}
	s.beside[rung] = -1 - int32(first)
	ways := s.ways[first:]
	for k := range ways {
		w := &ways[k]
		w.won, w.best = w.gain.equal(h), w.gap == uint64(least)
	}
	ways[len(ways)-1].last = true
	_, next = c.on(h, firstRow(least))
	return next, least, empty
}

// ties is where steps back are settled: from the first rung with an Empty on.
type ties struct {
	first  int
	column gains    // before it
	top    int      // and its gain above the first row
	need   []uint64 // by node
	costs  [2][64]float32
	line   [64]float32
}

// mostThousandths is how many Empty arcs can be passed before what they cost counts
// as a point, where sums below 2¹⁴ are rounded to a thousandth or finer. Above, one
// is rounded to two, or from 2¹⁵ on to none, and below 2¹⁸ all else that is rounded on
// the way makes a thirtieth of a point.
const mostThousandths = 900

// underAPoint says whether so many Empty arcs, on paths of that cost, make less.
func underAPoint(empty, cost int) bool {
	return empty == 0 || empty <= mostThousandths && cost < 1<<14 || empty <= 400 && cost < 1<<18
}

// settles says whether settle knows all that may be cheapest, of at most 63 rows.
func (s *ladder) settles() bool {
	return s.empty == 0 || len(s.hyp) < 64 && underAPoint(s.empty, 3*(len(s.hyp)+s.rungs))
}

// settle leaves one step back, sclite's, at each place that a path of fewest points
// passes behind an Empty.
func (s *ladder) settle() {
	t := &s.ties
	end := s.needed()
	if end < 0 {
		return
	}
	from, to := &t.costs[0], &t.costs[1]
	for x := t.need[t.first]; x != 0; x &= x - 1 {
		row := bits.TrailingZeros64(x) & 63
		from[row] = float32(3*(row+t.first) - t.top - t.column.sum(uint64(1)<<row-1))
	}
	for rung := t.first; rung <= end; rung++ {
		if at := s.beside[rung]; at < 0 {
			s.settleWays(s.waysAt(at), t.need[rung+1], from, to)
		} else {
			s.settleWay(&s.arcs[rung], &s.rec[rung], t.need[rung+1], from, to)
		}
		from, to = to, from
	}
}

// needed fills need, by node a bit for each row, from 0 on, in which a path of fewest
// points passes it. It returns the last rung where one has two steps back, or -1.
func (s *ladder) needed() int {
	t, end := &s.ties, -1
	if cap(t.need) <= s.rungs {
		t.need = make([]uint64, s.rungs+s.rungs/4+1)
	}
	t.need = t.need[:s.rungs+1]
	need := uint64(1) << len(s.hyp)
	for rung := s.rungs - 1; rung >= t.first; rung-- {
		t.need[rung+1] = need
		before, two := uint64(0), uint64(0)
		if at := s.beside[rung]; at < 0 {
			won := uint64(0)
			ways := s.waysAt(at)
			for k := range ways {
				own := need & ways[k].rows()
				two |= won & own
				won |= own
				ways[k].before(own, &before, &two)
			}
		} else {
			s.rec[rung].before(need, &before, &two)
		}
		if two != 0 && end < 0 {
			end = rung
		}
		need = before
	}
	t.need[t.first] = need
	return end
}

// waysAt returns the ways of a rung from what beside says when it is forked.
func (s *ladder) waysAt(at int32) []way {
	ways := s.ways[-1-at:]
	for k := range ways {
		if ways[k].last {
			return ways[:k+1]
		}
	}
	return ways
}

// rows returns won with a bit for the row above too.
func (w *way) rows() uint64 {
	if w.best {
		return w.won<<1 | 1
	}
	return w.won << 1
}

// closed adds the rows that steps down an arc's column lead back to.
func (m *moves) closed(rows uint64) uint64 {
	for {
		more := (rows & (m.del << 1)) >> 1 &^ rows
		if more == 0 {
			return rows
		}
		rows |= more
	}
}

// before adds the rows in which paths that need some rows of an arc pass the node
// that it comes from, and to two those that have two steps back.
func (m *moves) before(rows uint64, from, two *uint64) {
	rows = m.closed(rows)
	sub, del, ins := m.sub<<1, m.del<<1, m.ins<<1|1
	*from |= rows&ins | rows&sub>>1
	*two |= rows & (sub&del | sub&ins | del&ins)
}

// settleWay computes some rows of an arc in single precision.
func (s *ladder) settleWay(a *Arc, m *moves, need uint64, from, line *[64]float32) {
	gap := s.options.gap(a.Kind)
	sub, del, ins := m.sub<<1, m.del<<1, m.ins<<1|1
	for x := m.closed(need); x != 0; x &= x - 1 {
		row := uint(bits.TrailingZeros64(x)) & 63
		both, along, down := float32(infinite), float32(infinite), float32(infinite)
		if ins>>row&1 != 0 {
			along = from[row] + gap
		}
		if sub>>row&1 != 0 {
			if both = from[(row-1)&63]; s.hyp[row-1] != a.Token {
				both += 4
			}
		}
		if del>>row&1 != 0 {
			down = line[(row-1)&63] + 3
		}
		bit := uint64(1) << row
		switch {
		case both <= along && both <= down:
			line[row] = both
			del, ins = del&^bit, ins&^bit
		case along < down:
			line[row] = along
			sub, del = sub&^bit, del&^bit
		default:
			line[row] = down
			sub, ins = sub&^bit, ins&^bit
		}
	}
	m.sub, m.del, m.ins = sub>>1, del>>1, ins>>1
}

// settleWays is settleWay for the ways of a rung, of which it leaves one to win each
// row.
func (s *ladder) settleWays(ways []way, need uint64, from, to *[64]float32) {
	line, won := &s.ties.line, uint64(0)
	for k := range ways {
		w := &ways[k]
		rows := need & w.rows()
		s.settleWay(&s.arcs[w.arc], &w.moves, rows, from, line)
		takes := uint64(0)
		for x := rows; x != 0; x &= x - 1 {
			row := bits.TrailingZeros64(x) & 63
			if bit := x & -x; won&bit == 0 || line[row] < to[row] {
				to[row] = line[row]
				takes |= bit
			}
		}
		won |= takes
		w.lose(rows &^ takes)
		for j := range ways[:k] {
			ways[j].lose(takes)
		}
	}
}

// lose takes rows from won, and best.
func (w *way) lose(rows uint64) {
	w.won &^= rows >> 1
	w.best = w.best && rows&1 == 0
}
