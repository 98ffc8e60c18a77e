package quality

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tapescript/quality/align"
)

// numberWords are the number words of English and French that are hardly ever
// anything else: not "one", "second", "un" or "neuf".
var numberWords = set(`two three four five six seven eight nine ten eleven twelve thirteen fourteen
	fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
	thousand million billion deux trois quatre cinq sept huit dix onze douze treize quatorze quinze
	seize vingt vingts trente quarante cinquante soixante septante huitante octante nonante cent cents mille millions milliard`)

// negations turn a statement into its opposite, in English and French.
var negations = set(`not no never none nobody nothing nowhere neither nor cannot without
	ne n' n’ pas jamais rien aucun aucune ni non guère sans`)

func set(words string) map[string]bool {
	list := map[string]bool{}
	for _, w := range strings.Fields(words) {
		list[w] = true
	}
	return list
}

// mayBe tells by length and first byte that most words are in neither list.
var mayBe = func() (table [1 << 13]uint8) {
	for word := range numberWords {
		table[sizeAndStart(word)] |= 1
	}
	for word := range negations {
		table[sizeAndStart(word)] |= 2
	}
	return table
}()

func sizeAndStart(word string) int {
	if word == "" {
		return 0
	}
	return min(len(word), 31)<<8 | int(word[0])
}

func (w *Word) isNumber() bool {
	return mayBe[sizeAndStart(w.Text)]&1 != 0 && numberWords[w.Text] || hasDigit(w.Text)
}

func hasDigit(word string) bool {
	for i := range len(word) {
		switch c := word[i]; {
		case c >= utf8.RuneSelf:
			return strings.ContainsFunc(word[i:], unicode.IsDigit)
		case '0' <= c && c <= '9':
			return true
		}
	}
	return false
}

func (w *Word) isNegation() bool {
	return mayBe[sizeAndStart(w.Text)]&2 != 0 && negations[w.Text] || strings.HasSuffix(w.Text, "n't") || strings.HasPrefix(w.Text, "n'")
}

// isName says whether a word is capitalised where no sentence begins. "I" is
// none, nor is a word of a text that has no lower case.
func (w *Word) isName() bool {
	raw := w.Raw()
	first, _ := utf8.DecodeRuneInString(raw)
	if !unicode.IsUpper(first) || raw == "I" || strings.HasPrefix(raw, "I'") || strings.HasPrefix(raw, "I’") {
		return false
	}
	before := strings.TrimRightFunc(w.source[:w.Start], func(r rune) bool { return unicode.IsSpace(r) || opens(r) || r == '\'' })
	last, _ := utf8.DecodeLastRuneInString(before)
	if before == "" || strings.ContainsRune(".?!…:-–—", last) || strings.Contains(w.source[len(before):w.Start], "\n") {
		return false
	}
	return strings.ContainsFunc(w.source, unicode.IsLower)
}

// addAll counts the operations of an item.
func (m *Meaning) addAll(steps []Step) {
	for i := range steps {
		m.add(&steps[i])
	}
}

// plus returns the sum of two.
func (m Meaning) plus(n Meaning) Meaning {
	return Meaning{m.Numbers.Add(n.Numbers), m.Names.Add(n.Names), m.Negations.Add(n.Negations)}
}

// add counts one operation.
func (m *Meaning) add(s *Step) {
	count := func(to *Share, is func(*Word) bool) {
		switch {
		case s.Gold != nil && is(s.Gold):
			to.Of++
			if s.Op != align.Correct {
				to.Wrong++
			}
		case s.Gold == nil || s.Op == align.Substitution:
			if s.Hypothesis != nil && s.Op != align.Correct && is(s.Hypothesis) {
				to.Wrong++
			}
		}
	}
	count(&m.Numbers, (*Word).isNumber)
	count(&m.Negations, (*Word).isNegation)
	if s.Gold != nil && s.Gold.isName() { // how a hypothesis capitalises says nothing
		m.Names.Of++
		if s.Op != align.Correct {
			m.Names.Wrong++
		}
	}
}

// critical says whether an error concerns a number, a name or a negation.
func (s *Step) critical() bool {
	var m Meaning
	m.add(s)
	return m.Numbers.Wrong+m.Names.Wrong+m.Negations.Wrong > 0
}
