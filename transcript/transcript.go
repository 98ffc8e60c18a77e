// Package transcript is the noun of the whole program: who said what, when.
//
// A [Transcript] holds [Segment]s in the order of the recording; a segment
// holds its text and, where somebody measured them, the times of its [Word]s.
// A [Document] is a transcript that is being worked on: its only door is
// [Document.Apply], which takes an [Edit], checks it, makes it undoable and
// hands it to the journal.
//
//	doc, err := transcript.NewDocument(t)
//	change, err := doc.Apply(transcript.Splice{Segment: "7", At: 4, Delete: "there", Insert: "their"})
//
// Rules that hold everywhere: intervals are half-open [Start, End); positions
// in a recording are [time.Duration] from its start; positions in a text are
// byte offsets on the border of a character; a segment or word without a time
// has End 0. Segments are never changed in place: an edit puts a new one where
// the old one was, so a [Document.Snapshot] costs a copy of a slice and may be
// read by any goroutine.
//
// Not here: files (transcript/format), the disk (transcript/journal), sound.
package transcript

import (
	"slices"
	"strings"
	"time"
)

// Transcript is what is known of one recording's speech.
type Transcript struct {
	Media    Media
	Language string // BCP 47, "" where nobody said
	Style    string // name of the style it is written in, "" where nobody said
	Speakers []Speaker
	// Segments are in the order in which they are read. Those with a time are
	// ordered by Start; overlapping ones are legal, because people talk at once.
	Segments []*Segment
	Extras   Extras
	// Draft is what the work began from, where that was somebody else's text; it
	// stays as it was. nil where nothing was there before. It has no Draft.
	Draft *Transcript
}

// BeginsDraft notes the transcript as it is now as the draft that work begins
// from, unless it has one or there is no text in it.
func (t *Transcript) BeginsDraft() {
	if t.Draft != nil || !slices.ContainsFunc(t.Segments, func(s *Segment) bool { return s.Text != "" }) {
		return
	}
	d := *t
	d.Segments, d.Speakers = slices.Clone(t.Segments), slices.Clone(t.Speakers)
	t.Draft = &d
}

// Media says which recording a transcript belongs to.
type Media struct {
	Path     string
	SHA256   string // lower-case hex of the whole file, "" until it is known
	Duration time.Duration
}

// Speaker is somebody who is heard. The ID is what segments refer to and never
// changes; the name is what people see.
type Speaker struct {
	ID, Name string
}

// Segment is a stretch of the recording and what is said in it.
// It is never changed once it is in a transcript.
type Segment struct {
	ID         string
	Start, End time.Duration // End 0: no time is known
	Speaker    string        // a Speaker's ID, "" where nobody said
	Channel    int           // 1 left, 2 right …; 0 where nobody said
	Text       string
	Words      []Word // ordered, without overlap; only words of which something is known
	Extras     Extras
}

// Timed says whether the segment's place in the recording is known.
func (s *Segment) Timed() bool { return s.End > 0 }

// Word is what is known of one word of a segment's text.
type Word struct {
	From, To   int           // byte offsets in the segment's text
	Start, End time.Duration // End 0: no time is known
	// Confidence is a recogniser's, in (0, 1]; 0 where none was given. A
	// recogniser's own 0 is kept as [LeastConfidence].
	Confidence float64
	// Estimated marks a time that nobody measured: computed from its neighbours.
	Estimated bool
}

// LeastConfidence stands for a recogniser's confidence of zero, because zero
// means that there was none.
const LeastConfidence = 1e-6

// Timed says whether the word's place in the recording is known.
func (w Word) Timed() bool { return w.End > 0 }

// Extras carry what a file said and we do not model, by names that begin with
// the format's ("vtt.settings"); the same format writes them back unchanged.
type Extras map[string]string

// SpeakerName returns the name to show for a speaker's ID: its name, else the
// ID itself.
func (t *Transcript) SpeakerName(id string) string {
	for _, s := range t.Speakers {
		if s.ID == id && s.Name != "" {
			return s.Name
		}
	}
	return id
}

// SpeakerNamed returns the speaker of that name, adding one where there is
// none. The ID of a new one is the name. It is for those who build a
// transcript; a [Document] takes [AddSpeaker].
func (t *Transcript) SpeakerNamed(name string) Speaker {
	for _, s := range t.Speakers {
		if s.Name == name || s.Name == "" && s.ID == name {
			return s
		}
	}
	s := Speaker{ID: name, Name: name}
	for n := 2; slices.ContainsFunc(t.Speakers, func(o Speaker) bool { return o.ID == s.ID }); n++ {
		s.ID = name + " " + itoa(n)
	}
	t.Speakers = append(t.Speakers, s)
	return s
}

