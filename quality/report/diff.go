package report

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
	"tapescript/transcript"
)

// Difference is what differs between two transcripts of one recording.
type Difference struct {
	Rows   []DiffRow // in the order of time, what is the same included
	Counts DiffCounts
}

// DiffCounts say how much differs. Words are what white space parts; Han and
// Kana characters are words of their own.
type DiffCounts struct {
	Words         int // of the old transcript
	Lesser        int // words that differ in capitals and punctuation alone
	Substitutions int
	Insertions    int
	Deletions     int

	Rows     int // that differ
	Texts    int // rows whose words differ, lesser ones not counted
	Lessers  int // rows that have nothing but lesser differences in their words
	Times    int // rows whose times differ
	Speakers int // rows whose speaker differs

	WordTimes int // rows whose words have other times
}

// Same says whether there is nothing to show.
func (d *Difference) Same() bool { return d.Counts.Rows == 0 }

// DiffRow is a segment beside what it became: one segment on each side mostly,
// several where it was split or joined, none where it is gone or new.
type DiffRow struct {
	Old, New       []*transcript.Segment
	OldWho, NewWho string // who speaks, by name
	Pieces         []DiffPiece
	Text, Lesser   bool // whether words differ, and whether some do in capitals and punctuation alone
	Times, Speaker bool // whether times or borders, and whether the speaker differs
	// WordTimes is by how much the times of the same words differ at most, 0
	// where they do not by more than a format rounds, or where one side has none.
	WordTimes time.Duration
}

// Changed says whether anything differs.
func (r *DiffRow) Changed() bool {
	return r.Text || r.Lesser || r.Times || r.Speaker || r.WordTimes > 0
}

// PieceKind says how the two sides of a piece compare.
type PieceKind uint8

// The kinds of piece.
const (
	PieceSame   PieceKind = iota
	PieceLesser           // the same but for capitals and punctuation
	PieceText
)

// DiffPiece is a run of words that differ alike.
type DiffPiece struct {
	Kind     PieceKind
	Old, New string // as written, white space as one space
	Apart    bool   // whether white space parts it from the piece before
}

// Diff compares two transcripts word by word. All words of each are aligned as
// one text, so that a moved border makes no difference in the words; segments
// that share a fair part of their words then stand beside each other, and of
// those that share none the ones that are heard at the same time. Neither
// transcript is changed.
func Diff(before, after *transcript.Transcript) *Difference {
	c := comparison{ids: map[string]int32{}, keys: map[string]int32{}, basic: normalize.Basic()}
	a, b := c.words(before), c.words(after)
	steps := align.Tokens(keysOf(a), keysOf(b), align.Levenshtein)
	steps = align.Readable(steps, func(ref, hyp int32) int { return unlike(a[ref].text, b[hyp].text) })
	rows := pairSegments(before.Segments, after.Segments, a, b, steps)
	d := &Difference{Rows: make([]DiffRow, len(rows))}
	oldRow, newRow := make([]int, len(before.Segments)), make([]int, len(after.Segments))
	for i, r := range rows {
		d.Rows[i].Old, d.Rows[i].New = before.Segments[r.a:r.aEnd], after.Segments[r.b:r.bEnd]
		for k := r.a; k < r.aEnd; k++ {
			oldRow[k] = i
		}
		for k := r.b; k < r.bEnd; k++ {
			newRow[k] = i
		}
	}
	for _, s := range steps {
		d.take(s, a, b, oldRow, newRow)
	}
	d.Counts.Words = len(a)
	for i := range d.Rows {
		r := &d.Rows[i]
		r.OldWho, r.NewWho = speakersOf(before, r.Old), speakersOf(after, r.New)
		d.finish(r)
	}
	return d
}

// take puts a step of the alignment into the rows that its words are in.
func (d *Difference) take(s align.Step, a, b []diffWord, oldRow, newRow []int) {
	from, to := -1, -1
	if s.Op != align.Insertion {
		from = oldRow[a[s.Ref].segment]
	}
	if s.Op != align.Deletion {
		to = newRow[b[s.Hyp].segment]
	}
	if from >= 0 && from == to {
		kind := PieceText
		if s.Op == align.Correct {
			kind = PieceSame
			if a[s.Ref].text != b[s.Hyp].text {
				kind = PieceLesser
				d.Counts.Lesser++
			}
		} else {
			d.Counts.Substitutions++
		}
		d.Rows[from].add(kind, &a[s.Ref], &b[s.Hyp])
		return
	}
	if from >= 0 {
		d.Counts.Deletions++
		d.Rows[from].add(PieceText, &a[s.Ref], nil)
	}
	if to >= 0 {
		d.Counts.Insertions++
		d.Rows[to].add(PieceText, nil, &b[s.Hyp])
	}
}

// add appends a word, or a pair of them, to the row's pieces.
func (r *DiffRow) add(kind PieceKind, before, after *diffWord) {
	apart := before != nil && before.apart || after != nil && after.apart
	if n := len(r.Pieces); n == 0 || r.Pieces[n-1].Kind != kind {
		r.Pieces = append(r.Pieces, DiffPiece{Kind: kind, Apart: apart && n > 0})
	}
	p := &r.Pieces[len(r.Pieces)-1]
	if before != nil {
		p.Old = joined(p.Old, *before)
	}
	if after != nil {
		p.New = joined(p.New, *after)
	}
}

