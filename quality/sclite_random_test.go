package quality

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tapescript/quality/align"
)

// timedFiles writes an stm with gaps, alternations and segments that do not count,
// and a ctm whose words overlap, are shifted, wrong or missing. Many a word's middle is
// a segment's end: there sclite's rounding decides.
func timedFiles(t *testing.T, r *rand.Rand) (ref, hyp string) {
	vocabulary := strings.Fields("a b c d e fish sho show the cat dog bird")
	word := func() string { return vocabulary[r.IntN(len(vocabulary))] }
	var stm, ctm strings.Builder
	type heard struct {
		start int // in hundredths
		line  string
	}
	for _, channel := range []string{"f1 A", "f1 B", "f2 A"} {
		var list []heard
		for at, k := 0, 0; k < 12; k++ {
			at += r.IntN(80)
			end := at + 50 + r.IntN(300)
			words := make([]string, 1+r.IntN(8))
			for i := range words {
				said := word()
				words[i] = said
				switch r.IntN(10) {
				case 0:
					words[i] = "{ " + said + " / " + word() + " }"
				case 1:
					words[i] = "{ " + said + " / @ }"
				case 2:
					said = word()
				}
				if start := at + i*(end-at)/len(words) + r.IntN(80) - 40; start >= 0 && r.IntN(10) > 0 {
					list = append(list, heard{start, fmt.Sprintf("%s %.3f %.3f %s\n", channel, float64(start)/100, 0.1+0.02*float64(r.IntN(40)), said)})
				}
			}
			text := strings.Join(words, " ")
			if r.IntN(12) == 0 {
				text = "IGNORE_TIME_SEGMENT_IN_SCORING"
			}
			fmt.Fprintf(&stm, "%s %s_%c %.2f %.2f %s\n", channel, channel[:2], "xy"[k%2], float64(at)/100, float64(end)/100, text)
			at = end
		}
		slices.SortStableFunc(list, func(a, b heard) int { return a.start - b.start })
		for _, h := range list {
			ctm.WriteString(h.line)
		}
	}
	dir := t.TempDir()
	ref, hyp = filepath.Join(dir, "ref.stm"), filepath.Join(dir, "hyp.ctm")
	for file, text := range map[string]string{ref: stm.String(), hyp: ctm.String()} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return ref, hyp
}

func TestRandomTimedFilesAreScoredAsBySclite(t *testing.T) {
	requireTool(t, "sctk")
	o := Options{Normalize: profile(t, "sclite"), Align: align.SCLite, Notation: true}
	r := rand.New(rand.NewPCG(41, 42))
	for range 12 {
		ref, hyp := timedFiles(t, r)
		got := sumsOf(ScoreByMidpoints(pairsOf(t, ref, hyp), o))
		for speaker, want := range scliteSums(t, "-r", ref, "stm", "-h", hyp, "ctm") {
			if got[speaker] != want {
				text, _ := os.ReadFile(ref)
				words, _ := os.ReadFile(hyp)
				t.Fatalf("%s: got %s, sclite has %s\n%s%s", speaker, got[speaker], want, text, words)
			}
		}
	}
}

// TestMiddlesOnAnEndAreRoundedAsBySclite has a word each whose middle is, in decimals,
// the end of a segment: sclite holds the end with 24 bits, the middle with 53.
func TestMiddlesOnAnEndAreRoundedAsBySclite(t *testing.T) {
	requireTool(t, "sctk")
	r := rand.New(rand.NewPCG(5, 7))
	var stm, ctm strings.Builder
	for k := range 200 {
		start, half := 500+r.IntN(200_000), 1+r.IntN(60)
		end := float64(start+half) / 100
		fmt.Fprintf(&stm, "f%03d A x%03d %.2f %.2f w\nf%03d A y%03d %.2f %.2f w\n", k, k, float64(start)/100-5, end, k, k, end, end+5)
		fmt.Fprintf(&ctm, "f%03d A %.2f %.2f w\n", k, float64(start)/100, float64(2*half)/100)
	}
	dir := t.TempDir()
	ref, hyp := filepath.Join(dir, "ref.stm"), filepath.Join(dir, "hyp.ctm")
	for file, text := range map[string]string{ref: stm.String(), hyp: ctm.String()} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := sumsOf(ScoreByMidpoints(pairsOf(t, ref, hyp), Options{Normalize: profile(t, "sclite"), Align: align.SCLite}))
	for speaker, want := range scliteSums(t, "-r", ref, "stm", "-h", hyp, "ctm") {
		if got[speaker] != want {
			t.Errorf("%s: got %s, sclite has %s", speaker, got[speaker], want)
		}
	}
}

// TestOverlappingWordsCountOnce has two words whose middles are in another order
// than their beginnings.
func TestOverlappingWordsCountOnce(t *testing.T) {
	dir := t.TempDir()
	ref, hyp := filepath.Join(dir, "ref.stm"), filepath.Join(dir, "hyp.ctm")
	for file, text := range map[string]string{
		ref: "f A x 0.00 1.00 a\nf A x 1.00 3.00 b c d\n",
		hyp: "f A 0.10 0.20 a\nf A 0.95 0.40 b\nf A 1.00 0.10 c\nf A 2.00 0.20 d\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := ScoreByMidpoints(pairsOf(t, ref, hyp), Options{Normalize: profile(t, "sclite"), Align: align.SCLite})
	if c := r.Corpus; c.Correct != 4 || c.Errors() != 0 {
		t.Errorf("%+v, want 4 words correct", c)
	}
}
