package audio

import (
	"fmt"
	"math"
	"testing"
	"time"

	"tapescript/audio/output"
)

// rms is the root mean square in dB of full scale.
func rms(x []float64) float64 { return 10 * math.Log10(energy(x)/float64(len(x))+1e-20) }

// heardThrough plays a tone of that frequency and level through an Ear for d, and
// gives what is heard in the last half second.
func heardThrough(t *testing.T, e Ear, hz, amplitude float64, d time.Duration) []float64 {
	t.Helper()
	p, c := chainOf(t, 48000, func(n int64) float64 { return amplitude * math.Sin(2*math.Pi*hz*float64(n)/48000) })
	p.SetEar(e)
	p.Play()
	c.Dropped(0)
	heard := listen(c, d)
	return heard[len(heard)-output.RateHz/2:]
}

func TestEarPassesSpeechAndStopsTheRest(t *testing.T) {
	for _, c := range []struct {
		ear         Ear
		hz          float64
		least, most float64 // dB against the tone
	}{
		{Ear{Speech: true}, 30, -60, -30},
		{Ear{Speech: true}, 120, -1.5, 0.1},
		{Ear{Speech: true}, 300, -0.1, 0.1},
		{Ear{Speech: true}, 3000, -0.1, 0.1},
		{Ear{Speech: true}, 16000, -60, -24},
		{Ear{HumHz: 50}, 50, -200, -40},
		{Ear{HumHz: 50}, 150, -200, -40},
		{Ear{HumHz: 50}, 125, -0.5, 0.1},
		{Ear{HumHz: 50}, 60, -1, 0.1},
		{Ear{HumHz: 60}, 60, -200, -40},
		{Ear{HumHz: 60}, 180, -200, -40},
		{Ear{HumHz: 60}, 50, -1, 0.1},
		{Ear{HumHz: 55}, 50, -0.01, 0.01}, // no mains
	} {
		t.Run(fmt.Sprintf("%+v at %g Hz", c.ear, c.hz), func(t *testing.T) {
			got := rms(heardThrough(t, c.ear, c.hz, 0.5, 3*time.Second)) - 20*math.Log10(0.5/math.Sqrt2)
			if got < c.least || got > c.most {
				t.Errorf("%.2f dB, want %g to %g", got, c.least, c.most)
			}
		})
	}
}

func TestEvenBringsVoicesToOneLevel(t *testing.T) {
	for _, dB := range []float64{-40, -30, -20, -10, -3} {
		// From the peak of a tone to its root mean square is 3 dB.
		got := rms(heardThrough(t, Ear{Even: true}, 440, math.Pow(10, (dB+3)/20), 8*time.Second))
		if want := max(-20.0, dB-12); math.Abs(got-want) > 1.5 {
			t.Errorf("from %g dB: %.1f dB, want %.1f", dB, got, want)
		}
	}
	// What is no speech is not turned up.
	if got := rms(heardThrough(t, Ear{Even: true}, 440, 0.001, 8*time.Second)); got > -60 {
		t.Errorf("the noise of a pause is at %.1f dB", got)
	}
}

func TestOneChannelIsHeardOnBothSides(t *testing.T) {
	onLeft, onRight := sine(200, 48000), sine(310, 48000)
	rec, m := memoryRecording(t, 48000, time.Minute, onLeft)
	m.right = onRight
	p, _ := playerOf(t, rec, Options{})
	c := newChain(p, rec)
	p.Play()
	c.Dropped(0)
	buf := make([][2]float64, 240)
	for _, choice := range []Channels{Both, Left, Right, Both} {
		p.SetEar(Ear{Channels: choice})
		var last [2]float64
		for range 40 {
			c.Pull(buf)
			for _, v := range buf {
				if step := math.Abs(v[0] - last[0]); step > 0.05 && last != [2]float64{} {
					t.Fatalf("%v: a step of %.3f", choice, step)
				}
				last = v
			}
		}
		n := c.pulled - 1
		left, right := onLeft(n), onRight(n)
		want := map[Channels][2]float64{Both: {left, right}, Left: {left, left}, Right: {right, right}}[choice]
		if math.Abs(last[0]-want[0]) > 1e-9 || math.Abs(last[1]-want[1]) > 1e-9 {
			t.Errorf("%v: %v, want %v", choice, last, want)
		}
	}
}

func TestSwitchingTheEarDoesNotClick(t *testing.T) {
	p, c := chainOf(t, 48000, sine(200, 48000))
	p.Play()
	c.Dropped(0)
	heard := listen(c, 200*time.Millisecond)[480:]
	for _, e := range []Ear{{Speech: true}, {Speech: true, HumHz: 50}, {HumHz: 60}, {Even: true}, {}} {
		p.SetEar(e)
		heard = append(heard, listen(c, 300*time.Millisecond)...)
	}
	if step, at := mostStep(heard); step > 1.6*toneStep {
		t.Errorf("a step of %.4f at %.0f ms", step, float64(at)/48)
	}
}

// +24 dB makes speech loud, not rough: a tone that would be cut off at 8 times
// full scale keeps nearly all of its power at its own frequency.
func TestLimiterKeepsTheTone(t *testing.T) {
	p, c := chainOf(t, 48000, sine(200, 48000))
	p.SetGainDB(MaxGainDB)
	p.Play()
	c.Dropped(0)
	heard := listen(c, time.Second)[output.RateHz/2:]
	var re, im float64
	for i, v := range heard {
		s, cos := math.Sincos(2 * math.Pi * 200 * float64(i) / output.RateHz)
		re, im = re+v*cos, im+v*s
	}
	tone := (re*re + im*im) * 2 / float64(len(heard))
	if rest := 10 * math.Log10((energy(heard)-tone)/tone); rest > -30 {
		t.Errorf("distortion at %.1f dB", rest)
	}
	for i, v := range heard {
		if math.Abs(v) > 1 {
			t.Fatalf("sample %d is %g", i, v)
		}
	}
}
