package tui

import (
	"embed"
	"errors"
	"fmt"
	"image/color"
	"io/fs"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"charm.land/lipgloss/v2"
	"github.com/pelletier/go-toml/v2"
)

//go:embed themes/*.toml
var themes embed.FS

// Theme is every style that a screen may draw with. No colour is written
// anywhere else, and none carries a meaning alone: a mark, an attribute or a
// word always says the same. The styles' names in a theme's file are those of
// the fields with dashes: playing-word.
type Theme struct {
	Name string

	// Foreground and Background are asked of the terminal for the whole screen;
	// nil leaves its own.
	Foreground, Background color.Color

	Text        lipgloss.Style // what was said
	Dim         lipgloss.Style // what can wait: hints, silent rows
	Time        lipgloss.Style // a segment's time
	Speaker     lipgloss.Style // a speaker's name
	Current     lipgloss.Style // the gutter of the segment with the cursor
	Playing     lipgloss.Style // the gutter of the segment that is heard
	PlayingWord lipgloss.Style // the word that is heard
	Selection   lipgloss.Style

	Substitution lipgloss.Style // a word that is another one in the gold
	Insertion    lipgloss.Style // a word that is not in the gold
	Deletion     lipgloss.Style // the place where a word of the gold is missing
	Doubt        lipgloss.Style // a word that the recogniser was unsure of

	Bar      lipgloss.Style // status line
	BarKey   lipgloss.Style // a key's name in the status line or in help
	BarGood  lipgloss.Style // saved, a score that is good
	BarBad   lipgloss.Style // not on disk, no sound, an error
	Title    lipgloss.Style // headings of help and of questions
	Wave     lipgloss.Style // the part of the waveform still to come
	WaveDone lipgloss.Style // the part that was heard
	Playhead lipgloss.Style
}

// ink is a style in a theme's file.
type ink struct {
	FG        string `toml:"fg"`
	BG        string `toml:"bg"`
	Bold      bool   `toml:"bold"`
	Faint     bool   `toml:"faint"`
	Italic    bool   `toml:"italic"`
	Underline bool   `toml:"underline"`
	Reverse   bool   `toml:"reverse"`
}

func (i ink) style() lipgloss.Style {
	s := lipgloss.NewStyle()
	if i.FG != "" {
		s = s.Foreground(lipgloss.Color(i.FG))
	}
	if i.BG != "" {
		s = s.Background(lipgloss.Color(i.BG))
	}
	if i.Bold {
		s = s.Bold(true)
	}
	if i.Faint {
		s = s.Faint(true)
	}
	if i.Italic {
		s = s.Italic(true)
	}
	if i.Underline {
		s = s.Underline(true)
	}
	if i.Reverse {
		s = s.Reverse(true)
	}
	return s
}

// Themes lists the built-in themes; the first is the one of 16 colours, which
// is readable on light and dark terminals alike and is what nobody has to
// choose.
func Themes() []string {
	list := []string{plainTheme}
	names, _ := fs.Glob(themes, "themes/*.toml")
	for _, n := range names {
		if name := strings.TrimSuffix(strings.TrimPrefix(n, "themes/"), ".toml"); name != plainTheme {
			list = append(list, name)
		}
	}
	return list
}

const plainTheme = "16"

// ErrTheme says that no theme has a name.
var ErrTheme = errors.New("there is no such theme")

// ThemeNamed reads a built-in theme; "" is the one of 16 colours. What the
// terminal has not got in colours, or NO_COLOR forbids, the renderer leaves
// out; the attributes stay.
func ThemeNamed(name string) (Theme, error) {
	if name == "" {
		name = plainTheme
	}
	data, err := themes.ReadFile("themes/" + name + ".toml")
	if err != nil {
		return Theme{}, fmt.Errorf("%w: %q", ErrTheme, name)
	}
	var table map[string]ink
	if err := toml.Unmarshal(data, &table); err != nil {
		return Theme{}, fmt.Errorf("reading the theme %s: %w", name, err)
	}
	t := Theme{Name: name}
	if s, ok := table["screen"]; ok {
		t.Foreground, t.Background = lipgloss.Color(s.FG), lipgloss.Color(s.BG)
	}
	v := reflect.ValueOf(&t).Elem()
	for i := range v.NumField() {
		if style, ok := v.Field(i).Addr().Interface().(*lipgloss.Style); ok {
			*style = table[dashed(v.Type().Field(i).Name)].style()
		}
	}
	return t, nil
}

var capital = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`([a-z])([A-Z])`) })

// dashed is a field's name as a theme's file has it.
func dashed(field string) string {
	return strings.ToLower(capital().ReplaceAllString(field, "$1-$2"))
}

// Plain is the theme of 16 colours.
func Plain() Theme {
	t, err := ThemeNamed(plainTheme)
	if err != nil {
		panic("the theme built into the program cannot be read: " + err.Error())
	}
	return t
}
