package normalize

import "strings"

// longestAddress bounds, in words, what is read as one address.
const longestAddress = 12

// spokenAddresses reads jane@example.com as jane at example dot com, and the
// same of web addresses. How @ is said is in the lists.
func spokenAddresses(w *weighing) {
	if strings.IndexByte(w.raw, '.') < 0 {
		return
	}
	dot := w.lang.grammar.dot
	for from := 0; from < len(w.tokens); from++ {
		words, dots, to := []string{w.said(from)}, 0, from+1
		for ; to < len(w.tokens) && to-from < longestAddress; to++ {
			gap := w.gap(to)
			if gap == "." {
				words = append(words, dot)
				dots++
			} else if gap != "" || w.text(to) != "@" && w.text(to-1) != "@" {
				break
			}
			words = append(words, w.said(to))
		}
		if dots > 0 && len(w.text(to-1)) >= 2 {
			w.add(from, to, words...)
		}
		from = to - 1
	}
}

// said is the common form of a token: what the lists say of a sign.
func (w *weighing) said(i int) string {
	word := w.text(i)
	if word != "@" {
		return word
	}
	for _, e := range w.lang.entries[word] {
		if e.step == "symbols" && len(e.words) == 0 && len(e.readings[0]) == 1 {
			return e.readings[0][0]
		}
	}
	return word
}
