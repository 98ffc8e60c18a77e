package quality

import (
	"cmp"
	"slices"
	"strings"

	"tapescript/quality/align"
)

// Report is what a comparison found.
type Report struct {
	Normalize, Align string // names of the profile and the costs
	Corpus           Counts // the sum of all
	Items            []ItemScore
	Missing          []string // IDs of gold that has no hypothesis; not counted
	Extra            []string // IDs of hypotheses that have no gold; not counted
	Ignored          int      // segments of gold that say they do not count

	Attribution  *Attribution  // nil where a side does not name its speakers
	Segmentation *Segmentation // nil where a side has no times

	found *findings // where Items have no Steps

	// What a caller adds who wants it told with the rest.
	Confidence *Interval // of the word error rate
	Rules      []RuleCount
}

// RuleCount is how often a hypothesis breaks a rule of its style.
type RuleCount struct {
	Rule  string // "V01"
	Title string // for people
	Count int
}

// ItemScore is what was found in one item: a row of a table, or a segment of
// gold.
type ItemScore struct {
	ID         string
	Recording  string // of several; "" where there is one
	Speaker    string // a name, "" where nobody said
	Hypothesis int    // 1, 2, 3 … where the item has several, else 0
	Reference  int    // 1, 2, 3 …: which of several that gold accepts, else 0
	Counts     Counts
	Steps      []Step // nil under [Options.CountsOnly]
}

// Include adds what was found in another recording, whose items are named after
// it: name/ID. Neither report may have been made with [Options.CountsOnly].
func (r *Report) Include(name string, part *Report) {
	r.Normalize, r.Align = part.Normalize, part.Align
	under := func(ids []string) (list []string) {
		for _, id := range ids {
			list = append(list, name+"/"+id)
		}
		return list
	}
	r.Corpus = r.Corpus.Add(part.Corpus)
	r.Missing, r.Extra = append(r.Missing, under(part.Missing)...), append(r.Extra, under(part.Extra)...)
	r.Ignored += part.Ignored
	for _, item := range part.Items {
		item.ID, item.Recording = name+"/"+item.ID, name
		r.Items = append(r.Items, item)
	}
	if part.Attribution != nil {
		a := *part.Attribution
		a.Pairs = slices.Clone(a.Pairs)
		for i := range a.Pairs {
			a.Pairs[i].Recording = name
		}
		r.Attribution = r.Attribution.add(&a)
	}
	r.Segmentation = r.Segmentation.add(part.Segmentation)
}

// Step is one operation of an item's alignment.
type Step struct {
	Gold, Hypothesis *Word // nil on the side that has none
	Op               align.Op
	// Free says that the step counts nothing: gold cannot know the word, as
	// where it was redacted, or it may be left out and was (then it is Correct
	// and has one side).
	Free bool

	// 1 + the words' numbers where the step is counted at once, 0 where nobody
	// knows them.
	numbers alike
}

// Word is a normalised word and where it stands in the raw text.
type Word struct {
	Text       string
	Segment    string // ID of its segment; in tables the item's ID
	Start, End int    // bytes of the segment's, or item's, raw text

	source string // that raw text
}

// Mean returns the averages of the items' rates, in which a short item weighs
// as much as a long one. Items whose rate is not known are left out.
func (r *Report) Mean() Mean {
	var m Mean
	var words, characters int
	for i := range r.Items {
		if rate, ok := r.Items[i].Counts.WER(); ok {
			m.WER += rate
			words++
		}
		if rate, ok := r.Items[i].Counts.CER(); ok {
			m.CER += rate
			characters++
		}
	}
	m.WERKnown, m.CERKnown = words > 0, characters > 0
	m.WER /= float64(max(words, 1))
	m.CER /= float64(max(characters, 1))
	return m
}

// Mean holds averages of rates, fractions. Where one is not known it is 0.
type Mean struct {
	WER, CER           float64
	WERKnown, CERKnown bool
}

// Confusion is an error and how often it was made.
type Confusion struct {
	Op         align.Op
	Gold       string // "" for an insertion
	Hypothesis string // "" for a deletion
	Count      int
}

// Confusions lists the errors, the most frequent first, those of equal count in
// the order of their words.
func (r *Report) Confusions() []Confusion { return r.Frequent(r.Corpus.Errors()) }

// Frequent returns the first n of [Report.Confusions], without putting the others
// into their order.
func (r *Report) Frequent(n int) []Confusion {
	list := r.tally().atLeast(n)
	slices.SortFunc(list, func(a, b Confusion) int {
		switch { // one after another: most differ by the first
		case a.Count != b.Count:
			return cmp.Compare(b.Count, a.Count)
		case a.Gold != b.Gold:
			return strings.Compare(a.Gold, b.Gold)
		case a.Hypothesis != b.Hypothesis:
			return strings.Compare(a.Hypothesis, b.Hypothesis)
		}
		return cmp.Compare(a.Op, b.Op)
	})
	return list[:min(len(list), max(n, 0))]
}

// Worst returns the items of the most errors, at most n, the worst first and
// none without an error.
func (r *Report) Worst(n int) []ItemScore {
	list := make([]ItemScore, 0, len(r.Items))
	for _, item := range r.Items {
		if item.Counts.Errors() > 0 {
			list = append(list, item)
		}
	}
	slices.SortStableFunc(list, func(a, b ItemScore) int {
		return cmp.Compare(b.Counts.Errors(), a.Counts.Errors())
	})
	return list[:min(max(n, 0), len(list))]
}

// SpeakerScore is what was found of one speaker's items.
type SpeakerScore struct {
	Speaker string // "" for items of which nobody said who speaks
	Counts  Counts
}

// Speakers sums the items by speaker, in the order in which they appear.
func (r *Report) Speakers() []SpeakerScore {
	var list []SpeakerScore
	at := map[string]int{}
	for i := range r.Items {
		item := &r.Items[i]
		k, ok := at[item.Speaker]
		if !ok {
			k = len(list)
			at[item.Speaker] = k
			list = append(list, SpeakerScore{Speaker: item.Speaker})
		}
		list[k].Counts = list[k].Counts.Add(item.Counts)
	}
	return list
}
