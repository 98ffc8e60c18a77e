package speech

import "math"

// hidden is the number of units between the numbers that describe a frame and
// its score.
const hidden = 32

// network is a perceptron with one hidden layer of rectified units.
type network struct {
	mean, scale [inputs]float32 // of each input: (x-mean)·scale is about -1 to 1
	in          [hidden][inputs]float32
	inBias      [hidden]float32
	out         [hidden]float32
	outBias     float32
}

// probability is how likely a frame is to be speech, 0 to 1.
func (n *network) probability(x *[inputs]float32) float32 {
	var scaled [inputs]float32
	for i, v := range x {
		scaled[i] = (v - n.mean[i]) * n.scale[i]
	}
	sum := n.outBias
	for h := range n.in {
		// Four sums that do not wait for each other; inputs is a multiple of four.
		row := &n.in[h]
		var a, b, c, d float32
		for i := 0; i < inputs; i += 4 {
			a += scaled[i] * row[i]
			b += scaled[i+1] * row[i+1]
			c += scaled[i+2] * row[i+2]
			d += scaled[i+3] * row[i+3]
		}
		if unit := a + b + c + d + n.inBias[h]; unit > 0 {
			sum += unit * n.out[h]
		}
	}
	return float32(1 / (1 + math.Exp(-float64(sum))))
}
