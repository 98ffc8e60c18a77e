package speech

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tapescript/audio/decode"
)

// Mixtures of speech and noise whose truth is known from the clean speech: all
// at 16 kHz, made anew from seeds.

const mixRate = 16000

func requireTool(t testing.TB, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
}

func testdataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set: no real recordings")
	}
	return dir
}

// signal is mono sound that Detect can read.
type signal []float64

type signalReader struct{ rest signal }

func (r *signalReader) Read(dst [][2]float64) (int, error) {
	n := copy2(dst, r.rest)
	r.rest = r.rest[n:]
	if n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}

func copy2(dst [][2]float64, src signal) int {
	n := min(len(dst), len(src))
	for i, v := range src[:n] {
		dst[i] = [2]float64{v, v}
	}
	return n
}

// recordings reads the real speech of a speaker, an utterance each.
func recordings(t testing.TB, pattern string) []signal {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(testdataDir(t), "speech", pattern))
	if len(files) == 0 {
		t.Fatalf("no recordings %s", pattern)
	}
	var list []signal
	for _, file := range files {
		s, err := decode.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		block := make([][2]float64, s.Info().LengthSamples)
		if _, err := s.Read(block); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		s.Close()
		mono := make(signal, len(block))
		for i, v := range block {
			mono[i] = v[0]
		}
		list = append(list, mono)
	}
	return list
}

// spoken is a sentence in a voice of espeak-ng.
func spoken(t testing.TB, voice, text string, wordsPerMinute int) signal {
	t.Helper()
	requireTool(t, "espeak-ng")
	out, err := exec.Command("espeak-ng", "-v", voice, "-s", fmt.Sprint(wordsPerMinute), "--stdout", text).Output()
	if err != nil || len(out) < 44 {
		t.Fatalf("espeak-ng -v %s: %v", voice, err)
	}
	return stretched(pcm16(out[44:]), 22050.0/mixRate)
}

func pcm16(data []byte) signal {
	s := make(signal, len(data)/2)
	for i := range s {
		s[i] = float64(int16(binary.LittleEndian.Uint16(data[2*i:]))) / 32768
	}
	return s
}

// stretched plays a signal faster by straight lines between samples: pitch and
// formants move, as if somebody else were speaking.
func stretched(s signal, speed float64) signal {
	out := make(signal, int(float64(len(s)-1)/speed))
	for i := range out {
		at := float64(i) * speed
		k := int(at)
		out[i] = s[k] + (at-float64(k))*(s[k+1]-s[k])
	}
	return out
}

// soxNotes is music that SoX makes: chords of a kind of its tones, one after
// another, with what effects follow.
func soxNotes(t testing.TB, seconds int, kind string, effects ...string) signal {
	t.Helper()
	requireTool(t, "sox")
	chords := [][]string{{"C3", "E4", "G4"}, {"A2", "C4", "E4"}, {"F3", "A4", "C5"}, {"G2", "B3", "D4"}, {"D3", "F4", "A4"}}
	var all signal
	for i := 0; len(all) < seconds*mixRate; i++ {
		length := []string{"0.5", "1", "0.25", "0.75"}[i%4]
		args := []string{"-R", "-n", "-t", "raw", "-r", "16000", "-e", "signed", "-b", "16", "-c", "1", "-", "synth", length}
		for _, note := range chords[i%len(chords)] {
			args = append(args, kind, note)
		}
		args = append(append(args, "remix", "-", "gain", "-6"), effects...)
		out, err := exec.Command("sox", args...).Output()
		if err != nil {
			t.Fatalf("sox %s: %v", strings.Join(args, " "), err)
		}
		all = append(all, pcm16(out)...)
	}
	return all[:seconds*mixRate]
}

// track is speech with pauses put in, and its truth frame by frame of 10 ms.
type track struct {
	clean signal
	truth []bool
}

const truthHop = mixRate / 100

