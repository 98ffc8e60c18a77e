package tui

import (
	"embed"
	"fmt"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed keys/*.toml
var presets embed.FS

// Keymap says which key does what. Keys have the terminal library's names:
// "tab", "shift+tab", "alt+j", "ctrl+s", "f8", "pgup".
type Keymap struct {
	actions map[string]Action
	keys    map[Action][]string
}

// Preset reads one of the built-in key tables by its name.
func Preset(name string) (*Keymap, error) {
	data, err := presets.ReadFile("keys/" + name + ".toml")
	if err != nil {
		return nil, fmt.Errorf("there is no key preset %q", name)
	}
	return ParseKeymap(data)
}

// ParseKeymap reads a table of TOML: an action's name, and its key or keys.
// One key cannot do two things; an action that does not exist is an error.
func ParseKeymap(data []byte) (*Keymap, error) {
	var table map[string][]string
	if err := toml.Unmarshal(data, &table); err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	known := map[Action]bool{}
	for _, g := range Groups {
		for _, a := range g.Actions {
			known[a] = true
		}
	}
	m := &Keymap{actions: map[string]Action{}, keys: map[Action][]string{}}
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	sort.Strings(names) // so that the same conflict is always told the same way
	for _, name := range names {
		a := Action(name)
		if !known[a] {
			return nil, fmt.Errorf("reading the keys: there is no action %q", name)
		}
		for _, key := range table[name] {
			key = normalKey(key)
			if other, taken := m.actions[key]; taken {
				return nil, fmt.Errorf("reading the keys: %s does both %q and %q", key, other, a)
			}
			m.actions[key] = a
			m.keys[a] = append(m.keys[a], key)
		}
	}
	return m, nil
}

// Lookup returns what a key does.
func (m *Keymap) Lookup(key string) (Action, bool) {
	a, ok := m.actions[normalKey(key)]
	return a, ok
}

// Keys lists the keys that do an action, the first being the one to show.
func (m *Keymap) Keys(a Action) []string { return m.keys[a] }

// normalKey makes one name of the ways in which terminals name a key: with
// modifyOtherKeys a shifted letter arrives in upper case, and 0x1f is Ctrl+_ to
// some and Ctrl+/ to others.
func normalKey(key string) string {
	if len(key) > 1 {
		key = strings.ToLower(key)
	}
	if key == "ctrl+_" {
		return "ctrl+/"
	}
	return key
}

// KeyName writes a key as people write it: "alt+shift+j" as "Alt+Shift+J".
func KeyName(key string) string {
	if len(key) == 1 {
		return strings.ToUpper(key)
	}
	rest, plus := strings.CutSuffix(key, "+")
	parts := strings.Split(rest, "+")
	if plus { // the key is + itself
		parts = append(parts, "+")
	}
	for i, p := range parts {
		switch p {
		case "pgup":
			p = "PgUp"
		case "pgdown":
			p = "PgDn"
		case "-":
			p = "−"
		default:
			if p != "" {
				p = strings.ToUpper(p[:1]) + p[1:]
			}
		}
		parts[i] = p
	}
	return strings.Join(parts, "+")
}
