package align

import (
	"math/bits"
	"slices"
)

// vocabulary numbers the tokens of a reference 1, 2, 3 … A hash table with open
// addressing, because Go's map takes longer than the alignment of a short pair.
type vocabulary struct {
	slots []slot
	used  int
	shift uint
}

type slot struct {
	token, id int32 // id 0: the slot is free
}

// firstSlots is how large the table begins at most: one that stays in the cache
// where few of many tokens differ.
const firstSlots = 1 << 14

// reset empties the table, for at most that many different tokens.
func (v *vocabulary) reset(most int) {
	v.empty(min(firstSlots, 1<<bits.Len(uint(2*most)))) // filled to one half at most
	v.used = 0
}

func (v *vocabulary) empty(size int) {
	if cap(v.slots) < size {
		v.slots = make([]slot, size)
	}
	v.slots = v.slots[:size]
	clear(v.slots)
	v.shift = uint(32 - bits.Len(uint(size-1)))
}

// at returns the slot of a token, or the free one where it belongs.
// Multiplying by 2³² over the golden ratio spreads consecutive numbers
// (Knuth, volume 3, 6.4).
func (v *vocabulary) at(token int32) *slot {
	k := uint32(token) * 2654435769 >> v.shift
	for {
		s := &v.slots[k]
		if s.id == 0 || s.token == token {
			return s
		}
		if k++; int(k) == len(v.slots) {
			k = 0
		}
	}
}

// add returns the token's number, giving it the next one where it is new.
func (v *vocabulary) add(token int32) int32 {
	s := v.at(token)
	if s.id != 0 {
		return s.id
	}
	if v.used++; 2*v.used > len(v.slots) {
		v.grow()
		s = v.at(token)
	}
	*s = slot{token, int32(v.used)}
	return s.id
}

// grow makes the table four times as large.
func (v *vocabulary) grow() {
	old := slices.Clone(v.slots)
	v.empty(4 * len(old))
	for _, s := range old {
		if s.id != 0 {
			*v.at(s.token) = s
		}
	}
}

// find returns the token's number, or 0.
func (v *vocabulary) find(token int32) int32 { return v.at(token).id }
