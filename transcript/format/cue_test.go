package format

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// TestEveryCueLasts: WebVTT forbids a cue whose end is not after its start.
func TestEveryCueLasts(t *testing.T) {
	at := func(start, end time.Duration) *transcript.Segment {
		return &transcript.Segment{Start: start, End: end, Text: "hi"}
	}
	const ms, us = time.Millisecond, time.Microsecond
	for _, c := range []struct {
		name     string
		segments []*transcript.Segment
		vtt, srt string // the cues' times
		lostVTT  []Loss
		lostSRT  []Loss
	}{
		{"no length", []*transcript.Segment{at(5000*ms, 5000*ms)}, "05.000 05.001", "05,000 05,001", []Loss{{LostTimes, 1}}, []Loss{{LostTimes, 1}}},
		{"less than can be written", []*transcript.Segment{at(5000*ms, 5000*ms+us)}, "05.000 05.001", "05,000 05,001", []Loss{{LostPrecision, 1}}, []Loss{{LostPrecision, 1}}},
		{"rounded up to no length", []*transcript.Segment{at(500*us, 600*us)}, "00.001 00.002", "00,001 00,002", []Loss{{LostTimes, 1}}, []Loss{{LostTimes, 1}}},
		{"a millisecond", []*transcript.Segment{at(5000*ms, 5001*ms)}, "05.000 05.001", "05,000 05,001", nil, nil},
		{"no time first", []*transcript.Segment{at(0, 0), at(5000*ms, 6000*ms)}, "00.000 00.001 05.000 06.000", "00,000 00,000 05,000 06,000", nil, nil},
		{"no time behind", []*transcript.Segment{at(5000*ms, 6000*ms), at(0, 0)}, "05.000 06.000 05.000 05.001", "05,000 06,000 05,000 05,001", nil, []Loss{{LostTimes, 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := &transcript.Transcript{Segments: c.segments}
			tr.AssignIDs()
			for _, f := range []struct {
				Format
				times string
				lost  []Loss
			}{{vtt, c.vtt, c.lostVTT}, {srt, c.srt, c.lostSRT}} {
				var times []string
				for line := range strings.Lines(string(encoded(t, f.Format, tr))) {
					if start, end, ok := strings.Cut(strings.TrimSpace(line), " --> "); ok {
						times = append(times, strings.TrimPrefix(start, "00:00:"), strings.TrimPrefix(end, "00:00:"))
					}
				}
				if got := strings.Join(times, " "); got != f.times {
					t.Errorf("%s: %s, want %s", f.Name, got, f.times)
				}
				if lost, err := f.Loses(tr); err != nil || !reflect.DeepEqual(lost, f.lost) {
					t.Errorf("%s loses %v (%v), want %v", f.Name, lost, err, f.lost)
				}
			}
		})
	}
}

// TestWordsOfACueWithoutLengthKeepTheirTimes: the cue grows, they do not.
func TestWordsOfACueWithoutLengthKeepTheirTimes(t *testing.T) {
	s := &transcript.Segment{ID: "1", Start: time.Second, End: time.Second, Text: "hi", Words: []transcript.Word{{From: 0, To: 2, Start: time.Second, End: time.Second}}}
	lost, err := vtt.Loses(&transcript.Transcript{Segments: []*transcript.Segment{s}})
	if err != nil || !reflect.DeepEqual(lost, []Loss{{LostTimes, 1}}) {
		t.Errorf("%v (%v)", lost, err)
	}
}
