package format

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

var stampTag = regexp.MustCompile(`<(\d+:\d\d:\d\d\.\d{3})>`)

// badStamps returns the stamps of a file that WebVTT forbids: those that do not
// lie between the borders of their cue, or do not come after the one before.
func badStamps(t *testing.T, file string) (bad []string) {
	t.Helper()
	var now, until time.Duration
	for line := range strings.Lines(file) {
		if start, end, ok := strings.Cut(strings.TrimSpace(line), " --> "); ok {
			end, _, _ = strings.Cut(end, " ")
			var okStart, okEnd bool
			now, okStart = parseClock(start)
			until, okEnd = parseClock(end)
			if !okStart || !okEnd {
				t.Fatalf("bad times: %q", line)
			}
		}
		for _, m := range stampTag.FindAllStringSubmatch(line, -1) {
			d, _ := parseClock(m[1])
			if d <= now || d >= until {
				bad = append(bad, m[1])
			}
			now = d
		}
	}
	return bad
}

func wordAt(from, to int, start, end time.Duration) transcript.Word {
	return transcript.Word{From: from, To: to, Start: start * time.Millisecond, End: end * time.Millisecond}
}

// TestWordsThatStampsCannotTimeKeepTheirTimes: a stamp outside of its cue, or
// before another, makes the file invalid.
func TestWordsThatStampsCannotTimeKeepTheirTimes(t *testing.T) {
	for _, c := range []struct {
		name       string
		start, end time.Duration // of the segment, in ms; its text is "so it begins"
		words      []transcript.Word
		want       string
	}{
		{"all inside", 1000, 3000, []transcript.Word{wordAt(0, 2, 1000, 1400), wordAt(3, 5, 1400, 1600), wordAt(6, 12, 2000, 3000)},
			"so <00:00:01.400>it<00:00:01.600> <00:00:02.000>begins"},
		{"moved ahead of its words", 0, 1600, []transcript.Word{wordAt(0, 2, 1000, 1400), wordAt(3, 5, 1400, 1600), wordAt(6, 12, 1700, 3000)},
			"<00:00:01.000>so <00:00:01.400>it <c.timed-00:00:01,700-00:00:03,000>begins</c>"},
		{"moved behind its words", 5000, 6000, []transcript.Word{wordAt(0, 2, 1000, 1400), wordAt(3, 5, 5000, 5600), wordAt(6, 12, 5700, 6000)},
			"<c.timed-00:00:01,000-00:00:01,400>so</c> it<00:00:05.600> <00:00:05.700>begins"},
		{"a word across the end", 1000, 2500, []transcript.Word{wordAt(6, 12, 2000, 3000)},
			"<c.untimed>so it</c> <c.timed-00:00:02,000-00:00:03,000>begins</c>"},
		{"words that overlap", 1000, 3000, []transcript.Word{wordAt(0, 2, 1000, 1400), wordAt(3, 5, 1300, 1600), wordAt(6, 12, 2000, 3000)},
			"so<00:00:01.400> <c.timed-00:00:01,300-00:00:01,600>it</c> <00:00:02.000>begins"},
		{"one word as long as the cue", 1000, 3000, []transcript.Word{wordAt(0, 12, 1000, 3000)},
			"<c.timed-00:00:01,000-00:00:03,000>so it begins</c>"},
		{"no time of its own", 0, 0, []transcript.Word{wordAt(3, 5, 1400, 1600)},
			"<c.untimed>so</c> <c.timed-00:00:01,400-00:00:01,600>it</c> <c.untimed>begins</c>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, estimated := range []bool{false, true} {
				s := &transcript.Segment{ID: "1", Start: c.start * time.Millisecond, End: c.end * time.Millisecond, Text: "so it begins"}
				for _, w := range c.words {
					w.Estimated = estimated
					s.Words = append(s.Words, w)
				}
				tr := &transcript.Transcript{Segments: []*transcript.Segment{s}}
				file := string(encoded(t, vtt, tr))
				if !estimated && !strings.HasSuffix(file, "\n"+c.want+"\n") {
					t.Errorf("got:\n%s\nwant the cue:\n%s", file, c.want)
				}
				if bad := badStamps(t, file); bad != nil {
					t.Errorf("stamps that are not valid: %v\n%s", bad, file)
				}
				if lost, err := vtt.Loses(tr); err != nil || lost != nil {
					t.Errorf("loses %v (%v)\n%s", lost, err, file)
				}
			}
		})
	}
}

// TestStampsAreAlwaysValid: whatever a transcript holds.
func TestStampsAreAlwaysValid(t *testing.T) {
	stamps := 0
	for seed := range uint64(1000) {
		file := string(encoded(t, vtt, randomTranscript(rand.New(rand.NewPCG(seed, 2)))))
		stamps += len(stampTag.FindAllString(file, -1))
		if bad := badStamps(t, file); bad != nil {
			t.Fatalf("seed %d: stamps that are not valid: %v\n%s", seed, bad, file)
		}
	}
	if stamps < 1000 {
		t.Errorf("only %d stamps were seen", stamps)
	}
}

// TestMarkupOfAMovedCueTakesItsStampsAlong: the text that was read is written
// again only where its stamps still lie in the cue.
func TestMarkupOfAMovedCueTakesItsStampsAlong(t *testing.T) {
	const cue = "<00:00:01.200><i>so</i><00:00:01.400> <00:00:01.600>it<00:00:01.800>"
	tr := decoded(t, vtt, []byte("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n"+cue+"\n"))
	if file := string(encoded(t, vtt, tr)); !strings.Contains(file, cue) {
		t.Errorf("the markup is gone:\n%s", file)
	}
	s := *tr.Segments[0]
	s.End = 1500 * time.Millisecond
	tr.Segments[0] = &s
	file := string(encoded(t, vtt, tr))
	if bad := badStamps(t, file); bad != nil {
		t.Errorf("stamps that are not valid: %v\n%s", bad, file)
	}
	if back := decoded(t, vtt, []byte(file)); !sameTimes(back.Segments[0].Words, s.Words) {
		t.Errorf("words %v, want %v", back.Segments[0].Words, s.Words)
	}
}

// TestTimedClassOfStrangersIsMarkup: what is not ours stays as it was.
func TestTimedClassOfStrangersIsMarkup(t *testing.T) {
	for _, class := range []string{"timed", "timed-", "timed-1-x", "timed-00:00:02,000-00:00:01,000", "timed-00:00:00,000-00:00:00,000"} {
		tr := decoded(t, vtt, []byte("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<c."+class+">hi</c>\n"))
		if s := tr.Segments[0]; s.Text != "hi" || len(s.Words) > 0 || s.Extras[vttRaw] == "" {
			t.Errorf("%s: %q with words %v, extras %v", class, s.Text, s.Words, s.Extras)
		}
	}
}
