package decode

import (
	"errors"
	"io"
)

// An Ogg page says where its last packet ends. So a page is decoded whole and
// laid so that it ends there, which needs no knowledge of where decoding began:
//
//	page        |   X    |   Y    |   Z    |
//	ends at     |      1000     2000     3000
//	started at X: what X gives ends at 1000, and Y covers 1000 to 2000 in full.
//
// To seek, any page X serves that ends at or before the sample wanted, less what
// the codec needs to forget that it was started in the middle, and that has a
// whole packet of its own; X is found by interpolation.

// oggCodec decodes the packets of one stream.
type oggCodec interface {
	// header takes packet n, counted from 0, of the headerPackets that come
	// before the sound.
	header(n int, packet []byte) error
	// decode appends the frames of a packet. On an error it may have appended
	// silence, where it knows how much sound was lost.
	decode(frames [][2]float64, packet []byte) ([][2]float64, error)
	// reset forgets what was decoded before.
	reset()
	traits() oggTraits
}

// oggTraits is what a link has to know of its codec, once the headers are read.
type oggTraits struct {
	format   string
	rateHz   int
	channels int
	skip     int64 // frames at the start that are not part of the recording
	preroll  int64 // frames after a reset that are not yet what they should be
}

// oggAudio are the codecs that we decode, by the start of their first packet.
var oggAudio = []struct {
	mark          string
	headerPackets int
	codec         func() oggCodec
}{
	{"\x01vorbis", 3, func() oggCodec { return &vorbisCodec{} }},
	{"OpusHead", 2, func() oggCodec { return &opusCodec{} }},
}

// oggMaxHeader bounds a packet of the headers: pictures in comments are the
// largest. oggMaxSound bounds a packet of sound.
const (
	oggMaxHeader = 32 << 20
	oggMaxSound  = 1 << 20
)

// oggLink is one logical stream of a file: all of a plain file, one of several
// that follow one another in a chained one. It is a blockSource of its own.
type oggLink struct {
	win      *window
	kind     int   // in oggAudio
	from, to int64 // its bytes in the file
	serial   uint32
	codec    oggCodec // nil while another link of the chain is decoded
	traits   oggTraits

	first       int64  // byte of the first page with sound
	firstNumber uint32 // that it should have
	last        oggPage
	base        int64 // granule position of the first sample; more than 0 in cut-out streams
	single      bool  // the first page is the last, too

	packets oggPackets
	offset  int64  // of the next page
	expect  int64  // granule position at which it should begin; -1 if unknown
	number  uint32 // that it should have
	solid   int64  // granule position before which frames do not count; -1: to be set by the next page
	frames  [][2]float64
	harm    int
}

// length is the number of sample frames.
func (s *oggLink) length() int64 { return s.last.granule - s.base }

// open reads the headers and finds where the sound begins and ends.
func (s *oggLink) open() error {
	if err := s.start(); err != nil {
		return err
	}
	if err := s.findLast(); err != nil {
		return err
	}
	if err := s.findBase(); err != nil {
		return err
	}
	s.base += s.traits.skip
	return nil
}

// start reads the header packets; sound begins on the page after the one on
// which they end.
func (s *oggLink) start() error {
	s.codec = oggAudio[s.kind].codec()
	s.packets = oggPackets{max: oggMaxHeader}
	headers := oggAudio[s.kind].headerPackets
	n := 0
	for at := s.from; n < headers; {
		page, err := oggFind(s.win, at, s.to, s.serial)
		if err == io.EOF {
			return &Error{Offset: at, Reason: ErrDamaged, Err: errors.New("the header packets break off")}
		}
		if err != nil {
			return err
		}
		at = page.offset + int64(page.size)
		err = s.packets.page(page, func(packet []byte) error {
			if n++; n > headers {
				return nil // sound on a page of headers: the standards forbid it
			}
			return s.codec.header(n-1, packet)
		})
		var e *Error
		switch {
		case errors.As(err, &e):
			return e
		case err != nil:
			return &Error{Offset: page.offset, Reason: ErrDamaged, Err: err}
		}
		s.first, s.firstNumber = at, page.number+1
	}
	s.packets = oggPackets{max: oggMaxSound}
	s.traits = s.codec.traits()
	return nil
}

// stop gives back the memory of the codec until start.
func (s *oggLink) stop() { s.codec, s.frames, s.packets = nil, nil, oggPackets{} }

