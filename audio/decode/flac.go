package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/mewkiz/flac/frame"
)

// Seeking in flac needs no seek table (ffmpeg writes none, and the library's
// own substitute decodes the whole file): every frame carries its number, so
// the place is found by interpolation between two known frames. A frame counts
// as found when its header fits the stream and passes its CRC-8, and its body
// decodes and passes its CRC-16: by chance once in 2^39 positions.

// flacInfo is what STREAMINFO says, RFC 9639 section 8.2.
type flacInfo struct {
	maxBlock      int // samples; of a stream with one block size, that size
	maxFrameBytes int // 0 if unknown
	rateHz        int
	channels      int
	bits          int
	total         int64 // sample frames; 0 if unknown
}

// flacPlace is a frame that was found.
type flacPlace struct {
	offset int64
	start  int64
	end    int64 // first sample behind it
	size   int   // bytes
}

type flacSource struct {
	in    *input
	win   window
	info  flacInfo
	first int64     // byte where frames begin
	last  flacPlace // the last whole frame
	base  int64     // number of the first sample, for streams cut out of others

	offset int64 // of the next frame
	expect int64 // sample that it should start at
	frames [][2]float64
	harm   int
}

func openFLAC(in *input) (Stream, error) {
	s := &flacSource{in: in, win: window{in: in}}
	if err := s.readMetadata(); err != nil {
		return nil, err
	}
	if s.info.bits == 32 {
		return nil, &Error{Format: "32-bit flac audio", Reason: ErrUnsupported}
	}
	if err := s.findLast(); err != nil {
		return nil, err
	}
	end := s.last.end
	if s.info.total == 0 || end > s.info.total {
		first, err := s.find(s.first, s.in.size, 0)
		if err != nil {
			return nil, err
		}
		s.base = first.start
	}
	info := Info{Format: "flac", RateHz: s.info.rateHz, Channels: s.info.channels,
		LengthSamples: end - s.base, PromisedSamples: s.info.total}
	return newBlockStream(in, info, s), nil
}

// readMetadata walks the metadata blocks up to the first frame. Pictures and
// comments are passed over unread.
func (s *flacSource) readMetadata() error {
	at := id3Length(s.in)
	head, err := s.win.at(at, 4)
	if err != nil {
		return err
	}
	if string(head) != "fLaC" {
		return &Error{Offset: at, Reason: ErrDamaged, Err: errors.New("expected the mark fLaC")}
	}
	at += 4
	for last := false; !last; {
		head, err := s.win.at(at, 4)
		if err != nil {
			return err
		}
		if len(head) < 4 {
			return &Error{Offset: at, Reason: ErrDamaged, Err: errors.New("the header breaks off")}
		}
		last = head[0]&0x80 != 0
		kind, size := head[0]&0x7F, int64(head[1])<<16|int64(head[2])<<8|int64(head[3])
		if kind == 0 {
			if err := s.readInfo(at + 4); err != nil {
				return err
			}
		}
		at += 4 + size
	}
	if s.info.rateHz == 0 {
		return &Error{Offset: 4, Reason: ErrDamaged, Err: errors.New("expected a STREAMINFO block")}
	}
	s.first = at
	return nil
}

func (s *flacSource) readInfo(at int64) error {
	p, err := s.win.at(at, 34)
	if err != nil {
		return err
	}
	if len(p) < 34 {
		return &Error{Offset: at, Reason: ErrDamaged, Err: errors.New("the STREAMINFO block breaks off")}
	}
	packed := binary.BigEndian.Uint64(p[10:])
	s.info = flacInfo{
		maxBlock:      int(binary.BigEndian.Uint16(p[2:])),
		maxFrameBytes: int(p[7])<<16 | int(p[8])<<8 | int(p[9]),
		rateHz:        int(packed >> 44),
		channels:      int(packed>>41&7) + 1,
		bits:          int(packed>>36&31) + 1,
		total:         int64(packed & (1<<36 - 1)),
	}
	if s.info.rateHz == 0 || s.info.maxBlock == 0 || s.info.bits < 4 {
		return &Error{Offset: at, Reason: ErrDamaged, Err: fmt.Errorf("STREAMINFO claims %d Hz, %d bits, blocks of %d",
			s.info.rateHz, s.info.bits, s.info.maxBlock)}
	}
	return nil
}

