package align

// moves says, for 64 places of one column of the matrix, which steps back lie
// on a cheapest path to that place. Whether two equal tokens do needs no bit:
// they always do.
type moves struct {
	sub, del, ins uint64
}

// path is walked from the end of both sequences to their beginning. i and j
// count the tokens not yet explained.
type path struct {
	dst      Alignment
	ref, hyp []int32
	costs    Costs
	i, j     int
	last     Op // of the step just taken
}

// back takes one step, by the rules of the package comment. bit selects the
// place within m.
func (p *path) back(m *moves, bit uint) {
	equal := p.ref[p.i-1] == p.hyp[p.j-1]
	sub, del, ins := m.sub>>bit&1 != 0, m.del>>bit&1 != 0, m.ins>>bit&1 != 0
	op := Insertion
	switch {
	case p.costs == Levenshtein && p.last == Deletion && del:
		op = Deletion
	case p.costs == Levenshtein && p.last == Insertion && ins:
	case equal:
		op = Correct
	case sub:
		op = Substitution
	case p.costs == SCLite && ins:
	case del:
		op = Deletion
	}
	p.take(op)
}

func (p *path) take(op Op) {
	if op != Insertion {
		p.i--
	}
	if op != Deletion {
		p.j--
	}
	p.last = op
	p.dst = append(p.dst, Step{op, int32(p.i), int32(p.j)})
}

// rest explains what is left where one sequence is used up.
func (p *path) rest() {
	for p.i > 0 {
		p.take(Deletion)
	}
	for p.j > 0 {
		p.take(Insertion)
	}
}
