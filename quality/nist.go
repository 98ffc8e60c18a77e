package quality

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"tapescript/transcript"
)

// Pair is one channel of a recording in two transcripts.
type Pair struct {
	Name             string                 // of the recording and its channel
	Gold, Hypothesis *transcript.Transcript // nil where a side has none
}

// ScoreByMidpoints scores as NIST's sclite does an stm file against a ctm: each
// word of the hypothesis goes to the first segment of gold that ends after the
// middle of the word, the last takes the rest, and nothing is aligned across
// two segments (SCTK, stm2ctm.c). Words are taken by their beginnings. Segments
// whose text is IGNORE_TIME_SEGMENT_IN_SCORING do not count, nor do the words
// that fall into them. A word without a time has a share of its
// segment's; one in a segment without times goes where the word before it went.
//
// Of gold without a hypothesis every word is a deletion, and its name is in
// Missing; a hypothesis without gold is in Extra and not counted. Items are
// named after the recording too where there are several.
func ScoreByMidpoints(pairs []Pair, o Options) *Report {
	n := newNumbering(o)
	r := &Report{Normalize: n.profile.Name(), Align: n.costs.String()}
	for _, p := range pairs {
		if p.Gold == nil {
			r.Extra = append(r.Extra, p.Name)
			continue
		}
		if p.Hypothesis == nil {
			r.Missing = append(r.Missing, p.Name)
		}
		gold, first := inOrder(p.Gold.Segments), len(r.Items)
		words := timedUnits(p.Hypothesis)
		if o.ReduceGold {
			gold = reduceGold(gold, words)
		}
		if o.ReduceHypothesis {
			words = reduceWords(words, gold)
		}
		for k, parts := range share(gold, words) {
			if ignored(gold[k]) {
				r.Ignored++
				continue
			}
			b := block{gold: []spoken{n.listen(gold[k])}}
			for _, part := range parts {
				b.hyp = append(b.hyp, n.listenTo(part, nil))
			}
			item := n.items(b)[0]
			item.Recording, item.Speaker = p.Name, p.Gold.SpeakerName(item.Speaker)
			if len(pairs) > 1 {
				item.ID = p.Name + "/" + item.ID
			}
			r.Items = append(r.Items, item)
			r.Corpus = r.Corpus.Add(item.Counts)
		}
		a := n.attribute(p.Gold, p.Hypothesis, r.Items[first:])
		for k := range cmp.Or(a, &Attribution{}).Pairs {
			a.Pairs[k].Recording = p.Name
		}
		r.Attribution = r.Attribution.add(a)
	}
	return r
}

// ignored says whether a segment of gold does not count. Underscores may be
// missing, as they are in NIST's own tests.
func ignored(s *transcript.Segment) bool {
	return strings.EqualFold(strings.ReplaceAll(strings.TrimSpace(s.Text), "_", ""), "IGNORETIMESEGMENTINSCORING")
}

// part is a stretch of a segment's text.
type part struct {
	seg      *transcript.Segment
	from, to int
	alone    bool // a mapping sees each word by itself
}

// timedUnit is a word of a hypothesis, or an alternation, and when it is said.
type timedUnit struct {
	part
	number     int // in the text
	start, end time.Duration
	// middle is in seconds; of an alternation it is the latest of its words'.
	middle float64
}

// inSeconds is a time of a ctm as sclite holds it, heldEnd one of an stm: whether a
// word's middle lies before a segment's end is decided by what these round to (of
// 800 middles on an end, sclite has 399 before it, and so have these).
func inSeconds(d time.Duration) float64 { return float64(d) / float64(time.Second) }

func heldEnd(d time.Duration) float64 { return float64(float32(inSeconds(d))) }

func middleOf(start, end time.Duration) float64 { return inSeconds(start) + inSeconds(end-start)/2 }

// timedUnits lists a hypothesis's words by time.
func timedUnits(hypothesis *transcript.Transcript) []timedUnit {
	if hypothesis == nil {
		return nil
	}
	var units []timedUnit
	var last timedUnit
	for _, s := range inOrder(hypothesis.Segments) {
		for _, u := range unitsOf(s.Text) {
			p := part{s, u[0], u[1], true}
			if start, end, middle, ok := p.time(); ok {
				last.start, last.end, last.middle = start, end, middle
			}
			last.part, last.number = p, len(units)
			units = append(units, last)
		}
	}
	slices.SortStableFunc(units, func(a, b timedUnit) int { return cmp.Compare(a.start, b.start) })
	return units
}

// reduceGold keeps the segments that lie in the time of the words.
func reduceGold(gold []*transcript.Segment, words []timedUnit) []*transcript.Segment {
	if len(words) == 0 {
		return gold
	}
	first, last := inSeconds(words[0].start), words[len(words)-1]
	end := inSeconds(last.start) + inSeconds(last.end-last.start)
	var kept []*transcript.Segment
	for _, s := range gold {
		if first < heldEnd(s.End) && end > heldEnd(s.Start) {
			kept = append(kept, s)
		}
	}
	return kept
}

