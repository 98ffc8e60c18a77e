package transcript

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

func refuse(segment, format string, args ...any) error {
	return &RefusedError{segment, fmt.Sprintf(format, args...)}
}

// find returns a segment and its place, or the refusal to go on without it.
func (d *Document) find(id string) (*Segment, int, error) {
	s := d.Segment(id)
	if s == nil {
		return nil, 0, refuse(id, "there is no such segment")
	}
	return s, d.Index(id), nil
}

// replaceOne is the change that puts a new version of one segment in place.
func replaceOne(at int, old, new *Segment) Change {
	return Change{Runs: []Run{{at, []*Segment{old}, []*Segment{new}}}}
}

func (e Splice) apply(d *Document) (Change, error) {
	s, i, err := d.find(e.Segment)
	if err != nil {
		return Change{}, err
	}
	end := e.At + len(e.Delete)
	switch {
	case e.At < 0 || end > len(s.Text) || s.Text[e.At:end] != e.Delete:
		return Change{}, refuse(e.Segment, "%q does not stand at byte %d", e.Delete, e.At)
	case !onRune(s.Text, e.At) || !onRune(s.Text, end):
		return Change{}, refuse(e.Segment, "byte %d is inside a character", e.At)
	case e.Delete == "" && e.Insert == "":
		return Change{}, refuse(e.Segment, "there is nothing to do")
	}
	if why := unclean(e.Insert); why != "" {
		return Change{}, refuse(e.Segment, "the text holds %s", why)
	}
	n := *s
	n.Text = s.Text[:e.At] + e.Insert + s.Text[end:]
	n.Words = spliceWords(s.Words, e.At, e.Delete, e.Insert, n.Text)
	c := replaceOne(i, s, &n)
	c.before = Caret{s.ID, end}
	c.Caret = Caret{s.ID, e.At + len(e.Insert)}
	return c, nil
}

func (e Split) apply(d *Document) (Change, error) {
	s, i, err := d.find(e.Segment)
	if err != nil {
		return Change{}, err
	}
	switch {
	case e.At < 0 || e.At > len(s.Text) || !onRune(s.Text, e.At):
		return Change{}, refuse(e.Segment, "byte %d is not between two of its characters", e.At)
	case s.Timed() && (e.Time < s.Start || e.Time > s.End):
		return Change{}, refuse(e.Segment, "%v is not between its start %v and its end %v", e.Time, s.Start, s.End)
	}
	if err := d.newID(e.NewID); err != nil {
		return Change{}, err
	}
	left := strings.TrimRightFunc(s.Text[:e.At], unicode.IsSpace)
	right := strings.TrimLeftFunc(s.Text[e.At:], unicode.IsSpace)
	first, second := *s, *s
	first.Text, second.Text = left, right
	first.Words = wordsWithin(s.Words, 0, len(left), 0)
	second.Words = wordsWithin(s.Words, len(s.Text)-len(right), len(s.Text), len(s.Text)-len(right))
	second.ID, second.Extras = e.NewID, nil
	if s.Timed() {
		first.End, second.Start = e.Time, e.Time
	}
	segs := []*Segment{&first, &second}
	if !d.ordered(i, 1, segs) {
		return Change{}, refuse(e.Segment, "the second part would begin after the segment that follows; move that one first")
	}
	return Change{
		Runs:   []Run{{i, []*Segment{s}, segs}},
		before: Caret{s.ID, e.At}, Caret: Caret{e.NewID, 0},
	}, nil
}

func (e Merge) apply(d *Document) (Change, error) {
	a, i, err := d.find(e.First)
	if err != nil {
		return Change{}, err
	}
	if i+1 >= len(d.t.Segments) || d.t.Segments[i+1].ID != e.Second {
		return Change{}, refuse(e.First, "segment %s does not follow it", e.Second)
	}
	b := d.t.Segments[i+1]
	n := *a
	joint := ""
	if a.Text != "" && b.Text != "" && !spaced(a.Text, b.Text) {
		joint = " "
	}
	n.Text = a.Text + joint + b.Text
	shift := len(a.Text) + len(joint)
	n.Words = slices.Clone(a.Words)
	for _, w := range b.Words {
		w.From += shift
		w.To += shift
		n.Words = append(n.Words, w)
	}
	switch {
	case !a.Timed():
		n.Start, n.End = b.Start, b.End
	case b.Timed():
		n.End = max(a.End, b.End)
	}
	if n.Speaker == "" {
		n.Speaker = b.Speaker
	}
	return Change{
		Runs:   []Run{{i, []*Segment{a, b}, []*Segment{&n}}},
		before: Caret{b.ID, 0}, Caret: Caret{a.ID, shift},
	}, nil
}

func (e Insert) apply(d *Document) (Change, error) {
	i := len(d.t.Segments)
	if e.Before != "" {
		var err error
		if _, i, err = d.find(e.Before); err != nil {
			return Change{}, err
		}
	}
	n := e.Segment
	n.Words = slices.Clone(n.Words)
	if err := d.newID(n.ID); err != nil {
		return Change{}, err
	}
	if err := d.t.ValidateSegment(&n); err != nil {
		return Change{}, refuse(n.ID, "%v", err)
	}
	if !d.ordered(i, 0, []*Segment{&n}) {
		return Change{}, refuse(n.ID, "its start %v does not lie between its neighbours'", n.Start)
	}
	c := Change{Runs: []Run{{i, nil, []*Segment{&n}}}, Caret: Caret{n.ID, len(n.Text)}}
	if i > 0 {
		p := d.t.Segments[i-1]
		c.before = Caret{p.ID, len(p.Text)}
	}
	return c, nil
}

