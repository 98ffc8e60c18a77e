package align

// The matrix of a long pair: rows are reference tokens in blocks of 64, columns
// are hypothesis tokens.
//
//	      columns, 256 a tile
//	     ┌────┬────┬────┐    Only the band between two diagonals is computed.
//	rows │▒▒▒▒│▒▒  │    │    What runs across the borders of the tiles is kept;
//	     ├────┼────┼────┤    what lies inside is computed once more, exactly as
//	16   │ ▒▒▒│▒▒▒▒│▒▒  │    before, for the few tiles that the path crosses.
//	blocks    ├────┼────┤
//	     │    │  ▒▒│▒▒▒▒│    Time: (rows × band) / 64 steps of a kernel.
//	     └────┴────┴────┘    Memory: that / 256, plus rows × columns / 1024 bytes
//	                         where the band is the whole.
const (
	tileBlocks  = 16
	tileColumns = 256
)

// grid is the matrix of one pair under one band.
type grid struct {
	ref, hyp []int32
	costs    Costs
	low      int // the band: low <= column - row <= high
	high     int
	eqs      equals
	// left[c] are the cells of the band's blocks before column c·256.
	left []column
	// above[r] are the carries into block r·16, from the column on where that
	// block enters the band.
	above []carries
	rec   []moves
	tile  []cells
}

type column struct {
	first int // block
	cells []cells
}

type carries struct {
	first int // column
	h     []uint8
}

// solve finds the cost of the cheapest alignment of two sequences that are not
// empty, in Levenshtein's errors or in SCLite's points, and leaves the grid
// that proves it.
//
// A path of E errors stays within E/2 diagonals of the corners. So a narrow
// band is tried first; it yields the cost of some path, which is an upper
// bound, and a band as wide as that bound holds every path as good.
func (w *workspace) solve(ref, hyp []int32, c Costs, keep bool) int {
	g := &w.grid
	g.ref, g.hyp, g.costs = ref, hyp, c
	g.eqs.build(&w.words, ref)
	unit := 1
	if c == SCLite {
		unit = 3 // the least that one error more or less in length costs
	}
	most := len(ref) + len(hyp)
	// 1/64 of the length is beyond the drift of ordinary texts and costs a
	// tenth of the band that proves it.
	k := min(most, abs(len(hyp)-len(ref))+max(64, len(ref)/64))
	for {
		cost := g.sweep(k, keep)
		bound := cost / unit
		switch {
		case bound <= k || k >= most:
			return cost
		case bound <= 16*k:
			k = bound
		default: // a block is missing or moved: the bound says too little
			k = min(most, 4*k)
		}
	}
}

// sweep computes the band that holds every path of at most k insertions and
// deletions, and returns the least cost within it.
func (g *grid) sweep(k int, keep bool) int {
	n, m := len(g.ref), len(g.hyp)
	slack := (k - abs(m-n)) / 2
	g.low, g.high = min(0, m-n)-slack, max(0, m-n)+slack
	kern := &kernels[g.costs]
	blocks := (n + 63) / 64
	g.left = g.left[:0]
	if len(g.above) < blocks/tileBlocks+1 {
		g.above = make([]carries, blocks/tileBlocks+1)
	}
	for r := range g.above {
		g.above[r] = carries{h: g.above[r].h[:0]}
	}
	state := make([]cells, blocks)
	for b := range state {
		state[b] = kern.edge
	}
	_, last := g.blocks(0)
	score := g.bottom(last) // at the last row of the band's last block
	for j := range m {
		first, end := g.blocks(j)
		if keep && j%tileColumns == 0 {
			g.left = append(g.left, column{first, append([]cells(nil), state[first:end+1]...)})
		}
		score += g.bottom(end) - g.bottom(last)
		last = end
		eq := g.eqs.of(g.hyp[j], first, end)
		carry := kern.border
		for b := first; b <= end; {
			r := b / tileBlocks
			to := min(end+1, (r+1)*tileBlocks)
			if keep {
				g.above[r].put(j, carry)
			}
			carry = kern.advance(state[b:to], eq[b-first:to-first], carry, nil)
			b = to
		}
		score += g.costs.carryValue(carry)
		g.eqs.done()
	}
	// The last block reaches beyond the last row.
	if over := n % 64; over != 0 {
		score -= g.costs.fall(state[blocks-1], ^uint64(0)<<over)
	}
	if g.costs == SCLite {
		return 3*(n+m) - 2*score
	}
	return score
}

// bottom returns the score before the first column at the end of a block.
func (g *grid) bottom(block int) int {
	if g.costs == SCLite {
		return 0
	}
	return (block + 1) * 64
}

// blocks returns the first and last block of the band in a column.
func (g *grid) blocks(j int) (first, last int) {
	n := len(g.ref)
	// Column j leads to the places of column j+1 of the matrix.
	first = max(0, j-g.high) / 64
	last = (min(n, j+1-g.low) - 1) / 64
	return min(first, (n-1)/64), max(last, 0)
}

func (c *carries) put(j int, carry uint8) {
	if len(c.h) == 0 {
		c.first = j
	}
	c.h = append(c.h, carry)
}

// trace walks the path back through the tiles.
func (g *grid) trace(p *path) {
	for p.i > 0 && p.j > 0 {
		r, c := (p.i-1)/64/tileBlocks, (p.j-1)/tileColumns
		top, from := r*tileBlocks*64, c*tileColumns
		rows := (p.i-1)/64 - r*tileBlocks + 1
		g.replay(r, c, rows, p.j)
		for p.i > top && p.j > from {
			row := p.i - 1 - top
			p.back(&g.rec[(p.j-1-from)*rows+row/64], uint(row%64))
		}
	}
}

// replay computes the first rows of blocks of a tile once more, up to a column,
// and records the steps back.
func (g *grid) replay(r, c, rows, end int) {
	kern := &kernels[g.costs]
	top, from := r*tileBlocks, c*tileColumns
	if size := rows * tileColumns; len(g.rec) < size {
		g.rec = make([]moves, size)
	}
	left := g.left[c]
	g.tile = g.tile[:0]
	for b := top; b < top+rows; b++ {
		if k := b - left.first; k >= 0 && k < len(left.cells) {
			g.tile = append(g.tile, left.cells[k])
		} else {
			g.tile = append(g.tile, kern.edge)
		}
	}
	above := &g.above[r]
	for j := from; j < end; j++ {
		first, last := g.blocks(j)
		first, last = max(first, top), min(last, top+rows-1)
		if first > last {
			continue // this column of the tile is outside the band
		}
		eq := g.eqs.of(g.hyp[j], first, last)
		rec := g.rec[(j-from)*rows:]
		kern.advance(g.tile[first-top:last-top+1], eq, above.h[j-above.first], rec[first-top:])
		g.eqs.done()
	}
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
