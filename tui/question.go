package tui

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"

	"tapescript/tui/locale"
)

// key answers the question, or does nothing.
func (q *Question) key(name, text string) tea.Cmd {
	switch {
	case name == "esc" && q.Cancel != nil:
		return q.Cancel()
	case q.Input != nil:
		return q.edit(name, text)
	}
	for _, c := range q.Choices {
		if strings.EqualFold(normalKey(name), c.Key) {
			return c.Do()
		}
	}
	return nil
}

// edit is typing into the line that is asked for. The cursor stays at its end:
// what is asked for is a name or a path, short enough to take back and retype.
func (q *Question) edit(name, text string) tea.Cmd {
	if do := q.Keys[normalKey(name)]; do != nil {
		return do()
	}
	before := *q.Input
	defer func() {
		if q.Changed != nil && *q.Input != before {
			q.Changed(*q.Input)
		}
	}()
	switch {
	case name == "enter":
		return q.Enter(*q.Input)
	case name == "backspace":
		*q.Input = withoutLast(*q.Input)
	case name == "ctrl+u":
		*q.Input = ""
	case text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }):
		*q.Input += text
	}
	return nil
}

// withoutLast takes away the last character that a person sees.
func withoutLast(s string) string {
	rest, last := s, ""
	state := -1
	for rest != "" {
		last, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
	}
	return s[:len(s)-len(last)]
}

// draw writes the question in as many rows as it needs.
func (q *Question) draw(w, h int, words *locale.Words, theme Theme) Frame {
	f := Frame{CursorX: -1}
	for _, line := range Wrap(plain(q.Text), w) {
		f.Rows = append(f.Rows, theme.Title.Render(line))
	}
	if q.Above != nil {
		f.Rows = append(f.Rows, q.Above(w, max(h/2-len(f.Rows)-1, 1))...)
	}
	if q.Input != nil {
		line := "> " + *q.Input
		if over := ansi.StringWidth(line) + 1 - w; over > 0 {
			line = "> " + ansi.TruncateLeft(*q.Input, over+1, "…")
		}
		f.CursorX, f.CursorY = ansi.StringWidth(line), len(f.Rows)
		f.Rows = append(f.Rows, line)
		return f
	}
	row := ""
	for _, c := range q.Choices {
		item := " " + theme.BarKey.Render(" "+KeyNameIn(words, c.Key)+" ") + " " + plain(c.Label) + " "
		if row != "" && ansi.StringWidth(row)+ansi.StringWidth(item) > w {
			f.Rows = append(f.Rows, row)
			row = ""
		}
		row += ansi.Truncate(item, w, "")
	}
	f.Rows = append(f.Rows, row)
	return f
}

// plain keeps what a file's name or a speaker's may hold from steering the
// terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// bound are the spaces at which French breaks no line; other languages write none
// there.
var bound = strings.NewReplacer(" ;", "\u00a0;", " :", "\u00a0:", " ?", "\u00a0?", " !", "\u00a0!", " »", "\u00a0»", "« ", "«\u00a0", " %", "\u00a0%")

// Wrap breaks a text at spaces into rows of at most w cells.
func Wrap(text string, w int) []string {
	rows := strings.Split(ansi.Wrap(bound.Replace(text), max(w, 1), ""), "\n")
	for i := range rows {
		rows[i] = strings.ReplaceAll(rows[i], "\u00a0", " ")
	}
	return rows
}
