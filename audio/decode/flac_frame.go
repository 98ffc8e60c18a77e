package decode

import (
	"errors"
	"io"

	"github.com/mewkiz/flac/frame"
)

// flacHeader is a frame header, RFC 9639 section 9.1.
type flacHeader struct {
	start   int64 // first sample of the frame
	samples int64
	bytes   int // of the header, checksum included
}

// flacMaxHeader is the longest header: sync, sizes, 7 bytes of number, 2 of
// block size, 2 of rate, checksum.
const flacMaxHeader = 16

var flacRates = [...]int{0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000}
var flacDepths = [...]int{0, 8, 12, -1, 16, 20, 24, 32}

// parseFLACHeader reads the header at the start of p. ok is false where there
// is none, or one that contradicts the stream's own description.
func parseFLACHeader(p []byte, info *flacInfo) (h flacHeader, ok bool) {
	if len(p) < 6 || p[0] != 0xFF || p[1]&0xFE != 0xF8 || p[3]&1 != 0 {
		return h, false
	}
	channels := int(p[3] >> 4)
	if channels >= 8 {
		if channels > 10 {
			return h, false
		}
		channels = 1 // the three ways to store left and right
	}
	depth := flacDepths[p[3]>>1&7]
	if channels+1 != info.channels || depth != 0 && depth != info.bits {
		return h, false
	}
	number, n := flacNumber(p[4:])
	if n == 0 {
		return h, false
	}
	h.bytes = 4 + n
	sizeCode, rateCode := int(p[2]>>4), int(p[2]&15)
	extra := func(bytes int) (v int) {
		for range bytes {
			if h.bytes < len(p) {
				v = v<<8 | int(p[h.bytes])
			}
			h.bytes++
		}
		return v
	}
	switch {
	case sizeCode == 1:
		h.samples = 192
	case sizeCode >= 2 && sizeCode <= 5:
		h.samples = 576 << (sizeCode - 2)
	case sizeCode == 6 || sizeCode == 7:
		h.samples = int64(extra(sizeCode-5)) + 1
	case sizeCode >= 8:
		h.samples = 256 << (sizeCode - 8)
	}
	rate := 0
	switch {
	case rateCode < len(flacRates):
		rate = flacRates[rateCode]
	case rateCode == 12:
		rate = extra(1) * 1000
	case rateCode == 13:
		rate = extra(2)
	case rateCode == 14:
		rate = extra(2) * 10
	default:
		return h, false
	}
	if rate != 0 && rate != info.rateHz || h.samples == 0 || h.samples > int64(info.maxBlock) {
		return h, false
	}
	h.start = number
	if p[1]&1 == 0 { // blocks of one size, counted
		h.start = number * int64(info.maxBlock)
	}
	h.bytes++
	return h, h.bytes <= len(p) && crc8(p[:h.bytes]) == 0
}

// flacNumber reads the frame or sample number, coded like UTF-8 with up to 36
// bits, and how many bytes it takes; 0 if it is malformed.
func flacNumber(p []byte) (v int64, n int) {
	lead := p[0]
	if lead < 0x80 {
		return int64(lead), 1
	}
	for n = 0; lead&(0x80>>n) != 0; n++ {
		if n == 7 {
			return 0, 0
		}
	}
	if n == 1 || n > len(p) {
		return 0, 0
	}
	if n < 7 {
		v = int64(lead & (0x7F >> n))
	}
	for _, b := range p[1:n] {
		if b&0xC0 != 0x80 {
			return 0, 0
		}
		v = v<<6 | int64(b&0x3F)
	}
	return v, n
}

// flacFrameReader gives the bytes of one frame to the decoder, counts them and
// sums them up.
//
// It also hides the sample rate in the header: at 24 and 176.4 kHz the decoder
// would write a line to the standard logger for every frame, in the middle of
// somebody's screen. The decoder's own checksum fails on such a header, which
// is why the frame is judged by the sum made here, over the original bytes.
type flacFrameReader struct {
	win    *window
	offset int64
	header []byte // what to give instead of the first bytes
	read   int
	crc    uint16
}

func (r *flacFrameReader) Read(p []byte) (int, error) {
	b, err := r.win.at(r.offset+int64(r.read), len(p))
	if err != nil {
		return 0, err
	}
	if len(b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b)
	for _, c := range b[:n] {
		r.crc = r.crc<<8 ^ crc16Table[byte(r.crc>>8)^c]
	}
	if r.read < len(r.header) {
		copy(p[:n], r.header[r.read:])
	}
	r.read += n
	return n, nil
}

var errFLACFrame = errors.New("expected a whole frame")

// readFLACFrame decodes the frame whose header h lies at offset, and returns it
// with its length in bytes.
func readFLACFrame(win *window, offset int64, h flacHeader, info *flacInfo) (f *frame.Frame, size int, err error) {
	head, err := win.at(offset, h.bytes)
	if err != nil {
		return nil, 0, err
	}
	r := &flacFrameReader{win: win, offset: offset, header: append([]byte(nil), head...)}
	if code := r.header[2] & 15; code == 2 || code == 7 {
		r.header[2] &^= 15
		r.header[h.bytes-1] = 0
		r.header[h.bytes-1] = crc8(r.header[:h.bytes-1])
	}
	err = guard(func() (err error) {
		if f, err = frame.New(r); err != nil {
			return err
		}
		f.BitsPerSample = uint8(info.bits) // a header may leave it out
		return f.Parse()
	})
	var disk *Error
	if errors.As(err, &disk) {
		return nil, 0, err
	}
	if f == nil || r.crc != 0 || len(f.Subframes) != info.channels {
		return nil, 0, errFLACFrame
	}
	for _, sub := range f.Subframes {
		if sub == nil || int64(len(sub.Samples)) != h.samples {
			return nil, 0, errFLACFrame
		}
	}
	return f, r.read, nil
}

// crc8 is the checksum of headers, polynomial x^8+x^2+x+1; over bytes that end
// with their own checksum it is 0.
func crc8(p []byte) (crc byte) {
	for _, b := range p {
		crc ^= b
		for range 8 {
			if crc&0x80 != 0 {
				crc = crc<<1 ^ 0x07
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// crc16Table is for the checksum of frames, polynomial x^16+x^15+x^2+1.
var crc16Table = func() (table [256]uint16) {
	for i := range table {
		crc := uint16(i) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x8005
			} else {
				crc <<= 1
			}
		}
		table[i] = crc
	}
	return table
}()
