package workbench

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui"
	"tapescript/tui/pedal"
)

// Pedal is a foot pedal, and what its buttons do.
type Pedal struct {
	Events  <-chan pedal.Event // nil: there is none
	Actions map[pedal.Button]tui.Action
	// Toggle: the pedal that plays is pressed once to play and once to pause;
	// else it plays as long as it is down.
	Toggle bool
}

// PedalActions are what pedals do in every transcription program: back, play,
// forward.
func PedalActions() map[pedal.Button]tui.Action {
	return map[pedal.Button]tui.Action{pedal.Left: tui.Back, pedal.Middle: tui.PlayPause, pedal.Right: tui.Forward}
}

// A pedal that is held goes on stepping, after a moment.
const (
	holdFirst = 500 * time.Millisecond
	holdNext  = 250 * time.Millisecond
)

type pedalMsg pedal.Event

// heldMsg steps again while a pedal is held.
type heldMsg struct {
	button pedal.Button
	press  int // which press it belongs to
}

// listenPedal waits for the pedal, in a command.
func (w *Workbench) listenPedal() tea.Cmd {
	events := w.Pedal.Events
	if events == nil {
		return nil
	}
	return func() tea.Msg {
		if e, ok := <-events; ok {
			return pedalMsg(e)
		}
		return nil
	}
}

// onPedal does what a pedal is for, and waits for the next.
func (w *Workbench) onPedal(e pedalMsg) tea.Cmd {
	var cmd tea.Cmd
	switch e.Kind {
	case pedal.Down:
		w.pressed[e.Button]++
		cmd = w.pedalDown(e.Button)
	case pedal.Up:
		w.pressed[e.Button]++
		if w.Pedal.Actions[e.Button] == tui.PlayPause && !w.Pedal.Toggle {
			cmd = w.Do(tui.Stop)
		}
	case pedal.Found:
		w.say(w.Words.Say("pedal.found", e.Device.Name))
	case pedal.Gone:
		w.say(w.Words.Say("pedal.gone"))
	case pedal.Denied:
		w.complain(w.Words.Say("pedal.denied", e.Device.Name))
	}
	return tea.Batch(cmd, w.listenPedal())
}

func (w *Workbench) pedalDown(b pedal.Button) tea.Cmd {
	a := w.Pedal.Actions[b]
	switch {
	case a == "":
		return nil
	case a == tui.PlayPause && !w.Pedal.Toggle:
		return w.Do(tui.Start)
	case a == tui.Back || a == tui.Forward || a == tui.BackFar || a == tui.ForwardFar:
		return tea.Batch(w.Do(a), w.holdOn(b, holdFirst))
	}
	return w.Do(a)
}

func (w *Workbench) holdOn(b pedal.Button, after time.Duration) tea.Cmd {
	press := w.pressed[b]
	return w.after(after, func(time.Time) tea.Msg { return heldMsg{b, press} })
}

// onHeld steps again if the pedal is still down.
func (w *Workbench) onHeld(m heldMsg) tea.Cmd {
	if m.press != w.pressed[m.button] {
		return nil
	}
	return tea.Batch(w.Do(w.Pedal.Actions[m.button]), w.holdOn(m.button, holdNext))
}
