package consensus

import (
	"cmp"
	"math"
	"slices"

	"tapescript/quality/align"
)

// Rate is a share of words that are wrong, with what it may be: 95 in 100 such
// intervals hold the rate that the worker would have on endless work like this.
type Rate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Skill is what a batch tells of a worker.
type Skill struct {
	Worker string `json:"worker"`
	Items  int    `json:"items"`
	Words  int    `json:"words"` // expected, in these items
	// Peers is the error rate by the consensus of everybody. It is drawn towards
	// the batch's mean where there is little to judge by.
	Peers Rate `json:"peers"`
	// Gold is the word error rate by gold; GoldItems says of how many items, 0
	// where there are none.
	Gold      Rate `json:"gold"`
	GoldItems int  `json:"gold_items"`
	// Drift is the error rate of the second half of the worker's items, in the
	// order of the input, less that of the first; P is how likely so large a one
	// is by chance.
	Drift  float64 `json:"drift"`
	DriftP float64 `json:"drift_p"`
	// Signs are what may be wrong. Each is a reason to look, none is a proof.
	Signs []Sign `json:"signs"`
}

// Sign is something about a worker that a person should look at.
type Sign string

// The signs.
const (
	SignEmpty     Sign = "empty"      // most texts are empty
	SignConstant  Sign = "constant"   // the same text for most items
	SignUnrelated Sign = "unrelated"  // texts that have little to do with what others heard
	SignDrifting  Sign = "drifting"   // the error rate changed
	SignShared    Sign = "shared"     // the same rare errors as somebody else: copied, or one source
	SignOneSource Sign = "one-source" // as two others, who share theirs: a machine's draft may lie behind
)

// Shared is two workers with more errors in common than chance explains.
type Shared struct {
	First    string  `json:"first"`
	Second   string  `json:"second"`
	Items    int     `json:"items"`    // both wrote
	Errors   int     `json:"errors"`   // in common
	Expected float64 `json:"expected"` // by chance
	P        float64 `json:"p"`        // of so many by chance, times the number of pairs that were tried
}

// Crowd is what a batch tells of those who wrote it.
type Crowd struct {
	Agreement
	Workers []Skill  `json:"workers"` // the best first
	Shared  []Shared `json:"shared"`
	// Rank is Spearman's correlation of the workers' error rates by peers with
	// those by gold, over the Ranked workers of at least RankedItems gold items.
	Rank   float64 `json:"rank"`
	Ranked int     `json:"ranked"`
}

// RankedItems is how many gold items a worker needs to be ranked by gold.
const RankedItems = 20

// Skills judges the workers of a batch by their peers, and by gold where it has
// their items. An error is an [*Error].
func Skills(rows []Submission, gold map[string]string, o Options) (*Crowd, error) {
	o.Method = Tapescript
	b, err := prepare(rows, &o)
	if err != nil {
		return nil, err
	}
	out := &Crowd{Agreement: b.agreement()}
	b.keepWritten()
	b.lattice()
	l := b.vote(&weights)
	works := b.works(l, rows)
	spread := b.spread(l)
	b.judgeByGold(works, gold, o)
	out.Shared = b.shared(l)
	for w, work := range works {
		out.Workers = append(out.Workers, work.skill(b.workers[w], l, spread))
	}
	out.sign(works)
	out.rank()
	slices.SortStableFunc(out.Workers, func(x, y Skill) int {
		return cmp.Or(cmp.Compare(x.Peers.Value, y.Peers.Value), cmp.Compare(x.Worker, y.Worker))
	})
	return out, nil
}

// work is all that a worker wrote, in the order of the input.
type work struct {
	rows    []rowWork
	written map[string]int // how often each text
	empty   int
	gold    []pairCount
}

type rowWork struct {
	row           int
	words, errors float64
}

// pairCount is errors of so many words.
type pairCount struct{ errors, words float64 }

