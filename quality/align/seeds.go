package align

import (
	"math/bits"
	"slices"
)

// seedWords is the length of a seed of words. Longer ones seldom stand somewhere
// else by chance, shorter ones are seldom hit by two errors.
const seedWords = 4

// seedLength is the length of the seeds of a text of so many tokens, of which so
// many differ: such that few stand there twice, if a token says six tenths of what
// it could, as letters in words do. For words it is seedWords.
func seedLength(tokens, different int) int {
	needed, says := 3*bits.Len(uint(tokens))/2, 3*bits.Len(uint(different))/5
	return min(max(seedWords, needed/max(says, 1)+1), longestSeed)
}

// longestSeed is for texts of very few letters.
const longestSeed = 16

// seeds lists where each run of length tokens begins in a text, by hash. Two
// runs may share one; then a seed seems to stand where it does not, which only
// weakens what is concluded from its absence.
type seeds struct {
	length         int
	starts, places []int32
	shift          uint
}

func (s *seeds) index(text []int32, length int) {
	s.length = length
	size := s.size(len(text))
	s.places = append(s.places[:0], make([]int32, max(0, len(text)-length+1))...)
	for i := 0; i+length <= len(text); i++ {
		s.starts[s.hash(text[i:])+1]++
	}
	for k := range size {
		s.starts[k+1] += s.starts[k]
	}
	// Each start moves to its end as its places are put, from the last on.
	for i := len(text) - length; i >= 0; i-- {
		h := s.hash(text[i:]) + 1
		s.starts[h]--
		s.places[s.starts[h]] = int32(i)
	}
}

// size makes an empty table for so many seeds and returns its size.
func (s *seeds) size(n int) int {
	size := 1 << bits.Len(uint(2*n))
	s.shift = uint(64 - bits.Len(uint(size-1)))
	s.starts = append(s.starts[:0], make([]int32, size+1)...)
	return size
}

func (s *seeds) hash(seed []int32) uint64 {
	_ = seed[s.length-1]
	return s.mix(seed[:s.length])
}

// mix mixes tokens by multiplication (Knuth, volume 3, 6.4).
func (s *seeds) mix(tokens []int32) uint64 {
	const golden = 0x9E3779B97F4A7C15
	h := uint64(0)
	for _, t := range tokens {
		h = (bits.RotateLeft64(h, 23) ^ uint64(uint32(t))) * golden
	}
	return h >> s.shift
}

// all returns the places of a seed's hash, rising.
func (s *seeds) all(seed []int32) []int32 {
	return s.bucket(s.hash(seed))
}

// bucket returns the places of a hash, rising.
func (s *seeds) bucket(hash uint64) []int32 {
	h := hash + 1
	end := int32(len(s.places))
	if int(h)+1 < len(s.starts) {
		end = s.starts[h+1]
	}
	return s.places[s.starts[h]:end]
}

// extent is where a seed stands first and last in a text; first is -1 where it
// does not.
type extent struct{ first, last int32 }

// mostTried is how many places of a hash are looked at from either end.
const mostTried = 8

// extent returns it; where a hash has many places, it may be too wide.
func (s *seeds) extent(text, seed []int32) extent {
	places := s.all(seed)
	for k := 0; len(places) > 0 && k < mostTried && !s.stands(text, seed, places[0]); k++ {
		places = places[1:]
	}
	for k := 0; len(places) > 1 && k < mostTried && !s.stands(text, seed, places[len(places)-1]); k++ {
		places = places[:len(places)-1]
	}
	if len(places) == 0 {
		return extent{-1, -1}
	}
	return extent{places[0], places[len(places)-1]}
}

func (s *seeds) stands(text, seed []int32, at int32) bool {
	return slices.Equal(text[at:][:s.length], seed)
}

// between says whether a seed seems to stand at low … high.
func (s *seeds) between(seed []int32, low, high int) bool {
	return within(s.all(seed), low, high)
}

// within says whether any of some places, which rise, is one of low … high.
func within(places []int32, low, high int) bool {
	for len(places) > 0 {
		middle := len(places) / 2
		switch at := int(places[middle]); {
		case at < low:
			places = places[middle+1:]
		case at > high:
			places = places[:middle]
		default:
			return true
		}
	}
	return false
}
