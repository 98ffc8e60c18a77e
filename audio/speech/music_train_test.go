//go:build train

package speech

import (
	"math"
	"math/rand/v2"
)

// What the network is trained to tell from speech.

// chords are sawtooth chords with a beat of noise bursts under them.
func chords(n int, noteSeconds, decay float64, rng *rand.Rand) signal {
	s := make(signal, n)
	length := int(noteSeconds * mixRate)
	for at := 0; at < n; at += length {
		base := 110 * math.Pow(2, float64(rng.IntN(12))/12)
		for _, step := range []float64{0, 7, []float64{15, 16}[rng.IntN(2)], 12} {
			hz := base * math.Pow(2, step/12)
			for i := at; i < min(n, at+length); i++ {
				x := float64(i-at) / mixRate
				for k := 1.0; k <= 8; k++ {
					s[i] += math.Sin(2*math.Pi*hz*k*x) / k * math.Exp(-x*decay) * min(1, x*100)
				}
			}
		}
		for i := at; i < min(n, at+1600); i++ {
			s[i] += rng.NormFloat64() * 3 * math.Exp(-float64(i-at)/400)
		}
	}
	return s
}

// tilted is noise whose spectrum falls above a corner.
func tilted(n int, pole float64, rng *rand.Rand) signal {
	s := white(n, rng)
	sum := 0.0
	for i, w := range s {
		sum = pole*sum + (1-pole)*w
		s[i] = sum + 0.01*(1-pole)*w
	}
	return s
}

// plucks are notes of random pitch and length (Karplus and Strong,
// 1983), several ringing at once.
func plucks(n int, noteSeconds, damping float64, rng *rand.Rand) signal {
	s := make(signal, n)
	for at := 0; at < n; at += int(noteSeconds * mixRate * []float64{0.5, 1, 1, 2}[rng.IntN(4)]) {
		for range 1 + rng.IntN(3) {
			period := int(mixRate / (80 * math.Pow(2, float64(rng.IntN(36))/12)))
			ring := white(period, rng)
			for i := at; i < min(n, at+2*mixRate); i++ {
				k := (i - at) % period
				s[i] += ring[k]
				ring[k] = damping * (ring[k] + ring[(k+1)%period]) / 2
			}
		}
	}
	return s
}

// strums are chords of plucked strings that end when the next begins.
func strums(n int, noteSeconds, damping float64, rng *rand.Rand) signal {
	s := make(signal, n)
	for at := 0; at < n; {
		length := int(noteSeconds * mixRate * []float64{0.5, 1, 2}[rng.IntN(3)])
		base := 90 * math.Pow(2, float64(rng.IntN(12))/12)
		for _, step := range []float64{0, 7, 12, 16, 19}[:2+rng.IntN(4)] {
			period := int(mixRate / (base * math.Pow(2, step/12)))
			ring := white(period, rng)
			for i := at; i < min(n, at+length); i++ {
				k := (i - at) % period
				s[i] += ring[k]
				ring[k] = damping * (ring[k] + ring[(k+1)%period]) / 2
			}
		}
		at += length
	}
	return s
}

// melody is one voice of few harmonics with vibrato, as of a flute.
func melody(n int, rng *rand.Rand) signal {
	s := make(signal, n)
	phase, hz := 0.0, 300.0
	for i, left := 0, 0; i < n; i, left = i+1, left-1 {
		if left <= 0 {
			left = int((0.15 + rng.Float64()) * mixRate)
			hz = 220 * math.Pow(2, float64(rng.IntN(24))/12)
		}
		phase += 2 * math.Pi * hz / mixRate * (1 + 0.01*math.Sin(2*math.Pi*5.5*float64(i)/mixRate))
		s[i] = math.Sin(phase) + 0.4*math.Sin(2*phase) + 0.2*math.Sin(3*phase)
	}
	return s
}

// drums are a kick, a snare and a hat at a beat.
func drums(n int, beatSeconds float64, rng *rand.Rand) signal {
	s := make(signal, n)
	beat := int(beatSeconds * mixRate)
	for k := 0; k*beat/2 < n; k++ {
		at, last := k*beat/2, 0.0
		for i := at; i < min(n, at+mixRate/4); i++ {
			x := float64(i-at) / mixRate
			w := rng.NormFloat64()
			s[i] += 0.3 * (w - last) * math.Exp(-x*80)
			last = w
			switch k % 4 {
			case 0:
				s[i] += 3 * math.Sin(2*math.Pi*(45*x+4*(1-math.Exp(-x*30)))) * math.Exp(-x*12)
			case 2:
				s[i] += w * math.Exp(-x*20)
			}
		}
	}
	return s
}

