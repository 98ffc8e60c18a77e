package style

import (
	"slices"

	"tapescript/transcript"
)

// rule is one that a profile can ask for.
type rule struct {
	id    string
	forms []string // what its setting "form" may be
	// Of these three a rule has one.
	segment func(*linter)           // looks at the segment in hand
	against func(*linter, expected) // compares it with a gold
	whole   func(*linter)           // looks at the whole transcript
}

// rules are all that there are, in the order of facts: a new one is a function
// and a line here, and its sentence in each language.
var rules = []rule{
	{id: "V01", segment: (*linter).fillers},
	{id: "V02", against: (*linter).lostFillers},
	{id: "V03", segment: (*linter).repeats},
	{id: "V04", forms: []string{"drop", "hyphen"}, segment: (*linter).cutOffs},
	{id: "V05", segment: (*linter).informal},
	{id: "V06", segment: (*linter).affirmations},
	{id: "T01", segment: (*linter).unknownTags},
	{id: "T02", segment: (*linter).tagTimes},
	{id: "T03", segment: (*linter).parentheses},
	{id: "T04", segment: (*linter).tagForms},
	{id: "T05", forms: []string{"ldc", "chat"}, segment: (*linter).markup},
	{id: "S01", forms: []string{"speaker-number", "initial-number", "name", "chat"}, whole: (*linter).labels},
	{id: "S02", segment: (*linter).newSpeakers},
	{id: "S03", whole: (*linter).unknownSpeakers},
	{id: "N01", segment: (*linter).numbers},
	{id: "N02", segment: (*linter).measures},
	{id: "N03", segment: (*linter).noDigits},
	{id: "P01", segment: (*linter).sentences},
	{id: "P02", segment: (*linter).spaces},
	{id: "P03", segment: (*linter).paragraphs},
	{id: "P04", forms: []string{"--", "—"}, segment: (*linter).dashes},
	{id: "P05", forms: []string{"straight", "curly"}, segment: (*linter).apostrophes},
	{id: "P06", segment: (*linter).onlyLetters},
	{id: "G01", segment: (*linter).spelling},
	{id: "G02", against: (*linter).paraphrase},
	{id: "Z01", segment: (*linter).order},
	{id: "Z02", segment: (*linter).lengths},
	{id: "Z03", segment: (*linter).empty},
	{id: "Z04", segment: (*linter).silent},
	{id: "Z05", segment: (*linter).pace},
}

func ruleByID(id string) *rule {
	for i := range rules {
		if rules[i].id == id {
			return &rules[i]
		}
	}
	return nil
}

// Reason is what is wrong with a piece of a transcript; the interface makes the
// sentence, with the finding's Args.
type Reason string

// Reasons. What the arguments are stands behind each.
const (
	FillerWord        Reason = "filler"             // the word
	ContextFiller     Reason = "context-filler"     // the phrase
	FillerMissing     Reason = "filler-missing"     // the words
	RepeatedWord      Reason = "repeat"             // the word
	CutOffWord        Reason = "cut-off"            // the piece
	CutOffForm        Reason = "cut-off-form"       // the piece
	InformalWord      Reason = "informal"           // the word, the long form
	AffirmationWord   Reason = "affirmation"        // the word, what to write
	TagUnknown        Reason = "tag-unknown"        // the tag
	TagTimeMissing    Reason = "tag-time-missing"   // the tag
	TagTimeUnwanted   Reason = "tag-time-unwanted"  // the tag
	TagTimeForm       Reason = "tag-time-form"      // the tag
	TagTimeOutside    Reason = "tag-time-outside"   // the tag
	TagParentheses    Reason = "tag-parentheses"    // the tag
	TagCapitals       Reason = "tag-capitals"       // the tag
	TagForbidden      Reason = "tag-forbidden"      // the tag
	MarkupUnbalanced  Reason = "markup-unbalanced"  // the mark
	MarkupUnknown     Reason = "markup-unknown"     // the mark
	MarkupFiller      Reason = "markup-filler"      // the word, what to write
	MarkupObsolete    Reason = "markup-obsolete"    // the mark, what to write
	TerminatorMissing Reason = "terminator-missing" //
	LabelForm         Reason = "label-form"         // the label, one of the other form
	SpeakerInside     Reason = "speaker-inside"     // the label
	SpeakerMissing    Reason = "speaker-missing"    //
	SpeakerUnknown    Reason = "speaker-unknown"    // the label, what to write
	NumberSmall       Reason = "number-small"       // the digits, the word
	NumberLarge       Reason = "number-large"       // the word, the digits
	NumberMixed       Reason = "number-mixed"       // the word, the digits
	NumberMeasured    Reason = "number-measured"    // the word, the digits
	DigitsForbidden   Reason = "digits"             // the digits
	CapitalMissing    Reason = "capital"            // the word
	SentenceOpen      Reason = "sentence-open"      // the last word
	SpaceDouble       Reason = "space-double"       //
	SpaceEdge         Reason = "space-edge"         //
	SpaceBefore       Reason = "space-before"       // the mark behind it
	ParagraphLong     Reason = "paragraph-long"     // characters, how many there may be
	DashForm          Reason = "dash-form"          // the mark, what to write
	ApostropheForm    Reason = "apostrophe"         // the mark, what to write
	OtherCharacters   Reason = "characters"         // the characters
	SpellingForm      Reason = "spelling"           // the word, the other spelling
	WordsMissing      Reason = "words-missing"      // the words
	OverlapOwn        Reason = "overlap-own"        // the speaker
	WordOutside       Reason = "word-outside"       // the word
	SegmentShort      Reason = "segment-short"      // seconds, the least
	SegmentLong       Reason = "segment-long"       // seconds, the most
	SegmentEmpty      Reason = "segment-empty"      //
	SegmentSilent     Reason = "segment-silent"     //
	PaceFast          Reason = "pace-fast"          // characters a second, the most
	PaceSlow          Reason = "pace-slow"          // characters a second, the least
)

