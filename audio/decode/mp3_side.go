package decode

import "encoding/binary"

// mp3Bitstream reads bits, highest first. Behind the data there must be eight
// bytes more that may be read, whatever they hold.
type mp3Bitstream struct {
	p   []byte
	bit int // position of the next one
}

// take reads n bits, 0 to 32.
func (b *mp3Bitstream) take(n int) int {
	v := binary.BigEndian.Uint64(b.p[b.bit>>3:]) << (b.bit & 7) >> 32 >> (32 - n)
	b.bit += n
	return int(v)
}

func (b *mp3Bitstream) flag() bool { return b.take(1) == 1 }

// What the transform of a granule does (block_type of ISO 11172-3 section
// 2.4.2.7).
const (
	mp3Long = iota
	mp3Start
	mp3Short
	mp3Stop
)

// mp3Granule is the side information of one channel for 576 samples.
type mp3Granule struct {
	bits     int // of scale factors and spectrum
	big      int // lines coded as pairs; behind them come quadruples, then zeros
	gain     int // 210 leaves the samples as they are, 4 more are twice as loud
	scale    int // scalefac_compress: how the scale factors are coded
	block    int
	mixed    bool
	tables   [3]int
	ends     [3]int // lines at which each table ends; the last is all the rest
	subgain  [3]int // of each short window
	emphasis bool   // preflag
	shift    int    // a step of a scale factor is 2^-shift/4, shift 1 or 2
	quad     int    // which of the two codes for quadruples
}

// mp3Side is the side information of a frame (ISO 11172-3 section 2.4.1.7, ISO
// 13818-3 section 2.4.1.7).
type mp3Side struct {
	back     int    // bytes before this frame's own data at which its data begin
	bytes    int    // of data
	share    [2]int // scfsi: bands whose scale factors granule 1 takes from granule 0
	granules [2][2]mp3Granule
	bad      bool // it holds what no encoder may write
}

// parse reads the side information in p, which has sideSize bytes.
func (s *mp3Side) parse(h mp3Header, p []byte) {
	var padded [32 + 8]byte
	copy(padded[:], p)
	b := mp3Bitstream{p: padded[:]}
	s.bad, s.share = false, [2]int{}
	if h.version == 1 {
		s.back = b.take(9)
		b.take(7 - 2*h.channels) // private bits: 5 of mono, 3 of stereo
		for ch := range h.channels {
			s.share[ch] = b.take(4)
		}
	} else {
		s.back = b.take(8)
		b.take(h.channels)
	}
	bands, bits := h.bands(), 0
	for gr := range h.granules() {
		for ch := range h.channels {
			g := &s.granules[gr][ch]
			if !g.parse(h, bands, &b) {
				s.bad = true
			}
			if h.version != 1 && ch == 1 && h.intensity() {
				g.emphasis = false // these are positions
			}
			bits += g.bits
		}
	}
	s.bytes = (bits + 7) / 8
}

// parse tells whether the granule makes sense.
func (g *mp3Granule) parse(h mp3Header, bands *mp3Bands, b *mp3Bitstream) bool {
	*g = mp3Granule{bits: b.take(12), big: 2 * b.take(9), gain: b.take(8)}
	if h.version == 1 {
		g.scale = b.take(4)
	} else {
		g.scale = b.take(9)
	}
	ok := g.big <= 576
	if b.flag() {
		g.block = b.take(2)
		g.mixed = b.flag()
		ok = ok && g.block != mp3Long
		g.tables = [3]int{b.take(5), b.take(5), 0}
		g.subgain = [3]int{b.take(3), b.take(3), b.take(3)}
		g.ends[0] = g.windowedRegion(h)
		g.ends[1] = 576
	} else {
		g.tables = [3]int{b.take(5), b.take(5), b.take(5)}
		first, second := b.take(4)+1, b.take(3)+1
		line := 0
		for i := range min(first+second, len(bands.long)) {
			line += int(bands.long[i])
			if i+1 == first {
				g.ends[0] = line
			}
		}
		g.ends[1] = line
	}
	g.ends[2] = 576
	for i := range g.ends {
		g.ends[i] = min(g.ends[i], g.big)
	}
	if h.version == 1 {
		g.emphasis = b.flag()
	} else {
		// The factors coded with 500 and more stand for emphasised bands.
		g.emphasis = g.scale >= 500
	}
	g.shift = 1 + b.take(1)
	g.quad = b.take(1)
	return ok
}

// windowedRegion is where the first table ends in granules whose window
// changes: they do not say.
func (g *mp3Granule) windowedRegion(h mp3Header) int {
	switch {
	case h.version == 1 || g.block == mp3Short && h.rateHz != 8000:
		return 36
	case g.block == mp3Short:
		return 72
	case h.rateHz == 8000:
		return 108
	}
	return 54
}

// granules is how many granules of 576 samples a frame holds.
func (h mp3Header) granules() int { return int(h.samples()) / 576 }
