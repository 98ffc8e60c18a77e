package quality

import (
	"cmp"
	"slices"
	"sort"
	"time"
	"unicode/utf8"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
	"tapescript/transcript"
)

// Attribution says how well a hypothesis tells who speaks. What a speaker is
// called is of no account: the hypothesis's speakers are paired with gold's as
// is best for it.
type Attribution struct {
	// Permuted are the counts of the concatenated minimum-permutation word error
	// rate, cpWER (Watanabe et al. 2020): what each speaker of gold said, as one
	// text, against what its partner said. Speakers without a partner are all
	// errors, and no error reaches from one speaker to another.
	Permuted Counts
	// Timed are the same where words may only stand opposite each other when
	// they are said at about the same time, tcpWER (von Neumann et al. 2023):
	// the middle of the hypothesis's word lies within gold's, give or take
	// [Options.Collar]. A word that nobody timed has a share of its segment, by
	// its letters. Known where all segments with words have times.
	Timed      Counts
	TimedKnown bool
	Collar     time.Duration
	// Labels counts the words that stand opposite a word of gold, right or not,
	// and those of them that are another speaker's: the word diarization error
	// rate (Shafey, Soltau and Shafran 2019).
	Labels Share
	// Pairs are the partners of Permuted, in gold's order.
	Pairs []SpeakerPair
}

// SpeakerPair is a speaker of gold and the hypothesis's for the same voice.
// "" is nobody.
type SpeakerPair struct {
	Recording        string // of several
	Gold, Hypothesis string
	Counts           Counts // of Permuted
}

// DefaultCollar is how far a word may be from gold's and still be held against
// it, as MeetEval recommends.
const DefaultCollar = 5 * time.Second

// mostSpeakers bounds how many speakers of one side are tried with those of the
// other.
const mostSpeakers = 64

// add sums two attributions; either may be nil.
func (a *Attribution) add(b *Attribution) *Attribution {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	return &Attribution{
		a.Permuted.Add(b.Permuted), a.Timed.Add(b.Timed), a.TimedKnown && b.TimedKnown, a.Collar,
		a.Labels.Add(b.Labels), append(slices.Clone(a.Pairs), b.Pairs...),
	}
}

// voice is all that one speaker says, in the order of time.
type voice struct {
	speaker string // ID
	spoken  []spoken
}

// voices parts a transcript by speaker, in the order in which they appear.
func (n *numbering) voices(segments []*transcript.Segment) (list []voice, named bool) {
	at := map[string]int{}
	for _, s := range segments {
		k, ok := at[s.Speaker]
		if !ok {
			k = len(list)
			at[s.Speaker] = k
			list = append(list, voice{speaker: s.Speaker})
			named = named || s.Speaker != ""
		}
		list[k].spoken = append(list[k].spoken, n.listen(s))
	}
	return list, named
}

// attribute measures who speaks; nil where a side names nobody, or too many.
// The items are those of the same two transcripts, for the labels.
func (n *numbering) attribute(gold, hypothesis *transcript.Transcript, items []ItemScore) *Attribution {
	if hypothesis == nil {
		hypothesis = &transcript.Transcript{}
	}
	g, goldNamed := n.voices(counted(inOrder(gold.Segments)))
	h, hypNamed := n.voices(inOrder(hypothesis.Segments))
	if !goldNamed || !hypNamed && len(h) > 0 || len(g) > mostSpeakers || len(h) > mostSpeakers {
		return nil
	}
	a := &Attribution{Collar: n.collar, Labels: labels(gold, hypothesis, items)}
	a.TimedKnown = allTimed(g) && allTimed(h)
	t := newPartners(n, g, h)
	for i, k := range t.cheapest(false) {
		c := t.free[i][k].counts
		a.Permuted = a.Permuted.Add(c)
		a.Pairs = append(a.Pairs, SpeakerPair{
			Gold: gold.SpeakerName(at(g, i).speaker), Hypothesis: hypothesis.SpeakerName(at(h, k).speaker), Counts: c,
		})
	}
	if a.TimedKnown {
		for i, k := range t.cheapest(true) {
			a.Timed = a.Timed.Add(t.timed[i][k].counts)
		}
	}
	return a
}

// counted leaves out the segments that say they do not count.
func counted(segments []*transcript.Segment) []*transcript.Segment {
	if !slices.ContainsFunc(segments, ignored) {
		return segments
	}
	return slices.DeleteFunc(slices.Clone(segments), ignored)
}

