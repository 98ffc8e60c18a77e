package format

import (
	"bytes"
	"strings"

	"tapescript/transcript"
)

// markdown is a transcript for people to read, a paragraph a segment
// (https://spec.commonmark.org):
//
//	# An interview
//
//	**Ann** [00:00:01.000 --> 00:00:02.500] Hello there, \*all\* of you.
//
// The name in bold and the times are left out where nobody said. Signs that
// would be markup stand behind a backslash. In a document from elsewhere every
// paragraph is a segment and its markup is text; headings are kept and go back
// to their places.
var markdown = Format{
	Name: "markdown", Title: "Markdown", Extensions: []string{".md", ".markdown"},
	Cannot: []LossKind{LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostPrecision, LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decode: decodeMarkdown, encode: encodeMarkdown, border: markdownBorder,
}

const (
	markdownBefore = "markdown.before" // headings before a segment
	markdownTail   = "markdown.tail"   // and behind the last
)

var (
	markdownName = pattern(`^\*\*((?:[^*\\]|\\.)+)\*\*:?(?:\s+|$)`)
	// markdownSpecial are the signs that can be markup; those that are it only
	// at the head of a line are among them, which costs a backslash.
	markdownSpecial = pattern("[\\\\`*_\\[\\]<>#&~|]")
	// markdownList is what makes a line a list or a rule.
	markdownList   = pattern(`^(?:([-+=])|(\d{1,9})([.)]))`)
	markdownEscape = pattern("\\\\([!-/:-@\\[-`{-~])")
)

func decodeMarkdown(in *input) (*transcript.Transcript, error) {
	t := in.start()
	lines := strings.Split(transcript.Clean(in.text), "\n")
	var headings []string
	for i := 0; i < len(lines); {
		if strings.TrimSpace(lines[i]) == "" {
			i++
			continue
		}
		if strings.HasPrefix(lines[i], "#") {
			headings = append(headings, strings.TrimSpace(lines[i]))
			i++
			continue
		}
		first := i
		for i < len(lines) && strings.TrimSpace(lines[i]) != "" && !strings.HasPrefix(lines[i], "#") {
			i++
		}
		if err := in.pass(in.paragraph(t, lines[first:i], first+1, &headings), first+1, i); err != nil {
			return nil, err
		}
	}
	if len(headings) > 0 {
		extra(&t.Extras, markdownTail, strings.Join(headings, "\n"))
	}
	return t, nil
}

// paragraph reads a segment, and hands it the headings before it.
func (in *input) paragraph(t *transcript.Transcript, lines []string, number int, headings *[]string) error {
	s := &transcript.Segment{}
	name := ""
	if m := markdownName().FindStringSubmatch(lines[0]); m != nil {
		name = strings.TrimSuffix(markdownEscape().ReplaceAllString(m[1], "$1"), ":") // **Ann:** is as common
		lines[0] = lines[0][len(m[0]):]
	}
	if m := txtTime().FindStringSubmatch(lines[0]); m != nil {
		l, err := in.txtLine(m[0], number)
		if err != nil {
			return err
		}
		s.Start, s.End = l.start, l.end
		if l.timed && !l.spans {
			return at(number, BadTime, m[0], CorrectLine)
		}
		lines[0] = lines[0][len(m[0]):]
	}
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if i+1 < len(lines) { // a hard line break
			line = strings.TrimSuffix(line, `\`)
		}
		lines[i] = markdownEscape().ReplaceAllString(line, "$1")
	}
	s.Text, _ = tidy(strings.Join(lines, "\n"), nil)
	if len(*headings) > 0 {
		extra(&s.Extras, markdownBefore, strings.Join(*headings, "\n"))
		*headings = nil
	}
	in.add(s, number)
	var err error
	s.Speaker, err = in.speaker(t, name, number)
	return err
}

func encodeMarkdown(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	for _, s := range t.Segments {
		writeHeadings(out, s.Extras[markdownBefore])
		var parts []string
		if name := oneLine(t.SpeakerName(s.Speaker)); s.Speaker != "" && name != "" {
			parts = append(parts, "**"+markdownSafe(name)+"**")
		}
		if s.Timed() {
			w.latest = s.Start
			parts = append(parts, strings.TrimSpace(txtStamp(&transcript.Transcript{}, s)))
		}
		text, _ := tidy(s.Text, nil)
		var lines []string
		for _, line := range strings.Split(text, "\n") {
			lines = append(lines, markdownSafe(strings.TrimSpace(line)))
		}
		if text = strings.Join(lines, "\\\n"); text != "" {
			parts = append(parts, text)
		}
		if len(parts) == 0 { // a paragraph has to hold something: the shortest place
			parts = append(parts, "["+clock(w.latest, '.')+" --> "+clock(w.latest, '.')+"]")
		}
		out.WriteString(strings.Join(parts, " ") + "\n\n")
	}
	if !w.last {
		return nil
	}
	writeHeadings(out, t.Extras[markdownTail])
	if n := len(bytes.TrimRight(out.Bytes(), "\n")); n > 0 {
		out.Truncate(n + 1)
	}
	return nil
}

// markdownSafe guards what would be markup in a line.
func markdownSafe(line string) string {
	line = markdownSpecial().ReplaceAllString(line, `\$0`)
	return markdownList().ReplaceAllStringFunc(line, func(head string) string {
		return head[:len(head)-1] + `\` + head[len(head)-1:]
	})
}

// writeHeadings writes what are headings, and nothing else.
func writeHeadings(out *bytes.Buffer, text string) {
	for line := range strings.Lines(transcript.Clean(text)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			out.WriteString(line + "\n\n")
		}
	}
}
