package decode

import "io"

// blockSource decodes a compressed format block by block. Blocks know their
// place, so the stream above can cut what overlaps and fill what is missing.
type blockSource interface {
	// locate arranges that the blocks which follow cover sample, as far as the
	// file still holds it. They may begin before it.
	locate(sample int64) error
	// next decodes the following block: the sample it starts at (negative for
	// an encoder's delay) and its frames, valid until the next call. io.EOF
	// tells that there are no more.
	next() (start int64, frames [][2]float64, err error)
	// damaged counts the places that had to be skipped.
	damaged() int
}

// blockStream is a Stream over a blockSource.
type blockStream struct {
	in   *input
	info Info
	src  blockSource

	pos     int64 // of the next Read
	located bool  // src's next block follows frames
	start   int64 // of frames
	frames  [][2]float64
}

func newBlockStream(in *input, info Info, src blockSource) *blockStream {
	return &blockStream{in: in, info: info, src: src}
}

func (s *blockStream) Info() Info { return s.info }

func (s *blockStream) Damaged() int { return s.src.damaged() }

func (s *blockStream) Close() error { return s.in.close() }

// Seek only notes the place: the work is done by the Read that needs it, so
// many seeks in a row (a key held down) cost nothing.
func (s *blockStream) Seek(sample Samples) error {
	if sample < 0 || sample > s.info.LengthSamples {
		return &Error{Path: s.in.path, Format: s.info.Format, Offset: sample, Reason: ErrRange}
	}
	s.pos = sample
	if end := s.start + int64(len(s.frames)); sample < s.start || sample > end {
		s.located = false
	}
	return nil
}

func (s *blockStream) Read(dst [][2]float64) (n int, err error) {
	for n < len(dst) && s.pos < s.info.LengthSamples {
		got, err := s.readSome(dst[n:])
		n += got
		s.pos += int64(got)
		if err != nil {
			s.located, s.frames = false, nil
			return n, s.in.wrap(err, s.info.Format)
		}
	}
	if n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}

// readSome gives what the current block has, or silence up to it, or fetches
// the next one. It may give nothing.
func (s *blockStream) readSome(dst [][2]float64) (int, error) {
	if rest := s.info.LengthSamples - s.pos; int64(len(dst)) > rest {
		dst = dst[:rest]
	}
	if !s.located {
		s.start, s.frames = s.pos, nil
		if err := guard(func() error { return s.src.locate(s.pos) }); err != nil {
			return 0, err
		}
		s.located = true
	}
	off := s.pos - s.start
	if off < 0 {
		if int64(len(dst)) > -off {
			dst = dst[:-off]
		}
		clear(dst)
		return len(dst), nil
	}
	if off < int64(len(s.frames)) {
		return copy(dst, s.frames[off:]), nil
	}
	err := guard(func() (err error) {
		s.start, s.frames, err = s.src.next()
		return err
	})
	if err == io.EOF {
		// The file lost its end while it was open, or its last blocks do not
		// decode: the length was promised, so silence keeps it.
		s.start, s.frames = s.info.LengthSamples, nil
		return 0, nil
	}
	return 0, err
}
