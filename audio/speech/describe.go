package speech

import (
	"math"
	"slices"
)

// What is known of a frame: tracks, each one number a frame.
const (
	trackLow    = iota // dB above the noise floor, mean of the bands below 1 kHz
	trackMid           // the same of 1 to 3 kHz
	trackHigh          // the same above
	trackTop           // the same of the four bands that stand out most
	trackSpread        // how unlike the bands are in this: speech has formants
	trackFlux          // dB that the bands change by within 80 ms
	trackPeriod        // how periodic, 0 to 1, with the noise floor taken off
	trackSteady        // how alike the harmonics are within 120 ms, 0 to 1: a note stays, a voice glides
	trackHold          // the same within 240 ms
	trackTonal         // how few bins of the pitch signal hold the sound, 0 to 1: chords are tonal without one period
	trackBelow         // dB below the loudest within two seconds
	trackFar           // dB below the loudest syllable within ten seconds
	tracks
)

// How far is looked around a frame, in frames of 10 ms.
const (
	floorFrames = 200 // the noise floor is the lowest within these
	nearFrames  = 2
	beatFrames  = 10 // within a syllable
	flowFrames  = 50 // some syllables
	farFrames   = 1000
	// lookFrames is as far as a frame's description depends on others, in whole
	// blocks of the noise floor, so that it does not depend on where a chunk ends.
	lookFrames = farFrames + 4*floorBlock
)

// inputs is how many numbers describe a frame: of each track its mean nearby,
// within a syllable, and over some syllables, how much it moves among these,
// and its highest.
const inputs = tracks * 5

// description holds the tracks of some frames.
type description struct {
	layout layout
	frames *frames
	n      int
	track  [tracks][]float32
	sums   [tracks][]float64 // before each frame
	square [tracks][]float64
	peak   [tracks][]float32
}

func newDescription(f *frames, l layout) *description {
	d := &description{layout: l, frames: f, n: f.count()}
	for i := range d.track {
		d.track[i] = make([]float32, d.n)
	}
	d.fromBands()
	d.fromPitch()
	for i := range d.track {
		d.sums[i] = make([]float64, d.n+1)
		d.square[i] = make([]float64, d.n+1)
		for t, v := range d.track[i] {
			d.sums[i][t+1] = d.sums[i][t] + float64(v)
			d.square[i][t+1] = d.square[i][t] + float64(v)*float64(v)
		}
		d.peak[i] = extreme(d.track[i], flowFrames, true)
	}
	return d
}

// The noise floor is taken from means of smoothFrames on each side, whose
// lowest lies closer to the noise's own mean than a single frame's (minimum
// statistics, after Martin, 2001, with what follows known as well as what went
// before). Nothing is over maxAbove.
const (
	smoothFrames = 3
	maxAbove     = 30 // dB
	// quietFloor keeps digital silence from making any noise stand out: no
	// floor is further below the loudest band around.
	quietFloor = 60 // dB
)

func (d *description) fromBands() {
	above := make([]float32, d.n*bands)
	column := make([]float32, d.n)
	loudest := extreme(d.frames.level, floorFrames, true)
	farLoudest := extreme(smooth(d.frames.level, beatFrames), farFrames, true)
	for b := range bands {
		for t := range column {
			column[t] = d.frames.band[t*bands+b]
		}
		floor := extreme(smooth(column, smoothFrames), floorFrames, false)
		for t, v := range column {
			low := max(floor[t], loudest[t]-quietFloor)
			above[t*bands+b] = min(max(v-low, -3), maxAbove)
		}
	}
	for t := range d.n {
		d.shape(t, above[t*bands:][:bands])
		d.track[trackBelow][t] = max(d.frames.level[t]-loudest[t], -40)
		d.track[trackFar][t] = max(d.frames.level[t]-farLoudest[t], -40)
		from, to := max(0, t-4), min(d.n-1, t+4)
		d.track[trackFlux][t] = distance(above[from*bands:][:bands], above[to*bands:][:bands])
	}
}

