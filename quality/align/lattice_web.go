package align

import "slices"

// web holds the cells that the paths of fewest points pass, and computes them as
// sclite does.
//
// Whole points are not all that decides: an Empty costs a thousandth, and sclite
// sums in single precision, so that of two paths with as many of them one may cost a
// millionth less. Yet as long as all thousandths together make less than a point, only
// steps that are cheapest in points can be taken, and few cells lie on those.
type web struct {
	rows   []int32   // of each cell; those of an arc together, falling
	steps  []webStep // of each cell: all that are cheapest, and one when settled
	costs  []float32 // of each cell
	starts []int32   // by arc: its first cell
	ends   []int32
	need   [][]int32 // by node of a segment: the rows in which it is passed, falling
}

// webStep says which steps back a cell has.
type webStep uint8

const (
	webBoth webStep = 1 << iota
	webAlong
	webDown
)

// mostCells is how many cells a web may have for each arc and row.
const mostCells = 32

// step returns the step back from a cell.
func (w *web) step(arc int32, row int) (both, along, down bool) {
	s := w.steps[w.find(arc, int32(row))]
	return s&webBoth != 0, s&webAlong != 0, s&webDown != 0
}

// find returns the cell of an arc and a row, or -1.
func (w *web) find(arc, row int32) int32 {
	low, high := w.starts[arc], w.ends[arc]
	for high-low > 8 {
		if middle := (low + high) / 2; w.rows[middle] > row {
			low = middle + 1
		} else {
			high = middle + 1
		}
	}
	for ; low < high; low++ {
		if w.rows[low] == row {
			return low
		}
	}
	return -1
}

// settle returns the path that is the cheapest in single precision. ok is false
// where it might not know it: for all its paths if they must stay inside the band.
func (s *strip) settle(dst Alignment, cost int, inside bool) (out Alignment, ok bool) {
	if !underAPoint(s.thousands, cost) {
		return dst, false
	}
	s.forget()
	p := stripPlace{strip: s, dst: dst, row: len(s.ref), cost: cost, settled: true, inside: inside}
	if !p.gather() {
		return dst, false
	}
	p.price()
	p.row = len(s.ref)
	return p.walk()
}

// gather finds the cells, from the end on.
func (p *stripPlace) gather() bool {
	w, g := &p.web, &p.lattice
	w.rows, w.steps = w.rows[:0], w.steps[:0]
	w.starts, w.ends = resized(w.starts, len(g.arcs)), resized(w.ends, len(g.arcs))
	most := mostCells * (len(g.arcs) + len(p.ref))
	pass := []int32{int32(len(p.ref))}
	for p.segment = len(p.segments) - 1; p.segment >= 0; p.segment-- {
		q := &p.segments[p.segment]
		n := int(q.to - q.from)
		p.deepest = int(pass[0])
		for len(w.need) <= n {
			w.need = append(w.need, nil)
		}
		for v := range n {
			w.need[v] = w.need[v][:0]
		}
		w.need[n] = append(w.need[n][:0], pass...)
		for k := q.end - 1; k >= q.first; k-- {
			e := &g.arcs[k]
			p.gatherArc(k, w.need[e.to-q.from], &w.need[e.from-q.from])
		}
		if pass = append(pass[:0], w.need[0]...); len(w.rows) > most || p.inside && p.left {
			return false
		}
	}
	return true
}

// gatherArc finds the cells of an arc by the rows in which paths pass the node that
// it leads to, and adds those in which they pass the one that it comes from.
func (p *stripPlace) gatherArc(arc int32, need []int32, from *[]int32) {
	w, e := &p.web, &p.lattice.arcs[arc]
	w.starts[arc] = int32(len(w.rows))
	only := len(p.lattice.into(e.to)) == 1
	down := int32(-1) // the row below which there was a step down
	for k := 0; k < len(need) || down >= 0; {
		row := down
		if down < 0 || k < len(need) && need[k] > down {
			row = need[k]
		}
		if p.row = int(row); p.inside && p.outsideBand() {
			p.left = true
			return
		}
		reached := row == down
		if k < len(need) && need[k] == row {
			k++
			reached = reached || only || p.wins(arc)
		}
		if down = -1; !reached {
			continue
		}
		both, along, below := p.steps(arc)
		var s webStep
		if along {
			s |= webAlong
			insert(from, row)
		}
		if both {
			s |= webBoth
			insert(from, row-1)
		}
		if below {
			s |= webDown
			down = row - 1
		}
		w.rows, w.steps = append(w.rows, row), append(w.steps, s)
	}
	w.ends[arc] = int32(len(w.rows))
}

// wins says whether a node costs no more than by an arc that leads to it.
func (p *stripPlace) wins(arc int32) bool {
	if e := &p.lattice.arcs[arc]; p.aboveBand() {
		return p.isShortest(e, e.to)
	}
	t := p.enter(arc)
	at, bit := t.place(arc, p.row)
	return t.won[at]>>bit&1 != 0
}

// insert puts a row into a falling list, once.
func insert(rows *[]int32, row int32) {
	list := *rows
	k := len(list)
	for k > 0 && list[k-1] < row {
		k--
	}
	if k == 0 || list[k-1] != row {
		*rows = slices.Insert(list, k, row)
	}
}

// price computes the cells from the beginning on, and leaves one step back of each.
func (p *stripPlace) price() {
	w, g := &p.web, &p.lattice
	w.costs = sized(w.costs, len(w.rows))
	for k := int32(1); int(k) < len(g.arcs); k++ {
		e := &g.arcs[k]
		for at := w.ends[k] - 1; at >= w.starts[k]; at-- {
			both, along, down := float32(infinite), float32(infinite), float32(infinite)
			row, steps := w.rows[at], w.steps[at]
			if steps&webAlong != 0 {
				_, along = p.cheapest(e.from, int(row))
				along += e.gap
			}
			if steps&webBoth != 0 {
				if _, both = p.cheapest(e.from, int(row)-1); !p.equal(e, int(row)-1) {
					both += 4
				}
			}
			if steps&webDown != 0 {
				down = w.costs[at+1] + 3
			}
			switch {
			case both <= along && both <= down:
				w.costs[at], w.steps[at] = both, webBoth
			case along < down || along == down && p.swapped:
				w.costs[at], w.steps[at] = along, webAlong
			default:
				w.costs[at], w.steps[at] = down, webDown
			}
		}
	}
}

// cheapest returns the first arc that leads to a node as cheaply as any in a row,
// and what it costs there.
func (p *stripPlace) cheapest(node int32, row int) (arc int32, cost float32) {
	if node == 0 {
		return 0, 3 * float32(row)
	}
	cost = infinite
	for _, k := range p.lattice.into(node) {
		if at := p.web.find(k, int32(row)); at >= 0 && p.web.costs[at] < cost {
			arc, cost = k, p.web.costs[at]
		}
	}
	return arc, cost
}
