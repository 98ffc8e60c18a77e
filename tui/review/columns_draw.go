package review

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/transport"
)

// The widths of the versions' rows, in cells.
const (
	nameWidth = 12
	wordWidth = 14
)

// Draw lays the screen out: the text as chosen, what may stand in the current
// column, all versions about it, the player, a hint.
func (c *Columns) Draw(w, h int) tui.Frame {
	var rows []string
	v := c.current()
	if c.help || v == nil || len(v.chosen) == 0 {
		rows = c.emptyRows(w)
	} else {
		rows = append(rows, c.titleRow(v, w))
		rows = append(rows, c.chosenRows(v, w, max(1, min(4, (h-8)/5)))...)
		rows = append(rows, c.theme.Dim.Render(strings.Repeat("─", w)))
		rows = append(rows, c.candidateRows(v, w, max(1, (h-len(rows)-3)/2))...)
		rows = append(rows, c.theme.Dim.Render(strings.Repeat("─", w)))
		rows = append(rows, c.versionRows(v, w, max(1, h-len(rows)-2))...)
	}
	for len(rows) < h-2 {
		rows = append(rows, "")
	}
	rows = append(rows[:max(h-2, 0)], c.statusRow(w), c.footRow(w))
	return tui.Frame{Rows: rows[len(rows)-h:], CursorX: -1}
}

// emptyRows is the help, or that there is nothing to choose.
func (c *Columns) emptyRows(w int) []string {
	text := c.words.Say("review.columns-help")
	if !c.help {
		text = c.words.Say("review.nothing-here")
	}
	var rows []string
	for _, line := range strings.Split(ansi.Wrap(text, max(w-2, 1), ""), "\n") {
		rows = append(rows, " "+line)
	}
	return rows
}

func (c *Columns) titleRow(v *Versions, w int) string {
	text := " " + c.words.Say("review.column", c.item+1, len(c.Items), shown(v.ID), c.column+1, len(v.chosen), c.left())
	text = ansi.Truncate(text, w, "…")
	return c.theme.Bar.Render(text + strings.Repeat(" ", max(0, w-ansi.StringWidth(text))))
}

// chosenRows are the text as chosen, with the current column in brackets.
func (c *Columns) chosenRows(v *Versions, w, rows int) []string {
	s := &transcript.Segment{}
	p := Place{Segment: s}
	for k, text := range v.chosen {
		if text != "" && s.Text != "" {
			s.Text += " "
		}
		if k == c.column {
			p.From = len(s.Text)
		}
		s.Text += shown(text)
		if k == c.column {
			p.To = len(s.Text)
		}
	}
	list := passage(p, nil, w-2, rows, c.theme.Text, c.theme)
	for i := range list {
		list[i] = " " + list[i]
	}
	return list
}

// candidateRows are what may stand in the column: its key, the text, how many
// have it, how likely it is, and who they are.
func (c *Columns) candidateRows(v *Versions, w, most int) []string {
	col := &v.Lattice.Columns[c.column]
	var rows []string
	for i, a := range col.Candidates {
		if len(rows) == most || i == 9 {
			break
		}
		sign := " "
		if a.Text == v.chosen[c.column] {
			sign = "▸"
		}
		var who []string
		for k, word := range col.Words {
			if word == a.Text {
				who = append(who, v.Names[k])
			}
		}
		row := fmt.Sprintf("%s%s %-18s %3d× %3.0f%%  %s", sign, c.words.Key(string(tui.Choices[i]), strconv.Itoa(i+1)), orNone(a.Text), len(who), 100*a.Confidence, shown(strings.Join(who, ", ")))
		row = ansi.Truncate(row, w, "…")
		if sign != " " {
			row = c.theme.Current.Render(row)
		}
		rows = append(rows, row)
	}
	if text := v.chosen[c.column]; !hasCandidate(v, c.column, text) && len(rows) < most {
		rows = append(rows, c.theme.Current.Render(ansi.Truncate("▸  "+orNone(text), w, "…")))
	}
	return rows
}

