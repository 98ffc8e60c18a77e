package tui

import (
	"fmt"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui/locale"
)

// TestKeys echoes what a terminal sends for each key, what that does, and, at
// the end, which bindings came, which did not, and which never can. Esc twice
// ends it.
func TestKeys(in, out *os.File, keys *Keymap, words *locale.Words) error {
	m := newKeyTest(keys, words)
	if _, err := tea.NewProgram(m, tea.WithInput(in), tea.WithOutput(out)).Run(); err != nil {
		return err
	}
	_, err := fmt.Fprint(out, m.summary()) // longer than a screen
	return err
}

// keyTest is the model of TestKeys.
type keyTest struct {
	keys     *Keymap
	words    *locale.Words
	came     map[string]bool
	extended bool // the terminal says that it has the Kitty protocol
	escaped  bool // the last key was Esc
	last     []string
}

func newKeyTest(keys *Keymap, words *locale.Words) *keyTest {
	return &keyTest{keys: keys, words: words, came: map[string]bool{}}
}

// shownKeys is how many keys back the echo goes.
const shownKeys = 8

func (m *keyTest) Init() tea.Cmd { return nil }

func (m *keyTest) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyboardEnhancementsMsg:
		m.extended = true
	case tea.PasteMsg:
		m.note(m.words.Say("keytest.paste", len(msg.Content)))
	case tea.KeyPressMsg:
		name := normalKey(msg.String())
		m.note(m.line(msg, name))
		m.came[name] = true
		if name == "esc" && m.escaped {
			return m, tea.Quit
		}
		m.escaped = name == "esc"
	default:
		if isConsolePrefix(msg) {
			m.note(m.words.Say("keytest.console"))
		}
	}
	return m, nil
}

func (m *keyTest) note(line string) {
	m.last = append(m.last, line)
	if len(m.last) > shownKeys {
		m.last = m.last[1:]
	}
}

// line tells of one key.
func (m *keyTest) line(msg tea.KeyPressMsg, name string) string {
	does := m.words.Say("keytest.nothing")
	switch a, bound := m.keys.Lookup(name); {
	case bound:
		does = m.words.Say("action." + string(a))
	case msg.Text != "":
		does = m.words.Say("keytest.types", plain(msg.Text))
	}
	if a, bound := m.keys.LookupJudging(name); bound {
		does = m.words.Say("keytest.judging", does, m.words.Say("action."+string(a)))
	}
	return fmt.Sprintf("  %-20s %-20s %s", KeyNameIn(m.words, plain(name)), plain(name), does)
}

func (m *keyTest) View() tea.View {
	var b strings.Builder
	b.WriteString(m.words.Say("keytest.intro") + "\n\n")
	for _, line := range m.last {
		b.WriteString(line + "\n")
	}
	return tea.View{Content: b.String()}
}

// summary says which bindings came and which did not.
func (m *keyTest) summary() string {
	var came, waits, never []string
	for _, g := range Groups {
		for _, a := range g.Actions {
			for _, key := range m.keys.Keys(a) {
				d := Delivered(key)
				switch {
				case m.came[key]:
					came = append(came, KeyNameIn(m.words, key))
				case d.Code == SameByte && !m.extended:
					never = append(never, m.words.Say("keytest.same", KeyNameIn(m.words, key), KeyNameIn(m.words, d.Same)))
				case d.Code == Typed && a.Judges():
				case d.Code == Sequence, d.Code == Typed, d.Code == Extended && !m.extended:
					never = append(never, KeyNameIn(m.words, key))
				default:
					waits = append(waits, KeyNameIn(m.words, key))
				}
			}
		}
	}
	say := func(key string, list []string) string {
		if len(list) == 0 {
			return ""
		}
		return "\n" + m.words.Count(key, len(list)) + "\n  " + strings.Join(Wrap(strings.Join(list, "  "), 76), "\n  ") + "\n"
	}
	return say("keytest.came", came) + say("keytest.never", never) + say("keytest.waits", waits)
}
