package style

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"tapescript/transcript"
)

var (
	exampleTime    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d{1,5}\.\d{1,3})-(\d{1,5}\.\d{1,3}) ?`) })
	exampleSpeaker = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^<([^<>]{1,40})> ?`) })
)

// Example reads a rule's example, as [Settings] says it is written.
func Example(text string) (*transcript.Transcript, Evidence) {
	t := &transcript.Transcript{}
	var e Evidence
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if gold, ok := strings.CutPrefix(line, "gold> "); ok {
			id := strconv.Itoa(len(t.Segments)) // the last one's
			e.Gold = &transcript.Transcript{Segments: []*transcript.Segment{{ID: id, Text: transcript.Clean(gold)}}}
			continue
		}
		speech, ok := strings.CutPrefix(line, "speech> ")
		if start, end, _, timed := exampleSpan(speech); ok && timed {
			e.Speech = append(e.Speech, Span{start, end})
			continue
		}
		s := &transcript.Segment{}
		if start, end, rest, timed := exampleSpan(line); timed && start < end {
			s.Start, s.End, line = start, end, rest
		}
		if m := exampleSpeaker().FindStringSubmatch(line); m != nil {
			s.Speaker, line = t.SpeakerNamed(transcript.Clean(m[1])).ID, line[len(m[0]):]
		}
		s.Text = transcript.Clean(line)
		t.Segments = append(t.Segments, s)
	}
	t.AssignIDs()
	t.SortSegments()
	return t, e
}

func exampleSpan(line string) (start, end time.Duration, rest string, ok bool) {
	m := exampleTime().FindStringSubmatch(line)
	if m == nil {
		return 0, 0, line, false
	}
	return seconds(m[1]), seconds(m[2]), line[len(m[0]):], true
}

func seconds(text string) time.Duration {
	x, _ := strconv.ParseFloat(text, 64) // the expression lets only numbers through
	return time.Duration(x * float64(time.Second))
}
