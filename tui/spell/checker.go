package spell

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Checker holds texts against a dictionary and words of one's own. Several
// goroutines may ask it at once.
type Checker struct {
	dictionary *Dictionary
	french     bool

	mu       sync.Mutex
	own      map[string][]string // forms by their small letters
	verdicts map[string]bool
}

// maxVerdicts bounds the memory of words that were looked up; a long
// transcript has some ten thousand.
const maxVerdicts = 100_000

// NewChecker makes a checker of a dictionary and words that are right besides.
func NewChecker(d *Dictionary, own ...string) *Checker {
	c := &Checker{dictionary: d, french: strings.HasPrefix(d.Name(), "fr"), own: map[string][]string{}}
	c.Know(own...)
	return c
}

// Dictionary is what it checks with.
func (c *Checker) Dictionary() *Dictionary { return c.dictionary }

// Know adds words that are right. Written small, a word is right with capitals,
// too; otherwise as it is written. Each word of a phrase counts for itself.
func (c *Checker) Know(words ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, phrase := range words {
		for _, s := range pieces(phrase) {
			word := straight(phrase[s.From:s.To])
			key := lower(word)
			if !slices.Contains(c.own[key], word) {
				c.own[key] = append(c.own[key], word)
			}
		}
	}
	c.verdicts = map[string]bool{}
}

// straight has the plain apostrophe.
func straight(word string) string { return strings.ReplaceAll(word, "’", "'") }

// Good says whether a word is right.
func (c *Checker) Good(word string) bool {
	c.mu.Lock()
	good, known := c.verdicts[word]
	c.mu.Unlock()
	if known {
		return good
	}
	good = c.right(word)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.verdicts) >= maxVerdicts {
		c.verdicts = map[string]bool{}
	}
	c.verdicts[strings.Clone(word)] = good
	return good
}

func (c *Checker) right(word string) bool {
	plain := straight(word)
	if c.dictionary.Check(word) || plain != word && c.dictionary.Check(plain) || c.isOwn(plain) {
		return true
	}
	if head, tail, ok := c.elision(plain); ok && beginsOpen(tail) {
		return head != "" && c.Good(tail)
	}
	if stem, ok := strings.CutSuffix(plain, "'s"); ok && !c.french && c.isOwn(stem) {
		return true
	}
	if !strings.Contains(plain, "-") {
		return false
	}
	for part := range strings.SplitSeq(plain, "-") {
		if part == "" || !c.Good(part) {
			return false
		}
	}
	return true
}

// isOwn: the word is among one's own.
func (c *Checker) isOwn(word string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, form := range c.own[lower(word)] {
		switch {
		case form == word, form == lower(form), word == upper(form), caseOf(word) == initialCase && word == initial(form):
			return true
		}
	}
	return false
}

// elisions are what French writes with an apostrophe before a vowel.
var elisions = map[string]bool{
	"l": true, "d": true, "j": true, "m": true, "t": true, "s": true, "c": true, "n": true, "qu": true,
	"jusqu": true, "lorsqu": true, "puisqu": true, "quoiqu": true, "presqu": true, "quelqu": true, "entr": true,
}

// elision takes an elided word off, in French.
func (c *Checker) elision(word string) (head, tail string, ok bool) {
	if !c.french {
		return "", "", false
	}
	head, tail, ok = strings.Cut(word, "'")
	return head, tail, ok && elisions[lower(head)] && tail != ""
}

// beginsOpen: a vowel or an h begins the word, before which French elides.
func beginsOpen(word string) bool {
	r := plainLetters([]rune(lower(word[:min(len(word), utf8.UTFMax)])))
	return len(r) > 0 && strings.ContainsRune("aeiouyhœæ", r[0])
}

