package quality

import (
	"slices"
	"sort"
	"strings"
	"time"

	"tapescript/quality/normalize"
	"tapescript/transcript"
)

// spoken is a segment with its words.
type spoken struct {
	seg      *transcript.Segment
	from, to int               // bytes of its text that were heard
	mapped   *normalize.Mapped // of them; nil without a mapping
	tokens   []normalize.Token
	ids      []int32
	readings []normalize.Reading
	marked   bool // the text holds NIST's marks
	woven    bool // the text may be read in several ways
}

func (n *numbering) listen(s *transcript.Segment) spoken {
	return n.listenTo(part{seg: s, to: len(s.Text)}, nil)
}

// listenTo reads the words of a stretch of a segment, over those of an old one
// that nobody needs any more, if there is one.
func (n *numbering) listenTo(p part, old *spoken) spoken {
	if old == nil {
		old = &spoken{}
	}
	h, text := spoken{seg: p.seg, from: p.from, to: p.to}, p.seg.Text[p.from:p.to]
	if n.mapping != nil {
		m := n.mapping.Apply(text, p.alone)
		h.mapped, text = &m, m.Text
	}
	h.tokens, h.readings = n.profile.ReadingsInto(old.tokens, text)
	if h.mapped != nil {
		h.toRaw(h.tokens)
		for _, r := range h.readings {
			h.toRaw(r.Tokens)
		}
	} else if p.from > 0 {
		shift(h.tokens, p.from)
		for _, r := range h.readings {
			shift(r.Tokens, p.from)
		}
	}
	h.ids = n.ids(old.ids[:0], h.tokens)
	h.marked = n.notation && strings.ContainsAny(text, `{@;\(`)
	h.woven = h.marked || len(h.readings) > 0 || slices.ContainsFunc(h.tokens, func(t normalize.Token) bool {
		return t.Kind == normalize.Wildcard || n.fragments && isFragment(t.Text)
	})
	return h
}

// toRaw gives tokens of the rewritten text the spans of what they came from.
func (s *spoken) toRaw(tokens []normalize.Token) {
	for i := range tokens {
		s.tokenToRaw(&tokens[i])
	}
}

func (s *spoken) tokenToRaw(t *normalize.Token) {
	from, to := s.mapped.Span(t.Start, t.End)
	t.Start, t.End = s.from+from, s.from+to
}

// lane is what is aligned as one text: the segments of a channel, in order.
type lane struct {
	gold, hyp []*transcript.Segment
}

// lanes parts two transcripts by channel where both name the same ones.
func lanes(gold, hyp *transcript.Transcript) []lane {
	g, h := inOrder(gold.Segments), inOrder(hyp.Segments)
	channels := channelsOf(g)
	if len(channels) < 2 || !slices.Equal(channels, channelsOf(h)) {
		return []lane{{g, h}}
	}
	list := make([]lane, len(channels))
	for i, c := range channels {
		list[i] = lane{onChannel(g, c), onChannel(h, c)}
	}
	return list
}

// inOrder returns the segments in order of time, which a file need not keep.
func inOrder(segments []*transcript.Segment) []*transcript.Segment {
	var last time.Duration
	for _, s := range segments {
		if s.Timed() && s.Start < last {
			t := transcript.Transcript{Segments: slices.Clone(segments)}
			t.SortSegments()
			return t.Segments
		}
		if s.Timed() {
			last = s.Start
		}
	}
	return segments
}

func channelsOf(segments []*transcript.Segment) []int {
	var list []int
	for _, s := range segments {
		if at, found := slices.BinarySearch(list, s.Channel); !found {
			list = slices.Insert(list, at, s.Channel)
		}
	}
	return list
}

func onChannel(segments []*transcript.Segment, channel int) []*transcript.Segment {
	var list []*transcript.Segment
	for _, s := range segments {
		if s.Channel == channel {
			list = append(list, s)
		}
	}
	return list
}

// slack is by how much two borders may differ and still be one: stm and ctm
// files write hundredths of a second.
const slack = 10 * time.Millisecond

// cut is a place where a lane is parted: before these segments.
type cut struct {
	gold, hyp int
}

