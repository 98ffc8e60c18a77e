package audio

import (
	"math"
	"testing"
	"time"

	"tapescript/audio/output"
)

// listen plays p for d by the chain's own hand and gives what is heard.
func listen(c *chain, d time.Duration) []float64 {
	buf := make([][2]float64, 240)
	var out []float64
	for range samplesIn(d, output.RateHz) / 240 {
		c.Pull(buf)
		for _, v := range buf {
			out = append(out, v[0])
		}
	}
	return out
}

// chainOf is the chain of a player whose own output stands still.
func chainOf(t *testing.T, rateHz int, value func(int64) float64) (*Player, *chain) {
	t.Helper()
	rec, _ := memoryRecording(t, rateHz, time.Minute, value)
	p, _ := playerOf(t, rec, Options{})
	return p, newChain(p, rec)
}

func mostStep(x []float64) (step float64, at int) {
	for i := 1; i < len(x); i++ {
		if d := math.Abs(x[i] - x[i-1]); d > step {
			step, at = d, i
		}
	}
	return step, at
}

// A tone of 200 Hz and level 0.5 has steps of 0.5·2π·200/48000 = 0.013.
const toneStep = 0.0131

func TestNoCommandClicks(t *testing.T) {
	p, c := chainOf(t, 16000, sine(200, 16000))
	heard := make([]float64, 1, 1<<17)
	drop := func(n int) {
		heard = heard[:len(heard)-n]
		c.Dropped(n)
	}
	p.Seek(1234 * time.Millisecond)
	p.Play()
	drop(0)
	heard = append(heard, listen(c, 200*time.Millisecond)...)
	p.Seek(20 * time.Second)
	drop(2400)
	heard = append(heard, listen(c, 200*time.Millisecond)...)
	p.Pause()
	drop(2400)
	heard = append(heard, listen(c, 100*time.Millisecond)...)
	p.Loop(Span{30*time.Second + 1*time.Millisecond, 30*time.Second + 98*time.Millisecond})
	p.Play()
	drop(2400)
	heard = append(heard, listen(c, 500*time.Millisecond)...)
	p.PlaySpan(Span{10 * time.Second, 10*time.Second + 97*time.Millisecond})
	drop(2400)
	heard = append(heard, listen(c, 300*time.Millisecond)...)
	if step, at := mostStep(heard); step > seamStep {
		t.Errorf("a step of %.3f at %.0f ms", step, float64(at)/48)
	}
	if last := heard[len(heard)-1]; last != 0 {
		t.Errorf("sounds on after the span: %g", last)
	}
}

func TestLoopHasNoGap(t *testing.T) {
	p, c := chainOf(t, 48000, sine(200, 48000))
	p.Loop(Span{10 * time.Second, 10*time.Second + 100*time.Millisecond}) // 20 whole periods
	p.Play()
	c.Dropped(0)
	heard := listen(c, time.Second)[480:]
	want := sine(200, 48000)
	for i, v := range heard {
		if math.Abs(v-want(int64(i+480))) > 1e-9 {
			t.Fatalf("%.1f ms: %g, want %g", float64(i+480)/48, v, want(int64(i+480)))
		}
	}
}

func TestGainIsSmoothAndLimited(t *testing.T) {
	p, c := chainOf(t, 48000, sine(200, 48000))
	p.Play()
	c.Dropped(0)
	listen(c, 100*time.Millisecond)
	p.SetGainDB(12)
	loud := listen(c, 200*time.Millisecond)
	if step, _ := mostStep(loud); step > 4.2*toneStep {
		t.Errorf("a step of %.3f", step)
	}
	peak := 0.0
	for _, v := range loud {
		peak = max(peak, math.Abs(v))
	}
	if peak > 1 || peak < 0.95 {
		t.Errorf("peak %.3f", peak)
	}
	p.SetGainDB(-20)
	listen(c, 200*time.Millisecond)
	quiet := listen(c, 100*time.Millisecond)
	peak = 0
	for _, v := range quiet {
		peak = max(peak, math.Abs(v))
	}
	if math.Abs(peak-0.05) > 0.001 {
		t.Errorf("peak %.4f at -20 dB, want 0.05", peak)
	}
	p.SetGainDB(-1000)
	if got := p.State().GainDB; got != MinGainDB {
		t.Errorf("gain %g", got)
	}
}

// At speed 1, gain 0 dB and the output's rate every sample is the recording's.
func TestPlainPlayingIsBitExact(t *testing.T) {
	value := func(n int64) float64 { return float64(n%65536)/65536 - 0.5 }
	p, c := chainOf(t, 48000, value)
	p.Seek(time.Second)
	p.Play()
	c.Dropped(0)
	for i, v := range listen(c, time.Second) {
		if i >= seamSamples && v != value(48000+int64(i)) {
			t.Fatalf("sample %d is %v, want %v", i, v, value(48000+int64(i)))
		}
	}
}
