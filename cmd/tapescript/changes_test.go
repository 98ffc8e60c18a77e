package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
	"tapescript/transcript/journal"
)

// execute runs a command line and returns what it wrote and its exit code.
func execute(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	s := streams{open("in"), open("out"), open("err")}
	code = run(args, s)
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	return read("out"), read("err"), code
}

// TestChangesShowsWhatWasMadeOfTheDraft: out of the journal, saved or not.
func TestChangesShowsWhatWasMadeOfTheDraft(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv("LANG", "C.UTF-8")
	t.Setenv("LC_ALL", "")
	t.Setenv("LANGUAGE", "")
	path := filepath.Join(t.TempDir(), "talk.vtt")
	if _, errs, code := execute(t, "changes", path); code != exitFailed || !strings.Contains(errs, "nothing is known") {
		t.Errorf("without a journal: %d, %s", code, errs)
	}
	draft := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", End: time.Second, Text: "the old mil"}}}
	draft.BeginsDraft()
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := j.Begin(draft, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out, _, code := execute(t, "changes", path, "--exit-code"); code != exitDone || strings.Contains(out, "mil") {
		t.Errorf("before any change: %d, %q", code, out)
	}
	if _, err := doc.Apply(transcript.Splice{Segment: "1", At: 8, Delete: "mil", Insert: "mill"}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	out, _, code := execute(t, "changes", path, "--exit-code")
	if code != exitFailed || !strings.Contains(out, "mil") || !strings.Contains(out, "mill") {
		t.Errorf("changed: %d, %q", code, out)
	}
	if out, _, _ := execute(t, "changes", path, "--json"); !strings.Contains(out, `"mill"`) {
		t.Errorf("as JSON: %s", out)
	}
}
