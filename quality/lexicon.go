package quality

import (
	"encoding/binary"
	"hash/maphash"
	"math/rand/v2"
)

// lexicon numbers words 0, 1, 2 … It is a hash table with open addressing that
// holds no pointers for words of up to seven bytes, as most are: they are found
// without a look at a string, and cost the garbage collector nothing.
type lexicon struct {
	slots []int32  // 1 + a word's number, 0 where it is free
	keys  []uint64 // by number: of a longer word longWord and its index in long
	long  []string
	seed  maphash.Seed
	odd   uint64
}

const (
	shortWord = 7          // how many bytes a key has room for, beside their count
	longWord  = 0xff << 56 // a count that no short word has
)

// id numbers a word.
func (l *lexicon) id(word string) int32 {
	if 4*len(l.keys) >= 3*len(l.slots) {
		l.grow()
	}
	key, slot := l.look(word)
	if *slot == 0 {
		if len(word) > shortWord {
			key = longWord | uint64(len(l.long))
			l.long = append(l.long, word)
		}
		l.keys = append(l.keys, key)
		*slot = int32(len(l.keys))
	}
	return *slot - 1
}

// find returns the number of a word that has one.
func (l *lexicon) find(word string) (id int32, ok bool) {
	if l.slots == nil {
		return 0, false
	}
	_, slot := l.look(word)
	return *slot - 1, *slot != 0
}

// text returns the word of a number.
func (l *lexicon) text(id int32) string {
	key := l.keys[id]
	if key >= longWord {
		return l.long[key&^longWord]
	}
	var bytes [8]byte
	binary.LittleEndian.PutUint64(bytes[:], key)
	return string(bytes[:key>>56])
}

// look finds a word's place in the table, which is free where it is new, and the
// key of a short one.
func (l *lexicon) look(word string) (key uint64, slot *int32) {
	mask := uint32(len(l.slots) - 1)
	if len(word) > shortWord {
		for at := l.hash(word) & mask; ; at = (at + 1) & mask {
			slot := &l.slots[at]
			if *slot == 0 {
				return 0, slot
			}
			if key := l.keys[*slot-1]; key >= longWord && l.long[key&^longWord] == word {
				return key, slot
			}
		}
	}
	for i := 0; i < len(word); i++ {
		key |= uint64(word[i]) << (8 * i)
	}
	key |= uint64(len(word)) << 56
	for at := scattered(key, l.odd) & mask; ; at = (at + 1) & mask {
		slot := &l.slots[at]
		if *slot == 0 || l.keys[*slot-1] == key {
			return key, slot
		}
	}
}

// hash is that of a long word.
func (l *lexicon) hash(word string) uint32 { return uint32(maphash.String(l.seed, word)) }

// scattered is a hash of a number by a seed, which is odd: who does not know it
// cannot make numbers that fall together.
func scattered(x, seed uint64) uint32 {
	x *= seed
	return uint32((x ^ x>>32) * seed >> 32)
}

func (l *lexicon) grow() {
	if l.slots == nil {
		l.seed, l.odd = maphash.MakeSeed(), rand.Uint64()|1
	}
	l.slots = make([]int32, max(64, 2*len(l.slots)))
	mask := uint32(len(l.slots) - 1)
	for id, key := range l.keys {
		at := scattered(key, l.odd)
		if key >= longWord {
			at = l.hash(l.long[key&^longWord])
		}
		for at &= mask; l.slots[at] != 0; {
			at = (at + 1) & mask
		}
		l.slots[at] = int32(id + 1)
	}
}
