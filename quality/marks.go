package quality

import (
	"slices"

	"tapescript/quality/align"
	"tapescript/transcript"
)

// Mark is an error at its place in a segment's text.
type Mark struct {
	Op align.Op // never Correct
	// The raw text's bytes [From, To). A deletion is a point between two words:
	// words that are missing together are one mark.
	From, To int
	// Gold is what gold has there, as it is written; "" for an insertion.
	Gold string
	// GoldSegment is the ID of the segment that Gold is in.
	GoldSegment string
}

// Marks returns the errors in a segment's text, in the order of the text. It
// returns false where the segment is not in what was scored last: the score is
// still on its way.
func (l *Live) Marks(s *transcript.Segment) ([]Mark, bool) {
	l.mu.RLock()
	place := l.places[s]
	var m *matched
	if place != nil {
		m = place.now
	}
	l.mu.RUnlock()
	if m == nil {
		return nil, false
	}
	m.once.Do(m.mark)
	return m.marks[s], true
}

// mark finds the marks of all the block's segments.
func (m *matched) mark() {
	m.marks = make(map[*transcript.Segment][]Mark, len(m.block.hyp))
	gold, hyp := m.pairing.gold, m.pairing.hyp
	for i, s := range m.steps {
		if s.Op == align.Correct || m.isFree(i) {
			continue
		}
		mark := Mark{Op: s.Op}
		if s.Op != align.Insertion {
			g, t := m.block.gold[gold[s.Ref].seg].seg, gold[s.Ref].token
			mark.Gold, mark.GoldSegment = g.Text[t.Start:t.End], g.ID
		}
		if s.Op == align.Deletion {
			m.markGap(mark, m.block.gold[gold[s.Ref].seg].seg, hyp, int(s.Hyp))
			continue
		}
		mark.From, mark.To = hyp[s.Hyp].token.Start, hyp[s.Hyp].token.End
		m.add(m.block.hyp[hyp[s.Hyp].seg].seg, mark)
	}
}

// markGap puts the mark of a missing word behind the word before it, or, where
// the next segment has begun by the time of gold's, at that one's beginning.
func (m *matched) markGap(mark Mark, gold *transcript.Segment, hyp []chosen, next int) {
	if len(m.block.hyp) == 0 {
		return // nobody has begun to write here
	}
	home, at := m.block.hyp[0], 0
	if next > 0 {
		p := hyp[next-1]
		home, at = m.block.hyp[p.seg], p.token.End
		// The last segment before the next word that has begun; those between
		// are empty.
		limit := len(m.block.hyp) - 1
		if next < len(hyp) {
			limit = hyp[next].seg
		}
		for k := p.seg + 1; k <= limit; k++ {
			if s := m.block.hyp[k].seg; s.Timed() && gold.Timed() && s.Start <= gold.Start+slack {
				home, at = m.block.hyp[k], 0
			}
		}
	}
	mark.From, mark.To = at, at
	list := m.marks[home.seg]
	if n := len(list); n > 0 && list[n-1].Op == align.Deletion && list[n-1].From == at {
		list[n-1].Gold += " " + mark.Gold
		return
	}
	m.add(home.seg, mark)
}

func (m *matched) add(s *transcript.Segment, mark Mark) {
	list := m.marks[s]
	at := len(list)
	for at > 0 && list[at-1].From > mark.From {
		at--
	}
	m.marks[s] = slices.Insert(list, at, mark)
}
