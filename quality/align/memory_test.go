//go:build !race

package align

import (
	"math/rand/v2"
	"testing"
)

// TestBlocksTakeNoMemory holds what rescoring after each key relies on. The race
// detector makes pools forget at random, so it is not asked.
func TestBlocksTakeNoMemory(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	for _, n := range []int{12, 64, 400} {
		ref := words(r, n, 5000)
		hyp := distort(r, ref, 5000, 0.2)
		for _, c := range []Costs{Levenshtein, SCLite} {
			dst := make(Alignment, 0, 4*n)
			if got := testing.AllocsPerRun(100, func() { dst = Append(dst[:0], ref, hyp, c) }); got > 0 {
				t.Errorf("%v, %d words: %g allocations", c, n, got)
			}
		}
	}
}
