package decode

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// bitWriter writes bits, highest first.
type bitWriter struct {
	p   []byte
	bit int
}

func (w *bitWriter) put(v, n int) {
	for i := n - 1; i >= 0; i-- {
		if w.bit&7 == 0 {
			w.p = append(w.p, 0)
		}
		w.p[w.bit>>3] |= byte(v>>i&1) << (7 - w.bit&7)
		w.bit++
	}
}

func (w *bitWriter) flag(b bool) {
	if b {
		w.put(1, 1)
	} else {
		w.put(0, 1)
	}
}

// mp3Writer writes streams that no encoder here does: each granule has a random
// block type, mixing, tables, gains, scale factors and spectrum, and each frame
// a random kind of stereo.
type mp3Writer struct {
	random *rand.Rand
	header uint32 // without mode extension
	// What may occur:
	mixed, joint, short bool
	quiet               int // global_gain of granules
	// The granule before:
	block int
	mix   bool
}

// stream writes frames; each has its data in itself.
func (w *mp3Writer) stream(t testing.TB, frames int) []byte {
	var out []byte
	for range frames {
		word := w.header
		if w.joint {
			word |= 1<<6 | uint32(w.random.IntN(4))<<4
		}
		head := binary.BigEndian.AppendUint32(nil, word)
		h, ok := parseMP3Header(head)
		if !ok {
			t.Fatalf("%08X is no header", word)
		}
		var side, data bitWriter
		if h.version == 1 {
			side.put(0, 9+7-2*h.channels)
			for range h.channels {
				side.put(0, 4) // written with granule 1 below
			}
		} else {
			side.put(0, 8+h.channels)
		}
		share := [2]int{}
		var types [2][2]int
		for gr := range h.granules() {
			block, mixed := w.blockType()
			for ch := range h.channels {
				if gr == 1 && block != mp3Short && types[0][ch] != mp3Short && w.random.IntN(2) == 0 {
					share[ch] = w.random.IntN(16)
				}
				types[gr][ch] = block
				s := 0
				if gr == 1 {
					s = share[ch]
				}
				w.granule(h, ch, block, mixed, s, &side, &data)
			}
		}
		if h.version == 1 {
			at := 9 + 7 - 2*h.channels
			for ch := range h.channels {
				for i := range 4 {
					side.p[(at+i)>>3] |= byte(share[ch]>>(3-i)&1) << (7 - (at+i)&7)
				}
				at += 4
			}
		}
		frame := append(append(head, side.p...), data.p...)
		if len(side.p) != h.sideSize() || len(frame) > h.size() {
			t.Fatalf("side information of %d bytes, frame of %d of %d", len(side.p), len(frame), h.size())
		}
		out = append(out, append(frame, make([]byte, h.size()-len(frame))...)...)
	}
	return out
}

// blockType chooses what may follow the granule before: short blocks are led in
// and out, and mixing stays the same from one end to the other. ffmpeg relies on
// that.
func (w *mp3Writer) blockType() (block int, mixed bool) {
	switch {
	case !w.short:
		return mp3Long, false
	case w.block == mp3Long || w.block == mp3Stop:
		w.block = mp3Long + w.random.IntN(2)
		w.mix = w.mixed && w.block == mp3Start && w.random.IntN(2) == 0
	case w.block == mp3Start:
		w.block = mp3Short
	default:
		w.block = mp3Short + w.random.IntN(2)
	}
	return w.block, w.mix
}

// granule writes one channel of a granule. The right one ends lower than the
// left, so that there is room for intensity stereo.
func (w *mp3Writer) granule(h mp3Header, ch, block int, mixed bool, share int, side, data *bitWriter) {
	r := w.random
	g := mp3Granule{block: block, mixed: mixed, gain: w.quiet + r.IntN(8), big: 2 * r.IntN(120-50*ch), quad: r.IntN(2), shift: 1 + r.IntN(2)}
	begin := data.bit
	if h.version == 1 {
		g.scale = r.IntN(16)
		w.factors1(&g, h, share, data)
	} else {
		g.scale = w.factors2(&g, ch == 1 && h.intensity(), data)
	}
	g.emphasis = h.version == 1 && r.IntN(2) == 0
	for i := range g.subgain {
		g.subgain[i] = r.IntN(3)
	}
	first, second := r.IntN(16), r.IntN(8)
	for i := range g.tables {
		for g.tables[i] = 0; mp3Shared().codes[g.tables[i]] == nil; {
			g.tables[i] = 1 + r.IntN(31)
		}
	}
	g.ends = [3]int{g.windowedRegion(h), 576, 576}
	if block == mp3Long {
		line := 0
		for i, n := range h.bands().long[:min(22, first+second+2)] {
			line += int(n)
			if i == first {
				g.ends[0] = line
			}
		}
		g.ends[1] = line
	}
	w.spectrum(&g, data)
	g.bits = data.bit - begin

	side.put(g.bits, 12)
	side.put(g.big/2, 9)
	side.put(g.gain, 8)
	if h.version == 1 {
		side.put(g.scale, 4)
	} else {
		side.put(g.scale, 9)
	}
	side.flag(block != mp3Long)
	if block != mp3Long {
		side.put(block, 2)
		side.flag(mixed)
		side.put(g.tables[0], 5)
		side.put(g.tables[1], 5)
		for _, v := range g.subgain {
			side.put(v, 3)
		}
	} else {
		for _, v := range g.tables {
			side.put(v, 5)
		}
		side.put(first, 4)
		side.put(second, 3)
	}
	if h.version == 1 {
		side.flag(g.emphasis)
	}
	side.put(g.shift-1, 1)
	side.put(g.quad, 1)
}

