// Package consensus makes one transcript of several, and says who of those that
// wrote them can be relied on.
//
//	result, err := consensus.Combine(submissions, consensus.Options{})
//	for _, item := range result.Items { … item.Text(), item.Confidence() … }
package consensus

import (
	"cmp"
	"fmt"
	"strings"

	"tapescript/quality/normalize"
)

// Submission is what one worker wrote for one item.
type Submission struct {
	Item   string
	Worker string // "" where nobody knows
	Text   string
}

// Method is a way of making one transcript of several.
type Method string

// The methods.
const (
	// Tapescript aligns all transcripts of an item with each other and weighs
	// every vote by what the whole batch tells of its worker and its words.
	Tapescript Method = "tapescript"
	// ROVER is Fiscus's vote (1997), in the form that crowd-kit published figures
	// of: transcripts are aligned one after another, each has one vote.
	ROVER Method = "rover"
	// Medoid takes the transcript that is nearest to all others, as it is.
	Medoid Method = "medoid"
)

// Methods lists the methods, the default first.
func Methods() []Method { return []Method{Tapescript, ROVER, Medoid} }

// Options say how to combine. The zero value is the default: tapescript, basic.
type Options struct {
	Method    Method
	Normalize *normalize.Profile
}

// Result is the outcome for a whole batch. The keys of its JSON are an API.
type Result struct {
	Method Method `json:"method"`
	Items  []Item `json:"items"` // in the natural order of their IDs
}

// Item is the consensus on one item.
type Item struct {
	ID          string `json:"id"`
	Transcripts int    `json:"transcripts"`
	Words       []Word `json:"words"`
	// ExpectedErrors is how many words are likely wrong, missing or too many;
	// ExpectedWords how many there are likely to be.
	ExpectedErrors float64 `json:"expected_errors"`
	ExpectedWords  float64 `json:"expected_words"`
	doubt          float64 // of the errors, those that voting leaves open
}

// Confidence is the share of an item's words that are likely right, 0 to 1. An
// item in which nobody heard a word is as sure as its having none.
func (it *Item) Confidence() float64 {
	return max(0, 1-it.ExpectedErrors/max(it.ExpectedWords, 1))
}

// Word is a word of the consensus. Its confidence and those of its alternatives
// add up to less than 1: the rest is that nobody wrote the right word.
type Word struct {
	Text         string        `json:"text"`
	Confidence   float64       `json:"confidence"` // 0 to 1
	Alternatives []Alternative `json:"alternatives,omitempty"`
}

// Alternative is what else may stand in a word's place; no text is no word.
type Alternative struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"`
}

// Code says what is wrong with an input.
type Code string

// What can be wrong.
const (
	UnknownMethod      Code = "unknown-method"
	TooManyTranscripts Code = "too-many-transcripts"
	TooManyWords       Code = "too-many-words"
)

// Error is an input that cannot be combined.
type Error struct {
	Code        Code
	Item        string
	Count, Most int
}

func (e *Error) Error() string {
	return fmt.Sprintf("consensus: item %q: %s (%d, at most %d)", e.Item, e.Code, e.Count, e.Most)
}

// Text returns the words with spaces between.
func (it *Item) Text() string {
	var s strings.Builder
	for i, w := range it.Words {
		if i > 0 {
			s.WriteByte(' ')
		}
		s.WriteString(w.Text)
	}
	return s.String()
}

// Combine makes one transcript of the several of each item. An error is an
// [*Error].
func Combine(rows []Submission, o Options) (*Result, error) {
	b, err := prepare(rows, &o)
	if err != nil {
		return nil, err
	}
	out := &Result{Method: o.Method, Items: make([]Item, len(b.items))}
	switch o.Method {
	case ROVER:
		b.each(func(_ *aligner, i int) { out.Items[i] = b.roverItem(b.items[i]) })
	case Medoid:
		b.each(func(_ *aligner, i int) { out.Items[i] = b.medoidItem(b.items[i]) })
	case Tapescript:
		b.lattice()
		l := b.vote(&weights)
		b.each(func(_ *aligner, i int) { out.Items[i] = b.result(l, i) })
	default:
		return nil, &Error{Code: UnknownMethod}
	}
	return out, nil
}

// prepare reads a batch by options, whose defaults it fills in.
func prepare(rows []Submission, o *Options) (*batch, error) {
	if o.Normalize == nil {
		basic := normalize.Basic()
		o.Normalize = &basic
	}
	o.Method = cmp.Or(o.Method, Tapescript)
	return numbered(rows, *o)
}
