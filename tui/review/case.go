package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tapescript/quality"
	"tapescript/quality/align"
	"tapescript/transcript"
)

// Kinds says of what kinds a case is: what it does to the words, and what it
// is about.
type Kinds uint16

// The kinds. One of the first three, or one or more of the last four, is set.
const (
	Substitution Kinds = 1 << iota
	Deletion           // gold has words that the draft lacks
	Insertion          // the draft has words that gold lacks
	Number
	Name
	Negation
	Punctuation // the words are right, the marks are not
	LetterCase
	SpeakerLabel
	Time // a border is somewhere else
)

// Errors are the kinds that a word error rate counts.
const Errors = Substitution | Deletion | Insertion

// kindNames are the words of the command line and of the log, in the order in
// which the screen offers them.
var kindNames = []struct {
	kind Kinds
	name string
}{
	{Substitution, "substitution"}, {Deletion, "deletion"}, {Insertion, "insertion"},
	{Number, "number"}, {Name, "name"}, {Negation, "negation"},
	{Punctuation, "punctuation"}, {LetterCase, "case"}, {SpeakerLabel, "speaker"}, {Time, "time"},
}

// KindNames lists the names that [KindNamed] knows.
func KindNames() []string {
	var list []string
	for _, k := range kindNames {
		list = append(list, k.name)
	}
	return list
}

// KindNamed returns the kind of a name.
func KindNamed(name string) (Kinds, bool) {
	for _, k := range kindNames {
		if k.name == name {
			return k.kind, true
		}
	}
	return 0, false
}

// Names lists what kinds there are.
func (k Kinds) Names() []string {
	var list []string
	for _, n := range kindNames {
		if k&n.kind != 0 {
			list = append(list, n.name)
		}
	}
	return list
}

// Place is a stretch of a segment's text, bytes [From, To); empty where
// something is missing. Segment is nil where a side has no segment there.
type Place struct {
	Segment  *transcript.Segment
	From, To int
}

// Text is what stands there.
func (p Place) Text() string {
	if p.Segment == nil {
		return ""
	}
	return p.Segment.Text[p.From:p.To]
}

// Case is one thing to decide: words that gold and draft have differently, or
// the way in which they are written, or who says them and when.
type Case struct {
	Kinds       Kinds
	Draft, Gold Place
	// DraftSays and GoldSays are what is compared: the text, a speaker's name, a
	// time.
	DraftSays, GoldSays string
	Words               int    // that it is about: the more of the two sides
	Speaker             string // whose words they are, by gold where it says so
	// Key names the case within its item for as long as it is there: an edit of
	// other places does not change it.
	Key string

	order [2]int // block, and step within it
	alike string // what equal cases have in common
}

// Find lists what differs between two transcripts that were aligned, in the
// order of the recording.
func Find(blocks []*quality.MatchedBlock, gold, draft *transcript.Transcript) []*Case {
	f := finder{gold: gold, draft: draft}
	f.marks, f.cases = written(gold)&written(draft)&hasMarks, written(gold)&written(draft)&hasCases
	for i, b := range blocks {
		f.block(i, b)
	}
	f.labels(blocks)
	slices.SortStableFunc(f.list, func(a, b *Case) int {
		return cmp.Or(cmp.Compare(a.order[0], b.order[0]), cmp.Compare(a.order[1], b.order[1]))
	})
	f.name()
	return f.list
}

// writing is what can be compared of how a transcript is written: where gold
// has no commas at all, a comma of the draft is no error.
type writing uint8

const (
	hasMarks writing = 1 << iota
	hasCases
)

func written(t *transcript.Transcript) writing {
	var w writing
	for _, s := range t.Segments {
		for _, r := range s.Text {
			switch {
			case unicode.IsUpper(r):
				w |= hasCases
			case strings.ContainsRune(".,?!;:", r):
				w |= hasMarks
			}
		}
		if w == hasMarks|hasCases {
			break
		}
	}
	return w
}

type finder struct {
	gold, draft  *transcript.Transcript
	marks, cases writing
	list         []*Case
	segments     [2]map[string]*transcript.Segment // of the block: gold's, draft's
	after        [][2]*quality.Word                // of the block, by step: the next words from there on
}

// run is a row of errors within one segment of each side.
type run struct {
	first       int
	gold, draft []*quality.Word
	kinds       Kinds
	misspelt    bool // it is one word in the place of a similar one
}