func hasCandidate(v *Versions, k int, text string) bool {
	for _, a := range v.Lattice.Columns[k].Candidates {
		if a.Text == text {
			return true
		}
	}
	return false
}

// versionRows are the versions about the current column, one below the other.
func (c *Columns) versionRows(v *Versions, w, most int) []string {
	c.top = max(0, min(c.top, len(v.Names)-most))
	widths := columnWidths(v)
	from, to := window(widths, c.column, w-nameWidth-1)
	var rows []string
	for i := c.top; i < len(v.Names) && len(rows) < most; i++ {
		name := ansi.Truncate(shown(v.Names[i]), nameWidth-1, "…")
		row := c.theme.Speaker.Render(name) + strings.Repeat(" ", nameWidth-ansi.StringWidth(name))
		for k := from; k < to; k++ {
			word := ansi.Truncate(shown(v.Lattice.Columns[k].Words[i]), widths[k], "…")
			cell := word + strings.Repeat(" ", widths[k]-ansi.StringWidth(word))
			switch {
			case k == c.column:
				cell = c.theme.Selection.Render(cell)
			case v.Lattice.Columns[k].Words[i] != v.chosen[k]:
				cell = c.theme.Substitution.Render(word) + cell[len(word):]
			}
			row += cell + " "
		}
		rows = append(rows, ansi.Truncate(row, w, ""))
	}
	return rows
}

// columnWidths are the cells that each column takes.
func columnWidths(v *Versions) []int {
	widths := make([]int, len(v.chosen))
	for k := range widths {
		widths[k] = 1
		for _, word := range v.Lattice.Columns[k].Words {
			widths[k] = max(widths[k], min(ansi.StringWidth(shown(word)), wordWidth))
		}
	}
	return widths
}

// window is the columns about one that have room in so many cells.
func window(widths []int, at, room int) (from, to int) {
	from, to = at, at+1
	room -= widths[at] + 1
	for grown := true; grown; {
		grown = false
		if from > 0 && room > widths[from-1] {
			from--
			room -= widths[from] + 1
			grown = true
		}
		if to < len(widths) && room > widths[to] {
			room -= widths[to] + 1
			to++
			grown = true
		}
	}
	return from, to
}

func (c *Columns) statusRow(w int) string {
	parts := []string{transport.Bar(c.sound, c.words), c.words.Count("review.decided", len(Standing(c.log.entries))), c.outputState()}
	if c.Unsaved() > 0 {
		parts = append(parts, c.words.Say("file.unsaved"))
	}
	return barRow(parts, w, c.log.err != nil, &c.stage)
}

// barRow is a status line: what does not fit is left out.
func barRow(parts []string, w int, bad bool, s *stage) string {
	row := ""
	if bad {
		row = " " + s.words.Say("file.never-on-disk")
	}
	for _, p := range parts {
		if p != "" && ansi.StringWidth(row)+ansi.StringWidth(p)+2 <= w {
			row += " " + p + " "
		}
	}
	row += strings.Repeat(" ", max(0, w-ansi.StringWidth(row)))
	if bad {
		return s.theme.BarBad.Render(row)
	}
	return s.theme.Bar.Render(row)
}

func (c *Columns) footRow(w int) string { return c.foot(c.words.Say("review.columns-hint"), w) }

// foot is what was said last, or else hints, as many as fit.
func (s *stage) foot(hints string, w int) string {
	if s.message.text != "" && s.now().Before(s.message.until) {
		text := ansi.Truncate(" "+shown(s.message.text), w, "…")
		if s.message.bad {
			return s.theme.Title.Render(text)
		}
		return text
	}
	row := ""
	for _, hint := range strings.Split(hints, "|") {
		if ansi.StringWidth(row)+ansi.StringWidth(hint)+2 <= w {
			row += " " + hint + " "
		}
	}
	return s.theme.Dim.Render(row)
}
