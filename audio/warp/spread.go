package warp

import (
	"time"
	"unicode"
	"unicode/utf8"
)

// Spread shares the speech out among the words by their syllables: what can be
// said without a voice to compare with. It is right to a few tenths of a second
// in short segments, and says so by its confidence. Where no speech is known,
// it is the whole length that is shared.
func Spread(words []string, speech []Span, length time.Duration) []Placed {
	if len(words) == 0 {
		return nil
	}
	total := time.Duration(0)
	for _, s := range speech {
		total += s.End - s.Start
	}
	if total <= 0 {
		speech, total = []Span{{0, length}}, length
	}
	weights, sum := make([]float64, len(words)), 0.0
	for i, w := range words {
		weights[i] = weight(w)
		sum += weights[i]
	}
	const confidence = 0.3
	list := make([]Placed, len(words))
	before := 0.0
	for i, w := range weights {
		from := at(speech, total, before/sum)
		before += w
		list[i] = Placed{from, max(from, until(speech, total, before/sum)), confidence}
	}
	return list
}

// at is the time at which a share of the speech has been heard, and the next
// begins; until is the same without a pause that follows.
func at(speech []Span, total time.Duration, share float64) time.Duration {
	rest := time.Duration(share * float64(total))
	for i, s := range speech {
		if length := s.End - s.Start; rest < length || i == len(speech)-1 {
			return s.Start + min(rest, length)
		} else {
			rest -= length
		}
	}
	return 0
}

func until(speech []Span, total time.Duration, share float64) time.Duration {
	rest := time.Duration(share * float64(total))
	for i, s := range speech {
		if length := s.End - s.Start; rest <= length || i == len(speech)-1 {
			return s.Start + min(rest, length)
		} else {
			rest -= length
		}
	}
	return 0
}

// weight is how long a word takes beside others: its syllables, with a little
// for being a word at all.
func weight(word string) float64 {
	const each = 0.6
	return each + float64(syllables(word))
}

// syllables counts groups of vowels; a digit is one and a half on average, a
// character of a script without vowels that we know is one.
func syllables(word string) int {
	count, digits := 0, 0
	vowel := false
	for _, r := range word {
		switch {
		case unicode.IsDigit(r):
			digits++
			vowel = false
		case isVowel(r):
			if !vowel {
				count++
			}
			vowel = true
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Arabic, unicode.Hebrew):
			count++
			vowel = false
		default:
			vowel = false
		}
	}
	return max(count+(3*digits+1)/2, min(1, utf8.RuneCountInString(word)))
}

// isVowel knows the vowels of the Latin, Greek and Cyrillic scripts, with marks.
func isVowel(r rune) bool {
	switch unicode.ToLower(r) {
	case 'a', 'e', 'i', 'o', 'u', 'y', 'à', 'â', 'ä', 'á', 'ã', 'å', 'æ', 'è', 'é', 'ê', 'ë', 'ì', 'í', 'î', 'ï',
		'ò', 'ó', 'ô', 'õ', 'ö', 'ø', 'œ', 'ù', 'ú', 'û', 'ü', 'ý', 'ÿ', 'ě', 'ů', 'ő', 'ű', 'ą', 'ę', 'ı',
		'α', 'ε', 'η', 'ι', 'ο', 'υ', 'ω', 'ά', 'έ', 'ή', 'ί', 'ό', 'ύ', 'ώ',
		'а', 'е', 'ё', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я', 'і', 'ї', 'є':
		return true
	}
	return false
}
