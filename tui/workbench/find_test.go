package workbench

import (
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

func said(id string, from, to float64, text string) *transcript.Segment {
	at := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	return &transcript.Segment{ID: id, Start: at(from), End: at(to), Text: text}
}

func TestFindGoesFromMatchToMatch(t *testing.T) {
	d := sit(t, []*transcript.Segment{said("1", 0, 5, "The Ministère said so."), said("2", 5, 10, "ministère, the ministère."), said("3", 10, 20, "Nothing.")}, nil, "t.vtt")
	d.press("ctrl+f")
	d.types("minist")
	d.shows("1 of 3", "> minist")
	at := func(want string) {
		t.Helper()
		from, to, _ := d.bench.editor.Selection()
		if got := from.Segment + " " + d.bench.doc.Segment(from.Segment).Text[from.At:to.At]; got != want {
			t.Errorf("selected %q, want %q", got, want)
		}
	}
	at("1 Minist")
	d.press("enter", "down")
	at("2 minist")
	d.shows("3 of 3")
	d.press("enter")
	at("1 Minist")
	d.press("ctrl+t", "backspace", "esc") // case counts from now on
	if d.bench.question != nil {
		t.Fatal("Esc does not end it")
	}
	d.press("ctrl+g")
	d.press("ctrl+g")
	d.shows("1 of 2")
	d.press("ctrl+f", "ctrl+u", "ctrl+t", "ctrl+e")
	d.types("the [a-z]+è")
	d.shows("2 of 2")
	d.types("re[.,]")
	d.shows("1 of 1", "regular expression: on")
	at("2 the ministère.")
	d.press("ctrl+u")
	d.types("(")
	d.shows("not yet a regular expression")
}

// TestReplaceIsOneStep: text by a pattern with groups, names of speakers too,
// seen before it is done and undone at once; the times of other words stay.
func TestReplaceIsOneStep(t *testing.T) {
	one := said("1", 0, 5, "Mr Smith met Mr Jones here")
	one.Words = []transcript.Word{{From: 22, To: 26, Start: 4 * time.Second, End: 5 * time.Second}}
	one.Speaker = "A"
	d := sit(t, []*transcript.Segment{one, said("2", 5, 20, "Mr Wu")}, nil, "t.vtt")
	d.press("ctrl+r", "ctrl+e")
	d.types(`Mr (\w+)|Ann`)
	d.shows("1 of 3, 1 speaker's name")
	d.press("enter")
	d.types("$1-san")
	d.shows("3 places in the text, 1 speaker's name:", "[Mr Smith→Smith-san] met", "[Mr Wu→Wu-san]")
	before := d.bench.doc.Revision()
	d.press("enter")
	d.wants("texts", d.texts(), "0:00.0-0:05.0 Smith-san met Jones-san here\n0:05.0-0:20.0 Wu-san\n")
	if name := d.bench.doc.Transcript().Speakers[0].Name; name != "-sana" {
		t.Errorf("the speaker is %q now", name)
	}
	if d.bench.doc.Revision() != before+1 {
		t.Error("it is more than one step")
	}
	s := d.bench.doc.Segment("1")
	if len(s.Words) == 0 || s.Text[s.Words[len(s.Words)-1].From:] != "here" {
		t.Errorf("words %+v", s.Words)
	}
	d.press("ctrl+z")
	d.wants("undone", d.texts(), "0:00.0-0:05.0 Mr Smith met Mr Jones here\n0:05.0-0:20.0 Mr Wu\n")
	// One at a time; without a regular expression $ is a dollar.
	d.press("ctrl+r", "ctrl+u", "ctrl+e")
	d.types("mr ")
	d.press("enter", "ctrl+u")
	d.types("$1")
	d.press("ctrl+o", "ctrl+o", "esc")
	d.wants("one by one", d.texts(), "0:00.0-0:05.0 $1Smith met $1Jones here\n0:05.0-0:20.0 Mr Wu\n")
}

func TestASelectionOfSegmentsIsDoneWithAtOnce(t *testing.T) {
	d := sit(t, []*transcript.Segment{said("1", 0, 5, "a"), said("2", 5, 10, "b"), said("3", 10, 15, "c"), said("4", 15, 20, "d")}, nil, "t.vtt")
	d.press("shift+down", "alt+1")
	who := func() string {
		var b strings.Builder
		for _, s := range d.bench.doc.Transcript().Segments {
			b.WriteString(s.Speaker + ",")
		}
		return b.String()
	}
	d.wants("speakers", who(), "A,A,,,")
	d.press("ctrl+z")
	d.wants("speakers undone", who(), ",,,,")
	d.press("ctrl+home", "shift+down", "shift+down", "alt+'")
	d.wants("merged", d.texts(), "0:00.0-0:15.0 a b c\n0:15.0-0:20.0 d\n")
	d.press("alt+'")
	d.wants("merged with the next", d.texts(), "0:00.0-0:20.0 a b c d\n")
	d.press("ctrl+z", "ctrl+z", "ctrl+a", "alt+d")
	d.wants("deleted", d.texts(), "")
	d.press("ctrl+z")
	d.wants("and back", d.texts(), "0:00.0-0:05.0 a\n0:05.0-0:10.0 b\n0:10.0-0:15.0 c\n0:15.0-0:20.0 d\n")
}

func TestTwoSpeakersBecomeOne(t *testing.T) {
	a, b := said("1", 0, 5, "a"), said("2", 5, 20, "b")
	a.Speaker = "A"
	d := sit(t, []*transcript.Segment{a, b}, nil, "t.vtt")
	d.press("pgdown", "alt+2", "alt+k", "r", "ctrl+u")
	d.types("Anna")
	d.press("enter")
	d.shows("There is a Anna already.", "they are one")
	d.press("m")
	for _, s := range d.bench.doc.Transcript().Segments {
		if s.Speaker != "A" {
			t.Errorf("%s is said by %q", s.Text, s.Speaker)
		}
	}
	d.shows("1 segment of Speaker 2 is Anna's now.")
}
