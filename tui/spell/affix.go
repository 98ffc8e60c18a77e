package spell

import (
	"strings"
	"unicode/utf8"
)

// affix is one row of PFX or SFX: what is taken from the stem, what is put
// there, and on which stems.
type affix struct {
	flag       flag
	cross      bool
	strip, add string
	when       condition
	cont       flags // what the affix itself carries
}

// affixes are those of one kind by what they add.
type affixes struct {
	by      map[string][]*swap
	longest int // of what they add, in bytes
	byFlag  map[flag][]*affix
	rows    int
}

// swap are the affixes that add and take away the same, so that the stem is
// made, and looked for, once.
type swap struct {
	strip string
	rows  []*affix
}

func (a *affixes) put(x *affix) {
	if a.by == nil {
		a.by, a.byFlag = map[string][]*swap{}, map[flag][]*affix{}
	}
	a.byFlag[x.flag] = append(a.byFlag[x.flag], x)
	a.longest = max(a.longest, len(x.add))
	for _, s := range a.by[x.add] {
		if s.strip == x.strip {
			s.rows = append(s.rows, x)
			return
		}
	}
	a.by[x.add] = append(a.by[x.add], &swap{x.strip, []*affix{x}})
}

// condition is a pattern of characters at a stem's edge: each any, one of some,
// or none of some.
type condition []class

type class struct {
	any, not bool
	set      string
}

func (c class) takes(r rune) bool {
	return c.any || strings.ContainsRune(c.set, r) != c.not
}

// maxCondition is the longest pattern that is read.
const maxCondition = 64

// parseCondition reads a pattern as the .aff file writes it: "[^aeiou]y".
func parseCondition(text string) (condition, bool) {
	var list condition
	for text != "" && text != "." {
		if len(list) == maxCondition {
			return nil, false
		}
		if text[0] == '[' {
			end := strings.IndexByte(text, ']')
			if end < 0 {
				return nil, false
			}
			set, not := strings.CutPrefix(text[1:end], "^")
			list, text = append(list, class{set: set, not: not}), text[end+1:]
			continue
		}
		_, n := utf8.DecodeRuneInString(text)
		list, text = append(list, class{any: text[0] == '.', set: text[:n]}), text[n:]
	}
	return list, true
}

// atStart: the stem begins so.
func (c condition) atStart(stem string) bool {
	for _, k := range c {
		r, n := utf8.DecodeRuneInString(stem)
		if n == 0 || !k.takes(r) {
			return false
		}
		stem = stem[n:]
	}
	return true
}

// atEnd: the stem ends so.
func (c condition) atEnd(stem []byte) bool {
	for i := len(c) - 1; i >= 0; i-- {
		r, n := utf8.DecodeLastRune(stem)
		if n == 0 || !c[i].takes(r) {
			return false
		}
		stem = stem[:len(stem)-n]
	}
	return true
}

// place is where in a compound a part stands.
type place uint8

const (
	alone place = iota
	atBegin
	inMiddle
	atLast
)

// query is what an affixed form is looked for with.
type query struct {
	prefix *affix // that was taken off already, and allows what is crossed with it
	cross  bool   // the suffix must allow cross products
	class  flag   // the outer suffix, of a twofold one
	need   flag   // a property that the word or the affix must have
	place  place
}

// affixed looks for a word as a stem with affixes. It returns an entry or -1.
func (l *look) affixed(word string, need flag, p place) int32 {
	if e := l.prefixed(word, need, p); e >= 0 {
		return e
	}
	q := query{need: need, place: p}
	if e := l.suffixed(word, q); e >= 0 {
		return e
	}
	if len(l.d.outer.by) == 0 {
		return -1
	}
	if e := l.suffixedTwice(word, q); e >= 0 {
		return e
	}
	return l.prefixedTwice(word, need)
}

// eachPrefix calls for each way to take a prefix off a word, with what is left.
func (l *look) eachPrefix(word string, f func(rows []*affix, stem string) int32) int32 {
	for n := 0; n <= min(l.d.prefixes.longest, len(word)); n++ {
		if n == len(word) && !l.d.fullStrip {
			break
		}
		for _, s := range l.d.prefixes.by[word[:n]] {
			if !l.spend() {
				return -1
			}
			stem := word[n:]
			if s.strip != "" {
				stem = s.strip + stem
			}
			if e := f(s.rows, stem); e >= 0 {
				return e
			}
		}
	}
	return -1
}