// at is the voice of an index, or of nobody beyond the end.
func at(list []voice, i int) voice {
	if i < len(list) {
		return list[i]
	}
	return voice{}
}

func allTimed(list []voice) bool {
	for _, v := range list {
		for _, s := range v.spoken {
			if !s.seg.Timed() && len(s.tokens) > 0 {
				return false
			}
		}
	}
	return true
}

// partners are the errors of each speaker of gold against each of the
// hypothesis. Of most it is enough to know that they are many.
type partners struct {
	n           *numbering
	gold, hyp   []voice
	free, timed [][]partnership
}

// partnership is what is known of two speakers: their errors, or at first how
// many there are at least.
type partnership struct {
	least  int
	exact  bool
	counts Counts
}

func newPartners(n *numbering, gold, hyp []voice) *partners {
	t := &partners{n: n, gold: gold, hyp: hyp}
	size := max(len(gold), len(hyp))
	for i := range size {
		t.free = append(t.free, make([]partnership, size))
		t.timed = append(t.timed, make([]partnership, size))
		for k := range size {
			t.free[i][k].least = n.leastErrors(at(gold, i), at(hyp, k))
		}
	}
	return t
}

// cheapest returns each gold speaker's partner. What is compared in full are the
// pairs of the best assignment by what is known, until that is the same by what
// is: an assignment by costs that are too low, if any, is never dearer than the
// best one.
func (t *partners) cheapest(timed bool) []int {
	table := t.free
	if timed {
		table = t.timed
	}
	cost := make([][]int, len(table))
	for i := range table {
		cost[i] = make([]int, len(table))
		for k := range table {
			cost[i][k] = max(table[i][k].least, t.free[i][k].least)
		}
	}
	for {
		best, certain := assign(cost), true
		for i, k := range best {
			if !table[i][k].exact {
				t.compare(i, k, timed)
				cost[i][k], certain = table[i][k].least, false
			}
		}
		if certain {
			return best
		}
	}
}

// compare aligns two speakers in full.
func (t *partners) compare(i, k int, timed bool) {
	gold, hyp := at(t.gold, i), at(t.hyp, k)
	p := t.n.match(block{gold.spoken, hyp.spoken})
	c := p.count()
	t.free[i][k] = partnership{c.Errors(), true, c}
	if timed {
		goldWords, hypWords := p.counted()
		c = t.n.within(t.n.said(goldWords, gold.spoken), t.n.said(hypWords, hyp.spoken))
		t.timed[i][k] = partnership{c.Errors(), true, c}
	}
}

// leastErrors returns how many errors two voices have at the least.
func (n *numbering) leastErrors(gold, hyp voice) int {
	g, h := tokensOf(gold.spoken), tokensOf(hyp.spoken)
	forGold, forHyp := n.profile.Joins(g, h)
	marked := func(s spoken) bool { return s.marked }
	woven := func(s spoken) bool { return s.woven }
	all := slices.Concat(gold.spoken, hyp.spoken)
	switch {
	case n.fragments || slices.ContainsFunc(all, marked):
		return 0 // what may be a word is not known without an alignment
	case slices.ContainsFunc(all, woven) || len(forGold)+len(forHyp) > 0:
		goldAlone, wild := strangers(gold.spoken, forGold, vocabulary(hyp.spoken, forHyp))
		hypAlone, _ := strangers(hyp.spoken, forHyp, vocabulary(gold.spoken, forGold))
		if wild {
			return goldAlone // a wildcard takes any word
		}
		return max(goldAlone, hypAlone)
	}
	left, common := map[string]int{}, 0
	for _, t := range g {
		left[t.Text]++
	}
	for _, t := range h {
		if left[t.Text] > 0 {
			left[t.Text]--
			common++
		}
	}
	return max(len(g), len(h)) - common
}

// vocabulary is every word that a text may have, however it is read.
func vocabulary(list []spoken, joins []normalize.Reading) map[string]bool {
	words := map[string]bool{}
	for _, s := range list {
		for _, t := range s.tokens {
			words[t.Text] = true
		}
		for _, r := range s.readings {
			for _, t := range r.Tokens {
				words[t.Text] = true
			}
		}
	}
	for _, r := range joins {
		for _, t := range r.Tokens {
			words[t.Text] = true
		}
	}
	return words
}

