package style

import (
	"strconv"
	"strings"
)

// numbers finds digits below ten and words from ten on (N01): "3 dogs" and
// "twelve dogs". Where one number of a sentence is ten or more, all are digits.
func (l *linter) numbers() {
	p := &l.page
	for first := 0; first < len(p.words); {
		last := first
		for last+1 < len(p.words) {
			if _, ends := p.sentenceEnds(last); ends {
				break
			}
			last++
		}
		l.numbersOf(first, last)
		first = last + 1
	}
}

// numbersOf looks at the words of one sentence.
func (l *linter) numbersOf(first, last int) {
	p := &l.page
	large := false
	for i := first; i <= last; i++ {
		n, plain := l.plainNumber(i)
		large = large || plain && n >= 10 && l.isCount(i) || p.words[i].class&number != 0 && p.words[i].value >= 10
	}
	for i := first; i <= last; i++ {
		w := &p.words[i]
		n, plain := l.plainNumber(i)
		word := l.words.small[strconv.Itoa(n)]
		switch {
		case plain && n < 10 && !large && word != "" && l.isCount(i):
			l.add(w.from, w.to, NumberSmall, p.raw(i), word).Fix = l.splice(w.from, w.to, word)
		case w.class&number == 0 || i == first || !l.standsAlone(i) || l.isMeasured(i):
		case w.value >= 10:
			l.add(w.from, w.to, NumberLarge, p.raw(i), strconv.Itoa(w.value)).Fix = l.splice(w.from, w.to, strconv.Itoa(w.value))
		case large:
			l.add(w.from, w.to, NumberMixed, p.raw(i), strconv.Itoa(w.value))
		}
	}
}

// plainNumber reads a word of digits alone.
func (l *linter) plainNumber(i int) (int, bool) {
	w := &l.page.words[i]
	if !w.digits {
		return 0, false
	}
	n, err := strconv.Atoi(w.low)
	return n, err == nil && len(w.low) < 7 && w.low[0] != '0'
}

// isCount says whether digits count something, in which case a small number is
// a word: not in "$3", "3%", "3 million", "3 p.m.", "Chapter 3", "#3", "3-1".
func (l *linter) isCount(i int) bool {
	p := &l.page
	w := &p.words[i]
	before, after := p.text[:w.from], p.text[w.to:]
	if before != "" && !strings.HasSuffix(before, " ") && !strings.HasSuffix(before, "\n") ||
		after != "" && !strings.ContainsRune(" ,.?!;\n", rune(after[0])) {
		return false
	}
	if i > 0 && (p.words[i-1].capital || p.words[i-1].class&abbreviation != 0 || p.words[i-1].digits || p.words[i-1].class&number != 0) {
		return false
	}
	if i+1 < len(p.words) {
		next := &p.words[i+1]
		return next.class&(unit|number) == 0 && !next.digits && !l.measuresAt(i+1)
	}
	return true
}

// standsAlone says whether a number's word is no part of a longer one, as "two
// hundred", "twenty-five" and "one point five" are.
func (l *linter) standsAlone(i int) bool {
	p := &l.page
	part := func(k int) bool {
		if k < 0 || k >= len(p.words) {
			return false
		}
		w := &p.words[k]
		return w.class&(number|unit) != 0 || w.digits || w.low == "one" || w.low == "un" || w.low == "point" || w.low == "virgule" || w.low == "et" || w.low == "cent"
	}
	return !part(i-1) && !part(i+1)
}

// isMeasured says whether the word behind a number asks for its digits.
func (l *linter) isMeasured(i int) bool {
	return i+1 < len(l.page.words) && l.page.after(i) == " " && l.measuresAt(i+1)
}

func (l *linter) measuresAt(i int) bool {
	p := &l.page
	if p.words[i].class&measured != 0 {
		return true
	}
	if w := p.words[i].low; w == "a" || w == "p" { // a.m.
		return strings.HasPrefix(p.text[p.words[i].to:], ".m.")
	}
	return p.words[i].low == "pour" && i+1 < len(p.words) && p.words[i+1].low == "cent"
}

// measures finds words for what is always in digits: money, percentages, times
// (N02).
func (l *linter) measures() {
	p := &l.page
	for i := range p.words {
		w := &p.words[i]
		if w.class&number == 0 || !l.isMeasured(i) {
			continue
		}
		digits := strconv.Itoa(w.value)
		f := l.add(w.from, w.to, NumberMeasured, p.raw(i), digits)
		if l.standsAlone(i) && !p.sentenceStarts(i) {
			f.Fix = l.splice(w.from, w.to, digits)
		}
	}
}

// noDigits finds digits (N03). How they were spoken nobody can tell who has not
// heard them: 1805 is a year or a number.
func (l *linter) noDigits() {
	for i := range l.page.words {
		w := &l.page.words[i]
		raw := l.page.raw(i)
		if at := strings.IndexAny(raw, "0123456789"); at >= 0 {
			l.add(w.from, w.to, DigitsForbidden, raw)
		}
	}
}
