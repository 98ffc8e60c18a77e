package consensus

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// null is the token of a transcript that has no word in a slot.
const null int32 = -1

// batch is a set of transcripts with its words and people numbered. Everything
// that methods know they learn from here.
type batch struct {
	words   []word // by token
	index   map[string]int32
	items   []*item // in the natural order of their IDs
	workers []string
}

// word is what a token stands for.
type word struct {
	text    string
	sound   string  // what it sounds like, roughly
	letters []int32 // its characters, numbered
	hash    uint64  // of the characters; that of "ab" follows from those of "a" and "b"
	power   uint64  // hashBase to the number of characters
	// abstains says that it holds a digit or no letter at all. Who writes "20"
	// heard a word and does not say which.
	abstains bool
}

// item is an utterance and who wrote what for it.
type item struct {
	id       string
	row      []int     // of each transcript, in the input
	worker   []int32   // of each transcript; -1 where nobody knows
	texts    [][]int32 // of each transcript
	joinings []joining
	// written is what texts were before words were parted and expanded; only
	// [batch.keepWritten] fills it.
	written [][]int32
	slots   []slot
}

// numbered reads submissions into a batch. Items come in the natural order of
// their IDs (9.mp3 before 10.mp3), so that neighbours in a recording are
// neighbours here; transcripts of an item in that of the input.
func numbered(rows []Submission, o Options) (*batch, error) {
	b := &batch{index: map[string]int32{}}
	byID := map[string]*item{}
	people, letters := map[string]int32{}, map[rune]int32{}
	for r, s := range rows {
		it := byID[s.Item]
		if it == nil {
			it = &item{id: s.Item}
			byID[s.Item] = it
			b.items = append(b.items, it)
		}
		who := int32(-1)
		if s.Worker != "" {
			n, known := people[s.Worker]
			if !known {
				n = int32(len(b.workers))
				people[s.Worker] = n
				b.workers = append(b.workers, s.Worker)
			}
			who = n
		}
		var text []int32
		for _, t := range o.Normalize.Tokens(s.Text) {
			word := t.Text
			if o.Method == Tapescript { // apostrophes around a word are quotes
				word = strings.Trim(word, "'")
			}
			if word != "" {
				text = append(text, b.number(word, letters))
			}
		}
		it.row, it.worker, it.texts = append(it.row, r), append(it.worker, who), append(it.texts, text)
	}
	for _, it := range b.items {
		if err := it.bounded(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(b.items, func(x, y *item) int { return natural(x.id, y.id) })
	return b, nil
}

// keepWritten keeps the texts for those who judge what was written.
func (b *batch) keepWritten() {
	for _, it := range b.items {
		it.written = slices.Clone(it.texts)
	}
}

// What one item may hold, so that a stranger's table takes bounded time.
const (
	mostTranscripts = 200
	mostWords       = 6000
)

func (it *item) bounded() error {
	if n := len(it.texts); n > mostTranscripts {
		return &Error{Item: it.id, Code: TooManyTranscripts, Count: n, Most: mostTranscripts}
	}
	for _, t := range it.texts {
		if len(t) > mostWords {
			return &Error{Item: it.id, Code: TooManyWords, Count: len(t), Most: mostWords}
		}
	}
	return nil
}

const hashBase = 0x9E3779B97F4A7C15 | 1

// number returns the token of a word.
func (b *batch) number(text string, letters map[rune]int32) int32 {
	if t, ok := b.index[text]; ok {
		return t
	}
	w := word{text: text, power: 1, abstains: true}
	for _, r := range text {
		n, known := letters[r]
		if !known {
			n = int32(len(letters))
			letters[r] = n
		}
		w.letters = append(w.letters, n)
		w.hash = w.hash*hashBase + uint64(r)
		w.power *= hashBase
		w.abstains = w.abstains && !unicode.IsLetter(r)
	}
	w.abstains = w.abstains || strings.ContainsFunc(text, unicode.IsDigit)
	w.sound = sound(text)
	t := int32(len(b.words))
	b.words = append(b.words, w)
	b.index[text] = t
	return t
}

func (b *batch) text(token int32) string { return b.words[token].text }

// natural orders IDs with runs of digits by their value.
func natural(x, y string) int {
	i, j := 0, 0
	for i < len(x) && j < len(y) {
		if !isDigit(x[i]) || !isDigit(y[j]) {
			if c := cmp.Compare(x[i], y[j]); c != 0 {
				return c
			}
			i, j = i+1, j+1
			continue
		}
		a, b := digits(x[i:]), digits(y[j:])
		i, j = i+len(a), j+len(b)
		a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		if c := cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(x)-i, len(y)-j), cmp.Compare(x, y))
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// digits returns the digits that a text begins with.
func digits(s string) string {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n]
}
