package editor

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// Type asks for the edit that puts text at the cursor, in place of the
// selection: a letter, several, or a paste. The text is made clean first (see
// [transcript.Clean]), so line breaks of any kind become breaks within the
// segment. Where nothing is left of it, there is nothing to do: nil.
//
// A selection over several segments merges them; their border counts as a
// space.
func (e *Editor) Type(text string) transcript.Edit {
	text = transcript.Clean(text)
	if text == "" || e.Segment() == nil {
		return nil
	}
	if edits := e.replaceSelection(text); edits != nil {
		return one(edits)
	}
	return transcript.Splice{Segment: e.cursor.Segment, At: e.cursor.At, Insert: text}
}

// Backspace asks for the edit that deletes the selection, else the cluster
// before the cursor; at a segment's start it merges the segment with the one
// before. nil where there is nothing to do.
func (e *Editor) Backspace() transcript.Edit { return e.deleteBack(prev) }

// DeleteWordBack is [Editor.Backspace] by words.
func (e *Editor) DeleteWordBack() transcript.Edit { return e.deleteBack(wordLeft) }

// DeleteForward asks for the edit that deletes the selection, else the cluster
// behind the cursor; at a segment's end it merges the segment with the next.
// nil where there is nothing to do.
func (e *Editor) DeleteForward() transcript.Edit { return e.deleteForward(next) }

// DeleteWordForward is [Editor.DeleteForward] by words.
func (e *Editor) DeleteWordForward() transcript.Edit { return e.deleteForward(wordRight) }

func (e *Editor) deleteBack(border func(text string, at int) int) transcript.Edit {
	s, at := e.Segment(), e.cursor.At
	if s == nil {
		return nil
	}
	if edits := e.replaceSelection(""); edits != nil {
		return one(edits)
	}
	if at > 0 {
		from := border(s.Text, at)
		return transcript.Splice{Segment: s.ID, At: from, Delete: s.Text[from:at]}
	}
	if i := e.cursorIndex(); i > 0 {
		return transcript.Merge{First: e.segments()[i-1].ID, Second: s.ID}
	}
	return nil
}

func (e *Editor) deleteForward(border func(text string, at int) int) transcript.Edit {
	s, at := e.Segment(), e.cursor.At
	if s == nil {
		return nil
	}
	if edits := e.replaceSelection(""); edits != nil {
		return one(edits)
	}
	if at < len(s.Text) {
		return transcript.Splice{Segment: s.ID, At: at, Delete: s.Text[at:border(s.Text, at)]}
	}
	if i := e.cursorIndex(); i+1 < len(e.segments()) {
		return transcript.Merge{First: s.ID, Second: e.segments()[i+1].ID}
	}
	return nil
}

// replaceSelection returns the edits that put text in place of the selection,
// or nil where there is none.
func (e *Editor) replaceSelection(text string) []transcript.Edit {
	from, to, ok := e.Selection()
	if !ok {
		return nil
	}
	if from.Segment == to.Segment {
		old := e.doc.Segment(from.Segment).Text[from.At:to.At]
		return []transcript.Edit{transcript.Splice{Segment: from.Segment, At: from.At, Delete: old, Insert: text}}
	}
	edits := append(e.emptySelection(from, to), transcript.Merge{First: from.Segment, Second: to.Segment})
	if text != "" {
		edits = append(edits, transcript.Splice{Segment: from.Segment, At: from.At, Insert: text})
	}
	return edits
}

// emptySelection returns the edits that delete the text between two places in
// different segments, and the segments between, and leave the two segments
// apart.
func (e *Editor) emptySelection(from, to transcript.Caret) []transcript.Edit {
	var edits []transcript.Edit
	if tail := e.doc.Segment(from.Segment).Text[from.At:]; tail != "" {
		edits = append(edits, transcript.Splice{Segment: from.Segment, At: from.At, Delete: tail})
	}
	first, last := e.indexNear(from.Segment, e.at), e.indexNear(to.Segment, e.at)
	for _, s := range e.segments()[first+1 : last] {
		edits = append(edits, transcript.Delete{Segment: s.ID})
	}
	if head := e.doc.Segment(to.Segment).Text[:to.At]; head != "" {
		edits = append(edits, transcript.Splice{Segment: to.Segment, Delete: head})
	}
	return edits
}

// one makes one edit of several; nil of none.
func one(edits []transcript.Edit) transcript.Edit {
	switch len(edits) {
	case 0:
		return nil
	case 1:
		return edits[0]
	}
	return transcript.Batch{Edits: edits}
}

// Split asks for the edit that cuts the segment at the cursor; the second part
// gets the ID newID. The time of the cut is half-way between the word before
// the cursor and the word behind it, where the times of both are known; within
// a word it is the share of its letters; else it is what at answers (the
// playhead), moved to between the nearest known words and into the segment.
//
// A selection within the segment is deleted, and the cut made in its place. A
// selection over several segments is deleted and leaves one border, which is
// the cut. White space around a cut falls away.
func (e *Editor) Split(at func(seg *transcript.Segment, offset int) time.Duration, newID string) transcript.Edit {
	s := e.Segment()
	if s == nil {
		return nil
	}
	from, to, ok := e.Selection()
	switch {
	case !ok:
		from, to = e.cursor, e.cursor
	case from.Segment != to.Segment:
		head := e.doc.Segment(from.Segment).Text[:from.At]
		from.At = len(strings.TrimRightFunc(head, unicode.IsSpace))
		tail := e.doc.Segment(to.Segment).Text[to.At:]
		to.At += len(tail) - len(strings.TrimLeftFunc(tail, unicode.IsSpace))
		return one(e.emptySelection(from, to))
	}
	var edits []transcript.Edit
	if ok {
		edits = e.replaceSelection("")
	}
	cut := transcript.Split{Segment: s.ID, At: from.At, NewID: newID}
	if s.Timed() {
		cut.Time = splitTime(s, from.At, to.At, at)
	}
	return one(append(edits, cut))
}

// splitTime is the time of a cut that takes out the bytes [from, to).
func splitTime(s *transcript.Segment, from, to int, at func(*transcript.Segment, int) time.Duration) time.Duration {
	lo, hi := s.Start, s.End
	loNear, hiNear, passed := false, false, false // near: nothing but space up to the cut
	for _, w := range s.Words {
		switch {
		case !w.Timed():
		case w.From < from && from == to && w.To > to:
			left := utf8.RuneCountInString(s.Text[w.From:from])
			all := utf8.RuneCountInString(s.Text[w.From:w.To])
			share := time.Duration(float64(w.End-w.Start) * float64(left) / float64(all))
			return clamp(w.Start+share, s.Start, s.End)
		case w.To <= from:
			lo, loNear = w.End, !holdsWord(s.Text[w.To:from])
		case w.From >= to && !passed:
			hi, hiNear, passed = w.Start, !holdsWord(s.Text[to:w.From]), true
		}
	}
	if loNear && hiNear {
		return clamp(lo+(hi-lo)/2, s.Start, s.End)
	}
	return clamp(clamp(at(s, from), lo, hi), s.Start, s.End)
}

func holdsWord(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func clamp(t, lo, hi time.Duration) time.Duration { return max(min(t, hi), lo) }
