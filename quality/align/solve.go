package align

import "slices"

// solve finds the cheapest alignment of two sequences that are not empty, puts
// it behind dst, last operation first, and returns its cost, in Levenshtein's
// errors or in SCLite's points.
//
// Some path is found first, in a narrow band about what the texts share. Its
// cost U bounds the cheapest. A path that leaves the next band at a place of
// cost g, from which h is the least that it must cost, is no cheaper than g + h:
// where that is more than what was found, at all places where the band can be
// left, what was found is the cheapest, and so are all that cost the same. The
// band is made as wide as g and h let expect, and wider until it is so.
func (w *workspace) solve(dst Alignment, ref, hyp []int32, c Costs) (Alignment, int) {
	g := &w.grid
	g.ref, g.hyp, g.costs, g.unit = ref, hyp, c, 1
	if c == SCLite {
		g.unit = 3
	}
	g.eqs.build(&w.words, ref)
	g.ids = g.ids[:0]
	for _, t := range hyp {
		g.ids = append(g.ids, g.eqs.number(t))
	}
	start, u := len(dst), &g.hull
	u.begin(ref, hyp, w.words.used)
	// Along the diagonal the path found may be no good one: the band grows by
	// and by then.
	most := len(ref)
	if !u.around(g) {
		most = max(256, len(ref)/16)
	}
	best := noExit
	for least := firstWidth; ; least *= 2 {
		cost := g.sweep()
		done := slices.Min(g.exits) > cost
		if done || cost < best {
			p := path{dst: dst[:start], ref: ref, hyp: hyp, costs: c, i: len(ref), j: len(hyp)}
			g.trace(&p)
			p.rest()
			dst = p.dst
		}
		switch {
		case done:
			return dst, cost
		case cost < best:
			u.follow(dst[start:], c, cost)
			if best == noExit {
				u.lose(cost / g.unit)
			}
			best = cost
			u.widen(g, cost, most)
			most *= 4
		default:
			g.repair(cost, least)
		}
	}
}
