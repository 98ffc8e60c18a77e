package align

import "math/bits"

// short puts the operations of a pair whose reference fits into one machine
// word behind dst: the whole matrix is recorded, a column at a time, and walked
// back. It takes most of the time of a table of utterances, so it does by itself
// what trace and path do for all lengths, and writes the steps from the end of
// their room to its beginning.
func (w *workspace) short(dst Alignment, ref, hyp []int32, c Costs) Alignment {
	start, most := len(dst), len(ref)+len(hyp)
	if room := start + most; room > cap(dst) {
		dst = append(make(Alignment, 0, room+room/4), dst...)
	}
	out := dst[start : start+most]
	ref, hyp, same := cutSuffix(ref, hyp)
	at := most
	for k := same - 1; k >= 0; k-- {
		at--
		out[at] = Step{Correct, int32(len(ref) + k), int32(len(hyp) + k)}
	}
	rest := out[:at]
	if len(ref) > 0 && len(hyp) > 0 {
		if len(w.moves) < len(hyp) {
			w.moves = make([]moves, len(hyp)+64)
		}
		rec := w.moves[:len(hyp)]
		if c == Levenshtein {
			w.recordUnit(ref, hyp, rec)
			rest = walkUnit(rest, ref, hyp, rec)
		} else {
			w.recordGain(ref, hyp, rec)
			rest = walkGain(rest, ref, hyp, rec)
		}
	} else {
		rest = border(rest, len(ref), len(hyp))
	}
	copy(out, out[len(rest):])
	return dst[:start+most-len(rest)]
}

// border puts what is left of one side at the end of out and returns the room
// before it.
func border(out []Step, i, j int) []Step {
	at := len(out)
	for ; i > 0; i-- {
		at--
		out[at] = Step{Deletion, int32(i) - 1, int32(j)}
	}
	for ; j > 0; j-- {
		at--
		out[at] = Step{Insertion, 0, int32(j) - 1}
	}
	return out[:at]
}

// walkUnit walks a matrix of Levenshtein's costs back, as path.back says, and
// returns the room left before the first step.
func walkUnit(out []Step, ref, hyp []int32, rec []moves) []Step {
	i, j, at, last := len(ref), len(hyp), len(out), Correct
	for i > 0 && j > 0 {
		m, bit := &rec[j-1], uint(i-1)&63
		at--
		switch {
		case last == Deletion && m.del>>bit&1 != 0:
			i--
		case last == Insertion && m.ins>>bit&1 != 0:
			j--
		case ref[i-1] == hyp[j-1]:
			last = Correct
			i--
			j--
		case m.sub>>bit&1 != 0:
			last = Substitution
			i--
			j--
		case m.del>>bit&1 != 0:
			last = Deletion
			i--
		default:
			last = Insertion
			j--
		}
		out[at] = Step{last, int32(i), int32(j)}
	}
	return border(out[:at], i, j)
}

// walkGain is walkUnit for SCLite's costs.
func walkGain(out []Step, ref, hyp []int32, rec []moves) []Step {
	i, j, at := len(ref), len(hyp), len(out)
	for i > 0 && j > 0 {
		m, bit := &rec[j-1], uint(i-1)&63
		at--
		op := Deletion
		switch {
		case ref[i-1] == hyp[j-1]:
			op = Correct
			i--
			j--
		case m.sub>>bit&1 != 0:
			op = Substitution
			i--
			j--
		case m.ins>>bit&1 != 0:
			op = Insertion
			j--
		default:
			i--
		}
		out[at] = Step{op, int32(i), int32(j)}
	}
	return border(out[:at], i, j)
}

// recordUnit is advanceUnit for one word of cells and columns without end.
func (w *workspace) recordUnit(ref, hyp []int32, rec []moves) {
	w.index(ref)
	table := w.table
	c := kernels[Levenshtein].edge
	rec = rec[:len(hyp)]
	for j, t := range hyp {
		var eq uint64
		if uint32(t) < uint32(len(table)) {
			eq = table[t]
		} else if w.far {
			eq = w.masks[w.words.find(t)]
		}
		d0, hp, hn := unitDifferences(c, eq)
		hp1 := hp<<1 | 1
		c = cells{a: hn<<1 | ^(d0 | hp1), b: hp1 & d0}
		rec[j] = moves{sub: ^d0, del: c.a, ins: hp}
	}
	w.forget(ref)
}

