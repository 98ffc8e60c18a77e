package align

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// nestedLattice makes a chain of words, some of which branch into ways that
// branch again, of up to 5 words.
func nestedLattice(r *rand.Rand, words int, vocabulary int32, branching float64, wild bool) Lattice {
	l := Lattice{Nodes: 1}
	arc := func(from, to int32) {
		a := Arc{From: from, To: to, Token: r.Int32N(vocabulary)}
		switch x := r.IntN(10); {
		case x == 0:
			a.Kind = Empty
		case x == 1:
			a.Kind = Deletable
		case x == 2 && wild:
			a.Kind, a.Token = Wildcard, r.Int32N(12)
		}
		l.Arcs = append(l.Arcs, a)
	}
	for range words {
		from := l.Nodes - 1
		if r.Float64() >= branching {
			l.Nodes++
			l.Arcs = append(l.Arcs, Arc{From: from, To: from + 1, Token: r.Int32N(vocabulary)})
			continue
		}
		inner := r.Int32N(5)
		l.Nodes += inner + 1
		for v := from; v <= from+inner; v++ {
			arc(v, v+1)
			for range r.IntN(3) {
				arc(v, v+1+r.Int32N(from+inner+1-v))
			}
		}
	}
	return l
}

// stripSteps aligns by a strip; ok is false for a pair that is not for it.
func stripSteps(ref, hyp Lattice, o LatticeOptions) (steps Alignment, ok bool) {
	var s strip
	if !s.takes(ref.packed(), hyp.packed(), o) {
		return nil, false
	}
	steps, ok = s.align(nil)
	slices.Reverse(steps)
	return steps, ok
}

// TestStripsAlignAsTheMesh holds a strip against the whole matrix, cell by cell,
// with the lattice on either side.
func TestStripsAlignAsTheMesh(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	lengths := []int{1, 2, 5, 20, 63, 64, 65, 127, 128, 129, 300}
	for k := range 96 {
		n := lengths[k%len(lengths)]
		vocabulary := []int32{2, 20, 500}[k%3]
		l := nestedLattice(r, n, vocabulary, []float64{0.05, 0.3, 0.8}[k/3%3], k%4 == 0)
		rate := []float64{0.05, 0.25, 0.8}[r.IntN(3)]
		text := Chain(distortLattice(r, l, vocabulary, rate))
		if k%17 == 0 && len(text.Arcs) > 200 { // a block is missing
			text = Chain(idsOf(text)[:50])
		}
		if len(text.Arcs) == 0 {
			continue
		}
		o := LatticeOptions{Deletable: k%2 == 0}
		for i, pair := range [][2]Lattice{{l, text}, {text, l}, {l, text}, {text, l}} {
			if i > 1 {
				o.Costs = SCLite
			}
			got, ok := stripSteps(pair[0], pair[1], o)
			if !ok {
				t.Fatal("this should be a pair for a strip")
			}
			if want := wholeMesh(pair[0], pair[1], o); !slices.Equal(got, want) {
				t.Fatalf("%d words of %d, %g, %+v:\ngot  %v\nwant %v", n, vocabulary, rate, o, got, want)
			}
		}
	}
}

func idsOf(l Lattice) []int32 {
	ids := make([]int32, len(l.Arcs))
	for k, a := range l.Arcs {
		ids[k] = a.Token
	}
	return ids
}

// TestWhatIsTooLargeForAStrip keeps to the mesh where a way is too long to be
// counted.
func TestWhatIsTooLargeForAStrip(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	for _, length := range []int32{1, 126, 127, 128, 200} {
		l := Chain(words(r, int(length), 30))
		l.Arcs = append(l.Arcs, Arc{From: 0, To: length, Token: 5})
		text := Chain(distort(r, idsOf(Chain(words(r, 90, 30))), 30, 0.1))
		_, ok := stripSteps(l, text, LatticeOptions{})
		if want := length <= 127; ok != want {
			t.Errorf("a way of %d words: taken %t", length, ok)
		}
		if got, want := Lattices(l, text, LatticeOptions{}), wholeMesh(l, text, LatticeOptions{}); !slices.Equal(got, want) {
			t.Errorf("%d:\ngot  %v\nwant %v", length, got, want)
		}
	}
}