func (e Delete) apply(d *Document) (Change, error) {
	s, i, err := d.find(e.Segment)
	if err != nil {
		return Change{}, err
	}
	c := Change{Runs: []Run{{i, []*Segment{s}, nil}}, before: Caret{s.ID, 0}}
	switch {
	case i > 0:
		p := d.t.Segments[i-1]
		c.Caret = Caret{p.ID, len(p.Text)}
	case len(d.t.Segments) > 1:
		c.Caret = Caret{d.t.Segments[1].ID, 0}
	}
	return c, nil
}

func (e Retime) apply(d *Document) (Change, error) {
	s, i, err := d.find(e.Segment)
	if err != nil {
		return Change{}, err
	}
	if e.Start < 0 || e.End < e.Start {
		return Change{}, refuse(e.Segment, "%v to %v is not a stretch of time", e.Start, e.End)
	}
	n := *s
	n.Start, n.End = e.Start, e.End
	if d.ordered(i, 1, []*Segment{&n}) {
		c := replaceOne(i, s, &n)
		return c, nil
	}
	return d.move(s, &n, i), nil
}

// move is the change that takes the segment at index i to where its start
// belongs: before the first that begins later.
func (d *Document) move(old, new *Segment, i int) Change {
	rest := slices.Delete(slices.Clone(d.t.Segments), i, i+1)
	j := slices.IndexFunc(rest, func(o *Segment) bool { return o.Timed() && o.Start > new.Start })
	if j < 0 {
		j = len(rest)
	}
	lo, hi := min(i, j), max(i, j)
	after := slices.Insert(rest, j, new)
	return Change{Runs: []Run{{lo, slices.Clone(d.t.Segments[lo : hi+1]), slices.Clone(after[lo : hi+1])}}}
}

func (e SetSpeaker) apply(d *Document) (Change, error) {
	s, i, err := d.find(e.Segment)
	if err != nil {
		return Change{}, err
	}
	if e.Speaker != "" && !d.t.hasSpeaker(e.Speaker) {
		return Change{}, refuse(e.Segment, "there is no speaker %s", e.Speaker)
	}
	n := *s
	n.Speaker = e.Speaker
	return replaceOne(i, s, &n), nil
}

func (e SetWords) apply(d *Document) (Change, error) {
	s, i, err := d.find(e.Segment)
	if err != nil {
		return Change{}, err
	}
	n := *s
	n.Words = slices.Clone(e.Words)
	if err := d.t.ValidateSegment(&n); err != nil {
		return Change{}, refuse(e.Segment, "%v", err)
	}
	return replaceOne(i, s, &n), nil
}

func (e AddSpeaker) apply(d *Document) (Change, error) {
	if e.Speaker.ID == "" || d.t.hasSpeaker(e.Speaker.ID) {
		return Change{}, refuse("", "a new speaker needs an ID of its own, not %q", e.Speaker.ID)
	}
	return d.speakersChange(append(slices.Clone(d.t.Speakers), e.Speaker))
}

func (e RenameSpeaker) apply(d *Document) (Change, error) {
	i := slices.IndexFunc(d.t.Speakers, func(s Speaker) bool { return s.ID == e.ID })
	if i < 0 {
		return Change{}, refuse("", "there is no speaker %s", e.ID)
	}
	next := slices.Clone(d.t.Speakers)
	next[i].Name = e.Name
	return d.speakersChange(next)
}

func (d *Document) speakersChange(next []Speaker) (Change, error) {
	for _, s := range next {
		if !s.oneLined() {
			return Change{}, refuse("", "a speaker's name cannot hold line breaks or control characters")
		}
	}
	return Change{Speakers: true, speakersBefore: d.t.Speakers, speakersAfter: next}, nil
}

// apply of a batch is [Document.perform]'s, which carries each part out before
// the next one is worked out.
func (e Batch) apply(*Document) (Change, error) {
	return Change{}, refuse("", "a batch cannot be worked out at once")
}

// newID refuses an ID that is empty, taken, or of more than one line.
func (d *Document) newID(id string) error {
	if !validID(id) {
		return refuse(id, "%q cannot be a segment's ID", id)
	}
	if d.Segment(id) != nil {
		return refuse(id, "the ID is taken")
	}
	return nil
}

// ordered says whether starts still ascend when, at index i, n segments give
// way to others.
func (d *Document) ordered(i, n int, others []*Segment) bool {
	start := time.Duration(-1)
	for k := i - 1; k >= 0; k-- {
		if s := d.t.Segments[k]; s.Timed() {
			start = s.Start
			break
		}
	}
	for _, s := range others {
		if s.Timed() && s.Start < start {
			return false
		}
		if s.Timed() {
			start = s.Start
		}
	}
	for _, s := range d.t.Segments[i+n:] {
		if s.Timed() {
			return s.Start >= start
		}
	}
	return true
}

// spaced says whether two texts may be put together without a space.
func spaced(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return unicode.IsSpace(last) || unicode.IsSpace(first) || unspaced(last) && unspaced(first)
}

// unspaced are the scripts that write no space between words.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
