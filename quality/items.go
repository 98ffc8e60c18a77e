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
	references, met := meet(gold, hypotheses, r)
	var work []meeting
	count := 0
	for i := range gold {
		accepted, heard := references.of(i), met.of(i)
		switch {
		case len(accepted) == 0: // of an ID that was there before
		case len(heard) == 0:
			r.Missing = append(r.Missing, gold[i].ID)
		default:
			work = append(work, meeting{int32(i), int32(count)})
			count += len(heard)
		}
	}
	r.Items = make([]ItemScore, count)
	var next atomic.Int64
	var merging sync.Mutex
	atWork(len(work)/fewMeetings, func() {
		n := newNumbering(o) // numbers are compared within an item only
		if o.CountsOnly {
			n.found = &findings{errors: newTally(&n.words)}
		}
		for at := next.Add(fewMeetings); at-fewMeetings < int64(len(work)); at = next.Add(fewMeetings) {
			for _, m := range work[at-fewMeetings : min(at, int64(len(work)))] {
				n.meeting(m, references.of(int(m.gold)), met.of(int(m.gold)), gold, hypotheses, r.Items)
			}
		}
		if n.found == nil {
			return
		}
		merging.Lock()
		defer merging.Unlock()
		if r.found == nil {
			r.found = n.found
		} else {
			r.found.include(n.found)
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

// meeting is an item of gold, and where in the report its scores begin.
type meeting struct{ gold, first int32 }

// fewMeetings is how many items a worker takes at a time.
const fewMeetings = 64

// meeting scores an item's hypotheses.
func (n *numbering) meeting(m meeting, references, met []int32, gold, hypotheses []Item, scores []ItemScore) {
	for len(n.refs) < len(references) {
		n.refs = append(n.refs, reading{})
	}
	refs := n.refs[:len(references)]
	for k, a := range references {
		refs[k] = n.read(gold[a], &refs[k])
	}
	g := gold[m.gold]
	for k, h := range met {
		n.heard = n.read(hypotheses[h], &n.heard)
		at := int(m.first) + k
		item := &scores[at]
		*item = n.best(refs, n.heard)
		item.ID, item.Speaker = g.ID, g.Speaker
		if len(met) > 1 {
			item.Hypothesis = k + 1
		}
		if n.found != nil {
			n.found.add(at, item)
			item.Steps = nil
		}
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
		n.kept, n.other = n.other, n.kept // the best steps so far are not written over
		item := n.compare(ref, hypothesis)
		item.Reference = k + 2
		if item.Counts.Errors() < best.Counts.Errors() {
			best = item
		} else {
			n.kept, n.other = n.other, n.kept
		}
	}
	return best
}

// groups are the numbers of some things, by the number of what they belong to.
type groups struct {
	from []int32 // of each group, where in list it begins, and the end
	list []int32
}

// of returns the numbers that belong to i, in their order.
func (g groups) of(i int) []int32 { return g.list[g.from[i]:g.from[i+1]] }

// grouped sorts numbers by what they belong to, of n; -1 is nothing.
func grouped(belongs []int32, n int) groups {
	g := groups{from: make([]int32, n+1)}
	total := int32(0)
	for _, i := range belongs {
		if i >= 0 {
			g.from[i]++
		}
	}
	for i := range g.from {
		total += g.from[i]
		g.from[i] = total // the end
	}
	g.list = make([]int32, total)
	for k := len(belongs) - 1; k >= 0; k-- {
		if i := belongs[k]; i >= 0 {
			g.from[i]-- // and in the end the beginning
			g.list[g.from[i]] = int32(k)
		}
	}
	return g
}

// meet returns for each gold item the indices of its references, with the first
// of an ID, and those of its hypotheses, and notes the extra ones.
func meet(gold, hypotheses []Item, r *Report) (references, met groups) {
	var ids lexicon
	var first []int32 // of gold, by the number of its ID
	same, to := make([]int32, len(gold)), make([]int32, len(hypotheses))
	for i, g := range gold {
		id := ids.id(g.ID)
		if int(id) == len(first) {
			first = append(first, int32(i))
		}
		same[i] = first[id]
	}
	var byName map[string]int32
	for h := range hypotheses {
		i := int32(-1)
		if id, ok := ids.find(hypotheses[h].ID); ok {
			i = first[id]
		} else {
			if byName == nil {
				byName = named(gold, same)
			}
			if at, ok := byName[baseName(hypotheses[h].ID)]; ok {
				i = at
			}
		}
		if to[h] = i; i < 0 {
			r.Extra = append(r.Extra, hypotheses[h].ID)
		}
	}
	return grouped(same, len(gold)), grouped(to, len(gold))
}

// named returns the first gold items of their IDs by base name; -1 where two
// folders have one of a name: it says nothing.
func named(gold []Item, same []int32) map[string]int32 {
	byName := make(map[string]int32, len(gold))
	for i := range gold {
		if int(same[i]) != i {
			continue
		}
		name := baseName(gold[i].ID)
		if _, taken := byName[name]; taken {
			byName[name] = -1
		} else {
			byName[name] = int32(i)
		}
	}
	return byName
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
	if n.found == nil {
		r.words = n.wordSlab.take(len(r.tokens)) // the report keeps them
	} else {
		r.words = slices.Grow(old.words[:0], len(r.tokens))[:len(r.tokens)]
	}
	r.characters = n.characters(r.characters, r.tokens, nil)
	for i, t := range r.tokens {
		r.words[i] = Word{t.Text, item.ID, t.Start, t.End, item.Text}
	}
	return r
}

func (n *numbering) compare(gold, hypothesis reading) ItemScore {
	b := block{[]spoken{gold.spoken}, []spoken{hypothesis.spoken}}
	var p pairing
	steps, woven := n.matchWoven(b, &p)
	if woven {
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
	item := ItemScore{Counts: p.count()}
	if n.found == nil {
		item.Steps = n.stepSlab.take(len(p.steps))
	} else {
		n.kept = slices.Grow(n.kept[:0], len(p.steps))[:len(p.steps)]
		item.Steps = n.kept
	}
	for i, s := range p.steps {
		item.Steps[i] = Step{Op: s.Op, Free: p.isFree(i)}
		to := &item.Steps[i]
		if s.Op != align.Insertion && s.Ref >= 0 {
			to.Gold = &gold.words[s.Ref]
			if n.found != nil && !woven {
				to.numbers.gold = 1 + gold.ids[s.Ref]
			}
		}
		if s.Op != align.Deletion && s.Hyp >= 0 {
			to.Hypothesis = &hypothesis.words[s.Hyp]
			if n.found != nil && !woven {
				to.numbers.hypothesis = 1 + hypothesis.ids[s.Hyp]
			}
		}
	}
	item.Counts.Characters = len(gold.characters)
	item.Counts.CharacterErrors = align.Distance(gold.characters, hypothesis.characters)
	return item
}
