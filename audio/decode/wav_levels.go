package decode

import (
	"context"
	"encoding/binary"
	"io"
	"runtime"
	"sync"
)

// Leveler is implemented by streams that can tell exactly how loud a recording
// is throughout, far faster than by Read: wav, as fast as the file is read.
type Leveler interface {
	// Levels calls yield with the levels of one run of buckets after another,
	// from the first to the last: the distance from silence, 0 to 1, of the
	// loudest sample of each bucketSamples frames, in any channel that Read
	// gives. The last bucket may be shorter; done is the sample behind those of
	// the run, which yield may not keep. It ends with the recording, when yield
	// returns false, when ctx ends (with its error) or with an *Error where the
	// file cannot be read. It disturbs no reader, as Overviewer's.
	Levels(ctx context.Context, bucketSamples int, yield func(levels []float32, done Samples) bool) error
}

// levelBytes is about how much of a file one goroutine measures at a time: read
// in one go, and still in the processor's cache when it is looked at.
const levelBytes = 512 << 10

// levelRun is what one goroutine measures at a time, and its memory.
type levelRun struct {
	bytes  []byte
	frames [][2]float64 // of one bucket, where it must be decoded
	levels []float32
	from   Samples
	done   Samples // behind the last one measured
	err    error
}

// Levels measures on two processors.
func (s *wavStream) Levels(ctx context.Context, bucketSamples int, yield func(levels []float32, done Samples) bool) error {
	size := s.format.frameBytes
	step := max(1, levelBytes/(bucketSamples*size)) * bucketSamples // frames of a run
	runs := make([]levelRun, min(2, runtime.GOMAXPROCS(0)))
	for at := Samples(0); at < s.info.LengthSamples; {
		var all sync.WaitGroup
		used := runs[:0]
		for len(used) < len(runs) && at < s.info.LengthSamples {
			used = used[:len(used)+1]
			r := &used[len(used)-1]
			r.from, r.done = at, min(at+Samples(step), s.info.LengthSamples)
			at = r.done
			all.Go(func() { r.err = guard(func() error { return s.measure(r, bucketSamples) }) })
		}
		all.Wait()
		for _, r := range used {
			if r.err != nil {
				return s.in.wrap(r.err, s.info.Format)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if !yield(r.levels, r.done) {
				return nil
			}
		}
	}
	return nil
}

// measure fills the levels of a run.
func (s *wavStream) measure(r *levelRun, bucketSamples int) error {
	size := s.format.frameBytes
	if need := int(r.done-r.from) * size; cap(r.bytes) < need {
		r.bytes = make([]byte, need)
	}
	p := r.bytes[:int(r.done-r.from)*size]
	n, err := s.in.readAt(p, s.start+r.from*int64(size))
	if err != nil {
		return err
	}
	if n < len(p) { // it was cut while we read
		return &Error{Offset: s.start + r.from*int64(size) + int64(n), Reason: ErrRead, Err: io.ErrUnexpectedEOF}
	}
	r.levels = r.levels[:0]
	plain := s.format.tag == wavPCM && s.format.sampleByte == 2 && s.format.channels <= 2
	for len(p) > 0 {
		bucket := p[:min(len(p), bucketSamples*size)]
		p = p[len(bucket):]
		if plain {
			r.levels = append(r.levels, level16(bucket))
		} else {
			r.levels = append(r.levels, s.levelOf(r, bucket))
		}
	}
	return nil
}

// levelOf decodes a bucket and looks at every sample.
func (s *wavStream) levelOf(r *levelRun, bucket []byte) float32 {
	n := len(bucket) / s.format.frameBytes
	if cap(r.frames) < n {
		r.frames = make([][2]float64, n)
	}
	frames := r.frames[:n]
	s.decode(frames, bucket)
	level := 0.0
	for _, f := range frames {
		level = max(level, f[0], -f[0], f[1], -f[1])
	}
	return float32(level)
}

// level16 is the level of 16-bit samples: the lowest and the highest of four
// rows side by side, so that no comparison waits for the one before.
func level16(p []byte) float32 {
	le := binary.LittleEndian
	var lo, hi [4]int32
	for ; len(p) >= 8; p = p[8:] {
		x := le.Uint64(p)
		a, b, c, d := int32(int16(x)), int32(int16(x>>16)), int32(int16(x>>32)), int32(int16(x>>48))
		lo[0], hi[0] = min(lo[0], a), max(hi[0], a)
		lo[1], hi[1] = min(lo[1], b), max(hi[1], b)
		lo[2], hi[2] = min(lo[2], c), max(hi[2], c)
		lo[3], hi[3] = min(lo[3], d), max(hi[3], d)
	}
	for ; len(p) >= 2; p = p[2:] {
		a := int32(int16(le.Uint16(p)))
		lo[0], hi[0] = min(lo[0], a), max(hi[0], a)
	}
	loudest := max(-min(lo[0], lo[1], lo[2], lo[3]), hi[0], hi[1], hi[2], hi[3])
	return float32(loudest) / (1 << 15)
}
