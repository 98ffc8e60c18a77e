package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
)

// script reads segments: "START END SPEAKER: TEXT" a line, seconds; "-" for a
// segment without times.
func script(t testing.TB, text string) *transcript.Transcript {
	t.Helper()
	tr := &transcript.Transcript{}
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		head, words, _ := strings.Cut(strings.TrimSpace(line), ":")
		s := &transcript.Segment{ID: fmt.Sprint(i + 1), Text: strings.TrimSpace(words)}
		var from, to float64
		if n, _ := fmt.Sscanf(head, "%g %g %s", &from, &to, &s.Speaker); n < 2 {
			_, _ = fmt.Sscanf(head, "- %s", &s.Speaker)
		}
		s.Start, s.End = time.Duration(from*float64(time.Second)), time.Duration(to*float64(time.Second))
		tr.Segments = append(tr.Segments, s)
	}
	return tr
}

var diffCases = []struct{ name, before, after, want string }{
	{"the same", "0 1 a: the cat sat", "0 1 a: the cat sat", "same"},
	{"a word replaced", "0 1 a: the cat sat", "0 1 a: the cad sat", "text: the [-cat-]{+cad+} sat"},
	{"capitals and punctuation", "0 1 a: the cat, sat", "0 1 a: The cat sat", "lesser: [~the cat,~]{~The cat~} sat"},
	{"only times", "0 1 a: the cat", "0 1.2 a: the cat", "times: the cat"},
	{"only the speaker", "0 1 a: the cat", "0 1 b: the cat", "speaker: the cat"},
	{"a split", "0 4 a: the cat sat on the mat", "0 2 a: the cat sat\n2 4 a: on a mat", "text times 1>2: the cat sat on [-the-]{+a+} mat"},
	{"a join", "0 2 a: the cat sat\n2 4 a: on the mat", "0 4 a: the cat sat on the mat", "times 2>1: the cat sat on the mat"},
	{
		"a segment gone", "0 1 a: one two three\n1 2 a: four five six\n2 3 a: seven eight", "0 1 a: one two three\n2 3 a: seven eight",
		"same | text times 1>0: [-four five six-] | same",
	},
	{
		"a segment new", "0 1 a: one two three\n2 3 a: seven eight", "0 1 a: one two three\n1 2 a: four five six\n2 3 a: seven eight",
		"same | text times 0>1: {+four five six+} | same",
	},
	{
		"nothing in common at one time, and one that is silent", "0 1 a: alpha beta\n1 2 a:\n2 3 a: tail end", "0 1 a: gamma delta\n1 2 a:\n2 3 a: tail end",
		"text: [-alpha beta-]{+gamma delta+} | same | same",
	},
	{
		"a word in common by chance", "0 1 a: he bought the red house\n5 6 a: yes", "1 5 a: nobody knows the answer to that\n5 6 a: yes",
		"text times 1>0: [-he bought the red house-] | text times 0>1: {+nobody knows the answer to that+} | same",
	},
	{"a word that moves over a border", "0 2 a: the cat sat on\n2 4 a: the mat today", "0 2 a: the cat sat\n2 4 a: on the mat today", "text: the cat sat [-on-] | text: {+on+} the mat today"},
	{"a border that moves, without times", "- a: the cat sat on\n- a: the mat", "- a: the cat sat\n- a: on the mat", "times: the cat sat on the mat"},
	{"all moved in time", "0 1 a: one two\n1 2 a: three four", "10 11 a: one two\n11 12 a: three four", "times: one two | times: three four"},
	{"without times", "- a: the cat sat\n- b: on a mat", "- a: the cat sat\n- b: under a mat", "same | text: [-on-]{+under+} a mat"},
	{"Chinese", "0 1 a: 我们走吧。", "0 1 a: 我门走吧。", "text: 我[-们-]{+门+}走吧。"},
	{"nothing and nothing", "0 1 a:", "0 1 a:", "same"},
	{"from nothing", "0 1 a:", "0 1 a: the cat", "text: {+the cat+}"},
}

// describe is a difference in one line.
func describe(d *Difference) string {
	var rows []string
	for i := range d.Rows {
		r := &d.Rows[i]
		var what []string
		for _, one := range []struct {
			is   bool
			name string
		}{{r.Text, "text"}, {r.Lesser && !r.Text, "lesser"}, {r.Times, "times"}, {r.Speaker, "speaker"}} {
			if one.is {
				what = append(what, one.name)
			}
		}
		if len(what) == 0 {
			rows = append(rows, "same")
			continue
		}
		text := strings.Join(what, " ")
		if len(r.Old) != len(r.New) {
			text += fmt.Sprintf(" %d>%d", len(r.Old), len(r.New))
		}
		w := &diffWriter{}
		rows = append(rows, text+": "+w.inline(r.Pieces))
	}
	return strings.Join(rows, " | ")
}

