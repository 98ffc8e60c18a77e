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
	if p.costs == Levenshtein {
		w.recordUnit(p.hyp, rec)
	} else {
		col, eq := [1]cells{}, [1]uint64{}
		for j, t := range p.hyp {
			eq[0] = w.masks[w.words.find(t)]
			advanceGain(col[:], eq[:], kernels[SCLite].border, rec[j:])
		}
	}
	for p.i > 0 && p.j > 0 {
		p.back(&rec[p.j-1], uint(p.i-1))
	}
}

// recordUnit is advanceUnit for one word of cells and columns without end. It
// takes most of the time of a table of short utterances.
func (w *workspace) recordUnit(hyp []int32, rec []moves) {
	c := kernels[Levenshtein].edge
	rec = rec[:len(hyp)]
	for j, t := range hyp {
		d0, hp, hn := unitDifferences(c, w.masks[w.words.find(t)])
		hp1 := hp<<1 | 1
		c = cells{a: hn<<1 | ^(d0 | hp1), b: hp1 & d0}
		rec[j] = moves{sub: ^d0, del: c.a, ins: hp}
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
