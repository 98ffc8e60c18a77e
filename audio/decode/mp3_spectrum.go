package decode

import (
	"encoding/binary"
	"math"
)

// readSpectrum reads the lines of a granule from b up to bit end into x, each to
// the power of 4/3 and times the scale of its band, and returns the line behind
// the last that was coded; from there on all are 0. Lines are in the order in
// which they are coded. Data that run over end give zeros from there.
func readSpectrum(t *mp3Tables, g *mp3Granule, b *mp3Bitstream, end int, bands []mp3Scaled, x *[576]float32) int {
	line := 0
	for i := range 3 {
		line, bands = readPairs(t, g.tables[i], b, end, bands, x, line, g.ends[i])
	}
	line = readQuads(&t.quads[g.quad&1], b, end, bands, x, line)
	clear(x[line:])
	b.bit = end
	return line
}

// readPairs reads lines from line to stop with one Huffman table.
func readPairs(t *mp3Tables, table int, b *mp3Bitstream, end int, bands []mp3Scaled, x *[576]float32, line, stop int) (int, []mp3Scaled) {
	code, linBits := t.codes[table&31], uint(mp3LinBits[table&31])
	bit, p := b.bit, b.p
	for line < stop {
		for bands[0].end <= line {
			bands = bands[1:]
		}
		scale, until := bands[0].scale, min(bands[0].end, stop)
		if code == nil {
			clear(x[line:until])
			line = until
			continue
		}
		for ; line < until; line += 2 {
			if bit >= end {
				clear(x[line:stop])
				b.bit = bit
				return stop, bands
			}
			// The longest pair takes 19 bits, or 12 with 2 of 13 and 2 signs:
			// less than the 57 that are at hand.
			w := binary.BigEndian.Uint64(p[bit>>3:]) << (bit & 7)
			e := code[w>>(64-mp3FirstBits)]
			if e&mp3Deeper != 0 {
				e = code[uint64(e&0xFFFF)+w<<mp3FirstBits>>(64-e>>16&0xFF)]
			}
			n := uint(e & 0xFF)
			w <<= n
			u, v := uint(e>>8&15), uint(e>>12&15)
			if linBits > 0 && u == 15 {
				u += uint(w >> (64 - linBits))
				w <<= linBits
				n += linBits
			}
			nu := uint(e >> 16 & 1)
			x[line] = math.Float32frombits(t.power[u]^uint32(w>>32)&(1<<31)) * scale
			w <<= nu
			n += nu
			if linBits > 0 && v == 15 {
				v += uint(w >> (64 - linBits))
				w <<= linBits
				n += linBits
			}
			x[line+1] = math.Float32frombits(t.power[v]^uint32(w>>32)&(1<<31)) * scale
			bit += int(n + uint(e>>17&1))
		}
	}
	b.bit = bit
	return line, bands
}

// readQuads reads lines of -1, 0 and 1, four at a time, to bit end. A quadruple
// that runs over it is none: some encoders give a length that is too short.
func readQuads(code *[1 << mp3QuadBits]mp3Quad, b *mp3Bitstream, end int, bands []mp3Scaled, x *[576]float32, line int) int {
	bit := b.bit
	for line <= 572 && bit < end {
		w := binary.BigEndian.Uint64(b.p[bit>>3:]) << (bit & 7)
		e := code[w>>(64-mp3QuadBits)]
		n := uint(e & 15)
		w <<= n
		for i := range 4 {
			for bands[0].end <= line+i {
				bands = bands[1:]
			}
			v := float32(0)
			if e>>(7-i)&1 == 1 {
				v = math.Float32frombits(math.Float32bits(bands[0].scale) ^ uint32(w>>32)&(1<<31))
				w <<= 1
				n++
			}
			x[line+i] = v
		}
		bit += int(n)
		if bit > end {
			return line
		}
		line += 4
	}
	return line
}

// interleave puts the lines of short bands, which are coded window by window,
// in order of frequency, one of each window in turn; line is where they begin
// and last the line behind the last that was coded. It returns the line behind
// the last that may not be 0.
func (l mp3Layout) interleave(bands *mp3Bands, x *[576]float32, last int) int {
	if l.short == 13 {
		return last
	}
	var coded [576]float32
	line := l.longLines
	for band := l.short; band < 13 && line < last; band++ {
		n := int(bands.short[band])
		copy(coded[:3*n], x[line:])
		for i := range n {
			x[line+3*i] = coded[i]
			x[line+3*i+1] = coded[n+i]
			x[line+3*i+2] = coded[2*n+i]
		}
		line += 3 * n
	}
	return max(line, last)
}

// mp3Alias are the factors of alias reduction (ISO 11172-3 table B.9).
var mp3AliasOwn, mp3AliasOther = func() (own, other [8]float32) {
	for i, c := range [8]float64{-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037} {
		own[i] = float32(1 / math.Sqrt(1+c*c))
		other[i] = float32(c / math.Sqrt(1+c*c))
	}
	return own, other
}()

// reduceAlias mixes the lines on both sides of the borders of subbands, of the
// first n borders.
func reduceAlias(x *[576]float32, n int) {
	for sb := 1; sb <= n; sb++ {
		s := (*[16]float32)(x[18*sb-8:])
		for i := range 8 {
			u, d := s[7-i], s[8+i]
			s[7-i] = u*mp3AliasOwn[i] - d*mp3AliasOther[i]
			s[8+i] = d*mp3AliasOwn[i] + u*mp3AliasOther[i]
		}
	}
}
