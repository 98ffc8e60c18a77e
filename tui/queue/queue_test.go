package queue

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/tui"
)

var card = Card{
	Title: "tasks · 84-121123-0000.flac", Question: "Hand it in?",
	Parts:   []Part{{Head: "What you wrote", Lines: []string{strings.Repeat("go do you hear ", 20)}}, {Head: "Style", Lines: []string{"N03 digits are written as words"}, Bad: true}},
	Choices: []Choice{{Key: "s", Label: "submit", Value: "submit"}, {Key: "k", Label: "skip", Value: "skip", Ask: "Why?"}},
}

func press(s *Screen, key string) tea.Cmd {
	for _, c := range s.Question().Choices {
		if c.Key == key {
			return c.Do()
		}
	}
	return nil
}

func TestAChoiceIsAnAnswer(t *testing.T) {
	s := New(card, tui.Plain())
	if press(s, "s") == nil {
		t.Fatal("the screen stays")
	}
	if value, _ := s.Answer(); value != "submit" {
		t.Error(value)
	}
}

func TestAReasonIsAskedFor(t *testing.T) {
	s := New(card, tui.Plain())
	if press(s, "k") != nil {
		t.Fatal("skipped without a reason")
	}
	q := s.Question()
	if q.Input == nil || q.Enter("  ") != nil {
		t.Fatal("an empty reason was taken")
	}
	q.Cancel()
	if s.Question().Input != nil {
		t.Fatal("no way back")
	}
	press(s, "k")
	if s.Question().Enter(" only noise ") == nil {
		t.Fatal("the screen stays")
	}
	if value, text := s.Answer(); value != "skip" || text != "only noise" {
		t.Error(value, text)
	}
}

func TestACardFitsAnyRectangle(t *testing.T) {
	s := New(card, tui.Plain())
	for w := 1; w < 100; w += 7 {
		for h := 0; h < 30; h++ {
			f := s.Draw(w, h)
			if len(f.Rows) != h {
				t.Fatalf("%d × %d: %d rows", w, h, len(f.Rows))
			}
			for _, row := range f.Rows {
				if w > 2 && ansi.StringWidth(row) > w {
					t.Fatalf("%d × %d: a row of %d cells: %q", w, h, ansi.StringWidth(row), row)
				}
			}
		}
	}
	if all := strings.Join(s.Draw(80, 24).Rows, "\n"); !strings.Contains(all, "N03 digits") || !strings.Contains(all, "What you wrote") {
		t.Error(all)
	}
	if s.Do(tui.Quit) == nil {
		t.Error("cannot be left")
	}
	if value, _ := s.Answer(); value != "" {
		t.Error("leaving answered", value)
	}
}
