package warp

import (
	"context"
	"math"
	"time"
)

// way says of each frame of the recording which frame of the score it is;
// -1-f for a rest before frame f.
type way struct {
	frame []int32
	cost  []float32
}

const (
	// mostCells bounds the table of one search: where there would be more, a
	// coarser search first says where to look (Salvador and Chan 2007).
	mostCells = 1 << 20
	coarser   = 4
	// around is how far, in coarser frames, the finer search looks on both sides.
	around = 12
)

// The price of going otherwise than frame by frame: to stay on a frame of the
// score, and to leave one out.
const (
	stayCost  = 0.12
	skipCost  = 0.35
	mostSteps = 5 // states in one frame of the recording
)

// search finds the way at a coarseness.
func search(ctx context.Context, h *heard, s *score, factor int) (*way, error) {
	states, sound := s.states(factor)
	t := &table{heard: h, states: states, sound: sound}
	if cells := h.count() * len(states); cells <= mostCells || h.count() <= 4*around {
		t.band = whole(h.count(), len(states))
	} else {
		rough, err := search(ctx, h.coarse(coarser), s, factor*coarser)
		if err != nil {
			return nil, err
		}
		t.band = bandAround(rough, h.count(), states)
	}
	return t.solve(ctx)
}

// limits are the states that a frame of the recording may be.
type limits struct{ from, to int32 }

func whole(frames, states int) []limits {
	band := make([]limits, frames)
	for i := range band {
		band[i] = limits{0, int32(states)}
	}
	return band
}

// bandAround lets the finer search look beside the rougher way alone.
func bandAround(rough *way, frames int, states []state) []limits {
	first := make([]int32, 0, len(states)) // the first state of each frame of the score
	for i, st := range states {
		for len(first) <= int(st.frame) {
			first = append(first, int32(i))
		}
	}
	at := func(frame int) int32 {
		if frame <= 0 {
			return 0
		}
		if frame >= len(first) {
			return int32(len(states))
		}
		return first[frame]
	}
	band := make([]limits, frames)
	for i := range band {
		here := i / coarser
		low, high := rough.at(max(0, here-around)), rough.at(min(len(rough.frame)-1, here+around))
		band[i] = limits{at((low - around) * coarser), at((high + around + 1) * coarser)}
		if i > 0 {
			band[i].from = max(band[i].from, band[i-1].from)
			band[i].to = max(band[i].to, band[i-1].to)
		}
	}
	band[0].from = 0
	band[frames-1].to = int32(len(states))
	return band
}

func (w *way) at(i int) int {
	if f := int(w.frame[i]); f >= 0 {
		return f
	}
	return -1 - int(w.frame[i])
}

// table is the search: time runs over the recording, and each of its frames is
// one state; a state is kept, or left for one of the next few.
type table struct {
	heard  *heard
	states []state
	sound  []vector
	band   []limits
}

const never = float32(math.MaxFloat32)

// solve fills the table and walks back.
func (t *table) solve(ctx context.Context) (*way, error) {
	frames := t.heard.count()
	steps := make([][]uint8, frames)
	before, now := make([]float32, len(t.states)), make([]float32, len(t.states))
	for i := range before {
		before[i], now[i] = never, never
	}
	skipped := t.soundsBefore()
	for i := range frames {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		b := t.band[i]
		steps[i] = make([]uint8, b.to-b.from)
		for j := b.from; j < b.to; j++ {
			best, step := never, uint8(0)
			if i == 0 {
				if j <= 1 {
					best = 0
				}
			} else {
				best, step = t.enter(before, t.band[i-1], j, skipped)
			}
			if best < never {
				best += t.local(i, j)
			}
			now[j], steps[i][j-b.from] = best, step
		}
		before, now = now, before
	}
	return t.walk(before, steps), nil
}

// soundsBefore counts the states that are no rests before each.
func (t *table) soundsBefore() []int32 {
	n := make([]int32, len(t.states)+1)
	for j, st := range t.states {
		n[j+1] = n[j]
		if !st.rest {
			n[j+1]++
		}
	}
	return n
}

