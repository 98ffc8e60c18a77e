package quality

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// words writes so many of few words, so that alignments have choices.
func fewWords(random *rand.Rand, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = []string{"a", "the", "Paris", "going", "to", "gonna", "two", "not"}[random.IntN(8)]
	}
	return strings.Join(list, " ")
}

func fewSegments(random *rand.Rand, n int) *transcript.Transcript {
	t := &transcript.Transcript{}
	for i := range n {
		from := time.Duration(i) * time.Second
		t.Segments = append(t.Segments, &transcript.Segment{ID: fmt.Sprint(i + 1), Start: from, End: from + time.Second, Text: fewWords(random, random.IntN(6))})
	}
	return t
}

// TestMatchingCountsAsAScoreDoes changes both sides at random; what was kept
// from before must not show.
func TestMatchingCountsAsAScoreDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(10, 1))
	for range 20 {
		gold, hyp := fewSegments(random, 6), fewSegments(random, 6)
		m := NewMatching(Options{Notation: true})
		for range 12 {
			var sum Counts
			for _, b := range m.Match(gold, hyp) {
				sum = sum.Add(b.Counts)
				if got := countSteps(b.Steps); got != b.Counts {
					t.Fatalf("steps say %+v, the block %+v", got, b.Counts)
				}
			}
			want := ScoreTranscripts(gold, hyp, Options{Notation: true}).Corpus
			want.Characters, want.CharacterErrors = 0, 0
			if sum != want {
				t.Fatalf("%+v, a score has %+v", sum, want)
			}
			side := []*transcript.Transcript{gold, hyp}[random.IntN(2)]
			i := random.IntN(len(side.Segments))
			s := *side.Segments[i]
			s.Text = fewWords(random, 4)
			if random.IntN(3) == 0 {
				s.Text += " { going to / gonna }"
			}
			if random.IntN(4) == 0 {
				s.End -= 300 * time.Millisecond
			}
			side.Segments[i] = &s
		}
	}
}

func TestMatchingKeepsBlocksThatStayed(t *testing.T) {
	random := rand.New(rand.NewPCG(10, 2))
	gold, hyp := fewSegments(random, 5), fewSegments(random, 5)
	m := NewMatching(Options{})
	before := m.Match(gold, hyp)
	s := *hyp.Segments[2]
	s.Text = "another text"
	hyp.Segments[2] = &s
	after := m.Match(gold, hyp)
	if len(before) != 5 || len(after) != 5 {
		t.Fatalf("%d and %d blocks", len(before), len(after))
	}
	for i := range after {
		if same := before[i] == after[i]; same == (i == 2) {
			t.Errorf("block %d: the same is %v", i, same)
		}
	}
}

func TestConcernAndWriting(t *testing.T) {
	one := func(gold, hyp string) []Step {
		of := func(text string) *transcript.Transcript {
			return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}}
		}
		return NewMatching(Options{}).Match(of(gold), of(hyp))[0].Steps
	}
	if c := one("we met Anna", "we met Hannah")[2].Concern(); !c.Name || c.Number || c.Negation {
		t.Errorf("a name: %+v", c)
	}
	if c := one("it is seven", "it is eleven")[2].Concern(); !c.Number {
		t.Errorf("a number: %+v", c)
	}
	if c := one("it is not so", "it is so")[2].Concern(); !c.Negation {
		t.Errorf("a negation: %+v", c)
	}
	p, c := one("Yes, we did.", "yes we did.")[0].Writing()
	if p.Wrong == 0 || c.Wrong == 0 {
		t.Errorf("a mark %+v and a capital %+v", p, c)
	}
	if p, c := one("Yes, we did.", "Yes, we did.")[0].Writing(); p.Wrong+c.Wrong != 0 {
		t.Errorf("the same: %+v %+v", p, c)
	}
}
