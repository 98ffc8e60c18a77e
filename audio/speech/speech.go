// Package speech finds where somebody speaks: samples in, spans out.
//
//	d, err := speech.Detect(ctx, stream, stream.Info().RateHz, speech.Options{})
//	for _, span := range d.Spans { … }
//
// Every 10 ms a frame is described by what sets speech apart from noise, hum and
// music: how far it stands above the noise floor of its frequency bands (the
// lowest that they were within two seconds), how harmonic it is once that floor
// is taken off, how fast its spectrum changes, and how all this has moved within
// half a second (syllables come about four a second; a music bed and steady
// noise do not) and within two and a half (a bed goes on under the pauses). A
// small network with fixed weights makes a probability of these, and a Viterbi
// search over two states, speech and silence, makes spans of the probabilities.
//
// On spans, whoever found them: [Segments] groups them for transcribing,
// [Silence] and [Snap] find a place without speech, [Unspoken] and
// [Untranscribed] compare them with a transcript's segments.
//
// The package knows neither files nor text.
package speech

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Reader gives sample frames, as audio/decode's streams do: n < len(dst) only
// at the end, with io.EOF, or on another error.
type Reader interface {
	Read(dst [][2]float64) (n int, err error)
}

// Options are what Detect can be told.
type Options struct {
	// Progress, unless nil, is called now and then with the time up to which the
	// recording has been read.
	Progress func(done time.Duration)
}

// Detection is what Detect found.
type Detection struct {
	// Spans are where somebody speaks, in the order of time; they neither touch
	// nor overlap. Pauses below 200 ms belong to the speech around them.
	Spans []Span
	// Length is that of the recording, rounded up to a nanosecond.
	Length time.Duration
	// Levels say how loud each frame is between 100 and 7,000 Hz, in half
	// decibels above -110 dB of full scale.
	Levels []uint8

	layout layout
}

// ErrRate says that samples have no such rate.
var ErrRate = errors.New("not a sample rate")

// maxRateHz is the highest rate of a recording that decode admits.
const maxRateHz = 768000

// Detect reads a recording from where the reader stands to its end. Both
// channels are heard as one. It needs some 6 MB and 5 bytes for each 40 ms, which
// is 5 MB for 10 hours. Errors are those of the reader, ctx's, and [ErrRate] for
// a rate that is not in 1..768,000 Hz.
func Detect(ctx context.Context, r Reader, rateHz int, o Options) (*Detection, error) {
	if rateHz < 1 || rateHz > maxRateHz {
		return nil, fmt.Errorf("detecting speech at %d Hz: %w", rateHz, ErrRate)
	}
	d := newDetector(rateHz)
	block := make([][2]float64, 8192)
	for done := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := r.Read(block)
		d.add(block[:n])
		done += int64(n)
		if o.Progress != nil && done/int64(rateHz) != (done-int64(n))/int64(rateHz) {
			o.Progress(timeOf(done, rateHz))
		}
		switch {
		case errors.Is(err, io.EOF) || err == nil && n == 0:
			return d.finish(done), nil
		case err != nil:
			return nil, fmt.Errorf("detecting speech at %s: %w", timeOf(done, rateHz).Round(time.Millisecond), err)
		}
	}
}

// detector takes samples in and describes them 40 seconds at a time, with some
// seconds more on both sides for what looks around.
type detector struct {
	layout      layout
	front       *frontEnd
	frames      frames // those not scored yet, and the seconds before them
	before      int    // frames that were scored already
	description description
	search      search
	result      Detection
	scored      func(p float32) // unless nil, told every frame's score: by tests
}

// chunkFrames are described at once: whole blocks of the noise floor.
const chunkFrames = 200 * floorBlock

func newDetector(rateHz int) *detector {
	l := layoutFor(rateHz)
	return &detector{layout: l, front: newFrontEnd(l), description: description{layout: l}}
}

func (d *detector) add(block [][2]float64) {
	d.front.add(block, &d.frames)
	for d.frames.count()-d.before >= chunkFrames+lookFrames {
		d.score(d.before + chunkFrames)
	}
}

// score describes the frames that are waiting and scores those before to.
func (d *detector) score(to int) {
	d.description.of(&d.frames, max(0, d.before-bandFrames), min(d.frames.count(), to+bandFrames))
	d.description.scores(d.before, to, func(frame int, p float32) {
		d.search.add(p)
		d.result.Levels = append(d.result.Levels, levelByte(d.frames.level[frame]))
		if d.scored != nil {
			d.scored(p)
		}
	})
	drop := max(0, to-lookFrames)
	d.frames.drop(drop)
	d.before = to - drop
}

// levelByte is a level in decibels in half decibels above -110.
func levelByte(dB float32) uint8 { return uint8(min(max(math.Round(float64(dB+110)*2), 0), 255)) }

// finish scores what is left of a recording of so many samples.
func (d *detector) finish(samples int64) *Detection {
	d.front.end(&d.frames)
	if d.frames.count() > d.before {
		d.score(d.frames.count())
	}
	r := &d.result
	r.layout = d.layout
	r.Length = timeOf(samples, d.layout.rateHz)
	for _, run := range d.search.speech() {
		s := Span{r.FrameStart(run[0]), min(r.FrameStart(run[1]), r.Length)}
		if run[1] == len(r.Levels) {
			s.End = r.Length
		}
		if s.End > s.Start {
			r.Spans = append(r.Spans, s)
		}
	}
	return r
}

// FrameStart is the time at which a frame of Levels begins; about
// 10 ms a frame, exactly a whole number of samples.
func (d *Detection) FrameStart(frame int) time.Duration {
	return timeOf(int64(frame)*int64(d.layout.hop)*int64(d.layout.factor), d.layout.rateHz)
}

// frameAt is the frame at a position, at most the number of frames.
func (d *Detection) frameAt(at time.Duration) int {
	hop := d.FrameStart(1)
	if hop <= 0 {
		return 0
	}
	return int(min(max(at/hop, 0), time.Duration(len(d.Levels))))
}

// Weakest is the place within a span where the recording is quietest over
// 50 ms: the best one to cut speech that has no silence. It lies in the span,
// its end included.
func (d *Detection) Weakest(s Span) time.Duration {
	const half = 2 // frames on each side
	best, least := s.Start+s.Len()/2, math.MaxInt
	for i := d.frameAt(s.Start); i < d.frameAt(s.End); i++ {
		sum, n := 0, 0
		for k := max(0, i-half); k <= min(i+half, len(d.Levels)-1); k++ {
			sum += int(d.Levels[k])
			n++
		}
		if mean := sum * 60 / n; mean < least { // 60: whole for every n
			least, best = mean, middle(d.FrameStart(i), d.FrameStart(i+1))
		}
	}
	return min(max(best, s.Start), s.End)
}

// timeOf is the time at which a sample begins, rounded up to a nanosecond, so
// that it is within the sample's own time whichever way it is converted.
// Seconds and the rest are taken apart: their product overflows.
func timeOf(samples int64, rateHz int) time.Duration {
	rate := int64(rateHz)
	seconds, rest := samples/rate, samples%rate
	if seconds >= int64(math.MaxInt64/time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds)*time.Second + time.Duration((rest*int64(time.Second)+rate-1)/rate)
}