// shape sums up how a frame's bands stand above their floors.
func (d *description) shape(t int, above []float32) {
	const low, mid = 7, 13 // the first bands above 1 kHz and 3 kHz
	d.track[trackLow][t] = mean(above[:low])
	d.track[trackMid][t] = mean(above[low:mid])
	d.track[trackHigh][t] = mean(above[mid:])
	all, spread := mean(above), float32(0)
	var top [4]float32
	for _, v := range above {
		spread += (v - all) * (v - all)
		for i := range top { // the four highest, sorted
			if v > top[i] {
				v, top[i] = top[i], v
			}
		}
	}
	d.track[trackTop][t] = mean(top[:])
	d.track[trackSpread][t] = float32(math.Sqrt(float64(spread / bands)))
}

func mean(list []float32) float32 {
	sum := float32(0)
	for _, v := range list {
		sum += v
	}
	return sum / float32(len(list))
}

func distance(a, b []float32) float32 {
	sum := float32(0)
	for i, v := range a {
		d := v - b[i]
		if d < 0 {
			d = -d
		}
		sum += d
	}
	return sum / float32(len(a))
}

// The range in which a voice's pitch is looked for.
const lowestPitchHz, highestPitchHz = 70, 400

// fromPitch takes the floor off the pitch signal's spectrum and finds in what
// is left the strongest period, by the autocorrelation of the magnitudes.
func (d *description) fromPitch() {
	bins := d.frames.bins
	rate := d.layout.pitchRateHz()
	floor := newBinFloor(d.frames)
	left := make([]float32, d.n*bins)
	sounds := newSpectrum(2 * bins)
	period := make([]float32, bins)
	first := int(60 / rate * float64(2*bins))
	shortest := max(2, int(rate/highestPitchHz))
	longest := min(bins-1, int(rate/lowestPitchHz))
	for t := 0; t < d.n; t += pitchEvery {
		power := d.frames.pitch[t*bins:][:bins]
		rest := left[t*bins:][:bins]
		whole := float32(0)
		for k, low := range floor.at(t) {
			if k < first {
				continue
			}
			p := power[k]
			whole += root(p)
			if p > 3*low { // 3: what noise reaches above the floor now and then
				rest[k] = root(p - 2*low)
			}
		}
		if whole <= 0 || longest <= shortest {
			continue
		}
		sounds.cosines(rest, period)
		d.track[trackPeriod][t] = max(0, slices.Max(period[shortest:longest+1])) / (2 * whole)
	}
	const near, far = 6, 12 // frames, whole numbers of looks
	last := (d.n - 1) / pitchEvery * pitchEvery
	like := func(t, apart int) float32 {
		from, to := max(0, t-apart), min(last, t+apart)
		return likeness(left[from*bins:][:bins], left[to*bins:][:bins])
	}
	for t := range d.n {
		if t%pitchEvery != 0 {
			for _, track := range []int{trackPeriod, trackSteady, trackHold, trackTonal} {
				d.track[track][t] = d.track[track][t-1]
			}
			continue
		}
		d.track[trackSteady][t], d.track[trackHold][t] = like(t, near), like(t, far)
		d.track[trackTonal][t] = tonal(left[t*bins:][:bins])
	}
}

// tonal is 1 less the share of the bins that would hold a spectrum if each held
// as much, 0 where it is empty.
func tonal(magnitude []float32) float32 {
	var sum, squares float32
	for _, m := range magnitude {
		sum += m
		squares += m * m
	}
	if squares == 0 {
		return 0
	}
	return 1 - sum*sum/(squares*float32(len(magnitude)))
}