// band is some instruments of chance, each with a tempo, a scale and a sound of
// its own: no two are alike.
func band(n int, rng *rand.Rand) signal {
	var parts []signal
	for range 1 + rng.IntN(3) {
		switch rng.IntN(6) {
		case 0:
			parts = append(parts, plucks(n, 0.2+0.6*rng.Float64(), 0.98+0.0195*rng.Float64(), rng))
		case 1:
			parts = append(parts, strums(n, 0.3+0.7*rng.Float64(), 0.98+0.0195*rng.Float64(), rng))
		case 2:
			parts = append(parts, drums(n, 0.35+0.5*rng.Float64(), rng))
		default:
			parts = append(parts, instrument(n, rng))
		}
	}
	piece := sum(parts...)
	if rng.IntN(2) == 0 { // through a worse loudspeaker, or from the next room
		pole, last := 0.3+0.6*rng.Float64(), 0.0
		for i, v := range piece {
			last = pole*last + (1-pole)*v
			piece[i] = last + 0.1*v
		}
	}
	return piece
}

// instrument plays notes or chords of chance: so many harmonics, of a certain
// decline, odd ones alone or all, struck or swelling, with or without vibrato
// and tremolo, with rests or tied.
func instrument(n int, rng *rand.Rand) signal {
	s := make(signal, n)
	var (
		decline         = 0.3 + 1.7*rng.Float64()
		step            = 1 + rng.IntN(2)
		attack          = 5 + 100*rng.Float64()*rng.Float64()
		decay           = 5 * rng.Float64() * rng.Float64()
		vibrato, ofTone = 4 + 3*rng.Float64(), 0.012 * rng.Float64() * float64(rng.IntN(2))
		tremolo, deep   = 2 + 6*rng.Float64(), 0.6 * rng.Float64() * float64(rng.IntN(2))
		rests           = 0.4 * rng.Float64() * float64(rng.IntN(2))
		base            = 60 * math.Pow(2, 3*rng.Float64())
		beat            = 0.15 + 0.6*rng.Float64()
		scale           = [][]int{{0, 2, 4, 5, 7, 9, 11}, {0, 2, 3, 5, 7, 8, 10}, {0, 3, 5, 7, 10}, {0, 4, 7}}[rng.IntN(4)]
		voices          = 1 + rng.IntN(4)
	)
	var wave [1024]float64 // one period; the highest notes fold a little, as cheap synthesizers do
	for i := range wave {
		for k := 1; k <= 12; k += step {
			wave[i] += math.Sin(2*math.Pi*float64(k*i)/float64(len(wave))) / math.Pow(float64(k), decline)
		}
	}
	for at := 0; at < n; {
		length := int(beat * mixRate * []float64{0.5, 1, 1, 2, 4}[rng.IntN(5)])
		for range voices {
			if rng.Float64() < rests {
				continue
			}
			hz := base * math.Pow(2, float64(scale[rng.IntN(len(scale))]+12*rng.IntN(2))/12)
			phase := 0.0
			for i := at; i < min(n, at+length); i++ {
				x, left := float64(i-at)/mixRate, float64(at+length-i)/mixRate
				phase += hz / mixRate * (1 + ofTone*math.Sin(2*math.Pi*vibrato*float64(i)/mixRate))
				_, turn := math.Modf(phase)
				s[i] += wave[int(turn*float64(len(wave)))] * min(1, x*attack) * min(1, left*100) * math.Exp(-x*decay) *
					(1 - deep/2 + deep/2*math.Sin(2*math.Pi*tremolo*float64(i)/mixRate))
			}
		}
		at += length
	}
	for i := range s { // sum divides by its power: never none
		s[i] += 1e-6 * rng.NormFloat64()
	}
	return s
}

// sum adds noises of equal power.
func sum(list ...signal) signal {
	out := make(signal, len(list[0]))
	for _, s := range list {
		gain := 1 / math.Sqrt(power(s))
		for i := range out {
			out[i] += gain * s[i]
		}
	}
	return out
}

// company is a babble of chance: so many of the voices, each at a pace and a
// pitch of its own.
func company(n int, said [][]signal, rng *rand.Rand) signal {
	var some [][]signal
	for _, i := range rng.Perm(len(said))[:3+rng.IntN(min(7, len(said)-2))] {
		speed := 0.8 + 0.45*rng.Float64()
		var voice []signal
		for _, u := range said[i] {
			voice = append(voice, stretched(u, speed))
		}
		some = append(some, voice)
	}
	return babble(n, some, rng)
}
