// Package editor is the pane in which a transcript is read and corrected: each
// segment with its time, its speaker and its text, soft-wrapped, and a cursor
// that is the terminal's own.
//
// The nouns: a cluster is what a person takes for one character; a row is one
// line of the screen, and a segment has one or more; the gutter is what stands
// left of the text; a mark is a stretch of text that somebody has a remark on.
//
// An [Editor] never changes its document. It answers what a key would mean as
// a [transcript.Edit]; the owner applies it and tells the editor of the change:
//
//	if edit := ed.Type("a"); edit != nil {
//		change, err := doc.Apply(edit)
//		if err == nil {
//			ed.Changed(change)
//		}
//	}
//	rows, x, y := ed.Draw()
//
// Only what is visible is laid out, so the number of segments costs nothing; a
// single segment is laid out whole whenever its text changes.
//
// Not here: keys, sound, files, scoring. Text that runs from right to left is
// left to the terminal, while the cursor's column counts cells in the order of
// the text: on terminals that reorder, it is off within such a stretch.
package editor

import (
	"slices"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
	"tapescript/tui"
)

// Editor shows a document and holds the cursor, the selection and the place
// to which it is scrolled. Its methods are called by the document's owner.
type Editor struct {
	doc           *transcript.Document
	inks          [inkCount]sgr
	width, height int // of the pane, in cells
	cells         cells
	gutter        gutter
	layouts       map[*transcript.Segment][]row // at the present width

	cursor  transcript.Caret
	at      int              // where the cursor's segment was last found
	anchor  transcript.Caret // the selection's other end; Segment "" where nothing is selected
	goal    int              // the column that Up and Down keep to, or -1
	earlier bool             // at a soft wrap, the cursor stands behind the row before

	top      transcript.Caret // the first row on the screen holds this place
	topAt    int              // where its segment was last found
	followed string           // the segment that is kept in sight instead of the cursor, or ""

	playing     string // the ID of the segment that is heard, or ""
	playingWord int    // in its words, or -1
	marks       map[string][]Mark
	signs       map[string]rune // in the margin

	pen pen
}

// maxLayouts bounds the cache of layouts: many screens of scrolling, few
// megabytes.
const maxLayouts = 4096

// New returns an editor of no size, its cursor at the document's beginning.
func New(doc *transcript.Document, theme tui.Theme) *Editor {
	e := &Editor{
		doc:         doc,
		inks:        newInks(theme),
		cells:       cells{ansi.GraphemeWidth},
		layouts:     make(map[*transcript.Segment][]row),
		goal:        -1,
		playingWord: -1,
		marks:       make(map[string][]Mark),
		signs:       make(map[string]rune),
	}
	if segs := e.segments(); len(segs) > 0 {
		e.cursor.Segment = segs[0].ID
		e.top = e.cursor
	}
	e.measureSpeakers()
	e.measure()
	return e
}

// Resize says how many cells the pane has. Sizes below zero count as zero; the
// size that it has costs nothing.
func (e *Editor) Resize(width, height int) {
	width, height = max(width, 0), max(height, 0)
	if width == e.width && height == e.height {
		return
	}
	e.width, e.height = width, height
	e.measureSpeakers()
	e.measure()
	e.scrollAgain()
}

// SetWidths says how the terminal counts the cells of a cluster. A terminal
// without Unicode core mode (DEC mode 2027) adds up runes: there the program's
// renderer uses [ansi.WcWidth], and the cursor is only right when the editor
// does too. A new editor uses [ansi.GraphemeWidth].
func (e *Editor) SetWidths(method ansi.Method) {
	e.cells = cells{method}
	clear(e.layouts)
	e.measureSpeakers()
	e.measure()
	e.scrollAgain()
}

// Changed tells the editor what an edit, an undo or a redo did. Where it
// touched the cursor's segment the cursor goes where the change says, and the
// selection ends; elsewhere both stay. After an undo people want to see what it
// did: the owner calls SetCursor with the change's Caret as well.
func (e *Editor) Changed(c transcript.Change) {
	touched := e.cursor.Segment == ""
	for _, r := range c.Runs {
		for _, old := range r.Removed {
			delete(e.layouts, old)
			touched = touched || old.ID == e.cursor.Segment
			e.carryMarks(old)
		}
	}
	if c.Speakers {
		e.measureSpeakers()
	}
	e.measure()
	if touched && e.doc.Segment(c.Caret.Segment) != nil {
		e.anchor = transcript.Caret{}
		e.cursor = c.Caret
		e.goal, e.earlier = -1, false
	}
	e.settle()
	e.reveal()
}