func joined(text string, w diffWord) string {
	if text != "" && w.apart {
		text += " "
	}
	return text + w.text
}

// finish says what differs in a row whose words are complete.
func (d *Difference) finish(r *DiffRow) {
	for _, p := range r.Pieces {
		r.Text = r.Text || p.Kind == PieceText
		r.Lesser = r.Lesser || p.Kind == PieceLesser
	}
	r.Times = !slices.EqualFunc(r.Old, r.New, func(a, b *transcript.Segment) bool {
		return a.Start == b.Start && a.End == b.End
	})
	if len(r.Old) > 1 && !r.Times { // words that went over a border, in a row that has it on both sides
		r.Times = !r.Text && !slices.EqualFunc(r.Old, r.New, func(a, b *transcript.Segment) bool {
			return wordCount(a) == wordCount(b)
		})
	}
	r.WordTimes = wordShift(r.Old, r.New)
	r.Speaker = len(r.Old) > 0 && len(r.New) > 0 && r.OldWho != r.NewWho
	if !r.Changed() {
		return
	}
	c := &d.Counts
	c.Rows++
	for _, one := range []struct {
		is bool
		n  *int
	}{{r.Text, &c.Texts}, {r.Lesser && !r.Text, &c.Lessers}, {r.Times, &c.Times}, {r.Speaker, &c.Speakers}, {r.WordTimes > 0, &c.WordTimes}} {
		if one.is {
			*one.n++
		}
	}
}

// roundedWord is by how much formats round the times of words.
const roundedWord = 10 * time.Millisecond

// wordShift is the greatest difference of the times of the same words.
func wordShift(before, after []*transcript.Segment) time.Duration {
	type timed struct {
		text       string
		start, end time.Duration
	}
	words := func(list []*transcript.Segment) (out []timed) {
		for _, s := range list {
			for _, w := range s.Words {
				if w.Timed() && !w.Estimated {
					out = append(out, timed{s.Text[w.From:w.To], w.Start, w.End})
				}
			}
		}
		return out
	}
	a, b := words(before), words(after)
	if len(a) != len(b) {
		return 0
	}
	most := time.Duration(0)
	for i := range a {
		if a[i].text != b[i].text {
			return 0
		}
		most = max(most, (a[i].start - b[i].start).Abs(), (a[i].end - b[i].end).Abs())
	}
	if most <= roundedWord {
		return 0
	}
	return most
}

func wordCount(s *transcript.Segment) int { return len(strings.Fields(s.Text)) }

// speakersOf names who speaks in segments, each once.
func speakersOf(t *transcript.Transcript, list []*transcript.Segment) string {
	var names []string
	for _, s := range list {
		if name := t.SpeakerName(s.Speaker); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// diffWord is a word as it is written.
type diffWord struct {
	text    string
	key     int32 // equal for words that differ in capitals and punctuation alone
	segment int   // its index
	apart   bool  // whether white space, or a border, is before it
}

// comparison numbers words.
type comparison struct {
	ids   map[string]int32 // of written words: a shortcut past the normalisation
	keys  map[string]int32 // of normalised ones
	basic normalize.Profile
}

func keysOf(words []diffWord) []int32 {
	keys := make([]int32, len(words))
	for i, w := range words {
		keys[i] = w.key
	}
	return keys
}

func (c *comparison) words(t *transcript.Transcript) []diffWord {
	var words []diffWord
	for k, s := range t.Segments {
		for _, field := range strings.Fields(s.Text) {
			apart := true
			for len(field) > 0 {
				end := wordEnd(field)
				words = append(words, diffWord{field[:end], c.key(field[:end]), k, apart})
				field, apart = field[end:], false
			}
		}
	}
	return words
}

// wordEnd is where the first word of a text without white space ends: at its
// end, or before or behind a Han or Kana character, with what clings to that.
func wordEnd(text string) int {
	end := 0
	for i, r := range text {
		if normalize.Ideographic(r) {
			if i > 0 && strings.ContainsFunc(text[:i], func(r rune) bool { return !sticks(r) }) {
				return i
			}
			end = i + utf8.RuneLen(r)
			break
		}
	}
	if end == 0 {
		return len(text)
	}
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !sticks(r) {
			break
		}
		end += size
	}
	return end
}

func (c *comparison) key(word string) int32 {
	id, known := c.ids[word]
	if !known {
		var forms []string
		for _, t := range c.basic.Tokens(word) {
			forms = append(forms, t.Text)
		}
		// A word of punctuation alone has no normal form but itself.
		form := cmp.Or(strings.Join(forms, " "), "\x00"+word)
		if id, known = c.keys[form]; !known {
			id = int32(len(c.keys))
			c.keys[form] = id
		}
		c.ids[word] = id
	}
	return id
}

// unlike says how little two words resemble each other: from 0 to 1000, by the
// distance of their characters. Of long ones only the length is compared.
func unlike(a, b string) int {
	x, y := []rune(a), []rune(b)
	longer := max(len(x), len(y), 1)
	if longer > 64 {
		return 1000 * (longer - min(len(x), len(y))) / longer
	}
	return 1000 * align.Distance(x, y) / longer
}
