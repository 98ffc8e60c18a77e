package queue

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tapescript/tui"
)

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

func sheetsOfAll() *Sheets {
	plot := &Plot{Unit: percent, From: "after 10", To: "after 80", Note: "16 % → 5 % (3–8 %)"}
	for i, v := range []float64{.16, .12, .13, .09, .07, .08, .06, .05} {
		plot.Points = append(plot.Points, Point{At: float64(10 * (i + 1)), Value: v, Low: v - .03, High: v + .04, Band: true})
	}
	mark := .5
	return NewSheets([]Sheet{
		{Title: "w-4f · 812 tasks", Blocks: []Block{
			{Head: "Work", Rows: [][2]string{{"active / recordings", "3h20m0s / 1h5m0s"}, {"word error rate (95 %)", "8.1 % (6.0–10.2 %)"}, {"days in a row, accurate and rested", "12"}}},
			{Head: "word error rate", Plot: plot},
			{Head: "since a break", Plot: &Plot{Unit: percent, From: "0 min", To: "45 min", Mark: &mark, Points: []Point{{At: 0, Value: .3}, {At: 15, Value: .35}, {At: 30, Value: .4}, {At: 45, Value: .62}}}},
			{Head: "gone back to most", Table: [][]string{{"calls/1.wav", "0:12–0:15", "4 ×"}, {"calls/a longer name.wav", "1:02–1:03", "12 ×"}}},
			{Head: "Take care", Bad: true, Lines: []string{strings.Repeat("the instructions lead outside the platform ", 4)}},
		}},
		{Title: "batch", Blocks: []Block{{Plot: &Plot{Unit: percent, Points: []Point{{Value: 0}}}}}},
	}, "↑ ↓ scroll · q leave", tui.Plain())
}

// TestSheetFrames draws a sheet in three sizes and compares it with frames that
// were looked at. TAPESCRIPT_UPDATE=1 writes them anew.
func TestSheetFrames(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
		var b strings.Builder
		for _, row := range sheetsOfAll().Draw(size[0], size[1]).Rows {
			b.WriteString(strings.TrimRight(ansi.Strip(row), " ") + "\n")
		}
		path := filepath.Join("testdata", "frames", fmt.Sprintf("sheet-%dx%d.txt", size[0], size[1]))
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
			t.Errorf("%v: got\n%s\nwant\n%s", size, b.String(), want)
		}
	}
}

func TestASheetFitsAnyRectangle(t *testing.T) {
	s := sheetsOfAll()
	for w := 1; w < 230; w += 9 {
		for h := 1; h < 60; h += 3 {
			f := s.Draw(w, h)
			if len(f.Rows) != h {
				t.Fatalf("%d × %d: %d rows", w, h, len(f.Rows))
			}
			for _, row := range f.Rows {
				if ansi.StringWidth(row) > w {
					t.Fatalf("%d × %d: a row of %d cells: %q", w, h, ansi.StringWidth(row), ansi.Strip(row))
				}
			}
		}
	}
}

// All that does not fit is reached by scrolling, and the other sheets too.
func TestASheetScrolls(t *testing.T) {
	s := sheetsOfAll()
	seen := map[string]bool{}
	for range 60 {
		for _, row := range s.Draw(80, 12).Rows {
			seen[ansi.Strip(row)] = true
		}
		s.Do(tui.MoveDown)
	}
	all := strings.Join(s.columns(s.sheets[0].Blocks, 80), "\n")
	for _, row := range strings.Split(ansi.Strip(all), "\n") {
		if !seen[row] {
			t.Errorf("never seen: %q", row)
		}
	}
	s.Do(tui.First)
	first := strings.Join(s.Draw(80, 12).Rows, "\n")
	s.Do(tui.MoveUp)
	if strings.Join(s.Draw(80, 12).Rows, "\n") != first || !strings.Contains(first, "812 tasks · 1/2") {
		t.Error("beyond the top: ", first)
	}
	s.Do(tui.MoveRight)
	s.Do(tui.MoveRight)
	if got := ansi.Strip(s.Draw(80, 12).Rows[0]); !strings.Contains(got, "batch · 2/2") {
		t.Error(got)
	}
	if s.Type("x") != nil || s.Type("q") == nil || s.Do(tui.Quit) == nil {
		t.Error("q leaves, and only that")
	}
}

// A curve's dots lie where its values say.
func TestAPlotIsToScale(t *testing.T) {
	p := Plot{Unit: percent, Points: []Point{{At: 0, Value: 0}, {At: 1, Value: 1}}}
	d := &dots{w: 25, h: 24, line: make([]bool, 25*24), shade: make([]bool, 25*24)}
	p.plot(d, p.highest())
	for x := range d.w {
		want := 23 - x*23/24
		if !d.line[want*d.w+x] && !d.line[max(want-1, 0)*d.w+x] {
			t.Errorf("column %d has no dot at row %d", x, want)
		}
	}
	for v, want := range map[float64]float64{0: 1, .16: .2, 1: 1, 7.1: 8, 31: 40, 1.2: 1.5} {
		if got := (&Plot{Points: []Point{{Value: v}}}).highest(); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%v: the axis ends at %v, want %v", v, got, want)
		}
	}
}
