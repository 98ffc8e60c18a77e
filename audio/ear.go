package audio

import (
	"math"

	"tapescript/audio/output"
)

// Channels says which channels of a recording are heard.
type Channels uint8

// The choices, in the order in which a key goes through them. One channel is
// heard on both sides: an interview has often one speaker on each.
const (
	Both Channels = iota
	Left
	Right
)

// Next is the choice after c; after the last comes the first.
func (c Channels) Next() Channels { return (c + 1) % (Right + 1) }

// An Ear is what makes speech easier to hear. Its zero value changes nothing.
type Ear struct {
	Channels Channels
	// Even brings quiet and loud voices to one level, slowly enough that a
	// sentence keeps its stress. Pauses stay as quiet as they are beside speech.
	Even bool
	// Speech keeps 80 to 8,000 Hz, where speech is: handling noise, wind and
	// hiss go.
	Speech bool
	// HumHz takes out the mains' hum of that frequency and its first harmonics:
	// 50, 60, or 0 for none.
	HumHz int
}

// SetEar sets how the recording is heard, without a click, and within the time
// that the output holds. A HumHz that is no mains' frequency counts as 0.
func (p *Player) SetEar(e Ear) {
	if e.HumHz != 50 && e.HumHz != 60 {
		e.HumHz = 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ear = e
}

// blendStep moves a blend from nothing to all of it in 10 ms.
const blendStep = 1.0 / (output.RateHz / 100)

// A blend goes evenly between off and on, so that switching does not click.
type blend float64

func (b *blend) step(on bool) float64 {
	if on {
		*b = min(*b+blendStep, 1)
	} else {
		*b = max(*b-blendStep, 0)
	}
	return float64(*b)
}

// An earpiece applies an Ear to what is played.
type earpiece struct {
	side        [3]blend // how much of Both, Left and Right is heard
	speech, hum blend
	even        blend
	band        [2]filters // a channel each
	notches     [2]filters
	humHz       int
	leveller    leveller
}

func newEarpiece() *earpiece {
	e := &earpiece{leveller: newLeveller()}
	e.side[Both] = 1
	for ch := range e.band {
		e.band[ch] = speechBand()
	}
	return e
}

// apply changes samples as the Ear asks. Where it asks for nothing they pass
// untouched.
func (e *earpiece) apply(samples [][2]float64, ear Ear) {
	if ear == (Ear{}) && e.side[Both] == 1 && e.speech == 0 && e.hum == 0 && e.even == 0 {
		return
	}
	if ear.HumHz != 0 && ear.HumHz != e.humHz && e.hum == 0 {
		e.humHz = ear.HumHz
		e.notches = [2]filters{humNotches(e.humHz), humNotches(e.humHz)}
	}
	notching := ear.HumHz != 0 && ear.HumHz == e.humHz // another frequency waits until this one has gone
	for i := range samples {
		v := e.choose(samples[i], ear.Channels)
		v = mix(v, e.speech.step(ear.Speech), &e.band)
		v = mix(v, e.hum.step(notching), &e.notches)
		gain := e.leveller.gain(v)
		if share := e.even.step(ear.Even); share > 0 {
			g := 1 + share*(gain-1)
			v[0], v[1] = v[0]*g, v[1]*g
		}
		samples[i] = v
	}
}

// choose gives the channels asked for.
func (e *earpiece) choose(v [2]float64, c Channels) [2]float64 {
	var shares [3]float64
	sum := 0.0
	for i := range e.side {
		shares[i] = e.side[i].step(Channels(i) == c)
		sum += shares[i]
	}
	both, left, right := shares[Both]/sum, shares[Left]/sum, shares[Right]/sum
	return [2]float64{
		v[0]*(both+left) + v[1]*right,
		v[1]*(both+right) + v[0]*left,
	}
}

// mix gives a share of what filters make of a sample.
func mix(v [2]float64, share float64, f *[2]filters) [2]float64 {
	if share == 0 {
		return v
	}
	for ch := range v {
		v[ch] += share * (f[ch].apply(v[ch]) - v[ch])
	}
	return v
}

// filters are biquads one after another.
type filters []biquad

func (f filters) apply(x float64) float64 {
	for i := range f {
		x = f[i].apply(x)
	}
	return x
}

// speechBand passes 80 to 8,000 Hz: Butterworth, 24 dB an octave outside.
func speechBand() filters {
	const q1, q2 = 0.54119610, 1.3065630 // the pole pairs of order 4
	return filters{highPass(80, q1), highPass(80, q2), lowPass(8000, q1), lowPass(8000, q2)}
}

// humNotches takes out hz and its harmonics up to the sixth, each 1/30 of its
// frequency wide: a voice that passes through one is not missed.
func humNotches(hz int) filters {
	const harmonics, q = 6, 30
	var f filters
	for k := 1; k <= harmonics; k++ {
		f = append(f, notch(float64(k*hz), q))
	}
	return f
}

// A biquad is a filter of second order at the output's rate (R. Bristow-Johnson,
// "Cookbook formulae for audio EQ biquad filter coefficients"), in transposed
// direct form II.
type biquad struct {
	b0, b1, b2, a1, a2 float64
	z1, z2             float64
}

func (f *biquad) apply(x float64) float64 {
	y := f.b0*x + f.z1
	f.z1 = f.b1*x - f.a1*y + f.z2
	f.z2 = f.b2*x - f.a2*y
	return y
}

// design makes a biquad from numerator coefficients as functions of the cosine
// of the angular frequency and alpha.
func design(hz, q float64, numerator func(cos, alpha float64) (b0, b1, b2 float64)) biquad {
	sin, cos := math.Sincos(2 * math.Pi * hz / output.RateHz)
	alpha := sin / (2 * q)
	b0, b1, b2 := numerator(cos, alpha)
	a0 := 1 + alpha
	return biquad{b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: -2 * cos / a0, a2: (1 - alpha) / a0}
}

func highPass(hz, q float64) biquad {
	return design(hz, q, func(cos, _ float64) (b0, b1, b2 float64) { return (1 + cos) / 2, -(1 + cos), (1 + cos) / 2 })
}

func lowPass(hz, q float64) biquad {
	return design(hz, q, func(cos, _ float64) (b0, b1, b2 float64) { return (1 - cos) / 2, 1 - cos, (1 - cos) / 2 })
}

func notch(hz, q float64) biquad {
	return design(hz, q, func(cos, _ float64) (b0, b1, b2 float64) { return 1, -2 * cos, 1 })
}

// A leveller follows how loud speech is and says by how much to amplify it.
type leveller struct {
	quick float64 // mean square over the last 10 ms
	power float64 // mean square of speech lately
	now   float64 // the gain
	until int     // samples to the next look
}

// The leveller's figures.
const (
	levelTarget  = 0.1   // root mean square: -20 dB, where broadcast speech lies
	levelGate    = 0.003 // -50 dB: below is no speech, and the gain stays
	levelSeconds = 0.4   // over which loudness is measured
	// levelPause: what lies 16 dB below the speech around it is a pause, which
	// counts a tenth as much, so that it is not turned up at once and yet a
	// quieter speaker is, in the end.
	levelPause  = 0.025
	levelMost   = 11.2 // +21 dB
	levelLeast  = 0.25 // -12 dB
	levelDown   = 0.15 // seconds to turn a shout down
	levelUp     = 1.2  // seconds to turn a whisper up
	levelDecide = 48   // samples between two looks: 1 ms
)

func newLeveller() leveller { return leveller{power: levelTarget * levelTarget, now: 1} }

// gain takes a sample and returns the gain for it.
func (l *leveller) gain(v [2]float64) float64 {
	x := max(v[0]*v[0], v[1]*v[1])
	l.quick += (x - l.quick) / (0.01 * output.RateHz)
	const share = 1 / (levelSeconds * output.RateHz)
	switch {
	case l.quick < levelGate*levelGate:
		return l.now
	case l.quick < l.power*levelPause:
		l.power += (x - l.power) * share / 10
	default:
		l.power += (x - l.power) * share
	}
	if l.until--; l.until > 0 {
		return l.now
	}
	l.until = levelDecide
	want := min(max(levelTarget/math.Sqrt(l.power), levelLeast), levelMost)
	seconds := levelUp
	if want < l.now {
		seconds = levelDown
	}
	l.now += (want - l.now) * levelDecide / (seconds * output.RateHz)
	return l.now
}

// A level applies a gain without steps and keeps loud samples from clipping.
type level struct {
	now      float64
	envelope float64 // of the amplified signal, falling slowly
}

const (
	// levelCeiling is what no sample exceeds once something is amplified.
	levelCeiling = 0.97
	// levelRelease is how long the limiter takes to let go, in seconds: shorter
	// and low voices are bent within a period, longer and words after a shout
	// are lost.
	levelRelease = 0.06
)

// apply multiplies samples by gain. At gain 1 and below, what is within full
// scale passes as it is; above, peaks are turned down with their surroundings
// instead of cut off, so that +24 dB is loud and not rough.
func (l *level) apply(samples [][2]float64, gain float64, limit bool) {
	if l.now == 1 && gain == 1 && !limit && l.envelope <= levelCeiling {
		return
	}
	const approach = 1.0 / 240 // 5 ms
	fall := math.Exp(-1 / (levelRelease * output.RateHz))
	for i := range samples {
		if l.now += (gain - l.now) * approach; math.Abs(gain-l.now) < 1e-6*gain {
			l.now = gain
		}
		a, b := samples[i][0]*l.now, samples[i][1]*l.now
		if peak := max(math.Abs(a), math.Abs(b)); l.now > 1 || limit {
			l.envelope = max(peak, l.envelope*fall)
		} else {
			l.envelope *= fall
		}
		if l.envelope > levelCeiling {
			a, b = a*levelCeiling/l.envelope, b*levelCeiling/l.envelope
		}
		samples[i] = [2]float64{a, b}
	}
}
