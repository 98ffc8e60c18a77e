package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui/locale"
)

// TestEveryPresetIsWhole: no preset leaves an action without a key, or with
// keys alone that some terminal cannot send. What is not on every keyboard's own
// key (an arrow, Enter, Ctrl+C) has two: a person whose terminal keeps Alt, or
// the function keys, for itself has the other.
func TestEveryPresetIsWhole(t *testing.T) {
	if len(Presets()) < 5 || Presets()[0] != "tapescript" {
		t.Fatalf("presets %v", Presets())
	}
	for _, name := range Presets() {
		m, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range Groups {
			for _, a := range g.Actions {
				keys := m.Keys(a)
				if len(keys) < 2 && !(len(keys) == 1 && oneKeyIsEnough(a)) {
					t.Errorf("%s: %s is done by %v alone", name, a, keys)
				}
				if !m.arrives(a) && !a.Judges() {
					t.Errorf("%s: %s has only %v, none of which arrives from every terminal", name, a, keys)
				}
				for _, k := range keys {
					if parsed, ok := ParseKey(k); !ok || parsed != k {
						t.Errorf("%s: %s is bound to %q, which is %q", name, a, k, parsed)
					}
					if c := Delivered(k).Code; c == Sequence || c == Typed && !a.Judges() {
						t.Errorf("%s: %s (%s) is %s", name, k, a, c)
					}
				}
			}
		}
	}
	if _, err := Preset("emacs"); !errors.Is(err, ErrPreset) {
		t.Errorf("an unknown preset: %v", err)
	}
}

// oneKeyIsEnough: the key that every editor has for it, or a letter of a review,
// where nothing is typed.
func oneKeyIsEnough(a Action) bool {
	return a.Judges() || slices.Contains([]Action{
		SplitHere, DeleteNext, Copy, Cut, Save, Quit, Redraw, MoveLeft, MoveRight, MoveUp, MoveDown, MoveHome, MoveEnd, First, Last,
		SelectLeft, SelectRight, SelectWordL, SelectWordR, SelectHome, SelectEnd, SelectUp, SelectDown, SelectAll,
	}, a)
}

func TestPresetsAreWhatTheirNamesPromise(t *testing.T) {
	for _, c := range []struct {
		preset, key string
		want        Action
	}{
		{"otranscribe", "esc", PlayPause}, {"otranscribe", "f1", Back}, {"otranscribe", "ctrl+j", Timestamp}, {"otranscribe", "alt+h", Help},
		{"f4", "f4", PlayPause}, {"f4", "enter", NextSpeaker}, {"f4", "f3", Back}, {"f4", "f5", Forward}, {"f4", "alt+s", AgainSlower},
		{"express-scribe", "f9", PlayPause}, {"express-scribe", "f4", Stop}, {"express-scribe", "f7", Back}, {"express-scribe", "f10", NormalSpeed},
		{"subtitle-edit", "ctrl+space", PlayPause}, {"subtitle-edit", "f11", StartHere}, {"subtitle-edit", "f8", NextError},
	} {
		m, err := Preset(c.preset)
		if err != nil {
			t.Fatal(err)
		}
		if a, _ := m.Lookup(c.key); a != c.want {
			t.Errorf("%s: %s does %q, want %q", c.preset, c.key, a, c.want)
		}
	}
}

func TestBindingsAreRemarkedOn(t *testing.T) {
	for _, c := range []struct {
		action string
		keys   []string
		want   []string // code key other instead
	}{
		{"loop", []string{"f9"}, []string{"taken f9 first-moment "}},
		{"loop", []string{"Ctrl+C"}, []string{"bereft ctrl+c copy "}},
		{"loop", []string{"ctrl+i"}, []string{"same-byte ctrl+i  "}},
		{"loop", []string{"ctrl+tab"}, []string{"extended ctrl+tab  "}},
		{"loop", []string{"ctrl+tab", "f6"}, []string{"extended ctrl+tab  -"}},
		{"loop", []string{"alt+["}, []string{"sequence alt+[  "}},
		{"loop", []string{"x"}, []string{"typed x  "}},
		{"loop", []string{"f14", "ctrl+alt+l", "f6"}, []string{"extended f14  -", "alt-gr ctrl+alt+l  -"}},
		{"loop", []string{"alt+o"}, nil},
	} {
		m, _ := Preset("tapescript")
		remarks, err := m.Bind(map[string][]string{c.action: c.keys})
		if err != nil {
			t.Fatal(err)
		}
		if len(remarks) != len(c.want) {
			t.Errorf("%v: %+v, want %v", c.keys, remarks, c.want)
			continue
		}
		for i, r := range remarks {
			code := string(r.Code)
			if r.Code == Unsent {
				code = string(r.Trouble.Code)
			}
			got := code + " " + r.Key + " " + string(r.Other)
			want := strings.TrimSuffix(strings.TrimSuffix(c.want[i], "-"), " ")
			if got != strings.TrimSuffix(want, " ") && got != want {
				t.Errorf("%v: %q, want %q", c.keys, got, want)
			}
			if needs := r.Code != TakenKey && !strings.HasSuffix(c.want[i], "-"); needs != (r.Instead != "") {
				t.Errorf("%v: instead %q", c.keys, r.Instead)
			}
			if r.Instead != "" {
				if _, taken := m.Lookup(r.Instead); taken || Delivered(r.Instead).Code != Arrives {
					t.Errorf("%v: %s is no advice", c.keys, r.Instead)
				}
			}
		}
		if a, _ := m.Lookup(c.keys[0]); a != Action(c.action) {
			t.Errorf("%s does %s", c.keys[0], a)
		}
	}
}

