package align

import "math/bits"

// outside bounds from below what paths cost outside a band, and so what the cells
// along its borders cost. A sweep that starts from these bounds gives each cell of
// the band no more than it costs in the whole matrix, g*. A path that is traced
// back from the end through the band, by the rules of the package comment, without
// touching a bound is a real one, so the cell at the end costs what it says: the
// least. It is the path that the whole matrix gives, too: each of its cells costs
// g*, so whatever step back is a cheapest one in the whole matrix is one here, and
// the one that the rules took is one there.
//
// The seeds of the reference are cut from its blocks, none across two of them.
// Paths below the band meet the rows of a block before the column at which it
// enters the band, those above it after the one at which it leaves. Where a seed
// does not stand there in the hypothesis, they have an error within it, of a unit
// or more, and not the same one for two seeds (the seed heuristic of Groot Koerkamp
// and Ivanov 2024, for a region).
//
//	     e(r)        A path that comes into block r from below the band, over the
//	 ────┐           column where it enters, e(r), has crossed the line above r
//	band │ r-1       either at columns of the band, since e(r-1), at the cost of a
//	 ─ ─ └───────    cell there (exit), or before: then it has been below the band
//	      │ r        in all the rows of r-1, at the cost of those and its seeds
//	      └──────    (under). Above the band, the other way round, likewise.
//
// In the matrix a step changes the cost by so much at most. So bounds that rise or
// fall faster are brought to what a kernel can hold, and are bounds still.
type outside struct {
	length       int      // of a seed
	above, below []uint64 // by block: the last rows of the seeds that are errors there
	// The least that a path costs that is above the band's first block, and below
	// the line above the block that entered last; exit is the least of the cells
	// along the band's lower border since then.
	over, under, exit int
}

// frame finds the seeds, of so many rows and as many columns at least, that paths
// outside the band cannot meet.
func (o *outside) frame(g *grid, extents []extent, length, columns int) {
	blocks := (len(g.ref) + 63) / 64
	o.length = length
	o.above = append(o.above[:0], make([]uint64, blocks)...)
	o.below = append(o.below[:0], make([]uint64, blocks)...)
	enter, leave := 0, 0
	for b := range blocks {
		for int(g.last[enter]) < b {
			enter++
		}
		for leave < len(g.first) && int(g.first[leave]) <= b {
			leave++
		}
		first := (b*64 + length - 1) / length
		for k := first; k < len(extents) && (k+1)*length <= (b+1)*64; k++ {
			end := uint64(1) << ((k+1)*length - 1 - b*64)
			if s := extents[k]; s.first < 0 || int(s.last) < leave {
				o.above[b] |= end
			}
			if s := extents[k]; s.first < 0 || int(s.first)+columns > enter {
				o.below[b] |= end
			}
		}
	}
	o.over, o.under, o.exit = noExit/2, noExit/2, noExit/2
}

// toward returns the step from a score to the place (i, j) next to it, which
// brings it as near as a step can to the score of a cost.
func (c Costs) toward(score, i, j, cost int) int {
	if c == SCLite {
		return min(max((3*(i+j)-cost)>>1-score, 0), 3)
	}
	return min(max(cost-score, -1), 1)
}

// carry is the reverse of carryValue.
func (c Costs) carry(step int) uint8 {
	if c == Levenshtein && step < 0 {
		return 2
	}
	return uint8(step)
}

// drop takes a block out of the band before column j. Paths above what is left come
// from its cells, or were above it already. top is the score above it; the one at
// its end is returned.
func (o *outside) drop(g *grid, col cells, block, j, top int) int {
	lost := o.above[block]
	o.over += g.unit * bits.OnesCount64(lost)
	if block == 0 { // along the matrix's own first row a path is above the band too
		o.over = g.cost(0, j, top) + g.unit*bits.OnesCount64(lost)
	}
	for k := 1; k <= 64; k++ {
		top += g.costs.fall(col, 1<<(k-1))
		rest := bits.OnesCount64(lost >> uint(k+o.length-1))
		o.over = min(o.over, g.cost(block*64+k, j, top)+g.unit*rest)
	}
	return top
}

// enter returns the cells of a block that comes into the band before column j.
// bottom is the score above it; the one at its end is returned.
func (o *outside) enter(g *grid, block, j, bottom int) (cells, int) {
	if block > 0 {
		o.under += g.unit * bits.OnesCount64(o.below[block-1])
	}
	o.under, o.exit = min(o.under, o.exit), noExit/2
	var col cells
	least, lost := o.under, o.below[block]
	for k := range 64 {
		least += g.unit * int(lost>>k&1)
		step := g.costs.toward(bottom, block*64+k+1, j, least)
		bottom += step
		carry := uint64(g.costs.carry(step))
		col.a |= carry & 1 << k
		col.b |= carry >> 1 << k
	}
	return col, bottom
}

// sweepOutside is sweep with the bounds of outside along the band's borders. The
// cost that it returns is no more than that of the cheapest path.
func (g *grid) sweepOutside() int {
	n, m := len(g.ref), len(g.hyp)
	o, kern := &g.outside, &kernels[g.costs]
	blocks := (n + 63) / 64
	o.frame(g, g.hull.extents, g.hull.seeds.length, g.hull.seeds.length)
	g.reset(blocks)
	state := g.state
	first, last := 0, int(g.last[0])
	score := g.bottom(last) // at the last row of the band's last block
	top := 0                // above the first row of its first block
	o.exit = g.cost((last+1)*64, 0, score)
	for j := range m {
		for ; first < int(g.first[j]); first++ {
			top = o.drop(g, state[first], first, j, top)
		}
		for end := int(g.last[j]); last < end; {
			last++
			state[last], score = o.enter(g, last, j, score)
			g.entry[last] = state[last]
		}
		if j%tileColumns == 0 {
			g.keep(j/tileColumns, first, state[first:last+1])
		}
		carry := kern.border
		if first > 0 {
			carry = g.costs.carry(g.costs.toward(top, first*64, j+1, o.over))
		}
		top += g.costs.carryValue(carry)
		eq := g.eqs.of(g.ids[j], first, last)
		for b := first; b <= last; {
			r := b / tileBlocks
			to := min(last+1, (r+1)*tileBlocks)
			g.above[r].put(j, carry)
			carry = kern.advance(state[b:to], eq[b-first:to-first], carry, nil)
			b = to
		}
		score += g.costs.carryValue(carry)
		o.exit = min(o.exit, g.cost((last+1)*64, j+1, score))
		g.eqs.done()
	}
	if over := n % 64; over != 0 {
		score -= g.costs.fall(state[blocks-1], ^uint64(0)<<over)
	}
	return g.cost(n, m, score)
}
