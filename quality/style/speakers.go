package style

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// labelForm says how a speaker's label is written.
func labelForm(label string) string {
	number := strings.TrimLeftFunc(label, unicode.IsLetter)
	switch head := strings.ToLower(label[:len(label)-len(number)]); {
	case head == "speaker" && isNumber(strings.TrimSpace(number)):
		return "speaker-number"
	case (head == "s" || head == "spk") && isNumber(number):
		return "initial-number"
	case len(label) == 3 && strings.IndexFunc(label, func(r rune) bool { return r < 'A' || r > 'Z' && (r < '0' || r > '9') }) < 0:
		return "chat"
	}
	return "name"
}

func isNumber(s string) bool {
	return s != "" && len(s) < 6 && strings.Trim(s, "0123456789") == ""
}

// labels finds speakers whose label is of another form than the profile's, or
// where it asks for none, than the first speaker's (S01).
func (l *linter) labels() {
	form, model := l.rule.Form, l.rule.Form
	seen := map[string]bool{}
	for _, s := range l.t.Segments {
		if s.Speaker == "" || seen[s.Speaker] {
			continue
		}
		seen[s.Speaker] = true
		label := l.t.SpeakerName(s.Speaker)
		if l.isUnknown(label) {
			continue
		}
		switch has := labelForm(label); {
		case form == "":
			form, model = has, label
		case has != form && !(form == "name" && has == "chat"):
			l.seg = s
			f := l.add(0, 0, LabelForm, label, model)
			if name := relabel(label, form); name != "" && l.nobodyIs(name) {
				f.Fix = transcript.RenameSpeaker{ID: s.Speaker, Name: name}
			}
		}
	}
}

// relabel writes a numbered label in another numbered form, "" where there is
// no number to go by.
func relabel(label, form string) string {
	number := strings.TrimSpace(strings.TrimLeftFunc(label, unicode.IsLetter))
	switch has := labelForm(label); {
	case has != "speaker-number" && has != "initial-number":
		return ""
	case form == "speaker-number":
		return "Speaker " + number
	case form == "initial-number":
		return "S" + number
	}
	return ""
}

func (l *linter) nobodyIs(name string) bool {
	return !slices.ContainsFunc(l.t.Speakers, func(s transcript.Speaker) bool { return s.Name == name || s.ID == name })
}

// newSpeakers finds a speaker's label inside a line (S02): a new speaker is a
// new line.
func (l *linter) newSpeakers() {
	text := l.page.text
	for at := 0; ; {
		k := strings.IndexByte(text[at:], ':')
		if k < 0 {
			return
		}
		colon := at + k
		at = colon + 1
		line := text[strings.LastIndexByte(text[:colon], '\n')+1 : colon]
		label := l.labelAtEnd(line)
		if label != "" && strings.TrimSpace(line) != label && colon+1 < len(text) && text[colon+1] == ' ' {
			l.add(colon-len(label), colon+1, SpeakerInside, label)
		}
	}
}

// labelAtEnd returns the speaker's label that a piece of text ends with.
func (l *linter) labelAtEnd(text string) string {
	ends := func(label string) bool {
		return label != "" && strings.HasSuffix(text, label) && (len(text) == len(label) || text[len(text)-len(label)-1] == ' ')
	}
	for _, s := range l.t.Speakers {
		if ends(s.Name) {
			return s.Name
		}
	}
	words := strings.LastIndexByte(text, ' ')
	last := text[words+1:]
	if labelForm(last) == "initial-number" && last[0] == 'S' {
		return last
	}
	if isNumber(last) && words >= 0 && ends("Speaker "+last) {
		return "Speaker " + last
	}
	return ""
}

// unknownLabels are how people write that they do not know who speaks.
var unknownLabels = []string{"?", "??", "???", "unknown", "unknown speaker", "unidentified", "unidentified speaker", "inconnu", "inconnue", "n/a"}

func (l *linter) isUnknown(label string) bool {
	return slices.Contains(unknownLabels, strings.ToLower(label))
}

// unknownSpeakers finds segments without a speaker among others that have one,
// and labels for the unknown that are not the profile's (S03).
func (l *linter) unknownSpeakers() {
	labelled := slices.ContainsFunc(l.t.Segments, func(s *transcript.Segment) bool { return s.Speaker != "" })
	seen := map[string]bool{}
	for _, s := range l.t.Segments {
		label := l.t.SpeakerName(s.Speaker)
		l.seg = s
		switch {
		case s.Speaker == "" && labelled && strings.TrimSpace(s.Text) != "":
			l.add(0, 0, SpeakerMissing)
		case seen[s.Speaker] || !l.isUnknown(label) || len(l.rule.Words) == 0:
		case strings.EqualFold(label, l.rule.Words[0]):
		default:
			name := capitals(l.rule.Words[0])
			f := l.add(0, 0, SpeakerUnknown, label, name)
			if l.nobodyIs(name) {
				f.Fix = transcript.RenameSpeaker{ID: s.Speaker, Name: name}
			}
		}
		seen[s.Speaker] = true
	}
}

// capitals writes each word with a capital.
func capitals(label string) string {
	words := strings.Fields(label)
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(first)) + w[size:]
	}
	return strings.Join(words, " ")
}