func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// likeness is the cosine of the angle between two spectra, 0 where one is empty.
func likeness(a, b []float32) float32 {
	var ab, aa, bb float32
	for i, v := range a {
		ab += v * b[i]
		aa += v * v
		bb += b[i] * b[i]
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / root(aa*bb)
}

// binFloor is the noise floor of each bin of the pitch signal's spectrum, by
// blocks of frames: for a hum's own lines the bands are too wide.
type binFloor struct {
	bins   int
	blocks []float32 // bins a block
}

const floorBlock = 20 // frames

func newBinFloor(f *frames) *binFloor {
	n := (f.count() + floorBlock - 1) / floorBlock
	b := &binFloor{bins: f.bins}
	lowest := make([]float32, n*f.bins) // mean of half a block, the lower half
	sum := make([]float32, f.bins)
	const half = floorBlock / 2
	for at := 0; at < f.count(); at += half {
		clear(sum)
		to := min(at+half, f.count())
		for t := at; t < to; t++ {
			for k, p := range f.pitch[t*f.bins:][:f.bins] {
				sum[k] += p
			}
		}
		row := lowest[at/floorBlock*f.bins:][:f.bins]
		for k, v := range sum {
			if v /= float32(to - at); at%floorBlock == 0 || v < row[k] {
				row[k] = v
			}
		}
	}
	b.blocks = make([]float32, len(lowest))
	const around = floorFrames / floorBlock
	for i := range n {
		row := b.blocks[i*f.bins:][:f.bins]
		copy(row, lowest[i*f.bins:])
		for k := max(0, i-around); k <= min(n-1, i+around); k++ {
			for bin, v := range lowest[k*f.bins:][:f.bins] {
				row[bin] = min(row[bin], v)
			}
		}
	}
	return b
}

func (b *binFloor) at(frame int) []float32 { return b.blocks[frame/floorBlock*b.bins:][:b.bins] }

// smooth is the mean over some frames on each side.
func smooth(list []float32, around int) []float32 {
	out := make([]float32, len(list))
	sum := float64(0)
	from, to := 0, 0
	for t := range list {
		for ; to < min(len(list), t+around+1); to++ {
			sum += float64(list[to])
		}
		for ; from < t-around; from++ {
			sum -= float64(list[from])
		}
		out[t] = float32(sum / float64(to-from))
	}
	return out
}

// extreme is the highest or the lowest over some frames on each side: a queue
// of candidates, each of which outlasts those before it (Lemire, 2006).
func extreme(list []float32, around int, highest bool) []float32 {
	out := make([]float32, len(list))
	var queue []int
	beats := func(a, b float32) bool { return a >= b == highest || a == b }
	to := 0
	for t := range list {
		for ; to < min(len(list), t+around+1); to++ {
			for len(queue) > 0 && beats(list[to], list[queue[len(queue)-1]]) {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, to)
		}
		for queue[0] < t-around {
			queue = queue[1:]
		}
		out[t] = list[queue[0]]
	}
	return out
}

// describe writes the numbers that describe a frame, before they are scaled.
func (d *description) describe(t int, out *[inputs]float32) {
	at := 0
	for i := range tracks {
		flow, moves := d.flow(i, t)
		in := out[at : at+5]
		in[0], in[1], in[2], in[3], in[4] = d.around(i, t, nearFrames), d.around(i, t, beatFrames), flow, moves, d.peak[i][t]
		at += 5
	}
}

// around is the mean of a track over some frames on each side.
func (d *description) around(track, t, frames int) float32 {
	from, to := max(0, t-frames), min(d.n, t+frames+1)
	return float32((d.sums[track][to] - d.sums[track][from]) / float64(to-from))
}

// flow is the mean and the deviation of a track over some syllables.
func (d *description) flow(track, t int) (mean, deviation float32) {
	from, to := max(0, t-flowFrames), min(d.n, t+flowFrames+1)
	n := float64(to - from)
	m := (d.sums[track][to] - d.sums[track][from]) / n
	v := (d.square[track][to]-d.square[track][from])/n - m*m
	return float32(m), float32(math.Sqrt(max(0, v)))
}

// scores returns how likely the frames [from, to) are to be speech, 0 to 1.
func (d *description) scores(from, to int) []float32 {
	out := make([]float32, 0, to-from)
	var in [inputs]float32
	for t := from; t < to; t++ {
		d.describe(t, &in)
		out = append(out, trained.probability(&in))
	}
	return out
}
