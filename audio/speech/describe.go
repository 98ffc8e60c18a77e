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
	beatFrames  = 10  // within a syllable
	flowFrames  = 50  // some syllables
	wideFrames  = 250 // a phrase or a bar, and what is between
	farFrames   = 1000
	// lookFrames is as far as a frame's description depends on others' levels,
	// and bandFrames as far as it depends on anything else of them, in whole
	// blocks of the noise floor, so that it does not depend on where a chunk ends.
	lookFrames = farFrames + 4*floorBlock
	bandFrames = 30 * floorBlock // more than floorFrames + wideFrames
)

// inputs is how many numbers describe a frame: of each track its mean nearby,
// within a syllable, and over some syllables, how much it moves among these,
// its highest, and its mean and movement over a phrase, which tell that music
// goes on under the pauses.
const inputs = tracks * 7

// description holds the tracks of some frames. One is used for one chunk after
// the other, so that a long recording leaves no garbage.
type description struct {
	layout layout
	frames *frames
	from   int // the frame that the tracks begin with, the first of a block of the noise floor
	n      int // how many they hold
	track  [tracks][]float32
	sums   [tracks][]float64 // before each frame
	square [tracks][]float64
	peak   [tracks][]float32

	level, loudest, farLoudest []float32 // of all frames
	above, column, low         []float32
	left                       []float32 // bins a look: what stands above the floor
	queue                      []int
	floor                      binFloor
	sounds                     *spectrum
	period                     []float32
}

// of describes the frames [from, to) of f, which must be such that they depend
// on no others, but for bandFrames at each end that is not the recording's.
func (d *description) of(f *frames, from, to int) {
	d.frames, d.from, d.n = f, from, to-from
	for i := range d.track {
		d.track[i] = room(d.track[i], d.n)
	}
	d.fromBands()
	d.fromPitch()
	for i := range d.track {
		d.sums[i], d.square[i] = room(d.sums[i], d.n+1), room(d.square[i], d.n+1)
		sum, square := 0.0, 0.0
		d.sums[i][0], d.square[i][0] = 0, 0
		for t, v := range d.track[i] {
			sum += float64(v)
			square += float64(v) * float64(v)
			d.sums[i][t+1], d.square[i][t+1] = sum, square
		}
		d.peak[i] = d.extreme(d.peak[i], d.track[i], flowFrames, true)
	}
}

