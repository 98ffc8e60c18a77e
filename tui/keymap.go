package tui

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed keys/*.toml
var presets embed.FS

// base is the preset that the others change; each key of it that a preset does
// not give away stays.
const base = "tapescript"

// Keymap says which key does what. Keys have the terminal library's names:
// "tab", "shift+tab", "alt+j", "ctrl+s", "f8", "pgup".
type Keymap struct {
	actions map[string]Action
	judging map[string]Action // on screens for judging, before the others
	keys    map[Action][]string
}

// Presets lists the built-in key tables, the ordinary one first.
func Presets() []string {
	names, _ := fs.Glob(presets, "keys/*.toml")
	list := []string{base}
	for _, n := range names {
		if name := strings.TrimSuffix(strings.TrimPrefix(n, "keys/"), ".toml"); name != base {
			list = append(list, name)
		}
	}
	return list
}

// ErrPreset says that no preset has a name.
var ErrPreset = errors.New("there is no such key preset")

// Preset reads one of the built-in key tables by its name.
func Preset(name string) (*Keymap, error) {
	data, err := presets.ReadFile("keys/" + base + ".toml")
	if err != nil {
		return nil, err
	}
	m, err := ParseKeymap(data)
	if err != nil || name == base {
		return m, err
	}
	if data, err = presets.ReadFile("keys/" + name + ".toml"); err != nil {
		return nil, fmt.Errorf("%w: %q", ErrPreset, name)
	}
	var table map[string][]string
	if err := toml.Unmarshal(data, &table); err != nil {
		return nil, fmt.Errorf("reading the keys of %s: %w", name, err)
	}
	_, err = m.Bind(table)
	return m, err
}

// ParseKeymap reads a table of TOML: an action's name, and its keys.
// One key cannot do two things; an action that does not exist is an error.
func ParseKeymap(data []byte) (*Keymap, error) {
	var table map[string][]string
	if err := toml.Unmarshal(data, &table); err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	m := &Keymap{actions: map[string]Action{}, judging: map[string]Action{}, keys: map[Action][]string{}}
	_, err := m.Bind(table)
	return m, err
}

// KeyCode says what is wrong with a binding.
type KeyCode string

// What can be wrong. The first three are errors, the others are told.
const (
	NoAction   KeyCode = "no-action"   // there is no action of that name
	NoKey      KeyCode = "no-key"      // no key has that name
	TwoActions KeyCode = "two-actions" // one key is given to two actions
	TakenKey   KeyCode = "taken"       // Other did that until now, and has other keys
	Bereft     KeyCode = "bereft"      // Other has no key any more
	HiddenKey  KeyCode = "hidden"      // Other cannot be done with it in a review
	Unsent     KeyCode = "unsent"      // some terminals cannot send the key: see Delivery
)

// KeyError is a table of keys that cannot be meant.
type KeyError struct {
	Code   KeyCode
	Key    string
	Action Action
	Other  Action
}

func (e *KeyError) Error() string {
	switch e.Code {
	case NoAction:
		return fmt.Sprintf("reading the keys: there is no action %q", e.Action)
	case NoKey:
		return fmt.Sprintf("reading the keys: there is no key %q, for %q", e.Key, e.Action)
	}
	return fmt.Sprintf("reading the keys: %s does both %q and %q", e.Key, e.Other, e.Action)
}

// KeyRemark is what a person should know of a binding of theirs.
type KeyRemark struct {
	Code    KeyCode
	Key     string
	Action  Action
	Other   Action   // of TakenKey, Bereft and HiddenKey
	Trouble Delivery // of Unsent
	Instead string   // a key that arrives everywhere and is free, "" where there is none
}

// Bind gives actions other keys: those of the table, and no others. A key that
// did something else until then does it no more, which is remarked on, as are
// keys that not every terminal can send. One key given to two actions, an
// action or a key that does not exist is a *KeyError, and nothing is changed.
func (m *Keymap) Bind(table map[string][]string) ([]KeyRemark, error) {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	sort.Strings(names) // so that the same conflict is always told the same way
	type place struct {
		key     string
		judging bool
	}
	given := map[place]Action{}
	for _, name := range names {
		a := Action(name)
		if !known(a) {
			return nil, &KeyError{Code: NoAction, Action: a}
		}
		for _, k := range table[name] {
			key, ok := ParseKey(k)
			if !ok {
				return nil, &KeyError{Code: NoKey, Key: k, Action: a}
			}
			at := place{key, a.Judges()}
			if other, taken := given[at]; taken && other != a {
				return nil, &KeyError{Code: TwoActions, Key: key, Action: a, Other: other}
			}
			given[at] = a
		}
	}
	for _, name := range names {
		for _, key := range m.keys[Action(name)] {
			delete(m.of(Action(name)), key)
		}
		m.keys[Action(name)] = nil
	}
	var remarks []KeyRemark
	for _, name := range names {
		remarks = append(remarks, m.take(Action(name), table[name])...)
	}
	remarks = append(remarks, m.hidden(table)...)
	for i, r := range remarks {
		switch {
		case r.Code == TakenKey && len(m.keys[r.Other]) == 0:
			remarks[i].Code, remarks[i].Instead = Bereft, m.free(r.Other, r.Key)
		case r.Code == Unsent && !m.arrives(r.Action):
			remarks[i].Instead = m.free(r.Action, r.Key)
		}
	}
	return remarks, nil
}

// take gives an action its keys.
func (m *Keymap) take(a Action, keys []string) []KeyRemark {
	var remarks []KeyRemark
	for _, k := range keys {
		key, _ := ParseKey(k)
		if slices.Contains(m.keys[a], key) {
			continue
		}
		if other, taken := m.of(a)[key]; taken {
			m.keys[other] = slices.DeleteFunc(slices.Clone(m.keys[other]), func(k string) bool { return k == key })
			remarks = append(remarks, KeyRemark{Code: TakenKey, Key: key, Action: a, Other: other})
		}
		m.of(a)[key] = a
		m.keys[a] = append(m.keys[a], key)
		if d := Delivered(key); d.Code != Arrives && !(a.Judges() && d.Code == Typed) {
			remarks = append(remarks, KeyRemark{Code: Unsent, Key: key, Action: a, Trouble: d})
		}
	}
	return remarks
}

// arrives says whether one of an action's keys arrives from every terminal.
func (m *Keymap) arrives(a Action) bool {
	return slices.ContainsFunc(m.keys[a], func(k string) bool {
		code := Delivered(k).Code
		return code == Arrives || code == Typed && a.Judges()
	})
}

func known(a Action) bool {
	for _, g := range Groups {
		if slices.Contains(g.Actions, a) {
			return true
		}
	}
	return false
}

// Lookup returns what a key does.
func (m *Keymap) Lookup(key string) (Action, bool) {
	a, ok := m.actions[normalKey(key)]
	return a, ok
}

// Keys lists the keys that do an action, the first being the one to show.
func (m *Keymap) Keys(a Action) []string { return m.keys[a] }

// free returns a key that does nothing yet and arrives from every terminal: if
// possible one with the same letter. Judging takes letters.
func (m *Keymap) free(a Action, like string) string {
	if letter := m.freeLetter(); a.Judges() && letter != "" {
		return letter
	}
	letter := like[strings.LastIndex(like, "+")+1:]
	var list []string
	if len(letter) == 1 {
		list = append(list, "alt+"+letter, "alt+shift+"+letter, "ctrl+"+letter)
	}
	for n := 5; n <= 9; n++ {
		list = append(list, fmt.Sprintf("f%d", n), fmt.Sprintf("shift+f%d", n))
	}
	for c := 'a'; c <= 'z'; c++ {
		list = append(list, "alt+"+string(c), "alt+shift+"+string(c))
	}
	for _, key := range list {
		if _, taken := m.actions[key]; !taken && Delivered(key).Code == Arrives {
			return key
		}
	}
	return ""
}
