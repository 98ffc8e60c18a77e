package normalize

import (
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// endings reads the contractions that any noun may take, 'll and 've, and words
// that lost a letter to an apostrophe: goin', 'cause. The 's of a noun is left
// alone: it is a possessive more often than "is" or "has".
func endings(w *weighing) {
	for i, t := range w.tokens {
		if stem, ok := strings.CutSuffix(t.Text, "'ll"); ok && stem != "" {
			w.add(i, i+1, stem, "will")
		}
		if stem, ok := strings.CutSuffix(t.Text, "'ve"); ok && stem != "" {
			w.add(i, i+1, stem, "have")
			for ending, word := range map[string]string{"'ll": "will", "'d": "would"} {
				if who, ok := strings.CutSuffix(stem, ending); ok && who != "" {
					w.add(i, i+1, who, word, "have")
				}
			}
		}
		if stem, ok := strings.CutSuffix(t.Text, "'re"); ok && stem != "" {
			w.add(i, i+1, stem, "are")
		}
		if strings.HasSuffix(t.Text, "in") && len(t.Text) >= 4 && startsWithApostrophe(w.raw[t.End:]) {
			w.add(i, i+1, t.Text+"g")
		}
		if full := aphetic[t.Text]; full != nil && endsWithApostrophe(w.gap(i)) {
			for _, word := range full {
				w.add(i, i+1, word)
			}
		}
	}
}

// aphetic are words whose beginning an apostrophe replaces.
var aphetic = map[string][]string{
	"cause": {"because"}, "til": {"until", "till"}, "bout": {"about"}, "round": {"around"}, "cept": {"except"},
	"neath": {"beneath"}, "fore": {"before"}, "nother": {"another"}, "nuff": {"enough"}, "specially": {"especially"},
}

func startsWithApostrophe(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return apostrophe(r) == '\''
}

func endsWithApostrophe(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return apostrophe(r) == '\''
}

// saints reads St as saint where a name follows, and as street where one goes
// before; where both or neither do, as either. Dr is a doctor or a drive so too.
func saints(w *weighing) {
	for i, t := range w.tokens {
		before, after := "saint", "street"
		switch t.Text {
		case "st":
		case "dr":
			before, after = "doctor", "drive"
		default:
			continue
		}
		names := capital(w.written(i+1)) && !strings.ContainsAny(w.gap(i+1), ",;!?")
		street := i > 1 && capital(w.written(i-1))
		if names || !street {
			w.add(i, i+1, before)
		}
		if street || !names && i > 0 {
			w.add(i, i+1, after)
		}
	}
}

func capital(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r)
}

// englishNames reads St, and also "No. 5" and days of a month without their ordinal.
func englishNames(w *weighing) {
	saints(w)
	for i, t := range w.tokens {
		if t.Text == "no" && w.dotted(i) && i+1 < len(w.tokens) && w.written(i + 1)[0] >= '0' && w.written(i + 1)[0] <= '9' {
			w.add(i, i+1, "number")
		}
		month, ok := months()[t.Text]
		if !ok {
			continue
		}
		if month != t.Text && (w.counted(i) || i+1 < len(w.tokens) && w.counts(i+1)) {
			w.add(i, i+1, month) // 25 Jul
		}
		w.daysBefore(i)
		at := i + 1
		if w.text(at) == "the" {
			at++
		}
		for _, n := range w.numbersAt(at) {
			if n.mark != "" && n.mark != "s" && len(n.value) <= 2 {
				w.add(i+1, n.to, w.lang.grammar.single(n.value))
			}
		}
		if digits := strings.TrimRight(w.text(at), "stndrh"); allDigits(digits) && len(digits) <= 2 && digits != w.text(at) {
			w.add(i+1, at+1, w.lang.grammar.single(digits))
		}
	}
}

// daysBefore reads "the fourth of July" and "4th July" as "4 July".
func (w *weighing) daysBefore(month int) {
	end := month
	if w.text(month-1) == "of" {
		end--
	}
	for from := max(0, end-2); from < end; from++ {
		start := from
		if w.text(from-1) == "the" {
			start--
		}
		day := strings.TrimRight(w.text(from), "stndrh")
		if from+1 == end && allDigits(day) && len(day) <= 2 && day != w.text(from) {
			w.add(start, month+1, w.lang.grammar.single(day), months()[w.text(month)])
		}
		for _, n := range w.numbersAt(from) {
			if n.to == end && n.mark != "" && len(n.value) <= 2 {
				w.add(start, month+1, w.lang.grammar.single(n.value), months()[w.text(month)])
			}
		}
	}
}

