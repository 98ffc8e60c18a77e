package quality

import (
	"slices"
	"strings"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
)

// pairing is two texts aligned: the words of the path that was taken through
// each, and the operations between them. Step.Ref and Step.Hyp are indices of
// gold and hyp; a Correct step has -1 on the side that left its word out.
type pairing struct {
	gold, hyp []chosen
	steps     align.Alignment
	free      []bool // of each step: it counts nothing; nil where none is free
}

func (p *pairing) isFree(step int) bool { return p.free != nil && p.free[step] }

// counted returns the words of steps that count.
func (p *pairing) counted() (gold, hyp []chosen) {
	if p.free == nil {
		return p.gold, p.hyp
	}
	skipGold, skipHyp := make([]bool, len(p.gold)), make([]bool, len(p.hyp))
	for k, s := range p.steps {
		if p.free[k] && s.Ref >= 0 {
			skipGold[s.Ref] = true
		}
		if p.free[k] && s.Hyp >= 0 {
			skipHyp[s.Hyp] = true
		}
	}
	for i, w := range p.gold {
		if !skipGold[i] {
			gold = append(gold, w)
		}
	}
	for i, w := range p.hyp {
		if !skipHyp[i] {
			hyp = append(hyp, w)
		}
	}
	return gold, hyp
}

// count returns the word counts.
func (p *pairing) count() Counts {
	if p.free == nil {
		return count(p.steps)
	}
	var counted align.Alignment
	for k, s := range p.steps {
		if !p.free[k] {
			counted = append(counted, s)
		}
	}
	return count(counted)
}

// match aligns a block's words.
func (n *numbering) match(b block) pairing {
	var p pairing
	if steps, ok := n.matchWoven(b, &p); ok {
		p.steps = steps
	} else {
		p.gold, p.hyp = wordsIn(b.gold), wordsIn(b.hyp)
		p.steps = align.Tokens(idsOf(b.gold), idsOf(b.hyp), n.costs)
	}
	n.makeReadable(p.steps, func(s align.Step) (string, string) { return p.gold[s.Ref].token.Text, p.hyp[s.Hyp].token.Text })
	return p
}

// makeReadable pairs words that look alike, which changes no count. The paths
// of sclite stay as they are.
func (n *numbering) makeReadable(steps align.Alignment, words func(align.Step) (gold, hyp string)) {
	if n.costs != align.Levenshtein || !unsettled(steps) {
		return
	}
	align.Readable(steps, func(ref, hyp int32) int {
		a, b := words(align.Step{Ref: ref, Hyp: hyp})
		return n.unlikeness(a, b)
	})
}

// unsettled says whether any run of errors has words to pair in several ways.
func unsettled(steps align.Alignment) bool {
	replaced, other := false, false
	for _, s := range steps {
		switch s.Op {
		case align.Correct:
			replaced, other = false, false
		case align.Substitution:
			replaced = true
		default:
			other = true
		}
		if replaced && other {
			return true
		}
	}
	return false
}

// unlikeness says by how many of their letters two words differ, to a million.
func (n *numbering) unlikeness(a, b string) int {
	n.letters[0], n.letters[1] = n.clustersOf(n.letters[0][:0], a), n.clustersOf(n.letters[1][:0], b)
	longer := max(len(n.letters[0]), len(n.letters[1]), 1)
	return 1_000_000 * align.Distance(n.letters[0], n.letters[1]) / longer
}

func wordsIn(list []spoken) []chosen {
	total := 0
	for _, s := range list {
		total += len(s.tokens)
	}
	words := make([]chosen, 0, total)
	for k, s := range list {
		for _, t := range s.tokens {
			words = append(words, chosen{k, t})
		}
	}
	return words
}

// matchWoven aligns a block as two lattices; ok is false where both texts can
// be read in one way only, and nothing was done.
func (n *numbering) matchWoven(b block, p *pairing) (align.Alignment, bool) {
	isWoven := func(s spoken) bool { return s.woven }
	woven := slices.ContainsFunc(b.gold, isWoven) || slices.ContainsFunc(b.hyp, isWoven)
	forGold, forHyp := n.profile.Joins(tokensOf(b.gold), tokensOf(b.hyp))
	if !woven && len(forGold)+len(forHyp) == 0 {
		return nil, false
	}
	gold, hyp := n.weave(b.gold, forGold, true), n.weave(b.hyp, forHyp, false)
	o := align.LatticeOptions{Costs: n.costs, Deletable: true}
	if n.fragments {
		o.Equal = n.sameFragment
	}
	n.arcs = align.AppendLattices(n.arcs[:0], gold.lattice(), hyp.lattice(), o)
	return n.settle(p, gold, hyp, n.arcs), true
}

