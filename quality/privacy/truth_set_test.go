package privacy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// The least that is accepted, in either language. A positive counts as found
// where every byte of the secret is covered by a finding of its kind.
const (
	leastRecall    = 0.97
	leastPrecision = 0.98
)

func TestPrecisionAndRecallOnAKnownTruth(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		g := generator{rand.New(rand.NewPCG(41, 7))}
		positives, negatives := g.positives(language, 20), g.negatives(language, 20)
		found, wrong, total := map[Kind]int{}, 0, map[Kind]int{}
		hits := 0
		for _, p := range positives {
			total[p.kind]++
			from := index(p.text, p.secret)
			list := findSpans(p.text, Options{})
			if slices.ContainsFunc(list, func(s span) bool { return s.kind == p.kind && s.from <= from && s.to >= from+len(p.secret) }) {
				found[p.kind]++
				hits++
			} else if testing.Verbose() {
				t.Logf("missed %s in %q: %v", p.kind, p.text, list)
			}
			for _, s := range list {
				if s.to <= from || s.from >= from+len(p.secret) {
					wrong++
					t.Logf("wrong %s %q in %q", s.kind, p.text[s.from:s.to], p.text)
				}
			}
		}
		for _, p := range negatives {
			for _, s := range findSpans(p.text, Options{}) {
				wrong++
				t.Logf("wrong %s %q in %q", s.kind, p.text[s.from:s.to], p.text)
			}
		}
		recall, precision := float64(hits)/float64(len(positives)), float64(hits)/float64(hits+wrong)
		line := ""
		for _, k := range Kinds() {
			if total[k] > 0 {
				line += fmt.Sprintf(" %s %d/%d", k, found[k], total[k])
			}
		}
		t.Logf("%s: %d positives, %d hard negatives: recall %.4f, precision %.4f;%s", language, len(positives), len(negatives), recall, precision, line)
		if recall < leastRecall || precision < leastPrecision {
			t.Errorf("%s: recall %.4f, precision %.4f", language, recall, precision)
		}
	}
}

func index(text, secret string) int {
	for i := range text {
		if len(text)-i >= len(secret) && text[i:i+len(secret)] == secret {
			return i
		}
	}
	return -1
}
