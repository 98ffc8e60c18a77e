package tui

import tea "charm.land/bubbletea/v2"

// Pointed is a screen that takes the mouse. Without one the mouse stays the
// terminal's, which selects text with it; with one it does so with Shift.
type Pointed interface {
	Screen
	// Mouse takes a press or a turn of the wheel inside the w by h cells that
	// Draw was last asked for.
	Mouse(msg tea.MouseMsg, w, h int) tea.Cmd
}

// mouse is the mouse's way: nothing but the screen knows what to do with it,
// and it does nothing while something else has the keyboard.
func (r *Root) mouse(msg tea.MouseMsg) tea.Cmd {
	s, ok := r.screen.(Pointed)
	m := msg.Mouse()
	inside := m.X >= 0 && m.Y >= 0 && m.X < r.width && m.Y < r.height
	if !ok || !inside || r.tiny() || r.help != nil || r.question() != nil {
		return nil
	}
	return s.Mouse(msg, r.width, r.height)
}

// mouseMode asks the terminal for presses and the wheel, not for every motion.
func (r *Root) mouseMode() tea.MouseMode {
	if _, ok := r.screen.(Pointed); ok && !r.noMouse {
		return tea.MouseModeCellMotion
	}
	return tea.MouseModeNone
}