// findLast finds the last page, which gives the length.
func (s *oggLink) findLast() error {
	for back := int64(2 * oggMaxPage); ; back *= 4 {
		from := max(s.first, s.to-back)
		page, err := oggFind(s.win, from, s.to, s.serial)
		for ; err == nil; page, err = oggFind(s.win, page.offset+int64(page.size), s.to, s.serial) {
			if page.granule >= 0 && page.granule <= maxLength {
				s.last = page
				s.last.lacing, s.last.body = nil, nil // theirs is the window's memory
			}
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

// findBase decodes the first page, which tells where the first sample lies: its
// samples end at its position, and what would lie before 0 is cut off (Vorbis I
// specification, A.2; RFC 7845 section 4.3).
func (s *oggLink) findBase() error {
	page, err := oggFind(s.win, s.first, s.to, s.serial)
	if err != nil {
		return err
	}
	if page.number != s.firstNumber {
		return nil // it is the first page that is damaged: silence from 0 on
	}
	if page, err = s.pageWithEnd(s.first, s.to); err != nil {
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
func (s *oggLink) rewind(offset int64) {
	s.offset, s.expect, s.number, s.solid = offset, -1, 0, -1
	if offset == s.first {
		s.number, s.solid = s.firstNumber, 0
		if s.single {
			s.expect = 0
		}
	}
	s.packets.drop()
	s.codec.reset()
}

func (s *oggLink) damaged() int { return s.harm }

// pageWithEnd returns the first page in [from, to) on which a packet ends.
func (s *oggLink) pageWithEnd(from, to int64) (oggPage, error) {
	for {
		page, err := oggFind(s.win, from, to, s.serial)
		if err != nil || page.granule >= 0 && page.ends() {
			return page, err
		}
		from = page.offset + int64(page.size)
	}
}

func (s *oggLink) locate(sample int64) error {
	target := sample + s.base - s.traits.preroll
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
		limit = low.offset // nothing on it to start from: go further back
	}
}

// search returns a page before byte limit that ends at or before target and
// close to it; a page of size 0 means the start.
func (s *oggLink) search(target, limit int64) (low oggPage, err error) {
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

func (s *oggLink) next() (int64, [][2]float64, error) {
	for {
		page, err := oggFind(s.win, s.offset, s.to, s.serial)
		if err != nil {
			return 0, nil, err
		}
		s.offset = page.offset + int64(page.size)
		if s.number != 0 && page.number != s.number {
			s.harm++
			s.packets.drop()
			s.codec.reset()
		}
		s.number = page.number + 1
		broken := s.decode(page)
		if page.granule < 0 || !page.ends() || page.granule > maxLength {
			continue
		}
		start, frames := s.place(page, broken), s.frames
		if s.solid < 0 {
			s.solid = start + s.traits.preroll
		}
		if early := s.solid - start; early > 0 && s.solid > 0 {
			// Sought again, these frames would be decoded from further back and
			// come out otherwise: so nobody may get them now.
			if early >= int64(len(frames)) {
				continue
			}
			start, frames = s.solid, frames[early:]
		}
		return start - s.base, frames, nil
	}
}

// decode decodes the packets that end on page into s.frames. It returns the
// number of frames before a packet of unknown length that could not be decoded,
// -1 if there was none.
func (s *oggLink) decode(page oggPage) (broken int) {
	s.frames = s.frames[:0]
	broken = -1
	s.packets.page(page, func(packet []byte) error {
		before := len(s.frames)
		frames := s.frames
		err := guard(func() (err error) {
			frames, err = s.codec.decode(s.frames, packet)
			return err
		})
		s.frames = frames
		if err != nil {
			s.harm++
			s.codec.reset()
			if broken < 0 && len(s.frames) == before {
				broken = before
			}
		}
		return nil
	})
	return broken
}

// place returns the position at which s.frames begin, such that they end where
// the page says. The last page may hold more than belongs to the recording:
// it is cut at its end instead. Behind a broken packet silence is put in.
func (s *oggLink) place(page oggPage, broken int) int64 {
	const most = 255 * 8192 / 2 // frames on one page
	missing := page.granule - s.expect - int64(len(s.frames))
	if s.expect >= 0 && broken >= 0 && missing > 0 && missing <= most {
		tail := append([][2]float64(nil), s.frames[broken:]...)
		s.frames = append(append(s.frames[:broken], make([][2]float64, missing)...), tail...)
	}
	start := page.granule - int64(len(s.frames))
	if page.flags&oggLast != 0 && s.expect >= 0 && start < s.expect {
		start = s.expect
		s.frames = s.frames[:max(0, min(page.granule-start, int64(len(s.frames))))]
	}
	s.expect = page.granule
	return start
}
