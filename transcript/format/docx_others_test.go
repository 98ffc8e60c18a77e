package format

import (
	"fmt"
	"strings"
	"testing"
)

// TestDocumentsOfOthersSayWhoSpeaksAndWhen: one paragraph a line here; "/" is a
// line break within.
func TestDocumentsOfOthersSayWhoSpeaksAndWhen(t *testing.T) {
	const want = "0.000-3.000 Speaker 1: Hello there. 3.000-62.500 Dr. Ann Lee: Hi, it is 10:30. 62.500-62.500 Speaker 1: Right."
	for name, c := range map[string]struct{ text, before, want string }{
		"time first":     {text: "[00:00:00] Speaker 1: Hello there.\n[00:00:03] Dr. Ann Lee: Hi, it is 10:30.\n[00:01:02.5] Speaker 1: Right.", want: want},
		"bare time":      {text: "00:00 Speaker 1: Hello there.\n00:03 Dr. Ann Lee: Hi, it is 10:30.\n01:02,5 Speaker 1: Right.", want: want},
		"name first":     {text: "Speaker 1: [00:00:00] Hello there.\nDr. Ann Lee: [00:00:03] Hi, it is 10:30.\nSpeaker 1: [00:01:02.5] Right.", want: want},
		"round brackets": {text: "Interview with Ann\nSpeaker 1 (00:00):/Hello there.\nDr. Ann Lee (00:03):/Hi, it is 10:30.\nSpeaker 1 (01:02.5):/Right.", before: "- : Interview with Ann ", want: want},
		"name and time":  {text: "Speaker 1  0:00  \nHello there.\n\nDr. Ann Lee  0:03\nHi, it is 10:30.\n\nSpeaker 1  1:02.5\nRight.", want: want},
		"Word": {text: "Audio file\ntalk.mp3\nTranscript\n00:00:00 Speaker 1\nHello there.\n00:00:03 Dr. Ann Lee\nHi, it is 10:30.\n00:01:02.5 Speaker 1\nRight.",
			before: "- : Audio file - : talk.mp3 - : Transcript ", want: want},
		"Teams": {text: "0:0:0.0 --> 0:0:2.520/Speaker 1/Hello there.\n0:0:3.0 --> 0:1:2.5/Dr. Ann Lee/Hi, it is 10:30.\n0:1:2.5 --> 0:1:4.0/Speaker 1/Right.",
			want: "0.000-2.520 Speaker 1: Hello there. 3.000-62.500 Dr. Ann Lee: Hi, it is 10:30. 62.500-64.000 Speaker 1: Right."},
		"a turn of two paragraphs": {text: "Ann (00:01):\nOne.\nTwo.\nBob (00:05):\nThree.", want: "1.000-5.000 Ann: One./Two. 5.000-5.000 Bob: Three."},
		"names alone":              {text: "Ann: Hello.\nBob: Hi.\nAnn: Well.\nBob: Yes.", want: "- Ann: Hello. - Bob: Hi. - Ann: Well. - Bob: Yes."},
		"prose":                    {text: "Note: this is a letter.\nWe meet at 10:30.\nUntil then\nyours\nBob 10:45", want: "- : Note: this is a letter. - : We meet at 10:30. - : Until then - : yours - : Bob 10:45"},
		"times that run backwards": {text: "[00:05] one\n[00:03] two\n[00:04] three", want: "- : [00:05] one - : [00:03] two - : [00:04] three"},
	} {
		var paragraphs strings.Builder
		for line := range strings.SplitSeq(c.text, "\n") {
			paragraphs.WriteString("<w:p><w:r><w:t>" + strings.ReplaceAll(xmlText(line), "/", "</w:t><w:br/><w:t>") + "</w:t></w:r></w:p>")
		}
		tr, _, err := Decode(docxOf(t, paragraphs.String()), "x.docx")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range tr.Segments {
			span := "-"
			if s.Timed() || s.Speaker != "" && !strings.HasPrefix(name, "names") {
				span = seconds(s.Start) + "-" + seconds(s.End)
			}
			got = append(got, fmt.Sprintf("%s %s: %s", span, tr.SpeakerName(s.Speaker), strings.ReplaceAll(s.Text, "\n", "/")))
		}
		if strings.Join(got, " ") != c.before+c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, strings.Join(got, " "), c.before+c.want)
		}
		suite(t, docx, tr)
	}
}
