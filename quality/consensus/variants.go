package consensus

import (
	"slices"
)

// joining is a word that others of the item wrote as two.
type joining struct {
	whole, first, second int32
	by                   []int // the transcripts that wrote it as one
}

// part writes joined words apart where somebody else did, so that the parts meet
// in the network; [item.rejoin] puts them together where most want it.
func (b *batch) part(it *item) {
	it.joinings = nil
	pairs := map[uint64][2]int32{}
	for _, text := range it.texts {
		for i := 1; i < len(text); i++ {
			x, y := &b.words[text[i-1]], &b.words[text[i]]
			pairs[x.hash*y.power+y.hash] = [2]int32{text[i-1], text[i]}
		}
	}
	for i, text := range it.texts {
		var out []int32
		for at, t := range text {
			parts, ok := pairs[b.words[t].hash]
			ok = ok && b.text(t) == b.text(parts[0])+b.text(parts[1])
			if !ok {
				if out != nil {
					out = append(out, t)
				}
				continue
			}
			if out == nil {
				out = append(make([]int32, 0, len(text)+2), text[:at]...)
			}
			out = append(out, parts[:]...)
			it.noteJoining(joining{t, parts[0], parts[1], []int{i}})
		}
		if out != nil {
			it.texts[i] = out
		}
	}
}

func (it *item) noteJoining(s joining) {
	for i := range it.joinings {
		if it.joinings[i].whole == s.whole {
			it.joinings[i].by = append(it.joinings[i].by, s.by...)
			return
		}
	}
	it.joinings = append(it.joinings, s)
}

// joined says whether two words that won side by side are to be one: where those
// that wrote them so weigh more than those that wrote them apart.
func (it *item) joined(x, y int32, theta []float64) (whole int32, ok bool) {
	for _, s := range it.joinings {
		if s.first != x || s.second != y {
			continue
		}
		together, apart := 0.0, 0.0
		for i, text := range it.texts {
			switch {
			case slices.Contains(s.by, i):
				together += theta[i]
			case hasPair(text, x, y):
				apart += theta[i]
			}
		}
		return s.whole, together > apart
	}
	return 0, false
}

func hasPair(text []int32, x, y int32) bool {
	for i := 1; i < len(text); i++ {
		if text[i-1] == x && text[i] == y {
			return true
		}
	}
	return false
}

// When a short form is taken for a long one. Mr and mister, of which each writer
// has one, would else lose to a rare third.
const (
	leastMeetings   = 3
	leastShortShare = .2
	leastLongShare  = .3
)

// abbreviations finds short forms in the batch by what they compete with: the
// same first and last letter, and at least twice as many letters.
func (b *batch) abbreviations() map[int32]int32 {
	items := make([]float64, len(b.words))
	meetings := map[uint64]int{}
	for _, it := range b.items {
		seen, met := map[int32]bool{}, map[uint64]bool{}
		for s := range it.slots {
			for _, x := range it.slots[s].candidates {
				if x == null {
					continue
				}
				seen[x] = true
				for _, y := range it.slots[s].candidates {
					if y != null && b.abbreviates(x, y) {
						met[pair(x, y)] = true
					}
				}
			}
		}
		for t := range seen {
			items[t]++
		}
		for p := range met {
			meetings[p]++
		}
	}
	long, most := map[int32]int32{}, map[int32]int{}
	for p, n := range meetings {
		x, y := int32(uint32(p>>32)), int32(uint32(p))
		if n < leastMeetings || float64(n) < leastShortShare*items[x] || float64(n) < leastLongShare*items[y] {
			continue
		}
		if n > most[x] || n == most[x] && y < long[x] {
			long[x], most[x] = y, n
		}
	}
	return long
}

func (b *batch) abbreviates(x, y int32) bool {
	s, l := b.words[x].letters, b.words[y].letters
	return len(s) >= 2 && len(l) >= 2*len(s) && s[0] == l[0] && s[len(s)-1] == l[len(l)-1]
}

// expand replaces short forms and says whether there were any.
func (it *item) expand(long map[int32]int32) bool {
	changed := false
	for i, text := range it.texts {
		for k, t := range text {
			l, short := long[t]
			if !short {
				continue
			}
			if &text[0] == &it.texts[i][0] { // the text was the input's until now
				text = slices.Clone(text)
			}
			text[k], changed = l, true
		}
		it.texts[i] = text
	}
	return changed
}
