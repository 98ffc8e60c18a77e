package editor

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// TestRendererDrawsUnderTheCursor gives random panes to the renderer that the
// program uses, in both of its ways to count cells, and looks whether the
// character behind the cursor is the one in the cursor's cell.
func TestRendererDrawsUnderTheCursor(t *testing.T) {
	compared := 0
	for seed := range uint64(600) {
		rng := rand.New(rand.NewPCG(seed, 3))
		h := newHand(t, randomTranscript(rng.IntN), 20+rng.IntN(60), 1+rng.IntN(10))
		h.ed.SetWidths([]ansi.Method{ansi.WcWidth, ansi.GraphemeWidth}[seed%2])
		for range 20 {
			h.ed.Move(Motion(rng.IntN(int(Last)+1)), false)
			want := h.behindCursor()
			if want == "" {
				continue
			}
			rows, x, y := h.ed.Draw()
			screen := uv.NewScreenBuffer(h.ed.width, h.ed.height)
			screen.Method = h.ed.cells.method
			uv.NewStyledString(strings.Join(rows, "\n")).Draw(screen, screen.Bounds())
			got := screen.CellAt(x, y)
			// A glyph with a sign may be several cells of the screen.
			if got == nil || got.Content == "" || !strings.HasPrefix(want, got.Content) {
				t.Fatalf("seed %d: at the cursor, column %d of %q, stands %v, want %q", seed, x, rows[y], got, want)
			}
			compared++
		}
	}
	if compared < 1000 {
		t.Errorf("only %d places were compared", compared)
	}
}

// behindCursor is what is drawn for the cluster behind the cursor, "" where
// the row has none or the cursor is at the edge.
func (h *hand) behindCursor() string {
	s := h.ed.Segment()
	if s == nil {
		return ""
	}
	at := h.ed.Cursor().At
	r := h.ed.rows(s)[h.ed.cursorPlace().row]
	if at >= r.to || h.ed.column(s.Text, r, at) >= h.ed.gutter.text {
		return ""
	}
	glyph, _ := h.ed.cells.glyph(s.Text[at:clusterEnd2(s.Text, at)], h.ed.gutter.text)
	return glyph
}
