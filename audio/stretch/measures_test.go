package stretch

import (
	"math"
	"slices"
	"sort"
)

// A pitchFrame is what the tracker found at a place: 0 where there is no voice.
type pitchFrame float64

// pitchAt is the pitch of x around the sample at, in Hz, by the highest peak of
// the normalised autocorrelation over 31 ms, between its samples.
func pitchAt(x []float64, at int) pitchFrame {
	const window, low, high, voiced = corpusHz / 32, corpusHz / 400, corpusHz / 60, 0.8
	from := at - (window+high)/2
	if from < 0 || from+window+high+1 >= len(x) {
		return 0
	}
	a := x[from : from+window]
	energy := dot(a, a)
	if energy < 1e-4*window { // -40 dB
		return 0
	}
	var r [high + 2]float64
	b := dot(x[from+low-1:][:window], x[from+low-1:][:window])
	best := low
	for lag := low - 1; lag <= high+1; lag++ {
		r[lag] = dot(a, x[from+lag:][:window]) / math.Sqrt(energy*b+1e-20)
		head, tail := x[from+lag], x[from+lag+window]
		b += tail*tail - head*head
		// A period is as like as its double; the shorter one is meant.
		if lag >= low && lag <= high && r[lag] > r[best]+0.02*float64(min(1, (lag-low)/8)) {
			best = lag
		}
	}
	if r[best] < voiced || r[best] < r[best-1] || r[best] < r[best+1] {
		return 0
	}
	bow := r[best-1] - 2*r[best] + r[best+1]
	return pitchFrame(corpusHz / (float64(best) + 0.5*(r[best-1]-r[best+1])/min(bow, -1e-12)))
}

// contourHz is the rate of pitchContour's frames.
const contourHz = 200

// pitchContour is the pitch of x every 5 ms.
func pitchContour(x []float64) []pitchFrame {
	contour := make([]pitchFrame, len(x)*contourHz/corpusHz)
	for i := range contour {
		contour[i] = pitchAt(x, i*corpusHz/contourHz)
	}
	return contour
}

// pitchError compares the pitch of out, every 10 ms of its source, with the
// source's contour at the mapped place: the median of the distance in cents, and
// the part of frames that are more than 100 cents off. Each 250 ms of the source
// may lie up to 20 ms from where the map puts it: how exact the map is, is
// measured elsewhere, and a pitch that glides would make an error of time one of
// pitch.
func pitchError(contour []pitchFrame, out []float64, speed float64) (median, gross float64) {
	const frame, segment, around = 2, contourHz / 4, contourHz / 50
	var cents []float64
	for from := around; from+segment+around < len(contour); from += segment {
		var got [segment / frame]pitchFrame
		for k := range got {
			got[k] = pitchAt(out, int(float64((from+k*frame)*corpusHz/contourHz)/speed))
		}
		var best []float64
		for shift := -around; shift <= around; shift++ {
			off := centsOff(contour[from+shift:], got[:], frame)
			if len(off) > len(got)/4 && (best == nil || off[len(off)/2] < best[len(best)/2]) {
				best = off
			}
		}
		cents = append(cents, best...)
	}
	sort.Float64s(cents)
	first := sort.SearchFloat64s(cents, 100)
	return cents[len(cents)/2], float64(len(cents)-first) / float64(len(cents))
}

// centsOff is how far got lies from every step-th frame of want where both are
// voiced, in order.
func centsOff(want, got []pitchFrame, step int) (off []float64) {
	for k, f := range got {
		if w := want[k*step]; w > 0 && f > 0 {
			off = append(off, math.Abs(1200*math.Log2(float64(f/w))))
		}
	}
	sort.Float64s(off)
	return off
}

// The flux of a spectrum: 128 points every millisecond.
const (
	fluxFrame = 128
	fluxHop   = corpusHz / 1000
	fluxBands = fluxFrame / 4
)

// onsets are the places, in seconds, at which x begins to sound or changes at
// once: peaks of how much the logarithm of its spectrum rises within 4 ms, above
// strong and above twice what is usual around.
func onsets(x []float64, strong float64) (places []float64) {
	flux := spectralFlux(x)
	const around = 20 // ms
	for i := around; i < len(flux)-around; i++ {
		v := flux[i]
		if v < strong {
			continue
		}
		peak, mean := true, 0.0
		for k := i - around; k <= i+around; k++ {
			if flux[k] > v || flux[k] == v && k < i {
				peak = false
				break
			}
			mean += flux[k] / (2*around + 1)
		}
		if peak && v > 2*mean {
			places = append(places, (float64(i)*fluxHop+fluxFrame/2)/corpusHz)
		}
	}
	return places
}

// spectralFlux is by how much the bands rise, in nepers, at each millisecond.
func spectralFlux(x []float64) []float64 {
	const rise = 4
	all := spectra(x)
	flux := make([]float64, len(all))
	for i := rise; i < len(all); i++ {
		for b, v := range all[i] {
			flux[i] += max(0, v-all[i-rise][b]) / fluxBands
		}
	}
	return flux
}

// spectra is the level of bands of 250 Hz, in nepers, at each millisecond.
func spectra(x []float64) [][fluxBands]float64 {
	window := hann(fluxFrame)
	transform := newFFT(fluxFrame)
	spectrum := make([]complex128, fluxFrame)
	var all [][fluxBands]float64
	for at := 0; at+fluxFrame <= len(x); at += fluxHop {
		for i, w := range window {
			spectrum[i] = complex(x[at+i]*w, 0)
		}
		transform.forward(spectrum)
		var levels [fluxBands]float64
		for b := range levels {
			power := 1e-5
			for _, v := range spectrum[2*b : 2*b+2] {
				power += real(v)*real(v) + imag(v)*imag(v)
			}
			levels[b] = 0.5 * math.Log(power)
		}
		all = append(all, levels)
	}
	return all
}

// strongOnset is the flux, in nepers over all bands, of what counts as an onset.
const strongOnset = 1.0

// onsetsKept is the part of the onsets of the source that are found in out within
// 15 ms of where the speed puts them. An onset of out may be weaker, by half.
func onsetsKept(want []float64, out []float64, speed float64) float64 {
	const within = 0.015
	found := onsets(out, strongOnset/2)
	kept := 0
	for _, at := range want {
		i := sort.SearchFloat64s(found, at/speed-within)
		if i < len(found) && found[i] <= at/speed+within {
			kept++
		}
	}
	return float64(kept) / float64(len(want))
}

// sidebands is the level, in dB below all of x, of what lies further than 12 Hz
// from every partial of the steady sound that x was made of: what warbling,
// roughness and stutter add to it.
func sidebands(x []float64, partials []float64) float64 {
	const size, near = 8192, 12.0
	transform := newFFT(size)
	spectrum := make([]complex128, size)
	window := hann(size)
	var all, beside float64
	for at := size / 2; at+size+size/2 <= len(x); at += size / 2 {
		for i, w := range window {
			// The square of the window has hardly any feet.
			spectrum[i] = complex(x[at+i]*w*w, 0)
		}
		transform.forward(spectrum)
		for k, v := range spectrum[:size/2] {
			power := real(v)*real(v) + imag(v)*imag(v)
			all += power
			hz := float64(k) * corpusHz / size
			if !slices.ContainsFunc(partials, func(p float64) bool { return math.Abs(p-hz) <= near }) {
				beside += power
			}
		}
	}
	return 10 * math.Log10(beside/all+1e-12)
}
