package decode

import "encoding/binary"

// mp3OpenFrames is how many packed frames are kept open: a frame longer than
// its room takes from the one before, which may have to take from its own. It
// fails (and a frame is silent) only where short blocks fill 160 kbit/s, the
// highest rate there is, for longer than this.
const mp3OpenFrames = 24

// mp3Packed is an MPEG-2 frame as large as frames get, packed anew:
//
//	header, side information | own data | free | guard | data of the frame behind it
type mp3Packed struct {
	bytes  []byte
	header mp3Header
	own    int // bytes of own data
	free   int
	back   int // bytes of own data that lie at the end of the frame before
}

// mp3Guard are zeros behind a frame's own data: go-mp3 reads its last code word
// past the end, and must find the same there wherever decoding began.
const mp3Guard = 4

// newMP3Packed makes a frame that holds nothing, which is silence.
func newMP3Packed(word uint32) mp3Packed {
	word = word&^0xF200 | 14<<12 | 1<<16 // highest rate, no padding, no checksum
	head := binary.BigEndian.AppendUint32(nil, word)
	h, _ := parseMP3Header(head)
	return mp3Packed{
		bytes:  append(head, make([]byte, h.size()-4)...),
		header: h,
		free:   h.size() - h.side() - h.sideSize() - mp3Guard,
	}
}

// fill puts in a frame's side information and data, of which back bytes are at
// the end of the frame before.
func (p *mp3Packed) fill(info, data []byte, back int) {
	copy(p.bytes[p.header.side():], info)
	putMP3Back(p.header, p.bytes[p.header.side():], back)
	copy(p.body(), data)
	p.own, p.back = len(data), back
	p.free -= len(data)
}

func (p *mp3Packed) body() []byte { return p.bytes[p.header.side()+p.header.sideSize():] }

// makeRoom frees n bytes at the end of the last of frames, by moving the start
// of its data into the end of the one before. It tells whether it could.
func makeRoom(frames []mp3Packed, n int) bool {
	if len(frames) == 0 {
		return false
	}
	p := &frames[len(frames)-1]
	move := n - p.free
	if move <= 0 {
		return true
	}
	before := frames[:len(frames)-1]
	if move > p.own || p.back+move > 255 || !makeRoom(before, move) {
		return false
	}
	q := &before[len(before)-1]
	body := q.body()
	tail := q.own + q.free + mp3Guard
	copy(body[tail-move:], body[tail:])
	copy(body[len(body)-move:], p.body()[:move])
	q.free -= move

	body = p.body()
	copy(body, body[move:p.own])
	clear(body[p.own-move : p.own])
	p.own, p.back, p.free = p.own-move, p.back+move, p.free+move
	putMP3Back(p.header, p.bytes[p.header.side():], p.back)
	return true
}
