package align

import (
	"math/rand/v2"
	"testing"
)

// TestGainsGoOnAsCellsDo holds 64 rows at once against one after the other.
func TestGainsGoOnAsCellsDo(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	put := func(g *gains, row, n int) {
		g.ones |= uint64(n&1) << row
		g.twos |= uint64(n>>1&1) << row
		g.fours |= uint64(n>>2) << row
	}
	for range 2000 {
		var v, other, wantH, wantNext, wantMax gains
		least := []uint8{0, 1, 3}[r.IntN(3)]
		in := int(least) + r.IntN(7-int(least))
		h, eq := in, r.Uint64()&r.Uint64()
		var want moves
		for row := range 64 {
			x, y := r.IntN(7), r.IntN(7)
			if r.IntN(2) == 0 {
				x = 0
			}
			put(&v, row, x)
			put(&other, row, y)
			put(&wantMax, row, max(x, y))
			pair := 2
			if eq>>row&1 != 0 {
				pair = 6
			}
			d := max(x+int(least), h, pair)
			next := d - h
			h = d - x
			put(&wantH, row, h)
			put(&wantNext, row, next)
			for to, on := range map[*uint64]bool{&want.sub: d == pair, &want.ins: h == int(least), &want.del: next == 0} {
				if on {
					*to |= 1 << row
				}
			}
		}
		gotH := v.along(eq, least, firstRow(uint8(in)))
		d, next := v.on(gotH, firstRow(uint8(in)))
		if gotH != wantH || next != wantNext || v.max(other) != wantMax {
			t.Fatalf("%x, least %d, in %d, equal %x:\ngot  %x %x %x\nwant %x %x %x", v, least, in, eq, gotH, next, v.max(other), wantH, wantNext, wantMax)
		}
		if got := gotH.back(d, next, eq, least); got != want {
			t.Fatalf("steps back: got %x, want %x", got, want)
		}
	}
}
