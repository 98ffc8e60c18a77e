package queue

import (
	"math"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"tapescript/tui"
)

// Plot is a curve from zero upwards, in braille: two dots a cell across and four
// down.
type Plot struct {
	Points   []Point // in the order of At
	Unit     func(float64) string
	From, To string   // what stands under the first and the last point
	Mark     *float64 // a line to compare with; nil: none
	Note     string   // what the curve says, in words
}

// Point is a place of a curve; Low and High bound what it may be, where Band says
// that they are known.
type Point struct {
	At, Value, Low, High float64
	Band                 bool
}

// plotRows is how high a plot is, without the line under it.
const plotRows = 6

// dots is a grid of braille dots: what is the curve, and what only shade.
type dots struct {
	w, h        int
	line, shade []bool
}

func (d *dots) set(layer []bool, x, y int) {
	if x >= 0 && x < d.w && y >= 0 && y < d.h {
		layer[y*d.w+x] = true
	}
}

// draw makes rows of at most w cells.
func (p *Plot) draw(w int, theme tui.Theme) []string {
	top := p.highest()
	labels := []string{p.Unit(top), p.Unit(0)}
	margin := max(ansi.StringWidth(labels[0]), ansi.StringWidth(labels[1])) + 1
	cells := w - margin - 1
	if cells < 4 || len(p.Points) == 0 {
		return nil
	}
	d := &dots{w: 2 * cells, h: 4 * plotRows}
	d.line, d.shade = make([]bool, d.w*d.h), make([]bool, d.w*d.h)
	p.plot(d, top)
	rows := make([]string, 0, plotRows+2)
	for y := range plotRows {
		label := ""
		switch y {
		case 0:
			label = labels[0]
		case plotRows - 1:
			label = labels[1]
		}
		rows = append(rows, theme.Dim.Render(strings.Repeat(" ", margin-1-ansi.StringWidth(label))+label+" ┤")+d.row(y, theme))
	}
	foot := p.From + strings.Repeat(" ", max(1, cells-ansi.StringWidth(p.From)-ansi.StringWidth(p.To))) + p.To
	rows = append(rows, strings.Repeat(" ", margin+1)+theme.Dim.Render(ansi.Truncate(foot, cells, "…")))
	if p.Note != "" {
		rows = append(rows, "  "+theme.Text.Render(ansi.Truncate(p.Note, max(w-2, 0), "…")))
	}
	return rows
}

// highest is what the top row stands for: a little above all that is drawn.
func (p *Plot) highest() float64 {
	top := 0.0
	for _, q := range p.Points {
		top = max(top, q.Value)
		if q.Band {
			top = max(top, q.High)
		}
	}
	if p.Mark != nil {
		top = max(top, *p.Mark)
	}
	if top <= 0 || math.IsNaN(top) || math.IsInf(top, 0) {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(top)))
	for _, nice := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8, 10} {
		if nice*step >= top {
			return nice * step
		}
	}
	return top
}

func (p *Plot) plot(d *dots, top float64) {
	first, last := p.Points[0].At, p.Points[len(p.Points)-1].At
	x := func(at float64) int {
		if last <= first {
			return d.w / 2
		}
		return int(math.Round((at - first) / (last - first) * float64(d.w-1)))
	}
	y := func(v float64) int { return d.h - 1 - int(math.Round(min(max(v/top, 0), 1)*float64(d.h-1))) }
	if p.Mark != nil {
		for c := range d.w {
			if c%6 < 3 {
				d.set(d.shade, c, y(*p.Mark))
			}
		}
	}
	for i, q := range p.Points {
		next := q
		if i+1 < len(p.Points) {
			next = p.Points[i+1]
		}
		from, to := x(q.At), x(next.At)
		before := y(q.Value)
		for c := from; c <= to; c++ {
			share := 0.0
			if to > from {
				share = float64(c-from) / float64(to-from)
			}
			at := y(q.Value + share*(next.Value-q.Value))
			for r := min(before, at); r <= max(before, at); r++ {
				d.set(d.line, c, r)
			}
			before = at
			if q.Band && next.Band {
				for r := y(q.High + share*(next.High-q.High)); r <= y(q.Low+share*(next.Low-q.Low)); r++ {
					if c%2 == 0 && (r+c/2)%2 == 0 {
						d.set(d.shade, c, r)
					}
				}
			}
		}
	}
}

// dotBits are a cell's dots, by column and row.
var dotBits = [2][4]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

// row draws a row of cells; the curve in one style, what is shade alone in
// another.
func (d *dots) row(y int, theme tui.Theme) string {
	var b strings.Builder
	for x := 0; x < d.w; x += 2 {
		cell, isLine := rune(0x2800), false
		for dx := range 2 {
			for dy := range 4 {
				i := (4*y+dy)*d.w + x + dx
				if d.line[i] || d.shade[i] {
					cell |= dotBits[dx][dy]
				}
				isLine = isLine || d.line[i]
			}
		}
		switch {
		case cell == 0x2800:
			b.WriteByte(' ')
		case isLine:
			b.WriteString(theme.WaveDone.Render(string(cell)))
		default:
			b.WriteString(theme.Dim.Render(string(cell)))
		}
	}
	return b.String()
}
