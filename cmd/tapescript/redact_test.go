package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tapescript/transcript"
	"tapescript/transcript/journal"
)

// TestRedactDeletesTheJournalLast: what was typed goes with --purge-journal, once
// the result is written; without a word about it nothing is written.
func TestRedactDeletesTheJournalLast(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	in := filepath.Join(dir, "call.txt")
	if err := os.WriteFile(in, []byte("write to jane.doe@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	typed := func(saved bool) {
		t.Helper()
		j, err := journal.Open(in, journal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		doc, err := j.Begin(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: "write to "}}}, "ab")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := doc.Apply(transcript.Splice{Segment: "1", At: 9, Insert: "jane.doe@example.com"}); err != nil {
			t.Fatal(err)
		}
		if saved {
			j.Saved("cd", 0)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	redact := func(args ...string) (int, string) {
		t.Helper()
		out, err := os.Create(filepath.Join(t.TempDir(), "said"))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		code := run(append([]string{"redact", in}, args...), streams{os.Stdin, out, out})
		said, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return code, string(said)
	}
	out := filepath.Join(dir, "out.txt")
	typed(false)
	for _, flags := range [][]string{{"-o", out}, {"-o", out, "--purge-journal"}} {
		if code, said := redact(flags...); code != 1 || strings.Contains(said, "jane") {
			t.Fatalf("%v: code %d, %s", flags, code, said)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%v wrote something", flags)
		}
	}
	typed(true)
	if code, said := redact("-o", out, "--purge-journal", "--report", filepath.Join(dir, "report.json")); code != 0 || strings.Contains(said, "jane") {
		t.Fatalf("code %d, %s", code, said)
	}
	err := filepath.WalkDir(state, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte("jane")) {
			t.Errorf("%s holds what was typed", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"out.txt", "report.json"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || bytes.Contains(data, []byte("jane")) || len(data) == 0 {
			t.Errorf("%s: %v, %q", name, err, data)
		}
	}
}
