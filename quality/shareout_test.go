package quality

import (
	"maps"
	"testing"
	"time"

	"tapescript/transcript"
)

// Segments are cut elsewhere, a word differs, one is put in; commas go along.
func TestWordsAreSharedOutAmongAnothersSegments(t *testing.T) {
	seg := func(id string, from, to int, text string) *transcript.Segment {
		return &transcript.Segment{ID: id, Start: time.Duration(from) * time.Second, End: time.Duration(to) * time.Second, Text: text}
	}
	gold := &transcript.Transcript{Segments: []*transcript.Segment{seg("a", 0, 2, "we went home early"), seg("b", 2, 4, "and slept until noon")}}
	other := &transcript.Transcript{Segments: []*transcript.Segment{seg("1", 0, 3, "We went home, early and slapped"), seg("2", 3, 4, "until about noon.")}}
	got := ShareOut(gold, other)
	want := map[string]string{"a": "We went home, early", "b": "and slapped until about noon."}
	if !maps.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := ShareOut(gold, &transcript.Transcript{}); len(got) > 0 {
		t.Errorf("of nothing: %q", got)
	}
}
