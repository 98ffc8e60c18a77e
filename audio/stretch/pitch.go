package stretch

import "math"

// The pitch tracker: every 5 ms a correlation for each lag from 60 to 444 Hz,
// and the cheapest path through them (Viterbi, as in Talkin's RAPT 1995) with a
// look ahead of some frames. A wrong octave does little harm here; a jumping one
// does, since hops follow the period.
const (
	lowestHz     = 60
	highestHz    = 444
	frameSeconds = 0.005
	aheadFrames  = 8
	frameMemory  = 64   // frames that a path can be followed back
	longLagCost  = 0.12 // so that a period wins over its double
	octaveCost   = 1.5
	jumpCost     = 0.8 // a new voice may begin anywhere
	voicedAbove  = 0.5
)

type tracker struct {
	c                 *coarse
	lowLag, lags      int64
	frameStep, window int64 // in coarse samples
	next              int64 // the next frame to compute
	first             int64 // the first frame of the paths
	cost, scores      []float64
	step              []float64 // step[i] is the cost of going from lag i to i+1 or back
	reached           []float64 // the best cost with which each lag is reached
	back              [frameMemory][]int16
	alike             [frameMemory][]float32
}

func newTracker(c *coarse) *tracker {
	t := &tracker{c: c}
	t.lowLag = max(2, int64(c.rateHz/highestHz))
	t.lags = max(1, int64(c.rateHz/lowestHz)-t.lowLag+1)
	t.frameStep = max(1, int64(math.Round(frameSeconds*c.rateHz)))
	t.window = max(4, int64(0.010*c.rateHz))
	for i := range t.back {
		t.back[i] = make([]int16, t.lags)
		t.alike[i] = make([]float32, t.lags)
	}
	t.cost = make([]float64, t.lags)
	t.scores = make([]float64, t.lags)
	t.reached = make([]float64, t.lags)
	t.step = make([]float64, t.lags-1)
	for i := range t.step {
		lag := float64(int64(i) + t.lowLag)
		t.step[i] = octaveCost * math.Log2((lag+1)/lag)
	}
	return t
}

func (t *tracker) reset() { t.next, t.first = 0, 0; clear(t.cost) }

// periodAt is the pitch period around the input sample at, in input samples, or
// 0 where there is no voice.
func (t *tracker) periodAt(at int64) int {
	frame := at / (t.c.factor * t.frameStep)
	t.need(frame + aheadFrames + 1)
	frame = max(frame, t.first, t.next-frameMemory)
	lag := int64(0)
	for i, v := range t.cost {
		if v > t.cost[lag] {
			lag = int64(i)
		}
	}
	for f := t.next - 1; f > frame; f-- {
		lag = int64(t.back[f%frameMemory][lag])
	}
	if t.alike[frame%frameMemory][lag] <= voicedAbove {
		return 0
	}
	return int((lag + t.lowLag) * t.c.factor)
}

// need computes the frames before to.
func (t *tracker) need(to int64) {
	reach := t.lowLag + t.lags // half of window and lag together, at most
	joined := t.c.need((to-1)*t.frameStep + reach + 1)
	begin := ceilDiv(t.c.base+reach, t.frameStep)
	if !joined || t.next < begin {
		t.next = max(begin, to-frameMemory, 0)
		t.first = t.next
		clear(t.cost)
	}
	for ; t.next < to; t.next++ {
		t.frame(t.next)
	}
}

// frame extends the paths by one frame.
func (t *tracker) frame(f int64) {
	highest := t.reach(t.back[f%frameMemory])
	alike := t.alike[f%frameMemory]
	for lag := range t.lags {
		l := lag + t.lowLag
		w := max(t.window, l)
		start := f*t.frameStep - (w+l)/2
		r := t.c.alike(start, start+l, int(w))
		alike[lag] = float32(r)
		t.scores[lag] = t.reached[lag] + r - longLagCost*float64(l)/float64(t.lowLag+t.lags)
	}
	for i, v := range t.scores {
		t.cost[i] = v - highest // kept small over hours
	}
}

// reach sets from which lag each lag is reached best, and gives the highest cost
// before. Steps along a line of lags add up, so the best way over all lags is found
// by going up the line once and down once.
func (t *tracker) reach(from []int16) (highest float64) {
	top := 0
	for i, v := range t.cost {
		if v > t.cost[top] {
			top = i
		}
	}
	highest = t.cost[top]
	for i, v := range t.cost {
		t.reached[i], from[i] = v, int16(i)
		if jump := highest - jumpCost; jump > v {
			t.reached[i], from[i] = jump, int16(top)
		}
		if i > 0 {
			if v := t.reached[i-1] - t.step[i-1]; v > t.reached[i] {
				t.reached[i], from[i] = v, from[i-1]
			}
		}
	}
	for i := len(t.step) - 1; i >= 0; i-- {
		if v := t.reached[i+1] - t.step[i]; v > t.reached[i] {
			t.reached[i], from[i] = v, from[i+1]
		}
	}
	return highest
}
