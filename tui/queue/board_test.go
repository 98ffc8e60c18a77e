package queue

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/tui"
)

func sample() Figures {
	table := func(title string, n int) Table {
		t := Table{Title: title, Head: []string{"a long name of a column", "n"}, Empty: "nothing"}
		for i := range n {
			t.Rows = append(t.Rows, Row{Cells: []string{"a very long name of somebody’s batch of tasks, é 漢字 and more", strings.Repeat("9", i%7+1)}, Bad: i == 1})
		}
		return t
	}
	return Figures{Title: "board", Tables: []Table{table("one", 5), table("two", 0), table("three", 40), table("four", 3)}, Foot: "foot"}
}

func TestABoardFitsEveryScreen(t *testing.T) {
	b := NewBoard(t.Context(), sample(), nil, nil, time.Hour, tui.Theme{})
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}, {20, 5}, {1, 1}} {
		w, h := size[0], size[1]
		seen := map[string]bool{}
		b.top = 0
		for range 60 {
			f := b.Draw(w, h)
			if len(f.Rows) > h {
				t.Fatalf("%dx%d: %d rows", w, h, len(f.Rows))
			}
			for _, row := range f.Rows {
				if n := ansi.StringWidth(row); n > w {
					t.Fatalf("%dx%d: a row of %d cells: %q", w, h, n, row)
				}
				for _, title := range []string{"one", "two", "three", "four", "nothing"} {
					if strings.Contains(row, title) {
						seen[title] = true
					}
				}
			}
			b.Do(tui.MoveDown)
		}
		if w >= 20 && len(seen) != 5 {
			t.Errorf("%dx%d: scrolling shows only %v", w, h, seen)
		}
	}
}

func TestABoardReadsAgainAndSaysWhenItCannot(t *testing.T) {
	fail := false
	load := func(context.Context) (Figures, error) {
		if fail {
			return Figures{}, errors.New("gone")
		}
		return Figures{Title: "newer"}, nil
	}
	b := NewBoard(t.Context(), sample(), load, func(err error) string { return "it is " + err.Error() }, time.Hour, tui.Theme{})
	ask := b.Update(reload{})
	if ask == nil || b.Type("r") != nil {
		t.Fatal("not one question is on its way")
	}
	if b.Update(ask()); !strings.Contains(b.Draw(80, 24).Rows[0], "newer") {
		t.Error("the newer figures are not shown")
	}
	fail = true
	b.Update(b.Type("r")())
	rows := b.Draw(80, 24).Rows
	if !strings.Contains(rows[0], "newer") || !strings.Contains(rows[len(rows)-1], "it is gone") {
		t.Errorf("a failure shows %q, %q", rows[0], rows[len(rows)-1])
	}
}
