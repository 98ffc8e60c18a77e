package queue

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/tui"
)

// Figures is what a board shows: tables, in the order of their weight.
type Figures struct {
	Title  string
	Tables []Table
	Foot   string // how old it is, what keys do
}

// Table is a heading over rows of cells. The first cell of a row gives way where
// the screen is narrow.
type Table struct {
	Title string
	Head  []string
	Rows  []Row
	Empty string // what stands in place of no rows
}

// Row is one line of a table; Bad draws it as what needs somebody.
type Row struct {
	Cells []string
	Bad   bool
}

// Board is a lead's screen: figures that are asked for again and again while it
// is open. It leaves on q, Esc and the key of quitting; r asks at once.
type Board struct {
	ctx    context.Context
	load   func(context.Context) (Figures, error)
	say    func(error) string
	every  time.Duration
	theme  tui.Theme
	shown  Figures
	failed string // why the last figures did not come, "" where they did
	asked  bool   // figures are on their way
	top    int
	height int
}

// NewBoard makes a board. load is called off the screen's goroutine, again when
// every has passed since it returned, or ten times what it took where that is
// longer. say makes a sentence of its error.
func NewBoard(ctx context.Context, first Figures, load func(context.Context) (Figures, error), say func(error) string, every time.Duration, theme tui.Theme) *Board {
	return &Board{ctx: ctx, load: load, say: say, every: every, theme: theme, shown: first}
}

type loaded struct {
	figures Figures
	err     error
	took    time.Duration
}

type reload struct{}

// Init implements tui.Screen.
func (b *Board) Init() tea.Cmd { return b.later(0) }

func (b *Board) later(took time.Duration) tea.Cmd {
	return tea.Tick(max(b.every, 10*took), func(time.Time) tea.Msg { return reload{} })
}

func (b *Board) ask() tea.Cmd {
	if b.asked {
		return nil
	}
	b.asked = true
	return func() tea.Msg {
		begin := time.Now()
		f, err := b.load(b.ctx)
		return loaded{f, err, time.Since(begin)}
	}
}

// Update implements tui.Screen.
func (b *Board) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case reload:
		return b.ask()
	case loaded:
		b.asked = false
		if m.err != nil {
			b.failed = b.say(m.err)
		} else {
			b.shown, b.failed = m.figures, ""
		}
		return b.later(m.took)
	}
	return nil
}

// Do implements tui.Screen.
func (b *Board) Do(a tui.Action) tea.Cmd {
	switch a {
	case tui.Quit:
		return tea.Quit
	case tui.MoveUp:
		b.top--
	case tui.MoveDown:
		b.top++
	case tui.PageUp:
		b.top -= max(b.height-2, 1)
	case tui.PageDown:
		b.top += max(b.height-2, 1)
	}
	return nil
}

// Type implements tui.Screen.
func (b *Board) Type(text string) tea.Cmd {
	switch text {
	case "q":
		return tea.Quit
	case "r":
		return b.ask()
	}
	return nil
}

// Question implements tui.Screen.
func (b *Board) Question() *tui.Question { return nil }

// Draw implements tui.Screen: in as many columns as fit.
func (b *Board) Draw(w, h int) tui.Frame {
	const narrowest = 58
	body := b.columns(w, max(w/narrowest, 1))
	b.height = max(h-2, 1)
	b.top = max(min(b.top, len(body)-b.height), 0)
	f := tui.Frame{CursorX: -1, Rows: []string{b.theme.Bar.Render(ansi.Truncate(b.shown.Title, w, "…"))}}
	f.Rows = append(f.Rows, body[b.top:min(b.top+b.height, len(body))]...)
	for len(f.Rows) < h-1 {
		f.Rows = append(f.Rows, "")
	}
	foot := b.theme.Dim.Render(ansi.Truncate(b.shown.Foot, w, "…"))
	if b.failed != "" {
		foot = b.theme.BarBad.Render(ansi.Truncate(b.failed, w, "…"))
	}
	f.Rows = append(f.Rows, foot)
	return tui.Frame{CursorX: -1, Rows: f.Rows[:min(h, len(f.Rows))]}
}

// columns lays tables out side by side, each under the column that is shortest.
func (b *Board) columns(w, n int) []string {
	const gap = 2
	width := (w - gap*(n-1)) / n
	sides := make([][]string, n)
	for _, t := range b.shown.Tables {
		least := 0
		for i := range sides {
			if len(sides[i]) < len(sides[least]) {
				least = i
			}
		}
		if len(sides[least]) > 0 {
			sides[least] = append(sides[least], "")
		}
		sides[least] = append(sides[least], b.table(t, width)...)
	}
	var rows []string
	for i := 0; ; i++ {
		var line strings.Builder
		any := false
		for k, side := range sides {
			cell := ""
			if i < len(side) {
				cell, any = side[i], true
			}
			line.WriteString(cell)
			if k < n-1 {
				line.WriteString(strings.Repeat(" ", max(width+gap-ansi.StringWidth(cell), 0)))
			}
		}
		if !any {
			return rows
		}
		rows = append(rows, strings.TrimRight(line.String(), " "))
	}
}

// table draws one, its columns as wide as their cells.
func (b *Board) table(t Table, w int) []string {
	rows := []string{b.theme.Title.Render(ansi.Truncate(t.Title, w, "…"))}
	if len(t.Rows) == 0 {
		return append(rows, b.theme.Dim.Render(ansi.Truncate("  "+t.Empty, w, "…")))
	}
	widths := make([]int, len(t.Head))
	measure := func(cells []string) {
		for i, c := range cells {
			if i < len(widths) {
				widths[i] = max(widths[i], ansi.StringWidth(c))
			}
		}
	}
	measure(t.Head)
	for _, r := range t.Rows {
		measure(r.Cells)
	}
	sum := 0
	for _, n := range widths {
		sum += n + 2
	}
	if over := sum - w; over > 0 && len(widths) > 0 {
		widths[0] = max(widths[0]-over, 4)
	}
	line := func(cells []string) string {
		var s strings.Builder
		for i, c := range cells {
			if i >= len(widths) {
				break
			}
			c = ansi.Truncate(c, widths[i], "…")
			pad := strings.Repeat(" ", widths[i]-ansi.StringWidth(c))
			if i > 0 { // figures stand under each other
				c, pad = pad+c, ""
			}
			s.WriteString("  " + c + pad)
		}
		return ansi.Truncate(s.String(), w, "…")
	}
	rows = append(rows, b.theme.Dim.Render(line(t.Head)))
	for _, r := range t.Rows {
		style := b.theme.Text
		if r.Bad {
			style = b.theme.BarBad
		}
		rows = append(rows, style.Render(line(r.Cells)))
	}
	return rows
}
