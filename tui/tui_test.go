package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/tui/locale"
)

// page is a screen that writes down what reaches it.
type page struct {
	done     []Action
	typed    string
	question *Question
}

func (p *page) Init() tea.Cmd            { return nil }
func (p *page) Do(a Action) tea.Cmd      { p.done = append(p.done, a); return nil }
func (p *page) Type(text string) tea.Cmd { p.typed += text; return nil }
func (p *page) Update(tea.Msg) tea.Cmd   { return nil }
func (p *page) Question() *Question      { return p.question }
func (p *page) Draw(w, h int) Frame {
	f := Frame{CursorX: 0, CursorY: 0}
	for range h {
		f.Rows = append(f.Rows, strings.Repeat("x", w))
	}
	return f
}

func newRoot(t *testing.T) (*Root, *page) {
	t.Helper()
	keys, err := Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	p := &page{}
	r := NewRoot(p, keys, locale.For("en"), Plain())
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	return r, p
}

func press(r *Root, keys ...tea.KeyPressMsg) {
	for _, k := range keys {
		r.Update(k)
	}
}

func letter(c rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: c, Text: string(c)} }

func alt(c rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: c, Mod: tea.ModAlt} }

func TestEveryActionHasAKeyAndAName(t *testing.T) {
	keys, err := Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	bound := 0
	for _, g := range Groups {
		for _, code := range locale.Languages() {
			if !locale.For(code).Has("group." + g.Name) {
				t.Errorf("%s has no heading for %s", code, g.Name)
			}
		}
		for _, a := range g.Actions {
			if len(keys.Keys(a)) == 0 {
				t.Errorf("no key does %s", a)
			}
			bound++
			for _, code := range locale.Languages() {
				if !locale.For(code).Has("action." + string(a)) {
					t.Errorf("%s has no sentence for %s", code, a)
				}
			}
		}
	}
	if bound < 50 {
		t.Errorf("only %d actions are listed", bound)
	}
	for _, name := range keys.keys {
		for _, k := range name {
			switch k {
			case "alt+[", "alt+shift+o", "alt+shift+p", "alt+shift+x":
				t.Errorf("%s begins an escape sequence", k)
			}
		}
	}
}

func TestKeysAreWrittenAsPeopleWriteThem(t *testing.T) {
	for key, want := range map[string]string{
		"+": "+", "s": "s", "shift+s": "Shift+S", "é": "é", "alt++": "Alt++", "alt+-": "Alt+−", "alt+shift+j": "Alt+Shift+J", "pgdown": "PgDn", "f8": "F8", "esc": "Esc",
	} {
		if got := KeyName(key); got != want {
			t.Errorf("%s is written %s, want %s", key, got, want)
		}
	}
}

func TestPlayingHasTwoKeys(t *testing.T) {
	keys, _ := Preset("tapescript")
	for _, a := range []Action{PlayPause, Replay, Back, Forward, Slower, Faster, Loop, NextError, PreviousError} {
		if len(keys.Keys(a)) < 2 {
			t.Errorf("%s has only %v: some terminal keeps that key to itself", a, keys.Keys(a))
		}
	}
}

func TestConflictingKeysAreRefused(t *testing.T) {
	for _, c := range []struct{ table, want string }{
		{"play = ['tab']\nloop = ['TAB']", "tab does both"},
		{"dance = ['f9']", "no action \"dance\""},
		{"play = 3", "reading the keys"},
	} {
		if _, err := ParseKeymap([]byte(c.table)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.table, err, c.want)
		}
	}
}

func TestKeysGoTheirWay(t *testing.T) {
	r, p := newRoot(t)
	press(r, letter('a'), tea.KeyPressMsg{Code: tea.KeyTab}, tea.KeyPressMsg{Code: 'J', Text: "J", Mod: tea.ModShift},
		alt('j'), tea.KeyPressMsg{Code: '~', Mod: tea.ModAlt}, tea.KeyPressMsg{Code: tea.KeyExtended, Text: "👩‍👧"})
	if p.typed != "aJ👩‍👧" || len(p.done) != 2 || p.done[0] != PlayPause || p.done[1] != Back {
		t.Errorf("typed %q, did %v", p.typed, p.done)
	}
	r.Update(tea.PasteMsg{Content: "two words"})
	if !strings.HasSuffix(p.typed, "two words") {
		t.Errorf("pasted into %q", p.typed)
	}
}

