package spell

import (
	"strings"
	"unicode/utf8"
)

// Check says whether a word is in the dictionary, as Hunspell decides it:
// capitals, numbers, compounds and words joined by hyphens considered.
func (d *Dictionary) Check(word string) bool {
	l := look{d: d, left: checkBudget}
	return l.spelt(word, 0)
}

// checkBudget is how many affixes and parts of compounds are tried for one
// word; real dictionaries take some hundreds.
const checkBudget = 100_000

// look is one question to a dictionary.
type look struct {
	d         *Dictionary
	left      int
	forbidden bool // the last word that was looked up must not be
	initial   bool // it is looked up for a first capital
}

// spend takes one trial off the budget.
func (l *look) spend() bool {
	l.left--
	return l.left > 0
}

// deepest is how often a word is broken at hyphens within one another.
const deepest = 20

// spelt is Check within a budget.
func (l *look) spelt(word string, depth int) bool {
	if len(word) > maxWord || depth > deepest || !utf8.ValidString(word) {
		return false
	}
	d := l.d
	word = strings.TrimLeft(d.in.convert(word), " ")
	bare := strings.TrimRight(word, ".")
	if bare == "" || isNumber(bare) {
		return true
	}
	dotted := ""
	if bare != word {
		dotted = "."
	}
	l.forbidden = false
	as, ok := l.anyCase(bare, dotted)
	if ok {
		return true
	}
	return !l.forbidden && l.broken(as, depth)
}

// isNumber: digits with single separators between them.
func isNumber(word string) bool {
	digit := false
	for i := range len(word) {
		switch c := word[i]; {
		case c >= '0' && c <= '9':
			digit = true
		case (c == ',' || c == '.' || c == '-') && digit:
			digit = false
		default:
			return false
		}
	}
	return digit
}

// anyCase looks a word up as it is written, and as it may be written in a
// dictionary that does not know of headlines. It also returns the form with
// a first capital, which is taken apart at hyphens.
func (l *look) anyCase(word, dot string) (string, bool) {
	d, kind := l.d, caseOf(word)
	if kind == lowerCase || kind == mixedCase || kind == mixedInitial {
		return word, l.known(word) >= 0 || dot != "" && l.known(word+dot) >= 0
	}
	if kind == allCapitals {
		if l.known(word) >= 0 || dot != "" && l.known(word+dot) >= 0 {
			return word, true
		}
		if as, ok := l.apostrophe(word); ok {
			return as, true
		}
		if d.sharps && strings.Contains(word, "SS") && l.sharp(lower(word), 0) {
			return word, true
		}
		word = initial(lower(word))
	}
	keeps := func(e int32) bool { return kind == allCapitals && d.table.flagsOf(e).has(d.keepCase) }
	l.initial = kind == initialCase
	e := l.known(word)
	l.initial = false
	switch {
	case l.forbidden:
		return word, false
	case e >= 0 && !keeps(e):
		return word, true
	}
	if strings.HasPrefix(word, "İ") {
		return word, false // the Turkish capital is no other word's
	}
	low := lower(word)
	e = l.known(low)
	if e < 0 && dot != "" {
		if e = l.known(low + dot); e < 0 {
			e = l.known(initial(low) + dot)
			return word, e >= 0 && !keeps(e)
		}
	}
	if e >= 0 && d.table.flagsOf(e).has(d.keepCase) && (kind == allCapitals || !d.sharps || !strings.Contains(low, "ß")) {
		return word, false
	}
	return word, e >= 0
}

// apostrophe looks a word in capitals up that begins with a short one:
// SANT'ELIA as Sant'Elia, L'ÉTAT as l'État.
func (l *look) apostrophe(word string) (string, bool) {
	i := strings.IndexByte(word, '\'')
	if i < 0 || i == len(word)-1 {
		return word, false
	}
	low := lower(word)
	if i = strings.IndexByte(low, '\''); i < 0 || i == len(low)-1 {
		return word, false
	}
	for _, form := range []string{low[:i+1] + initial(low[i+1:]), initial(low[:i+1] + initial(low[i+1:]))} {
		if l.known(form) >= 0 {
			return form, true
		}
	}
	return word, false
}

// sharp tries ß for each SS of a word in capitals.
func (l *look) sharp(word string, from int) bool {
	i := strings.Index(word[from:], "ss")
	if i < 0 {
		return from > 0 && (l.known(word) >= 0 || l.known(initial(word)) >= 0)
	}
	i += from
	return l.spend() && (l.sharp(word[:i]+"ß"+word[i+2:], i+2) || l.sharp(word, i+2))
}

// known looks a form up exactly: as a stem, with affixes, as a compound. It
// returns an entry or -1.
func (l *look) known(word string) int32 {
	d := l.d
	word = d.withoutIgnored(word)
	if word == "" {
		return -1
	}
	e := d.table.find(word)
	if e >= 0 {
		if d.table.flagsOf(e).has(d.forbidden) {
			l.forbidden = true
			return -1
		}
		for e >= 0 && l.notAlone(d.table.flagsOf(e)) {
			e = d.table.next(e)
		}
		if e >= 0 {
			return e
		}
	}
	if e = l.affixed(word, 0, alone); e >= 0 {
		f := d.table.flagsOf(e)
		switch {
		case f.has(d.onlyInCompound) || l.initial && f.has(upcaseOnly):
			e = -1
		case f.has(d.forbidden):
			l.forbidden = true
			return -1
		}
	}
	if e < 0 && d.compounds() {
		e = l.compound(word)
	}
	return e
}

// notAlone: the entry is no word by itself.
func (l *look) notAlone(f flags) bool {
	return f.has(l.d.needAffix) || f.has(l.d.onlyInCompound) || l.initial && f.has(upcaseOnly)
}

// broken takes a word apart at its hyphens, or where else the dictionary says:
// all parts must be words.
func (l *look) broken(word string, depth int) bool {
	places := 0
	for _, b := range l.d.breaks {
		if b != "" {
			places += strings.Count(word, b)
		}
	}
	if places >= 10 {
		return false
	}
	for _, b := range l.d.breaks {
		if len(b) < 2 || len(b) > len(word) {
			continue
		}
		if rest, ok := strings.CutPrefix(word, b[1:]); b[0] == '^' && ok && l.spelt(rest, depth+1) {
			return true
		}
		if rest, ok := strings.CutSuffix(word, b[:len(b)-1]); b[len(b)-1] == '$' && ok && l.spelt(rest, depth+1) {
			return true
		}
	}
	return l.brokenAt(word, depth, true) || l.brokenAt(word, depth, false)
}

// brokenAt tries the first place of each mark, or the second where there is
// one: a part may itself be a word with a hyphen.
func (l *look) brokenAt(word string, depth int, second bool) bool {
	for _, b := range l.d.breaks {
		if b == "" {
			continue
		}
		at := strings.Index(word, b)
		if at <= 0 || at >= len(word)-len(b) {
			continue
		}
		if second {
			if next := strings.Index(word[at+1:], b); next >= 0 && at+1+next < len(word)-len(b) {
				at += 1 + next
			}
		}
		if l.spend() && l.spelt(word[at+len(b):], depth+1) && l.spelt(word[:at], depth+1) {
			return true
		}
	}
	return false
}
