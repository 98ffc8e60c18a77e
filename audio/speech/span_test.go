package speech

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

const ms = time.Millisecond

func spans(edges ...int) []Span {
	var list []Span
	for i := 0; i < len(edges); i += 2 {
		list = append(list, Span{time.Duration(edges[i]) * ms, time.Duration(edges[i+1]) * ms})
	}
	return list
}

func TestSilenceIsTheOneAroundOrAfter(t *testing.T) {
	speech := spans(1000, 2000, 3000, 4000)
	for _, c := range []struct{ at, from, to int }{
		{0, 0, 1000}, {999, 0, 1000},
		{1000, 2000, 3000}, {1500, 2000, 3000}, {2000, 2000, 3000}, {2999, 2000, 3000},
		{3000, 4000, 5000}, {4500, 4000, 5000}, {5000, 4000, 5000},
	} {
		if got := Silence(speech, 5000*ms, time.Duration(c.at)*ms); got != spans(c.from, c.to)[0] {
			t.Errorf("at %d: %v", c.at, got)
		}
	}
	if got := Silence(speech, 4000*ms, 3500*ms); got.Len() != 0 || got.Start != 4000*ms {
		t.Errorf("speech to the end: %v", got)
	}
	if got := Silence(nil, 4000*ms, 3500*ms); got != spans(0, 4000)[0] {
		t.Errorf("no speech: %v", got)
	}
}

func TestSnapTakesTheNearestSilence(t *testing.T) {
	speech := spans(0, 1000, 1200, 2000, 3000, 5000)
	for _, c := range []struct{ at, within, want int }{
		{900, 300, 1100},   // the middle of a short silence, ahead
		{1290, 300, 1100},  // behind
		{1650, 700, 2150},  // 150 ms off a long one
		{1550, 500, 1100},  // the nearer of two
		{2010, 300, 2150},  // in silence, but too near to speech
		{2500, 300, 2500},  // well in silence
		{4000, 500, 4000},  // none in reach
		{4900, 500, 5150},  // behind the last
		{4900, 100, 4900},  // too far
		{3000, 300, 2850},  // on a border
		{9999, 1000, 9850}, // the recording ends at 10,000
	} {
		if got := Snap(speech, 10000*ms, time.Duration(c.at)*ms, time.Duration(c.within)*ms); got != time.Duration(c.want)*ms {
			t.Errorf("at %d within %d: %v, want %d", c.at, c.within, got, c.want)
		}
	}
}

// TestSnapIsTheBestOfAllPlaces compares with a search over every millisecond.
func TestSnapIsTheBestOfAllPlaces(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		speech, length := randomSpeech(rng, 12)
		at := time.Duration(rng.Int64N(int64(length/ms))) * ms
		const within = 2000 * ms
		best := time.Duration(-1)
		for place := time.Duration(0); place <= length; place += ms / 2 {
			for i := range len(speech) + 1 {
				quiet := silenceBefore(speech, length, i)
				margin := min(snapMargin, quiet.Len()/2)
				if place >= quiet.Start+margin && place <= quiet.End-margin && (place-at).Abs() <= within &&
					(best < 0 || (place-at).Abs() < (best-at).Abs()) {
					best = place
				}
			}
		}
		if best < 0 {
			best = at
		}
		if got := Snap(speech, length, at, within); (got - at).Abs() != (best - at).Abs() {
			t.Fatalf("at %v in %v: %v, want %v", at, speech, got, best)
		}
	}
}

func TestUnspokenAndUntranscribed(t *testing.T) {
	speech := spans(1000, 2000, 3000, 4000, 6000, 6500)
	segments := spans(900, 2100, 2100, 2900, 5950, 6050, 1990, 2500, 4500, 6040, 3000, 3000)
	if got, want := Unspoken(speech, segments), []int{1, 3, 4, 5}; !slices.Equal(got, want) {
		t.Errorf("unspoken %v, want %v", got, want)
	}
	if got, want := Untranscribed(speech, segments, 300*ms), spans(3000, 4000, 6050, 6500); !slices.Equal(got, want) {
		t.Errorf("untranscribed %v, want %v", got, want)
	}
	if got := Untranscribed(speech, nil, 0); !slices.Equal(got, speech) {
		t.Errorf("without segments %v", got)
	}
}

