package align

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// checkOutside aligns a pair in a band that is about a way through the matrix
// which need not be a cheap one, and says whether the band was enough.
func checkOutside(t *testing.T, r *rand.Rand, ref, hyp []int32, c Costs) (enough bool) {
	t.Helper()
	want, cost := oracle(ref, hyp, c)
	var w workspace
	g := &w.grid
	g.begin(&w.words, ref, hyp, c)
	u := &g.hull
	u.begin(ref, hyp, w.words.used)
	u.seeds.index(hyp, 1+r.IntN(5))
	u.locate()
	about := want
	if r.IntN(3) == 0 { // of another pair
		about, _ = oracle(ref, distort(r, hyp, 5, 0.05), c)
	}
	i, j := 0, 0
	u.low[0] = 0
	for _, s := range about {
		if s.Op != Insertion && i < len(ref) {
			i++
		}
		if s.Op != Deletion && j < len(hyp) {
			j++
			u.low[j] = int32(i)
		}
		u.high[j] = int32(i)
	}
	for ; j < len(hyp); j++ {
		u.low[j+1], u.high[j+1] = int32(i), int32(i)
	}
	u.high[j] = int32(len(ref))
	if r.IntN(2) == 0 { // or all of it lies beside
		shift := int32(r.IntN(300) - 150)
		for j := range u.low {
			u.low[j] = min(max(0, u.low[j]+shift), int32(len(ref)))
			u.high[j] = min(max(0, u.high[j]+shift), int32(len(ref)))
		}
	}
	width := r.IntN(100)
	g.bound(u, func(int, int) int { return width })

	got := g.sweepOutside()
	if got > cost {
		t.Fatalf("%v of\n%v\n%v:\nat least %d, which costs %d", c, ref, hyp, got, cost)
	}
	checkCells(t, g)
	p := g.path(nil)
	if !g.trace(&p, true) {
		return false
	}
	p.rest()
	slices.Reverse(p.dst)
	if got != cost || !slices.Equal(p.dst, want) {
		t.Fatalf("%v of\n%v\n%v:\ngot  %v, %d\nwant %v, %d", c, ref, hyp, p.dst, got, want, cost)
	}
	return true
}

// checkCells computes the cells of a band from those along its borders and holds
// each against the whole matrix.
func checkCells(t *testing.T, g *grid) {
	t.Helper()
	d := matrix(g.ref, g.hyp, g.costs)
	sub, gap := g.costs.prices()
	points := func(step int) int { // of a score's step
		if g.costs == SCLite {
			return 3 - 2*step
		}
		return step
	}
	check := func(i, j, cost int) {
		if i <= len(g.ref) && cost > d[i][j] {
			t.Fatalf("%v of\n%v\n%v:\nat %d, %d at least %d, which costs %d", g.costs, g.ref, g.hyp, i, j, cost, d[i][j])
		}
	}
	rows := (len(g.ref) + 63) / 64 * 64
	left, cell := make([]int, rows+1), make([]int, rows+1)
	last := int(g.last[0])
	for i := range (last + 1) * 64 {
		left[i+1] = left[i] + gap
	}
	for j, token := range g.hyp {
		for last < int(g.last[j]) {
			last++
			for k := range 64 {
				i := last*64 + k
				left[i+1] = left[i] + points(g.costs.fall(g.entry[last], 1<<k))
				check(i+1, j, left[i+1])
			}
		}
		top := int(g.first[j]) * 64
		above := &g.above[top/64/tileBlocks]
		cell[top] = left[top] + points(g.costs.carryValue(above.h[j-above.first]))
		check(top, j+1, cell[top])
		for i := top; i < (last+1)*64; i++ {
			both := left[i] + sub
			if i < len(g.ref) && g.ref[i] == token {
				both = left[i]
			}
			cell[i+1] = min(both, left[i+1]+gap, cell[i]+gap)
			check(i+1, j+1, cell[i+1])
		}
		left, cell = cell, left
	}
}

// outsidePair makes a pair with errors and bursts.
func outsidePair(r *rand.Rand, n int, vocabulary int32, rate float64) (ref, hyp []int32) {
	ref = words(r, n, vocabulary)
	hyp = distort(r, ref, vocabulary, rate)
	for range r.IntN(3) {
		if len(hyp) < 10 {
			break
		}
		hyp = burst(r, hyp, 1+r.IntN(len(hyp)/3))
	}
	return ref, hyp
}

func TestBoundsOutsideABandAreBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	enough := 0
	pairs := 300
	if testing.Short() {
		pairs = 64
	}
	for k := range pairs {
		vocabulary := []int32{2, 5, 30, 4000}[k%4]
		ref, hyp := outsidePair(r, 100+r.IntN(400), vocabulary, []float64{0.02, 0.1, 0.3, 0.7}[k/4%4])
		if len(hyp) > 0 && checkOutside(t, r, ref, hyp, Costs(k/16%2)) {
			enough++
		}
	}
	if enough < pairs/5 || enough > pairs*4/5 {
		t.Errorf("%d of %d bands were enough: the test sees one case only", enough, pairs)
	}
}

func FuzzOutside(f *testing.F) {
	f.Add(uint64(1), uint16(300), uint8(3), uint8(20), false)
	f.Add(uint64(2), uint16(400), uint8(200), uint8(60), true)
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, vocabulary, rate uint8, points bool) {
		r := rand.New(rand.NewPCG(seed, 2))
		ref, hyp := outsidePair(r, 1+int(n%500), 1+int32(vocabulary), float64(rate)/256)
		c := Levenshtein
		if points {
			c = SCLite
		}
		if len(hyp) > 0 {
			checkOutside(t, r, ref, hyp, c)
		}
	})
}

// TestBoundsOfPathsAlongTheEdges has pairs of which one begins with words that the
// other has not, and bands beside the path, which runs along the first row or the
// first column.
func TestBoundsOfPathsAlongTheEdges(t *testing.T) {
	for _, c := range []Costs{Levenshtein, SCLite} {
		_, gap := c.prices()
		for shift := 64; shift < 160; shift += 5 {
			for more := 1; more < 100; more += 7 {
				text := make([]int32, 200)
				for k := range text {
					text[k] = int32(k)
				}
				long := append(make([]int32, more), text...)
				for k := range more {
					long[k] = int32(1000 + k)
				}
				for _, pair := range [][2][]int32{{text, long}, {long, text}} {
					ref, hyp, aside := pair[0], pair[1], len(pair[0])-len(pair[1])+shift
					if len(ref) > len(hyp) {
						aside -= 2 * shift
					}
					var w workspace
					g := &w.grid
					g.begin(&w.words, ref, hyp, c)
					u := &g.hull
					u.begin(ref, hyp, w.words.used)
					u.locate()
					for j := range u.low {
						at := int32(min(len(ref), max(0, j+aside)))
						u.low[j], u.high[j] = at, at
					}
					u.high[len(hyp)] = int32(len(ref))
					g.bound(u, func(int, int) int { return 0 })
					if got := g.sweepOutside(); got > gap*more {
						t.Fatalf("%v, %d more, %d aside: at least %d, which costs %d", c, more, aside, got, gap*more)
					}
					checkCells(t, g)
				}
			}
		}
	}
}
