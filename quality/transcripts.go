package quality

import (
	"tapescript/quality/align"
	"tapescript/quality/normalize"
	"tapescript/transcript"
)

// ScoreTranscripts scores a hypothesis of a recording against gold. Gold's
// segments are the items, in their order; where gold has none, all segments of
// the hypothesis are extra, and their words are insertions of the corpus.
// Neither transcript is changed.
func ScoreTranscripts(gold, hypothesis *transcript.Transcript, o Options) *Report {
	n := newNumbering(o)
	r := &Report{Normalize: n.profile.Name(), Align: n.costs.String()}
	found := make(map[*transcript.Segment]ItemScore, len(gold.Segments))
	for _, l := range lanes(gold, hypothesis) {
		var from cut
		for _, to := range l.cuts() {
			b := n.hear(l, from, to)
			from = to
			if len(b.gold) > 0 {
				for k, item := range n.items(b) {
					item.Speaker = gold.SpeakerName(item.Speaker)
					found[b.gold[k].seg] = item
				}
				continue
			}
			r.Corpus = r.Corpus.Add(n.unheard(b.hyp))
			for _, h := range b.hyp {
				r.Extra = append(r.Extra, h.seg.ID)
			}
		}
	}
	for _, s := range inOrder(gold.Segments) {
		r.Items = append(r.Items, found[s])
		r.Corpus = r.Corpus.Add(found[s].Counts)
	}
	r.Attribution = n.attribute(gold, hypothesis, r.Items)
	r.Segmentation = compareSegments(gold, hypothesis)
	return r
}

// hear reads the words of a block.
func (n *numbering) hear(l lane, from, to cut) block {
	var b block
	for _, s := range l.gold[from.gold:to.gold] {
		b.gold = append(b.gold, n.listen(s))
	}
	for _, s := range l.hyp[from.hyp:to.hyp] {
		b.hyp = append(b.hyp, n.listen(s))
	}
	return b
}

// unheard counts words that have no gold at all.
func (n *numbering) unheard(hyp []spoken) Counts {
	var c Counts
	for _, h := range hyp {
		c.Insertions += len(h.tokens)
	}
	c.CharacterErrors = len(n.characters(nil, tokensOf(hyp), nil))
	return c
}

// items scores a block and shares it out among its gold segments.
func (n *numbering) items(b block) []ItemScore {
	items := make([]ItemScore, len(b.gold))
	for k, g := range b.gold {
		items[k].ID, items[k].Speaker = g.seg.ID, g.seg.Speaker
	}
	p := n.match(b)
	gold, hyp, h := wordsOf(p.gold, b.gold), wordsOf(p.hyp, b.hyp), newHolder(b)
	before := 0
	for i, s := range p.steps {
		step, k := Step{Op: s.Op, Free: p.isFree(i)}, before
		if s.Op != align.Deletion && s.Hyp >= 0 {
			step.Hypothesis = &hyp[s.Hyp]
		}
		switch {
		case s.Op != align.Insertion && s.Ref >= 0:
			step.Gold = &gold[s.Ref]
			k = p.gold[s.Ref].seg
			before = k
		default:
			k = h.of(p.hyp[s.Hyp], before)
		}
		items[k].Steps = append(items[k].Steps, step)
	}
	for k := range items {
		items[k].Counts = countSteps(items[k].Steps)
	}
	n.countCharacters(p, h, items)
	return items
}

// countSteps returns the word counts of steps.
func countSteps(steps []Step) Counts {
	var by [4]int
	for i := range steps {
		if !steps[i].Free {
			by[steps[i].Op]++
		}
	}
	return countsOf(by)
}

// countCharacters shares out the character errors as the words' errors are:
// an inserted character belongs where its word would, were it inserted. Where a
// text may be read in several ways, its characters are those of the words that
// were taken.
func (n *numbering) countCharacters(p pairing, h *holder, items []ItemScore) {
	golds, hyps := p.counted()
	var goldWord, hypWord []int // of each character
	note := func(list *[]int) func(int, int) {
		return func(word, added int) {
			for range added {
				*list = append(*list, word)
			}
		}
	}
	ref := n.characters(nil, tokensIn(golds), note(&goldWord))
	hyp := n.characters(nil, tokensIn(hyps), note(&hypWord))
	for _, w := range goldWord {
		items[golds[w].seg].Counts.Characters++
	}
	if len(items) == 1 {
		items[0].Counts.CharacterErrors = align.Distance(ref, hyp)
		return
	}
	before := 0
	for _, s := range align.Tokens(ref, hyp, align.Levenshtein) {
		k := before
		if s.Op == align.Insertion {
			k = h.of(hyps[hypWord[s.Hyp]], before)
		} else {
			k = golds[goldWord[s.Ref]].seg
			before = k
		}
		if s.Op != align.Correct {
			items[k].Counts.CharacterErrors++
		}
	}
}

func tokensIn(words []chosen) []normalize.Token {
	tokens := make([]normalize.Token, len(words))
	for i, w := range words {
		tokens[i] = w.token
	}
	return tokens
}

func tokensOf(list []spoken) []normalize.Token {
	if len(list) == 1 {
		return list[0].tokens
	}
	var tokens []normalize.Token
	for _, s := range list {
		tokens = append(tokens, s.tokens...)
	}
	return tokens
}

func wordsOf(words []chosen, list []spoken) []Word {
	out := make([]Word, len(words))
	for i, w := range words {
		seg := list[w.seg].seg
		out[i] = Word{w.token.Text, seg.ID, w.token.Start, w.token.End, seg.Text}
	}
	return out
}
