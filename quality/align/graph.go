package align

import (
	"cmp"
	"math"
	"slices"
)

// graph is a lattice made ready: its arcs lie in topological order behind an arc
// 0 that leads into the first node, and all are on a path to the last node.
type graph struct {
	arcs []edge
	// in lists the arcs into a node, first come first: those of node v are
	// in[starts[v]:starts[v+1]].
	in     []int32
	starts []int32
	// outs[v] is the first of the arcs from node v.
	outs []int32
	last int32 // node
	// ahead and behind bound the words on the way to a node and from it on.
	ahead, behind []span
	chain         bool // each arc follows the one before it
	wild          bool // there are Wildcards
	deletable     bool // there are Deletables that may be left out
	reach         []bool

	// Room that is used again.
	shift, inner, fill []int32
	back               []bool
	order              []int32
}

type edge struct {
	from, to int32
	origin   int32 // index in Lattice.Arcs, -1 for arc 0
	kind     ArcKind
	token    int64 // of words; what is none has a number that no other has
	gap      float32
	free     bool // leaving it out costs less than a word
}

type span struct{ least, most int32 }

// What no word and no other kind has for a number.
const (
	noWord  = int64(math.MinInt64)
	anyWord = noWord + 1
)

// mostWild is the most words of a Wildcard, each of which is an arc here.
const mostWild = 64

// build makes a lattice ready. others is the number of arcs of the other side,
// beyond which a Wildcard needs not reach.
func (g *graph) build(l Lattice, o LatticeOptions, others int) {
	most := int32(min(others, mostWild))
	g.prune(l)
	g.arcs = append(g.arcs[:0], edge{from: -1, origin: -1, kind: Empty, token: noWord})
	g.last, g.wild, g.deletable = 0, false, false
	if len(g.reach) == 0 {
		g.link(1)
		return
	}
	// The arcs of a Wildcard's further words need nodes of their own, right
	// behind the one they come from.
	g.shift = resized(g.shift, int(l.Nodes)+1)
	shift := g.shift
	clear(shift)
	for _, a := range l.Arcs {
		if g.on(a) && a.Kind == Wildcard {
			shift[a.From+1] += max(0, min(a.Token, most)-1)
		}
	}
	for v := range l.Nodes {
		shift[v+1] += shift[v]
	}
	g.inner = append(g.inner[:0], shift[:l.Nodes]...) // the next node free behind v, less v + 1
	inner := g.inner
	for _, k := range g.order {
		a := l.Arcs[k]
		if !g.on(a) {
			continue
		}
		e := edge{from: a.From + shift[a.From], to: a.To + shift[a.To], origin: k, kind: a.Kind, token: int64(a.Token)}
		e.gap = o.gap(a.Kind)
		e.free = e.gap < o.gap(Word)
		switch a.Kind {
		case Wildcard:
			g.wild = true
			e.token = anyWord
			words := min(a.Token, most)
			if words <= 0 {
				e.kind, e.token, e.gap = Empty, noWord, o.gap(Empty)
				e.free = true
			}
			for ; words > 1; words-- {
				inner[a.From]++
				end := e.to
				e.to = a.From + inner[a.From]
				g.arcs = append(g.arcs, e)
				e.from, e.to = e.to, end
			}
		case Empty:
			e.token = noWord
		case Deletable:
			g.deletable = g.deletable || o.Deletable
		}
		g.arcs = append(g.arcs, e)
	}
	g.last = l.Nodes - 1 + shift[l.Nodes-1]
	if !slices.IsSortedFunc(g.arcs, byNode) {
		slices.SortStableFunc(g.arcs, byNode)
	}
	g.link(g.last + 1)
}

func byNode(a, b edge) int { return cmp.Compare(a.from, b.from) }

// gap returns what leaving out an arc costs.
func (o LatticeOptions) gap(k ArcKind) float32 {
	switch {
	case k == Empty && o.Costs == SCLite:
		return 0.001
	case k == Empty || k == Wildcard:
		return 0
	case o.Costs == SCLite && k == Deletable && o.Deletable:
		return 2
	case o.Costs == SCLite:
		return 3
	case k == Deletable && o.Deletable:
		return 0
	}
	return 1
}

