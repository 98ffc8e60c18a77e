package normalize

import (
	"math"
	"strconv"
	"strings"
	"sync"
)

func germanGrammar() grammar {
	g := grammar{
		numerals: map[string]numeral{},
		cardinal: germanCardinal,
		compound: func(word string) bool { _, _, ok := germanWord(word); return ok },
		ordinals: map[string][]string{},
		point:    []string{"komma"},
		comma:    true,
		dot:      "punkt",
		to:       "bis",
		over:     "zu",
		goals:    "zu",
		sign:     "nummer",
		years:    germanYears,
		hours:    "uhr",
		clock:    germanClock,
		months:   germanMonths,
	}
	for v := range 10 {
		word := germanOnes[v]
		g.singles[v] = []string{word}
		kind := unit1
		if v == 0 {
			kind = zero
		}
		g.numerals[word] = numeral{kind: kind, value: int64(v), quiet: true}
	}
	g.singles[1] = []string{"ein", "eins", "eine", "einen", "einem", "einer"}
	for _, word := range g.singles[1] {
		g.numerals[word] = numeral{kind: unit1, value: 1, quiet: true}
	}
	g.numerals["tausend"] = numeral{kind: scale, value: 1000}
	for word, v := range map[string]int64{"million": 1e6, "milliarde": 1e9, "billion": 1e12, "billiarde": 1e15, "trillion": 1e18} {
		g.numerals[word] = numeral{kind: scale, value: v}
		g.numerals[strings.TrimSuffix(word, "e")+"en"] = numeral{kind: scale, value: v}
	}
	g.numerals["zwo"] = numeral{kind: unit1, value: 2}
	for word, v := range map[string]int64{"tsd": 1e3, "mio": 1e6, "mrd": 1e9} {
		g.numerals[word] = numeral{kind: scale, value: v}
	}
	g.numerals["hundert"] = numeral{kind: hundred, value: 100}
	parts := map[string]int64{"halb": 2, "halbe": 2, "drittel": 3, "siebtel": 7, "achtel": 8, "hundertstel": 100, "tausendstel": 1000}
	for v, word := range germanOnes {
		if v >= 4 && v != 7 && v != 8 {
			parts[word+"tel"] = int64(v)
		}
	}
	for k, word := range germanTens {
		parts[word+"stel"] = int64(k+2) * 10
	}
	for word, v := range parts {
		g.numerals["/"+word] = numeral{kind: fraction, value: v}
		g.numerals[word] = numeral{kind: fraction, value: v}
	}
	return g
}

var germanOnes = strings.Fields("null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn")

var germanTens = strings.Fields("zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig")

// germanWord reads a number in one word, as it is after case folding, and the
// ordinal and the decade that are made from it: "einundzwanzigste", "neunziger".
func germanWord(word string) (v int64, mark string, ok bool) {
	if len(word) < 3 || len(word) > 100 {
		return 0, "", false
	}
	word = strings.ReplaceAll(word, "zwo", "zwei") // as on the telephone
	if v, ok := germanBelowMillion(word); ok {
		return v, "", true
	}
	for v := 11; v <= 19; v++ { // neunzehnachtzig
		if year, found := strings.CutPrefix(word, germanOnes[v]); found {
			if low, ok := germanBelow100(year); ok && low >= 10 {
				return int64(v)*100 + low, "", true
			}
		}
	}
	for _, ending := range []string{"er", "ern"} {
		if stem, found := strings.CutSuffix(word, ending); found {
			if v, ok := germanBelowMillion(stem); ok && v >= 20 && v < 2000 {
				return v, "er", true
			}
		}
	}
	for _, ending := range []string{"e", "en", "er", "es", "em"} {
		stem, found := strings.CutSuffix(word, ending)
		if !found {
			continue
		}
		if v, ok := germanOrdinalStems()[stem]; ok {
			return v, ".", true
		}
		for irregular, v := range germanOrdinalStems() {
			if before, found := strings.CutSuffix(stem, irregular); found {
				if high, ok := germanBelowMillion(before); ok && high%100 == 0 && high > 0 {
					return high + v, ".", true
				}
			}
		}
		if cardinal, found := strings.CutSuffix(stem, "st"); found {
			if v, ok := germanBelowMillion(cardinal); ok && v >= 20 {
				return v, ".", true
			}
		}
	}
	return 0, "", false
}

// germanOrdinalStems are the ordinals below twenty without their endings.
var germanOrdinalStems = sync.OnceValue(func() map[string]int64 {
	stems := map[string]int64{"erst": 1, "dritt": 3, "siebt": 7, "siebent": 7, "acht": 8}
	for v, word := range germanOnes {
		if v == 2 || v >= 4 && v != 7 && v != 8 {
			stems[word+"t"] = int64(v)
		}
	}
	return stems
})

