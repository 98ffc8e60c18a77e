package consensus

import (
	"math"
	"slices"
	"testing"

	"tapescript/quality"
	"tapescript/quality/normalize"
)

// example is a slot with the evidence for each candidate, and which is right.
type example struct {
	evidence []features
	right    int
}

// prepared reads a split up to the posteriors of the plain weighted vote.
func prepared(t testing.TB, split string, transcripts int) (*batch, *ledger, []quality.Item) {
	t.Helper()
	rows, gold := crowd(t, split)
	basic := normalize.Basic()
	b, err := numbered(FirstOf(rows, transcripts), Options{Method: Tapescript, Normalize: &basic})
	if err != nil {
		t.Fatal(err)
	}
	b.lattice()
	return b, b.estimate(), gold
}

// examples pairs the evidence of every contested slot with what gold has there.
func (b *batch) examples(l *ledger, gold []quality.Item) []example {
	text := map[string]string{}
	for _, g := range gold {
		text[g.ID] = g.Text
	}
	s := &scorer{b, l, b.statistics()}
	list := make([][]example, len(b.items))
	b.each(func(a *aligner, i int) {
		it := b.items[i]
		c := s.context(i)
		for k, right := range truth(it.slots, b.wanted(text[it.id])) {
			if len(it.slots[k].candidates) > 1 && right >= 0 {
				list[i] = append(list[i], example{s.evidence(a, c, k), right})
			}
		}
	})
	var all []example
	for _, l := range list {
		all = append(all, l...)
	}
	return all
}

// truth aligns gold with the slots and returns which candidate of each is right,
// -1 where none is.
func truth(slots []slot, want []int32) []int {
	rows, width := len(slots)+1, len(want)+1
	cost := make([]float64, rows*width)
	move := make([]uint8, rows*width)
	find := func(s *slot, t int32) int {
		for c, u := range s.candidates {
			if u == t {
				return c
			}
		}
		return -1
	}
	for i := range rows {
		for j := range width {
			best := math.Inf(1)
			try := func(c float64, m uint8) {
				if c < best {
					best, move[i*width+j] = c, m
				}
			}
			if i == 0 && j == 0 {
				best = 0
			}
			if i > 0 && j > 0 {
				c := 1.0
				if at := find(&slots[i-1], want[j-1]); at >= 0 {
					c = .1 * (1 - slots[i-1].posterior[at])
				}
				try(cost[(i-1)*width+j-1]+c, moveBoth)
			}
			if i > 0 {
				c := 1.0
				if at := find(&slots[i-1], null); at >= 0 {
					c = .1 * (1 - slots[i-1].posterior[at])
				}
				try(cost[(i-1)*width+j]+c, moveLeft)
			}
			if j > 0 {
				try(cost[i*width+j-1]+1, moveRight)
			}
			cost[i*width+j] = best
		}
	}
	right := make([]int, len(slots))
	for i, j := rows-1, width-1; i > 0 || j > 0; {
		switch move[i*width+j] {
		case moveBoth:
			i, j = i-1, j-1
			right[i] = find(&slots[i], want[j])
		case moveLeft:
			i--
			right[i] = find(&slots[i], null)
		default:
			j--
		}
	}
	return right
}

// fit maximises the likelihood of what is right (McFadden's conditional logit)
// by Newton's method, with a little shrinkage.
func fit(list []example) features {
	var w features
	const ridge = 3
	for range 12 {
		var gradient features
		var hessian [evidences][evidences]float64
		for _, e := range list {
			p := make([]float64, len(e.evidence))
			for c := range e.evidence {
				p[c] = e.evidence[c].dot(&w)
			}
			softmax(p)
			var mean features
			for c := range p {
				for f, x := range e.evidence[c] {
					mean[f] += p[c] * x
				}
			}
			for f, x := range e.evidence[e.right] {
				gradient[f] += x - mean[f]
			}
			for c := range p {
				var d features
				for f, x := range e.evidence[c] {
					d[f] = x - mean[f]
				}
				for f := range d {
					for g := 0; g <= f; g++ {
						hessian[f][g] += p[c] * d[f] * d[g]
					}
				}
			}
		}
		for f := range w {
			gradient[f] -= ridge * w[f]
			hessian[f][f] += ridge
		}
		step := solve(&hessian, gradient)
		largest := 0.0
		for f := range w {
			w[f] += step[f]
			largest = max(largest, math.Abs(step[f]))
		}
		if largest < 1e-4 {
			break
		}
	}
	return w
}

// solve solves a symmetric positive definite system, of which the lower half is
// given, by Cholesky's decomposition.
func solve(a *[evidences][evidences]float64, y features) features {
	for i := range evidences {
		for j := 0; j <= i; j++ {
			sum := a[i][j]
			for k := range j {
				sum -= a[i][k] * a[j][k]
			}
			if i == j {
				a[i][i] = math.Sqrt(sum)
			} else {
				a[i][j] = sum / a[j][j]
			}
		}
	}
	for i := range evidences {
		for k := range i {
			y[i] -= a[i][k] * y[k]
		}
		y[i] /= a[i][i]
	}
	for i := evidences - 1; i >= 0; i-- {
		for k := i + 1; k < evidences; k++ {
			y[i] -= a[k][i] * y[k]
		}
		y[i] /= a[i][i]
	}
	return y
}

