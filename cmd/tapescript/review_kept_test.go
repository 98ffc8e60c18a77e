package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/tui/review"
)

// secretEntry has a secret in every field that holds words.
func secretEntry(n int, item, secret string) review.Entry {
	return review.Entry{
		N: n, Group: n, Time: time.Now(), Reviewer: "ana", Item: item, Worker: secret, Verdict: review.TakeGold, Gold: secret, Draft: secret, Text: secret,
		Reason: secret, Speaker: secret, Key: secret, Changes: []review.Change{{Side: review.Draft, Kind: "text", Segment: secret, Delete: secret, Insert: secret}},
	}
}

func plantLog(t *testing.T, path string, entries ...review.Entry) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	var lines []byte
	for i := range entries {
		lines = append(lines, entries[i].Line()...)
	}
	if err := os.WriteFile(path, lines, 0o600); err != nil {
		t.Fatal(err)
	}
}

// holding are the files below a folder that hold a text.
func holding(t *testing.T, folder, text string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(text)) {
			list = append(list, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestRedactKnowsReviews: the logs of a transcript's reviews are deleted with its
// journal, whether they name it or only knew its content; without a word about
// them nothing is written; those of other files stay.
func TestRedactKnowsReviews(t *testing.T) {
	const secret = "jane.doe@example.com"
	dir, state := t.TempDir(), t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	in, out := filepath.Join(dir, "call.txt"), filepath.Join(dir, "out.txt")
	text := []byte("write to " + secret + "\n")
	if err := os.WriteFile(in, text, 0o600); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(state, "tapescript", "reviews")
	saved := review.Entry{Saved: map[string]string{"draft": "x"}}
	logs := map[string][]review.Entry{
		"draft.srt-000000000001.jsonl": {{Files: map[string]string{"1": "/elsewhere/draft.srt", "2": in}}, secretEntry(1, "a", secret), saved},
		"moved.txt-000000000002.jsonl": {{Saved: map[string]string{"gold": hashOf(text)}}, secretEntry(1, "a", secret), saved},
		"call.txt-000000000003.jsonl":  {secretEntry(1, "a", secret), saved}, // of a version that named no files
		"call.txt-000000000004.jsonl":  {{Files: map[string]string{"1": "/elsewhere/call.txt"}}, secretEntry(1, "a", "kept@example.com")},
	}
	for name, entries := range logs {
		plantLog(t, filepath.Join(folder, name), entries...)
	}
	redact := func(args ...string) int {
		t.Helper()
		said, err := os.Create(filepath.Join(t.TempDir(), "said"))
		if err != nil {
			t.Fatal(err)
		}
		defer said.Close()
		return run(append([]string{"redact", in, "-o", out}, args...), streams{os.Stdin, said, said})
	}
	if code := redact(); code != 1 || len(holding(t, dir, "write to [")) > 0 {
		t.Fatalf("code %d without a word about the logs", code)
	}
	if code := redact("--keep-journal"); code != 0 || len(holding(t, folder, secret)) != 3 {
		t.Fatalf("code %d, left %v", code, holding(t, folder, secret))
	}
	if err := os.Remove(out); err != nil {
		t.Fatal(err)
	}
	plantLog(t, filepath.Join(folder, "draft.srt-000000000001.jsonl"), logs["draft.srt-000000000001.jsonl"][:2]...) // its decision is in no file
	if code := redact("--purge-journal"); code != 1 || len(holding(t, folder, secret)) != 3 {
		t.Fatalf("code %d with an unsaved decision, left %v", code, holding(t, folder, secret))
	}
	plantLog(t, filepath.Join(folder, "draft.srt-000000000001.jsonl"), logs["draft.srt-000000000001.jsonl"]...)
	if code := redact("--purge-journal"); code != 0 {
		t.Fatalf("code %d", code)
	}
	if list := holding(t, state, secret); len(list) > 0 {
		t.Errorf("%v hold the secret", list)
	}
	if list := holding(t, state, "kept@example.com"); len(list) != 1 {
		t.Errorf("the log of another file is in %v", list)
	}
}

// TestPurgeKnowsReviews: what was decided about a batch goes with it, and the
// lines about others stay.
func TestPurgeKnowsReviews(t *testing.T) {
	const secret = "jane.doe@example.com"
	dir, state := t.TempDir(), t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("XDG_DATA_HOME", filepath.Join(dir, "data"))
	db, file := filepath.Join(dir, "b.db"), filepath.Join(dir, "results.tsv")
	table := "INPUT:audio\tOUTPUT:transcription\tASSIGNMENT:assignment_id\tASSIGNMENT:worker_id\na.wav\twrite to " + secret + "\ta1\tann\n"
	if err := os.WriteFile(file, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := os.Create(filepath.Join(dir, "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	do := func(args ...string) {
		t.Helper()
		if code := run(args, streams{os.Stdin, said, said}); code != 0 {
			text, _ := os.ReadFile(said.Name())
			t.Fatalf("%v: code %d\n%s", args, code, text)
		}
	}
	do("import", file, "--store", db)
	folder := filepath.Join(state, "tapescript", "reviews")
	plantLog(t, filepath.Join(folder, storeLogName(db, "results")), secretEntry(1, "results/a.wav", secret))
	plantLog(t, filepath.Join(folder, storeLogName(db, "")), secretEntry(1, "results/a.wav", secret), secretEntry(2, "other/a.wav", "kept@example.com"))
	plantLog(t, filepath.Join(folder, "results.tsv-000000000001.jsonl"), review.Entry{Saved: map[string]string{"draft": hashOf([]byte(table))}}, secretEntry(1, "a.wav", secret))
	do("purge", "--batch", "results", "--store", db)
	if list := holding(t, state, secret); len(list) > 0 {
		t.Errorf("%v hold the secret", list)
	}
	if list := holding(t, state, "kept@example.com"); len(list) != 1 || !strings.HasPrefix(list[0], "b.db-") {
		t.Errorf("the other batch's line is in %v", list)
	}
}
