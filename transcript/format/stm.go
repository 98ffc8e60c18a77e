package format

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// stm is NIST's segment time marks, in which gold is kept: one segment a line.
//
//	;; LABEL "O" "Overall" "Overall Scores"
//	2347 A ann 1.06 3.47 <O,F> so { um / uh / @ } it begins
//
// Recording, channel, speaker, start and end in seconds, labels, text; channel
// by channel, because sclite does not sort. The
// speaker "unknown" is nobody in particular. Comments go back to their places.
// A segment whose text is IGNORE_TIME_SEGMENT_IN_SCORING is left out of a score
// ([IgnoredInScoring]), "inter_segment_gap" in a speaker's place is no speaker.
var stm = Format{
	Name: "stm", Title: "NIST stm", Extensions: []string{".stm"},
	Cannot: []LossKind{LostSpeakers, LostTimes, LostLineBreaks, LostWordTimes, LostConfidence, LostEstimated,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decodeAll: decodeSTM, named: true, encode: encodeSTM, border: stmBorder, channelwise: true,
	sniff: func(head string) bool { return nistKind(head) == "stm" },
}

const (
	stmLabel   = "stm.label"   // <O,F>
	stmSpeaker = "stm.speaker" // what stood in a speaker's place and is none
	stmBefore  = "stm.before"  // comments before a segment
	stmTail    = "stm.tail"    // and behind the last
	// everything is the label that NIST's own files give to every segment.
	everything = "<O>"
)

// gap is what stands in a speaker's place between segments.
const gap = "inter_segment_gap"

var stmLabels = pattern(`^<[^<>\s]*>(?:\s+|$)`)

// IgnoredInScoring says whether a segment's text is NIST's mark that neither it
// nor what a hypothesis has there counts.
func IgnoredInScoring(s *transcript.Segment) bool {
	return strings.EqualFold(strings.TrimSpace(s.Text), "IGNORE_TIME_SEGMENT_IN_SCORING")
}

// stmTimes reads the fourth and fifth field; ok is false where these are none.
func stmTimes(fields []string) (start, end time.Duration, ok bool) {
	if len(fields) < 5 {
		return 0, 0, false
	}
	start, ok1 := parseSeconds(fields[3])
	end, ok2 := parseSeconds(fields[4])
	return start, end, ok1 && ok2
}

func decodeSTM(in *input) error {
	var comments []string
	var last *input
	err := in.records(func(line string) { comments = append(comments, line) }, func(line string, number int) error {
		fields, text := cutFields(line, 5)
		start, end, ok := stmTimes(fields)
		if !ok {
			return at(number, BadTime, line, CorrectLine)
		}
		if end < start {
			return at(number, EndBeforeStart, line, CorrectLine)
		}
		part := in.recording(fields[0], fields[1])
		nameIt(part)
		s := &transcript.Segment{Start: start, End: end, Text: text}
		if m := stmLabels().FindString(text); m != "" {
			s.Text = text[len(m):]
			extra(&s.Extras, stmLabel, strings.TrimSpace(m))
		}
		if len(comments) > 0 {
			extra(&s.Extras, stmBefore, strings.Join(comments, "\n"))
			comments = nil
		}
		var err error
		switch {
		case strings.EqualFold(fields[2], gap):
			extra(&s.Extras, stmSpeaker, fields[2])
		case strings.EqualFold(fields[2], unnamedSpeaker):
		default:
			s.Speaker, err = part.speaker(part.made, fields[2], number)
		}
		part.add(s, number)
		last = part
		return err
	})
	in.setChannels()
	if len(comments) > 0 && last != nil {
		extra(&last.made.Extras, stmTail, strings.Join(comments, "\n"))
	}
	return err
}

// nameIt keeps a recording's name in the transcript of a part.
func nameIt(part *input) {
	if part.made.Extras == nil {
		extra(&part.made.Extras, nistName, field(part.name))
	}
}

func encodeSTM(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	name, channel := recordingName(t), channelNames(t)
	for i, s := range t.Segments {
		if i == 0 && !w.later {
			w.channel = s.Channel
		}
		if s.Channel != w.channel && (w.later || !w.last) {
			return ErrWhole // channels follow one another, as sclite wants them
		}
	}
	list := channelByChannel(t, w)
	for _, s := range list {
		writeComments(out, s.Extras[stmBefore])
		none := field(s.Extras[stmSpeaker])
		if !strings.EqualFold(none, gap) {
			none = unnamedSpeaker
		}
		fmt.Fprintf(out, "%s %s %s %s %s", name, channel(s.Channel), nistSpeaker(t, s.Segment, none), seconds(s.start), seconds(s.end))
		text := flat(s.Text)
		label := field(s.Extras[stmLabel])
		if !stmLabels().MatchString(label) {
			label = ""
		}
		if label == "" && stmLabels().MatchString(text) {
			label = everything // or the text would be taken for one
		}
		for _, part := range []string{label, text} {
			if part != "" {
				out.WriteString(" " + part)
			}
		}
		out.WriteString("\n")
	}
	if w.last {
		writeComments(out, t.Extras[stmTail])
	}
	return nil
}

// stmPlace is a segment and where it is written.
type stmPlace struct {
	*transcript.Segment
	start, end time.Duration
}

// channelByChannel are the segments in the order of the file: one channel behind
// the other, a segment without time where the one before it in its channel began.
func channelByChannel(t *transcript.Transcript, w *writing) []stmPlace {
	list := make([]stmPlace, len(t.Segments))
	for i, s := range t.Segments {
		list[i].Segment = s
	}
	slices.SortStableFunc(list, func(a, b stmPlace) int { return a.Channel - b.Channel })
	for i, s := range list {
		if i > 0 && s.Channel != list[i-1].Channel {
			w.latest = 0
		}
		list[i].start, list[i].end = w.span(s.Segment)
	}
	return list
}

// byChannel are the segments in the order of their times in the file, those that
// begin together by channel; read says that they were read from it.
func byChannel(t *transcript.Transcript, read bool) []*transcript.Segment {
	list := channelByChannel(t, &writing{})
	for i, s := range list {
		if read {
			list[i].start = s.Start
		}
	}
	slices.SortStableFunc(list, func(a, b stmPlace) int { return cmp.Compare(a.start, b.start) })
	segments := make([]*transcript.Segment, len(list))
	for i, s := range list {
		segments[i] = s.Segment
	}
	return segments
}

// writeComments writes what are comments, and nothing else.
func writeComments(out *bytes.Buffer, text string) {
	for line := range strings.Lines(transcript.Clean(text)) {
		if isComment(line) {
			out.WriteString(strings.TrimSpace(line) + "\n")
		}
	}
}
