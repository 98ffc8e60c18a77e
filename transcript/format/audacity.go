package format

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// audacity is Audacity's label track: start, end and text between tabs, times
// in seconds. A line that begins with a backslash gives the frequencies of the
// label before it; it is kept and written back.
var audacity = Format{
	Name: "audacity", Title: "Audacity labels",
	Cannot: []LossKind{LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostExtras},
	decode: decodeLabels, encode: encodeLabels, border: labelBorder,
	sniff: func(head string) bool { return sniffTable(head) == TableAudacity },
}

const audacityFrequencies = "audacity.frequencies"

// looksLikeLabel says whether the cells of a line are meant to be a label:
// Audacity writes negative times of what lies before the start, which are
// refused as such and not taken for a text.
func looksLikeLabel(cells []string) bool {
	unsigned := slices.Clone(cells)
	for i := range unsigned[:min(2, len(cells))] {
		unsigned[i] = strings.TrimPrefix(unsigned[i], "-")
	}
	_, _, ok := labelTimes(unsigned)
	return ok
}

// labelTimes reads the first two cells of a label.
func labelTimes(cells []string) (start, end time.Duration, ok bool) {
	if len(cells) < 2 || len(cells) > 3 {
		return 0, 0, false
	}
	start, ok1 := parseSeconds(cells[0])
	end, ok2 := parseSeconds(cells[1])
	return start, end, ok1 && ok2 && (len(cells) == 3 || strings.Contains(cells[0], "."))
}

func decodeLabels(in *input) (*transcript.Transcript, error) {
	number := 0
	for line := range strings.Lines(in.text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := strings.SplitN(line, "\t", 3)
		if n := len(in.segments); cells[0] == `\` && n > 0 {
			extra(&in.segments[n-1].Extras, audacityFrequencies, oneLine(strings.Join(cells[1:], " ")))
			continue
		}
		if err := in.pass(in.label(cells, line, number), number, number); err != nil {
			return nil, err
		}
	}
	return in.start(), nil
}

func (in *input) label(cells []string, line string, number int) error {
	start, end, ok := labelTimes(cells)
	if !ok {
		for _, cell := range cells[:min(2, len(cells))] {
			if _, ok := parseSeconds(cell); !ok {
				return timeError(number, line, cell)
			}
		}
		return at(number, BadTime, line, CorrectLine)
	}
	if end < start {
		return at(number, EndBeforeStart, line, CorrectLine)
	}
	s := &transcript.Segment{Start: start, End: end}
	if len(cells) == 3 {
		s.Text = flat(transcript.Clean(cells[2]))
	}
	in.add(s, number)
	return nil
}

func encodeLabels(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	for _, s := range t.Segments {
		start, end := w.span(s)
		fmt.Fprintf(out, "%s\t%s\t%s\n", seconds(start), seconds(end), flat(s.Text))
		if frequencies := strings.Fields(oneLine(s.Extras[audacityFrequencies])); len(frequencies) > 0 {
			fmt.Fprintf(out, "\\\t%s\n", strings.Join(frequencies, "\t"))
		}
	}
	return nil
}
