package workbench

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/frametest"
	"tapescript/tui/locale"
)

// framed are the states in which the workbench is drawn: how it comes there, and
// what it is opened with.
var framed = []struct {
	name   string
	gold   bool
	empty  bool
	change func(*Opening)
	reach  func(d *desk)
}{
	{name: "at rest"},
	{name: "nothing written yet", empty: true},
	{name: "playing, with a gold", gold: true, reach: func(d *desk) {
		d.press("tab")
		d.play(2500 * time.Millisecond)
	}},
	{name: "an error", gold: true, reach: func(d *desk) { d.press("f8") }},
	{name: "the palette", reach: func(d *desk) { d.press("alt+x"); d.types("speaker") }},
	{name: "looking for a word", reach: func(d *desk) { d.press("ctrl+f"); d.types("mill") }},
	{name: "a replacement", reach: func(d *desk) {
		d.press("ctrl+r")
		d.types("mill")
		d.press("enter")
		d.types("Mill")
	}},
	{name: "who speaks", reach: func(d *desk) { d.press("alt+k") }},
	{name: "leaving with unsaved work", reach: func(d *desk) { d.types("x"); d.press("ctrl+q") }},
	{name: "an uncertain word", reach: func(d *desk) { d.press("alt+u") }},
	{name: "one like it", reach: func(d *desk) {
		d.press("alt+u")
		d.types("mole")
		d.press("alt+shift+f")
	}},
	{name: "a change", reach: func(d *desk) {
		d.press("end")
		d.types(" Now")
		d.press("home", "alt+shift+c")
	}},
	{name: "an edge", reach: func(d *desk) { d.press("alt+q") }},
	{name: "a tag", reach: func(d *desk) { d.press("alt+shift+m") }},
	{name: "a remark", change: func(o *Opening) {
		o.Style, _ = style.Lookup("rev-clean")
		o.Habits.Reason = func(f style.Finding) string { return "…" }
	}, reach: func(d *desk) { d.press("pgdown", "end"); d.types(" um 7"); d.press("alt+!") }},
	{name: "no disk, no sound", reach: func(d *desk) {
		d.bench.Journal = failing{}
		d.play(0)
	}},
}

// TestFrames draws the workbench in three sizes and both languages and compares
// it with frames that were looked at. TAPESCRIPT_UPDATE=1 writes them anew.
func TestFrames(t *testing.T) {
	for _, language := range locale.Languages() {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
			name := fmt.Sprintf("%s-%dx%d", language, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				var b strings.Builder
				for _, f := range framed {
					fmt.Fprintf(&b, "== %s ==\n%s\n", f.name, drawn(t, language, size, f.gold, f.empty, f.change, f.reach))
				}
				frametest.Compare(t, name, b.String())
			})
		}
	}
}

// drawn is a frame without its colours, each row without the spaces at its end.
func drawn(t *testing.T, language string, size [2]int, withGold, empty bool, change func(*Opening), reach func(*desk)) string {
	t.Helper()
	one := heardAs("1", 0, 6, "Good morning, I'm Hannah Reed, and today we're at the old tide mill?40 on Carrow Creek, which has ground flour since before anybody here can remember.")
	one.Speaker = "A"
	segments := []*transcript.Segment{one, said("2", 6, 12, "日本語 and عربي and é. A mill."), said("3", 12, 20, "")}
	if empty {
		segments = []*transcript.Segment{{ID: "1", End: 20 * time.Second}}
	}
	var g *transcript.Transcript
	if withGold {
		spoken := slices.Clone(segments)
		spoken[0] = said("1", 0, 6, strings.Replace(one.Text, "Reed", "Reid", 1))
		g = &transcript.Transcript{Segments: spoken}
	}
	d := sitWith(t, segments, g, "talk.vtt", func(o *Opening) {
		o.Words = locale.For(language)
		if change != nil {
			change(o)
		}
	})
	d.bench.doc.Transcript().BeginsDraft()
	keys, err := tui.Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	d.root = tui.NewRoot(d.bench, keys, locale.For(language), tui.Plain())
	d.root.Clock = func() time.Time { return d.now }
	d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
	if reach != nil {
		reach(d)
	}
	var b strings.Builder
	for _, row := range strings.Split(d.screen(), "\n") {
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	return b.String()
}

// TestLinearFrames works the workbench by lines in both languages, and compares
// what a screen reader would read with what was looked at.
func TestLinearFrames(t *testing.T) {
	for _, language := range locale.Languages() {
		t.Run(language, func(t *testing.T) {
			one := said("1", 0, 6, "the mill")
			one.Speaker = "A"
			d := sitWith(t, []*transcript.Segment{one, said("2", 6, 12, "")}, nil, "talk.vtt", func(o *Opening) {
				o.Words, o.AutoPlay = locale.For(language), false
			})
			in := strings.NewReader(":i\n on the creek\n:g 2\nwho has run it\n:.\n:speaker-1\n:t who ran it\n:k\n:dance\n:h\n:u\n:q\nl\n")
			var out strings.Builder
			if err := tui.RunLinear(t.Context(), d.bench, in, &out, tui.Options{Words: locale.For(language)}); err != nil {
				t.Fatal(err)
			}
			frametest.Compare(t, "linear-"+language, out.String())
		})
	}
}
