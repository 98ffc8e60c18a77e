package normalize

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func englishGrammar() grammar {
	g := grammar{
		participles: set(`gone been done seen taken written given known eaten broken fallen forgotten spoken chosen driven grown
			shown thrown drawn flown worn torn sworn begun drunk sung rung sunk risen hidden ridden beaten bitten frozen stolen woken
			shaken mistaken gotten got had made said told thought brought bought caught taught left lost found kept slept felt met sent
			spent built heard held paid sold won stood understood meant sat lived worked wanted asked tried called finished started
			arrived decided`),
		numerals:   map[string]numeral{},
		cardinal:   englishCardinal,
		ordinals:   map[string][]string{},
		point:      []string{"point"},
		to:         "to",
		over:       "over",
		dot:        "dot",
		goals:      "to",
		sign:       "number",
		half:       "half",
		years:      englishYears,
		clock:      englishClock,
		monthFirst: true,
		months:     englishMonths,
	}
	ones := strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	nths := strings.Fields("zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth")
	for v, word := range ones {
		kind := teen
		switch {
		case v == 0:
			kind = zero
		case v < 10:
			kind = unit1
		}
		if v < 10 {
			g.singles[v] = []string{word}
		}
		g.numerals[word] = numeral{kind: kind, value: int64(v), quiet: v < 10}
		g.numerals[nths[v]] = numeral{kind: kind, value: int64(v), quiet: v < 10, ordinal: true, mark: englishMark(int64(v))}
		if v > 2 {
			g.numerals[nths[v]+"s"] = numeral{kind: kind, value: int64(v), ordinal: true, mark: "ths"}
		}
		if v < 10 {
			g.ordinals[strconv.Itoa(v)+englishMark(int64(v))] = []string{nths[v]}
		}
	}
	for k, word := range strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety") {
		v := int64(k+2) * 10
		g.numerals[word] = numeral{kind: tens, value: v}
		stem := strings.TrimSuffix(word, "y")
		g.numerals[stem+"ieth"] = numeral{kind: tens, value: v, ordinal: true, mark: "th"}
		g.numerals[stem+"ieths"] = numeral{kind: tens, value: v, ordinal: true, mark: "ths"}
		g.numerals[stem+"ies"] = numeral{kind: tens, value: v, ordinal: true, mark: "s"}
	}
	g.numerals["tens"] = numeral{kind: teen, value: 10, ordinal: true, mark: "s", quiet: true} // the nineteen tens
	g.numerals["fourty"] = numeral{kind: tens, value: 40}
	for word, v := range map[string]int64{"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "quadrillion": 1e15, "quintillion": 1e18} {
		kind := scale
		if v == 100 {
			kind = hundred
		}
		g.numerals[word] = numeral{kind: kind, value: v}
		g.numerals[word+"th"] = numeral{kind: kind, value: v, ordinal: true, mark: "th"}
		g.numerals[word+"ths"] = numeral{kind: kind, value: v, ordinal: true, mark: "ths"}
	}
	g.numerals["thousands"] = numeral{kind: scale, value: 1e3, ordinal: true, mark: "s"}
	g.numerals["hundreds"] = numeral{kind: hundred, value: 100, ordinal: true, mark: "s", quiet: true}
	englishParts(g)
	for _, word := range []string{"double", "triple", "oh", "o", "o'clock", "oclock"} {
		g.numerals[word] = numeral{}
	}
	return g
}

// englishParts adds the words for parts of one to the numerals.
func englishParts(g grammar) {
	for word, v := range map[string]int64{"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10} {
		g.numerals["/"+word] = numeral{kind: fraction, value: v}
		g.numerals["/"+word+"s"] = numeral{kind: fraction, value: v}
		if n, ok := g.numerals[word]; ok {
			n.quiet = false // a third, one fifth
			g.numerals[word] = n
		} else {
			g.numerals[word] = numeral{kind: fraction, value: v}
		}
		g.numerals[word+"s"] = numeral{kind: fraction, value: v}
	}
}

