package align

// advance computes the row of a reference arc.
func (m *mesh[T]) advance(arc int32, line *row[T]) {
	e := &m.ref.arcs[arc]
	if arc == 0 || e.kind == Wildcard || m.options.Equal != nil || m.hyp.wild {
		m.branching(arc, line)
		return
	}
	width := len(line.costs)
	// The row that it starts from, from one column before the band on.
	if cap(m.from) < width+1 {
		m.from = make([]T, width+1+width/8)
	}
	from := m.from[:width+1]
	for k := range from {
		from[k] = infinite
	}
	r := &m.rows[e.from]
	if at := int(r.low - (line.low - 1)); at >= 0 {
		copy(from[min(at, len(from)):], r.costs)
	} else if -at < len(r.costs) {
		copy(from, r.costs[-at:])
	}
	costs := line.costs
	start := 0
	if line.low == 0 {
		costs[0] = from[1] + T(e.gap)
		start = 1
	}
	for at := lowerBound(m.forks, line.low+int32(start)); start < width; at++ {
		end := width
		if int(at) < len(m.forks) {
			end = min(end, int(m.forks[at]-line.low))
		}
		m.run(e, line, start, end)
		if end < width {
			m.fork(e, line, end)
		}
		start = end + 1
	}
}

// run computes the cells from start to end, each of which follows the one before.
func (m *mesh[T]) run(e *edge, line *row[T], start, end int) {
	if start >= end {
		return
	}
	left := T(infinite)
	if start > 0 {
		left = line.costs[start-1]
	}
	costs := line.costs[start:end]
	from := m.from[start:][:len(costs)+1]
	tokens, gaps := m.tokens[int(line.low)+start:][:len(costs)], m.gaps[int(line.low)+start:][:len(costs)]
	swap, token, gap := m.swap, e.token, T(e.gap)
	if e.kind == Empty {
		token = anyWord // which the hypothesis does not have here
	}
	for k := range costs {
		both := from[k]
		if token != tokens[k] {
			both += swap
		}
		left = min(both, from[k+1]+gap, left+gaps[k])
		costs[k] = left
	}
}

// fork computes a cell that follows several, or another than the one before.
func (m *mesh[T]) fork(e *edge, line *row[T], k int) {
	column := line.low + int32(k)
	c := &m.hyp.arcs[column]
	r := &m.rows[e.from]
	both, ins := T(infinite), T(infinite)
	for _, b := range m.hyp.before(column) {
		both, ins = min(both, r.at(b)), min(ins, line.at(b))
	}
	line.costs[k] = min(both+m.pair(e, c), m.from[k+1]+T(e.gap), ins+T(c.gap))
}

// branching is advance for Wildcards, and for words of which it is to be asked
// whether they are equal.
func (m *mesh[T]) branching(arc int32, line *row[T]) {
	e := &m.ref.arcs[arc]
	from := m.source(e)
	for k := range line.costs {
		column := line.low + int32(k)
		if arc == 0 && column == 0 {
			line.costs[k] = 0
			continue
		}
		c := &m.hyp.arcs[column]
		both, ins := T(infinite), T(infinite)
		for _, b := range m.hyp.before(column) {
			both, ins = min(both, from.at(b)), min(ins, line.at(b))
		}
		line.costs[k] = min(both+m.pair(e, c), from.at(column)+T(e.gap), ins+T(c.gap))
	}
}

// source returns the row that an arc starts from.
func (m *mesh[T]) source(e *edge) *row[T] {
	if e.from < 0 {
		return &row[T]{}
	}
	return &m.rows[e.from]
}

// pair returns what two arcs cost that stand for each other.
func (m *mesh[T]) pair(ref, hyp *edge) T {
	switch {
	case ref.kind == Empty && hyp.kind == Empty:
		return 1
	case m.equal(ref, hyp):
		return 0
	}
	return m.swap
}

func (m *mesh[T]) equal(ref, hyp *edge) bool {
	switch {
	case ref.kind == Empty || hyp.kind == Empty:
		return false
	case ref.token == hyp.token || ref.kind == Wildcard || hyp.kind == Wildcard:
		return true
	}
	return m.options.Equal != nil && m.options.Equal(int32(ref.token), int32(hyp.token))
}
