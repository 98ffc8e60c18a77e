package quality

import (
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"tapescript/quality/align"
	"tapescript/transcript"
)

// Item is a row of a table: an utterance and its text.
type Item struct {
	ID, Text string
	Speaker  string // read from gold; may be empty
}

// ScoreItems scores the hypotheses of a table against gold. Items are in gold's
// order, several hypotheses of one in their own. Where gold has an ID more than
// once, each of its texts is accepted: a hypothesis is held against the one that
// leaves the fewest errors, of equal ones the first. It returns an error where
// an item of gold has no ID: others without one would be taken for it.
func ScoreItems(gold, hypotheses []Item, o Options) (*Report, error) {
	if i := slices.IndexFunc(gold, func(g Item) bool { return g.ID == "" }); i >= 0 {
		return nil, fmt.Errorf("item %d of the gold has no ID", i+1)
	}
	n := newNumbering(o)
	r := &Report{Normalize: n.profile.Name(), Align: n.costs.String()}
	references, byGold := meet(gold, hypotheses, r)
	var work []meeting
	count := 0
	for i, accepted := range references {
		switch {
		case len(accepted) == 0: // of an ID that was there before
		case len(byGold[i]) == 0:
			r.Missing = append(r.Missing, gold[i].ID)
		default:
			work = append(work, meeting{accepted, byGold[i], count})
			count += len(byGold[i])
		}
	}
	r.Items = make([]ItemScore, count)
	var next atomic.Int64
	atWork(len(work)/fewMeetings, func() {
		n := newNumbering(o) // numbers are compared within an item only
		for at := next.Add(fewMeetings); at-fewMeetings < int64(len(work)); at = next.Add(fewMeetings) {
			for _, m := range work[at-fewMeetings : min(at, int64(len(work)))] {
				n.meeting(m, gold, hypotheses, r.Items[m.first:])
			}
		}
	})
	for i := range r.Items {
		r.Corpus = r.Corpus.Add(r.Items[i].Counts)
	}
	return r, nil
}

// atWork runs a function once on each processor, and no more often than there is
// work for. A panic of any is the caller's.
func atWork(most int, work func()) {
	var wait sync.WaitGroup
	var failed atomic.Value
	for range min(runtime.GOMAXPROCS(0), most) - 1 {
		wait.Go(func() {
			defer func() {
				if err := recover(); err != nil {
					failed.Store(fmt.Sprintf("%v\n%s", err, debug.Stack()))
				}
			}()
			work()
		})
	}
	work()
	wait.Wait()
	if err := failed.Load(); err != nil {
		panic(err)
	}
}

// meeting is an item: the indices of its references and hypotheses, and where in
// the report its scores begin.
type meeting struct {
	references, hypotheses []int
	first                  int
}

// fewMeetings is how many items a worker takes at a time.
const fewMeetings = 64

// meeting scores an item's hypotheses.
func (n *numbering) meeting(m meeting, gold, hypotheses []Item, scores []ItemScore) {
	refs := make([]reading, len(m.references))
	for k, a := range m.references {
		refs[k] = n.read(gold[a], nil)
	}
	g := gold[m.references[0]]
	for k, h := range m.hypotheses {
		n.heard = n.read(hypotheses[h], &n.heard)
		item := n.best(refs, n.heard)
		item.ID, item.Speaker = g.ID, g.Speaker
		if len(m.hypotheses) > 1 {
			item.Hypothesis = k + 1
		}
		scores[k] = item
	}
}

// best compares a hypothesis with each reference and keeps what has the fewest
// errors.
func (n *numbering) best(references []reading, hypothesis reading) ItemScore {
	best := n.compare(references[0], hypothesis)
	if len(references) == 1 {
		return best
	}
	best.Reference = 1
	for k, ref := range references[1:] {
		item := n.compare(ref, hypothesis)
		item.Reference = k + 2
		if item.Counts.Errors() < best.Counts.Errors() {
			best = item
		}
	}
	return best
}

