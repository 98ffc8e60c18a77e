package editor

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
)

// pieces is what random texts are made of: every way in which a character can
// be other than one byte in one cell.
var pieces = []string{
	"a", "b", "word ", "two words ", " ", "  ", ".", ", ", "-", "'", "(", ")", "/",
	"é", "e\u0301", "\u0301", "ß", "\u00a0", "\u00ad",
	"你", "好。", "「", "」", "カ", "ひ", "ー", "한", "\u1112\u1161\u11ab", "\u3000",
	"न", "म", "स्ते", "\u094d", "ส", "วั", "\u0e33", "ש", "\u05b8", "ا", "\u0600",
	"👩", "\u200d", "🔬", "👨‍👩‍👧‍👦", "🇫", "🇷", "🇫🇷", "👍🏽", "❤️", "\ufe0f", "1️⃣",
	"\u200b", "\u202e", "\u2060", "\ufeff", "\n", "\ufffd", "\u115f", "\U000e0020",
}

func randomText(next func(n int) int) string {
	var b strings.Builder
	for range next(12) {
		b.WriteString(pieces[next(len(pieces))])
	}
	return b.String()
}

// randomTranscript has up to five segments, some without time, some speaking
// at once, some with words.
func randomTranscript(next func(n int) int) *transcript.Transcript {
	tr := &transcript.Transcript{}
	names := []string{"Ana", "Bartholomew the Elder", "李明", "\u202eBen\u200b"}
	var start time.Duration
	for i := range next(6) {
		s := &transcript.Segment{ID: strconv.Itoa(i + 1), Text: transcript.Clean(randomText(next))}
		if next(4) > 0 {
			start += time.Duration(next(4000)) * time.Millisecond
			s.Start, s.End = start, start+time.Duration(1+next(5000))*time.Millisecond
		}
		if next(2) > 0 {
			s.Speaker = tr.SpeakerNamed(names[next(len(names))]).ID
		}
		if s.Timed() && next(2) > 0 {
			s.Words = wordsFor(s)
		}
		tr.Segments = append(tr.Segments, s)
	}
	return tr
}

// wordsFor gives a time to each second field of a text.
func wordsFor(s *transcript.Segment) []transcript.Word {
	var words []transcript.Word
	at := 0
	for i, f := range strings.Fields(s.Text) {
		from := at + strings.Index(s.Text[at:], f)
		at = from + len(f)
		if i%2 == 0 {
			t := s.Start + time.Duration(i)*100*time.Millisecond
			words = append(words, transcript.Word{From: from, To: at, Start: t, End: t + 100*time.Millisecond})
		}
	}
	return words
}

// press does one random thing.
func (h *hand) press(next func(n int) int) error {
	segs := h.doc.Transcript().Segments
	id := func() string {
		if len(segs) == 0 {
			return "none"
		}
		return segs[next(len(segs))].ID
	}
	switch k := next(34); {
	case k < 14:
		h.ed.Move(Motion(k), next(3) == 0)
	case k < 20:
		return h.apply(h.ed.Type(randomText(next)))
	case k < 22:
		return h.apply(h.ed.Backspace())
	case k == 22:
		return h.apply(h.ed.DeleteForward())
	case k == 23:
		return h.apply(h.ed.DeleteWordBack())
	case k == 24:
		return h.apply(h.ed.DeleteWordForward())
	case k == 25:
		err := h.enter(time.Duration(next(20000)) * time.Millisecond)
		if refused := (*transcript.RefusedError)(nil); errors.As(err, &refused) {
			return nil // people talk at once: the second part would begin too late
		}
		return err
	case k == 26:
		return h.goBack(h.doc.Undo())
	case k == 27:
		return h.goBack(h.doc.Redo())
	case k == 28:
		h.ed.Resize(next(61), next(21))
	case k == 29:
		h.ed.Click(next(62)-1, next(22)-1)
	case k == 30:
		a, b := next(40), next(40)
		h.ed.SetMarks(id(), []Mark{
			{From: min(a, b), To: max(a, b), Kind: MarkKind(next(2))},
			{From: a, To: a, Kind: Deletion},
		})
		h.ed.SetPlaying(id(), next(4)-1)
	case k == 31:
		h.ed.Follow(id())
		h.ed.SetCursor(transcript.Caret{Segment: id(), At: next(50) - 5})
	case k == 32:
		if s := h.ed.Segment(); s != nil {
			return h.apply(transcript.Delete{Segment: s.ID})
		}
	case k == 33:
		if len(segs) == 0 {
			h.ids++
			return h.apply(transcript.Insert{Segment: transcript.Segment{ID: "n" + strconv.Itoa(h.ids)}})
		}
	}
	return nil
}

