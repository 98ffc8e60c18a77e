package decode

import "encoding/binary"

// mp3Header is what a frame header (ISO 11172-3 section 2.4.1.3, ISO 13818-3
// section 2.4.1) says. Every frame of a stream repeats it, which is what makes
// an index without decoding possible.
type mp3Header struct {
	word     uint32
	version  int // 1, 2, or 25 for the unofficial MPEG-2.5
	layer    int // 1, 2 or 3
	rateHz   int
	kbps     int // 0 for free format
	padding  int // 0 or 1
	channels int
	crc      bool // 2 bytes of checksum follow the header
}

// mp3Identity are the bits of the header word that stay the same through a
// stream: sync, version, layer, sample rate.
const mp3Identity = 0xFFFE0C00

var mp3Rates = [...]int{44100, 48000, 32000}

var mp3Kbps = [2][16]int{ // layer III of MPEG-1 and of MPEG-2
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, -1},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, -1},
}

// parseMP3Header reads four bytes. ok is false where they are no header.
func parseMP3Header(p []byte) (h mp3Header, ok bool) {
	if len(p) < 4 || p[0] != 0xFF || p[1]&0xE0 != 0xE0 {
		return h, false
	}
	w := binary.BigEndian.Uint32(p)
	version, layer, rate, rateBits := w>>19&3, w>>17&3, w>>10&3, w>>12&15
	if version == 1 || layer == 0 || rate == 3 || rateBits == 15 || w&3 == 2 {
		return h, false
	}
	h = mp3Header{word: w, layer: int(4 - layer), padding: int(w >> 9 & 1), channels: 2, crc: w>>16&1 == 0}
	h.rateHz = mp3Rates[rate]
	switch version {
	case 3:
		h.version = 1
	case 2:
		h.version, h.rateHz = 2, h.rateHz/2
	default:
		h.version, h.rateHz = 25, h.rateHz/4
	}
	h.kbps = mp3Kbps[min(h.version, 2)-1][rateBits]
	if w>>6&3 == 3 {
		h.channels = 1
	}
	return h, true
}

// readable tells layer III from what the decoder lacks.
func (h mp3Header) readable() bool { return h.layer == 3 && h.kbps > 0 }

// midSide and intensity are the two kinds of joint stereo; both may be on.
func (h mp3Header) midSide() bool   { return h.word>>6&3 == 1 && h.word>>5&1 == 1 }
func (h mp3Header) intensity() bool { return h.word>>6&3 == 1 && h.word>>4&1 == 1 }

// samples is how many sample frames one frame holds.
func (h mp3Header) samples() int64 {
	if h.version == 1 {
		return 1152
	}
	return 576
}

// size is the length of the frame in bytes, header included.
func (h mp3Header) size() int {
	return int(h.samples())/8*h.kbps*1000/h.rateHz + h.padding
}

// side is where the side information begins, and sideSize how long it is.
func (h mp3Header) side() int {
	if h.crc {
		return 6
	}
	return 4
}

func (h mp3Header) sideSize() int {
	switch {
	case h.version == 1 && h.channels == 2:
		return 32
	case h.version == 1 || h.channels == 2:
		return 17
	}
	return 9
}

// mp3Tag is what the first frame says when it holds no sound but a table of
// contents: Xing or Info (with LAME's extension) or VBRI.
type mp3Tag struct {
	frames         int64 // 0 if not given
	bytes          int64 // from the tag's frame to the end of the last, 0 if not given
	delay, padding int64 // samples to drop at both ends, the decoder's own delay included
}

// mp3DecoderDelay is what every layer III decoder adds: 528 samples of the
// filter bank and one more, the figure that LAME documents and ffmpeg uses.
const mp3DecoderDelay = 529

// parseMP3Tag reads the tag in the frame p, if it is one. Delay and padding
// are taken only from the encoders that are known to fill them, as ffmpeg does.
func parseMP3Tag(h mp3Header, p []byte) (tag mp3Tag, ok bool) {
	if at := 36; len(p) >= at+18 && string(p[at:at+4]) == "VBRI" {
		return mp3Tag{bytes: int64(binary.BigEndian.Uint32(p[at+10:])), frames: int64(binary.BigEndian.Uint32(p[at+14:]))}, true
	}
	at := 4 + h.sideSize() // ffmpeg and LAME ignore the checksum here
	if len(p) < at+8 || string(p[at:at+4]) != "Xing" && string(p[at:at+4]) != "Info" {
		return tag, false
	}
	flags := binary.BigEndian.Uint32(p[at+4:])
	at += 8
	if flags&1 != 0 && len(p) >= at+4 {
		tag.frames = int64(binary.BigEndian.Uint32(p[at:]))
		at += 4
	}
	if flags&2 != 0 && len(p) >= at+4 {
		tag.bytes = int64(binary.BigEndian.Uint32(p[at:]))
		at += 4
	}
	for _, field := range []struct {
		flag uint32
		size int
	}{{4, 100}, {8, 4}} {
		if flags&field.flag != 0 {
			at += field.size
		}
	}
	if len(p) < at+24 {
		return tag, true
	}
	if maker := string(p[at : at+4]); maker == "LAME" || maker == "Lavf" || maker == "Lavc" {
		gap := int64(p[at+21])<<16 | int64(p[at+22])<<8 | int64(p[at+23])
		tag.delay = gap>>12 + mp3DecoderDelay
		tag.padding = max(0, gap&0xFFF-mp3DecoderDelay)
	}
	return tag, true
}

// nominal is the mean length in bytes of frames like this one.
func (h mp3Header) nominal() float64 {
	return float64(h.samples()) / 8 * float64(h.kbps) * 1000 / float64(h.rateHz)
}
