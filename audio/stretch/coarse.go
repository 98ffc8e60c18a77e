package stretch

import "math"

// coarseHz is the rate, about, at which pitch and rough positions are sought:
// enough for the first formant, and 1/16 of the work at 16 kHz.
const coarseHz = 4000

// A coarse is the input's mono mix at about 4 kHz, without its lowest
// frequencies: a steady offset would be alike at every lag. Its sample k lies at
// input sample k·factor.
type coarse struct {
	in     *history
	factor int64
	rateHz float64
	taps   []float64
	base   int64 // the index of values[0]
	values []float64
	energy []float64 // energy[i] is the sum of the squares of values[:i]
	last   float64   // of the high-pass, its input and output
	lastHP float64
	keep   float64 // the high-pass's pole
}

func newCoarse(in *history, rateHz int) *coarse {
	factor := max(1, int64(math.Round(float64(rateHz)/coarseHz)))
	c := &coarse{in: in, factor: factor, rateHz: float64(rateHz) / float64(factor)}
	c.taps = lowPass(int(factor))
	const highPassHz = 50
	c.keep = math.Exp(-2 * math.Pi * highPassHz / c.rateHz)
	c.startAt(0)
	return c
}

// lowPass is a windowed sinc that lets pass what fits below half the coarse
// rate. It is symmetric, so that nothing moves in time.
func lowPass(factor int) []float64 {
	if factor == 1 {
		return []float64{1}
	}
	half := 4 * factor
	taps := make([]float64, 2*half+1)
	sum := 0.0
	for i := range taps {
		x := float64(i-half) / float64(factor) * 0.85
		v := 1.0
		if x != 0 {
			v = math.Sin(math.Pi*x) / (math.Pi * x)
		}
		v *= 0.5 + 0.5*math.Cos(math.Pi*float64(i-half)/float64(half+1))
		taps[i] = v
		sum += v
	}
	for i := range taps {
		taps[i] /= sum
	}
	return taps
}

func (c *coarse) reset() { c.startAt(c.first()) }

// first is the first index whose filter has all its input in memory.
func (c *coarse) first() int64 {
	return ceilDiv(c.in.base+int64(len(c.taps)/2), c.factor)
}

func (c *coarse) startAt(index int64) {
	c.base, c.last, c.lastHP = index, 0, 0
	c.values = c.values[:0]
	c.energy = append(c.energy[:0], 0)
}

func (c *coarse) upTo() int64 { return c.base + int64(len(c.values)) }

// need computes the values before index to. It reports false when it had to
// start anew because their past is gone, as after playing at speed 1.
func (c *coarse) need(to int64) (joined bool) {
	joined = true
	if first := c.first(); c.upTo() < first {
		c.startAt(first)
		joined = false
	}
	half := int64(len(c.taps) / 2)
	c.in.need(to*c.factor + half + 1)
	for k := c.upTo(); k < to; k++ {
		at := k*c.factor - half - c.in.base
		v := dot(c.taps, c.in.mono[at:at+int64(len(c.taps))])
		c.lastHP = c.keep * (c.lastHP + v - c.last)
		c.last = v
		c.values = append(c.values, c.lastHP)
		c.energy = append(c.energy, c.energy[len(c.energy)-1]+c.lastHP*c.lastHP)
	}
	c.forget()
	return joined
}

// forget drops what lies before the input's own history.
func (c *coarse) forget() {
	n := c.first() - c.base
	if n < 1024 || n > int64(len(c.values)) {
		return
	}
	c.values = append(c.values[:0], c.values[n:]...)
	c.energy = append(c.energy[:0], c.energy[n:]...)
	c.base += n
}

// alike is the correlation of n values at i with n at j, -1 to 1; 0 where there
// is silence. Both must be in memory.
func (c *coarse) alike(i, j int64, n int) float64 {
	x, y := i-c.base, j-c.base
	power := (c.energy[x+int64(n)] - c.energy[x]) * (c.energy[y+int64(n)] - c.energy[y])
	if power < silence*silence {
		return 0
	}
	return dot(c.values[x:x+int64(n)], c.values[y:y+int64(n)]) / math.Sqrt(power)
}

func ceilDiv(a, b int64) int64 {
	q := a / b
	if a%b > 0 {
		q++
	}
	return q
}
