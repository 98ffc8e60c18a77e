// Package wave turns peaks and a playhead into one row of cells: a pure
// function.
//
//	row := wave.Row(view, width, styles)
//
// It reads no sound and keeps no state.
package wave

import (
	"math"
	"strings"

	"charm.land/lipgloss/v2"

	"tapescript/audio/peaks"
)

// View is what a row shows.
type View struct {
	Peaks peaks.Peaks
	// FromSamples to ToSamples are the row's borders; the peaks may still be
	// missing, or end earlier.
	FromSamples, ToSamples int64
	// PlayheadSamples is the position that is heard; outside the row it is
	// not drawn.
	PlayheadSamples int64
}

// Styles are the looks of the three parts of a row.
type Styles struct {
	Done, Ahead, Playhead lipgloss.Style
}

// steps are the heights of a cell. Silence is a dot, so that a row without
// sound is seen to be one.
var steps = []rune("·▁▂▃▄▅▆▇█")

// A level of a is drawn as high as a^0.6: between amplitude, in which quiet
// speech vanishes, and decibels, in which all speech is a wall. Under -46 dB
// lies the noise of a room: silence.
const (
	exponent = 0.6
	silence  = 0.005
)

// Row draws a view in exactly width cells. The playhead is a bar of its own
// shape, so that it is seen without colour.
func Row(v View, width int, s Styles) string {
	if width <= 0 {
		return ""
	}
	span := v.ToSamples - v.FromSamples
	head := -1
	if span > 0 && v.PlayheadSamples >= v.FromSamples && v.PlayheadSamples < v.ToSamples {
		head = int((v.PlayheadSamples - v.FromSamples) * int64(width) / span)
	}
	cells := make([]rune, width)
	for x := range cells {
		cells[x] = cell(v, int64(x), int64(width), span)
	}
	if head < 0 {
		style := s.Ahead
		if v.PlayheadSamples >= v.ToSamples {
			style = s.Done
		}
		return style.Render(string(cells))
	}
	var b strings.Builder
	if head > 0 {
		b.WriteString(s.Done.Render(string(cells[:head])))
	}
	b.WriteString(s.Playhead.Render("┃"))
	if head+1 < width {
		b.WriteString(s.Ahead.Render(string(cells[head+1:])))
	}
	return b.String()
}

// cell is the height of the x-th of n cells: its loudest peak.
func cell(v View, x, n, span int64) rune {
	p := v.Peaks
	if span <= 0 || p.BucketSamples <= 0 {
		return steps[0]
	}
	from := v.FromSamples + span*x/n - p.FromSamples
	to := v.FromSamples + span*(x+1)/n - p.FromSamples
	first := max(from/p.BucketSamples, 0)
	last := min((max(to, from+1)-1)/p.BucketSamples, int64(len(p.Buckets))-1)
	level := 0.0
	for i := first; i <= last; i++ {
		level = max(level, p.Buckets[i].Level())
	}
	if level < silence {
		return steps[0]
	}
	height := int(math.Ceil(math.Pow(level, exponent) * float64(len(steps)-1)))
	return steps[min(height, len(steps)-1)]
}
