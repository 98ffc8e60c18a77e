package align

import "math/bits"

// short walks a path whose reference fits into one machine word: the whole
// matrix is recorded, a column at a time.
func (w *workspace) short(p *path) {
	w.index(p.ref)
	if cap(w.moves) < len(p.hyp) {
		w.moves = make([]moves, len(p.hyp)+64)
	}
	rec := w.moves[:len(p.hyp)]
	k := &kernels[p.costs]
	col, eq := [1]cells{k.edge}, [1]uint64{}
	for j, t := range p.hyp {
		eq[0] = w.masks[w.words.find(t)]
		if p.costs == Levenshtein {
			advanceUnit(col[:], eq[:], k.border, rec[j:])
		} else {
			advanceGain(col[:], eq[:], k.border, rec[j:])
		}
	}
	for p.i > 0 && p.j > 0 {
		p.back(&rec[p.j-1], uint(p.i-1))
	}
}

// shortDistance counts the errors of a reference of 1 to 64 tokens.
func (w *workspace) shortDistance(ref, hyp []int32) int {
	w.index(ref)
	col, eq := [1]cells{kernels[Levenshtein].edge}, [1]uint64{}
	for _, t := range hyp {
		eq[0] = w.masks[w.words.find(t)]
		advanceUnit(col[:], eq[:], kernels[Levenshtein].border, nil)
	}
	rows := uint64(1)<<len(ref) - 1 // all ones for 64: the shift gives 0
	return len(hyp) + bits.OnesCount64(col[0].a&rows) - bits.OnesCount64(col[0].b&rows)
}

// index numbers the tokens of a reference of at most 64 and makes a mask of
// the places of each; mask 0 is that of a token which is not there.
func (w *workspace) index(ref []int32) {
	w.words.reset(len(ref))
	w.masks = append(w.masks[:0], 0)
	for i, t := range ref {
		id := w.words.add(t)
		if int(id) == len(w.masks) {
			w.masks = append(w.masks, 0)
		}
		w.masks[id] |= 1 << i
	}
}
