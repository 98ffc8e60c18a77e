package align

import (
	"math"
	"sync"
)

// mesh is the matrix of two lattices: a row for each reference arc, a column for
// each arc of the hypothesis. A cell holds the cost of the cheapest alignment
// of two paths that end with these two arcs, in sclite's single precision.
//
// A row is computed from the cheapest of each column over the arcs before it,
// which is kept by node. Only a band is computed, as in grid; where the whole
// is too large to be kept, the rows of the nodes at every few arcs are, and the
// rows between are computed once more for the walk back.
type mesh struct {
	options  LatticeOptions
	ref, hyp graph
	swap     float32 // a substitution's cost
	unit     float32 // the least that leaving out a word costs

	width       int     // of the band: the most words left out
	whole       bool    // the matrix is kept whole
	lows, highs []int32 // the band's bounds, by column: see frame
	tokens      []int64 // by column
	gaps        []float32
	rows        []row     // of the reference's nodes
	arena       []float32 // the room left for rows where the whole is kept
	cells       []float32 // all of it
	spare       [][]float32
	stages      []stage
	lines       []row // of the arcs of one stage
	from        []float32
	narrow      narrow
}

// row holds the costs of columns low, low+1 … and, for a node into which
// several arcs lead, which of them is the cheapest.
type row struct {
	low   int32
	costs []float32
	arcs  []int32
	arc   int32 // where arcs is nil
}

// stage is what is kept to compute a run of arcs once more.
type stage struct {
	first, end int // arcs
	nodes      []int32
	rows       []row
}

var meshes = sync.Pool{New: func() any { return new(mesh) }}

// wholeCells is the size of the matrices that are kept whole: 4 MB.
const wholeCells = 1 << 20

var infinite = float32(math.Inf(1))

// at returns the cost of a column.
func (r *row) at(column int32) float32 {
	if k := column - r.low; k >= 0 && int(k) < len(r.costs) {
		return r.costs[k]
	}
	return infinite
}

// last returns the arc whose cost it is.
func (r *row) last(column int32) int32 {
	if r.arcs == nil {
		return r.arc
	}
	return r.arcs[column-r.low]
}

// align finds the cheapest path in a band that proves it, as solve does.
func (m *mesh) align() Alignment {
	m.price()
	n, columns := len(m.ref.arcs), len(m.hyp.arcs)
	most := n + columns
	k := most
	if n*columns > wholeCells {
		k = min(most, abs(n-columns)+max(64, n/64))
	}
	m.frame()
	for {
		m.width, m.whole = k, n*columns <= wholeCells
		cost, ref, hyp := m.sweep()
		bound := most
		if cost < float32(most)*m.unit {
			bound = int(cost/m.unit) + 1
		}
		switch {
		case k >= most || bound <= k:
			return m.trace(ref, hyp)
		case bound <= 16*k:
			k = bound
		default:
			k = min(most, 4*k)
		}
	}
}

// price fills in what an error costs.
func (m *mesh) price() {
	m.swap, m.unit = 1, 1
	if m.options.Costs == SCLite {
		m.swap, m.unit = 4, 3
		if m.ref.deletable || m.hyp.deletable {
			m.unit = 2
		}
	}
}

// frame makes the columns' part of the band. With b words before a place and a
// after it, a place too far to the left of the reference's costs at least
//
//	(least b - most b') + (least a' - most a)  words left out, ' of the column,
//
// and one too far to the right likewise. The bounds are made monotonous.
func (m *mesh) frame() {
	g := &m.hyp
	m.tokens, m.gaps = m.tokens[:0], m.gaps[:0]
	for _, a := range g.arcs {
		m.tokens, m.gaps = append(m.tokens, a.token), append(m.gaps, a.gap)
	}
	m.lows, m.highs = resized(m.lows, len(g.arcs)), resized(m.highs, len(g.arcs))
	top := int32(math.MinInt32)
	for k, a := range g.arcs {
		top = max(top, g.ahead[a.to].most-g.behind[a.to].least)
		m.lows[k] = top
	}
	bottom := int32(math.MaxInt32)
	for k := len(g.arcs) - 1; k >= 0; k-- {
		a := g.arcs[k]
		bottom = min(bottom, g.ahead[a.to].least-g.behind[a.to].most)
		m.highs[k] = bottom
	}
}

// band returns the columns of a node's rows.
func (m *mesh) band(node int32) (low, high int32) {
	ahead, behind := m.ref.ahead[node], m.ref.behind[node]
	low = lowerBound(m.lows, ahead.least-behind.most-int32(m.width))
	high = lowerBound(m.highs, ahead.most-behind.least+int32(m.width)+1) - 1
	return low, max(low, high)
}

