package normalize

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Most texts are English letters, spaces and a little punctuation: for these the
// steps of the everyday profiles come to what this file does in one pass. It
// gives up on any text that holds more.

// asciiClass says what the pass does with a byte.
type asciiClass uint8

const (
	other     asciiClass = iota // not for this pass
	letter                      // of a word
	upperCase                   // a letter that is folded
	figure
	blank     // parts words
	quote     // ' within a word stays
	separator // . , : between digits stay
)

var asciiClasses = func() (c [256]asciiClass) {
	for b := 'a'; b <= 'z'; b++ {
		c[b] = letter
		c[b-'a'+'A'] = upperCase
	}
	for b := '0'; b <= '9'; b++ {
		c[b] = figure
	}
	for _, b := range " \t\r\n!?;\"-/#" {
		c[b] = blank
	}
	c['\''] = quote
	c['.'], c[','], c[':'] = separator, separator, separator
	return c
}()

// asciiTokens appends the tokens of a plain text, and false for one that needs
// the steps.
func asciiTokens(dst []Token, text string) ([]Token, bool) { return plainTokens(dst, text, false) }

// asciiParted is for a language whose words may part at their apostrophes.
func asciiParted(dst []Token, text string) ([]Token, bool) { return plainTokens(dst, text, true) }

// signed is a pass for a language that reads the sign before a number: it gives
// up on texts that may hold one.
func signed(pass func([]Token, string) ([]Token, bool)) func([]Token, string) ([]Token, bool) {
	return func(dst []Token, text string) ([]Token, bool) {
		for rest := text; ; {
			at := strings.IndexByte(rest, '-')
			if at < 0 {
				return pass(dst, text)
			}
			if rest = rest[at+1:]; rest != "" && asciiClasses[rest[0]] == figure {
				return dst, false
			}
		}
	}
}

// asciiFields splits at white space and lowers the case of A to Z.
func asciiFields(dst []Token, text string) ([]Token, bool) {
	words, upper, ok := 0, false, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			return dst, false
		case isBlank(c):
			ok = false
		default:
			if !ok {
				words++
			}
			ok = true
			upper = upper || asciiClasses[c] == upperCase
		}
	}
	folded := text
	if upper {
		folded = strings.ToLower(text)
	}
	if words == 0 {
		return dst, true
	}
	dst = slices.Grow(dst, words)
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && !isBlank(text[i]) {
			i++
		}
		if i > start {
			dst = append(dst, Token{Text: folded[start:i], Start: start, End: i})
		}
		i++
	}
	return dst, true
}

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// kept is what asciiLetters makes of a byte: 0 where it goes without a gap.
var kept = func() (table [256]byte) {
	for b := range asciiClasses {
		switch asciiClasses[b] {
		case letter, quote:
			table[b] = byte(b)
		case upperCase:
			table[b] = byte(b) + 'a' - 'A'
		}
	}
	return table
}()

// asciiLetters keeps letters and apostrophes, lowers them, and splits at white
// space; what else there is goes without a gap.
func asciiLetters(dst []Token, text string) ([]Token, bool) {
	words, size, within := 0, 0, false
	clean := true // the text is its own result
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch k := kept[c]; {
		case k != 0:
			clean = clean && k == c
			if !within {
				words++
			}
			within = true
			size++
		case c >= utf8.RuneSelf:
			return dst, false
		case isBlank(c):
			within = false
		default:
			clean = false
		}
	}
	if words == 0 {
		return dst, true
	}
	dst = slices.Grow(dst, words)
	var all strings.Builder // does not move: words are parts of it from when they end
	if !clean {
		all.Grow(size)
	}
	for i := 0; i < len(text); i++ {
		first, start, end := all.Len(), i, i
		for ; i < len(text) && !isBlank(text[i]); i++ {
			k := kept[text[i]]
			if k == 0 {
				continue
			}
			if end == start { // the word's first
				start = i
			}
			end = i + 1
			if !clean {
				all.WriteByte(k)
			}
		}
		switch {
		case end == start:
		case clean:
			dst = append(dst, Token{Text: text[start:end], Start: start, End: end})
		default:
			dst = append(dst, Token{Text: all.String()[first:], Start: start, End: end})
		}
	}
	return dst, true
}

// plainTokens is asciiTokens; elisions says that words may part at their
// apostrophes.
func plainTokens(dst []Token, text string, elisions bool) ([]Token, bool) {
	words, upper, within := 0, false, false
	for i := 0; i < len(text); i++ {
		class := asciiClasses[text[i]]
		switch class {
		case other:
			return dst, false
		case upperCase:
			upper = true
		case quote:
			if elisions {
				return dst, false
			}
		case separator:
			if text[i] == '.' && i > 0 && i+1 < len(text) && inAlphabet(text[i-1]) && inAlphabet(text[i+1]) {
				return dst, false // may be U.S.
			}
		}
		in := class == letter || class == upperCase || class == figure
		if in && !within {
			words++
		}
		within = in
	}
	if words == 0 {
		return dst, true
	}
	folded := text
	if upper {
		folded = strings.ToLower(text)
	}
	dst = slices.Grow(dst, words)
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && staysInWord(text, i) {
			i++
		}
		if i > start {
			dst = append(dst, Token{Text: folded[start:i], Start: start, End: i})
			continue
		}
		i++
	}
	return dst, true
}

func inAlphabet(b byte) bool { return asciiClasses[b] == letter || asciiClasses[b] == upperCase }

// staysInWord says whether the byte at i is part of a word there.
func staysInWord(text string, i int) bool {
	switch asciiClasses[text[i]] {
	case letter, upperCase, figure:
		return true
	case blank:
		return false
	}
	if i == 0 || i+1 == len(text) {
		return false
	}
	before, after := asciiClasses[text[i-1]], asciiClasses[text[i+1]]
	if text[i] == '\'' {
		return (before == figure || inAlphabet(text[i-1])) && (after == figure || inAlphabet(text[i+1]))
	}
	return before == figure && after == figure
}
