package consensus

import (
	"cmp"
	"slices"
)

// Plan says where one more transcript is worth the most.
type Plan struct {
	// Transcripts, Words and Errors are of the batch as it is; words and errors
	// are expected.
	Transcripts   int
	Words, Errors float64
	// Worth is the promise from which on an item is worth one more transcript:
	// [WorthAsking] of what is expected of an item with its first transcripts.
	Worth float64
	// Next lists every item, that which promises the most first.
	Next []NextItem
	// Fixed is what is expected with fewer, the same number for every item.
	Fixed []Point
}

// NextItem is an item, the errors expected in it, how many fewer with one more
// transcript by what that brought elsewhere (gain) and by the doubt in this one
// (promise), and whether it is worth asking for it.
type NextItem struct {
	ID          string  `json:"id"`
	Transcripts int     `json:"transcripts"`
	Errors      float64 `json:"errors"`
	Gain        float64 `json:"gain"`
	Promise     float64 `json:"promise"`
	Ask         bool    `json:"ask"`
}

// Point is what so many transcripts an item cost, and the word error rate then.
type Point struct {
	Transcripts float64 `json:"transcripts"` // mean an item
	Expected    float64 `json:"expected"`    // word error rate
	// Gold is the word error rate by gold, where there is one.
	Gold      float64 `json:"gold,omitempty"`
	GoldKnown bool    `json:"-"`
}

// typicalGain is the share of expected errors that one more transcript takes
// away where the batch cannot tell: with five transcripts an item and more on
// CrowdSpeech dev it is .08 to .13, with two .2 to .3.
const typicalGain = .1

// Ask makes the plan of a batch: the errors expected in an item, times the share
// that one more transcript took away elsewhere in the batch. That share is found
// by leaving the last transcript of each item out. An error is an [*Error].
func Ask(rows []Submission, o Options) (*Plan, *Result, error) {
	full, err := Combine(rows, o)
	if err != nil {
		return nil, nil, err
	}
	before, err := Combine(withoutLast(rows), o)
	if err != nil {
		return nil, nil, err
	}
	had := make(map[string]float64, len(before.Items))
	for _, it := range before.Items {
		had[it.ID] = it.ExpectedErrors
	}
	type sums struct{ before, after float64 }
	by := map[int]sums{} // transcripts after
	for _, it := range full.Items {
		if it.Transcripts > 1 {
			s := by[it.Transcripts]
			by[it.Transcripts] = sums{s.before + had[it.ID], s.after + it.ExpectedErrors}
		}
	}
	p := &Plan{Transcripts: len(rows)}
	if p.Worth, p.Fixed, err = fewer(rows, o); err != nil {
		return nil, nil, err
	}
	for _, it := range full.Items {
		gain := typicalGain
		if s := by[it.Transcripts]; s.before > 0 {
			gain = min(max(1-s.after/s.before, .01), 1)
		}
		p.Words += it.ExpectedWords
		p.Errors += it.ExpectedErrors
		promise := it.promise()
		p.Next = append(p.Next, NextItem{it.ID, it.Transcripts, it.ExpectedErrors, gain * it.ExpectedErrors, promise, promise > p.Worth})
	}
	slices.SortStableFunc(p.Next, func(x, y NextItem) int { return cmp.Compare(y.Promise, x.Promise) })
	return p, full, nil
}

// fixedNumbers are those that batches are usually ordered with.
var fixedNumbers = []int{3, 5, 7}

// fewer tells the promise from which asking is worth it, and what would be
// expected of a batch if it had fewer transcripts of each item.
func fewer(rows []Submission, o Options) (worth float64, fixed []Point, err error) {
	for _, k := range append([]int{firstAsked}, fixedNumbers...) {
		asked := FirstOf(rows, k)
		if len(asked) == len(rows) && k > firstAsked {
			break // as it is
		}
		r, err := Combine(asked, o)
		if err != nil {
			return 0, nil, err
		}
		errors, words := 0.0, 0.0
		for i := range r.Items {
			errors, words = errors+r.Items[i].ExpectedErrors, words+r.Items[i].ExpectedWords
		}
		n := float64(max(len(r.Items), 1))
		if k == firstAsked {
			worth = WorthAsking * errors / n
		}
		if len(asked) < len(rows) {
			fixed = append(fixed, Point{Transcripts: float64(len(asked)) / n, Expected: errors / max(words, 1)})
		}
	}
	return worth, fixed, nil
}

