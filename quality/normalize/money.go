package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// minorSigns are the hundredths of currencies: the sign that stands for their name, and
// those that they are part of.
var minorSigns = map[string][]string{"¢": {"$", "€", "₣"}, "p": {"£"}}

// currencyCodes are the codes that are written before or behind an amount (ISO 4217).
var currencyCodes = map[string]string{
	"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "chf": "₣", "inr": "₹", "krw": "₩",
}

// isSign says whether a word is the sign of a currency.
func isSign(word string) bool {
	r, size := utf8.DecodeRuneInString(word)
	return size == len(word) && r >= '$' && unicode.Is(unicode.Sc, r)
}

// currencySign reads the sign or the code before an amount.
func (w *weighing) currencySign(i int) (sign string, to int) {
	word := w.text(i)
	switch {
	case isSign(word):
		return word, i + 1
	case currencyCodes[word] != "":
		return currencyCodes[word], i + 1
	case word == "us" && w.text(i+1) == "$" && w.gap(i+1) == "":
		return "$", i + 2
	}
	return "", i
}

// money brings an amount before its currency: $5, 5 dollars, five dollars and
// fifty cents.
func (w *weighing) money(i int) {
	if sign, at := w.currencySign(i); sign != "" {
		w.amountBehind(i, at, sign)
		return
	}
	for _, n := range w.numbersAt(i) {
		sign, ok := w.lang.currency[w.text(n.to)]
		if !ok && isSign(w.text(n.to)) {
			sign, ok = w.text(n.to), true
		}
		if ok && n.mark == "" {
			w.amountBefore(i, n, sign)
		}
	}
}

// amountBehind reads the amount at token `at` behind a sign that begins at token i.
func (w *weighing) amountBehind(i, at int, sign string) {
	g := w.lang.grammar
	if value, ok := w.suffixed(w.text(at)); ok {
		w.add(i, at+1, value, sign)
	}
	for _, n := range w.numbersAt(at) {
		if n.mark != "" {
			continue
		}
		if strings.HasSuffix(w.gap(at), ".") && allDigits(n.value) {
			n.value = "0." + n.value // $.50
		}
		w.add(i, n.to, g.single(round(n.value)), sign)
		if whole, cents, ok := strings.Cut(n.value, "."); ok && len(cents) == 2 && cents != "00" {
			w.add(i, n.to, g.single(whole), cents) // "nineteen ninety-nine"
		}
		for _, major := range minorSigns[sign] {
			if amount, ok := hundredths(n.value); ok {
				w.add(i, n.to, amount, major) // ¢36
			}
		}
	}
}

// amountBefore reads the amount n that begins at token i, the currency behind it,
// and what is said of its hundredths after that.
func (w *weighing) amountBefore(i int, n number, sign string) {
	g := w.lang.grammar
	if amount := round(n.value); amount != n.value {
		w.add(i, n.to+1, g.single(amount), sign)
	}
	for _, major := range minorSigns[sign] {
		if amount, ok := hundredths(n.value); ok {
			w.add(i, n.to+1, amount, major)
		}
	}
	if strings.Contains(n.value, ".") || minorSigns[sign] != nil {
		return
	}
	at := n.to + 1
	if word := w.text(at); word == "and" || word == "et" || word == "und" {
		at++
	}
	for _, cents := range w.numbersAt(at) {
		if cents.mark != "" || len(cents.value) > 2 || strings.Contains(cents.value, ".") {
			continue
		}
		end := cents.to
		if minorSigns[w.lang.currency[w.text(end)]] != nil {
			end++
		} else if at != n.to+1 || len(cents.value) < 2 {
			continue
		}
		if amount, ok := hundredths(cents.value); ok {
			w.add(i, end, n.value+amount[1:], sign)
		}
	}
}

// hundredths writes 36 as 0.36.
func hundredths(value string) (string, bool) {
	if len(value) > 2 || !allDigits(value) {
		return "", false
	}
	return "0." + strings.Repeat("0", 2-len(value)) + value, true
}

// round takes the decimals .00 off.
func round(value string) string { return strings.TrimSuffix(value, ".00") }
