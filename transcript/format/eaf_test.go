package format

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tapescript/transcript"
)

// TestEAFDropsOnlyWhatSpokeOfAnAnnotationThatIsGone: a translation of an
// annotation that somebody deleted would make the file invalid.
func TestEAFDropsOnlyWhatSpokeOfAnAnnotationThatIsGone(t *testing.T) {
	data, err := os.ReadFile("testdata/eaf/call.eaf")
	if err != nil {
		t.Fatal(err)
	}
	tr := decoded(t, eaf, data)
	tr.Segments = slices.DeleteFunc(tr.Segments, func(s *transcript.Segment) bool { return s.ID == "a3" })
	written := string(encoded(t, eaf, tr))
	for text, want := range map[string]bool{`ANNOTATION_ID="a3"`: false, `ANNOTATION_ID="a6"`: false, `ANNOTATION_ID="a5"`: true,
		`CV_ID="hands"`: true, `CONSTRAINTS="Symbolic_Association"`: true, `TIER_ID="Bob"`: true, "the%20call.wav": true} {
		if strings.Contains(written, text) != want {
			t.Errorf("%s: is there %v\n%s", text, !want, written)
		}
	}
}