// findLast finds the last whole frame, from which the true length follows: the
// header's is a promise that a recording that broke off did not keep, or 0.
func (s *flacSource) findLast() error {
	for back := int64(max(32<<10, 2*s.info.maxFrameBytes)); ; back *= 4 {
		from := max(s.first, s.in.size-back)
		place, err := s.find(from, s.in.size, 0)
		for err == nil {
			s.last = place
			place, err = s.find(place.offset+int64(place.size), s.in.size, place.end)
		}
		if err != io.EOF {
			return err
		}
		if s.last.size > 0 {
			return nil
		}
		if from == s.first {
			return &Error{Offset: s.first, Reason: ErrNoSamples}
		}
	}
}

// find returns the first whole frame that begins in [from, to) and not before
// sample least, or io.EOF if there is none.
func (s *flacSource) find(from, to, least int64) (flacPlace, error) {
	for at := from; at < to; {
		p, err := s.win.rest(at)
		if err != nil {
			return flacPlace{}, err
		}
		if len(p) == 0 {
			break
		}
		if skip := bytes.IndexByte(p, 0xFF); skip != 0 {
			if skip < 0 {
				skip = len(p)
			}
			at += int64(skip)
			continue
		}
		if place, _, err := s.frameAt(at); err == nil && place.start >= least {
			return place, nil
		} else if err != nil && err != errFLACFrame {
			return flacPlace{}, err
		}
		at++
	}
	return flacPlace{}, io.EOF
}

// frameAt decodes the frame at offset; errFLACFrame if there is none.
func (s *flacSource) frameAt(offset int64) (flacPlace, *frame.Frame, error) {
	p, err := s.win.at(offset, flacMaxHeader)
	if err != nil {
		return flacPlace{}, nil, err
	}
	h, ok := parseFLACHeader(p, &s.info)
	if !ok || s.info.total > 0 && h.start >= s.info.total {
		return flacPlace{}, nil, errFLACFrame
	}
	f, size, err := readFLACFrame(&s.win, offset, h, &s.info)
	if err != nil {
		return flacPlace{}, nil, err
	}
	return flacPlace{offset: offset, start: h.start, end: h.start + h.samples, size: size}, f, nil
}

func (s *flacSource) damaged() int { return s.harm }

// locate narrows [low, high) down by interpolation; every third step halves it,
// so that a file of uneven loudness cannot make the search long.
func (s *flacSource) locate(sample int64) error {
	sample += s.base
	low := flacPlace{offset: s.first, start: s.base, end: s.base}
	highOffset, highStart := s.last.offset, s.last.start
	if sample >= highStart {
		s.offset, s.expect = s.last.offset, s.last.start
		return nil
	}
	const near = 16 << 10 // decoding so little costs less than another step
	for step := 1; highOffset-low.offset > near; step++ {
		guess := low.offset + (highOffset-low.offset)/2
		if step%3 != 0 && highStart > low.start {
			share := float64(sample-low.start) / float64(highStart-low.start)
			guess = low.offset + int64(share*float64(highOffset-low.offset)) - near/2
		}
		guess = min(max(guess, low.offset+1), highOffset-1)
		place, err := s.find(guess, highOffset, low.end)
		switch {
		case err == io.EOF:
			highOffset = guess
		case err != nil:
			return err
		case place.start <= sample:
			low = place
		default:
			highOffset, highStart = guess, place.start
		}
		if sample < low.end && sample >= low.start {
			break
		}
	}
	s.offset, s.expect = low.offset, low.start
	return nil
}

func (s *flacSource) next() (int64, [][2]float64, error) {
	if s.offset >= s.in.size {
		return 0, nil, io.EOF
	}
	place, f, err := s.frameAt(s.offset)
	if err == errFLACFrame || err == nil && place.start < s.expect {
		s.harm++
		if place, err = s.find(s.offset+1, s.in.size, s.expect); err != nil {
			return 0, nil, err
		}
		place, f, err = s.frameAt(place.offset)
	}
	if err != nil {
		return 0, nil, err
	}
	s.offset, s.expect = place.offset+int64(place.size), place.end
	s.convert(f)
	return place.start - s.base, s.frames, nil
}

// convert scales the decoded integers to -1..1.
func (s *flacSource) convert(f *frame.Frame) {
	left := f.Subframes[0].Samples
	right := left
	if len(f.Subframes) > 1 {
		right = f.Subframes[1].Samples
	}
	s.frames = s.frames[:0]
	scale := 1 / float64(int64(1)<<(s.info.bits-1))
	for i, l := range left {
		s.frames = append(s.frames, [2]float64{float64(l) * scale, float64(right[i]) * scale})
	}
}
