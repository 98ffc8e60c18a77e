package quality

import (
	"cmp"
	"math"
	"slices"
	"time"

	"tapescript/transcript"
)

// Segmentation says how well a hypothesis's segments lie on gold's.
type Segmentation struct {
	Gold, Hypothesis int // segments with times
	// Matched counts pairs of segments, one of each side and each in one pair
	// only, whose common time is at least half of the time that they take up
	// together; those that have most in common are paired first.
	Matched int

	starts, ends []time.Duration // hypothesis's less gold's, of each pair
}

// leastOverlap is the part of two segments' time together that they must share
// to be the same segment.
const leastOverlap = 0.5

// Precision returns how many of the hypothesis's segments are gold's, Recall how
// many of gold's there are, F1 their harmonic mean.
func (s *Segmentation) Precision() (rate float64, known bool) { return ratio(s.Matched, s.Hypothesis) }

// Recall returns how many of gold's segments the hypothesis has.
func (s *Segmentation) Recall() (rate float64, known bool) { return ratio(s.Matched, s.Gold) }

// F1 returns the harmonic mean of the two.
func (s *Segmentation) F1() (rate float64, known bool) {
	return ratio(2*s.Matched, s.Gold+s.Hypothesis)
}

// Deviation is how far borders are from gold's.
type Deviation struct {
	Mean, Median, P95 time.Duration // of the distances
	Bias              time.Duration // the mean; later than gold is positive
}

// Starts returns the boundary error where segments begin, of the matched ones;
// it is not known where none matched.
func (s *Segmentation) Starts() (d Deviation, known bool) { return deviation(s.starts) }

// Ends returns the boundary error where segments end, likewise.
func (s *Segmentation) Ends() (d Deviation, known bool) { return deviation(s.ends) }

// Borders returns the boundary error of both ends together.
func (s *Segmentation) Borders() (d Deviation, known bool) {
	return deviation(slices.Concat(s.starts, s.ends))
}

func deviation(offsets []time.Duration) (d Deviation, known bool) {
	if len(offsets) == 0 {
		return d, false
	}
	distances := make([]time.Duration, len(offsets))
	var sum, distance float64
	for i, o := range offsets {
		sum += float64(o)
		distances[i] = o.Abs()
		distance += float64(o.Abs())
	}
	slices.Sort(distances)
	at := func(share float64) time.Duration { return distances[int(share*float64(len(distances)-1)+0.5)] }
	n := float64(len(offsets))
	return Deviation{time.Duration(distance / n), at(0.5), at(0.95), time.Duration(math.Round(sum / n))}, true
}

// add sums two; either may be nil.
func (s *Segmentation) add(t *Segmentation) *Segmentation {
	if s == nil || t == nil {
		return cmp.Or(s, t)
	}
	return &Segmentation{
		s.Gold + t.Gold, s.Hypothesis + t.Hypothesis, s.Matched + t.Matched,
		slices.Concat(s.starts, t.starts), slices.Concat(s.ends, t.ends),
	}
}

// compareSegments matches segments; nil where a side has none with a time.
// Channels are kept apart as the words are.
func compareSegments(gold, hypothesis *transcript.Transcript) *Segmentation {
	s := &Segmentation{}
	for _, l := range lanes(gold, hypothesis) {
		g, h := timedOnly(l.gold), timedOnly(l.hyp)
		s.Gold, s.Hypothesis = s.Gold+len(g), s.Hypothesis+len(h)
		s.pair(g, h)
	}
	if s.Gold == 0 || s.Hypothesis == 0 {
		return nil
	}
	return s
}

func timedOnly(segments []*transcript.Segment) []*transcript.Segment {
	var list []*transcript.Segment
	for _, s := range segments {
		if s.Timed() && s.End > s.Start {
			list = append(list, s)
		}
	}
	return list
}

// pair pairs segments in order of time, greedily from the greatest overlap.
func (s *Segmentation) pair(gold, hypothesis []*transcript.Segment) {
	type candidate struct {
		share float64
		g, h  int
	}
	var list []candidate
	begin, ended := 0, ends(hypothesis)
	for g, a := range gold {
		for begin < len(hypothesis) && ended[begin+1] <= a.Start {
			begin++ // all up to here have ended
		}
		for h := begin; h < len(hypothesis) && hypothesis[h].Start < a.End; h++ {
			b := hypothesis[h]
			common := min(a.End, b.End) - max(a.Start, b.Start)
			share := float64(common) / float64(max(a.End, b.End)-min(a.Start, b.Start))
			if share >= leastOverlap {
				list = append(list, candidate{share, g, h})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.share, a.share) })
	goldTaken, hypTaken := make([]bool, len(gold)), make([]bool, len(hypothesis))
	for _, c := range list {
		if goldTaken[c.g] || hypTaken[c.h] {
			continue
		}
		goldTaken[c.g], hypTaken[c.h] = true, true
		s.Matched++
		s.starts = append(s.starts, hypothesis[c.h].Start-gold[c.g].Start)
		s.ends = append(s.ends, hypothesis[c.h].End-gold[c.g].End)
	}
}
