package tui

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tapescript/tui/locale"
)

// named are the keys that have a name instead of a letter.
var named = []string{
	"tab", "enter", "esc", "space", "backspace", "delete", "insert", "home", "end", "pgup", "pgdown",
	"up", "down", "left", "right",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
	"f13", "f14", "f15", "f16", "f17", "f18", "f19", "f20", "f21", "f22", "f23", "f24",
	"mediaplay", "mediapause", "mediaplaypause", "mediastop", "mediarewind", "mediafastforward", "medianext", "mediaprev",
}

// otherNames are what people and other programs call keys and modifiers.
var otherNames = map[string]string{
	"escape": "esc", "return": "enter", "pageup": "pgup", "pagedown": "pgdown", "pgdn": "pgdown", "page-up": "pgup", "page-down": "pgdown",
	"del": "delete", "ins": "insert", "control": "ctrl", "option": "alt", "opt": "alt", "maj": "shift", "suppr": "delete", "entrée": "enter", "échap": "esc", "espace": "space", "retour": "backspace", "inser": "insert",
	"début": "home", "fin": "end", "pgpréc": "pgup", "pgsuiv": "pgdown",
	"←": "left", "→": "right", "↑": "up", "↓": "down", "−": "-",
}

// modifiers in the order of the terminal library's names.
var modifiers = []string{"ctrl", "alt", "shift", "meta", "hyper", "super"}

// ParseKey reads a key's name as people write it ("Alt+J", "PageUp",
// "Control+Shift+F8") and returns the name that the keymap goes by.
func ParseKey(text string) (string, bool) {
	text = strings.ToLower(shiftedLetter(strings.TrimSpace(text)))
	rest, plus := strings.CutSuffix(text, "++")
	if text == "+" {
		rest, plus = "", true
	}
	parts := []string{}
	if rest != "" {
		parts = strings.Split(rest, "+")
	}
	if plus {
		parts = append(parts, "+")
	}
	if len(parts) == 0 {
		return "", false
	}
	for i, p := range parts {
		p = strings.TrimSpace(p)
		if other, ok := otherNames[p]; ok {
			p = other
		}
		parts[i] = p
	}
	last := parts[len(parts)-1]
	if !slices.Contains(named, last) && (utf8.RuneCountInString(last) != 1 || last[0] <= ' ') {
		return "", false
	}
	var key strings.Builder
	for _, m := range modifiers {
		if slices.Contains(parts[:len(parts)-1], m) {
			key.WriteString(m + "+")
		}
	}
	for _, p := range parts[:len(parts)-1] {
		if !slices.Contains(modifiers, p) {
			return "", false
		}
	}
	return normalKey(key.String() + last), true
}

// normalKey makes one name of the ways in which terminals name a key: with
// modifyOtherKeys a shifted letter arrives in upper case, and 0x1f is Ctrl+_ to
// some and Ctrl+/ to others.
func normalKey(key string) string {
	key = strings.ToLower(shiftedLetter(key))
	if key == "ctrl+_" {
		return "ctrl+/"
	}
	return key
}

// DeliveryCode says whether terminals can send a key.
type DeliveryCode string

// The codes, from the best to the worst.
const (
	Arrives  DeliveryCode = ""          // from every terminal
	Kept     DeliveryCode = "kept"      // some terminals or desktops keep it for themselves
	Extended DeliveryCode = "extended"  // only from terminals with the Kitty protocol or modifyOtherKeys
	AltGr    DeliveryCode = "alt-gr"    // on many keyboards this is AltGr, which types a character
	SameByte DeliveryCode = "same-byte" // ordinary terminals send the very byte of another key
	Sequence DeliveryCode = "sequence"  // it begins a sequence of the terminal's own: never bind it
	Typed    DeliveryCode = "typed"     // it types text
)

// Delivery is what is known of a key's way to the program.
type Delivery struct {
	Code DeliveryCode
	Same string // of SameByte: the key that arrives instead
}