// newTrack puts phrases in a row, each as loud as chance has it within 12 dB,
// with pauses of 0.3 s to 4 s and now and then one of 8 s: about as much silence
// as speech.
func newTrack(utterances []signal, seconds int, rng *rand.Rand) track {
	return newTrackWithin(12, utterances, seconds, rng)
}

// newTrackWithin does so with phrases as loud as chance has it within rangeDB.
func newTrackWithin(rangeDB float64, utterances []signal, seconds int, rng *rand.Rand) track {
	var all []signal
	for _, u := range utterances {
		all = append(all, phrases(u)...)
	}
	var tr track
	pause := func() {
		length := 0.3 + 3.7*rng.Float64()*rng.Float64()
		if rng.IntN(20) == 0 {
			length = 8
		}
		frames := int(length * 100)
		tr.clean = append(tr.clean, make(signal, frames*truthHop)...)
		tr.truth = append(tr.truth, make([]bool, frames)...)
	}
	for pause(); len(tr.clean) < seconds*mixRate; pause() {
		u := all[rng.IntN(len(all))]
		gain := 0.1 / math.Sqrt(power(u)) * math.Pow(10, (rng.Float64()-0.5)*rangeDB/20)
		tr.truth = append(tr.truth, truthOf(u)...)
		for _, v := range u {
			tr.clean = append(tr.clean, v*gain)
		}
	}
	return tr
}

// phrases cuts an utterance into pieces of 1 s to 3 s, whole frames long, each
// cut at the quietest place there.
func phrases(u signal) []signal {
	var list []signal
	for u = align(u[:len(u):len(u)]); len(u) > 4*mixRate; {
		best, least := 0, math.Inf(1)
		for at := mixRate; at < 3*mixRate; at += truthHop {
			if p := power(u[at-2*truthHop : at+2*truthHop]); p < least {
				best, least = at, p
			}
		}
		list = append(list, u[:best])
		u = u[best:]
	}
	return append(list, u)
}

// share is how much of a track is speech.
func (tr track) share() float64 {
	n := 0
	for _, is := range tr.truth {
		if is {
			n++
		}
	}
	return float64(n) / float64(len(tr.truth))
}

// align makes a signal whole frames long.
func align(s signal) signal { return append(s, make(signal, (truthHop-len(s)%truthHop)%truthHop)...) }

func power(s signal) float64 {
	sum := 0.0
	for _, v := range s {
		sum += v * v
	}
	return sum/float64(max(1, len(s))) + 1e-12
}

// truthOf tells where an utterance without noise is speech: frames less than
// 35 dB below its loud ones, with gaps below 200 ms closed and bursts below
// 50 ms left out.
func truthOf(u signal) []bool {
	u = align(u[:len(u):len(u)])
	level := make([]float64, len(u)/truthHop)
	loud := 0.0
	for i := range level {
		level[i] = power(u[i*truthHop:][:truthHop])
		loud = max(loud, level[i])
	}
	speech := make([]bool, len(level))
	for i, l := range level {
		speech[i] = l > loud*math.Pow(10, -3.8) // the loudest frame is some 3 dB above the loud ones
	}
	closeRuns(speech, true, 5)
	closeRuns(speech, false, 20)
	return speech
}

// closeRuns turns runs of a value around that are shorter than some frames and
// do not touch an end.
func closeRuns(list []bool, value bool, shorter int) {
	for from := 0; from < len(list); {
		to := from
		for to < len(list) && list[to] == list[from] {
			to++
		}
		if list[from] == value && to-from < shorter && from > 0 && to < len(list) {
			for i := from; i < to; i++ {
				list[i] = !value
			}
		}
		from = to
	}
}

// mixed adds noise so that the speech, where there is any, is dB above it.
func (tr track) mixed(noise signal, dB float64) signal {
	var speech signal
	for i, is := range tr.truth {
		if is {
			speech = append(speech, tr.clean[i*truthHop:][:truthHop]...)
		}
	}
	gain := math.Sqrt(power(speech) / power(noise) * math.Pow(10, -dB/10))
	out := make(signal, len(tr.clean))
	for i, v := range tr.clean {
		out[i] = v + gain*noise[i%len(noise)]
	}
	return out
}

