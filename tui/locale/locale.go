// Package locale holds the words that people read, one TOML file a language,
// and finds out which language the person reads.
//
//	words := locale.For(locale.Preferred(os.Getenv))
//	words.Say("status.saved")
//	words.Say("recover.question", 37, "14:02")
//
// Of a file each table is read when somebody first asks for a sentence of it:
// most commands need few of them. A key that a language lacks is a failure of
// the tests, not a surprise on the screen. No other package writes sentences.
package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

//go:embed *.toml
var embedded embed.FS

// Words are the interface's words in one language.
type Words struct {
	language string
	tables   map[string]*table
	key      func(action string) string
}

// WithKeys returns the same words, which name the keys that are bound: key
// returns the name of the key of an action.
func (w *Words) WithKeys(key func(action string) string) *Words {
	return &Words{w.language, w.tables, key}
}

// Key is the name of the key of an action; otherwise is the ordinary preset's,
// for words that know no keys.
func (w *Words) Key(action, otherwise string) string {
	return w.named("{" + action + "|" + otherwise + "}")
}

// keyOf is a key in a sentence: {play|Tab} is the key that plays, which is Tab
// where nobody has bound another.
var keyOf = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([a-z0-9-]+)\|([^{}|]+)\}`) })

// named puts the keys' names into a sentence.
func (w *Words) named(text string) string {
	if !strings.Contains(text, "|") || !strings.Contains(text, "{") {
		return text
	}
	return keyOf().ReplaceAllStringFunc(text, func(s string) string {
		m := keyOf().FindStringSubmatch(s)
		if w.key == nil {
			return m[2]
		}
		return w.key(m[1])
	})
}

// Languages lists the codes of the languages there are, English first.
func Languages() []string {
	names, _ := fs.Glob(embedded, "*.toml")
	list := []string{"en"}
	for _, n := range names {
		if code := strings.TrimSuffix(n, ".toml"); code != "en" {
			list = append(list, code)
		}
	}
	return list
}

// Preferred is the language that the environment asks for, by LANGUAGE,
// LC_ALL, LC_MESSAGES and LANG in that order (gettext's rule), or "en".
func Preferred(getenv func(string) string) string {
	known := Languages()
	for _, name := range []string{"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"} {
		for _, wanted := range strings.Split(getenv(name), ":") {
			if wanted == "" {
				continue
			}
			code, _, _ := strings.Cut(strings.ToLower(wanted), "_")
			code, _, _ = strings.Cut(code, ".")
			if slices.Contains(known, code) {
				return code
			}
			if name != "LANGUAGE" { // somebody who reads neither gets English
				return "en"
			}
		}
	}
	return "en"
}

var (
	mu     sync.Mutex
	loaded = map[string]*Words{}
)

// For returns the words of a language; an unknown one speaks English.
func For(language string) *Words {
	mu.Lock()
	defer mu.Unlock()
	if w := loaded[language]; w != nil {
		return w
	}
	if !slices.Contains(Languages(), language) {
		language = "en"
	}
	w := &Words{language, tablesOf(file(language)), nil}
	loaded[language] = w
	return w
}

// file is the text of a language that there is.
func file(language string) string {
	data, err := embedded.ReadFile(language + ".toml")
	if err != nil {
		panic("the words built into the program cannot be read: " + err.Error())
	}
	return unsafe.String(unsafe.SliceData(data), len(data)) // a copy that nobody else has
}

// Language is the code of the language that is spoken.
func (w *Words) Language() string { return w.language }

// Say returns a sentence by its key, its verbs filled in as [fmt.Sprintf]
// does. A key that does not exist comes back in brackets, so that it is seen.
func (w *Words) Say(key string, args ...any) string {
	text, ok := w.find(key)
	if !ok {
		return "⟦" + key + "⟧"
	}
	text = w.named(text)
	if len(args) == 0 {
		return text
	}
	if w.language == "fr" {
		args = slices.Clone(args)
		for i, a := range args {
			if x, ok := a.(float64); ok {
				args[i] = comma(x)
			}
		}
	}
	return fmt.Sprintf(text, args...)
}

// Figure writes a number as [fmt.Sprintf] does, with the language's decimal
// sign: for people, never for what a program reads.
func (w *Words) Figure(format string, x float64) string {
	if w.language == "fr" {
		return fmt.Sprintf(format, comma(x))
	}
	return fmt.Sprintf(format, x)
}

// comma is a number that is written with a comma.
type comma float64

func (x comma) Format(f fmt.State, verb rune) {
	fmt.Fprint(f, strings.Replace(fmt.Sprintf(fmt.FormatString(f, verb), float64(x)), ".", ",", 1))
}

// Has says whether there is a sentence of that key.
func (w *Words) Has(key string) bool {
	_, ok := w.find(key)
	return ok
}

// find looks a key up in the tables whose names it begins with, the longest
// first: "cmd.open.short" is short in [cmd.open].
func (w *Words) find(key string) (text string, ok bool) {
	for end := strings.LastIndexByte(key, '.'); end >= 0; end = strings.LastIndexByte(key[:end], '.') {
		if t := w.tables[key[:end]]; t != nil {
			if text, ok = t.texts()[key]; ok {
				return text, true
			}
		}
	}
	return "", false
}

// Count says key.one for one and key.many for any other number, with the
// number as the first argument.
func (w *Words) Count(key string, n int, args ...any) string {
	form := ".many"
	if n == 1 || n == 0 && w.language == "fr" { // French counts zero in the singular
		form = ".one"
	}
	return w.Say(key+form, append([]any{n}, args...)...)
}

// Keys lists all keys, sorted.
func (w *Words) Keys() []string {
	var keys []string
	for _, t := range w.tables {
		keys = slices.AppendSeq(keys, maps.Keys(t.texts()))
	}
	slices.Sort(keys)
	return keys
}
