package consensus

import (
	"cmp"
	"slices"

	"tapescript/quality/align"
)

// roverSlot is a set of words with how many transcripts have each.
type roverSlot []tally

func (s roverSlot) has(token int32) bool {
	return slices.ContainsFunc(s, func(t tally) bool { return t.word == token })
}

func (s *roverSlot) add(token, count int32) {
	for i := range *s {
		if (*s)[i].word == token {
			(*s)[i].count += count
			return
		}
	}
	*s = append(*s, tally{token, count})
}

// rover combines an item as crowd-kit does: transcripts are added in the order
// of the input, a word that is in a slot costs nothing there, all else 1; no
// word beside no word costs nothing.
// https://github.com/Toloka/crowd-kit, crowdkit/aggregation/texts/rover.py
func rover(texts [][]int32) []roverSlot {
	var slots []roverSlot
	for i, text := range texts {
		if i == 0 {
			for _, w := range text {
				slots = append(slots, roverSlot{{w, 1}})
			}
			continue
		}
		slots = roverAdd(slots, text, int32(i))
	}
	return slots
}

// roverAdd aligns a text with slots that hold n transcripts already.
func roverAdd(slots []roverSlot, text []int32, n int32) []roverSlot {
	rows, width := len(text)+1, len(slots)+1
	cost, moves := make([]int, rows*width), make([]uint8, rows*width)
	for i := 1; i < rows; i++ {
		cost[i*width], moves[i*width] = i, moveLeft
	}
	for j := 1; j < width; j++ {
		cost[j], moves[j] = j, moveRight
	}
	for i := 1; i < rows; i++ {
		for j := 1; j < width; j++ {
			best, move := cost[(i-1)*width+j-1], moveBoth
			if !slots[j-1].has(text[i-1]) {
				best++
			}
			skip := cost[i*width+j-1]
			if !slots[j-1].has(null) {
				skip++
			}
			if skip < best {
				best, move = skip, moveRight
			}
			if c := cost[(i-1)*width+j] + 1; c < best {
				best, move = c, moveLeft
			}
			cost[i*width+j], moves[i*width+j] = best, move
		}
	}
	var out []roverSlot
	for i, j := rows-1, width-1; i > 0 || j > 0; {
		var s roverSlot
		switch moves[i*width+j] {
		case moveBoth:
			i, j = i-1, j-1
			s = slots[j]
			s.add(text[i], 1)
		case moveLeft:
			i--
			s = roverSlot{{null, n}, {text[i], 1}}
		default:
			j--
			s = slots[j]
			s.add(null, 1)
		}
		out = append(out, s)
	}
	slices.Reverse(out)
	return out
}

// sorted lists a slot's words, the winner first: most votes, then the longer
// word, then the later in the order of characters, as crowd-kit breaks ties.
func (b *batch) sorted(s roverSlot) roverSlot {
	s = slices.Clone(s)
	text := func(t int32) string {
		if t == null {
			return ""
		}
		return b.text(t)
	}
	length := func(t int32) int {
		if t == null {
			return 0
		}
		return len(b.words[t].letters)
	}
	slices.SortFunc(s, func(x, y tally) int {
		return cmp.Or(cmp.Compare(y.count, x.count), cmp.Compare(length(y.word), length(x.word)),
			cmp.Compare(text(y.word), text(x.word)))
	})
	return s
}

// roverItem is the vote on an item; confidence is the share of the votes.
func (b *batch) roverItem(it *item) Item {
	out := Item{ID: it.id, Transcripts: len(it.texts)}
	for _, s := range rover(it.texts) {
		s = b.sorted(s)
		var list []Alternative
		for _, v := range s {
			a := Alternative{Confidence: float64(v.count) / float64(len(it.texts))}
			if v.word != null {
				a.Text = b.text(v.word)
			}
			list = append(list, a)
		}
		out.place(list)
	}
	out.doubt = out.ExpectedErrors
	return out
}

// place adds a slot, its most likely word first, to an item.
func (out *Item) place(list []Alternative) {
	best := list[0]
	out.ExpectedErrors += 1 - best.Confidence
	for _, a := range list {
		if a.Text != "" {
			out.ExpectedWords += a.Confidence
		}
	}
	if best.Text != "" {
		out.Words = append(out.Words, Word{best.Text, best.Confidence, list[1:]})
	}
}

// distances returns the word edit distance of every two texts, a square.
func distances(texts [][]int32) []int {
	n := len(texts)
	d := make([]int, n*n)
	for i := range n {
		for j := range i {
			x := align.Distance(texts[i], texts[j])
			d[i*n+j], d[j*n+i] = x, x
		}
	}
	return d
}

// medoidItem is the transcript whose words are the fewest edits from those of
// all others. Of two as near, it is the one whose text comes first in the order
// of characters: who wrote it, or in which row, does not matter.
func (b *batch) medoidItem(it *item) Item {
	n := len(it.texts)
	d := distances(it.texts)
	best, least, words := 0, -1, 0
	for i := range n {
		sum := 0
		for j := range n {
			sum += d[i*n+j]
		}
		words += len(it.texts[i])
		if least < 0 || sum < least || sum == least && b.before(it.texts[i], it.texts[best]) {
			best, least = i, sum
		}
	}
	out := Item{ID: it.id, Transcripts: n}
	for _, w := range it.texts[best] {
		// How many have this word is not asked: the text is taken as a whole.
		share := 1.0
		if n > 1 && words > 0 {
			share = max(0, 1-float64(least)/float64(n-1)/(float64(words)/float64(n)))
		}
		out.place([]Alternative{{b.text(w), share}})
	}
	out.doubt = out.ExpectedErrors
	return out
}

func (b *batch) before(x, y []int32) bool {
	return slices.CompareFunc(x, y, func(s, t int32) int { return cmp.Compare(b.text(s), b.text(t)) }) < 0
}
