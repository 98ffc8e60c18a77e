package audio

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/gopxl/beep/v2"

	"tapescript/audio/stretch"
)

// A Clip is a stretch of a recording, as the player's engine makes it.
type Clip struct {
	Span     Span    // an End of 0, or behind the recording's, is its end
	Speed    float64 // 0.25 to 4, the pitch stays; 0 is 1
	RateHz   int     // 0 for the recording's own
	Channels int     // 1 or 2; 0 for the recording's own, two at most
}

// The rates that a clip may have, in Hz.
const (
	MinClipHz = 1000
	MaxClipHz = 384000
)

// WriteWAV writes a clip as a wav file of 16 bits and returns its length in
// samples. At speed 1 and the recording's rate each is the recording's own,
// rounded to 16 bits: no fade, no dither, no limiter. It tells progress which
// share is done, some times a second. Where the clip is longer than a wav file
// can be (4 GiB) it writes nothing and returns an error; after any other error
// the file is not whole.
func (r *Recording) WriteWAV(ctx context.Context, w io.WriteSeeker, c Clip, progress func(share float64)) (samples int64, err error) {
	if c.Speed == 0 {
		c.Speed = 1
	}
	if c.RateHz == 0 {
		c.RateHz = r.info.RateHz
	}
	if c.Channels == 0 {
		c.Channels = min(r.info.Channels, 2)
	}
	if !r.exact.Load() { // the length has to be known
		if err := r.readOn(ctx, r.Samples(c.Span.End)); err != nil {
			return 0, err
		}
	}
	if c.Span.End <= 0 || c.Span.End > r.Duration() {
		c.Span.End = r.Duration()
	}
	if err := c.check(); err != nil {
		return 0, err
	}
	from, to := r.Samples(c.Span.Start), min(r.Samples(c.Span.End), r.length.Load())
	if err := r.Seek(int(from)); err != nil {
		return 0, err
	}
	source := &piece{rec: r, left: to - from}
	out := bufio.NewWriterSize(w, 1<<16)
	if _, err := out.Write(c.header(0)); err != nil {
		return 0, fmt.Errorf("writing the clip: %w", err)
	}
	samples, err = c.write(ctx, out, c.stream(source, r.info.RateHz), func() {
		progress(float64(to-from-source.left) / float64(max(to-from, 1)))
	})
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return 0, err
	}
	if err := out.Flush(); err != nil {
		return 0, fmt.Errorf("writing the clip: %w", err)
	}
	if _, err := w.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("writing the clip's header: %w", err)
	}
	if _, err := w.Write(c.header(samples)); err != nil {
		return 0, fmt.Errorf("writing the clip's header: %w", err)
	}
	return samples, nil
}

// readOn reads until the length is known, or, if to is above 0, until there are
// samples up to there.
func (r *Recording) readOn(ctx context.Context, to int64) error {
	buf := make([][2]float64, 1<<16)
	for !r.exact.Load() && (to <= 0 || r.at < to) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n, _ := r.Stream(buf); n == 0 {
			r.measure()
			return r.err
		}
	}
	return nil
}

// check refuses what cannot be made.
func (c Clip) check() error {
	switch {
	case c.Span.Start < 0 || c.Span.Start >= c.Span.End:
		return &ClipError{Reason: ClipEmpty}
	case math.IsNaN(c.Speed) || c.Speed < stretch.MinSpeed || c.Speed > stretch.MaxSpeed:
		return &ClipError{Reason: ClipSpeed}
	case c.RateHz < MinClipHz || c.RateHz > MaxClipHz:
		return &ClipError{Reason: ClipRate}
	case c.Channels != 1 && c.Channels != 2:
		return &ClipError{Reason: ClipChannels}
	}
	seconds := (c.Span.End - c.Span.Start).Seconds() / c.Speed
	if seconds*float64(c.RateHz)*float64(2*c.Channels) > math.MaxUint32-1024 {
		return &ClipError{Reason: ClipTooLong}
	}
	return nil
}

