package align

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// paths calls f with the arcs of each path of a lattice.
func paths(l Lattice, f func(arcs []int32)) {
	var walk func(node int32, arcs []int32)
	walk = func(node int32, arcs []int32) {
		if node == l.Nodes-1 {
			f(arcs)
		}
		for k, a := range l.Arcs {
			if a.From == node && a.To > node && a.To < l.Nodes {
				walk(a.To, append(arcs[:len(arcs):len(arcs)], int32(k)))
			}
		}
	}
	if l.Nodes > 0 {
		walk(0, nil)
	}
}

// fewestErrors tries all pairs of paths, each by the plain matrix.
func fewestErrors(ref, hyp Lattice, o LatticeOptions) int {
	free := func(a Arc) bool {
		return a.Kind == Empty || a.Kind == Wildcard || a.Kind == Deletable && o.Deletable
	}
	cost := func(a Arc) int {
		if free(a) {
			return 0
		}
		return 1
	}
	best := 1 << 30
	paths(ref, func(p []int32) {
		paths(hyp, func(q []int32) {
			d := make([][]int, len(p)+1)
			for i := range d {
				d[i] = make([]int, len(q)+1)
				for j := range d[i] {
					if i+j == 0 {
						continue
					}
					d[i][j] = 1 << 30
					if i > 0 {
						a := ref.Arcs[p[i-1]]
						d[i][j] = min(d[i][j], d[i-1][j]+cost(a))
						if j > 0 && a.Kind == Wildcard { // as many words as it takes
							counted := 0
							for k := j - 1; k >= 0; k-- {
								if counted += cost(hyp.Arcs[q[k]]); counted > int(a.Token) {
									break
								}
								d[i][j] = min(d[i][j], d[i-1][k])
							}
						}
					}
					if j > 0 {
						d[i][j] = min(d[i][j], d[i][j-1]+cost(hyp.Arcs[q[j-1]]))
					}
					if i > 0 && j > 0 {
						a, b := ref.Arcs[p[i-1]], hyp.Arcs[q[j-1]]
						c := 1
						if a.Token == b.Token && a.Kind != Empty && b.Kind != Empty && a.Kind != Wildcard {
							c = 0
						}
						d[i][j] = min(d[i][j], d[i-1][j-1]+c)
					}
				}
			}
			best = min(best, d[len(p)][len(q)])
		})
	})
	return best
}

// checkLatticeSteps holds an alignment against what it says of itself: its arcs
// are two whole paths, equal where they are called so. It returns the errors.
func checkLatticeSteps(t *testing.T, ref, hyp Lattice, o LatticeOptions, steps Alignment) (errors int) {
	t.Helper()
	side := func(l Lattice, of func(Step) int32) {
		var used []int32
		for _, s := range steps {
			k := of(s)
			if k < 0 || len(used) > 0 && used[len(used)-1] == k && l.Arcs[k].Kind == Wildcard {
				continue
			}
			used = append(used, k)
		}
		found := false
		paths(l, func(arcs []int32) {
			words := slices.DeleteFunc(slices.Clone(arcs), func(k int32) bool {
				a := l.Arcs[k]
				return a.Kind == Empty || a.Kind == Wildcard && !slices.Contains(used, k)
			})
			found = found || slices.Equal(words, used)
		})
		if !found {
			t.Errorf("%v are no path of %+v", used, l)
		}
	}
	side(ref, func(s Step) int32 { return s.Ref })
	side(hyp, func(s Step) int32 { return s.Hyp })
	for _, s := range steps {
		if s.Op != Correct {
			errors++
		}
		switch {
		case s.Ref < 0 && s.Hyp < 0, s.Op == Substitution && min(s.Ref, s.Hyp) < 0,
			s.Op == Insertion && s.Ref >= 0, s.Op == Deletion && s.Hyp >= 0:
			t.Errorf("step %+v", s)
		case s.Op == Correct && s.Ref >= 0 && s.Hyp >= 0:
			a, b := ref.Arcs[s.Ref], hyp.Arcs[s.Hyp]
			if a.Token != b.Token && a.Kind != Wildcard && b.Kind != Wildcard {
				t.Errorf("%+v is not %+v", a, b)
			}
		}
	}
	return errors
}

// randomLattice makes a chain of words with detours.
func randomLattice(r *rand.Rand, words int, vocabulary int32, branching float64, wild bool) Lattice {
	l := Lattice{Nodes: 1}
	word := func(from, to int32) {
		a := Arc{From: from, To: to, Token: r.Int32N(vocabulary)}
		switch x := r.Float64(); {
		case x < branching/4:
			a.Kind = Deletable
		case x < branching/2:
			a.Kind = Empty
		case x < branching*0.6 && wild:
			a.Kind, a.Token = Wildcard, r.Int32N(4)
		}
		l.Arcs = append(l.Arcs, a)
	}
	for range words {
		from := l.Nodes - 1
		if r.Float64() >= branching {
			l.Nodes++
			word(from, from+1)
			continue
		}
		length := 1 + r.Int32N(2)
		l.Nodes += length
		to := from + length
		for v := from; v < to; v++ {
			word(v, v+1)
		}
		word(from, to)
		if r.IntN(2) == 0 {
			word(from, to)
		}
	}
	return l
}

