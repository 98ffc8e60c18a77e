package normalize

import (
	"strings"
	"unicode/utf8"
)

// Kind says what a token stands for.
type Kind uint8

const (
	// Word is a word that was spoken.
	Word Kind = iota
	// Wildcard is part of a mark for words that nobody wrote down: [inaudible],
	// [NAME], *****. In a gold it stands for any words or none; in a hypothesis
	// it should be a word as any other, or whoever writes it is never wrong.
	Wildcard
)

// longestTag is how many bytes a mark in brackets may hold; longer ones are
// speech that somebody put in brackets.
const longestTag = 48

// tag is a mark in the raw text: its bytes [start, end), brackets included.
type tag struct {
	start, end int
	kind       Kind
}

var brackets = []struct{ open, close string }{
	{"[", "]"}, {"<", ">"}, {"{", "}"}, {"【", "】"}, {"［", "］"}, {"(", ")"}, {"（", "）"}, {"*", "*"},
}

// redactions are marks for words that were spoken and are not told.
var redactions = set(`inaudible unintelligible indistinct crosstalk redacted name person phone address email location place date
organization organisation company city number bleep beep censored pii unk xxx xx unclear unsure masked anonymized removed
nom prénom adresse téléphone lieu ville société numéro incompréhensible inintelligible inaudibles incertain masqué anonyme bip
unverständlich unverst geschwärzt ort telefon firma adresse piep
聞き取れない 聞取不能 不明 名前 氏名 住所 電話番号 個人名`)

// noises are what is heard and not said; they are marks in round brackets too.
var noises = set(`laugh laughs laughing laughter chuckle chuckles giggles cough coughs coughing sigh sighs breath breathing sneeze sniff
noise music applause clapping cheering crying sobbing silence pause static beep bell ring ringing phone_ringing door_slams
rires rire rit rient toux tousse soupir soupire bruit musique applaudissements silence pause pleurs
lacht lachen gelächter husten hustet seufzt musik applaus stille räuspern räuspert pause geräusch beifall heiterkeit zwischenruf zwischenrufe zuruf zurufe unruhe
笑 笑い 拍手 音楽 咳 沈黙 爆笑 苦笑`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, word := range strings.Fields(words) {
		m[word] = true
	}
	return m
}

// mayBegin are the bytes that a mark may begin with: brackets, * and the first
// bytes of 【 ［ （ █.
var mayBegin = [256]bool{'[': true, '<': true, '{': true, '(': true, '*': true, 0xE2: true, 0xE3: true, 0xEF: true}

// findTags returns the marks of a raw text, in order.
func findTags(raw string) []tag {
	may := false
	for i := 0; i < len(raw) && !may; i++ {
		may = mayBegin[raw[i]]
	}
	if !may {
		return nil
	}
	var tags []tag
	for i := 0; i < len(raw); {
		end, kind, ok := tagAt(raw, i)
		if !ok {
			_, size := utf8.DecodeRuneInString(raw[i:])
			i += size
			continue
		}
		tags = append(tags, tag{i, end, kind})
		i = end
	}
	return tags
}

func tagAt(raw string, i int) (end int, kind Kind, ok bool) {
	if n := masked(raw[i:]); n > 0 {
		return i + n, Wildcard, true
	}
	for _, b := range brackets {
		if !strings.HasPrefix(raw[i:], b.open) {
			continue
		}
		inner := raw[i+len(b.open):]
		size := strings.Index(inner[:min(len(inner), longestTag)], b.close)
		if size <= 0 || strings.ContainsAny(inner[:size], "\n[<{(") {
			return 0, 0, false
		}
		end = i + len(b.open) + size + len(b.close)
		said := strings.ToLower(strings.TrimRight(strings.TrimSpace(inner[:size]), " _0123456789.:"))
		first, _, _ := strings.Cut(strings.ReplaceAll(said, "_", " "), " ")
		switch {
		case redactions[said], redactions[first] && b.open != "*" && b.open != "(":
			return end, Wildcard, true
		case noises[said], b.open == "[" || b.open == "<" || b.open == "［" || b.open == "【":
			return end, Word, true
		}
		return 0, 0, false
	}
	return 0, 0, false
}

// masked returns the bytes of three or more * or █ at the start.
func masked(s string) int {
	for _, sign := range []string{"*", "█"} {
		n := 0
		for strings.HasPrefix(s[n:], sign) {
			n += len(sign)
		}
		if n >= 3*len(sign) {
			return n
		}
	}
	return 0
}

// writeMasks makes a word of ***** and █████, which would go as punctuation.
func writeMasks(dst, src []unit) []unit {
	for i := 0; i < len(src); {
		end := i
		for end < len(src) && (src[i].r == '*' || src[i].r == '█') && src[end].r == src[i].r {
			end++
		}
		if end-i < 3 {
			dst = append(dst, src[i])
			i++
			continue
		}
		span := unit{' ', src[i].start, src[end-1].end}
		dst = append(dst, unit{' ', span.start, span.start})
		for _, r := range "redacted" {
			dst = append(dst, unit{r, span.start, span.end})
		}
		dst = append(dst, unit{' ', span.end, span.end})
		i = end
	}
	return dst
}

// mark gives the tokens within marks their kind.
func mark(tokens []Token, tags []tag) {
	at := 0
	for _, t := range tags {
		for at < len(tokens) && tokens[at].Start < t.start {
			at++
		}
		for ; at < len(tokens) && tokens[at].End <= t.end; at++ {
			tokens[at].Kind = t.kind
		}
	}
}

// leaveOut says that the words of a mark may be left out.
func leaveOut(w *weighing) {
	at := 0
	for _, t := range findTags(w.raw) {
		for at < len(w.tokens) && w.tokens[at].Start < t.start {
			at++
		}
		from := at
		for at < len(w.tokens) && w.tokens[at].End <= t.end {
			at++
		}
		if at > from {
			w.add(from, at)
		}
	}
}
