package align

// mostPairs is the number of pairs beyond which a run of errors is left as it
// is: 256 words against 512, of which nobody compares each with each.
const mostPairs = 1 << 16

// Readable pairs the words of each run of errors as a person would: where a run
// has words of the reference and of the hypothesis, it chooses which of them
// stand for each other so that the sum of cost is least. It changes a in place
// and returns it.
//
// cost says how little two words resemble each other, by their indices (those
// in Step.Ref and Step.Hyp): 0 to a million. A run is what lies between two
// Correct steps. On a cheapest path it has deletions or insertions, not both, so
// every word of the side with fewer has a partner, and any choice of partners
// has the same counts: S, D and I stay what they are, in each run and in all.
//
// Among choices of equal cost that with the fewest groups of deletions or
// insertions is taken, and of these the one that has them furthest to the left,
// which is where the rules of the package comment put them. So a cost that does
// not tell words apart changes nothing, and nor does a second call. Where a
// whole run lies, and so which words are Correct, is for those rules alone.
//
// It takes time with the product of the two sides of a run, or with the
// difference of both times the shorter, whichever is less; a run with more than
// 65,536 pairs to weigh is left as it is.
func Readable(a Alignment, cost func(ref, hyp int32) int) Alignment {
	var r run
	for first := 0; first < len(a); {
		if a[first].Op == Correct {
			first++
			continue
		}
		end := first + 1
		for end < len(a) && a[end].Op != Correct {
			end++
		}
		r.pair(a[first:end], cost)
		first = end
	}
	return a
}

// run is a run of errors: the words of the side that has fewer, of which each
// gets a partner, and those of the other side, of which some are left alone.
type run struct {
	few, many []int32
	best      []choice // by words of few paired, then by words of many left alone
}

// choice is the least that a beginning of the run can cost, by its last step.
// Groups of words left alone count below the unit of cost.
type choice struct{ pair, alone int64 }

const (
	groupCost = 1
	pairCost  = 1 << 20
	never     = int64(1) << 62
)

func (r *run) pair(steps Alignment, cost func(ref, hyp int32) int) {
	op, rest := Insertion, 0
	r.few, r.many = r.few[:0], r.many[:0]
	for _, s := range steps {
		if s.Op == Deletion {
			op = Deletion
		}
		if s.Op != Substitution {
			rest++
		}
	}
	for _, s := range steps {
		ref, hyp := s.Op != Insertion, s.Op != Deletion
		if op == Insertion { // the hypothesis has more
			ref, hyp = hyp, ref
			s.Ref, s.Hyp = s.Hyp, s.Ref
		}
		if ref {
			r.many = append(r.many, s.Ref)
		}
		if hyp {
			r.few = append(r.few, s.Hyp)
		}
	}
	switch {
	case rest == 0 || len(r.few) == 0 || len(r.many)-len(r.few) != rest:
		return // nothing to choose, or no cheapest path
	case len(r.few)*(rest+1) > mostPairs:
		return
	}
	r.weigh(rest, func(few, many int32) int64 {
		if op == Insertion {
			few, many = many, few
		}
		return int64(cost(many, few))
	})
	r.write(steps, op, rest)
}

// weigh fills best.
func (r *run) weigh(rest int, cost func(few, many int32) int64) {
	width := rest + 1
	r.best = append(r.best[:0], make([]choice, (len(r.few)+1)*width)...)
	for p := range len(r.few) + 1 {
		for q := range width {
			c := choice{never, never}
			if p+q == 0 {
				c.pair = 0
			}
			if p > 0 {
				before := r.best[(p-1)*width+q]
				c.pair = min(before.pair, before.alone) + pairCost*cost(r.few[p-1], r.many[p+q-1])
			}
			if q > 0 {
				before := r.best[p*width+q-1]
				c.alone = min(before.pair+groupCost, before.alone)
			}
			r.best[p*width+q] = c
		}
	}
}

// write puts the best choice in place of the steps.
func (r *run) write(steps Alignment, op Op, rest int) {
	width := rest + 1
	ref, hyp := steps[0].Ref, steps[0].Hyp // of the next words, in plain texts
	lattice := false
	for _, s := range steps {
		lattice = lattice || s.Ref < 0 || s.Hyp < 0
	}
	p, q := len(r.few), rest
	c := r.best[p*width+q]
	alone := c.alone < c.pair
	for k := len(steps) - 1; k >= 0; k-- {
		s := &steps[k]
		if alone {
			q--
			s.Op = op
			next := int32(p)
			switch {
			case lattice:
				next = -1
			case op == Deletion:
				next += hyp
			default:
				next += ref
			}
			s.Ref, s.Hyp = r.many[p+q], next
			c = r.best[p*width+q]
			alone = c.alone <= c.pair+groupCost
		} else {
			p--
			s.Op = Substitution
			s.Ref, s.Hyp = r.many[p+q], r.few[p]
			c = r.best[p*width+q]
			alone = c.alone < c.pair
		}
		if op == Insertion {
			s.Ref, s.Hyp = s.Hyp, s.Ref
		}
	}
}
