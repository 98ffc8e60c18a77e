// Package stretch plays speech slower or faster at its own pitch, as a
// beep.Streamer that knows which input sample each output sample shows.
//
// The method is WSOLA (Verhelst and Roelands 1993) with short windows that a
// pitch tracker guides. The output is made of grains that overlap by one hop;
// each is taken where its speed says, moved by less than a pitch period to
// where it continues the grain before it best:
//
//	input   |----a====h====|            a: where the last grain would go on
//	             |----b====h====|       b: near the target, alike around the fade
//	output  ...a fades out over h while b fades in...
//
// Targets are absolute (speed × output time), so nothing accumulates: a grain's
// centre is never further than about 10 ms from where it should be. A step costs
// a coarse search at 4 kHz and a fine one around its best; together well under
// 1 % of a core.
//
// It is for speech. Music, or two voices at once, has no single period to keep
// and comes out rougher. Reverse playing and pitch shifting are not for this
// package.
//
// The one call:
//
//	s := stretch.New(source, 16000)
//	s.SetSpeed(0.5)
package stretch

import (
	"math"

	"github.com/gopxl/beep/v2"
)

// The range of speeds; SetSpeed clamps to it.
const (
	MinSpeed = 0.25
	MaxSpeed = 4.0
)

// A Stretcher changes the speed of a stream. It is not safe for concurrent use.
type Stretcher struct {
	rateHz         int
	speed          float64
	in             *history
	coarse         *coarse
	pitch          *tracker
	read           *reader
	fading, rising [][2]float64 // the two sides of a cross-fade
	curve          fade
	times          timeMap

	ready   [][2]float64 // output of the last hop
	given   int          // how much of ready has been streamed
	made    int64        // output samples made, ready included
	next    place        // a: what would follow ready untouched
	match   matcher
	applied float64 // the speed of the last hop
}

// New makes a Stretcher of src at speed 1. rateHz is the rate of src, 1 or more.
func New(src beep.Streamer, rateHz int) *Stretcher {
	rateHz = max(rateHz, 1)
	in := newHistory(src, rateHz)
	c := newCoarse(in, rateHz)
	s := &Stretcher{rateHz: rateHz, speed: 1, in: in, coarse: c, pitch: newTracker(c), read: newReader(in)}
	s.match = matcher{in: in, coarse: c, stride: max(1, rateHz/16000)}
	s.Reset()
	return s
}

// SetSpeed sets the speed from the next hop on, 30 ms away at most; 2 is twice
// as fast. It is clamped to MinSpeed..MaxSpeed. At exactly 1 samples pass
// untouched.
func (s *Stretcher) SetSpeed(speed float64) {
	if math.IsNaN(speed) {
		return
	}
	s.speed = min(max(speed, MinSpeed), MaxSpeed)
}

// Reset forgets everything heard so far, for a source that has been sought.
// Output and input samples count from 0 again.
func (s *Stretcher) Reset() {
	s.in.reset()
	s.coarse.reset()
	s.pitch.reset()
	s.ready, s.given, s.made, s.next = s.ready[:0], 0, 0, place{}
	s.applied = s.speed
	s.times.reset(s.speed)
}

// Err is the source's error.
func (s *Stretcher) Err() error { return s.in.err }

// SourceSamples is the input sample that is heard at the output sample out,
// both counted from the last Reset, exact to about 10 ms away from speed 1. It
// never falls as out grows. What lies many speed changes back (64) is forgotten
// and answered as if it were younger.
func (s *Stretcher) SourceSamples(out int64) int64 { return s.times.at(out) }

// Stream fills samples as beep.Streamer says.
func (s *Stretcher) Stream(samples [][2]float64) (n int, ok bool) {
	for n < len(samples) {
		if s.given == len(s.ready) {
			s.ready, s.given = s.ready[:0], 0
			if !s.hop() {
				return n, n > 0
			}
		}
		c := copy(samples[n:], s.ready[s.given:])
		n += c
		s.given += c
	}
	return n, true
}

// hop makes the next piece of output; it reports false at the end.
func (s *Stretcher) hop() bool {
	if s.speed != s.applied {
		s.changeSpeed()
	}
	if s.speed == 1 {
		return s.pass()
	}
	g := gaitFor(s.speed)
	// The pitch is asked for where the grain will lie, not where the last one did.
	period := s.pitch.periodAt(s.times.at(s.made + int64(g.hopSeconds*float64(s.rateHz))))
	hop := g.hopSamples(period, s.rateHz)

	want := s.times.exact(s.made+int64(hop)) - float64(hop)
	reach := 0.003 * float64(s.rateHz)
	if period > 0 {
		reach = 0.55 * float64(period)
	}
	from := s.match.find(search{
		natural: s.next, target: want, reach: reach, hop: hop, bias: g.bias,
		rough: max(hop, int(g.roughSeconds*float64(s.rateHz))),
		fine:  max(hop, int(g.fineSeconds*float64(s.rateHz))),
	})
	n := s.leftAtSpeed(hop)
	if n == 0 {
		return false
	}
	s.crossFade(from, hop)
	s.ready = s.ready[:n]
	s.made += int64(n)
	s.next = place{from.whole + int64(hop), from.part}
	s.in.forget(min(s.next.whole, int64(want)))
	return true
}

