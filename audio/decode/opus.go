package decode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/pion/opus"
)

// opusRateHz is the rate at which every Opus stream is decoded; its positions
// count at this rate, whatever was encoded (RFC 7845 section 4).
const opusRateHz = 48000

// opusPreroll is how much is decoded before a seek's target. The 80 ms of RFC
// 7845 section 4.6 leave, by measurement, differences of up to 0.06 where pages
// are short; half a second leaves 2 units of 16 bits, in SILK's rounding.
const opusPreroll = 24000

// opusMaxFrames is the longest packet, 120 ms (RFC 6716 section 3.2.5).
const opusMaxFrames = 5760

// opusCodec decodes the packets of an Opus stream of one or two channels.
type opusCodec struct {
	dec      opus.Decoder
	channels int
	skip     int64
	gain     float64
	buf      []float32
}

func (c *opusCodec) traits() oggTraits {
	return oggTraits{format: "ogg opus", rateHz: opusRateHz, channels: c.channels, skip: c.skip, preroll: opusPreroll}
}

// header reads the identification header (RFC 7845 section 5.1); the comments
// are of no use to us.
func (c *opusCodec) header(n int, packet []byte) (err error) {
	if n > 0 {
		return nil
	}
	if len(packet) < 19 || string(packet[:8]) != "OpusHead" {
		return errors.New("expected an identification header")
	}
	version, family := packet[8], packet[18]
	c.channels = int(packet[9])
	c.skip = int64(binary.LittleEndian.Uint16(packet[10:]))
	c.gain = math.Pow(10, float64(int16(binary.LittleEndian.Uint16(packet[16:])))/(20*256))
	switch {
	case version > 15:
		return &Error{Format: fmt.Sprintf("Opus audio of version %d", version), Reason: ErrUnsupported}
	case family != 0:
		return &Error{Format: fmt.Sprintf("Opus audio with %d channels of mapping family %d", c.channels, family), Reason: ErrUnsupported}
	case c.channels != 1 && c.channels != 2:
		return fmt.Errorf("%d channels in mapping family 0", c.channels)
	}
	c.buf = make([]float32, 2*opusMaxFrames)
	c.dec, err = opus.NewDecoderWithOutput(opusRateHz, c.channels)
	return err
}

func (c *opusCodec) reset() {
	c.dec, _ = opus.NewDecoderWithOutput(opusRateHz, c.channels) // these figures were accepted before
}

func (c *opusCodec) decode(frames [][2]float64, packet []byte) ([][2]float64, error) {
	want := opusFrames(packet)
	if want == 0 {
		return frames, errors.New("a packet of an impossible length")
	}
	got := 0
	err := guard(func() (err error) {
		got, err = c.dec.DecodeToFloat32(packet, c.buf)
		return err
	})
	if err == nil && got != want {
		err = fmt.Errorf("%d samples decoded of %d", got, want)
	}
	if err != nil {
		return append(frames, make([][2]float64, want)...), err
	}
	right := c.channels - 1
	for i := 0; i < want*c.channels; i += c.channels {
		frames = append(frames, [2]float64{clip(c.gain * float64(c.buf[i])), clip(c.gain * float64(c.buf[i+right]))})
	}
	return frames, nil
}

// opusFrames is the length of a packet in sample frames, by its first two
// bytes (RFC 6716 section 3.1); 0 if it is not allowed.
func opusFrames(packet []byte) int {
	if len(packet) == 0 {
		return 0
	}
	config := packet[0] >> 3
	frame := 0
	switch {
	case config < 12:
		frame = [4]int{480, 960, 1920, 2880}[config&3]
	case config < 16:
		frame = [2]int{480, 960}[config&1]
	default:
		frame = 120 << (config & 3)
	}
	count := 1
	switch packet[0] & 3 {
	case 1, 2:
		count = 2
	case 3:
		if len(packet) < 2 {
			return 0
		}
		count = int(packet[1] & 63)
	}
	if frame*count > opusMaxFrames {
		return 0
	}
	return frame * count
}
