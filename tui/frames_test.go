package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tapescript/tui/locale"
)

// framedGroups are some of the help's: a frame of them all would change with
// every action that is added.
var framedGroups = []Group{
	{"playing", []Action{PlayPause, Replay, Back, BackFar, Slower, NormalSpeed, AgainSlower, Loop, StepPlay, LoopPause, Filter, EvenOut}},
	{"segments", []Action{NextAndPlay, SegmentDown, GoTo, SkipSilence, BeginSegments, Resegment, Speaker1, NameSpeaker, NextError}},
	{"writing", []Action{SplitHere, NextSpeaker, LineBreak, Backspace, Timestamp, Undo, SelectWordL}},
}

// TestHelpFrames draws the help in three sizes and both languages and compares
// it with frames that were looked at. TAPESCRIPT_UPDATE=1 writes them anew.
func TestHelpFrames(t *testing.T) {
	keys, err := Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range locale.Languages() {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
			name := fmt.Sprintf("help-%s-%dx%d", language, size[0], size[1])
			page := &helpPage{groups: framedGroups}
			var b strings.Builder
			for range 2 { // the second screen is one further down
				for _, row := range page.draw(size[0], size[1], keys, locale.For(language), Plain()).Rows {
					if n := ansi.StringWidth(row); n > size[0] {
						t.Errorf("%s: a row of %d cells: %s", name, n, row)
					}
					b.WriteString(strings.TrimRight(ansi.Strip(row), " ") + "\n")
				}
				page.key("pgdown")
			}
			path := filepath.Join("testdata", "frames", name+".txt")
			if os.Getenv("TAPESCRIPT_UPDATE") == "1" {
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("%s:\ngot\n%s\nwant\n%s", name, b.String(), want)
			}
		}
	}
}

// TestAWidePageGoesOnBesideItself: what does not fit below stands beside, and
// nothing is left out.
func TestAWidePageGoesOnBesideItself(t *testing.T) {
	keys, err := Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	words := locale.For("en")
	const h = 12
	page := &helpPage{groups: framedGroups}
	all := helpLines(framedGroups, 98, keys, words, Plain())
	if len(all) < h {
		t.Fatalf("only %d lines: nothing stands beside", len(all))
	}
	rows := page.draw(200, h, keys, words, Plain()).Rows
	for y, row := range rows[:h-1] {
		row = ansi.Strip(row)
		left, right := at(all, y), at(all, h-1+y)
		if !strings.HasPrefix(row, ansi.Strip(left)) || !strings.HasSuffix(row, ansi.Strip(right)) {
			t.Errorf("row %d is %q, want %q beside %q", y, row, left, right)
		}
	}
}
