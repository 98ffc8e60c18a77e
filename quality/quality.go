// Package quality measures a hypothesis against gold: how many words are right,
// replaced, left out or put in, and which.
//
//	report := quality.ScoreTranscripts(gold, draft, quality.Options{})
//	rate, known := report.Corpus.WER()
//
// [Counts] add up; every rate is a method of a sum, so that an average of rates
// is made only where it is asked for by name ([Report.Mean]). Words are those of
// a [normalize.Profile], errors those of the cheapest [align.Alignment].
//
// # What meets what
//
// [ScoreItems] scores tables: items meet by ID, exactly, else by the base name
// without its extension. A table may hold several hypotheses of one item; each
// counts. Gold without a hypothesis is listed as missing and not counted,
// because a rate is about what was transcribed; a hypothesis without gold is
// listed as extra.
//
// [ScoreTranscripts] and [Live] score transcripts of one recording. Gold's
// segments are the items; segments never meet by number. Channels are kept
// apart where both transcripts name the same ones. In each, both texts are
// aligned as one, in the order of time, in blocks: a block ends at a border
// that gold and hypothesis share. That is a time at which in both a segment
// begins, or in both one ends, and over which no segment reaches (to within
// 10 ms, what formats round to). What the hypothesis has between two segments of
// gold goes with the earlier. So where a draft has gold's borders, each
// segment is measured on its own, and one key touches one segment; where it has
// none, the whole text is one block. Both ways of scoring cut alike, hence a
// live figure is always the one that a file scored at that moment would give.
//
// An error belongs to the gold segment of its reference word. An insertion
// belongs to the gold segment that holds its time, else to the one before it:
// the time is its word's, or, where nobody measured it, taken from its place in
// its segment's text. Without times it belongs to the gold segment of the
// reference word before it.
//
// # Characters
//
// The character error rate is Levenshtein's, whatever the words were aligned
// by, over the normalised words joined by one space, which counts; there is
// none beside a Han or Kana character. A character is what a reader calls one
// (a grapheme cluster). The space between two segments of one block counts with
// the first.
//
// Not here: files, screens, sentences for people, and who is paid what.
package quality

import (
	"time"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
)

// Options say how to score. The zero value is the default: basic, levenshtein.
type Options struct {
	Normalize normalize.Profile
	Align     align.Costs

	// Notation says that texts hold NIST's marks, as gold in trn, stm and ctm
	// does: { um / uh / @ } is one of several words or none, a\;b a word with a
	// semicolon, word;tag a word.
	Notation bool
	// Optional lets a word of gold or of the hypothesis be left out that is
	// marked so, (uh): sclite's -D. It needs Notation.
	Optional bool
	// Fragments takes a word that was broken off, fi- or -sh, for any that
	// begins or ends so: sclite's -F.
	Fragments bool
	// Mapping rewrites both texts before their words are taken; it is nil where
	// there is none. What it writes is read with Notation, and marks still land
	// on the raw text. ScoreByMidpoints shows it each word of a hypothesis alone,
	// as NIST's csrfilt.sh does with a ctm file.
	Mapping *normalize.Mapping
	// ReduceGold leaves out the segments of gold that end before the hypothesis's
	// first word or begin after its last, ReduceHypothesis the words that lie
	// outside of the segments that are left: sclite's -m ref and -m hyp. They are
	// for ScoreByMidpoints.
	ReduceGold, ReduceHypothesis bool

	// Collar is for [Attribution.Timed]; 0 is [DefaultCollar], less than 0 is none.
	Collar time.Duration

	// CountsOnly leaves the Steps out of what [ScoreItems] returns, so that it
	// takes a fraction of the time and memory. Every other figure of the report
	// is as it is with them; only [Compare] and [Report.Include] need them.
	CountsOnly bool
}

// Counts are what a comparison found. They add up.
type Counts struct {
	Correct, Substitutions, Insertions, Deletions int

	Characters      int // in gold
	CharacterErrors int
}

// Add returns the sum of two counts.
func (c Counts) Add(d Counts) Counts {
	return Counts{
		c.Correct + d.Correct, c.Substitutions + d.Substitutions,
		c.Insertions + d.Insertions, c.Deletions + d.Deletions,
		c.Characters + d.Characters, c.CharacterErrors + d.CharacterErrors,
	}
}

// Words returns how many words gold has.
func (c Counts) Words() int { return c.Correct + c.Substitutions + c.Deletions }

// Errors returns how many words are wrong, missing or too many.
func (c Counts) Errors() int { return c.Substitutions + c.Insertions + c.Deletions }

// WER returns the word error rate, a fraction that may exceed 1. It is not
// known where gold has no words.
func (c Counts) WER() (rate float64, known bool) { return ratio(c.Errors(), c.Words()) }

// CER returns the character error rate, likewise.
func (c Counts) CER() (rate float64, known bool) { return ratio(c.CharacterErrors, c.Characters) }

func ratio(part, whole int) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

// count returns the word counts of an alignment.
func count(steps align.Alignment) Counts {
	var by [4]int
	for _, s := range steps {
		by[s.Op]++
	}
	return countsOf(by)
}

func countsOf(by [4]int) Counts {
	return Counts{
		Correct: by[align.Correct], Substitutions: by[align.Substitution],
		Insertions: by[align.Insertion], Deletions: by[align.Deletion],
	}
}

// minus takes away counts that were added before.
func (c Counts) minus(d Counts) Counts {
	return c.Add(Counts{
		-d.Correct, -d.Substitutions, -d.Insertions, -d.Deletions, -d.Characters, -d.CharacterErrors,
	})
}