// Suggest proposes words for a misspelt one, those of one's own that are near
// first. At most nine.
func (c *Checker) Suggest(word string) []string {
	plain := straight(word)
	list := c.near(plain)
	for _, w := range c.dictionary.Suggest(plain) {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	if strings.Contains(word, "’") { // as the person writes it
		for i := range list {
			list[i] = strings.ReplaceAll(list[i], "'", "’")
		}
	}
	return list[:min(len(list), most)]
}

// near are the words of one's own that are a slip away, the nearest first.
func (c *Checker) near(word string) []string {
	head, tail, elided := c.elision(word)
	if !elided {
		head, tail = "", word
	} else {
		head += "'"
	}
	cost := newCoster(c.dictionary, lower(tail))
	var found []proposal
	c.mu.Lock()
	for key, forms := range c.own {
		if d := len(key) - len(tail); d < -3 || d > 3 {
			continue
		}
		if far := cost.of(key); far <= 1.3 {
			for _, form := range forms {
				if caseOf(tail) == initialCase {
					form = initial(form)
				}
				found = append(found, proposal{head + form, far})
			}
		}
	}
	c.mu.Unlock()
	slices.SortFunc(found, func(a, b proposal) int {
		if a.cost != b.cost {
			return map[bool]int{true: -1, false: 1}[a.cost < b.cost]
		}
		return strings.Compare(a.word, b.word)
	})
	var list []string
	for _, p := range found {
		if !slices.Contains(list, p.word) {
			list = append(list, p.word)
		}
	}
	return list[:min(len(list), 3)]
}

// Span is a stretch of a text, in bytes.
type Span struct{ From, To int }

// Misspelt finds the words of a text that are not right. Left out is what is no
// word of the language: numbers, tags in brackets, addresses, single letters,
// other scripts, and words that break off with a hyphen.
func (c *Checker) Misspelt(text string) []Span {
	var list []Span
	for _, s := range pieces(text) {
		if !c.Good(text[s.From:s.To]) {
			list = append(list, s)
		}
	}
	return list
}

// pieces are the words of a text that can be held against a dictionary.
func pieces(text string) []Span {
	var list []Span
	for i := 0; i < len(text); {
		if end := skipTag(text, i); end > i {
			i = end
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			i += n
			continue
		}
		if end := addressEnd(text, i); end > i {
			i = end
			continue
		}
		end := wordEnd(text, i)
		if checkable(text[i:end]) && !brokenOff(text, end) {
			list = append(list, Span{i, end})
		}
		i = end
	}
	return list
}

// skipTag returns the end of a tag that begins there: [inaudible 00:12], <unk>,
// {laughs}. Something that nobody closes on its line is no tag.
func skipTag(text string, i int) int {
	k := strings.IndexByte("[<{", text[i])
	if k < 0 {
		return i
	}
	end := strings.IndexAny(text[i+1:], "]>}\n"[k:k+1]+"\n")
	if end < 0 || text[i+1+end] == '\n' || end > 80 {
		return i
	}
	return i + 1 + end + 1
}

// addressEnd returns the end of a URL, a mail address or a name of a file that
// begins there, or where it began.
func addressEnd(text string, i int) int {
	end := len(text)
	if k := strings.IndexFunc(text[i:], unicode.IsSpace); k >= 0 {
		end = i + k
	}
	word := strings.TrimRight(text[i:end], ".,;:!?)\"'»”")
	at := strings.IndexByte(word, '@')
	dot := strings.LastIndexByte(word, '.')
	switch {
	case strings.Contains(word, "://"), strings.HasPrefix(word, "www."), at > 0 && at < len(word)-1, strings.Contains(word, "_"),
		dot > 1 && dot < len(word)-1 && isName(word[dot+1:]) && isName(strings.ReplaceAll(word[:dot], ".", "")) && len(word)-dot > 2:
		return i + len(word)
	}
	return i
}

// isName: letters and digits of ASCII, the former small.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// wordEnd is where the word ends that begins there: letters, marks and digits,
// and apostrophes, hyphens and dots in the middle (·, l·l) between letters.
func wordEnd(text string, from int) int {
	end := from
	for i := from; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			end = i + n
		case strings.ContainsRune("'’-·‑", r):
			if next, _ := utf8.DecodeRuneInString(text[i+n:]); !unicode.IsLetter(next) || end != i {
				return end
			}
		default:
			return end
		}
		i += n
	}
	return end
}

// checkable: letters of the Latin script, more than one, and no digit.
func checkable(word string) bool {
	letters := 0
	for _, r := range word {
		switch {
		case unicode.IsDigit(r):
			return false
		case unicode.IsLetter(r):
			if letters++; !unicode.Is(unicode.Latin, r) {
				return false
			}
		}
	}
	return letters > 1
}

// brokenOff: a hyphen follows that joins nothing: a word that was begun.
func brokenOff(text string, end int) bool {
	rest, ok := strings.CutPrefix(text[end:], "-")
	if !ok {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	return next != '-' && !unicode.IsLetter(next) && !unicode.IsDigit(next)
}
