package editor

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/rogpeppe/go-internal/txtar"

	"tapescript/transcript"
)

var update = flag.Bool("update", false, "rewrite what the cases expect")

// TestCases runs the text files in testdata/editor: the text before, the keys,
// the text after. A line is a segment:
//
//	ID [START-END] [@SPEAKER] | text
//
// with times in seconds, ↵ for a line break, ‸ for the cursor and «…» for the
// selection. Words, where they are known, are lines of "ID | word START-END …".
// "screen WxH" is the pane at that size, without styles, the cursor drawn over
// the cell before which it stands.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/editor/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d cases, %v; want at least 40", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) { runCase(t, file) })
	}
}

func runCase(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	part := func(name string) string {
		for _, f := range archive.Files {
			if f.Name == name {
				return string(f.Data)
			}
		}
		return ""
	}
	width, height := 60, 10
	for _, f := range archive.Files {
		fmt.Sscanf(f.Name, "screen %dx%d", &width, &height)
	}
	h := openCase(t, part("before"), part("words"), width, height)
	for _, line := range lines(part("keys")) {
		if err := h.do(line); err != nil {
			t.Fatalf("key %q: %v", line, err)
		}
		if err := h.doc.Transcript().Validate(); err != nil {
			t.Fatalf("after %q: %v", line, err)
		}
	}
	for i, f := range archive.Files {
		got := string(f.Data)
		switch {
		case f.Name == "after":
			got = textOf(h)
		case f.Name == "words after":
			got = wordsOf(h.doc.Transcript())
		case strings.HasPrefix(f.Name, "screen "):
			got = screenOf(h)
		}
		if got != string(f.Data) && !*update {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", f.Name, got, f.Data)
		}
		archive.Files[i].Data = []byte(got)
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func lines(text string) []string {
	var all []string
	for _, l := range strings.Split(text, "\n") {
		if l != "" {
			all = append(all, l)
		}
	}
	return all
}

// openCase reads the text before, and puts cursor and selection in.
func openCase(t *testing.T, before, words string, width, height int) *hand {
	t.Helper()
	tr := &transcript.Transcript{}
	var signs = map[string]transcript.Caret{}
	for _, line := range lines(before) {
		head, text, _ := strings.Cut(line, "| ")
		s := &transcript.Segment{}
		for i, field := range strings.Fields(head) {
			switch {
			case i == 0:
				s.ID = field
			case field[0] == '@':
				s.Speaker = tr.SpeakerNamed(field[1:]).ID
			default:
				s.Start, s.End = parseSpan(t, field)
			}
		}
		text = strings.ReplaceAll(text, "↵", "\n")
		for at, r := range text {
			if strings.ContainsRune("‸«»", r) {
				signs[string(r)] = transcript.Caret{Segment: s.ID, At: len(stripSigns(text[:at]))}
			}
		}
		s.Text = stripSigns(text)
		tr.Segments = append(tr.Segments, s)
	}
	for _, line := range lines(words) {
		readWords(t, tr, line)
	}
	h := newHand(t, tr, width, height)
	h.ed.SetCursor(signs["‸"])
	from, to := signs["«"], signs["»"]
	switch signs["‸"] {
	case from:
		h.ed.anchor = to
	case to:
		h.ed.anchor = from
	}
	return h
}

func stripSigns(text string) string {
	return strings.NewReplacer("‸", "", "«", "", "»", "").Replace(text)
}

func parseSpan(t *testing.T, field string) (start, end time.Duration) {
	t.Helper()
	a, b, _ := strings.Cut(field, "-")
	for text, d := range map[string]*time.Duration{a: &start, b: &end} {
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		*d = time.Duration(seconds*1000+0.5) * time.Millisecond
	}
	return start, end
}

func readWords(t *testing.T, tr *transcript.Transcript, line string) {
	t.Helper()
	id, list, _ := strings.Cut(line, " | ")
	for _, s := range tr.Segments {
		if s.ID != id {
			continue
		}
		at := 0
		for f := strings.Fields(list); len(f) >= 2; f = f[2:] {
			i := strings.Index(s.Text[at:], f[0])
			if i < 0 {
				t.Fatalf("the text %q has no further word %q", s.Text, f[0])
			}
			w := transcript.Word{From: at + i, To: at + i + len(f[0])}
			w.Start, w.End = parseSpan(t, f[1])
			s.Words = append(s.Words, w)
			at = w.To
		}
	}
}

// textOf draws the document as a case's text.
func textOf(h *hand) string {
	var b strings.Builder
	from, to, selected := h.ed.Selection()
	for _, s := range h.doc.Transcript().Segments {
		b.WriteString(s.ID)
		if s.Timed() {
			fmt.Fprintf(&b, " %g-%g", s.Start.Seconds(), s.End.Seconds())
		}
		if s.Speaker != "" {
			b.WriteString(" @" + s.Speaker)
		}
		b.WriteString(" | ")
		for at := 0; at <= len(s.Text); at++ {
			here := transcript.Caret{Segment: s.ID, At: at}
			if selected && here == from {
				b.WriteString("«")
			}
			if here == h.ed.Cursor() {
				b.WriteString("‸")
			}
			if selected && here == to {
				b.WriteString("»")
			}
			if at < len(s.Text) {
				b.WriteString(strings.ReplaceAll(s.Text[at:at+1], "\n", "↵"))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func wordsOf(tr *transcript.Transcript) string {
	var b strings.Builder
	for _, s := range tr.Segments {
		if len(s.Words) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s |", s.ID)
		for _, w := range s.Words {
			fmt.Fprintf(&b, " %s %g-%g", s.Text[w.From:w.To], w.Start.Seconds(), w.End.Seconds())
		}
		b.WriteString("\n")
	}
	return b.String()
}

// screenOf draws the pane, the cursor's sign put before the cell that it is on.
func screenOf(h *hand) string {
	rows, x, y := h.ed.Draw()
	var b strings.Builder
	for i, r := range rows {
		r = ansi.Strip(r)
		if i == y {
			left := cellsBetween(r, 0, x)
			r = left + strings.Repeat(" ", x-ansi.StringWidth(left)) + "‸" + r[len(left):]
		}
		b.WriteString(strings.TrimRight(r, " ") + "\n")
	}
	return b.String()
}
