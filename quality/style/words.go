package style

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
)

// The lists are our own, made for this package.
//
//go:embed words/*.toml
var wordFiles embed.FS

// languages are those of which there are lists, the first for where nobody says.
var languages = []string{"en", "fr"}

// wordList is a file of words, one language.
type wordList struct {
	Fillers, Names, Answers, Context, Repeats, Stutters []string
	Cries, Sayings, Restarts                            []string
	Abbreviations, Measured, Units, Function            []string
	Labels, Ordinals                                    []string
	Numbers                                             map[string]int
	Small                                               map[string]string
	Informal, Unsure, Affirmations, Spelling            map[string]string
}

var wordLists = sync.OnceValue(func() map[string]*wordList {
	all := map[string]*wordList{}
	for _, language := range languages {
		data, err := wordFiles.ReadFile("words/" + language + ".toml")
		if err != nil {
			panic(err) // the file is part of the program
		}
		list := new(wordList)
		if err := toml.Unmarshal(data, list); err != nil {
			panic(err)
		}
		all[language] = list
	}
	return all
})

// class is a set of the lists that a word is in.
type class uint16

const (
	filler class = 1 << iota
	name         // and one of the fillers
	answer
	context // begins phrases
	repeat
	stutter
	abbreviation
	measured
	unit
	function
	number
	cry     // a filler, or a cry of surprise
	saying  // tells what somebody says: "saying ah"
	restart // seldom stands twice on purpose
	label   // stands before a number that names something: "step 1"
	ordinal
)

// entry is all that the lists say of a word, found once for each word.
type entry struct {
	class                                   class
	value                                   int // of a number
	informal, unsure, affirmation, spelling string
	phrases                                 [][]string // fillers of several words that it begins, the words behind it
}

// lexicon is what a profile knows of the words of one language.
type lexicon struct {
	words    map[string]*entry
	small    map[string]string
	language string
	longest  int      // bytes of a word that is in it
	tags     []string // the profile's vocabulary of them
}

func (x *lexicon) entry(word string) *entry {
	e := x.words[word]
	if e == nil {
		e = &entry{}
		x.words[word] = e
		x.longest = max(x.longest, len(word))
	}
	return e
}

// lookup returns what is known of a word, or an empty entry.
func (x *lexicon) lookup(word string) *entry {
	if len(word) <= x.longest {
		if e := x.words[word]; e != nil {
			return e
		}
	}
	return &unknownWord
}

var unknownWord entry

// newLexicon makes a profile's lexicon of a language: the list, and what the
// profile's rules add to it and except.
func newLexicon(language string, p *Profile) *lexicon {
	list := wordLists()[language]
	x := &lexicon{words: map[string]*entry{}, small: list.Small, language: language, tags: p.set["T01"].Tags}
	mark := func(words []string, c class, allowed []string) {
		for _, w := range words {
			x.entry(w).class |= c
		}
		for _, w := range allowed {
			x.entry(w).class &^= c
		}
	}
	set := func(id string) Settings { return p.set[id] }
	mark(join(list.Fillers, set("V01").Words), filler, set("V01").Allow)
	mark(list.Names, name, nil)
	mark(list.Answers, answer, nil)
	mark(list.Cries, cry, nil)
	mark(list.Sayings, saying, nil)
	mark(join(list.Restarts, list.Stutters), restart, nil)
	mark(list.Labels, label, nil)
	mark(list.Ordinals, ordinal, nil)
	mark(join(list.Repeats, set("V03").Allow), repeat, nil)
	mark(list.Stutters, stutter, set("V03").Allow)
	mark(list.Abbreviations, abbreviation, nil)
	mark(list.Measured, measured, nil)
	mark(list.Units, unit, nil)
	mark(join(list.Function, set("G02").Words), function, nil)
	for w, n := range list.Numbers {
		x.entry(w).class |= number
		x.entry(w).value = n
	}
	for _, phrase := range list.Context {
		words := strings.Fields(phrase)
		e := x.entry(words[0])
		e.class |= context
		e.phrases = append(e.phrases, words[1:])
	}
	for w, instead := range list.Unsure {
		if !slices.Contains(set("V05").Allow, w) {
			x.entry(w).unsure = instead
		}
	}
	for _, m := range []struct {
		id    string
		list  map[string]string
		field func(*entry) *string
	}{
		{"V05", list.Informal, func(e *entry) *string { return &e.informal }},
		{"V06", list.Affirmations, func(e *entry) *string { return &e.affirmation }},
		{"G01", list.Spelling, func(e *entry) *string { return &e.spelling }},
	} {
		for w, instead := range m.list {
			*m.field(x.entry(w)) = instead
		}
		for w, instead := range set(m.id).Replace {
			*m.field(x.entry(strings.ToLower(w))) = instead
		}
		for _, w := range set(m.id).Allow {
			*m.field(x.entry(w)) = ""
		}
	}
	return x
}

func join(a, b []string) []string { return append(append([]string(nil), a...), b...) }
