package warp

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// readAs16k decodes a recording with sox.
func readAs16k(t testing.TB, path string) Sound {
	t.Helper()
	out, err := exec.Command("sox", path, "-t", "raw", "-r", "16000", "-c", "1", "-e", "signed", "-b", "16", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	s := Sound{16000, make([]float32, len(out)/2)}
	for i := range s.Samples {
		s.Samples[i] = float32(int16(binary.LittleEndian.Uint16(out[2*i:]))) / 32768
	}
	return s
}

var sphinxLine = regexp.MustCompile(`(?m)^([a-z']+)(?:\(\d+\))? ([0-9.]+) ([0-9.]+) [0-9.]+$`)

// unknown are the words of the recordings that the dictionary lacks.
const unknown = `
astir AH S T ER
thither TH IH DH ER
cordiality K AO R JH IY AE L AH T IY
centred S EH N T ER D
bloodshot B L AH D SH AA T
restorative R AH S T AO R AH T IH V
d'avrigny D AA V R IY N Y IY
villefort V IY L F AO R
`

// sphinx lets pocketsphinx lay a text along a recording: its grammar is that
// text alone. nil where it does not come to the end.
func sphinx(t testing.TB, path string, words []string) []Placed {
	t.Helper()
	dir := t.TempDir()
	wav, grammar := filepath.Join(dir, "a.wav"), filepath.Join(dir, "text.gram")
	if err := exec.Command("sox", path, "-r", "16000", "-b", "16", "-c", "1", wav).Run(); err != nil {
		t.Fatal(err)
	}
	known, err := os.ReadFile("/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict")
	if err != nil {
		t.Fatal(err)
	}
	words = strings.Fields(strings.ToLower(strings.NewReplacer(",", "", ".", "").Replace(strings.Join(words, " "))))
	dictionary := filepath.Join(dir, "words.dict")
	if err := os.WriteFile(dictionary, append(known, unknown...), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "#JSGF V1.0;\ngrammar g;\npublic <s> = " + strings.Join(words, " ") + ";\n"
	if err := os.WriteFile(grammar, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("pocketsphinx_continuous", "-infile", wav, "-jsgf", grammar, "-dict", dictionary, "-time", "yes", "-logfn", "/dev/null",
		"-remove_silence", "no", "-bestpath", "no", "-beam", "1e-100", "-wbeam", "1e-80", "-pbeam", "1e-100")
	var out bytes.Buffer
	c.Stdout = &out
	if err := c.Run(); err != nil {
		return nil // a word that is not in its dictionary
	}
	var places []Placed
	for _, m := range sphinxLine.FindAllStringSubmatch(out.String(), -1) {
		from, _ := strconv.ParseFloat(m[2], 64)
		to, _ := strconv.ParseFloat(m[3], 64)
		if len(places) < len(words) && m[1] == words[len(places)] {
			places = append(places, Placed{Start: time.Duration(from * 1e9), End: time.Duration(to * 1e9)})
		}
	}
	if len(places) != len(words) {
		return nil
	}
	return places
}

// TestReadSpeech: people who read aloud, against pocketsphinx, which is told the
// text. It is a judge with errors of its own.
func TestReadSpeech(t *testing.T) {
	data := os.Getenv("TAPESCRIPT_TESTDATA")
	if testing.Short() {
		t.Skip("-short: pocketsphinx takes its time")
	}
	if data == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set")
	}
	needs(t, "espeak-ng")
	needs(t, "sox")
	needs(t, "pocketsphinx_continuous")
	voice, err := FindVoice("en-us")
	if err != nil {
		t.Fatal(err)
	}
	gold, err := os.ReadFile(filepath.Join(data, "speech", "gold.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var all []float64
	for line := range strings.Lines(string(gold)) {
		name, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		path := filepath.Join(data, "speech", name)
		if !strings.HasSuffix(name, ".flac") {
			continue
		}
		words := strings.Fields(text)
		want := sphinx(t, path, words)
		if want == nil {
			t.Logf("%s: pocketsphinx does not follow", name)
			continue
		}
		sounds, err := voice.Speak(t.Context(), words)
		if err != nil {
			t.Fatal(err)
		}
		got := place(t, readAs16k(t, path), sounds)
		list := misses(got, want)
		all = append(all, list...)
	}
	t.Logf("%d borders, median %.0f ms, 95 %% within %.0f ms", len(all), quantile(all, .5), quantile(all, .95))
	if quantile(all, .5) > 40 || within(all, 150) < 0.95 {
		t.Errorf("median %.0f ms (at most 40), %.3f within 150 ms (at least .95)", quantile(all, .5), within(all, 150))
	}
}
