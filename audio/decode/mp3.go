package decode

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/hajimehoshi/go-mp3"
)

// mp3Warm is how many frames before the one asked for are decoded and thrown
// away: the overlap of the transform and the memory of the filter bank reach
// back two granules, which are one frame of MPEG-1 and two of MPEG-2.
const (
	mp3Warm = 3
	// mp3Prime is how many more are read, at most, for the reservoir: at the
	// lowest rates a frame of one channel brings 9 bytes of the 255,
	// of two channels 3.
	mp3Prime = 96
)

type mp3Source struct {
	in     *input
	win    window
	index  *mp3Index
	frame  int64 // samples in one
	delay  int64 // samples that the encoder and decoder put before the first
	dec    *mp3.Decoder
	feed   *mp3Feed
	number int64          // of the frame that dec gives next
	bad    map[int64]bool // frames near here on which dec failed
	harm   int
	pcm    []byte
	frames [][2]float64
}

func openMP3(in *input) (Stream, error) {
	s := &mp3Source{in: in, win: window{in: in}, bad: map[int64]bool{}}
	first, err := findMP3(&s.win, id3Length(in))
	if err != nil {
		return nil, err
	}
	p, err := s.win.at(first.offset, first.header.size())
	if err != nil {
		return nil, err
	}
	tag, tagged := parseMP3Tag(first.header, p)
	if tagged {
		if first, err = walkMP3(&s.win, mp3Frame{offset: first.offset, header: first.header}).after(); err != nil {
			return nil, &Error{Offset: first.offset, Reason: ErrNoSamples}
		}
	}
	if s.index, err = indexMP3(&s.win, first); err != nil {
		return nil, err
	}
	s.frame, s.delay = first.header.samples(), tag.delay
	end := s.index.frames * s.frame
	if tag.frames > 0 && s.index.frames <= tag.frames {
		end = min(end, tag.frames*s.frame-tag.padding)
	}
	s.pcm = make([]byte, 4*s.frame)
	s.frames = make([][2]float64, s.frame)
	info := Info{Format: "mp3", RateHz: first.header.rateHz, Channels: first.header.channels, LengthSamples: end - s.delay,
		PromisedSamples: max(0, tag.frames*s.frame-tag.padding-tag.delay)}
	return newBlockStream(in, info, s), nil
}

// after gives the frame behind the first one as number 0.
func (w *mp3Walker) after() (mp3Frame, error) {
	if _, err := w.step(); err != nil {
		return mp3Frame{}, err
	}
	f, err := w.step()
	f.number = 0
	return f, err
}

func (s *mp3Source) damaged() int {
	if s.feed != nil {
		return s.harm + s.feed.harm
	}
	return s.harm
}

func (s *mp3Source) locate(sample int64) error { return s.start((sample + s.delay) / s.frame) }

// start makes number the first frame that is right; the decoder gives up to
// mp3Warm frames before it.
func (s *mp3Source) start(number int64) error {
	if s.feed != nil {
		s.harm += s.feed.harm
	}
	play := max(0, number-mp3Warm)
	from := max(0, play-mp3Prime)
	entry := s.index.before(from)
	hand, err := s.reservoirStart(entry, from, play, number)
	if err != nil {
		return err
	}
	s.feed, err = newMP3Feed(&s.win, entry, from, hand, play, s.index.frames, s.bad)
	s.dec, s.number = nil, hand
	return err
}

// reservoirStart returns the frame from which the decoder has to be fed so
// that the data of the frames from play to number are there: decoding a frame
// only for its bytes costs as much as any other.
func (s *mp3Source) reservoirStart(entry mp3Frame, from, play, number int64) (int64, error) {
	if entry.header.rateHz == 22050 {
		// These are packed anew; a silent frame before them has room for all
		// that may not fit into the first.
		return max(from, play-1), nil
	}
	w := walkMP3(&s.win, entry)
	hand := play
	var sizes [mp3Prime + mp3Warm + 1]int // bytes of data in the frames from on
	for {
		f, err := w.step()
		if err == io.EOF || err == nil && f.number > number {
			return hand, nil
		}
		if err != nil {
			return 0, err
		}
		if f.number < from {
			continue
		}
		skip := f.header.side() + f.header.sideSize()
		p, err := s.win.at(f.offset, skip)
		if err != nil {
			return 0, err
		}
		if len(p) < skip {
			return hand, nil
		}
		sizes[f.number-from] = max(0, f.header.size()-skip)
		if f.number < play {
			continue
		}
		need := parseMP3Side(f.header, p[f.header.side():]).back
		at := f.number
		for ; at > from && need > 0; at-- {
			need -= sizes[at-1-from]
		}
		hand = min(hand, at)
	}
}

func (s *mp3Source) next() (int64, [][2]float64, error) {
	for s.number < s.index.frames {
		err := guard(s.decode)
		if err == nil {
			start := s.number*s.frame - s.delay
			s.number++
			return start, s.frames, nil
		}
		var disk *Error
		if errors.As(s.feed.err, &disk) {
			return 0, nil, disk
		}
		if s.feed.err == io.EOF {
			return 0, nil, io.EOF
		}
		// The decoder lost its state: begin again, with this frame silent.
		failed := s.feed.current
		if s.bad[failed] {
			return 0, nil, err
		}
		for n := range s.bad {
			if n < failed-2*(mp3Warm+mp3Prime) || n > failed {
				delete(s.bad, n)
			}
		}
		s.bad[failed] = true
		if err := s.start(s.number); err != nil {
			return 0, nil, err
		}
	}
	return 0, nil, io.EOF
}

// decode gets one frame out of the decoder.
func (s *mp3Source) decode() (err error) {
	if s.dec == nil {
		if s.dec, err = mp3.NewDecoder(s.feed); err != nil {
			return err
		}
	}
	if _, err = io.ReadFull(s.dec, s.pcm); err != nil {
		return err
	}
	for i := range s.frames {
		l := int16(binary.LittleEndian.Uint16(s.pcm[4*i:]))
		r := int16(binary.LittleEndian.Uint16(s.pcm[4*i+2:]))
		s.frames[i] = [2]float64{float64(l) / (1 << 15), float64(r) / (1 << 15)}
	}
	return nil
}
