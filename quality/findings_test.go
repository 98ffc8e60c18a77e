package quality

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
)

// TestCountsAloneAreThoseOfTheSteps holds a report without steps against one with
// them, whose figures are worked out from the steps.
func TestCountsAloneAreThoseOfTheSteps(t *testing.T) {
	r := rand.New(rand.NewPCG(61, 62))
	words := strings.Fields(`The cat's Ghent, gonna going to won't never fifty 50 "quoted" end. Étienne l'été uh (uh) fi- fish
		{ a / b / @ } log in login ice-cream NAME [laughs] [NAME] ***** 我们 走 it's Mr Smith`)
	text := func(most int) string {
		var list []string
		for range r.IntN(most) {
			list = append(list, words[r.IntN(len(words))])
		}
		return strings.Join(list, " ")
	}
	var gold, hypotheses []Item
	for i := range 700 {
		id := fmt.Sprintf("folder/%d.wav", i)
		for range 1 + max(0, r.IntN(6)-4) { // some have several references
			gold = append(gold, Item{ID: id, Text: text(12), Speaker: fmt.Sprint(i % 3)})
		}
		if r.IntN(3) == 0 {
			id = fmt.Sprint(i)
		}
		for range r.IntN(4) {
			said := gold[len(gold)-1].Text
			if r.IntN(3) > 0 {
				said = strings.Replace(said, words[r.IntN(len(words))], text(3), 1)
			}
			hypotheses = append(hypotheses, Item{ID: id, Text: []string{said, text(12), ""}[r.IntN(3)]})
		}
	}
	hypotheses = append(hypotheses, Item{ID: "stranger", Text: "extra"})
	for _, o := range countsOptions(t) {
		full := scoreItems(t, gold, hypotheses, o)
		o.CountsOnly = true
		alone := scoreItems(t, gold, hypotheses, o)
		name := fmt.Sprintf("%s %v", full.Normalize, o.Align)
		if got, want := alone.Confusions(), full.Confusions(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d confusions, want %d", name, len(got), len(want))
		}
		if got, want := alone.Grade(), full.Grade(); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		if alone.Meaning() != full.Meaning() || alone.Written() != full.Written() {
			t.Errorf("%s: got %+v and %+v, want %+v and %+v", name, alone.Meaning(), alone.Written(), full.Meaning(), full.Written())
		}
		for i := range full.Items {
			full.Items[i].Steps = nil
		}
		if alone.found = nil; !reflect.DeepEqual(alone, full) {
			t.Errorf("%s: the reports differ", name)
		}
	}
}

// countsOptions are rules of every kind.
func countsOptions(t *testing.T) (list []Options) {
	for _, name := range normalize.Names() {
		list = append(list, Options{Normalize: profile(t, name)})
	}
	nist := Options{Normalize: profile(t, "sclite"), Align: align.SCLite, Notation: true, Optional: true, Fragments: true}
	mapping := Options{Notation: true, Mapping: normalize.NewMapping([]normalize.Replacement{{From: "gonna", To: "{ gonna / going to }"}}, true, true)}
	return append(list, nist, mapping)
}