func (b *batch) works(l *ledger, rows []Submission) []*work {
	works := make([]*work, len(b.workers))
	for w := range works {
		works[w] = &work{written: map[string]int{}}
	}
	for i, it := range b.items {
		together := it.erredTogether(l.trusts(it, i).meanError())
		for k, w := range it.worker {
			if w < 0 {
				continue
			}
			r := l.of[i][k]
			works[w].rows = append(works[w].rows, rowWork{it.row[k], r.words, r.errors + together[k]})
			works[w].written[rows[it.row[k]].Text]++
			if len(it.texts[k]) == 0 {
				works[w].empty++
			}
		}
	}
	for _, w := range works {
		slices.SortFunc(w.rows, func(x, y rowWork) int { return cmp.Compare(x.row, y.row) })
	}
	return works
}

// erredTogether is how many words of each transcript of an item are likely wrong
// though the consensus agrees with them.
func (it *item) erredTogether(meanError float64) []float64 {
	out := make([]float64, len(it.texts))
	for s := range it.slots {
		sl := &it.slots[s]
		nobody := hidden(meanError, sl.posterior[sl.best()], len(it.texts))
		for k, v := range sl.vote {
			if v != abstains {
				out[k] += sl.posterior[v] * nobody
			}
		}
	}
	return out
}

// spread is by how much errors come in clusters: the variance of a worker's
// errors in an item, over that of independent words.
func (b *batch) spread(l *ledger) float64 {
	sum, n := 0.0, 0.0
	for i, it := range b.items {
		for k, w := range it.worker {
			here := l.of[i][k]
			if w < 0 || here.words < 1 {
				continue
			}
			out := l.worker[w].without(here)
			if out.words < priorWords {
				continue
			}
			p := min(max(out.errors/out.words, .02), .9)
			d := here.errors - p*here.words
			sum += d * d / (here.words * p * (1 - p))
			n++
		}
	}
	if n < 10 {
		return 2
	}
	return max(1, sum/n)
}

// normal95 is how many standard deviations hold 95 % of a normal distribution.
const normal95 = 1.96

// interval is Wilson's (1927), for words of which spread count like one.
func interval(errors, words, spread float64) Rate {
	if words <= 0 {
		return Rate{0, 0, 1}
	}
	p, n := errors/words, words/spread
	if p >= 1 {
		return Rate{p, min(1, n/(n+normal95*normal95)), p}
	}
	z := normal95 * normal95
	centre, half := (p+z/(2*n))/(1+z/n), normal95*math.Sqrt(p*(1-p)/n+z/(4*n*n))/(1+z/n)
	return Rate{p, max(0, centre-half), min(1, centre+half)}
}

func (w *work) skill(name string, l *ledger, spread float64) Skill {
	s := Skill{Worker: name, Items: len(w.rows), GoldItems: len(w.gold), DriftP: 1}
	words, errors := 0.0, 0.0
	for _, r := range w.rows {
		words, errors = words+r.words, errors+r.errors
	}
	s.Words = int(math.Round(words))
	mean := l.all.errors / max(l.all.words, 1)
	// What others do draws the value, not the interval: of a worker with few words
	// and many errors the truth is rarely as near to the mean as a mixture says.
	s.Peers = interval(errors, words, spread)
	s.Peers.Value = (errors + priorWords*mean) / (words + priorWords)
	s.Peers.Low, s.Peers.High = min(s.Peers.Low, s.Peers.Value), max(s.Peers.High, s.Peers.Value)
	var gold pairCount
	for _, g := range w.gold {
		gold.errors, gold.words = gold.errors+g.errors, gold.words+g.words
	}
	if gold.words > 0 {
		s.Gold = interval(gold.errors, gold.words, spread)
	}
	s.Drift, s.DriftP = w.drift(spread)
	return s
}

// leastDrift is how many items a worker needs for drift to be looked for.
const leastDrift = 10

// drift compares the halves of a worker's items.
func (w *work) drift(spread float64) (d, p float64) {
	n := len(w.rows)
	if n < leastDrift {
		return 0, 1
	}
	var half [2]pairCount
	for i, r := range w.rows {
		h := &half[i*2/n]
		h.errors, h.words = h.errors+r.errors, h.words+r.words
	}
	if half[0].words < 1 || half[1].words < 1 {
		return 0, 1
	}
	all := min(.99, max(.005, (half[0].errors+half[1].errors)/(half[0].words+half[1].words)))
	d = half[1].errors/half[1].words - half[0].errors/half[0].words
	deviation := math.Sqrt(spread * all * (1 - all) * (1/half[0].words + 1/half[1].words))
	return d, math.Erfc(math.Abs(d) / deviation / math.Sqrt2)
}

