package format

import (
	"slices"
	"strconv"
	"time"

	"tapescript/transcript"
)

// Holding says how much of a kind of thing a format keeps.
type Holding string

// How much a format keeps of a plain transcript, in which nothing is odd.
const (
	HoldsAll  Holding = "all"
	HoldsSome Holding = "some"
	HoldsNone Holding = "none"
)

// Holds says what the format keeps of each kind of thing. Where it can be
// written this is measured, on a small transcript with names, times and texts
// that no format stumbles over; [Format.Cannot] tells of odd ones too. Where it
// is only read, it is what its files can give.
func (f Format) Holds(kind LossKind) Holding {
	if !f.CanWrite() {
		if slices.Contains(f.Cannot, kind) {
			return HoldsNone
		}
		return HoldsAll
	}
	sample := sampleTranscript()
	lost, err := f.Loses(sample)
	if err != nil {
		return HoldsNone
	}
	i := slices.IndexFunc(lost, func(l Loss) bool { return l.What == kind })
	switch {
	case i < 0:
		return HoldsAll
	case lost[i].Count < sampleCounts[kind]:
		return HoldsSome
	}
	return HoldsNone
}

// sampleCounts is how many of each kind the sample has, where more than one.
var sampleCounts = map[LossKind]int{
	LostText: 3, LostSegments: 3, LostSpeakers: 3, LostTimes: 3, LostChannels: 3, LostWordTimes: 6, LostConfidence: 6, LostIDs: 3,
}

// sampleTranscript is three turns of two people.
func sampleTranscript() *transcript.Transcript {
	t := &transcript.Transcript{Speakers: []transcript.Speaker{{ID: "Ann", Name: "Ann"}, {ID: "Ben", Name: "Ben"}}}
	for i, speaker := range []string{"Ann", "Ben", "Ann"} {
		start := time.Duration(i) * 2 * time.Second
		t.Segments = append(t.Segments, &transcript.Segment{
			ID: "turn-" + strconv.Itoa(7*i+3), Start: start + 500*time.Millisecond, End: start + 1500*time.Millisecond,
			Speaker: speaker, Channel: 1 + i%2, Text: "hello there",
			Words: []transcript.Word{
				{From: 0, To: 5, Start: start + 600*time.Millisecond, End: start + 900*time.Millisecond, Confidence: 0.75},
				{From: 6, To: 11, Start: start + time.Second, End: start + 1400*time.Millisecond, Confidence: 0.5},
			},
		})
	}
	return t
}
