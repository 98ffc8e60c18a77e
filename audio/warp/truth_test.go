package warp

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// needs skips a test where a program is missing; under strictness it fails.
func needs(t testing.TB, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("TAPESCRIPT_TEST_STRICT") != "" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

const prose = `when the water has dropped about four feet we let it out over the weir and the wheel turns slowly
somebody told me that the whole floor was under water before christmas and the cat went up to the loft
looking about me i saw a gentleman in a neat black dress smiling and holding out his hand
nobody would have believed in the last years of that century that this world was being watched keenly
she sells very fresh oranges at thirty five pence each and the market closes early on wednesday afternoon
please send seven copies of the long report to jonathan because the committee meets again next thursday`

// speech of known words: fluent, by another voice at another pace than those
// that the words are looked for with. A gap between words is what shows where
// they are; it is cut down to what a person leaves.
func knownSpeech(t testing.TB, r *rand.Rand, voice string, pace string, text string) (Sound, []string, []Placed) {
	t.Helper()
	words := strings.Fields(text)
	var out bytes.Buffer
	c := exec.Command("espeak-ng", "-b", "1", "-v", voice, "-s", pace, "-g", "9", "--stdin", "--stdout")
	c.Stdin, c.Stdout = strings.NewReader(strings.Join(words, " ")), &out
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	s, err := readWAV(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var made []float32
	var places []Placed
	rate, _ := strconv.Atoi(pace)
	gap := s.RateHz * 12 / rate // the voice's own pauses are shorter: those of plosives
	silence := func(ms int) { made = append(made, make([]float32, s.RateHz*ms/1000)...) }
	silence(300 + r.IntN(400))
	begin, end := -1, 0
	flush := func() {
		if begin < 0 {
			return
		}
		from := len(made)
		made = append(made, s.Samples[begin:end]...)
		at := func(i int) time.Duration { return time.Duration(float64(i) / float64(s.RateHz) * 1e9) }
		places = append(places, Placed{Start: at(from), End: at(len(made))})
		switch r.IntN(8) {
		case 0:
			silence(200 + r.IntN(600))
		default:
			silence(r.IntN(30))
		}
	}
	for i, x := range s.Samples {
		if x == 0 {
			continue
		}
		if begin >= 0 && i-end > gap {
			flush()
			begin = -1
		}
		if begin < 0 {
			begin = i
		}
		end = i + 1
	}
	flush()
	silence(500)
	if len(places) != len(words) {
		return Sound{}, nil, nil // it runs two words into one
	}
	return Sound{s.RateHz, made}, words, places
}

// withNoise adds white noise at so many dB below the speech.
func withNoise(r *rand.Rand, s Sound, snr float64) Sound {
	power, n := 0.0, 0
	for _, x := range s.Samples {
		if x != 0 {
			power += float64(x) * float64(x)
			n++
		}
	}
	amount := math.Sqrt(power / float64(n) / math.Pow(10, snr/10))
	out := Sound{s.RateHz, make([]float32, len(s.Samples))}
	for i, x := range s.Samples {
		out.Samples[i] = x + float32(amount*r.NormFloat64())
	}
	return out
}

// place looks for the words in the whole sound.
func place(t testing.TB, s Sound, words []Sound) []Placed {
	t.Helper()
	ear := Listen(s.RateHz)
	for block := range slices.Chunk(s.Samples, 1000) {
		ear.Write(block)
	}
	ear.Close()
	got, err := ear.Place(t.Context(), Span{0, s.Length()}, words, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// misses are the distances of all borders from the truth, in ms, sorted.
func misses(got, want []Placed) []float64 {
	var list []float64
	for i := range want {
		list = append(list, math.Abs((got[i].Start-want[i].Start).Seconds())*1000, math.Abs((got[i].End-want[i].End).Seconds())*1000)
	}
	return list
}

func quantile(list []float64, q float64) float64 {
	sort.Float64s(list)
	return list[int(q*float64(len(list)-1))]
}

func within(list []float64, ms float64) float64 {
	n := 0
	for _, x := range list {
		if x <= ms {
			n++
		}
	}
	return float64(n) / float64(len(list))
}

// TestKnownSpeech: by another voice than the aligner's, at another pace, in
// noise, the words are found where they are known to be.
func TestKnownSpeech(t *testing.T) {
	needs(t, "espeak-ng")
	voice, err := FindVoice("en-us")
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Split(prose, "\n")
	if testing.Short() {
		texts = texts[:2]
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, v := range []struct {
		voice, pace string
		snr         float64
	}{{"en-gb+f3", "130", 40}, {"en-gb+f3", "130", 10}, {"en-gb-x-rp", "210", 20}, {"en-us+m7", "150", 5}} {
		var list []float64
		for _, text := range texts {
			s, words, want := knownSpeech(t, r, v.voice, v.pace, text)
			if words == nil {
				continue
			}
			sounds, err := voice.Speak(t.Context(), words)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, misses(place(t, withNoise(r, s, v.snr), sounds), want)...)
		}
		if len(list) == 0 {
			t.Fatalf("%s: not one text whose words are known", v.voice)
		}
		t.Logf("%s at %s words a minute, %g dB: %d borders, median %.0f ms, 95 %% within %.0f ms", v.voice, v.pace, v.snr, len(list), quantile(list, .5), quantile(list, .95))
		if quantile(list, .5) > 40 || within(list, 150) < 0.95 {
			t.Errorf("%s: median %.0f ms (at most 40), %.3f within 150 ms (at least .95)", v.voice, quantile(list, .5), within(list, 150))
		}
	}
}
