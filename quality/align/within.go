package align

// Within aligns two sequences of which a pair of tokens may stand opposite each
// other only where first[i] <= j < end[i], as where words must be said at about
// the same time (the time-constrained edit distance of MeetEval; von Neumann et
// al. 2023). All others are insertions and deletions; unit costs. It returns how
// many pairs are equal and how many are not, in an alignment of the least cost
// and, of those, the most equal pairs:
//
//	deletions = len(ref) - correct - substitutions
//
// Time grows with the number of pairs that may meet, memory with the lengths.
func Within(ref, hyp []int32, first, end []int32) (correct, substitutions int) {
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
	for i, token := range ref {
		// From the last to the first, so that no chain uses the same token twice.
		for j := min(end[i], int32(len(hyp))) - 1; j >= max(first[i], 0); j-- {
			weight := uint64(different)
			if hyp[j] == token {
				weight = equal
			}
			weight += before(j)
			for k := j + 1; int(k) < len(best) && best[k] < weight; k += k & -k {
				best[k] = weight
			}
		}
	}
	whole := before(int32(len(hyp)))
	correct = int(whole & (1<<32 - 1))
	return correct, int(whole>>32) - 2*correct
}
