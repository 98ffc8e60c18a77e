// Package peaks measures how loud a stretch of a recording is, bucket by
// bucket, for drawing it.
//
//	p, err := peaks.Measure(ctx, stream, from, to, 480)
//
// An [Overview] is of a whole recording, at all zooms, filled while it is read.
//
// A [Peaks] knows the lowest and the highest sample of every bucket, exactly:
// nothing between is lost. It knows nothing of time or cells; the caller says
// which samples it wants and how many make a bucket.
package peaks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
)

// samples is int64 under a name that keeps go vet from taking Reader.Seek for
// a wrong io.Seeker.
type samples = int64

// Reader gives sample frames, as audio/decode's streams do.
type Reader interface {
	// Read fills dst with frames between -1 and 1; io.EOF at the end.
	Read(dst [][2]float64) (n int, err error)
	// Seek moves to a sample frame.
	Seek(sample samples) error
}

// Peak is the lowest and the highest sample of a bucket, over both channels,
// between -1 and 1.
type Peak struct{ Min, Max float32 }

// Level is the larger distance from silence, 0 to 1.
func (p Peak) Level() float64 { return float64(max(-p.Min, p.Max)) }

// Peaks are the peaks of a stretch of a recording.
type Peaks struct {
	FromSamples   int64 // where the first bucket begins
	BucketSamples int64
	Buckets       []Peak // the last one may be shorter
}

// Loudest returns the level of the loudest of the buckets that [from, to)
// touches; what was not measured counts as silence. None of it is guessed.
func (p Peaks) Loudest(from, to int64) (level float64, guessed bool) {
	if p.BucketSamples <= 0 {
		return 0, false
	}
	from, to = from-p.FromSamples, to-p.FromSamples
	first := max(from/p.BucketSamples, 0)
	last := min((max(to, from+1)-1)/p.BucketSamples, int64(len(p.Buckets))-1)
	for i := first; i <= last; i++ {
		level = max(level, p.Buckets[i].Level())
	}
	return level, false
}

// blockSamples is how much is read at once: 85 ms at 48 kHz, small enough that
// a cancelled measurement ends at once.
const blockSamples = 4096

// Measure reads the sample frames [from, to) and returns their peaks, in
// buckets of bucketSamples. A recording that ends before `to` gives fewer
// buckets. It returns ctx.Err() when it is told to stop.
func Measure(ctx context.Context, r Reader, from, to, bucketSamples int64) (Peaks, error) {
	if from < 0 || to < from || bucketSamples <= 0 {
		return Peaks{}, fmt.Errorf("measuring peaks: samples %d to %d by %d is not a stretch", from, to, bucketSamples)
	}
	p := Peaks{FromSamples: from, BucketSamples: bucketSamples}
	if err := r.Seek(from); err != nil {
		return Peaks{}, fmt.Errorf("measuring peaks: %w", err)
	}
	block := make([][2]float64, blockSamples)
	for at := from; at < to; {
		if err := ctx.Err(); err != nil {
			return Peaks{}, err
		}
		n, err := r.Read(block[:min(int64(len(block)), to-at)])
		p.add(at, block[:n])
		at += int64(n)
		switch {
		case errors.Is(err, io.EOF) || err == nil && n == 0:
			return p, nil
		case err != nil:
			return Peaks{}, fmt.Errorf("measuring peaks: %w", err)
		}
	}
	return p, nil
}

// add takes the frames that begin at a sample into their buckets.
func (p *Peaks) add(at int64, frames [][2]float64) {
	for len(frames) > 0 {
		b := (at - p.FromSamples) / p.BucketSamples
		n := min(p.FromSamples+(b+1)*p.BucketSamples-at, int64(len(frames)))
		lo, hi := extremes(frames[:n])
		if int(b) == len(p.Buckets) {
			p.Buckets = append(p.Buckets, Peak{float32(lo), float32(hi)})
		} else {
			k := &p.Buckets[b]
			k.Min, k.Max = min(k.Min, float32(lo)), max(k.Max, float32(hi))
		}
		at += n
		frames = frames[n:]
	}
}

// extremes are the lowest and the highest sample of at least one frame, over
// both channels. What is not a number is passed over.
func extremes(frames [][2]float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i := range frames { // comparisons: min and max of the language take care of -0
		a, b := frames[i][0], frames[i][1]
		if a < lo {
			lo = a
		}
		if a > hi {
			hi = a
		}
		if b < lo {
			lo = b
		}
		if b > hi {
			hi = b
		}
	}
	if lo > hi {
		return 0, 0
	}
	return lo, hi
}
