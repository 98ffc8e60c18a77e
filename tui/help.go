package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"tapescript/tui/locale"
)

// helpPage lists every action with its keys, from the same table that the
// keyboard goes by.
type helpPage struct {
	groups []Group
	top    int
}

// key scrolls, or closes the page: nil.
func (p *helpPage) key(name string) *helpPage {
	switch name {
	case "down", "j":
		p.top++
	case "up", "k":
		p.top--
	case "pgdown", "space":
		p.top += 10
	case "pgup":
		p.top -= 10
	case "home":
		p.top = 0
	default:
		return nil
	}
	return p
}

func (p *helpPage) draw(w, h int, keys *Keymap, words *locale.Words, theme Theme) Frame {
	columns := 1
	if w >= helpBeside {
		columns = 2
	}
	rows, width := h-1, w/columns
	lines := helpLines(p.groups, width-2*(columns-1), keys, words, theme)
	p.top = max(0, min(p.top, len(lines)-columns*rows))
	f := Frame{CursorX: -1}
	for y := range rows {
		row := at(lines, p.top+y)
		if columns > 1 {
			row += strings.Repeat(" ", width-ansi.StringWidth(row)) + at(lines, p.top+rows+y)
		}
		f.Rows = append(f.Rows, row)
	}
	foot := ansi.Truncate(" "+words.Say("help.foot"), w, "…")
	f.Rows = append(f.Rows, theme.Bar.Render(foot+strings.Repeat(" ", w-ansi.StringWidth(foot))))
	return f
}

// helpBeside is the width from which a page goes on beside itself.
const helpBeside = 160

// at is a line of a list, empty behind its end.
func at(lines []string, i int) string {
	if i >= len(lines) {
		return ""
	}
	return lines[i]
}

// helpKeys is the width of the keys' column: the longest two of any preset.
const helpKeys = 30

// helpLines are the whole help: two columns of keys and sentences a group.
func helpLines(groups []Group, w int, keys *Keymap, words *locale.Words, theme Theme) []string {
	var lines []string
	for _, g := range groups {
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, theme.Title.Render(ansi.Truncate(words.Say("group."+g.Name), w, "…")))
		for _, a := range g.Actions {
			var names []string
			for _, k := range keys.Keys(a) {
				names = append(names, KeyNameIn(words, k))
			}
			if len(names) == 0 {
				continue
			}
			cell := strings.Join(names, "  ")
			if len(names) > 2 {
				cell = strings.Join(names[:2], "  ")
			}
			for i, part := range Wrap(words.Say("action."+string(a)), w-2-helpKeys) {
				if i > 0 {
					cell = ""
				}
				pad := strings.Repeat(" ", max(1, helpKeys-ansi.StringWidth(cell)))
				lines = append(lines, ansi.Truncate("  "+cell+pad+part, w, "…"))
			}
		}
	}
	return lines
}