// cuts finds the borders that both sides of a lane share, by the rule of the
// package comment. The last cut is the end.
func (l lane) cuts() []cut {
	var list []cut
	goldEnd, hypEnd := ends(l.gold), ends(l.hyp)
	next := func(j int, at time.Duration) int { // the first segment to begin at that time
		for j < len(l.hyp) && (!l.hyp[j].Timed() || l.hyp[j].Start < at-slack) {
			j++
		}
		return j
	}
	byStart, byEnd, last := 0, 0, 0
	for i := 1; i < len(l.gold); i++ {
		g := l.gold[i]
		if !g.Timed() || goldEnd[i] > g.Start+slack {
			continue
		}
		byStart, byEnd = next(byStart, g.Start), next(byEnd, goldEnd[i])
		for _, j := range [...]int{byStart, byEnd} {
			if j >= last && l.shares(i, j, goldEnd[i], hypEnd[j]) {
				for j < len(l.hyp) && l.hyp[j].Timed() && l.hyp[j].End <= g.Start {
					j++ // said between two gold segments: belongs to the earlier
				}
				list = append(list, cut{i, j})
				last = j
				break
			}
		}
	}
	return append(list, cut{len(l.gold), len(l.hyp)})
}

// shares says whether there is a shared border before gold segment i and
// hypothesis segment j, where all before them have ended at the times given.
func (l lane) shares(i, j int, goldEnd, hypEnd time.Duration) bool {
	sameEnd := goldEnd > 0 && near(goldEnd, hypEnd)
	start := l.gold[i].Start
	if j == len(l.hyp) {
		return sameEnd
	}
	hypStart := l.hyp[j].Start
	free := hypEnd <= min(start, hypStart)+slack && goldEnd <= hypStart+slack
	return free && (sameEnd || near(start, hypStart))
}

func near(a, b time.Duration) bool { return a-b <= slack && b-a <= slack }

// ends returns for each segment when all before it have ended, and for the end
// when all have.
func ends(segments []*transcript.Segment) []time.Duration {
	list := make([]time.Duration, len(segments)+1)
	for i, s := range segments {
		list[i+1] = max(list[i], s.End)
	}
	return list
}

// block is a stretch between two shared borders.
type block struct {
	gold, hyp []spoken
}

func idsOf(list []spoken) []int32 {
	if len(list) == 1 {
		return list[0].ids
	}
	var ids []int32
	for _, s := range list {
		ids = append(ids, s.ids...)
	}
	return ids
}

// holder tells to which gold segment of a block an insertion belongs.
type holder struct {
	b     block
	timed bool            // some gold segment has a time
	begin []time.Duration // when each gold segment begins, never falling
	ended []time.Duration // when all before it have ended
}

func newHolder(b block) *holder {
	h := &holder{b: b}
	var last, end time.Duration
	for _, g := range b.gold {
		h.ended = append(h.ended, end)
		if g.seg.Timed() {
			h.timed = true
			last, end = g.seg.Start, max(end, g.seg.End)
		}
		h.begin = append(h.begin, last)
	}
	return h
}

// of returns the index of the gold segment for an inserted word; before is
// that of the reference word before it.
func (h *holder) of(w chosen, before int) int {
	t, ok := h.b.hyp[w.seg].time(w.token)
	if !ok || !h.timed {
		return before
	}
	last := sort.Search(len(h.begin), func(k int) bool { return h.begin[k] > t }) - 1
	for k := last; k >= 0; k-- {
		if s := h.b.gold[k].seg; s.Timed() && t < s.End {
			return k // of those that hold it, the one that began last
		}
		if h.ended[k] <= t {
			break
		}
	}
	return max(last, 0)
}

// time returns when a word is in the middle of being said.
func (s spoken) time(t normalize.Token) (time.Duration, bool) {
	for _, w := range s.seg.Words {
		if w.Timed() && w.From < t.End && t.Start < w.To {
			return w.Start + (w.End-w.Start)/2, true
		}
	}
	if !s.seg.Timed() {
		return 0, false
	}
	share := float64(t.Start+t.End) / 2 / float64(len(s.seg.Text))
	return s.seg.Start + time.Duration(share*float64(s.seg.End-s.seg.Start)), true
}
