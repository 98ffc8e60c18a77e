// Package wave turns peaks and a playhead into rows of cells: a pure function.
//
//	rows := wave.Draw(view, width, 2, wave.Braille, styles)
//
// It reads no sound and keeps no state.
package wave

import (
	"math"
	"strings"

	"charm.land/lipgloss/v2"
)

// Levels tell how loud the loudest sample of a stretch is, 0 to 1, and whether
// that is only a guess; audio/peaks has two.
type Levels interface {
	Loudest(fromSamples, toSamples int64) (level float64, guessed bool)
}

// View is what the rows show.
type View struct {
	Levels Levels // nil: nothing is known yet
	// FromSamples to ToSamples are the borders of the view.
	FromSamples, ToSamples int64
	// PlayheadSamples is the position that is heard; outside the view it is
	// not drawn.
	PlayheadSamples int64
	// Speech is where somebody speaks, and Bounds where segments begin and end,
	// both in the order of time. Speech is nil while it is not known.
	Speech []Stretch
	Bounds []int64
}

// Stretch is [From, To) in samples.
type Stretch struct{ From, To int64 }

// Kind is what bars are made of.
type Kind int

const (
	Braille Kind = iota // two bars a cell, four steps a row
	Blocks              // one bar a cell, eight steps a row
)

// Styles are the looks of the parts.
type Styles struct {
	Done, Ahead, Playhead lipgloss.Style
	Guessed               lipgloss.Style // bars that are not measured yet
	Rail                  lipgloss.Style // the row of speech and bounds
}

// A level of a is drawn as high as a^0.6: between amplitude, in which quiet
// speech vanishes, and decibels, in which all speech is a wall. Under -46 dB
// lies the noise of a room: silence.
const (
	exponent = 0.6
	silence  = 0.005
)

// The shapes of what is not a bar. Silence is a dot, so that rows without sound
// are seen to be some; each has a shape of its own, so that none needs colour.
const (
	playhead = '┃'
	bound    = '│'
	quiet    = '·'
	spoken   = '▔'
)

// look is which style a cell has.
type look uint8

const (
	ahead look = iota
	done
	guess
	head
	rail
)

type cell struct {
	r    rune
	look look
}

// Draw draws a view in exactly width cells by rows, bars standing on the lowest
// row. From two rows on, the lowest is the rail: what is spoken, and the bounds
// of segments. In a single row bounds stand where it is silent, so that they
// hide no sound.
func Draw(v View, width, rows int, k Kind, s Styles) []string {
	if width <= 0 || rows <= 0 {
		return nil
	}
	bars := rows
	if rows > 1 {
		bars--
	}
	grid := make([][]cell, rows)
	for y := range bars {
		grid[y] = make([]cell, width)
	}
	for x := range width {
		v.column(x, width, k, grid[:bars])
	}
	if rows > 1 {
		grid[bars] = v.rail(width)
	} else {
		v.boundsInSilence(grid[0])
	}
	if x := v.cellOf(v.PlayheadSamples, width); x >= 0 {
		for y := range grid {
			grid[y][x] = cell{playhead, head}
		}
	}
	out := make([]string, rows)
	for y, row := range grid {
		out[y] = s.render(row)
	}
	return out
}

// cellOf is the cell in which a sample lies, or -1.
func (v View) cellOf(sample int64, width int) int {
	span := v.ToSamples - v.FromSamples
	if span <= 0 || sample < v.FromSamples || sample >= v.ToSamples {
		return -1
	}
	return int((sample - v.FromSamples) * int64(width) / span)
}

// At is the sample at which the x-th of n parts of the view begins.
func (v View) At(x, n int) int64 {
	return v.FromSamples + (v.ToSamples-v.FromSamples)*int64(x)/int64(n)
}

// column draws the bars of one cell, from the lowest row up.
func (v View) column(x, width int, k Kind, grid [][]cell) {
	parts, steps := 1, 8
	if k == Braille {
		parts, steps = 2, 4
	}
	var heights [2]int
	look := ahead
	if v.PlayheadSamples >= v.At(x+1, width) {
		look = done
	}
	for i := range parts {
		n := x*parts + i
		level, guessed := v.level(v.At(n, width*parts), v.At(n+1, width*parts))
		heights[i] = height(level, steps*len(grid))
		if guessed {
			look = guess
		}
	}
	for y := range grid {
		below := steps * (len(grid) - 1 - y)
		r := bar(k, heights[0]-below, heights[1]-below)
		if r == 0 {
			r = ' '
			if below == 0 {
				r = quiet
			}
		}
		grid[y][x] = cell{r, look}
	}
}

func (v View) level(from, to int64) (float64, bool) {
	if v.Levels == nil || v.ToSamples <= v.FromSamples {
		return 0, false
	}
	return v.Levels.Loudest(from, max(to, from+1))
}

// height is a level in so many steps; sound has at least one.
func height(level float64, steps int) int {
	if level < silence {
		return 0
	}
	return min(int(math.Ceil(math.Pow(level, exponent)*float64(steps))), steps)
}

var (
	blocks = []rune("\x00▁▂▃▄▅▆▇█")
	// The dots of a braille cell, from the lowest up.
	leftDots  = []rune{0, 0x40, 0x44, 0x46, 0x47}
	rightDots = []rune{0, 0x80, 0xa0, 0xb0, 0xb8}
)

// bar is the rune of one or two bars, 0 where they do not reach this row.
func bar(k Kind, left, right int) rune {
	if k == Blocks {
		return blocks[min(max(left, 0), 8)]
	}
	dots := leftDots[min(max(left, 0), 4)] | rightDots[min(max(right, 0), 4)]
	if dots == 0 {
		return 0
	}
	return 0x2800 | dots
}

// rail draws what is spoken, with a dot where that is less than half of a cell,
// and the bounds.
func (v View) rail(width int) []cell {
	row := make([]cell, width)
	for x := range row {
		row[x] = cell{' ', rail}
	}
	if v.ToSamples <= v.FromSamples {
		return row
	}
	covered := make([]int64, width)
	for _, s := range v.Speech {
		from, to := max(s.From, v.FromSamples), min(s.To, v.ToSamples)
		for x, last := v.cellOf(from, width), v.cellOf(to-1, width); x >= 0 && x <= last; x++ {
			covered[x] += min(to, v.At(x+1, width)) - max(from, v.At(x, width))
		}
	}
	for x, n := range covered {
		switch {
		case 2*n >= v.At(x+1, width)-v.At(x, width) && n > 0:
			row[x].r = spoken
		case n > 0:
			row[x].r = quiet
		}
	}
	for _, b := range v.Bounds {
		if x := v.cellOf(b, width); x >= 0 {
			row[x].r = bound
		}
	}
	return row
}

func (v View) boundsInSilence(row []cell) {
	for _, b := range v.Bounds {
		if x := v.cellOf(b, len(row)); x >= 0 && row[x].r == quiet {
			row[x] = cell{bound, rail}
		}
	}
}

// render puts each run of cells of one look into its style.
func (s Styles) render(row []cell) string {
	var b strings.Builder
	var run []rune
	for i, c := range row {
		run = append(run, c.r)
		if i+1 == len(row) || row[i+1].look != c.look {
			b.WriteString(s.of(c.look).Render(string(run)))
			run = run[:0]
		}
	}
	return b.String()
}

func (s Styles) of(l look) lipgloss.Style {
	switch l {
	case done:
		return s.Done
	case guess:
		return s.Guessed
	case head:
		return s.Playhead
	case rail:
		return s.Rail
	}
	return s.Ahead
}
