package workbench

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// waveRow is the row of the screen that holds the waveform.
func (d *desk) waveRow() int {
	top, _ := d.bench.wavePlace(80, 24)
	return top
}

func TestAPressOnTheWaveformGoesThere(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt") // the segment, and so the view, is 1 s to 3 s
	rows := strings.Split(d.root.View().Content, "\n")
	if row := rows[d.waveRow()]; !strings.ContainsAny(row, "⣿⣶⣤·") || strings.Contains(row, "Ctrl+S") {
		t.Fatalf("no waveform in %q", row)
	}
	for _, c := range []struct {
		x    int
		want time.Duration
	}{{0, 1000}, {40, 2000}, {79, 2980}, {20, 1500}} {
		d.send(tea.MouseClickMsg{X: c.x, Y: d.waveRow(), Button: tea.MouseLeft})
		if got := d.position(); got != c.want*time.Millisecond {
			t.Errorf("column %d is %v, want %v ms", c.x, got, c.want)
		}
		if d.bench.sound.Position = d.bench.transport.State().Position; d.bench.sound.Playing {
			t.Error("it plays unasked")
		}
	}
	at := d.position()
	d.send(tea.MouseClickMsg{X: 70, Y: d.waveRow(), Button: tea.MouseRight})
	d.send(tea.MouseReleaseMsg{X: 70, Y: d.waveRow(), Button: tea.MouseLeft})
	d.send(tea.MouseClickMsg{X: 70, Y: 23, Button: tea.MouseLeft})
	if got := d.position(); got != at {
		t.Errorf("something else moves to %v", got)
	}
}

func TestTheWheelMovesThePlayheadAndTheZoom(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	wheel := func(b tea.MouseButton, mod tea.KeyMod) {
		d.send(tea.MouseWheelMsg{X: 3, Y: d.waveRow(), Button: b, Mod: mod})
	}
	wheel(tea.MouseWheelDown, 0)
	wheel(tea.MouseWheelDown, 0)
	wheel(tea.MouseWheelDown, 0)
	wheel(tea.MouseWheelUp, 0)
	if got := d.position(); got != 2*time.Second {
		t.Errorf("at %v", got)
	}
	wheel(tea.MouseWheelDown, tea.ModCtrl)
	if d.bench.wave.zoom != 5*time.Second {
		t.Errorf("zoom %v", d.bench.wave.zoom)
	}
	wheel(tea.MouseWheelUp, tea.ModCtrl)
	if d.bench.wave.zoom != 0 {
		t.Errorf("zoom %v", d.bench.wave.zoom)
	}
}

func TestThePressInTheTextMovesTheCursor(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	second := d.bench.doc.Transcript().Segments[1]
	rows := strings.Split(d.root.View().Content, "\n")
	for y, row := range rows {
		if strings.Contains(row, second.Text) {
			d.send(tea.MouseClickMsg{X: 40, Y: y, Button: tea.MouseLeft})
		}
	}
	if c := d.bench.editor.Cursor(); c.Segment != second.ID {
		t.Errorf("the cursor is in %q", c.Segment)
	}
	d.send(tea.MouseWheelMsg{X: 3, Y: 1, Button: tea.MouseWheelUp})
	if c := d.bench.editor.Cursor(); c.Segment == second.ID {
		t.Error("the wheel does not move the cursor")
	}
	if d.play(time.Millisecond); d.bench.sound.Playing {
		t.Error("the mouse plays")
	}
}

// TestTheMouseDoesNotAnswer a question, nor act behind the help.
func TestTheMouseDoesNotAnswer(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	at := d.position()
	d.press("f1")
	d.send(tea.MouseClickMsg{X: 70, Y: d.waveRow(), Button: tea.MouseLeft})
	if got := d.position(); got != at {
		t.Errorf("behind the help it moves to %v", got)
	}
}
