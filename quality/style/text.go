package style

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentences finds a sentence without its capital, and a last one without its
// mark (P01). A sentence may go on in the next segment of the same speaker.
func (l *linter) sentences() {
	p := &l.page
	for i := range p.words {
		w := &p.words[i]
		first, size := utf8.DecodeRuneInString(p.text[w.from:])
		capital := unicode.ToUpper(first)
		if !unicode.IsLower(first) || capital == first { // ɝ has none
			continue
		}
		mark, starts := byte('.'), i > 0 || l.begins()
		if i > 0 {
			mark, starts = p.sentenceEnds(i - 1)
		}
		if !starts || i > 0 && quoted(p.before(i)) || hasMark(p.before(i), p.text, w.from) {
			continue
		}
		f := l.add(w.from, w.to, CapitalMissing, p.raw(i))
		if mark != '!' && w.from+size <= w.to {
			f.Fix = l.splice(w.from, w.from+size, string(capital))
		}
	}
	if n := len(p.words); n > 0 && l.ends() && !closed(p.text) && !l.endsInTag() {
		l.add(p.words[n-1].from, p.words[n-1].to, SentenceOpen, p.raw(n-1))
	}
}

// quoted says whether a sentence ended inside a quotation, which the sentence
// around it goes on from: “Really?” he said.
func quoted(gap string) bool { return strings.ContainsAny(gap, "\"”»'’)") }

// hasMark says whether a word begins with what may come in small letters: an
// ellipsis, an apostrophe, an address.
func hasMark(gap, text string, at int) bool {
	return strings.HasSuffix(gap, "'") || strings.HasSuffix(gap, "’") || strings.HasSuffix(gap, "-") || strings.HasSuffix(gap, "—") ||
		strings.Contains(gap, "..") || strings.Contains(gap, "…") || strings.ContainsAny(text[:at], "[") && strings.Contains(gap, "]")
}

// begins says whether the segment begins a sentence: it is the first, somebody
// else spoke before, or the one before ended.
func (l *linter) begins() bool {
	before := l.neighbour(-1)
	return before == nil || closed(before.Text) && !strings.HasSuffix(strings.TrimSpace(before.Text), "..")
}

// ends says whether the segment's sentence has to end with it.
func (l *linter) ends() bool { return l.neighbour(1) == nil }

// closed says whether a text ends as a sentence does, or breaks off with a mark
// that says so.
func closed(text string) bool {
	text = strings.TrimRight(text, " \n\"”»'’)")
	if text == "" || text[len(text)-1] == ']' {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".?!…—-", last)
}

// endsInTag says whether the text ends in a tag, which needs no mark.
func (l *linter) endsInTag() bool {
	n := len(l.page.marks)
	return n > 0 && l.page.marks[n-1].to == len(l.page.text) && l.words.isTag(l.page.marks[n-1])
}

// spaces finds two spaces for one, those at the ends of a line, and one before a
// full stop or a comma (P02). French sets off ? ! : and ;.
func (l *linter) spaces() {
	text := l.page.text
	for i := 0; i < len(text); i++ {
		if text[i] != ' ' {
			continue
		}
		to := i + 1
		for to < len(text) && text[to] == ' ' {
			to++
		}
		atStart, atEnd := i == 0 || text[i-1] == '\n', to == len(text) || text[to] == '\n'
		switch {
		case atStart || atEnd:
			l.add(i, to, SpaceEdge).Fix = l.splice(i, to, "")
		case l.sticks(text[to:]):
			l.add(i, to, SpaceBefore, text[to:to+1]).Fix = l.splice(i, to, "")
		case to > i+1:
			l.add(i, to, SpaceDouble).Fix = l.splice(i+1, to, "")
		}
		i = to - 1
	}
	if t := strings.Trim(text, "\n"); t != text {
		at := strings.IndexByte(text, '\n')
		to := at
		for to < len(text) && text[to] == '\n' {
			to++
		}
		if at > 0 {
			at = len(strings.TrimRight(text, "\n"))
			to = len(text)
		}
		l.add(at, to, SpaceEdge).Fix = l.splice(at, to, "")
	}
}

// sticks says whether a text begins with a mark that no space comes before.
func (l *linter) sticks(text string) bool {
	marks := ".,?!"
	if l.words.language == "fr" {
		marks = ".,"
	}
	return strings.IndexByte(marks, text[0]) >= 0 && (len(text) == 1 || text[1] == ' ' || text[1] == '\n')
}

// paragraphs finds those that are too long to read (P03).
func (l *linter) paragraphs() {
	most := int(l.rule.Most)
	if most <= 0 || len(l.page.text) <= most {
		return
	}
	from := 0
	for line := range strings.Lines(l.page.text) {
		if n := utf8.RuneCountInString(strings.TrimSpace(line)); n > most {
			l.add(from, from+len(line), ParagraphLong, strconv.Itoa(n), strconv.Itoa(most))
		}
		from += len(line)
	}
}

