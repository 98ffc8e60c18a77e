// Package queue is the screen between two tasks: what was written, what a grader
// would say of it, and what to do with it.
//
//	card := queue.New(queue.Card{Title: …, Parts: …, Choices: …}, theme)
//	err := tui.Run(ctx, card, options)
//	answer, text := card.Answer()
//
// [Sheets] are pages of figures, for `stats` and `pay`.
//
// It knows no store and no style: cmd hands it sentences, and does what is
// answered. A card that is left without an answer answers "".
package queue

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/tui"
)

// Card is what is shown.
type Card struct {
	Title    string
	Parts    []Part
	Question string
	Choices  []Choice
}

// Part is a heading with its lines.
type Part struct {
	Head  string
	Lines []string
	// Bad draws the lines as what costs something.
	Bad bool
	// Marks are the bytes of each line that are to be seen: a wrong letter.
	Marks [][]Span
}

// Span is bytes of a line, from From up to To.
type Span struct{ From, To int }

// Choice is one answer.
type Choice struct {
	Key, Label string
	Value      string
	// Ask is what a line of text is asked for with before the answer counts; ""
	// asks nothing. An empty line is no answer then.
	Ask string
}

// Screen shows a card until it is answered.
type Screen struct {
	card     Card
	theme    tui.Theme
	question *tui.Question
	answer   string
	text     string
}

// New makes a screen of a card.
func New(c Card, theme tui.Theme) *Screen {
	s := &Screen{card: c, theme: theme}
	s.ask()
	return s
}

// Answer is the value of the choice, "" where there was none, and what was
// typed for it.
func (s *Screen) Answer() (value, text string) { return s.answer, s.text }

// ask puts the choices.
func (s *Screen) ask() {
	q := &tui.Question{Text: s.card.Question}
	for _, c := range s.card.Choices {
		q.Choices = append(q.Choices, tui.Choice{Key: c.Key, Label: c.Label, Do: func() tea.Cmd {
			if c.Ask != "" {
				s.askText(c)
				return nil
			}
			return s.give(c.Value, "")
		}})
	}
	s.question = q
}

// askText asks for the line that goes with a choice; Esc goes back.
func (s *Screen) askText(c Choice) {
	line := ""
	s.question = &tui.Question{Text: c.Ask, Input: &line,
		Enter: func(text string) tea.Cmd {
			if text = strings.TrimSpace(text); text == "" {
				return nil
			}
			return s.give(c.Value, text)
		},
		Cancel: func() tea.Cmd { s.ask(); return nil },
	}
}

func (s *Screen) give(value, text string) tea.Cmd {
	s.answer, s.text = value, text
	return tea.Quit
}

// Init implements tui.Screen.
func (s *Screen) Init() tea.Cmd { return nil }

// Do implements tui.Screen: nothing plays here.
func (s *Screen) Do(a tui.Action) tea.Cmd {
	switch a {
	case tui.Quit:
		return tea.Quit
	}
	return nil
}

// Type implements tui.Screen.
func (s *Screen) Type(string) tea.Cmd { return nil }

// Update implements tui.Screen.
func (s *Screen) Update(tea.Msg) tea.Cmd { return nil }

// Question implements tui.Screen.
func (s *Screen) Question() *tui.Question { return s.question }

// Draw implements tui.Screen. Of a card that is too long the end is left out: the
// question stands below.
func (s *Screen) Draw(w, h int) tui.Frame {
	f := tui.Frame{CursorX: -1}
	add := func(row string) {
		if len(f.Rows) < h {
			f.Rows = append(f.Rows, row)
		}
	}
	add(s.theme.Bar.Render(ansi.Truncate(s.card.Title, w, "…")))
	for _, part := range s.card.Parts {
		add("")
		if part.Head != "" {
			add(s.theme.Title.Render(ansi.Truncate(part.Head, w, "…")))
		}
		for i, line := range part.Lines {
			var marks []Span
			if i < len(part.Marks) {
				marks = part.Marks[i]
			}
			for _, row := range strings.Split(ansi.Wrap(s.drawn(line, part.Bad, marks), max(w-2, 1), ""), "\n") {
				add("  " + row)
			}
		}
	}
	for len(f.Rows) < h {
		f.Rows = append(f.Rows, "")
	}
	return f
}

// drawn is a line in its style, with its marks in theirs.
func (s *Screen) drawn(line string, bad bool, marks []Span) string {
	style := s.theme.Text
	if bad {
		style = s.theme.BarBad
	}
	var b strings.Builder
	at := 0
	for _, m := range marks {
		if m.From < at || m.To <= m.From || m.To > len(line) {
			continue
		}
		b.WriteString(style.Render(line[at:m.From]) + s.theme.Substitution.Render(line[m.From:m.To]))
		at = m.To
	}
	return b.String() + style.Render(line[at:])
}