// misspelt says whether a word stands for one that is written much like it. Two
// such words in a row are two cases: each is likely to come again elsewhere.
func misspelt(s quality.Step) bool {
	if s.Op != align.Substitution || s.Gold == nil || s.Hypothesis == nil {
		return false
	}
	ids := map[string]int32{}
	g, _ := clusters(s.Gold.Text, ids)
	h, _ := clusters(s.Hypothesis.Text, ids)
	return 2*align.Distance(g, h) <= max(len(g), len(h))
}

// block finds the cases of a block's words.
func (f *finder) block(at int, b *quality.MatchedBlock) {
	f.segments = [2]map[string]*transcript.Segment{byID(b.Gold), byID(b.Hypothesis)}
	f.after = nextWords(b.Steps)
	var r *run
	var lastGold, lastDraft *quality.Word
	var beforeGold, beforeDraft *quality.Word // before the run
	end := func(next int) {
		if r != nil {
			f.words(at, b, r, [2]*quality.Word{beforeGold, beforeDraft}, next)
		}
		r = nil
	}
	for i, s := range b.Steps {
		if s.Op == align.Correct || s.Free {
			end(i)
			f.style(at, i, s)
		} else {
			if r != nil && (elsewhere(r.gold, s.Gold) || elsewhere(r.draft, s.Hypothesis) || r.misspelt && misspelt(s)) {
				end(i)
			}
			if r == nil {
				r = &run{first: i}
				beforeGold, beforeDraft = lastGold, lastDraft
			}
			r.add(s)
		}
		if s.Gold != nil {
			lastGold = s.Gold
		}
		if s.Hypothesis != nil {
			lastDraft = s.Hypothesis
		}
	}
	end(len(b.Steps))
}

// nextWords returns for each step, and for the end, the first words of gold and
// of the draft from there on.
func nextWords(steps []quality.Step) [][2]*quality.Word {
	list := make([][2]*quality.Word, len(steps)+1)
	for i, s := range slices.Backward(steps) {
		list[i] = list[i+1]
		if s.Gold != nil {
			list[i][0] = s.Gold
		}
		if s.Hypothesis != nil {
			list[i][1] = s.Hypothesis
		}
	}
	return list
}

func byID(list []*transcript.Segment) map[string]*transcript.Segment {
	m := make(map[string]*transcript.Segment, len(list))
	for _, s := range list {
		m[s.ID] = s
	}
	return m
}

func elsewhere(have []*quality.Word, w *quality.Word) bool {
	return len(have) > 0 && w != nil && have[0].Segment != w.Segment
}

func (r *run) add(s quality.Step) {
	r.misspelt = len(r.gold)+len(r.draft) == 0 && misspelt(s)
	if s.Gold != nil {
		r.gold = append(r.gold, s.Gold)
	}
	if s.Hypothesis != nil {
		r.draft = append(r.draft, s.Hypothesis)
	}
	c := s.Concern()
	for _, k := range []struct {
		is   bool
		kind Kinds
	}{{c.Number, Number}, {c.Name, Name}, {c.Negation, Negation}} {
		if k.is {
			r.kinds |= k.kind
		}
	}
}

// words makes a case of a run.
func (f *finder) words(at int, b *quality.MatchedBlock, r *run, before [2]*quality.Word, next int) {
	c := &Case{Kinds: r.kinds, Words: max(len(r.gold), len(r.draft)), order: [2]int{at, r.first}}
	switch {
	case len(r.gold) == 0:
		c.Kinds |= Insertion
	case len(r.draft) == 0:
		c.Kinds |= Deletion
	default:
		c.Kinds |= Substitution
	}
	after := f.after[next]
	if len(r.gold) > 0 {
		c.Gold = f.place(0, r.gold)
	}
	if len(r.draft) > 0 {
		c.Draft = f.place(1, r.draft)
	}
	if len(r.gold) == 0 {
		c.Gold = gap(b.Gold, before[0], after[0], c.Draft.Segment)
	}
	if len(r.draft) == 0 {
		c.Draft = gap(b.Hypothesis, before[1], after[1], c.Gold.Segment)
	}
	c.Gold = wholeAlternation(c.Gold)
	f.add(c)
}

func (f *finder) place(side int, words []*quality.Word) Place {
	first, last := words[0], words[len(words)-1]
	return Place{f.segments[side][first.Segment], first.Start, last.End}
}

