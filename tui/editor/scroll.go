package editor

import "tapescript/transcript"

// context is how many rows stay visible above and below the cursor, where the
// pane is high enough: three, as people know from less and vim.
const context = 3

// place is one row of the whole transcript: a segment's index, and a row's
// within it.
type place struct {
	seg, row int
}

func (p place) before(q place) bool {
	return p.seg < q.seg || p.seg == q.seg && p.row < q.row
}

// walk goes n rows down, or up, as far as there are rows, and says how many it
// went. It lays out what it passes and nothing else.
func (e *Editor) walk(p place, n int) (_ place, moved int) {
	segs := e.segments()
	for moved < n {
		switch {
		case p.row+1 < len(e.rows(segs[p.seg])):
			p.row++
		case p.seg+1 < len(segs):
			p = place{p.seg + 1, 0}
		default:
			return p, moved
		}
		moved++
	}
	for moved > n {
		switch {
		case p.row > 0:
			p.row--
		case p.seg > 0:
			p = place{p.seg - 1, len(e.rows(segs[p.seg-1])) - 1}
		default:
			return p, moved
		}
		moved--
	}
	return p, moved
}

// topPlace is the first row on the screen.
func (e *Editor) topPlace() place {
	segs := e.segments()
	i := e.indexNear(e.top.Segment, e.topAt)
	if i < 0 {
		return place{min(e.topAt, len(segs)-1), 0}
	}
	e.topAt = i
	return place{i, rowOf(e.rows(segs[i]), e.top.At, false)}
}

func (e *Editor) setTop(p place) {
	s := e.segments()[p.seg]
	e.top = transcript.Caret{Segment: s.ID, At: e.rows(s)[p.row].from}
	e.topAt = p.seg
}

// cursorPlace is the row with the cursor.
func (e *Editor) cursorPlace() place {
	return place{e.cursorIndex(), rowOf(e.rows(e.Segment()), e.cursor.At, e.earlier)}
}

// reveal scrolls as little as it takes for the cursor to be visible.
func (e *Editor) reveal() {
	e.followed = ""
	if e.height == 0 || e.Segment() == nil {
		return
	}
	e.show(e.cursorPlace())
}

// Follow scrolls so that a segment can be seen, without moving the cursor,
// which may go out of sight until it is used again.
func (e *Editor) Follow(segmentID string) {
	if i := e.indexNear(segmentID, e.topAt); i >= 0 && e.height > 0 {
		e.followed = segmentID
		e.show(place{i, 0})
	}
}

// scrollAgain keeps in sight what was kept in sight before.
func (e *Editor) scrollAgain() {
	if e.followed != "" && e.doc.Segment(e.followed) != nil {
		e.Follow(e.followed)
		return
	}
	e.reveal()
}

// show scrolls so that a row stands on the screen, with rows of context round
// it. From far away it comes to stand in the middle.
func (e *Editor) show(p place) {
	around := min(context, (e.height-1)/2)
	_, below := e.walk(p, around) // there may be fewer at the end
	earliest, _ := e.walk(p, below-(e.height-1))
	latest, _ := e.walk(p, -around)
	top := e.topPlace()
	pageAbove, _ := e.walk(earliest, -e.height)
	pageBelow, _ := e.walk(latest, e.height)
	switch {
	case top.before(pageAbove) || pageBelow.before(top):
		top, _ = e.walk(p, -e.height/2)
	case top.before(earliest):
		top = earliest
	case latest.before(top):
		top = latest
	}
	if _, rest := e.walk(top, e.height-1); rest < e.height-1 {
		top, _ = e.walk(top, rest-(e.height-1)) // no empty rows while there is text above
	}
	e.setTop(top)
}