// ClipReason is a stable code that a user interface can translate.
type ClipReason string

// Why a clip cannot be made.
const (
	ClipEmpty    ClipReason = "clip-empty"    // it ends where it begins or before, or begins behind the recording
	ClipSpeed    ClipReason = "clip-speed"    // outside 0.25 to 4
	ClipRate     ClipReason = "clip-rate"     // outside MinClipHz to MaxClipHz
	ClipChannels ClipReason = "clip-channels" // neither 1 nor 2
	ClipTooLong  ClipReason = "clip-too-long" // over 4 GiB
)

// ClipError says why a clip cannot be made.
type ClipError struct{ Reason ClipReason }

// Error is the reason's code.
func (e *ClipError) Error() string { return string(e.Reason) }

// stream is the engine: stretched, then resampled.
func (c Clip) stream(source beep.Streamer, rateHz int) beep.Streamer {
	s := source
	if c.Speed != 1 {
		stretched := stretch.New(source, rateHz)
		stretched.SetSpeed(c.Speed)
		s = stretched
	}
	return newResampler(s, rateHz, c.RateHz)
}

// write writes all samples of a stream.
func (c Clip) write(ctx context.Context, w io.Writer, s beep.Streamer, done func()) (samples int64, err error) {
	buf := make([][2]float64, 4096)
	bytes := make([]byte, 0, len(buf)*4)
	told := time.Now()
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, ok := s.Stream(buf)
		bytes = bytes[:0]
		for _, v := range buf[:n] {
			if c.Channels == 1 {
				bytes = binary.LittleEndian.AppendUint16(bytes, pcm16((v[0]+v[1])/2))
				continue
			}
			bytes = binary.LittleEndian.AppendUint16(bytes, pcm16(v[0]))
			bytes = binary.LittleEndian.AppendUint16(bytes, pcm16(v[1]))
		}
		if _, err := w.Write(bytes); err != nil {
			return 0, fmt.Errorf("writing the clip: %w", err)
		}
		samples += int64(n)
		if !ok || n == 0 {
			return samples, s.Err()
		}
		if now := time.Now(); now.Sub(told) > 200*time.Millisecond {
			told = now
			done()
		}
	}
}

// pcm16 is the nearest of 65,536 levels; a 16-bit recording comes back as it was.
func pcm16(v float64) uint16 {
	return uint16(int16(min(max(math.RoundToEven(v*32768), math.MinInt16), math.MaxInt16)))
}

// header is that of a wav file with a known number of samples (RIFF/WAVE, PCM).
func (c Clip) header(samples int64) []byte {
	frame := uint32(2 * c.Channels)
	data := uint32(samples) * frame
	h := append(make([]byte, 0, 44), "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, 36+data)
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16)
	h = binary.LittleEndian.AppendUint16(h, 1) // PCM
	h = binary.LittleEndian.AppendUint16(h, uint16(c.Channels))
	h = binary.LittleEndian.AppendUint32(h, uint32(c.RateHz))
	h = binary.LittleEndian.AppendUint32(h, uint32(c.RateHz)*frame)
	h = binary.LittleEndian.AppendUint16(h, uint16(frame))
	h = binary.LittleEndian.AppendUint16(h, 16)
	h = append(h, "data"...)
	return binary.LittleEndian.AppendUint32(h, data)
}

// A piece is a stretch of a recording as a streamer.
type piece struct {
	rec  *Recording
	left int64
}

// Stream is as beep.Streamer says.
func (p *piece) Stream(samples [][2]float64) (n int, ok bool) {
	n, _ = p.rec.Stream(samples[:min(int64(len(samples)), p.left)])
	p.left -= int64(n)
	return n, n > 0
}

// Err is the recording's error.
func (p *piece) Err() error { return p.rec.Err() }
