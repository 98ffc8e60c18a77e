package align

import "slices"

// solve finds the cheapest alignment of two sequences that are not empty, puts
// it behind dst, last operation first, and returns its cost, in Levenshtein's
// errors or in SCLite's points.
//
// Where the texts share enough, a narrow band about that is tried alone: see
// outside. The time is then that of the band, which is as wide for a million
// words as for ten thousand.
//
// Else some path is found first, in a narrow band too. Its cost U bounds the
// cheapest, and what it costs along the way says which band is worth to be tried
// alone. If none is: a path that leaves the next band at a place of cost g, from
// which h is the least that it must cost, is no cheaper than g + h. Where that is
// more than what was found, at all places where the band can be left, what was
// found is the cheapest, and so are all that cost the same. The band is made as
// wide as g and h let expect, and wider until it is so.
func (w *workspace) solve(dst Alignment, ref, hyp []int32, c Costs) (Alignment, int) {
	g := &w.grid
	g.begin(&w.words, ref, hyp, c)
	start, u := len(dst), &g.hull
	u.begin(ref, hyp, w.words.used)
	width, chained := u.shared()
	if chained {
		u.guess(c)
		u.profile.spread()
		u.enclose(g, 1)
		if g.blocks() < mostGuessed*len(hyp) {
			if dst, cost, ok := g.alone(dst); ok {
				return dst, cost
			}
		}
	}
	g.bound(u, func(int, int) int { return width })
	// Along the diagonal the path found may be no good one: the band grows by
	// and by then.
	most := len(ref)
	if !chained {
		most = max(256, len(ref)/16)
	}
	best := noExit
	for least := firstWidth; ; least *= 2 {
		cost := g.sweep()
		done := slices.Min(g.exits) > cost
		if done || cost < best {
			p := g.path(dst[:start])
			g.trace(&p, false)
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
				u.widen(g, cost, most)
				if steps, cost, ok := g.narrow(dst, start); ok {
					return steps, cost
				}
			}
			best = cost
			u.widen(g, cost, most)
			most *= 4
		default:
			g.repair(cost, least)
		}
	}
}

// begin takes a pair.
func (g *grid) begin(words *vocabulary, ref, hyp []int32, c Costs) {
	g.ref, g.hyp, g.costs, g.unit = ref, hyp, c, 1
	if c == SCLite {
		g.unit = 3
	}
	g.eqs.build(words, ref)
	g.ids = g.ids[:0]
	for _, t := range hyp {
		g.ids = append(g.ids, g.eqs.number(t))
	}
}

// mostGuessed is how many blocks a column the band may have that is tried before
// any path is known.
const mostGuessed = 24

// narrow tries the band that the profile of a path asks for, where it is less than
// half of the one there is, and then one with twice the margins, where that is
// less than a third. The path's operations are those behind start, last one first.
func (g *grid) narrow(dst Alignment, start int) (steps Alignment, cost int, ok bool) {
	u := &g.hull
	p := &u.profile
	usual := g.blocks()
	if usual < worthNarrow*len(g.hyp) {
		return dst, 0, false
	}
	u.price(dst[start:], g.costs)
	mean := p.spread()
	// Of shorter seeds there are more, of which more stand elsewhere too.
	for length := u.seeds.length; usual > worthIndex*len(g.hyp) && mean > shorter && length > 2; length-- {
		u.seeds.index(u.hyp, length-1)
		u.locate()
		u.price(dst[start:], g.costs)
		now := p.spread()
		if now > mean {
			u.seeds.index(u.hyp, length)
			u.locate()
			u.price(dst[start:], g.costs)
			p.spread()
		}
		if now > mean*3/4 {
			break
		}
		mean = now
	}
	for times := 1; times <= 2; times++ {
		if u.enclose(g, times); g.blocks() > usual/(1+times) {
			break
		}
		if dst, cost, ok := g.alone(dst[:start]); ok {
			return dst, cost, true
		}
	}
	return dst, 0, false
}

// shorter is the mean margin from which on shorter seeds are tried.
const shorter = 64

// worthNarrow and worthIndex are from how many blocks a column it is worth the
// time to look for a narrower band, and for shorter seeds.
const (
	worthNarrow = 16
	worthIndex  = 96
)

// alone finds the alignment in the band and nowhere else, in one sweep with the
// bounds of outside along its borders. It fails where the path touches them.
func (g *grid) alone(dst Alignment) (steps Alignment, cost int, ok bool) {
	cost = g.sweepOutside()
	p := g.path(dst)
	if !g.trace(&p, true) {
		return dst, 0, false
	}
	p.rest()
	return p.dst, cost, true
}

// path returns a path at the end of both sequences.
func (g *grid) path(dst Alignment) path {
	return path{dst: dst, ref: g.ref, hyp: g.hyp, costs: g.costs, i: len(g.ref), j: len(g.hyp)}
}

// blocks returns the size of the band.
func (g *grid) blocks() (sum int) {
	for j, first := range g.first {
		sum += int(g.last[j]-first) + 1
	}
	return sum
}
