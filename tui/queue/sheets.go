package queue

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/tui"
)

// Sheet is a page of figures: a worker's, or a batch's.
type Sheet struct {
	Title  string
	Blocks []Block
}

// Block is a heading with what stands under it; what is empty is left out.
type Block struct {
	Head  string
	Rows  [][2]string // a label and its value
	Plot  *Plot
	Table [][]string // the first row is the columns' heads
	Lines []string
	Bad   bool // the lines are what somebody should look at
}

// Sheets shows sheets of figures, one at a time.
//
//	err := tui.Run(ctx, queue.NewSheets(sheets, hint, theme), options)
type Sheets struct {
	sheets    []Sheet
	hint      string
	theme     tui.Theme
	at, top   int
	body, all int // rows as they were drawn last: how far there is to scroll
}

// NewSheets makes a screen of sheets. hint is the line at its foot.
func NewSheets(sheets []Sheet, hint string, theme tui.Theme) *Sheets {
	return &Sheets{sheets: sheets, hint: hint, theme: theme}
}

// Init implements tui.Screen.
func (f *Sheets) Init() tea.Cmd { return nil }

// Do implements tui.Screen: up and down scroll, left and right go through the
// sheets.
func (f *Sheets) Do(a tui.Action) tea.Cmd {
	switch a {
	case tui.Quit:
		return tea.Quit
	case tui.MoveUp:
		f.top--
	case tui.MoveDown:
		f.top++
	case tui.SegmentUp, tui.PageUp:
		f.top -= max(f.body-1, 1)
	case tui.SegmentDown, tui.PageDown:
		f.top += max(f.body-1, 1)
	case tui.MoveLeft:
		f.turn(-1)
	case tui.MoveRight:
		f.turn(1)
	case tui.First, tui.MoveHome:
		f.top = 0
	case tui.Last, tui.MoveEnd:
		f.top = f.all
	}
	f.top = max(0, min(f.top, f.all-f.body))
	return nil
}

func (f *Sheets) turn(by int) {
	if at := f.at + by; at >= 0 && at < len(f.sheets) {
		f.at, f.top = at, 0
	}
}

// Type implements tui.Screen: q leaves, as in every pager.
func (f *Sheets) Type(text string) tea.Cmd {
	if strings.EqualFold(text, "q") {
		return tea.Quit
	}
	return nil
}

// Update implements tui.Screen.
func (f *Sheets) Update(tea.Msg) tea.Cmd { return nil }

// Question implements tui.Screen.
func (f *Sheets) Question() *tui.Question { return nil }

// The widths from which blocks stand side by side.
const (
	twoColumns   = 100
	threeColumns = 170
	columnGap    = 3
)

// Draw implements tui.Screen.
func (f *Sheets) Draw(w, h int) tui.Frame {
	frame := tui.Frame{CursorX: -1}
	if h < 1 || len(f.sheets) == 0 {
		return frame
	}
	sheet := f.sheets[f.at]
	title := sheet.Title
	if len(f.sheets) > 1 {
		title += fmt.Sprintf(" · %d/%d", f.at+1, len(f.sheets))
	}
	frame.Rows = append(frame.Rows, f.theme.Bar.Render(ansi.Truncate(title, w, "…")))
	rows := f.columns(sheet.Blocks, w)
	f.body, f.all = max(h-2, 0), len(rows)
	top := max(0, min(f.top, f.all-f.body))
	frame.Rows = append(frame.Rows, rows[top:min(top+f.body, len(rows))]...)
	for len(frame.Rows) < h-1 {
		frame.Rows = append(frame.Rows, "")
	}
	if h > 1 {
		hint := f.hint
		if left := f.all - top - f.body; left > 0 {
			hint = fmt.Sprintf("↓ %d · ", left) + hint
		}
		frame.Rows = append(frame.Rows, f.theme.Dim.Render(ansi.Truncate(hint, w, "…")))
	}
	return frame
}

// columns lays blocks out, each in the column that is shortest so far.
func (f *Sheets) columns(blocks []Block, w int) []string {
	n := 1
	switch {
	case w >= threeColumns:
		n = 3
	case w >= twoColumns:
		n = 2
	}
	width := max((w-columnGap*(n-1))/n, 1)
	columns := make([][]string, n)
	for _, b := range blocks {
		shortest := 0
		for i := range columns {
			if len(columns[i]) < len(columns[shortest]) {
				shortest = i
			}
		}
		columns[shortest] = append(columns[shortest], f.block(b, width)...)
	}
	height := 0
	for _, c := range columns {
		height = max(height, len(c))
	}
	rows := make([]string, height)
	for y := range rows {
		for i, c := range columns {
			cell := ""
			if y < len(c) {
				cell = c[y]
			}
			if i < n-1 {
				cell += strings.Repeat(" ", max(0, width+columnGap-ansi.StringWidth(cell)))
			}
			rows[y] += cell
		}
	}
	return rows
}

// block draws a block in a column, an empty row before it.
func (f *Sheets) block(b Block, w int) []string {
	rows := []string{""}
	add := func(indent int, text string) {
		rows = append(rows, strings.Repeat(" ", min(indent, w))+ansi.Truncate(text, max(w-indent, 0), "…"))
	}
	if b.Head != "" {
		add(0, f.theme.Title.Render(b.Head))
	}
	label := 0
	for _, r := range b.Rows {
		label = max(label, ansi.StringWidth(r[0]))
	}
	for _, r := range b.Rows {
		add(2, f.theme.Dim.Render(r[0])+strings.Repeat(" ", label-ansi.StringWidth(r[0])+2)+f.theme.Text.Render(r[1]))
	}
	if b.Plot != nil {
		rows = append(rows, b.Plot.draw(w, f.theme)...)
	}
	for _, row := range aligned(b.Table) {
		add(2, f.theme.Text.Render(row))
	}
	style := f.theme.Text
	if b.Bad {
		style = f.theme.BarBad
	}
	for _, line := range b.Lines {
		for _, row := range strings.Split(ansi.Wrap(line, max(w-2, 1), ""), "\n") {
			add(2, style.Render(row))
		}
	}
	return rows
}

// aligned are a table's rows with their cells below each other; all but the
// first column to the right.
func aligned(table [][]string) (rows []string) {
	var widths []int
	for _, row := range table {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	for _, row := range table {
		var b strings.Builder
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-ansi.StringWidth(cell))
			if i > 0 {
				b.WriteString("  " + space + cell)
			} else {
				b.WriteString(cell + space)
			}
		}
		rows = append(rows, b.String())
	}
	return rows
}
