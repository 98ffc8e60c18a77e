package align

import "slices"

// Lattice is a text with alternatives: a graph without cycles, whose arcs hold
// the words and whose paths from node 0 to node Nodes-1 are the texts that it
// stands for. One with a single node, or without any such path, stands for no
// words.
//
//	a { b c / @ } (uh) d
//
//	     ┌─b─(2)─c─┐
//	0─a─1┤         ├3──(uh)──4──d──5      @: Empty, (uh): Deletable
//	     └────@────┘
//
// The order of Arcs says which of several equally good alternatives is taken:
// the one whose last arc comes first.
type Lattice struct {
	Nodes int32
	Arcs  []Arc
}

// Arc is one word, or a place without one. It leads forward: From < To. Those
// that do not, or that lie on no path from the first node to the last, are as
// if they were not there.
type Arc struct {
	From, To int32
	// Token is the word's number. For a Wildcard it is the most words for which
	// it stands: up to 64, several in a row for more.
	Token int32
	Kind  ArcKind
}

// ArcKind says what an arc stands for.
type ArcKind uint8

// The kinds of arcs.
const (
	Word ArcKind = iota
	// Empty is no word: the branch "@" of an alternation. It is never in a Step.
	Empty
	// Deletable is a word that counts as correct where the other side does not
	// have it: "(uh)". It is then in a Step of its own whose other index is -1.
	Deletable
	// Wildcard stands for what nobody can know, as a redaction mark does: for
	// any words of the other side, from none to Token of them, which count as
	// correct. Each of them is in a Step with the Wildcard's index.
	Wildcard
)

// Chain returns the lattice of a plain text: arc k is token k.
func Chain(tokens []int32) Lattice {
	l := Lattice{Nodes: int32(len(tokens)) + 1, Arcs: make([]Arc, len(tokens))}
	for k, t := range tokens {
		l.Arcs[k] = Arc{From: int32(k), To: int32(k) + 1, Token: t}
	}
	return l
}

// LatticeOptions say what counts as equal and what as an error.
type LatticeOptions struct {
	Costs Costs
	// Deletable lets arcs of that kind be left out (sclite -D). Without it they
	// are words like others.
	Deletable bool
	// Equal says whether two words with different numbers count as the same
	// (sclite -F: "fi-" and "fish"). It may be nil.
	Equal func(ref, hyp int32) bool
}

// Lattices returns the cheapest alignment of any path of one lattice with any
// path of another. Step.Ref and Step.Hyp are indices of Arcs, or -1 where that
// side has no word; the arcs named are the words of the paths chosen.
//
// Under Levenshtein, leaving out an arc that is not a word, or that is
// Deletable, costs nothing. Under SCLite the costs and the choice among equals
// are those of NIST's sclite (SCTK, net_dp.c and word.c): 0.001 for an Empty
// arc, 2 for a Deletable one, both summed in single precision as it does; so
// the paths and the counts are sclite's own.
//
// Among paths of equal cost the rules of the package comment decide, with these
// additions. The walk back begins at the first pair of last arcs, reference
// before hypothesis, that is cheapest; where arcs meet, the first cheapest is
// taken. Under Levenshtein an Empty arc is stepped over at once; a word under a
// Wildcard is a pair of equal tokens; leaving out what costs nothing is a
// deletion or an insertion, which a run of such goes on through.
//
// For two chains the operations are those of [Tokens]. A plain text and a lattice
// (on either side) whose words a node parts at least every 127 take as [Tokens] does
// 64 cells at a time, in two to four times the time. Under SCLite there may be 900
// Empty arcs, or 400 where the cost is above 16,000 points. Else, and where Equal is
// given for more than 64 words or under SCLite, the cells of the band are computed
// one by one: memory grows with the root of the number of reference arcs times the
// width of the band in which the cheapest path can be, time with the reference arcs
// times that width. The band is narrowed by the seeds that the other side does not
// have.
func Lattices(ref, hyp Lattice, o LatticeOptions) Alignment {
	return AppendLattices(make(Alignment, 0, max(len(ref.Arcs), len(hyp.Arcs))+4), ref, hyp, o)
}

// AppendLattices is [Lattices] for those who align many pairs: it puts the
// operations behind those of a slice that they own.
func AppendLattices(dst Alignment, ref, hyp Lattice, o LatticeOptions) Alignment {
	m := meshes.Get().(*mesh[int32])
	defer meshes.Put(m)
	ref, hyp = ref.packed(), hyp.packed()
	start := len(dst)
	if out, ok := m.words(dst, ref, hyp, o); ok {
		slices.Reverse(out[start:])
		return out
	}
	if o.Costs == Levenshtein || ref.whole() && hyp.whole() {
		return append(dst[:start], m.lattices(ref, hyp, o)...)
	}
	f := floatMeshes.Get().(*mesh[float32])
	defer floatMeshes.Put(f)
	return append(dst[:start], f.lattices(ref, hyp, o)...)
}

// words aligns 64 cells at a time, where there is a way for the pair. The operations
// come last one first.
func (m *mesh[T]) words(dst Alignment, ref, hyp Lattice, o LatticeOptions) (out Alignment, ok bool) {
	switch {
	case m.ladder.fits(ref, hyp, o):
		return m.ladder.align(dst), true
	case m.narrow.fits(ref, hyp, o):
		return m.narrow.align(dst), true
	case m.strip.takes(ref, hyp, o):
		return m.strip.align(dst)
	}
	return dst, false
}

func (m *mesh[T]) lattices(ref, hyp Lattice, o LatticeOptions) Alignment {
	m.options = o
	m.ref.build(ref, o, len(hyp.Arcs))
	m.hyp.build(hyp, o, len(ref.Arcs))
	return m.align()
}

// whole says whether all costs are whole numbers: no Empty, nor a Wildcard that
// is as good as one.
func (l Lattice) whole() bool {
	return !slices.ContainsFunc(l.Arcs, func(a Arc) bool { return a.Kind == Empty || a.Kind == Wildcard })
}

// packed returns a lattice whose nodes are all of use, where most of them are
// not: so that a number takes no memory.
func (l Lattice) packed() Lattice {
	if int(l.Nodes) <= 4*len(l.Arcs)+4 {
		return l
	}
	nodes := []int32{0, l.Nodes - 1}
	for _, a := range l.Arcs {
		if a.From >= 0 && a.From < a.To && a.To < l.Nodes {
			nodes = append(nodes, a.From, a.To)
		}
	}
	slices.Sort(nodes)
	nodes = slices.Compact(nodes)
	out := Lattice{Nodes: int32(len(nodes)), Arcs: slices.Clone(l.Arcs)}
	for k, a := range l.Arcs {
		from, known := slices.BinarySearch(nodes, a.From)
		to, also := slices.BinarySearch(nodes, a.To)
		if !known || !also {
			from, to = 0, 0 // one that is as if it were not there
		}
		out.Arcs[k].From, out.Arcs[k].To = int32(from), int32(to)
	}
	return out
}
