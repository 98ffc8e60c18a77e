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
	lines := helpLines(p.groups, w, keys, words, theme)
	p.top = max(0, min(p.top, len(lines)-(h-1)))
	f := Frame{CursorX: -1}
	f.Rows = append(f.Rows, lines[p.top:min(len(lines), p.top+h-1)]...)
	for len(f.Rows) < h-1 {
		f.Rows = append(f.Rows, "")
	}
	foot := ansi.Truncate(" "+words.Say("help.foot"), w, "…")
	f.Rows = append(f.Rows, theme.Bar.Render(foot+strings.Repeat(" ", w-ansi.StringWidth(foot))))
	return f
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
