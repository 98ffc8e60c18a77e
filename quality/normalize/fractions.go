package normalize

import (
	"strconv"
	"strings"
)

// vulgar are the fractions that have a character of their own.
var vulgar = map[string]string{"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8"}

// decimal gives the fractions that are said as decimals after a whole number.
var decimal = map[string]string{"1/2": ".5", "1/4": ".25", "3/4": ".75"}

// fractions reads 3/4, ¾, "three quarters", "two and a half", 2½, 2 1/2.
func (w *weighing) fractions(i int) {
	if to, f, ok := w.fraction(i); ok && (f != "1/2" || w.text(i-1) != "1" || w.gap(i) != " ") { // 1 1/2 is not one half
		if half := w.lang.grammar.half; f == "1/2" && half != "" {
			f = half
		}
		w.add(i, to, f)
	}
	word := w.tokens[i].Text
	for sign, f := range vulgar {
		if w.traits[i]&digits == 0 {
			break
		}
		if whole, found := strings.CutSuffix(word, sign); found && allDigits(whole) && decimal[f] != "" {
			w.add(i, i+1, whole+decimal[f])
		}
	}
	if by := w.lang.numerals[w.text(i+2)]; word == "half" && isArticle(w.text(i+1)) && by.kind == scale && !by.ordinal {
		w.add(i, i+3, strconv.FormatInt(by.value/2, 10)) // half a million
	}
	for _, n := range w.numbersAt(i) {
		to := n.to
		if n.mark != "" || strings.Contains(n.value, ".") {
			continue
		}
		joined := w.text(to) == "and" || w.text(to) == "et"
		if joined {
			to++
		} else if !n.written {
			continue
		}
		end, f, ok := w.fraction(to)
		if by := w.lang.numerals[w.text(n.to-1)]; ok && f == "1/2" && by.kind == scale && n.to > i+1 {
			if v, err := strconv.ParseInt(n.value, 10, 64); err == nil {
				w.add(i, end, strconv.FormatInt(v+by.value/2, 10))
			}
		} else if ok && joined && decimal[f] == "" {
			w.add(n.to, end, f) // four and two thirds
		} else if ok && decimal[f] != "" && (joined || w.gap(to) == " ") {
			w.add(i, end, n.value+decimal[f])
			if large, value, ok := w.scaled(number{to: end, value: n.value + decimal[f]}); ok {
				w.add(i, large, value) // one and a half billion
				if sign, ok := w.lang.currency[w.text(large)]; ok {
					w.add(i, large+1, value, sign)
				}
			}
		}
	}
}

// fraction reads a fraction below one.
func (w *weighing) fraction(i int) (to int, f string, ok bool) {
	word := w.text(i)
	if f, ok := vulgar[word]; ok {
		return i + 1, f, true
	}
	if next := w.text(i + 1); len(word) <= 3 && len(next) <= 3 && allDigits(word) && allDigits(next) &&
		(w.gap(i+1) == "/" || w.gap(i+1) == "⁄") {
		return i + 2, word + "/" + next, true
	}
	over := int64(1)
	at := i
	if d, found := w.digit(i); found {
		over, at = d, i+1
	} else if isArticle(word) {
		at = i + 1
	}
	part, found := w.lang.numerals["/"+w.text(at)]
	if !found && at > i {
		if to, below, ok := w.denominator(at); ok && over > 0 {
			return to, strconv.FormatInt(over, 10) + "/" + below, true
		}
	}
	if !found || over == 0 || at == i && part.value != 2 || over > 1 && w.text(at) == "half" || over == 1 && w.text(at) == "halves" {
		return 0, "", false
	}
	return at + 1, strconv.FormatInt(over, 10) + "/" + strconv.FormatInt(part.value, 10), true
}

// denominator reads an ordinal that is a part: "three sixteenths", "un vingtième".
func (w *weighing) denominator(i int) (to int, value string, ok bool) {
	if i >= len(w.tokens) || w.traits[i]&digits != 0 || w.lang.grammar.cardinal == nil {
		return 0, "", false
	}
	for _, n := range w.lang.grammar.cardinal(w, i) {
		switch n.mark {
		case "th", "ths", "e", "es":
			if len(n.value) <= 4 {
				return n.to, n.value, true
			}
		}
	}
	return 0, "", false
}

func isArticle(word string) bool { return word == "a" || word == "an" }
