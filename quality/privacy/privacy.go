// Package privacy finds personal data in a transcript, written or spoken, and
// masks it.
//
//	findings := privacy.Find(t, privacy.Options{})
//	clean, secrets := privacy.Redact(t, findings)
//	leaks := secrets.In(fileBytes) // of any format: must be 0
//
// It works offline and without a model. Segments of one speaker are read as one
// text, because people pause in the middle of a number; number words of English
// and French become digits ("zéro six douze", "double seven"), and what has a
// checksum must pass it: cards (Luhn, ISO/IEC 7812), IBAN (mod 97, ISO 13616),
// the French NIR (key 97 − n mod 97, 2A counting as 19 and 2B as 18), SIREN and
// SIRET (Luhn). Names are found by a cue ("my name is"), in a list of first
// names of our own making, and in the list that the caller gives.
//
// What another speaker asked just before an answer counts as a cue. A text
// without capitals has names too: "mister kowalczyk".
//
// What it cannot do: a surname that nobody introduces, an address, a nickname
// are not found; a firm that bears a person's name is masked. A person has to look; Redact makes the look short.
//
// Not here: sound (audio mutes the spans), files (transcript/format).
package privacy

import (
	"slices"
	"sort"
	"strings"
	"time"

	"tapescript/transcript"
)

// Kind says what a piece of personal data is. It is what stands in its place.
type Kind string

// The kinds, in the order in which they are tried.
const (
	Email  Kind = "EMAIL"
	URL    Kind = "URL"
	IP     Kind = "IP"
	MAC    Kind = "MAC"
	IBAN   Kind = "IBAN"
	NIR    Kind = "NIR"
	Card   Kind = "CARD"
	SIREN  Kind = "SIREN" // and SIRET
	SSN    Kind = "SSN"
	Birth  Kind = "DATE_OF_BIRTH"
	Phone  Kind = "PHONE"
	Person Kind = "PERSON_NAME"
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{Email, URL, IP, MAC, IBAN, NIR, Card, SIREN, SSN, Birth, Phone, Person}
}

// Mask is what stands in the place of a piece of data: "[EMAIL]".
func (k Kind) Mask() string { return "[" + string(k) + "]" }

// Options say what to look for; the zero value looks for everything.
type Options struct {
	Kinds []Kind   // nil for all
	Names []string // names to find besides the first names that are known; case and accents do not count
}

func (o Options) wants(k Kind) bool { return o.Kinds == nil || slices.Contains(o.Kinds, k) }

// Part is a stretch of one segment's text: bytes From to To.
type Part struct {
	Segment  int // index in the transcript
	From, To int
}

// Finding is one piece of personal data. It has several parts where it runs
// over the borders of segments.
type Finding struct {
	Kind  Kind
	Parts []Part
}

// span is a finding in a plain text.
type span struct {
	kind     Kind
	from, to int
}

// FindText finds personal data in one text: the kinds and the bytes, in order
// and without overlap.
func FindText(text string, o Options) []Finding {
	var list []Finding
	for _, s := range findSpans(text, o) {
		list = append(list, Finding{s.kind, []Part{{0, s.from, s.to}}})
	}
	return list
}

// findSpans runs every detector on a text. Where two claim the same bytes, the
// one that begins first has them, and of those the longer.
func findSpans(text string, o Options) []span {
	tokens := tokenize(text)
	all := written(text)
	all = append(all, addresses(text, tokens)...)
	all = append(all, numbers(text, tokens)...)
	all = append(all, births(text, tokens)...)
	all = append(all, people(text, tokens, o.Names)...)
	all = slices.DeleteFunc(all, func(s span) bool { return !o.wants(s.kind) || isMask(text, s) })
	return disjoint(all)
}

// isMask says whether a span begins within a mask: a transcript that was
// redacted may be redacted again.
func isMask(text string, s span) bool {
	open := strings.LastIndexByte(text[:s.from], '[')
	if open < 0 || s.from-open > 24 {
		return false
	}
	return slices.ContainsFunc(Kinds(), func(k Kind) bool {
		return strings.HasPrefix(text[open:], strings.TrimSuffix(k.Mask(), "]")) && s.from < open+len(k.Mask())
	})
}

func disjoint(all []span) []span {
	sort.SliceStable(all, func(i, j int) bool {
		if all[i].from != all[j].from {
			return all[i].from < all[j].from
		}
		return all[i].to > all[j].to
	})
	var list []span
	for _, s := range all {
		if len(list) > 0 && s.from < list[len(list)-1].to {
			last := &list[len(list)-1]
			last.to = max(last.to, s.to) // what either of them hides is hidden
			continue
		}
		list = append(list, s)
	}
	return list
}

// asked says what a text that ends with it asks for.
var asked = pattern(`(?i)\b(name|surname|nom|prénom|nom de famille|birth|birthday|naissance|social|security number|sécu|sécurité sociale|phone|phone number|number|mobile|cell|` +
	`téléphone|portable|numéro|card|card number|carte|iban|siren|siret)( is| est|,? s.il vous plaît|,? please| déjà| again)?\W*$`)

// question is what a speaker asks for with the end of a text, ready to stand
// before the answer: "date of birth". "" where it asks for nothing.
func question(text string) string {
	if at := asked().FindStringSubmatchIndex(text); at != nil {
		return before(text, at[0]) + text[at[2]:at[3]] + " "
	}
	return ""
}

// longestPause is how long somebody may be silent within one piece of data.
const longestPause = 20 * time.Second

// stream is what one speaker says, segment after segment, on lines.
type stream struct {
	text  strings.Builder
	parts []streamPart
	end   time.Duration
}

type streamPart struct{ at, segment, length int }

// Find finds the personal data in the texts of a transcript. A speaker's
// segments are one text, across what others say between them.
func Find(t *transcript.Transcript, o Options) []Finding {
	var list []Finding
	open := map[string]*stream{}
	finish := func(s *stream) {
		for _, found := range findSpans(s.text.String(), o) {
			f := Finding{Kind: found.kind}
			for _, p := range s.parts {
				from, to := max(found.from-p.at, 0), min(found.to-p.at, p.length)
				if from < to {
					f.Parts = append(f.Parts, Part{p.segment, from, to})
				}
			}
			if len(f.Parts) > 0 { // not in what another speaker asked
				list = append(list, f)
			}
		}
	}
	for i, seg := range t.Segments {
		s := open[seg.Speaker]
		if s != nil && seg.Timed() && s.end > 0 && seg.Start > s.end+longestPause {
			finish(s)
			s = nil
		}
		if s == nil {
			s = &stream{}
			open[seg.Speaker] = s
		}
		if i > 0 && (t.Segments[i-1].Speaker != seg.Speaker || seg.Speaker == "") {
			if q := question(t.Segments[i-1].Text); q != "" {
				s.text.WriteString(q)
			}
		}
		s.parts = append(s.parts, streamPart{s.text.Len(), i, len(seg.Text)})
		s.text.WriteString(seg.Text)
		s.text.WriteByte('\n')
		s.end = max(s.end, seg.End)
	}
	for _, s := range open {
		finish(s)
	}
	slices.SortStableFunc(list, func(a, b Finding) int {
		if a.Parts[0].Segment != b.Parts[0].Segment {
			return a.Parts[0].Segment - b.Parts[0].Segment
		}
		return a.Parts[0].From - b.Parts[0].From
	})
	return list
}