func TestWrongBindingsChangeNothing(t *testing.T) {
	for code, table := range map[KeyCode]map[string][]string{
		NoAction:   {"dance": {"f9"}},
		NoKey:      {"loop": {"f99"}},
		TwoActions: {"loop": {"f9"}, "undo": {"F9"}},
	} {
		m, _ := Preset("tapescript")
		_, err := m.Bind(table)
		wrong, ok := errors.AsType[*KeyError](err)
		if !ok || wrong.Code != code {
			t.Errorf("%v: %v", table, err)
		}
		if !slices.Equal(m.Keys(Loop), []string{"alt+o", "f6"}) {
			t.Errorf("%v: the keys of loop are %v now", table, m.Keys(Loop))
		}
	}
}

func TestKeysAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"Alt+J": "alt+j", "shift+ALT+j": "alt+shift+j", "PageUp": "pgup", "Control+Return": "ctrl+enter", "alt++": "alt++", "+": "+",
		"Alt + −": "alt+-", "ctrl+_": "ctrl+/", "F24": "f24", "é": "é", "f25": "", "": "", "alt+": "", "foo+j": "", "alt+jj": "", "\x1b": "",
	} {
		if got, ok := ParseKey(text); got != want || ok != (want != "") {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	for _, s := range []string{"alt+j", "++", "ctrl++", "shift+é", "f12", "a+b+c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key, ok := ParseKey(s)
		if !ok {
			return
		}
		if again, ok := ParseKey(key); !ok || again != key {
			t.Errorf("%q is %q, which is %q", s, key, again)
		}
		Delivered(key)
		KeyName(key)
	})
}

func TestTheKeyTestEchoesAndSumsUp(t *testing.T) {
	keys, _ := Preset("tapescript")
	keys.Bind(map[string][]string{"loop": {"ctrl+i", "f6"}})
	m := newKeyTest(keys, locale.For("en"))
	for _, k := range []tea.KeyPressMsg{{Code: tea.KeyTab}, {Code: '~', Mod: tea.ModAlt}, {Code: 'x', Text: "x"}} {
		m.Update(k)
	}
	screen := m.View().Content
	for _, want := range []string{"Tab", "play or pause", "Alt+~", "nothing", "types “x”"} {
		if !strings.Contains(screen, want) {
			t.Errorf("the echo lacks %q:\n%s", want, screen)
		}
	}
	m.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	if _, cmd := m.Update(tea.KeyPressMsg{Code: tea.KeyEscape}); cmd == nil {
		t.Fatal("Esc twice does not end it")
	}
	screen = m.summary()
	for _, want := range []string{"1 binding came:\n  Tab", "Ctrl+I (comes as Tab)", "were not tried"} {
		if !strings.Contains(screen, want) {
			t.Errorf("the summary lacks %q:\n%s", want, screen)
		}
	}
	m.Update(tea.KeyboardEnhancementsMsg{})
	if strings.Contains(m.summary(), "comes as Tab") {
		t.Error("a terminal with the Kitty protocol sends Ctrl+I, and this says it does not")
	}
}

// TestEscLeadsOutOfAQuestion: also where it is bound to playing.
func TestEscLeadsOutOfAQuestion(t *testing.T) {
	keys, _ := Preset("otranscribe")
	p := &page{}
	r := NewRoot(p, keys, locale.For("en"), Plain())
	esc := tea.KeyPressMsg{Code: tea.KeyEscape}
	out := false
	p.question = &Question{Text: "?", Cancel: func() tea.Cmd { out = true; p.question = nil; return nil }}
	press(r, esc, esc)
	if !out || len(p.done) != 1 || p.done[0] != PlayPause {
		t.Errorf("out %v, did %v", out, p.done)
	}
}

// TestSentencesNameTheKeysOfTheOrdinaryPreset: where a sentence has a key for
// those who bind none, it is that preset's first.
func TestSentencesNameTheKeysOfTheOrdinaryPreset(t *testing.T) {
	keys, _ := Preset("tapescript")
	for _, code := range locale.Languages() {
		plainWords := locale.For(code)
		bound := plainWords.WithKeys(func(a string) string {
			if list := keys.Keys(Action(a)); len(list) > 0 {
				return KeyNameIn(plainWords, list[0])
			}
			return "⟦" + a + "⟧"
		})
		for _, k := range plainWords.Keys() {
			if a, b := plainWords.Say(k), bound.Say(k); a != b {
				t.Errorf("%s: %s says %q where nobody bound a key, and %q with the ordinary ones", code, k, a, b)
			}
		}
	}
}
