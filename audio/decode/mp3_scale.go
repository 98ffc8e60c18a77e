package decode

// mp3Factors are the scale factors of one channel of a granule, those of long
// bands before those of short ones, three for each of these.
type mp3Factors struct {
	values [39]uint8
	// none marks, in the right channel under intensity stereo, positions that
	// say that a band has none.
	none [39]bool
}

// mp3ScaleBits are the lengths of scale factors of MPEG-1 in lower and upper
// bands (ISO 11172-3 section 2.4.2.7, scalefac_compress).
var mp3ScaleBits = [16][2]int{{0, 0}, {0, 1}, {0, 2}, {0, 3}, {3, 0}, {1, 1}, {1, 2}, {1, 3},
	{2, 1}, {2, 2}, {2, 3}, {3, 1}, {3, 2}, {3, 3}, {4, 2}, {4, 3}}

// mp3ShareEnds are the bands at which the groups of scfsi end.
var mp3ShareEnds = [4]int{6, 11, 16, 21}

// read1 reads the scale factors of MPEG-1. share has a bit for each group that
// is the same as in first, which holds those of the granule before.
func (f *mp3Factors) read1(b *mp3Bitstream, g *mp3Granule, l mp3Layout, share int, first *mp3Factors) {
	bits := mp3ScaleBits[g.scale]
	if g.block == mp3Short {
		low := l.long + 3*(6-l.short)
		f.values = [39]uint8{}
		for i := range low + 18 {
			n := bits[0]
			if i >= low {
				n = bits[1]
			}
			f.values[i] = uint8(b.take(n))
		}
		f.noneAt(7)
		return
	}
	i := 0
	for group, end := range mp3ShareEnds {
		for ; i < end; i++ {
			if share>>(3-group)&1 == 1 {
				f.values[i] = first.values[i]
			} else {
				f.values[i] = uint8(b.take(bits[group/2]))
			}
		}
	}
	clear(f.values[i:])
	f.noneAt(7)
}

// noneAt marks the positions of MPEG-1's intensity stereo that say none.
func (f *mp3Factors) noneAt(position uint8) {
	for i, v := range f.values {
		f.none[i] = v >= position
	}
}

// mp3ScaleCounts2 are how many scale factors of MPEG-2 share a length, by how
// they are coded and by the layout: long, short, mixed (ISO 13818-3 section
// 2.4.3.2; the last three are those of the right channel of intensity stereo).
var mp3ScaleCounts2 = [6][3][4]int{
	{{6, 5, 5, 5}, {9, 9, 9, 9}, {6, 9, 9, 9}},
	{{6, 5, 7, 3}, {9, 9, 12, 6}, {6, 9, 12, 6}},
	{{11, 10, 0, 0}, {18, 18, 0, 0}, {15, 18, 0, 0}},
	{{7, 7, 7, 0}, {12, 12, 12, 0}, {6, 15, 12, 0}},
	{{6, 6, 6, 3}, {12, 9, 9, 6}, {6, 12, 9, 6}},
	{{8, 8, 5, 0}, {15, 12, 9, 0}, {6, 18, 9, 0}},
}

// mp3ScaleCode2 takes scalefac_compress of MPEG-2 apart: which row of counts,
// and the four lengths.
func mp3ScaleCode2(scale int, intensity bool) (row int, bits [4]int) {
	if intensity {
		switch c := scale >> 1; {
		case c < 180:
			return 3, [4]int{c / 36, c % 36 / 6, c % 6, 0}
		case c < 244:
			c -= 180
			return 4, [4]int{c % 64 >> 4, c % 16 >> 2, c % 4, 0}
		default:
			c -= 244
			return 5, [4]int{c / 3, c % 3, 0, 0}
		}
	}
	switch c := scale; {
	case c < 400:
		return 0, [4]int{(c >> 4) / 5, (c >> 4) % 5, c % 16 >> 2, c % 4}
	case c < 500:
		c -= 400
		return 1, [4]int{(c >> 2) / 5, (c >> 2) % 5, c % 4, 0}
	default:
		c -= 500
		return 2, [4]int{c / 3, c % 3, 0, 0}
	}
}

// read2 reads the scale factors of MPEG-2; intensity says that this is the
// right channel of intensity stereo, whose factors are positions.
func (f *mp3Factors) read2(b *mp3Bitstream, g *mp3Granule, intensity bool) {
	row, bits := mp3ScaleCode2(g.scale, intensity)
	column := 0
	if g.block == mp3Short {
		column = 1
		if g.mixed {
			column = 2
		}
	}
	i := 0
	for part, count := range mp3ScaleCounts2[row][column] {
		n := bits[part]
		for end := i + count; i < end; i++ {
			v := b.take(n)
			f.values[i] = uint8(v)
			f.none[i] = n > 0 && v == 1<<n-1
		}
	}
	clear(f.values[i:])
	clear(f.none[i:])
}

// mp3Scaled is one band with what its lines are multiplied by.
type mp3Scaled struct {
	end   int // line behind its last
	scale float32
}

// scales fills out with the bands of g in the order in which the lines are
// coded, three for each short band, and returns them. less is by how many steps
// the gain is to be lowered.
func (f *mp3Factors) scales(t *mp3Tables, g *mp3Granule, l mp3Layout, bands *mp3Bands, less int, out *[40]mp3Scaled) []mp3Scaled {
	base := mp3GainFloor + g.gain - 210 - less
	n, line := 0, 0
	for ; n < l.long; n++ {
		v := int(f.values[n])
		if g.emphasis {
			v += int(mp3Emphasis[n])
		}
		line += int(bands.long[n])
		out[n] = mp3Scaled{line, t.gain[base-(v<<g.shift)]}
	}
	for band := l.short; band < 13; band++ {
		for w := range 3 {
			line += int(bands.short[band])
			out[n] = mp3Scaled{line, t.gain[base-8*g.subgain[w]-(int(f.values[n])<<g.shift)]}
			n++
		}
	}
	return out[:n]
}