// AssignIDs gives an ID to each segment that has none, or one that an earlier
// segment has already: the lowest free numbers, in order. It is for those who
// build a transcript, before anybody else sees the segments.
func (t *Transcript) AssignIDs() {
	if ascendingIDs(t.Segments) {
		return
	}
	if !slices.ContainsFunc(t.Segments, func(s *Segment) bool { return s.ID != "" }) {
		for i, s := range t.Segments {
			s.ID = itoa(i + 1)
		}
		return
	}
	taken := make(map[string]bool, len(t.Segments))
	for _, s := range t.Segments {
		if s.ID == "" || taken[s.ID] {
			s.ID = ""
			continue
		}
		taken[s.ID] = true
	}
	next := 1
	for _, s := range t.Segments {
		if s.ID != "" {
			continue
		}
		for taken[itoa(next)] {
			next++
		}
		s.ID = itoa(next)
		taken[s.ID] = true
	}
}

// ascendingIDs says whether the IDs are numbers that grow, as most files have
// them: no two are alike then, and nobody has to remember them all.
func ascendingIDs(segments []*Segment) bool {
	last := 0
	for _, s := range segments {
		n := number(s.ID)
		if n <= last {
			return false
		}
		last = n
	}
	return true
}

// number is what an ID says that is a number from 1 to 999,999,999 in its
// shortest form, else 0.
func number(id string) int {
	if len(id) == 0 || len(id) > 9 || id[0] == '0' {
		return 0
	}
	n := 0
	for i := range len(id) {
		c := id[i]
		if c < '0' || c > '9' {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// sorted says whether the timed segments are in order of their start.
func (t *Transcript) sorted() bool {
	var last time.Duration
	for _, s := range t.Segments {
		if s.Timed() && s.Start < last {
			return false
		}
		if s.Timed() {
			last = s.Start
		}
	}
	return true
}

// SortSegments puts the timed segments in order of their start, keeping those
// of equal start as they were; untimed ones stay behind the segment that they
// followed. It is for those who build a transcript.
func (t *Transcript) SortSegments() {
	if t.sorted() {
		return
	}
	type keyed struct {
		seg *Segment
		key time.Duration
	}
	list := make([]keyed, len(t.Segments))
	var last time.Duration
	for i, s := range t.Segments {
		if s.Timed() {
			last = s.Start
		}
		list[i] = keyed{s, last}
	}
	slices.SortStableFunc(list, func(a, b keyed) int { return compare(a.key, b.key) })
	for i := range list {
		t.Segments[i] = list[i].seg
	}
}

// At returns the index of the segment that is heard at a position: of those
// that hold it the one that began last; -1 where there is silence. near is
// the index of an earlier answer, tried first because playing mostly stays
// where it was.
func (t *Transcript) At(position time.Duration, near int) int {
	holds := func(i int) bool {
		if i < 0 || i >= len(t.Segments) {
			return false
		}
		s := t.Segments[i]
		return s.Timed() && s.Start <= position && position < s.End
	}
	later := func(i int) bool { // a later segment has begun already
		return i+1 < len(t.Segments) && (!t.Segments[i+1].Timed() || t.Segments[i+1].Start <= position)
	}
	if holds(near) && !later(near) {
		return near
	}
	for i := len(t.Segments) - 1; i >= 0; i-- {
		if holds(i) {
			return i
		}
	}
	return -1
}

// WordAt returns the index of the segment's word that is heard at a position,
// or -1. Between two words it is the one that was heard last, for as long as
// half a second, so that a mark does not flicker in the gaps of speech.
func (s *Segment) WordAt(position time.Duration) int {
	const linger = 500 * time.Millisecond
	found := -1
	for i, w := range s.Words {
		if w.Timed() && w.Start <= position && position < w.End+linger {
			found = i
		}
	}
	return found
}

func compare(a, b time.Duration) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Line is all that a transcript says as one line: the text that a task asks for.
func (t *Transcript) Line() string {
	var parts []string
	for _, s := range t.Segments {
		if text := strings.Join(strings.Fields(s.Text), " "); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

// Confidence is the mean of a recogniser's confidence in the words; 0 where no
// word has one.
func (t *Transcript) Confidence() float64 {
	sum, n := 0.0, 0
	for _, s := range t.Segments {
		for _, w := range s.Words {
			if w.Confidence > 0 {
				sum, n = sum+w.Confidence, n+1
			}
		}
	}
	return sum / float64(max(n, 1))
}
