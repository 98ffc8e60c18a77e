package tui

import tea "charm.land/bubbletea/v2"

// Screen is what fills the terminal under the root model: the workbench, later
// the review and the queue. A screen is a plain struct with state; it starts
// no goroutine, does no IO outside the commands it returns, and changes nothing
// inside one.
type Screen interface {
	// Init is called once, before the first frame.
	Init() tea.Cmd
	// Do carries out an action whose key was pressed.
	Do(Action) tea.Cmd
	// Type takes what was typed or pasted as text.
	Type(text string) tea.Cmd
	// Update takes every other message: ticks, results of commands.
	Update(tea.Msg) tea.Cmd
	// Draw fills a rectangle of w by h cells. It is a function of the state.
	Draw(w, h int) Frame
	// Question is what the screen wants to know before it goes on, or nil.
	Question() *Question
}

// Frame is a drawn rectangle: one string a row, none wider than asked, and the
// place of the terminal's cursor, X < 0 where it is hidden.
type Frame struct {
	Rows    []string
	CursorX int
	CursorY int
}

// Question is asked at the foot of the screen and takes the keyboard until it
// is answered; the keys of playing pass by.
type Question struct {
	Text    string
	Choices []Choice
	// Sudden: it was asked without a key that asks for it, perhaps in the
	// middle of a word. What is typed in its first moment is no answer.
	Sudden bool
	// Input, where it is not nil, is a line of text that is asked for instead
	// of a choice; Enter gives it, Esc gives up.
	Input *string
	Enter func(string) tea.Cmd
	// Changed is told of the line whenever it is another one, Above gives rows
	// to stand over it (a list, a preview), at most so many of that width, and
	// Keys says what other keys do meanwhile. All three may be nil.
	Changed func(string)
	Above   func(w, most int) []string
	Keys    map[string]func() tea.Cmd
	// Cancel is done on Esc; nil where there is no way out but a choice.
	Cancel func() tea.Cmd
}

// Choice is one answer, given by its key.
type Choice struct {
	Key   string // "s", "enter"
	Label string
	Do    func() tea.Cmd
}