// prune finds the nodes that lie on a path from the first to the last; none
// where there is no such path.
func (g *graph) prune(l Lattice) {
	g.reach = g.reach[:0]
	if l.Nodes <= 1 {
		return
	}
	g.sort(l)
	nodes := l.Nodes
	g.reach = slices.Grow(g.reach, int(nodes))[:nodes]
	clear(g.reach)
	g.reach[0] = true
	for _, k := range g.order {
		if a := l.Arcs[k]; g.reach[a.From] {
			g.reach[a.To] = true
		}
	}
	g.back = slices.Grow(g.back[:0], int(nodes))[:nodes]
	back := g.back
	clear(back)
	back[nodes-1] = true
	for _, k := range slices.Backward(g.order) {
		if a := l.Arcs[k]; back[a.To] {
			back[a.From] = true
		}
	}
	for v := range g.reach {
		g.reach[v] = g.reach[v] && back[v]
	}
	if !g.reach[0] || !g.reach[nodes-1] {
		g.reach = g.reach[:0]
	}
}

// sort lists the arcs that lead forward by the node that they come from.
func (g *graph) sort(l Lattice) {
	g.fill = resized(g.fill, int(l.Nodes)+1)
	clear(g.fill)
	forward := func(a Arc) bool { return a.From >= 0 && a.From < a.To && a.To < l.Nodes }
	count := int32(0)
	for _, a := range l.Arcs {
		if forward(a) {
			g.fill[a.From+1]++
			count++
		}
	}
	for v := range l.Nodes {
		g.fill[v+1] += g.fill[v]
	}
	g.order = resized(g.order, int(count))
	for k, a := range l.Arcs {
		if forward(a) {
			g.order[g.fill[a.From]] = int32(k)
			g.fill[a.From]++
		}
	}
}

// on says whether an arc is on a path.
func (g *graph) on(a Arc) bool {
	return a.From >= 0 && a.From < a.To && int(a.To) < len(g.reach) && g.reach[a.From] && g.reach[a.To]
}

// link fills what follows from the arcs.
func (g *graph) link(nodes int32) {
	g.starts = resized(g.starts, int(nodes)+1)
	clear(g.starts)
	for _, a := range g.arcs {
		g.starts[a.to+1]++
	}
	for v := range nodes {
		g.starts[v+1] += g.starts[v]
	}
	g.in = resized(g.in, len(g.arcs))
	g.fill = append(g.fill[:0], g.starts...)
	fill := g.fill
	g.chain = true
	for k, a := range g.arcs {
		g.in[fill[a.to]] = int32(k)
		fill[a.to]++
		g.chain = g.chain && a.from == int32(k)-1 && a.to == int32(k)
	}
	for v := range nodes {
		in := g.into(v)
		if len(in) > 1 {
			slices.SortFunc(in, func(a, b int32) int { return cmp.Compare(g.arcs[a].origin, g.arcs[b].origin) })
		}
	}
	g.outs = resized(g.outs, int(nodes)+1)
	k := int32(1)
	for v := range nodes {
		g.outs[v] = k
		for int(k) < len(g.arcs) && g.arcs[k].from == v {
			k++
		}
	}
	g.outs[nodes] = k
	g.measure(nodes)
}

// into returns the arcs that lead into a node, first come first.
func (g *graph) into(v int32) []int32 { return g.in[g.starts[v]:g.starts[v+1]] }

// before returns the arcs that may stand before one.
func (g *graph) before(arc int32) []int32 {
	if from := g.arcs[arc].from; from >= 0 {
		return g.into(from)
	}
	return nil
}

// measure bounds the words before and after each node. What may be left out for
// nothing is or is not a word.
func (g *graph) measure(nodes int32) {
	g.ahead = slices.Grow(g.ahead[:0], int(nodes))[:nodes]
	g.behind = slices.Grow(g.behind[:0], int(nodes))[:nodes]
	for v := range nodes {
		g.ahead[v], g.behind[v] = span{math.MaxInt32, -1}, span{math.MaxInt32, -1}
	}
	g.ahead[0], g.behind[g.last] = span{}, span{}
	for _, a := range g.arcs[1:] {
		g.ahead[a.to].widen(g.ahead[a.from], a)
	}
	for k := len(g.arcs) - 1; k > 0; k-- {
		a := g.arcs[k]
		g.behind[a.from].widen(g.behind[a.to], a)
	}
}

func (s *span) widen(t span, a edge) {
	least, most := int32(1), int32(1)
	if a.free {
		least = 0
	}
	if a.kind == Empty {
		most = 0
	}
	s.least, s.most = min(s.least, t.least+least), max(s.most, t.most+most)
}
