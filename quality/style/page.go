package style

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a run of letters and digits, with the apostrophes, hyphens and
// decimal points inside it.
type word struct {
	from, to int
	low      string // lower case, straight apostrophes
	*entry
	capital bool // begins with a capital
	digits  bool // begins with a digit
}

// mark is a tag: text in brackets, or what looks like one in parentheses.
type mark struct {
	from, to int // with the brackets
	open     byte
	body     string // without them, trimmed
}

// longestMark bounds a tag in bytes: what is longer is a bracket left open.
const longestMark = 200

// page is a segment's text as the rules see it: read once, looked at by all.
type page struct {
	text  string
	words []word
	marks []mark
}

// isTag says whether what stands in brackets is one of the profile's tags.
func (x *lexicon) isTag(m mark) bool {
	label, _ := tagParts(m.body)
	return slices.Contains(x.tags, strings.ToLower(label))
}

// read takes a text apart. Words in square brackets and braces are not spoken,
// those in parentheses may be.
func (p *page) read(text string, x *lexicon) {
	p.text, p.words, p.marks = text, p.words[:0], p.marks[:0]
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '[' || c == '{' || c == '(':
			m, ok := markAt(text, i)
			if !ok {
				i++
				continue
			}
			p.marks = append(p.marks, m)
			if i = m.to; c == '(' && !x.isTag(m) {
				i = m.from + 1
			}
		case isWordByte(c):
			w := wordAt(text, i)
			w.entry = x.lookup(w.low)
			p.words = append(p.words, w)
			i = w.to
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				i += size
				continue
			}
			w := wordAt(text, i)
			w.entry = x.lookup(w.low)
			p.words = append(p.words, w)
			i = w.to
		}
	}
}

// markAt reads the tag that begins with a bracket.
func markAt(text string, from int) (mark, bool) {
	closing := map[byte]byte{'[': ']', '{': '}', '(': ')'}[text[from]]
	for i := from + 1; i < len(text) && i < from+longestMark; i++ {
		switch text[i] {
		case closing:
			return mark{from, i + 1, text[from], strings.TrimSpace(text[from+1 : i])}, true
		case '\n', '[', '{', '(':
			return mark{}, false
		}
	}
	return mark{}, false
}

func isWordByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }

// wordAt reads the word that begins at a letter or digit.
func wordAt(text string, from int) word {
	first, _ := utf8.DecodeRuneInString(text[from:])
	w := word{from: from, capital: unicode.IsUpper(first), digits: unicode.IsDigit(first)}
	plain := true // lower-case ASCII
	i := from
	for i < len(text) {
		c := text[i]
		if c < utf8.RuneSelf {
			if isWordByte(c) {
				plain = plain && (c < 'A' || c > 'Z')
				i++
				continue
			}
			if !joins(text, from, i, 1) {
				break
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && (r != '’' || !joins(text, from, i, size)) {
			break
		}
		plain = false
		i += size
	}
	w.to = i
	if w.low = text[from:i]; !plain {
		w.low = strings.ReplaceAll(strings.ToLower(w.low), "’", "'")
	}
	return w
}

// joins says whether the character at i keeps the word together: an apostrophe
// or a hyphen between letters, a full stop, comma or colon between digits.
func joins(text string, from, i, size int) bool {
	if i == from || i+size >= len(text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i+size:])
	switch text[i] {
	case '\'', '-', 0xe2: // ’ begins so
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	case '.', ',', ':':
		return unicode.IsDigit(before) && unicode.IsDigit(after)
	}
	return false
}

// after is the text between a word and the next one, or the end.
func (p *page) after(i int) string {
	if i+1 < len(p.words) {
		return p.text[p.words[i].to:p.words[i+1].from]
	}
	return p.text[p.words[i].to:]
}

// before is the text between the word before, or the start, and a word.
func (p *page) before(i int) string {
	if i > 0 {
		return p.after(i - 1)
	}
	return p.text[:p.words[0].from]
}

// raw is a word as it stands there.
func (p *page) raw(i int) string { return p.text[p.words[i].from:p.words[i].to] }

// sentenceEnds says whether a sentence ends behind a word, and with which mark.
func (p *page) sentenceEnds(i int) (mark byte, ends bool) {
	gap := p.after(i)
	if gap == " " || gap == "" && i+1 < len(p.words) {
		return 0, false
	}
	at := strings.IndexAny(gap, ".?!")
	switch {
	case i+1 == len(p.words) && (at >= 0 || gap == ""):
		return '.', true
	case at < 0:
		return 0, strings.Contains(gap, "\n\n")
	case strings.HasPrefix(gap[at:], "..") || at+1 < len(gap) && !strings.ContainsRune(" \n\"”’')]»\u00a0", rune(gap[at+1])) && gap[at+1] < utf8.RuneSelf:
		return 0, false // an ellipsis goes on; a full stop inside something
	case at+1 == len(gap) && i+1 < len(p.words):
		return 0, false // .com
	case gap[at] == '.' && (p.words[i].class&abbreviation != 0 || len(p.words[i].low) == 1 && p.words[i].low != "i"):
		return 0, false
	}
	return gap[at], true
}

// sentenceStarts says whether a word is the first of its sentence.
func (p *page) sentenceStarts(i int) bool {
	if i == 0 {
		return true
	}
	_, ends := p.sentenceEnds(i - 1)
	return ends
}
