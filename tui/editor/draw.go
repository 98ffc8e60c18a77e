package editor

import (
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"tapescript/transcript"
	"tapescript/tui"
)

// ink is one of the theme's styles, as far as the editor draws with them.
type ink uint8

const (
	inkText ink = iota
	inkDim
	inkTime
	inkSpeaker
	inkCurrent
	inkPlaying
	inkPlayingWord
	inkSubstitution
	inkInsertion
	inkDeletion
	inkDoubt
	inkGap // inkDeletion, with the gap's sign in place of a space
	inkSelection
	inkCount
)

// markInks are the inks of the kinds of mark.
var markInks = [...]ink{Substitution: inkSubstitution, Insertion: inkInsertion, Deletion: inkDeletion, Doubt: inkDoubt}

// Signs in the text, one cell each.
const (
	gapSign   = '‸' // a word is missing here
	emptySign = '·' // a segment without text
)

// sgr switches a style on and off. Rendering each word by lipgloss would cost
// more than all the rest of a frame.
type sgr struct {
	on, off string
}

func newInks(t tui.Theme) [inkCount]sgr {
	styles := [inkCount]lipgloss.Style{
		inkText: t.Text, inkDim: t.Dim, inkTime: t.Time, inkSpeaker: t.Speaker,
		inkCurrent: t.Current, inkPlaying: t.Playing, inkPlayingWord: t.PlayingWord,
		inkSubstitution: t.Substitution, inkInsertion: t.Insertion, inkDeletion: t.Deletion,
		inkDoubt: t.Doubt, inkGap: t.Deletion, inkSelection: t.Selection,
	}
	var inks [inkCount]sgr
	for i, s := range styles {
		inks[i].on, inks[i].off, _ = strings.Cut(s.Render("x"), "x")
	}
	return inks
}

// pen writes one row. It switches styles only where they change.
type pen struct {
	buf   []byte
	inks  *[inkCount]sgr
	now   ink
	paint []ink // of each byte of the row's text
}

func (p *pen) start(inks *[inkCount]sgr) {
	p.buf, p.inks, p.now = p.buf[:0], inks, inkText
	p.buf = append(p.buf, inks[inkText].on...)
}

func (p *pen) ink(i ink) {
	if i != p.now {
		p.buf = append(append(p.buf, p.inks[p.now].off...), p.inks[i].on...)
		p.now = i
	}
}

func (p *pen) text(s string) { p.buf = append(p.buf, s...) }
func (p *pen) rune(r rune)   { p.buf = utf8.AppendRune(p.buf, r) }

func (p *pen) spaces(n int) {
	for range n {
		p.buf = append(p.buf, ' ')
	}
}

func (p *pen) finish() string {
	p.buf = append(p.buf, p.inks[p.now].off...)
	return string(p.buf)
}

// Draw returns the pane's rows, exactly as many as it is high, none wider than
// it is wide and none padded, and the cell of the cursor: -1, -1 where it is
// out of sight (see [Editor.Follow]).
func (e *Editor) Draw() (rows []string, cursorX, cursorY int) {
	rows = make([]string, e.height)
	cursorX, cursorY = -1, -1
	if e.height == 0 || e.width == 0 || e.Segment() == nil {
		return rows, cursorX, cursorY
	}
	segs := e.segments()
	cursor := e.cursorPlace()
	selected := e.selected()
	p := e.topPlace()
	for y := range rows {
		s := segs[p.seg]
		rows[y] = e.drawRow(s, p.row, p.row == 0 || y == 0, selected.in(p.seg, len(s.Text)))
		if p == cursor {
			x := e.column(s.Text, e.rows(s)[p.row], e.cursor.At)
			cursorX, cursorY = min(e.gutter.width+min(x, e.gutter.text), e.width-1), y
		}
		var moved int
		if p, moved = e.walk(p, 1); moved == 0 {
			break
		}
	}
	return rows, cursorX, cursorY
}

// span is the selection within one segment; empty where from == to.
type span struct {
	from, to int
	all      bool // the segment's end is selected too, be its text empty
}

// selection is the selected stretch by segments' indices.
type selection struct {
	any               bool
	firstSeg, firstAt int
	lastSeg, lastAt   int
}

func (e *Editor) selected() selection {
	from, to, ok := e.Selection()
	if !ok {
		return selection{}
	}
	return selection{
		any:      true,
		firstSeg: e.indexNear(from.Segment, e.at), firstAt: from.At,
		lastSeg: e.indexNear(to.Segment, e.at), lastAt: to.At,
	}
}

// in returns what of the segment of index i is selected.
func (s selection) in(i, length int) span {
	if !s.any || i < s.firstSeg || i > s.lastSeg {
		return span{}
	}
	sp := span{0, length, i < s.lastSeg}
	if i == s.firstSeg {
		sp.from = s.firstAt
	}
	if i == s.lastSeg {
		sp.to = s.lastAt
	}
	return sp
}

