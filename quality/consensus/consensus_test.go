package consensus

import (
	"math"
	"testing"
)

// TestMethodsOnCrowdSpeech: ROVER's published figures, corpus and mean of
// utterances, the medoid's, and ours.
func TestMethodsOnCrowdSpeech(t *testing.T) {
	for _, c := range []struct {
		method       Method
		split        string
		corpus, mean float64
		tolerance    float64
	}{
		{ROVER, "clean", .0605, .0676, .0015},
		{ROVER, "other", .1203, .1319, .0015},
		{Medoid, "clean", .061, .067, .001},
		{Medoid, "other", .122, .132, .001},
		{Tapescript, "clean", .0470, .0529, .0008},
		{Tapescript, "other", .0974, .1096, .0008},
	} {
		rows, gold := crowd(t, c.split)
		o := Options{Method: c.method}
		if c.method != Tapescript {
			o.Normalize = lettersOnly(t)
		}
		r, err := Combine(rows, o)
		if err != nil {
			t.Fatal(err)
		}
		corpus, mean := wer(t, r, gold)
		t.Logf("%s %s: %.4f, mean of utterances %.4f", c.method, c.split, corpus, mean)
		if math.Abs(corpus-c.corpus) > c.tolerance || math.Abs(mean-c.mean) > c.tolerance {
			t.Errorf("%s %s: %.4f / %.4f, want %.4f / %.4f", c.method, c.split, corpus, mean, c.corpus, c.mean)
		}
	}
}
