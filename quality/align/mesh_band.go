package align

import "slices"

// band is the part of a mesh that is computed: for each node of the reference
// the columns low[v] … high[v], both rising with v. It is found as solve finds
// that of two plain texts: about what the texts share first, then as wide as the
// cost found there and the seeds that the hypothesis does not have let expect, and
// wider where a path that leaves it might cost no more than what was found.
type band[T price] struct {
	low, high []int32
	// leftOf[v] is the least column that is in the band of every node which an arc
	// from v leads to: a path that stands left of it may leave the band.
	leftOf []int32
	// crossing[c] is the first column from which an arc of the hypothesis leads
	// beyond column c.
	crossing []int32
	least    []T     // by node: the least of its cells
	exits    []T     // by node: the least that a path costs which leaves there
	lost     []int32 // by node: see lose
	wider    []int32
	hull     hull
	grams    grams
	steps    Alignment
	// ref and hyp are a path through each lattice: see representative.
	ref, hyp, refArcs, hypArcs []int32
}

// bandTile is how many nodes are made wider together.
const bandTile = 64

// margin is what single precision may be wrong by, of costs that are no whole
// numbers.
const margin = 1e-4

// whole makes a band of everything.
func (b *band[T]) whole(nodes, columns int) {
	b.low, b.high = resized(b.low, nodes), resized(b.high, nodes)
	for v := range nodes {
		b.low[v], b.high[v] = 0, int32(columns)-1
	}
}

// representative appends the words of the path that takes the first arc at each
// node, and the node (and with it the arc) that each leads to.
func (g *graph) representative(words, arcs []int32) (w, a []int32) {
	for v := int32(0); v != g.last; {
		first := int32(-1)
		for k := g.outs[v]; k < g.outs[v+1]; k++ {
			if first < 0 || g.arcs[k].origin < g.arcs[first].origin {
				first = k
			}
		}
		if e := &g.arcs[first]; e.kind == Word || e.kind == Deletable {
			words, arcs = append(words, int32(e.token)), append(arcs, first)
		}
		v = g.arcs[first].to
	}
	return words, arcs
}

// around makes the first band: about what a path through each lattice share, or
// about their alignment where that is too little.
func (m *mesh[T]) around() {
	b := &m.band
	nodes, last := int(m.ref.last)+1, int32(len(m.hyp.arcs))-1
	b.low, b.high = resized(b.low, nodes), resized(b.high, nodes)
	for v := range b.low {
		b.low[v], b.high[v] = last, -1
	}
	b.ref, b.refArcs = m.ref.representative(b.ref[:0], b.refArcs[:0])
	b.hyp, b.hypArcs = m.hyp.representative(b.hyp[:0], b.hypArcs[:0])
	// at puts the place after i and j words into the band.
	at := func(i, j int) {
		v, c := int32(0), int32(0)
		if i > 0 {
			v = m.ref.arcs[b.refArcs[i-1]].to
		}
		if j > 0 {
			c = b.hypArcs[j-1]
		}
		b.low[v], b.high[v] = min(b.low[v], c), max(b.high[v], c)
	}
	at(0, 0)
	if !b.shared(at) {
		b.steps = Append(b.steps[:0], b.ref, b.hyp, Levenshtein)
		i, j := 0, 0
		for _, s := range b.steps {
			if s.Op != Insertion {
				i++
			}
			if s.Op != Deletion {
				j++
			}
			at(i, j)
		}
	}
	b.high[nodes-1] = last
	b.close()
}

// shared calls at along the longest chain of seeds that both texts have, and at
// the corners of what lies between two of them. It says whether that is enough
// for a narrow band.
func (b *band[T]) shared(at func(i, j int)) bool {
	n, m := len(b.ref), len(b.hyp)
	b.hull.ref, b.hull.hyp = b.ref, b.hyp
	b.hull.seeds.index(b.hyp, seedWords)
	b.hull.chain()
	area, i, j := 0, 0, 0
	for _, a := range b.hull.chained {
		area += (int(a.ref) - i) * (int(a.hyp) - j)
		i, j = int(a.ref), int(a.hyp)
	}
	if area += (n - i) * (m - j); area > 32*m {
		return false
	}
	i, j = 0, 0
	for _, a := range append(b.hull.chained, anchor{int32(n), int32(m), 0}) {
		for ; i < int(a.ref); i++ {
			at(i, j)
			at(i, int(a.hyp))
		}
		at(i, j)
		for k := 0; k <= seedWords && i < n; k++ {
			at(i, int(a.hyp)+k)
			i++
		}
		j = int(a.hyp) + seedWords
	}
	return true
}

