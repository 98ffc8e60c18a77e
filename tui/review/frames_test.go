package review

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/frametest"
	"tapescript/tui/locale"
)

// drawing is a screen under its root, as a person sees it.
type drawing struct {
	t    *testing.T
	root *tui.Root
}

func newDrawing(t *testing.T, s tui.Screen, language string, w, h int) *drawing {
	t.Helper()
	keys, err := tui.Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	d := &drawing{t, tui.NewRoot(s, keys, wordsOf(language), tui.Plain())}
	d.run(d.root.Init())
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	return d
}

// wordsOf are a language's words, with the keys that are bound.
func wordsOf(language string) *locale.Words {
	keys, err := tui.Preset("tapescript")
	if err != nil {
		panic(err)
	}
	words := locale.For(language)
	return words.WithKeys(func(action string) string { return tui.KeyNameIn(words, keys.Keys(tui.Action(action))[0]) })
}

func (d *drawing) send(msg tea.Msg) {
	_, cmd := d.root.Update(msg)
	d.run(cmd)
}

func (d *drawing) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	default:
		d.send(msg)
	}
}

// keys presses keys by their names; text is typed letter by letter.
func (d *drawing) keys(names ...string) {
	special := map[string]tea.KeyPressMsg{
		"f8": {Code: tea.KeyF8}, "enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEsc},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "tab": {Code: tea.KeyTab}, "ctrl+s": {Code: 's', Mod: tea.ModCtrl},
		"ctrl+q": {Code: 'q', Mod: tea.ModCtrl}, "alt+h": {Code: 'h', Mod: tea.ModAlt}, "alt+x": {Code: 'x', Mod: tea.ModAlt},
		"ctrl+enter": {Code: tea.KeyEnter, Mod: tea.ModCtrl},
	}
	for _, name := range names {
		if msg, ok := special[name]; ok {
			d.send(msg)
			continue
		}
		for _, r := range name {
			msg := tea.KeyPressMsg{Code: r, Text: string(r)}
			if lower := []rune(strings.ToLower(name)); lower[0] != r { // as terminals send a capital
				msg.Code, msg.ShiftedCode, msg.Mod = lower[0], r, tea.ModShift
			}
			d.send(msg)
		}
	}
}

// picture is what is on the screen, without colours and the spaces at the ends
// of rows.
func (d *drawing) picture(w, h int) string {
	d.t.Helper()
	rows := strings.Split(d.root.View().Content, "\n")
	if len(rows) != h {
		d.t.Errorf("%d rows of %d", len(rows), h)
	}
	var b strings.Builder
	for _, row := range rows {
		if n := ansi.StringWidth(row); n > w {
			d.t.Errorf("a row of %d cells of %d: %q", n, w, row)
		}
		b.WriteString(strings.TrimRight(ansi.Strip(row), " ") + "\n")
	}
	return b.String()
}

// interviews are two recordings, read by several people; the second was written by
// somebody else.
func interviews(t *testing.T) []*Item {
	named := func(of *transcript.Transcript, names ...string) *transcript.Transcript {
		for i, n := range names {
			of.Segments[i].Speaker = of.SpeakerNamed(n).ID
		}
		return of
	}
	first := item(t,
		named(one("Good morning, I'm Hannah Reed, and today we're going to be at the old tide mill on Carrow Creek, which has ground flour since before anybody here can remember.",
			"It cost seven pounds, I did not pay.", "日本語 and عربي and é. A mill.", "we are going to stay two days"), "Hannah", "Thomas", "Hannah", "Hannah"),
		named(one("Good morning, I'm Anna Reed, and today were gonna be at the old tide mill on Carrow Creek, which has ground flour since before anybody can remember.",
			"It cost eleven pounds I did pay.", "日本 and عربي and é. A meal.", "we are gonna stay to days"), "Hannah", "Thomas", "Thomas", "Hannah"))
	first.ID, first.Worker = "mill-2026-03-14-morning.flac", "w-4f"
	second := item(t, one("the miller was here, the miller was there", "and he would tell me"), one("the milner was here, the milner was there", "and he'd tell tell me"))
	second.ID, second.Worker, second.Recording = "mill-2.flac", "w-07", "mill-2.flac"
	return []*Item{first, second}
}

