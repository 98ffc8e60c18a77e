// Package style holds the rules that transcripts are written by, as data, and
// finds where a transcript breaks them.
//
//	profile, err := style.Lookup("rev-clean")
//	for _, f := range profile.Lint(t) { … f.Segment, f.From, f.To, f.Reason, f.Args … }
//	fixed, done, err := profile.Fix(t)
//
// A [Profile] is a TOML file: which rules it asks for, how severe each is, and
// what it sets in them. The rules are code, one function each, found by an ID
// whose letter says what it is about:
//
//	V verbatim: fillers, repeats, cut-off words, contractions
//	T tags: [inaudible 00:02:24], and the markup of LDC and CHAT
//	S speakers and their labels
//	N numbers in words or digits
//	P punctuation, spaces, capitals, paragraphs
//	G spelling, and what a gold has that the text has not
//	Z times and segments
//
// An own profile extends one that there is, see [Parse]. A profile's examples
// are its tests: the bad one breaks that rule and no other, the good one none.
//
// A finding holds a code and its arguments, the sentence is the interface's.
// Where it is safe to do so a finding has a [transcript.Edit] that mends it;
// safe means that whoever heard the recording would do the same: no word that
// carries meaning goes, none is guessed.
//
// Rules look at one segment, some with its neighbours; a sentence may go on over
// the border of two segments of one speaker. White space in and around tags is
// of no account. Word lists are English and French.
package style

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"tapescript/transcript"
)

// Severity says how bad a finding is.
type Severity string

// Severities. An error is what work is sent back for.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
	off     Severity = "off" // in a file: the rule does not apply
)

// UnmarshalText reads a severity from a profile's file.
func (s *Severity) UnmarshalText(text []byte) error {
	switch v := Severity(text); v {
	case Error, Warning, Note, off:
		*s = v
		return nil
	}
	return errors.New("is not error, warning, note or off")
}

// Finding says where a transcript breaks a rule.
type Finding struct {
	Rule     string // "V01"
	Severity Severity
	Reason   Reason
	Args     []string // what the reason speaks of, in the order of its sentence
	Segment  string   // the segment's ID
	From, To int      // bytes in the segment's text; equal where it is about the whole segment
	// Fix mends it, nil where that takes a person. It fits the transcript that
	// was looked at; of two that touch each other the second may be refused.
	Fix transcript.Edit
}

// Span is a stretch of the recording, half-open.
type Span struct{ Start, End time.Duration }

// Evidence is what else is known of the recording that a transcript is of.
type Evidence struct {
	// Gold is a gold, or a draft that heard more: what it has in a segment's
	// time and the segment has not is found (V02, G02). nil is none.
	Gold *transcript.Transcript
	// Speech is where somebody speaks, in order: what was written where nobody
	// does is found (Z04), and what was left out (Z03). nil is not known.
	Speech []Span
}

// Lint returns what a transcript breaks, in the order of its segments, and then
// what is about its speakers.
func (p *Profile) Lint(t *transcript.Transcript) []Finding { return p.LintAgainst(t, Evidence{}) }

// LintAgainst is [Profile.Lint] with more to go by than the transcript.
func (p *Profile) LintAgainst(t *transcript.Transcript, e Evidence) []Finding {
	l := p.linter(t)
	l.speech = e.Speech
	var gold []expected
	if e.Gold != nil {
		gold = expectations(t, e.Gold)
	}
	for i := range t.Segments {
		l.segment(i)
		if gold != nil {
			l.compare(gold[i])
		}
		l.inOrder()
	}
	l.wholeRules()
	return l.found
}

// LintSegment returns what one segment of a transcript breaks; its neighbours
// are only looked at. Rules about the whole transcript (S01, S03) are not
// asked. A segment that is not in t is taken for one alone. It takes
// microseconds, so it may be called at every key.
func (p *Profile) LintSegment(t *transcript.Transcript, s *transcript.Segment) []Finding {
	i := indexOf(t, s)
	if i < 0 {
		t, i = &transcript.Transcript{Language: t.Language, Speakers: t.Speakers, Segments: []*transcript.Segment{s}}, 0
	}
	l := p.linter(t)
	l.segment(i)
	l.inOrder()
	return l.found
}

// LintText returns what the text of one utterance breaks: a row of a table. It
// is not compared with a gold that is "".
func (p *Profile) LintText(text, gold string) []Finding {
	s := &transcript.Segment{Text: text}
	l := p.linter(&transcript.Transcript{Segments: []*transcript.Segment{s}})
	l.segment(0)
	if gold != "" {
		l.compare(expected{gold: gold, written: text})
	}
	l.inOrder()
	return l.found
}

// indexOf finds a segment by its start, and among those of equal start by what
// it is.
func indexOf(t *transcript.Transcript, s *transcript.Segment) int {
	if s.Timed() {
		i := sort.Search(len(t.Segments), func(i int) bool { return t.Segments[i].Timed() && t.Segments[i].Start >= s.Start })
		for ; i < len(t.Segments) && t.Segments[i].Start == s.Start; i++ {
			if t.Segments[i] == s {
				return i
			}
		}
	}
	return slices.Index(t.Segments, s)
}

// rounds bounds how often fixes are looked for: a fix may uncover another, as
// a filler that goes leaves a small letter at the head of a sentence.
const rounds = 16

// Fix returns a new transcript with every safe fix made, and what was fixed, in
// the order of the fixing. Nothing that is left can be fixed; words keep their
// times. The transcript must pass [transcript.Transcript.Validate].
func (p *Profile) Fix(t *transcript.Transcript) (*transcript.Transcript, []Finding, error) {
	copied := *t
	copied.Segments, copied.Speakers = slices.Clone(t.Segments), slices.Clone(t.Speakers)
	doc, err := transcript.NewDocument(&copied)
	if err != nil {
		return nil, nil, fmt.Errorf("fixing the style: %w", err)
	}
	var done []Finding
	for range rounds {
		made := 0
		found := p.Lint(doc.Transcript())
		for _, f := range apart(found) {
			if _, err := doc.Apply(f.Fix); err == nil {
				done = append(done, f)
				made++
			}
		}
		if made == 0 {
			break
		}
	}
	return doc.Snapshot(), done, nil
}

// apart chooses fixes that do not touch each other, from the end of each text to
// its start, so that none moves another's place.
func apart(found []Finding) []Finding {
	var list []Finding
	for _, f := range found {
		if f.Fix != nil {
			list = append(list, f)
		}
	}
	slices.Reverse(list)
	segment, from := "", 0
	return slices.DeleteFunc(list, func(f Finding) bool {
		s, ok := f.Fix.(transcript.Splice)
		if !ok {
			return false
		}
		if s.Segment == segment && s.At+len(s.Delete) >= from {
			return true
		}
		segment, from = s.Segment, s.At
		return false
	})
}
