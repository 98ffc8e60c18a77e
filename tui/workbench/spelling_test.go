package workbench

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
	"tapescript/tui/locale"
	"tapescript/tui/spell"
)

// smallChecker has a dictionary of some words.
func smallChecker(t testing.TB) *spell.Checker {
	d, err := spell.Read([]byte("SET UTF-8\nTRY eilmrt\n"), []byte("1\nthe\nold\nmill\nwill\nat\ncreek\nwe\nreceive\nmilk\n"))
	if err != nil {
		t.Fatal(err)
	}
	return spell.NewChecker(d)
}

// learnt is what a desk's person has kept.
type learnt struct {
	mine, project []string
	refuse        error
}

func withSpelling(t *testing.T, l *learnt, segments ...*transcript.Segment) *desk {
	return sitWith(t, segments, nil, "t.vtt", func(o *Opening) {
		o.Spelling = Spelling{
			Project: true,
			Load:    func(*transcript.Transcript) (*spell.Checker, error) { return smallChecker(t), nil },
			Learn: func(word string, project bool) error {
				if project {
					l.project = append(l.project, word)
				} else {
					l.mine = append(l.mine, word)
				}
				return l.refuse
			},
		}
	})
}

// TestMisspeltWordsAreWalked: each is selected, heard and mended by a digit;
// numbers, tags and the speakers' names are none.
func TestMisspeltWordsAreWalked(t *testing.T) {
	l := &learnt{}
	d := withSpelling(t, l, heardAs("1", 0, 8, "Anna [crostalk] the mlil at 1:02 the old creek"), heardAs("2", 8, 16, "the ohld mill"))
	d.press(`alt+"`)
	d.shows("Spelling 1 of 2: “mlil”", "1  mill")
	d.play(50 * time.Millisecond)
	if at := d.bench.sound.Position; at < 2*time.Second || at > 4*time.Second || !d.bench.sound.Playing {
		t.Errorf("plays at %v", at)
	}
	d.press("1")
	d.wants("mended", d.text("1"), "Anna [crostalk] the mill at 1:02 the old creek")
	if w := d.bench.doc.Segment("1").Words[3]; !w.Timed() {
		t.Error("the mended word has lost its time")
	}
	d.shows("Spelling 1 of 1: “ohld”", "1  old")
	d.press("1")
	d.shows("has every word")
	d.press("ctrl+z")
	d.wants("undone", d.text("2"), "the ohld mill")
	d.press(`alt+"`)
	d.shows("Spelling 1 of 1: “ohld”")
	d.press("esc")
	if d.bench.question != nil {
		t.Error("Esc does not end the walk")
	}
}

func TestAllLikeAMisspeltWordAreOneStep(t *testing.T) {
	d := withSpelling(t, &learnt{}, said("1", 0, 5, "the mlil the Mlil"), said("2", 5, 10, "at the mlil"), said("3", 10, 15, "we recieve"))
	d.press(`alt+"`)
	d.shows("“mlil”", "all 3 like it")
	d.press("a")
	d.shows("Instead of “mlil”, all 3 times, as one step:")
	d.press("1")
	d.wants("all", d.text("1")+"|"+d.text("2"), "the mill the Mill|at the mill")
	d.shows("“recieve”")
	d.press("esc", "ctrl+z")
	d.wants("one undo", d.text("1")+"|"+d.text("2"), "the mlil the Mlil|at the mlil")
}

func TestAMisspeltWordIsLeftWhereOneLikes(t *testing.T) {
	l := &learnt{}
	d := withSpelling(t, l, said("1", 0, 5, "zonk quux zonk"), said("2", 5, 10, "quux blarg zonk frob"))
	d.press(`alt+"`)
	d.shows("1 of 7: “zonk”")
	d.press("i")
	d.shows("1 of 6: “quux”")
	d.press("s")
	d.shows("1 of 4: “zonk”")
	d.press("w")
	d.shows("1 of 2: “blarg”")
	d.press("p")
	d.shows("1 of 1: “frob”")
	if strings.Join(l.mine, " ") != "zonk" || strings.Join(l.project, " ") != "blarg" {
		t.Errorf("kept %q and %q", l.mine, l.project)
	}
	d.press("e")
	d.shows("Type over it")
	d.types("mill")
	d.wants("typed over", d.text("2"), "quux blarg zonk mill")
	d.press(`alt+"`)
	d.shows("has every word")
	l.refuse = errors.New("the disk is full")
	d.press("end")
	d.types(" xyzzy")
	d.press(`alt+"`, "w")
	d.shows("could not be kept: the disk is")
}

// TestWhoTypesOnIsNotAsked: an answer that comes late asks nothing.
func TestWhoTypesOnIsNotAsked(t *testing.T) {
	d := withSpelling(t, &learnt{}, said("1", 0, 5, "the mlil "))
	cmd := d.bench.nextMisspelt()
	d.bench.editor.SetCursor(transcript.Caret{Segment: "1", At: 9})
	d.now = d.now.Add(time.Second)
	d.types("at")
	d.run(cmd)
	if d.bench.question != nil {
		t.Error("a question took the keyboard from somebody who types")
	}
}

func TestWithoutADictionary(t *testing.T) {
	d := sitWith(t, []*transcript.Segment{said("1", 0, 5, "x")}, nil, "t.vtt", func(o *Opening) {
		o.Spelling.Load = func(*transcript.Transcript) (*spell.Checker, error) { return nil, &spell.Missing{Language: "fr"} }
		o.Explain = func(err error) string { return "install hunspell-fr" }
	})
	d.press(`alt+"`)
	d.shows("install hunspell-fr")
	bare := sit(t, []*transcript.Segment{said("1", 0, 5, "x")}, nil, "t.vtt")
	bare.press(`alt+"`)
	bare.shows("no spell check here")
}

// TestSpellingFrames draws the question in both languages, at the smallest size.
func TestSpellingFrames(t *testing.T) {
	for _, language := range locale.Languages() {
		d := sitWith(t, []*transcript.Segment{heardAs("1", 0, 8, "the old mlil at the creek"), heardAs("2", 8, 16, "we receive mlil")}, nil, "talk.vtt", func(o *Opening) {
			o.Words = locale.For(language)
			o.Spelling = Spelling{Project: true, Learn: func(string, bool) error { return nil },
				Load: func(*transcript.Transcript) (*spell.Checker, error) { return smallChecker(t), nil }}
		})
		d.press(`alt+"`)
		var b strings.Builder
		for row := range strings.Lines(ansi.Strip(d.root.View().Content)) {
			b.WriteString(strings.TrimRight(row, " \n") + "\n")
		}
		path := filepath.Join("testdata", "frames", "spelling-"+language+"-80x24.txt")
		if os.Getenv("TAPESCRIPT_UPDATE") == "1" {
			if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d.wants("frame "+path, b.String(), string(want))
	}
}