func germanBelowMillion(word string) (int64, bool) {
	if before, after, found := strings.Cut(word, "tausend"); found {
		high, low := int64(1), int64(0)
		ok1, ok2 := true, true
		if before != "" {
			high, ok1 = germanBelow1000(before)
		}
		if after != "" {
			low, ok2 = germanBelow1000(strings.TrimPrefix(after, "und"))
		}
		return high*1000 + low, ok1 && ok2
	}
	return germanBelow1000(word)
}

// germanBelow1000 reads hundreds too, and the years that count them beyond nine.
func germanBelow1000(word string) (int64, bool) {
	if before, after, found := strings.Cut(word, "hundert"); found {
		high, low := int64(1), int64(0)
		ok1, ok2 := true, true
		if before != "" {
			high, ok1 = germanBelow100(before)
		}
		if after != "" {
			low, ok2 = germanBelow100(strings.TrimPrefix(after, "und"))
		}
		return high*100 + low, ok1 && ok2 && high < 100
	}
	return germanBelow100(word)
}

func germanBelow100(word string) (int64, bool) {
	for v, ones := range germanOnes {
		if word == ones || v == 1 && word == "eins" {
			return int64(v), true
		}
	}
	for k, ten := range germanTens {
		stem, found := strings.CutSuffix(word, ten)
		if !found {
			continue
		}
		v := int64(k+2) * 10
		if stem == "" {
			return v, true
		}
		if one, found := strings.CutSuffix(stem, "und"); found {
			for d := 1; d <= 9; d++ {
				if one == germanOnes[d] {
					return v + int64(d), true
				}
			}
		}
	}
	return 0, false
}

// germanCardinal reads numbers in one word, in words parted ("ein und
// zwanzig"), and millions.
func germanCardinal(w *weighing, i int) []number {
	var total int64
	at, read, last := i, false, int64(math.MaxInt64)
	for at < len(w.tokens) {
		v, mark, to, ok := germanParted(w, at)
		if n := w.lang.numerals[w.text(at)]; !ok && n.kind == unit1 {
			v, to, ok = n.value, at+1, true
		}
		if !ok && read && w.text(at) == "und" { // eine Million und zwanzig
			v, mark, to, ok = germanParted(w, at+1)
		}
		if !ok || v >= 1e6 || mark != "" && mark != "." && read {
			break
		}
		n := w.lang.numerals[w.text(to)]
		if mark == "" && n.kind == scale && n.value >= 1e6 && v < 1000 && n.value < last && v <= (math.MaxInt64-total)/n.value {
			total, at, read, last = total+v*n.value, to+1, true, n.value
			continue
		}
		return []number{{to: to, value: strconv.FormatInt(total+v, 10), whole: total + v, mark: mark}}
	}
	if !read {
		return nil
	}
	return []number{wholeNumber(at, total, "")}
}

// germanParted reads the words that are one number when written as one: "zwei
// hundert vier und fünfzig".
func germanParted(w *weighing, i int) (v int64, mark string, to int, ok bool) {
	w.all()
	joined := ""
	for k := i; k < len(w.tokens) && k < i+longestParted; k++ {
		word := w.tokens[k].Text
		if w.traits[k]&numeric == 0 && !strings.HasSuffix(word, "und") && (k == i || !strings.HasPrefix(word, "und")) {
			break
		}
		joined += word
		if value, m, found := germanWord(joined); found && (k == i || value > 20) {
			v, mark, to, ok = value, m, k+1, true
		}
	}
	return v, mark, to, ok
}

// longestParted bounds the words of a number below a million: "neun hundert neun und
// neunzig tausend neun hundert neun und neunzig".
const longestParted = 11

// germanYears reads a year in two halves: "zwanzig vierundzwanzig".
func germanYears(w *weighing, i int) []number {
	century, mark, to, ok := germanParted(w, i)
	if !ok || mark != "" || century < 11 || century > 21 || to >= len(w.tokens) {
		return nil
	}
	year, mark, end, ok := germanParted(w, to)
	if !ok || mark != "" || year < 10 || year > 99 {
		return nil
	}
	return []number{{to: end, value: strconv.FormatInt(century*100+year, 10)}}
}

