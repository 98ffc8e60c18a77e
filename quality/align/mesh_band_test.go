package align

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// checkBand holds a pair that is aligned in a band against its whole matrix.
func checkBand(t *testing.T, ref, hyp Lattice, o LatticeOptions) {
	t.Helper()
	if got, want := Lattices(ref, hyp, o), wholeMesh(ref, hyp, o); !slices.Equal(got, want) {
		t.Errorf("%d and %d arcs, %+v:\ngot  %v\nwant %v", len(ref.Arcs), len(hyp.Arcs), o, got, want)
	}
}

// bandPair makes two lattices of some hundred words, the second one from a way
// through the first with errors; a block of it may be missing, repeated or moved.
func bandPair(r *rand.Rand, n int, vocabulary int32, rate float64, burst int) (ref, hyp Lattice) {
	ref = randomLattice(r, n, vocabulary, 0.15, burst == 5)
	words := distortLattice(r, ref, vocabulary, rate)
	if k := len(words) / 5; k > 0 {
		switch burst {
		case 1:
			words = slices.Concat(words[:k], words[2*k:])
		case 2:
			words = slices.Concat(words[:2*k], words[k:])
		case 3:
			words = slices.Concat(words[:k], words[2*k:4*k], words[k:2*k], words[4*k:])
		case 4:
			return ref, detours(r, words, vocabulary)
		}
	}
	return ref, Chain(words)
}

func TestBandsAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	for k := range 120 {
		vocabulary := []int32{2, 20, 4000}[k%3]
		ref, hyp := bandPair(r, 150+r.IntN(150), vocabulary, []float64{0.03, 0.15, 0.5}[k/3%3], k%6)
		checkBand(t, ref, hyp, LatticeOptions{Costs: Costs(k / 6 % 2), Deletable: k%5 > 0})
	}
}

func TestBandsAreExactWhereWordsAreAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	ref, hyp := bandPair(r, 200, 4000, 0.1, 0)
	checkBand(t, ref, hyp, LatticeOptions{Equal: func(a, b int32) bool { return a/2 == b/2 }})
}

func TestLatticesOfNothingInCommon(t *testing.T) {
	r := rand.New(rand.NewPCG(35, 36))
	ref, other := bandPair(r, 300, 50, 0, 0)
	for k := range other.Arcs {
		other.Arcs[k].Token += 1000
	}
	checkBand(t, ref, other, LatticeOptions{Deletable: true})
	checkBand(t, ref, Chain(words(r, 100, 50)), LatticeOptions{Deletable: true})
	checkBand(t, ref, Chain(words(r, 2000, 50)), LatticeOptions{Costs: SCLite})
}

func FuzzBands(f *testing.F) {
	f.Add(uint64(1), uint16(200), uint8(30), uint8(20), uint8(0))
	f.Add(uint64(2), uint16(300), uint8(2), uint8(60), uint8(27))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, vocabulary, rate, flags uint8) {
		r := rand.New(rand.NewPCG(seed, 1))
		ref, hyp := bandPair(r, int(n%400), 1+int32(vocabulary), float64(rate)/256, int(flags%6))
		checkBand(t, ref, hyp, LatticeOptions{Costs: Costs(flags / 6 % 2), Deletable: flags/12%2 > 0})
	})
}

// TestBandsReachOverManyWays aligns pairs of lattices with so many ways that the
// first path leaves out nodes and columns by the dozen.
func TestBandsReachOverManyWays(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 46))
	for range 60 {
		n := 60 + r.IntN(60)
		ref := nestedLattice(r, n, 1000, 0.7, true)
		hyp := randomLattice(r, n, 1000, 0.7, false)
		if got, want := Lattices(hyp, ref, LatticeOptions{}), wholeMesh(hyp, ref, LatticeOptions{}); !slices.Equal(got, want) {
			t.Fatalf("%+v\n%+v:\ngot  %v\nwant %v", hyp, ref, got, want)
		}
	}
}
