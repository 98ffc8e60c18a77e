package editor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"

	"tapescript/transcript"
	"tapescript/tui"
)

// texts is a transcript of untimed segments "1", "2" …
func texts(all ...string) *transcript.Transcript {
	tr := &transcript.Transcript{}
	for i, text := range all {
		tr.Segments = append(tr.Segments, &transcript.Segment{ID: fmt.Sprint(i + 1), Text: text})
	}
	return tr
}

func numbered(n int) *transcript.Transcript {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprint("line ", i+1))
	}
	return texts(all...)
}

// shows says whether a text stands on the screen.
func (h *hand) shows(text string) bool {
	rows, _, _ := h.ed.Draw()
	return slices.ContainsFunc(rows, func(r string) bool { return strings.HasSuffix(ansi.Strip(r), " "+text) })
}

func TestFollowLeavesTheCursorUntilAKey(t *testing.T) {
	h := newHand(t, numbered(100), 20, 8)
	h.ed.Follow("60")
	if _, x, y := h.ed.Draw(); x != -1 || y != -1 || !h.shows("line 60") {
		t.Errorf("after following, the cursor is at %d,%d", x, y)
	}
	h.ed.Resize(20, 8)
	h.ed.Resize(24, 7)
	if !h.shows("line 60") {
		t.Error("another size lost the segment that is followed")
	}
	if c := h.ed.Cursor(); c.Segment != "1" {
		t.Errorf("the cursor went to %v", c)
	}
	h.ed.Move(Right, false)
	if _, x, y := h.ed.Draw(); x != 4 || y != 0 {
		t.Errorf("after a key, the cursor is at %d,%d", x, y)
	}
}

func TestCursorKeepsRowsOfContext(t *testing.T) {
	h := newHand(t, numbered(50), 20, 10)
	for range 10 {
		h.ed.Move(Down, false)
	}
	if _, _, y := h.ed.Draw(); y != 10-1-context {
		t.Errorf("going down, the cursor is in row %d", y)
	}
	h.ed.Move(Last, false)
	if _, _, y := h.ed.Draw(); y != 9 {
		t.Errorf("at the end, the cursor is in row %d", y)
	}
	for range 9 {
		h.ed.Move(Up, false)
	}
	if _, _, y := h.ed.Draw(); y != context {
		t.Errorf("going up, the cursor is in row %d", y)
	}
	h.ed.SetCursor(transcript.Caret{Segment: "20"})
	if _, _, y := h.ed.Draw(); y != 5 {
		t.Errorf("from far away, the cursor is in row %d, want the middle", y)
	}
}

func TestDeletedEndPullsTheTextDown(t *testing.T) {
	h := newHand(t, numbered(20), 20, 10)
	h.ed.Move(Last, false)
	for range 5 {
		if err := h.apply(transcript.Delete{Segment: h.ed.Segment().ID}); err != nil {
			t.Fatal(err)
		}
	}
	if !h.shows("line 6") || !h.shows("line 15") {
		t.Error("there are empty rows below while there is text above")
	}
}

