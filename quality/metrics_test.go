package quality

import (
	"fmt"
	"math"
	"testing"
)

// scored scores pairs of texts as items.
func scored(t *testing.T, o Options, pairs ...[2]string) *Report {
	t.Helper()
	var gold, hyps []Item
	for i, p := range pairs {
		id := fmt.Sprint("i", i)
		gold, hyps = append(gold, Item{ID: id, Text: p[0]}), append(hyps, Item{ID: id, Text: p[1]})
	}
	return scoreItems(t, gold, hyps, o)
}

func TestRatesOfCounts(t *testing.T) {
	for _, c := range []struct {
		counts         Counts
		mer, wil       float64
		known, wilWell bool
	}{
		{Counts{}, 0, 0, false, false},
		{Counts{Insertions: 2}, 1, 1, true, true},
		{Counts{Deletions: 2}, 1, 1, true, true},
		{Counts{Correct: 3}, 0, 0, true, true},
		// jiwer's example: "hello world" / "hello duck" and one more word.
		{Counts{Correct: 1, Substitutions: 1}, 0.5, 0.75, true, true},
		{Counts{Correct: 2, Substitutions: 1, Deletions: 1, Insertions: 2}, 4.0 / 6, 1 - 4.0/(4*5), true, true},
	} {
		mer, ok := c.counts.MER()
		if ok != c.known || math.Abs(mer-c.mer) > 1e-12 {
			t.Errorf("%+v: MER is %v, %v", c.counts, mer, ok)
		}
		wil, ok := c.counts.WIL()
		if wip, _ := c.counts.WIP(); ok != c.wilWell || math.Abs(wil-c.wil) > 1e-12 || ok && math.Abs(wip+wil-1) > 1e-12 {
			t.Errorf("%+v: WIL is %v, %v; WIP %v", c.counts, wil, ok, wip)
		}
	}
}

func TestSentencesThatAreWrong(t *testing.T) {
	r := scored(t, Options{}, [2]string{"a b", "a b"}, [2]string{"", "uh"}, [2]string{"a", ""}, [2]string{"", ""})
	if got := r.Sentences(); got != (Share{2, 4}) {
		t.Errorf("got %v", got)
	}
}

func TestPunctuationAndCaseApartFromWords(t *testing.T) {
	for _, c := range []struct {
		gold, hypothesis string
		want             Written
	}{
		{"It works.", "It works.", Written{Share{0, 1}, Share{0, 2}}},
		{"It works.", "it works", Written{Share{1, 1}, Share{1, 2}}},
		{"“Yes,” he said.", "\"Yes,\" he said.", Written{Share{0, 4}, Share{0, 3}}},
		{"Well... no", "Well… no", Written{Share{0, 1}, Share{0, 2}}},
		{"no", "no, ", Written{Share{1, 0}, Share{0, 1}}},
		{"red cars (old)", "red car old", Written{Share{2, 2}, Share{0, 2}}},
		{"NATO met", "Nato met", Written{Share{}, Share{1, 2}}},
		{"他说", "他说", Written{}},
	} {
		r := scored(t, Options{}, [2]string{c.gold, c.hypothesis})
		if got := r.Written(); got != c.want {
			t.Errorf("%q / %q: got %+v, want %+v", c.gold, c.hypothesis, got, c.want)
		}
	}
}

func TestErrorsThatChangeTheMeaning(t *testing.T) {
	for _, c := range []struct {
		gold, hypothesis string
		want             Meaning
	}{
		{"Take 15 mg.", "Take 50 mg.", Meaning{Numbers: Share{1, 1}}},
		{"He is well", "He is not well", Meaning{Negations: Share{1, 0}}},
		{"He isn't well", "He is well", Meaning{Negations: Share{1, 1}}},
		{"Then I met Ann. She left", "then I met an she left", Meaning{Names: Share{1, 1}}},
		{"I met Ann", "I met ann", Meaning{Names: Share{0, 1}}},
		{"I MET ANN", "I met an", Meaning{}},
		{"il ne vient pas", "il vient", Meaning{Negations: Share{2, 2}}},
		{"two pills", "pills", Meaning{Numbers: Share{1, 1}}},
	} {
		r := scored(t, Options{}, [2]string{c.gold, c.hypothesis})
		if got := r.Meaning(); got != c.want {
			t.Errorf("%q / %q: got %+v, want %+v", c.gold, c.hypothesis, got, c.want)
		}
	}
}

func TestGradeOfAHDI(t *testing.T) {
	r := scored(t, Options{},
		[2]string{"the cat sat", "the cat sat"}, [2]string{"the cat", "the hat"}, [2]string{"a cat", "a hat"}, // once
		[2]string{"with 15 mg", "with 50 mg"}, [2]string{"left out", ""})
	if got, want := r.Grade(), (Grade{2, 1, 93}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
