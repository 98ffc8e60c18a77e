package normalize

import (
	"embed"
	"strings"
	"sync"
	"unicode/utf8"
)

// The lists are our own, made for this package; data/README.md says how a line
// is written.
//
//go:embed data/*.txt
var lists embed.FS

// entry is a line of a list: words that may also be said in other words.
type entry struct {
	words    []string   // after the first, by which it is found
	readings [][]string // a reading without words: may be left out
	step     string
	dotted   bool // only where a full stop follows
	counted  bool // only after a number
	comma    bool // only where a comma follows
}

// language is what the readers know of one.
type language struct {
	entries  map[string][]entry
	numerals map[string]numeral
	currency map[string]string // names of currencies to their signs
	grammar  grammar
}

// load reads a language's list; its words are taken apart by the profile that
// will meet them.
func load(name string, g grammar, tokens func(string) []Token) *language {
	l := &language{entries: map[string][]entry{}, currency: map[string]string{}, grammar: g}
	l.numerals = g.numerals
	for _, point := range g.point {
		l.numerals[point] = numeral{}
	}
	data, err := lists.ReadFile("data/" + name + ".txt")
	if err != nil {
		panic(err) // the file is part of the program
	}
	section := ""
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			l.line(section, line, tokens)
		}
	}
	return l
}

// line takes one line of a section in.
func (l *language) line(section, line string, tokens func(string) []Token) {
	switch section {
	case "fillers":
		for _, word := range strings.Fields(line) {
			e := entry{step: "fillers", readings: [][]string{nil}}
			word, e.comma = strings.CutSuffix(word, "、")
			l.put(e, wordsIn(tokens(strings.ReplaceAll(word, "_", " "))))
		}
	case "currency":
		left, sign, _ := strings.Cut(line, "=")
		for _, name := range strings.Fields(left) {
			l.currency[name] = strings.TrimSpace(sign)
			l.put(entry{step: "symbols", readings: [][]string{{strings.TrimSpace(sign)}}}, wordsIn(tokens(name)))
		}
	case "our", "ise", "yse", "re", "ll", "inflected":
		for _, pair := range inflect(section, line) {
			l.put(entry{step: "spelling", readings: [][]string{{pair[1]}}}, []string{pair[0]})
		}
	default:
		if endings := japaneseEndings[section]; endings != nil {
			kana, kanji, _ := strings.Cut(line, " = ")
			for _, ending := range endings {
				l.line("spelling", kana+ending+" = "+strings.ReplaceAll(kanji, " |", ending+" |")+ending, tokens)
			}
			return
		}
		left, right, ok := strings.Cut(line, " = ")
		if !ok {
			panic("a line without = in the list of " + section)
		}
		left = strings.TrimSpace(left)
		e := entry{step: section, dotted: strings.HasSuffix(left, "."), counted: section == "units"}
		for reading := range strings.SplitSeq(right, "|") {
			e.readings = append(e.readings, wordsIn(tokens(reading)))
		}
		l.put(e, wordsIn(tokens(strings.TrimSuffix(left, "."))))
	}
}

func (l *language) put(e entry, words []string) {
	if len(words) == 0 {
		panic("a line of the list of " + e.step + " holds no word")
	}
	e.words = words[1:]
	l.entries[words[0]] = append(l.entries[words[0]], e)
}

func wordsIn(tokens []Token) []string {
	var words []string
	for _, t := range tokens {
		words = append(words, t.Text)
	}
	return words
}

// inflect makes the British and the American spellings of a line's words.
func inflect(section, line string) [][2]string {
	var pairs [][2]string
	both := func(british, american string, endings ...string) {
		for _, e := range endings {
			pairs = append(pairs, [2]string{british + e, american + e})
		}
	}
	words := strings.Fields(line)
	switch section {
	case "our":
		for _, w := range words {
			both(w+"our", w+"or", "", "s", "ed", "ing", "ings", "er", "ers", "ful", "fully", "less", "able", "ably",
				"ite", "ites", "itism", "al", "ally", "hood", "hoods", "ist", "ists", "y", "ation", "ly")
		}
	case "ise":
		for _, w := range words {
			both(w+"is", w+"iz", "e", "es", "ed", "ing", "er", "ers", "ation", "ations", "ational", "ationally", "able", "ingly")
		}
	case "yse":
		for _, w := range words {
			both(w+"ys", w+"yz", "e", "es", "ed", "ing", "er", "ers")
		}
	case "re":
		for _, w := range words {
			both(w+"re", w+"er", "", "s", "d")
			pairs = append(pairs, [2]string{w + "red", w + "ered"}, [2]string{w + "ring", w + "ering"})
		}
	case "ll":
		for _, w := range words {
			both(w+"l", w, "ed", "ing", "ings", "er", "ers", "ist", "ists", "able")
		}
	case "inflected": // british american ending…
		both(words[0], words[1], append(words[2:], "")...)
	}
	return pairs
}

