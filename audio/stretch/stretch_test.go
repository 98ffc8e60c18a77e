package stretch

import (
	"fmt"
	"math"
	"testing"

	"github.com/gopxl/beep/v2"
)

var speeds = []float64{0.25, 0.5, 0.75, 1.5, 2, 3, 4}

// samples is a stream of what it holds.
type samples struct {
	values [][2]float64
	at     int
}

func (s *samples) Stream(dst [][2]float64) (int, bool) {
	n := copy(dst, s.values[s.at:])
	s.at += n
	return n, n > 0
}

func (s *samples) Err() error { return nil }

// mono makes n samples, the same in both channels.
func mono(n int, value func(i int) float64) [][2]float64 {
	out := make([][2]float64, n)
	for i := range out {
		v := value(i)
		out[i] = [2]float64{v, v}
	}
	return out
}

// voice is a steady vowel-like tone: harmonics that fall off by 6 dB an octave.
func voice(hz float64, rateHz int) func(int) float64 {
	return func(i int) float64 {
		sum := 0.0
		for k := 1; k <= 12 && float64(k)*hz < float64(rateHz)*0.45; k++ {
			sum += math.Sin(2*math.Pi*hz*float64(k*i)/float64(rateHz)+float64(k*k)) / float64(k)
		}
		return 0.3 * sum
	}
}

// drain streams all of s, in pieces of odd sizes.
func drain(s beep.Streamer) [][2]float64 {
	var out [][2]float64
	var buf [997]([2]float64)
	for size := 1; ; size = size*7%997 + 1 {
		n, ok := s.Stream(buf[:size])
		out = append(out, buf[:n]...)
		if !ok {
			return out
		}
	}
}

func stretched(in [][2]float64, rateHz int, speed float64) ([][2]float64, *Stretcher) {
	s := New(&samples{values: in}, rateHz)
	s.SetSpeed(speed)
	return drain(s), s
}

func TestSpeedOneIsUntouched(t *testing.T) {
	in := mono(40000, voice(120, 16000))
	out, s := stretched(in, 16000, 1)
	if len(out) != len(in) {
		t.Fatalf("%d samples, want %d", len(out), len(in))
	}
	for i := range in {
		if in[i] != out[i] {
			t.Fatalf("sample %d: %v, want %v", i, out[i], in[i])
		}
		if got := s.SourceSamples(int64(i)); got != int64(i) {
			t.Fatalf("sample %d maps to %d", i, got)
		}
	}
}

func TestLengthFollowsTheSpeed(t *testing.T) {
	for _, rate := range []int{1, 100, 5000, 8000, 11025, 16000, 44100, 48000} {
		for _, speed := range speeds {
			for _, n := range []int{1, 100, rate * 2, rate*2 + 377} {
				out, _ := stretched(mono(n, voice(140, rate)), rate, speed)
				if want := float64(n) / speed; math.Abs(float64(len(out))-want) > 1 {
					t.Errorf("%d Hz, speed %g: %d samples became %d, want %.0f", rate, speed, n, len(out), want)
				}
			}
		}
	}
}

// pitch measures the period of a steady tone by the best correlation near the
// period expected, over most of the signal.
func pitch(x [][2]float64, near float64) float64 {
	skip := len(x) / 10
	y := x[skip : len(x)-skip]
	// A lag of many periods makes the measure fine; its error is shared by all.
	const periods = 8
	corr := func(lag int) float64 {
		sum := 0.0
		for i := range len(y) - lag {
			sum += y[i][0] * y[i+lag][0]
		}
		return sum / float64(len(y)-lag)
	}
	best, bestAt := math.Inf(-1), 0
	for lag := int(periods * near * 0.985); lag <= int(periods*near*1.015)+1; lag++ {
		if c := corr(lag); c > best {
			best, bestAt = c, lag
		}
	}
	a, b, c := corr(bestAt-1), best, corr(bestAt+1)
	return (float64(bestAt) + 0.5*(a-c)/(a-2*b+c)) / periods
}

