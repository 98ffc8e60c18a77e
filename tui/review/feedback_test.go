package review

import (
	"strings"
	"testing"
	"time"

	"tapescript/quality"
)

// TestFeedbackCountsWhatIsTheTranscribers: what the reviewer found right, or
// allowed, is no mistake; what was decided counts though the draft is mended.
func TestFeedbackCountsWhatIsTheTranscribers(t *testing.T) {
	it := three(t)
	s := sit(t, Opening{Items: []*Item{it}})
	s.keys("G") // gonna, twice: mistakes
	s.keys("d") // cold: the gold was wrong
	s.keys("n") // Gent
	s.answer("s")
	s.answer("")
	log, err := ReadLog(&s.log.Buffer)
	if err != nil {
		t.Fatal(err)
	}
	f := Assess([]*Item{it}, quality.Options{}, log, func(*Item) time.Duration { return time.Minute })[0]
	if len(f.Mistakes) != 3 || len(f.Allowed) != 2 || len(f.Unclear) != 0 {
		t.Fatalf("%+v", f)
	}
	first := f.Mistakes[0]
	if !first.Critical || first.Draft != "to" || first.Gold != "two" || first.At > 3 || first.Until < 2.5 || first.Advice() != "number" {
		t.Errorf("the gravest: %+v", first)
	}
	if m := f.Mistakes[1]; m.Times != 2 || m.Draft != "gonna" {
		t.Errorf("the most frequent: %+v", m)
	}
	c := f.Cards
	// 16 words; gonna for two words, twice, and to: 5 wrong.
	if c.Errors != 5 || f.Words != 16 || *c.WER != 5./16 || *c.WAcc != 100*11./16 || c.Critical != 1 || c.Noncritical != 1 || c.AHDI != 96 || c.Passes || c.Accuracy != 1 || c.Formatting != 5 {
		t.Errorf("%+v, %v", c, *c.WER)
	}
	if names := f.Allowed[1].Rule; names != "spelling" {
		t.Errorf("rule %q", names)
	}
}

func TestFeedbackWithoutWords(t *testing.T) {
	f := Assess([]*Item{item(t, one(""), one(""))}, quality.Options{}, nil, func(*Item) time.Duration { return 0 })[0]
	if f.Cards.WER != nil || len(f.Mistakes) != 0 || f.Cards.AHDI != 100 || !f.Cards.Passes {
		t.Errorf("%+v", f)
	}
	if m := (&Mistake{Kinds: strings.Fields("substitution"), Times: 3}); m.Advice() != "again" {
		t.Error(m.Advice())
	}
}
