package tui

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"reflect"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/pelletier/go-toml/v2"
)

// backgrounds are the lightest dark and the darkest light terminal that a theme
// is for, and the least contrast there (WCAG 2: 4.5 for text, 7 for more).
var backgrounds = map[string]struct {
	color string
	least float64
}{"dark": {"#262626", 4.5}, "light": {"#f5f5f5", 4.5}, "high-contrast": {"#000000", 10}}

func TestThemesCanBeRead(t *testing.T) {
	if len(Themes()) < 4 || Themes()[0] != "16" {
		t.Fatalf("themes %v", Themes())
	}
	for _, name := range Themes() {
		theme, err := ThemeNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.ValueOf(theme)
		for i := range v.NumField() {
			style, ok := v.Field(i).Interface().(lipgloss.Style)
			if !ok {
				continue
			}
			field := name + " " + v.Type().Field(i).Name
			back, known := backgrounds[name]
			if !known {
				continue
			}
			bg := color.Color(lipgloss.Color(back.color))
			if b := style.GetBackground(); b != (lipgloss.NoColor{}) {
				bg = b
			}
			fg := style.GetForeground()
			if fg == (lipgloss.NoColor{}) {
				continue
			}
			if c := contrast(fg, bg); c < back.least {
				t.Errorf("%s has a contrast of %.1f", field, c)
			}
		}
	}
	if _, err := ThemeNamed("pink"); !errors.Is(err, ErrTheme) {
		t.Errorf("an unknown theme: %v", err)
	}
}

// palettes are what usual terminals make of the first sixteen colours, as far as
// the theme of 16 colours asks for them.
var palettes = map[string]map[string]string{
	"xterm":         {"9": "#ff0000", "13": "#ff00ff"},
	"GNOME (Tango)": {"9": "#ef2929", "13": "#ad7fa8"},
	"Windows":       {"9": "#e74856", "13": "#b4009e"},
	"macOS":         {"9": "#e50000", "13": "#e500e5"},
}

// TestSixteenColoursAreReadOnBlackAndOnWhite: who has chosen no theme may have
// either. What is in colour is underlined, bold or a mark besides, for which
// WCAG 2 asks 3.
func TestSixteenColoursAreReadOnBlackAndOnWhite(t *testing.T) {
	data, err := themes.ReadFile("themes/16.toml")
	if err != nil {
		t.Fatal(err)
	}
	var table map[string]ink
	if err := toml.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	for name, i := range table {
		if i.BG != "" {
			t.Errorf("%s: a background of its own", name)
		}
		if i.FG == "" {
			continue
		}
		for terminal, palette := range palettes {
			shown, known := palette[i.FG]
			if !known {
				t.Errorf("%s: colour %s is not among those that are readable everywhere", name, i.FG)
				continue
			}
			for _, back := range []string{"#000000", "#ffffff"} {
				if c := contrast(lipgloss.Color(shown), lipgloss.Color(back)); c < 3 {
					t.Errorf("%s in %s: a contrast of %.1f on %s", name, terminal, c, back)
				}
			}
		}
	}
}

// TestNothingIsSaidByColourAlone: without colours, the marks in the text are
// still told apart by their attributes, and so is a status that is bad.
func TestNothingIsSaidByColourAlone(t *testing.T) {
	for _, name := range Themes() {
		theme, _ := ThemeNamed(name)
		seen := map[string]string{}
		for what, s := range map[string]lipgloss.Style{
			"substitution": theme.Substitution, "insertion": theme.Insertion, "doubt": theme.Doubt,
			"playing word": theme.PlayingWord, "selection": theme.Selection, "text": theme.Text,
		} {
			key := attributes(s)
			if other, taken := seen[key]; taken {
				t.Errorf("%s: %s and %s differ by colour alone (%s)", name, what, other, key)
			}
			seen[key] = what
		}
		if attributes(theme.Bar) == attributes(theme.BarBad) {
			t.Errorf("%s: a bad status differs by colour alone", name)
		}
	}
}

func attributes(s lipgloss.Style) string {
	return fmt.Sprint(s.GetBold(), s.GetFaint(), s.GetItalic(), s.GetUnderline(), s.GetReverse())
}

func TestThemesNameEveryStyleAndNoOther(t *testing.T) {
	fields := map[string]bool{"screen": true}
	v := reflect.TypeOf(Theme{})
	for i := range v.NumField() {
		if v.Field(i).Type == reflect.TypeOf(lipgloss.Style{}) {
			fields[dashed(v.Field(i).Name)] = true
		}
	}
	for _, name := range Themes() {
		data, _ := themes.ReadFile("themes/" + name + ".toml")
		var table map[string]ink
		if err := toml.Unmarshal(data, &table); err != nil {
			t.Fatal(err)
		}
		for k := range table {
			if !fields[k] {
				t.Errorf("%s has a style %q that nothing is drawn with", name, k)
			}
		}
		for k := range fields {
			if _, ok := table[k]; !ok && k != "screen" {
				t.Errorf("%s lacks %q", name, k)
			}
		}
	}
}

// contrast is WCAG 2's ratio of two colours.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		x := float64(v) / 0xffff
		if x <= .04045 {
			return x / 12.92
		}
		return math.Pow((x+.055)/1.055, 2.4)
	}
	return .2126*linear(r) + .7152*linear(g) + .0722*linear(b)
}
