package editor

import "tapescript/transcript"

// Motion is a way in which the cursor moves.
type Motion uint8

// The motions. Left, Right and the word motions go on in the neighbouring
// segment; Up, Down and the page motions go by rows of the screen and keep to
// the column that they began in.
const (
	Left Motion = iota
	Right
	WordLeft
	WordRight
	Home // the row's start; from there, the segment's
	End  // the row's end; from there, the segment's
	Up
	Down
	SegmentUp   // the start of the segment before
	SegmentDown // the start of the segment behind
	PageUp
	PageDown
	First // the transcript's start
	Last  // the transcript's end
)

// Move moves the cursor. When selecting, the text between where it was and
// where it goes is selected, or the selection grows; when not, the selection
// ends, and Left and Right go to its ends first.
func (e *Editor) Move(m Motion, selecting bool) {
	if e.Segment() == nil {
		return
	}
	from, to, selected := e.Selection()
	switch {
	case selecting && e.anchor.Segment == "":
		e.anchor = e.cursor
	case !selecting:
		e.anchor = transcript.Caret{}
	}
	vertical := m == Up || m == Down || m == PageUp || m == PageDown
	if !vertical {
		e.goal = -1
	}
	wasEarlier := e.earlier
	e.earlier = false
	switch {
	case selected && !selecting && m == Left:
		e.cursor = from
	case selected && !selecting && m == Right:
		e.cursor = to
	case vertical:
		e.moveRows(rowsOf(m, e.height), wasEarlier)
	case m == Home || m == End:
		e.moveInRow(m, wasEarlier)
	case m == SegmentUp || m == SegmentDown || m == First || m == Last:
		e.moveSegments(m)
	default:
		e.moveText(m)
	}
	e.reveal()
}

// rowsOf is how far a vertical motion goes. A page keeps one row in sight.
func rowsOf(m Motion, height int) int {
	page := max(height-1, 1)
	switch m {
	case Up:
		return -1
	case Down:
		return 1
	case PageUp:
		return -page
	}
	return page
}

// moveText moves by clusters and words.
func (e *Editor) moveText(m Motion) {
	text, at := e.Segment().Text, e.cursor.At
	segs, i := e.segments(), e.cursorIndex()
	back := m == Left || m == WordLeft
	switch {
	case back && at == 0 && i > 0:
		e.cursor = transcript.Caret{Segment: segs[i-1].ID, At: len(segs[i-1].Text)}
	case !back && at >= len(text) && i+1 < len(segs):
		e.cursor = transcript.Caret{Segment: segs[i+1].ID}
	case m == Left:
		e.cursor.At = prev(text, at)
	case m == Right:
		e.cursor.At = next(text, at)
	case m == WordLeft:
		e.cursor.At = wordLeft(text, at)
	case m == WordRight:
		e.cursor.At = wordRight(text, at)
	}
}

func (e *Editor) moveInRow(m Motion, wasEarlier bool) {
	s := e.Segment()
	rows := e.rows(s)
	i := rowOf(rows, e.cursor.At, wasEarlier)
	if m == Home {
		if e.cursor.At == rows[i].from {
			e.cursor.At = 0
			return
		}
		e.cursor.At = rows[i].from
		return
	}
	at, earlier := rowEnd(s.Text, rows, i)
	if e.cursor.At == at && wasEarlier == earlier {
		e.cursor.At = len(s.Text)
		return
	}
	e.cursor.At, e.earlier = at, earlier
}

func (e *Editor) moveSegments(m Motion) {
	segs, i := e.segments(), e.cursorIndex()
	switch m {
	case SegmentUp:
		i = max(i-1, 0)
	case SegmentDown:
		i = min(i+1, len(segs)-1)
	case First:
		i = 0
	case Last:
		i = len(segs) - 1
	}
	e.at = i
	e.cursor = transcript.Caret{Segment: segs[i].ID}
	if m == Last {
		e.cursor.At = len(segs[i].Text)
	}
}

// moveRows moves by n rows of the screen; where there is none, to the start or
// the end of the text.
func (e *Editor) moveRows(n int, wasEarlier bool) {
	s := e.Segment()
	rows := e.rows(s)
	from := place{e.cursorIndex(), rowOf(rows, e.cursor.At, wasEarlier)}
	if e.goal < 0 {
		e.goal = e.column(s.Text, rows[from.row], e.cursor.At)
	}
	to, moved := e.walk(from, n)
	switch {
	case moved != 0:
		t := e.segments()[to.seg]
		at, earlier := e.offset(t.Text, e.rows(t), to.row, e.goal)
		e.cursor, e.earlier = transcript.Caret{Segment: t.ID, At: at}, earlier
	case n < 0:
		e.cursor.At = 0
	default:
		e.cursor.At = len(s.Text)
	}
}

// Click puts the cursor where the mouse was pressed: on the cluster that is
// drawn at column x of row y, counted from the pane's upper left corner. In
// the gutter this is the row's start, below the last row the text's end.
func (e *Editor) Click(x, y int) {
	if e.Segment() == nil || y < 0 || y >= e.height {
		return
	}
	e.anchor, e.goal, e.earlier = transcript.Caret{}, -1, false
	p, moved := e.walk(e.topPlace(), y)
	if moved < y {
		e.moveSegments(Last)
	} else {
		s := e.segments()[p.seg]
		at, earlier := e.offset(s.Text, e.rows(s), p.row, max(x-e.gutter.width, 0))
		e.cursor, e.earlier = transcript.Caret{Segment: s.ID, At: at}, earlier
	}
	e.reveal()
}
