package normalize

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func frenchGrammar() grammar {
	g := grammar{
		numerals: map[string]numeral{},
		cardinal: frenchCardinal,
		ordinals: map[string][]string{
			"1er": {"premier"}, "1ers": {"premiers"}, "1re": {"première"}, "1ère": {"première"}, "1ères": {"premières"}, "1res": {"premières"},
			"2nd": {"second"}, "2nde": {"seconde"},
		},
		point:    []string{"virgule"},
		comma:    true,
		dot:      "point",
		to:       "à",
		over:     "sur",
		goals:    "à",
		sign:     "numéro",
		hours:    "heures",
		clock:    frenchClock,
		months:   strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
		elisions: true,
	}
	put := func(v int64, kind numeralKind, cardinal string, nths ...string) {
		g.numerals[cardinal] = numeral{kind: kind, value: v, quiet: v < 10}
		for _, nth := range nths {
			g.numerals[nth] = numeral{kind: kind, value: v, quiet: v < 5, ordinal: true, mark: "e"} // un sixième
			g.numerals[nth+"s"] = numeral{kind: kind, value: v, ordinal: true, mark: "es"}
			if v < 10 {
				for _, mark := range []string{"e", "ème", "ième", "eme"} {
					key := strconv.FormatInt(v, 10) + mark
					g.ordinals[key] = append(g.ordinals[key], nth)
				}
			}
		}
		if v < 10 {
			g.singles[v] = append(g.singles[v], cardinal)
		}
	}
	put(0, zero, "zéro")
	put(1, unit1, "un")
	put(1, unit1, "une")
	g.numerals["unième"] = numeral{kind: unit1, value: 1, quiet: true, ordinal: true, mark: "e"}
	for v, words := range strings.Fields("deux,deuxième trois,troisième quatre,quatrième cinq,cinquième six,sixième sept,septième huit,huitième neuf,neuvième") {
		cardinal, nth, _ := strings.Cut(words, ",")
		put(int64(v+2), unit1, cardinal, nth)
	}
	for v, words := range strings.Fields("dix,dixième onze,onzième douze,douzième treize,treizième quatorze,quatorzième quinze,quinzième seize,seizième") {
		cardinal, nth, _ := strings.Cut(words, ",")
		put(int64(v+10), teen, cardinal, nth)
	}
	for v, words := range map[int64]string{20: "vingt,vingtième", 30: "trente,trentième", 40: "quarante,quarantième", 50: "cinquante,cinquantième",
		60: "soixante,soixantième", 70: "septante,septantième", 80: "huitante,huitantième", 90: "nonante,nonantième"} {
		cardinal, nth, _ := strings.Cut(words, ",")
		put(v, tens, cardinal, nth)
	}
	put(80, tens, "octante", "octantième")
	put(20, tens, "vingts")
	put(100, hundred, "cent", "centième")
	put(100, hundred, "cents")
	put(1000, scale, "mille", "millième")
	put(1000, scale, "mil")
	put(1e6, scale, "million", "millionième")
	put(1e6, scale, "millions")
	put(1e9, scale, "milliard", "milliardième")
	put(1e9, scale, "milliards")
	for word, v := range map[string]int64{"demi": 2, "demie": 2, "tiers": 3, "quart": 4, "quarts": 4} {
		g.numerals["/"+word] = numeral{kind: fraction, value: v}
		g.numerals[word] = numeral{kind: fraction, value: v}
	}
	return g
}

// frenchBelow100 reads France's, Belgium's and Switzerland's ways: "soixante et
// onze", "septante et un", "quatre-vingt-dix-neuf", "nonante-neuf".
func (s *spokenNumber) frenchBelow100() (int64, bool) {
	n := s.next()
	switch n.kind {
	case unit1:
		if next := s.w.lang.numerals[s.w.text(s.at+1)]; n.value == 4 && !n.ordinal && next.kind == tens && next.value == 20 {
			s.at++
			s.take(next)
			return 80 + s.frenchTail(19), true
		}
		return s.take(n), true
	case teen:
		v := s.take(n)
		if next := s.next(); v == 10 && next.kind == unit1 && next.value >= 7 {
			v += s.take(next)
		}
		return v, true
	case tens:
		v := s.take(n)
		if v == 60 {
			return v + s.frenchTail(19), true
		}
		return v + s.frenchTail(9), true
	}
	return 0, false
}