// Worthwhile is how many items are worth one more transcript, what the batch then
// costs in transcripts an item, and the word error rate to expect.
func (p *Plan) Worthwhile() (items int, then Point) {
	errors := p.Errors
	for _, it := range p.Next {
		if it.Ask {
			items++
			errors -= it.Gain
		}
	}
	return items, Point{Transcripts: float64(p.Transcripts+items) / float64(max(len(p.Next), 1)), Expected: errors / max(p.Words, 1)}
}

// Curve returns the expected word error rate after each tenth of the items, in
// the order of the plan, has one transcript more. The first point is the batch
// as it is.
func (p *Plan) Curve() []Point {
	n := len(p.Next)
	if n == 0 || p.Words == 0 {
		return nil
	}
	points := []Point{{Transcripts: float64(p.Transcripts) / float64(n), Expected: p.Errors / p.Words}}
	errors := p.Errors
	for i, it := range p.Next {
		errors -= it.Gain
		if (i+1)*10/n > i*10/n {
			points = append(points, Point{Transcripts: float64(p.Transcripts+i+1) / float64(n), Expected: errors / p.Words})
		}
	}
	return points
}

// withoutLast leaves out the last transcript of each item that has several.
func withoutLast(rows []Submission) []Submission {
	count := map[string]int{}
	for _, r := range rows {
		count[r.Item]++
	}
	var out []Submission
	seen := map[string]int{}
	for _, r := range rows {
		seen[r.Item]++
		if count[r.Item] == 1 || seen[r.Item] < count[r.Item] {
			out = append(out, r)
		}
	}
	return out
}

// FirstOf returns the first k transcripts of each item, in the order of the
// input: what a batch was when it had cost so much.
func FirstOf(rows []Submission, k int) []Submission {
	return upTo(rows, func(string) int { return k })
}

func upTo(rows []Submission, most func(id string) int) []Submission {
	var out []Submission
	seen := map[string]int{}
	for _, r := range rows {
		if seen[r.Item]++; seen[r.Item] <= most(r.Item) {
			out = append(out, r)
		}
	}
	return out
}

// firstAsked is how many transcripts of each item are asked for before any is
// judged: two are the fewest that can disagree.
const firstAsked = 2

// WorthAsking is from which promise on an item is asked for once more, in parts
// of the errors that are expected in an item of the batch when each has its first
// transcripts: a batch of long or bad clips has more errors to take away.
const WorthAsking = .165

// Worth returns that promise for a batch, in errors: found from the batch's own
// expectation, without gold. An error is an [*Error].
func Worth(rows []Submission, share float64, o Options) (float64, error) {
	r, err := Combine(FirstOf(rows, firstAsked), o)
	if err != nil || len(r.Items) == 0 {
		return 0, err
	}
	sum := 0.0
	for i := range r.Items {
		sum += r.Items[i].ExpectedErrors
	}
	return share * sum / float64(len(r.Items)), nil
}

// Simulate plays the collecting of a batch that is complete: two transcripts of
// each item, then one more, in the order of the input, of each that promises
// more than so many errors fewer for it, until there is none. What is known of
// the workers at each step is what they had written until then. It returns the
// transcripts that would have been asked for and the consensus on them.
//
// What a transcript promises is the doubt in the item over how many there are: it
// shares out what is in doubt, and of what nobody hears it promises nothing. The
// threshold counts errors of an item, not their share: a transcript costs alike
// for a long and a short one and takes away more errors of the long.
func Simulate(rows []Submission, threshold float64, o Options) ([]Submission, *Result, error) {
	have, there := map[string]int{}, map[string]int{}
	for _, r := range rows {
		there[r.Item]++
		have[r.Item] = firstAsked
	}
	for {
		asked := upTo(rows, func(id string) int { return have[id] })
		r, err := Combine(asked, o)
		if err != nil {
			return nil, nil, err
		}
		more := false
		for i := range r.Items {
			it := &r.Items[i]
			if it.promise() > threshold && have[it.ID] < there[it.ID] {
				have[it.ID]++
				more = true
			}
		}
		if !more {
			return asked, r, nil
		}
	}
}

// promise is how many errors fewer one more transcript of an item may bring.
func (it *Item) promise() float64 { return it.doubt / float64(max(it.Transcripts, 1)) }
