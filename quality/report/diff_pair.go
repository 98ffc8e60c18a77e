package report

import (
	"tapescript/quality/align"
	"tapescript/transcript"
)

// segmentRun is a row by the indices of its segments: [a, aEnd) and [b, bEnd).
type segmentRun struct{ a, aEnd, b, bEnd int }

// link is two segments of which words stand beside each other, and how many of
// these are equal.
type link struct {
	a, b  int
	equal int
}

// pairSegments puts segments beside each other, in the order of both.
func pairSegments(a, b []*transcript.Segment, aWords, bWords []diffWord, steps align.Alignment) []segmentRun {
	var links []link
	for _, s := range steps {
		if s.Op != align.Correct && s.Op != align.Substitution {
			continue
		}
		i, j := aWords[s.Ref].segment, bWords[s.Hyp].segment
		if n := len(links); n == 0 || links[n-1].a != i || links[n-1].b != j {
			links = append(links, link{a: i, b: j})
		}
		if s.Op == align.Correct {
			links[len(links)-1].equal++
		}
	}
	aSizes, bSizes := sizes(len(a), aWords), sizes(len(b), bWords)
	p := pairing{old: a, new: b, links: links}
	for _, l := range links {
		if p.akin(l, min(aSizes[l.a], bSizes[l.b])) {
			p.join(l)
		}
	}
	p.between(len(a), len(b))
	return p.rows
}

func sizes(segments int, words []diffWord) []int {
	list := make([]int, segments)
	for _, w := range words {
		list[w.segment]++
	}
	return list
}

// pairing builds the rows from the first to the last.
type pairing struct {
	old, new []*transcript.Segment
	links    []link
	rows     []segmentRun
}

// akin says whether two segments, of which the shorter has so many words, belong
// into one row. Less than a quarter in common is chance: "the", "and". Less than
// half, and at another time, are words that went over a border.
func (p *pairing) akin(l link, words int) bool {
	x, y := p.old[l.a], p.new[l.b]
	elsewhere := x.Timed() && y.Timed() && (x.End <= y.Start || y.End <= x.Start)
	return l.equal > 0 && 4*l.equal >= words && (2*l.equal >= words || !elsewhere)
}

// last is where the rows end that there are.
func (p *pairing) last() (a, b int) {
	if len(p.rows) == 0 {
		return 0, 0
	}
	r := p.rows[len(p.rows)-1]
	return r.aEnd, r.bEnd
}

// join puts two segments into one row: a new one, or the last where one of the
// two is in it.
func (p *pairing) join(l link) {
	a, b := p.last()
	if len(p.rows) > 0 && (l.a < a || l.b < b) {
		r := &p.rows[len(p.rows)-1]
		r.aEnd, r.bEnd = max(a, l.a+1), max(b, l.b+1)
		return
	}
	p.between(l.a, l.b)
	p.rows = append(p.rows, segmentRun{l.a, l.a + 1, l.b, l.b + 1})
}

// between makes rows of the segments up to aEnd and bEnd, which have too little
// in common: beside each other stand those that are heard together.
func (p *pairing) between(aEnd, bEnd int) {
	a, b := p.last()
	for a < aEnd || b < bEnd {
		r := segmentRun{a, a, b, b}
		switch {
		case a == aEnd:
			r.bEnd++
		case b == bEnd:
			r.aEnd++
		case p.together(a, b):
			r.aEnd++
			r.bEnd++
		case p.old[a].Timed() && p.new[b].Timed() && p.new[b].Start < p.old[a].Start:
			r.bEnd++
		default:
			r.aEnd++
		}
		a, b = r.aEnd, r.bEnd
		p.rows = append(p.rows, r)
	}
}

// together says whether two segments are heard at the same time for half of the
// shorter one; where that is not known, whether their words stand for each
// other, or neither has any.
func (p *pairing) together(a, b int) bool {
	x, y := p.old[a], p.new[b]
	if x.Timed() && y.Timed() {
		shared := min(x.End, y.End) - max(x.Start, y.Start)
		shorter := min(x.End-x.Start, y.End-y.Start)
		return 2*shared >= shorter && (shared > 0 || x.Start == y.Start)
	}
	for len(p.links) > 0 && (p.links[0].a < a || p.links[0].b < b) {
		p.links = p.links[1:]
	}
	if len(p.links) > 0 && p.links[0].a == a && p.links[0].b == b {
		return true
	}
	return x.Text == "" && y.Text == ""
}
