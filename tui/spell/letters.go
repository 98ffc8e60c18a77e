package spell

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// letterCase is how a word is written.
type letterCase uint8

const (
	lowerCase    letterCase = iota // word
	initialCase                    // Word
	allCapitals                    // WORD
	mixedInitial                   // WordPress
	mixedCase                      // iPhone
)

// caseOf says how a word is written, by Hunspell's rule: characters that have
// no case count for neither.
func caseOf(word string) letterCase {
	capitals, neutral, total := 0, 0, 0
	first := false
	for i, r := range word {
		total++
		low, up := unicode.ToLower(r), unicode.ToUpper(r)
		switch {
		case low == up:
			neutral++
		case r != low:
			capitals++
			first = first || i == 0
		}
	}
	switch {
	case capitals == 0:
		return lowerCase
	case capitals == 1 && first:
		return initialCase
	case capitals+neutral == total:
		return allCapitals
	case first:
		return mixedInitial
	}
	return mixedCase
}

func lower(s string) string { return strings.Map(unicode.ToLower, s) }
func upper(s string) string { return strings.Map(unicode.ToUpper, s) }

// initial gives a word a first capital.
func initial(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	if up := unicode.ToUpper(r); up != r {
		return string(up) + s[n:]
	}
	return s
}

// uninitial takes the first capital away.
func uninitial(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if low := unicode.ToLower(r); n > 0 && low != r {
		return string(low) + s[n:]
	}
	return s
}

// replacement is a row of ICONV, OCONV or REP. The text may be bound to the
// word's start or end.
type replacement struct {
	from, to   string
	start, end bool
}

// conversion replaces texts by others, the longest first.
type conversion struct {
	rows map[byte][]replacement // by the first byte of from, longest first
}

func (c *conversion) add(r replacement) {
	if r.from == "" {
		return
	}
	if c.rows == nil {
		c.rows = map[byte][]replacement{}
	}
	list := c.rows[r.from[0]]
	at := 0
	for at < len(list) && len(list[at].from) >= len(r.from) {
		at++
	}
	list = append(list, replacement{})
	copy(list[at+1:], list[at:])
	list[at] = r
	c.rows[r.from[0]] = list
}

// convert replaces what is to be replaced in a word.
func (c *conversion) convert(word string) string {
	if c.rows == nil {
		return word
	}
	var b strings.Builder
	changed := false
	for i := 0; i < len(word); {
		n := 0
		for _, r := range c.rows[word[i]] {
			if strings.HasPrefix(word[i:], r.from) && (!r.start || i == 0) && (!r.end || i+len(r.from) == len(word)) {
				if !changed {
					changed = true
					b.WriteString(word[:i])
				}
				b.WriteString(r.to)
				n = len(r.from)
				break
			}
		}
		if n == 0 {
			n = 1
			if changed {
				b.WriteByte(word[i])
			}
		}
		i += n
	}
	if !changed {
		return word
	}
	return b.String()
}
