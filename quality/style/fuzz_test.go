package style

import (
	"testing"
	"time"
	"unicode/utf8"

	"tapescript/transcript"
)

// FuzzLint holds that findings lie in the text, on the borders of characters,
// that fixes apply, and that what has been fixed needs no fix.
func FuzzLint(f *testing.F) {
	f.Add("Um, I I went to the the (inaudible 1:02) -- gonna w- we've 3  dogs .", uint8(0))
	f.Add("“Yeah… 12 %”, l’été ’cause [Sic] ((x)) {laugh} &um xx [/] <a> 5 p.m.", uint8(5))
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		text = transcript.Clean(text)
		if len(text) > 2000 {
			return
		}
		p := mustLookup(t, names[int(which)%len(names)])
		if which >= 128 {
			p, _ = p.In("fr")
		}
		half := len(text) / 2
		for !utf8.RuneStart(append([]byte(text), 'x')[half]) {
			half--
		}
		tr := &transcript.Transcript{Segments: []*transcript.Segment{
			{ID: "1", Start: time.Second, End: 3 * time.Second, Text: text[:half]},
			{ID: "2", Start: 2 * time.Second, End: 9 * time.Second, Text: text[half:]},
		}}
		if err := tr.Validate(); err != nil {
			t.Fatal(err)
		}
		for _, g := range p.Lint(tr) {
			s := tr.Segments[0]
			if g.Segment == "2" {
				s = tr.Segments[1]
			}
			if g.From < 0 || g.From > g.To || g.To > len(s.Text) || !utf8.ValidString(s.Text[g.From:g.To]) {
				t.Fatalf("%q: %+v", s.Text, g)
			}
			if g.Fix != nil {
				doc, err := transcript.NewDocument(&transcript.Transcript{Segments: []*transcript.Segment{tr.Segments[0], tr.Segments[1]}})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := doc.Apply(g.Fix); err != nil {
					t.Fatalf("%q: %+v: %v", s.Text, g, err)
				}
			}
		}
		fixed, _, err := p.Fix(tr)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range p.Lint(fixed) {
			if g.Fix != nil {
				t.Fatalf("%q %q became %q %q: %+v", tr.Segments[0].Text, tr.Segments[1].Text, fixed.Segments[0].Text, fixed.Segments[1].Text, g)
			}
		}
	})
}

// FuzzParse holds that a profile is read or refused.
func FuzzParse(f *testing.F) {
	f.Add([]byte("name = \"a\"\nextends = \"rev-clean\"\n[rule.V01]\nseverity = \"off\"\nwords = [\"ß\"]\n"))
	f.Add([]byte("[rule.T02]\nform = \"x\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := Parse(data, "own.toml"); err == nil {
			p.LintText("Um, so [x] 3 (y) ß.", "so um")
		} else if _, ok := err.(*ProfileError); !ok {
			t.Fatalf("%T", err)
		}
	})
}
