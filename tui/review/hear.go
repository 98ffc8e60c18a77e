package review

import (
	"time"

	"tapescript/audio"
	"tapescript/transcript"
)

// What is heard around an error: enough to recognise it, too little to wait for.
const (
	preRoll  = 600 * time.Millisecond
	postRoll = 400 * time.Millisecond
	roughly  = 1500 * time.Millisecond // either side of a place that is only guessed
)

// Hear is the stretch to play for a case: the words themselves where either
// side has times for them; else what lies between their neighbours; else a
// place by the length of the text within its segment, with more around it. The
// recording's length stands for a segment that has no time.
func (c *Case) Hear(length time.Duration) audio.Span {
	for _, p := range []Place{c.Draft, c.Gold} {
		if s, ok := byWords(p, true); ok {
			return within(s, length)
		}
	}
	for _, p := range []Place{c.Draft, c.Gold} {
		s, ok := byWords(p, false)
		if s, ok = c.narrowed(s, ok); ok {
			return within(s, length)
		}
	}
	said := []Place{c.Draft, c.Gold}
	if c.Draft.From == c.Draft.To { // what is missing there is heard where gold has it
		said = []Place{c.Gold, c.Draft}
	}
	for _, p := range said {
		if p.Segment != nil && p.Segment.Timed() {
			return within(byLength(p, p.Segment.Start, p.Segment.End), length)
		}
	}
	for _, p := range said {
		if p.Segment != nil {
			return within(byLength(p, 0, length), length)
		}
	}
	return audio.Span{}
}

// narrowed keeps what lies between neighbours of a gap to the time of the
// segment whose words are missing there: neighbours may be far off where much
// is missing. ok is false where nothing is left.
func (c *Case) narrowed(s audio.Span, ok bool) (audio.Span, bool) {
	said := c.Gold
	if c.Gold.From == c.Gold.To {
		said = c.Draft
	}
	if !ok || said.Segment == nil || !said.Segment.Timed() {
		return s, ok
	}
	s.Start, s.End = max(s.Start, said.Segment.Start-preRoll), min(s.End, said.Segment.End+postRoll)
	return s, s.End > s.Start+preRoll
}

// at is when the case is heard, roughly: the middle of what is played but for
// what is played before and after it.
func (c *Case) at(length time.Duration) time.Duration {
	s := c.Hear(length)
	return s.Start + min(preRoll, (s.End-s.Start)/2)
}

func within(s audio.Span, length time.Duration) audio.Span {
	s.Start = max(s.Start, 0)
	if length > 0 {
		s.End = min(s.End, length)
	}
	return s
}

// byWords goes by the times of the words at a place, or of those beside it.
func byWords(p Place, exact bool) (audio.Span, bool) {
	if p.Segment == nil {
		return audio.Span{}, false
	}
	var before, first, last, next *transcript.Word
	for i := range p.Segment.Words {
		w := &p.Segment.Words[i]
		switch {
		case !w.Timed():
		case w.To <= p.From:
			before = w
		case w.From >= p.To:
			if next == nil {
				next = w
			}
		default:
			if first == nil {
				first = w
			}
			last = w
		}
	}
	if first != nil {
		return audio.Span{Start: first.Start - preRoll, End: last.End + postRoll}, true
	}
	if exact || before == nil && next == nil {
		return audio.Span{}, false
	}
	out := audio.Span{Start: p.Segment.Start, End: p.Segment.End}
	if before != nil {
		out.Start = before.Start - preRoll
	}
	if next != nil {
		out.End = next.End + postRoll
	}
	if out.End <= out.Start { // a segment without a time, with words on one side
		out.End = out.Start + 2*roughly
	}
	return out, true
}

// byLength takes as many characters to take as much time everywhere.
func byLength(p Place, start, end time.Duration) audio.Span {
	n := float64(max(len(p.Segment.Text), 1))
	at := func(offset int) time.Duration {
		return start + time.Duration(float64(end-start)*float64(offset)/n)
	}
	// The longer the segment, the farther off the guess may be.
	margin := roughly + (end-start)/12
	return audio.Span{Start: max(start-preRoll, at(p.From)-margin), End: min(end+postRoll, at(p.To)+margin)}
}
