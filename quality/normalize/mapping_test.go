package normalize

import (
	"strings"
	"testing"
)

func TestAMappingRewritesAsRfilterDoes(t *testing.T) {
	m := NewMapping([]Replacement{
		{From: "MR.", To: "MISTER", Before: " ", After: " "},
		{From: "GONNA", To: "{GONNA / GOING TO}", Before: " ", After: " "},
		{From: "T.", To: "TEE", After: " SHIRT"},
		{From: "FALKNER", To: "FAULKNER", Before: "WILLIAM "},
		{From: "AD WEEK", To: "ADWEEK"},
		{From: "TSAR", To: "CZAR"},
		{From: "UH", To: "(%HESITATION)", Before: " ", After: " "},
		{From: "%BOO", To: ""},
	}, true, true)
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"mr. Smith is gonna go", "MISTER Smith is {GONNA / GOING TO} go"},
		{"smr. mr.x", "smr. mr.x"}, // borders of words
		{"a t. shirt and a t. bone", "a TEE shirt and a t. bone"},
		{"William Falkner, Bill Falkner", "William FAULKNER, Bill Falkner"},
		{"ad  \n week", "ADWEEK"},
		{"the tsarina", "the CZARina"},                            // within a word, as the rule has no border
		{"uh uh uh", "(%HESITATION) (%HESITATION) (%HESITATION)"}, // contexts may be shared
		{"(uh um) and (so)", "((%HESITATION) um) and (so)"},       // not paired any more: left
		{"(oh my my) and (so)", "(oh) (my) (my) and (so)"},
		{"( a", "(a"},
		{"a %boo b", "a b"},
	} {
		got := m.Apply(c.text, false)
		if g := strings.Join(strings.Fields(got.Text), " "); g != c.want {
			t.Errorf("%q is %q, want %q", c.text, g, c.want)
		}
		if len(got.bounds) != len(got.Text) {
			t.Fatalf("%q: %d bounds of %d bytes", c.text, len(got.bounds), len(got.Text))
		}
	}
	if got := strings.Fields(m.Apply("ad week mr. x", true).Text); strings.Join(got, " ") != "ad week MISTER x" {
		t.Errorf("words that stand alone became %q", got)
	}
}

func TestAMappedWordKnowsWhereItCameFrom(t *testing.T) {
	m := NewMapping([]Replacement{{From: "GONNA", To: "GOING TO", Before: " ", After: " "}, {From: "ST.", To: "SAINT"}}, true, true)
	const text = " I'm  gonna see (st. Paul) été"
	got := m.Apply(text, false)
	want := map[string]string{"I'm": "I'm", "GOING": "gonna", "TO": "gonna", "see": "see", "(SAINT)": "(st.", "(Paul)": " Paul)", "été": "été"}
	for i := 0; i < len(got.Text); {
		if got.Text[i] == ' ' {
			i++
			continue
		}
		end := i
		for end < len(got.Text) && got.Text[end] != ' ' {
			end++
		}
		word := got.Text[i:end]
		from, to := got.Span(i, end)
		if raw, ok := want[word]; !ok || strings.TrimSpace(raw) != strings.TrimSpace(text[from:to]) {
			t.Errorf("%q came from %q, want %q", word, text[from:to], raw)
		}
		delete(want, word)
		i = end
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

func FuzzMapping(f *testing.F) {
	f.Add("mr. ( a ) {x / y}", "MR.", "A {B", " ", "")
	f.Add("((", "(", ")", "", " ")
	f.Fuzz(func(t *testing.T, text, from, to, before, after string) {
		for _, alone := range []bool{false, true} {
			for _, keep := range []bool{false, true} {
				got := NewMapping([]Replacement{{from, to, before, after}}, true, keep).Apply(text, alone)
				if len(got.bounds) != len(got.Text) {
					t.Fatalf("%d bounds of %d bytes", len(got.bounds), len(got.Text))
				}
				for i := range got.Text {
					if a, b := got.Span(i, i+1); a < 0 || a > b || b > len(text) {
						t.Fatalf("byte %d came from %d to %d of %d", i, a, b, len(text))
					}
				}
			}
		}
	})
}
