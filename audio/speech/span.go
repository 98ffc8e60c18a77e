package speech

import (
	"sort"
	"time"
)

// Span is a stretch of a recording, from its start, End not included.
//
// Everything here that takes speech takes what [Detection.Spans] gives: spans
// in the order of time that neither touch nor overlap, between 0 and the length
// of the recording.
type Span struct{ Start, End time.Duration }

// Len is how long the span is.
func (s Span) Len() time.Duration { return s.End - s.Start }

// overlap is how long both spans last together, never negative.
func (s Span) overlap(o Span) time.Duration {
	return max(0, min(s.End, o.End)-max(s.Start, o.Start))
}

// Silence returns the silence around a position; where somebody speaks, the one
// that follows. Where speech goes on to the end of the recording, it is empty
// and lies there.
func Silence(speech []Span, length, at time.Duration) Span {
	next := sort.Search(len(speech), func(i int) bool { return speech[i].Start > at })
	quiet := Span{0, length}
	if next > 0 {
		quiet.Start = speech[next-1].End
	}
	if next < len(speech) {
		quiet.End = speech[next].Start
	}
	return quiet
}

// snapMargin is how far from speech a cut stays where the silence is longer
// than two of these: the end of a word is softer than what is detected of it.
const snapMargin = 150 * time.Millisecond

// Snap moves a cut to the nearest place in silence that is at most within away:
// into the middle of a short silence, 150 ms from speech in a longer one. A cut
// that lies well in silence already, or has none in reach, stays.
func Snap(speech []Span, length, at, within time.Duration) time.Duration {
	next := sort.Search(len(speech), func(i int) bool { return speech[i].Start > at })
	best, found := at, false
	// The silence before the speech that surrounds at, the one around or after
	// it, and the one behind the next speech, which may be short.
	for i := max(0, next-1); i <= min(next+1, len(speech)); i++ {
		place := inSilence(silenceBefore(speech, length, i), at)
		if d := (place - at).Abs(); d <= within && (!found || d < (best-at).Abs()) {
			best, found = place, true
		}
	}
	return best
}

// silenceBefore is the silence before the speech i; that of len(speech) is the
// one behind the last.
func silenceBefore(speech []Span, length time.Duration, i int) Span {
	quiet := Span{0, length}
	if i > 0 {
		quiet.Start = speech[i-1].End
	}
	if i < len(speech) {
		quiet.End = speech[i].Start
	}
	return quiet
}

// inSilence is the place in a silence, off its ends, that is nearest to at.
func inSilence(quiet Span, at time.Duration) time.Duration {
	margin := min(snapMargin, quiet.Len()/2)
	return min(max(at, quiet.Start+margin), quiet.End-margin)
}

// heardAtLeast is how much speech a segment needs to count as spoken: the
// shortest word.
const heardAtLeast = 100 * time.Millisecond

// Unspoken returns the indexes of those spans, such as segments that have text,
// in which nobody speaks: less than 100 ms of speech, or half of a span that is
// shorter than 200 ms. The spans may overlap and be in any order.
func Unspoken(speech, segments []Span) []int {
	var list []int
	for i, segment := range segments {
		heard := time.Duration(0)
		from := sort.Search(len(speech), func(k int) bool { return speech[k].End > segment.Start })
		for _, s := range speech[from:] {
			if s.Start >= segment.End {
				break
			}
			heard += s.overlap(segment)
		}
		if heard < min(heardAtLeast, segment.Len()/2) || heard == 0 {
			list = append(list, i)
		}
	}
	return list
}

// Untranscribed returns the speech, in the order of time, that lies in none of
// the spans, such as segments that have text; stretches shorter than atLeast
// are left out. The spans may overlap and be in any order.
func Untranscribed(speech, segments []Span, atLeast time.Duration) []Span {
	covered := append([]Span(nil), segments...)
	sort.Slice(covered, func(i, k int) bool { return covered[i].Start < covered[k].Start })
	var list []Span
	keep := func(s Span) {
		if s.Len() > 0 && s.Len() >= atLeast {
			list = append(list, s)
		}
	}
	next, reached := 0, time.Duration(0) // everything before reached is covered or behind us
	for _, s := range speech {
		from := max(s.Start, reached)
		for next < len(covered) && covered[next].Start < s.End {
			if c := covered[next]; c.End > from && c.End > c.Start {
				keep(Span{from, c.Start})
				from = c.End
			}
			next++
		}
		reached = from
		keep(Span{from, s.End})
	}
	return list
}
