package format

import (
	"bytes"
	"strings"
	"unicode"

	"tapescript/transcript"
)

// trn is NIST's transcript of utterances without times: a text and an ID in
// parentheses at the end of each line.
//
//	;; a comment
//	so { um / uh / @ } it begins (talk-0001)
//
// IDs are segments' IDs. A text that begins with a semicolon would be a
// comment: it is written with a backslash before it, as sclite writes a
// semicolon that begins no tag.
var trn = Format{
	Name: "trn", Title: "NIST trn", Extensions: []string{".trn"},
	Cannot: []LossKind{LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostExtras},
	decode: decodeTRN, encode: encodeTRN, border: lineBorder, sniff: isTRN,
}

// trnID finds the ID at the end of a line.
var trnID = pattern(`\(([^\s()]+)\)$`)

// semicolon finds the semicolon that a text begins with, and what guards it.
var semicolon = pattern(`^\\*;`)

// isTRN says whether all lines end in IDs, no two alike and each with a digit,
// a hyphen or an underscore: "(laughs)" is none.
func isTRN(head string) bool {
	seen := make(map[string]bool)
	if len(head) > sniffBytes/2 {
		head = head[:max(strings.LastIndexByte(head, '\n'), 0)] // the last line is cut
	}
	for line := range strings.SplitSeq(head, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || isComment(line) {
			continue
		}
		m := trnID().FindStringSubmatch(line)
		if m == nil || seen[m[1]] || !strings.ContainsFunc(m[1], func(r rune) bool { return unicode.IsDigit(r) || r == '-' || r == '_' }) {
			return false
		}
		seen[m[1]] = true
	}
	return len(seen) > 0
}

func decodeTRN(in *input) (*transcript.Transcript, error) {
	err := in.records(func(string) {}, func(line string, number int) error {
		m := trnID().FindStringSubmatchIndex(line)
		if m == nil {
			return at(number, MissingID, line, CorrectLine)
		}
		text := strings.TrimSpace(line[:m[0]])
		if semicolon().MatchString(text) {
			text = text[1:]
		}
		in.add(&transcript.Segment{ID: line[m[2]:m[3]], Text: text}, number)
		return nil
	})
	return in.start(), err
}

// parentheses end an ID.
var parentheses = strings.NewReplacer("(", "_", ")", "_")

func encodeTRN(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
	for _, s := range t.Segments {
		text := flat(s.Text)
		if semicolon().MatchString(text) {
			text = `\` + text
		}
		id := parentheses.Replace(field(s.ID))
		out.WriteString(strings.TrimSpace(text+" ("+id+")") + "\n")
	}
	return nil
}
