package consensus

import (
	"math"
	"testing"

	"tapescript/quality"
	"tapescript/quality/normalize"
)

// TestLatticesPropose: what the columns propose is what the consensus says, on
// every item of the real crowd's.
func TestLatticesPropose(t *testing.T) {
	letters, err := normalize.Lookup("letters")
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := crowd(t, "other")
	rows = rows[:min(len(rows), 2800)]
	o := Options{Normalize: &letters}
	whole, err := Combine(rows, o)
	if err != nil {
		t.Fatal(err)
	}
	lattices, err := Lattices(rows, o)
	if err != nil || len(lattices) != len(whole.Items) {
		t.Fatalf("%d lattices of %d items, %v", len(lattices), len(whole.Items), err)
	}
	for i, l := range lattices {
		var chosen []string
		for k := range l.Columns {
			c := &l.Columns[k]
			chosen = append(chosen, c.Best())
			if len(c.Words) != len(l.Rows) || len(l.Workers) != len(l.Rows) {
				t.Fatalf("%s: %d words of %d transcripts", l.Item, len(c.Words), len(l.Rows))
			}
		}
		if got, want := l.Text(chosen), whole.Items[i].Text(); got != want {
			t.Fatalf("%s: %q, the consensus is %q", l.Item, got, want)
		}
	}
}

// TestRisksFindTheErrors: on the real crowd, the transcripts that are said to be
// the riskiest hold far more of the errors than as many at random would; with a
// single transcript an item, of which only the length is known, still more.
func TestRisksFindTheErrors(t *testing.T) {
	letters, err := normalize.Lookup("letters")
	if err != nil {
		t.Fatal(err)
	}
	rows, list := crowd(t, "clean")
	rows = rows[:min(len(rows), 7000)] // a thousand utterances
	gold := map[string]string{}
	for _, g := range list {
		gold[g.ID] = g.Text
	}
	for _, c := range []struct {
		transcripts   int
		tenth, thirds float64 // of all errors, in the first 10 and 30 %
	}{{7, .35, .65}, {2, .25, .55}, {1, .12, .35}} {
		some := FirstOf(rows, c.transcripts)
		risks, err := Risks(some, nil, Options{Normalize: &letters})
		if err != nil || len(risks) != len(some) {
			t.Fatalf("%d risks of %d rows, %v", len(risks), len(some), err)
		}
		wrong := make([]float64, len(some))
		total := 0.0
		for i, s := range some {
			r, err := quality.ScoreItems([]quality.Item{{ID: s.Item, Text: gold[s.Item]}}, []quality.Item{{ID: s.Item, Text: s.Text}}, quality.Options{Normalize: letters})
			if err != nil {
				t.Fatal(err)
			}
			wrong[i] = float64(r.Corpus.Errors())
			total += wrong[i]
		}
		found, at := 0.0, map[int]float64{}
		for i, r := range risks {
			found += wrong[r.Row]
			for _, percent := range []int{10, 20, 30} {
				if i+1 == int(math.Round(float64(len(risks)*percent)/100)) {
					at[percent] = found / total
				}
			}
		}
		t.Logf("%d transcripts an item: %.1f, %.1f, %.1f %% of the errors in the first 10, 20, 30 %%", c.transcripts, 100*at[10], 100*at[20], 100*at[30])
		if at[10] < c.tenth || at[30] < c.thirds {
			t.Errorf("%d transcripts an item: %+v", c.transcripts, at)
		}
	}
}

func TestKappa(t *testing.T) {
	lattices := func(texts ...[2]string) []Lattice {
		var rows []Submission
		for i, t := range texts {
			id := string(rune('a' + i))
			rows = append(rows, Submission{id, "1", t[0]}, Submission{id, "2", t[1]})
		}
		list, err := Lattices(rows, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if k, ok := Kappa(lattices([2]string{"one two", "one two"}, [2]string{"three four", "three four"})); !ok || k != 1 {
		t.Errorf("all agree: %v %v", k, ok)
	}
	// Of four columns one differs: agreed 3/4; words: one 2/8, two 2/8, three 2/8,
	// four 1/8, for 1/8, so that chance is 14/64.
	if k, ok := Kappa(lattices([2]string{"one two", "one two"}, [2]string{"three four", "three for"})); !ok || math.Abs(k-(.75-14./64)/(1-14./64)) > 1e-9 {
		t.Errorf("one differs: %v %v", k, ok)
	}
	if _, ok := Kappa(lattices([2]string{"one", ""})); ok {
		t.Error("nobody to agree with")
	}
}
