package audio

import (
	"math"

	"tapescript/audio/stretch"
)

// The grid of speeds is 0.25, then 0.3 to 4.0 in steps of 0.1. Speeds are made
// from whole tenths, so that 0.7 is 0.7 however one got there.

// Faster is the next speed on the grid above x; the fastest stays.
func Faster(x float64) float64 {
	if x < stretch.MinSpeed {
		return stretch.MinSpeed
	}
	return onGrid(math.Floor(x*10+1e-6) + 1)
}

// Slower is the next speed on the grid below x; the slowest stays.
func Slower(x float64) float64 {
	if x > stretch.MaxSpeed {
		return stretch.MaxSpeed
	}
	return onGrid(math.Ceil(x*10-1e-6) - 1)
}

func onGrid(tenths float64) float64 {
	return min(max(tenths/10, stretch.MinSpeed), stretch.MaxSpeed)
}
