package journal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tapescript/transcript"
)

// TestPurgeLeavesNothingOfATranscript: its journal and all that was put aside
// go, those of others stay; unsaved work and another program are respected.
func TestPurgeLeavesNothingOfATranscript(t *testing.T) {
	folder := t.TempDir()
	o := Options{Folder: folder}
	write := func(path, text string, saved bool) {
		t.Helper()
		j, err := Open(path, o)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := j.Begin(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: "x"}}}, "ab")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := doc.Apply(transcript.Splice{Segment: "1", At: 0, Insert: text}); err != nil {
			t.Fatal(err)
		}
		if saved {
			j.Saved("cd", 0)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	call, other := filepath.Join(dir, "call.vtt"), filepath.Join(dir, "call.vtt2.vtt")
	write(call, "secret one ", false)
	if _, err := Purge(call, o); !errors.As(err, new(*UnsavedError)) {
		t.Fatalf("unsaved work: %v", err)
	}
	write(call, "secret two ", true) // puts the first aside
	write(other, "harmless ", true)
	j, err := Open(call, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Purge(call, o); !errors.As(err, new(*LockedError)) {
		t.Fatalf("open in another program: %v", err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := Kept(call, o); err != nil || n != 2 {
		t.Fatalf("%d files, %v", n, err)
	}
	if n, err := Purge(call, o); err != nil || n != 2 {
		t.Fatalf("%d files, %v", n, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("secret")) {
			t.Errorf("%s holds the text still", e.Name())
		}
		if strings.HasSuffix(e.Name(), ".jsonl") {
			left++
		}
	}
	if left != 1 {
		t.Errorf("%d journals are left, want the other transcript's", left)
	}
	if n, err := Purge(filepath.Join(dir, "never.vtt"), o); err != nil || n != 0 {
		t.Errorf("where there is none: %d, %v", n, err)
	}
}