// factors1 writes random scale factors of MPEG-1.
func (w *mp3Writer) factors1(g *mp3Granule, h mp3Header, share int, data *bitWriter) {
	n := mp3ScaleBits[g.scale]
	any := func(bits int) { data.put(w.random.IntN(1<<bits), bits) }
	if g.block == mp3Short {
		l := g.layout(h)
		low := l.long + 3*(6-l.short)
		for range low {
			any(n[0])
		}
		for range 18 {
			any(n[1])
		}
		return
	}
	i := 0
	for group, end := range mp3ShareEnds {
		for ; i < end; i++ {
			if share>>(3-group)&1 == 0 {
				any(n[group/2])
			}
		}
	}
}

// factors2 writes random scale factors of MPEG-2 and returns their code. Left
// out are the highest of each length, which by the standard is no position, to
// ffmpeg one like any other, and those from 16 on, which are none to ffmpeg.
func (w *mp3Writer) factors2(g *mp3Granule, intensity bool, data *bitWriter) int {
	scale := w.random.IntN(512)
	row, bits := mp3ScaleCode2(scale, intensity)
	column := 0
	if g.block == mp3Short {
		column = 1
		if g.mixed {
			column = 2
		}
	}
	for part, count := range mp3ScaleCounts2[row][column] {
		for range count {
			data.put(w.random.IntN(min(16, max(1, 1<<bits[part]-1))), bits[part])
		}
	}
	return scale
}

// spectrum writes random lines: big ones as pairs, then some quadruples.
func (w *mp3Writer) spectrum(g *mp3Granule, data *bitWriter) {
	line := 0
	for i := range g.tables {
		n := g.tables[i]
		leaves := parseMP3Leaves(mp3Leaves[map[bool]int{true: min(24, max(16, n)), false: n}[n >= 16]])
		if n > 16 && n < 24 {
			leaves = parseMP3Leaves(mp3Leaves[16])
		}
		for ; line < min(g.ends[i], g.big); line += 2 {
			l := leaves[w.random.IntN(len(leaves))]
			data.put(int(l.code>>(32-l.length)), l.length)
			for _, v := range []int{l.x, l.y} {
				if v == 15 && mp3LinBits[n] > 0 {
					data.put(w.random.IntN(1<<min(3, mp3LinBits[n])), int(mp3LinBits[n]))
				}
				if v != 0 {
					data.put(w.random.IntN(2), 1)
				}
			}
		}
	}
	leaves := parseMP3Leaves(mp3Leaves[32+g.quad])
	for ; line <= min(572, g.big+30); line += 4 {
		l := leaves[w.random.IntN(len(leaves))]
		data.put(int(l.code>>(32-l.length)), l.length)
		for i := range 4 {
			if l.y>>i&1 == 1 {
				data.put(w.random.IntN(2), 1)
			}
		}
	}
}

// TestMP3OfAllKinds decodes what no encoder here writes, intensity stereo, mixed
// blocks and every table, and compares with ffmpeg's samples.
func TestMP3OfAllKinds(t *testing.T) {
	requireTool(t, "ffmpeg")
	for _, c := range []struct {
		name   string
		header uint32
	}{
		{"MPEG-1 44.1 kHz", 0xFFFBE000}, {"MPEG-1 48 kHz", 0xFFFBE400}, {"MPEG-1 32 kHz", 0xFFFBE800},
		{"MPEG-2 22.05 kHz", 0xFFF3E000}, {"MPEG-2 24 kHz", 0xFFF3E400}, {"MPEG-2 16 kHz", 0xFFF3E800},
		{"MPEG-2.5 11.025 kHz", 0xFFE3E000}, {"MPEG-2.5 12 kHz", 0xFFE3E400}, {"MPEG-2.5 8 kHz", 0xFFE3E800},
	} {
		for _, kind := range []struct {
			name                string
			short, mixed, joint bool
		}{{"long", false, false, false}, {"short", true, false, false}, {"joint long", false, false, true},
			{"joint short", true, false, true}, {"joint mixed", true, true, true}} {
			if kind.mixed && c.header&0xC00 == 0x800 && c.header>>19&3 == 0 {
				continue // 8 kHz: nobody says how the bands of mixed blocks lie
			}
			t.Run(fmt.Sprint(c.name, " ", kind.name), func(t *testing.T) {
				t.Parallel()
				w := mp3Writer{random: rand.New(rand.NewPCG(uint64(c.header), 7)), header: c.header,
					short: kind.short, mixed: kind.mixed, joint: kind.joint, quiet: 150}
				path := filepath.Join(t.TempDir(), "kind.mp3")
				writeFile(t, path, w.stream(t, 24))
				s := mustOpen(t, path)
				got, want := testSeek(t, s), ffmpegDecode(t, path)
				if worst, dB := differ(got, want, 2); worst > 1e-5 || dB < 90 || len(got) != len(want) {
					t.Errorf("at most %.2g and %.1f dB from ffmpeg's, want 1e-5 and 90 dB; length %d of %d", worst, dB, len(got), len(want))
				}
				if d := s.(Damage).Damaged(); d != 0 {
					t.Errorf("%d damaged places in a whole file", d)
				}
			})
		}
	}
}