// dashes finds other marks for what breaks off than the style's (P04).
func (l *linter) dashes() {
	form := l.rule.Form
	text := l.page.text
	if strings.IndexByte(text, '-') < 0 && strings.IndexByte(text, 0xe2) < 0 && !strings.Contains(text, "...") {
		return
	}
	for _, other := range []string{"--", "—", "...", "…"} {
		isDots := other == "..." || other == "…"
		if other == form || isDots && form != "--" {
			continue
		}
		for at := 0; ; {
			k := strings.Index(text[at:], other)
			if k < 0 {
				break
			}
			from := at + k
			at = from + len(other)
			for at < len(text) && (text[at] == '-' && other == "--" || text[at] == '.' && other == "...") {
				at++
			}
			f := l.add(from, at, DashForm, text[from:at], form)
			if !isDots && at-from == len(other) { // what trails off is not what breaks off
				f.Fix = l.splice(from, at, form)
			}
		}
	}
}

// curlyMarks are what word processors make of ' and ".
var curlyMarks = map[rune]string{'’': "'", '‘': "'", '“': "\"", '”': "\""}

// apostrophes finds curly apostrophes and quotation marks where the style has
// straight ones, or straight apostrophes where it has curly ones (P05).
func (l *linter) apostrophes() {
	text := l.page.text
	if l.rule.Form == "curly" {
		for i := range l.page.words {
			w := &l.page.words[i]
			for at := w.from; at < w.to; at++ {
				if text[at] == '\'' {
					l.add(at, at+1, ApostropheForm, "'", "’").Fix = l.splice(at, at+1, "’")
				}
			}
		}
		return
	}
	if strings.IndexByte(text, 0xe2) < 0 {
		return
	}
	for at, r := range text {
		if straight := curlyMarks[r]; straight != "" {
			to := at + utf8.RuneLen(r)
			l.add(at, to, ApostropheForm, string(r), straight).Fix = l.splice(at, to, straight)
		}
	}
}

// onlyLetters finds all but letters, apostrophes and spaces (P06): what a style
// for training recognisers forbids. Digits are N03's, tags T01's.
func (l *linter) onlyLetters() {
	text := l.page.text
	for at := 0; at < len(text); {
		if c := text[at]; isWordByte(c) || c == ' ' || c == '\n' || c == '\'' {
			at++
			continue
		}
		if to := l.tagAt(at); to > at {
			at = to
			continue
		}
		to := at
		for to < len(text) {
			r, size := utf8.DecodeRuneInString(text[to:])
			if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || unicode.IsSpace(r) ||
				r == '\'' || r == '’' || r == '‘' || to > at && l.tagAt(to) > 0 {
				break
			}
			to += size
		}
		if to == at {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
			continue
		}
		f := l.add(at, to, OtherCharacters, text[at:to])
		if instead, ok := withoutMarks(text, at, to); ok {
			f.Fix = l.splice(at, to, instead)
		}
		at = to
	}
}

// tagAt returns the end of the tag that begins at a byte, 0 where none does.
func (l *linter) tagAt(at int) int {
	for _, m := range l.page.marks {
		if m.from == at && m.open != '(' {
			return m.to
		}
	}
	return 0
}

// withoutMarks says what stands in the place of punctuation that goes. What may
// have been spoken (&, %, $) or is inside a word or number (U.S., 3.5) stays.
func withoutMarks(text string, from, to int) (string, bool) {
	if strings.Trim(text[from:to], ".,?!;:\"“”()…—–-") != "" {
		return "", false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	parts := from == 0 || to == len(text) || unicode.IsSpace(before) || unicode.IsSpace(after)
	switch piece := text[from:to]; {
	case parts && from > 0 && before == ' ' && after == ' ':
		return "", true // P02 takes the second space
	case parts && !(unicode.IsDigit(before) && piece != "," && piece != "." && piece != "?" && piece != "!") && !(unicode.IsDigit(after) && piece != "\""):
		return "", true
	case unicode.IsLetter(before) && unicode.IsLetter(after) && piece != "." && piece != ":":
		return " ", true
	}
	return "", false
}

// spelling finds words in another country's spelling (G01). A capital may be a
// name's.
func (l *linter) spelling() {
	p := &l.page
	for i := range p.words {
		w := &p.words[i]
		if w.spelling == "" || l.isName(i) {
			continue
		}
		l.add(w.from, w.to, SpellingForm, p.raw(i), w.spelling).Fix = l.splice(w.from, w.to, likeCase(w.spelling, w))
	}
}
