package consensus

import (
	"cmp"
	"slices"
	"strings"
)

// Risk is how many errors are expected in a transcript.
type Risk struct {
	Item   string  `json:"item"`
	Worker string  `json:"worker"`
	Row    int     `json:"row"` // in the input
	Words  float64 `json:"words"`
	Errors float64 `json:"errors"` // expected
}

// usualRate is a word error rate for batches that tell none.
const usualRate = .1

// Risks lists all transcripts of a batch, that of the most expected errors
// first. What is expected of one is what the consensus of its item says of its
// words; the fewer others there are to tell, the more its worker's record in
// other items counts, and where nobody else heard an item that alone, with what
// the clues say: one a row, or nil. An error is an [*Error].
func Risks(rows []Submission, clues []Clue, o Options) ([]Risk, error) {
	o.Method = Tapescript
	b, err := prepare(rows, &o)
	if err != nil {
		return nil, err
	}
	b.lattice()
	l := b.vote(&weights)
	mean := l.all.errors / max(l.all.words, 1)
	if mean == 0 { // nobody wrote what somebody else did: the long ones first
		mean = usualRate
	}
	suspect := suspicions(rows, clues)
	list := make([]Risk, 0, len(rows))
	for i, it := range b.items {
		told := 1.0 // by others: a half by one, three quarters by two
		for range len(it.texts) - 1 {
			told /= 2
		}
		for k, here := range l.of[i] {
			var out record
			r := Risk{Item: it.id, Row: it.row[k], Words: max(here.words, float64(len(it.texts[k])))}
			if w := it.worker[k]; w >= 0 {
				r.Worker = b.workers[w]
				out = l.worker[w].without(here)
			}
			elsewhere := (out.errors + priorWords*mean) / (out.words + priorWords)
			r.Errors = (1-told)*here.errors + told*elsewhere*r.Words*suspect[r.Row].factor + told*told*suspect[r.Row].off*r.Words
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(x, y Risk) int {
		return cmp.Or(cmp.Compare(y.Errors, x.Errors), cmp.Compare(x.Row, y.Row))
	})
	return list, nil
}

// Lattice is the transcripts of an item side by side: each column holds one word
// of each, or none.
type Lattice struct {
	Item    string
	Rows    []int // of the transcripts, in the input
	Workers []string
	Columns []Column
}

// Column is a place of a [Lattice].
type Column struct {
	Words []string // by transcript, normalised; "" where it has none
	// Candidates are what may stand here, the likeliest first; no text is no
	// word. There is at least one.
	Candidates []Alternative
	// Join is the word that this column's and the last one's best words are to be
	// written as where both stand, "air" and "tight"; "" where they are two.
	Join string
}

// Lattices lays the transcripts of each item side by side and proposes what
// stands in each column, by the method [Tapescript]: the proposals, joined, are
// what [Combine] gives. An error is an [*Error].
func Lattices(rows []Submission, o Options) ([]Lattice, error) {
	o.Method = Tapescript
	b, err := prepare(rows, &o)
	if err != nil {
		return nil, err
	}
	b.lattice()
	l := b.vote(&weights)
	list := make([]Lattice, len(b.items))
	for i, it := range b.items {
		out := Lattice{Item: it.id, Rows: it.row}
		for _, w := range it.worker {
			name := ""
			if w >= 0 {
				name = b.workers[w]
			}
			out.Workers = append(out.Workers, name)
		}
		theta := l.trusts(it, i).theta
		last := null
		for s := range it.slots {
			sl := &it.slots[s]
			c := b.column(sl)
			if w := sl.winner(); w != null {
				if whole, ok := it.joined(last, w, theta); ok && last != null {
					c.Join = b.text(whole)
					w = null
				}
				last = w
			}
			out.Columns = append(out.Columns, c)
		}
		list[i] = out
	}
	return list, nil
}

func (b *batch) column(sl *slot) Column {
	var c Column
	text := func(candidate int) string {
		if t := sl.candidates[candidate]; t != null {
			return b.text(t)
		}
		return ""
	}
	for _, v := range sl.vote {
		word := ""
		if v != abstains {
			word = text(int(v))
		}
		c.Words = append(c.Words, word)
	}
	for k := range sl.candidates {
		c.Candidates = append(c.Candidates, Alternative{text(k), sl.posterior[k]})
	}
	slices.SortStableFunc(c.Candidates, func(x, y Alternative) int { return cmp.Compare(y.Confidence, x.Confidence) })
	return c
}

// Best is the likeliest text of a column, "" for no word.
func (c *Column) Best() string { return c.Candidates[0].Text }

// Votes counts the transcripts that have a text in the column.
func (c *Column) Votes(text string) int {
	n := 0
	for _, w := range c.Words {
		if w == text {
			n++
		}
	}
	return n
}

// Text writes a lattice as chosen: one text a column, "" for no word, written
// together where the proposals of both columns stand that the lattice joins.
func (l *Lattice) Text(chosen []string) string {
	var words []string
	joinable := false // the last word is the proposal of its column
	for k := range l.Columns {
		c, text := &l.Columns[k], chosen[k]
		switch {
		case text == "":
		case c.Join != "" && text == c.Best() && joinable:
			words[len(words)-1], joinable = c.Join, false
		default:
			words, joinable = append(words, text), text == c.Best()
		}
	}
	return strings.Join(words, " ")
}

// Kappa is Fleiss' kappa (1971) of the words of several transcripts: how often
// two of them have the same word in a column, or both none, beyond what the
// frequencies of the words explain. It is not known where nobody can disagree.
// A transcript that is empty has heard nothing and is left out.
func Kappa(lattices []Lattice) (kappa float64, known bool) {
	counts := map[string]float64{}
	total, agreed, pairs := 0.0, 0.0, 0.0
	for _, l := range lattices {
		heard := make([]bool, len(l.Rows))
		for _, c := range l.Columns {
			for i, w := range c.Words {
				heard[i] = heard[i] || w != ""
			}
		}
		for _, c := range l.Columns {
			var words []string
			for i, w := range c.Words {
				if heard[i] {
					words = append(words, w)
				}
			}
			if len(words) < 2 {
				continue
			}
			for i, w := range words {
				counts[w]++
				total++
				for _, x := range words[:i] {
					pairs++
					if w == x {
						agreed++
					}
				}
			}
		}
	}
	if pairs == 0 {
		return 0, false
	}
	chance := 0.0
	for _, n := range counts {
		chance += n / total * n / total
	}
	if chance >= 1 {
		return 0, false
	}
	return (agreed/pairs - chance) / (1 - chance), true
}
