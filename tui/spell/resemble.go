package spell

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// goodEnough is the cost of a slip that is surely meant: words that merely
// resemble are not looked for then.
const goodEnough = 0.75

// farthest is the cost, for a word of n letters, beyond which nothing is
// proposed that merely resembles.
func farthest(n int) float64 { return min(1.2+float64(n)*.22, 4) }

// coster tells how far words are from one that was written: slips of the hand
// and of the ear cost less than others.
type coster struct {
	from, plain []rune
	near        map[[2]rune]bool
}

func newCoster(d *Dictionary, word string) coster {
	c := coster{from: []rune(word), near: map[[2]rune]bool{}}
	c.plain = plainLetters(c.from)
	keys := []rune(d.keys)
	if len(keys) == 0 {
		keys = []rune("qwertyuiop|asdfghjkl|zxcvbnm")
	}
	for i := 0; i+1 < len(keys); i++ {
		c.near[[2]rune{keys[i], keys[i+1]}], c.near[[2]rune{keys[i+1], keys[i]}] = true, true
	}
	return c
}

// plainLetters are letters without their accents.
func plainLetters(letters []rune) []rune {
	list := make([]rune, len(letters))
	for i, r := range letters {
		list[i] = r
		if r > 127 {
			for _, first := range norm.NFD.String(string(r)) {
				list[i] = first
				break
			}
		}
	}
	return list
}

const vowels = "aeiouy"

// change is what writing one letter for another costs.
func (c *coster) change(a, b, plainA, plainB rune) float64 {
	switch {
	case a == b:
		return 0
	case plainA == plainB:
		return .25
	case strings.ContainsRune(vowels, plainA) && strings.ContainsRune(vowels, plainB):
		return .8
	case c.near[[2]rune{a, b}]:
		return .9
	}
	return 1.1
}

// of is a weighted distance of Damerau and Levenshtein between a word and what
// was written; a wrong first letter costs more.
func (c *coster) of(word string) float64 {
	to := []rune(word)
	plain := plainLetters(to)
	n, m := len(c.from), len(to)
	rows := [3][]float64{make([]float64, m+1), make([]float64, m+1), make([]float64, m+1)}
	for k := 1; k <= m; k++ {
		rows[0][k] = rows[0][k-1] + c.put(to, k-1)
	}
	for i := 1; i <= n; i++ {
		last, row := rows[(i-1)%3], rows[i%3]
		row[0] = last[0] + c.put(c.from, i-1)
		for k := 1; k <= m; k++ {
			row[k] = min(last[k-1]+c.change(c.from[i-1], to[k-1], c.plain[i-1], plain[k-1]), last[k]+c.put(c.from, i-1), row[k-1]+c.put(to, k-1))
			if i > 1 && k > 1 && c.from[i-1] == to[k-2] && c.from[i-2] == to[k-1] {
				row[k] = min(row[k], rows[(i-2)%3][k-2]+.7)
			}
		}
	}
	cost := rows[n%3][m]
	if n > 0 && m > 0 && c.plain[0] != plain[0] {
		cost += .5
	}
	return cost
}

// put is what a letter more costs: one that doubles its neighbour is easily
// left out, and an apostrophe or a hyphen.
func (c *coster) put(letters []rune, i int) float64 {
	switch {
	case letters[i] == '\'' || letters[i] == '-' || letters[i] == ' ':
		return .6
	case i > 0 && letters[i-1] == letters[i]:
		return .6
	case i > 1 && i == len(letters)-1 && (letters[i] == 'e' || letters[i] == 's'): // often not heard
		return .8
	}
	return 1
}

// Bounds of the search for what resembles.
const (
	mostStems = 150
	mostForms = 400 // of a stem
)

// stem is one that resembles, and by how much.
type stem struct {
	entry int32
	score int
}

// resembling looks through the whole dictionary for stems that share runs of
// letters with a word, and proposes the nearest of their forms.
func (s *suggester) resembling(word string) {
	limit := farthest(len(s.cost.from))
	for _, k := range s.stems(word) {
		stem := s.d.table.text(k.entry)
		f := s.d.table.flagsOf(k.entry)
		if !f.has(s.d.needAffix) {
			s.consider(stem, limit)
		}
		s.forms(stem, f, func(form string) { s.consider(form, limit) })
	}
}

// consider proposes a form that is near enough, and a word.
func (s *suggester) consider(form string, limit float64) {
	if s.seen[form] {
		return
	}
	if cost := s.cost.of(lower(form)); cost <= limit {
		s.try(form, 0)
	}
}

// stems are those that share most runs of letters with a word.
func (s *suggester) stems(word string) []stem {
	d := s.d
	target := string(plainLetters([]rune(word)))
	grams := map[string]bool{}
	for n := 2; n <= 3; n++ {
		for i := 0; i+n <= len(target); i++ {
			grams[target[i:i+n]] = true
		}
	}
	var pairs [256][256]bool // the two-letter runs, for speed
	for g := range grams {
		if len(g) == 2 {
			pairs[g[0]][g[1]] = true
		}
	}
	var list []stem
	worst := 0
	for i := range d.table.entries {
		e := d.table.entries[i]
		if int(e.size) < 2 || int(e.size) > len(target)+4 || int(e.size)*2 < len(target) {
			continue
		}
		text := d.table.arena[e.from : e.from+uint32(e.size)]
		score := 0
		for k := 0; k+1 < len(text); k++ {
			if a, b := text[k]|0x20, text[k+1]|0x20; pairs[a][b] || pairs[text[k]][text[k+1]] {
				score += 2
				if k+2 < len(text) && grams[string(text[k:k+3])] {
					score += 2
				}
			}
		}
		if target[0] == text[0]|0x20 {
			score += 3
		}
		score -= max(int(e.size)-len(target), 0) + max(len(target)-int(e.size), 0)/2
		if score <= worst || s.unfit(d.table.flagsOf(int32(i))) {
			continue
		}
		list = append(list, stem{int32(i), score})
		if len(list) == 4*mostStems {
			list, worst = best(list)
		}
	}
	list, _ = best(list)
	return list
}

// unfit: never proposed.
func (s *suggester) unfit(f flags) bool {
	return f.has(upcaseOnly) || f.has(s.d.noSuggest) || f.has(s.d.forbidden) || f.has(s.d.onlyInCompound)
}

// best keeps the stems with the highest scores, and tells the lowest of these.
func best(list []stem) ([]stem, int) {
	slices.SortStableFunc(list, func(a, b stem) int { return cmp.Compare(b.score, a.score) })
	list = list[:min(len(list), mostStems)]
	if len(list) < mostStems {
		return list, 0
	}
	return list, list[len(list)-1].score
}

// forms calls for the forms that the affixes of a stem make.
func (s *suggester) forms(stem string, f flags, each func(string)) {
	left := mostForms
	for _, one := range f {
		for _, a := range s.d.suffixes.byFlag[one] {
			if base, ok := strings.CutSuffix(stem, a.strip); ok && a.when.atEnd([]byte(stem)) && left > 0 {
				left--
				each(base + a.add)
			}
		}
		for _, a := range s.d.prefixes.byFlag[one] {
			if base, ok := strings.CutPrefix(stem, a.strip); ok && a.when.atStart(stem) && left > 0 && !isElided(a.add) {
				left--
				each(a.add + base)
			}
		}
	}
}

// isElided: the prefix is an article or a pronoun, which is proposed for apart.
func isElided(prefix string) bool {
	return strings.ContainsFunc(prefix, func(r rune) bool { return r == '\'' || unicode.IsUpper(r) })
}
