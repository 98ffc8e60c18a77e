package peaks

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"sync"
)

// An Overview is how loud a whole recording is, at several zooms: a pyramid of
// buckets, each as loud as its loudest sample. It is filled from the front while
// the recording is read, and may begin with a guess of all of it. It is safe for
// concurrent use: one goroutine fills it while others look.
//
// It holds a byte for every 256 samples and a fifteenth more: 7 MB for 10 hours
// at 48 kHz, a quarter more while there is a guess.
type Overview struct {
	mu           sync.RWMutex
	exact, guess pyramid
	done         int64 // samples measured
	whole        bool
}

// The buckets of the zooms, in samples: a cell of any width looks at no more
// than 16 buckets of a zoom on each side, whatever the recording's length.
const (
	baseSamples = 256
	fan         = 16
	zooms       = 4 // 256, 4,096, 65,536, 1,048,576 samples
	// guessSamples is a bucket of the guess, which is no finer than what it is
	// taken from: 576 samples of mp3.
	guessSamples = 1024
)

// LevelSamples is how many samples a level of AddLevels is of.
const LevelSamples = baseSamples

// Expect makes room for a recording of so many samples at once; it may turn out
// longer or shorter.
func (o *Overview) Expect(samples int64) {
	const most = 1 << 31 // 12 hours at 48 kHz; a header may claim anything
	o.mu.Lock()
	defer o.mu.Unlock()
	n := min(max(samples, 0), most) / baseSamples
	for z := range o.exact {
		o.exact[z] = slices.Grow(o.exact[z], int(n)+1)
		n /= fan
	}
}

// pyramid holds the heights of buckets: levels to the power of 0.5, so that a
// byte tells quiet speech in steps of a twentieth.
type pyramid [zooms][]uint8

func (p *pyramid) add(bucket int, height uint8) {
	for z := range p {
		for len(p[z]) <= bucket {
			p[z] = append(p[z], 0)
		}
		p[z][bucket] = max(p[z][bucket], height)
		bucket /= fan
	}
}

// highest is the greatest height in the base buckets [from, to).
func (p *pyramid) highest(from, to int) uint8 {
	top := uint8(0)
	to = min(to, len(p[0]))
	for z := range p {
		last := z == zooms-1
		for from < to && (last || from%fan != 0) {
			top = max(top, p.at(z, from))
			from++
		}
		for from < to && to%fan != 0 {
			to--
			top = max(top, p.at(z, to))
		}
		from, to = from/fan, to/fan
	}
	return top
}

func (p *pyramid) at(zoom, i int) uint8 {
	if i < len(p[zoom]) {
		return p[zoom][i]
	}
	return 0
}

// heightOf rounds up, so that no sound becomes silence.
func heightOf(level float64) uint8 {
	return uint8(math.Ceil(math.Sqrt(min(max(level, 0), 1)) * 255))
}

func levelOf(height uint8) float64 {
	x := float64(height) / 255
	return x * x
}

// Loudest returns the level, 0 to 1, of the loudest sample of [from, to), with
// the rest of the buckets at both ends: at most 255 samples more on each side,
// and at most 3 % too loud. guessed says that part of it was not measured yet;
// what is neither measured nor guessed counts as silence.
func (o *Overview) Loudest(from, to int64) (level float64, guessed bool) {
	from, to = max(from, 0), max(to, from+1, 1)
	first, last := int(from/baseSamples), int((to+baseSamples-1)/baseSamples)
	o.mu.RLock()
	defer o.mu.RUnlock()
	measured := len(o.exact[0])
	if !o.whole { // the last one may not be full yet
		measured = int(o.done / baseSamples)
	}
	top := o.exact.highest(min(first, measured), min(last, measured))
	if last > measured && !o.whole {
		const each = guessSamples / baseSamples
		top = max(top, o.guess.highest(max(first, measured)/each, (last+each-1)/each))
		guessed = true
	}
	return levelOf(top), guessed
}

// Done is up to which sample the recording was measured.
func (o *Overview) Done() int64 {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.done
}

// Whole says whether all of the recording was measured.
func (o *Overview) Whole() bool {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.whole
}

// crest makes the root mean square of a stretch an estimate of its loudest
// sample: the ratio of the two over 13 ms of speech.
const crest = 2.5

// Guess takes a recording's levels from somebody who tells them without
// decoding, as decode's Overviewer does. It returns the error of overview.
func (o *Overview) Guess(ctx context.Context, overview func(ctx context.Context, yield func(from, samples int64, level float32) bool) error) error {
	return overview(ctx, func(from, samples int64, level float32) bool {
		height := heightOf(float64(level) * crest)
		o.mu.Lock()
		defer o.mu.Unlock()
		for b := from / guessSamples; b <= (from+max(samples, 1)-1)/guessSamples; b++ {
			o.guess.add(int(b), height)
		}
		return !o.whole
	})
}

// AddLevels takes levels, 0 to 1, of the buckets of LevelSamples that follow
// what was measured before, up to the sample done: as decode's Leveler tells
// them. What was measured before must end with a bucket.
func (o *Overview) AddLevels(levels []float32, done int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, level := range levels {
		o.exact.add(int(o.done/baseSamples)+i, heightOf(float64(level)))
	}
	o.done = done
}

// Add measures the frames that follow those measured before.
func (o *Overview) Add(frames [][2]float64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(frames) > 0 {
		n := min(len(frames), int(baseSamples-o.done%baseSamples))
		lo, hi := extremes(frames[:n])
		o.exact.add(int(o.done/baseSamples), heightOf(max(-lo, hi)))
		o.done += int64(n)
		frames = frames[n:]
	}
}

// End says that all of the recording was measured.
func (o *Overview) End() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.whole, o.guess = true, pyramid{}
}

// overviewMark begins the bytes of an overview and names their version.
const overviewMark = "peaks1"

// ErrBytes says that bytes are no overview.
var ErrBytes = errors.New("not an overview of peaks")

// Bytes are the overview to keep: the mark, the number of samples in 8 bytes,
// little endian, and a byte a bucket of 256 samples.
func (o *Overview) Bytes() []byte {
	o.mu.RLock()
	defer o.mu.RUnlock()
	b := binary.LittleEndian.AppendUint64([]byte(overviewMark), uint64(o.done))
	return append(b, o.exact[0]...)
}

// SetBytes makes the overview a whole one from what Bytes gave. The error is
// ErrBytes, and nothing has changed then.
func (o *Overview) SetBytes(b []byte) error {
	head := len(overviewMark) + 8
	if len(b) < head || string(b[:len(overviewMark)]) != overviewMark {
		return ErrBytes
	}
	done := int64(binary.LittleEndian.Uint64(b[len(overviewMark):]))
	heights := b[head:]
	if done < 0 || done/baseSamples > int64(len(heights)) || (done+baseSamples-1)/baseSamples != int64(len(heights)) {
		return ErrBytes
	}
	var p pyramid
	p[0] = append(p[0], heights...)
	for z := 1; z < zooms; z++ {
		p[z] = make([]uint8, (len(p[z-1])+fan-1)/fan)
		for i, h := range p[z-1] {
			p[z][i/fan] = max(p[z][i/fan], h)
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.exact, o.guess, o.done, o.whole = p, pyramid{}, done, true
	return nil
}
