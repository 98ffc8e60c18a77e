package workbench

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/tui"
)

// sure words and unsure ones: "word?40" is one of 40 %, all of them timed.
func heardAs(id string, from, to float64, text string) *transcript.Segment {
	s := said(id, from, to, "")
	fields := strings.Fields(text)
	step := (s.End - s.Start) / time.Duration(len(fields))
	for i, f := range fields {
		word, percent, doubted := strings.Cut(f, "?")
		confidence := .95
		if doubted {
			fmt.Sscanf(percent, "%f", &confidence)
			confidence /= 100
		}
		if s.Text != "" {
			s.Text += " "
		}
		at := s.Start + time.Duration(i)*step
		s.Words = append(s.Words, transcript.Word{From: len(s.Text), To: len(s.Text) + len(word), Start: at, End: at + step, Confidence: confidence})
		s.Text += word
	}
	return s
}

func withDraft(t *testing.T, segments ...*transcript.Segment) *desk {
	d := sit(t, segments, nil, "t.vtt")
	d.bench.doc.Transcript().BeginsDraft()
	return d
}

// TestUncertainWordsAreWalked: each is selected and heard, typed over or kept,
// and what was kept is not asked again.
func TestUncertainWordsAreWalked(t *testing.T) {
	d := withDraft(t, heardAs("1", 0, 8, "the mill?40 at carrow?30 creek"), heardAs("2", 8, 16, "the Carrow?50 mill?20 and carrow"))
	d.press("alt+u")
	d.shows("Uncertain 1 of 4: “mill”, 40 %")
	d.play(50 * time.Millisecond)
	if at := d.bench.sound.Position; at < time.Second || at > 2*time.Second || !d.bench.sound.Playing {
		t.Errorf("plays at %v", at)
	}
	d.press("alt+shift+k")
	d.shows("Uncertain 1 of 3: “carrow”, 30 %")
	d.types("Karrow")
	d.wants("mended", d.bench.doc.Segment("1").Text, "the mill at Karrow creek")
	d.press("alt+shift+f")
	d.shows("“carrow” became “Karrow”", "1 that was uncertain", "all 2 others")
	d.press("u")
	d.wants("the uncertain one", d.bench.doc.Segment("2").Text, "the Karrow mill and carrow")
	d.press("alt+shift+f", "a")
	d.wants("all", d.bench.doc.Segment("2").Text, "the Karrow mill and Karrow")
	d.press("ctrl+z", "alt+u")
	d.shows("Uncertain 1 of 1: “mill”, 20 %")
	d.press("alt+shift+f")
	d.shows("1 × “mill” kept.")
	d.press("alt+u")
	d.shows("No uncertain words are left.")
	if w := d.bench.doc.Segment("1").Words[4]; w.Start != 6400*time.Millisecond {
		t.Errorf("creek moved to %v", w.Start)
	}
	d.press("ctrl+z", "alt+shift+u")
	d.shows("“mill”, 20 %")
}

func TestTheDraftCanBeTakenBack(t *testing.T) {
	d := withDraft(t, heardAs("1", 0, 8, "the old mill at the creek"), heardAs("2", 8, 16, "nothing else"))
	d.bench.editor.SetCursor(transcript.Caret{Segment: "1", At: 4})
	d.press("ctrl+delete")
	d.types("new ")
	d.press("end")
	d.types(" now")
	d.press("pgdown", "ctrl+delete")
	d.press("ctrl+home", "alt+shift+c")
	d.shows("The draft has “old”")
	d.press("alt+shift+c")
	d.shows("The draft has nothing here")
	d.press("alt+shift+r")
	d.wants("added words gone", d.bench.doc.Segment("1").Text, "the old mill at the creek"[:4]+"new mill at the creek")
	d.press("alt+shift+c")
	d.shows("The draft has “nothing”")
	d.press("alt+shift+r")
	d.wants("left out words back", d.bench.doc.Segment("2").Text, "nothing else")
	d.press("ctrl+home", "alt+shift+y")
	d.wants("the segment", d.bench.doc.Segment("1").Text, "the old mill at the creek")
	if n := len(d.bench.doc.Segment("1").Words); n != 6 {
		t.Errorf("%d words are timed", n)
	}
	d.press("alt+shift+c")
	d.shows("The words are those of the draft.")
}

// TestTheDraftSurvivesSplits: words of the draft are found by their time, and
// the whole of it comes back, segments and all, as one step.
func TestTheDraftSurvivesSplits(t *testing.T) {
	d := withDraft(t, heardAs("1", 0, 16, "one two three four"))
	d.bench.editor.SetCursor(transcript.Caret{Segment: "1", At: 7})
	d.press("enter")
	d.types("tree ")
	d.press("ctrl+delete")
	d.wants("split and changed", d.texts(), "0:00.0-0:08.0 one two\n0:08.0-0:16.0 tree four\n")
	d.press("ctrl+home", "alt+shift+c")
	d.shows("The draft has “three”")
	d.press("alt+shift+r")
	d.wants("word back", d.texts(), "0:00.0-0:08.0 one two\n0:08.0-0:16.0 three four\n")
	d.press("alt+shift+z", "r")
	d.wants("all back", d.texts(), "0:00.0-0:16.0 one two three four\n")
	d.press("ctrl+z")
	d.wants("and away", d.texts(), "0:00.0-0:08.0 one two\n0:08.0-0:16.0 three four\n")
}

// TestChangesGoBackOneByOne: undoing every change that is found gives the
// draft's words, whatever was done to them.
func TestChangesGoBackOneByOne(t *testing.T) {
	for _, c := range [][2]string{
		{"a b c d", "a x c d"}, {"a b c", "a b c d e"}, {"a b c", "c"}, {"a b", ""}, {"", "a b"}, {"a b c d e", "b x d y e z"},
		{"a b", "x y a b"}, {"é ü", "é x ü"}, {"a  b", "a b c"},
	} {
		text := c[1]
		for range 20 {
			list := changesIn(c[0], text)
			if len(list) == 0 {
				break
			}
			e := revertEdit(&transcript.Segment{ID: "1", Text: text}, list[0]).(transcript.Splice)
			if text[e.At:e.At+len(e.Delete)] != e.Delete {
				t.Fatalf("%q → %q: %+v does not fit", c[0], text, e)
			}
			text = text[:e.At] + e.Insert + text[e.At+len(e.Delete):]
		}
		if got, want := strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(c[0]), " "); got != want {
			t.Errorf("%q of %q goes back to %q", c[1], c[0], got)
		}
	}
}

// TestNothingIsLeft: every action on a transcript without a segment says
// something, or does nothing.
func TestNothingIsLeft(t *testing.T) {
	profile, err := style.Lookup("rev-clean")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range tui.Groups {
		for _, a := range g.Actions {
			d := sitWith(t, two(), gold(), "t.vtt", func(o *Opening) { o.Style = profile })
			d.bench.doc.Transcript().BeginsDraft()
			d.press("alt+d", "alt+d")
			d.run(d.bench.Do(a)) // a panic ends the test
			if len(d.bench.doc.Transcript().Segments) > 1 && a != tui.Undo && a != tui.RevertAll {
				t.Errorf("%s made segments", a)
			}
		}
	}
}
