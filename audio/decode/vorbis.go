package decode

import (
	"errors"
	"io"

	"github.com/jfreymuth/vorbis"
)

// An Ogg page says where its last packet ends. So a page is decoded whole and
// laid so that it ends there, which needs no knowledge of where decoding began:
//
//	page        |   X    |   Y    |   Z    |
//	ends at     |      1000     2000     3000
//	started at X: its first packet only primes the overlap and gives nothing,
//	what X gives ends at 1000, and Y covers 1000 to 2000 in full.
//
// To seek, any page X serves that ends at or before the sample wanted and has
// a whole packet of its own; X is found by interpolation.

type vorbisSource struct {
	in          *input
	win         window
	serial      uint32
	dec         vorbis.Decoder
	packets     oggPackets
	channels    int
	right       int    // the channel given as right
	first       int64  // byte of the first page with sound
	firstNumber uint32 // that it should have
	last        oggPage
	base        int64 // granule position of the first sample; more than 0 in cut-out streams
	single      bool  // the first page is the last, too

	offset int64  // of the next page
	expect int64  // granule position at which it should begin; -1 if unknown
	number uint32 // that it should have
	buf    []float32
	frames [][2]float64
	harm   int
}

// vorbisMaxPacket bounds a packet: pictures in comments are the largest.
const vorbisMaxPacket = 32 << 20

func openOgg(in *input) (Stream, error) {
	s := &vorbisSource{in: in, win: window{in: in}}
	starts, err := oggStreams(&s.win)
	if err != nil {
		return nil, err
	}
	found := false
	for _, start := range starts {
		if len(start.head) > 7 && string(start.head[:7]) == "\x01vorbis" && !found {
			s.serial, found = start.serial, true
		}
	}
	if !found {
		return nil, &Error{Format: oggName(starts), Reason: ErrUnsupported}
	}
	if err := s.readHeaders(); err != nil {
		return nil, err
	}
	if err := s.findEnds(); err != nil {
		return nil, err
	}
	info := Info{Format: "ogg vorbis", RateHz: s.dec.SampleRate(), Channels: s.channels,
		LengthSamples: s.last.granule - s.base}
	return newBlockStream(in, info, s), nil
}

// readHeaders reads the three header packets; sound begins on the page after
// the one on which they end. The comments are not given to the library, which
// would reserve memory for as many as they claim to be.
func (s *vorbisSource) readHeaders() error {
	s.packets = oggPackets{max: vorbisMaxPacket}
	n := 0
	for at := int64(0); n < 3; {
		page, err := oggFind(&s.win, at, s.in.size, s.serial)
		if err == io.EOF {
			return &Error{Offset: at, Reason: ErrDamaged, Err: errors.New("expected three header packets")}
		}
		if err != nil {
			return err
		}
		at = page.offset + int64(page.size)
		if err = s.packets.page(page, func(packet []byte) error { n++; return s.readHeader(n, packet) }); err != nil {
			return &Error{Offset: page.offset, Reason: ErrDamaged, Err: err}
		}
		s.first, s.firstNumber = at, page.number+1
	}
	s.channels, s.right = s.dec.Channels(), 1
	switch s.channels { // Vorbis I specification, section 4.3.9
	case 1:
		s.right = 0
	case 3, 5, 6, 7, 8: // left, centre, right …
		s.right = 2
	}
	s.buf = make([]float32, s.dec.BufferSize())
	s.packets.max = 1 << 20
	return nil
}

func (s *vorbisSource) readHeader(n int, packet []byte) error {
	check := checkVorbisSetup
	switch n {
	case 1:
		check = checkVorbisID
	case 2:
		return nil
	case 3:
	default:
		return nil // sound on a page of headers: the standard forbids it
	}
	if err := check(packet); err != nil {
		return err
	}
	return guard(func() error { return s.dec.ReadHeader(packet) })
}

// findEnds finds the last page, which gives the length, and decodes the first,
// which tells where the first sample lies: its samples end at its position,
// and what would lie before 0 is cut off (Vorbis I specification, A.2).
func (s *vorbisSource) findEnds() error {
	for back := int64(2 * oggMaxPage); ; back *= 4 {
		from := max(s.first, s.in.size-back)
		page, err := oggFind(&s.win, from, s.in.size, s.serial)
		for ; err == nil; page, err = oggFind(&s.win, page.offset+int64(page.size), s.in.size, s.serial) {
			if page.granule >= 0 && page.granule <= maxLength {
				s.last = page
			}
		}
		if err != io.EOF {
			return err
		}
		if s.last.size > 0 {
			break
		}
		if from == s.first {
			return &Error{Offset: s.first, Reason: ErrNoSamples}
		}
	}
	behind, ok, err := oggPageAt(&s.win, s.last.offset+int64(s.last.size))
	if err != nil {
		return err
	}
	if ok && behind.flags&oggFirst != 0 {
		return &Error{Format: "several Ogg recordings in one file", Offset: behind.offset, Reason: ErrUnsupported}
	}
	page, err := oggFind(&s.win, s.first, s.in.size, s.serial)
	if err != nil {
		return err
	}
	if page.number != s.firstNumber {
		return nil // it is the first page that is damaged: silence from 0 on
	}
	if page, err = s.pageWithEnd(s.first, s.in.size); err != nil {
		return err
	}
	s.single = page.flags&oggLast != 0
	s.rewind(s.first)
	start, _, err := s.next()
	if err != nil {
		return err
	}
	s.base, s.harm = max(0, start), 0
	return nil
}

