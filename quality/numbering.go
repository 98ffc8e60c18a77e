package quality

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
)

// numbering turns words and characters into the numbers that package align
// compares. Equal numbers are equal words only within one numbering.
type numbering struct {
	profile  normalize.Profile
	costs    align.Costs
	words    lexicon
	clusters map[string]int32 // of more than one code point; negative
	letters  [2][]int32       // of two words that are compared

	// Of ScoreItems: what is kept of many items is cut from large pieces, what
	// is not is used again.
	wordSlab slab[Word]
	stepSlab slab[Step]
	refs     []reading
	heard    reading
	steps    align.Alignment
	// Where the report does not keep the steps, what they come to; and those of
	// the hypothesis that is compared, with one reference and with another.
	found       *findings
	kept, other []Step
	arcs        align.Alignment // of two lattices

	notation, optional, fragments bool // as in Options
	mapping                       *normalize.Mapping
	collar                        time.Duration
}

// slab hands out slices that nobody gives back.
type slab[T any] struct{ rest []T }

// slabSize is how many elements are made at a time.
const slabSize = 2048

func (s *slab[T]) take(n int) []T {
	if len(s.rest) < n {
		s.rest = make([]T, max(n, slabSize))
	}
	out := s.rest[:n:n]
	s.rest = s.rest[n:]
	return out
}

func newNumbering(o Options) *numbering {
	if o.Normalize.Name() == "" {
		o.Normalize = normalize.Basic()
	}
	return &numbering{
		profile: o.Normalize, costs: o.Align, clusters: map[string]int32{},
		mapping:  o.Mapping,
		notation: o.Notation || o.Mapping != nil, optional: o.Optional, fragments: o.Fragments,
		collar: max(cmp.Or(o.Collar, DefaultCollar), 0),
	}
}

// ids numbers words, behind those of dst.
func (n *numbering) ids(dst []int32, tokens []normalize.Token) []int32 {
	dst = slices.Grow(dst, len(tokens))
	for _, t := range tokens {
		dst = append(dst, n.id(t.Text))
	}
	return dst
}

// id numbers a word.
func (n *numbering) id(word string) int32 { return n.words.id(word) }

// characters numbers the characters of a text's words and of the spaces between
// them, and puts them behind dst. Where each is not nil, it is called with the
// index of the word and the number of characters that it adds, its space with it.
func (n *numbering) characters(dst []int32, tokens []normalize.Token, each func(word, added int)) []int32 {
	for i, t := range tokens {
		before := len(dst)
		dst = n.clustersOf(dst, t.Text)
		if i+1 < len(tokens) && spaced(t.Text, tokens[i+1].Text) {
			dst = append(dst, ' ')
		}
		if each != nil {
			each(i, len(dst)-before)
		}
	}
	return dst
}

// clustersOf numbers a word's grapheme clusters: a code point is its own number.
func (n *numbering) clustersOf(dst []int32, word string) []int32 {
	state := -1
	for len(word) > 0 {
		// Two characters of ASCII never form a cluster: normalised words hold
		// no carriage return before a line feed.
		if word[0] < utf8.RuneSelf && (len(word) == 1 || word[1] < utf8.RuneSelf) {
			dst, word, state = append(dst, int32(word[0])), word[1:], -1
			continue
		}
		var cluster string
		cluster, word, _, state = uniseg.FirstGraphemeClusterInString(word, state)
		if r, size := utf8.DecodeRuneInString(cluster); size == len(cluster) {
			dst = append(dst, r)
			continue
		}
		id, ok := n.clusters[cluster]
		if !ok {
			id = int32(-1 - len(n.clusters))
			n.clusters[cluster] = id
		}
		dst = append(dst, id)
	}
	return dst
}

// spaced says whether a space is written between two words.
func spaced(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	if last < utf8.RuneSelf && after[0] < utf8.RuneSelf {
		return true
	}
	// A word that begins with a Han or Kana character is nothing else but it
	// and its marks.
	first, _ := utf8.DecodeRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	return !normalize.Ideographic(first) && !normalize.Ideographic(next)
}