// enter is the cheapest way into state j from the frame before.
func (t *table) enter(before []float32, b limits, j int32, sounds []int32) (best float32, step uint8) {
	best = never
	for k := int32(0); k <= mostSteps; k++ {
		from := j - k
		if from < b.from {
			break
		}
		if from >= b.to || before[from] == never {
			continue
		}
		cost := before[from]
		switch {
		case k > 1:
			cost += skipCost * float32(sounds[j]-sounds[from+1])
		case k == 0 && !t.states[j].rest:
			cost += stayCost
		}
		if cost < best {
			best, step = cost, uint8(k)
		}
	}
	return best, step
}

func (t *table) local(i int, j int32) float32 {
	if st := t.states[j]; !st.rest {
		return distance(&t.heard.frames[i], &t.sound[st.frame])
	}
	return t.heard.rest[i]
}

// walk goes back from the cheapest of the last states.
func (t *table) walk(last []float32, steps [][]uint8) *way {
	frames := len(steps)
	end := t.band[frames-1].to - 1
	for j := end; j >= t.band[frames-1].from && j >= end-1; j-- {
		if last[j] < last[end] {
			end = j
		}
	}
	if last[end] == never { // the band leads nowhere: the furthest that was reached
		for j := t.band[frames-1].from; j < t.band[frames-1].to; j++ {
			if last[j] < never {
				end = j
			}
		}
	}
	w := &way{frame: make([]int32, frames), cost: make([]float32, frames)}
	for i, j := frames-1, end; i >= 0; i-- {
		st := t.states[j]
		w.frame[i], w.cost[i] = st.frame, t.local(i, j)
		if st.rest {
			w.frame[i] = -1 - st.frame
		}
		j -= int32(steps[i][j-t.band[i].from])
	}
	return w
}

// leastConfidence is of a word that was not heard at all.
const leastConfidence = 0.05

// places reads the words' times off the way, which begins at a time.
func places(w *way, s *score, span Span) []Placed {
	list := make([]Placed, s.words)
	first, last := make([]int, s.words), make([]int, s.words)
	cost := make([]float64, s.words)
	for i := range first {
		first[i] = -1
	}
	for i, f := range w.frame {
		if f < 0 {
			continue
		}
		word := s.word(int(f))
		if first[word] < 0 {
			first[word] = i
		}
		last[word] = i
		cost[word] += float64(w.cost[i])
	}
	at := span.Start // the end of the word before
	for i := range list {
		if first[i] < 0 {
			list[i] = Placed{at, at, leastConfidence}
			continue
		}
		begin, end := span.Start+edge(first[i]), span.Start+edge(last[i]+1)
		mean := cost[i] / float64(last[i]+1-first[i])
		list[i] = Placed{min(span.End, max(at, begin)), min(span.End, max(at, end)), believe(mean)}
		at = list[i].End
	}
	widen(list, span.End)
	return list
}

// edge is the border before a frame, which is centred on its time.
func edge(frame int) time.Duration {
	return max(0, time.Duration(frame)*hopTime-hopTime/2)
}

// widen gives words that were passed over a little time, from their neighbours.
func widen(list []Placed, length time.Duration) {
	const little = 20 * time.Millisecond
	for i := range list {
		if list[i].End > list[i].Start {
			continue
		}
		next := length
		if i+1 < len(list) {
			next = list[i+1].Start
		}
		if next > list[i].Start { // there is room behind
			list[i].End = min(next, list[i].Start+little)
			continue
		}
		if i > 0 && list[i-1].End-list[i-1].Start > 2*little { // from the word before
			list[i].Start -= little
			list[i-1].End = list[i].Start
		}
	}
}

// believe is how far to believe a word whose frames lie so far from the score's,
// fitted on read speech of known words, clean, in noise, and with a wrong text.
func believe(distance float64) float64 {
	const half, slope = 0.85, 6
	return max(leastConfidence, min(0.98, 1/(1+math.Exp(slope*(distance-half)))))
}
