package decode

import (
	"math"
	"sync"
)

// mp3Entry is what a run of bits begins with: a code's values and length, or
// where to look further.
//
//	leaf   0 | . . . | y is not 0 | x is not 0 | y (4) | x (4) | length (8)
//	deeper 1 | . . . | bits to look at (8) | where their entries begin (16)
type mp3Entry uint32

const (
	mp3Deeper = 1 << 31
	// mp3FirstBits are looked up at once: half of all pairs are shorter than
	// this in every code, and 15 codes of this size stay in the nearest cache.
	mp3FirstBits = 8
)

// mp3Quad is the same for quadruples: the values in the upper half, the length
// in the lower.
type mp3Quad uint8

const mp3QuadBits = 6 // the longest code of quadruples

// mp3Gains is how many powers of 2^(1/4) a sample may be scaled by: global_gain
// reaches 45 steps above its zero at 210 and 210 below, the gain of a short
// window goes down by 56, a scale factor of 31 (a position of intensity stereo,
// where it is none) by 124.
const (
	mp3GainFloor = 210 + 56 + 124
	mp3Gains     = mp3GainFloor + 46
)

// mp3Tables are what the decoder looks up; they never change.
type mp3Tables struct {
	codes [32][]mp3Entry // nil: every value is 0
	quads [2][1 << mp3QuadBits]mp3Quad
	// power holds the bits of x^(4/3) as float32: the sign goes in by xor.
	power [8192 + 15]uint32
	gain  [mp3Gains]float32
	// peak is the power of the largest sample that a code holds.
	peak [32]float64
	// window is cut and folded for synthesise, which tells how.
	window [17]mp3Taps
	// imdct36 holds the four windows of long transforms, times the last factor
	// of the transform, for even and odd subbands.
	imdct36 [2][4][36]float32
	imdct12 [12]float32
}

// mp3Shared makes the tables when the first mp3 is opened.
var mp3Shared = sync.OnceValue(func() *mp3Tables {
	t := new(mp3Tables)
	for n := range t.codes {
		leaves := n
		switch {
		case n >= 24:
			leaves = 24
		case n >= 16:
			leaves = 16
		}
		if s, ok := mp3Leaves[leaves]; ok {
			t.codes[n] = buildMP3Code(parseMP3Leaves(s))
		}
	}
	for n, code := range t.codes {
		peak := 0
		for _, e := range code {
			if e&mp3Deeper == 0 {
				peak = max(peak, int(e>>8&15), int(e>>12&15))
			}
		}
		t.peak[n] = math.Pow(float64(peak+(1<<mp3LinBits[n]-1)), 8./3)
	}
	for i := range t.quads {
		t.quads[i] = buildMP3Quads(parseMP3Leaves(mp3Leaves[32+i]))
	}
	for x := range t.power {
		t.power[x] = math.Float32bits(float32(math.Pow(float64(x), 4./3)))
	}
	for i := range t.gain {
		t.gain[i] = float32(math.Exp2(float64(i-mp3GainFloor) / 4))
	}
	t.window = foldMP3Window()
	t.imdct36, t.imdct12 = mp3TransformWindows()
	return t
})

// mp3Leaf is one code word; code holds its bits from the highest on.
type mp3Leaf struct {
	x, y   int
	code   uint32
	length int
}

// parseMP3Leaves gives back the code words: each is the one before plus one at
// its last bit.
func parseMP3Leaves(s string) []mp3Leaf {
	digit := func(c byte) int {
		if c >= 'a' {
			return int(c-'a') + 10
		}
		return int(c - '0')
	}
	var leaves []mp3Leaf
	code := uint32(0)
	for ; len(s) >= 3; s = s[3:] {
		l := mp3Leaf{x: digit(s[0]), y: digit(s[1]), code: code, length: int(s[2]-'a') + 1}
		leaves = append(leaves, l)
		code += 1 << (32 - l.length)
	}
	return leaves
}

func (l mp3Leaf) entry() mp3Entry {
	e := mp3Entry(l.length) | mp3Entry(l.x)<<8 | mp3Entry(l.y)<<12
	if l.x != 0 {
		e |= 1 << 16
	}
	if l.y != 0 {
		e |= 1 << 17
	}
	return e
}

// buildMP3Code makes the look-up of one code: the entries of the first bits,
// then those of the rest of the codes that share their first bits.
func buildMP3Code(leaves []mp3Leaf) []mp3Entry {
	entries := make([]mp3Entry, 1<<mp3FirstBits)
	for i := 0; i < len(leaves); {
		l := leaves[i]
		first := l.code >> (32 - mp3FirstBits)
		if l.length <= mp3FirstBits {
			for k := range uint32(1) << (mp3FirstBits - l.length) {
				entries[first+k] = l.entry()
			}
			i++
			continue
		}
		end, depth := i, 0
		for ; end < len(leaves) && leaves[end].code>>(32-mp3FirstBits) == first; end++ {
			depth = max(depth, leaves[end].length-mp3FirstBits)
		}
		entries[first] = mp3Deeper | mp3Entry(depth)<<16 | mp3Entry(len(entries))
		for ; i < end; i++ {
			for range 1 << (depth - (leaves[i].length - mp3FirstBits)) {
				entries = append(entries, leaves[i].entry())
			}
		}
	}
	return entries
}

func buildMP3Quads(leaves []mp3Leaf) (quads [1 << mp3QuadBits]mp3Quad) {
	for _, l := range leaves {
		for k := range uint32(1) << (mp3QuadBits - l.length) {
			quads[l.code>>(32-mp3QuadBits)+k] = mp3Quad(l.y<<4 | l.length)
		}
	}
	return quads
}