func TestChangesElsewhereLeaveTheCursor(t *testing.T) {
	h := newHand(t, texts("one", "two", "three"), 30, 5)
	at := transcript.Caret{Segment: "2", At: 1}
	h.ed.SetCursor(at)
	h.ed.Move(Right, true)
	for _, edit := range []transcript.Edit{
		transcript.Splice{Segment: "1", At: 0, Insert: "x"},
		transcript.Delete{Segment: "1"},
		transcript.Insert{Segment: transcript.Segment{ID: "0"}, Before: "2"},
		transcript.AddSpeaker{Speaker: transcript.Speaker{ID: "Ana"}},
		transcript.SetSpeaker{Segment: "2", Speaker: "Ana"},
		transcript.Retime{Segment: "2", Start: 0, End: time.Second},
	} {
		if err := h.apply(edit); err != nil {
			t.Fatal(err)
		}
		if got := h.ed.SelectedText(); got != "w" || h.ed.Cursor() != (transcript.Caret{Segment: "2", At: 2}) {
			t.Errorf("after %#v the cursor is at %v, %q selected", edit, h.ed.Cursor(), got)
		}
	}
	if err := h.apply(transcript.Splice{Segment: "2", At: 0, Insert: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := h.ed.Selection(); ok {
		t.Error("an edit of the selected text left it selected")
	}
}

func TestSelectedTextOfSeveralSegments(t *testing.T) {
	h := newHand(t, texts("one", "two", "three"), 30, 5)
	h.ed.SetCursor(transcript.Caret{Segment: "1", At: 1})
	for range 3 {
		h.ed.Move(Right, true)
	}
	h.ed.Move(Last, true)
	if got := h.ed.SelectedText(); got != "ne\ntwo\nthree" {
		t.Errorf("%q is selected", got)
	}
}

// TestStylesLieOverEachOther reads the styles back: selection over mark over
// the word that is heard.
func TestStylesLieOverEachOther(t *testing.T) {
	tr := texts("one two three")
	tr.Segments[0].Words = []transcript.Word{{From: 0, To: 7, End: time.Second}}
	h := newHand(t, tr, 40, 1)
	h.ed.SetPlaying("1", 0)
	h.ed.SetMarks("1", []Mark{{From: 4, To: 13, Kind: Insertion}, {From: 12, To: 13, Kind: Doubt}})
	h.ed.SetCursor(transcript.Caret{Segment: "1", At: 8})
	h.ed.Move(Right, true)
	h.ed.Move(Right, true)
	rows, _, _ := h.ed.Draw()
	theme := tui.Plain()
	want := theme.PlayingWord.Render("x") + theme.Insertion.Render("x") +
		theme.Selection.Render("x") + theme.Insertion.Render("x") + theme.Doubt.Render("x")
	for _, part := range []string{"one ", "two ", "th", "re", "e"} {
		want = strings.Replace(want, "x", part, 1)
	}
	if !strings.HasSuffix(rows[0], want) {
		t.Errorf("got %q\nwant it to end in %q", rows[0], want)
	}
}

func TestMarksMoveWithTheirText(t *testing.T) {
	h := newHand(t, texts("one two three four"), 40, 3)
	marks := []Mark{
		{From: 0, To: 3, Note: "won"},
		{From: 4, To: 7, Kind: Insertion},
		{From: 8, To: 8, Kind: Deletion},
		{From: 14, To: 18, Kind: Doubt},
	}
	h.ed.SetMarks("1", marks)
	h.ed.SetCursor(transcript.Caret{Segment: "1", At: 5})
	if err := h.apply(h.ed.Type("eeee")); err != nil {
		t.Fatal(err)
	}
	want := []Mark{
		{From: 0, To: 3, Note: "won"},
		{From: 12, To: 12, Kind: Deletion},
		{From: 18, To: 22, Kind: Doubt},
	}
	if got := h.ed.marks["1"]; !slices.Equal(got, want) {
		t.Errorf("the marks are %v, want %v", got, want)
	}
	if marks[1].From != 4 {
		t.Error("the caller's marks were changed")
	}
	h.ed.Move(First, false)
	if m, ok := h.ed.MarkAtCursor(); !ok || m.Note != "won" {
		t.Errorf("the mark at the cursor is %v, %v", m, ok)
	}
	h.ed.SetCursor(transcript.Caret{Segment: "1", At: 5})
	if m, ok := h.ed.MarkAtCursor(); ok {
		t.Errorf("there is a mark where there is none: %v", m)
	}
}

func TestWidthsByRunesMoveTheCursor(t *testing.T) {
	h := newHand(t, texts("नमस्ते👩‍🔬"), 20, 1)
	h.ed.Move(Last, false)
	if _, x, _ := h.ed.Draw(); x != 3+3+2 {
		t.Errorf("by clusters the cursor is in column %d", x)
	}
	h.ed.SetWidths(ansi.WcWidth)
	if _, x, _ := h.ed.Draw(); x != 3+4+4 {
		t.Errorf("by runes the cursor is in column %d", x)
	}
}

func TestWhatHasNoCellIsDrawnWithASign(t *testing.T) {
	for cluster, want := range map[string]string{
		"\u200b":       invisibleSign,
		"\u200d\ufe0f": invisibleSign,
		"\u0301":       markCarrier + "\u0301",
		"\u0e33":       markCarrier + "\u0e33",
		"\u06dd\u0661": invisibleSign + "\u0661", // end of ayah, which takes its number in
		"e\u0301":      "e\u0301",
	} {
		if got, w := (cells{ansi.GraphemeWidth}).glyph(cluster, 20); got != want || w != ansi.StringWidth(want) {
			t.Errorf("%q is drawn as %q, %d cells; want %q", cluster, got, w, want)
		}
	}
	if got, w := (cells{ansi.GraphemeWidth}).glyph("好", 1); got != invisibleSign || w != 1 {
		t.Errorf("in a row of one cell, a wide character is drawn as %q, %d cells", got, w)
	}
}

func TestTimes(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0:00.0":      0,
		"0:59.9":      59*time.Second + 999*time.Millisecond,
		"59:59.9":     time.Hour - 1,
		"1:00:00.0":   time.Hour,
		"100:01:02.3": 100*time.Hour + 62*time.Second + 300*time.Millisecond,
	} {
		if got := formatTime(d); got != want {
			t.Errorf("%v is shown as %s, want %s", d, got, want)
		}
	}
}

func TestTextGetsItsRoom(t *testing.T) {
	tr := long(5000) // over an hour, and a long name
	h := newHand(t, tr, 80, 24)
	if h.ed.gutter.text < 55 {
		t.Errorf("at 80 columns the text has %d cells", h.ed.gutter.text)
	}
	for width := range 200 {
		h.ed.Resize(width, 3)
		if want := width / 2; h.ed.gutter.text < want {
			t.Errorf("at %d columns the text has %d cells", width, h.ed.gutter.text)
		}
	}
}

// TestRowsHoldAsMuchAsTheyCan holds wrapping to its rules, on random texts:
// rows make up the text, fit, and each is as long as it may be.
func TestRowsHoldAsMuchAsTheyCan(t *testing.T) {
	c := cells{ansi.GraphemeWidth}
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		text := transcript.Clean(randomText(rng.IntN) + randomText(rng.IntN))
		width := 1 + rng.IntN(12)
		rows := c.wrap(text, width)
		at := 0
		for i, r := range rows {
			if r.from != at {
				t.Fatalf("%q at %d: row %d begins at byte %d, the one before ended at %d", text, width, i, r.from, at)
			}
			if at = r.to; at < len(text) && text[at] == '\n' {
				at++
			}
			if w := c.widthOf(trimHanging(text[r.from:r.to]), width); w > width {
				t.Fatalf("%q: row %d takes %d of %d cells", text, i, w, width)
			}
			if i+1 == len(rows) || rows[i+1].from != r.to {
				continue
			}
			piece := text[r.to:nextEnd(text, r.to)]
			whole := c.widthOf(text[r.from:r.to], width) + c.widthOf(trimHanging(piece), width)
			if whole <= width {
				t.Fatalf("%q at %d: %q would have fitted into row %d, %q", text, width, piece, i, text[r.from:r.to])
			}
		}
		if at != len(text) {
			t.Fatalf("%q at %d: the rows end at byte %d", text, width, at)
		}
	}
}

