package align

import (
	"math"
	"slices"
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
type mesh[T price] struct {
	options  LatticeOptions
	ref, hyp graph
	swap     T // a substitution's cost
	unit     T // the least that leaving out a word costs that may not be

	band        band[T]
	measures    bool    // this sweep is for band.least, not for band.exits
	width       int     // for reach: the most words left out
	whole       bool    // the band is kept whole
	lows, highs []int32 // what a number of words reaches, by column: see frame
	tokens      []int64 // by column
	gaps        []T
	forks       []int32  // columns that follow another than the one before, rising
	rows        []row[T] // of the reference's nodes
	arena       []T      // the room left for rows where the whole is kept
	cells       []T      // all of it
	spare       [][]T
	stages      []stage[T]
	lines       []row[T] // of the arcs of one stage
	from        []T
	ladder      ladder
	narrow      narrow
	strip       strip
}

// row holds the costs of columns low, low+1 … and, for a node into which
// several arcs lead, which of them is the cheapest.
type row[T price] struct {
	low   int32
	costs []T
	arcs  []int32
	arc   int32 // where arcs is nil
}

// stage is what is kept to compute a run of arcs once more.
type stage[T price] struct {
	first, end int // arcs
	nodes      []int32
	rows       []row[T]
}

// price is what an error costs: a whole number, or in sclite's single precision
// where there are places without a word, which cost a thousandth.
type price interface{ int32 | float32 }

var (
	meshes      = sync.Pool{New: func() any { return new(mesh[int32]) }}
	floatMeshes = sync.Pool{New: func() any { return new(mesh[float32]) }}
)

// wholeCells is the size of the bands that are kept whole: 8 MB. Of matrices of
// smallCells and less all is computed.
const (
	wholeCells = 1 << 21
	smallCells = 1 << 14
)

// infinite is more than any path costs.
const infinite = 1 << 29

// at returns the cost of a column.
func (r *row[T]) at(column int32) T {
	if k := column - r.low; k >= 0 && int(k) < len(r.costs) {
		return r.costs[k]
	}
	return infinite
}

// last returns the arc whose cost it is.
func (r *row[T]) last(column int32) int32 {
	if r.arcs == nil {
		return r.arc
	}
	return r.arcs[column-r.low]
}

// firstColumns is how far the first band reaches beyond the path that it is
// about.
const firstColumns = 12

// align finds the cheapest path in a band that proves it, as solve does.
func (m *mesh[T]) align() Alignment {
	m.price()
	nodes, columns := int(m.ref.last)+1, len(m.hyp.arcs)
	b := &m.band
	if len(m.ref.arcs)*columns <= smallCells {
		b.whole(nodes, columns)
		_, ref, hyp := m.sweep()
		return m.trace(ref, hyp)
	}
	m.lows, m.highs = m.hyp.frame(m.lows, m.highs)
	m.cross()
	m.around()
	m.widen(func(int) int { return firstColumns })
	m.measures = true
	cost, _, _ := m.sweep()
	m.measures = false
	if cost >= infinite { // the band breaks off
		b.whole(nodes, columns)
		_, ref, hyp := m.sweep()
		return m.trace(ref, hyp)
	}
	m.lose(int(cost/m.unit) + 1)
	m.widen(func(v int) int {
		rest := int((cost - b.least[v]) / m.unit)
		t := max(0, min(rest/2, rest-int(b.lost[v])))
		return max(0, t+t/5+8-firstColumns/2)
	})
	for least := firstColumns; ; least *= 2 {
		cost, ref, hyp := m.sweep()
		limit := cost
		if m.options.Costs == SCLite {
			limit += T(float64(cost) * margin) // thousandths, in single precision
		}
		if slices.Min(b.exits) > limit {
			return m.trace(ref, hyp)
		}
		m.repair(limit, least)
	}
}

// price fills in what an error costs, and what the columns hold.
func (m *mesh[T]) price() {
	m.tokens, m.gaps, m.forks = m.tokens[:0], m.gaps[:0], m.forks[:0]
	for k, a := range m.hyp.arcs {
		if before := m.hyp.before(int32(k)); k > 0 && (len(before) != 1 || before[0] != int32(k)-1) {
			m.forks = append(m.forks, int32(k))
		}
		m.tokens, m.gaps = append(m.tokens, a.token), append(m.gaps, T(a.gap))
	}
	m.swap, m.unit = 1, 1
	if m.options.Costs == SCLite {
		m.swap, m.unit = 4, 3
	}
}

// frame makes the columns' part of what reach says. With b words before a place and a
// after it, a place too far to the left of the reference's costs at least
//
//	(least b - most b') + (least a' - most a)  words left out, ' of the column,
//
// and one too far to the right likewise. The bounds are made monotonous.
func (g *graph) frame(lows, highs []int32) (l, h []int32) {
	lows, highs = resized(lows, len(g.arcs)), resized(highs, len(g.arcs))
	top := int32(math.MinInt32)
	for k, a := range g.arcs {
		top = max(top, g.ahead[a.to].most-g.behind[a.to].least)
		lows[k] = top
	}
	bottom := int32(math.MaxInt32)
	for k := len(g.arcs) - 1; k >= 0; k-- {
		a := g.arcs[k]
		bottom = min(bottom, g.ahead[a.to].least-g.behind[a.to].most)
		highs[k] = bottom
	}
	return lows, highs
}

// reach returns the columns at which a path can be at a node that has no more
// than m.width words left out.
func (m *mesh[T]) reach(node int32) (low, high int32) {
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
func (m *mesh[T]) sweep() (cost T, ref, hyp int32) {
	n, cells := len(m.ref.arcs), m.ready()
	if m.whole = cells <= wholeCells; m.whole {
		m.cells = sized(m.cells, cells)
		m.arena = m.cells
	}
	m.rows = append(m.rows[:0], make([]row[T], m.ref.last+1)...)
	m.stages = m.stages[:0]
	size := n
	if !m.whole {
		size = max(16, int(math.Sqrt(float64(n))))
	}
	for first := 0; first < n; first += size {
		s := stage[T]{first: first, end: min(n, first+size)}
		if first > 0 {
			m.keep(&s)
		}
		m.stages = append(m.stages, s)
		m.compute(s, m.whole, false)
	}
	return m.cheapest(&m.rows[m.ref.last], m.hyp.into(m.hyp.last))
}

// keep copies the rows of the nodes that the rest needs.
func (m *mesh[T]) keep(s *stage[T]) {
	for v := m.ref.arcs[s.first].from; v <= m.ref.last; v++ {
		r := m.rows[v]
		if r.costs == nil {
			continue
		}
		r.costs = append([]T(nil), r.costs...)
		if r.arcs != nil {
			r.arcs = append([]int32(nil), r.arcs...)
		}
		s.nodes, s.rows = append(s.nodes, v), append(s.rows, r)
	}
}

// compute runs through the arcs of a stage, for the first time or again. record
// keeps the rows of all its arcs in m.lines.
func (m *mesh[T]) compute(s stage[T], record, again bool) {
	if record {
		m.lines = m.lines[:0]
	}
	for a := s.first; a < s.end; a++ {
		e := &m.ref.arcs[a]
		low, high := m.band.low[e.to], m.band.high[e.to]
		line := row[T]{low: low, costs: m.take(int(high - low + 1)), arc: int32(a)}
		m.advance(int32(a), &line)
		if !again {
			m.note(&line, e.to)
		}
		if record {
			m.lines = append(m.lines, line)
		}
		m.merge(e.to, line, record)
		done := a+1 == len(m.ref.arcs) || m.ref.arcs[a+1].from != e.from
		if done && !record && e.from >= 0 {
			m.release(m.rows[e.from])
			m.rows[e.from] = row[T]{}
		}
	}
}

// merge takes the cheaper of each column into a node's row; of equals the arc
// that comes first.
func (m *mesh[T]) merge(v int32, line row[T], record bool) {
	r := &m.rows[v]
	if len(m.ref.into(v)) == 1 {
		*r = line
		return
	}
	if r.costs == nil {
		*r = row[T]{low: line.low, costs: line.costs, arcs: make([]int32, len(line.costs))}
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
func (m *mesh[T]) take(n int) []T {
	if m.whole {
		r := m.arena[:n:n]
		m.arena = m.arena[n:]
		return r
	}
	if k := len(m.spare) - 1; k >= 0 && cap(m.spare[k]) >= n {
		r := m.spare[k][:n]
		m.spare = m.spare[:k]
		return r
	}
	return make([]T, n, n+n/8+8)
}

func (m *mesh[T]) release(r row[T]) {
	if r.costs != nil && !m.whole {
		m.spare = append(m.spare, r.costs)
	}
}

// cheapest returns the first cheapest of some columns, in the order of the
// reference's arcs and then of the columns: its cost, its arc and its column.
func (m *mesh[T]) cheapest(r *row[T], columns []int32) (cost T, ref, hyp int32) {
	cost = infinite
	for _, b := range columns {
		c := r.at(b)
		if c > cost || c >= infinite {
			continue
		}
		if a := r.last(b); c < cost || m.ref.arcs[a].origin < m.ref.arcs[ref].origin {
			cost, ref, hyp = c, a, b
		}
	}
	return cost, ref, hyp
}
