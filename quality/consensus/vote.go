package consensus

import (
	"cmp"
	"math"
	"slices"
)

// lattice aligns the transcripts of every item.
func (b *batch) lattice() {
	b.each(func(a *aligner, i int) {
		b.part(b.items[i])
		b.lay(b.items[i], a.align(b.items[i]))
	})
	long := b.abbreviations()
	if len(long) == 0 {
		return
	}
	b.each(func(a *aligner, i int) {
		if b.items[i].expand(long) {
			b.lay(b.items[i], a.align(b.items[i]))
		}
	})
}

// passes is how often posteriors are found from what the ones before tell.
var passes = 2

// vote finds the posteriors of all slots.
func (b *batch) vote(w *features) *ledger {
	l := b.estimate()
	for range passes {
		s := &scorer{b, l, b.statistics()}
		s.score(w)
		l = b.tally()
	}
	return l
}

// score sets all posteriors at once.
func (s *scorer) score(w *features) {
	next := make([][]float64, len(s.items))
	s.each(func(a *aligner, i int) {
		c := s.context(i)
		for k := range c.it.slots {
			sl := &c.it.slots[k]
			if len(sl.candidates) == 1 {
				next[i] = append(next[i], 1)
				continue
			}
			from := len(next[i])
			for _, f := range s.evidence(a, c, k) {
				next[i] = append(next[i], f.dot(w))
			}
			softmax(next[i][from:])
		}
	})
	for i, it := range s.items {
		at := 0
		for k := range it.slots {
			at += copy(it.slots[k].posterior, next[i][at:])
		}
	}
}

// hidden is how likely nobody wrote what is right in a slot: at times all mishear
// alike. That is likelier where they are fewer, err more and doubt more.
func hidden(meanError, top float64, transcripts int) float64 {
	if transcripts == 1 { // one alone is as sure as its worker
		return meanError
	}
	return min(.9, hiddenAlways+(hiddenErrors*meanError+hiddenDoubt*(1-top))/float64(transcripts))
}

// meanError is the mean error rate of those that wrote an item.
func (t trust) meanError() float64 {
	sum := 0.0
	for _, theta := range t.theta {
		sum += 1 / (1 + math.Exp(theta))
	}
	return sum / float64(max(len(t.theta), 1))
}

// result reads the consensus of an item from its posteriors.
func (b *batch) result(l *ledger, i int) Item {
	it := b.items[i]
	out := Item{ID: it.id, Transcripts: len(it.texts)}
	trusted := l.trusts(it, i)
	meanError := trusted.meanError()
	last := null
	for s := range it.slots {
		sl := &it.slots[s]
		list := make([]Alternative, len(sl.candidates))
		nobody := hidden(meanError, sl.posterior[sl.best()], len(it.texts))
		for c, t := range sl.candidates {
			list[c].Confidence = sl.posterior[c] * (1 - nobody)
			if t != null {
				list[c].Text = b.text(t)
			}
		}
		slices.SortStableFunc(list, func(x, y Alternative) int { return cmp.Compare(y.Confidence, x.Confidence) })
		out.place(list)
		out.ExpectedWords += nobody
		out.doubt += 1 - sl.posterior[sl.best()]
		w := sl.winner()
		if w == null {
			continue
		}
		if whole, ok := it.joined(last, w, trusted.theta); ok && last != null {
			out.join(b.text(whole))
			w = null
		}
		last = w
	}
	return out
}

// join makes one word of the last two. It is as sure as the less sure of them.
func (it *Item) join(whole string) {
	n := len(it.Words)
	x, y := it.Words[n-2], it.Words[n-1]
	it.Words = append(it.Words[:n-2], Word{
		Text: whole, Confidence: min(x.Confidence, y.Confidence),
		Alternatives: []Alternative{{x.Text + " " + y.Text, 1 - min(x.Confidence, y.Confidence)}},
	})
}