func white(n int, rng *rand.Rand) signal {
	s := make(signal, n)
	for i := range s {
		s[i] = rng.NormFloat64()
	}
	return s
}

// pink is white noise through Paul Kellet's filter.
func pink(n int, rng *rand.Rand) signal {
	s := white(n, rng)
	var a, b, c float64
	for i, w := range s {
		a = 0.99765*a + w*0.0990460
		b = 0.96300*b + w*0.2965164
		c = 0.57000*c + w*1.0526913
		s[i] = a + b + c + w*0.1848
	}
	return s
}

func brown(n int, rng *rand.Rand) signal {
	s := white(n, rng)
	sum := 0.0
	for i, w := range s {
		sum = 0.995*sum + w
		s[i] = sum
	}
	return s
}

// hum is a mains hum with harmonics that fall by 1/k, and a little hiss.
func hum(n int, hz float64, rng *rand.Rand) signal {
	s := white(n, rng)
	for i := range s {
		s[i] *= 0.05
		for k := 1.0; k <= 12; k++ {
			s[i] += math.Sin(2*math.Pi*hz*k*float64(i)/mixRate+k*k) / k
		}
	}
	return s
}

// street is a rumble that swells and ebbs over some seconds, as cars pass, with
// a hiss that swells apart from it.
func street(n int, rumble func(int, *rand.Rand) signal, seconds float64, rng *rand.Rand) signal {
	low, high := rumble(n, rng), pink(n, rng)
	a, b := rng.Float64(), rng.Float64()
	level := math.Sqrt(power(low) / power(high))
	for i := range low {
		at := float64(i) / mixRate / seconds
		swell := math.Exp(1.2 * (math.Sin(2*math.Pi*(at+a)) + 0.5*math.Sin(2*math.Pi*(2.7*at+b))))
		hiss := math.Exp(1.2 * math.Sin(2*math.Pi*(1.6*at+b)))
		low[i] = low[i]*swell + 0.7*level*high[i]*hiss
	}
	return low
}

// clicks are bursts of 1 to 5 ms over a soft hiss, three a second.
func clicks(n int, rng *rand.Rand) signal {
	s := white(n, rng)
	for i := range s {
		s[i] *= 0.02
	}
	for range 3 * n / mixRate {
		at, length := rng.IntN(n), 16+rng.IntN(64)
		for i := at; i < min(n, at+length); i++ {
			s[i] += rng.NormFloat64() * 4
		}
	}
	return s
}

// babble is several voices at once, none of which pauses.
func babble(n int, voices [][]signal, rng *rand.Rand) signal {
	s := make(signal, n)
	for _, utterances := range voices {
		for at := -rng.IntN(mixRate); at < n; {
			u := utterances[rng.IntN(len(utterances))]
			gain := 1 / math.Sqrt(power(u))
			for i, v := range u {
				if at+i >= 0 && at+i < n {
					s[at+i] += v * gain
				}
			}
			at += len(u)
		}
	}
	return s
}

// trimmed drops the silence around an utterance of espeak-ng.
func trimmed(u signal) signal {
	truth := truthOf(u)
	from, to := 0, len(truth)
	for from < to && !truth[from] {
		from++
	}
	for to > from && !truth[to-1] {
		to--
	}
	return u[from*truthHop : min(len(u), to*truthHop)]
}

// sentences are what espeak-ng says.
func sentences(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdataDir(t), "speech", "gold.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n"))[1:] {
		_, text, _ := bytes.Cut(line, []byte("\t"))
		list = append(list, string(text))
	}
	return list
}

// voices lets some voices each say some sentences.
func voices(t testing.TB, names []string, texts []string) [][]signal {
	t.Helper()
	var list [][]signal
	for i, name := range names {
		var said []signal
		for k, text := range texts {
			said = append(said, trimmed(spoken(t, name, text, 130+(i*37+k*23)%80)))
		}
		list = append(list, said)
	}
	return list
}
