package spell

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// flag is one mark of an entry: a class of affixes, or a property of the word.
// 0 is none.
type flag uint32

// upcaseOnly marks the entries that were made for words in capitals alone; no
// file can hold it.
const upcaseOnly flag = 1<<32 - 1

// flagKind is how flags are written.
type flagKind uint8

const (
	charFlags flagKind = iota // one character each
	longFlags                 // two
	numFlags                  // numbers with commas
)

// flags are in order, so that one is found fast.
type flags []flag

func (f flags) has(one flag) bool {
	if one == 0 {
		return false
	}
	if len(f) > 16 {
		_, found := slices.BinarySearch(f, one)
		return found
	}
	for _, x := range f {
		if x == one {
			return true
		}
	}
	return false
}

// parse reads the flags of an entry as they are written; ok is false where
// they cannot be meant.
func (k flagKind) parse(text string) (flags, bool) {
	var list flags
	switch k {
	case numFlags:
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.ParseUint(strings.TrimSpace(part), 10, 32)
			if err != nil || n == 0 || flag(n) == upcaseOnly {
				return nil, false
			}
			list = append(list, flag(n))
		}
	case longFlags:
		for text != "" {
			a, n := utf8.DecodeRuneInString(text)
			b, m := utf8.DecodeRuneInString(text[n:])
			if m == 0 { // Hunspell takes the half that is there
				b = 0
			}
			list = append(list, flag(uint32(a)<<16^uint32(b)))
			text = text[n+m:]
		}
	default:
		for _, r := range text {
			list = append(list, flag(r))
		}
	}
	slices.Sort(list)
	return slices.Compact(list), true
}

// one reads a single flag.
func (k flagKind) one(text string) flag {
	if list, ok := k.parse(text); ok && len(list) > 0 {
		return list[0]
	}
	return 0
}
