package transcript

import (
	"slices"
	"testing"
	"time"
)

func TestSpokenWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":              nil,
		"Hello, world!": {"Hello,", "world!"},
		"well – [laughs] I [inaudible 1:02] think": {"well", "I", "think"},
		"a[b [c] d]e": {"a", "e"},
		"… … 3":       {"3"},
		"東京 tower":    {"東", "京", "tower"},
		"l’été":       {"l’été"},
		"a] b":        {"a]", "b"},
	} {
		var got []string
		for _, w := range SpokenWords(text) {
			got = append(got, text[w.From:w.To])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// What was measured stays, what is new is an estimate between it, and a
// recogniser's confidence is not replaced by ours.
func TestPlacesGoAroundWhatWasMeasured(t *testing.T) {
	const ms = time.Millisecond
	words := SpokenWords("one two three")
	s := &Segment{ID: "1", Start: 0, End: 3 * time.Second, Text: "one two three", Words: []Word{
		{From: 0, To: 3, Confidence: .9},
		{From: 4, To: 7, Start: 1000 * ms, End: 1200 * ms},
	}}
	places := []Place{{Start: 800*ms + 400, End: 1100 * ms, Confidence: .4}, {Start: 0, End: 1, Confidence: .1}, {Start: 1100 * ms, End: 1500 * ms, Confidence: .777}}
	got, n := s.Place(words, places, false)
	want := []Word{
		{From: 0, To: 3, Start: 800 * ms, End: 1000 * ms, Confidence: .9, Estimated: true},
		{From: 4, To: 7, Start: 1000 * ms, End: 1200 * ms},
		{From: 8, To: 13, Start: 1200 * ms, End: 1500 * ms, Confidence: .78, Estimated: true},
	}
	if !slices.Equal(got.Words, want) || n != (Placing{Placed: 2, Kept: 1, Doubtful: 1}) {
		t.Errorf("got %+v, %+v", got.Words, n)
	}
	if got.Start != s.Start || got.End != s.End || len(s.Words) != 2 {
		t.Error("a timed segment stays where it is, and the old one as it was")
	}
	if _, n := s.Place(words, places, true); n.Kept != 0 || n.Placed != 3 {
		t.Errorf("all: %+v", n)
	}
}

func TestASegmentWithoutATimeGetsThatOfItsWords(t *testing.T) {
	s := &Segment{ID: "1", Text: "go"}
	got, _ := s.Place(SpokenWords(s.Text), []Place{{Start: time.Second, End: time.Second, Confidence: 1}}, false)
	if got.Start != time.Second || got.End != time.Second+time.Millisecond {
		t.Errorf("from %v to %v", got.Start, got.End)
	}
	if same, _ := s.Place(nil, nil, false); same != s {
		t.Error("nothing to place, and another segment")
	}
}

func TestMeasured(t *testing.T) {
	words := SpokenWords("one two")
	s := &Segment{Text: "one two", Words: []Word{{From: 0, To: 3, End: 1}, {From: 4, To: 7, End: 2}}}
	if !s.Measured(words) || s.Measured(nil) {
		t.Error("all have a time")
	}
	s.Words[1].Estimated = true
	if s.Measured(words) {
		t.Error("an estimate was taken for a measured time")
	}
	s.Words = s.Words[:1]
	if s.Measured(words) {
		t.Error("a word without a time")
	}
}

func TestATranscriptAsALine(t *testing.T) {
	x := &Transcript{Segments: []*Segment{
		{Text: " one\n two ", Words: []Word{{Confidence: .5}, {}}}, {Text: " "}, {Text: "three", Words: []Word{{Confidence: 1}}},
	}}
	if got := x.Line(); got != "one two three" {
		t.Errorf("%q", got)
	}
	if got := x.Confidence(); got != .75 {
		t.Errorf("confidence %v", got)
	}
	if x = (&Transcript{}); x.Line() != "" || x.Confidence() != 0 {
		t.Error("of nothing")
	}
}