// nextEnd is the next place behind byte at where a row may end.
func nextEnd(text string, at int) int {
	allowed := map[int]bool{len(text): true}
	line, rest, state := "", text, -1
	for rest != "" {
		line, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		allowed[len(text)-len(rest)] = line != ""
	}
	for {
		at = clusterEnd2(text, at)
		if allowed[at] {
			return at
		}
	}
}

func trimHanging(text string) string {
	for text != "" {
		last := prev(text, len(text))
		if !hangs(text[last:]) {
			break
		}
		text = text[:last]
	}
	return text
}

func (c cells) widthOf(text string, limit int) int {
	x := 0
	for at := 0; at < len(text); {
		end := clusterEnd2(text, at)
		x += c.width(text[at:end], limit)
		at = end
	}
	return x
}

func TestStylesOfARowEndWithIt(t *testing.T) {
	h := newHand(t, texts("same text", "same text"), 40, 2)
	h.ed.SetMarks("1", []Mark{{From: 0, To: 9, Kind: Insertion}})
	h.ed.SetMarks("2", []Mark{{From: 5, To: 9, Kind: Insertion}})
	rows, _, _ := h.ed.Draw()
	marked := strings.Replace(tui.Plain().Insertion.Render("x"), "x", "text", 1)
	if want := " same " + marked; !strings.HasSuffix(rows[1], want) {
		t.Errorf("got %q\nwant it to end in %q", rows[1], want)
	}
}

func TestPlaceAtASoftWrapBeginsTheNextRow(t *testing.T) {
	h := newHand(t, texts("abcdefghijkl"), 11, 3)
	h.ed.Move(End, false)
	if _, x, y := h.ed.Draw(); x != 3+7 || y != 0 {
		t.Errorf("End put the cursor at %d,%d", x, y)
	}
	h.ed.SetCursor(h.ed.Cursor())
	if _, x, y := h.ed.Draw(); x != 3 || y != 1 {
		t.Errorf("the same place was shown at %d,%d", x, y)
	}
}
