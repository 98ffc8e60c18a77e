package quality

// tally counts errors that are made again in the same way.
type tally struct {
	list  []tallied
	words lexicon
	at    map[alike]int32 // in list
}

// alike is what equal errors have in common: the numbers of their words, -1 on the
// side that has none. A key of two strings takes several times as long.
type alike struct{ gold, hypothesis int32 }

// tallied is an error as it was first made, and how often it was.
type tallied struct {
	step  *Step
	count int
}

// newTally makes room for a report's errors.
func newTally(r *Report) *tally {
	room := min(r.Corpus.Errors()/2, 1<<16) + 1
	return &tally{list: make([]tallied, 0, room), at: make(map[alike]int32, room)}
}

// sides are the words of an error, "" on the side that has none.
func (s *Step) sides() (gold, hypothesis string) {
	if s.Gold != nil {
		gold = s.Gold.Text
	}
	if s.Hypothesis != nil {
		hypothesis = s.Hypothesis.Text
	}
	return gold, hypothesis
}

// add counts an error, and says whether it is a new one.
func (t *tally) add(s *Step) bool {
	key := alike{-1, -1} // which also tells the operations apart
	if s.Gold != nil {
		key.gold = t.words.id(s.Gold.Text)
	}
	if s.Hypothesis != nil {
		key.hypothesis = t.words.id(s.Hypothesis.Text)
	}
	if i, made := t.at[key]; made {
		t.list[i].count++
		return false
	}
	t.at[key] = int32(len(t.list))
	t.list = append(t.list, tallied{s, 1})
	return true
}

// atLeast returns the errors that are as frequent as the n-th: n, or more of equal
// count, in no order.
func (t *tally) atLeast(n int) []Confusion {
	most, least := 0, 1
	for _, e := range t.list {
		most = max(most, e.count)
	}
	times := make([]int, most+1) // how many errors were made so often
	for _, e := range t.list {
		times[e.count]++
	}
	for found := 0; most > 0; most-- {
		if found += times[most]; found >= n {
			least = most
			break
		}
	}
	var list []Confusion
	for _, e := range t.list {
		if e.count >= least {
			gold, hypothesis := e.step.sides()
			list = append(list, Confusion{e.step.Op, gold, hypothesis, e.count})
		}
	}
	return list
}