func TestPitchIsKept(t *testing.T) {
	for _, rate := range []int{16000, 44100} {
		for _, hz := range []float64{90, 131.7, 220, 310} {
			in := mono(rate*3/2, voice(hz, rate))
			for _, speed := range speeds {
				out, _ := stretched(in, rate, speed)
				near := float64(rate) / hz
				cents := 1200 * math.Log2(near/pitch(out, near))
				if math.Abs(cents) > 1 {
					t.Errorf("%d Hz, %g Hz at speed %g: %.1f cents off", rate, hz, speed, cents)
				}
			}
		}
	}
}

func TestSineKeepsPitchAndLevel(t *testing.T) {
	const rate = 16000
	for _, hz := range []float64{150, 440, 1000} {
		in := mono(rate*2, func(i int) float64 { return 0.5 * math.Sin(2*math.Pi*hz*float64(i)/rate) })
		for _, speed := range speeds {
			out, _ := stretched(in, rate, speed)
			near := rate / hz
			if cents := 1200 * math.Log2(near/pitch(out, near)); math.Abs(cents) > 10 {
				t.Errorf("%g Hz at speed %g: %.1f cents off", hz, speed, cents)
			}
			if dB := 20 * math.Log10(rms(out[rate/20:len(out)-rate/20])/rms(in)); math.Abs(dB) > 1 {
				t.Errorf("%g Hz at speed %g: level %.1f dB off", hz, speed, dB)
			}
		}
	}
}

func rms(x [][2]float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v[0] * v[0]
	}
	return math.Sqrt(sum / float64(len(x)))
}

func TestNoiseKeepsItsLevel(t *testing.T) {
	state := uint64(1)
	in := mono(32000, func(int) float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(int64(state)>>11) / (1 << 52) * 0.3
	})
	for _, speed := range speeds {
		out, _ := stretched(in, 16000, speed)
		if dB := 20 * math.Log10(rms(out)/rms(in)); math.Abs(dB) > 1 {
			t.Errorf("speed %g: level %.2f dB off", speed, dB)
		}
	}
}

// Clicks in a quiet hum are found again where the map says.
func TestMapFindsClicks(t *testing.T) {
	const rate = 16000
	const every = 5600 // 350 ms
	for _, speed := range speeds {
		in := mono(rate*10, func(i int) float64 {
			if i%every == every/2 {
				return 0.9
			}
			return 0.01 * math.Sin(2*math.Pi*130*float64(i)/rate)
		})
		out, s := stretched(in, rate, speed)
		found := 0
		for i, v := range out {
			if math.Abs(v[0]) < 0.1 {
				continue
			}
			at := s.SourceSamples(int64(i))
			click := (at/every)*every + every/2
			if off := math.Abs(float64(at - click)); off > 0.020*rate {
				t.Errorf("speed %g: a click of %d is heard at %d, %.1f ms off", speed, click, at, off/rate*1000)
			}
			found++
		}
		// From speed 2 on a click may fall between two grains.
		if want := len(in) / every; speed < 2 && found < want {
			t.Errorf("speed %g: %d clicks of %d are heard", speed, found, want)
		}
	}
}

func TestSpeedChangesWithoutClick(t *testing.T) {
	const rate, hz = 16000, 200.0
	in := mono(rate*20, func(i int) float64 { return 0.5 * math.Sin(2*math.Pi*hz*float64(i)/rate) })
	s := New(&samples{values: in}, rate)
	most := 0.5 * 2 * math.Pi * hz / rate * 1.15
	var last, mapped float64
	buf := make([][2]float64, 333)
	made := int64(0)
	for i := range 300 {
		s.SetSpeed([]float64{1, 0.5, 2, 1, 3, 0.25, 1.2, 0.8}[i/3%8])
		n, ok := s.Stream(buf)
		if !ok {
			break
		}
		for _, v := range buf[:n] {
			if step := math.Abs(v[0] - last); step > most {
				t.Fatalf("step of %.3f at output sample %d, the tone's own is %.3f", step, made, most)
			}
			last = v[0]
			at := float64(s.SourceSamples(made))
			if at < mapped {
				t.Fatalf("the map falls at output sample %d", made)
			}
			mapped = at
			made++
		}
	}
}

