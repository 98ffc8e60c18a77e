package consensus

import (
	"math"
	"slices"
)

// The costs of an alignment, of the alignments that were tried the best.
const (
	gapCost     = 1
	nearCost    = .6 // of two words that are almost the same
	farCost     = .8 // added as they grow unlike
	abstainCost = .5
)

// column is a slot while transcripts are being aligned.
type column struct {
	cell  []int32 // by transcript: a local word, 0 where it has none
	votes []tally // the words of the transcripts that are in
}

// tally is how many transcripts have a local word.
type tally struct {
	word  int32 // 0: none
	count int32
}

// profile is a group of transcripts that are aligned with each other.
type profile struct {
	members []int
	columns []column
}

// aligner makes the word network of an item: every transcript aligned with
// every other. It is the progressive alignment of biology: near ones first, and
// a word is compared with all words of a slot.
type aligner struct {
	comparer
	local map[int32]int32 // from token to local word
	token []int32         // and back; 0 is none
	cost  []float32       // of two local words, a square
	table []float32
	moves []uint8
	rows  [][]int32
}

// align lays out an item's transcripts in slots. The result is, by slot and
// transcript, a token or null.
func (a *aligner) align(it *item) [][]int32 {
	a.localize(it)
	groups := a.guided(it)
	slots := make([][]int32, len(groups.columns))
	for s, c := range groups.columns {
		for i, w := range c.cell {
			c.cell[i] = a.token[w]
		}
		slots[s] = c.cell
	}
	return slots
}

// localize numbers the words of an item and measures every pair.
func (a *aligner) localize(it *item) {
	if a.local == nil {
		a.local = map[int32]int32{}
	}
	clear(a.local)
	a.token, a.rows = append(a.token[:0], null), a.rows[:0]
	for _, text := range it.texts {
		row := make([]int32, len(text))
		for i, t := range text {
			l, known := a.local[t]
			if !known {
				l = int32(len(a.token))
				a.local[t] = l
				a.token = append(a.token, t)
			}
			row[i] = l
		}
		a.rows = append(a.rows, row)
	}
	n := len(a.token)
	if n > mostMeasured {
		a.cost = a.cost[:0]
		return
	}
	a.cost = slices.Grow(a.cost[:0], n*n)[:n*n]
	clear(a.cost)
	for x := 1; x < n; x++ {
		a.cost[x], a.cost[x*n] = gapCost, gapCost
		wx := &a.b.words[a.token[x]]
		a.pattern(wx)
		for y := x + 1; y < n; y++ {
			c := a.pairCost(wx, &a.b.words[a.token[y]])
			a.cost[x*n+y], a.cost[y*n+x] = c, c
		}
		a.unset(wx)
	}
}

// mostMeasured is how many different words an item may have for every pair to
// be measured beforehand; of longer ones only equality counts.
const mostMeasured = 1500

func (a *aligner) pairCost(x, y *word) float32 {
	if x.abstains || y.abstains {
		return abstainCost
	}
	return nearCost + farCost*(1-a.similarity(x, y))
}

func (a *aligner) between(x, y int32) float32 {
	switch {
	case x == y:
		return 0
	case len(a.cost) > 0:
		return a.cost[int(x)*len(a.token)+int(y)]
	case x == 0 || y == 0:
		return gapCost
	}
	return nearCost + farCost
}

// single is a profile of one transcript.
func (a *aligner) single(i, n int) profile {
	p := profile{members: []int{i}, columns: make([]column, len(a.rows[i]))}
	for s, w := range a.rows[i] {
		p.columns[s] = column{make([]int32, n), []tally{{w, 1}}}
		p.columns[s].cell[i] = w
	}
	return p
}