// meet returns for each gold item the indices of its references, with the first
// of an ID, and those of its hypotheses, and notes the extra ones.
func meet(gold, hypotheses []Item, r *Report) (references, met [][]int) {
	exact, byName := make(map[string]int, len(gold)), make(map[string]int, len(gold))
	references = make([][]int, len(gold))
	for i, g := range gold {
		if first, again := exact[g.ID]; again {
			references[first] = append(references[first], i)
			continue
		}
		exact[g.ID] = i
		references[i] = append(references[i], i)
		name := baseName(g.ID)
		if _, taken := byName[name]; taken {
			byName[name] = -1 // two folders have one of this name: it says nothing
		} else {
			byName[name] = i
		}
	}
	met = make([][]int, len(gold))
	for h := range hypotheses {
		id := hypotheses[h].ID
		i, ok := exact[id]
		if !ok {
			i, ok = byName[baseName(id)]
		}
		if !ok || i < 0 {
			r.Extra = append(r.Extra, id)
			continue
		}
		met[i] = append(met[i], h)
	}
	return references, met
}

// baseName returns what is left of a path or URL without folders and extension.
func baseName(id string) string {
	name := path.Base(strings.ReplaceAll(id, `\`, "/"))
	if stem := strings.TrimSuffix(name, path.Ext(name)); stem != "" {
		return stem
	}
	return name
}

// reading is a text as it is compared.
type reading struct {
	spoken
	characters []int32
	words      []Word
}

// read reads an item. What is compared and not kept is written over that of an
// old reading, where there is one.
func (n *numbering) read(item Item, old *reading) reading {
	if old == nil {
		old = &reading{}
	}
	seg := old.seg
	if seg == nil {
		seg = &transcript.Segment{}
	}
	*seg = transcript.Segment{ID: item.ID, Text: item.Text}
	r := reading{spoken: n.listenTo(part{seg: seg, to: len(seg.Text)}, &old.spoken), characters: old.characters[:0]}
	r.words = n.wordSlab.take(len(r.tokens))
	r.characters = n.characters(r.characters, r.tokens, nil)
	for i, t := range r.tokens {
		r.words[i] = Word{t.Text, item.ID, t.Start, t.End, item.Text}
	}
	return r
}

func (n *numbering) compare(gold, hypothesis reading) ItemScore {
	b := block{[]spoken{gold.spoken}, []spoken{hypothesis.spoken}}
	var p pairing
	if steps, woven := n.matchWoven(b, &p); woven {
		p.steps = steps
		golds, hyps := p.counted()
		gold.words, hypothesis.words = wordsOf(p.gold, b.gold), wordsOf(p.hyp, b.hyp)
		gold.characters = n.characters(nil, tokensIn(golds), nil)
		hypothesis.characters = n.characters(nil, tokensIn(hyps), nil)
	} else {
		n.steps = align.Append(n.steps[:0], gold.ids, hypothesis.ids, n.costs)
		p.steps = n.steps
	}
	n.makeReadable(p.steps, func(s align.Step) (string, string) {
		return gold.words[s.Ref].Text, hypothesis.words[s.Hyp].Text
	})
	item := ItemScore{Counts: p.count(), Steps: n.stepSlab.take(len(p.steps))}
	for i, s := range p.steps {
		item.Steps[i] = Step{Op: s.Op, Free: p.isFree(i)}
		if s.Op != align.Insertion && s.Ref >= 0 {
			item.Steps[i].Gold = &gold.words[s.Ref]
		}
		if s.Op != align.Deletion && s.Hyp >= 0 {
			item.Steps[i].Hypothesis = &hypothesis.words[s.Hyp]
		}
	}
	item.Counts.Characters = len(gold.characters)
	item.Counts.CharacterErrors = align.Distance(gold.characters, hypothesis.characters)
	return item
}
