package spell

import (
	"bytes"
	"hash/maphash"
	"strings"
)

// entry is a line of the .dic file. Its word lies in the arena, so that a
// dictionary of 80,000 words is a handful of allocations.
type entry struct {
	from  uint32 // of the arena
	size  uint16
	flags uint32 // index of sets
	next  int32  // the next of the same word, or -1
}

// words are the stems, found by their letters.
type words struct {
	arena   []byte
	entries []entry
	sets    []flags
	bySet   map[string]uint32 // only while reading
	slots   []int32           // open addressing: index of entries + 1; 0 is free
	seed    maphash.Seed
	wide    bool // a word holds a space
}

func (w *words) text(i int32) string {
	e := w.entries[i]
	return string(w.arena[e.from : e.from+uint32(e.size)])
}

func (w *words) is(i int32, word string) bool {
	e := w.entries[i]
	return string(w.arena[e.from:e.from+uint32(e.size)]) == word // does not allocate
}

func (w *words) flagsOf(i int32) flags { return w.sets[w.entries[i].flags] }

// slot is where a word is, or would be.
func (w *words) slot(word string) int {
	mask := len(w.slots) - 1
	k := int(maphash.String(w.seed, word)) & mask
	for w.slots[k] != 0 && !w.is(w.slots[k]-1, word) {
		k = (k + 1) & mask
	}
	return k
}

// find returns the first entry of a word, or -1.
func (w *words) find(word string) int32 {
	if len(w.slots) == 0 {
		return -1
	}
	return w.slots[w.slot(word)] - 1
}

func (w *words) findBytes(word []byte) int32 {
	mask := len(w.slots) - 1
	if mask < 0 {
		return -1
	}
	for k := int(maphash.Bytes(w.seed, word)) & mask; ; k = (k + 1) & mask {
		i := w.slots[k] - 1
		if i < 0 {
			return -1
		}
		if e := w.entries[i]; int(e.size) == len(word) && bytes.Equal(w.arena[e.from:e.from+uint32(e.size)], word) {
			return i
		}
	}
}

// next is the next entry of the same word, or -1.
func (w *words) next(i int32) int32 { return w.entries[i].next }

// add puts an entry behind those of the same word. One for capitals alone
// gives way to any other.
func (w *words) add(word string, set uint32, upcase bool) {
	if len(word) == 0 || len(word) > maxWord {
		return
	}
	if 4*(len(w.entries)+1) > 3*len(w.slots) {
		w.grow()
	}
	k := w.slot(word)
	first := w.slots[k] - 1
	if first < 0 {
		w.slots[k] = int32(len(w.entries)) + 1
		w.entries = append(w.entries, entry{from: uint32(len(w.arena)), size: uint16(len(word)), flags: set, next: -1})
		w.arena = append(w.arena, word...)
		return
	}
	switch {
	case upcase:
		return
	case w.flagsOf(first).has(upcaseOnly):
		w.entries[first].flags = set
		return
	}
	last, n := first, 1
	for w.entries[last].next >= 0 {
		last = w.entries[last].next
		n++
	}
	if n >= maxAlike {
		return
	}
	w.entries[last].next = int32(len(w.entries))
	w.entries = append(w.entries, entry{from: w.entries[first].from, size: uint16(len(word)), flags: set, next: -1})
}

func (w *words) grow() {
	size := max(2*len(w.slots), 1024)
	w.slots = make([]int32, size)
	seen := make([]bool, len(w.entries)) // those that another leads to
	for _, e := range w.entries {
		if e.next >= 0 {
			seen[e.next] = true
		}
	}
	for i := range w.entries {
		if !seen[i] {
			w.slots[w.slot(w.text(int32(i)))] = int32(i) + 1
		}
	}
}

// set returns the index of a set of flags, as written, with or without the
// mark for capitals alone.
func (d *Dictionary) set(written string, upcase bool) (uint32, bool) {
	w := &d.table
	key := written
	if upcase {
		key += "\x00"
	}
	if i, ok := w.bySet[key]; ok {
		return i, true
	}
	list, ok := d.flagList(written)
	if !ok || len(list) > maxFlags {
		return 0, false
	}
	if upcase {
		list = append(list[:len(list):len(list)], upcaseOnly) // the largest: still in order
	}
	w.sets = append(w.sets, list)
	w.bySet[strings.Clone(key)] = uint32(len(w.sets) - 1)
	return uint32(len(w.sets) - 1), true
}

// readWords reads the .dic file: a count, then a word a line, with flags behind
// a slash and what the word is behind a space.
func (d *Dictionary) readWords(data []byte) error {
	data, err := d.decode(data)
	if err != nil {
		return err
	}
	w := &d.table
	w.seed, w.bySet = maphash.MakeSeed(), map[string]uint32{}
	d.set("", false)
	lines := min(bytes.Count(data, []byte("\n"))+1, maxWords)
	w.slots = make([]int32, tableSize(lines))
	w.entries = make([]entry, 0, lines+lines/16)
	w.arena = make([]byte, 0, len(data)/2)
	number := 0
	for line := range bytes.Lines(data) {
		number++
		text := strings.TrimRight(string(line), "\r\n")
		if number == 1 && isCount(text) || text == "" || text[0] == '\t' || text[0] == '#' {
			continue
		}
		if len(w.entries) > maxWords {
			return &Error{Path: ".dic", Line: number, Code: TooLarge, What: "words"}
		}
		word, written := cutEntry(text)
		if word = d.withoutIgnored(word); word == "" {
			continue
		}
		set, ok := d.set(written, false)
		if !ok {
			return &Error{Path: ".dic", Line: number, Code: BadFlag, What: written}
		}
		d.addWord(word, written, set)
	}
	w.bySet = nil
	w.arena = bytes.Clone(w.arena)
	return nil
}

// tableSize is a power of two of which n entries fill at most three quarters,
// capitals' entries included.
func tableSize(n int) int {
	size := 1024
	for size*3 < (n+n/8)*4 && size < 4*maxWords {
		size *= 2
	}
	return size
}

// addWord adds a word, and what it becomes between capitals: OpenOffice is also
// met as OPENOFFICE, and CIA's as CIA'S.
func (d *Dictionary) addWord(word, written string, set uint32) {
	w := &d.table
	w.wide = w.wide || strings.Contains(word, " ")
	w.add(word, set, false)
	switch kind := caseOf(word); {
	case kind != mixedCase && kind != mixedInitial && (kind != allCapitals || written == ""):
	case w.sets[set].has(d.forbidden):
	default:
		if hidden, ok := d.set(written, true); ok {
			w.add(initial(lower(word)), hidden, true)
		}
	}
}

func isCount(text string) bool {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// cutEntry takes a line apart: the word, its flags as written. What the word is
// (po:noun) stands behind a space and is not kept.
func cutEntry(line string) (word, written string) {
	if i := strings.IndexByte(line, '\t'); i >= 0 {
		line = line[:i]
	}
	for i := 3; i < len(line); i++ {
		if line[i] == ':' && line[i-3] == ' ' {
			line = line[:i-3]
			break
		}
	}
	line = strings.TrimRight(line, " ")
	for i := 1; i < len(line); i++ {
		if line[i] != '/' {
			continue
		}
		if line[i-1] == '\\' {
			line = line[:i-1] + line[i:]
			i--
			continue
		}
		return line[:i], strings.TrimSpace(line[i+1:])
	}
	return line, ""
}
