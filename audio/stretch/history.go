package stretch

import (
	"math"

	"github.com/gopxl/beep/v2"
)

// A history is the part of the input that grains can still be taken from. Input
// samples are counted from 0; silence lies before them and after the end.
type history struct {
	src     beep.Streamer
	rateHz  int
	behind  int64 // how much is kept behind what is forgotten
	base    int64 // the input sample of stereo[0]
	stereo  [][2]float64
	mono    []float64 // what is searched in
	ended   bool
	end     int64 // the length of the input, once ended
	err     error
	reading [512][2]float64
}

// keepSeconds is the furthest that a search looks back: half the longest match
// (20 ms), half the longest period (9 ms), a hop at the slowest speed, the
// pitch tracker's window and start (60 ms), and room.
const keepSeconds = 0.15

func newHistory(src beep.Streamer, rateHz int) *history {
	return &history{src: src, rateHz: rateHz, behind: int64(keepSeconds*float64(rateHz)) + 64}
}

func (h *history) reset() {
	silence := int(h.behind)
	h.base = -h.behind
	h.stereo = append(h.stereo[:0], make([][2]float64, silence)...)
	h.mono = append(h.mono[:0], make([]float64, silence)...)
	h.ended, h.end, h.err = false, 0, nil
}

func (h *history) upTo() int64 { return h.base + int64(len(h.mono)) }

// need reads until the samples before to are there.
func (h *history) need(to int64) {
	for h.upTo() < to {
		if h.ended {
			h.add(make([][2]float64, to-h.upTo()))
			return
		}
		n, ok := h.src.Stream(h.reading[:])
		h.add(h.reading[:n])
		if !ok || n == 0 {
			h.ended, h.end, h.err = true, h.upTo(), h.src.Err()
		}
	}
}

func (h *history) add(samples [][2]float64) {
	h.stereo = append(h.stereo, samples...)
	for _, v := range samples {
		// Not the plain mean: one channel may be the other turned over, and the
		// mean would be silence.
		h.mono = append(h.mono, 0.55*v[0]+0.45*v[1])
	}
}

// slice is the samples of [from, to), which are read if need be.
func (h *history) slice(from, to int64) [][2]float64 {
	h.need(to)
	return h.stereo[from-h.base : to-h.base]
}

// forget says that nothing before at, but for what is kept behind it, will be
// asked for again.
func (h *history) forget(at int64) {
	n := at - h.behind - h.base
	if n < h.behind {
		return // moving memory seldom, in large pieces
	}
	h.stereo = append(h.stereo[:0], h.stereo[n:]...)
	h.mono = append(h.mono[:0], h.mono[n:]...)
	h.base += n
}

// alike is the correlation of n samples at a and at b, 0 to 1.
func (h *history) alike(a, b int64, n int) float64 {
	h.need(max(a, b) + int64(n))
	x := h.mono[a-h.base:][:n]
	y := h.mono[b-h.base:][:n]
	power := math.Sqrt(dot(x, x) * dot(y, y))
	if power < silence {
		return 1
	}
	return min(max(dot(x, y)/power, 0), 1)
}

// silence is an energy below which nothing is compared: about -120 dB over a
// few milliseconds.
const silence = 1e-10

// dot is the sum of products of equally long slices. Four sums let the
// processor work on four products at once; arrays spare it the checks of bounds.
func dot(x, y []float64) float64 {
	var a, b, c, d float64
	y = y[:len(x)]
	for len(x) >= 8 && len(y) >= 8 {
		p, q := (*[8]float64)(x), (*[8]float64)(y)
		a += p[0]*q[0] + p[4]*q[4]
		b += p[1]*q[1] + p[5]*q[5]
		c += p[2]*q[2] + p[6]*q[6]
		d += p[3]*q[3] + p[7]*q[7]
		x, y = x[8:], y[8:]
	}
	for i, v := range x {
		a += v * y[i]
	}
	return a + b + c + d
}
