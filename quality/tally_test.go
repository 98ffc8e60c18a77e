package quality

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tapescript/quality/align"
)

// TestErrorsAreCountedByWhatTheyAre holds the table against a map.
func TestErrorsAreCountedByWhatTheyAre(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	report := &Report{}
	want := map[Confusion]int{}
	for range 40 {
		var item ItemScore
		for range 200 {
			g, h := &Word{Text: fmt.Sprint(r.IntN(60))}, &Word{Text: fmt.Sprint(r.IntN(60))}
			s := Step{Op: align.Op(r.IntN(4)), Gold: g, Hypothesis: h}
			switch s.Op {
			case align.Insertion:
				s.Gold = nil
			case align.Deletion:
				s.Hypothesis = nil
			}
			item.Steps = append(item.Steps, s)
			if s.Op != align.Correct {
				c := Confusion{Op: s.Op}
				if s.Gold != nil {
					c.Gold = s.Gold.Text
				}
				if s.Hypothesis != nil {
					c.Hypothesis = s.Hypothesis.Text
				}
				want[c]++
				item.Counts.Substitutions++
			}
		}
		report.Items = append(report.Items, item)
		report.Corpus = report.Corpus.Add(item.Counts)
	}
	all := report.Confusions()
	if len(all) != len(want) {
		t.Errorf("%d kinds of errors, want %d", len(all), len(want))
	}
	for _, c := range all {
		n := c.Count
		c.Count = 0
		if want[c] != n {
			t.Errorf("%+v: %d times, want %d", c, n, want[c])
		}
	}
	if !slices.IsSortedFunc(all, func(a, b Confusion) int { return cmp.Compare(b.Count, a.Count) }) {
		t.Error("they are not in order")
	}
	for _, n := range []int{-1, 0, 1, 10, 100, len(all), len(all) + 5} {
		if got := report.Frequent(n); !slices.Equal(got, all[:min(max(n, 0), len(all))]) {
			t.Errorf("the %d most frequent are not the first of all", n)
		}
	}
}
