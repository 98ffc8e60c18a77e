package privacy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a run of letters or of digits of a text.
type token struct {
	from, to int
	text     string // folded: lower case, without accents
	digit    bool
	upper    bool // begins with a capital
	tied     bool // a hyphen ties it to the one before: "quatre-vingt"
}

// tokenize parts a text. What lies between two tokens is for the detectors to
// look at in the text itself.
func tokenize(text string) []token {
	var list []token
	start, class := 0, 0
	flush := func(end int) {
		if class != 0 {
			first, _ := utf8.DecodeRuneInString(text[start:end])
			tied := len(list) > 0 && text[list[len(list)-1].to:start] == "-"
			list = append(list, token{start, end, fold(text[start:end]), class == 2, unicode.IsUpper(first), tied})
		}
	}
	for i, r := range text {
		c := 0
		switch {
		case r >= '0' && r <= '9':
			c = 2
		case unicode.IsLetter(r), unicode.IsMark(r) && class == 1:
			c = 1
		}
		if c != class {
			flush(i)
			start, class = i, c
		}
	}
	flush(len(text))
	return list
}

// fold makes texts alike that a listener could not tell apart: lower case,
// compatibility forms and accents gone.
func fold(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	if ascii {
		return strings.ToLower(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
}

var english = map[string]int{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
	"seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

var french = map[string]int{
	"zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
	"dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
	"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
	"septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
}

// number reads the digits that begin at token i, as digits or as words, and the
// token behind them; to is i where there are none.
func number(tokens []token, i int) (digits string, to int) {
	word := wordAt(tokens, i)
	switch {
	case word == "":
		return "", i
	case tokens[i].digit:
		return tokens[i].text, i + 1
	case word == "double" || word == "triple":
		again := map[string]int{"double": 2, "triple": 3}[word]
		if n, ok := unit(tokens, i+1); ok {
			return strings.Repeat(decimal(n), again), i + 2
		}
		if wordAt(tokens, i+1) == "oh" {
			return strings.Repeat("0", again), i + 2
		}
		return "", i
	case word == "oh" || word == "o":
		if n, ok := unit(tokens, i+1); ok {
			return "0" + string(rune('0'+n)), i + 2
		}
		if w := wordAt(tokens, i+1); w == "double" || w == "triple" {
			if digits, to := number(tokens, i+1); to > i+1 {
				return "0" + digits, to
			}
		}
		if afterDigit(tokens, i) || wordAt(tokens, i+1) == word && beforeDigit(tokens, i+1) {
			return "0", i + 1
		}
		return "", i
	case word == "zero":
		// "zéro quatre vingt" is 04 20: a pair, as phone numbers are said.
		if n, ok := unit(tokens, i+1); ok && n > 0 && !(i+2 < len(tokens) && tokens[i+2].tied) {
			return "0" + string(rune('0'+n)), i + 2
		}
		return "0", i + 1
	}
	n, to := thousands(tokens, i)
	if to == i {
		return "", i
	}
	return decimal(n), to
}

func decimal(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return decimal(n/10) + string(rune('0'+n%10))
}

func wordAt(tokens []token, i int) string {
	if i < 0 || i >= len(tokens) {
		return ""
	}
	return tokens[i].text
}

// afterDigit says whether "oh" at token i closes digits: "seven four oh oh".
func afterDigit(tokens []token, i int) bool {
	for i > 0 && (tokens[i].text == "oh" || tokens[i].text == "o") {
		i--
	}
	_, ok := english[tokens[i].text]
	return ok || tokens[i].digit
}

func beforeDigit(tokens []token, i int) bool {
	_, ok := unit(tokens, i+1)
	return ok
}

// unit reads one digit that is a word.
func unit(tokens []token, i int) (n int, ok bool) {
	if n, ok = english[wordAt(tokens, i)]; !ok {
		n, ok = french[wordAt(tokens, i)]
	}
	return n, ok && n < 10
}

// thousands reads a cardinal under a million; to is i where there is none.
func thousands(tokens []token, i int) (n, to int) {
	n, to = hundreds(tokens, i)
	if w := wordAt(tokens, to); w == "thousand" && to > i || w == "mille" {
		n, i = max(n, 1)*1000, to+1
		if wordAt(tokens, i) == "and" {
			if rest, end := hundreds(tokens, i+1); end > i+1 {
				return n + rest, end
			}
		}
		rest, end := hundreds(tokens, i)
		return n + rest, end
	}
	return n, to
}

func hundreds(tokens []token, i int) (n, to int) {
	n, to = under100(tokens, i)
	w := wordAt(tokens, to)
	switch {
	case w == "hundred" && to > i:
	case (w == "cent" || w == "cents") && to > i && n > 1 && n < 20 && n != 10 && french[wordAt(tokens, i)] > 0:
	case w == "cent" && to == i:
		n = 1
	default:
		return n, to
	}
	n, to = n*100, to+1
	next := to
	if wordAt(tokens, next) == "and" {
		next++
	}
	if rest, end := under100(tokens, next); end > next && !(rest < 10 && w == "hundred" && next == to && beforeDigit(tokens, next)) {
		return n + rest, end // but "eight hundred five five five" is read out: 800 555
	}
	return n, to
}

func under100(tokens []token, i int) (n, to int) {
	if n, ok := french[wordAt(tokens, i)]; ok {
		return frenchUnder100(tokens, i, n)
	}
	n, ok := english[wordAt(tokens, i)]
	if !ok {
		return 0, i
	}
	if u := english[wordAt(tokens, i+1)]; n >= 20 && u > 0 && u < 10 {
		return n + u, i + 2
	}
	return n, i + 1
}

// frenchUnder100 reads a number whose first word is worth n: vingt et un,
// soixante-dix, quatre-vingt-onze.
func frenchUnder100(tokens []token, i, n int) (value, to int) {
	next := func(at int) int { return french[wordAt(tokens, at)] }
	to = i + 1
	most := 9
	switch {
	case n == 4 && next(to) == 20:
		n, to, most = 80, to+1, 19
	case n == 10:
		if u := next(to); u >= 7 && u <= 9 {
			return 10 + u, to + 1
		}
		return n, to
	case n < 20:
		return n, to
	case n == 60:
		most = 19
	}
	if wordAt(tokens, to) == "et" {
		if u := next(to + 1); u == 1 || u == 11 && n == 60 {
			return n + u, to + 2
		}
		return n, to
	}
	u := next(to)
	switch {
	case u == 0 || u > most:
		return n, to
	case u == 4 && next(to+1) == 20 && (next(to+2) == 1 || next(to+2) >= 10 && next(to+2) < 20 || tokens[to+1].tied && !tokens[to].tied): // soixante, quatre-vingt-douze
		return n, to
	case u == 10 && next(to+1) >= 7 && next(to+1) <= 9:
		return n + 10 + next(to+1), to + 2
	}
	return n + u, to + 1
}

// matches says whether the words of a phrase begin at token i.
func matches(tokens []token, i int, phrase []string) bool {
	if i < 0 || i+len(phrase) > len(tokens) {
		return false
	}
	return slices.EqualFunc(tokens[i:i+len(phrase)], phrase, func(t token, w string) bool { return t.text == w })
}
