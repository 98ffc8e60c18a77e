package align

// equals answers for a hypothesis token in which rows of the reference it
// stands, as one bit a row. Frequent tokens have a bitmap ready; for the others
// their few places are set and cleared again. In running text a tenth of the
// vocabulary makes up most of the columns.
type equals struct {
	words  *vocabulary
	starts []int32 // of each token's places, by its number
	places []int32
	maps   [][]uint64 // nil for rare tokens
	bits   []uint64   // of maps
	zero   []uint64   // always all zero between of and done
	dirty  []int32
	top    uint32 // the first row
}

// build indexes a reference for a hypothesis of some length.
func (e *equals) build(words *vocabulary, ref []int32) {
	e.words = words
	words.reset(len(ref))
	e.starts = append(e.starts[:0], 0)
	for _, t := range ref {
		if id := words.add(t); int(id) == len(e.starts) {
			e.starts = append(e.starts, 1)
		} else {
			e.starts[id]++
		}
	}
	counts := e.starts
	blocks := (len(ref) + 63) / 64
	// A bitmap for each token of more than 1/256 of the text: 256 at most, so
	// that together they take 32 bytes a token.
	frequent := int32(max(4, len(ref)/256))
	e.maps = append(e.maps[:0], nil)
	room := 0
	for _, n := range counts[1:] {
		if n > frequent {
			room += blocks
		}
	}
	e.bits = append(e.bits[:0], make([]uint64, room)...)
	bits, sum := e.bits, int32(0)
	for id := 1; id < len(counts); id++ {
		var bitmap []uint64
		if counts[id] > frequent {
			bitmap, bits = bits[:blocks], bits[blocks:]
		}
		e.maps = append(e.maps, bitmap)
		sum, counts[id] = sum+counts[id], sum
	}
	e.fill(ref)
	if len(e.zero) < blocks {
		e.zero = make([]uint64, blocks)
	}
}

// fill puts each place where it belongs. A token's start moves to its end as
// its places are put, so starts[id-1] is its beginning afterwards.
func (e *equals) fill(ref []int32) {
	if cap(e.places) < len(ref) {
		e.places = make([]int32, len(ref))
	}
	e.places = e.places[:len(ref)]
	for i, t := range ref {
		id := e.words.find(t)
		if m := e.maps[id]; m != nil {
			m[i/64] |= 1 << (i % 64)
		}
		e.places[e.starts[id]] = int32(i)
		e.starts[id]++
	}
}

// number returns a token's number, or 0 for one that the reference does not
// have.
func (e *equals) number(token int32) int32 { return e.words.find(token) }

// of returns the words of blocks first to last for a token's number. They hold
// until done is called.
func (e *equals) of(id int32, first, last int) []uint64 {
	e.dirty = nil
	if m := e.maps[id]; m != nil {
		return m[first : last+1]
	}
	words := e.zero[:last+1-first]
	if id == 0 {
		return words
	}
	places := e.places[e.starts[id-1]:e.starts[id]]
	top, bottom := int32(first)*64, int32(last+1)*64
	low, high := 0, len(places)
	for low < high {
		if middle := int(uint(low+high) / 2); places[middle] < top {
			low = middle + 1
		} else {
			high = middle
		}
	}
	for high = low; high < len(places) && places[high] < bottom; high++ {
		i := uint32(places[high] - top)
		words[i/64] |= 1 << (i % 64)
	}
	e.dirty, e.top = places[low:high], uint32(top)
	return words
}

// done takes back what of has set.
func (e *equals) done() {
	for _, i := range e.dirty {
		e.zero[(uint32(i)-e.top)/64] = 0
	}
}
