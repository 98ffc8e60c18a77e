package audio

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"

	"github.com/gopxl/beep/v2"
)

// Cover is what is heard in the place of what was muted.
type Cover int

// The covers.
const (
	Silence Cover = iota // digital silence
	Bleep                // a sine of 1 kHz at −20 dBFS
)

// What a bleep is: as broadcasters do it, loud enough to tell that something
// was taken out. The fades lie within the span, so that nothing of what is
// hidden shines through, and nothing outside changes.
const (
	bleepHz        = 1000
	bleepAmplitude = 0.1 // −20 dBFS peak
	bleepFadeMs    = 10
)

// WriteMuted writes the whole recording as a wav file of 16 bits, as WriteWAV
// does, with the spans covered: not one sample of the recording is left in
// them. Outside them each sample is the recording's own, rounded to 16 bits; of
// more than two channels the recording gives two. Spans must be in order and
// apart; what lies behind the end counts for nothing.
func (r *Recording) WriteMuted(ctx context.Context, w io.WriteSeeker, spans []Span, cover Cover, progress func(share float64)) (samples int64, err error) {
	if err := r.readOn(ctx, 0); err != nil {
		return 0, err
	}
	c := Clip{Span: Span{End: r.Duration()}, Speed: 1, RateHz: r.info.RateHz, Channels: min(r.info.Channels, 2)}
	if err := c.check(); err != nil {
		return 0, err
	}
	if err := r.Seek(0); err != nil {
		return 0, err
	}
	length := r.length.Load()
	source := &piece{rec: r, left: length}
	muted := &muted{source: source, cover: cover, rateHz: r.info.RateHz}
	for _, s := range spans {
		muted.spans = append(muted.spans, [2]int64{r.Samples(s.Start), min(r.Samples(s.End)+1, length)})
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if _, err := out.Write(c.header(0)); err != nil {
		return 0, fmt.Errorf("writing the copy: %w", err)
	}
	samples, err = c.write(ctx, out, muted, func() {
		progress(float64(length-source.left) / float64(max(length, 1)))
	})
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return 0, err
	}
	if err := out.Flush(); err != nil {
		return 0, fmt.Errorf("writing the copy: %w", err)
	}
	if _, err := w.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("writing the copy's header: %w", err)
	}
	if _, err := w.Write(c.header(samples)); err != nil {
		return 0, fmt.Errorf("writing the copy's header: %w", err)
	}
	return samples, nil
}

// muted is a stream with spans covered.
type muted struct {
	source beep.Streamer
	spans  [][2]int64 // samples, in order and apart
	cover  Cover
	rateHz int
	at     int64
}

// Stream is as beep.Streamer says.
func (m *muted) Stream(samples [][2]float64) (n int, ok bool) {
	n, ok = m.source.Stream(samples)
	for i := range samples[:n] {
		at := m.at + int64(i)
		for len(m.spans) > 0 && at >= m.spans[0][1] {
			m.spans = m.spans[1:]
		}
		if len(m.spans) == 0 || at < m.spans[0][0] {
			continue
		}
		v := m.value(at-m.spans[0][0], m.spans[0][1]-at-1)
		samples[i] = [2]float64{v, v}
	}
	m.at += int64(n)
	return n, ok
}

// value is the cover's some samples from its beginning and its end.
func (m *muted) value(since, left int64) float64 {
	if m.cover == Silence {
		return 0
	}
	fade := float64(m.rateHz) * bleepFadeMs / 1000
	gain := min(1, float64(min(since, left))/fade)
	return gain * bleepAmplitude * math.Sin(2*math.Pi*bleepHz*float64(since)/float64(m.rateHz))
}

// Err is the source's error.
func (m *muted) Err() error { return m.source.Err() }

// Likeness reads a muted copy back: the largest absolute correlation, over the
// spans, of the source a with what the copy b holds besides its cover. It is 0
// where the copy holds the cover alone, 1 where the source is there at any
// gain. Both must have the same rate; each is read once.
func Likeness(ctx context.Context, a, b *Recording, spans []Span, cover Cover) (most float64, err error) {
	if a.info.RateHz != b.info.RateHz {
		return 0, fmt.Errorf("comparing recordings of %d and %d Hz", a.info.RateHz, b.info.RateHz)
	}
	bufA, bufB := make([][2]float64, 4096), make([][2]float64, 4096)
	for _, s := range spans {
		from, to := a.Samples(s.Start), a.Samples(s.End)+1
		if n := a.length.Load(); n > 0 {
			to = min(to, n)
		}
		if from >= to {
			continue
		}
		if err := a.Seek(int(from)); err != nil {
			return 0, err
		}
		if err := b.Seek(int(from)); err != nil {
			return 0, err
		}
		var c correlation
		tone := muted{cover: cover, rateHz: a.info.RateHz}
		for left := to - from; left > 0; {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			n := readFull(a, bufA[:min(left, int64(len(bufA)))])
			if n == 0 {
				break
			}
			if readFull(b, bufB[:n]) < n {
				return 0, fmt.Errorf("the copy ends before the recording does")
			}
			for i := range n {
				v := tone.value(to-left+int64(i)-from, left-int64(i)-1)
				rounded := float64(int16(pcm16(v))) / 32768
				c.add(bufA[i][0]+bufA[i][1], bufB[i][0]+bufB[i][1]-2*rounded)
			}
			left -= int64(n)
		}
		if err := errorOf(a, b); err != nil {
			return 0, err
		}
		most = max(most, c.value())
	}
	return most, nil
}

func errorOf(a, b *Recording) error {
	if a.Err() != nil {
		return a.Err()
	}
	return b.Err()
}

func readFull(r *Recording, samples [][2]float64) (n int) {
	for n < len(samples) {
		got, _ := r.Stream(samples[n:])
		if got == 0 {
			break
		}
		n += got
	}
	return n
}

// correlation is Pearson's, summed up.
type correlation struct{ n, a, b, aa, bb, ab float64 }

func (c *correlation) add(a, b float64) {
	c.n, c.a, c.b, c.aa, c.bb, c.ab = c.n+1, c.a+a, c.b+b, c.aa+a*a, c.bb+b*b, c.ab+a*b
}

func (c *correlation) value() float64 {
	const silent = 1e-12 // a variance below one step of 16 bits
	va, vb := c.aa/c.n-(c.a/c.n)*(c.a/c.n), c.bb/c.n-(c.b/c.n)*(c.b/c.n)
	if c.n == 0 || va < silent || vb < silent {
		return 0
	}
	return min(1, math.Abs((c.ab/c.n-c.a/c.n*c.b/c.n)/math.Sqrt(va*vb)))
}
