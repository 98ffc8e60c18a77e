package editor

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
)

// Signs of the gutter: colours may be off, so that a sign says everything.
const (
	currentSign = '▸'
	playingSign = "♪"
	noTime      = "--:--"
)

// Below these widths of the pane, in cells, a column gives its room to the
// text.
const (
	speakerFrom = 50
	timeFrom    = 30
	signsFrom   = 10
)

// gutter is what stands left of the text, in cells:
//
//	▸♪ 1:02:03.4 Ana      the text
//
// Everything that people read at a fixed column stands left of the text,
// because terminals disagree on the widths of some clusters.
type gutter struct {
	width   int // of it all, with the space before the text
	time    int // 0: not shown
	speaker int // 0: not shown
	text    int // what a row of text may take; at least 1

	widest int               // name of a speaker
	names  map[string]string // by a speaker's ID, cut and padded to the column
}

// measureSpeakers is for when names have changed.
func (e *Editor) measureSpeakers() {
	t := e.doc.Transcript()
	e.gutter.widest = 0
	e.gutter.names = make(map[string]string, len(t.Speakers))
	for _, s := range t.Speakers {
		_, w := e.cells.cut(oneLine(t.SpeakerName(s.ID)), e.width)
		e.gutter.widest = max(e.gutter.widest, w)
	}
}

// measure shares the pane's width out. The text keeps one cell free at the
// right, so that the cursor can stand behind a full row.
func (e *Editor) measure() {
	g := gutter{widest: e.gutter.widest, names: e.gutter.names}
	if e.width >= signsFrom {
		g.width = 3
	}
	if e.width >= timeFrom {
		g.time = max(len(formatTime(e.lastStart())), len("0:00.0"))
		g.width += g.time + 1
	}
	if e.width >= speakerFrom && g.widest > 0 {
		g.speaker = min(g.widest, e.width/8, 16)
		g.width += g.speaker + 1
	}
	g.text = max(e.width-g.width-1, 1)
	if g.text != e.gutter.text {
		clear(e.layouts)
	}
	if g.speaker != e.gutter.speaker {
		g.names = make(map[string]string)
	}
	e.gutter = g
}

// lastStart is the latest start of a segment: the longest time to show.
func (e *Editor) lastStart() time.Duration {
	segs := e.segments()
	for i := len(segs) - 1; i >= 0; i-- {
		if segs[i].Timed() {
			return segs[i].Start
		}
	}
	return 0
}

// formatTime writes m:ss.t or h:mm:ss.t. What is shorter than a tenth of a
// second is cut off, as clocks do.
func formatTime(d time.Duration) string {
	tenths := d / (100 * time.Millisecond)
	s, t := tenths/10, tenths%10
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d.%d", s/3600, s/60%60, s%60, t)
	}
	return fmt.Sprintf("%d:%02d.%d", s/60, s%60, t)
}

// oneLine makes a name fit for a row; a document does not check the names that
// a file brought.
func oneLine(name string) string {
	return strings.ReplaceAll(transcript.Clean(name), "\n", " ")
}

// speakerCell is a speaker's name, cut and padded to its column.
func (e *Editor) speakerCell(id string) string {
	cell, ok := e.gutter.names[id]
	if !ok {
		name, w := e.cells.cut(oneLine(e.doc.Transcript().SpeakerName(id)), e.gutter.speaker)
		cell = name + strings.Repeat(" ", e.gutter.speaker-w)
		e.gutter.names[id] = cell
	}
	return cell
}

// drawGutter writes the gutter of a segment's first visible row, but for its
// last cell.
func (e *Editor) drawGutter(s *transcript.Segment) {
	g := &e.gutter
	if g.width == 0 {
		return
	}
	current, playing := s.ID == e.cursor.Segment, s.ID == e.playing
	timeInk := inkTime
	if current {
		timeInk = inkCurrent
		e.pen.ink(inkCurrent)
		e.pen.rune(currentSign)
	} else {
		sign := e.signs[s.ID]
		if sign == 0 {
			sign = NoSign
		}
		e.pen.ink(inkText)
		e.pen.rune(sign)
	}
	if playing {
		timeInk = inkPlaying
		e.pen.ink(inkPlaying)
		e.pen.text(e.playingSign())
	} else {
		e.pen.ink(inkText)
		e.pen.rune(' ')
	}
	if g.time > 0 {
		label := noTime
		if s.Timed() {
			label = formatTime(s.Start)
		}
		e.pen.ink(inkText)
		e.pen.spaces(1 + g.time - len(label))
		e.pen.ink(timeInk)
		e.pen.text(label)
	}
	if g.speaker > 0 {
		e.pen.ink(inkText)
		e.pen.spaces(1)
		if s.Speaker == "" {
			e.pen.spaces(g.speaker)
			return
		}
		e.pen.ink(inkSpeaker)
		e.pen.text(e.speakerCell(s.Speaker))
	}
}

// playingSign is one cell wide. Where East Asian signs are counted as wide,
// the note is two, and > stands in for it.
func (e *Editor) playingSign() string {
	if ansi.StringWidth(playingSign) == 1 {
		return playingSign
	}
	return ">"
}