// TestUntranscribedIsWhatNothingCovers compares with every millisecond's own
// answer.
func TestUntranscribedIsWhatNothingCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		speech, length := randomSpeech(rng, 8)
		var segments []Span
		for range rng.IntN(6) {
			from := time.Duration(rng.Int64N(int64(length/ms))) * ms
			segments = append(segments, Span{from, from + time.Duration(rng.IntN(4000))*ms})
		}
		var want []Span
		for at := time.Duration(0); at < length; at += ms {
			one := Span{at, at + ms}
			holds := func(s Span) bool { return s.overlap(one) > 0 }
			if !slices.ContainsFunc(speech, holds) || slices.ContainsFunc(segments, holds) {
				continue
			}
			if n := len(want); n > 0 && want[n-1].End == at {
				want[n-1].End = at + ms
			} else {
				want = append(want, one)
			}
		}
		if got := Untranscribed(speech, segments, 0); !slices.Equal(got, want) {
			t.Fatalf("%v under %v: %v, want %v", speech, segments, got, want)
		}
	}
}

// randomSpeech is speech in whole milliseconds, with silences from 1 ms to 10 s
// and now and then a monologue.
func randomSpeech(rng *rand.Rand, n int) ([]Span, time.Duration) {
	draw := func(most int) time.Duration {
		return time.Duration(1+int(float64(most)*rng.Float64()*rng.Float64()*rng.Float64())) * ms
	}
	at := time.Duration(rng.IntN(2)) * draw(5000)
	var list []Span
	for range rng.IntN(n + 1) {
		length := draw(6000)
		if rng.IntN(10) == 0 {
			length = draw(90000)
		}
		list = append(list, Span{at, at + length})
		at += length + draw(10000)
	}
	end := at + time.Duration(rng.IntN(2))*draw(8000) + ms
	return list, end
}

// TestSegmentsKeepTheirPromises: disjoint, in order, in the recording, all
// speech covered, lengths kept, speech cut only where it had to be.
func TestSegmentsKeepTheirPromises(t *testing.T) {
	holds := func(seed uint64) bool {
		rng := rand.New(rand.NewPCG(seed, 5))
		speech, length := randomSpeech(rng, 40)
		r := Rules{Min: time.Duration(500+rng.IntN(3000)) * ms, Pad: time.Duration(rng.IntN(400)) * ms}
		r.Max = 2*r.Min + time.Duration(rng.IntN(12000))*ms
		got, err := Segments(speech, length, r, nil)
		if err != nil {
			t.Log(err)
			return false
		}
		before := time.Duration(0)
		for i, s := range got {
			if s.Start < before || s.End <= s.Start || s.End > length || s.Len() > r.Max {
				t.Logf("segment %d of %v: %v", i, r, s)
				return false
			}
			before = s.End
		}
		if left := Untranscribed(speech, got, 0); len(left) > 0 {
			t.Logf("not covered: %v", left)
			return false
		}
		return cutsFit(t, speech, got, r) && shortOnesHadNoRoom(t, speech, got, length, r)
	}
	for seed := range uint64(3000) {
		if !holds(seed) {
			t.Fatalf("seed %d", seed)
		}
	}
}

// cutsFit says whether no speech that fits into a segment lies in two.
func cutsFit(t *testing.T, speech, segments []Span, r Rules) bool {
	for _, s := range speech {
		in := 0
		for _, segment := range segments {
			if s.overlap(segment) > 0 {
				in++
			}
		}
		if in > 1 && s.Len() <= r.Max {
			t.Logf("%v is cut", s)
			return false
		}
	}
	return true
}

