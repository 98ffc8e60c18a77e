package decode

import (
	"bytes"
	"encoding/binary"
)

// mp3SearchBytes is how far into a file the first frame may lie, tags not
// counted: players that cut streams leave less than one frame, some taggers
// leave a block of zeros.
const mp3SearchBytes = 1 << 20

// mp3Follow is how many headers in a row make a stream: by chance one position
// in 2^60 looks like that.
const mp3Follow = 4

// findMP3 finds the first frame at or behind from. It returns an *Error with
// ErrUnsupported for streams like mp3 that are not, and ErrNotAudio for
// anything else.
func findMP3(win *window, from int64) (mp3Frame, error) {
	for at := from; at < from+mp3SearchBytes; at++ {
		p, err := win.rest(at)
		if err != nil {
			return mp3Frame{}, err
		}
		if len(p) == 0 {
			break
		}
		if skip := bytes.IndexByte(p, 0xFF); skip != 0 {
			if skip < 0 {
				skip = len(p)
			}
			at += int64(skip) - 1
			continue
		}
		name, h, err := mpegAt(win, at)
		if err != nil {
			return mp3Frame{}, err
		}
		if name == "mp3" {
			return mp3Frame{offset: at, header: h}, nil
		}
		if name != "" {
			return mp3Frame{}, &Error{Format: name, Offset: at, Reason: ErrUnsupported}
		}
	}
	return mp3Frame{}, &Error{Offset: from, Reason: ErrNotAudio}
}

// mpegNames are the layers of MPEG audio, of which only the third is read here.
var mpegNames = [4]string{1: "mp1", 2: "mp2", 3: "mp3"}

// mpegAt names the MPEG stream that begins at offset, or "" if none does.
func mpegAt(win *window, offset int64) (string, mp3Header, error) {
	p, err := win.at(offset, 8)
	if err != nil || len(p) < 8 {
		return "", mp3Header{}, err
	}
	if p[1]&0xF6 == 0xF0 {
		ok, err := repeats(win, offset, adtsSize)
		if ok {
			return "AAC audio", mp3Header{}, nil
		}
		return "", mp3Header{}, err
	}
	h, ok := parseMP3Header(p)
	if !ok {
		return "", h, nil
	}
	size := func(p []byte) int64 { return mpegSize(p, h) }
	if h.kbps == 0 {
		return freeFormatAt(win, offset, h)
	}
	if ok, err = repeats(win, offset, size); !ok || err != nil {
		return "", h, err
	}
	return mpegNames[h.layer], h, nil
}

// repeats tells whether frames follow one another from offset on, up to
// mp3Follow or the end of the file.
func repeats(win *window, offset int64, size func(p []byte) int64) (bool, error) {
	at := offset
	for range mp3Follow {
		p, err := win.at(at, 8)
		if err != nil || len(p) < 8 {
			return at > offset && len(p) == 0, err
		}
		n := size(p)
		if n == 0 {
			// Tags may follow the last frame of a very short file.
			tail := bytes.HasPrefix(p, []byte("TAG")) || bytes.HasPrefix(p, []byte("APETAGEX"))
			return at > offset && tail, nil
		}
		at += n
	}
	return true, nil
}

var layer2Kbps = [16]int{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}

// mpegSize is the size of the frame that begins with p, 0 if it does not
// continue the stream of like.
func mpegSize(p []byte, like mp3Header) int64 {
	h, ok := parseMP3Header(p)
	if !ok || h.word&mp3Identity != like.word&mp3Identity || h.kbps == 0 {
		return 0
	}
	switch {
	case h.layer == 3:
		return int64(h.size())
	case h.layer == 2 && h.version == 1:
		return int64(144000*layer2Kbps[h.word>>12&15]/h.rateHz + h.padding)
	case h.layer == 2: // shares the rates of layer III
		return int64(144000*h.kbps/h.rateHz + h.padding)
	}
	return 0
}

// adtsSize is the size of the AAC frame in ADTS (ISO 13818-7 section 6.2) that
// begins with p, 0 if there is none.
func adtsSize(p []byte) int64 {
	n := int64(binary.BigEndian.Uint32(p[3:])>>13) & 0x1FFF
	if p[0] != 0xFF || p[1]&0xF6 != 0xF0 || p[2]>>2&15 > 12 || n < 8 {
		return 0
	}
	return n
}

const freeFormat = "free-format mp3 audio"

// freeFormatAt recognises streams whose headers leave out the rate, by the
// distance at which headers repeat.
func freeFormatAt(win *window, offset int64, h mp3Header) (string, mp3Header, error) {
	const longest = 8 << 10
	p, err := win.at(offset, 4*longest)
	if err != nil || h.layer != 3 {
		return "", h, err
	}
	same := func(at int) bool {
		return at+4 <= len(p) && (binary.BigEndian.Uint32(p[at:])^h.word)&(mp3Identity|0xF000) == 0
	}
	for d := 24; d < min(longest, len(p)); d++ {
		if same(d) && (same(2*d) || same(2*d+1)) && (same(3*d) || same(3*d+1) || same(3*d+2)) {
			return freeFormat, h, nil
		}
	}
	return "", h, nil
}
