package align

import "math/bits"

// gains are numbers from 0 to 7 of 64 rows, a machine word to each of their bits.
//
// SCLite's costs of a lattice are kept as those of a text are (see kernel.go), as
// what is gained over deleting and inserting everything, but not halved: 6 for two
// equal words, 2 for a substitution, 1 for leaving out a Deletable and 3 for what is
// no word. The differences v and h are 0 to 6. The thousandth that an Empty costs is
// no gain: see ladder.settle and web.
type gains struct{ ones, twos, fours uint64 }

// leastGain returns what leaving out an arc gains over leaving out a word.
func (o LatticeOptions) leastGain(k ArcKind) uint8 {
	switch {
	case k == Empty || k == Wildcard:
		return 3
	case k == Deletable && o.Deletable:
		return 1
	}
	return 0
}

// along returns h' of each row of an arc that leads on from a column v. in is the h
// that comes to the first row from above, least what leaving out the arc gains.
//
// It runs the carries as advanceGain does, by their value; but a word for "h is 6"
// and for "h is at least 5", 4 and 3 does with fewer terms.
func (v gains) along(eq uint64, least uint8, in gains) gains {
	n1, n2, n4 := ^v.ones, ^v.twos, ^v.fours
	low, middle, high := n2&n4, v.twos&n4, n2&v.fours
	v0, v1, v2, v3, v4, v5 := low&n1, low&v.ones, middle&n1, middle&v.ones, high&n1, high&v.ones
	l1, l3 := -uint64(least&1), -uint64(least>>1)

	out6 := eq & v0
	start := out6<<1 | in.fours&in.twos
	in6 := (((start & v0) + v0) ^ v0) | start
	out6 |= v0 & in6
	out5 := eq&low | v1&in6
	start = out5<<1 | in.fours&(in.twos|in.ones)
	in5 := (((start & v0) + v0) ^ v0) | start
	out5 |= v0 & in5
	out4 := eq&(low|v2) | v1&in5 | v2&in6
	start = out4<<1 | in.fours
	in4 := (((start & v0) + v0) ^ v0) | start
	out4 |= v0 & in4
	out3 := eq&n4 | v1&in4 | v2&in5 | v3&in6 | l3
	start = out3<<1 | in.fours | in.twos&in.ones
	in3 := (((start & v0) + v0) ^ v0) | start
	out3 |= v0 & in3
	// Of what h is below 3, nothing goes on.
	out2 := v0 | eq&(n4|v4) | v1&in3 | v2&in4 | v3&in5 | v4&in6 | l3
	out1 := low | eq&(n4|n2) | v2&in3 | v3&in4 | v4&in5 | v5&in6 | l1
	twos := out6 ^ out4 ^ out2
	return gains{ones: twos ^ out5 ^ out3 ^ out1, twos: twos, fours: out4}
}

// on returns d, modulo 8, and the v' that go on where h comes in from above and h'
// goes out.
func (v gains) on(h, in gains) (d, next gains) {
	d = v.plus(h)
	return d, d.minus(h.below(in))
}

// below moves numbers down by a row.
func (v gains) below(in gains) gains {
	return gains{v.ones<<1 | in.ones, v.twos<<1 | in.twos, v.fours<<1 | in.fours}
}

// plus and minus reckon modulo 8.
func (v gains) plus(w gains) gains {
	carry, half := v.ones&w.ones, v.twos^w.twos
	return gains{v.ones ^ w.ones, half ^ carry, v.fours ^ w.fours ^ (v.twos&w.twos | half&carry)}
}

func (v gains) minus(w gains) gains {
	borrow, half := w.ones&^v.ones, v.twos^w.twos
	return gains{v.ones ^ w.ones, half ^ borrow, v.fours ^ w.fours ^ (w.twos&^v.twos | borrow&^half)}
}

// back returns the steps back of an arc: ins along it, del down its column, sub both.
func (h gains) back(d, next gains, eq uint64, least uint8) moves {
	return moves{
		sub: d.twos &^ d.ones & (eq | ^d.fours),
		del: ^(next.ones | next.twos | next.fours),
		ins: ^((h.ones ^ -uint64(least&1)) | (h.twos ^ -uint64(least>>1)) | h.fours),
	}
}

// max returns the greater of two numbers of each row.
func (v gains) max(w gains) gains {
	differ := v.fours ^ w.fours
	less := differ & w.fours
	same := ^differ
	differ = v.twos ^ w.twos
	less |= same & differ & w.twos
	less |= same &^ differ &^ v.ones & w.ones
	return gains{
		v.ones ^ (v.ones^w.ones)&less,
		v.twos ^ (v.twos^w.twos)&less,
		v.fours ^ (v.fours^w.fours)&less,
	}
}

// equal has a bit for each row in which both numbers are the same.
func (v gains) equal(w gains) uint64 {
	return ^((v.ones ^ w.ones) | (v.twos ^ w.twos) | (v.fours ^ w.fours))
}

// sum adds up the numbers of the rows of a mask.
func (v gains) sum(rows uint64) int {
	return bits.OnesCount64(v.ones&rows) + 2*bits.OnesCount64(v.twos&rows) + 4*bits.OnesCount64(v.fours&rows)
}

// firstRow returns a number in the first row alone: what comes to it from above.
func firstRow(n uint8) gains {
	return gains{uint64(n) & 1, uint64(n) >> 1 & 1, uint64(n) >> 2}
}

// last returns the number of the last row, as firstRow puts it into the next word.
func (h gains) last() gains { return gains{h.ones >> 63, h.twos >> 63, h.fours >> 63} }

// first returns the number that firstRow was given.
func (h gains) first() uint8 { return uint8(h.ones | h.twos<<1 | h.fours<<2) }

// lane is a column of a strip. Under SCLite its cells hold half of what is gained, as
// kernel.go has it, and odd a point more.
type lane struct {
	cells []cells
	odd   []uint64 // nil under Levenshtein
}

func (l lane) at(b int) gains { return gains{l.odd[b], l.cells[b].a, l.cells[b].b} }

// part returns some blocks of a lane.
func (l lane) part(from, to int) lane {
	p := lane{cells: l.cells[from:to]}
	if l.odd != nil {
		p.odd = l.odd[from:to]
	}
	return p
}

// advance takes a lane of SCLite's costs over a word, as kernel.advance does; over
// blocks without an odd difference by that.
func (l lane) advance(eqs []uint64, carry uint8, rec []moves) uint8 {
	blocks := len(l.cells)
	for b := 0; b < blocks; {
		if carry&1 == 0 && l.odd[b] == 0 {
			end := b + 1
			for end < blocks && l.odd[end] == 0 {
				end++
			}
			var to []moves
			if rec != nil {
				to = rec[b:end]
			}
			carry = 2 * advanceGain(l.cells[b:end], eqs[b:end], carry/2, to)
			b = end
			continue
		}
		v, in := l.at(b), firstRow(carry)
		h := v.along(eqs[b], 0, in)
		d, next := v.on(h, in)
		l.odd[b], l.cells[b] = next.ones, cells{next.twos, next.fours}
		if rec != nil {
			rec[b] = h.back(d, next, eqs[b], 0)
		}
		carry = h.last().first()
		b++
	}
	return carry
}
