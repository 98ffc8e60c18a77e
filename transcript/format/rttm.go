package format

import (
	"bytes"
	"fmt"
	"strings"

	"tapescript/transcript"
)

// rttm is NIST's rich transcription time marks
// (https://catalog.ldc.upenn.edu/docs/LDC2004T12/RTTM-format-v13.pdf), in which
// diarisers say who speaks when: the lines
//
//	SPEAKER 2347 1 1.060 2.410 <NA> <NA> ann <NA> <NA>
//
// are recording, channel, start, duration, and the speaker in the eighth field.
// Lines of other types are counted and passed over. Text it holds none.
var rttm = Format{
	Name: "rttm", Title: "NIST RTTM", Extensions: []string{".rttm"},
	Cannot: []LossKind{LostText, LostSpeakers, LostTimes, LostWordTimes, LostConfidence, LostEstimated,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decodeAll: decodeRTTM, named: true, encode: encodeRTTM, border: lineBorder,
	sniff: func(head string) bool { return nistKind(head) == "rttm" },
}

const notApplicable = "<NA>"

var rttmTypes = map[string]bool{
	"SPEAKER": true, "LEXEME": true, "SPKR-INFO": true, "SEGMENT": true, "NOSCORE": true, "NO_RT_METADATA": true, "NON-LEX": true,
	"NON-SPEECH": true, "FILLER": true, "EDIT": true, "IP": true, "SU": true, "CB": true, "A/P": true,
}

func decodeRTTM(in *input) error {
	err := in.records(func(string) {}, func(line string, number int) error {
		fields := strings.Fields(line)
		if !rttmTypes[fields[0]] || len(fields) < 8 {
			return at(number, ColumnCount, line, CorrectLine)
		}
		if fields[0] != "SPEAKER" {
			in.note(LinesPassed, number)
			return nil
		}
		start, ok1 := parseSeconds(fields[3])
		length, ok2 := parseSeconds(fields[4])
		if !ok1 || !ok2 {
			return at(number, BadTime, line, CorrectLine)
		}
		part := in.recording(fields[1], fields[2])
		nameIt(part)
		s := &transcript.Segment{Start: start, End: start + length}
		part.add(s, number)
		if fields[7] == notApplicable {
			return nil
		}
		var err error
		s.Speaker, err = part.speaker(part.made, fields[7], number)
		return err
	})
	in.setChannels()
	return err
}

func encodeRTTM(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	name, channel := recordingName(t), channelNames(t)
	for _, s := range t.Segments {
		start, end := w.span(s)
		fmt.Fprintf(out, "SPEAKER %s %s %s %s <NA> <NA> %s <NA> <NA>\n", name, channel(s.Channel), seconds(start), seconds(end-start),
			nistSpeaker(t, s, notApplicable))
	}
	return nil
}
