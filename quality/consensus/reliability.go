package consensus

import "math"

// How much is believed of a worker before anything is known: counts of words
// and of votes that everybody has had already.
const (
	priorWords      = 60 // a worker has made the batch's errors in so many words
	priorUtterance  = 80 // and an utterance the worker's in so many
	priorContested  = 12 // votes where the others disagree
	leastError      = .01
	mostError       = .95
	leastWeight     = .02
	firstError      = .2 // before the first round
	rounds          = 5
	contestedBounds = .03
)

// trust is what is believed of the transcripts of an item, by transcript.
type trust struct {
	theta []float64 // weight of a vote, ln((1-e)/e), where e words are wrong
	word  []float64 // log odds of a word's being right where others disagree, less the usual
}

// tallied counts votes and how many were right.
type tallied struct{ right, votes float64 }

func (t *tallied) add(u tallied) { t.right += u.right; t.votes += u.votes }

// record is how a transcript, or all of a worker's, agrees with the posterior.
type record struct {
	words, errors float64
	contested     tallied // votes for a word where the others disagree
}

func (r *record) add(s record) {
	r.words += s.words
	r.errors += s.errors
	r.contested.add(s.contested)
}

func (r record) without(s record) record {
	return record{
		r.words - s.words, r.errors - s.errors,
		tallied{r.contested.right - s.contested.right, r.contested.votes - s.contested.votes},
	}
}

// ledger holds the records of a batch.
type ledger struct {
	of     [][]record // by item and transcript
	worker []record
	all    record
}

// tally compares every transcript with the posteriors.
func (b *batch) tally() *ledger {
	l := &ledger{of: make([][]record, len(b.items)), worker: make([]record, len(b.workers))}
	b.each(func(_ *aligner, i int) { l.of[i] = b.items[i].records() })
	for i, it := range b.items { // in one order: sums of fractions depend on it
		for k, r := range l.of[i] {
			l.all.add(r)
			if w := it.worker[k]; w >= 0 {
				l.worker[w].add(r)
			}
		}
	}
	return l
}

// records compares the transcripts of an item with its posteriors.
func (it *item) records() []record {
	out := make([]record, len(it.texts))
	for s := range it.slots {
		sl := &it.slots[s]
		none := sl.chanceOf(null)
		counts, voters := sl.counts()
		for i, v := range sl.vote {
			r := &out[i]
			r.words += 1 - none
			if v == abstains {
				continue
			}
			right := sl.posterior[v]
			r.errors += 1 - right
			if sl.candidates[v] != null && !agree(counts, int(v), voters) {
				r.contested.add(tallied{right, 1})
			}
		}
	}
	return out
}

// agree says that all others than one voter for v have one opinion.
func agree(counts []int, v, voters int) bool {
	for c, n := range counts {
		if c == v {
			n--
		}
		if n == voters-1 {
			return true
		}
	}
	return false
}

// trusts returns what to believe of an item's transcripts. Of a worker only what
// was done elsewhere counts, lest a vote vouch for itself.
func (l *ledger) trusts(it *item, i int) trust {
	n := len(it.texts)
	flat := make([]float64, 2*n)
	part := func(k int) []float64 { return flat[k*n : (k+1)*n : (k+1)*n] }
	t := trust{part(0), part(1)}
	mean := l.all.errors / max(l.all.words, 1)
	usual := l.all.contested.rate(tallied{.5, 1})
	for k, here := range l.of[i] {
		var out record
		if w := it.worker[k]; w >= 0 {
			out = l.worker[w].without(here)
		}
		elsewhere := (out.errors + priorWords*mean) / (out.words + priorWords)
		e := (here.errors + priorUtterance*elsewhere) / (here.words + priorUtterance)
		e = min(max(e, leastError), mostError)
		t.theta[k] = max(leastWeight, math.Log((1-e)/e))
		t.word[k] = evidence(out.contested.rate(tallied{priorContested * usual, priorContested}), usual)
	}
	return t
}

func (t tallied) rate(prior tallied) float64 {
	return (t.right + prior.right) / (t.votes + prior.votes)
}

func evidence(p, mean float64) float64 {
	logit := func(p float64) float64 {
		p = min(max(p, contestedBounds), 1-contestedBounds)
		return math.Log(p / (1 - p))
	}
	return 1 + logit(p) - logit(mean)
}

// estimate finds posteriors and workers' errors from each other: the posterior
// is the softmax of the weighted votes (Dawid and Skene 1979, with one error
// rate a worker).
func (b *batch) estimate() *ledger {
	first := math.Log((1 - firstError) / firstError)
	for _, it := range b.items {
		for s := range it.slots {
			it.slots[s].weigh(func(int) float64 { return first })
		}
	}
	l := b.tally()
	for range rounds {
		b.each(func(_ *aligner, i int) {
			it := b.items[i]
			t := l.trusts(it, i)
			for s := range it.slots {
				it.slots[s].weigh(func(k int) float64 { return t.theta[k] })
			}
		})
		l = b.tally()
	}
	return l
}

// weigh sets the posterior by weighted votes.
func (s *slot) weigh(weight func(k int) float64) {
	clear(s.posterior)
	for k, v := range s.vote {
		if v != abstains {
			s.posterior[v] += weight(k)
		}
	}
	softmax(s.posterior)
}

// softmax turns scores into probabilities.
func softmax(x []float64) {
	most := math.Inf(-1)
	for _, v := range x {
		most = max(most, v)
	}
	sum := 0.0
	for i, v := range x {
		x[i] = math.Exp(v - most)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}
