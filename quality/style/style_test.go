package style

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tapescript/transcript"
)

func mustLookup(t testing.TB, name string) *Profile {
	t.Helper()
	p, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestExamplesBreakTheirRuleAndNoOther is the test of every rule in every
// profile.
func TestExamplesBreakTheirRuleAndNoOther(t *testing.T) {
	used := map[string]bool{}
	for _, name := range Names() {
		p := mustLookup(t, name)
		if p.Name() != name || p.Title() == "" {
			t.Errorf("%s calls itself %q, %q", name, p.Name(), p.Title())
		}
		for _, r := range p.Rules() {
			used[r.ID] = true
			if r.Bad == "" || r.Good == "" {
				t.Errorf("%s %s has no examples", name, r.ID)
			}
			for kind, text := range map[string]string{"bad": r.Bad, "good": r.Good} {
				text = strings.TrimPrefix(text, "\n")
				tr, e := Example(text)
				if err := tr.Validate(); err != nil {
					t.Fatalf("%s %s: %v", name, r.ID, err)
				}
				found := p.LintAgainst(tr, e)
				if kind == "bad" && len(found) == 0 || kind == "good" && len(found) > 0 ||
					slices.ContainsFunc(found, func(f Finding) bool { return f.Rule != r.ID }) {
					t.Errorf("%s %s, %s example %q: %v", name, r.ID, kind, text, summary(found))
				}
			}
		}
	}
	for _, r := range rules {
		if !used[r.id] {
			t.Errorf("no profile asks for %s", r.id)
		}
	}
}

func summary(found []Finding) []string {
	var list []string
	for _, f := range found {
		list = append(list, fmt.Sprintf("%s %s %v %d-%d", f.Rule, f.Reason, f.Args, f.From, f.To))
	}
	return list
}

// one is a transcript of one segment.
func one(text string) *transcript.Transcript {
	return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}}
}

func fixed(t *testing.T, p *Profile, text string) string {
	t.Helper()
	out, _, err := p.Fix(one(text))
	if err != nil {
		t.Fatal(err)
	}
	return out.Segments[0].Text
}

func TestFixDoesWhatAnyListenerWould(t *testing.T) {
	for _, c := range []struct{ profile, language, text, want string }{
		{"rev-clean", "en", "Um, I think so.", "I think so."},
		{"rev-clean", "en", "Um, we, uh, left.", "We, left."},
		{"rev-clean", "en", "We left, um.", "We left."},
		{"rev-clean", "en", "uh  so we  left .", "So we left."},
		{"rev-clean", "en", "Um.", "Um."}, // nothing would be left
		{"rev-clean", "en", "He is in the ER now.", "He is in the ER now."},
		{"rev-clean", "en", "Hmm.", "Hmm."}, // an answer
		{"rev-clean", "en", "I wanna go.", "I wanna go."},
		{"rev-clean", "en", "Gonna go 'cause I must.", "Going to go because I must."},
		{"rev-clean", "en", "I the the the cat w-w-was there.", "I the cat was there."},
		{"rev-clean", "en", "We bought 5 and twelve of them.", "We bought 5 and 12 of them."},
		{"rev-clean", "en", "Ah, there you are. It was, ah, late.", "Ah, there you are. It was, late."},
		{"rev-clean", "en", "I'm gonna to say ah, he said.", "I'm going to say ah, he said."},
		{"rev-clean", "en", "It paid a hundred and thirty pounds.", "It paid 130 pounds."},
		{"rev-clean", "en", "It was step 2 in nineteen o four.", "It was step 2 in nineteen o four."},
		{"rev-clean", "en", "He was four and twenty on January twenty fifth.", "He was four and twenty on January twenty fifth."},
		{"rev-clean", "en", "It is -- was 3 dogs.", "It is — was three dogs."},
		{"rev-clean", "en", "Dr. smith left. then we did.", "Dr. smith left. Then we did."},
		{"rev-clean", "en", "“Really?” he said.", "\"Really?\" he said."},
		{"gotranscript-clean", "en", "Yeah, alright [sic].", "Yes, all right."},
		{"rev-clean", "fr", "Euh, je je pense que oui.", "Je pense que oui."},
		{"rev-clean", "fr", "Il a payé deux cent trente euros à l'étape 2 ou 3.", "Il a payé 230 euros à l'étape 2 ou 3."},
		{"rev-clean", "fr", "Il a dit hum, à six heures et demie.", "Il a dit hum, à six heures et demie."},
		{"rev-clean", "fr", "Ben est là ?", "Ben est là ?"},
		{"rev-clean", "fr", "Ben, je suis là.", "Je suis là."},
		{"rev-clean", "fr", "J'suis là, t'as vu ?", "Je suis là, tu as vu ?"},
		{"transcribeme-cv", "en", "It was [inaudible 2:24] there.", "It was [inaudible] there."},
		{"asr-lower", "en", "Well, it's a \"well-known\" place.", "Well it's a well known place"},
		{"asr-lower", "en", "wait — don’t... 50% of 3.5", "wait don't 50% of 3.5"},
		{"ldc-qtr", "en", "so um we left", "so %um we left"},
		{"chat-min", "en", "so um &uh xx left.", "so &-um &-uh xxx left ."},
	} {
		p, err := mustLookup(t, c.profile).In(c.language)
		if err != nil {
			t.Fatal(err)
		}
		if got := fixed(t, p, c.text); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.profile, c.text, got, c.want)
		}
	}
}