func TestStereoImageStays(t *testing.T) {
	left := voice(150, 16000)
	plain := mono(32000, left)
	for _, other := range []float64{1, 0.5, 0, -1} {
		in := make([][2]float64, len(plain))
		for i, v := range plain {
			in[i] = [2]float64{v[0], other * v[0]}
		}
		for _, speed := range speeds {
			out, _ := stretched(in, 16000, speed)
			for i, v := range out {
				if math.Abs(v[1]-other*v[0]) > 1e-9 {
					t.Fatalf("speed %g, right = %g left: sample %d is %v", speed, other, i, v)
				}
			}
			if r := rms(out) / rms(in); r < 0.9 || r > 1.1 {
				t.Errorf("speed %g, right = %g left: level × %.2f", speed, other, r)
			}
		}
	}
}

func TestResetStartsAnew(t *testing.T) {
	in := mono(20000, voice(100, 16000))
	src := &samples{values: in}
	s := New(src, 16000)
	s.SetSpeed(0.5)
	first := drain(s)
	src.at = 0
	s.Reset()
	again := drain(s)
	if len(first) != len(again) {
		t.Fatalf("%d samples, then %d", len(first), len(again))
	}
	for i := range first {
		if first[i] != again[i] {
			t.Fatalf("sample %d differs", i)
		}
	}
}

func TestHourKeepsMemoryAndPlace(t *testing.T) {
	const rate = 8000
	n := 0
	hum := beep.StreamerFunc(func(dst [][2]float64) (int, bool) {
		for i := range dst {
			v := 0.3 * math.Sin(float64(n)*0.11)
			dst[i] = [2]float64{v, v}
			n++
		}
		return len(dst), true
	})
	s := New(hum, rate)
	s.SetSpeed(3)
	buf := make([][2]float64, 1024)
	made := int64(0)
	for made < 120*rate {
		k, _ := s.Stream(buf)
		made += int64(k)
	}
	if got := s.SourceSamples(made); got != 3*made {
		t.Errorf("after %d samples the map says %d, want %d", made, got, 3*made)
	}
	if kept := len(s.in.stereo) + len(s.coarse.values); kept > rate {
		t.Errorf("%d samples are kept", kept)
	}
}

// The loudness of real speech, frame by frame, is that of the place in the
// source that the map names.
func TestSpeechKeepsItsShape(t *testing.T) {
	in, rate := both(recording(t, "jfk.flac")), corpusHz
	for _, speed := range speeds {
		out, s := stretched(in, rate, speed)
		frame := rate / 50
		var x, y []float64
		for at := 0; at+frame <= len(out); at += frame {
			from := int(s.SourceSamples(int64(at+frame/2))) - frame/2
			if from < 0 || from+frame > len(in) {
				continue
			}
			x = append(x, 20*math.Log10(rms(in[from:from+frame])+1e-4))
			y = append(y, 20*math.Log10(rms(out[at:at+frame])+1e-4))
		}
		if r := correlation(x, y); r < 0.93 {
			t.Errorf("speed %g: the loudness correlates by %.3f", speed, r)
		}
	}
}

func correlation(x, y []float64) float64 {
	var mx, my, xy, xx, yy float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(y))
	}
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}

// BenchmarkStretch reports seconds of input per second of work.
func BenchmarkStretch(b *testing.B) {
	for _, rate := range []int{16000, 48000} {
		in := mono(rate*10, voice(120, rate))
		for _, speed := range []float64{0.25, 0.5, 1, 1.5, 2, 3, 4} {
			b.Run(fmt.Sprintf("%dHz/x%g", rate, speed), func(b *testing.B) {
				var buf [512][2]float64
				for b.Loop() {
					s := New(&samples{values: in}, rate)
					s.SetSpeed(speed)
					for ok := true; ok; {
						_, ok = s.Stream(buf[:])
					}
				}
				b.ReportMetric(10*float64(b.N)/b.Elapsed().Seconds(), "×realtime")
			})
		}
	}
}
