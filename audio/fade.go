package audio

import (
	"math"
	"time"

	"github.com/gopxl/beep/v2"
)

const (
	// seamTime is the length of the fades that begin and end a sound. Shorter
	// ones click, longer ones eat consonants.
	seamTime = 5 * time.Millisecond
	// jumpTime is the length of a fade from one sound into another. There the
	// phase turns by up to half a period; within 5 ms that adds 12 % to the
	// steepness of a tone of 200 Hz, within this 5 %.
	jumpTime = 8 * time.Millisecond
	// loopTime is that length where a loop closes. The stretcher's own fades lie
	// over this one, and together they are as steep as half of it.
	loopTime = 16 * time.Millisecond
)

// fadeDown is a raised cosine from 1 to 0 over n samples.
func fadeDown(i, n int) float64 {
	return 0.5 + 0.5*math.Cos(math.Pi*(float64(i)+0.5)/float64(n))
}

// A rise is a fade-in under way.
type rise struct{ done, over int }

func (r *rise) apply(samples [][2]float64) {
	for i := 0; i < len(samples) && r.done < r.over; i++ {
		up := 1 - fadeDown(r.done, r.over)
		samples[i][0] *= up
		samples[i][1] *= up
		r.done++
	}
}

// An ending lets a stream go down over its last 5 ms, which it reads ahead: a
// span mostly ends in the middle of a wave. It stands behind the stretcher, which
// would put grains from before a fade behind it.
type ending struct {
	src   beep.Streamer
	ahead [][2]float64
	ended bool
}

func (e *ending) reset() { e.ahead, e.ended = e.ahead[:0], false }

// given is how many samples have been given when the source has made so many.
func (e *ending) given(made int64) int64 { return made - int64(len(e.ahead)) }

// Stream is as beep.Streamer says.
func (e *ending) Stream(dst [][2]float64) (n int, ok bool) {
	e.read(len(dst) + seamSamples)
	n = copy(dst, e.ahead)
	left := len(e.ahead)
	e.ahead = e.ahead[:copy(e.ahead, e.ahead[n:])]
	for i := max(0, left-seamSamples); e.ended && i < n; i++ {
		down := fadeDown(seamSamples-left+i, seamSamples)
		dst[i][0] *= down
		dst[i][1] *= down
	}
	return n, n > 0
}

// read reads ahead until there are want samples, or no more.
func (e *ending) read(want int) {
	have := len(e.ahead)
	if cap(e.ahead) < want {
		e.ahead = append(make([][2]float64, 0, 2*want), e.ahead...)
	}
	for have < want && !e.ended {
		got, ok := e.src.Stream(e.ahead[have:want])
		have += got
		e.ended = !ok || got == 0
	}
	e.ahead = e.ahead[:have]
}

// Err is the source's error.
func (e *ending) Err() error { return e.src.Err() }
