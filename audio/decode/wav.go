package decode

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// wav files are chunks: an identifier, a 32-bit length, the data, and a byte
// of padding after odd lengths. "fmt " says how samples are stored, "data"
// holds them; RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088) keep 64-bit lengths
// in "ds64" for files over 4 GiB. Everything is little endian.

const (
	wavPCM        = 1
	wavFloat      = 3
	wavALaw       = 6
	wavMuLaw      = 7
	wavExtensible = 0xFFFE

	// Files with more chunks than this before the samples are not recordings.
	wavMaxChunks = 10000
	wavBuffer    = 32 << 10
)

// wavFormat is the part of "fmt " that decoding needs.
type wavFormat struct {
	tag        uint16
	channels   int
	rateHz     int
	frameBytes int // of all channels
	sampleByte int // of one channel: the container's size
}

// wavStream reads samples straight out of the file: any position is a product.
type wavStream struct {
	in     *input
	info   Info
	format wavFormat
	start  int64 // byte of the first sample frame
	pos    int64 // sample frame of the next Read
	sample func(p []byte) float64
	buf    []byte
}

func openWAV(in *input) (Stream, error) {
	format, data, err := readWAVHeader(in)
	if err != nil {
		return nil, err
	}
	s := &wavStream{in: in, format: format, start: data.start, buf: make([]byte, max(wavBuffer, format.frameBytes))}
	s.sample = wavDecoder(format)
	if s.sample == nil {
		return nil, &Error{Format: wavTagName(format), Reason: ErrUnsupported}
	}
	s.info = Info{Format: "wav", RateHz: format.rateHz, Channels: format.channels,
		LengthSamples: data.length / int64(format.frameBytes), PromisedSamples: data.promised / int64(format.frameBytes)}
	return s, nil
}

// wavData is where the samples lie, in bytes.
type wavData struct {
	start, length int64
	promised      int64 // length by the header; 0 where it does not say
}

// readWAVHeader walks the chunks up to the samples.
func readWAVHeader(in *input) (format wavFormat, data wavData, err error) {
	var head [12]byte
	if _, err := in.readAt(head[:], 0); err != nil {
		return format, data, err
	}
	data64 := int64(-1) // what ds64 says about the data chunk
	at := int64(12)
	for range wavMaxChunks {
		n, err := in.readAt(head[:8], at)
		if err != nil {
			return format, data, err
		}
		if n < 8 {
			break
		}
		id, size := string(head[:4]), int64(binary.LittleEndian.Uint32(head[4:]))
		at += 8
		switch id {
		case "ds64":
			var d [16]byte
			if n, err = in.readAt(d[:], at); err != nil {
				return format, data, err
			} else if n == len(d) {
				data64 = int64(binary.LittleEndian.Uint64(d[8:]))
			}
		case "fmt ":
			if format, err = readWAVFormat(in, at, size); err != nil {
				return format, data, err
			}
		case "data":
			if format.frameBytes == 0 {
				return format, data, &Error{Offset: at - 8, Reason: ErrDamaged,
					Err: fmt.Errorf("expected a chunk %q before the samples", "fmt ")}
			}
			length, promised := wavDataLength(size, data64, in.size-at)
			return format, wavData{start: at, length: length, promised: promised}, nil
		}
		at += size + size&1
	}
	if format.frameBytes == 0 {
		return format, data, &Error{Offset: at, Reason: ErrDamaged, Err: fmt.Errorf("expected a chunk %q", "fmt ")}
	}
	return format, data, &Error{Offset: at, Reason: ErrNoSamples}
}

// wavDataLength is how many bytes of samples there are, and how many the header
// promises. A recorder that dies leaves 0 or 0xFFFFFFFF as the length: then they
// go on to the end of the file, as they do when the chunk claims more than there
// is.
func wavDataLength(size, data64, rest int64) (length, promised int64) {
	wide := size == math.MaxUint32 && data64 > 0
	if wide {
		size = data64
	}
	switch {
	case size <= 0:
		return rest, 0
	case size <= rest:
		return size, size
	case wide && size > maxLength || !wide && wavEndless(size):
		return rest, 0
	}
	return rest, size
}

// wavEndless says whether a 32-bit length means "to the end": programs that
// write to a pipe give nearly the most that 32 bits or 31 can say: ffmpeg
// 0xFFFFFFFF, sox and espeak-ng 0x7FFFF000, lame 0x7FFFFFFF.
func wavEndless(size int64) bool {
	const near = 8 << 10
	return size > 1<<32-near || size > 1<<31-near && size < 1<<31+near
}

func readWAVFormat(in *input, at, size int64) (wavFormat, error) {
	var p [40]byte
	n, err := in.readAt(p[:min(size, int64(len(p)))], at)
	if err != nil {
		return wavFormat{}, err
	}
	if n < 16 {
		return wavFormat{}, &Error{Offset: at, Reason: ErrDamaged, Err: fmt.Errorf("chunk %q has %d bytes, expected at least 16", "fmt ", n)}
	}
	le := binary.LittleEndian
	f := wavFormat{
		tag:        le.Uint16(p[0:]),
		channels:   int(le.Uint16(p[2:])),
		rateHz:     int(le.Uint32(p[4:])),
		frameBytes: int(le.Uint16(p[12:])),
	}
	if f.tag == wavExtensible && n >= 26 {
		f.tag = le.Uint16(p[24:]) // the first two bytes of the sub-format's GUID
	}
	bits := int(le.Uint16(p[14:]))
	if f.channels > 0 && (f.frameBytes == 0 || f.frameBytes%f.channels != 0) {
		f.frameBytes = f.channels * ((bits + 7) / 8)
	}
	if f.channels == 0 || f.frameBytes == 0 {
		return f, &Error{Offset: at, Reason: ErrDamaged, Err: fmt.Errorf("%d channels of %d bits", f.channels, bits)}
	}
	f.sampleByte = f.frameBytes / f.channels
	return f, nil
}

