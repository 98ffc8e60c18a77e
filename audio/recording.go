package audio

import (
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"
	"time"

	"tapescript/audio/decode"
)

// Info describes a recording: its format, rate, channels and exact length.
type Info = decode.Info

// Span is the stretch of a recording from Start to End, End not included.
type Span struct{ Start, End time.Duration }

// A Recording is decoded audio of exact length that can be sought to the
// sample; it is a beep.StreamSeeker. It is not safe for concurrent use: a
// Player that is given one owns it, and others take a Reader.
type Recording struct {
	path   string
	stream decode.Stream
	open   func(path string) (decode.Stream, error)
	info   Info // but for what length and exact say
	at     int64
	err    error

	// The length may be an estimate at first; a Player asks for it while its
	// output reads.
	length atomic.Int64
	exact  atomic.Bool
}

// Open opens the recording at path. Its errors are those of decode.Open.
func Open(path string) (*Recording, error) {
	return openWith(path, decode.Open)
}

func openWith(path string, open func(string) (decode.Stream, error)) (*Recording, error) {
	stream, err := open(path)
	if err != nil {
		return nil, err
	}
	r := &Recording{path: path, stream: stream, open: open, info: stream.Info()}
	r.length.Store(r.info.LengthSamples)
	r.exact.Store(!r.info.Estimated)
	return r, nil
}

// measure looks whether an estimated length is known by now.
func (r *Recording) measure() {
	if r.exact.Load() {
		return
	}
	info := r.stream.Info()
	r.length.Store(info.LengthSamples)
	r.exact.Store(!info.Estimated)
}

// Info is what the file says of itself, with the length counted. While that is
// Estimated, reading on makes it exact; it never changes by more than containers
// and encoders err.
func (r *Recording) Info() Info {
	info := r.info
	info.LengthSamples, info.Estimated = r.length.Load(), !r.exact.Load()
	return info
}

// Duration is the length of the recording, as far as it is known.
func (r *Recording) Duration() time.Duration { return r.Time(r.length.Load()) }

// Samples is the sample that is heard at at: the last that begins at or before
// it. Negative times count as 0.
func (r *Recording) Samples(at time.Duration) int64 {
	return samplesIn(at, r.info.RateHz)
}

// Time is the time at which a sample begins, rounded up, so that
// Samples(Time(n)) is n.
func (r *Recording) Time(samples int64) time.Duration {
	return timeOf(samples, r.info.RateHz)
}

// samplesIn and timeOf take seconds and the rest apart: at × rate in one go
// overflows at 53 h of 48 kHz.
func samplesIn(at time.Duration, rateHz int) int64 {
	if at <= 0 {
		return 0
	}
	rate := int64(rateHz)
	return int64(at/time.Second)*rate + int64(at%time.Second)*rate/int64(time.Second)
}

func timeOf(samples int64, rateHz int) time.Duration {
	rate := int64(rateHz)
	if samples <= 0 || rate <= 0 {
		return 0
	}
	seconds, rest := samples/rate, samples%rate
	if seconds >= int64(math.MaxInt64/time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds)*time.Second +
		time.Duration((rest*int64(time.Second)+rate-1)/rate)
}

// Reader opens the recording once more, for a reader that must not disturb
// playback, such as the waveform's.
func (r *Recording) Reader() (decode.Stream, error) {
	s, err := r.open(r.path)
	if err != nil {
		return nil, fmt.Errorf("opening the recording again: %w", err)
	}
	return s, nil
}

// Stream reads on from the current position, as beep.Streamer says.
func (r *Recording) Stream(samples [][2]float64) (n int, ok bool) {
	for n < len(samples) && r.err == nil {
		got, err := r.stream.Read(samples[n:])
		n += got
		r.at += int64(got)
		r.measure()
		switch {
		case errors.Is(err, io.EOF):
			return n, n > 0
		case err != nil:
			r.err = fmt.Errorf("reading the recording at %s: %w", r.Time(r.at).Round(time.Millisecond), err)
		case got == 0:
			r.err = fmt.Errorf("reading the recording at %s: %w", r.Time(r.at).Round(time.Millisecond), io.ErrNoProgress)
		}
	}
	return n, n > 0
}

// Err is the error that ended the stream; Seek clears it.
func (r *Recording) Err() error { return r.err }

// Len is the length in samples.
func (r *Recording) Len() int { return int(r.length.Load()) }

// Position is the sample that Stream gives next.
func (r *Recording) Position() int { return int(r.at) }

// Seek moves to the sample p, which Stream gives next. It refuses a p outside
// 0..Len.
func (r *Recording) Seek(p int) error {
	defer r.measure()
	if err := r.stream.Seek(int64(p)); err != nil {
		return fmt.Errorf("seeking to %s: %w", r.Time(int64(p)).Round(time.Millisecond), err)
	}
	r.at, r.err = int64(p), nil
	return nil
}

// Close closes the file.
func (r *Recording) Close() error {
	if err := r.stream.Close(); err != nil {
		return fmt.Errorf("closing the recording: %w", err)
	}
	return nil
}