func TestDiff(t *testing.T) {
	for _, c := range diffCases {
		if got := describe(Diff(script(t, c.before), script(t, c.after))); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// sidesOf puts each side together again.
func sidesOf(d *Difference) (before, after string) {
	var a, b strings.Builder
	for i := range d.Rows {
		for _, p := range d.Rows[i].Pieces {
			a.WriteString(strings.ReplaceAll(p.Old, " ", ""))
			b.WriteString(strings.ReplaceAll(p.New, " ", ""))
		}
	}
	return a.String(), b.String()
}

func textOf(t *transcript.Transcript) string {
	var b strings.Builder
	for _, s := range t.Segments {
		b.WriteString(strings.Join(strings.Fields(s.Text), ""))
	}
	return b.String()
}

// TestDiffKeepsEveryWord: of any two transcripts both sides can be read off the
// difference, every segment is in one row, and none is told different from
// itself.
func TestDiffKeepsEveryWord(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	make := func() *transcript.Transcript {
		tr := &transcript.Transcript{}
		at := time.Duration(0)
		for i := range random.IntN(8) {
			s := &transcript.Segment{ID: fmt.Sprint(i), Start: at, End: at + time.Duration(1+random.IntN(3))*time.Second}
			at = s.End
			for range random.IntN(7) {
				s.Text += []string{"the", "The,", "cat", "sat", "我们", "on", "—"}[random.IntN(7)] + " "
			}
			if random.IntN(9) == 0 {
				s.Start, s.End = 0, 0
			}
			tr.Segments = append(tr.Segments, s)
		}
		return tr
	}
	for range 2000 {
		a, b := make(), make()
		d := Diff(a, b)
		before, after := sidesOf(d)
		if before != textOf(a) || after != textOf(b) {
			t.Fatalf("%q and %q became %q and %q", textOf(a), textOf(b), before, after)
		}
		var segments [2]int
		for i := range d.Rows {
			segments[0] += len(d.Rows[i].Old)
			segments[1] += len(d.Rows[i].New)
		}
		if segments != [2]int{len(a.Segments), len(b.Segments)} {
			t.Fatalf("%v segments of %d and %d", segments, len(a.Segments), len(b.Segments))
		}
		if same := Diff(a, a); !same.Same() {
			t.Fatalf("%q differs from itself: %s", textOf(a), describe(same))
		}
	}
}

func diffSample(t testing.TB) *Difference {
	before := script(t, `0 2 Ann: Well, it's a very cold day, isn't it?
		2 4 Ben: They say that it will be colder still tomorrow.
		4 6 Ann: one
		6 8 Ben: two
		8 10 Ann: three
		10 12 Ben: four
		12 14 Ann: five words that stay here`)
	after := script(t, `0 2 Ann: well it's a very cold day, isn't it?
		2 4 Ben: They say it will be rather colder still, to morrow.
		4 6 Ann: one
		6 8 Ben: two
		8 10 Ann: three
		10 12.5 Ann: four
		12.5 14 Ann: five words that stay here`)
	after.Segments[6].Text += "\x1b[31m\u202e"
	return Diff(before, after)
}

func TestDiffText(t *testing.T) {
	d := diffSample(t)
	for name, l := range map[string]DiffLayout{
		"diff-inline.golden": {Width: 60, Context: 1},
		"diff-beside.golden": {Width: 80, Beside: true},
		"diff-color.golden":  {Width: 60, Color: true},
	} {
		var out bytes.Buffer
		if err := DiffText(&out, d, l); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
		for line := range strings.Lines(out.String()) {
			if strings.HasPrefix(line, "  ") && ansi.StringWidth(strings.TrimSuffix(line, "\n")) > l.Width {
				t.Errorf("%s: a line of %d cells: %q", name, ansi.StringWidth(line), line)
			}
		}
	}
	if err := DiffText(full{}, d, DiffLayout{}); err == nil {
		t.Error("a write that fails is not told")
	}
}

func TestDiffOfNothingIsNothing(t *testing.T) {
	a := script(t, "0 1 a: the cat")
	var out bytes.Buffer
	if err := DiffText(&out, Diff(a, a), DiffLayout{}); err != nil || out.Len() > 0 {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

func TestDiffJSON(t *testing.T) {
	var out bytes.Buffer
	if err := DiffJSON(&out, "a.vtt", "b.vtt", diffSample(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "diff.json.golden", out.Bytes())
	var back diffJSON
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || len(back.Rows) != back.Counts.Rows || back.Counts.Times != 2 {
		t.Errorf("%d rows, %+v, %v", len(back.Rows), back.Counts, err)
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("the cat\nsat", "The cat sat")
	f.Add("我们\xff\x00", "“我 们”…")
	f.Fuzz(func(t *testing.T, x, y string) {
		if len(x)+len(y) > 1<<12 {
			return
		}
		make := func(text string) *transcript.Transcript {
			tr := &transcript.Transcript{}
			for i, line := range strings.Split(text, "\n") {
				tr.Segments = append(tr.Segments, &transcript.Segment{ID: fmt.Sprint(i), Text: line})
			}
			return tr
		}
		a, b := make(x), make(y)
		d := Diff(a, b)
		if before, after := sidesOf(d); before != textOf(a) || after != textOf(b) {
			t.Errorf("%q and %q became %q and %q", x, y, before, after)
		}
		var out bytes.Buffer
		if err := DiffText(&out, d, DiffLayout{Beside: true, Width: 30}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\x00\x1b\u202e\r") {
			t.Errorf("%q steers the terminal", out.String())
		}
	})
}

func TestTimesOfWordsDiffer(t *testing.T) {
	make := func(start time.Duration, estimated bool) *transcript.Transcript {
		return &transcript.Transcript{Segments: []*transcript.Segment{{
			ID: "1", Start: 0, End: time.Second, Text: "hello",
			Words: []transcript.Word{{From: 0, To: 5, Start: start, End: 900 * time.Millisecond, Estimated: estimated}},
		}}}
	}
	for _, c := range []struct {
		b    *transcript.Transcript
		want time.Duration
	}{
		{make(100*time.Millisecond, false), 0},
		{make(110*time.Millisecond, false), 0}, // rounded
		{make(400*time.Millisecond, false), 300 * time.Millisecond},
		{make(400*time.Millisecond, true), 0}, // nobody measured it
	} {
		d := Diff(make(100*time.Millisecond, false), c.b)
		if got := d.Rows[0].WordTimes; got != c.want || d.Same() != (c.want == 0) {
			t.Errorf("got %v, same %v; want %v", got, d.Same(), c.want)
		}
	}
}