// reduceWords keeps the words that lie in the time of the segments.
func reduceWords(words []timedUnit, gold []*transcript.Segment) []timedUnit {
	if len(gold) == 0 {
		return nil
	}
	begin, end := gold[0].Start, gold[0].End
	for _, s := range gold {
		begin, end = min(begin, s.Start), max(end, s.End)
	}
	return slices.DeleteFunc(words, func(u timedUnit) bool {
		return inSeconds(u.start) > heldEnd(end) || inSeconds(u.start)+inSeconds(u.end-u.start) < heldEnd(begin)
	})
}

// share gives the words of a hypothesis to segments of gold.
func share(gold []*transcript.Segment, units []timedUnit) [][]part {
	shares := make([][]part, len(gold))
	if len(gold) == 0 {
		return shares
	}
	k := 0
	for i, u := range units {
		for k+1 < len(gold) && heldEnd(gold[k].End) <= u.middle {
			k++
		}
		if n := len(shares[k]); n > 0 && shares[k][n-1].seg == u.seg && units[i-1].number+1 == u.number {
			shares[k][n-1].to = u.to // the same stretch goes on
			continue
		}
		shares[k] = append(shares[k], u.part)
	}
	return shares
}

// unitsOf lists the words of a text as spans; an alternation is one.
func unitsOf(text string) [][2]int {
	var list [][2]int
	for i := 0; i < len(text); {
		if isSpace(text[i]) {
			i++
			continue
		}
		end := i
		if borders := alternatives(text[i:]); borders != nil {
			end += borders[len(borders)-1]
		} else {
			for end < len(text) && !isSpace(text[end]) {
				end++
			}
		}
		list = append(list, [2]int{i, end})
		i = end
	}
	return list
}

// time returns when a stretch of text is said, and its middle. An alternation reaches
// from its first word to its last.
func (p part) time() (start, end time.Duration, middle float64, ok bool) {
	var first, last *transcript.Word
	words := p.seg.Words
	at := sort.Search(len(words), func(i int) bool { return words[i].To > p.from })
	for i := at; i < len(words) && words[i].From < p.to; i++ {
		if !words[i].Timed() {
			continue
		}
		if first == nil {
			first = &words[i]
		}
		last = &words[i]
		middle = max(middle, middleOf(last.Start, last.End))
	}
	if first != nil {
		return first.Start, last.End, middle, true
	}
	if !p.seg.Timed() {
		return 0, 0, 0, false
	}
	when := func(offset int) time.Duration {
		return p.seg.Start + time.Duration(float64(offset)/float64(len(p.seg.Text))*float64(p.seg.End-p.seg.Start))
	}
	start, end = when(p.from), when(p.to)
	return start, end, middleOf(start, end), true
}

// RecordingScore is what was found in one recording's items.
type RecordingScore struct {
	Recording string
	Counts    Counts
}

// Recordings sums the items by recording, in the order in which they appear;
// it is empty where no item names one.
func (r *Report) Recordings() []RecordingScore {
	var list []RecordingScore
	at := map[string]int{}
	for i := range r.Items {
		item := &r.Items[i]
		if item.Recording == "" {
			continue
		}
		k, ok := at[item.Recording]
		if !ok {
			k = len(list)
			at[item.Recording] = k
			list = append(list, RecordingScore{Recording: item.Recording})
		}
		list[k].Counts = list[k].Counts.Add(item.Counts)
	}
	return list
}

// SpeakerRule says how the ID of an utterance names its speaker, by the names
// that sclite's -i takes.
type SpeakerRule string

// The rules of sclite.
const (
	SpeakerUtterance SpeakerRule = "spu_id" // up to the first hyphen or underscore
	WSJ              SpeakerRule = "wsj"    // the first three characters
	RM               SpeakerRule = "rm"     // up to the first hyphen or underscore, as SCTK reads it
	Switchboard      SpeakerRule = "swb"    // up to the second hyphen: sw2001-A-0001
)

// SpeakerRules lists the rules.
func SpeakerRules() []SpeakerRule {
	return []SpeakerRule{SpeakerUtterance, WSJ, RM, Switchboard}
}

// Speaker returns the speaker whom an ID names, in lower case; "" where it names
// none.
func (rule SpeakerRule) Speaker(id string) string {
	id = strings.ToLower(id)
	switch rule {
	case WSJ:
		return id[:min(3, len(id))]
	case Switchboard:
		if i := strings.IndexByte(id, '-'); i >= 0 {
			if k := strings.IndexByte(id[i+1:], '-'); k >= 0 {
				return id[:i+1+k]
			}
		}
	case SpeakerUtterance, RM:
		if i := strings.IndexAny(id, "-_"); i >= 0 {
			return id[:i]
		}
	}
	return ""
}