// frenchTail reads what is added to tens: up to 9, or up to 19 after soixante
// and quatre-vingt.
func (s *spokenNumber) frenchTail(most int64) int64 {
	start := s.at
	if s.mark != "" {
		return 0
	}
	joined := s.w.text(s.at) == "et"
	if joined {
		s.at++
	}
	n := s.next()
	if n.kind == teen && most == 19 || n.kind == unit1 {
		v := s.take(n)
		if next := s.next(); v == 10 && next.kind == unit1 && next.value >= 7 {
			v += s.take(next)
		}
		if !joined || v == 1 || v == 11 {
			return v
		}
	}
	s.at, s.mark = start, ""
	return 0
}

// frenchBelow1000 reads "deux cent cinquante", "dix-neuf cent".
func (s *spokenNumber) frenchBelow1000() (int64, bool) {
	v, ok := s.frenchBelow100()
	if n := s.next(); n.kind == hundred {
		v, ok = max(v, 1)*s.take(n), true
		if s.mark == "" {
			rest, _ := s.frenchBelow100()
			v += rest
		}
	}
	return v, ok
}

// frenchCardinal reads cardinals and ordinals. The feminine and the masculine of
// one, alone, are the articles.
func frenchCardinal(w *weighing, i int) []number {
	first, ok := w.lang.numerals[w.text(i)]
	if !ok || first.kind == fraction {
		return nil
	}
	if first.kind == zero {
		return []number{{to: i + 1, value: "0"}}
	}
	s := &spokenNumber{w: w, at: i}
	var total int64
	var shorter []number
	last, read := int64(1e15), false
	for s.mark == "" {
		start := s.at
		v, ok := s.frenchBelow1000()
		n := s.next()
		if n.kind == scale && n.value < last && (ok || n.value == 1000) && v < 1e6 {
			total += max(v, 1) * s.take(n)
			last, read = n.value, true
			continue
		}
		if !ok || read && v >= last {
			s.at, s.mark = start, ""
			break
		}
		if v >= 60 && !read && s.mark == "" {
			shorter = s.frenchPair(i)
		}
		total, read = total+v, true
		break
	}
	if !read {
		return nil
	}
	mark := s.mark
	if single := w.text(i); s.at == i+1 && mark == "" && total < 10 {
		return []number{{to: s.at, value: strconv.FormatInt(total, 10), whole: total, written: single == "une"}}
	}
	if last := w.text(s.at - 1); (last == "cents" || last == "cent") && s.at > i+1 && total%100 == 0 && total < 10_000 {
		shorter = append(shorter, wholeNumber(s.at-1, total/100, "")) // of a dollar
	}
	return slices.Insert(shorter, 0, wholeNumber(s.at, total, mark))
}

// frenchPair is soixante or quatre-vingts alone, where ten and more may be
// another number: "soixante douze" in a telephone number.
func (s *spokenNumber) frenchPair(i int) []number {
	switch s.w.text(i) {
	case "soixante":
		if s.at > i+1 {
			return []number{wholeNumber(i+1, 60, "")}
		}
	case "quatre":
		if s.at > i+2 {
			return []number{wholeNumber(i+2, 80, "")}
		}
	}
	return nil
}

// frenchClock reads "dix heures et demie", "10 h 30".
func frenchClock(w *weighing) {
	for i, t := range w.tokens {
		if hour := noonAndMidnight[t.Text]; hour > 0 {
			said := []string{strconv.FormatInt(hour, 10), "heures"}
			if w.text(i+1) == "et" && (w.text(i+2) == "demi" || w.text(i+2) == "demie") {
				w.add(i, i+3, append(said, "30")...)
			} else if w.text(i+1) == "et" && w.text(i+2) == "quart" {
				w.add(i, i+3, append(said, "15")...)
			}
			frenchBefore(w, i, i+1, hour)
		}
		for _, n := range w.numbersAt(i) {
			hour, err := strconv.ParseInt(n.value, 10, 64)
			name := w.text(n.to)
			if err != nil || n.mark != "" || hour > 24 || name != "h" && name != "heures" && name != "heure" {
				continue
			}
			said := []string{w.lang.grammar.single(strconv.FormatInt(hour, 10)), "heures"}
			after := w.text(n.to + 1)
			switch {
			case after == "et" && (w.text(n.to+2) == "demie" || w.text(n.to+2) == "demi"):
				w.add(i, n.to+3, append(said, "30")...)
			case after == "et" && w.text(n.to+2) == "quart":
				w.add(i, n.to+3, append(said, "15")...)
			case name == "h":
				w.add(i, n.to+1, said...)
			}
			frenchBefore(w, i, n.to+1, hour)
		}
	}
}

