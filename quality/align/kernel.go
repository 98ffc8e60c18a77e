package align

import "math/bits"

// The idea of both kernels: neighbouring places of the matrix differ by little,
// so a column is kept as differences, one bit position a row, 64 rows a machine
// word, and additions let a difference run down the column as a carry.
//
//	        j-1      j
//	i-1      ·---h---·      h comes in from above, v from the left;
//	         v       v'     d, the difference along the diagonal, follows from
//	i        ·---h'--·      both and from whether the tokens are equal;
//	                        v' = d - h and h' = d - v go on
//
// Levenshtein keeps costs: v and h are -1, 0 or 1 (a: v = 1, b: v = -1).
// SCLite keeps what is gained over deleting and inserting everything, halved:
// 3 for two equal tokens, 1 for a substitution, 0 for the rest, so that
// cost = 3·(rows + columns) - 2·gain; v and h are 0 to 3 (a: bit 0, b: bit 1).

// cells holds the vertical differences of 64 rows.
type cells struct {
	a, b uint64
}

// kernel is what differs between the costs.
type kernel struct {
	// advance takes a column's cells to the next column. eq has a bit for each
	// row whose token equals the column's. carry is h at the top and, returned,
	// at the bottom: 0, 1 or 2 for -1 where costs are kept. rec, where it is not
	// nil, gets the steps back.
	advance func(col []cells, eq []uint64, carry uint8, rec []moves) uint8
	// edge are cells where nothing is known but deletions, and border the h of
	// a row where nothing is known but insertions.
	edge   cells
	border uint8
}

var kernels = [...]kernel{
	Levenshtein: {advance: advanceUnit, edge: cells{a: ^uint64(0)}, border: 1},
	SCLite:      {advance: advanceGain},
}

// advanceUnit takes cells of Levenshtein's costs on, a carry at a time.
func advanceUnit(col []cells, eqs []uint64, carry uint8, rec []moves) uint8 {
	hpIn, hnIn := uint64(carry&1), uint64(carry>>1)
	eqs = eqs[:len(col)]
	for k := range col {
		d0, hp, hn := unitDifferences(col[k], eqs[k]|hnIn)
		hpShift := hp<<1 | hpIn
		col[k] = cells{a: hn<<1 | hnIn | ^(d0 | hpShift), b: hpShift & d0}
		hpIn, hnIn = hp>>63, hn>>63
		if rec != nil {
			rec[k] = moves{sub: ^d0, del: col[k].a, ins: hp}
		}
	}
	return uint8(hpIn | hnIn<<1)
}

// unitDifferences is Hyyrö 2003, figure 8: where d is 0, h' is 1 and h' is -1,
// for 64 rows, of which eq are those with d 0 by equal tokens or by the carry.
func unitDifferences(c cells, eq uint64) (d0, hp, hn uint64) {
	d0 = (((eq & c.a) + c.a) ^ c.a) | eq | c.b
	return d0, c.b | ^(d0 | c.a), d0 & c.a
}

// advanceGain runs the carries by their value: a 3 begins at equal tokens with
// v = 0 and runs on through unequal ones with v = 0; 2 and 1 likewise, from the
// places where d - v leaves them.
func advanceGain(col []cells, eqs []uint64, carry uint8, rec []moves) uint8 {
	c3, c2, c1 := uint64(carry&(carry>>1)), uint64(carry>>1&^carry)&1, uint64(carry&^(carry>>1))&1
	eqs = eqs[:len(col)]
	for k := range col {
		c, eq := &col[k], eqs[k]
		ne := ^eq
		v3, v2, v1 := c.a&c.b, c.b&^c.a, c.a&^c.b
		v0 := ^(c.a | c.b)
		run := ne & v0
		// out are the h' of each row, in the h that come to it from above.
		start := eq&v0<<1 | c3
		in3 := (((start & run) + run) ^ run) | start
		gen2 := eq&v1 | ne&v1&in3
		start = gen2<<1 | c2
		in2 := (((start & run) + run) ^ run) | start
		out1 := eq&v2 | ne&(v1&in2|v2&in3) | run&^(in3|in2)
		in1 := out1<<1 | c1
		out3, out2 := eq&v0|run&in3, gen2|run&in2

		in0 := ^(in3 | in2 | in1)
		d3 := eq | v3 | in3
		d2 := (v2 | in2) &^ d3
		new3 := d3 & in0
		new2 := d3&in1 | d2&in0
		new1 := d3&in2 | d2&in1 | in0&^(d3|d2)
		c.a, c.b = new1|new3, new2|new3
		c3, c2, c1 = out3>>63, out2>>63, out1>>63
		if rec != nil {
			rec[k] = moves{sub: ^(d3 | d2), del: ^(c.a | c.b), ins: ^(out1 | out2 | out3)}
		}
	}
	return uint8(c1 | c2<<1 | c3 | c3<<1)
}

// carryValue returns by how much a carry changes the score.
func (c Costs) carryValue(carry uint8) int {
	if c == SCLite {
		return int(carry)
	}
	return int(carry&1) - int(carry>>1)
}

// fall returns by how much the score changes over the rows of a mask.
func (c Costs) fall(col cells, mask uint64) int {
	a, b := bits.OnesCount64(col.a&mask), bits.OnesCount64(col.b&mask)
	if c == SCLite {
		return a + 2*b
	}
	return a - b
}
