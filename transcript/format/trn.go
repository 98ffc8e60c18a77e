package format

import (
	"bytes"
	"hash/maphash"
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

// trnRecord parts a line, without white space around it, into its text and the ID
// in parentheses at its end.
func trnRecord(line string) (text, id string, ok bool) {
	end := len(line) - 1
	if end < 0 || line[end] != ')' {
		return "", "", false
	}
	open := strings.LastIndexAny(line[:end], "() \t\n\f\r")
	if open < 0 || line[open] != '(' || open+1 == end {
		return "", "", false
	}
	return line[:open], line[open+1 : end], true
}

// semicolonFirst says whether a text begins with a semicolon, or with one that is
// guarded.
func semicolonFirst(text string) bool {
	return text != "" && (text[0] == ';' || text[0] == '\\' && strings.HasPrefix(strings.TrimLeft(text, `\`), ";"))
}

// isTRN says whether all lines end in IDs, no two alike and each with a digit,
// a hyphen or an underscore: "(laughs)" is none.
func isTRN(head string) bool {
	if len(head) > sniffBytes/2 {
		head = head[:strings.LastIndexByte(head, '\n')+1] // the last line is cut
	}
	// Of the IDs their hashes: that two of a million are alike is one chance in 10⁷.
	var seen map[uint64]struct{}
	records, seed := 0, maphash.MakeSeed()
	for line := range strings.Lines(head) {
		line = strings.TrimSpace(line)
		if line == "" || isComment(line) {
			continue
		}
		_, id, ok := trnRecord(line)
		if !ok || !strings.ContainsFunc(id, func(r rune) bool { return unicode.IsDigit(r) || r == '-' || r == '_' }) {
			return false
		}
		if seen == nil {
			seen = make(map[uint64]struct{}, roomFor(head))
		}
		seen[maphash.String(seed, id)] = struct{}{}
		if records++; len(seen) < records {
			return false
		}
	}
	return len(seen) > 0
}

// trnRecords walks the utterances of a file.
func (in *input) trnRecords(do func(id, text string, number int)) error {
	return in.records(func(string) {}, func(line string, number int) error {
		text, id, ok := trnRecord(line)
		if !ok {
			return at(number, MissingID, line, CorrectLine)
		}
		if text = strings.TrimSpace(text); semicolonFirst(text) {
			text = text[1:]
		}
		do(id, text, number)
		return nil
	})
}

func decodeTRN(in *input) (*transcript.Transcript, error) {
	err := in.trnRecords(func(id, text string, number int) {
		in.add(&transcript.Segment{ID: id, Text: text}, number)
	})
	return in.start(), err
}

// parentheses end an ID.
var parentheses = strings.NewReplacer("(", "_", ")", "_")

func encodeTRN(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
	for _, s := range t.Segments {
		text := flat(s.Text)
		if semicolonFirst(text) {
			text = `\` + text
		}
		id := parentheses.Replace(field(s.ID))
		out.WriteString(strings.TrimSpace(text+" ("+id+")") + "\n")
	}
	return nil
}
