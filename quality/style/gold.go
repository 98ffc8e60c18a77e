package style

import (
	"sort"
	"strings"
	"unicode/utf8"

	"tapescript/transcript"
)

// expected is what a gold has in the time of a segment, and what was written
// there and in the neighbours, over whose borders a word may have moved.
type expected struct{ gold, written string }

// expectations finds for each segment what a gold has in its time: each of
// gold's segments goes to the segment that holds its middle, or the last one
// that begins before. Without times they meet by ID.
func expectations(t, gold *transcript.Transcript) []expected {
	list := make([]expected, len(t.Segments))
	byID := map[string]int{}
	for i, s := range t.Segments {
		byID[s.ID] = i
		list[i].written = s.Text
		if i > 0 {
			list[i].written = t.Segments[i-1].Text + " " + list[i].written
		}
		if i+1 < len(t.Segments) {
			list[i].written += " " + t.Segments[i+1].Text
		}
	}
	for _, g := range gold.Segments {
		i, ok := byID[g.ID]
		if g.Timed() && len(t.Segments) > 0 && t.Segments[0].Timed() {
			middle := g.Start + (g.End-g.Start)/2
			i = max(0, sort.Search(len(t.Segments), func(i int) bool { return t.Segments[i].Start > middle })-1)
			ok = true
		}
		if ok {
			list[i].gold = strings.TrimSpace(list[i].gold + " " + g.Text)
		}
	}
	return list
}

// missing lists the words of a gold that a text has fewer times, of those that
// count.
func (l *linter) missing(e expected, counts func(*word) bool) []string {
	var gold, written page
	gold.read(e.gold, l.words)
	written.read(e.written, l.words)
	there := map[string]int{}
	for _, w := range written.words {
		there[w.low]++
	}
	var list []string
	for i := range gold.words {
		w := &gold.words[i]
		if !counts(w) {
			continue
		}
		if there[w.low]--; there[w.low] < 0 {
			list = append(list, w.low)
		}
	}
	return list
}

// mostNamed bounds the words that one finding names.
const mostNamed = 5

// lostFillers finds fillers that the gold has and the text has not (V02): a
// verbatim transcript keeps them.
func (l *linter) lostFillers(e expected) {
	if e.gold == "" {
		return
	}
	if lost := l.missing(e, func(w *word) bool { return w.class&filler != 0 }); len(lost) > 0 {
		l.add(0, 0, FillerMissing, strings.Join(lost[:min(len(lost), mostNamed)], ", "))
	}
}

// paraphrase finds words with a meaning of their own that the gold has and the
// text has not (G02).
func (l *linter) paraphrase(e expected) {
	if e.gold == "" {
		return
	}
	content := func(w *word) bool {
		return w.class&(filler|answer|function) == 0 && w.informal == "" && w.affirmation == "" && utf8.RuneCountInString(w.low) > 3
	}
	if lost := l.missing(e, content); len(lost) > 0 {
		l.add(0, 0, WordsMissing, strings.Join(lost[:min(len(lost), mostNamed)], ", "))
	}
}
