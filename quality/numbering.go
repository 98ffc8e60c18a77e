package quality

import (
	"cmp"
	"hash/maphash"
	"math/rand/v2"
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

// lexicon numbers words 0, 1, 2 … It is a hash table with open addressing. A word
// of up to seven bytes, as most are, lies in the table itself: to find it takes a
// single look into memory.
type lexicon struct {
	texts []string // by number
	slots []lexeme
	seed  maphash.Seed
	odd   uint64
}

type lexeme struct {
	key uint64 // see keyOf
	id  int32  // 1 + the number, 0 where it is free
}

// shortWord is how many bytes of a word a key has room for, beside the length.
const shortWord = 7

// keyOf is a word of at most seven bytes itself, with its length in the highest
// byte; of a longer one it is the hash, with 255 there.
func (l *lexicon) keyOf(word string) uint64 {
	if len(word) > shortWord {
		return maphash.String(l.seed, word) | 0xff<<56
	}
	key := uint64(len(word)) << 56
	for i := 0; i < len(word); i++ {
		key |= uint64(word[i]) << (8 * i)
	}
	return key
}

func (l *lexicon) id(word string) int32 {
	if 4*len(l.texts) >= 3*len(l.slots) {
		l.grow()
	}
	key := l.keyOf(word)
	s := l.slot(key, word)
	if s.id == 0 {
		l.texts = append(l.texts, word)
		*s = lexeme{key, int32(len(l.texts))}
	}
	return s.id - 1
}

// find returns the number of a word that has one.
func (l *lexicon) find(word string) (id int32, ok bool) {
	if l.slots == nil {
		return 0, false
	}
	s := l.slot(l.keyOf(word), word)
	return s.id - 1, s.id != 0
}

// slot finds a word's place in the table, which is free where it is new.
func (l *lexicon) slot(key uint64, word string) *lexeme {
	mask := uint32(len(l.slots) - 1)
	for at := l.first(key) & mask; ; at = (at + 1) & mask {
		s := &l.slots[at]
		if s.id == 0 || s.key == key && (len(word) <= shortWord || l.texts[s.id-1] == word) {
			return s
		}
	}
}

// first is where the search for a key begins, before the table's mask.
func (l *lexicon) first(key uint64) uint32 { return scattered(key, l.odd) }

// scattered is a hash of a number that nobody knows who does not know the seed,
// an odd number.
func scattered(x, seed uint64) uint32 {
	x *= seed
	return uint32((x ^ x>>32) * seed >> 32)
}

func (l *lexicon) grow() {
	if l.slots == nil {
		l.seed, l.odd = maphash.MakeSeed(), rand.Uint64()|1
	}
	old := l.slots
	l.slots = make([]lexeme, max(64, 2*len(old)))
	mask := uint32(len(l.slots) - 1)
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		at := l.first(s.key) & mask
		for l.slots[at].id != 0 {
			at = (at + 1) & mask
		}
		l.slots[at] = s
	}
}

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
