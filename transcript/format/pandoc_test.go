package format

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pandoc converts a document.
func pandoc(t *testing.T, from, to string, data []byte) []byte {
	t.Helper()
	cmd := exec.Command("pandoc", "--from", from, "--to", to, "--wrap=none")
	cmd.Stdin = bytes.NewReader(data)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil || problems.Len() > 0 {
		t.Fatalf("pandoc: %v\n%s", err, &problems)
	}
	return out
}

// TestPandocReadsOurDocuments: it finds the words of each paragraph, speakers
// in bold, and no markup that is none.
func TestPandocReadsOurDocuments(t *testing.T) {
	requireTool(t, "pandoc")
	tr := judged()
	for _, c := range []struct {
		format     Format
		from, bold string
	}{{docx, "docx", "<strong>Ann:</strong>"}, {markdown, "commonmark", "<strong>Ann</strong>"}} {
		data := encoded(t, c.format, tr)
		if html := string(pandoc(t, c.from, "html", data)); !strings.Contains(html, c.bold) || strings.Count(html, "<p>") != len(tr.Segments) {
			t.Errorf("%s: %s", c.format.Name, html)
		}
		paragraphs := strings.Split(strings.TrimSpace(string(pandoc(t, c.from, "plain", data))), "\n\n")
		if len(paragraphs) != len(tr.Segments) {
			t.Fatalf("%s: %q", c.format.Name, paragraphs)
		}
		for i, s := range tr.Segments {
			if words := strings.Fields(s.Text); !slices.Equal(lastOf(strings.Fields(paragraphs[i]), len(words)), words) {
				t.Errorf("%s: pandoc reads %q, want %q", c.format.Name, paragraphs[i], s.Text)
			}
		}
	}
}

func lastOf(list []string, n int) []string { return list[max(0, len(list)-n):] }

// TestPandocsDocumentIsRead: a docx that another program has written.
func TestPandocsDocumentIsRead(t *testing.T) {
	requireTool(t, "pandoc")
	data := pandoc(t, "markdown", "docx", []byte("# Interview\n\n**Ann:** Hello *there*, \"you\" & me.\n\n**Ann:** First line\\\nsecond line, où ça.\n"))
	tr, _, err := Decode(data, "interview.docx")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range tr.Segments {
		got = append(got, tr.SpeakerName(s.Speaker)+"|"+s.Text)
	}
	want := []string{"|Interview", "Ann|Hello there, “you” & me.", "Ann|First line\nsecond line, où ça."}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
