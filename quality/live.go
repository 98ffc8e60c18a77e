package quality

import (
	"slices"
	"sync"

	"tapescript/transcript"
)

// Live scores a transcript while somebody works on it. Because segments are
// never changed in place, it sees what is new by comparing pointers, and scores
// the blocks of those alone; the counts are always those that
// [ScoreTranscripts] would give, but without characters.
//
// [Live.Score] may be called by one goroutine after another, [Live.Marks] by
// any at any time: it never waits for a score that is being worked out.
type Live struct {
	scoring sync.Mutex // one Score at a time; guards what follows
	n       *numbering
	gold    *transcript.Transcript
	golds   map[*transcript.Segment]spoken
	hyp     []*transcript.Segment // as scored last; nil before
	heard   map[*transcript.Segment]spoken
	total   Counts

	mu     sync.RWMutex // guards what Marks reads
	places map[*transcript.Segment]*liveBlock
}

// liveBlock is a block's place in the transcript; what is in it changes.
type liveBlock struct {
	now *matched // guarded by Live.mu
}

// matched is a block as it was scored. Only marks is added later.
type matched struct {
	block
	pairing
	counts Counts

	once  sync.Once
	marks map[*transcript.Segment][]Mark
}

// NewLive scores against gold, which must not change any more. The work begins
// with the first Score.
func NewLive(gold *transcript.Transcript, o Options) *Live {
	return &Live{n: newNumbering(o), gold: gold}
}

// Score scores a snapshot whole the first time, and later what is new in it.
func (l *Live) Score(snapshot *transcript.Transcript) Counts {
	l.scoring.Lock()
	defer l.scoring.Unlock()
	if l.hyp == nil || !l.retype(snapshot.Segments) {
		l.rebuild(snapshot)
	}
	l.hyp = snapshot.Segments
	return l.total
}

// retype scores segments of which nothing but text has changed, so that the
// blocks stay as they are. It returns false, having done nothing, where more
// has: among it where a segment has moved, which those without a time can do
// unseen otherwise.
func (l *Live) retype(now []*transcript.Segment) bool {
	if len(now) != len(l.hyp) {
		return false
	}
	type change struct{ old, new *transcript.Segment }
	var changes []change
	for i, s := range now {
		old := l.hyp[i]
		if s == old {
			continue
		}
		if _, moved := l.heard[s]; moved || l.places[old] == nil {
			return false
		}
		if s.Start != old.Start || s.End != old.End || s.Channel != old.Channel {
			return false
		}
		changes = append(changes, change{old, s})
	}
	if len(changes) > 64 {
		return false // scoring them one by one could repeat a large block too often
	}
	for _, c := range changes {
		place := l.places[c.old]
		was := place.now
		b := block{was.block.gold, slices.Clone(was.block.hyp)}
		at := slices.IndexFunc(b.hyp, func(h spoken) bool { return h.seg == c.old })
		b.hyp[at] = l.n.listen(c.new)
		delete(l.heard, c.old)
		l.heard[c.new] = b.hyp[at]
		m := l.match(b)
		l.total = l.total.minus(was.counts).Add(m.counts)
		l.mu.Lock()
		place.now = m
		delete(l.places, c.old)
		l.places[c.new] = place
		l.mu.Unlock()
	}
	return true
}

func (l *Live) match(b block) *matched {
	p := l.n.match(b)
	return &matched{block: b, pairing: p, counts: p.count()}
}

// rebuild cuts the blocks anew and scores those that were not there before.
func (l *Live) rebuild(snapshot *transcript.Transcript) {
	if l.golds == nil {
		l.golds = make(map[*transcript.Segment]spoken, len(l.gold.Segments))
		for _, s := range l.gold.Segments {
			l.golds[s] = l.n.listen(s)
		}
	}
	places := make(map[*transcript.Segment]*liveBlock, len(snapshot.Segments))
	heard := make(map[*transcript.Segment]spoken, len(snapshot.Segments))
	for _, s := range snapshot.Segments {
		if known, ok := l.heard[s]; ok {
			heard[s] = known
		} else {
			heard[s] = l.n.listen(s)
		}
	}
	l.heard = heard
	l.total = Counts{}
	for _, ln := range lanes(l.gold, snapshot) {
		var from cut
		for _, to := range ln.cuts() {
			m := l.reuse(ln.gold[from.gold:to.gold], ln.hyp[from.hyp:to.hyp])
			place := &liveBlock{m}
			for _, s := range ln.hyp[from.hyp:to.hyp] {
				places[s] = place
			}
			l.total = l.total.Add(m.counts)
			from = to
		}
	}
	l.mu.Lock()
	l.places = places
	l.mu.Unlock()
}

// reuse returns the block of these segments: as it was scored last, if it is
// the same.
func (l *Live) reuse(gold, hyp []*transcript.Segment) *matched {
	if len(hyp) > 0 {
		if place := l.places[hyp[0]]; place != nil && same(place.now.block.hyp, hyp) && same(place.now.block.gold, gold) {
			return place.now
		}
	}
	b := block{make([]spoken, len(gold)), make([]spoken, len(hyp))}
	for i, s := range gold {
		b.gold[i] = l.golds[s]
	}
	for i, s := range hyp {
		b.hyp[i] = l.heard[s]
	}
	return l.match(b)
}

func same(have []spoken, want []*transcript.Segment) bool {
	return slices.EqualFunc(have, want, func(h spoken, w *transcript.Segment) bool { return h.seg == w })
}