// weave makes the lattice of one side of a block.
func (n *numbering) weave(list []spoken, joins []normalize.Reading, gold bool) *weaving {
	w := newWeaving(n, gold)
	node, before := int32(0), 0
	for k, s := range list {
		w.seg = k
		switch {
		case s.marked && s.mapped != nil:
			first := len(w.words)
			node = w.notation(node, s.mapped.Text, 0, 0)
			for k := range w.words[first:] {
				s.tokenToRaw(&w.words[first+k].token)
			}
		case s.marked:
			node = w.notation(node, s.seg.Text[s.from:s.to], s.from, 0)
		default:
			node = w.run(node, s.tokens, within(s.readings, joins, before, before+len(s.tokens)))
		}
		before += len(s.tokens)
	}
	return w
}

// within adds to a segment's readings the joins of its own words; one that
// reaches over the segment's border is nobody's.
func within(readings, joins []normalize.Reading, from, to int) []normalize.Reading {
	own := readings[:len(readings):len(readings)]
	for _, j := range joins {
		if j.From >= from && j.To <= to {
			j.From, j.To = j.From-from, j.To-from
			own = append(own, j)
		}
	}
	if len(own) > len(readings) {
		slices.SortStableFunc(own, func(a, b normalize.Reading) int { return a.From - b.From })
	}
	return own
}

// settle turns an alignment of arcs into one of the words that were taken.
func (n *numbering) settle(p *pairing, gold, hyp *weaving, arcs align.Alignment) align.Alignment {
	lastRef, lastHyp := int32(-1), int32(-1)
	steps := make(align.Alignment, len(arcs))
	for k, s := range arcs {
		oneSided := s.Op == align.Correct && (s.Ref < 0 || s.Hyp < 0)
		wild := s.Ref >= 0 && s.Op != align.Insertion && gold.arcs[s.Ref].Kind == align.Wildcard
		if wild || oneSided && n.costs == align.Levenshtein {
			if p.free == nil {
				p.free = make([]bool, len(arcs))
			}
			p.free[k] = true
		}
		out := align.Step{Op: s.Op, Ref: int32(len(p.gold)), Hyp: int32(len(p.hyp))}
		switch {
		case s.Op == align.Insertion:
		case s.Ref < 0:
			out.Ref = -1
		case s.Ref == lastRef: // one more word under a wildcard
			out.Ref--
		default:
			p.gold, lastRef = append(p.gold, gold.words[s.Ref]), s.Ref
		}
		switch {
		case s.Op == align.Deletion:
		case s.Hyp < 0:
			out.Hyp = -1
		case s.Hyp == lastHyp:
			out.Hyp--
		default:
			p.hyp, lastHyp = append(p.hyp, hyp.words[s.Hyp]), s.Hyp
		}
		steps[k] = out
	}
	return steps
}

// sameFragment is the rule of sclite -F: a word that is broken off, "fi-", is
// any word that begins so, and "-sh" any that ends so (SCTK, equal_WORD2).
func (n *numbering) sameFragment(ref, hyp int32) bool {
	if ref == hyp {
		return true
	}
	a, b := n.words.text(ref), n.words.text(hyp)
	fits := func(fragment, word string) bool {
		switch {
		case len(fragment) < 2:
			return false
		case fragment[0] == '-':
			return strings.HasSuffix(word, fragment[1:])
		case fragment[len(fragment)-1] == '-':
			return strings.HasPrefix(word, fragment[:len(fragment)-1])
		}
		return false
	}
	if isFragment(a) && len(a) > 1 {
		return fits(a, b)
	}
	return fits(b, a)
}

func isFragment(word string) bool {
	return strings.HasPrefix(word, "-") || strings.HasSuffix(word, "-")
}