// close makes both bounds rise from the first column on.
func (b *band[T]) close() {
	n := len(b.low)
	for v := 1; v < n; v++ {
		b.high[v] = max(b.high[v], b.high[v-1])
	}
	b.low[0] = 0
	for v := n - 2; v >= 0; v-- {
		b.low[v] = min(b.low[v], b.low[v+1])
	}
	// A node that the path left out lies between columns that it left out too.
	for v := range b.low {
		b.low[v], b.high[v] = min(b.low[v], b.high[v]), max(b.low[v], b.high[v])
	}
}

// widen makes a band wider by some columns, by node.
func (m *mesh[T]) widen(width func(v int) int) {
	b := &m.band
	last := int32(len(m.hyp.arcs)) - 1
	for v := range b.low {
		t := int32(width(v))
		b.low[v], b.high[v] = max(0, b.low[v]-t), min(last, b.high[v]+t)
	}
	b.close()
}

// ready fills what follows from the bounds, and returns the number of cells.
func (m *mesh[T]) ready() (cells int) {
	b := &m.band
	b.leftOf = resized(b.leftOf, len(b.low))
	clear(b.leftOf)
	for _, e := range m.ref.arcs {
		if e.from >= 0 {
			b.leftOf[e.from] = max(b.leftOf[e.from], b.low[e.to])
		}
		cells += int(b.high[e.to]-b.low[e.to]) + 1
	}
	for v := range int32(len(b.low)) {
		if len(m.ref.into(v)) > 1 {
			cells += int(b.high[v]-b.low[v]) + 1 // the cheapest of them
		}
	}
	b.least, b.exits = sized(b.least, len(b.low)), sized(b.exits, len(b.low))
	for v := range b.least {
		b.least[v], b.exits[v] = infinite, infinite
	}
	return cells
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// cross fills crossing.
func (m *mesh[T]) cross() {
	b, g := &m.band, &m.hyp
	b.crossing = resized(b.crossing, len(g.arcs))
	for c := range b.crossing {
		b.crossing[c] = int32(c)
	}
	for c, a := range g.arcs {
		// The columns behind it go up to the last arc out of its end.
		if a.to == g.last {
			continue
		}
		if end := g.outs[a.to+1] - 1; end > int32(c) {
			b.crossing[end-1] = min(b.crossing[end-1], int32(c))
		}
	}
	for c := len(g.arcs) - 2; c >= 0; c-- {
		b.crossing[c] = min(b.crossing[c], b.crossing[c+1])
	}
}

// note looks at a row for paths that leave the band.
func (m *mesh[T]) note(line *row[T], v int32) {
	b := &m.band
	end := line.low + int32(len(line.costs))
	if m.measures {
		b.least[v] = min(b.least[v], slices.Min(line.costs))
		return
	}
	if end < int32(len(m.hyp.arcs)) {
		for c := max(line.low, b.crossing[end-1]); c < end; c++ {
			m.leave(v, c, line.costs[c-line.low])
		}
	}
	for c := line.low; c < min(end, b.leftOf[v]); c++ {
		m.leave(v, c, line.costs[c-line.low])
	}
}

// leave notes a place from which a path may leave the band. What it costs from
// there on is bounded by the number of words that are left and by the seeds that
// the hypothesis does not have.
func (m *mesh[T]) leave(v, column int32, cost T) {
	b := &m.band
	ref, hyp := m.ref.behind[v], m.hyp.behind[m.hyp.arcs[column].to]
	rest := max(b.lost[v], ref.least-hyp.most, hyp.least-ref.most)
	b.exits[v] = min(b.exits[v], cost+m.unit*T(rest))
}

// repair makes the band wider about the nodes where it was left too cheaply.
func (m *mesh[T]) repair(cost T, least int) {
	b := &m.band
	tiles := (len(b.low) + bandTile - 1) / bandTile
	b.wider = resized(b.wider, tiles)
	clear(b.wider)
	for v, exit := range b.exits {
		if exit > cost {
			continue
		}
		s := 2*int((cost-exit)/m.unit) + least
		reach := s/bandTile + 1
		for t := max(0, v/bandTile-reach); t <= min(v/bandTile+reach, tiles-1); t++ {
			b.wider[t] = max(b.wider[t], int32(s))
		}
	}
	m.widen(func(v int) int { return int(b.wider[v/bandTile]) })
}

// lose counts, for each node, the segments of the reference from there on that
// cost something on every path of at most that many words more or less: those in
// which each way through has a seed that the hypothesis does not have thereabouts.
// A segment lies between two nodes that no path avoids.
func (m *mesh[T]) lose(errors int) {
	b := &m.band
	nodes := int(m.ref.last) + 1
	b.lost = resized(b.lost, nodes+1)
	clear(b.lost)
	if m.options.Equal != nil || m.hyp.wild || !b.grams.index(&m.hyp) {
		return
	}
	m.width = errors
	ways := ways{graph: &m.ref}
	from, reach, next := int32(0), int32(0), 0
	for v := int32(0); v <= m.ref.last; v++ {
		for ; next < len(m.ref.arcs) && m.ref.arcs[next].from < v; next++ {
			reach = max(reach, m.ref.arcs[next].to)
		}
		if reach > v || m.ref.ahead[v].least-m.ref.ahead[from].least < gramWords {
			continue
		}
		low, high := m.reach(from)
		_, far := m.reach(v)
		if ways.each(from, v, func(way []int32) bool {
			for k := 0; k+gramWords <= len(way); k++ {
				if !within(b.grams.bucket(b.grams.hash(way[k:])), int(low), int(max(high, far))) {
					return true
				}
			}
			return false
		}) {
			b.lost[from]++
		}
		from = v
	}
	for v := nodes - 1; v >= 0; v-- {
		b.lost[v] += b.lost[v+1]
	}
}

// ways walks the ways from one node to another.
type ways struct {
	graph *graph
	words []int32
	count int
}

// mostWays is how many ways through a segment are looked at, and mostWords how
// many words of one.
const (
	mostWays  = 24
	mostWords = 16
)

// each says whether f is true for all ways; it is not where there are too many.
func (w *ways) each(from, to int32, f func([]int32) bool) bool {
	w.words, w.count = w.words[:0], 0
	return w.walk(from, to, f)
}

func (w *ways) walk(v, to int32, f func([]int32) bool) bool {
	if v == to {
		w.count++
		return w.count <= mostWays && f(w.words)
	}
	if len(w.words) >= mostWords {
		return false
	}
	for k := w.graph.outs[v]; k < w.graph.outs[v+1]; k++ {
		e := &w.graph.arcs[k]
		if e.kind == Wildcard {
			return false
		}
		if e.kind != Word && !w.walk(e.to, to, f) {
			return false
		}
		if e.kind != Empty {
			w.words = append(w.words, int32(e.token))
			ok := w.walk(e.to, to, f)
			w.words = w.words[:len(w.words)-1]
			if !ok {
				return false
			}
		}
	}
	return true
}

// gramWords is the length of the seeds of lattices: shorter than that of other
// seeds, as errors then share fewer of them, and the band is all that counts here.
const gramWords = 3

// grams lists where each run of gramWords words begins in a lattice.
type grams struct {
	seeds
	found []gram
	words [gramWords]int32
	room  int // how many steps more it may take
}

type gram struct {
	hash  uint64
	place int32
}

// index fills the list; it gives up, and returns false, where there are too many.
func (s *grams) index(g *graph) bool {
	s.found, s.room = s.found[:0], 48*len(g.arcs)+256
	s.size(len(g.arcs))
	for c := 1; c < len(g.arcs); c++ {
		if g.arcs[c].kind != Empty && !s.extend(g, int32(c), int32(c), 0) {
			return false
		}
	}
	s.put(s.found)
	return true
}

// extend takes the word of an arc as the next of a run.
func (s *grams) extend(g *graph, start, arc int32, n int) bool {
	s.words[n] = int32(g.arcs[arc].token)
	if n+1 == gramWords {
		s.found = append(s.found, gram{s.hash(s.words[:]), start})
		return true
	}
	return s.onward(g, start, g.arcs[arc].to, n+1)
}

// onward goes on from a node, over arcs that may be left out too.
func (s *grams) onward(g *graph, start, v int32, n int) bool {
	if s.room--; s.room < 0 {
		return false
	}
	for k := g.outs[v]; k < g.outs[v+1]; k++ {
		e := &g.arcs[k]
		if e.kind != Empty && !s.extend(g, start, k, n) {
			return false
		}
		if e.kind != Word && !s.onward(g, start, e.to, n) {
			return false
		}
	}
	return true
}

func (s *grams) hash(words []int32) uint64 {
	_ = words[gramWords-1]
	return s.mix(words[:gramWords])
}

// put sorts places into the table by hash, each hash's rising.
func (s *seeds) put(found []gram) {
	s.places = resized(s.places, len(found))
	for _, f := range found {
		s.starts[f.hash+1]++
	}
	for k := range len(s.starts) - 1 {
		s.starts[k+1] += s.starts[k]
	}
	for _, f := range slices.Backward(found) {
		s.starts[f.hash+1]--
		s.places[s.starts[f.hash+1]] = f.place
	}
}
