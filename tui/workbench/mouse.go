package workbench

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui"
	"tapescript/tui/editor"
	"tapescript/tui/wave"
)

// wheelStep is how far a turn of the wheel over the waveform goes: two of them
// are the step of the keys.
const wheelStep = time.Second

// Mouse puts the playhead where the waveform is pressed and the cursor where
// the text is. The wheel moves the playhead, with Ctrl the zoom, and over the
// text the cursor.
func (w *Workbench) Mouse(msg tea.MouseMsg, width, height int) tea.Cmd {
	m := msg.Mouse()
	top, rows := w.wavePlace(width, height)
	overWave, overText := m.Y >= top && m.Y < top+rows, m.Y < top
	switch msg.(type) {
	case tea.MouseClickMsg:
		switch {
		case m.Button != tea.MouseLeft:
		case overWave:
			return w.seekTo(m.X, width)
		case overText:
			w.lastTyped = w.Now()
			return w.clickText(m.X, m.Y)
		}
	case tea.MouseWheelMsg:
		down := m.Button == tea.MouseWheelDown || m.Button == tea.MouseWheelRight
		if !down && m.Button != tea.MouseWheelUp && m.Button != tea.MouseWheelLeft {
			return nil
		}
		switch {
		case overWave && m.Mod.Contains(tea.ModCtrl):
			return w.Do(map[bool]tui.Action{true: tui.ZoomOut, false: tui.ZoomIn}[down])
		case overWave && down:
			return w.stepBy(wheelStep)
		case overWave:
			return w.stepBy(-wheelStep)
		case overText:
			w.lastTyped = w.Now()
			return w.scroll(down)
		}
	}
	return nil
}

// wavePlace is where Draw puts the waveform: its first row, and how many it has.
func (w *Workbench) wavePlace(width, height int) (top, rows int) {
	rows = waveHeight(height)
	return height - len(w.footRows(width, height)) - 1 - rows, rows
}

// seekTo moves the playhead to a column of the waveform.
func (w *Workbench) seekTo(x, width int) tea.Cmd {
	w.active()
	span := w.waveSpan()
	v := wave.View{FromSamples: span.from, ToSamples: span.to}
	total := w.Samples(w.Duration)
	if span.to <= span.from || total <= 0 {
		return nil
	}
	at := time.Duration(float64(w.Duration) * float64(v.At(x, width)) / float64(total))
	w.transport.SeekTo(at)
	return tea.Batch(w.startTick(0), w.measureWave())
}

func (w *Workbench) stepBy(d time.Duration) tea.Cmd {
	w.active()
	w.transport.StepBy(d)
	return w.startTick(0)
}

// clickText moves the cursor. It plays nothing, whatever the setting says: a
// hand that reaches for the mouse wants to mend something.
func (w *Workbench) clickText(x, y int) tea.Cmd {
	w.active()
	w.editor.Click(x, y)
	w.rememberPlace()
	return w.measureWave()
}

// scroll moves the cursor by some rows, which takes the text along.
func (w *Workbench) scroll(down bool) tea.Cmd {
	const turn = 3 // rows
	w.active()
	for range turn {
		w.editor.Move(map[bool]editor.Motion{true: editor.Down, false: editor.Up}[down], false)
	}
	w.rememberPlace()
	return w.measureWave()
}
