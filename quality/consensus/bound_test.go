package consensus

import (
	"slices"
	"testing"
)

// TestWhatTheLatticeHolds says how far choosing among what was written could go,
// and what stands between: with gold's word taken wherever somebody wrote it;
// only where two did; where it comes first or second; where it is second by less
// than .2. On dev-other half of what is chosen wrongly has the right word from
// one person of seven, against two or more who agree on another.
//
// The target on dev-other, .097 by weights of the other split, is not reached:
// .0978 is. Weights fitted on dev-other's own gold give no less, so that the rest
// is not for weights to find. What was tried besides, one kind of evidence more
// at a time, fitted with all seven transcripts and judged on the split that it
// was not fitted on (clean / other; .0478 / .0987 before the first three of
// these); docs/consensus.md has more:
//
//	a word that another item has too                     .0478 .0986  kept
//	how words fared that differ in the same letters      .0479 .0987  kept, with the one above .0478 .0982
//	agreement of a voter alone                           .0473 .0982  kept, with both
//	the most and the second of the voters' theta         .0478 .0988 and .0476 .0987
//	their sum; the sum of their contested log odds       .0477 .0986 and .0478 .0990
//	the most that a voter for no word is right           .0476 .0991
//	a generative likelihood of all votes                 .0479 .0990
//	no word at all (a bias)                              .0479 .0987
//	pairs of word classes (frequent words, and endings of two or three letters) left and right, with back-off   .0478 .0987 to .0989
//	products: known and alone .0478 .0982, alone and theta .0476 .0984, alone and near .0479 .0983, votes squared .0478 .0983
//	all of them together                                 .0475 .0979, on their own gold .0467 .0976
//
// Differences under .0005 are noise: there are 5,000 errors.
func TestWhatTheLatticeHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole crowd, several times: minutes under the race detector")
	}
	for _, c := range []struct {
		name        string
		least, most float64 // of the oracle
	}{{"clean", .018, .025}, {"other", .037, .046}} {
		s := newSplit(t, c.name)
		now := s.wer(t, &weights)
		var kept [][][]float64
		for _, it := range s.batch.items {
			var of [][]float64
			for k := range it.slots {
				of = append(of, slices.Clone(it.slots[k].posterior))
			}
			kept = append(kept, of)
		}
		oracle := s.chosen(t, kept, func(*slot, int) bool { return true })
		t.Logf("%s: %.4f as it is, %.4f at best; where two wrote the word %.4f, where it is first or second %.4f, where second by less than .2 %.4f", c.name, now, oracle,
			s.chosen(t, kept, func(sl *slot, right int) bool { n, _ := sl.counts(); return n[right] > 1 }),
			s.chosen(t, kept, func(sl *slot, right int) bool { return rank(sl, right) < 2 }),
			s.chosen(t, kept, func(sl *slot, right int) bool { return sl.posterior[sl.best()]-sl.posterior[right] < .2 }))
		if oracle < c.least || oracle > c.most {
			t.Errorf("%s: the oracle of the lattice is %.4f, want %.3f to %.3f", c.name, oracle, c.least, c.most)
		}
	}
}

// rank is how many candidates are likelier.
func rank(sl *slot, c int) (n int) {
	for _, p := range sl.posterior {
		if p > sl.posterior[c] {
			n++
		}
	}
	return n
}

// chosen is the word error rate with gold's candidate taken where may says so,
// from posteriors that are put back first.
func (s *split) chosen(t *testing.T, kept [][][]float64, may func(sl *slot, right int) bool) float64 {
	text := map[string]string{}
	for _, g := range s.gold {
		text[g.ID] = g.Text
	}
	for i, it := range s.batch.items {
		for k := range it.slots {
			copy(it.slots[k].posterior, kept[i][k])
		}
		for k, right := range truth(it.slots, s.batch.wanted(text[it.id])) {
			if sl := &it.slots[k]; right >= 0 && may(sl, right) {
				clear(sl.posterior)
				sl.posterior[right] = 1
			}
		}
	}
	l := s.batch.tally()
	r := &Result{Items: make([]Item, len(s.batch.items))}
	s.batch.each(func(_ *aligner, i int) { r.Items[i] = s.batch.result(l, i) })
	corpus, _ := wer(t, r, s.gold)
	return corpus
}
