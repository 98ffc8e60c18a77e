package normalize

import (
	"slices"
	"strings"
)

// Reading is another way to say tokens[From:To): in a lattice over the tokens,
// a detour from node From to node To. Without Tokens it says that the words may
// be left out, as fillers may. Every token of a reading has the span of the
// words that it stands for.
type Reading struct {
	From, To int // From < To
	Tokens   []Token
	Step     string // the step that found it, as [Profile.Steps] names it
}

// readingsPerToken bounds what hostile text can make of a lattice: no more
// readings begin at one token.
const readingsPerToken = 12

// Readings returns the words of a text as [Profile.Tokens] does, and the other
// ways in which a listener may have written them, ordered by From.
//
// Readings lead to one form that is chosen as common: both "fifty" and "50" are
// spelled 50, so that texts are the same where a path through the one lattice
// says what a path through the other says. Reading the text of a reading again
// finds nothing new that is needed for this. Texts without anything to read in
// two ways return no readings and cost little more than their tokens.
func (p Profile) Readings(text string) ([]Token, []Reading) { return p.ReadingsInto(nil, text) }

// ReadingsInto is [Profile.Readings] for those who read many texts: the tokens
// are put into a slice of theirs, over what it holds.
func (p Profile) ReadingsInto(buffer []Token, text string) ([]Token, []Reading) {
	tokens := p.appendTokens(buffer[:0], text)
	if len(p.readers) == 0 || len(tokens) == 0 {
		return tokens, nil
	}
	w := &weighing{lang: p.know(), raw: text, tokens: tokens}
	for _, r := range p.readers {
		if r.find == nil || !r.wanted(w) {
			continue
		}
		w.step = r.name
		r.find(w)
	}
	return tokens, w.sorted()
}

// reader is a step that finds readings in the tokens. One without find works
// on two texts (compounds).
type reader struct {
	name string
	// needs says which tokens make the step worth running.
	needs trait
	find  func(w *weighing)
}

func (r reader) wanted(w *weighing) bool {
	if r.needs == 0 {
		return true
	}
	return w.all()&r.needs != 0
}

// trait is what a token has to be for a step to look at the text.
type trait uint8

const (
	listed    trait = 1 << iota // in the language's lists
	numeric                     // a number word that has a reading of its own, or the head of one
	digits                      // holds a digit, or a sign that goes with numbers
	inflected                   // ends in a contraction that any noun may take
	accented                    // has a letter beyond ASCII
)

// weighing is a text while its readings are sought.
type weighing struct {
	lang   *language
	raw    string
	tokens []Token
	step   string
	out    []Reading
	traits []trait
	union  trait
}

// all returns the traits that any of the tokens has.
func (w *weighing) all() trait {
	if w.traits == nil && len(w.tokens) > 0 {
		w.traits = make([]trait, len(w.tokens))
		for i, t := range w.tokens {
			w.traits[i] = w.lang.traits(t.Text)
			w.union |= w.traits[i]
		}
		if strings.IndexByte(w.raw, '\'') >= 0 || strings.Contains(w.raw, "’") {
			w.union |= inflected // one may stand outside of the words: goin'
		}
		if w.lang.grammar.unspaced && strings.Contains(w.raw, "・") {
			w.union |= numeric // between the digits of 三・一四
		}
	}
	return w.union
}

// add notes that tokens[from:to) may also be said in these words.
func (w *weighing) add(from, to int, words ...string) {
	if to-from == len(words) {
		same := true
		for k, word := range words {
			same = same && w.tokens[from+k].Text == word
		}
		if same {
			return
		}
	}
	for k := len(w.out) - 1; k >= 0 && w.out[k].From >= from-1; k-- {
		if r := w.out[k]; r.From == from && r.To == to && slices.EqualFunc(r.Tokens, words, func(t Token, s string) bool { return t.Text == s }) {
			return
		}
	}
	r := Reading{From: from, To: to, Step: w.step}
	for _, word := range words {
		r.Tokens = append(r.Tokens, Token{Text: word, Start: w.tokens[from].Start, End: w.tokens[to-1].End})
	}
	w.out = append(w.out, r)
}

// sorted returns what was found, in the order of the text, within the bound.
func (w *weighing) sorted() []Reading {
	slices.SortStableFunc(w.out, func(a, b Reading) int { return a.From - b.From })
	kept, run, last := w.out[:0], 0, -1
	for _, r := range w.out {
		if r.From != last {
			run, last = 0, r.From
		}
		if run++; run <= readingsPerToken {
			kept = append(kept, r)
		}
	}
	return kept
}

// text returns the token at i, or "" beyond the ends.
func (w *weighing) text(i int) string {
	if i < 0 || i >= len(w.tokens) {
		return ""
	}
	return w.tokens[i].Text
}

// written returns how the token at i was written.
func (w *weighing) written(i int) string {
	if i < 0 || i >= len(w.tokens) {
		return ""
	}
	return w.raw[w.tokens[i].Start:w.tokens[i].End]
}

// gap returns what stands between token i-1 and token i.
func (w *weighing) gap(i int) string {
	start, end := 0, len(w.raw)
	if i > 0 {
		start = w.tokens[min(i, len(w.tokens))-1].End
	}
	if i < len(w.tokens) {
		end = w.tokens[i].Start
	}
	if start >= end {
		return ""
	}
	return w.raw[start:end]
}

// dotted says whether a full stop follows token i.
func (w *weighing) dotted(i int) bool {
	return strings.HasPrefix(w.raw[w.tokens[i].End:], ".")
}
