package normalize

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// forms are the characters that are others in another width, joined or framed.
var forms = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x02B0, Hi: 0x02B8, Stride: 1}, // ʳ
		{Lo: 0x02E1, Hi: 0x02E3, Stride: 1}, // ˢ
		{Lo: 0x1D43, Hi: 0x1D5B, Stride: 1}, // ᵉ
		{Lo: 0x2103, Hi: 0x2103, Stride: 1}, // ℃
		{Lo: 0x2109, Hi: 0x2109, Stride: 1}, // ℉
		{Lo: 0x2460, Hi: 0x2473, Stride: 1}, // ① to ⑳
		{Lo: 0x2F00, Hi: 0x2FDF, Stride: 1}, // radicals
		{Lo: 0x3220, Hi: 0x3243, Stride: 1}, // ㈱
		{Lo: 0x3300, Hi: 0x3357, Stride: 1}, // ㌔
		{Lo: 0x3371, Hi: 0x33DF, Stride: 1}, // ㎏
		{Lo: 0xFB00, Hi: 0xFB06, Stride: 1}, // ﬁ
		{Lo: 0xFF01, Hi: 0xFFEE, Stride: 1}, // full and half width
	},
}

// widen replaces characters of other widths, raised letters, ligatures and squared units by what
// they stand for (NFKC of these alone: ½ and ² stay). Mᵐᵉ is Mme.
func widen(dst, src []unit) []unit {
	for _, u := range src {
		if u.r < 0x02B0 || !unicode.Is(forms, u.r) {
			dst = append(dst, u)
			continue
		}
		for _, r := range norm.NFKC.String(string(u.r)) {
			dst = append(dst, unit{r, u.start, u.end})
		}
	}
	return dst
}

// joinedVowels writes œ as oe and æ as ae.
func joinedVowels(dst, src []unit) []unit {
	for _, u := range src {
		switch u.r {
		case 'œ':
			dst = append(dst, unit{'o', u.start, u.end}, unit{'e', u.start, u.end})
		case 'æ':
			dst = append(dst, unit{'a', u.start, u.end}, unit{'e', u.start, u.end})
		default:
			dst = append(dst, u)
		}
	}
	return dst
}

// oneToOne folds case where a letter stays one letter: ς is σ, ß stays ß.
func oneToOne(r rune) rune {
	if r < 0x80 {
		return lowerASCII(r)
	}
	if r == 'İ' {
		return r
	}
	if r == 'ς' {
		return 'σ'
	}
	return unicode.ToLower(r)
}

// partGraphemes makes a word of each character as a reader counts them
// (extended grapheme clusters, Unicode Annex 29). Those that come from one
// character of the raw text stay together.
func partGraphemes(dst, src []unit) []unit {
	for i := 0; i < len(src); {
		if unicode.IsSpace(src[i].r) {
			dst = append(dst, src[i])
			i++
			continue
		}
		end := i
		for end < len(src) && !unicode.IsSpace(src[end].r) {
			end++
		}
		word, state := runes(src[i:end]), -1
		for word != "" {
			var cluster string
			cluster, word, _, state = uniseg.FirstGraphemeClusterInString(word, state)
			size := strings.Count(cluster, "") - 1 // characters, an invalid byte is one
			dst = append(dst, src[i:i+size]...)
			i += size
			if i < end && src[i].start >= src[i-1].end {
				dst = append(dst, unit{' ', src[i].start, src[i].start})
			}
		}
	}
	return dst
}
