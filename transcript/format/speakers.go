package format

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// NameSpeakers takes "ANN: " at the head of a text for who speaks, in a format
// such as SubRip that has no place for speakers: where the name begins with a
// capital, is at most three words, and begins two segments at least, none of
// which has a speaker yet. "Note: " once is text. It returns a new transcript
// and how many segments it named; the words keep their times.
func NameSpeakers(t *transcript.Transcript) (*transcript.Transcript, int) {
	times := make(map[string]int)
	for _, s := range t.Segments {
		if name, _ := captionName(s); name != "" {
			times[name]++
		}
	}
	out := *t
	out.Speakers = append([]transcript.Speaker(nil), t.Speakers...)
	out.Segments = make([]*transcript.Segment, len(t.Segments))
	named := 0
	for i, s := range t.Segments {
		out.Segments[i] = s
		name, cut := captionName(s)
		if times[name] < 2 || name == "" {
			continue
		}
		n := *s
		n.Speaker, n.Text, n.Words = out.SpeakerNamed(name).ID, s.Text[cut:], nil
		for _, w := range s.Words {
			if w.From >= cut {
				w.From, w.To = w.From-cut, w.To-cut
				n.Words = append(n.Words, w)
			}
		}
		out.Segments[i] = &n
		named++
	}
	return &out, named
}

// captionName is the name at the head of a segment's text, and where what
// follows it begins.
func captionName(s *transcript.Segment) (name string, cut int) {
	first, _, _ := strings.Cut(s.Text, "\n")
	name, rest := looseName(first)
	if s.Speaker != "" || name == "" || rest == "" && first == s.Text || len(strings.Fields(name)) > 3 {
		return "", 0
	}
	if r, _ := utf8.DecodeRuneInString(name); !unicode.IsUpper(r) {
		return "", 0
	}
	cut = len(name) + 1
	return name, cut + len(s.Text[cut:]) - len(strings.TrimLeftFunc(s.Text[cut:], unicode.IsSpace))
}
