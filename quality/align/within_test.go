package align

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// plainWithin is the quadratic table that Within is held against: errors, and
// the most equal pairs of the alignments that have so few.
func plainWithin(ref, hyp, order, first, end []int32) (errors, correct int) {
	type cell struct{ errors, correct int }
	better := func(a, b cell) cell {
		if b.errors < a.errors || b.errors == a.errors && b.correct > a.correct {
			return b
		}
		return a
	}
	row := make([]cell, len(hyp)+1)
	for j := range row {
		row[j].errors = j
	}
	for i, r := range ref {
		diagonal := row[0]
		row[0].errors++
		for j, h := range hyp {
			up, left := row[j+1], row[j]
			up.errors++
			left.errors++
			best := better(up, left)
			place := int32(slices.Index(order, int32(j)))
			if order == nil {
				place = int32(j)
			}
			if first[i] <= place && place < end[i] {
				if r == h {
					diagonal.correct++
				} else {
					diagonal.errors++
				}
				best = better(best, diagonal)
			}
			diagonal, row[j+1] = row[j+1], best
		}
	}
	return row[len(hyp)].errors, row[len(hyp)].correct
}

func TestWithinIsTheLeastCost(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 3000 {
		ref, hyp := make([]int32, r.IntN(12)), make([]int32, r.IntN(12))
		first, end := make([]int32, len(ref)), make([]int32, len(ref))
		for i := range ref {
			ref[i] = r.Int32N(3)
			first[i] = r.Int32N(14) - 1
			end[i] = first[i] + r.Int32N(8)
		}
		for j := range hyp {
			hyp[j] = r.Int32N(3)
		}
		var order []int32
		if n%2 == 1 {
			for _, j := range r.Perm(len(hyp)) {
				order = append(order, int32(j))
			}
		}
		correct, substitutions := Within(ref, hyp, order, first, end)
		got := len(ref) + len(hyp) - 2*correct - substitutions
		errors, most := plainWithin(ref, hyp, order, first, end)
		if got != errors || correct != most {
			t.Fatalf("%d: %v %v within %v %v: %d errors, %d equal; want %d, %d", n, ref, hyp, first, end, got, correct, errors, most)
		}
	}
}
