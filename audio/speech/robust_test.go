package speech

import (
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"tapescript/audio/decode"
)

// demo is the recording that comes with the program, and its rate.
func demo(t testing.TB) (signal, int) {
	t.Helper()
	s, err := decode.Open("../../testdata/demo/en/recording.ogg")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	block := make([][2]float64, s.Info().LengthSamples)
	n, err := s.Read(block)
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	mono := make(signal, n)
	for i, v := range block[:n] {
		mono[i] = v[0]
	}
	return mono, s.Info().RateHz
}

func detect(t testing.TB, r Reader, rateHz int) *Detection {
	t.Helper()
	d, err := Detect(context.Background(), r, rateHz, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkDetection(t, d)
	return d
}

// checkDetection holds what Detection promises of any recording.
func checkDetection(t testing.TB, d *Detection) {
	t.Helper()
	before := time.Duration(-1)
	for _, s := range d.Spans {
		if s.Start <= before || s.End <= s.Start || s.End > d.Length {
			t.Fatalf("span %v after %v in %v", s, before, d.Length)
		}
		before = s.End
	}
	if end := d.FrameStart(len(d.Levels)); end < d.Length || end > d.Length+d.FrameStart(1)+time.Millisecond {
		t.Fatalf("%d frames end at %v, the recording at %v", len(d.Levels), end, d.Length)
	}
}

// alike is the share of time in which two detections agree.
func alike(a, b *Detection) float64 {
	both := time.Duration(0)
	for _, s := range a.Spans {
		for _, o := range b.Spans {
			both += s.overlap(o)
		}
	}
	return float64(2*both) / float64(total(a.Spans)+total(b.Spans))
}

func total(spans []Span) (sum time.Duration) {
	for _, s := range spans {
		sum += s.Len()
	}
	return sum
}

// pieces reads a signal at another loudness, in pieces of odd sizes, as noisy
// stereo.
type pieces struct {
	rest signal
	gain float64
	size int
}

func (p *pieces) Read(dst [][2]float64) (int, error) {
	p.size = p.size*7%1009 + 1
	n := copy2(dst[:min(len(dst), p.size)], p.rest)
	for i := range dst[:n] {
		dst[i][0] *= 1.6 * p.gain
		dst[i][1] *= 0.4 * p.gain
	}
	p.rest = p.rest[n:]
	if len(p.rest) == 0 {
		return n, io.EOF
	}
	return n, nil
}

// TestDetectDoesNotDependOnThePieces: nor on the loudness, within a frame.
func TestDetectDoesNotDependOnThePieces(t *testing.T) {
	s, rate := demo(t)
	whole := detect(t, &signalReader{s}, rate)
	if got := total(whole.Spans); got < 55*time.Second || got > 72*time.Second {
		t.Fatalf("%v of speech", got)
	}
	if got := detect(t, &pieces{s, 1, 1}, rate); !slices.Equal(got.Levels, whole.Levels) || !slices.Equal(got.Spans, whole.Spans) {
		t.Error("pieces change the result")
	}
	for _, gain := range []float64{0.1, 2} {
		if got := alike(whole, detect(t, &pieces{s, gain, 1}, rate)); got < 0.99 {
			t.Errorf("%g times as loud: %.3f alike", gain, got)
		}
	}
}

// TestDetectDoesNotDependOnTheChunk: what is described some minutes at a time is
// described as if it were the whole.
func TestDetectDoesNotDependOnTheChunk(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	s, rate := demo(t)
	s = stretched(s, float64(rate)/mixRate)
	s = append(s, s...)
	for i := range s {
		s[i] += 0.003 * rng.NormFloat64()
	}
	whole := s
	var got []float32
	chunks := newDetector(mixRate)
	chunks.scored = func(p float32) { got = append(got, p) }
	for block := make([][2]float64, 8192); len(s) > 0; s = s[copy2(block, s):] {
		chunks.add(block[:copy2(block, s)])
	}
	chunks.finish(0)
	describeAll(whole, mixRate).scores(0, len(got), func(i int, p float32) {
		if math.Abs(float64(p-got[i])) > 0.008 {
			t.Fatalf("frame %d: %.3f, as one %.3f", i, got[i], p)
		}
	})
}

// hiss is so many samples of soft noise.
type hiss struct {
	left int
	rng  *rand.Rand
}

func (h *hiss) Read(dst [][2]float64) (int, error) {
	n := min(len(dst), h.left)
	for i := range dst[:n] {
		dst[i][0] = 0.01 * h.rng.NormFloat64()
		dst[i][1] = dst[i][0]
	}
	if h.left -= n; n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}

// TestDetectLeavesLittleBehind: four minutes more take no memory to speak of.
func TestDetectLeavesLittleBehind(t *testing.T) {
	const rate = 8000
	took := func(minutes int) int64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		detect(t, &hiss{minutes * 60 * rate, rand.New(rand.NewPCG(6, 7))}, rate)
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc - before.TotalAlloc)
	}
	if few, more := took(2), took(6); more-few > 8<<20 {
		t.Errorf("2 minutes take %d bytes, 6 take %d", few, more)
	}
}