// guided aligns by a guide tree: always the two groups that are nearest, by the
// mean distance of their transcripts (UPGMA, as in Feng and Doolittle 1987).
func (a *aligner) guided(it *item) profile {
	n := len(it.texts)
	groups := make([]profile, n)
	for i := range groups {
		groups[i] = a.single(i, n)
	}
	d := distances(a.rows)
	for len(groups) > 1 {
		x, y, least := 0, 1, math.Inf(1)
		for i := range groups {
			for j := i + 1; j < len(groups); j++ {
				if m := apart(d, n, groups[i].members, groups[j].members); m < least {
					x, y, least = i, j, m
				}
			}
		}
		groups[x] = a.merge(groups[x], groups[y])
		groups = slices.Delete(groups, y, y+1)
	}
	return groups[0]
}

// apart is the mean distance of two groups.
func apart(d []int, n int, x, y []int) float64 {
	sum := 0
	for _, i := range x {
		for _, j := range y {
			sum += d[i*n+j]
		}
	}
	return float64(sum) / float64(len(x)*len(y))
}

const (
	moveBoth uint8 = iota
	moveLeft
	moveRight
)

// merge aligns two profiles at the least cost, each pair of words of a slot
// counting alike.
func (a *aligner) merge(p, q profile) profile {
	rows, cols := len(p.columns), len(q.columns)
	width := cols + 1
	a.table = slices.Grow(a.table[:0], 2*width)[:2*width]
	a.moves = slices.Grow(a.moves[:0], (rows+1)*width)[:(rows+1)*width]
	above, line := a.table[:width], a.table[width:]
	right := make([]float32, cols)
	for j, c := range q.columns {
		right[j] = c.filled(len(q.members))
	}
	above[0] = 0
	for j := range cols {
		above[j+1] = above[j] + right[j]
		a.moves[j+1] = moveRight
	}
	scale := 1 / float32(len(p.members)*len(q.members))
	for i := range rows {
		left := p.columns[i].filled(len(p.members))
		line[0] = above[0] + left
		moves := a.moves[(i+1)*width:][:width]
		moves[0] = moveLeft
		for j := range cols {
			best, move := above[j]+a.columnCost(p.columns[i].votes, q.columns[j].votes)*scale, moveBoth
			if c := above[j+1] + left; c < best {
				best, move = c, moveLeft
			}
			if c := line[j] + right[j]; c < best {
				best, move = c, moveRight
			}
			line[j+1], moves[j+1] = best, move
		}
		above, line = line, above
	}
	return a.join(p, q)
}

func (a *aligner) columnCost(x, y []tally) float32 {
	var sum float32
	for _, s := range x {
		for _, t := range y {
			sum += float32(s.count*t.count) * a.between(s.word, t.word)
		}
	}
	return sum
}

// filled returns the share of members that have a word in the slot.
func (c column) filled(members int) float32 {
	words := int32(0)
	for _, v := range c.votes {
		if v.word != 0 {
			words += v.count
		}
	}
	return gapCost * float32(words) / float32(members)
}

// join reads the moves backwards.
func (a *aligner) join(p, q profile) profile {
	i, j, width := len(p.columns), len(q.columns), len(q.columns)+1
	out := profile{members: append(slices.Clone(p.members), q.members...)}
	for i > 0 || j > 0 {
		var c column
		switch a.moves[i*width+j] {
		case moveBoth:
			i, j = i-1, j-1
			c = p.columns[i]
			for _, m := range q.members {
				c.cell[m] = q.columns[j].cell[m]
			}
			for _, v := range q.columns[j].votes {
				c.add(v)
			}
		case moveLeft:
			i--
			c = p.columns[i]
			c.add(tally{0, int32(len(q.members))})
		default:
			j--
			c = q.columns[j]
			c.add(tally{0, int32(len(p.members))})
		}
		out.columns = append(out.columns, c)
	}
	slices.Reverse(out.columns)
	return out
}

func (c *column) add(v tally) {
	for i := range c.votes {
		if c.votes[i].word == v.word {
			c.votes[i].count += v.count
			return
		}
	}
	c.votes = append(c.votes, v)
}