// drawRow draws one row of a segment; the gutter only where it is the
// segment's first one on the screen.
func (e *Editor) drawRow(s *transcript.Segment, i int, withGutter bool, selected span) string {
	rows := e.rows(s)
	r := rows[i]
	last := i+1 == len(rows)
	e.pen.start(&e.inks)
	if withGutter {
		e.drawGutter(s)
	} else {
		e.pen.spaces(e.gutter.width - 1)
	}
	plain, edgeGap, endGap := e.paintRow(s, r, last || rows[i+1].from != r.to, selected)
	if e.gutter.width > 0 {
		e.drawEdge(edgeGap)
	}
	room := e.width - e.gutter.width
	switch {
	case s.Text == "" && selected.all:
		e.pen.ink(inkSelection)
		e.pen.rune(emptySign)
	case s.Text == "":
		e.pen.ink(inkDim)
		e.pen.rune(emptySign)
	case plain && isPlain(s.Text[r.from:r.to]):
		e.pen.ink(inkText)
		e.pen.text(s.Text[r.from:min(r.to, r.from+room)])
	default:
		room -= e.drawText(s.Text, r, room)
		if endGap && room > 0 {
			e.pen.ink(inkDeletion)
			e.pen.rune(gapSign)
		}
	}
	return e.pen.finish()
}

// drawEdge fills the gutter's last cell.
func (e *Editor) drawEdge(gap bool) {
	if gap {
		e.pen.ink(inkDeletion)
		e.pen.rune(gapSign)
		return
	}
	e.pen.ink(inkText)
	e.pen.spaces(1)
}

// isPlain says whether each byte is a cluster of one cell.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// paintRow puts the ink of each byte of a row into the pen: the word that is
// heard over the text, marks over that, the selection over all. plain says that
// there is nothing of it all.
//
// A missing word must not shift the text, so its sign takes the place of a
// space: the one before the gap, else the one behind it. At a row's start that
// is the last cell of the gutter (edgeGap), at the text's end the cell behind
// it (endGap); between letters, the cluster behind the gap gets the ink.
func (e *Editor) paintRow(s *transcript.Segment, r row, hardEnd bool, selected span) (plain, edgeGap, endGap bool) {
	marks := e.marks[s.ID]
	heard := s.ID == e.playing && e.playingWord >= 0 && e.playingWord < len(s.Words)
	if len(marks) == 0 && !heard && selected.from >= selected.to {
		e.pen.paint = e.pen.paint[:0]
		return true, false, false
	}
	n := r.to - r.from
	if cap(e.pen.paint) < n {
		e.pen.paint = make([]ink, n)
	}
	e.pen.paint = e.pen.paint[:n]
	clear(e.pen.paint)
	if heard {
		w := s.Words[e.playingWord]
		e.pen.fill(w.From-r.from, w.To-r.from, inkPlayingWord)
	}
	for _, m := range marks {
		at := m.From - r.from
		switch {
		case m.Kind != Deletion:
			e.pen.fill(at, m.To-r.from, markInks[min(int(m.Kind), len(markInks)-1)])
		case at < 0 || at > n || at == n && !hardEnd:
		case at == 0 && e.gutter.width > 0:
			edgeGap = true
		case at > 0 && s.Text[m.From-1] == ' ':
			e.pen.fill(at-1, at, inkGap)
		case at < n && s.Text[m.From] == ' ':
			e.pen.fill(at, at+1, inkGap)
		case at == n:
			endGap = true
		default:
			e.pen.fill(at, clusterEnd(s.Text, m.From)-r.from, inkDeletion)
		}
	}
	e.pen.fill(selected.from-r.from, selected.to-r.from, inkSelection)
	return false, edgeGap, endGap
}

// fill paints the bytes [from, to) of the row, as far as it has them.
func (p *pen) fill(from, to int, i ink) {
	for b := max(from, 0); b < min(to, len(p.paint)); b++ {
		p.paint[b] = i
	}
}

// drawText writes a row's clusters in their inks, as many as there is room
// for, and returns the cells that it took. Only spaces can be too many.
func (e *Editor) drawText(text string, r row, room int) int {
	painted := len(e.pen.paint) > 0
	x := 0
	for at := r.from; at < r.to; {
		end := clusterEnd(text, at)
		glyph, w := e.cells.glyph(text[at:end], e.gutter.text)
		if x+w > room {
			break
		}
		i := inkText
		if painted {
			i = e.pen.paint[at-r.from]
		}
		e.pen.ink(i)
		if i == inkGap && glyph == " " {
			e.pen.rune(gapSign)
		} else {
			e.pen.text(glyph)
		}
		x += w
		at = end
	}
	return x
}
