// Package merge makes one transcript of two that were changed apart from each
// other, given the one that both began from.
//
//	r := merge.Transcripts(base, ours, theirs)
//	if len(r.Conflicts) > 0 { … r.Merged against r.Theirs … }
//
// Segments are paired by their times and IDs, and merged field by field: what
// one side changed is taken, and where both changed a text, word by word (the
// method of diff3, Khanna, Kunal and Pierce 2007). What cannot be merged so is a
// [Conflict]: ours stays in the merged transcript, and a second one, alike but
// there, holds theirs, so that a review of the two asks about the conflicts
// alone.
package merge

import (
	"maps"
	"slices"
	"time"

	"tapescript/transcript"
)

// Code says what both sides changed.
type Code string

// What can be in conflict.
const (
	Text    Code = "text"    // both changed the same words
	Times   Code = "times"   // both moved the segment
	Speaker Code = "speaker" // both named another speaker, or channel
	Deleted Code = "deleted" // one side took the segment out, the other changed it
	Added   Code = "added"   // both put a segment in the same place
)

// Conflict is a place where a person has to decide.
type Conflict struct {
	Code    Code
	Segment string        // its ID in the merged transcript; in theirs where ours deleted it
	Start   time.Duration // 0 where it has no time
	Ours    string        // the texts; "" where there is no segment
	Theirs  string
}

// Result is what came of a merge.
type Result struct {
	Merged    *transcript.Transcript // with ours where there is a conflict
	Theirs    *transcript.Transcript // the same with theirs
	Conflicts []Conflict
}

// pairOf is one segment of the result: as it is merged, and with theirs in the
// conflicts; nil where it is not there.
type pairOf struct{ merged, theirs *transcript.Segment }

// merger is one merge.
type merger struct {
	base, ours, theirs *transcript.Transcript
	ofOurs, ofTheirs   []int // by segment of the base: its place on a side, or -1
	baseOfOurs         []int // the other way round
	baseOfTheirs       []int
	result             Result
}

// Transcripts merges two versions of base. None of the three is changed.
func Transcripts(base, ours, theirs *transcript.Transcript) Result {
	m := &merger{base: base, ours: ours, theirs: theirs}
	m.ofOurs, m.baseOfOurs = pairUp(base, ours)
	m.ofTheirs, m.baseOfTheirs = pairUp(base, theirs)
	merged := m.head()
	pairs := m.inOrder()
	second := merged
	for _, p := range pairs {
		merged.Segments = appendCopy(merged.Segments, p.merged)
		second.Segments = appendCopy(second.Segments, p.theirs)
	}
	for _, t := range []*transcript.Transcript{&merged, &second} {
		t.SortSegments()
		t.AssignIDs()
	}
	m.result.Merged, m.result.Theirs = &merged, &second
	return m.result
}

// appendCopy: IDs may be given anew, and no version's segments may change.
func appendCopy(list []*transcript.Segment, s *transcript.Segment) []*transcript.Segment {
	if s == nil {
		return list
	}
	c := *s
	return append(list, &c)
}

// head is the result without its segments.
func (m *merger) head() transcript.Transcript {
	t := *m.ours
	t.Segments = nil
	t.Language = three(m.base.Language, m.ours.Language, m.theirs.Language)
	t.Style = three(m.base.Style, m.ours.Style, m.theirs.Style)
	if m.ours.Media == m.base.Media {
		t.Media = m.theirs.Media
	}
	t.Extras = extras(m.base.Extras, m.ours.Extras, m.theirs.Extras)
	t.Speakers = slices.Clone(m.ours.Speakers)
	for _, s := range m.theirs.Speakers {
		at := slices.IndexFunc(t.Speakers, func(o transcript.Speaker) bool { return o.ID == s.ID })
		switch {
		case at < 0:
			t.Speakers = append(t.Speakers, s)
		case t.Speakers[at].Name == m.base.SpeakerName(s.ID):
			t.Speakers[at].Name = s.Name
		}
	}
	return t
}

// three is the usual rule: what one side changed is taken, ours where both did.
func three[T comparable](base, ours, theirs T) T {
	if ours == base {
		return theirs
	}
	return ours
}

