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
	if i > 0 && (p.words[i-1].capital || l.named(i) || p.words[i-1].class&abbreviation != 0 || p.words[i-1].digits || p.words[i-1].class&number != 0) {
		return false
	}
	if i+1 < len(p.words) {
		next := &p.words[i+1]
		if p.after(i) == " " && (next.low == "and" || next.low == "et") && i+2 < len(p.words) && strings.HasPrefix(p.after(i+2), "/") {
			return false // 1 and 1/2
		}
		return next.class&(unit|number) == 0 && !next.digits && !l.measuresAt(i+1)
	}
	return true
}

// named says whether a number names something, as in "step 1 or 2".
func (l *linter) named(i int) bool {
	p := &l.page
	i--
	if i >= 2 && (p.words[i].low == "or" || p.words[i].low == "and" || p.words[i].low == "ou" || p.words[i].low == "et") && p.words[i-1].digits {
		i -= 2
	}
	if i < 0 || p.after(i) != " " {
		return false
	}
	if _, whole, elided := strings.Cut(p.words[i].low, "'"); elided { // l'étape 2
		return l.words.lookup(whole).class&label != 0
	}
	return p.words[i].class&label != 0
}

// standsAlone says whether a number's word is no part of a longer one, as "two
// hundred", "twenty-five", "one point five", "four and twenty", "nineteen o four"
// and "twenty fifth" are.
func (l *linter) standsAlone(i int) bool {
	p := &l.page
	part := func(k int) bool {
		if k < 0 || k >= len(p.words) {
			return false
		}
		w := &p.words[k]
		return w.class&(number|unit|ordinal) != 0 || w.digits || w.low == "o" || w.low == "oh" || w.low == "zero" || w.low == "one" || w.low == "un" || w.low == "point" || w.low == "virgule" || w.low == "et" || w.low == "cent"
	}
	if i+3 < len(p.words) && p.words[i+2].class&number != 0 && p.words[i+3].class&unit != 0 && (p.words[i+1].low == "or" || p.words[i+1].low == "to" || p.words[i+1].low == "ou" || p.words[i+1].low == "à") {
		return false // twenty or thirty thousand
	}
	return !part(i-1) && !part(i+1) && !l.joinedByAnd(i-2, i) && !l.joinedByAnd(i, i+2)
}

// joinedByAnd says whether two words are one number: "four and twenty", "hundred
// and six".
func (l *linter) joinedByAnd(i, k int) bool {
	p := &l.page
	if i < 0 || k >= len(p.words) || p.words[i+1].low != "and" {
		return false
	}
	a, b := &p.words[i], &p.words[k]
	small := a.class&number != 0 && a.value < 10 || a.low == "one"
	return b.class&number != 0 && (a.class&unit != 0 || small && b.value >= 20)
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
		first, value := l.cardinal(i)
		from, digits := p.words[first].from, strconv.Itoa(value)
		f := l.add(from, w.to, NumberMeasured, p.text[from:w.to], digits)
		half := i+2 < len(p.words) && (p.words[i+2].low == "et" || p.words[i+2].low == "moins") // six heures et demie
		if !half && !p.sentenceStarts(first) && (l.standsAlone(i) || first < i && !l.continues(first)) {
			f.Fix = l.splice(from, w.to, digits)
		}
	}
}

// cardinal is where the number of several words begins whose last word is i, and
// its value: "sixty seven", "a hundred and thirty", "deux cent trente". Where its words are no
// such number it is that word alone.
func (l *linter) cardinal(i int) (first, value int) {
	p := &l.page
	first, value = i, p.words[i].value
	spaced := func(k int) bool { return k > 0 && p.after(k-1) == " " }
	if k := i - 1; value < 10 && spaced(i) && p.words[k].class&number != 0 && p.words[k].value >= 20 && p.words[k].value%10 == 0 {
		first, value = k, p.words[k].value+value
	}
	k := first - 1
	if k >= 0 && spaced(first) && p.words[k].low == "cent" {
		if k > 0 && spaced(k) && p.words[k-1].class&number != 0 && p.words[k-1].value < 10 {
			return k - 1, 100*p.words[k-1].value + value
		}
		return k, 100 + value
	}
	if k >= 0 && spaced(first) && p.words[k].low == "and" {
		k--
	}
	if k < 1 || p.words[k].low != "hundred" || !spaced(k) || !spaced(k+1) || !spaced(first) {
		return first, value
	}
	switch w := &p.words[k-1]; {
	case w.low == "a" || w.low == "one":
		return k - 1, 100 + value
	case w.class&number != 0 && w.value < 10:
		return k - 1, 100*w.value + value
	}
	return first, value
}

// continues says whether the word before one may belong to its number.
func (l *linter) continues(i int) bool {
	p := &l.page
	if i == 0 {
		return false
	}
	w := &p.words[i-1]
	return w.digits || w.class&(number|unit) != 0 || w.low == "and" || w.low == "point" || w.low == "one"
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