// cut leaves so many words of a text.
func (l *Lattice) cut(most int) {
	if len(l.Arcs) > most {
		*l = Chain(idsOf(*l)[:most])
	}
}

// TestThousandthsDecideOnlyBetweenEquals holds texts with as many Empty arcs as a
// strip takes in sclite's costs, and with more, against the whole matrix.
func TestThousandthsDecideOnlyBetweenEquals(t *testing.T) {
	r := rand.New(rand.NewPCG(37, 38))
	for _, empty := range []int{mostThousandths, mostThousandths + 1} {
		text := words(r, 1000, 40)
		l := Chain(text)
		for _, at := range r.Perm(len(text))[:empty] {
			l.Arcs = append(l.Arcs, Arc{From: int32(at), To: int32(at) + 1, Kind: Empty})
		}
		hyp, o := Chain(distortLattice(r, l, 40, 0.2)), LatticeOptions{Costs: SCLite}
		if _, ok := stripSteps(l, hyp, o); ok != (empty <= mostThousandths) {
			t.Errorf("%d Empty arcs: taken %t", empty, ok)
		}
		if got, want := Lattices(l, hyp, o), wholeMesh(l, hyp, o); !slices.Equal(got, want) {
			t.Errorf("%d Empty arcs:\ngot  %v\nwant %v", empty, got, want)
		}
	}
}

func FuzzStrips(f *testing.F) {
	f.Add(uint64(1), uint16(200), uint8(9), uint8(40), uint8(3))
	f.Add(uint64(2), uint16(70), uint8(1), uint8(200), uint8(4))
	f.Add(uint64(3), uint16(390), uint8(30), uint8(50), uint8(10))
	f.Add(uint64(4), uint16(130), uint8(3), uint8(100), uint8(15))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, vocabulary, rate, flags uint8) {
		r := rand.New(rand.NewPCG(seed, 1))
		size := 1 + int32(vocabulary)
		l := nestedLattice(r, 1+int(n%400), size, float64(seed%10)/10, flags&1 != 0)
		text := Chain(distortLattice(r, l, size, float64(rate)/255))
		o := LatticeOptions{Deletable: flags&2 != 0}
		if flags&4 != 0 {
			l, text = text, l
		}
		if flags&8 != 0 {
			o.Costs = SCLite
		}
		got, ok := stripSteps(l, text, o)
		if !ok {
			return
		}
		if want := wholeMesh(l, text, o); !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	})
}

// TestLaddersAlignAsTheMesh holds chains with arcs beside them against the whole
// matrix.
func TestLaddersAlignAsTheMesh(t *testing.T) {
	r := rand.New(rand.NewPCG(35, 36))
	for k := range 3000 {
		vocabulary := 2 + r.Int32N(20)
		l := Chain(words(r, 1+r.IntN(70), vocabulary))
		rungs := l.Nodes - 1
		for i := range l.Arcs {
			l.Arcs[i].Kind = []ArcKind{Word, Word, Word, Deletable, Empty}[r.IntN(5)]
		}
		for range r.IntN(20) {
			from := r.Int32N(rungs)
			l.Arcs = append(l.Arcs, Arc{From: from, To: from + 1, Token: r.Int32N(vocabulary), Kind: []ArcKind{Word, Word, Deletable, Empty}[r.IntN(4)]})
		}
		hyp := Chain(distortLattice(r, l, vocabulary, 0.3))
		hyp.cut(64)
		o := LatticeOptions{Deletable: k%2 == 0}
		var s ladder
		if k%4 > 1 {
			o.Costs = SCLite
			hyp.cut(63)
		}
		if !s.fits(l, hyp, o) {
			t.Fatal("this should be a pair of that sort")
		}
		got := s.align(nil)
		slices.Reverse(got)
		if want := wholeMesh(l, hyp, o); !slices.Equal(got, want) {
			t.Fatalf("%+v\n%+v\n%+v:\ngot  %v\nwant %v", l, hyp, o, got, want)
		}
	}
}