func TestFewestErrorsOfAllPaths(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for k := range 3000 {
		wild := k%3 == 0
		ref := randomLattice(r, r.IntN(6), 3, 0.4, wild)
		hyp := randomLattice(r, r.IntN(6), 3, 0.3*float64(k%2), false)
		o := LatticeOptions{Deletable: k%5 > 0}
		steps := Lattices(ref, hyp, o)
		if got, want := checkLatticeSteps(t, ref, hyp, o, steps), fewestErrors(ref, hyp, o); got != want {
			t.Fatalf("%+v\n%+v\n%+v: got %d errors, want %d: %v", ref, hyp, o, got, want, steps)
		}
		o.Costs = SCLite
		checkLatticeSteps(t, ref, hyp, o, Lattices(ref, hyp, o))
	}
}

// inArcs writes an alignment of tokens as one of chains.
func inArcs(a Alignment) Alignment {
	a = slices.Clone(a)
	for k := range a {
		switch a[k].Op {
		case Insertion:
			a[k].Ref = -1
		case Deletion:
			a[k].Hyp = -1
		}
	}
	return a
}

func TestChainsAlignAsTheirTokens(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, n := range []int{0, 1, 2, 5, 20, 64, 65, 200, 1300} {
		for _, vocabulary := range []int32{2, 50, 5000} {
			for _, rate := range []float64{0.05, 0.3, 0.9} {
				ref := words(r, n, vocabulary)
				hyp := distort(r, ref, vocabulary, rate)
				for _, c := range []Costs{Levenshtein, SCLite} {
					got := Lattices(Chain(ref), Chain(hyp), LatticeOptions{Costs: c})
					if want := inArcs(Tokens(ref, hyp, c)); !slices.Equal(got, want) {
						t.Fatalf("%v, %d words of %d, %g:\ngot  %v\nwant %v", c, n, vocabulary, rate, got, want)
					}
				}
			}
		}
	}
}

// wholeMesh aligns by the whole matrix.
func wholeMesh(ref, hyp Lattice, o LatticeOptions) Alignment {
	m := &mesh[float32]{options: o}
	m.ref.build(ref, o, len(hyp.Arcs))
	m.hyp.build(hyp, o, len(ref.Arcs))
	m.price()
	m.band.whole(int(m.ref.last)+1, len(m.hyp.arcs))
	_, a, b := m.sweep()
	return m.trace(a, b)
}

// TestShortTextsAlignAsByTheMesh compares the two ways on all that both do.
func TestShortTextsAlignAsByTheMesh(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for k := range 3000 {
		ref := randomLattice(r, r.IntN(70), 3+r.Int32N(20), 0.3, false)
		hyp := Chain(distortLattice(r, ref, 20, 0.3))
		o := LatticeOptions{Deletable: k%2 == 0}
		if k%5 == 0 {
			o.Equal = func(a, b int32) bool { return a%7 == b%7 }
		}
		if len(hyp.Arcs) > 64 {
			hyp = Chain(words(r, 64, 20))
		}
		if len(ref.Arcs) > 0 && !new(narrow).fits(ref, hyp, o) {
			t.Fatal("this should be a pair of that sort")
		}
		if got, want := Lattices(ref, hyp, o), wholeMesh(ref, hyp, o); !slices.Equal(got, want) {
			t.Fatalf("%+v\n%+v\n%+v:\ngot  %v\nwant %v", ref, hyp, o, got, want)
		}
	}
}

// distortLattice takes any path of a lattice and returns it with errors.
func distortLattice(r *rand.Rand, l Lattice, vocabulary int32, rate float64) []int32 {
	var path []int32
	for v := int32(0); v < l.Nodes-1; {
		var next []Arc
		for _, a := range l.Arcs {
			if a.From == v {
				next = append(next, a)
			}
		}
		a := next[r.IntN(len(next))]
		if a.Kind != Empty && a.Kind != Wildcard {
			path = append(path, a.Token)
		}
		v = a.To
	}
	return distort(r, path, vocabulary, rate)
}

func TestLongLatticesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, rate := range []float64{0.02, 0.1, 0.4} {
		for _, o := range []LatticeOptions{{}, {Deletable: true}, {Costs: SCLite}, {Costs: SCLite, Deletable: true}} {
			ref := randomLattice(r, 1300, 400, 0.1, rate == 0.1)
			hyp := Chain(distortLattice(r, ref, 400, rate))
			if rate == 0.4 {
				hyp = randomLattice(r, 1100, 400, 0.1, false)
			}
			if len(ref.Arcs)*len(hyp.Arcs) <= smallCells {
				t.Fatal("this is no long one")
			}
			if got, want := Lattices(ref, hyp, o), wholeMesh(ref, hyp, o); !slices.Equal(got, want) {
				t.Fatalf("%g, %+v:\ngot  %v\nwant %v", rate, o, got, want)
			}
		}
	}
}

