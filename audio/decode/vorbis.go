package decode

import (
	"github.com/jfreymuth/vorbis"
)

// vorbisCodec decodes the packets of a vorbis stream.
type vorbisCodec struct {
	dec      vorbis.Decoder
	channels int
	right    int // the channel given as right
	buf      []float32
}

func (c *vorbisCodec) traits() oggTraits {
	return oggTraits{format: "ogg vorbis", rateHz: c.dec.SampleRate(), channels: c.channels}
}

// header reads one of the three header packets. The comments are not given to
// the library, which would reserve memory for as many as they claim to be.
func (c *vorbisCodec) header(n int, packet []byte) error {
	check := checkVorbisSetup
	switch n {
	case 0:
		check = checkVorbisID
	case 1:
		return nil
	}
	if err := check(packet); err != nil {
		return err
	}
	if err := guard(func() error { return c.dec.ReadHeader(packet) }); err != nil || n == 0 {
		return err
	}
	c.channels, c.right = c.dec.Channels(), 1
	switch c.channels { // Vorbis I specification, section 4.3.9
	case 1:
		c.right = 0
	case 3, 5, 6, 7, 8: // left, centre, right …
		c.right = 2
	}
	c.buf = make([]float32, c.dec.BufferSize())
	return nil
}

// reset makes the next packet prime the overlap only: it gives no frames.
func (c *vorbisCodec) reset() { c.dec.Clear() }

func (c *vorbisCodec) decode(frames [][2]float64, packet []byte) ([][2]float64, error) {
	if len(packet) == 0 || packet[0]&1 != 0 {
		return frames, nil // no sound
	}
	out, err := c.dec.DecodeInto(packet, c.buf)
	if err != nil {
		return frames, err
	}
	for i := 0; i+c.channels <= len(out); i += c.channels {
		frames = append(frames, [2]float64{clip(float64(out[i])), clip(float64(out[i+c.right]))})
	}
	return frames, nil
}