// few is how many transcripts of each item the weights are fitted with besides
// all seven: what is learned where there are many serves ill where there are few,
// and where workers err more.
const few = 4

// TestWeightsHoldWhereTheyWereNotFitted fits the weights on one split and
// measures on the other: what the method is worth on data that it has not seen.
func TestWeightsHoldWhereTheyWereNotFitted(t *testing.T) {
	if testing.Short() {
		t.Skip("four fits on the whole crowd: minutes under the race detector")
	}
	clean, other := newSplit(t, "clean"), newSplit(t, "other")
	fitted := map[*split]features{clean: clean.weights(t), other: other.weights(t)}
	for f := range weights {
		t.Logf("evidence %d: %.3f, %.3f, mean %.3f", f, fitted[clean][f], fitted[other][f], (fitted[clean][f]+fitted[other][f])/2)
	}
	for _, c := range []struct {
		fitted, judged *split
		most           float64
	}{{other, clean, .0480}, {clean, other, .0980}} {
		w := fitted[c.fitted]
		got := c.judged.wer(t, &w)
		t.Logf("%s with the weights of %s: %.4f", c.judged.name, c.fitted.name, got)
		if got > c.most {
			t.Errorf("%s: word error rate %.4f with the weights of %s, want at most %.4f", c.judged.name, got, c.fitted.name, c.most)
		}
		for f := range w {
			if math.Abs(w[f]-weights[f]) > .35 {
				t.Errorf("evidence %d: %s has the weight %.3f, the package %.3f", f, c.fitted.name, w[f], weights[f])
			}
		}
	}
}

// TestConfidencesSayHowOftenWordsAreRight: of the words that are said to be right
// with some chance, that share is, with all transcripts and with few.
func TestConfidencesSayHowOftenWordsAreRight(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole crowd four times: minutes under the race detector")
	}
	edges := []float64{.5, .7, .8, .9, .95, .97, 1}
	for _, c := range []struct {
		split      string
		k          int
		mean, most float64 // the distance allowed of all words together, and in a band
	}{{"clean", 3, .01, .06}, {"clean", 7, .008, .04}, {"other", 3, .02, .06}, {"other", 7, .008, .04}} {
		rows, gold := crowd(t, c.split)
		said, right, words := make([]float64, len(edges)), make([]float64, len(edges)), make([]float64, len(edges))
		for _, o := range placed(t, FirstOf(rows, c.k), gold) {
			band := 0
			for band < len(edges)-1 && o.confidence >= edges[band] {
				band++
			}
			said[band], words[band] = said[band]+o.confidence, words[band]+1
			if o.right {
				right[band]++
			}
		}
		var allSaid, allRight, all float64
		for i := range edges {
			allSaid, allRight, all = allSaid+said[i], allRight+right[i], all+words[i]
			t.Logf("%s of %d, below %.2f: %5.0f places, said %.3f, right %.3f", c.split, c.k, edges[i], words[i], said[i]/words[i], right[i]/words[i])
			if i > 0 && words[i] > 300 && math.Abs(said[i]-right[i]) > c.most*words[i] {
				t.Errorf("%s of %d, below %.2f: said %.3f, right %.3f", c.split, c.k, edges[i], said[i]/words[i], right[i]/words[i])
			}
		}
		t.Logf("%s of %d: said %.4f, right %.4f", c.split, c.k, allSaid/all, allRight/all)
		if math.Abs(allSaid-allRight) > c.mean*all {
			t.Errorf("%s of %d: said %.4f, right %.4f", c.split, c.k, allSaid/all, allRight/all)
		}
	}
}

// placing is how sure the likeliest of a slot is, and whether gold has it there.
type placing struct {
	confidence float64
	right      bool

	meanError, top float64 // what hidden is told
	transcripts    int
}

// TestHiddenIsFitted fits what makes words less sure on one split, by steps along
// each number, and holds that the other's confidences are right in the mean with
// it, and that the package's numbers are about as likely as the best.
func TestHiddenIsFitted(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole crowd eight times: minutes under the race detector")
	}
	places := map[string]map[int][]placing{}
	for _, split := range []string{"clean", "other"} {
		rows, gold := crowd(t, split)
		places[split] = map[int][]placing{}
		for _, k := range []int{2, 3, 5, 7} {
			places[split][k] = placed(t, FirstOf(rows, k), gold)
		}
	}
	ours := [3]float64{hiddenAlways, hiddenErrors, hiddenDoubt}
	for _, c := range [][2]string{{"other", "clean"}, {"clean", "other"}} {
		best := fitHidden(slices.Concat(places[c[0]][2], places[c[0]][3], places[c[0]][5], places[c[0]][7]), ours)
		for _, k := range []int{2, 3, 5, 7} {
			said, right := 0.0, 0.0
			for _, p := range places[c[1]][k] {
				said += p.by(best)
				if p.right {
					right++
				}
			}
			n := float64(len(places[c[1]][k]))
			t.Logf("%s of %d with %.4f of %s: said %.4f, right %.4f", c[1], k, best, c[0], said/n, right/n)
			if math.Abs(said-right) > .03*n {
				t.Errorf("%s of %d with %.4f of %s: said %.4f, right %.4f", c[1], k, best, c[0], said/n, right/n)
			}
		}
	}
	var all []placing
	for _, split := range places {
		for _, list := range split {
			all = append(all, list...)
		}
	}
	best := fitHidden(all, ours)
	t.Logf("of both %.4f", best)
	if unlikely(all, ours) > 1.0005*unlikely(all, best) {
		t.Errorf("the package has %.4f, both splits together give %.4f", ours, best)
	}
}

