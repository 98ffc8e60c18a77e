package transcript

import (
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Place is where a word was found in a recording, and how sure that is, in (0, 1].
type Place struct {
	Start, End time.Duration
	Confidence float64
}

// Placing counts the words of a segment that was given places.
type Placing struct {
	Placed   int // that have a new, estimated time
	Kept     int // that kept the time that was measured
	Doubtful int // of the placed, those to be looked at: less sure than 0.5
}

// Place returns the segment with the places of its words, in milliseconds and
// marked as estimates, one for each of words. Times that somebody measured stay,
// unless all are to be placed, and so does a recogniser's confidence. A segment
// without a time gets that of its words.
func (s *Segment) Place(words []Word, places []Place, all bool) (*Segment, Placing) {
	var n Placing
	if len(words) == 0 {
		return s, n
	}
	const doubtful = 0.5
	c := *s
	c.Words = nil
	for i, w := range words {
		if old, ok := wordAt(s.Words, w); ok {
			w.Confidence = old.Confidence
			if old.Timed() && !old.Estimated && !all {
				c.Words = append(c.Words, old)
				n.Kept++
				continue
			}
		}
		w.Start, w.End = places[i].Start.Round(time.Millisecond), places[i].End.Round(time.Millisecond)
		w.Estimated = true
		if w.Confidence == 0 {
			w.Confidence = math.Round(places[i].Confidence*100) / 100
		}
		if places[i].Confidence < doubtful {
			n.Doubtful++
		}
		n.Placed++
		c.Words = append(c.Words, w)
	}
	inOrder(c.Words)
	if !s.Timed() {
		c.Start, c.End = c.Words[0].Start, c.Words[len(c.Words)-1].End
		c.End = max(c.End, c.Start+time.Millisecond)
	}
	return &c, n
}

// inOrder keeps estimated times between measured ones.
func inOrder(words []Word) {
	for i := len(words) - 2; i >= 0; i-- {
		if next := words[i+1]; words[i].Estimated {
			words[i].Start, words[i].End = min(words[i].Start, next.Start), min(words[i].End, next.Start)
		}
	}
	for i := 1; i < len(words); i++ {
		if before := words[i-1]; words[i].Estimated {
			words[i].Start = max(words[i].Start, before.End)
			words[i].End = max(words[i].End, words[i].Start)
		}
	}
}

func wordAt(words []Word, at Word) (Word, bool) {
	for _, w := range words {
		if w.From == at.From && w.To == at.To {
			return w, true
		}
	}
	return Word{}, false
}

// Measured says whether each of the words has a time that is no estimate; false
// for none.
func (s *Segment) Measured(words []Word) bool {
	for _, w := range words {
		if old, ok := wordAt(s.Words, w); !ok || !old.Timed() || old.Estimated {
			return false
		}
	}
	return len(words) > 0
}

// SpokenWords are the words of a text that are heard: between spaces, each
// character by itself in scripts that leave none; not what stands in square
// brackets, and not marks alone.
func SpokenWords(text string) []Word {
	var list []Word
	begin, depth := -1, 0
	end := func(at int) {
		if begin >= 0 && strings.ContainsFunc(text[begin:at], isSpoken) {
			list = append(list, Word{From: begin, To: at})
		}
		begin = -1
	}
	for i, r := range text {
		switch {
		case r == '[':
			end(i)
			depth++
		case r == ']' && depth > 0:
			depth--
		case depth > 0:
		case unicode.IsSpace(r):
			end(i)
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			end(i)
			begin = i
			end(i + utf8.RuneLen(r))
		case begin < 0:
			begin = i
		}
	}
	end(len(text))
	return list
}

func isSpoken(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
