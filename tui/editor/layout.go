package editor

import (
	"sort"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"tapescript/transcript"
)

// row is what one line of the screen shows of a segment's text: the bytes
// [from, to). At a hard break to is the line break itself; at a soft wrap the
// next row begins at to.
type row struct {
	from, to int
}

// wrap cuts a text into rows of at most width cells. Rows end where Unicode
// lets a line end (UAX #14, by uniseg: after spaces and hyphens, between
// ideographs, not before a closing mark); what has no such place is cut between
// two clusters. Spaces at a row's end hang over: they never begin a row, so
// that the text does not jump while a space is typed.
func (c cells) wrap(text string, width int) []row {
	rows := make([]row, 0, len(text)/max(width, 1)+1)
	ends := lineEnds{rest: text, state: -1}
	from, x := 0, 0        // the row being filled, and its cells so far
	goodEnd, goodX := 0, 0 // the last place where it may end, and the cells up to there
	for at := 0; at < len(text); {
		if ends.at(at) {
			goodEnd, goodX = at, x
		}
		end := clusterEnd(text, at)
		cluster := text[at:end]
		if cluster == "\n" {
			rows = append(rows, row{from, at})
			from, x, goodEnd, goodX = end, 0, end, 0
			at = end
			continue
		}
		w := c.width(cluster, width)
		if !hangs(cluster) {
			if x+w > width && goodEnd > from {
				rows = append(rows, row{from, goodEnd})
				from, x, goodX = goodEnd, x-goodX, 0
			}
			if x+w > width && at > from {
				rows = append(rows, row{from, at})
				from, x = at, 0
			}
		}
		x += w
		at = end
	}
	return append(rows, row{from, len(text)})
}

// hangs says whether a cluster may stand outside a row's width.
func hangs(cluster string) bool {
	r, n := utf8.DecodeRuneInString(cluster)
	return n == len(cluster) && unicode.IsSpace(r) && r != '\u00a0' && r != '\u2007' && r != '\u202f'
}

// lineEnds finds the places where a line may end, from left to right.
type lineEnds struct {
	rest  string
	pos   int
	state int
}

func (l *lineEnds) at(at int) bool {
	for l.pos < at && l.rest != "" {
		var line string
		line, l.rest, _, l.state = uniseg.FirstLineSegmentInString(l.rest, l.state)
		l.pos += len(line)
	}
	return l.pos == at
}

// rows returns a segment's layout at the present width.
func (e *Editor) rows(s *transcript.Segment) []row {
	rows, ok := e.layouts[s]
	if !ok {
		if len(e.layouts) >= maxLayouts {
			clear(e.layouts)
		}
		rows = e.cells.wrap(s.Text, e.gutter.text)
		e.layouts[s] = rows
	}
	return rows
}

// rowOf returns the index of the row that shows byte at: of two that could,
// the later one, unless the earlier is asked for.
func rowOf(rows []row, at int, earlier bool) int {
	i := max(sort.Search(len(rows), func(i int) bool { return rows[i].from > at })-1, 0)
	if earlier && i > 0 && rows[i].from == at && rows[i-1].to == at {
		i--
	}
	return i
}

// column returns how many cells of a row stand before byte at.
func (e *Editor) column(text string, r row, at int) int {
	x := 0
	for b := r.from; b < at && b < r.to; {
		end := clusterEnd(text, b)
		x += e.cells.width(text[b:end], e.gutter.text)
		b = end
	}
	return x
}

// offset returns the byte of a row's cluster that covers a column; beyond the
// last cluster, the row's end. earlier says that the cursor belongs to this
// row although the place is also the start of the next.
func (e *Editor) offset(text string, rows []row, i, column int) (at int, earlier bool) {
	x := 0
	for b := rows[i].from; b < rows[i].to; {
		end := clusterEnd(text, b)
		x += e.cells.width(text[b:end], e.gutter.text)
		if x > column {
			return b, false
		}
		b = end
	}
	return rowEnd(text, rows, i)
}

// rowEnd returns the place behind a row's last letter. At a soft wrap this is
// before the space that hangs over; where there is none, it is the start of
// the next row too, and earlier is true.
func rowEnd(text string, rows []row, i int) (at int, earlier bool) {
	r := rows[i]
	if i+1 == len(rows) || rows[i+1].from != r.to {
		return r.to, false
	}
	if last := prev(text, r.to); last >= r.from && hangs(text[last:r.to]) {
		return last, false
	}
	return r.to, true
}
