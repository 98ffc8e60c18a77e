package editor

import (
	"slices"

	"tapescript/transcript"
)

// Mark is a remark on a stretch of a segment's text: the bytes [From, To).
type Mark struct {
	From, To int
	Kind     MarkKind
	Note     string // for people: what the gold has, how sure the recogniser was
}

// MarkKind says what a [Mark] is about.
type MarkKind uint8

// The kinds of mark. A Deletion, where a word is missing, has From == To.
const (
	Substitution MarkKind = iota
	Insertion
	Deletion
	Doubt
)

// SetMarks replaces a segment's marks. Where marks overlap, later ones are
// drawn over earlier ones. Marks move along with the text while it is edited;
// those whose text is edited go.
func (e *Editor) SetMarks(segmentID string, marks []Mark) {
	if len(marks) == 0 {
		delete(e.marks, segmentID)
		return
	}
	e.marks[segmentID] = slices.Clone(marks)
}

// MarkAtCursor returns the topmost mark that the cursor stands in or right
// behind; ok is false where there is none.
func (e *Editor) MarkAtCursor() (_ Mark, ok bool) {
	for _, m := range slices.Backward(e.marks[e.cursor.Segment]) {
		if m.From <= e.cursor.At && e.cursor.At <= m.To {
			return m, true
		}
	}
	return Mark{}, false
}

// NoSign takes a sign away.
const NoSign = ' '

// SetSign puts a sign of one cell into the margin of a segment, where the
// cursor's own sign does not stand.
func (e *Editor) SetSign(segmentID string, sign rune) {
	if sign == NoSign {
		delete(e.signs, segmentID)
		return
	}
	e.signs[segmentID] = sign
}

// SetPlaying says which segment is heard, and which of its words by its index
// in Words; "" and -1 for none.
func (e *Editor) SetPlaying(segmentID string, word int) {
	e.playing, e.playingWord = segmentID, word
}

// carryMarks moves the marks of a segment that has changed to where their text
// is now. A segment that has gone loses its marks.
func (e *Editor) carryMarks(old *transcript.Segment) {
	marks := e.marks[old.ID]
	if len(marks) == 0 {
		return
	}
	now := e.doc.Segment(old.ID)
	if now == nil {
		delete(e.marks, old.ID)
		return
	}
	head := commonPrefix(old.Text, now.Text)
	tail := commonSuffix(old.Text[head:], now.Text[head:])
	shift := len(now.Text) - len(old.Text)
	kept := marks[:0]
	for _, m := range marks {
		switch {
		case m.To <= head:
			kept = append(kept, m)
		case m.From >= len(old.Text)-tail:
			m.From, m.To = m.From+shift, m.To+shift
			kept = append(kept, m)
		}
	}
	e.marks[old.ID] = kept
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func commonSuffix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