func TestLatticesThatAreNone(t *testing.T) {
	words := Chain([]int32{1, 2})
	for name, l := range map[string]Lattice{
		"no nodes":          {},
		"negative":          {Nodes: -3},
		"a single node":     {Nodes: 1, Arcs: []Arc{{From: 0, To: 0}}},
		"no way":            {Nodes: 3, Arcs: []Arc{{From: 0, To: 1, Token: 1}}},
		"backwards":         {Nodes: 2, Arcs: []Arc{{From: 1, To: 0, Token: 1}, {From: -1, To: 1}, {From: 0, To: 7}}},
		"no way out of one": {Nodes: 4, Arcs: []Arc{{From: 0, To: 1, Token: 1}, {From: 2, To: 3, Token: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range []Costs{Levenshtein, SCLite} {
				if got := fmt.Sprint(Lattices(words, l, LatticeOptions{Costs: c})); got != "[{deletion 0 -1} {deletion 1 -1}]" {
					t.Errorf("as hypothesis: %s", got)
				}
				if got := fmt.Sprint(Lattices(l, words, LatticeOptions{Costs: c})); got != "[{insertion -1 0} {insertion -1 1}]" {
					t.Errorf("as reference: %s", got)
				}
			}
		})
	}
}

func TestWildcardsTakeNoMoreThanTheirWords(t *testing.T) {
	ref := Lattice{Nodes: 4, Arcs: []Arc{{From: 0, To: 1, Token: 1}, {From: 1, To: 2, Token: 2, Kind: Wildcard}, {From: 2, To: 3, Token: 9}}}
	for _, test := range []struct {
		hyp  []int32
		want string
	}{
		{[]int32{1, 9}, "[{correct 0 0} {correct 2 1}]"},
		{[]int32{1, 5, 6, 9}, "[{correct 0 0} {correct 1 1} {correct 1 2} {correct 2 3}]"},
		{[]int32{1, 5, 6, 7, 9}, "[{correct 0 0} {insertion -1 1} {correct 1 2} {correct 1 3} {correct 2 4}]"},
		{[]int32{1}, "[{correct 0 0} {deletion 2 -1}]"},
	} {
		for _, c := range []Costs{Levenshtein, SCLite} {
			if got := fmt.Sprint(Lattices(ref, Chain(test.hyp), LatticeOptions{Costs: c})); got != test.want {
				t.Errorf("%v %v: got %s, want %s", c, test.hyp, got, test.want)
			}
		}
	}
}

func TestNodeNumbersTakeNoMemory(t *testing.T) {
	const last = 1<<31 - 2
	l := Lattice{Nodes: last + 1, Arcs: []Arc{{From: 0, To: 1 << 30, Token: 5}, {From: 1 << 30, To: last, Token: 6}, {From: last, To: 1 << 30}, {From: -1, To: 7}}}
	for _, c := range []Costs{Levenshtein, SCLite} {
		if got := fmt.Sprint(Lattices(l, Chain([]int32{5, 6}), LatticeOptions{Costs: c})); got != "[{correct 0 0} {correct 1 1}]" {
			t.Errorf("%v: %s", c, got)
		}
	}
}

func FuzzLattices(f *testing.F) {
	f.Add([]byte{4, 0, 1, 1, 0, 1, 2, 2, 0, 1, 2, 3, 1, 2, 3, 4, 2}, []byte{1, 2, 4}, uint8(3))
	f.Add([]byte{3, 0, 1, 2, 3, 1, 2, 9, 0}, []byte{5, 5, 5, 9}, uint8(0))
	f.Fuzz(func(t *testing.T, graph, words []byte, flags uint8) {
		if len(graph) == 0 || len(graph) > 60 || len(words) > 6 {
			return
		}
		ref := Lattice{Nodes: int32(graph[0] % 8)}
		for graph = graph[1:]; len(graph) >= 4 && len(ref.Arcs) < 10; graph = graph[4:] {
			a := Arc{From: int32(int8(graph[0])), To: int32(int8(graph[1])), Token: int32(graph[2] % 5), Kind: ArcKind(graph[3] % 4)}
			ref.Arcs = append(ref.Arcs, a)
		}
		var tokens []int32
		for _, w := range words {
			tokens = append(tokens, int32(w%5))
		}
		hyp, o := Chain(tokens), LatticeOptions{Deletable: flags&1 != 0}
		ways := 0
		paths(ref, func([]int32) { ways++ })
		if ways == 0 || slices.ContainsFunc(ref.Arcs, func(a Arc) bool { return a.From < 0 || a.To >= ref.Nodes }) {
			Lattices(ref, hyp, o)
			return
		}
		if got, want := checkLatticeSteps(t, ref, hyp, o, Lattices(ref, hyp, o)), fewestErrors(ref, hyp, o); got != want {
			t.Errorf("%+v\n%v: got %d errors, want %d", ref, tokens, got, want)
		}
		o.Costs = SCLite
		checkLatticeSteps(t, ref, hyp, o, Lattices(ref, hyp, o))
	})
}
