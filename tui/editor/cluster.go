package editor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Clusters are cut by x/ansi and not by uniseg, because the program's renderer
// cuts by x/ansi: the two differ in Indic conjuncts, and a cursor that counts
// other clusters than the renderer draws stands in the wrong column.

// clusterEnd returns where the cluster ends that begins at byte at.
func clusterEnd(text string, at int) int {
	if isASCII(text, at) && (at+1 >= len(text) || isASCII(text, at+1)) {
		return at + 1
	}
	cluster, _ := ansi.FirstGraphemeCluster(text[at:], ansi.GraphemeWidth)
	return at + max(len(cluster), 1)
}

// next returns the first border of a cluster behind byte at, or the text's end.
func next(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	b := sureBorder(text, at)
	for b <= at {
		b = clusterEnd(text, b)
	}
	return b
}

// prev returns the last border of a cluster before byte at, or 0.
func prev(text string, at int) int {
	if at <= 0 {
		return 0
	}
	b := sureBorder(text, at-1)
	for {
		end := clusterEnd(text, b)
		if end >= at {
			return b
		}
		b = end
	}
}

// sureBorder returns a border of a cluster at or before byte at, without
// reading the text from its start: between two ASCII characters there always
// is one, and behind a line break.
func sureBorder(text string, at int) int {
	for i := at; i > 0; i-- {
		if isASCII(text, i-1) && (isASCII(text, i) || text[i-1] == '\n') {
			return i
		}
	}
	return 0
}

func isASCII(text string, i int) bool { return text[i] < utf8.RuneSelf }

// onRune returns the nearest border of a rune at or before byte at.
func onRune(text string, at int) int {
	at = max(min(at, len(text)), 0)
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}

// cells measures clusters as the terminal does.
type cells struct {
	method ansi.Method
}

// Signs for what has no shape of its own. Each is one cell wide everywhere.
const (
	invisibleSign = "¦" // a character that takes no cell: zero-width space, bidi control …
	markCarrier   = "◌" // what a combining mark without a letter sits on
)

// glyph returns what is drawn for a cluster in a row of limit cells, and its
// width, from 1 to limit. Clusters of no width are drawn with a sign, because
// terminals disagree on them and people could not see what they delete; so are
// clusters wider than a whole row, and marks without a letter, which would
// join whatever is drawn before them.
func (c cells) glyph(cluster string, limit int) (string, int) {
	if len(cluster) == 1 {
		return cluster, 1
	}
	shown := cluster
	w := c.method.StringWidth(shown)
	if first, _ := utf8.DecodeRuneInString(cluster); joins(first) || w == 0 {
		shown = c.withSign(cluster, limit)
		w = c.method.StringWidth(shown)
	}
	if w > limit {
		return invisibleSign, 1
	}
	return shown, w
}

// withSign returns a cluster with a sign before it. The cluster's end stays as
// it is, so that what follows joins it, or does not, as it did before.
func (c cells) withSign(cluster string, limit int) string {
	rest := strings.TrimLeftFunc(cluster, shapeless)
	if len(rest) == len(cluster) {
		if first, _ := utf8.DecodeRuneInString(cluster); joins(first) {
			return markCarrier + cluster
		}
		return invisibleSign
	}
	if rest == "" {
		return invisibleSign
	}
	glyph, _ := c.glyph(rest, limit)
	return invisibleSign + glyph
}

// joins says whether a rune belongs to the cluster before it, whatever that is.
func joins(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r == 0x0e33 || r == 0x0eb3: // Thai and Lao am, letters that Unicode counts as marks here
		return true
	case r == 0x200d || r >= 0x1f3fb && r <= 0x1f3ff: // joiner, skin tones
		return true
	}
	return unicode.In(r, unicode.M, unicode.Other_Grapheme_Extend)
}

// shapeless says whether a rune shows nothing by itself: format characters and
// variation selectors.
func shapeless(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// width of a cluster, in a row of limit cells.
func (c cells) width(cluster string, limit int) int {
	if len(cluster) == 1 {
		return 1
	}
	_, w := c.glyph(cluster, limit)
	return w
}

// cut shortens a text of one line to limit cells, saying so by an ellipsis,
// and returns what it takes.
func (c cells) cut(text string, limit int) (string, int) {
	const ellipsis = "…"
	dots := c.method.StringWidth(ellipsis) // 2 where East Asian signs are wide
	var b strings.Builder
	x, fits, fitsX := 0, 0, 0 // fits is how much of b leaves room for the ellipsis
	for at := 0; at < len(text); {
		end := clusterEnd(text, at)
		glyph, w := c.glyph(text[at:end], max(limit, 1))
		if x+w > limit {
			if limit < dots {
				return "", 0
			}
			return b.String()[:fits] + ellipsis, fitsX + dots
		}
		b.WriteString(glyph)
		x += w
		if x+dots <= limit {
			fits, fitsX = b.Len(), x
		}
		at = end
	}
	return b.String(), x
}

// kind sorts clusters for moving by words: a word is a run of one kind.
type kind uint8

const (
	space kind = iota
	letters
	han
	hiragana
	katakana
	other
)

func kindOf(cluster string) kind {
	r, _ := utf8.DecodeRuneInString(cluster)
	switch {
	case unicode.IsSpace(r) || r == '\u200b':
		return space
	case unicode.Is(unicode.Han, r):
		return han
	case unicode.Is(unicode.Hiragana, r):
		return hiragana
	case unicode.Is(unicode.Katakana, r) || r == 'ー':
		return katakana
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\'' || r == '’' || r == '_':
		return letters
	}
	return other
}

// wordRight returns the start of the next word behind byte at, or the end.
func wordRight(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	at = onRune(text, at)
	for k := kindOf(text[at:]); at < len(text) && k != space && kindOf(text[at:]) == k; {
		at = next(text, at)
	}
	for at < len(text) && kindOf(text[at:]) == space {
		at = next(text, at)
	}
	return at
}

// wordLeft returns the start of the word that ends at or holds byte at, or 0.
func wordLeft(text string, at int) int {
	for at > 0 && kindOf(text[prev(text, at):]) == space {
		at = prev(text, at)
	}
	if at == 0 {
		return 0
	}
	for k := kindOf(text[prev(text, at):]); at > 0 && kindOf(text[prev(text, at):]) == k; {
		at = prev(text, at)
	}
	return at
}