// wavTagName names a sample format that we do not read.
func wavTagName(f wavFormat) string {
	switch f.tag {
	case 2, 0x11:
		return "wav with ADPCM audio"
	case 0x50, 0x55:
		return "wav with MPEG audio"
	case 0x31:
		return "wav with GSM 6.10 audio"
	case 0xFF, 0x1600:
		return "wav with AAC audio"
	}
	return fmt.Sprintf("wav with %d-byte samples of type 0x%04x", f.sampleByte, f.tag)
}

// wavDecoder returns what turns one stored sample into -1..1, or nil for a
// format that we do not know. Integers are divided by 2^(bits-1), so that
// -1 is reached and +1 is not, as ffmpeg and sox do.
func wavDecoder(f wavFormat) func(p []byte) float64 {
	le := binary.LittleEndian
	switch {
	case f.tag == wavPCM && f.sampleByte == 1: // 8 bits are unsigned
		return func(p []byte) float64 { return (float64(p[0]) - 128) / (1 << 7) }
	case f.tag == wavPCM && f.sampleByte == 2:
		return func(p []byte) float64 { return float64(int16(le.Uint16(p))) / (1 << 15) }
	case f.tag == wavPCM && f.sampleByte == 3:
		return func(p []byte) float64 {
			return float64(int32(uint32(p[0])<<8|uint32(p[1])<<16|uint32(p[2])<<24)) / (1 << 31)
		}
	case f.tag == wavPCM && f.sampleByte == 4:
		return func(p []byte) float64 { return float64(int32(le.Uint32(p))) / (1 << 31) }
	case f.tag == wavFloat && f.sampleByte == 4:
		return func(p []byte) float64 { return clip(float64(math.Float32frombits(le.Uint32(p)))) }
	case f.tag == wavFloat && f.sampleByte == 8:
		return func(p []byte) float64 { return clip(math.Float64frombits(le.Uint64(p))) }
	case f.tag == wavALaw && f.sampleByte == 1:
		return func(p []byte) float64 { return aLaw(p[0]) }
	case f.tag == wavMuLaw && f.sampleByte == 1:
		return func(p []byte) float64 { return muLaw(p[0]) }
	}
	return nil
}

// clip bounds x to -1..1; what is not a number is silence.
func clip(x float64) float64 {
	if x != x {
		return 0
	}
	return max(-1, min(1, x))
}

// aLaw expands one byte to -1..1. ITU-T G.711, table 1a.
func aLaw(b byte) float64 {
	b ^= 0x55
	exponent, mantissa := int(b>>4&7), int(b&15)
	v := mantissa<<4 + 8
	if exponent > 0 {
		v = (v + 0x100) << (exponent - 1)
	}
	if b&0x80 == 0 {
		v = -v
	}
	return float64(v) / (1 << 15)
}

// muLaw expands one byte to -1..1. ITU-T G.711, table 2a.
func muLaw(b byte) float64 {
	b = ^b
	exponent, mantissa := int(b>>4&7), int(b&15)
	v := (mantissa<<3+0x84)<<exponent - 0x84
	if b&0x80 != 0 {
		v = -v
	}
	return float64(v) / (1 << 15)
}

func (s *wavStream) Info() Info { return s.info }

func (s *wavStream) Close() error { return s.in.close() }

func (s *wavStream) Seek(sample Samples) error {
	if sample < 0 || sample > s.info.LengthSamples {
		return &Error{Path: s.in.path, Format: s.info.Format, Offset: sample, Reason: ErrRange}
	}
	s.pos = sample
	return nil
}

func (s *wavStream) Read(dst [][2]float64) (n int, err error) {
	size := s.format.frameBytes
	for n < len(dst) && s.pos < s.info.LengthSamples {
		want := min(int64(len(dst)-n), s.info.LengthSamples-s.pos, int64(len(s.buf)/size))
		got, err := s.in.readAt(s.buf[:want*int64(size)], s.start+s.pos*int64(size))
		frames := got / size
		s.decode(dst[n:n+frames], s.buf)
		n += frames
		s.pos += int64(frames)
		if err != nil {
			return n, s.in.wrap(err, s.info.Format)
		}
		if int64(frames) < want {
			return n, &Error{Path: s.in.path, Format: s.info.Format, Offset: s.start + s.pos*int64(size),
				Reason: ErrRead, Err: io.ErrUnexpectedEOF}
		}
	}
	if n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}

// decode turns the stored frames in p into dst.
func (s *wavStream) decode(dst [][2]float64, p []byte) {
	size, right := s.format.frameBytes, s.format.sampleByte
	if s.format.channels == 1 {
		right = 0
	}
	if s.format.tag == wavPCM && s.format.sampleByte == 2 && size == 2 {
		const scale = 1.0 / (1 << 15)
		p = p[:2*len(dst)]
		for i := range dst {
			v := float64(int16(binary.LittleEndian.Uint16(p[2*i:]))) * scale
			dst[i] = [2]float64{v, v}
		}
		return
	}
	if s.format.tag == wavPCM && s.format.sampleByte == 2 {
		// Nearly all recordings: without the call a sample, four times as fast.
		const scale = 1.0 / (1 << 15)
		for i := range dst {
			f := p[i*size:]
			l := float64(int16(binary.LittleEndian.Uint16(f))) * scale
			r := float64(int16(binary.LittleEndian.Uint16(f[right:]))) * scale
			dst[i] = [2]float64{l, r}
		}
		return
	}
	for i := range dst {
		f := p[i*size:]
		dst[i] = [2]float64{s.sample(f), s.sample(f[right:])}
	}
}