// englishMark is what an ordinal in digits ends with.
func englishMark(v int64) string {
	if v%100/10 != 1 {
		switch v % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}

// englishAccents takes the accents off loan words: café is cafe.
func englishAccents(w *weighing) {
	for i, t := range w.tokens {
		plain := true
		for k := 0; k < len(t.Text) && plain; k++ {
			plain = t.Text[k] < utf8.RuneSelf
		}
		if plain {
			continue
		}
		var b strings.Builder
		for _, r := range norm.NFD.String(t.Text) {
			if !unicode.Is(unicode.Mn, r) {
				b.WriteRune(r)
			}
		}
		if bare := b.String(); bare != "" && isASCII(bare) {
			w.add(i, i+1, bare)
		}
	}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// spoken is a number while its words are read.
type spokenNumber struct {
	w    *weighing
	at   int
	mark string // an ordinal has ended it
}

// next returns the numeral at the reading point.
func (s *spokenNumber) next() numeral {
	if s.mark != "" {
		return numeral{}
	}
	return s.w.lang.numerals[s.w.text(s.at)]
}

// take passes a numeral and notes an ordinal's end.
func (s *spokenNumber) take(n numeral) int64 {
	s.at++
	if n.ordinal {
		s.mark = n.mark
	}
	return n.value
}

// englishBelow100 reads "thirty six", "fifteen", "six".
func (s *spokenNumber) englishBelow100() (int64, bool) {
	switch n := s.next(); n.kind {
	case tens:
		v := s.take(n)
		if n := s.next(); n.kind == unit1 {
			v += s.take(n)
		}
		return v, true
	case teen, unit1:
		return s.take(n), true
	}
	return 0, false
}

// englishBelow1000 reads "two hundred and five", "a hundred", "twenty-five hundred".
func (s *spokenNumber) englishBelow1000() (v int64, stops []number, ok bool) {
	v, ok = s.englishBelow100()
	if !ok && isArticle(s.w.text(s.at)) {
		if after := s.w.lang.numerals[s.w.text(s.at+1)]; after.kind == hundred || after.kind == scale {
			s.at++
			v, ok = 1, true
		}
	}
	if n := s.next(); n.kind == hundred && (ok || !n.ordinal) {
		if !ok {
			v = 1
		}
		v, ok = max(v, 1)*s.take(n), true
		rest, stop := s.englishRest()
		if stop != nil {
			stop.whole = v
			stops = append(stops, *stop)
		}
		v += rest
	}
	return v, stops, ok
}

// englishRest reads what follows hundreds and thousands: "and five", "five".
// The number may also stop before the "and".
func (s *spokenNumber) englishRest() (int64, *number) {
	if s.mark != "" {
		return 0, nil
	}
	start := s.at
	if s.w.text(s.at) == "and" {
		s.at++
		if v, ok := s.englishBelow100(); ok {
			return v, &number{to: start}
		}
		s.at = start
		return 0, nil
	}
	v, _ := s.englishBelow100()
	return v, nil
}

// englishCardinal reads cardinals and ordinals: "two thousand and eight",
// "twenty-first". Where an "and" may end the number, it returns both.
func englishCardinal(w *weighing, i int) []number {
	first, ok := w.lang.numerals[w.text(i)]
	if !ok && !isArticle(w.text(i)) {
		return nil
	}
	if w.text(i) == "zero" {
		return []number{{to: i + 1, value: "0"}}
	}
	if ok && (first.kind == 0 || first.kind == fraction || first.kind == scale) {
		return nil
	}
	s := &spokenNumber{w: w, at: i}
	var total int64
	var out []number
	last, read := int64(math.MaxInt64), false
	for s.mark == "" {
		start := s.at
		if read && w.text(s.at) == "and" {
			s.at++
		}
		v, stops, ok := s.englishBelow1000()
		if !ok || read && last < 1000 {
			s.at = start
			break
		}
		n := s.next()
		if n.kind == scale && n.value < last && v < 1e6 && v <= (math.MaxInt64-total)/n.value {
			total += v * s.take(n)
			last, read = n.value, true
			continue
		}
		if read && (v >= 1000 || v >= last) {
			s.at, s.mark = start, ""
			break
		}
		if read && w.text(start) == "and" {
			out = append(out, wholeNumber(start, total, ""))
		}
		for _, stop := range stops {
			out = append(out, wholeNumber(stop.to, total+stop.whole, ""))
		}
		total += v
		read = true
		break
	}
	if !read {
		return nil
	}
	out = append(out, wholeNumber(s.at, total, s.mark))
	slices.Reverse(out)
	return out
}

func wholeNumber(to int, v int64, mark string) number {
	n := number{to: to, value: strconv.FormatInt(v, 10), whole: v, mark: mark}
	if mark == "st" || mark == "nd" || mark == "rd" || mark == "th" {
		n.mark = englishMark(v)
	}
	return n
}

// englishYears reads numbers that are said in pairs: "nineteen ninety-nine",
// "nineteen oh five", "twenty twenty", "one twenty".
func englishYears(w *weighing, i int) []number {
	s := &spokenNumber{w: w, at: i}
	high, ok := s.englishBelow100()
	if !ok || s.mark != "" {
		return nil
	}
	if o := w.text(s.at); o == "oh" || o == "o" || o == "zero" {
		if d, ok := w.digit(s.at + 1); ok && high >= 10 {
			return []number{{to: s.at + 2, value: strconv.FormatInt(high, 10) + "0" + strconv.FormatInt(d, 10)}}
		}
		return nil
	}
	if n := s.next(); n.kind == hundred && !n.ordinal || n.kind == unit1 {
		return nil
	}
	low, ok := s.englishBelow100()
	if !ok || low < 10 || s.mark != "" && s.mark != "s" {
		return nil
	}
	if n := s.next(); n.kind == hundred || n.kind == scale {
		return nil
	}
	return []number{{to: s.at, value: strconv.FormatInt(high, 10) + strconv.FormatInt(low, 10) + s.mark}}
}

// englishClock reads "half past ten", "a quarter to three", "ten past five".
func englishClock(w *weighing) {
	for i, t := range w.tokens {
		if t.Text == "oclock" {
			w.add(i, i+1, "o'clock")
		}
		if hours, minutes, ok := strings.Cut(t.Text, "."); ok && len(hours) <= 2 && len(minutes) == 2 && allDigits(hours) && allDigits(minutes) &&
			(w.text(i+1) == "am" || w.text(i+1) == "pm") {
			w.time(i, hours, minutes) // 1.59 pm
		}
		at := i
		if isArticle(w.text(at)) {
			at++
		}
		switch w.text(at) {
		case "half":
			w.past(i, at+1, 30)
		case "quarter":
			w.past(i, at+1, 15)
		default:
			_, counts := w.lang.numerals[w.text(i)]
			if !counts && w.traits[i]&digits == 0 {
				continue
			}
			for _, n := range w.numbersAt(i) {
				if minutes, err := strconv.ParseInt(n.value, 10, 64); err == nil && n.mark == "" && 0 < minutes && minutes < 30 {
					w.past(i, n.to, minutes)
				}
			}
		}
	}
}

// past reads "past ten" and "to ten" at token at, after minutes that begin at
// token i.
func (w *weighing) past(i, at int, minutes int64) {
	direction := w.text(at)
	if direction != "past" && direction != "after" && direction != "to" || direction == "to" && minutes == 30 {
		return
	}
	for _, n := range w.numbersAt(at + 1) {
		hour, err := strconv.ParseInt(n.value, 10, 64)
		if err != nil || n.mark != "" || hour < 1 || hour > 12 {
			continue
		}
		m := minutes
		if direction == "to" {
			m = 60 - m
			hour = (hour+10)%12 + 1
		}
		said := []string{w.lang.grammar.single(strconv.FormatInt(hour, 10))}
		if m < 10 {
			said = append(said, w.lang.grammar.single("0"))
		}
		w.add(i, n.to, append(said, w.lang.grammar.single(strconv.FormatInt(m, 10)))...)
	}
}
