package align

import "slices"

// place is where the walk back stands: at two arcs, with the rows of the stage
// of the reference's arc at hand.
type place[T price] struct {
	*mesh[T]
	ref, hyp int32
	last     Op
	out      Alignment
}

// trace walks back from two last arcs.
func (m *mesh[T]) trace(ref, hyp int32) Alignment {
	p := place[T]{mesh: m, ref: ref, hyp: hyp}
	p.out = make(Alignment, 0, max(len(m.ref.arcs), len(m.hyp.arcs))+4)
	at := len(m.stages) - 1
	if !m.whole {
		m.enter(m.stages[at])
	}
	for p.ref > 0 || p.hyp > 0 {
		for int(p.ref) < m.stages[at].first {
			at--
			if int(p.ref) >= m.stages[at].first {
				m.enter(m.stages[at])
			}
		}
		p.step(int32(m.stages[at].first))
	}
	slices.Reverse(p.out)
	return p.out
}

// enter computes the rows of a stage once more.
func (m *mesh[T]) enter(s stage[T]) {
	clear(m.rows)
	for k, v := range s.nodes {
		m.rows[v] = s.rows[k]
	}
	m.compute(s, true, true)
}

// step goes back over one arc or over two. first is the stage's.
func (p *place[T]) step(first int32) {
	e, c := &p.mesh.ref.arcs[p.ref], &p.mesh.hyp.arcs[p.hyp]
	line, from := &p.lines[p.ref-first], p.source(e)
	cost := line.at(p.hyp)
	both, bothRef, bothHyp := p.cheapest(from, p.mesh.hyp.before(p.hyp))
	ins, _, insHyp := p.cheapest(line, p.mesh.hyp.before(p.hyp))
	both, ins = both+p.pair(e, c), ins+T(c.gap)
	del := from.at(p.hyp) + T(e.gap)
	var op Op
	if p.options.Costs == SCLite {
		switch {
		case both <= del && both <= ins:
			op = Substitution
		case del < ins:
			op = Deletion
		default:
			op = Insertion
		}
	} else {
		op = p.choose(cost == both, cost == del, cost == ins)
	}
	switch op {
	case Deletion:
		p.alone(Deletion, e, c)
		p.ref = from.last(p.hyp)
	case Insertion:
		p.alone(Insertion, e, c)
		p.hyp = insHyp
	default:
		if p.last = Substitution; p.equal(e, c) {
			p.last = Correct
		}
		p.out = append(p.out, Step{p.last, e.origin, c.origin})
		p.ref, p.hyp = bothRef, bothHyp
	}
}

// choose applies Levenshtein's rules to the steps that are on a cheapest path.
func (p *place[T]) choose(both, del, ins bool) Op {
	e, c := &p.mesh.ref.arcs[p.ref], &p.mesh.hyp.arcs[p.hyp]
	switch {
	case del && e.kind == Empty:
		return Deletion
	case ins && c.kind == Empty:
		return Insertion
	case del && p.last == Deletion:
		return Deletion
	case ins && p.last == Insertion:
		return Insertion
	case both:
		return Substitution // or two equal tokens: then it costs nothing
	case del:
		return Deletion
	}
	return Insertion
}

// alone puts down an arc that nothing stands for.
func (p *place[T]) alone(op Op, e, c *edge) {
	a, s := e, Step{op, e.origin, -1}
	if op == Insertion {
		a, s = c, Step{op, -1, c.origin}
	}
	switch {
	case a.kind == Empty || a.kind == Wildcard:
		return
	case a.kind == Deletable && p.options.Deletable:
		s.Op = Correct
	}
	p.last = op
	p.out = append(p.out, s)
}
