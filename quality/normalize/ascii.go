package normalize

import "strings"

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

// asciiTokens returns the tokens of a plain text, and false for one that needs
// the steps. elisions says that words may part at their apostrophes.
func asciiTokens(text string, elisions bool) ([]Token, bool) {
	words, upper, within := 0, false, false
	for i := 0; i < len(text); i++ {
		class := asciiClasses[text[i]]
		switch class {
		case other:
			return nil, false
		case upperCase:
			upper = true
		case quote:
			if elisions {
				return nil, false
			}
		case separator:
			if text[i] == '.' && i > 0 && i+1 < len(text) && inAlphabet(text[i-1]) && inAlphabet(text[i+1]) {
				return nil, false // may be U.S.
			}
		}
		in := class == letter || class == upperCase || class == figure
		if in && !within {
			words++
		}
		within = in
	}
	if words == 0 {
		return nil, true
	}
	folded := text
	if upper {
		folded = strings.ToLower(text)
	}
	tokens := make([]Token, 0, words)
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && staysInWord(text, i) {
			i++
		}
		if i > start {
			tokens = append(tokens, Token{Text: folded[start:i], Start: start, End: i})
			continue
		}
		i++
	}
	return tokens, true
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
