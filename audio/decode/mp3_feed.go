package decode

import "io"

// go-mp3 can start anywhere in a stream, but what it gives is right only if
// the frames handed to it are. A layer III frame is three things at once:
//
//	header, side information     of frame n
//	the place (not the content)  of frame n
//	data                         of frames n, n+1 … as far as it reaches
//
// so a frame's data begin up to 511 bytes back, in the "reservoir" of frames
// before it. mp3Feed hands out frames from any number on such that the decoder
// never sees one whose data it lacks: those, lost ones and those that made it
// fail keep their place and their data but get side information that says
// "nothing here", which decodes to silence.
//
// At 22.05 kHz go-mp3 computes the length of padded frames one byte short and
// would lose a byte of the reservoir with each. There every frame is packed
// anew: its data in itself, its length at the highest rate, and called 16 kHz
// where that makes more room. It may be, because the two rates divide the
// spectrum of long blocks into the same bands (ISO 13818-3, table B.8); those
// of short blocks differ.

// mp3Reservoir is how far back data may begin; MPEG-2 allows 255 bytes of it.
const mp3Reservoir = 511

type mp3Feed struct {
	walk      *mp3Walker
	count     int64          // frames in the file
	playFrom  int64          // frames before it only fill the reservoir
	bad       map[int64]bool // frames that the decoder refused
	repack    bool
	found     mp3Frame // the walker's last
	number    int64    // of the next frame to make
	current   int64    // of the frame that is being read
	rest      []byte   // of that frame
	reservoir []byte
	reach     int         // how far back the data of the next frame may begin
	packed    []mp3Packed // repack: made, and still open to data of later frames
	harm      int
	err       error
}

// newMP3Feed hands out frames from number start on; those of [from, start)
// fill the reservoir.
func newMP3Feed(win *window, entry mp3Frame, from, start, playFrom, count int64, bad map[int64]bool) (*mp3Feed, error) {
	f := &mp3Feed{walk: walkMP3(win, entry), count: count, playFrom: playFrom, bad: bad, number: from,
		found: mp3Frame{number: -1}, repack: entry.header.rateHz == 22050}
	for f.number < start {
		if _, err := f.make(); err != nil {
			return nil, err
		}
	}
	f.current = f.number - 1
	f.packed = nil
	if !f.repack {
		f.reach = 0
	}
	return f, nil
}

// Read gives the decoder the bytes of one frame at a time, so that current is
// always the frame it works on.
func (f *mp3Feed) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.err != nil {
			return 0, f.err
		}
		out, err := f.make()
		if err != nil && (err != io.EOF || len(f.packed) == 0) {
			f.err = err
			return 0, err
		}
		if f.repack && (err == io.EOF || len(f.packed) > mp3OpenFrames) {
			out, f.packed = f.packed[0].bytes, f.packed[1:]
		}
		if len(out) > 0 {
			f.rest = out
			f.current++
		}
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// make builds the frame f.number and returns its bytes, or puts it behind
// f.packed and returns none.
func (f *mp3Feed) make() ([]byte, error) {
	if f.number >= f.count {
		return nil, io.EOF
	}
	for f.found.number < f.number {
		found, err := f.walk.step()
		if err != nil {
			return nil, err
		}
		f.found = found
	}
	f.number++
	h := f.found.header
	if f.found.number >= f.number { // lost
		f.reservoir, f.reach = f.reservoir[:0], 0
		f.harm++
		return f.blank(h), nil
	}
	raw, err := f.walk.win.at(f.found.offset, h.size())
	if err != nil {
		return nil, err
	}
	if len(raw) < h.side()+h.sideSize() {
		return f.blank(h), nil
	}
	info := raw[h.side() : h.side()+h.sideSize()]
	main := raw[h.side()+h.sideSize():]
	side := parseMP3Side(h, info)
	play := f.found.number >= f.playFrom && !f.bad[f.found.number] &&
		side.back <= min(f.reach, len(f.reservoir)) && side.bytes <= side.back+len(main)
	if f.found.number >= f.playFrom && !play {
		f.harm++
	}
	var out []byte
	if f.repack {
		f.pack(h, info, side, main, play)
		f.reach = side.back + len(main)
	} else {
		out = append([]byte(nil), raw...)
		back := side.back
		if !play {
			clear(out[h.side() : h.side()+h.sideSize()])
			back = min(f.reach, len(f.reservoir), f.maxBack(h))
			putMP3Back(h, out[h.side():], back)
		}
		f.reach = back + len(main)
	}
	f.reservoir = append(f.reservoir, main...)
	f.reservoir = f.reservoir[max(0, len(f.reservoir)-mp3Reservoir):]
	return out, nil
}

func (f *mp3Feed) maxBack(h mp3Header) int {
	if h.version == 1 {
		return mp3Reservoir
	}
	return 255
}

// blank makes a frame of silence.
func (f *mp3Feed) blank(h mp3Header) []byte {
	p := newMP3Packed(h.word)
	if f.repack {
		f.packed = append(f.packed, p)
		return nil
	}
	return p.bytes
}

// pack puts the data of a frame into a frame of its own, and what does not fit
// into those before it.
func (f *mp3Feed) pack(h mp3Header, info []byte, side mp3Side, main []byte, play bool) {
	const rateBits, rate16k = 3 << 10, 2 << 10
	word := h.word
	if !side.short {
		word = word&^rateBits | rate16k
	}
	p := newMP3Packed(word)
	if play {
		data := append(append([]byte(nil), f.reservoir[len(f.reservoir)-side.back:]...), main...)[:side.bytes]
		over := max(0, len(data)-p.free)
		if over > f.maxBack(h) || over > 0 && !makeRoom(f.packed, over) {
			f.harm++
		} else {
			if over > 0 {
				last := f.packed[len(f.packed)-1]
				copy(last.bytes[len(last.bytes)-over:], data[:over])
				f.packed[len(f.packed)-1].free -= over
			}
			p.fill(info, data[over:], over)
		}
	}
	f.packed = append(f.packed, p)
}
