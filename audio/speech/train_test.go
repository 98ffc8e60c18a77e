//go:build train

package speech

import (
	"bytes"
	"fmt"
	"go/format"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// trainingVoices are heard in training only.
var trainingVoices = []string{"en-us", "de+f2", "fr+m3", "es+f4", "ru+m1", "sv+m7", "it+f1", "en-gb+m4", "fi+f3", "tr+m6"}

// trainingMix is the speech, the noises and the music that the network is
// trained on. None of their speakers, voices and pieces is in heldOut, nor is
// brown noise, a hum of 60 Hz or music made by SoX.
func trainingMix(t testing.TB) (speech, said [][]signal, noises, music []signal) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 60 * mixRate
	speech = voices(t, trainingVoices, sentences(t)[:5])
	said = voices(t, trainingVoices, sentences(t)[5:8])
	real := recordings(t, "84-*.flac")
	for _, speed := range []float64{1, 0.82, 1.15, 0.9, 1.08} {
		var other []signal
		for _, u := range real {
			if speed != 1 {
				u = stretched(u, speed)
			}
			other = append(other, u)
		}
		speech = append(speech, other, other) // real speech weighs as much as espeak-ng's
	}
	noises = []signal{
		make(signal, n),
		white(n, rng),
		pink(n, rng),
		tilted(n, 0.98, rng),
		hum(n, 50, rng),
		clicks(n, rng),
		street(n, pink, 7, rng),
		street(n, pink, 3, rng),
		street(n, func(n int, rng *rand.Rand) signal { return tilted(n, 0.95, rng) }, 2, rng),
		babble(n, said, rng),
		babble(n, said[:5], rng),
		babble(n, said[5:], rng),
		babble(n, said[2:9], rng),
		babble(n, said[1:4], rng),
		babble(n, said[6:], rng),
	}
	music = []signal{
		chords(n, 1.6, 0.2, rng),
		chords(n, 0.7, 2, rng),
		chords(n, 0.4, 4, rng),
		plucks(n, 0.3, 0.996, rng),
		plucks(n, 0.6, 0.99, rng),
		strums(n, 0.6, 0.996, rng),
		strums(n, 0.9, 0.985, rng),
		strums(n, 0.35, 0.999, rng),
		melody(n, rng),
		drums(n, 0.5, rng),
		sum(drums(n, 0.6, rng), plucks(n, 0.6, 0.998, rng), melody(n, rng)),
		sum(chords(n, 1.2, 1, rng), melody(n, rng), pink(n, rng)),
	}
	return speech, said, noises, music
}

type example struct {
	in     [inputs]float32
	speech bool
}

// How many pieces and babbles of chance are heard at each loudness.
const bandsPerLevel, companiesPerLevel = 30, 16

// TestTrain trains the network again and writes weights.go.
func TestTrain(t *testing.T) {
	speech, said, noises, music := trainingMix(t)
	rng := rand.New(rand.NewPCG(3, 4))
	var examples []example
	for _, dB := range []float64{30, 20, 12, 6, 3, 0} {
		for _, noise := range slices.Concat(noises, noises) {
			examples = append(examples, examplesOf(speech, noise, dB, rng)...)
		}
		for range companiesPerLevel {
			examples = append(examples, examplesOf(speech, company(40*mixRate, said, rng), dB, rng)...)
		}
		for range bandsPerLevel {
			examples = append(examples, examplesOf(speech, band(40*mixRate, rng), dB, rng)...)
		}
		for _, piece := range music { // in another key and time, and trembling, each time
			piece = stretched(piece, 0.75+0.6*rng.Float64())
			if rng.IntN(3) == 0 {
				tremble(piece, 3+5*rng.Float64(), 0.2+0.3*rng.Float64())
			}
			examples = append(examples, examplesOf(speech, piece, dB, rng)...)
		}
	}
	n := fit(examples, rng)
	right := 0
	for i := range examples {
		if n.probability(&examples[i].in) > 0.5 == examples[i].speech {
			right++
		}
	}
	t.Logf("%d examples, %.2f %% right", len(examples), 100*float64(right)/float64(len(examples)))
	if err := os.WriteFile("weights.go", n.source(t), 0o666); err != nil {
		t.Fatal(err)
	}
}

func examplesOf(speech [][]signal, noise signal, dB float64, rng *rand.Rand) []example {
	var all []signal
	for _, s := range speech {
		all = append(all, s[rng.IntN(len(s))])
	}
	tr := newTrackWithin(16, all, 40, rng)
	start := rng.IntN(len(noise))
	noise = append(slices.Clone(noise[start:]), noise[:start]...)
	d := describeAll(tr.mixed(noise, dB), mixRate)
	if rng.IntN(5) == 0 { // as over a telephone
		d = describeAll(newThinner(2).add(tr.mixed(noise, dB), nil), mixRate/2)
	}
	var list []example
	for i := range min(d.n, len(tr.truth)) {
		if i%4 != 0 { // neighbours say little that is new
			continue
		}
		e := example{speech: tr.truth[i]}
		d.describe(i, &e.in)
		list = append(list, e)
	}
	return list
}

