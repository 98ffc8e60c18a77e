package decode

import "math"

// Joint stereo (ISO 11172-3 section 2.4.3.4.9, ISO 13818-3 section 2.4.3.2). With
// MS the channels hold the sum and the difference, both divided by the root of
// 2. With intensity stereo, above the last line of the right channel, the left
// holds what both share, and the right's scale factors how it is divided.

// midSide turns sum and difference into left and right; they have the factor in
// their gain.
func midSide(left, right []float32) {
	right = right[:len(left)]
	for i, m := range left {
		s := right[i]
		left[i], right[i] = m+s, m-s
	}
}

// mp3Joint is what intensity stereo needs to know.
type mp3Joint struct {
	lsf     bool // MPEG-2's ratios
	ms      bool // below the intensity bands
	right   *mp3Granule
	factors *mp3Factors
	layout  mp3Layout
	bands   *mp3Bands
}

// ratios are what a position gives to left and right.
func (j *mp3Joint) ratios(position uint8) (left, right float32) {
	if !j.lsf {
		r := math.Tan(float64(position) * math.Pi / 12)
		if position == 6 {
			return 1, 0
		}
		return float32(r / (1 + r)), float32(1 / (1 + r))
	}
	step := -0.25
	if j.right.scale&1 == 1 {
		step = -0.5
	}
	r := float32(math.Exp2(step * float64((position+1)/2)))
	if position&1 == 1 {
		return r, 1
	}
	return 1, r
}

// apply works from the highest band down: a band is intensity as long as it and
// all above it, of the same window, have nothing in the right channel.
func (j *mp3Joint) apply(left, right *[576]float32) {
	var coded [3]bool
	stop, factor := 576, j.layout.count()
	for band := 12; band >= j.layout.short; band-- {
		n := int(j.bands.short[band])
		for w := 2; w >= 0; w-- {
			factor--
			at := factor
			if band == 12 {
				at -= 3 // the last band has no position of its own
			}
			coded[w] = j.band(left[stop-n:stop], right[stop-n:stop], at, coded[w])
			stop -= n
		}
	}
	any := coded[0] || coded[1] || coded[2]
	for band := j.layout.long - 1; band >= 0; band-- {
		n := int(j.bands.long[band])
		any = j.band(left[stop-n:stop], right[stop-n:stop], min(band, 20), any)
		stop -= n
	}
}

// band divides one band if nothing is coded in the right channel so far, and
// tells whether there is now. factor is the number of its position.
func (j *mp3Joint) band(left, right []float32, factor int, coded bool) bool {
	for i := 0; i < len(right) && !coded; i++ {
		coded = right[i] != 0
	}
	if coded || j.factors.none[factor] {
		if j.ms {
			for i, m := range left {
				s := right[i]
				left[i], right[i] = (m+s)*(math.Sqrt2/2), (m-s)*(math.Sqrt2/2)
			}
		}
		return coded
	}
	l, r := j.ratios(j.factors.values[factor])
	for i, v := range left {
		left[i], right[i] = v*l, v*r
	}
	return false
}
