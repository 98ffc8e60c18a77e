package normalize

import (
	"slices"
	"strconv"
	"strings"
)

// Numbers are brought to digits, 1999 or 2.5 or 21st, whatever they are written
// in; but a whole number of one digit is brought to its word, as "one" is mostly
// no number, and texts that hold no other number need no readings. So "$5" and
// "five dollars" meet as "five $".

// numeral is a word that is part of numbers.
type numeral struct {
	kind  numeralKind
	value int64
	// quiet words (one to nine) have no reading when they stand alone.
	quiet bool
	// ordinal words end their number; mark is how digits say it: "st".
	ordinal bool
	mark    string
}

type numeralKind uint8

const (
	unit1    numeralKind = iota + 1 // 1 to 9
	zero                            // 0
	teen                            // 10 to 19
	tens                            // 20, 30 … 90
	hundred                         // 100
	scale                           // 1000 and above
	fraction                        // a half, a third: value is the denominator
)

// grammar is how a language says numbers.
type grammar struct {
	numerals map[string]numeral
	// cardinal reads the longest number in words from token i; it may return a
	// shorter one as well.
	cardinal func(w *weighing, i int) []number
	// compound says whether a word is a number in one word (German).
	compound func(word string) bool
	// singles are the words for 0 to 9, the common one first.
	singles [10][]string
	// ordinals are the words for first to ninth, by the digits that say the same.
	ordinals map[string][]string
	point    []string // the words for the decimal sign
	half     string   // the word for 1/2, where there is one form
	comma    bool     // the decimal sign is a comma, and a full stop groups
	to       string   // between the ends of a range
	over     string   // of two numbers with a slash between: "120 over 80"
	dot      string   // within a web address
	months   []string // in this order; the names of dates in figures
	// monthFirst where 3/7 may be March 7th.
	monthFirst bool
	goals      string // of two numbers with a colon between: "0 zu 3"
	sign       string // what # before a number says
	hours      string // between hours and minutes; "" for nothing
	years      func(w *weighing, i int) []number
	clock      func(w *weighing)
	// participles are forms of verbs that are nothing else (English).
	participles map[string]bool
	unspaced    bool // written without spaces
	elisions    bool // words may part at an apostrophe
}

// number is a number in tokens[from:to) and the digits that say it.
type number struct {
	to      int
	value   string // digits, and a full stop where there are decimals
	mark    string // ordinal
	whole   int64  // the value, where it is a whole number in words
	written bool   // in digits
}

// numbersAt returns the numbers that begin at token i, the longest first.
func (w *weighing) numbersAt(i int) []number {
	if i >= len(w.tokens) {
		return nil
	}
	g := w.lang.grammar
	if n, ok := w.figure(i); ok {
		all := []number{n}
		if to, value, ok := w.scaled(n); ok {
			all = append([]number{{to: to, value: value}}, all...)
		}
		if allDigits(n.value) && g.cardinal != nil {
			if long, ok := w.decimals(n); ok { // 3 point 14
				all = append([]number{long}, all...)
			}
		}
		return all
	}
	if g.cardinal == nil {
		return nil
	}
	all := g.cardinal(w, i)
	if len(all) > 0 && all[0].mark == "" {
		if n, ok := w.decimals(all[0]); ok {
			all = append([]number{n}, all...)
		}
	} else if len(all) == 0 {
		if n, ok := w.decimals(number{to: i, value: "0"}); ok {
			all = append(all, n)
		}
	}
	return all
}

// figure reads a number in digits: 1999, 1,000 or 1 000, 2.5.
func (w *weighing) figure(i int) (number, bool) {
	value, ok := plainDigits(w.tokens[i].Text, w.lang.grammar.comma)
	if !ok {
		return number{}, false
	}
	n := number{to: i + 1, value: value, written: true}
	if len(value) > 3 || value[0] == '0' || w.tokens[i].Text != value {
		return n, true
	}
	for n.to < len(w.tokens) && len(n.value) < longestNumber && len(w.text(n.to)) >= 3 && groups(w.gap(n.to)) {
		group, rest, fractional := strings.Cut(w.text(n.to), ",")
		if !allDigits(group) || len(group) != 3 || fractional && (!w.lang.grammar.comma || !allDigits(rest)) {
			break
		}
		n.value += group
		n.to++
		if fractional {
			n.value += "." + rest
			break
		}
	}
	return n, true
}

// groups says whether a gap parts thousands: one space of any kind.
func groups(gap string) bool {
	return gap == " " || gap == "\u00a0" || gap == "\u202f" || gap == "\u2009"
}

// longestNumber bounds the digits of what is read as a number.
const longestNumber = 40

