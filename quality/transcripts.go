package quality

import (
	"slices"

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
	gold, hyp := wordsOf(b.gold), wordsOf(b.hyp)
	owners, hypPlaces, h := placesOf(b.gold), placesOf(b.hyp), newHolder(b)
	before := 0
	steps := make([]align.Alignment, len(items))
	for _, s := range n.match(b) {
		step, k := Step{Op: s.Op}, before
		if s.Op != align.Deletion {
			step.Hypothesis = &hyp[s.Hyp]
		}
		if s.Op == align.Insertion {
			k = h.of(hypPlaces[s.Hyp], before)
		} else {
			step.Gold = &gold[s.Ref]
			k = owners[s.Ref].seg
			before = k
		}
		items[k].Steps = append(items[k].Steps, step)
		steps[k] = append(steps[k], s)
	}
	for k := range items {
		items[k].Counts = count(steps[k])
	}
	n.countCharacters(b, h, items)
	return items
}

// countCharacters shares out the character errors as the words' errors are:
// an inserted character belongs where its word would, were it inserted.
func (n *numbering) countCharacters(b block, h *holder, items []ItemScore) {
	goldPlaces, hypPlaces := placesOf(b.gold), placesOf(b.hyp)
	var goldWord, hypWord []int // of each character
	note := func(list *[]int) func(int, int) {
		return func(word, added int) {
			for range added {
				*list = append(*list, word)
			}
		}
	}
	ref := n.characters(nil, tokensOf(b.gold), note(&goldWord))
	hyp := n.characters(nil, tokensOf(b.hyp), note(&hypWord))
	for _, w := range goldWord {
		items[goldPlaces[w].seg].Counts.Characters++
	}
	if len(items) == 1 {
		items[0].Counts.CharacterErrors = align.Distance(ref, hyp)
		return
	}
	before := 0
	for _, s := range align.Tokens(ref, hyp, align.Levenshtein) {
		k := before
		if s.Op == align.Insertion {
			k = h.of(hypPlaces[hypWord[s.Hyp]], before)
		} else {
			k = goldPlaces[goldWord[s.Ref]].seg
			before = k
		}
		if s.Op != align.Correct {
			items[k].Counts.CharacterErrors++
		}
	}
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

func wordsOf(list []spoken) []Word {
	var words []Word
	for _, s := range list {
		words = slices.Grow(words, len(s.tokens))
		for _, t := range s.tokens {
			words = append(words, Word{t.Text, s.seg.ID, t.Start, t.End, s.seg.Text})
		}
	}
	return words
}
