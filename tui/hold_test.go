package tui

import (
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// TestAKeyThatIsHeldPlays: in a terminal that tells of releases, the key plays
// while it is down, whichever of Alt and itself is let go first; elsewhere it
// plays and pauses.
func TestAKeyThatIsHeldPlays(t *testing.T) {
	hold := tea.KeyPressMsg{Code: tea.KeyF9, Mod: tea.ModAlt}
	repeat := hold
	repeat.IsRepeat = true
	r, p := newRoot(t)
	if !r.View().KeyboardEnhancements.ReportEventTypes {
		t.Error("releases are not asked for")
	}
	press(r, hold, repeat, hold)
	if want := []Action{PlayPause, PlayPause}; !reflect.DeepEqual(p.done, want) {
		t.Errorf("without releases: %q, want %q", p.done, want)
	}
	p.done = nil
	r.Update(tea.KeyboardEnhancementsMsg{Flags: ansi.KittyReportEventTypes})
	press(r, hold, repeat, repeat)
	r.Update(tea.KeyReleaseMsg{Code: tea.KeyLeftAlt})
	if want := []Action{Start}; !reflect.DeepEqual(p.done, want) {
		t.Errorf("held: %q, want %q", p.done, want)
	}
	r.Update(tea.KeyReleaseMsg{Code: tea.KeyF9})
	r.Update(tea.KeyReleaseMsg{Code: tea.KeyF9})
	if want := []Action{Start, Stop}; !reflect.DeepEqual(p.done, want) {
		t.Errorf("let go: %q, want %q", p.done, want)
	}
	p.done = nil
	p.question = &Question{Text: "?", Choices: []Choice{{Key: "y", Do: func() tea.Cmd { return nil }}}}
	press(r, hold)
	r.Update(tea.KeyReleaseMsg{Code: tea.KeyF9, Mod: tea.ModAlt})
	if want := []Action{Start, Stop}; !reflect.DeepEqual(p.done, want) {
		t.Errorf("over a question: %q, want %q", p.done, want)
	}
	if p.typed != "" {
		t.Errorf("a release typed %q", p.typed)
	}
}
