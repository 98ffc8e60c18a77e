package transcript

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

// ledger is a Log that keeps everything.
type ledger struct{ entries []Entry }

func (l *ledger) Append(e Entry) { l.entries = append(l.entries, e) }

// interview is three segments of two speakers, one of them with word times.
func interview() *Transcript {
	return &Transcript{
		Speakers: []Speaker{{"A", "Anna"}, {"B", "Ben"}},
		Segments: []*Segment{
			{ID: "1", Start: 0, End: 2 * time.Second, Speaker: "A", Text: "the cat sat", Words: []Word{
				{From: 0, To: 3, Start: 0, End: 400 * time.Millisecond, Confidence: .9},
				{From: 4, To: 7, Start: 500 * time.Millisecond, End: time.Second, Confidence: .8},
				{From: 8, To: 11, Start: time.Second, End: 1800 * time.Millisecond, Confidence: .7},
			}},
			{ID: "2", Start: 2 * time.Second, End: 3 * time.Second, Speaker: "B", Text: "on the mat"},
			{ID: "3", Start: 3 * time.Second, End: 5 * time.Second, Text: "été 日本 👩‍👩‍👧"},
		},
	}
}

func open(t *testing.T, tr *Transcript) (*Document, *ledger) {
	t.Helper()
	d, err := NewDocument(tr)
	if err != nil {
		t.Fatal(err)
	}
	l := &ledger{}
	d.Record(l)
	return d, l
}

func must(t *testing.T, d *Document, e Edit) Change {
	t.Helper()
	c, err := d.Apply(e)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.t.Validate(); err != nil {
		t.Fatalf("after %#v: %v", e, err)
	}
	return c
}

// drawWords shows a segment's words in its text, each with its end in ms; a
// tilde marks an estimated time.
func drawWords(s *Segment) string {
	var b strings.Builder
	at := 0
	for _, w := range s.Words {
		mark := ""
		if w.Estimated {
			mark = "~"
		}
		fmt.Fprintf(&b, "%s[%s%s%d]", s.Text[at:w.From], s.Text[w.From:w.To], mark, w.End.Milliseconds())
		at = w.To
	}
	return b.String() + s.Text[at:]
}

