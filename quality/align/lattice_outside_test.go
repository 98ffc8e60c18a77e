package align

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// checkStripOutside aligns a lattice and a text in a band that need not hold a
// cheapest path, and says whether the band was enough; taken is false for a pair
// that is not for it.
func checkStripOutside(t *testing.T, r *rand.Rand, ref, hyp Lattice, o LatticeOptions) (enough, taken bool) {
	t.Helper()
	var s strip
	if !s.takes(ref.packed(), hyp.packed(), o) {
		return false, false
	}
	s.prepare()
	n, m := int32(len(s.ref)), len(s.segments)
	u := &s.hull
	u.begin(s.ref, s.hyp, s.bubble.words.used)
	if !s.locate() {
		return false, false
	}
	place := func(high func(j int) int32, width int) {
		for j := range u.low {
			u.low[j] = min(max(0, high(j)), n)
			u.high[j] = u.low[j]
		}
		u.low[0], u.high[m] = 0, n
		s.bound(u, func(int, int) int { return width })
	}
	place(func(int) int32 { return 0 }, int(n)+m) // all of the matrix
	cost := s.sweep()
	s.trace(nil, cost, false)
	path := slices.Clone(u.high)
	shift := int32(0)
	if r.IntN(2) == 0 {
		shift = r.Int32N(300) - 150
	}
	place(func(j int) int32 { return path[j] + shift }, r.IntN(100))

	if got := s.sweepOutside(); got > cost {
		t.Fatalf("%+v of\n%+v\n%+v:\nat least %d, which costs %d", o, ref, hyp, got, cost)
	}
	got, enough := s.insideBand(nil)
	if !enough {
		return false, true
	}
	slices.Reverse(got)
	if want := wholeMesh(ref, hyp, o); !slices.Equal(got, want) {
		t.Fatalf("%+v of\n%+v\n%+v:\ngot  %v\nwant %v", o, ref, hyp, got, want)
	}
	return true, true
}

// outsideLattice makes a lattice and a text with errors, which begin or go on with
// words of their own or lack some.
func outsideLattice(r *rand.Rand, n int, vocabulary int32, branching, rate float64) (l, text Lattice) {
	l = nestedLattice(r, n, vocabulary, branching, false)
	ids := idsOf(Chain(distortLattice(r, l, vocabulary, rate)))
	for range r.IntN(3) {
		at := 0
		if r.IntN(2) == 0 {
			at = r.IntN(len(ids) + 1)
		}
		if r.IntN(2) == 0 {
			ids = slices.Insert(ids, at, words(r, r.IntN(150), 2*vocabulary)...)
		} else {
			ids = slices.Delete(ids, at, min(len(ids), at+r.IntN(150)))
		}
	}
	return l, Chain(ids)
}

func TestStripsAreBoundedOutsideABand(t *testing.T) {
	r := rand.New(rand.NewPCG(53, 54))
	enough, all := 0, 0
	pairs := 360
	if testing.Short() {
		pairs = 72
	}
	for k := range pairs {
		l, text := outsideLattice(r, 100+r.IntN(250), []int32{2, 20, 4000}[k%3], []float64{0.03, 0.1, 0.4}[k/3%3], []float64{0.02, 0.1, 0.4}[k/9%3])
		o := LatticeOptions{Deletable: k/4%2 == 0}
		if k%2 == 0 {
			o.Costs = SCLite
		}
		if r.IntN(2) == 0 {
			l, text = text, l
		}
		is, taken := checkStripOutside(t, r, l, text, o)
		if taken {
			all++
		}
		if is {
			enough++
		}
	}
	if all < pairs*3/4 || enough < pairs/8 || enough > pairs*7/8 {
		t.Errorf("of %d bands %d were tried and %d enough: the test sees too little", pairs, all, enough)
	}
}

func FuzzStripsOutside(f *testing.F) {
	f.Add(uint64(1), uint16(200), uint8(9), uint8(10), uint8(3))
	f.Add(uint64(2), uint16(170), uint8(100), uint8(20), uint8(4))
	f.Add(uint64(4), uint16(230), uint8(200), uint8(20), uint8(15))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, vocabulary, rate, flags uint8) {
		r := rand.New(rand.NewPCG(seed, 3))
		l, text := outsideLattice(r, 1+int(n%300), 1+int32(vocabulary), float64(seed%10)/10, float64(rate)/255)
		o := LatticeOptions{Deletable: flags&1 != 0}
		if flags&2 != 0 {
			l, text = text, l
		}
		if flags&4 != 0 {
			o.Costs = SCLite
		}
		checkStripOutside(t, r, l, text, o)
	})
}