// room is a slice of n elements, with whatever is in them.
func room[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
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
	f := d.frames
	d.above, d.column = room(d.above, d.n*bands), room(d.column, d.n)
	d.loudest = d.extreme(d.loudest, f.level, floorFrames, true)
	d.level = smooth(d.level, f.level, beatFrames)
	d.farLoudest = d.extreme(d.farLoudest, d.level, farFrames, true)
	level, loudest, farLoudest := f.level[d.from:], d.loudest[d.from:], d.farLoudest[d.from:]
	for b := range bands {
		for t := range d.column {
			d.column[t] = f.band[(d.from+t)*bands+b]
		}
		d.peak[0] = smooth(d.peak[0], d.column, smoothFrames)
		d.low = d.extreme(d.low, d.peak[0], floorFrames, false)
		for t, v := range d.column {
			low := max(d.low[t], loudest[t]-quietFloor)
			d.above[t*bands+b] = min(max(v-low, -3), maxAbove)
		}
	}
	for t := range d.n {
		d.shape(t, d.above[t*bands:][:bands])
		d.track[trackBelow][t] = max(level[t]-loudest[t], -40)
		d.track[trackFar][t] = max(level[t]-farLoudest[t], -40)
		from, to := max(0, t-4), min(d.n-1, t+4)
		d.track[trackFlux][t] = distance(d.above[from*bands:][:bands], d.above[to*bands:][:bands])
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
// is left the strongest period, by the autocorrelation of the magnitudes. There
// is a look at the pitch for each pitchEvery frames, which share it.
func (d *description) fromPitch() {
	bins := d.frames.bins
	first, looks := d.from/pitchEvery, (d.n+pitchEvery-1)/pitchEvery
	spectra := d.frames.pitch[first*bins:][:looks*bins]
	d.floor.take(spectra, bins)
	d.left = room(d.left, looks*bins)
	for look := range looks {
		period := d.pitchAt(d.left[look*bins:][:bins], spectra[look*bins:][:bins], d.floor.at(look))
		d.share(trackPeriod, look, period)
	}
	const near, far = 6 / pitchEvery, 12 / pitchEvery
	like := func(look, apart int) float32 {
		from, to := max(0, look-apart), min(looks-1, look+apart)
		return likeness(d.left[from*bins:][:bins], d.left[to*bins:][:bins])
	}
	for look := range looks {
		d.share(trackSteady, look, like(look, near))
		d.share(trackHold, look, like(look, far))
		d.share(trackTonal, look, tonal(d.left[look*bins:][:bins]))
	}
}

// share gives the frames of a look what was seen.
func (d *description) share(track, look int, v float32) {
	for t := look * pitchEvery; t < min(d.n, (look+1)*pitchEvery); t++ {
		d.track[track][t] = v
	}
}

// pitchAt writes the magnitudes that are left of a spectrum of powers above its
// floor, and returns how periodic they are.
func (d *description) pitchAt(left, power, floor []float32) float32 {
	bins := len(power)
	rate := d.layout.pitchRateHz()
	first := min(int(60/rate*float64(2*bins)), bins)
	shortest := max(2, int(rate/highestPitchHz))
	longest := min(bins-1, int(rate/lowestPitchHz))
	clear(left[:first])
	whole := float32(0)
	for k := first; k < bins; k++ {
		p, low := power[k], floor[k]
		whole += root(p)
		left[k] = 0
		if p > 3*low { // 3: what noise reaches above the floor now and then
			left[k] = root(p - 2*low)
		}
	}
	if whole <= 0 || longest <= shortest {
		return 0
	}
	if d.sounds == nil {
		d.sounds, d.period = newSpectrum(2*bins), make([]float32, bins)
	}
	d.sounds.cosines(left, d.period)
	return max(0, slices.Max(d.period[shortest:longest+1])) / (2 * whole)
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
	return ab / (root(aa) * root(bb)) // not of the product, which a fading note makes 0
}

// binFloor is the noise floor of each bin of the pitch signal's spectrum, by
// blocks of frames: for a hum's own lines the bands are too wide.
type binFloor struct {
	bins           int
	lowest, blocks []float32 // bins a block
	sum            []float32
}

const (
	floorBlock = 20                      // frames
	floorLooks = floorBlock / pitchEvery // as many looks at the pitch
)

// take makes the floor of spectra, bins each.
func (b *binFloor) take(spectra []float32, bins int) {
	looks := len(spectra) / max(1, bins)
	n := (looks + floorLooks - 1) / floorLooks
	b.bins = bins
	b.lowest, b.blocks, b.sum = room(b.lowest, n*bins), room(b.blocks, n*bins), room(b.sum, bins)
	const half = floorLooks / 2
	for at := 0; at < looks; at += half { // mean of half a block, the lower half
		clear(b.sum)
		to := min(at+half, looks)
		for look := at; look < to; look++ {
			for k, p := range spectra[look*bins:][:bins] {
				b.sum[k] += p
			}
		}
		row := b.lowest[at/floorLooks*bins:][:bins]
		for k, v := range b.sum {
			if v /= float32(to - at); at%floorLooks == 0 || v < row[k] {
				row[k] = v
			}
		}
	}
	const around = floorFrames / floorBlock
	for i := range n {
		row := b.blocks[i*bins:][:bins]
		copy(row, b.lowest[i*bins:])
		for k := max(0, i-around); k <= min(n-1, i+around); k++ {
			for bin, v := range b.lowest[k*bins:][:bins] {
				row[bin] = min(row[bin], v)
			}
		}
	}
}

func (b *binFloor) at(look int) []float32 { return b.blocks[look/floorLooks*b.bins:][:b.bins] }

// smooth is the mean over some frames on each side; it uses out's memory.
func smooth(out, list []float32, around int) []float32 {
	out = room(out, len(list))
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
// of candidates, each of which outlasts those before it (Lemire, 2006). It uses
// out's memory.
func (d *description) extreme(out, list []float32, around int, highest bool) []float32 {
	out = room(out, len(list))
	d.queue = room(d.queue, len(list))
	queue, head, tail := d.queue, 0, 0
	sign := float32(-1)
	if highest {
		sign = 1
	}
	to := 0
	for t := range list {
		for ; to < min(len(list), t+around+1); to++ {
			for v := sign * list[to]; tail > head && v >= sign*list[queue[tail-1]]; {
				tail--
			}
			queue[tail] = to
			tail++
		}
		for queue[head] < t-around {
			head++
		}
		out[t] = list[queue[head]]
	}
	return out
}

// describe writes the numbers that describe a frame, counted from d.from, before
// they are scaled.
func (d *description) describe(t int, out *[inputs]float32) {
	at := 0
	for i := range tracks {
		flow, moves := d.flow(i, t, flowFrames)
		wide, wideMoves := d.flow(i, t, wideFrames)
		in := out[at : at+7]
		in[0], in[1], in[2], in[3], in[4], in[5], in[6] = d.around(i, t, nearFrames), d.around(i, t, beatFrames), flow, moves, d.peak[i][t], wide, wideMoves
		at += 7
	}
}

// around is the mean of a track over some frames on each side.
func (d *description) around(track, t, frames int) float32 {
	from, to := max(0, t-frames), min(d.n, t+frames+1)
	return float32((d.sums[track][to] - d.sums[track][from]) / float64(to-from))
}

// flow is the mean and the deviation of a track over some syllables.
func (d *description) flow(track, t, frames int) (mean, deviation float32) {
	from, to := max(0, t-frames), min(d.n, t+frames+1)
	n := float64(to - from)
	m := (d.sums[track][to] - d.sums[track][from]) / n
	v := (d.square[track][to]-d.square[track][from])/n - m*m
	return float32(m), float32(math.Sqrt(max(0, v)))
}

// scores gives how likely each of the frames [from, to) is to be speech, 0 to 1.
func (d *description) scores(from, to int, yield func(frame int, p float32)) {
	var in [inputs]float32
	for t := from; t < to; t++ {
		d.describe(t-d.from, &in)
		yield(t, trained.probability(&in))
	}
}
