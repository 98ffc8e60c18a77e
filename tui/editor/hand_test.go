package editor

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
	"tapescript/tui"
)

// hand types into an editor and does what its owner does: it applies what the
// editor asks for and tells it of the change.
type hand struct {
	doc *transcript.Document
	ed  *Editor
	ids int // of new segments
}

func newHand(t testing.TB, tr *transcript.Transcript, width, height int) *hand {
	t.Helper()
	doc, err := transcript.NewDocument(tr)
	if err != nil {
		t.Fatal(err)
	}
	ed := New(doc, tui.Plain())
	ed.Resize(width, height)
	return &hand{doc: doc, ed: ed}
}

// apply returns the document's refusal, if it has one.
func (h *hand) apply(edit transcript.Edit) error {
	if edit == nil {
		return nil
	}
	return h.tell(h.doc.Apply(edit))
}

func (h *hand) tell(c transcript.Change, err error) error {
	if err != nil {
		return err
	}
	h.ed.Changed(c)
	return nil
}

func (h *hand) enter(playhead time.Duration) error {
	h.ids++
	return h.apply(h.ed.Split(func(*transcript.Segment, int) time.Duration { return playhead }, "n"+strconv.Itoa(h.ids)))
}

var motions = map[string]Motion{
	"left": Left, "right": Right, "word-left": WordLeft, "word-right": WordRight,
	"home": Home, "end": End, "up": Up, "down": Down,
	"segment-up": SegmentUp, "segment-down": SegmentDown,
	"page-up": PageUp, "page-down": PageDown, "first": First, "last": Last,
}

// do does one line of a test's keys.
func (h *hand) do(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	if m, ok := motions[word]; ok {
		return h.move(m, rest, false)
	}
	switch word {
	case "select":
		name, count, _ := strings.Cut(rest, " ")
		m, ok := motions[name]
		if !ok {
			return fmt.Errorf("no motion %q", name)
		}
		return h.move(m, count, true)
	case "type":
		if strings.HasPrefix(rest, `"`) {
			text, err := strconv.Unquote(rest)
			if err != nil {
				return err
			}
			return h.apply(h.ed.Type(text))
		}
		for _, r := range rest {
			if err := h.apply(h.ed.Type(string(r))); err != nil {
				return err
			}
		}
		return nil
	case "backspace":
		return h.apply(h.ed.Backspace())
	case "delete":
		return h.apply(h.ed.DeleteForward())
	case "delete-word-back":
		return h.apply(h.ed.DeleteWordBack())
	case "delete-word":
		return h.apply(h.ed.DeleteWordForward())
	case "enter":
		at, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		return h.enter(at)
	case "undo":
		return h.goBack(h.doc.Undo())
	case "redo":
		return h.goBack(h.doc.Redo())
	}
	return h.doToPane(word, strings.Fields(rest))
}

// doToPane does what only shows: marks, the playhead, the mouse, the size.
func (h *hand) doToPane(word string, args []string) error {
	var n []int // the numbers among the arguments
	for _, a := range args {
		if v, err := strconv.Atoi(a); err == nil {
			n = append(n, v)
		}
	}
	switch {
	case word == "size" && len(n) == 2:
		h.ed.Resize(n[0], n[1])
	case word == "click" && len(n) == 2:
		h.ed.Click(n[0], n[1])
	case word == "playing" && len(args) == 2:
		h.ed.SetPlaying(args[0], n[len(n)-1])
	case word == "marks": // marks ID FROM TO KIND …
		var marks []Mark
		for a := args[1:]; len(a) >= 3; a = a[3:] {
			from, _ := strconv.Atoi(a[0])
			to, _ := strconv.Atoi(a[1])
			kind := map[string]MarkKind{"sub": Substitution, "ins": Insertion, "del": Deletion, "doubt": Doubt}[a[2]]
			marks = append(marks, Mark{From: from, To: to, Kind: kind})
		}
		h.ed.SetMarks(args[0], marks)
	default:
		return fmt.Errorf("no key %q", word)
	}
	return nil
}

func (h *hand) move(m Motion, count string, selecting bool) error {
	n := 1
	if count != "" {
		var err error
		if n, err = strconv.Atoi(count); err != nil {
			return err
		}
	}
	for range n {
		h.ed.Move(m, selecting)
	}
	return nil
}

// goBack is for an undo or a redo: there may be none, and people want to see
// what it did.
func (h *hand) goBack(c transcript.Change, err error) error {
	if errors.Is(err, transcript.ErrNothing) {
		return nil
	}
	if err := h.tell(c, err); err != nil {
		return err
	}
	h.ed.SetCursor(c.Caret)
	return nil
}
