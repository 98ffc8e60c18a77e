package consensus

import "strings"

// sound returns what is left of a word when letters that are easily mistaken for
// each other by ear are made one: vowels after the first go, as do h, w, y and
// apostrophes, voiced consonants become their voiceless fellows, double ones
// single. It serves languages in Latin letters without marks; a word of any
// other script sounds like itself alone.
func sound(text string) string {
	var out strings.Builder
	var last rune
	for i, r := range text {
		switch r {
		case '\'', 'h', 'w', 'y':
			continue
		case 'a', 'e', 'i', 'o', 'u':
			last = 0
			if i > 0 {
				continue
			}
			r = 'a'
		case 'c', 'q':
			r = 'k'
		case 'z':
			r = 's'
		case 'd':
			r = 't'
		case 'v':
			r = 'f'
		}
		if r != last {
			out.WriteRune(r)
		}
		last = r
	}
	return out.String()
}