var reviewed = []struct {
	name string
	keys []string
}{
	{"the list", nil},
	{"an error heard", []string{"f8"}},
	{"the next, decided for the draft", []string{"f8", "f8", "d"}},
	{"equal ones at once", []string{"="}},
	{"what to look at", []string{"f"}},
	{"only numbers", []string{"f", "n"}},
	{"another text", []string{"f8", "t"}},
	{"no error: by what rule", []string{"f8", "n"}},
	{"left unclear", []string{"f8", "u"}},
	{"the help", []string{"?"}},
	{"leaving with unsaved work", []string{"f8", "d", "ctrl+q"}},
	{"the palette", []string{"alt+x"}},
}

// TestFrames draws the screens of judging in three sizes and both languages and
// compares them with frames that were looked at. TAPESCRIPT_UPDATE=1 writes them
// anew.
func TestFrames(t *testing.T) {
	for _, language := range locale.Languages() {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
			name := fmt.Sprintf("%s-%dx%d", language, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				var review, columns, blind strings.Builder
				for _, f := range reviewed {
					fmt.Fprintf(&review, "== %s ==\n%s\n", f.name, framed(t, reviewScreen(t, language), language, size, f.keys))
				}
				for _, f := range chosenBetween {
					fmt.Fprintf(&columns, "== %s ==\n%s\n", f.name, framed(t, columnsScreen(t, language), language, size, f.keys))
				}
				for _, f := range writtenBlind {
					fmt.Fprintf(&blind, "== %s ==\n%s\n", f.name, framed(t, blindScreen(t, language), language, size, f.keys))
				}
				frametest.Compare(t, "review-"+name, review.String())
				frametest.Compare(t, "columns-"+name, columns.String())
				frametest.Compare(t, "blind-"+name, blind.String())
			})
		}
	}
}

func framed(t *testing.T, s tui.Screen, language string, size [2]int, keys []string) string {
	t.Helper()
	d := newDrawing(t, s, language, size[0], size[1])
	d.keys(keys...)
	return d.picture(size[0], size[1])
}

// still is the clock of what is drawn.
func still() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func noClock(time.Duration, func(time.Time) tea.Msg) tea.Cmd { return nil }

func reviewScreen(t *testing.T, language string) tui.Screen {
	r := New(Opening{Items: interviews(t), Deck: &silentDeck{}, Log: &memory{}, Words: wordsOf(language), Theme: tui.Plain(), Reviewer: "ana", Now: still})
	r.after = noClock
	return r
}

var chosenBetween = []struct {
	name string
	keys []string
}{
	{"the first column", nil},
	{"heard", []string{"f8"}},
	{"chosen", []string{"f8", "2"}},
	{"another text", []string{"t"}},
	{"the help", []string{"?"}},
}

func columnsScreen(t *testing.T, language string) tui.Screen {
	items := versions(t,
		[]string{"we saw the old tide mill on Carrow Creek which has ground flour since before anybody here can remember", "we saw a old tide mill on Carrow Creek which has ground flower since before anybody hear can remember",
			"we saw an old tied mill on narrow Creek which ground flour since before anybody here can remember", "we saw the old tide mill on Carrow Creak which has ground flour for anybody here can remember"},
		[]string{"it was late", "it was late", "it was late"})
	for _, v := range items { // how sure a consensus is changes with what it has learned
		for k := range v.Lattice.Columns {
			col := &v.Lattice.Columns[k]
			for i := range col.Candidates {
				n := 0
				for _, word := range col.Words {
					if word == col.Candidates[i].Text {
						n++
					}
				}
				col.Candidates[i].Confidence = float64(n) / float64(len(col.Words))
			}
		}
	}
	c := NewColumns(ChooseOpening{Items: items, Deck: &silentDeck{}, Log: &memory{}, Reviewer: "ana", Words: wordsOf(language), Theme: tui.Plain(), Now: still,
		Save: func([]Chosen) (string, error) { return "gold.tsv", nil }})
	c.after = noClock
	return c
}

var writtenBlind = []struct {
	name string
	keys []string
}{
	{"hidden", nil},
	{"written", []string{"good morning", "ctrl+enter"}},
	{"compared", []string{"good morning", "enter"}},
}

func blindScreen(t *testing.T, language string) tui.Screen {
	draft := one("Good morning, I'm Hannah Reed.", "It cost seven pounds.")
	own := one("", "")
	doc, err := transcript.NewDocument(own)
	if err != nil {
		t.Fatal(err)
	}
	b := NewBlind(BlindOpening{Draft: draft, Own: doc, Recording: "talk.wav", Deck: &silentDeck{}, Log: &memory{}, Reviewer: "ana", Words: wordsOf(language), Theme: tui.Plain(), Now: still,
		Save: func(*transcript.Transcript) (string, error) { return "own.vtt", nil }})
	b.after = noClock
	return b
}