// eachSuffix does the same for suffixes. The stem is good until it returns.
func (l *look) eachSuffix(word string, from *affixes, f func(rows []*affix, stem []byte) int32) int32 {
	for n := 0; n <= min(from.longest, len(word)); n++ {
		if n == len(word) && !l.d.fullStrip {
			break
		}
		for _, s := range from.by[word[len(word)-n:]] {
			if !l.spend() {
				return -1
			}
			var room [maxWord + 64]byte
			stem := append(append(room[:0], word[:len(word)-n]...), s.strip...)
			if e := f(s.rows, stem); e >= 0 {
				return e
			}
		}
	}
	return -1
}

// prefixAllowed: may a prefix stand there in a compound, or alone.
func (l *look) prefixAllowed(a *affix, p place) bool {
	if p == alone && a.cont.has(l.d.onlyInCompound) {
		return false
	}
	return p != atLast || a.cont.has(l.d.compoundPermit)
}

func (l *look) prefixed(word string, need flag, p place) int32 {
	d := l.d
	return l.eachPrefix(word, func(rows []*affix, stem string) int32 {
		first := d.table.find(stem)
		for _, a := range rows {
			if !l.prefixAllowed(a, p) || !a.when.atStart(stem) {
				continue
			}
			if !a.cont.has(d.needAffix) {
				for e := first; e >= 0; e = d.table.next(e) {
					f := d.table.flagsOf(e)
					if f.has(a.flag) && (need == 0 || f.has(need) || a.cont.has(need)) {
						return e
					}
				}
			}
			if a.cross {
				if e := l.suffixed(stem, query{prefix: a, cross: true, need: need, place: p}); e >= 0 {
					return e
				}
			}
		}
		return -1
	})
}

func (l *look) prefixedTwice(word string, need flag) int32 {
	return l.eachPrefix(word, func(rows []*affix, stem string) int32 {
		for _, a := range rows {
			if !a.cross || !l.prefixAllowed(a, alone) || !a.when.atStart(stem) {
				continue
			}
			if e := l.suffixedTwice(stem, query{prefix: a, cross: true, need: need}); e >= 0 {
				return e
			}
		}
		return -1
	})
}

// suffixAllowed: may a suffix stand there, with the prefix that was taken off.
func (l *look) suffixAllowed(a *affix, q query) bool {
	d := l.d
	if q.class != 0 && len(a.cont) == 0 {
		return false
	}
	if q.place == atBegin && !a.cont.has(d.compoundPermit) {
		return false
	}
	if q.place == alone && a.cont.has(d.onlyInCompound) {
		return false
	}
	if d.circumfix != 0 {
		around := q.prefix != nil && q.prefix.cont.has(d.circumfix)
		if around != a.cont.has(d.circumfix) {
			return false
		}
	}
	// A suffix that needs another affix has it in the prefix, or is the inner one.
	return q.class != 0 || !a.cont.has(d.needAffix) || q.prefix != nil && !q.prefix.cont.has(d.needAffix)
}

func (l *look) suffixed(word string, q query) int32 {
	return l.eachSuffix(word, &l.d.suffixes, func(rows []*affix, stem []byte) int32 {
		first := l.d.table.findBytes(stem)
		if first < 0 {
			return -1
		}
		for _, a := range rows {
			if q.cross && !a.cross || !l.suffixAllowed(a, q) || !a.when.atEnd(stem) {
				continue
			}
			for e := first; e >= 0; e = l.d.table.next(e) {
				if l.stemTakes(a, l.d.table.flagsOf(e), q) {
					return e
				}
			}
		}
		return -1
	})
}

// stemTakes says whether a stem with these flags takes a suffix.
func (l *look) stemTakes(a *affix, f flags, q query) bool {
	pre := q.prefix
	if !f.has(a.flag) && (pre == nil || !pre.cont.has(a.flag)) {
		return false
	}
	if q.cross && !f.has(pre.flag) && !a.cont.has(pre.flag) {
		return false
	}
	if q.class != 0 && !a.cont.has(q.class) {
		return false
	}
	if q.place == alone && f.has(l.d.onlyInCompound) {
		return false
	}
	return q.need == 0 || f.has(q.need) || a.cont.has(q.need)
}

// suffixedTwice takes the outer of two suffixes off.
func (l *look) suffixedTwice(word string, q query) int32 {
	return l.eachSuffix(word, &l.d.outer, func(rows []*affix, stem []byte) int32 {
		for _, a := range rows {
			if q.cross && !a.cross || !a.when.atEnd(stem) {
				continue
			}
			inner := query{class: a.flag, need: q.need}
			if q.prefix != nil && !a.cont.has(q.prefix.flag) {
				inner.prefix, inner.cross = q.prefix, q.cross
			}
			if e := l.suffixed(string(stem), inner); e >= 0 {
				return e
			}
		}
		return -1
	})
}
