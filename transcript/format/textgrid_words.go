package format

import (
	"strings"

	"tapescript/transcript"
)

// Forced aligners (the Montreal Forced Aligner and those that write as it does)
// give each speaker two tiers, "Ann - words" and "Ann - phones", or "words" and
// "phones" where there is one speaker. The intervals of the first are words, not
// segments: they are read as a ctm's are, a pause of a second or a hundred words
// begin a segment. Phones have no place in a transcript and are passed over.

// takeWords makes segments of the tiers of words.
func (r *gridReader) takeWords() {
	names := make(map[string]bool)
	for _, tier := range r.tiers {
		names[tier.name] = names[tier.name] || !tier.points
	}
	var kept []gridTier
	for _, tier := range r.tiers {
		prefix, kind := alignerTier(tier.name)
		switch {
		case tier.points || kind == "" || !names[prefix+"words"] || !names[prefix+"phones"]:
			kept = append(kept, tier)
		case kind == "phones":
			for _, line := range tier.lines {
				r.in.note(LinesPassed, line)
			}
		default:
			kept = append(kept, segmentsOfWords(tier, strings.TrimSuffix(prefix, alignerDash)))
		}
	}
	r.tiers = kept
}

// alignerDash stands between a speaker and what a tier holds.
const alignerDash = " - "

// alignerTier takes the name of a tier apart: "Ann - " and "words".
func alignerTier(name string) (prefix, kind string) {
	for _, kind := range []string{"words", "phones"} {
		if prefix, found := strings.CutSuffix(name, kind); found && (prefix == "" || strings.HasSuffix(prefix, alignerDash)) {
			return prefix, kind
		}
	}
	return "", ""
}

// segmentsOfWords joins a tier's intervals, each a word.
func segmentsOfWords(words gridTier, speaker string) gridTier {
	tier := gridTier{name: speaker}
	var open *transcript.Segment
	count := 0
	for i, w := range words.segments {
		text := flat(w.Text)
		if text == "" {
			continue
		}
		if open == nil || w.Start >= open.End+ctmPause || count >= ctmLongest {
			open, count = &transcript.Segment{Start: w.Start}, 0
			tier.segments, tier.lines = append(tier.segments, open), append(tier.lines, words.lines[i])
		}
		if count > 0 {
			open.Text += " "
		}
		word := transcript.Word{From: len(open.Text), Start: w.Start, End: w.End}
		open.Text += text
		word.To = len(open.Text)
		open.End = max(open.End, w.End)
		if word.Timed() {
			open.Words = append(open.Words, word)
		}
		count++
	}
	return tier
}