// rewind makes the page at or behind offset the next.
func (s *vorbisSource) rewind(offset int64) {
	s.offset, s.expect, s.number = offset, -1, 0
	if offset == s.first {
		s.number = s.firstNumber
		if s.single {
			s.expect = 0
		}
	}
	s.packets.drop()
	s.dec.Clear()
}

func (s *vorbisSource) damaged() int { return s.harm }

// pageWithEnd returns the first page in [from, to) on which a packet ends.
func (s *vorbisSource) pageWithEnd(from, to int64) (oggPage, error) {
	for {
		page, err := oggFind(&s.win, from, to, s.serial)
		if err != nil || page.granule >= 0 && page.ends() {
			return page, err
		}
		from = page.offset + int64(page.size)
	}
}

func (s *vorbisSource) locate(sample int64) error {
	target := sample + s.base
	limit := s.last.offset
	for {
		low, err := s.search(target, limit)
		if err != nil {
			return err
		}
		if low.size == 0 {
			s.rewind(s.first)
			return nil
		}
		whole := 0
		for _, n := range low.lacing {
			if n < 255 {
				whole++
			}
		}
		if low.flags&oggContinued != 0 {
			whole--
		}
		if whole > 0 {
			s.rewind(low.offset)
			return nil
		}
		limit = low.offset // nothing on it to prime the overlap: go further back
	}
}

// search returns a page before byte limit that ends at or before target and
// close to it; a page of size 0 means the start.
func (s *vorbisSource) search(target, limit int64) (low oggPage, err error) {
	lowOffset, lowAt := s.first, s.base
	highAt := s.last.granule
	const near = 16 << 10 // decoding so little costs less than another step
	for step := 1; limit > lowOffset; step++ {
		guess := lowOffset + (limit-lowOffset)/2
		if step%3 != 0 && highAt > lowAt {
			share := min(1, max(0, float64(target-lowAt)/float64(highAt-lowAt)))
			guess = lowOffset + int64(share*float64(limit-lowOffset)) - near/2
		}
		if limit-lowOffset <= near {
			guess = lowOffset
		}
		guess = min(max(guess, lowOffset), limit-1)
		page, err := s.pageWithEnd(guess, limit)
		switch {
		case err == io.EOF:
			limit = guess
		case err != nil:
			return low, err
		case page.granule <= target:
			low, lowAt = page, page.granule
			low.lacing = append([]byte(nil), page.lacing...)
			lowOffset = page.offset + int64(page.size)
		default:
			limit, highAt = guess, page.granule
		}
	}
	return low, nil
}

func (s *vorbisSource) next() (int64, [][2]float64, error) {
	for {
		page, err := oggFind(&s.win, s.offset, s.in.size, s.serial)
		if err != nil {
			return 0, nil, err
		}
		s.offset = page.offset + int64(page.size)
		if s.number != 0 && page.number != s.number {
			s.harm++
			s.packets.drop()
			s.dec.Clear()
		}
		s.number = page.number + 1
		broken := s.decode(page)
		if page.granule < 0 || !page.ends() || page.granule > maxLength {
			continue
		}
		return s.place(page, broken) - s.base, s.frames, nil
	}
}

// decode decodes the packets that end on page into s.frames. It returns the
// number of frames before a packet that could not be decoded, -1 if all could.
func (s *vorbisSource) decode(page oggPage) (broken int) {
	s.frames = s.frames[:0]
	broken = -1
	s.packets.page(page, func(packet []byte) error {
		if len(packet) == 0 || packet[0]&1 != 0 {
			return nil // no sound
		}
		var out []float32
		err := guard(func() (err error) {
			out, err = s.dec.DecodeInto(packet, s.buf)
			return err
		})
		if err != nil {
			s.harm++
			s.dec.Clear()
			if broken < 0 {
				broken = len(s.frames)
			}
			return nil
		}
		for i := 0; i+s.channels <= len(out); i += s.channels {
			s.frames = append(s.frames, [2]float64{clip(float64(out[i])), clip(float64(out[i+s.right]))})
		}
		return nil
	})
	return broken
}

// place returns the position at which s.frames begin, such that they end where
// the page says. The last page may hold more than belongs to the recording:
// it is cut at its end instead. Behind a broken packet silence is put in.
func (s *vorbisSource) place(page oggPage, broken int) int64 {
	const most = 255 * 8192 / 2 // frames on one page
	missing := page.granule - s.expect - int64(len(s.frames))
	if s.expect >= 0 && broken >= 0 && missing > 0 && missing <= most {
		tail := append([][2]float64(nil), s.frames[broken:]...)
		s.frames = append(append(s.frames[:broken], make([][2]float64, missing)...), tail...)
	}
	start := page.granule - int64(len(s.frames))
	if page.flags&oggLast != 0 && s.expect >= 0 && start < s.expect {
		start = s.expect
		s.frames = s.frames[:max(0, page.granule-start)]
	}
	s.expect = page.granule
	return start
}