var sameBytes = map[string]string{"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc", "ctrl+h": "backspace", "ctrl+?": "backspace", "ctrl+3": "esc", "ctrl+8": "backspace"}

var sequences = []string{"alt+[", "alt+]", "alt+shift+o", "alt+shift+p", "alt+shift+x", "alt+_", "alt+^", "alt+\\"}

// keptKeys go to the terminal's menu, its help, its full screen, its tabs, to
// tmux and screen, or to an input method.
var keptKeys = []string{
	"f1", "f10", "f11", "ctrl+space", "ctrl+b", "ctrl+pgup", "ctrl+pgdown", "shift+pgup", "shift+pgdown",
	"alt+1", "alt+2", "alt+3", "alt+4", "alt+5", "alt+6", "alt+7", "alt+8", "alt+9", "alt+0",
}

// Delivered says whether a key, by its normal name, arrives from every
// terminal, by what terminals are known to do (xterm's ctlseqs, the Kitty
// keyboard protocol's page on legacy keys).
func Delivered(key string) Delivery {
	parts := strings.Split(strings.TrimSuffix(key, "+"), "+")
	last := parts[len(parts)-1]
	has := func(m string) bool { return slices.Contains(parts[:len(parts)-1], m) }
	letter := utf8.RuneCountInString(last) == 1
	switch {
	case sameBytes[key] != "":
		return Delivery{Code: SameByte, Same: sameBytes[key]}
	case slices.Contains(sequences, key):
		return Delivery{Code: Sequence}
	case slices.Contains(keptKeys, key):
		return Delivery{Code: Kept}
	case !has("ctrl") && !has("alt") && !has("meta") && !has("super") && !has("hyper") && (letter || last == "space"):
		return Delivery{Code: Typed}
	case has("meta"), has("super"), has("hyper"), strings.HasPrefix(last, "media"), functionKey(last) > 12:
		return Delivery{Code: Extended}
	case has("ctrl") && has("alt") && letter:
		return Delivery{Code: AltGr}
	case has("ctrl") && letter && (has("shift") || !(last[0] >= 'a' && last[0] <= 'z' || strings.Contains("/\\]^_@", last))):
		return Delivery{Code: Extended}
	case (has("ctrl") || has("shift") && !has("alt")) && slices.Contains([]string{"enter", "tab", "backspace", "esc"}, last) && key != "shift+tab":
		return Delivery{Code: Extended}
	case (has("shift") || has("alt") && has("ctrl")) && last == "space", has("alt") && has("shift") && (last == "tab" || last == "enter" || last == "backspace"):
		return Delivery{Code: Extended}
	}
	return Delivery{}
}

// functionKey is the number of a function key, 0 of another.
func functionKey(name string) int {
	if !strings.HasPrefix(name, "f") {
		return 0
	}
	n, _ := strconv.Atoi(name[1:])
	return n
}

// KeyName writes a key as people write it: "alt+shift+j" as "Alt+Shift+J", a
// plain letter as the key is pressed, without Shift.
func KeyName(key string) string {
	if utf8.RuneCountInString(key) == 1 {
		return key
	}
	rest, plus := strings.CutSuffix(key, "++")
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
		case "left":
			p = "←"
		case "right":
			p = "→"
		case "up":
			p = "↑"
		case "down":
			p = "↓"
		default:
			if p != "" {
				p = strings.ToUpper(p[:1]) + p[1:]
			}
		}
		parts[i] = p
	}
	return strings.Join(parts, "+")
}

// KeyNameIn writes a key as its keyboard is labelled where a language is spoken:
// "shift+enter" as "Maj+Entrée".
func KeyNameIn(words *locale.Words, key string) string {
	parts := strings.Split(KeyName(key), "+")
	for i, p := range parts {
		if name := "keyboard." + strings.ToLower(p); words.Has(name) {
			parts[i] = words.Say(name)
		}
	}
	return strings.Join(parts, "+")
}
