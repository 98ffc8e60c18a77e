package format

import (
	"time"

	"tapescript/transcript"
)

// tier is a row of segments of one speaker, none of which overlap: what
// linguists' programs have in a segment's speaker's place.
type tier struct {
	name     string // the speaker's; "" of nobody
	nth      int    // of that speaker's tiers, from 1: people talk over themselves in corrected files
	segments []tierSegment
	busy     time.Duration // until then
}

// tierSegment is a segment in its tier; one without time is where the one before began.
type tierSegment struct {
	*transcript.Segment
	start, end time.Duration
}

// layTiers puts each segment in the first tier of its speaker that is free:
// those in the order of the speakers, then what nobody is said to have spoken.
// Reading the tiers in turn gives segments that begin together in that order
// again. The times are rounded to unit, an end never to 0.
func layTiers(t *transcript.Transcript, unit time.Duration) []*tier {
	byName := make(map[string][]*tier)
	var order []string
	speaker := func(name string) {
		if byName[name] == nil {
			order = append(order, name)
			byName[name] = []*tier{{name: name, nth: 1}}
		}
	}
	names := make(map[string]string, len(t.Speakers))
	for _, s := range t.Speakers {
		names[s.ID] = oneLine(t.SpeakerName(s.ID))
		speaker(names[s.ID])
	}
	var latest time.Duration
	for _, s := range t.Segments {
		speaker(names[s.Speaker])
		place := tierSegment{s, latest, latest}
		if s.Timed() {
			place.start, place.end = round(s.Start, unit), max(round(s.End, unit), unit)
			latest = place.start
		}
		name := names[s.Speaker]
		byName[name] = putIn(byName[name], place)
	}
	var list []*tier
	for _, name := range order {
		list = append(list, byName[name]...)
	}
	return list
}

func round(d, unit time.Duration) time.Duration { return (d + unit/2) / unit * unit }

// putIn finds the first of a speaker's tiers that is free, or makes one.
func putIn(tiers []*tier, s tierSegment) []*tier {
	for _, row := range tiers {
		if row.free(s) {
			row.put(s)
			return tiers
		}
	}
	row := &tier{name: tiers[0].name, nth: len(tiers) + 1}
	row.put(s)
	return append(tiers, row)
}

// free says whether a segment fits behind those there are; two points of time
// may not fall together.
func (r *tier) free(s tierSegment) bool {
	n := len(r.segments)
	return n == 0 || r.busy <= s.start && (s.end > s.start || r.busy < s.start || r.segments[n-1].start < s.start)
}

func (r *tier) put(s tierSegment) {
	r.segments = append(r.segments, s)
	r.busy = s.end
}

// sortTiers puts segments that were read tier by tier in the order of their
// start, which says nothing about the file. Those without time stay behind the
// one that they followed in their tier, of which first has the beginnings.
func (in *input) sortTiers(first []int) {
	type placed struct {
		segment *transcript.Segment
		line    int
		key     time.Duration
	}
	list := make([]placed, len(in.segments))
	var last time.Duration
	for i, s := range in.segments {
		for len(first) > 0 && first[0] == i {
			last, first = 0, first[1:]
		}
		if s.Timed() {
			last = s.Start
		}
		list[i] = placed{s, in.lines[i], last}
	}
	list = sortRuns(list, func(a, b *placed) bool { return a.key < b.key })
	for i, p := range list {
		in.segments[i], in.lines[i] = p.segment, p.line
	}
}

// sortRuns sorts stably what consists of a few stretches that are in order, as
// tiers and speakers are: those are merged, which leaves most of it alone. The
// result may lie in another array.
func sortRuns[T any](list []T, less func(a, b *T) bool) []T {
	var ends []int // of the stretches
	for i := 1; i <= len(list); i++ {
		if i == len(list) || less(&list[i], &list[i-1]) {
			ends = append(ends, i)
		}
	}
	if len(ends) < 2 {
		return list
	}
	for other := make([]T, len(list)); len(ends) > 1; list, other = other, list {
		merged := ends[:0]
		for n, from := 0, 0; n < len(ends); n += 2 {
			half := ends[n]
			to := half
			if n+1 < len(ends) {
				to = ends[n+1]
			}
			mergeRuns(other[from:from], list[from:half], list[half:to], less)
			merged, from = append(merged, to), to
		}
		ends = merged
	}
	return list
}

// mergeRuns appends two stretches, each in order, to out, as one.
func mergeRuns[T any](out, a, b []T, less func(a, b *T) bool) {
	for len(a) > 0 && len(b) > 0 {
		if less(&b[0], &a[0]) {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	_ = append(append(out, a...), b...)
}
