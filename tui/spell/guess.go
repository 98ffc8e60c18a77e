package spell

import "strings"

// frequent are words that are frequent in one language and none in the other.
var frequent = map[string]string{
	"the": "en", "and": "en", "of": "en", "to": "en", "is": "en", "that": "en", "it": "en", "was": "en", "you": "en", "with": "en", "this": "en", "they": "en",
	"le": "fr", "la": "fr", "les": "fr", "des": "fr", "et": "fr", "est": "fr", "que": "fr", "une": "fr", "dans": "fr", "pour": "fr", "pas": "fr", "vous": "fr",
}

// Guess tells the language of texts by its small words: "en", "fr", or "" where
// neither prevails.
func Guess(texts []string) string {
	const enough = 3000 // words
	counts := map[string]int{}
	seen := 0
	for _, text := range texts {
		for _, word := range strings.Fields(text) {
			if seen++; seen > enough {
				break
			}
			if language := frequent[strings.ToLower(strings.Trim(word, ".,;:!?\"«»“”()"))]; language != "" {
				counts[language]++
			}
		}
	}
	switch en, fr := counts["en"], counts["fr"]; {
	case en > 2*fr:
		return "en"
	case fr > 2*en:
		return "fr"
	}
	return ""
}
