package quality

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
)

// testdataDir returns the folder of real data, which lies outside the project.
func testdataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set: the real data is not here")
	}
	return dir
}

func profile(t testing.TB, name string) normalize.Profile {
	t.Helper()
	p, err := normalize.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func scoreItems(t *testing.T, gold, hypotheses []Item, o Options) *Report {
	t.Helper()
	r, err := ScoreItems(gold, hypotheses, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCountsOfItems(t *testing.T) {
	for _, c := range []struct {
		gold, hypothesis string
		want             Counts
	}{
		{"", "", Counts{}},
		{"…!", "—", Counts{}},
		{"", "uh", Counts{Insertions: 1, CharacterErrors: 2}},
		{"it's here", "", Counts{Deletions: 2, Characters: 9, CharacterErrors: 9}},
		{"Air-tight vessels.", "airtight vessel", Counts{Substitutions: 2, Deletions: 1, Characters: 17, CharacterErrors: 2}},
		{"the cat sat", "the cat the cat sat", Counts{Correct: 3, Insertions: 2, Characters: 11, CharacterErrors: 8}},
		{"我们 走", "我门走", Counts{Correct: 2, Substitutions: 1, Characters: 3, CharacterErrors: 1}},
		{"cafe\u0301", "café", Counts{Correct: 1, Characters: 4}},
		{"हिन्दी", "हिन्द", Counts{Substitutions: 1, Characters: 3, CharacterErrors: 1}},
	} {
		r := scoreItems(t, []Item{{ID: "a", Text: c.gold}}, []Item{{ID: "a", Text: c.hypothesis}}, Options{})
		if got := r.Items[0].Counts; got != c.want {
			t.Errorf("%q / %q: got %+v, want %+v", c.gold, c.hypothesis, got, c.want)
		}
	}
}

func TestItemsMeetByIDElseByBaseName(t *testing.T) {
	gold := []Item{{ID: "https://x.org/a/1.mp3", Text: "one"}, {ID: "2.wav", Text: "two"}, {ID: "p/3.wav", Text: "three"}, {ID: "q/3.wav", Text: "three"}}
	hyps := []Item{{ID: "2.wav", Text: "two"}, {ID: "1.wav", Text: "won"}, {ID: "1", Text: "one"}, {ID: "3", Text: "three"}}
	r := scoreItems(t, gold, hyps, Options{})
	var got []string
	for _, i := range r.Items {
		got = append(got, fmt.Sprintf("%s#%d:%d", i.ID, i.Hypothesis, i.Counts.Errors()))
	}
	want := "https://x.org/a/1.mp3#1:1 https://x.org/a/1.mp3#2:0 2.wav#0:0"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
	if s := fmt.Sprint(r.Missing, r.Extra); s != "[p/3.wav q/3.wav] [3]" {
		t.Errorf("missing and extra: got %s", s)
	}
	if _, err := ScoreItems([]Item{{ID: "1"}, {ID: ""}}, nil, Options{}); err == nil {
		t.Error("gold without an ID was taken")
	}
}

func TestReportAsJSON(t *testing.T) {
	gold := []Item{{ID: "a", Text: "one two"}, {ID: "b"}, {ID: "c", Text: "x"}}
	hyps := []Item{{ID: "a", Text: "one too"}, {ID: "a", Text: "one two"}, {ID: "b", Text: "uh"}, {ID: "d"}}
	r := scoreItems(t, gold, hyps, Options{})
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	const counts = `"words":2,"correct":%d,"substitutions":%d,"insertions":0,"deletions":0,"wer":%s,"characters":7,"character_errors":%d,"cer":%s`
	want := `{"normalize":"basic","align":"levenshtein","corpus":{"words":4,"correct":3,"substitutions":1,"insertions":1,"deletions":0,"wer":0.5,"characters":14,"character_errors":3,"cer":0.21428571428571427},` +
		`"mean":{"wer":0.25,"cer":0.07142857142857142},"missing":["c"],"extra":["d"],"items":[` +
		`{"id":"a","hypothesis":1,` + fmt.Sprintf(counts, 1, 1, "0.5", 1, "0.14285714285714285") + `},` +
		`{"id":"a","hypothesis":2,` + fmt.Sprintf(counts, 2, 0, "0", 0, "0") + `},` +
		`{"id":"b","words":0,"correct":0,"substitutions":0,"insertions":1,"deletions":0,"wer":null,"characters":0,"character_errors":2,"cer":null}],` +
		`"measures":{"items_wrong":{"wrong":2,"of":3,"rate":0.6666666666666666},"mer":0.4,"wil":0.55,"wip":0.45,` +
		`"numbers":{"wrong":1,"of":2,"rate":0.5},"names":{"wrong":0,"of":0,"rate":null},"negations":{"wrong":0,"of":0,"rate":null},` +
		`"punctuation":{"wrong":0,"of":0,"rate":null},"case":{"wrong":0,"of":3,"rate":0},"points":96}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	several, err := json.Marshal(Comparison{{File: "x.tsv", Report: r}, {File: "y.tsv", Report: scoreItems(t, nil, nil, Options{Align: align.SCLite})}})
	if err != nil || !strings.HasPrefix(string(several), `{"normalize":"basic","align":"sclite","hypotheses":[{"file":"x.tsv","corpus":{`) ||
		!strings.Contains(string(several), `{"file":"y.tsv","corpus":{"words":0,`) || !strings.Contains(string(several), `"missing":[],"extra":[],"items":[],"measures":{`) {
		t.Errorf("several hypotheses: got %s, %v", several, err)
	}
}

func TestConfusionsAndWorst(t *testing.T) {
	gold := []Item{{ID: "a", Text: "a b"}, {ID: "b", Text: "a c", Speaker: "Ann"}, {ID: "c", Text: "d"}}
	hyps := []Item{{ID: "a", Text: "x b"}, {ID: "b", Text: "x c d"}, {ID: "c", Text: "d"}}
	r := scoreItems(t, gold, hyps, Options{})
	if got, want := fmt.Sprint(r.Confusions()), "[{substitution a x 2} {insertion  d 1}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	worst := r.Worst(5)
	if len(worst) != 2 || worst[0].ID != "b" || worst[1].ID != "a" {
		t.Errorf("worst: got %v", worst)
	}
	by := r.Speakers()
	if len(by) != 2 || by[0].Counts.Words() != 3 || by[1].Speaker != "Ann" || by[1].Counts.Errors() != 2 {
		t.Errorf("speakers: got %v", by)
	}
}

// crowd reads one half of CrowdSpeech: gold, and the workers' transcripts.
func crowd(t testing.TB, split string) (gold, workers []Item) {
	t.Helper()
	dir := filepath.Join(testdataDir(t), "crowdspeech")
	text, err := os.ReadFile(filepath.Join(dir, split+"-gt.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		id, words, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		gold = append(gold, Item{ID: id, Text: words})
	}
	f, err := os.Open(filepath.Join(dir, split+"-crowd.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		workers = append(workers, Item{ID: row[0], Text: row[1]})
	}
	return gold, workers
}

// TestCrowdSpeechToTheUnit compares with the published error rates of the
// crowd (Pavlichenko, Stelmakh, Ustalov 2021), worked out to the word.
func TestCrowdSpeechToTheUnit(t *testing.T) {
	for _, c := range []struct {
		split         string
		rows          int
		errors, words int
		mean          float64
	}{
		{"dev-clean", 18921, 62467, 380814, 0.1685},
		{"dev-other", 20048, 92720, 356636, 0.2685},
	} {
		gold, workers := crowd(t, c.split)
		r := scoreItems(t, gold, workers, Options{Normalize: profile(t, "letters")})
		if got := r.Corpus; len(r.Items) != c.rows || got.Errors() != c.errors || got.Words() != c.words {
			t.Errorf("%s: got %d errors in %d words of %d rows, want %d in %d of %d",
				c.split, got.Errors(), got.Words(), len(r.Items), c.errors, c.words, c.rows)
		}
		if got := r.Mean().WER; math.Abs(got-c.mean) > 0.00006 {
			t.Errorf("%s: mean of the rates: got %.5f, want %.4f", c.split, got, c.mean)
		}
	}
}

func BenchmarkCrowd(b *testing.B) {
	clean, cleanWorkers := crowd(b, "dev-clean")
	other, otherWorkers := crowd(b, "dev-other")
	for b.Loop() {
		if _, err := ScoreItems(clean, cleanWorkers, Options{}); err != nil {
			b.Fatal(err)
		}
		if _, err := ScoreItems(other, otherWorkers, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestWhatCanBeSaidInTwoWays(t *testing.T) {
	english, notation := Options{Normalize: profile(t, "english")}, Options{Notation: true}
	nist := Options{Normalize: profile(t, "sclite"), Align: align.SCLite, Notation: true, Optional: true, Fragments: true}
	for _, c := range []struct {
		o                Options
		gold, hypothesis string
		want             string // C S I D, and errors of characters
	}{
		{english, "It's fifty dollars, uh, Mr Smith", "it is $50 mister smith", "6 0 0 0, 0"},
		{english, "log in now", "login now", "2 0 0 0, 0"},
		{english, "uh yes", "yes uh uh uh", "1 0 0 0, 0"}, // what may be left out counts nothing
		{english, "call [NAME] now", "call john smith now", "2 0 0 0, 0"},
		{english, "call john smith now", "call [NAME] now", "2 1 0 1, 8"}, // not a way never to be wrong
		{english, "{ a / b } c", "b c", "2 0 0 1, 2"},                     // no notation: a text
		{notation, "say { um / uh / @ } yes", "say yes", "2 0 0 0, 0"},
		{notation, "say { um / uh / @ } yes", "say uh yes", "3 0 0 0, 0"},
		{notation, "{ one { two / too } / a } b", "one too b", "3 0 0 0, 0"},
		{notation, `a\;s;tag far`, "a s far", "3 0 0 0, 0"},
		{notation, "{ never closed", "never closed", "2 0 0 0, 0"},
		{nist, "say (uh) yes fi-", "say yes fish", "4 0 0 0, 5"},
		{nist, "(uh)", "", "1 0 0 0, 2"},
	} {
		got := scored(t, c.o, [2]string{c.gold, c.hypothesis}).Items[0].Counts
		s := fmt.Sprintf("%d %d %d %d, %d", got.Correct, got.Substitutions, got.Insertions, got.Deletions, got.CharacterErrors)
		if s != c.want {
			t.Errorf("%q / %q: got %s, want %s", c.gold, c.hypothesis, s, c.want)
		}
	}
}

func TestGoldMayAcceptSeveralTexts(t *testing.T) {
	gold := []Item{{ID: "a", Text: "we are going to leave"}, {ID: "b", Text: "yes"}, {ID: "a", Text: "we're gonna leave"}}
	r := scoreItems(t, gold, []Item{{ID: "a", Text: "we're gonna leave now"}, {ID: "a", Text: "we are going to leave"}}, Options{})
	if len(r.Items) != 2 || !slices.Equal(r.Missing, []string{"b"}) {
		t.Fatalf("got %+v", r)
	}
	if i := r.Items[0]; i.Reference != 2 || i.Counts.Errors() != 1 || i.Counts.Words() != 3 {
		t.Errorf("got %+v", i)
	}
	if i := r.Items[1]; i.Reference != 1 || i.Counts.Errors() != 0 {
		t.Errorf("got %+v", i)
	}
}
