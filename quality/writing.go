package quality

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tapescript/quality/align"
)

// Raw returns the word as it stands in the raw text.
func (w *Word) Raw() string {
	if w.End > len(w.source) {
		return ""
	}
	return w.source[w.Start:w.End]
}

// isLexical says whether a character belongs to words rather than between them.
func isLexical(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// punctuation lists the marks before and behind a word, up to the next words,
// in their order. A mark between two words belongs to the one before it, but
// for those that open: they go with the word that they stand before.
func (w *Word) punctuation() []int32 {
	if w.End > len(w.source) || w.bare() {
		return nil
	}
	var marks []int32
	before := w.source[:w.Start]
	for before != "" {
		r, size := utf8.DecodeLastRuneInString(before)
		if !opens(r) {
			break
		}
		marks = append(marks, mark(r))
		before = before[:len(before)-size]
	}
	gap := w.source[w.End:]
	if end := strings.IndexFunc(gap, isLexical); end >= 0 {
		gap = strings.TrimRightFunc(gap[:end], func(r rune) bool { return opens(r) })
	}
	for _, r := range strings.ReplaceAll(gap, "...", "…") {
		if unicode.IsPunct(r) {
			marks = append(marks, mark(r))
		}
	}
	return marks
}

// bare says of most words without marks that they have none: those between
// single spaces, with letters of ASCII on the far side of the second.
func (w *Word) bare() bool {
	if w.Start > 0 && w.source[w.Start-1] != ' ' {
		return false
	}
	rest := w.source[w.End:]
	switch {
	case rest == "":
		return true
	case rest[0] != ' ' || len(rest) == 1:
		return false
	}
	c := rest[1] | 0x20 // lower case
	return 'a' <= c && c <= 'z'
}

// opens says whether a mark stands before a word. A straight quotation mark
// does so where no space parts it from the word.
func opens(r rune) bool {
	return unicode.Is(unicode.Ps, r) || unicode.Is(unicode.Pi, r) || r == '¿' || r == '¡' || r == '"'
}

// mark folds kinds of one mark: “ ” « » are ", – and — are -.
func mark(r rune) int32 {
	switch {
	case unicode.Is(unicode.Pi, r), unicode.Is(unicode.Pf, r), r == '„', r == '"':
		return '"'
	case unicode.Is(unicode.Pd, r):
		return '-'
	}
	return r
}

func comparePunctuation(gold, hypothesis *Word) Share {
	g, h := gold.punctuation(), hypothesis.punctuation()
	if len(g)+len(h) == 0 {
		return Share{}
	}
	return Share{align.Distance(g, h), len(g)}
}

// compareCase tells whether two spellings of a word agree in case.
func compareCase(gold, hypothesis string) Share {
	if gold == hypothesis && strings.IndexFunc(gold, isASCIILetter) >= 0 {
		return Share{Of: 1}
	}
	g, h := casing(gold), casing(hypothesis)
	switch {
	case g == uncased || h == uncased:
		return Share{}
	case g == h:
		return Share{Of: 1}
	}
	return Share{1, 1}
}

func isASCIILetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }

// shape is how the letters of a word are cased.
type shape uint8

const (
	uncased shape = iota
	lower
	capital // the first letter is upper case, the others are not
	upper
	mixed
)

func casing(word string) shape {
	letters, uppers, first := 0, 0, false
	for _, r := range word {
		up := unicode.IsUpper(r) || unicode.IsTitle(r)
		if !up && !unicode.IsLower(r) {
			continue
		}
		if letters == 0 {
			first = up
		}
		letters++
		if up {
			uppers++
		}
	}
	switch {
	case letters == 0:
		return uncased
	case uppers == 0:
		return lower
	case uppers == 1 && first:
		return capital // also a single letter
	case uppers == letters:
		return upper
	}
	return mixed
}
