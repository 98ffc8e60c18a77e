package quality

import (
	"strings"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
)

// A text that can be said in several ways is a lattice: a graph whose arcs are
// words. Its chain of tokens comes first, so that a tie is decided for what was
// written; readings and joins are detours from it.

// wildcardWords is for how many words a redaction mark may stand: for each of
// its own words, as many as a person says in three seconds.
const wildcardWords = 8

// weaving builds the lattice of a text, or of several in a row.
type weaving struct {
	n      *numbering
	gold   bool // wildcards are wildcards
	seg    int  // of the words that are being added
	arcs   []align.Arc
	words  []chosen // of each arc
	next   int32    // a node that is not yet used
	detour bool     // the lattice is not a chain of words
}

// chosen is a word on a path: which segment of its block it is in, and what it
// is there.
type chosen struct {
	seg   int
	token normalize.Token
}

func newWeaving(n *numbering, gold bool) *weaving { return &weaving{n: n, gold: gold, next: 1} }

func (w *weaving) lattice() align.Lattice { return align.Lattice{Nodes: w.next, Arcs: w.arcs} }

func (w *weaving) node() int32 {
	w.next++
	return w.next - 1
}

// arc adds a word between two nodes and returns its index.
func (w *weaving) arc(from, to int32, t normalize.Token) int {
	a := align.Arc{From: from, To: to, Token: w.n.id(t.Text)}
	if t.Kind == normalize.Wildcard && w.gold {
		a.Kind, a.Token, w.detour = align.Wildcard, wildcardWords, true
	}
	w.arcs, w.words = append(w.arcs, a), append(w.words, chosen{w.seg, t})
	return len(w.arcs) - 1
}

func (w *weaving) empty(from, to int32) {
	w.arcs = append(w.arcs, align.Arc{From: from, To: to, Kind: align.Empty})
	w.words = append(w.words, chosen{seg: w.seg})
	w.detour = true
}

// run adds tokens from a node on, with what else they may be, and returns the
// node where they end. Nodes within a detour are numbered between those that
// it leaves and meets again.
func (w *weaving) run(from int32, tokens []normalize.Token, readings []normalize.Reading) int32 {
	if len(tokens) == 0 {
		return from
	}
	nodes := make([]int32, len(tokens)+1)
	inner := make([]int32, len(readings)) // the first node within each detour
	nodes[0] = from
	for i, k := 0, 0; i < len(tokens); i++ {
		for ; k < len(readings) && readings[k].From <= i; k++ {
			inner[k] = w.next
			w.next += int32(max(0, len(readings[k].Tokens)-1))
		}
		nodes[i+1] = w.node()
	}
	first := len(w.arcs)
	for i, t := range tokens {
		w.arc(nodes[i], nodes[i+1], t)
	}
	for k, r := range readings {
		w.detour = true
		here, to := nodes[r.From], nodes[r.To]
		switch {
		case len(r.Tokens) > 0:
		case r.To == r.From+1 && w.arcs[first+r.From].Kind == align.Word:
			w.arcs[first+r.From].Kind = align.Deletable
		default:
			w.empty(here, to)
		}
		for m, t := range r.Tokens {
			step := to
			if m+1 < len(r.Tokens) {
				step = inner[k] + int32(m)
			}
			w.arc(here, step, t)
			here = step
		}
	}
	return nodes[len(tokens)]
}

// notation adds a text with NIST's marks: { a / b / @ } is one of several
// words, @ none, word;tag a word, \; a semicolon and, where that was asked for,
// (word) one that may be left out. What is no such mark is text.
func (w *weaving) notation(from int32, text string, offset, depth int) int32 {
	plain := 0 // where the text that was not added yet begins
	flush := func(end int) {
		from = w.text(from, text[plain:end], offset+plain)
	}
	for i := 0; i < len(text); {
		if isSpace(text[i]) {
			i++
			continue
		}
		if branches := alternatives(text[i:]); branches != nil && depth < deepest {
			flush(i)
			from = w.branches(from, text, i, offset, depth, branches)
			i += branches[len(branches)-1]
			plain = i
			continue
		}
		end := i
		for end < len(text) && !isSpace(text[end]) && (end == i || text[end] != '{') {
			end++
		}
		if word := text[i:end]; w.special(word) {
			flush(i)
			from = w.specialWord(from, word, offset+i)
			plain = end
		}
		i = end
	}
	flush(len(text))
	return from
}

// deepest is how deep alternations may be nested; what lies deeper is text.
const deepest = 32

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// alternatives finds the ends of the branches of an alternation that a text
// begins with: behind "{", each "/" and "}". It is nil where there is none.
func alternatives(text string) []int {
	if text[0] != '{' {
		return nil
	}
	depth, borders := 0, []int{1}
	for k := 0; k < len(text) && k < longestAlternation && depth <= deepest; k++ {
		switch text[k] {
		case '\\':
			k++
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return append(borders, k+1)
			}
		case '/':
			if depth == 1 {
				borders = append(borders, k+1)
			}
		}
	}
	return nil
}

// longestAlternation bounds, in bytes, how far a "{" without an end is followed.
const longestAlternation = 1 << 14

// branches adds an alternation that begins at i of a text.
func (w *weaving) branches(from int32, text string, i, offset, depth int, borders []int) int32 {
	type branch struct {
		first int // arc
		end   int32
	}
	var list []branch
	for k := 1; k < len(borders); k++ {
		part := text[i+borders[k-1] : i+borders[k]-1]
		first := len(w.arcs)
		if end := w.notation(from, part, offset+i+borders[k-1], depth+1); end != from {
			list = append(list, branch{first, end})
		}
	}
	if len(list) == 0 {
		return from
	}
	w.detour = true
	to := w.node()
	for k, b := range list {
		last := len(w.arcs)
		if k+1 < len(list) {
			last = list[k+1].first
		}
		for a := b.first; a < last; a++ {
			if w.arcs[a].To == b.end {
				w.arcs[a].To = to
			}
		}
	}
	return to
}

// special says whether a word is more than its letters.
func (w *weaving) special(word string) bool {
	return word == "@" || strings.ContainsAny(word, `;\`) || w.n.optional && isOptional(word)
}

func isOptional(word string) bool {
	return len(word) > 2 && word[0] == '(' && word[len(word)-1] == ')'
}

func (w *weaving) specialWord(from int32, word string, offset int) int32 {
	if word == "@" {
		to := w.node()
		w.empty(from, to)
		return to
	}
	var value strings.Builder // up to the first tag, without escapes
	for k := 0; k < len(word) && word[k] != ';'; k++ {
		if word[k] == '\\' && k+1 < len(word) {
			k++
		}
		value.WriteByte(word[k])
	}
	text := value.String()
	optional := w.n.optional && isOptional(text)
	if optional {
		text = text[1 : len(text)-1]
	}
	for _, t := range w.n.profile.Tokens(text) {
		t.Start, t.End = offset, offset+len(word)
		to := w.node()
		a := w.arc(from, to, t)
		if optional && w.arcs[a].Kind == align.Word {
			w.arcs[a].Kind, w.detour = align.Deletable, true
		}
		from = to
	}
	return from
}

// text adds a text without marks.
func (w *weaving) text(from int32, text string, offset int) int32 {
	if strings.TrimSpace(text) == "" {
		return from
	}
	tokens, readings := w.n.profile.Readings(text)
	shift(tokens, offset)
	for _, r := range readings {
		shift(r.Tokens, offset)
	}
	return w.run(from, tokens, readings)
}

func shift(tokens []normalize.Token, by int) {
	for i := range tokens {
		tokens[i].Start += by
		tokens[i].End += by
	}
}
