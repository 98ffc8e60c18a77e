package normalize

import (
	"strings"
	"unicode"
)

// Change is what a step made of a word.
type Change struct {
	Step     string // as [Profile.Steps] names it
	From, To string
}

// Explanation says what became of one word of the raw text, as white space
// parts them.
type Explanation struct {
	Start, End int      // its bytes in the raw text
	Changes    []Change // in the order of the steps
	Tokens     []Token  // what was left
	Readings   []Reading
}

// Explain tells for every word of a text which steps changed it, and from what
// to what, and the readings that begin in it. A Reading's From and To count the
// tokens of the whole text.
func (p Profile) Explain(text string) []Explanation {
	tokens, readings := p.Readings(text)
	var out []Explanation
	start := -1
	for i, r := range text + " " {
		switch {
		case !unicode.IsSpace(r) && start < 0:
			start = i
		case unicode.IsSpace(r) && start >= 0:
			out = append(out, Explanation{Start: start, End: i})
			start = -1
		}
	}
	p.explainSteps(text, out)
	at, read := 0, 0
	for k := range out {
		e := &out[k]
		for ; at < len(tokens) && tokens[at].Start < e.End; at++ {
			e.Tokens = append(e.Tokens, tokens[at])
			for ; read < len(readings) && readings[read].From <= at; read++ {
				e.Readings = append(e.Readings, readings[read])
			}
		}
	}
	return out
}

// explainSteps runs the steps one by one and notes each word's changes.
func (p Profile) explainSteps(text string, words []Explanation) {
	src := units(nil, text)
	before := wordsOf(src, words)
	for _, s := range p.steps {
		src = s.apply(nil, src)
		after := wordsOf(src, words)
		for k := range words {
			if before[k] != after[k] {
				words[k].Changes = append(words[k].Changes, Change{s.name, before[k], after[k]})
			}
		}
		before = after
	}
}

// wordsOf returns what the characters that came from each word now are.
func wordsOf(src []unit, words []Explanation) []string {
	out := make([]string, len(words))
	var b strings.Builder
	at := 0
	for k, e := range words {
		b.Reset()
		for ; at < len(src) && src[at].start < e.End; at++ {
			if src[at].start >= e.Start {
				b.WriteRune(src[at].r)
			}
		}
		out[k] = strings.Join(strings.Fields(b.String()), " ")
	}
	return out
}
