package merge

import (
	"strings"
	"unicode"

	"tapescript/transcript"
)

// pairUp finds for each segment of the base the one of a version that came of
// it, and the other way round; -1 where there is none. IDs alone would not do:
// SubRip numbers its cues anew whenever one is added. So first what has the same
// times and the same text, then the same ID and much the same words, then the
// same times, then much the same words at a time that both share, then the same
// text without a time, then what overlaps by more than half.
func pairUp(base, side *transcript.Transcript) (of, back []int) {
	of, back = make([]int, len(base.Segments)), make([]int, len(side.Segments))
	for i := range of {
		of[i] = -1
	}
	for j := range back {
		back[j] = -1
	}
	rules := []func(a, b *transcript.Segment) bool{
		func(a, b *transcript.Segment) bool { return sameTime(a, b) && a.Text == b.Text },
		func(a, b *transcript.Segment) bool { return a.ID == b.ID && a.ID != "" && meet(a, b) && alike(a, b) },
		sameTime,
		func(a, b *transcript.Segment) bool { return a.Timed() && meet(a, b) && alike(a, b) },
		func(a, b *transcript.Segment) bool { return !a.Timed() && !b.Timed() && a.Text == b.Text },
		func(a, b *transcript.Segment) bool { return overlap(a, b) > 0.5 },
	}
	for _, rule := range rules {
		for i, s := range base.Segments {
			if of[i] >= 0 {
				continue
			}
			from, to := gap(of, i, len(side.Segments))
			for j := from; j < to; j++ {
				if back[j] < 0 && rule(s, side.Segments[j]) {
					of[i], back[j] = j, i
					break
				}
			}
		}
	}
	return of, back
}

// window is how far from its neighbours' partners a partner is looked for: far
// enough for what a person moves, and near enough that long transcripts that
// share nothing take no square of their length.
const window = 50

// gap is where the partner of a base segment may be: around where that of the
// one before it is.
func gap(of []int, i, count int) (from, to int) {
	near := i
	for k := i - 1; k >= max(0, i-window); k-- {
		if of[k] >= 0 {
			near = of[k] + (i - k)
			break
		}
	}
	return max(0, near-window), min(count, near+window)
}

func sameTime(a, b *transcript.Segment) bool {
	return a.Timed() && a.Start == b.Start && a.End == b.End
}

// meet says whether two segments share a moment; untimed ones always do.
func meet(a, b *transcript.Segment) bool {
	if !a.Timed() || !b.Timed() {
		return a.Timed() == b.Timed()
	}
	return a.Start < b.End && b.Start < a.End
}

// alike says whether half of the shorter text's words are in the other, whatever
// their case and punctuation.
func alike(a, b *transcript.Segment) bool {
	words := func(text string) map[string]int {
		count := map[string]int{}
		for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }) {
			count[w]++
		}
		return count
	}
	x, y := words(a.Text), words(b.Text)
	shared, inX, inY := 0, 0, 0
	for w, n := range x {
		inX += n
		shared += min(n, y[w])
	}
	for _, n := range y {
		inY += n
	}
	return 2*shared >= min(inX, inY)
}

// overlap is the share of the shorter segment that both hold.
func overlap(a, b *transcript.Segment) float64 {
	if !a.Timed() || !b.Timed() {
		return 0
	}
	shared := min(a.End, b.End) - max(a.Start, b.Start)
	shorter := min(a.End-a.Start, b.End-b.Start)
	if shared <= 0 || shorter <= 0 {
		return 0
	}
	return float64(shared) / float64(shorter)
}