func TestAQuestionTakesTheKeyboardButNotThePlayer(t *testing.T) {
	r, p := newRoot(t)
	answered := ""
	p.question = &Question{
		Text:    "Save?",
		Choices: []Choice{{Key: "s", Label: "save", Do: func() tea.Cmd { answered += "s"; return nil }}},
		Cancel:  func() tea.Cmd { answered += "esc"; return nil },
	}
	press(r, letter('x'), letter('s'), tea.KeyPressMsg{Code: tea.KeyTab}, tea.KeyPressMsg{Code: tea.KeyEscape})
	if answered != "sesc" || p.typed != "" || len(p.done) != 1 || p.done[0] != PlayPause {
		t.Errorf("answered %q, typed %q, did %v", answered, p.typed, p.done)
	}
	if screen := ansi.Strip(r.View().Content); !strings.Contains(screen, "Save?") || !strings.Contains(screen, "save") {
		t.Errorf("the question is not drawn:\n%s", screen)
	}
}

func TestALineIsAskedFor(t *testing.T) {
	r, p := newRoot(t)
	name, got := "Ann", ""
	p.question = &Question{Text: "Name?", Input: &name, Enter: func(s string) tea.Cmd { got = s; return nil }}
	press(r, letter('é'), tea.KeyPressMsg{Code: tea.KeyBackspace}, letter('a'))
	r.Update(tea.PasteMsg{Content: " van\nde Velde"})
	press(r, tea.KeyPressMsg{Code: tea.KeyEnter})
	if got != "Annavan de Velde" {
		t.Errorf("got %q", got)
	}
	if v := r.View(); v.Cursor == nil || v.Cursor.Position.X != ansi.StringWidth("> Annavan de Velde") {
		t.Errorf("cursor %+v", v.Cursor)
	}
}

func TestHelpListsTheKeysAndCloses(t *testing.T) {
	r, p := newRoot(t)
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 120})
	press(r, tea.KeyPressMsg{Code: tea.KeyF1})
	screen := ansi.Strip(r.View().Content)
	for _, want := range []string{"Tab  F4", "play or pause", "Alt+J", "Ctrl+S", "Alt+−", "PgDn"} {
		if !strings.Contains(screen, want) {
			t.Errorf("help lacks %q", want)
		}
	}
	press(r, letter('x'))
	if r.help != nil || p.typed != "" {
		t.Error("a key does not just close the help")
	}
}

func TestFrameNeverOverflows(t *testing.T) {
	r, p := newRoot(t)
	line := "a name"
	states := []func(){
		func() {},
		func() { r.help = &helpPage{groups: r.groups()} },
		func() {
			r.help = nil
			p.question = &Question{Text: strings.Repeat("long words ", 20), Choices: []Choice{{Key: "s", Label: "save all the same"}, {Key: "esc", Label: "back"}}}
		},
		func() { p.question = &Question{Text: "Where?", Input: &line} },
	}
	for i, set := range states {
		set()
		for w := 1; w <= 100; w += 3 {
			for h := 1; h <= 40; h += 2 {
				r.Update(tea.WindowSizeMsg{Width: w, Height: h})
				rows := strings.Split(r.View().Content, "\n")
				if len(rows) > h {
					t.Fatalf("state %d at %d×%d: %d rows", i, w, h, len(rows))
				}
				for _, row := range rows {
					if n := ansi.StringWidth(row); n > w {
						t.Fatalf("state %d at %d×%d: a row of %d cells: %q", i, w, h, n, ansi.Strip(row))
					}
				}
			}
		}
	}
}

func TestAKeyOfTheLinuxConsoleIsNoLetter(t *testing.T) {
	r, p := newRoot(t)
	r.consoleKey = true // ESC [[ has come
	press(r, letter('D'))
	if p.typed != "" || len(p.done) != 1 || p.done[0] != PlayPause {
		t.Errorf("typed %q, did %v; want F4's action", p.typed, p.done)
	}
}