// by is how sure a word is with other numbers than the package's.
func (p placing) by(x [3]float64) float64 {
	if p.transcripts == 1 {
		return p.confidence
	}
	return p.top * (1 - min(.9, x[0]+(x[1]*p.meanError+x[2]*(1-p.top))/float64(p.transcripts)))
}

// unlikely is how surprising what is right is, in natural logarithms.
func unlikely(list []placing, x [3]float64) (sum float64) {
	for _, p := range list {
		sure := min(max(p.by(x), 1e-6), 1-1e-6)
		if !p.right {
			sure = 1 - sure
		}
		sum -= math.Log(sure)
	}
	return sum
}

func fitHidden(list []placing, x [3]float64) [3]float64 {
	least := unlikely(list, x)
	for step := [3]float64{.002, .05, .2}; step[1] > .005; {
		better := false
		for i := range x {
			for _, by := range []float64{-step[i], step[i]} {
				y := x
				y[i] = max(0, y[i]+by)
				if u := unlikely(list, y); u < least {
					x, least, better = y, u, true
				}
			}
		}
		if !better {
			for i := range step {
				step[i] /= 2
			}
		}
	}
	return x
}

func placed(t *testing.T, rows []Submission, gold []quality.Item) (list []placing) {
	basic := normalize.Basic()
	b, err := numbered(rows, Options{Method: Tapescript, Normalize: &basic})
	if err != nil {
		t.Fatal(err)
	}
	b.lattice()
	l := b.vote(&weights)
	text := map[string]string{}
	for _, g := range gold {
		text[g.ID] = g.Text
	}
	for i, it := range b.items {
		e := l.trusts(it, i).meanError()
		for k, right := range truth(it.slots, b.wanted(text[it.id])) {
			sl := &it.slots[k]
			best := sl.best()
			top := sl.posterior[best]
			list = append(list, placing{top * (1 - hidden(e, top, len(it.texts))), right == best, e, top, len(it.texts)})
		}
	}
	return list
}

// wanted are the tokens of a gold text; of a word that nobody wrote, none's.
func (b *batch) wanted(text string) (want []int32) {
	for _, t := range normalize.Basic().Tokens(text) {
		token, known := b.index[t.Text]
		if !known {
			token = null - 1
		}
		want = append(want, token)
	}
	return want
}

// split is one half of the data, prepared up to the plain weighted vote.
type split struct {
	name  string
	batch *batch
	first *ledger
	gold  []quality.Item
	plain [][][]float64 // posteriors
}

func newSplit(t *testing.T, name string) *split { return splitOf(t, name, 7) }

// splitOf is a half of the data with the first transcripts of each item alone.
func splitOf(t *testing.T, name string, transcripts int) *split {
	s := &split{name: name}
	s.batch, s.first, s.gold = prepared(t, name, transcripts)
	for _, it := range s.batch.items {
		var of [][]float64
		for k := range it.slots {
			of = append(of, slices.Clone(it.slots[k].posterior))
		}
		s.plain = append(s.plain, of)
	}
	return s
}

// restart goes back to the plain weighted vote.
func (s *split) restart() *ledger {
	for i, it := range s.batch.items {
		for k := range it.slots {
			copy(it.slots[k].posterior, s.plain[i][k])
		}
	}
	return s.first
}

// weights fits the evidence of all transcripts and of fewer.
func (s *split) weights(t *testing.T) features {
	return fit(append(s.bothPasses(), splitOf(t, s.name, few).bothPasses()...))
}

// bothPasses is the evidence of the first pass and, scored with what that alone
// gives, of the second: one set of weights serves both.
func (s *split) bothPasses() []example {
	first := s.batch.examples(s.restart(), s.gold)
	w := fit(first)
	(&scorer{s.batch, s.first, s.batch.statistics()}).score(&w)
	return append(first, s.batch.examples(s.batch.tally(), s.gold)...)
}

func (s *split) wer(t *testing.T, w *features) float64 {
	l := s.restart()
	for range passes {
		(&scorer{s.batch, l, s.batch.statistics()}).score(w)
		l = s.batch.tally()
	}
	r := &Result{Items: make([]Item, len(s.batch.items))}
	s.batch.each(func(_ *aligner, i int) { r.Items[i] = s.batch.result(l, i) })
	corpus, _ := wer(t, r, s.gold)
	return corpus
}
