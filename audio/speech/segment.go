package speech

import (
	"errors"
	"slices"
	"time"
)

// Rules say what segments are to be like.
type Rules struct {
	Min, Max time.Duration // length of a segment; Max is at least twice Min
	Pad      time.Duration // silence kept before and after the speech, where there is as much
}

// ErrRules says that no segments can follow rules: lengths that are not
// positive, a Max below twice the Min, a negative Pad.
var ErrRules = errors.New("rules that no segments can follow")

// Valid returns [ErrRules] where no segments can follow the rules.
func (r Rules) Valid() error {
	if r.Min <= 0 || r.Max/2 < r.Min || r.Pad < 0 {
		return ErrRules
	}
	return nil
}

// Segments groups speech into segments to transcribe: disjoint spans in the
// order of time that hold all of it and are cut in silence, in long ones rather
// than in short ones. A segment is between Min and Max long and grows into the
// silence around it where what is said is shorter; it is below Min only where
// recording or neighbours leave no room. Speech is cut only where it goes on
// for more than Max, at the place that weakest returns of the span it is handed
// ([Detection.Weakest]; nil takes its middle).
//
// Of all ways to group the speech the one is taken that leaves the least
// silence inside of segments, by the sum of squares, so that one silence of two
// seconds is worse than four of half a second; found by dynamic programming, in
// time linear in the number of spans.
func Segments(speech []Span, length time.Duration, r Rules, weakest func(Span) time.Duration) ([]Span, error) {
	if err := r.Valid(); err != nil {
		return nil, err
	}
	if weakest == nil {
		weakest = func(s Span) time.Duration { return s.Start + s.Len()/2 }
	}
	g := &grouping{rules: r, length: length}
	for _, s := range speech {
		g.pieces = append(g.pieces, cutLong(s, r, weakest)...)
	}
	return g.best(), nil
}

// cutLong cuts speech that goes on for more than the longest segment. No piece
// is below the shortest or, but for the last, below half of the longest.
func cutLong(s Span, r Rules, weakest func(Span) time.Duration) []Span {
	var list []Span
	for s.Len() > r.Max {
		to := min(s.Start+r.Max, s.End-r.Min)
		from := min(s.Start+r.Max/2, to)
		at := min(max(weakest(Span{from, to}), from), to)
		list = append(list, Span{s.Start, at})
		s.Start = at
	}
	return append(list, s)
}

// The costs of a way to group: seconds of silence squared for what is left
// inside of segments, a constant for each segment, and more than all of these
// for one that misses the shortest length.
const (
	costSegment = 0.15 // a silence of 0.4 s is worth a cut
	costShort   = 1e9
)

// grouping looks for the best way to group pieces of speech.
type grouping struct {
	rules  Rules
	length time.Duration
	pieces []Span
}

// best finds it: the least cost up to each piece is that of a last segment and
// of what is best before it.
func (g *grouping) best() []Span {
	cost := make([]float64, len(g.pieces)+1)
	first := make([]int, len(g.pieces)+1) // of the segment that ends before i
	for i := 1; i <= len(g.pieces); i++ {
		inside := 0.0
		first[i] = -1
		for k := i - 1; k >= 0 && g.pieces[i-1].End-g.pieces[k].Start <= g.rules.Max; k-- {
			if k < i-1 {
				gap := (g.pieces[k+1].Start - g.pieces[k].End).Seconds()
				inside += gap * gap
			}
			c := cost[k] + inside + costSegment
			if g.room(k, i).Len() < g.rules.Min {
				c += costShort
			}
			if first[i] < 0 || c < cost[i] {
				cost[i], first[i] = c, k
			}
		}
	}
	var list []Span
	for i := len(g.pieces); i > 0; i = first[i] {
		list = append(list, g.padded(first[i], i))
	}
	slices.Reverse(list)
	return list
}

// room is as far as a segment of the pieces k to i may grow: to the middle of
// the silences around it.
func (g *grouping) room(k, i int) Span {
	room := Span{0, g.length}
	if k > 0 {
		room.Start = middle(g.pieces[k-1].End, g.pieces[k].Start)
	}
	if i < len(g.pieces) {
		room.End = middle(g.pieces[i-1].End, g.pieces[i].Start)
	}
	return room
}

func middle(a, b time.Duration) time.Duration { return a + (b-a)/2 }

// padded is the segment of the pieces k to i with the silence around it that it
// keeps: the pad, more where it would be too short, less where too long.
func (g *grouping) padded(k, i int) Span {
	room := g.room(k, i)
	s := Span{g.pieces[k].Start, g.pieces[i-1].End}
	pad := min(g.rules.Pad, (g.rules.Max-s.Len())/2)
	s = Span{max(room.Start, s.Start-pad), min(room.End, s.End+pad)}
	if short := g.rules.Min - s.Len(); short > 0 {
		s.Start = max(room.Start, s.Start-short/2)
		s.End = min(room.End, max(s.End, s.Start+g.rules.Min))
		s.Start = max(room.Start, min(s.Start, s.End-g.rules.Min))
	}
	return s
}
