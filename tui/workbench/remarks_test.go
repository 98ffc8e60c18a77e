package workbench

import (
	"strings"
	"testing"
	"time"

	"tapescript/quality/style"
	"tapescript/transcript"
)

func styled(t *testing.T, name string, segments ...*transcript.Segment) *desk {
	profile, err := style.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return sitWith(t, segments, nil, "t.vtt", func(o *Opening) {
		o.Style = profile
		o.Habits.Reason = func(f style.Finding) string { return string(f.Reason) + " " + strings.Join(f.Args, " ") }
	})
}

// TestTheStyleSpeaksWhileOneTypes: in the margin of each segment, in a line
// where the cursor is, and with a key that mends.
func TestTheStyleSpeaksWhileOneTypes(t *testing.T) {
	d := styled(t, "rev-clean", said("1", 0, 5, "So we should go."), said("2", 5, 10, "So um I think we should go."), said("3", 10, 11.5, "Then we left."))
	d.shows("▸  0:00.0", "!  0:05.0", "   0:10.0")
	d.press("alt+!")
	d.shows("V01 filler um – Alt+? mends it.")
	d.press("alt+?")
	d.wants("mended", d.text("2"), "So I think we should go.")
	if strings.Contains(d.screen(), "V01") {
		t.Error("the remark stays")
	}
	d.press("pgdown", "end")
	d.types(" Um, yes.")
	d.press("pgup")
	d.shows("!  0:10.0")
	d.press("pgdown")
	d.press("ctrl+z", "ctrl+z", "ctrl+z")
	d.press("ctrl+home", "alt+!")
	d.shows("The style has no more remarks.")
	d.press("alt+?")
	d.shows("The style remarks nothing here")
}

// TestLongSegmentsAreCutToTheStylesLength: at sentences, at words' own times,
// and all of it as one step.
func TestLongSegmentsAreCutToTheStylesLength(t *testing.T) {
	long := heardAs("1", 0, 20, "One two three four five. Six seven eight nine ten eleven twelve thirteen. Fourteen fifteen sixteen.")
	d := styled(t, "ldc-qtr", long)
	d.press("alt+*")
	segments := d.bench.doc.Transcript().Segments
	if len(segments) < 3 || segments[0].Text != "One two three four five." {
		t.Fatalf("cut into\n%s", d.texts())
	}
	var text []string
	for i, s := range segments {
		text = append(text, s.Text)
		if s.End-s.Start > 8*time.Second {
			t.Errorf("%v to %v is longer than 8 s", s.Start, s.End)
		}
		if i > 0 && s.Start != segments[i-1].End {
			t.Errorf("a gap at %v", s.Start)
		}
		for _, w := range s.Words {
			if w.Start < s.Start || w.End > s.End {
				t.Errorf("%q is heard outside of its segment", s.Text[w.From:w.To])
			}
		}
	}
	d.wants("the words", strings.Join(text, " "), long.Text)
	d.press("alt+*")
	d.shows("longer than 0:08.0")
	d.press("ctrl+z")
	d.wants("undone", d.texts(), "0:00.0-0:20.0 "+long.Text+"\n")
}