// germanEndings reads what is cut short in speech: geht's is geht es, so'n is so
// ein, and ich hab is ich habe.
func germanEndings(w *weighing) {
	for i, t := range w.tokens {
		if stem, found := strings.CutSuffix(t.Text, "'s"); found {
			w.add(i, i+1, stem, "es")
			w.add(i, i+1, stem+"s") // Peter's Imbiss
		} else if stem, found := strings.CutSuffix(t.Text, "'n"); found {
			w.add(i, i+1, stem, "ein")
			w.add(i, i+1, stem, "einen")
			w.add(i, i+1, stem, "denn") // was'n los
		}
		if v, ending, ok := countedWord(t.Text); ok {
			digits := w.lang.grammar.single(strconv.FormatInt(v, 10))
			if decade, found := strings.CutPrefix(ending, "er"); found {
				digits, ending = digits+"er", decade // 90er-Jahre
			}
			w.add(i, i+1, digits, ending)
		}
		for part, decimals := range germanParts {
			stem, found := strings.CutSuffix(t.Text, part)
			if !found {
				continue
			}
			v, counts := germanBelowMillion(stem)
			switch {
			case stem == "":
				w.add(i, i+1, "0"+decimals)
				w.add(i, i+1, decimalParts[decimals])
				for _, n := range w.numbersAt(max(0, i-1)) { // zwei einhalb
					if i > 0 && n.to == i && n.mark == "" && allDigits(n.value) {
						w.add(i-1, i+1, n.value+decimals)
					}
				}
			case counts:
				w.add(i, i+1, strconv.FormatInt(v, 10)+decimals)
			}
		}
		if stem, found := strings.CutSuffix(t.Text, "ehn"); found && t.Text != "zehn" && len(stem) > 0 {
			w.add(i, i+1, stem+"ehen") // gesehn
		}
		if startsWithApostrophe(w.raw[t.End:]) && len(t.Text) >= 2 { // is', nich', hab'
			w.add(i, i+1, t.Text+"t")
			w.add(i, i+1, t.Text+"e")
		}
		if t.Text != "ich" {
			continue
		}
		for _, k := range []int{i - 1, i + 1} {
			if verb := w.text(k); len(verb) >= 3 && strings.IndexByte("bcdfgklmnpstvz", verb[len(verb)-1]) >= 0 || strings.HasSuffix(verb, "eh") {
				w.add(k, k+1, verb+"e")
			}
		}
	}
}

// germanParts are the parts of one that are written together with a number:
// zweieinviertel is 2,25.
var germanParts = map[string]string{"einhalb": ".5", "einviertel": ".25", "dreiviertel": ".75"}

var decimalParts = map[string]string{".5": "1/2", ".25": "1/4", ".75": "3/4"}

// countedEndings are what a number is written together with: 5-jährig, 3-mal.
var countedEndings = []string{"jährig", "tägig", "stündig", "minütig", "sekündig", "wöchig", "monatig", "köpfig", "stellig",
	"teilig", "stöckig", "sitzig", "seitig", "bändig", "sprachig", "prozentig", "zeilig", "türig", "mal", "fach", "erjahre"}

// countedWord parts fünfjährige into 5 and jährige.
func countedWord(word string) (v int64, ending string, ok bool) {
	for _, stem := range countedEndings {
		at := strings.Index(word, stem)
		if at <= 0 || len(word) > at+len(stem)+2 {
			continue
		}
		if v, ok := germanBelowMillion(word[:at]); ok {
			return v, word[at:], true
		}
	}
	return 0, "", false
}

// germanStreets reads Hauptstr. as Hauptstraße.
func germanStreets(w *weighing) {
	for i, t := range w.tokens {
		if strings.HasSuffix(t.Text, "str") && w.dotted(i) {
			w.add(i, i+1, t.Text+"asse")
		}
	}
}

// germanAccents takes the accents off loan words: Café is Cafe. ä, ö and ü are letters.
func germanAccents(w *weighing) {
	for i, t := range w.tokens {
		if bare := loanLetters.Replace(t.Text); bare != t.Text {
			w.add(i, i+1, bare)
		}
	}
}

var loanLetters = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "à", "a", "á", "a", "â", "a", "ç", "c", "î", "i", "ï", "i", "ô", "o", "ñ", "n", "û", "u")

// germanTriples writes three equal consonants as two, as before 1996: Schifffahrt
// is Schiffahrt.
func germanTriples(w *weighing) {
	for i, t := range w.tokens {
		for k := 2; k < len(t.Text); k++ {
			if c := t.Text[k]; c == t.Text[k-1] && c == t.Text[k-2] && strings.IndexByte("bcdfgklmnprst", c) >= 0 {
				w.add(i, i+1, t.Text[:k]+t.Text[k+1:])
				break
			}
		}
	}
}

// germanFolds reads ae, oe, ue as ä, ö, ü, where no vowel or q stands before.
func germanFolds(w *weighing) {
	for i, t := range w.tokens {
		word := t.Text
		if !strings.Contains(word, "ae") && !strings.Contains(word, "oe") && !strings.Contains(word, "ue") {
			continue
		}
		var b strings.Builder
		for k := 0; k < len(word); k++ {
			c := word[k]
			if k+1 < len(word) && word[k+1] == 'e' && (k == 0 || strings.IndexByte("aeiouq", word[k-1]) < 0) {
				if at := strings.IndexByte("aou", c); at >= 0 {
					b.WriteString([]string{"ä", "ö", "ü"}[at])
					k++
					continue
				}
			}
			b.WriteByte(c)
		}
		w.add(i, i+1, b.String())
	}
}