// lowerBound returns the first index whose value is not below x.
func lowerBound(values []int32, x int32) int32 {
	low, high := 0, len(values)
	for low < high {
		if mid := (low + high) / 2; values[mid] < x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return int32(low)
}

// sweep computes the band and returns the cheapest pair of last arcs with its
// cost.
func (m *mesh) sweep() (cost float32, ref, hyp int32) {
	n := len(m.ref.arcs)
	if m.whole {
		m.arena = m.cells
	}
	m.rows = append(m.rows[:0], make([]row, m.ref.last+1)...)
	m.stages = m.stages[:0]
	size := n
	if !m.whole {
		size = max(16, int(math.Sqrt(float64(n))))
	}
	for first := 0; first < n; first += size {
		s := stage{first: first, end: min(n, first+size)}
		if first > 0 {
			m.keep(&s)
		}
		m.stages = append(m.stages, s)
		m.compute(s, m.whole)
	}
	return m.cheapest(&m.rows[m.ref.last], m.hyp.into(m.hyp.last))
}

// keep copies the rows of the nodes that the rest needs.
func (m *mesh) keep(s *stage) {
	for v := m.ref.arcs[s.first].from; v <= m.ref.last; v++ {
		r := m.rows[v]
		if r.costs == nil {
			continue
		}
		r.costs = append([]float32(nil), r.costs...)
		if r.arcs != nil {
			r.arcs = append([]int32(nil), r.arcs...)
		}
		s.nodes, s.rows = append(s.nodes, v), append(s.rows, r)
	}
}

// compute runs through the arcs of a stage. record keeps the rows of all its
// arcs in m.lines.
func (m *mesh) compute(s stage, record bool) {
	if record {
		m.lines = m.lines[:0]
	}
	for a := s.first; a < s.end; a++ {
		e := &m.ref.arcs[a]
		low, high := m.band(e.to)
		line := row{low: low, costs: m.take(int(high - low + 1)), arc: int32(a)}
		m.advance(int32(a), &line)
		if record {
			m.lines = append(m.lines, line)
		}
		m.merge(e.to, line, record)
		done := a+1 == len(m.ref.arcs) || m.ref.arcs[a+1].from != e.from
		if done && !record && e.from >= 0 {
			m.release(m.rows[e.from])
			m.rows[e.from] = row{}
		}
	}
}

// merge takes the cheaper of each column into a node's row; of equals the arc
// that comes first.
func (m *mesh) merge(v int32, line row, record bool) {
	r := &m.rows[v]
	if len(m.ref.into(v)) == 1 {
		*r = line
		return
	}
	if r.costs == nil {
		*r = row{low: line.low, costs: line.costs, arcs: make([]int32, len(line.costs))}
		if record {
			r.costs = m.take(len(line.costs))
			copy(r.costs, line.costs)
		}
		for k := range r.arcs {
			r.arcs[k] = line.arc
		}
		return
	}
	origin := m.ref.arcs[line.arc].origin
	for k, c := range line.costs {
		if c < r.costs[k] || c == r.costs[k] && origin < m.ref.arcs[r.arcs[k]].origin {
			r.costs[k], r.arcs[k] = c, line.arc
		}
	}
	if !record {
		m.release(line)
	}
}

// take returns room for a row, release gives it back. Where the whole is kept,
// all of it is used again for the next pair.
func (m *mesh) take(n int) []float32 {
	if m.whole {
		if len(m.arena) < n {
			m.cells = make([]float32, max(1<<10, 2*len(m.cells), n))
			m.arena = m.cells
		}
		r := m.arena[:n:n]
		m.arena = m.arena[n:]
		return r
	}
	if k := len(m.spare) - 1; k >= 0 && cap(m.spare[k]) >= n {
		r := m.spare[k][:n]
		m.spare = m.spare[:k]
		return r
	}
	return make([]float32, n, n+n/8+8)
}

func (m *mesh) release(r row) {
	if r.costs != nil && !m.whole {
		m.spare = append(m.spare, r.costs)
	}
}

// cheapest returns the first cheapest of some columns, in the order of the
// reference's arcs and then of the columns: its cost, its arc and its column.
func (m *mesh) cheapest(r *row, columns []int32) (cost float32, ref, hyp int32) {
	cost = infinite
	for _, b := range columns {
		c := r.at(b)
		if c > cost || c == infinite {
			continue
		}
		if a := r.last(b); c < cost || m.ref.arcs[a].origin < m.ref.arcs[ref].origin {
			cost, ref, hyp = c, a, b
		}
	}
	return cost, ref, hyp
}