var noonAndMidnight = map[string]int64{"midi": 12, "minuit": 24}

// frenchBefore reads "moins le quart" and "moins dix" at token at, after an hour that
// begins at token i.
func frenchBefore(w *weighing, i, at int, hour int64) {
	if w.text(at) != "moins" || hour < 1 {
		return
	}
	said := []string{w.lang.grammar.single(strconv.FormatInt(hour-1, 10)), "heures"}
	if w.text(at+1) == "le" && w.text(at+2) == "quart" {
		w.add(i, at+3, append(said, "45")...)
	}
	for _, n := range w.numbersAt(at + 1) {
		if minutes, err := strconv.Atoi(n.value); err == nil && n.mark == "" && minutes > 0 && minutes < 30 {
			w.add(i, n.to, append(said[:2:2], strconv.Itoa(60-minutes))...)
		}
	}
}

// elisions are the words that lose a vowel before another word, written as one
// with it.
var elisions = map[string]bool{
	"l": true, "d": true, "j": true, "m": true, "t": true, "s": true, "n": true, "c": true, "ç": true,
	"qu": true, "jusqu": true, "lorsqu": true, "puisqu": true, "quoiqu": true,
}

// partElisions takes words apart after an elision's apostrophe. Until the
// punctuation is gone the apostrophe is the letter ʼ, so that the "l'" of
// "l' été" keeps it.
func partElisions(dst, src []unit) []unit {
	start, within := 0, false // of the word; within one that has an apostrophe
	for i, u := range src {
		if u.r != '\'' {
			if !inWord(u.r) {
				start, within = i+1, false
			}
			dst = append(dst, u)
			continue
		}
		if i > start && i-start <= 6 && !within && elisions[strings.ToLower(runes(src[start:i]))] {
			end := u.end
			if i+1 < len(src) && src[i+1].start < end {
				end = u.start // of ŉ, whose n has the span
			}
			dst = append(dst, unit{'ʼ', u.start, end}, unit{' ', end, end})
		} else {
			dst = append(dst, u)
			within = i > start
		}
		start = i + 1
	}
	return dst
}

func runes(units []unit) string {
	var b strings.Builder
	for _, u := range units {
		b.WriteRune(u.r)
	}
	return b.String()
}

// closeElisions turns the letter ʼ back into an apostrophe.
func closeElisions(r rune) rune {
	if r == 'ʼ' {
		return '\''
	}
	return r
}

// frenchFolds reads an elision before a consonant in full (j'suis: je suis), and
// the spelling of 1990, which writes î and û without their accent.
func frenchFolds(w *weighing) {
	for i, t := range w.tokens {
		stem, found := strings.CutSuffix(t.Text, "'")
		if found && elisions[stem] && i+1 < len(w.tokens) {
			next := w.tokens[i+1].Text
			switch {
			case strings.IndexByte("bcdfgjklmnpqrstvwxz", next[0]) >= 0:
				w.add(i, i+1, stem+"e")
			case stem == "t" && (next == "il" || next == "elle" || next == "on"):
				w.add(i, i+1, "t")
			}
		}
		if rest, found := strings.CutPrefix(t.Text, "entr'"); found && rest != "" {
			w.add(i, i+1, "entr"+rest) // the spelling of 1990
		}
		if strings.ContainsAny(t.Text, "îû") && !keepsCircumflex[t.Text] {
			w.add(i, i+1, withoutCircumflex.Replace(t.Text))
		}
	}
}

var withoutCircumflex = strings.NewReplacer("î", "i", "û", "u")

// keepsCircumflex are the words whose accent tells them from another word.
var keepsCircumflex = map[string]bool{
	"dû": true, "sûr": true, "sûre": true, "sûrs": true, "sûres": true, "mûr": true, "mûre": true, "mûrs": true,
	"mûres": true, "jeûne": true, "jeûnes": true, "fût": true, "crû": true, "croît": true,
}

// frenchAdvocates reads Me before a name as maître; in a sentence "me" has no
// capital, and at the head of one no name follows.
func frenchAdvocates(w *weighing) {
	for i, t := range w.tokens {
		if t.Text != "me" || w.written(i) != "Me" {
			continue
		}
		if name, _ := utf8.DecodeRuneInString(w.written(i + 1)); unicode.IsUpper(name) {
			w.add(i, i+1, "maître")
		}
	}
}
