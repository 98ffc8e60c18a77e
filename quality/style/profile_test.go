package style

import (
	"errors"
	"testing"

	"tapescript/transcript"
)

func TestAnOwnProfileExtendsOne(t *testing.T) {
	p, err := Parse([]byte(`
name = "ours"
extends = "rev-clean"

[rule.V01]
severity = "warning"
words = ["Blah"]
allow = ["uh"]
[rule.V01.text]
en = "Our clients want no fillers."

[rule.P01]
severity = "off"

[rule.V05.replace]
Tis = "it is"
`), "ours.toml")
	if err != nil {
		t.Fatal(err)
	}
	found := p.LintText("blah uh um tis gonna", "")
	var rules string
	for _, f := range found {
		rules += f.Rule + " " + string(f.Severity) + ", "
	}
	if want := "V01 warning, V01 warning, V05 warning, V05 warning, "; rules != want {
		t.Errorf("found %s want %s", rules, want)
	}
	if got := p.Text("V01", "en"); got != "Our clients want no fillers." {
		t.Errorf("the text is %q", got)
	}
	// The one that it extends is as it was.
	if n := len(mustLookup(t, "rev-clean").LintText("Uh, tis blah.", "")); n != 1 {
		t.Errorf("%d findings by rev-clean", n)
	}
}

func TestAProfileThatIsWrongSaysWhere(t *testing.T) {
	for _, c := range []struct {
		text string
		line int
		code ProfileCode
		arg  string
	}{
		{"name = \"a\"\nextends = \"nobody\"\n", 2, UnknownProfile, "nobody"},
		{"\n\n[rule.V99]\nseverity = \"error\"\n", 3, UnknownRule, "V99"},
		{"[rule.V01]\nseverity = \"grave\"\n", 2, BadTOML, ""},
		{"[rule.V01]\nwrods = [\"um\"]\n", 2, UnknownKey, "rule.V01.wrods"},
		{"[rule.V01]\nform = \"x\"\n", 2, UnknownForm, "x"},
		{"[rule.P04]\n\nform = \"~\"\n", 3, UnknownForm, "~"},
		{"language = \"tlh\"\n", 1, UnknownLanguage, "tlh"},
		{"[rule.V01\n", 1, BadTOML, ""},
	} {
		_, err := Parse([]byte(c.text), "ours.toml")
		var e *ProfileError
		if !errors.As(err, &e) || e.Line != c.line || e.Code != c.code || c.arg != "" && e.Arg != c.arg || e.Path != "ours.toml" {
			t.Errorf("%q: %v", c.text, err)
		}
	}
	if _, err := Parse(make([]byte, MaxProfile+1), "large.toml"); err == nil {
		t.Error("a profile of any size is read")
	}
	if _, err := Lookup("nobody"); err == nil {
		t.Error("there is a profile nobody")
	}
}

func TestATagsTimeIsThatOfTheWordBeforeIt(t *testing.T) {
	text := "He said [inaudible] and left the room again."
	tr := &transcript.Transcript{Segments: []*transcript.Segment{{
		ID: "1", Start: seconds("140.0"), End: seconds("145.0"), Text: text,
		Words: []transcript.Word{{From: 3, To: 7, Start: seconds("141.0"), End: seconds("142.5")}, {From: 20, To: 23, Start: seconds("143.0"), End: seconds("144.0")}},
	}}}
	out, done, err := mustLookup(t, "rev-clean").Fix(tr)
	if err != nil || len(done) != 1 {
		t.Fatal(done, err)
	}
	s := out.Segments[0]
	if s.Text != "He said [inaudible 00:02:22] and left the room again." {
		t.Errorf("%q", s.Text)
	}
	// The words keep their times, and the transcript that was given its text.
	if w := s.Words[1]; s.Text[w.From:w.To] != "and" || w.Start != seconds("143.0") || w.Estimated {
		t.Errorf("%+v", w)
	}
	if tr.Segments[0].Text != text {
		t.Error("Fix changed what it was given")
	}
	late := "He said [inaudible 00:09:00] and left the room again."
	found := mustLookup(t, "rev-clean").Lint(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Start: seconds("140.0"), End: seconds("145.0"), Text: late}}})
	if len(found) != 1 || found[0].Reason != TagTimeOutside || found[0].Fix != nil {
		t.Errorf("%v", summary(found))
	}
}

func TestLabelsAreMadeOneForm(t *testing.T) {
	tr, _ := Example("<S1> Hello there.\n<Speaker 2> Good morning.")
	out, done, err := mustLookup(t, "transcribeme-cv").Fix(tr)
	if err != nil || len(done) != 1 || out.SpeakerName(out.Segments[1].Speaker) != "S2" {
		t.Errorf("%v %v %+v", done, err, out.Speakers)
	}
}

func TestOneSegmentIsLintedAsInTheWhole(t *testing.T) {
	p := mustLookup(t, "rev-clean")
	tr, _ := Example("0.0-3.0 <Ann> I was um there as\n2.5-5.0 <Ann> well  yesterday\n6.0-9.0 <Bob> and the the day before that one.")
	var one []Finding
	for _, s := range tr.Segments {
		one = append(one, p.LintSegment(tr, s)...)
	}
	if whole := p.Lint(tr); len(whole) == 0 || len(whole) != len(one) {
		t.Errorf("the whole: %v\nby segments: %v", summary(whole), summary(one))
	}
	if len(p.LintSegment(tr, &transcript.Segment{Text: "um"})) == 0 {
		t.Error("a segment that is in no transcript has no findings")
	}
}