// pass copies the next 16 ms or so untouched.
func (s *Stretcher) pass() bool {
	const most = 256
	from := s.next.nearest() // after another speed the samples may be half of one off
	s.in.need(from.whole + most)
	n := int64(most)
	if s.in.ended {
		n = min(n, s.in.end-from.whole)
	}
	if n <= 0 {
		return false
	}
	s.crossFade(from, int(n))
	s.next = from.moved(float64(n))
	s.made += n
	s.in.forget(s.next.whole)
	return true
}

// changeSpeed starts the new speed at the sample to be made next. At speed 1
// the output goes on from where the last grain is, not from where it should
// have been, so that there is no seam.
func (s *Stretcher) changeSpeed() {
	at := s.times.exact(s.made)
	if s.speed == 1 || s.applied == 1 {
		at = float64(s.next.nearest().whole)
	}
	s.times.turn(s.made, at, s.speed)
	s.applied = s.speed
}

// leftAtSpeed is how much of a hop is still to come: the output of an input of
// n samples has n/speed, exactly.
func (s *Stretcher) leftAtSpeed(hop int) int {
	s.in.need(int64(s.times.exact(s.made+int64(hop))) + 1)
	if !s.in.ended {
		return hop
	}
	left := s.times.out(float64(s.in.end)) - s.made
	return int(min(max(left, 0), int64(hop)))
}

// crossFade appends hop samples that lead from the natural continuation to the
// grain at from. Where the two are not alike, as in noise, plain fading would
// dip by 3 dB in the middle, so it is divided by the level that a sum of two
// signals of this correlation has.
func (s *Stretcher) crossFade(from place, hop int) {
	s.in.need(max(s.next.whole, from.whole) + int64(hop) + readerTaps)
	if from == s.next {
		s.ready = s.read.appendAt(s.ready, from, hop)
		return
	}
	s.fading = s.read.appendAt(s.fading[:0], s.next, hop)
	s.rising = s.read.appendAt(s.rising[:0], from, hop)
	old, grain := s.fading, s.rising
	rho := s.in.alike(s.next.whole, from.whole, hop)
	for i, up := range s.curve.of(hop) {
		down := 1 - up
		if rho < 0.95 {
			level := 1 / math.Sqrt(up*up+down*down+2*rho*up*down)
			up *= level
			down *= level
		}
		s.ready = append(s.ready, [2]float64{
			old[i][0]*down + grain[i][0]*up,
			old[i][1]*down + grain[i][1]*up,
		})
	}
}

// A gait is how grains follow each other at a speed. The figures come from
// trying hops, lengths and biases on 117 s of speech by seven voices, judged by
// round-trip intelligibility (STOI) and by the error of F0: see BenchmarkQuality.
// A short comparison finds the sound that belongs there, a long one its period.
type gait struct {
	hopSeconds   float64 // fixed, or the least when byPeriod
	byPeriod     bool    // hop by whole periods
	roughSeconds float64 // how much is compared to find a grain's period
	fineSeconds  float64 // and its place in it
	bias         float64 // what a distance of the whole reach costs
}

// gaits are the gaits up to a speed, in the order of speed.
var gaits = []struct {
	upTo float64
	gait
}{
	{0.55, gait{0.008, false, 0.015, 0.030, 0}},
	{1.75, gait{0.008, false, 0.012, 0.030, 0.05}},
	{2.5, gait{0.005, false, 0.012, 0.030, 0.05}},
	{3.5, gait{0.006, false, 0.015, 0.025, 0.1}},
	{MaxSpeed, gait{0.005, false, 0.015, 0.025, 0.1}},
}

func gaitFor(speed float64) gait {
	i := 0
	for speed > gaits[i].upTo {
		i++
	}
	return gaits[i].gait
}

// mostHopSeconds bounds a hop of whole periods.
const mostHopSeconds = 0.030

// hopSamples is the next hop for a pitch period in samples (0: unvoiced).
func (g gait) hopSamples(period, rateHz int) int {
	least := max(2, int(g.hopSeconds*float64(rateHz)))
	if !g.byPeriod || period == 0 {
		return least
	}
	hop := period * ((least + period - 1) / period)
	return min(hop, max(2, int(mostHopSeconds*float64(rateHz))))
}

// A fade is a raised cosine from 0 to 1, kept since most hops are alike.
type fade struct{ rise []float64 }

func (f *fade) of(n int) []float64 {
	if len(f.rise) != n {
		f.rise = f.rise[:0]
		for i := range n {
			v := math.Sin((float64(i) + 0.5) / float64(n) * math.Pi / 2)
			f.rise = append(f.rise, v*v)
		}
	}
	return f.rise
}