// traits says what the readers have to look for in a token.
func (l *language) traits(word string) trait {
	var t trait
	if n, ok := l.numerals[word]; ok && !n.quiet {
		t |= numeric
	}
	if l.currency[word] != "" && minorSigns[l.currency[word]] != nil || currencyCodes[word] != "" {
		t |= numeric // one cent
	}
	if _, ok := l.entries[strings.TrimSuffix(word, "'s")]; ok {
		t |= listed
	} else if _, ok := l.entries[word]; ok {
		t |= listed
	}
	for i := 0; i < len(word); i++ {
		if word[i] >= utf8.RuneSelf {
			t |= accented
		}
		switch c := word[i]; {
		case '0' <= c && c <= '9':
			t |= digits
		case c == '\'':
			t |= inflected
		case c == 0xC2 && i+1 < len(word) && 0xBC <= word[i+1] && word[i+1] <= 0xBE, c == 0xE2 && strings.HasPrefix(word[i:], "⅓"[:2]):
			t |= digits // ½ ¼ ¾ ⅓
		case c == 0xC3 && i+1 < len(word) && (word[i+1] == 0xAE || word[i+1] == 0xBB):
			t |= inflected // î û
		}
	}
	if l.grammar.compound != nil && l.grammar.compound(word) {
		t |= numeric
	}
	return t
}

// fromLists finds the readings of one step's lists.
func fromLists(w *weighing) {
	for i := range w.tokens {
		if w.traits[i]&listed == 0 {
			continue
		}
		word := w.tokens[i].Text
		for _, e := range w.lang.entries[word] {
			if e.step == w.step {
				w.try(i, e)
			}
		}
		if owner, ok := strings.CutSuffix(word, "'s"); ok && w.step == "spelling" {
			for _, e := range w.lang.entries[owner] {
				if e.step == w.step && len(e.words) == 0 && len(e.readings[0]) == 1 {
					w.add(i, i+1, e.readings[0][0]+"'s")
				}
			}
		}
	}
}

// try adds the readings of a line where its words and conditions are met.
func (w *weighing) try(i int, e entry) {
	end := i + 1 + len(e.words)
	if end > len(w.tokens) {
		return
	}
	for k, word := range e.words {
		if w.tokens[i+1+k].Text != word {
			return
		}
	}
	switch {
	case e.dotted && !w.dotted(end-1):
		return
	case e.counted && !w.counted(i):
		return
	case e.comma && !strings.HasPrefix(w.gap(end), "、"):
		return
	case e.step == "fillers" && !w.pause(i, end):
		return
	}
	for _, r := range e.readings {
		if e.step != "contractions" || w.agrees(r, end) {
			w.add(i, end, r...)
		}
	}
}

// agrees says whether the verb of a contraction goes with the word behind it:
// before a participle that is nothing else, 'd is had, and 's before got and
// been is has. An adverb may stand between.
func (w *weighing) agrees(said []string, next int) bool {
	if len(said) < 2 || !w.lang.grammar.participles[w.text(next)] {
		if !adverbs[w.text(next)] || !w.lang.grammar.participles[w.text(next+1)] {
			return true
		}
		next++
	}
	switch said[len(said)-1] {
	case "would", "did":
		return false
	case "is", "does":
		return w.text(next) != "got" && w.text(next) != "been"
	}
	return true
}

var adverbs = map[string]bool{
	"already": true, "just": true, "never": true, "always": true, "only": true, "not": true, "ever": true, "often": true, "also": true,
}

// pause says whether the filler tokens[i:end) stands alone: in "uh-huh" and
// "mm-hmm" it is half of a yes, and in 20 mm it is a unit.
func (w *weighing) pause(i, end int) bool {
	for _, gap := range []string{w.gap(i), w.gap(end)} {
		if gap == "-" || gap == "‑" || gap == "'" {
			return false
		}
	}
	if written := w.raw[w.tokens[i].Start:w.tokens[end-1].End]; len(written) == 2 && written == strings.ToUpper(written) && written != strings.ToLower(written) {
		return false // the ER
	}
	if w.lang.grammar.unspaced {
		if strings.HasPrefix(w.text(i), "え") && end-i >= 3 {
			return true // えっと, えーと: nothing else
		}
		after, before := w.gap(end), w.gap(i)
		return end == len(w.tokens) || i == 0 && after != "" || before != "" && after != ""
	}
	return w.text(i) != "mm" || !w.counted(i)
}

// counted says whether token i follows a number.
func (w *weighing) counted(i int) bool {
	if i == 0 {
		return false
	}
	return w.counts(i - 1)
}

// counts says whether token i is part of a number.
func (w *weighing) counts(i int) bool {
	word := w.tokens[i].Text
	if c := word[0]; '0' <= c && c <= '9' {
		return true
	}
	_, ok := w.lang.numerals[word]
	return ok
}

// once defers the making of a language until a profile needs it.
func once(name string, g func() grammar, steps []step) func() *language {
	return sync.OnceValue(func() *language {
		return load(name, g(), func(text string) []Token { return tokenize(steps, text) })
	})
}