// shortOnesHadNoRoom says whether each segment that is too short reaches to the
// middle of the silences around it and could not be joined to a neighbour.
func shortOnesHadNoRoom(t *testing.T, speech, segments []Span, length time.Duration, r Rules) bool {
	for i, s := range segments {
		if s.Len() >= r.Min {
			continue
		}
		room, held := Span{0, length}, Span{length, 0}
		for _, sp := range speech {
			switch {
			case sp.overlap(s) > 0:
				held = Span{min(held.Start, max(sp.Start, s.Start)), max(held.End, min(sp.End, s.End))}
			case sp.End <= s.Start:
				room.Start = sp.End
			case sp.Start >= s.End && room.End == length:
				room.End = sp.Start
			}
		}
		if i > 0 {
			room.Start = middle(room.Start, held.Start)
		}
		if i+1 < len(segments) {
			room.End = middle(held.End, room.End)
		}
		joined := func(a, b Span) bool { return b.End-a.Start <= r.Max }
		if s.Start > room.Start || s.End < room.End ||
			i > 0 && joined(segments[i-1], s) || i+1 < len(segments) && joined(s, segments[i+1]) {
			t.Logf("segment %d of %v has room: %v of %v, recording %v, speech %v", i, segments, s, r, length, speech)
			return false
		}
	}
	return true
}

func TestSegmentsCutTheLongSilences(t *testing.T) {
	r := Rules{Min: 2 * time.Second, Max: 15 * time.Second, Pad: 150 * ms}
	for _, c := range []struct {
		name         string
		speech, want []Span
		length       int
	}{
		{"nobody", nil, nil, 9000},
		{"a pause of a second", spans(1000, 5000, 6000, 9000), spans(850, 5150, 5850, 9150), 10000},
		{"a breath is no cut", spans(1000, 5000, 5250, 9000), spans(850, 9150), 10000},
		{"the long silence of two", spans(0, 7000, 7300, 11000, 11900, 18000), spans(0, 11150, 11750, 18000), 18000},
		{"a word alone grows into silence", spans(5000, 5500), spans(4250, 6250), 10000},
		{"a word at the start", spans(0, 500), spans(0, 2000), 10000},
		{"a word in a recording of a second", spans(300, 600), spans(0, 1000), 1000},
		{"a word joins what is near", spans(1000, 1500, 2000, 6000), spans(850, 6150), 10000},
		{"pads meet in the middle", spans(0, 8000, 8200, 16000), spans(0, 8100, 8100, 16000), 16000},
		{"a monologue is cut at its weakest", spans(0, 20000), spans(0, 11250, 11250, 20000), 20000},
	} {
		got, err := Segments(c.speech, time.Duration(c.length)*ms, r, nil)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v %v, want %v", c.name, got, err, c.want)
		}
	}
}

func TestSegmentsAreCutWhereAsked(t *testing.T) {
	r := Rules{Min: 2 * time.Second, Max: 10 * time.Second}
	asked := []Span{}
	got, err := Segments(spans(1000, 22000), 30*time.Second, r, func(s Span) time.Duration {
		asked = append(asked, s)
		return s.Start + 700*ms
	})
	if want := spans(1000, 6700, 6700, 12400, 12400, 22000); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %v, want %v", got, err, want)
	}
	if want := spans(6000, 11000, 11700, 16700); !slices.Equal(asked, want) {
		t.Errorf("asked for %v, want %v", asked, want)
	}
	for _, bad := range []Rules{{}, {Min: 2, Max: 3}, {Min: 2, Max: 4, Pad: -1}, {Min: -1, Max: 4}} {
		if _, err := Segments(nil, 0, bad, nil); err != ErrRules {
			t.Errorf("%v: %v", bad, err)
		}
	}
}
