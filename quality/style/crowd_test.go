package style

import (
	"os"
	"path/filepath"
	"testing"

	"tapescript/transcript"
	"tapescript/transcript/format"
)

// crowdTexts are what paid workers wrote.
func crowdTexts(t testing.TB, file string) []string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	items, err := format.ReadItems(filepath.Join(dir, "crowdspeech", file))
	if err != nil {
		if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("needs crowdspeech in TAPESCRIPT_TESTDATA")
	}
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = item.Text
	}
	return list
}

// TestWorkersBreakTheRulesTheyAreGiven holds the shares that were measured on
// other submissions of the same batches: a quarter with punctuation, one or two
// in a hundred with digits.
func TestWorkersBreakTheRulesTheyAreGiven(t *testing.T) {
	p := mustLookup(t, "asr-lower")
	for _, file := range []string{"dev-clean-crowd.tsv", "dev-other-crowd.tsv"} {
		texts := crowdTexts(t, file)
		broken := map[string]int{}
		for _, text := range texts {
			rules := map[string]bool{}
			for _, f := range p.LintText(text, "") {
				rules[f.Rule] = true
			}
			for id := range rules {
				broken[id]++
			}
		}
		share := func(id string) float64 { return 100 * float64(broken[id]) / float64(len(texts)) }
		t.Logf("%s: %d texts, punctuation %.1f %%, digits %.1f %%, spaces %.1f %%, curly %.1f %%, tags %.1f %%",
			file, len(texts), share("P06"), share("N03"), share("P02"), share("P05"), share("T01"))
		if s := share("P06"); s < 20 || s > 40 {
			t.Errorf("%s: %.1f %% have punctuation", file, s)
		}
		if s := share("N03"); s < 0.5 || s > 4 {
			t.Errorf("%s: %.1f %% have digits", file, s)
		}
	}
}

// TestGoldBreaksNoRuleOfWords: the gold is right, so that what these rules find in
// its 5,567 texts are false alarms, or stammers of people in novels.
func TestGoldBreaksNoRuleOfWords(t *testing.T) {
	most := map[string]int{"V01": 0, "V03": 9, "V05": 1, "V06": 0, "T05": 0}
	for _, name := range []string{"gotranscript-clean", "ldc-qtr"} {
		p := mustLookup(t, name)
		found := map[string]int{}
		for _, file := range []string{"dev-clean-gt.txt", "dev-other-gt.txt"} {
			for _, text := range crowdTexts(t, file) {
				for _, f := range p.LintText(text, "") {
					if f.Severity != Note {
						found[f.Rule]++
					}
				}
			}
		}
		t.Log(name, found)
		for id, n := range most {
			if found[id] > n {
				t.Errorf("%s: %s is said to be broken %d times", name, id, found[id])
			}
		}
	}
}

// TestFixingTwiceIsFixingOnce with what people wrote: nothing is left that can be
// fixed, and fixing again changes nothing.
func TestFixingTwiceIsFixingOnce(t *testing.T) {
	every := 7
	if testing.Short() {
		every = 41
	}
	for _, name := range Names() {
		p := mustLookup(t, name)
		for _, file := range []string{"dev-clean-crowd.tsv", "dev-other-crowd.tsv"} {
			for i, text := range crowdTexts(t, file) {
				if i%every > 0 {
					continue
				}
				once, _, err := p.Fix(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}})
				if err != nil {
					t.Fatal(err)
				}
				twice, done, err := p.Fix(once)
				if err != nil {
					t.Fatal(err)
				}
				if a, b := once.Segments[0].Text, twice.Segments[0].Text; a != b || len(done) > 0 {
					t.Fatalf("%s: %q became %q, then %q (%v)", name, text, a, b, done)
				}
			}
		}
	}
}

// BenchmarkLint looks at 38,969 transcripts an operation, as many as a batch of
// CrowdSpeech has: by the profile of that batch and by the one that asks most.
func BenchmarkLint(b *testing.B) {
	texts := crowdTexts(b, "dev-clean-crowd.tsv")
	for _, name := range []string{"asr-lower", "rev-clean"} {
		b.Run(name, func(b *testing.B) {
			p := mustLookup(b, name)
			for b.Loop() {
				for i := range 38969 {
					p.LintText(texts[i%len(texts)], "")
				}
			}
		})
	}
}
