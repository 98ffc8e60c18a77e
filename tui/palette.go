package tui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"

	"tapescript/tui/locale"
)

// newPalette asks for an action by any word of its name, in any of the
// interface's languages: who knows a word from a manual finds it here.
func (r *Root) newPalette() *Question {
	line := ""
	groups := r.groups()
	list := FindActions(groups, "")
	at := 0
	move := func(by int) func() tea.Cmd {
		return func() tea.Cmd {
			at = max(min(at+by, len(list)-1), 0)
			return nil
		}
	}
	return &Question{
		Text: r.words.Say("palette.question"), Input: &line,
		Changed: func(text string) { list, at = FindActions(groups, text), 0 },
		Above: func(w, most int) []string {
			return Menu(w, most, at, len(list), r.theme, func(i int) string {
				names := make([]string, 0, 2)
				for _, k := range r.keys.Keys(list[i]) {
					names = append(names, KeyNameIn(r.words, k))
				}
				key := strings.Join(names[:min(len(names), 2)], "  ")
				return key + strings.Repeat(" ", max(1, 26-ansi.StringWidth(key))) + r.words.Say("action."+string(list[i]))
			})
		},
		Keys: map[string]func() tea.Cmd{
			"up": move(-1), "down": move(1), "pgup": move(-8), "pgdown": move(8),
		},
		Cancel: func() tea.Cmd { r.palette = nil; return nil },
		Enter: func(string) tea.Cmd {
			r.palette = nil
			if len(list) == 0 {
				return nil
			}
			return r.do(list[at])
		},
	}
}

// Menu draws the part of a list around its chosen row, which has a sign.
func Menu(w, most, at, n int, theme Theme, row func(int) string) []string {
	from := max(min(at-most/2, n-most), 0)
	var rows []string
	for i := from; i < min(from+most, n); i++ {
		text := "  " + plain(row(i))
		if i == at {
			text = "▸ " + plain(row(i))
		}
		text = ansi.Truncate(text, w, "…")
		if i == at {
			text = theme.Current.Render(text)
		}
		rows = append(rows, text)
	}
	return rows
}

// FindActions returns the actions of some groups of whose names, in all languages together,
// every word of the query begins a word, or else is a part; the best first.
func FindActions(groups []Group, query string) []Action {
	words := strings.Fields(Folded(query))
	type hit struct {
		action Action
		score  int
	}
	var hits []hit
	for _, g := range groups {
		for _, a := range g.Actions {
			name := string(a)
			for _, code := range locale.Languages() {
				name += " " + locale.For(code).Say("action."+string(a))
			}
			name = " " + Folded(name)
			score := 0
			for _, w := range words {
				switch {
				case strings.Contains(name, " "+w):
				case strings.Contains(name, w):
					score++
				default:
					score += 100
				}
			}
			if score < 100 {
				hits = append(hits, hit{a, score})
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.score - b.score })
	list := make([]Action, len(hits))
	for i, h := range hits {
		list[i] = h.action
	}
	return list
}

// Folded is a text in lower case, without accents and with a space for every
// sign: what people type when they look for something.
func Folded(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(text))
}
