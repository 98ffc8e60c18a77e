package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// TestActionsAreFoundInBothLanguages: by a word of help, without its accents,
// whatever the interface speaks.
func TestActionsAreFoundInBothLanguages(t *testing.T) {
	for query, want := range map[string]Action{
		"slower": Slower, "plus lent": Slower, "locuteur": NameSpeaker, "SPEAKER name": NameSpeaker,
		"annuler": Undo, "segment delete": DeleteSegment, "wave closer": ZoomIn, "egaliser": EvenOut, "save-as": SaveAs,
	} {
		if list := FindActions(Groups, query); !slices.Contains(list, want) {
			t.Errorf("%q finds %v, not %s", query, list, want)
		}
	}
	all := 0
	for _, g := range Groups {
		all += len(g.Actions)
	}
	if n := len(FindActions(Groups, "")); n != all {
		t.Errorf("nothing asked for: %d of %d", n, all)
	}
	if list := FindActions(Groups, "zzz"); len(list) != 0 {
		t.Errorf("zzz finds %v", list)
	}
}

func TestThePaletteDoesWhatIsChosen(t *testing.T) {
	r, p := newRoot(t)
	press(r, alt('x'))
	for _, c := range "half second" {
		press(r, letter(c))
	}
	screen := ansi.Strip(r.View().Content)
	for _, want := range []string{"▸ Alt+<  F9", "hear the segment's last half second", "> half second"} {
		if !strings.Contains(screen, want) {
			t.Errorf("the palette lacks %q:\n%s", want, screen)
		}
	}
	press(r, tea.KeyPressMsg{Code: tea.KeyDown}, tea.KeyPressMsg{Code: tea.KeyEnter})
	if len(p.done) != 1 || p.done[0] != LastMoment || p.typed != "" || r.palette != nil {
		t.Errorf("did %v, typed %q", p.done, p.typed)
	}
	press(r, alt('x'), letter('z'), letter('z'), tea.KeyPressMsg{Code: tea.KeyEnter}, letter('a'))
	if len(p.done) != 1 || p.typed != "a" {
		t.Errorf("did %v, typed %q", p.done, p.typed)
	}
	press(r, alt('x'))
	for _, c := range "this help" {
		press(r, letter(c))
	}
	press(r, tea.KeyPressMsg{Code: tea.KeyEnter})
	if r.help == nil {
		t.Error("the palette does not open the help")
	}
	for w := 20; w < 90; w += 7 {
		for h := 5; h < 40; h += 3 {
			r.help = nil
			r.Update(tea.WindowSizeMsg{Width: w, Height: h})
			press(r, alt('x'))
			rows := strings.Split(r.View().Content, "\n")
			if len(rows) > h || !strings.Contains(ansi.Strip(rows[len(rows)-1]), ">") && h > 8 {
				t.Fatalf("%d×%d: %d rows\n%s", w, h, len(rows), r.View().Content)
			}
			press(r, tea.KeyPressMsg{Code: tea.KeyEscape})
		}
	}
}