// recordGain is recordUnit for SCLite's costs.
func (w *workspace) recordGain(ref, hyp []int32, rec []moves) {
	w.index(ref)
	col, eq := [1]cells{}, [1]uint64{}
	for j, t := range hyp {
		eq[0] = w.places(t)
		advanceGain(col[:], eq[:], kernels[SCLite].border, rec[j:])
	}
	w.forget(ref)
}

// shortDistance counts the errors of a reference of 1 to 64 tokens.
func (w *workspace) shortDistance(ref, hyp []int32) int {
	w.index(ref)
	col, eq := [1]cells{kernels[Levenshtein].edge}, [1]uint64{}
	for _, t := range hyp {
		eq[0] = w.places(t)
		advanceUnit(col[:], eq[:], kernels[Levenshtein].border, nil)
	}
	w.forget(ref)
	rows := uint64(1)<<len(ref) - 1 // all ones for 64: the shift gives 0
	return len(hyp) + bits.OnesCount64(col[0].a&rows) - bits.OnesCount64(col[0].b&rows)
}

// mostWhole is the length up to which a distance is counted over the whole
// matrix: the letters of an utterance. A band, and the seeds that it is made by,
// would take longer.
const mostWhole = 512

// wholeDistance counts the errors of a reference of 65 to mostWhole tokens.
func (w *workspace) wholeDistance(ref, hyp []int32) int {
	blocks := (len(ref) + 63) / 64
	w.words.reset(len(ref))
	w.masks = append(w.masks[:0], make([]uint64, blocks)...) // of tokens that are not there
	for i, t := range ref {
		at := int(w.words.add(t)) * blocks
		if at == len(w.masks) {
			w.masks = append(w.masks, make([]uint64, blocks)...)
		}
		w.masks[at+i/64] |= 1 << (i % 64)
	}
	if len(w.column) < blocks {
		w.column = make([]cells, mostWhole/64)
	}
	column := w.column[:blocks]
	for k := range column {
		column[k] = kernels[Levenshtein].edge
	}
	for _, t := range hyp {
		at := int(w.words.find(t)) * blocks
		advanceUnit(column, w.masks[at:at+blocks], kernels[Levenshtein].border, nil)
	}
	errors := len(hyp)
	for k, c := range column {
		rows := ^uint64(0)
		if k == blocks-1 && len(ref)%64 != 0 {
			rows = 1<<(len(ref)%64) - 1
		}
		errors += bits.OnesCount64(c.a&rows) - bits.OnesCount64(c.b&rows)
	}
	return errors
}

// mostDirect is the number of tokens whose places are looked up without a hash:
// the vocabulary of a large batch, in half a megabyte.
const mostDirect = 1 << 16

// index makes a mask of the places of each token of a reference of at most 64.
// Those of the tokens below mostDirect are in table, which is all zero again
// after forget; the others have numbers, of which 0 is that of a token which is
// not there.
func (w *workspace) index(ref []int32) {
	w.far = false
	for i, t := range ref {
		switch {
		case uint32(t) < uint32(len(w.table)):
			w.table[t] |= 1 << i
		case uint32(t) < mostDirect:
			w.table = append(w.table, make([]uint64, max(1024, int(t)+1-len(w.table)))...)
			w.table[t] |= 1 << i
		default:
			w.indexFar(i, t, len(ref))
		}
	}
}

func (w *workspace) indexFar(i int, token int32, most int) {
	if !w.far {
		w.far = true
		w.words.reset(most)
		w.masks = append(w.masks[:0], 0)
	}
	id := w.words.add(token)
	if int(id) == len(w.masks) {
		w.masks = append(w.masks, 0)
	}
	w.masks[id] |= 1 << i
}

// places returns the mask of a token.
func (w *workspace) places(token int32) uint64 {
	if uint32(token) < uint32(len(w.table)) {
		return w.table[token]
	}
	if w.far {
		return w.masks[w.words.find(token)]
	}
	return 0
}

// forget takes back what index has put into table.
func (w *workspace) forget(ref []int32) {
	for _, t := range ref {
		if uint32(t) < uint32(len(w.table)) {
			w.table[t] = 0
		}
	}
}