// add completes a case by what its places say.
func (f *finder) add(c *Case) {
	if c.DraftSays == "" && c.GoldSays == "" {
		c.DraftSays, c.GoldSays = c.Draft.Text(), c.Gold.Text()
	}
	switch {
	case c.Gold.Segment != nil && c.Gold.Segment.Speaker != "":
		c.Speaker = f.gold.SpeakerName(c.Gold.Segment.Speaker)
	case c.Draft.Segment != nil:
		c.Speaker = f.draft.SpeakerName(c.Draft.Segment.Speaker)
	}
	c.alike = c.same()
	f.list = append(f.list, c)
}

// gap is where words are missing: behind the word before them, or in the next
// segment where that is the one heard at the time of what the other side has.
func gap(segments []*transcript.Segment, before, after *quality.Word, other *transcript.Segment) Place {
	if len(segments) == 0 {
		return Place{}
	}
	index := func(w *quality.Word, none int) int {
		if w == nil {
			return none
		}
		return slices.IndexFunc(segments, func(s *transcript.Segment) bool { return s.ID == w.Segment })
	}
	first, last := index(before, 0), index(after, len(segments)-1)
	best, most := first, -time.Second
	for i := max(first, 0); i <= last; i++ {
		if shared := overlap(segments[i], other); shared > most {
			best, most = i, shared
		}
	}
	s := segments[max(best, 0)]
	at := 0
	if before != nil && s.ID == before.Segment {
		at = before.End
		for at < len(s.Text) && !isSpace(s.Text[at]) {
			at++ // behind the comma that follows the word
		}
	}
	return Place{s, at, at}
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' }

func overlap(a, b *transcript.Segment) time.Duration {
	if b == nil || !a.Timed() || !b.Timed() {
		return 0
	}
	return max(0, min(a.End, b.End)-max(a.Start, b.Start))
}

// style makes a case of how a right word is written.
func (f *finder) style(at, step int, s quality.Step) {
	if f.marks|f.cases == 0 || s.Free {
		return
	}
	p, c := s.Writing()
	var kinds Kinds
	if p.Wrong > 0 && f.marks != 0 {
		kinds |= Punctuation
	}
	if c.Wrong > 0 && f.cases != 0 {
		kinds |= LetterCase
	}
	if kinds == 0 {
		return
	}
	f.add(&Case{
		Kinds: kinds, Words: 1, order: [2]int{at, step},
		Gold:  withMarks(f.place(0, []*quality.Word{s.Gold})),
		Draft: withMarks(f.place(1, []*quality.Word{s.Hypothesis})),
	})
}

// withMarks extends a place by the marks that stand at its word.
func withMarks(p Place) Place {
	lexical := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
	}
	for p.From > 0 {
		r, n := utf8.DecodeLastRuneInString(p.Segment.Text[:p.From])
		if lexical(r) || !strings.ContainsRune("([{«“„\"¿¡‘", r) {
			break
		}
		p.From -= n
	}
	for p.To < len(p.Segment.Text) {
		r, n := utf8.DecodeRuneInString(p.Segment.Text[p.To:])
		if lexical(r) {
			break
		}
		p.To += n
	}
	return p
}

// wholeAlternation extends a place in gold over the alternation that it is in,
// { going to / gonna }, because only the whole of it can be replaced.
func wholeAlternation(p Place) Place {
	if p.Segment == nil || p.From == p.To {
		return p
	}
	for _, a := range alternations(p.Segment.Text) {
		if a[0] < p.To && p.From < a[1] {
			p.From, p.To = min(p.From, a[0]), max(p.To, a[1])
		}
	}
	return p
}

// alternations finds { a / b } in a text, the outermost of nested ones.
func alternations(text string) [][2]int {
	var list [][2]int
	depth, from := 0, 0
	slash := false
	for i := range len(text) {
		switch text[i] {
		case '{':
			if depth == 0 {
				from, slash = i, false
			}
			depth++
		case '/':
			slash = slash || depth > 0
		case '}':
			if depth--; depth == 0 && slash {
				list = append(list, [2]int{from, i + 1})
			}
			depth = max(depth, 0)
		}
	}
	return list
}

// name gives each case its key.
func (f *finder) name() {
	seen := map[string]int{}
	for _, c := range f.list {
		id := func(p Place) string {
			if p.Segment == nil {
				return ""
			}
			return p.Segment.ID
		}
		key := fmt.Sprintf("%d|%s|%s|%s|%s", c.Kinds, id(c.Gold), id(c.Draft), c.GoldSays, c.DraftSays)
		c.Key = fmt.Sprintf("%s|%d", key, seen[key])
		seen[key]++
	}
}
