package format

import (
	"slices"
	"testing"
	"time"

	"tapescript/transcript"
)

func TestCaptionsNameTheirSpeakersWhereTheNameRecurs(t *testing.T) {
	const text = "1\n00:00:01,000 --> 00:00:02,000\nANN: hello\n\n2\n00:00:02,000 --> 00:00:03,000\nNote: this is text\n\n" +
		"3\n00:00:03,000 --> 00:00:04,000\nANN:\nand more\n\n4\n00:00:04,000 --> 00:00:05,000\nso: it goes\n\n5\n00:00:05,000 --> 00:00:06,000\nso: on\n\n6\n00:00:06,000 --> 00:00:07,000\nANN:\n"
	tr := decoded(t, srt, []byte(text))
	tr.Segments[0].Words = []transcript.Word{{From: 0, To: 4, Confidence: 1}, {From: 5, To: 10, Start: time.Second, End: 2 * time.Second}}
	before := dump(tr)
	got, named := NameSpeakers(tr)
	if err := got.Validate(); err != nil || named != 2 || dump(tr) != before {
		t.Fatalf("%d named, %v", named, err)
	}
	for i, want := range []string{"ANN|hello", "|Note: this is text", "ANN|and more", "|so: it goes", "|so: on", "|ANN:"} {
		if s := got.Segments[i]; s.Speaker+"|"+s.Text != want {
			t.Errorf("segment %d: %s|%q, want %s", i+1, s.Speaker, s.Text, want)
		}
	}
	if w := got.Segments[0].Words; len(w) != 1 || w[0].From != 0 || w[0].To != 5 {
		t.Errorf("words: %+v", w)
	}
}

// TestHoldingsAreMeasured also has every format name in Cannot what it does not
// hold of a plain transcript.
func TestHoldingsAreMeasured(t *testing.T) {
	for _, c := range []struct {
		format string
		kind   LossKind
		want   Holding
	}{
		{"vtt", LostSpeakers, HoldsAll}, {"vtt", LostWordTimes, HoldsAll}, {"vtt", LostConfidence, HoldsNone},
		{"srt", LostSpeakers, HoldsAll}, {"srt", LostWordTimes, HoldsNone}, {"plain", LostTimes, HoldsNone}, {"plain", LostSpeakers, HoldsNone},
		{"jsonl", LostConfidence, HoldsAll}, {"ctm", LostConfidence, HoldsAll}, {"ctm", LostSpeakers, HoldsNone}, {"rttm", LostText, HoldsNone},
	} {
		f, _ := Lookup(c.format)
		if got := f.Holds(c.kind); got != c.want {
			t.Errorf("%s holds %s of the %s, want %s", c.format, got, c.kind, c.want)
		}
	}
	for _, f := range All() {
		for kind := range sampleCounts {
			if f.Holds(kind) != HoldsAll && len(f.Cannot) > 0 && !slices.Contains(f.Cannot, kind) {
				t.Errorf("%s does not hold %s, and does not say so", f.Name, kind)
			}
		}
	}
}