// fault returns what is wrong with the document or the pane, or "".
func (h *hand) fault() string {
	if err := h.doc.Transcript().Validate(); err != nil {
		return err.Error()
	}
	rows, x, y := h.ed.Draw()
	if len(rows) != h.ed.height {
		return strconv.Itoa(len(rows)) + " rows"
	}
	for _, r := range rows {
		if h.ed.cells.method.StringWidth(r) > h.ed.width {
			return "too wide: " + strconv.Quote(r)
		}
	}
	s := h.ed.Segment()
	if s == nil || h.ed.height == 0 || h.ed.width == 0 {
		if x != -1 || y != -1 || s == nil && len(h.doc.Transcript().Segments) > 0 {
			return "a cursor without a place, or a place without a cursor"
		}
		return ""
	}
	if x < 0 || x >= h.ed.width || y < 0 || y >= h.ed.height {
		return "the cursor is outside"
	}
	if h.ed.cells.method == ansi.GraphemeWidth {
		return h.columnFault(s.Text, rows[y], x)
	}
	return ""
}

// columnFault compares what stands left of the cursor on the screen with the
// text before it.
func (h *hand) columnFault(text, row string, x int) string {
	edge := x == h.ed.gutter.width+h.ed.gutter.text || x == h.ed.width-1
	at := h.ed.Cursor().At
	if b := prev(text, at); clusterEnd2(text, b) != at {
		at = clusterEnd2(text, b) // within a cluster the cursor is drawn behind it
	}
	left := cellsBetween(ansi.Strip(row), h.ed.gutter.width, x)
	if ansi.StringWidth(left) != x-h.ed.gutter.width && !edge {
		return "the cursor stands off the text: " + strconv.Quote(left) + " in " + strconv.Quote(row) + " at " + strconv.Itoa(x) + " of " + strconv.Quote(text[:at])
	}
	var shown strings.Builder
	for b := 0; b < at; {
		end := clusterEnd2(text, b)
		glyph, _ := h.ed.cells.glyph(text[b:end], h.ed.gutter.text)
		shown.WriteString(glyph)
		b = end
	}
	if !strings.HasSuffix(strings.TrimRight(shown.String(), " \u3000"), strings.TrimRight(strings.ReplaceAll(left, "‸", " "), " \u3000")) && !edge {
		return "left of the cursor stands " + strconv.Quote(left) + ", the text before it is " + strconv.Quote(text[:at])
	}
	return ""
}

// cellsBetween is what a row without styles shows in the columns [from, to).
// ansi.Cut would take an ASCII letter apart from its marks.
func cellsBetween(row string, from, to int) string {
	var b strings.Builder
	for x, at := 0, 0; at < len(row); {
		end := clusterEnd2(row, at)
		if x >= from && x < to {
			b.WriteString(row[at:end])
		}
		x += ansi.StringWidth(row[at:end])
		at = end
	}
	return b.String()
}

// clusterEnd2 is clusterEnd without its short way for ASCII.
func clusterEnd2(text string, at int) int {
	cluster, _ := ansi.FirstGraphemeCluster(text[at:], ansi.GraphemeWidth)
	return at + len(cluster)
}

func TestRandomKeysKeepThePaneWhole(t *testing.T) {
	for seed := range uint64(600) {
		rng := rand.New(rand.NewPCG(seed, 7))
		h := newHand(t, randomTranscript(rng.IntN), 1+rng.IntN(60), 1+rng.IntN(20))
		if seed%4 == 3 {
			h.ed.SetWidths(ansi.WcWidth)
		}
		for i := range 60 {
			if err := h.press(rng.IntN); err != nil {
				t.Fatalf("seed %d, key %d: %v", seed, i, err)
			}
			if fault := h.fault(); fault != "" {
				t.Fatalf("seed %d, key %d, %dx%d: %s", seed, i, h.ed.width, h.ed.height, fault)
			}
		}
	}
}

// FuzzKeys reads each byte of its input as a choice.
func FuzzKeys(f *testing.F) {
	f.Add([]byte("some keys, then more keys"), uint8(20), uint8(5), false)
	f.Add([]byte{5, 11, 26, 26, 3, 3, 14, 200, 30, 1, 2, 3, 25, 9, 9, 32, 32, 32, 33, 14, 8}, uint8(1), uint8(1), true)
	f.Fuzz(func(t *testing.T, data []byte, width, height uint8, runes bool) {
		data = data[:min(len(data), 300)] // longer ones find nothing more, slowly
		next := func(n int) int {
			if len(data) == 0 {
				return 0
			}
			v := int(data[0]) % n
			data = data[1:]
			return v
		}
		h := newHand(t, randomTranscript(next), int(width), int(height))
		if runes {
			h.ed.SetWidths(ansi.WcWidth)
		}
		for i := 0; len(data) > 0; i++ {
			if err := h.press(next); err != nil {
				t.Fatalf("key %d: %v", i, err)
			}
			if fault := h.fault(); fault != "" {
				t.Fatalf("key %d: %s", i, fault)
			}
		}
	})
}
