package quality

import (
	"slices"

	"tapescript/quality/align"
	"tapescript/transcript"
)

// Matching keeps two transcripts aligned while both change, as in a review,
// where gold is corrected too. It cuts and counts as [ScoreTranscripts] does,
// without characters, and works out again only the blocks that hold a segment
// that was not there before. It belongs to one goroutine at a time.
type Matching struct {
	n     *numbering
	heard map[*transcript.Segment]spoken
	known map[blockStart]*MatchedBlock
}

// blockStart names a block by its first segments.
type blockStart struct{ gold, hyp *transcript.Segment }

// MatchedBlock is a stretch between two borders that both transcripts share. It
// is never changed; a block that stayed the same is the same pointer.
type MatchedBlock struct {
	Gold, Hypothesis []*transcript.Segment
	// Steps are in the order of the alignment, through all segments.
	Steps  []Step
	Counts Counts
}

// NewMatching prepares to align by these options.
func NewMatching(o Options) *Matching {
	return &Matching{n: newNumbering(o), heard: map[*transcript.Segment]spoken{}, known: map[blockStart]*MatchedBlock{}}
}

// Match aligns two transcripts, which must not change any more, and returns
// their blocks in the order of time, channel by channel.
func (m *Matching) Match(gold, hypothesis *transcript.Transcript) []*MatchedBlock {
	var list []*MatchedBlock
	known := make(map[blockStart]*MatchedBlock, len(m.known))
	heard := make(map[*transcript.Segment]spoken, len(m.heard))
	for _, ln := range lanes(gold, hypothesis) {
		var from cut
		for _, to := range ln.cuts() {
			g, h := ln.gold[from.gold:to.gold], ln.hyp[from.hyp:to.hyp]
			from = to
			if len(g)+len(h) == 0 {
				continue
			}
			start := blockStart{}
			if len(g) > 0 {
				start.gold = g[0]
			}
			if len(h) > 0 {
				start.hyp = h[0]
			}
			b := m.known[start]
			if b == nil || !slices.Equal(b.Gold, g) || !slices.Equal(b.Hypothesis, h) {
				b = m.match(g, h)
			}
			for _, s := range slices.Concat(g, h) {
				if was, ok := m.heard[s]; ok {
					heard[s] = was
				}
			}
			known[start] = b
			list = append(list, b)
		}
	}
	m.known, m.heard = known, heard
	return list
}

func (m *Matching) listen(segments []*transcript.Segment) []spoken {
	list := make([]spoken, len(segments))
	for i, s := range segments {
		h, ok := m.heard[s]
		if !ok {
			h = m.n.listen(s)
			m.heard[s] = h
		}
		list[i] = h
	}
	return list
}

func (m *Matching) match(gold, hypothesis []*transcript.Segment) *MatchedBlock {
	b := block{m.listen(gold), m.listen(hypothesis)}
	p := m.n.match(b)
	golds, hyps := wordsOf(p.gold, b.gold), wordsOf(p.hyp, b.hyp)
	out := &MatchedBlock{Gold: slices.Clone(gold), Hypothesis: slices.Clone(hypothesis), Steps: make([]Step, len(p.steps)), Counts: p.count()}
	for i, s := range p.steps {
		step := Step{Op: s.Op, Free: p.isFree(i)}
		if s.Op != align.Insertion && s.Ref >= 0 {
			step.Gold = &golds[s.Ref]
		}
		if s.Op != align.Deletion && s.Hyp >= 0 {
			step.Hypothesis = &hyps[s.Hyp]
		}
		out.Steps[i] = step
	}
	return out
}

// Concern says what kind of word an error is about.
type Concern struct {
	Number   bool // a digit, or a number word of English or French
	Name     bool // capitalised in gold within a sentence
	Negation bool // not, n't, never …; ne, pas, jamais …
}

// Concern says what an error is about; of a right word nothing.
func (s Step) Concern() Concern {
	if s.Op == align.Correct {
		return Concern{}
	}
	var m Meaning
	m.add(&s)
	return Concern{m.Numbers.Wrong > 0, m.Names.Wrong > 0, m.Negations.Wrong > 0}
}

// Writing compares how a word that both sides have is written: the marks about
// it, and upper and lower case.
func (s Step) Writing() (punctuation, letterCase Share) {
	if s.Op != align.Correct || s.Gold == nil || s.Hypothesis == nil {
		return Share{}, Share{}
	}
	return comparePunctuation(s.Gold, s.Hypothesis), compareCase(s.Gold.Raw(), s.Hypothesis.Raw())
}