func TestDetectAtAnyRate(t *testing.T) {
	s, rate := demo(t)
	want := detect(t, &signalReader{s}, rate)
	rates := []int{8000, 11025, 44100, 16000, 22050, 48000, 96000}
	if testing.Short() {
		rates = rates[:3]
	}
	for _, hz := range rates {
		other := detect(t, &signalReader{stretched(s, float64(rate)/float64(hz))}, hz)
		if got := alike(want, other); got < 0.97 {
			t.Errorf("at %d Hz %.3f alike", hz, got)
		}
	}
	short := s[:rate/2]
	for _, hz := range []int{1, 7, 100, 999, 3999, 768000} {
		detect(t, &signalReader{short}, hz) // no speech can be told; nothing breaks
	}
	for _, hz := range []int{-1, 0, 768001} {
		if _, err := Detect(context.Background(), &signalReader{s}, hz, Options{}); !errors.Is(err, ErrRate) {
			t.Errorf("at %d Hz: %v", hz, err)
		}
	}
}

func TestDetectShortAndStrangeRecordings(t *testing.T) {
	for n := range 1200 {
		if n > 20 && n%97 != 0 {
			continue
		}
		if d := detect(t, &signalReader{make(signal, n)}, mixRate); len(d.Spans) > 0 {
			t.Errorf("%d samples of silence: %v", n, d.Spans)
		}
	}
	for _, value := range []float64{math.NaN(), math.Inf(1), -math.MaxFloat64, 1e300, 63} {
		s := white(3*mixRate, rand.New(rand.NewPCG(1, 1)))
		for i := range s {
			s[i] *= 0.01
			if i%5000 < 100 {
				s[i] = value
			}
		}
		detect(t, &signalReader{s}, mixRate)
	}
}

type failing struct{ err error }

func (f failing) Read(dst [][2]float64) (int, error) { return len(dst) / 2, f.err }

func TestDetectPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	if _, err := Detect(context.Background(), failing{broken}, 8000, Options{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	_, err := Detect(ctx, failing{nil}, 8000, Options{Progress: func(done time.Duration) {
		if steps++; done < time.Duration(steps)*time.Second {
			t.Errorf("step %d at %v", steps, done)
		}
		if steps == 5 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || steps != 5 {
		t.Errorf("%v after %d steps", err, steps)
	}
}

// TestWeakestIsTheQuietestPlace: a dip in noise.
func TestWeakestIsTheQuietestPlace(t *testing.T) {
	s := white(4*mixRate, rand.New(rand.NewPCG(2, 2)))
	for i := range s {
		s[i] *= 0.1
		if i > 3*mixRate-800 && i < 3*mixRate+800 {
			s[i] *= 0.1
		}
	}
	d := detect(t, &signalReader{s}, mixRate)
	if got := d.Weakest(Span{time.Second, 4 * time.Second}); (got - 3*time.Second).Abs() > 20*time.Millisecond {
		t.Errorf("weakest at %v", got)
	}
	for _, s := range []Span{{time.Second, time.Second}, {time.Hour, 2 * time.Hour}, {0, time.Nanosecond}} {
		if got := d.Weakest(s); got < s.Start || got > s.End {
			t.Errorf("of %v: %v", s, got)
		}
	}
}

func describeAll(s signal, rateHz int) *description {
	l := layoutFor(rateHz)
	e := newFrontEnd(l)
	var f frames
	block := make([][2]float64, len(s))
	copy2(block, s)
	e.add(block, &f)
	e.end(&f)
	d := &description{layout: l}
	d.of(&f, 0, f.count())
	return d
}

// A note that fades away in floating point leaves powers near the smallest
// numbers: what describes them stays finite.
func TestDescriptionOfAFadingNote(t *testing.T) {
	note := make(signal, 8*mixRate)
	for i := range note {
		note[i] = math.Sin(2*math.Pi*220*float64(i)/mixRate) * math.Exp(-float64(i)/mixRate*12)
	}
	d := describeAll(note, mixRate)
	for i := range d.n {
		var in [inputs]float32
		d.describe(i, &in)
		for k, v := range in {
			if v != v || math.IsInf(float64(v), 0) {
				t.Fatalf("frame %d, input %d: %v", i, k, v)
			}
		}
	}
}