func extras(base, ours, theirs transcript.Extras) transcript.Extras {
	out := maps.Clone(ours)
	for name, value := range theirs {
		old, was := base[name]
		mine, is := ours[name]
		if is == was && mine == old && (!was || value != old) {
			if out == nil {
				out = transcript.Extras{}
			}
			out[name] = value
		}
	}
	for name, old := range base {
		if _, kept := theirs[name]; !kept && ours[name] == old {
			delete(out, name)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// inOrder goes through ours, with what theirs added behind the segment that it
// follows there.
func (m *merger) inOrder() []pairOf {
	added := map[int][]pairOf{} // by the place in ours that they follow; -1 the begin
	taken := map[int]bool{}     // what ours added and theirs, too
	after := -1
	for j, s := range m.theirs.Segments {
		b := m.baseOfTheirs[j]
		if b >= 0 {
			if at := m.ofOurs[b]; at >= 0 {
				after = at
			} else if p, ok := m.goneFromOurs(b, s); ok {
				added[after] = append(added[after], p)
			}
			continue
		}
		if p, at, met := m.bothAdded(s); met {
			taken[at] = true
			added[at] = append([]pairOf{p}, added[at]...)
			continue
		}
		added[after] = append(added[after], pairOf{s, s})
	}
	list := added[-1]
	for i, s := range m.ours.Segments {
		switch b := m.baseOfOurs[i]; {
		case b >= 0:
			if p, ok := m.both(b, s); ok {
				list = append(list, p)
			}
		case !taken[i]:
			list = append(list, pairOf{s, s})
		}
		list = append(list, added[i]...)
	}
	return list
}

func (m *merger) conflict(code Code, ours, theirs *transcript.Segment) {
	c := Conflict{Code: code}
	for _, s := range []*transcript.Segment{theirs, ours} {
		if s != nil {
			c.Segment, c.Start = s.ID, s.Start
		}
	}
	if ours != nil {
		c.Ours = ours.Text
	}
	if theirs != nil {
		c.Theirs = theirs.Text
	}
	m.result.Conflicts = append(m.result.Conflicts, c)
}

// goneFromOurs is a segment of theirs that ours took out.
func (m *merger) goneFromOurs(b int, theirs *transcript.Segment) (pairOf, bool) {
	if same(m.base.Segments[b], theirs) {
		return pairOf{}, false
	}
	m.conflict(Deleted, nil, theirs)
	return pairOf{nil, theirs}, true
}

// bothAdded looks for what ours added in the same place.
func (m *merger) bothAdded(theirs *transcript.Segment) (pairOf, int, bool) {
	for i, ours := range m.ours.Segments {
		if m.baseOfOurs[i] >= 0 {
			continue
		}
		if same(ours, theirs) {
			return pairOf{ours, ours}, i, true
		}
		if overlap(ours, theirs) > 0.5 && ours.Speaker == theirs.Speaker {
			m.conflict(Added, ours, theirs)
			return pairOf{ours, theirs}, i, true
		}
	}
	return pairOf{}, 0, false
}

// both merges a segment that ours still has.
func (m *merger) both(b int, ours *transcript.Segment) (pairOf, bool) {
	base := m.base.Segments[b]
	at := m.ofTheirs[b]
	if at < 0 {
		if same(base, ours) {
			return pairOf{}, false
		}
		m.conflict(Deleted, ours, nil)
		return pairOf{ours, nil}, true
	}
	theirs := m.theirs.Segments[at]
	if same(ours, theirs) || same(base, theirs) {
		return pairOf{ours, ours}, true
	}
	if same(base, ours) {
		out := *theirs
		out.ID = ours.ID
		return pairOf{&out, &out}, true
	}
	return m.fields(base, ours, theirs), true
}

// fields merges a segment that both changed.
func (m *merger) fields(base, ours, theirs *transcript.Segment) pairOf {
	merged, clear := words(base, ours, theirs)
	second := merged
	if !clear {
		m.conflict(Text, ours, theirs)
		second.Text, second.Words = theirs.Text, theirs.Words
	}
	place := func(s *transcript.Segment) [2]time.Duration { return [2]time.Duration{s.Start, s.End} }
	who := func(s *transcript.Segment) any { return [2]any{s.Speaker, s.Channel} }
	times := three(place(base), place(ours), place(theirs))
	merged.Start, merged.End = times[0], times[1]
	second.Start, second.End = times[0], times[1]
	if place(ours) != place(base) && place(theirs) != place(base) && place(ours) != place(theirs) {
		m.conflict(Times, ours, theirs)
		second.Start, second.End = theirs.Start, theirs.End
	}
	if who(ours) == who(base) {
		merged.Speaker, merged.Channel = theirs.Speaker, theirs.Channel
	}
	second.Speaker, second.Channel = merged.Speaker, merged.Channel
	if who(ours) != who(base) && who(theirs) != who(base) && who(ours) != who(theirs) {
		m.conflict(Speaker, ours, theirs)
		second.Speaker, second.Channel = theirs.Speaker, theirs.Channel
	}
	merged.Extras = extras(base.Extras, ours.Extras, theirs.Extras)
	second.Extras = merged.Extras
	return pairOf{&merged, &second}
}

// same compares what people see of a segment, and the times of its words.
func same(a, b *transcript.Segment) bool {
	return a.Text == b.Text && a.Start == b.Start && a.End == b.End && a.Speaker == b.Speaker && a.Channel == b.Channel &&
		slices.Equal(a.Words, b.Words) && maps.Equal(a.Extras, b.Extras)
}