// strangers counts the words that are in a text however it is read and in the
// other one never; wild says that one may stand for any words.
func strangers(list []spoken, joins []normalize.Reading, other map[string]bool) (alone int, wild bool) {
	covered := make([]bool, len(tokensOf(list)))
	cover := func(r normalize.Reading, before int) {
		for i := r.From; i < r.To; i++ {
			covered[before+i] = true
		}
	}
	for _, r := range joins {
		cover(r, 0)
	}
	before := 0
	for _, s := range list {
		for _, r := range s.readings {
			cover(r, before)
		}
		for i, t := range s.tokens {
			switch {
			case t.Kind == normalize.Wildcard:
				wild = true
			case !covered[before+i] && !other[t.Text]:
				alone++
			}
		}
		before += len(s.tokens)
	}
	return alone, wild
}

// said is a word and when it is said.
type said struct {
	id         int32
	start, end time.Duration
}

func (s said) middle() time.Duration { return s.start + (s.end-s.start)/2 }

// said times words, in the order of the text: segments by their starts, as MeetEval
// takes them. A word that nobody timed has a share of its segment by its letters, as
// MeetEval gives it.
func (n *numbering) said(words []chosen, list []spoken) []said {
	out := make([]said, len(words))
	for from := 0; from < len(words); {
		to, letters := from, 0
		for ; to < len(words) && words[to].seg == words[from].seg; to++ {
			letters += utf8.RuneCountInString(words[to].token.Text)
		}
		seg := list[words[from].seg].seg
		share := float64(seg.End-seg.Start) / float64(max(letters, 1))
		before := 0
		for i := from; i < to; i++ {
			t := words[i].token
			out[i].id = n.id(t.Text)
			after := before + utf8.RuneCountInString(t.Text)
			out[i].start = seg.Start + time.Duration(share*float64(before))
			out[i].end = seg.Start + time.Duration(share*float64(after))
			before = after
			if w := seg.Words; len(w) > 0 {
				k := sort.Search(len(w), func(k int) bool { return w[k].To > t.Start })
				if k < len(w) && w[k].From < t.End && w[k].Timed() && !w[k].Estimated {
					out[i].start, out[i].end = w[k].Start, w[k].End
				}
			}
		}
		from = to
	}
	return out
}

// within aligns words that are said at about the same time.
func (n *numbering) within(gold, hypothesis []said) Counts {
	ids := func(list []said) []int32 {
		out := make([]int32, len(list))
		for i, w := range list {
			out[i] = w.id
		}
		return out
	}
	middle := func(j int32) time.Duration { return hypothesis[j].middle() }
	order, sorted := make([]int32, len(hypothesis)), true
	for j := range order {
		order[j] = int32(j)
		sorted = sorted && (j == 0 || middle(int32(j-1)) <= middle(int32(j)))
	}
	if !sorted { // somebody interrupts himself
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(middle(a), middle(b)) })
	}
	first, end := make([]int32, len(gold)), make([]int32, len(gold))
	for i, g := range gold {
		first[i] = int32(sort.Search(len(order), func(p int) bool { return middle(order[p]) > g.start-n.collar }))
		end[i] = int32(sort.Search(len(order), func(p int) bool { return middle(order[p]) >= g.end+n.collar }))
	}
	if sorted {
		order = nil
	}
	correct, substitutions := align.Within(ids(gold), ids(hypothesis), order, first, end)
	return Counts{
		Correct: correct, Substitutions: substitutions,
		Deletions: len(gold) - correct - substitutions, Insertions: len(hypothesis) - correct - substitutions,
	}
}

// labels counts words whose speaker is not the one that gold's speaker mostly
// is in the hypothesis.
func labels(gold, hypothesis *transcript.Transcript, items []ItemScore) Share {
	speakers := func(t *transcript.Transcript) (of map[string]int, count int) {
		of, at := make(map[string]int, len(t.Segments)), map[string]int{}
		for _, s := range t.Segments {
			k, ok := at[s.Speaker]
			if !ok {
				k = len(at)
				at[s.Speaker] = k
			}
			of[s.ID] = k
		}
		return of, len(at)
	}
	g, goldCount := speakers(gold)
	h, hypCount := speakers(hypothesis)
	size := max(goldCount, hypCount)
	agree := make([][]int, size) // less than zero: the cheapest assignment agrees most
	for i := range agree {
		agree[i] = make([]int, size)
	}
	var s Share
	for i := range items {
		for _, step := range items[i].Steps {
			if step.Free || step.Gold == nil || step.Hypothesis == nil {
				continue
			}
			agree[g[step.Gold.Segment]][h[step.Hypothesis.Segment]]--
			s.Of++
		}
	}
	s.Wrong = s.Of
	for i, k := range assign(agree) {
		s.Wrong += agree[i][k]
	}
	return s
}
