package stretch

import (
	"fmt"
	"math"
	"testing"
)

// heard streams all of s and says for each millisecond of it which sample of the
// input the map names for the middle of a frame that starts there.
func heard(s *Stretcher, change func(ms int)) (out []float64, named []int64) {
	var buf [fluxHop][2]float64
	for ms := 0; ; ms++ {
		change(ms)
		n, ok := s.Stream(buf[:])
		for _, v := range buf[:n] {
			out = append(out, v[0])
		}
		if !ok || n < fluxHop {
			return out, named
		}
		// Asked now, as a screen would, which is a little before it is heard.
		named = append(named, s.SourceSamples(int64(ms*fluxHop)))
	}
}

// driftAt is how many milliseconds of the input the sound around a millisecond of
// the output lies from where the map says: the shift at which their spectra agree
// best. It is 0 where too little sounds to tell.
func driftAt(in, out [][fluxBands]float64, named []int64, at, around int) (ms int, sure bool) {
	const most = 60
	best := math.Inf(-1)
	for shift := -most; shift <= most; shift++ {
		var x, y []float64
		for k := at - around; k < at+around; k++ {
			from := int(named[k]/fluxHop) + shift
			if from < 0 || from >= len(in) {
				return 0, false
			}
			x = append(x, in[from][:fluxBands/2]...)
			y = append(y, out[k][:fluxBands/2]...)
		}
		if r := correlation(x, y); r > best {
			best, ms = r, shift
		}
	}
	return ms, best > 0.8
}

// What the map says is what is heard, to 20 ms, at every speed and after many
// changes of it.
func TestMapSaysWhatIsHeard(t *testing.T) {
	x := recording(t, "84-121123-0002.flac")
	in := spectra(x)
	cases := map[string]func(s *Stretcher) func(int){
		"many changes": func(s *Stretcher) func(int) {
			steps := []float64{1, 0.5, 2, 1, 3, 0.25, 4, 1.2, 0.8, 1, 1.5}
			return func(ms int) {
				if ms%170 == 0 {
					s.SetSpeed(steps[ms/170%len(steps)])
				}
			}
		},
	}
	for _, speed := range speeds {
		cases[fmt.Sprint(speed)] = func(s *Stretcher) func(int) {
			return func(int) { s.SetSpeed(speed) }
		}
	}
	for name, begin := range cases {
		t.Run(name, func(t *testing.T) {
			s := New(&samples{values: both(x)}, corpusHz)
			sound, named := heard(s, begin(s))
			out := spectra(sound)
			perMS := float64(len(x)) / float64(len(sound)) // input for output
			around := int(150 * max(1, 1/perMS))
			places, worst := 0, 0
			const tried = 24
			for i := range tried {
				at := around + i*(len(out)-2*around)/tried
				ms, sure := driftAt(in, out, named, at, around)
				if !sure {
					continue
				}
				places++
				worst = max(worst, ms, -ms)
				if ms < -20 || ms > 20 {
					t.Errorf("at %d ms of the output the sound is %d ms of the input from where the map says", at, ms)
				}
			}
			t.Logf("%d places, %d ms at most", places, worst)
			if places < 10 {
				t.Errorf("only %d places could be compared", places)
			}
		})
	}
}

// No step from sample to sample is much higher than what is recorded around it. A
// fade keeps the power of two grains that are not alike, so that what happens to
// add up may be some decibels above either; a seam would be many times as high.
func TestSpeedChangesOfSpeechWithoutClick(t *testing.T) {
	x := recording(t, "84-121123-0002.flac")
	s := New(&samples{values: both(x)}, corpusHz)
	steps := []float64{1, 0.5, 2, 1, 3, 0.25, 4, 1.2, 0.8}
	sound, named := heard(s, func(ms int) { s.SetSpeed(steps[ms/90%len(steps)]) })
	worst := 0.0
	const around = 25 * fluxHop
	for ms := range len(named) {
		own := 1e-3
		for i := max(0, int(named[ms])-around); i < min(int(named[ms])+around, len(x)-1); i++ {
			own = max(own, math.Abs(x[i+1]-x[i]))
		}
		for i := max(1, ms*fluxHop); i < (ms+1)*fluxHop; i++ {
			worst = max(worst, math.Abs(sound[i]-sound[i-1])/own)
		}
	}
	t.Logf("the highest step is %.2f of the recording's own within 25 ms", worst)
	if worst > 1.25 {
		t.Errorf("a step is %.2f of the recording's own there", worst)
	}
}
