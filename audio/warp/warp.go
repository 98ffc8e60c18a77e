// Package warp finds when each word of a text is said in a recording, by laying
// the same words, spoken by a synthesiser, along it.
//
//	ear := warp.Listen(rateHz)                       // the recording, once
//	ear.Write(samples); ear.Close()
//	voice, err := warp.FindVoice("en")               // espeak-ng, where it is installed
//	sounds, err := voice.Speak(ctx, words)           // one sound a word
//	places, err := ear.Place(ctx, span, sounds, nil)
//
// Each word becomes a row of spectral frames of 10 ms, and the recording
// another; the way along both that costs least, by dynamic programming, gives
// the words their times (the method of aeneas, Pettarin 2015: dynamic time
// warping against synthesised speech; Sakoe and Chiba 1978). Before, between and
// behind the words the recording may be silent. Where there is no synthesiser,
// [Spread] shares the speech out by syllables.
//
// Not here: texts, segments, files: samples and words in, times out. All times
// are estimates, and each says how far to believe it.
package warp

import (
	"context"
	"errors"
	"time"
)

// Span is a stretch of the recording, half-open.
type Span struct{ Start, End time.Duration }

// Sound is a mono signal.
type Sound struct {
	RateHz  int
	Samples []float32
}

// Length is how long the sound takes.
func (s Sound) Length() time.Duration {
	if s.RateHz <= 0 {
		return 0
	}
	return time.Duration(float64(len(s.Samples)) / float64(s.RateHz) * float64(time.Second))
}

// Placed is where a word was found.
type Placed struct {
	Start, End time.Duration
	// Confidence is in (0, 1): about the share of such words that lie within
	// 100 ms of the truth. See [Spread] for words that were not heard.
	Confidence float64
}

// The bounds of what is taken on: memory grows with their product at worst.
const (
	// MostTime is the longest stretch that is laid along words at once.
	MostTime = 12 * time.Hour
	// MostWords is how many words may be placed at once.
	MostWords = 200_000
)

// ErrTooLong refuses more than [MostTime] or [MostWords].
var ErrTooLong = errors.New("too long to find its words at once")

// context is how much of the recording on both sides of a stretch tells what
// its noise is.
const surroundings = 5 * time.Second

// Place finds each of the words' sounds in a stretch of the recording, in their
// order. The places are in order, do not overlap and lie in the stretch. speech
// says where somebody speaks, in order; nil where nobody looked. It fails on
// what is too long and when the context ends.
func (l *Listener) Place(ctx context.Context, span Span, words []Sound, speech []Span) ([]Placed, error) {
	if len(words) == 0 {
		return nil, nil
	}
	if span.End-span.Start > MostTime || len(words) > MostWords {
		return nil, ErrTooLong
	}
	count := len(l.spectra.mel)
	frame := func(at time.Duration) int { return max(0, min(count, int((at+hopTime/2)/hopTime))) }
	from, to := frame(span.Start), frame(span.End)
	if to-from < 2*len(words) {
		return crowded(span, len(words)), nil
	}
	around := l.spectra.slice(frame(span.Start-surroundings), frame(span.End+surroundings))
	h := hear(l.spectra.slice(from, to), around, span.Start, speech)
	s := compose(words, h.room)
	if s.frames() == 0 {
		return crowded(span, len(words)), nil
	}
	if spoken := h.spoken(); spoken > 0 {
		s = s.paced(max(0.3, min(3, float64(spoken)/float64(s.frames()))))
	}
	way, err := search(ctx, h, s, 1)
	if err != nil {
		return nil, err
	}
	return places(way, s, span), nil
}

// crowded shares out a stretch that is shorter than its words have frames, or
// whose words make no sound.
func crowded(span Span, words int) []Placed {
	list := make([]Placed, words)
	border := func(i int) time.Duration {
		return span.Start + (span.End-span.Start)*time.Duration(i)/time.Duration(words)
	}
	for i := range list {
		list[i] = Placed{border(i), border(i + 1), leastConfidence}
	}
	return list
}
