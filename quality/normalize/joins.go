package normalize

import "strings"

// longestJoin is how many words may be written as one.
const longestJoin = 3

// Joins returns the readings that are seen with two texts only: words that the
// other text writes as one, "log in" where it has "login", "ice cream" where it
// has "ice-cream". They are added to those of [Profile.Readings] before the two
// lattices are aligned, forA to the lattice of a and forB to that of b. Found by
// the hashes of the other side's words, in time that grows with the two lengths;
// there are none unless "compounds" is one of the profile's steps.
//
// A join says nothing about where in the other text its word stands. A detour
// that meets nothing there costs the alignment nothing.
func (p Profile) Joins(a, b []Token) (forA, forB []Reading) {
	for _, r := range p.readers {
		if r.name == compounds.name {
			return joins(a, b), joins(b, a)
		}
	}
	return nil, nil
}

// joins finds the runs of tokens that are one token of the other text.
func joins(tokens, other []Token) []Reading {
	if len(tokens) < 2 || len(other) == 0 {
		return nil
	}
	var first filter
	for _, t := range other {
		first.add(hash(seed, t.Text))
	}
	var out []Reading
	var whole map[string]bool
	for i := range tokens {
		if tokens[i].Kind != Word {
			continue
		}
		h := hash(seed, tokens[i].Text)
		for k := i + 1; k < len(tokens) && tokens[k].Kind == Word; k++ {
			h = hash(h, tokens[k].Text)
			if k-i >= longestJoin && !spelledOut(tokens[i:k+1]) {
				break
			}
			if !first.has(h) {
				continue
			}
			if whole == nil {
				whole = make(map[string]bool, len(other))
				for _, t := range other {
					whole[t.Text] = true
				}
			}
			if joined := concatenate(tokens[i : k+1]); whole[joined] && !otherSounds[joined] {
				span := Token{Text: joined, Start: tokens[i].Start, End: tokens[k].End}
				out = append(out, Reading{From: i, To: k + 1, Tokens: []Token{span}, Step: compounds.name})
			}
		}
	}
	return out
}

// otherSounds are words that their parts, said apart, are not.
// The a of amoral is said as in day. French quoi que is whatever, quoique though.
var otherSounds = set("nowhere together therapist manslaughter amoral atypical asexual asymmetric asymmetrical apolitical atonal asocial notable notably notice quoique")

// spelledOut says whether tokens are single letters, as of an abbreviation; up
// to eight may be one word.
func spelledOut(tokens []Token) bool {
	if len(tokens) > 8 {
		return false
	}
	for _, t := range tokens {
		if len(t.Text) != 1 {
			return false
		}
	}
	return true
}

func concatenate(tokens []Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Text)
	}
	return b.String()
}

// filter is a Bloom filter of one hash: nearly every run of words is refused by
// it without a look at a map.
type filter [64]uint64

func (f *filter) add(h uint64)      { f[h>>58] |= 1 << (h >> 52 & 63) }
func (f *filter) has(h uint64) bool { return f[h>>58]>>(h>>52&63)&1 != 0 }

// seed and prime are those of FNV-1a, which can be continued from a word to the
// next.
const (
	seed  = 14695981039346656037
	prime = 1099511628211
)

func hash(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * prime
	}
	return h
}