// months are the names of months, short ones too, to their names in full.
var months = sync.OnceValue(func() map[string]string {
	names := map[string]string{"sept": "september"}
	for _, name := range englishMonths {
		names[name], names[name[:3]] = name, name
	}
	return names
})

var englishMonths = strings.Fields("january february march april may june july august september october november december")

// romans reads Roman numerals in capitals, two letters or more, and those of
// centuries: XIV, XXe.
func romans(w *weighing) {
	for i := range w.tokens {
		switch w.raw[w.tokens[i].Start] {
		case 'I', 'V', 'X', 'L', 'C', 'D', 'M':
		default:
			continue
		}
		word := norm.NFKC.String(w.written(i)) // XIXᵉ
		letters := word
		for _, mark := range []string{"ème", "er", "re", "e"} {
			letters = strings.TrimSuffix(letters, mark)
		}
		v, ok := roman(letters)
		if !ok {
			continue
		}
		g := w.lang.grammar
		german := g.hours == "uhr" && w.dotted(i)
		switch {
		case letters != word && g.comma && v < 10:
			for _, said := range g.ordinals[strconv.FormatInt(v, 10)+word[len(letters):]] {
				w.add(i, i+1, said)
			}
		case letters != word && g.comma:
			w.add(i, i+1, strconv.FormatInt(v, 10)+"e")
		case letters == word && len(word) >= 2:
			w.add(i, i+1, g.single(strconv.FormatInt(v, 10)))
			if german {
				w.reigning(i, v)
			}
			if !g.comma {
				w.add(i, i+1, "the", g.said(number{value: strconv.FormatInt(v, 10), mark: englishMark(v)})[0])
			}
		case german && v <= 10 && i > 0 && capital(w.written(i-1)): // Karl V.
			w.reigning(i, v)
		}
	}
}

// reigning reads the number of a German king: Karl V. is Karl der Fünfte.
func (w *weighing) reigning(i int, v int64) {
	for _, article := range []string{"der", "die", "dem", "den"} {
		w.add(i, i+1, article, strconv.FormatInt(v, 10)+".")
	}
}

// roman reads a Roman numeral up to 3999 in its regular form.
func roman(s string) (int64, bool) {
	if s == "" || len(s) > 15 || strings.Trim(s, "IVXLCDM") != "" {
		return 0, false
	}
	var v int64
	rest := s
	for _, d := range []struct {
		sign  string
		value int64
	}{{"M", 1000}, {"CM", 900}, {"D", 500}, {"CD", 400}, {"C", 100}, {"XC", 90}, {"L", 50}, {"XL", 40}, {"X", 10}, {"IX", 9}, {"V", 5}, {"IV", 4}, {"I", 1}} {
		for k := 0; k < 3 && strings.HasPrefix(rest, d.sign); k++ {
			v += d.value
			rest = rest[len(d.sign):]
			if len(d.sign) == 2 {
				break
			}
		}
	}
	return v, rest == ""
}

// britishVowels writes ae and oe as e: oedema, haemoglobin, foetus.
func britishVowels(w *weighing) {
	for i, t := range w.tokens {
		if len(t.Text) < 5 || !strings.Contains(t.Text, "ae") && !strings.Contains(t.Text, "oe") {
			continue
		}
		w.add(i, i+1, strings.NewReplacer("ae", "e", "oe", "e").Replace(t.Text))
	}
}

// bareCapitals reads a French capital without its accent: Ecoutez, A demain.
func bareCapitals(w *weighing) {
	for i, t := range w.tokens {
		switch written := w.written(i); {
		case written == "A":
			w.add(i, i+1, "à")
		case len(written) > 1 && written[0] == 'E' && t.Text[0] == 'e':
			w.add(i, i+1, "é"+t.Text[1:])
			w.add(i, i+1, "ê"+t.Text[1:])
		}
	}
}