func TestSpliceKeepsTheTimesOfWordsThatSurvive(t *testing.T) {
	for _, c := range []struct {
		name     string
		at       int
		del, ins string
		want     string
	}{
		{"a letter inside a word", 5, "", "h", "[the400] [chat1000] [sat1800]"},
		{"a letter at a word's end", 7, "", "s", "[the400] [cats1000] [sat1800]"},
		{"a letter at a word's start", 4, "", "s", "[the400] [scat1000] [sat1800]"},
		{"a comma", 7, "", ",", "[the400] [cat,1000] [sat1800]"},
		{"a new word between", 4, "", "big ", "[the400] big [cat1000] [sat1800]"},
		{"a space after a word", 7, "", " ", "[the400] [cat1000]  [sat1800]"},
		{"a new word at the end", 11, "", " down", "[the400] [cat1000] [sat1800] down"},
		{"a space inside a word", 5, "", " ", "[the400] [c~666] [at~1000] [sat1800]"},
		{"text with a space inside a word", 5, "", "ow r", "[the400] [cow~750] [rat~1000] [sat1800]"},
		{"the space between two words", 7, " ", "", "[the400] [catsat1800]"},
		{"a hyphen for the space", 7, " ", "-", "[the400] [cat-sat1800]"},
		{"part of a word", 4, "c", "", "[the400] [at1000] [sat1800]"},
		{"a word and its space", 4, "cat ", "", "[the400] [sat1800]"},
		{"a word for a word", 4, "cat", "dog", "[the400] [dog1000] [sat1800]"},
		{"a word and its space for another", 4, "cat ", "dog ", "[the400] [dog1000] [sat1800]"},
		{"a word for two", 4, "cat", "big dog", "[the400] big dog [sat1800]"},
		{"letters inside a word", 5, "a", "u", "[the400] [cut1000] [sat1800]"},
		{"across two words", 5, "at s", "r", "[the400] [crat1800]"},
		{"across two words, with a space", 5, "at s", "r b", "[the400] [cr1000] [bat1800]"},
		{"everything", 0, "the cat sat", "no", "no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := open(t, interview())
			must(t, d, Splice{"1", c.at, c.del, c.ins})
			if got := drawWords(d.Segment("1")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAReplacedWordLosesTheRecognisersConfidence(t *testing.T) {
	d, _ := open(t, interview())
	must(t, d, Splice{"1", 4, "cat", "dog"})
	if got := d.Segment("1").Words[1].Confidence; got != 0 {
		t.Errorf("confidence %v, want none", got)
	}
}

func TestSplitThenMergeGivesBackTheSegment(t *testing.T) {
	d, _ := open(t, interview())
	before := *d.Segment("1")
	must(t, d, Split{"1", 3, 450 * time.Millisecond, "new"})
	if a, b := drawWords(d.Segment("1")), drawWords(d.Segment("new")); a != "[the400]" || b != "[cat1000] [sat1800]" {
		t.Errorf("split into %s and %s", a, b)
	}
	if s := d.Segment("new"); s.Start != 450*time.Millisecond || s.End != 2*time.Second || s.Speaker != "A" {
		t.Errorf("the second part is %+v", s)
	}
	must(t, d, Merge{"1", "new"})
	if got := *d.Segment("1"); !reflect.DeepEqual(got, before) {
		t.Errorf("got  %+v\nwant %+v", got, before)
	}
}

func TestRetimeMovesASegmentToWhereItsStartBelongs(t *testing.T) {
	d, _ := open(t, interview())
	must(t, d, Retime{"1", 2500 * time.Millisecond, 2900 * time.Millisecond})
	if got := ids(d); got != "2 1 3" {
		t.Errorf("order %s", got)
	}
	must(t, d, Retime{"3", 0, 100 * time.Millisecond})
	if got := ids(d); got != "3 2 1" {
		t.Errorf("order %s", got)
	}
	for range 2 {
		if _, err := d.Undo(); err != nil {
			t.Fatal(err)
		}
	}
	if got := ids(d); got != "1 2 3" {
		t.Errorf("order after undo %s", got)
	}
}

func ids(d *Document) string {
	var list []string
	for _, s := range d.t.Segments {
		list = append(list, s.ID)
	}
	return strings.Join(list, " ")
}

func TestEditsThatDoNotFitAreRefusedAndChangeNothing(t *testing.T) {
	for _, e := range []Edit{
		Splice{"9", 0, "", "x"},
		Splice{"1", 0, "a", "x"},
		Splice{"1", 12, "", "x"},
		Splice{"1", -1, "", "x"},
		Splice{"3", 1, "", "x"},
		Splice{"1", 0, "", "\x1b[2J"},
		Splice{"1", 0, "", "\xff"},
		Splice{"1", 0, "", ""},
		Split{"1", 3, 3 * time.Second, "n"},
		Split{"1", 3, time.Second, "2"},
		Split{"1", 3, time.Second, ""},
		Split{"1", 99, time.Second, "n"},
		Merge{"1", "3"},
		Merge{"3", ""},
		Insert{Segment{ID: "n", Start: 9 * time.Second, End: 10 * time.Second}, "2"},
		Insert{Segment{ID: "2"}, ""},
		Insert{Segment{ID: "n", Speaker: "nobody"}, ""},
		Delete{"9"},
		Retime{"1", 2 * time.Second, time.Second},
		SetSpeaker{"1", "nobody"},
		AddSpeaker{Speaker{"A", "again"}},
		RenameSpeaker{"nobody", "x"},
		SetWords{"1", []Word{{From: 0, To: 99}}},
		Batch{[]Edit{Splice{"1", 0, "", "x"}, Delete{"9"}}},
	} {
		d, l := open(t, interview())
		_, err := d.Apply(e)
		var refused *RefusedError
		if !errors.As(err, &refused) {
			t.Errorf("%#v: got %v, want a refusal", e, err)
		}
		if !reflect.DeepEqual(*d.Snapshot(), *interview()) || len(l.entries) > 0 || d.Revision() != 0 {
			t.Errorf("%#v was refused and left a trace", e)
		}
	}
}

func TestUndoTakesBackAWordAtATime(t *testing.T) {
	d, _ := open(t, interview())
	at := len("on the mat")
	for _, r := range " was red" {
		must(t, d, Splice{"2", at, "", string(r)})
		at += len(string(r))
	}
	for _, want := range []string{"on the mat was ", "on the mat ", "on the mat"} {
		c, err := d.Undo()
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Segment("2").Text; got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		if c.Caret != (Caret{"2", len(want)}) {
			t.Errorf("caret %+v after %q", c.Caret, want)
		}
	}
	if _, err := d.Undo(); !errors.Is(err, ErrNothing) {
		t.Errorf("got %v, want ErrNothing", err)
	}
	if c, _ := d.Redo(); d.Segment("2").Text != "on the mat " || c.Caret.At != len("on the mat ") {
		t.Errorf("redo gives %q, caret %+v", d.Segment("2").Text, c.Caret)
	}
}

func TestDeleteAndBackspaceAreUndoneAWordAtATime(t *testing.T) {
	for _, c := range []struct {
		name string
		from int // of the text "on the mat"
		back bool
		want []string // after each undo
	}{
		{"delete", 0, false, []string{"mat", "the mat", "on the mat"}},
		{"delete from a space on", 2, false, []string{"onmat", "onthe mat", "on the mat"}},
		{"backspace", 10, true, []string{"on", "on the", "on the mat"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, l := open(t, interview())
			for at := c.from; ; {
				text := d.Segment("2").Text
				if c.back {
					at--
				}
				if at < 0 || at >= len(text) {
					break
				}
				must(t, d, Splice{"2", at, text[at : at+1], ""})
			}
			checkReplay(t, d, l)
			for _, want := range c.want {
				if _, err := d.Undo(); err != nil {
					t.Fatal(err)
				}
				if got := d.Segment("2").Text; got != want {
					t.Fatalf("got %q, want %q", got, want)
				}
			}
			if _, err := d.Undo(); !errors.Is(err, ErrNothing) {
				t.Errorf("got %v, want ErrNothing", err)
			}
		})
	}
}

// TestAChangeSaysWhichSegmentItIsAbout: where to look after the edit, its undo
// and its redo, also where the hand stays as it was.
func TestAChangeSaysWhichSegmentItIsAbout(t *testing.T) {
	late := 4 * time.Second
	for _, c := range []struct {
		name       string
		edit       Edit
		done, back string
		noCaret    bool
	}{
		{"speaker", SetSpeaker{"2", "A"}, "2", "2", true},
		{"words", SetWords{"2", nil}, "2", "2", true},
		{"borders", Retime{"2", 2500 * time.Millisecond, late}, "2", "2", true},
		{"moved back", Retime{"1", late, late}, "1", "1", true},
		{"moved forward", Retime{"3", time.Second, late}, "3", "3", true},
		{"text", Splice{"3", 0, "", "x"}, "3", "3", false},
		{"split", Split{"1", 3, time.Second, "n"}, "1", "1", false},
		{"merge", Merge{"2", "3"}, "2", "2", false},
		{"insert", Insert{Segment{ID: "n"}, "3"}, "n", "2", false},
		{"delete", Delete{"2"}, "1", "2", false},
		{"delete the first", Delete{"1"}, "2", "1", false},
		{"several", Batch{[]Edit{SetSpeaker{"2", "A"}, AddSpeaker{Speaker{"C", "Cleo"}}, SetSpeaker{"3", "C"}}}, "3", "2", true},
		{"inserted and named", Batch{[]Edit{Insert{Segment{ID: "n"}, "1"}, SetSpeaker{"n", "A"}}}, "n", "1", false},
		{"a name", RenameSpeaker{"A", "Anne"}, "", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := open(t, interview())
			done := must(t, d, c.edit)
			back, err := d.Undo()
			if err != nil {
				t.Fatal(err)
			}
			again, err := d.Redo()
			if err != nil {
				t.Fatal(err)
			}
			if done.Home != c.done || back.Home != c.back || again.Home != c.done {
				t.Errorf("about %q, undone %q, redone %q; want %q and %q", done.Home, back.Home, again.Home, c.done, c.back)
			}
			if c.noCaret && (done.Caret != Caret{} || back.Caret != Caret{}) {
				t.Errorf("the hand moves to %+v and %+v", done.Caret, back.Caret)
			}
		})
	}
	d, _ := open(t, &Transcript{Segments: []*Segment{{ID: "1"}}})
	if c := must(t, d, Delete{"1"}); c.Home != "" {
		t.Errorf("without segments it is about %q", c.Home)
	}
}

func TestASpeakersNameSteersNoTerminal(t *testing.T) {
	for _, s := range []Speaker{{"A", "An\nna"}, {"A", "\x1b[2J"}, {"A\x07", "Anna"}, {"A\n", "Anna"}, {"A", "\xff"}, {"A", "a\u2028b"}} {
		tr := &Transcript{Speakers: []Speaker{s}}
		if tr.Validate() == nil {
			t.Errorf("%+q is taken for a speaker", s)
		}
		d, _ := open(t, interview())
		var refused *RefusedError
		if _, err := d.Apply(RenameSpeaker{"A", s.ID + s.Name}); !errors.As(err, &refused) {
			t.Errorf("%+q: got %v, want a refusal", s, err)
		}
	}
}

func TestAPasteIsAStepOfItsOwn(t *testing.T) {
	d, _ := open(t, interview())
	must(t, d, Splice{"2", 10, "", " in the sun"})
	must(t, d, Splice{"2", 21, "", "!"})
	if _, err := d.Undo(); err != nil || d.Segment("2").Text != "on the mat in the sun" {
		t.Errorf("undo of the letter gives %q, %v", d.Segment("2").Text, err)
	}
}

func TestBatchIsUndoneAsOne(t *testing.T) {
	d, _ := open(t, interview())
	must(t, d, Batch{[]Edit{
		AddSpeaker{Speaker{"C", "Cleo"}},
		SetSpeaker{"3", "C"},
		Splice{"2", 0, "on", "under"},
		Delete{"1"},
	}})
	if got := d.Segment("2").Text + " " + d.t.SpeakerName("C") + " " + ids(d); got != "under the mat Cleo 2 3" {
		t.Errorf("got %s", got)
	}
	if _, err := d.Undo(); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*d.Snapshot(), *interview()) {
		t.Error("undo of a batch does not give back the transcript")
	}
}

// TestAnyEditsKeepTheRulesAndCanBeUndone is the property that everything
// stands on: whatever is done, the transcript is valid, all of it can be taken
// back, and a replay of the log gives the same document.
func TestAnyEditsKeepTheRulesAndCanBeUndone(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		d, l := open(t, interview())
		for n := range 120 {
			e := randomEdit(d, random, n)
			var c Change
			switch random.IntN(12) {
			case 0:
				c, _ = d.Undo()
			case 1:
				c, _ = d.Redo()
			default:
				c, _ = d.Apply(e)
			}
			if c.Home != "" && d.Segment(c.Home) == nil || c.Home == "" && len(c.Runs) > 0 && len(d.t.Segments) > 0 {
				t.Fatalf("seed %d, after %#v: the change is about segment %q", seed, e, c.Home)
			}
			if err := d.t.Validate(); err != nil {
				t.Fatalf("seed %d, after %#v: %v", seed, e, err)
			}
			for i, s := range d.t.Segments {
				if d.Segment(s.ID) != s || d.Index(s.ID) != i {
					t.Fatalf("seed %d, after %#v: segment %q is not found at %d", seed, e, s.ID, i)
				}
			}
			if beyond := fmt.Sprint(len(d.t.Segments) + 1 + n); d.Segment(beyond) != nil && d.Segment(beyond).ID != beyond {
				t.Fatalf("seed %d, after %#v: segment %q is %q", seed, e, beyond, d.Segment(beyond).ID)
			}
		}
		checkReplay(t, d, l)
		for {
			if _, err := d.Undo(); err != nil {
				break
			}
		}
		if !reflect.DeepEqual(normal(d), normal2(interview())) {
			t.Fatalf("seed %d: undoing everything does not give back the beginning", seed)
		}
	}
}

func checkReplay(t *testing.T, d *Document, l *ledger) {
	t.Helper()
	again, _ := open(t, interview())
	for _, e := range l.entries {
		if err := again.Replay(e); err != nil {
			t.Fatalf("replaying %+v: %v", e, err)
		}
	}
	if !reflect.DeepEqual(normal(d), normal(again)) || len(d.undo) != len(again.undo) {
		t.Fatal("a replay of the log gives another document")
	}
}

// normal is a transcript by value, without the difference of nil and empty.
func normal(d *Document) []Segment { return normal2(d.Snapshot()) }

func normal2(t *Transcript) []Segment {
	var out []Segment
	for _, s := range t.Segments {
		n := *s
		if len(n.Words) == 0 {
			n.Words = nil
		}
		out = append(out, n)
	}
	return out
}

func randomEdit(d *Document, r *rand.Rand, n int) Edit {
	if len(d.t.Segments) == 0 {
		return Insert{Segment{ID: fmt.Sprint("i", n), Text: "anew"}, ""}
	}
	s := d.t.Segments[r.IntN(len(d.t.Segments))]
	borders := []int{0}
	for i := range s.Text {
		borders = append(borders, i)
	}
	borders = append(borders, len(s.Text))
	a, b := r.IntN(len(borders)), r.IntN(len(borders))
	from, to := borders[min(a, b)], borders[max(a, b)]
	ins := []string{"", "x", " ", "a b", "é", "日", "\n", "long word"}[r.IntN(8)]
	between := s.Start + time.Duration(r.Int64N(int64(s.End-s.Start)+1))
	switch r.IntN(9) {
	case 0:
		return Split{s.ID, from, between, fmt.Sprint("n", n)}
	case 1:
		if i := d.Index(s.ID); i+1 < len(d.t.Segments) {
			return Merge{s.ID, d.t.Segments[i+1].ID}
		}
		return Delete{s.ID}
	case 2:
		return Retime{s.ID, time.Duration(r.IntN(5)) * time.Second, time.Duration(5+r.IntN(5)) * time.Second}
	case 3:
		return Insert{Segment{ID: fmt.Sprint("i", n), Start: between, End: between + time.Second, Text: ins}, s.ID}
	case 4:
		return Batch{[]Edit{SetSpeaker{s.ID, "B"}, Splice{s.ID, from, s.Text[from:to], ins}}}
	case 5:
		return Splice{s.ID, from, "", ins}
	default:
		return Splice{s.ID, from, s.Text[from:to], ins}
	}
}

func TestAtFindsTheSegmentThatBeganLast(t *testing.T) {
	tr := interview()
	tr.Segments[0].End = 2500 * time.Millisecond // talks into the next
	for _, c := range []struct {
		ms, near, want int
	}{{0, -1, 0}, {1999, 0, 0}, {2200, 0, 1}, {2200, 1, 1}, {3000, 1, 2}, {4999, 2, 2}, {5000, 2, -1}, {0, 99, 0}} {
		if got := tr.At(time.Duration(c.ms)*time.Millisecond, c.near); got != c.want {
			t.Errorf("at %d ms, near %d: segment %d, want %d", c.ms, c.near, got, c.want)
		}
	}
}

func TestCleanTakesAwayWhatSteersATerminal(t *testing.T) {
	for _, c := range [][2]string{
		{"plain é\n", "plain é\n"},
		{"a\r\nb\rc", "a\nb\nc"},
		{"\x1b]0;title\x07x", "]0;titlex"},
		{"tab\there", "tab here"},
		{"bad \xff byte", "bad \uFFFD byte"},
		{"c1 \u009b31m", "c1 31m"},
	} {
		if got := Clean(c[0]); got != c[1] {
			t.Errorf("Clean(%q) = %q, want %q", c[0], got, c[1])
		}
		if unclean(Clean(c[0])) != "" {
			t.Errorf("Clean(%q) is not clean", c[0])
		}
	}
}

func FuzzSplice(f *testing.F) {
	f.Add("the cat sat", 4, 3, "dog")
	f.Add("日本 語", 3, 3, " ")
	f.Fuzz(func(t *testing.T, text string, at, n int, ins string) {
		tr := &Transcript{Segments: []*Segment{{ID: "1", End: time.Second, Text: Clean(text)}}}
		s := tr.Segments[0]
		from := 0
		for i, field := range strings.Fields(s.Text) {
			k := from + strings.Index(s.Text[from:], field)
			from = k + len(field)
			s.Words = append(s.Words, Word{From: k, To: from, Start: time.Duration(i), End: time.Duration(i + 1)})
		}
		d, err := NewDocument(tr)
		if err != nil {
			t.Fatal(err)
		}
		if at < 0 || at > len(s.Text) || n < 0 || n > len(s.Text)-at {
			return
		}
		if _, err := d.Apply(Splice{"1", at, s.Text[at : at+n], ins}); err != nil {
			return
		}
		if err := d.t.Validate(); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Undo(); err != nil || !reflect.DeepEqual(d.Segment("1"), s) {
			t.Fatal("undo does not give back the segment")
		}
	})
}

func BenchmarkTypingIn20000Segments(b *testing.B) {
	tr := &Transcript{}
	for i := range 20000 {
		tr.Segments = append(tr.Segments, &Segment{ID: itoa(i + 1), Start: time.Duration(i) * time.Second, End: time.Duration(i+1) * time.Second, Text: "seven words are said in here now"})
	}
	d, err := NewDocument(tr)
	if err != nil {
		b.Fatal(err)
	}
	at := 5
	for b.Loop() {
		if _, err := d.Apply(Splice{"10000", at, "", "x"}); err != nil {
			b.Fatal(err)
		}
		if at++; at > 2000 {
			d.Undo()
			at = 5
		}
	}
}