// tremble makes sound swell and ebb some times a second.
func tremble(s signal, hz, depth float64) {
	for i := range s {
		s[i] *= 1 + depth*math.Sin(2*math.Pi*hz*float64(i)/mixRate)
	}
}

// fit trains a network by Adam (Kingma and Ba, 2015) on the logistic loss.
func fit(examples []example, rng *rand.Rand) *network {
	n := &network{}
	scaleOf(examples, n)
	const perUnit = inputs + 2 // its weights, its bias, its way out
	w := make([]float64, hidden*perUnit+1)
	for i := range w {
		w[i] = rng.NormFloat64() / math.Sqrt(inputs)
	}
	first, second := make([]float64, len(w)), make([]float64, len(w))
	gradient := make([]float64, len(w))
	const epochs, batch = 12, 64
	step := 0
	for epoch := range epochs {
		rate := 0.002 * (1 - float64(epoch)/epochs)
		rng.Shuffle(len(examples), func(i, k int) { examples[i], examples[k] = examples[k], examples[i] })
		for at := 0; at+batch <= len(examples); at += batch {
			clear(gradient)
			for i := range examples[at : at+batch] {
				learn(&examples[at+i], n, w, gradient)
			}
			step++
			for i, g := range gradient {
				g = g/batch + 3e-5*w[i]
				first[i] = 0.9*first[i] + 0.1*g
				second[i] = 0.999*second[i] + 0.001*g*g
				w[i] -= rate * first[i] / (1 - math.Pow(0.9, float64(step))) /
					(math.Sqrt(second[i]/(1-math.Pow(0.999, float64(step)))) + 1e-8)
			}
		}
	}
	for h := range hidden {
		row := w[h*perUnit:][:perUnit]
		for i := range inputs {
			n.in[h][i] = float32(row[i])
		}
		n.inBias[h], n.out[h] = float32(row[inputs]), float32(row[inputs+1])
	}
	n.outBias = float32(w[hidden*perUnit])
	return n
}

// learn adds one example's gradient.
func learn(e *example, n *network, w, gradient []float64) {
	const perUnit = inputs + 2
	var x [inputs]float64
	for i, v := range e.in {
		x[i] = float64((v - n.mean[i]) * n.scale[i])
	}
	var unit [hidden]float64
	sum := w[hidden*perUnit]
	for h := range hidden {
		row := w[h*perUnit:][:perUnit]
		u := row[inputs]
		for i, v := range x {
			u += v * row[i]
		}
		if u > 0 {
			unit[h] = u
			sum += u * row[inputs+1]
		}
	}
	miss := 1 / (1 + math.Exp(-sum))
	if e.speech {
		miss--
	}
	gradient[hidden*perUnit] += miss
	for h, u := range unit {
		if u <= 0 {
			continue
		}
		row, g := w[h*perUnit:][:perUnit], gradient[h*perUnit:][:perUnit]
		g[inputs+1] += miss * u
		back := miss * row[inputs+1]
		g[inputs] += back
		for i, v := range x {
			g[i] += back * v
		}
	}
}

// scaleOf sets each input's mean and deviation.
func scaleOf(examples []example, n *network) {
	for i := range inputs {
		sum, squares := 0.0, 0.0
		for k := range examples {
			v := float64(examples[k].in[i])
			sum += v
			squares += v * v
		}
		mean := sum / float64(len(examples))
		n.mean[i] = float32(mean)
		n.scale[i] = float32(1 / math.Sqrt(squares/float64(len(examples))-mean*mean+1e-9))
	}
}

// source is the network as Go.
func (n *network) source(t testing.TB) []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, "package speech\n\n// Made by go test ./audio/speech -tags train -run TestTrain; do not edit.\nvar trained = network{\n")
	list := func(name string, values []float32) {
		fmt.Fprintf(&b, "%s{", name)
		for i, v := range values {
			if i%10 == 0 {
				fmt.Fprintln(&b)
			}
			fmt.Fprintf(&b, "%.4g, ", v)
		}
		fmt.Fprint(&b, "\n},\n")
	}
	list(fmt.Sprintf("mean: [%s]float32", "inputs"), n.mean[:])
	list("scale: [inputs]float32", n.scale[:])
	fmt.Fprint(&b, "in: [hidden][inputs]float32{\n")
	for h := range n.in {
		list("", n.in[h][:])
	}
	fmt.Fprint(&b, "},\n")
	list("inBias: [hidden]float32", n.inBias[:])
	list("out: [hidden]float32", n.out[:])
	fmt.Fprintf(&b, "outBias: %.4g,\n}\n", n.outBias)
	out, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return out
}
