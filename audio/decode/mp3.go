package decode

import "io"

// mp3Source reads an mp3 by its frames, from the one that is asked for: it
// decodes a few before it, which fill the memory of the transforms and are
// thrown away, and takes the data of a few more, which fill the reservoir. What
// follows is then, bit for bit, what decoding from the start gives.
type mp3Source struct {
	win   window
	index *mp3Index
	frame int64 // samples in one
	delay int64 // samples that the encoder and decoder put before the first

	dec    *mp3Decoder
	walk   *mp3Walker
	found  mp3Frame // the walker's last
	number int64    // of the frame to decode next
	first  int64    // of those that are given, not thrown away
	harm   int
	frames [][2]float64
}

func openMP3(in *input) (Stream, error) {
	s := &mp3Source{win: window{in: in}, dec: newMP3Decoder()}
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

func (s *mp3Source) damaged() int { return s.harm }

// mp3Prime are the frames before number whose data its own may begin in, and
// mp3Warm those whose sound reaches into it: the two granules before, one frame
// of MPEG-1. The data of a frame are 58 bytes at least in MPEG-1, and 1 in
// MPEG-2 (two channels at 24 kHz and 8 kbit/s, with a checksum).
func (h mp3Header) reach() (warm, prime int64) {
	if h.version == 1 {
		return 1, 1 + mp3Reservoir/58
	}
	return 2, 255
}

func (s *mp3Source) locate(sample int64) error {
	s.first = (sample + s.delay) / s.frame
	entry := s.index.before(s.first)
	warm, prime := entry.header.reach()
	s.number = max(0, s.first-warm)
	from := max(0, s.number-prime)
	entry = s.index.before(from)
	s.walk, s.found = walkMP3(&s.win, entry), mp3Frame{number: entry.number - 1}
	s.dec.reset()
	for expected := from; ; {
		if err := s.step(); err != nil {
			if err == io.EOF {
				return nil // next says so
			}
			return err
		}
		if s.found.number >= s.number {
			if s.found.number > expected {
				s.dec.lose()
			}
			return nil
		}
		if s.found.number < from {
			continue
		}
		p, err := s.body()
		if err != nil {
			return err
		}
		if s.found.number > expected {
			s.dec.lose()
		}
		expected = s.found.number + 1
		s.dec.feed(p[min(len(p), s.found.header.sideSize()):])
	}
}

// step finds the next frame.
func (s *mp3Source) step() error {
	f, err := s.walk.step()
	if err == nil {
		s.found = f
	}
	return err
}

// body is the found frame without its header and checksum.
func (s *mp3Source) body() ([]byte, error) {
	h := s.found.header
	p, err := s.win.at(s.found.offset, h.size())
	return p[min(len(p), h.side()):], err
}

func (s *mp3Source) next() (int64, [][2]float64, error) {
	for {
		if s.found.number < s.number {
			if err := s.step(); err != nil {
				return 0, nil, err
			}
			continue
		}
		out := s.frames[:s.frame]
		if s.found.number > s.number { // lost
			s.dec.lose()
			s.dec.silence(s.found.header, out)
			if s.number >= s.first {
				s.harm++
			}
		} else {
			p, err := s.body()
			if err != nil {
				return 0, nil, err
			}
			if !s.dec.frame(s.found.header, p, out) && s.number >= s.first {
				s.harm++
			}
		}
		s.number++
		if s.number > s.first {
			return (s.number-1)*s.frame - s.delay, out, nil
		}
	}
}
