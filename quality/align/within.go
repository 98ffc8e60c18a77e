package align

import (
	"cmp"
	"slices"
)

// Within aligns two sequences of which a pair of tokens may stand opposite each
// other only where first[i] <= place of j < end[i], as where words must be said at
// about the same time (the time-constrained edit distance of MeetEval; von Neumann et
// al. 2023). order lists the tokens of hyp by their places, as those of a speaker who
// interrupts himself are in another order in time than in the text; nil is 0, 1, 2 …
// All others are insertions and deletions; unit costs. It returns how
// many pairs are equal and how many are not, in an alignment of the least cost
// and, of those, the most equal pairs:
//
//	deletions = len(ref) - correct - substitutions
//
// Time grows with the number of pairs that may meet, memory with the lengths.
func Within(ref, hyp, order, first, end []int32) (correct, substitutions int) {
	// An equal pair saves two errors, another one. So the best alignment is the
	// heaviest chain of pairs that rises on both sides. best is a Fenwick tree
	// over hyp: the heaviest chain that ends at or before a token.
	best := make([]uint64, len(hyp)+1)
	before := func(j int32) (w uint64) {
		for ; j > 0; j &= j - 1 {
			w = max(w, best[j])
		}
		return w
	}
	const (
		equal     = 2<<32 | 1 // errors saved, equal pairs
		different = 1 << 32
	)
	extend := func(j, token int32) {
		weight := uint64(different)
		if hyp[j] == token {
			weight = equal
		}
		weight += before(j)
		for k := j + 1; int(k) < len(best) && best[k] < weight; k += k & -k {
			best[k] = weight
		}
	}
	var meeting []int32
	for i, token := range ref {
		from, to := max(first[i], 0), min(end[i], int32(len(hyp)))
		if from >= to {
			continue
		}
		// From the last to the first, so that no chain uses the same token twice.
		if order == nil {
			for j := to - 1; j >= from; j-- {
				extend(j, token)
			}
			continue
		}
		meeting = append(meeting[:0], order[from:to]...)
		slices.SortFunc(meeting, func(a, b int32) int { return cmp.Compare(b, a) })
		for _, j := range meeting {
			extend(j, token)
		}
	}
	whole := before(int32(len(hyp)))
	correct = int(whole & (1<<32 - 1))
	return correct, int(whole>>32) - 2*correct
}