// linter looks at one transcript by one profile.
type linter struct {
	profile *Profile
	words   *lexicon
	t       *transcript.Transcript
	speech  []Span // where somebody speaks; nil where nobody listened
	found   []Finding
	since   int // the first finding of the segment in hand

	i    int // the segment in hand
	seg  *transcript.Segment
	page page
	rule *active // the rule in hand
}

func (p *Profile) linter(t *transcript.Transcript) *linter {
	words := p.lexicons[baseLanguage(t.Language)]
	if words == nil {
		words = p.lexicons[p.language]
	}
	return &linter{profile: p, words: words, t: t}
}

// segment asks the rules about the segment at an index.
func (l *linter) segment(i int) {
	l.i, l.seg, l.since = i, l.t.Segments[i], len(l.found)
	l.page.read(l.seg.Text, l.words)
	for k := range l.profile.rules {
		if r := &l.profile.rules[k]; r.segment != nil {
			l.rule = r
			r.segment(l)
		}
	}
}

// compare asks the rules that need a gold about the segment in hand.
func (l *linter) compare(gold expected) {
	for k := range l.profile.rules {
		if r := &l.profile.rules[k]; r.against != nil {
			l.rule = r
			r.against(l, gold)
		}
	}
}

// wholeRules asks the rules about the transcript.
func (l *linter) wholeRules() {
	for k := range l.profile.rules {
		if r := &l.profile.rules[k]; r.whole != nil {
			l.rule = r
			r.whole(l)
		}
	}
}

// inOrder puts the findings of the segment in hand in the order of its text.
func (l *linter) inOrder() {
	slices.SortStableFunc(l.found[l.since:], func(a, b Finding) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.To - b.To
	})
}

// add notes a finding in the segment in hand.
func (l *linter) add(from, to int, reason Reason, args ...string) *Finding {
	l.found = append(l.found, Finding{
		Rule: l.rule.id, Severity: l.rule.Severity, Reason: reason, Args: args,
		Segment: l.seg.ID, From: from, To: to,
	})
	return &l.found[len(l.found)-1]
}

// splice is the fix that puts other text in the place of bytes [from, to).
func (l *linter) splice(from, to int, instead string) transcript.Edit {
	return transcript.Splice{Segment: l.seg.ID, At: from, Delete: l.seg.Text[from:to], Insert: instead}
}

// neighbour is the segment before (-1) or behind (1), nil where there is none
// or somebody else speaks.
func (l *linter) neighbour(step int) *transcript.Segment {
	k := l.i + step
	if k < 0 || k >= len(l.t.Segments) || l.t.Segments[k].Speaker != l.seg.Speaker {
		return nil
	}
	return l.t.Segments[k]
}
