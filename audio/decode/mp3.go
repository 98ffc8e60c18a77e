package decode

import (
	"io"
	"math"
)

// mp3Source reads an mp3 by its frames, from the one that is asked for: it
// decodes a few before it, which fill the memory of the transforms and are
// thrown away, and takes the data of a few more, which fill the reservoir. What
// follows is then, bit for bit, what decoding from the start gives.
type mp3Source struct {
	win    window
	index  *mp3Index
	frame  int64 // samples in one
	tag    mp3Tag
	stream *blockStream // over this source

	dec    *mp3Decoder
	walk   *mp3Walker
	found  mp3Frame // the walker's last
	number int64    // of the frame to decode next
	first  int64    // of those that are given, not thrown away
	harm   int
	frames [][2]float64
}

// mp3Stream is a blockStream whose length may be what the file's first frame
// says, until all frames have been counted behind.
type mp3Stream struct {
	*blockStream
	src *mp3Source
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
	begin := first.offset
	tag, tagged := parseMP3Tag(first.header, p)
	if tagged {
		if first, err = walkMP3(&s.win, mp3Frame{offset: begin, header: first.header}).after(); err != nil {
			return nil, &Error{Offset: begin, Reason: ErrNoSamples}
		}
	}
	s.tag, s.frame = tag, first.header.samples()
	s.frames = make([][2]float64, s.frame)
	stuffed, err := tag.stuffed(&s.win, begin, first)
	if err != nil {
		return nil, err
	}
	s.index = newMP3Index(in, first, stuffed)
	if err := s.index.scan(begin + mp3ScanFirst); err != nil {
		return nil, err
	}
	info := Info{Format: "mp3", RateHz: first.header.rateHz, Channels: first.header.channels,
		PromisedSamples: max(0, tag.frames*s.frame-tag.padding-tag.delay)}
	if !s.index.settled() {
		length, err := s.foretell(begin, tagged, info.PromisedSamples)
		if err != nil {
			return nil, err
		}
		if length > 0 {
			info.Estimated, info.LengthSamples = true, length
			s.index.finish()
		} else if err := s.index.scan(math.MaxInt64); err != nil {
			return nil, err
		}
	}
	if !info.Estimated {
		info.LengthSamples = s.length()
	}
	s.stream = newBlockStream(in, info, s)
	return &mp3Stream{s.stream, s}, nil
}

// foretell gives the length of a file whose first frame lies at offset begin
// before all of it has been walked: from its tag, or from a constant bit rate. 0
// is that neither tells.
func (s *mp3Source) foretell(begin int64, tagged bool, promised int64) (int64, error) {
	if tagged {
		whole, err := s.tag.whole(&s.win, begin)
		if !whole {
			promised = 0
		}
		return promised, err
	}
	frames, ok, err := s.index.steady(s.win.in)
	if !ok {
		frames = 0
	}
	return frames * s.frame, err
}

// whole tells whether the file, whose first frame lies at offset begin, ends
// where the tag says, so that it can be believed for a moment.
func (t mp3Tag) whole(win *window, begin int64) (bool, error) {
	p, err := win.at(begin+t.bytes, 4)
	if err != nil || t.frames == 0 || t.bytes == 0 {
		return false, err
	}
	rest := win.in.size - begin - t.bytes
	_, more := parseMP3Header(p)
	return rest == 0 || rest > 0 && !more, nil
}

// stuffed tells whether frames go on behind where the tag of the file says that
// they end: then something lies between them.
func (t mp3Tag) stuffed(win *window, begin int64, first mp3Frame) (bool, error) {
	end := begin + t.bytes
	if t.bytes == 0 || end >= win.in.size {
		return false, nil
	}
	_, err := walkMP3(win, first).find(end)
	return err == nil, endless(err)
}

// length is exact once the index is.
func (s *mp3Source) length() int64 {
	frames := s.index.count()
	end := frames * s.frame
	if s.tag.frames > 0 && frames <= s.tag.frames {
		end = min(end, s.tag.frames*s.frame-s.tag.padding)
	}
	return end - s.tag.delay
}

// settle makes the length exact if that can be told now.
func (s *mp3Source) settle() {
	if info := &s.stream.info; info.Estimated && s.index.settled() {
		info.Estimated, info.LengthSamples = false, s.length()
	}
}

// wait makes the length exact.
func (s *mp3Source) wait() {
	<-s.index.done
	s.settle()
}

func (s *mp3Stream) Info() Info {
	s.src.settle()
	return s.info
}

func (s *mp3Stream) Seek(sample Samples) error {
	if sample > s.info.LengthSamples {
		s.src.wait()
	}
	return s.blockStream.Seek(sample)
}

func (s *mp3Stream) Read(dst [][2]float64) (n int, err error) {
	if n, err = s.blockStream.Read(dst); err != io.EOF || !s.info.Estimated {
		return n, err
	}
	s.src.wait()
	more, err := s.blockStream.Read(dst[n:])
	return n + more, err
}

func (s *mp3Stream) Close() error {
	s.src.index.close()
	return s.blockStream.Close()
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

// reach is how many frames before one its data may begin in (prime), behind how
// many whose sound reaches into it (warm): the two granules before, one frame
// of MPEG-1. The data of a frame are 58 bytes at least in MPEG-1, and 1 in
// MPEG-2 (two channels at 24 kHz and 8 kbit/s, with a checksum).
func (h mp3Header) reach() (warm, prime int64) {
	if h.version == 1 {
		return 1, 1 + mp3Reservoir/58
	}
	return 2, 255
}

func (s *mp3Source) locate(sample int64) error {
	s.first = (sample + s.tag.delay) / s.frame
	entry, ok := s.index.before(s.first)
	if !ok {
		return &Error{Reason: ErrNoSamples}
	}
	warm, prime := entry.header.reach()
	s.number = max(0, s.first-warm)
	from := max(0, s.number-prime)
	entry, _ = s.index.before(from)
	s.walk, s.found = s.index.walker(&s.win, entry), mp3Frame{number: entry.number - 1}
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
			err := s.step()
			if err == io.EOF {
				s.wait() // this is the end, whatever the tag said
			}
			if err != nil {
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
			return (s.number-1)*s.frame - s.tag.delay, out, nil
		}
	}
}
