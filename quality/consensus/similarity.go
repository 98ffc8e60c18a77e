package consensus

// comparer measures how alike words are. One lives as long as the goroutine
// that uses it.
type comparer struct {
	b    *batch
	bits []uint64 // of the pattern, by character
}

// pattern prepares a word for comparisons with others; unset ends them.
func (c *comparer) pattern(w *word) {
	for i, l := range w.letters[:min(len(w.letters), 64)] {
		for int(l) >= len(c.bits) {
			c.bits = append(c.bits, make([]uint64, 64)...)
		}
		c.bits[l] |= 1 << i
	}
}

func (c *comparer) unset(w *word) {
	for _, l := range w.letters[:min(len(w.letters), 64)] {
		c.bits[l] = 0
	}
}

// similarity returns 1 - edits / length of the longer, of the pattern with
// another word. Words are compared by their first 64 characters, in one machine
// word (Myers 1999, in Hyyrö's form).
func (c *comparer) similarity(pattern, w *word) float32 {
	m, n := min(len(pattern.letters), 64), min(len(w.letters), 64)
	if m == 0 || n == 0 {
		return 0
	}
	vp, vn := ^uint64(0), uint64(0)
	score, last := m, uint64(1)<<(m-1)
	for _, l := range w.letters[:n] {
		var eq uint64
		if int(l) < len(c.bits) {
			eq = c.bits[l]
		}
		d0 := (((eq & vp) + vp) ^ vp) | eq | vn
		hp, hn := vn|^(d0|vp), d0&vp
		if hp&last != 0 {
			score++
		}
		if hn&last != 0 {
			score--
		}
		hp, hn = hp<<1|1, hn<<1
		vp, vn = hn|^(d0|hp), hp&d0
	}
	return 1 - float32(score)/float32(max(m, n))
}
