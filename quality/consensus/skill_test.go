package consensus

import (
	"testing"
)

// TestPeersRankWorkersAsGoldDoes: without gold, the order of the workers is
// nearly the true one.
func TestPeersRankWorkersAsGoldDoes(t *testing.T) {
	for split, want := range map[string]float64{"clean": .98, "other": .94} {
		rows, gold := crowd(t, split)
		texts := map[string]string{}
		for _, g := range gold {
			texts[g.ID] = g.Text
		}
		c, err := Skills(rows, texts, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if c.Rank < want-.002 {
			t.Errorf("%s: rank correlation %.4f of %d workers, want %.3f", split, c.Rank, c.Ranked, want)
		}
		t.Logf("%s: rank correlation %.4f of %d workers, α %.3f, pairwise WER %.4f", split, c.Rank, c.Ranked, c.Alpha, c.PairwiseWER)
		in, of := 0, 0
		signs := map[Sign]int{}
		for _, s := range c.Workers {
			for _, g := range s.Signs {
				signs[g]++
			}
			if s.GoldItems >= 5 {
				of++
				if s.Peers.Low <= s.Gold.Value && s.Gold.Value <= s.Peers.High {
					in++
				}
			}
		}
		t.Logf("%s: %d of %d intervals hold gold's rate, signs %v, shared %d", split, in, of, signs, len(c.Shared))
		for _, s := range c.Shared[:min(5, len(c.Shared))] {
			t.Logf("%+v", s)
		}
	}
}
