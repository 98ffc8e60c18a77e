package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/audio"
)

// envelope is how loud a signal is every 10 ms.
func envelope(samples []float64, rateHz int) []float64 {
	hop := rateHz / 100
	list := make([]float64, len(samples)/hop)
	for i := range list {
		for _, x := range samples[i*hop : (i+1)*hop] {
			list[i] += x * x
		}
		list[i] = math.Sqrt(list[i])
	}
	return list
}

// playedFrom finds which stretch of a recording was heard: what is not silent of
// it, laid where its loudness fits that of the recording best.
func playedFrom(heard []float32, recording []float64) (from, to time.Duration) {
	sound := make([]float64, 0, len(heard)/3)
	for i := 0; i+2 < len(heard); i += 3 { // 48 kHz to 16
		sound = append(sound, float64(heard[i]+heard[i+1]+heard[i+2])/3)
	}
	loud, whole := envelope(sound, 16000), envelope(recording, 16000)
	for len(loud) > 0 && loud[0] < 1e-5 {
		loud = loud[1:]
	}
	for len(loud) > 0 && loud[len(loud)-1] < 1e-5 {
		loud = loud[:len(loud)-1]
	}
	best, place := -1.0, 0
	for at := 0; at+len(loud) <= len(whole); at++ {
		both, own := 0.0, 0.0
		for i, x := range loud {
			both += x * whole[at+i]
			own += whole[at+i] * whole[at+i]
		}
		if fit := both / math.Sqrt(own+1e-12); fit > best {
			best, place = fit, at
		}
	}
	return time.Duration(place) * 10 * time.Millisecond, time.Duration(place+len(loud)) * 10 * time.Millisecond
}

// monoOf reads a recording of 16 kHz.
func monoOf(t *testing.T, path string) []float64 {
	t.Helper()
	r, err := audio.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Info().RateHz != 16000 {
		t.Fatalf("%d Hz", r.Info().RateHz)
	}
	block := make([][2]float64, 4096)
	var out []float64
	for {
		n, ok := r.Stream(block)
		for _, x := range block[:n] {
			out = append(out, (x[0]+x[1])/2)
		}
		if !ok {
			return out
		}
	}
}

// TestEachJumpIsHeardInSpeech: somebody reads, no word has a time, and each jump
// plays a short stretch that holds the error's word. Where the words are was
// measured by pocketsphinx with the text as its grammar.
func TestEachJumpIsHeardInSpeech(t *testing.T) {
	if testing.Short() {
		t.Skip("plays in real time")
	}
	speech := filepath.Join(testdataDir(t), "speech")
	requireTool(t, "espeak-ng")
	address, since := nullSink(t)
	home := t.TempDir()
	const text = "he must have realized i was a stranger and wished to tender his hospitality to me i accepted it gratefully i clasped his hand he pressed mine"
	errors := []struct {
		gold, draft string
		from, to    time.Duration
	}{
		{"stranger", "ranger", 1650 * time.Millisecond, 2130 * time.Millisecond},
		{"hospitality", "hospital", 3410 * time.Millisecond, 4060 * time.Millisecond},
		{"gratefully", "greatly", 5780 * time.Millisecond, 6380 * time.Millisecond},
		{"pressed", "dressed", 8490 * time.Millisecond, 8840 * time.Millisecond},
	}
	wrong := text
	for _, e := range errors {
		wrong = strings.Replace(wrong, e.gold, e.draft, 1)
	}
	draft := filepath.Join(home, "116-288045-0002.txt")
	if err := os.WriteFile(draft, []byte(wrong+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flac := filepath.Join(speech, "116-288045-0002.flac")
	recording := monoOf(t, flac)
	p := terminal(t, home, 80, 24, []string{"PULSE_SERVER=" + address}, "review", draft, "--gold", filepath.Join(speech, "gold.tsv"), "--audio", flac)
	p.sees("1 of 4", "[stranger]")
	for i, e := range errors {
		p.keys("F8")
		p.sees(fmt.Sprintf("%d of 4", i+1), "["+e.gold+"]")
		fault := heardSpan(p, since, recording, e.from, e.to)
		for try := 0; try < 3 && fault != ""; try++ { // a busy machine starves the sound server
			t.Logf("%s, again: %s", e.gold, fault)
			p.keys("M-r")
			fault = heardSpan(p, since, recording, e.from, e.to)
		}
		if fault != "" {
			t.Errorf("%s: %s", e.gold, fault)
		}
	}
	p.keys("C-q")
	p.sees("exit 0")
}

// heardSpan waits until something was played to its end, and says what is wrong
// with it: it does not hold the word, to 150 ms, or holds much more.
func heardSpan(p *pane, since func() []float32, recording []float64, from, to time.Duration) string {
	p.t.Helper()
	var sound []float32
	quiet := 0
	p.until("a stretch heard to its end", func(screen string) bool {
		more := since()
		sound = append(sound, more...)
		loud := func(list []float32) bool {
			for _, x := range list {
				if math.Abs(float64(x)) > 1e-4 {
					return true
				}
			}
			return false
		}
		if len(more) > 0 && !loud(more) && loud(sound) && strings.Contains(screen, "‖") {
			quiet += len(more)
		} else if loud(more) {
			quiet = 0
		}
		return quiet > 48000/10
	})
	const near = 150 * time.Millisecond
	first, last := playedFrom(sound, recording)
	p.t.Logf("the word is at %v to %v, heard is %v to %v", from, to, first, last)
	switch {
	case first > from+near || last < to-near:
		return fmt.Sprintf("at %v to %v, but %v to %v is heard", from, to, first, last)
	case last-first > to-from+2*time.Second:
		return fmt.Sprintf("%v is heard for a word of %v", last-first, to-from)
	}
	return ""
}
