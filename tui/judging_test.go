package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/tui/locale"
)

// judge is a page on which nothing is typed.
type judge struct{ page }

func (j *judge) Offers(a Action) bool { return a == GoldRight || a == AllGoldRight || a == NextError }

func newJudge(t *testing.T) (*Root, *judge, *Keymap) {
	t.Helper()
	keys, err := Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{}
	r := NewRoot(j, keys, locale.For("en"), Plain())
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 40})
	return r, j, keys
}

// TestLettersJudgeWhereNothingIsTyped: and nowhere else.
func TestLettersJudgeWhereNothingIsTyped(t *testing.T) {
	r, j, keys := newJudge(t)
	if _, err := keys.Bind(map[string][]string{"draft-right": {"f8"}}); err != nil {
		t.Fatal(err)
	}
	press(r, letter('g'), tea.KeyPressMsg{Code: 'g', ShiftedCode: 'G', Mod: tea.ModShift, Text: "G"}, letter('q'), tea.KeyPressMsg{Code: tea.KeyF8})
	if want := []Action{GoldRight, AllGoldRight, DraftRight}; !slices.Equal(j.done, want) || j.typed != "q" {
		t.Errorf("did %v, typed %q, want %v", j.done, j.typed, want)
	}
	j.question = &Question{Text: "?", Choices: []Choice{{Key: "g", Do: func() tea.Cmd { j.question = nil; return nil }}}}
	press(r, letter('g'))
	if len(j.done) != 3 || j.question != nil {
		t.Errorf("the question did not get its letter: %v", j.done)
	}

	ordinary, p := newRoot(t)
	press(ordinary, letter('g'), tea.KeyPressMsg{Code: tea.KeyF8})
	if p.typed != "g" || !slices.Equal(p.done, []Action{NextError}) {
		t.Errorf("typed %q, did %v", p.typed, p.done)
	}
}

// TestThePaletteListsWhatTheScreenDoes: judging is not offered to who types,
// nor writing to who judges.
func TestThePaletteListsWhatTheScreenDoes(t *testing.T) {
	r, j, _ := newJudge(t)
	press(r, alt('x'))
	screen := ansi.Strip(r.View().Content)
	for text, want := range map[string]bool{"g    ": true, "the gold is right: the draft": true, "Shift+G": true, "next error": true, "line break": false, "bold": false} {
		if strings.Contains(screen, text) != want {
			t.Errorf("%q: want %v on\n%s", text, want, screen)
		}
	}
	for _, c := range "gold right equal" {
		press(r, letter(c))
	}
	press(r, tea.KeyPressMsg{Code: tea.KeyEnter})
	if !slices.Equal(j.done, []Action{AllGoldRight}) {
		t.Errorf("did %v", j.done)
	}
	press(r, tea.KeyPressMsg{Code: tea.KeyF1})
	if screen := ansi.Strip(r.View().Content); !strings.Contains(screen, "Review (letters") || strings.Contains(screen, "line break") {
		t.Errorf("help:\n%s", screen)
	}
	ordinary, _ := newRoot(t)
	press(ordinary, alt('x'))
	for _, c := range "gold" {
		press(ordinary, letter(c))
	}
	if screen := ansi.Strip(ordinary.View().Content); strings.Contains(screen, "the gold is right") {
		t.Errorf("judging is offered to who types:\n%s", screen)
	}
}

// TestJudgingIsBound: letters without a remark, conflicts within judging as
// everywhere, and what a key does no more in a review is told.
func TestJudgingIsBound(t *testing.T) {
	for _, c := range []struct {
		table map[string][]string
		want  string // code key action other instead
	}{
		{map[string][]string{"gold-right": {"x"}}, ""},
		{map[string][]string{"gold-right-all": {"X"}}, ""},
		{map[string][]string{"gold-right": {"d"}}, "bereft d gold-right draft-right a"},
		{map[string][]string{"gold-right": {"d"}, "draft-right": {"g"}}, ""},
		{map[string][]string{"gold-right": {"x", "f8"}}, "hidden f8 gold-right next-error "},
		{map[string][]string{"gold-right": {"f8"}, "next-error": {"f8"}}, "hidden f8 gold-right next-error "},
		{map[string][]string{"gold-right": {"x"}, "draft-right": {"x"}}, "two-actions x gold-right draft-right"},
	} {
		m, _ := Preset("tapescript")
		remarks, err := m.Bind(c.table)
		var got []string
		for _, r := range remarks {
			got = append(got, fmt.Sprintf("%s %s %s %s %s", r.Code, r.Key, r.Action, r.Other, r.Instead))
		}
		if wrong, ok := errors.AsType[*KeyError](err); ok {
			got = append(got, fmt.Sprintf("%s %s %s %s", wrong.Code, wrong.Key, wrong.Action, wrong.Other))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%v: %q, want %q", c.table, got, c.want)
		}
	}
	m, _ := Preset("tapescript")
	if _, err := m.Bind(map[string][]string{"gold-right-all": {"X"}}); err != nil || m.Keys(AllGoldRight)[0] != "shift+x" {
		t.Errorf("%v %v", m.Keys(AllGoldRight), err)
	}
}
