package transcript

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Validate returns the first rule that the transcript breaks: IDs that are
// missing or taken twice, timed segments out of order, times that run
// backwards, words outside their text or out of order, speakers that nobody
// listed or whose name or ID steers a terminal, text that is not clean (see [Clean]). A transcript that passes stays
// valid under every edit that [Document.Apply] accepts.
func (t *Transcript) Validate() error {
	if t.Draft != nil {
		if t.Draft.Draft != nil {
			return fmt.Errorf("the draft has a draft")
		}
		if err := t.Draft.Validate(); err != nil {
			return fmt.Errorf("the draft: %w", err)
		}
	}
	speakers := make(map[string]bool, len(t.Speakers))
	for _, s := range t.Speakers {
		if s.ID == "" || speakers[s.ID] {
			return fmt.Errorf("the speaker ID %q is missing or taken twice", s.ID)
		}
		if !s.oneLined() {
			return fmt.Errorf("the speaker %q has a line break, a control character or bytes that are not UTF-8 in the name or ID", s.ID)
		}
		speakers[s.ID] = true
	}
	var seen map[string]bool
	if !ascendingIDs(t.Segments) {
		seen = make(map[string]bool, len(t.Segments))
	}
	var last time.Duration
	for i, s := range t.Segments {
		if !validID(s.ID) || seen[s.ID] {
			return fmt.Errorf("segment %d of %d: the ID %q cannot be used, or is taken twice", i+1, len(t.Segments), s.ID)
		}
		if seen != nil {
			seen[s.ID] = true
		}
		if err := t.ValidateSegment(s); err != nil {
			return fmt.Errorf("segment %d of %d: %w", i+1, len(t.Segments), err)
		}
		if s.Timed() && s.Start < last {
			return fmt.Errorf("segment %d of %d begins at %v, before the one that it follows (%v)", i+1, len(t.Segments), s.Start, last)
		}
		if s.Timed() {
			last = s.Start
		}
	}
	return nil
}

// oneLined says whether a speaker's ID and name can stand on one line of a
// terminal or a file.
func (s Speaker) oneLined() bool {
	return unclean(s.ID) == "" && unclean(s.Name) == "" && !strings.Contains(s.ID+s.Name, "\n")
}

// ValidateSegment checks what Validate does about a segment, but its ID and its
// place among others. It is for those who build a transcript and want to say
// where they read what breaks a rule.
func (t *Transcript) ValidateSegment(s *Segment) error {
	switch {
	case s.Start < 0 || s.End < s.Start:
		return fmt.Errorf("%v to %v is not a stretch of time", s.Start, s.End)
	case s.Channel < 0:
		return fmt.Errorf("there is no channel %d", s.Channel)
	case s.Speaker != "" && !t.hasSpeaker(s.Speaker):
		return fmt.Errorf("there is no speaker %q", s.Speaker)
	}
	if why := unclean(s.Text); why != "" {
		return fmt.Errorf("the text holds %s", why)
	}
	end := 0
	for _, w := range s.Words {
		switch {
		case w.From < end || w.To <= w.From || w.To > len(s.Text) || !onRune(s.Text, w.From) || !onRune(s.Text, w.To):
			return fmt.Errorf("a word lies at bytes %d to %d of a text of %d bytes, after byte %d", w.From, w.To, len(s.Text), end)
		case w.Start < 0 || w.End < w.Start:
			return fmt.Errorf("the word %q lasts from %v to %v", s.Text[w.From:w.To], w.Start, w.End)
		case !(w.Confidence >= 0 && w.Confidence <= 1):
			return fmt.Errorf("the word %q has a confidence of %v", s.Text[w.From:w.To], w.Confidence)
		}
		end = w.To
	}
	return nil
}

func (t *Transcript) hasSpeaker(id string) bool {
	for _, s := range t.Speakers {
		if s.ID == id {
			return true
		}
	}
	return false
}

// Clean makes a stranger's text fit for a transcript: valid UTF-8, line breaks
// as \n, tabs as spaces, and no other control characters, so that no text ever
// steers a terminal.
func Clean(s string) string {
	if unclean(s) == "" {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ", "\v", "\n", "\f", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// unclean says what in a text [Clean] would change, or "".
func unclean(s string) string {
	wide, control := false, false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= ' ' && c < 0x7f || c == '\n': // most of most texts
		case c < utf8.RuneSelf:
			control = true
		default:
			wide = true
			if c == 0xc2 && i+1 < len(s) && s[i+1] < 0xa0 { // U+0080 to U+009F
				control = true
			} else if c == 0xe2 && i+2 < len(s) && s[i+1] == 0x80 && s[i+2]|1 == 0xa9 { // U+2028, U+2029
				control = true
			}
		}
	}
	switch {
	case wide && !utf8.ValidString(s):
		return "bytes that are not UTF-8"
	case control:
		return "a control character"
	}
	return ""
}

// validID: something, on one line, without the arrow that ends a cue's ID.
func validID(id string) bool {
	return id != "" && len(id) <= 256 && unclean(id) == "" && !strings.Contains(id, "\n") && !strings.Contains(id, "-->") && strings.TrimSpace(id) == id
}

func onRune(s string, i int) bool {
	return i == 0 || i == len(s) || i > 0 && i < len(s) && utf8.RuneStart(s[i])
}
