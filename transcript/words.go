package transcript

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// wordsWithin returns the words that lie in [from, to) whole, moved left by
// shift; a word across a border is cut to what lies inside.
func wordsWithin(words []Word, from, to, shift int) []Word {
	var out []Word
	for _, w := range words {
		w.From, w.To = max(w.From, from)-shift, min(w.To, to)-shift
		if w.From < w.To {
			out = append(out, w)
		}
	}
	return out
}

// spliceWords carries the words through a splice: at byte `at`, del gave way
// to ins, and text is the result.
//
//	before   the [ca|t] sat          del "" ins "r "
//	after    the [car] [t] sat       two words, their times shared by length
//
// It walks the words once. Those that do not touch the splice are only moved.
func spliceWords(words []Word, at int, del, ins, text string) []Word {
	if len(words) == 0 {
		return nil
	}
	if out, ok := replaceWord(words, at, del, ins); ok {
		return out
	}
	end, delta := at+len(del), len(ins)-len(del)
	head := leadingWord(ins)  // joins the word on its left
	tail := trailingWord(ins) // joins the word on its right
	out := make([]Word, 0, len(words)+1)
	for _, w := range words {
		left, right := w, w
		left.To = min(w.To, at)
		right.From, right.To = max(w.From, end)+delta, w.To+delta
		hasLeft, hasRight := left.From < left.To, right.From < right.To
		if hasLeft && left.To == at {
			left.To += head
		}
		if hasRight && right.From == at+len(ins) && (head < len(ins) || !hasLeftNeighbour(out, at, head)) {
			right.From -= tail
		}
		switch {
		case hasLeft && hasRight && head == len(ins): // still one word
			left.To = right.To
			out = append(out, left)
		case hasLeft && hasRight:
			left, right = shareTime(left, right, text)
			out = append(out, left, right)
		case hasLeft:
			out = append(out, left)
		case hasRight:
			out = append(out, right)
		}
	}
	if strings.ContainsFunc(del, unicode.IsSpace) {
		out = joinAt(out, at+head, head == len(ins))
	}
	return out
}

// hasLeftNeighbour says whether the word before has taken the inserted text
// already, so that it is not claimed twice.
func hasLeftNeighbour(out []Word, at, head int) bool {
	return len(out) > 0 && out[len(out)-1].To == at+head && head > 0
}

// replaceWord handles the commonest correction: one word gives way whole to
// one other word, which is heard where the old one was. The confidence was the
// recogniser's and goes.
func replaceWord(words []Word, at int, del, ins string) ([]Word, bool) {
	if strings.TrimSpace(del) == "" || len(strings.Fields(ins)) != 1 {
		return nil, false
	}
	end := at + len(del)
	hit := -1
	for i, w := range words {
		if w.To <= at || w.From >= end {
			continue
		}
		if hit >= 0 || w.From < at || w.To > end {
			return nil, false
		}
		hit = i
	}
	if hit < 0 || strings.TrimSpace(del[:words[hit].From-at]) != "" || strings.TrimSpace(del[words[hit].To-at:]) != "" {
		return nil, false
	}
	// A neighbour without a space between would be joined: the general way
	// knows how.
	if hit > 0 && words[hit-1].To == at && !startsWithSpace(ins) {
		return nil, false
	}
	if hit+1 < len(words) && words[hit+1].From == end && trailingWord(ins) > 0 {
		return nil, false
	}
	out := slices.Clone(words)
	word := strings.TrimSpace(ins)
	out[hit].From = at + strings.Index(ins, word)
	out[hit].To = out[hit].From + len(word)
	out[hit].Confidence = 0
	for i := hit + 1; i < len(out); i++ {
		out[i].From += len(ins) - len(del)
		out[i].To += len(ins) - len(del)
	}
	return out, true
}

// joinAt makes one word of the two that meet at byte i, if the space between
// them is gone.
func joinAt(words []Word, i int, touching bool) []Word {
	if !touching {
		return words
	}
	for k := 0; k+1 < len(words); k++ {
		a, b := words[k], words[k+1]
		if a.To != i || b.From != i {
			continue
		}
		a.To = b.To
		switch {
		case !a.Timed():
			a.Start, a.End = b.Start, b.End
		case b.Timed():
			a.End = max(a.End, b.End)
		}
		a.Estimated = a.Estimated || b.Estimated
		if b.Confidence > 0 && (a.Confidence == 0 || b.Confidence < a.Confidence) {
			a.Confidence = b.Confidence
		}
		words[k] = a
		return slices.Delete(words, k+1, k+2)
	}
	return words
}

// shareTime gives two parts of one word their shares of its time, by their
// number of characters, and says that nobody measured them.
func shareTime(left, right Word, text string) (Word, Word) {
	if !left.Timed() {
		return left, right
	}
	a := utf8.RuneCountInString(text[left.From:left.To])
	b := utf8.RuneCountInString(text[right.From:right.To])
	cut := left.Start + (left.End-left.Start)*time.Duration(a)/time.Duration(max(a+b, 1))
	left.End, right.Start = cut, cut
	left.Estimated, right.Estimated = true, true
	return left, right
}

// leadingWord is the length of what stands before the first space.
func leadingWord(s string) int {
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return i
	}
	return len(s)
}

// trailingWord is the length of what stands after the last space.
func trailingWord(s string) int {
	return len(s) - len(strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsSpace(r) }))
}

func startsWithSpace(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n > 0 && unicode.IsSpace(r)
}
