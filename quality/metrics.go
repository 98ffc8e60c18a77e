package quality

import "tapescript/quality/align"

// MER returns the match error rate, the share of all operations that are
// errors: (S+D+I)/(C+S+D+I), from 0 to 1 (Morris, Maier and Green 2004). It is
// not known where neither side has words.
func (c Counts) MER() (rate float64, known bool) { return ratio(c.Errors(), c.Correct+c.Errors()) }

// WIP returns the word information preserved, C²/(N·P) with N words of gold and
// P of the hypothesis, from 0 to 1 (Morris 2004). It is 0 where one side has no
// words, and not known where neither has.
func (c Counts) WIP() (rate float64, known bool) {
	n, p := c.Words(), c.Correct+c.Substitutions+c.Insertions
	if n == 0 || p == 0 {
		return 0, n != p
	}
	return float64(c.Correct) / float64(n) * float64(c.Correct) / float64(p), true
}

// WIL returns the word information lost, 1 − WIP.
func (c Counts) WIL() (rate float64, known bool) {
	kept, known := c.WIP()
	if !known {
		return 0, false
	}
	return 1 - kept, true
}

// Share is a part of a whole. The part may be larger where what is too much
// counts as wrong.
type Share struct {
	Wrong, Of int
}

// Add returns the sum of two shares.
func (s Share) Add(t Share) Share { return Share{s.Wrong + t.Wrong, s.Of + t.Of} }

// Rate returns Wrong/Of, a fraction; it is not known of nothing.
func (s Share) Rate() (rate float64, known bool) { return ratio(s.Wrong, s.Of) }

// Sentences returns how many items have an error, of all: sclite's sentence
// error. An item that is empty in gold and not in the hypothesis is wrong too.
func (r *Report) Sentences() Share {
	s := Share{Of: len(r.Items)}
	for i := range r.Items {
		if r.Items[i].Counts.Errors() > 0 {
			s.Wrong++
		}
	}
	return s
}

// Written says how the words that are right are written.
type Written struct {
	// Punctuation counts marks of gold behind and before words that are right,
	// and those that are missing there, others or too many. Kinds of quotation
	// marks and of dashes are not told apart.
	Punctuation Share
	// Case counts words that are right and have letters in two cases, and those
	// in which gold and hypothesis differ in it.
	Case Share
}

// Written compares punctuation and case on the words that are right, so that
// they are measured apart from the words. A word that is wrong says nothing
// about either.
func (r *Report) Written() Written {
	if r.found != nil {
		return r.found.written
	}
	var w Written
	for i := range r.Items {
		w.add(r.Items[i].Steps)
	}
	return w
}

// add compares the words of an item.
func (w *Written) add(steps []Step) {
	for i := range steps {
		s := &steps[i]
		if s.Gold == nil || s.Hypothesis == nil || s.Op != align.Correct {
			continue
		}
		w.Punctuation = w.Punctuation.Add(comparePunctuation(s.Gold, s.Hypothesis))
		w.Case = w.Case.Add(compareCase(s.Gold.Raw(), s.Hypothesis.Raw()))
	}
}

// Meaning counts the words whose loss changes what was said: those of gold, and
// the errors in them. One that the hypothesis puts in is an error too.
type Meaning struct {
	Numbers   Share // words with a digit, and the number words of English and French
	Names     Share // words that gold capitalises within a sentence
	Negations Share // not, n't, never …; ne, pas, jamais …
}

// Meaning counts errors in numbers, names and negations. Names are known only
// where gold is written in both cases.
func (r *Report) Meaning() Meaning {
	if r.found != nil {
		return r.found.meaning
	}
	var m Meaning
	for i := range r.Items {
		m.addAll(r.Items[i].Steps)
	}
	return m
}

// Grade is a score by the rule of AHDI, the association of medical
// transcriptionists.
type Grade struct {
	Critical    int // wrong numbers, names and negations, and items left out whole
	Noncritical int // all other errors
	Points      int // 100 − 3·Critical − Noncritical, at least 0; 98 passes
}

// Passing is the least [Grade.Points] that pass, by AHDI's practice.
const Passing = 98

// Grade weighs the errors as graders of medical texts do. An error that is
// made again in the same way counts once, and an item of which nothing was
// written is one critical error.
func (r *Report) Grade() Grade {
	var g Grade
	for i := range r.Items {
		if r.Items[i].Counts.leftOut() {
			g.Critical++
		}
	}
	for e := range r.tally().all {
		switch {
		case e.first == ungraded:
		case e.critical():
			g.Critical++
		default:
			g.Noncritical++
		}
	}
	g.Points = max(0, 100-3*g.Critical-g.Noncritical)
	return g
}

// leftOut says that nothing was written of an item that has words.
func (c Counts) leftOut() bool {
	return c.Deletions > 0 && c.Deletions == c.Words() && c.Insertions == 0
}
