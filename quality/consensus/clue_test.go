package consensus

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tapescript/quality"
	"tapescript/quality/normalize"
)

// TestCluesOrderTheQueue: of transcripts that nobody else can tell about, those
// come first of which the recogniser doubts the words, and those that are too
// short or too long for their recording.
func TestCluesOrderTheQueue(t *testing.T) {
	text := "twelve letters in words of a pace like all the others"
	rows, clues := []Submission{}, []Clue{}
	add := func(id, text string, c Clue) {
		rows, clues = append(rows, Submission{Item: id, Text: text}), append(clues, c)
	}
	for i := range 20 {
		add(string(rune('a'+i)), text, Clue{Confidence: .9, Length: time.Duration(3900+10*i) * time.Millisecond})
	}
	add("doubted", text, Clue{Confidence: .5, Length: 4 * time.Second})
	add("cut", "twelve letters", Clue{Confidence: .9, Length: 4 * time.Second})
	add("again", strings.Repeat(text+" ", 3), Clue{Confidence: .9, Length: 4 * time.Second})
	risks, err := Risks(rows, clues, Options{})
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]bool{}
	for _, r := range risks[:3] {
		first[r.Item] = true
	}
	if !first["doubted"] || !first["cut"] || !first["again"] {
		t.Errorf("first are %v", risks[:3])
	}
	for _, r := range risks[3:] { // within the spread of the batch nothing is said
		if math.Abs(r.Errors-risks[3].Errors) > 1e-9 {
			t.Errorf("%s: %v errors, others %v", r.Item, r.Errors, risks[3].Errors)
		}
	}
	for _, some := range [][]Clue{nil, make([]Clue, len(rows))} {
		plain, err := Risks(rows, some, Options{})
		if err != nil || plain[0].Item != "again" || plain[len(plain)-1].Item != "cut" {
			t.Errorf("without clues the long ones come first: %v, %v", plain[0], err)
		}
	}
}

// TestPaceFindsErrors: on the real crowd's first transcripts of each item, with
// recordings as long as their gold takes at a pace that differs by 15 % from
// speaker to speaker, the pace finds more of the errors than the length alone;
// where others tell, it does not get in their way.
func TestPaceFindsErrors(t *testing.T) {
	letters, err := normalize.Lookup("letters")
	if err != nil {
		t.Fatal(err)
	}
	rows, list := crowd(t, "clean")
	rows = rows[:min(len(rows), 4200)]
	gold, length := map[string]string{}, map[string]time.Duration{}
	r := rand.New(rand.NewPCG(1, 2))
	for _, g := range list {
		gold[g.ID] = g.Text
		length[g.ID] = time.Duration(float64(len(g.Text)) / 14 * math.Exp(.15*r.NormFloat64()) * 1e9)
	}
	for _, c := range []struct {
		transcripts int
		gains       float64 // of all errors, in the first 20 %
	}{{1, .04}, {3, -.01}} {
		some := FirstOf(rows, c.transcripts)
		share := func(clues []Clue) float64 {
			risks, err := Risks(some, clues, Options{Normalize: &letters})
			if err != nil {
				t.Fatal(err)
			}
			found, total := 0.0, 0.0
			for i, r := range risks {
				s := some[r.Row]
				report, err := quality.ScoreItems([]quality.Item{{ID: s.Item, Text: gold[s.Item]}}, []quality.Item{{ID: s.Item, Text: s.Text}}, quality.Options{Normalize: letters})
				if err != nil {
					t.Fatal(err)
				}
				if total += float64(report.Corpus.Errors()); 5*i < len(risks) {
					found += float64(report.Corpus.Errors())
				}
			}
			return found / total
		}
		clues := make([]Clue, len(some))
		for i, s := range some {
			clues[i].Length = length[s.Item]
		}
		before, after := share(nil), share(clues)
		t.Logf("%d transcripts an item: %.1f %% of the errors in the first 20 %%, with the pace %.1f", c.transcripts, 100*before, 100*after)
		if after-before < c.gains {
			t.Errorf("%d transcripts an item: %.3f, with the pace %.3f", c.transcripts, before, after)
		}
	}
}