// Cursor is where the next letter goes; Segment is "" where the document has
// no segments.
func (e *Editor) Cursor() transcript.Caret { return e.cursor }

// SetCursor puts the cursor somewhere, ends the selection and scrolls there. A
// segment that the document does not have is ignored; an offset outside the
// text, or inside a rune, gives way to the nearest before it that fits.
func (e *Editor) SetCursor(c transcript.Caret) {
	if e.doc.Segment(c.Segment) == nil {
		return
	}
	e.cursor, e.anchor = c, transcript.Caret{}
	e.goal, e.earlier = -1, false
	e.settle()
	e.reveal()
}

// Select selects the text between two places and puts the cursor at the second.
func (e *Editor) Select(from, to transcript.Caret) {
	if e.doc.Segment(from.Segment) == nil || e.doc.Segment(to.Segment) == nil {
		return
	}
	e.SetCursor(to)
	e.anchor = from
	e.settle()
}

// SelectedSegments are those that the selection touches, in order; without a
// selection the one with the cursor.
func (e *Editor) SelectedSegments() []*transcript.Segment {
	from, to, ok := e.Selection()
	if !ok {
		if s := e.Segment(); s != nil {
			return []*transcript.Segment{s}
		}
		return nil
	}
	first, last := e.indexNear(from.Segment, e.at), e.indexNear(to.Segment, e.at)
	return slices.Clone(e.segments()[first : last+1])
}

// Segment is the one with the cursor, or nil where the document has none.
func (e *Editor) Segment() *transcript.Segment {
	return e.doc.Segment(e.cursor.Segment)
}

// Selection returns both ends of the selected text in the document's order;
// ok is false where nothing is selected.
func (e *Editor) Selection() (from, to transcript.Caret, ok bool) {
	if e.anchor.Segment == "" || e.anchor == e.cursor {
		return from, to, false
	}
	from, to = e.anchor, e.cursor
	a, b := e.indexNear(from.Segment, e.at), e.cursorIndex()
	if a < 0 || b < 0 {
		return from, to, false
	}
	if a > b || a == b && from.At > to.At {
		from, to = to, from
	}
	return from, to, true
}

// SelectedText is the text of the selection, "" where there is none. The
// texts of several segments stand on lines of their own.
func (e *Editor) SelectedText() string {
	from, to, ok := e.Selection()
	if !ok {
		return ""
	}
	first, last := e.indexNear(from.Segment, e.at), e.indexNear(to.Segment, e.at)
	text := ""
	for i, s := range e.segments()[first : last+1] {
		lo, hi := 0, len(s.Text)
		if i == 0 {
			lo = from.At
		} else {
			text += "\n"
		}
		if first+i == last {
			hi = to.At
		}
		text += s.Text[lo:hi]
	}
	return text
}

func (e *Editor) segments() []*transcript.Segment { return e.doc.Transcript().Segments }

// settle makes cursor, selection and scroll name places that exist.
func (e *Editor) settle() {
	segs := e.segments()
	if e.doc.Segment(e.anchor.Segment) == nil {
		e.anchor = transcript.Caret{}
	}
	if len(segs) == 0 {
		e.cursor, e.top = transcript.Caret{}, transcript.Caret{}
		return
	}
	if e.Segment() == nil {
		e.at = max(min(e.at, len(segs)-1), 0)
		e.cursor = transcript.Caret{Segment: segs[e.at].ID}
	}
	if e.doc.Segment(e.top.Segment) == nil {
		e.topAt = max(min(e.topAt, len(segs)-1), 0)
		e.top = transcript.Caret{Segment: segs[e.topAt].ID}
	}
	e.cursor.At = onRune(e.Segment().Text, e.cursor.At)
	if s := e.doc.Segment(e.anchor.Segment); s != nil {
		e.anchor.At = onRune(s.Text, e.anchor.At)
	}
}

// cursorIndex is the place of the cursor's segment among the others, or -1.
func (e *Editor) cursorIndex() int {
	i := e.indexNear(e.cursor.Segment, e.at)
	e.at = max(i, 0)
	return i
}

// indexNear finds a segment without walking the whole document where it is
// still near where it was.
func (e *Editor) indexNear(id string, near int) int {
	segs := e.segments()
	for _, i := range [...]int{near, near + 1, near - 1} {
		if i >= 0 && i < len(segs) && segs[i].ID == id {
			return i
		}
	}
	if s := e.doc.Segment(id); s != nil {
		return slices.Index(segs, s)
	}
	return -1
}
