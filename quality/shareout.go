package quality

import (
	"strings"

	"tapescript/transcript"
)

// ShareOut shares the words of a transcript out among the segments of another
// version of the same recording: each goes to the segment of the word that it
// stands beside, an insertion to that of the word before. Texts are by the
// segment's ID, with a word's own punctuation.
func ShareOut(gold, t *transcript.Transcript) map[string]string {
	texts := map[string][]string{}
	for _, b := range NewMatching(Options{}).Match(gold, t) {
		if len(b.Gold) == 0 {
			continue
		}
		home, ends := b.Gold[0].ID, map[string]int{}
		raw := map[string]string{}
		for _, s := range b.Hypothesis {
			raw[s.ID] = s.Text
		}
		for _, s := range b.Steps {
			if s.Gold != nil {
				home = s.Gold.Segment
			}
			if s.Hypothesis == nil {
				continue
			}
			text, from := raw[s.Hypothesis.Segment], ends[s.Hypothesis.Segment]
			to := s.Hypothesis.End
			for to < len(text) && text[to] != ' ' && text[to] != '\n' {
				to++ // its comma
			}
			if from < to {
				texts[home] = append(texts[home], strings.TrimSpace(text[from:to]))
				ends[s.Hypothesis.Segment] = to
			}
		}
	}
	joined := map[string]string{}
	for id, words := range texts {
		joined[id] = strings.Join(words, " ")
	}
	return joined
}