// judgeByGold counts every worker's errors against gold.
func (b *batch) judgeByGold(works []*work, gold map[string]string, o Options) {
	if len(gold) == 0 {
		return
	}
	counts := make([][]pairCount, len(b.items))
	b.each(func(_ *aligner, i int) {
		it := b.items[i]
		text, known := gold[it.id]
		if !known {
			return
		}
		var want []int32
		for _, t := range o.Normalize.Tokens(text) {
			n, known := b.index[t.Text]
			if !known {
				n = null // written by nobody
			}
			want = append(want, n)
		}
		for k := range it.texts {
			counts[i] = append(counts[i], pairCount{float64(align.Distance(want, it.written[k])), float64(len(want))})
		}
	})
	for i, it := range b.items {
		for k, c := range counts[i] {
			if w := it.worker[k]; w >= 0 {
				works[w].gold = append(works[w].gold, c)
			}
		}
	}
}

// When a sign is set.
const (
	mostSpam       = .5 // of the items, empty or the same
	leastSpam      = 3  // items
	leastUnrelated = .6 // the error rate is surely above
	falseSigns     = .05
)

// sign looks for what a person should see.
func (c *Crowd) sign(works []*work) {
	c.signDrift()
	partners := map[string][]string{}
	for _, s := range c.Shared {
		partners[s.First] = append(partners[s.First], s.Second)
		partners[s.Second] = append(partners[s.Second], s.First)
	}
	for i := range c.Workers {
		s, w := &c.Workers[i], works[i]
		most := 0
		for text, n := range w.written {
			if text != "" {
				most = max(most, n)
			}
		}
		n := len(w.rows)
		if n >= leastSpam && float64(w.empty) > mostSpam*float64(n) {
			s.Signs = append(s.Signs, SignEmpty)
		}
		if n >= leastSpam && most >= leastSpam && float64(most) > mostSpam*float64(n) {
			s.Signs = append(s.Signs, SignConstant)
		}
		if s.Peers.Low > leastUnrelated {
			s.Signs = append(s.Signs, SignUnrelated)
		}
		mine := partners[s.Worker]
		if len(mine) > 0 {
			s.Signs = append(s.Signs, SignShared)
		}
		if slices.ContainsFunc(mine, func(other string) bool {
			return slices.ContainsFunc(partners[other], func(third string) bool { return slices.Contains(mine, third) })
		}) {
			s.Signs = append(s.Signs, SignOneSource)
		}
	}
}

// signDrift marks drifts so that of all that are marked, few are chance
// (Benjamini and Hochberg 1995).
func (c *Crowd) signDrift() {
	var tested []*Skill
	for i := range c.Workers {
		if c.Workers[i].Items >= leastDrift {
			tested = append(tested, &c.Workers[i])
		}
	}
	slices.SortStableFunc(tested, func(x, y *Skill) int { return cmp.Compare(x.DriftP, y.DriftP) })
	last := 0
	for k, s := range tested {
		if s.DriftP <= falseSigns*float64(k+1)/float64(len(tested)) {
			last = k + 1
		}
	}
	for _, s := range tested[:last] {
		s.Signs = append(s.Signs, SignDrifting)
	}
}

// rank compares the order of the workers by peers with that by gold.
func (c *Crowd) rank() {
	var peers, gold []float64
	for _, s := range c.Workers {
		if s.GoldItems >= RankedItems {
			peers, gold = append(peers, s.Peers.Value), append(gold, s.Gold.Value)
		}
	}
	c.Ranked = len(peers)
	c.Rank = spearman(peers, gold)
}

// spearman is the correlation of the ranks of two lists, equals sharing theirs;
// 0 where one of them is all equal.
func spearman(x, y []float64) float64 {
	a, b := ranks(x), ranks(y)
	var ma, mb float64
	for i := range a {
		ma, mb = ma+a[i]/float64(len(a)), mb+b[i]/float64(len(a))
	}
	var ab, aa, bb float64
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	out := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			out[order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}
