package stretch

import "math"

// A search asks for the grain that continues the output best.
type search struct {
	natural place   // what would come next
	target  float64 // where the speed wants the grain
	reach   float64 // how far from target it may lie, in samples
	hop     int     // the length of the fade into it
	rough   int     // how much is compared at first, centred on the fade
	fine    int     // and how much to place the grain exactly
	bias    float64 // what a grain at the end of the reach loses
}

// A matcher finds grains.
type matcher struct {
	in     *history
	coarse *coarse
	stride int // of the fine comparison, so that 48 kHz costs what 16 kHz does
	scores []float64
}

// find is where the best grain starts.
func (m *matcher) find(s search) place {
	return m.fine(s, m.rough(s))
}

// rough is the best distance from s.natural in steps of the coarse rate.
func (m *matcher) rough(s search) int64 {
	f := m.coarse.factor
	n := max(4, int(int64(s.rough)/f))
	centre := (s.natural.whole + int64(s.hop)/2) / f
	want := s.target - float64(s.natural.whole)
	low := int64(math.Ceil((want - s.reach) / float64(f)))
	high := int64(math.Floor((want + s.reach) / float64(f)))
	best := int64(math.Round(want / float64(f)))
	start := max(centre-int64(n)/2, m.coarse.base)
	// Before the input's start lies no sound that could be a grain, nor be
	// compared; behind it a whole period has to be in reach all the same.
	if first := -s.natural.whole / f; low < first {
		low, high = first, max(high, first+int64(2*s.reach)/f)
		start = max(start, -low)
	}
	m.coarse.need(start + int64(n) + max(high, best, 0) + 1)
	low = max(low, m.coarse.base-start)
	best = max(best, low)
	bestScore := math.Inf(-1)
	for lag := low; lag <= high; lag++ {
		off := (float64(lag*f) - want) / s.reach
		score := m.coarse.alike(start, start+lag, n) - s.bias*off*off - tieBreak*math.Abs(off)
		if score > bestScore {
			best, bestScore = lag, score
		}
	}
	return best * f
}

// tieBreak prefers the nearest of grains that are equally good, as in silence.
const tieBreak = 1e-6

// fine looks for the best start around the distance lag, in steps of m.stride
// and between them by the peak of the curve through the three best.
func (m *matcher) fine(s search, lag int64) place {
	f := m.coarse.factor
	if f == 1 {
		return s.natural.moved(float64(lag))
	}
	step := int64(m.stride)
	around := (f/2+1)/step + 1
	start := max(s.natural.whole+int64(s.hop)/2-int64(s.fine)/2, m.in.base, around*step-lag)
	m.in.need(max(start, start+lag) + around*step + int64(s.fine) + 1)
	a := m.in.mono[start-m.in.base:][:s.fine]
	power := strided(a, a, m.stride)
	m.scores = m.scores[:0]
	best, bestScore := 0, math.Inf(-1)
	energy := -1.0 // of what is compared, once known
	for i := -around; i <= around; i++ {
		score := 0.0
		if at := start + lag + i*step - m.in.base; at >= 0 {
			b := m.in.mono[at:][:s.fine]
			if energy < 0 {
				energy = strided(b, b, m.stride)
			}
			if power*energy > silence*silence {
				score = strided(a, b, m.stride) / math.Sqrt(power*energy)
			}
			energy = max(0, energy+m.slide(at, s.fine))
		}
		score -= tieBreak * math.Abs(float64(i))
		if score > bestScore {
			best, bestScore = len(m.scores), score
		}
		m.scores = append(m.scores, score)
	}
	distance := float64(lag + (int64(best)-around)*step)
	const alike = 0.5 // below, the peak between samples means nothing
	if bestScore >= alike {
		return m.inMemory(s.natural.moved(distance + float64(step)*m.peakOffset(best)))
	}
	return m.inMemory(s.natural.nearest().moved(distance))
}

// slide is by how much the energy of n samples at memory index at grows when
// they start one step later.
func (m *matcher) slide(at int64, n int) float64 {
	// The last one compared is the last multiple of the stride before n.
	next := at + int64((n-1)/m.stride*m.stride+m.stride)
	if next >= int64(len(m.in.mono)) {
		return 0 // nothing will be asked there
	}
	head, tail := m.in.mono[at], m.in.mono[next]
	return tail*tail - head*head
}

// inMemory is p, or the first place that can be read if that is later.
func (m *matcher) inMemory(p place) place {
	if first := m.in.base + readerTaps/2; p.whole < first {
		return place{whole: first}
	}
	return p
}

// peakOffset is how far from the best score, scores[i], the peak of the curve
// through it lies, in steps; half a step at most.
func (m *matcher) peakOffset(i int) float64 {
	if i == 0 || i == len(m.scores)-1 {
		return 0
	}
	before, peak, after := m.scores[i-1], m.scores[i], m.scores[i+1]
	bow := before - 2*peak + after
	if bow >= 0 || peak > 1-1e-9 {
		return 0 // the grain itself, or no peak
	}
	return 0.5 * (before - after) / bow
}

// strided is the dot product of each stride-th value of x and y.
func strided(x, y []float64, stride int) float64 {
	if stride == 1 {
		return dot(x, y)
	}
	var a, b float64
	y = y[:len(x)]
	i := 0
	for ; i+stride < len(x); i += 2 * stride {
		a += x[i] * y[i]
		b += x[i+stride] * y[i+stride]
	}
	if i < len(x) {
		a += x[i] * y[i]
	}
	return a + b
}