// plainDigits takes the separators out of a number in digits.
func plainDigits(word string, comma bool) (string, bool) {
	if word == "" || len(word) > longestNumber || word[0] < '0' || word[0] > '9' {
		return "", false
	}
	if allDigits(word) {
		return word, true
	}
	group, point := ",", "."
	if comma {
		group, point = ".", ","
	}
	whole, decimals, fractional := strings.Cut(word, point)
	if fractional && !allDigits(decimals) {
		// 1,000,000 written with the other sign of the two
		if strings.Count(word, point) < 2 {
			return "", false
		}
		group, whole, fractional = point, word, false
	}
	for _, sign := range []string{group, "'"} {
		if parts := strings.Split(whole, sign); len(parts) > 1 && len(parts[0]) <= 3 {
			for _, part := range parts[1:] {
				if len(part) != 3 {
					return "", false
				}
			}
			whole = strings.Join(parts, "")
		}
	}
	if !allDigits(whole) {
		return "", false
	}
	if fractional {
		whole += "." + decimals
	}
	return whole, true
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// scaled reads "3.5 million" after the 3.5.
func (w *weighing) scaled(n number) (to int, value string, ok bool) {
	value = n.value
	for to = n.to; to < len(w.tokens); to++ {
		by, found := w.lang.numerals[w.tokens[to].Text]
		if !found || by.ordinal || by.kind != scale && by.kind != hundred {
			break
		}
		zeros := len(strconv.FormatInt(by.value, 10)) - 1
		whole, decimals, _ := strings.Cut(value, ".")
		if len(decimals) > zeros || len(whole)+zeros > longestNumber {
			break
		}
		value = strings.TrimLeft(whole+decimals+strings.Repeat("0", zeros-len(decimals)), "0")
		if value == "" {
			return 0, "", false
		}
		ok = true
	}
	return to, value, ok
}

// decimals reads "point one four", "virgule quatorze" after a number.
func (w *weighing) decimals(n number) (number, bool) {
	found := false
	for _, point := range w.lang.grammar.point {
		found = found || w.text(n.to) == point
	}
	if !found {
		return n, false
	}
	out := number{to: n.to + 1, value: n.value + "."}
	if w.lang.grammar.comma {
		w.decimalGroups(&out)
	}
	for out.to < len(w.tokens) && len(out.value) < longestNumber {
		d, ok := w.digit(out.to)
		if o := w.text(out.to); (o == "oh" || o == "o") && w.lang.grammar.half != "" {
			d, ok = 0, true // two point oh
		}
		if !ok || w.lang.numerals[w.text(out.to+1)].kind == tens && d == 4 {
			break
		}
		out.value += strconv.FormatInt(d, 10)
		out.to++
	}
	w.decimalGroups(&out)
	if strings.HasSuffix(out.value, ".") {
		return n, false
	}
	if to, value, ok := w.scaled(out); ok {
		return number{to: to, value: value}, true
	}
	return out, true
}

// decimalGroups reads decimals that are said or written as numbers: "fourteen", 14,
// and where the decimal sign is a comma, "trois cent trois" and "treize treize".
func (w *weighing) decimalGroups(n *number) {
	bare := strings.HasSuffix(n.value, ".")
	if word := w.text(n.to); bare && allDigits(word) && len(word) <= 6 {
		n.value, n.to = n.value+word, n.to+1
		return
	}
	for len(n.value) < longestNumber {
		next := w.lang.grammar.cardinal(w, n.to)
		if len(next) == 0 || next[0].mark != "" {
			return
		}
		value, comma := next[0].value, w.lang.grammar.comma
		if len(value) != 2 && (len(value) != 3 || !comma || !bare) {
			return
		}
		n.value, n.to = n.value+value, next[0].to
		if !comma || !bare || len(value) != 2 {
			return
		}
	}
}

// digit reads a word for 0 to 9, "oh" among them.
func (w *weighing) digit(i int) (int64, bool) {
	n, ok := w.lang.numerals[w.text(i)]
	return n.value, ok && !n.ordinal && (n.kind == unit1 || n.kind == zero)
}

// said returns how a number is spelled in the common form, and for a single
// digit how else it may be.
func (g grammar) said(n number) []string {
	if n.mark != "" {
		if words := g.ordinals[n.value+n.mark]; len(words) > 0 {
			return words
		}
		return []string{n.value + n.mark}
	}
	if len(n.value) == 1 && len(g.singles[n.value[0]-'0']) > 0 {
		return g.singles[n.value[0]-'0']
	}
	return []string{n.value}
}

// numbers finds the readings of numbers.
func numbers(w *weighing) {
	g := w.lang.grammar
	for i := range w.tokens {
		for _, n := range w.numbersAt(i) {
			said := g.said(n)
			if g.compound != nil && !n.written && n.to == i+1 && w.text(i) != "eins" && slices.Contains(said, w.text(i)) {
				continue // eine is not einer; 1 may be both
			}
			for _, word := range said {
				w.add(i, n.to, word)
			}
		}
		if g.years != nil {
			for _, n := range g.years(w, i) {
				w.add(i, n.to, n.value)
			}
		}
		if w.traits[i]&digits != 0 {
			w.figures(i)
			w.numericDate(i)
		}
		w.fractions(i)
		w.money(i)
		w.between(i)
	}
	w.digitByDigit()
	if g.clock != nil {
		g.clock(w)
	}
}

// figures finds what else a token with digits says: its digits one by one, a
// time, an ordinal, a number and a unit.
func (w *weighing) figures(i int) {
	g, word := w.lang.grammar, w.tokens[i].Text
	if allDigits(word) {
		if len(word) >= 2 && len(word) <= 16 {
			var each []string
			for _, d := range word {
				each = append(each, g.single(string(d)))
			}
			w.add(i, i+1, each...)
		}
		if len(word) == 4 && word[0] == '0' && word[1] != '0' && strings.HasSuffix(word, "00") {
			w.add(i, i+1, g.single("0"), word[1:]) // 0800 hours
		}
		if len(word) == 2 && word[0] == '0' && g.hours != "" && (w.text(i-1) == g.hours || w.text(i-1) == "h") {
			w.add(i, i+1, g.single(word[1:])) // 18 h 05
		}
		if before := w.gap(i); g.sign != "" && strings.HasSuffix(before, "#") {
			w.add(i, i+1, g.sign, g.single(word))
		} else if strings.HasSuffix(before, ".") && (i == 0 || strings.HasSuffix(before, " .") || isSign(w.text(i-1))) {
			w.add(i, i+1, "0."+word)
		}
		return
	}
	if words := g.ordinals[word]; len(words) > 0 {
		for _, said := range words {
			w.add(i, i+1, said)
		}
		return
	}
	if groups := strings.Split(word, "."); len(groups) > 2 && allDigits(strings.Join(groups, "")) {
		if len(groups) > 8 {
			return
		}
		var said []string
		for _, group := range groups {
			if len(group) == 2 && group[0] == '0' {
				said = append(said, g.single("0"))
				group = group[1:]
			}
			said = append(said, g.single(group))
		}
		w.add(i, i+1, said...)
		return
	}
	for _, mark := range []string{"ième", "ème", "eme"} {
		if stem, ok := strings.CutSuffix(word, mark); ok && allDigits(stem) {
			w.add(i, i+1, stem+"e")
			return
		}
	}
	if hours, minutes, ok := strings.Cut(word, ":"); ok {
		switch {
		case !allDigits(hours) || !allDigits(minutes) || len(hours) > 2:
		case len(minutes) == 2:
			w.time(i, hours, minutes)
		case len(minutes) == 1 && g.goals != "":
			w.add(i, i+1, g.single(hours), g.goals, g.single(minutes))
			w.add(i, i+1, g.single(hours), g.single(minutes))
		}
		return
	}
	if feet, inches, ok := strings.Cut(word, "'"); ok && allDigits(feet) && allDigits(inches) && len(feet) == 1 && len(inches) <= 2 && g.sign == "number" {
		for _, foot := range []string{"foot", "feet"} {
			w.add(i, i+1, g.single(feet), foot, g.single(inches))
		}
	}
	if strings.HasSuffix(word, "'s") && allDigits(word[:len(word)-2]) {
		w.add(i, i+1, word[:len(word)-2]+"s")
	}
	w.parts(i)
}

// single is the common word for digits, where there is one.
func (g grammar) single(digits string) string { return g.said(number{value: digits})[0] }

// unpadded takes the zero off 05 and leaves that of 0.
func unpadded(figures string) string {
	if len(figures) == 1 {
		return figures
	}
	return strings.TrimPrefix(figures, "0")
}

// time adds how a time of day is said.
func (w *weighing) time(i int, hours, minutes string) {
	g := w.lang.grammar
	words := []string{g.single(unpadded(hours))}
	end := i + 1
	if g.hours != "" {
		words = append(words, g.hours)
		if w.text(end) == g.hours {
			end++
		}
	}
	switch {
	case minutes == "00":
		w.add(i, end, words...)
		if g.hours == "" {
			w.add(i, end, words[0], "o'clock")
		}
	case minutes[0] == '0' && g.hours == "":
		w.add(i, end, append(words, g.single("0"), g.single(minutes[1:]))...)
	default:
		w.add(i, end, append(words, g.single(unpadded(minutes)))...)
	}
}

// parts takes a number and letters that are written together apart: 20mm, 5pm,
// B12; and finds the words of a unit after a number.
func (w *weighing) parts(i int) {
	word := w.tokens[i].Text
	var parts []string
	start, kind := 0, 0
	for at, r := range word + "\x00" {
		k := 1
		switch {
		case '0' <= r && r <= '9':
			k = 2
		case r == '.' || r == ',':
			k = kind
		case r == 0:
			k = 3
		}
		if at > 0 && k != kind {
			parts = append(parts, word[start:at])
			start = at
		}
		kind = k
	}
	g := w.lang.grammar
	if len(parts) < 2 || len(parts) > 6 || strings.HasPrefix(word[len(parts[0]):], "½") {
		return
	}
	said := make([]string, len(parts))
	for k, part := range parts {
		said[k] = part
		if digits, ok := plainDigits(part, g.comma); ok {
			said[k] = g.single(digits)
		}
	}
	if len(parts) >= 2 && allDigits(parts[0]) && g.hours != "" && parts[1] == "h" {
		switch {
		case len(parts) < 3:
		case parts[2] == "00":
			said = said[:2]
		case len(parts[2]) == 2 && parts[2][0] == '0':
			said[2] = g.single(parts[2][1:])
		}
		w.add(i, i+1, append([]string{said[0], g.hours}, said[2:]...)...)
		return
	}
	if len(parts) == 2 && ordinalMark(parts[1]) {
		if allDigits(parts[0]) {
			return
		}
		if value, ok := plainDigits(parts[0], g.comma); ok && allDigits(value) {
			w.add(i, i+1, value+parts[1]) // 1,000th
		}
	}
	w.add(i, i+1, said...)
	if len(parts) != 2 {
		return
	}
	for _, e := range w.lang.entries[parts[1]] {
		if e.counted && len(e.words) == 0 {
			for _, r := range e.readings {
				w.add(i, i+1, append([]string{said[0]}, r...)...)
			}
		}
	}
	if value, ok := w.suffixed(word); ok {
		w.add(i, i+1, value)
	}
	if sign, ok := currencyCodes[parts[0]]; ok {
		w.add(i, i+1, said[1], sign) // EUR9
	}
}

// suffixed reads 250k and 1.2m.
func (w *weighing) suffixed(word string) (value string, ok bool) {
	at := strings.IndexAny(word, "kmb")
	if at < 1 {
		return "", false
	}
	zeros := map[string]int{"k": 3, "m": 6, "b": 9, "bn": 9}[word[at:]]
	value, ok = plainDigits(word[:at], w.lang.grammar.comma)
	whole, decimals, _ := strings.Cut(value, ".")
	if !ok || zeros == 0 || len(decimals) > zeros {
		return "", false
	}
	value = strings.TrimLeft(whole+decimals, "0")
	if value == "" {
		return "", false
	}
	return value + strings.Repeat("0", zeros-len(decimals)), true
}

func ordinalMark(letters string) bool {
	switch letters {
	case "st", "nd", "rd", "th", "ths", "s", "er", "re", "e", "es", "nde":
		return true
	}
	return false
}

// digitByDigit reads "oh" between digits, and "double five".
func (w *weighing) digitByDigit() {
	g := w.lang.grammar
	for i, t := range w.tokens {
		switch t.Text {
		case "oh", "o":
			_, before := w.lang.numerals[w.text(i-1)]
			_, after := w.lang.numerals[w.text(i+1)]
			if (before || after) && g.clock != nil && g.point[0] == "point" {
				w.add(i, i+1, g.single("0"))
			}
		case "double", "triple":
			d, ok := w.digit(i + 1)
			if next := w.text(i + 1); next == "oh" || next == "o" {
				d, ok = 0, true
			}
			if ok && g.point != nil && g.point[0] == "point" {
				word := g.single(strconv.FormatInt(d, 10))
				words := []string{word, word}
				if t.Text == "triple" {
					words = append(words, word)
				}
				w.add(i, i+2, words...)
			}
		}
	}
}

// between reads 10-15 as "10 to 15", and 120/80 as "120 over 80".
func (w *weighing) between(i int) {
	g := w.lang.grammar
	if i+1 >= len(w.tokens) {
		return
	}
	said := ""
	switch w.gap(i + 1) {
	case "-", "–", " - ", " – ":
		said = g.to
	case "/":
		said = g.over
	}
	if said == "" {
		return
	}
	from, ok1 := plainDigits(w.tokens[i].Text, g.comma)
	to, ok2 := plainDigits(w.tokens[i+1].Text, g.comma)
	if ok1 && ok2 {
		w.add(i, i+2, g.single(from), said, g.single(to))
	}
}
