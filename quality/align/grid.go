package align

// The matrix of a long pair: rows are reference tokens in blocks of 64, columns
// are hypothesis tokens.
//
//	      columns, 256 a tile
//	     ┌────┬────┬────┐    Only a band of blocks is computed, which follows a
//	rows │▒▒▒▒│▒▒  │    │    path. What runs across the borders of the tiles is
//	     ├────┼────┼────┤    kept; what lies inside is computed once more, exactly
//	16   │ ▒▒▒│▒▒▒▒│▒▒  │    as before, for the few tiles that the path crosses.
//	blocks    ├────┼────┤
//	     │    │  ▒▒│▒▒▒▒│    Time: the band's blocks × columns steps of a kernel.
//	     └────┴────┴────┘    Memory: that / 6 bytes, and 40 bytes a token.
const (
	tileBlocks  = 8
	tileColumns = 256
)

// grid is the matrix of one pair under one band.
type grid struct {
	ref, hyp []int32
	costs    Costs
	unit     int // the least that one word more or less costs
	eqs      equals
	ids      []int32 // the hypothesis in the reference's numbers
	// first and last are the band's blocks in each column, both rising.
	first, last []int32
	// exits is the least that a path can cost that leaves the band at one of the
	// columns of a tile.
	exits []int
	hull  hull
	// left[c] are the cells of the band's blocks before column c·256.
	left []column
	// above[r] are the carries into block r·16, from the column on where that
	// block enters the band.
	above []carries
	state []cells
	// entry are the cells of each block where it comes into the band.
	entry   []cells
	outside outside
	rec     []moves
	tile    []cells
}

type column struct {
	first int // block
	cells []cells
}

type carries struct {
	first int // column
	h     []uint8
}

const noExit = int(^uint(0) >> 1)

// sweep computes the band and returns the least cost of the paths within it.
// exits then says what those outside cost at least: what they cost up to the
// place where they leave it, and a bound for the rest.
func (g *grid) sweep() int {
	n, m := len(g.ref), len(g.hyp)
	kern := &kernels[g.costs]
	blocks := (n + 63) / 64
	g.reset(blocks)
	state := g.state
	first, last := 0, int(g.last[0])
	score := g.bottom(last) // at the last row of the band's last block
	top := 0                // above the first row of its first block
	for j := range m {
		for ; first < int(g.first[j]); first++ {
			top = g.drop(state[first], first, j, top)
		}
		end := int(g.last[j])
		if end == last && end+1 < blocks {
			g.leave((end+1)*64, j, end+1, score)
		}
		if j%tileColumns == 0 {
			g.keep(j/tileColumns, first, state[first:end+1])
		}
		score += g.bottom(end) - g.bottom(last)
		last = end
		eq := g.eqs.of(g.ids[j], first, end)
		carry := kern.border
		for b := first; b <= end; {
			r := b / tileBlocks
			to := min(end+1, (r+1)*tileBlocks)
			g.above[r].put(j, carry)
			carry = kern.advance(state[b:to], eq[b-first:to-first], carry, nil)
			b = to
		}
		score += g.costs.carryValue(carry)
		top += g.costs.carryValue(kern.border)
		g.eqs.done()
	}
	// The last block reaches beyond the last row.
	if over := n % 64; over != 0 {
		score -= g.costs.fall(state[blocks-1], ^uint64(0)<<over)
	}
	return g.cost(n, m, score)
}

// reset makes room for a sweep.
func (g *grid) reset(blocks int) {
	g.exits = g.exits[:0]
	for range len(g.hyp)/tileColumns + 1 {
		g.exits = append(g.exits, noExit)
	}
	g.left = g.left[:0]
	for len(g.above) < blocks/tileBlocks+1 {
		g.above = append(g.above, carries{})
	}
	for r := range g.above {
		g.above[r].h = g.above[r].h[:0]
	}
	if cap(g.state) < blocks {
		g.state, g.entry = make([]cells, blocks), make([]cells, blocks)
	}
	g.state, g.entry = g.state[:blocks], g.entry[:blocks]
	for b := range g.state {
		g.state[b], g.entry[b] = kernels[g.costs].edge, kernels[g.costs].edge
	}
}

// keep copies the cells before a tile's first column.
func (g *grid) keep(tile, first int, col []cells) {
	if tile < cap(g.left) {
		g.left = g.left[:tile+1]
	} else {
		g.left = append(g.left, column{})
	}
	g.left[tile].first = first
	g.left[tile].cells = append(g.left[tile].cells[:0], col...)
}

// cost turns the score of a place into points.
func (g *grid) cost(i, j, score int) int {
	if g.costs == SCLite {
		return 3*(i+j) - 2*score
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

// drop notes the paths that leave the band above it, from a block that is in it
// no more from column j on. It returns the score at the block's end.
func (g *grid) drop(col cells, block, j, top int) int {
	g.leave(block*64, j, block+1, top)
	for bit := range 64 {
		top += g.costs.fall(col, 1<<bit)
		g.leave(block*64+bit+1, j, block+1, top)
	}
	return top
}

// leave notes a place from which a path leaves the band. What it costs from
// there on is bounded by the difference in length and by the seeds from a block
// on that are nowhere in the hypothesis.
func (g *grid) leave(i, j, block, score int) {
	rest := abs((len(g.ref) - i) - (len(g.hyp) - j))
	exit := &g.exits[j/tileColumns]
	*exit = min(*exit, g.cost(i, j, score)+g.unit*max(rest, g.hull.lost(block)))
}

func (c *carries) put(j int, carry uint8) {
	if len(c.h) == 0 {
		c.first = j
	}
	c.h = append(c.h, carry)
}

// trace walks the path back through the tiles. Where a path may leave the band,
// along its borders, it goes on by insertions above it and by deletions on its
// left, as sweep has it; inside says to stop there and return false.
func (g *grid) trace(p *path, inside bool) bool {
	for p.i > 0 && p.j > 0 {
		r, c := (p.i-1)/64/tileBlocks, (p.j-1)/tileColumns
		top, from := r*tileBlocks*64, c*tileColumns
		rows := (p.i-1)/64 - r*tileBlocks + 1
		g.replay(r, c, rows, p.j)
		for p.i > top && p.j > from {
			row, b := p.i-1-top, int32(p.i-1)/64
			switch above, below := b < g.first[p.j-1], b > g.last[p.j-1]; {
			case inside && (above || below):
				return false
			case above:
				p.take(Insertion)
			case below:
				p.take(Deletion)
			default:
				p.back(&g.rec[(p.j-1-from)*rows+row/64], uint(row%64))
			}
		}
	}
	return true
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
			g.tile = append(g.tile, g.entry[b])
		}
	}
	above := &g.above[r]
	for j := from; j < end; j++ {
		first, last := max(int(g.first[j]), top), min(int(g.last[j]), top+rows-1)
		if first > last {
			continue // this column of the tile is outside the band
		}
		eq := g.eqs.of(g.ids[j], first, last)
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
