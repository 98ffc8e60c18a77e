package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/sqlite"
)

// TestRedactStoreReachesEveryFieldAndTrace: the lines of an answer with the times
// of their words, what was said of it, and the work under way on this machine.
func TestRedactStoreReachesEveryFieldAndTrace(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	path := storeOf(t, "r.tsv", "INPUT:audio\nx.wav\ny.wav\n")
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const lines = `{"tapescript":"transcript","version":1}
{"id":"1","start":0,"end":1,"text":"my name is Zork today","words":[{"from":0,"to":2,"start":0,"end":0.1},{"from":3,"to":7,"start":0.1,"end":0.2},{"from":8,"to":10,"start":0.2,"end":0.3},{"from":11,"to":15,"start":0.4,"end":0.6},{"from":16,"to":21,"start":0.7,"end":1}]}
`
	ctx := context.Background()
	c, err := s.Claim(ctx, task.Query{Worker: "w"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	in := task.Submission{ID: "s", Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: "my name is Zork today", Transcript: []byte(lines)}
	if _, err := s.Submit(ctx, in, c.Assignment.Token); err != nil {
		t.Fatal(err)
	}
	if err := s.Judge(ctx, task.Verdict{Submission: "s", Decision: task.Rejected, Comment: "Zork is spelt with a k"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Appeal(ctx, task.Appeal{Submission: "s", Text: "ask Zork, his number is 202-555-4871"}); err != nil {
		t.Fatal(err)
	}
	held, err := s.Claim(ctx, task.Query{Worker: "w"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	work := filepath.Join(state, "tapescript", "tasks", workPrefix("calls")+"1.jsonl")
	if err := os.MkdirAll(filepath.Dir(work), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(work, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	redact := func(want int, args ...string) string {
		t.Helper()
		code, out, told := cli(t, append([]string{"redact", "--store", path}, args...)...)
		if code != want || strings.Contains(out+told, "Zork") || strings.Contains(out+told, "4871") {
			t.Fatalf("%v: code %d: %s%s", args, code, out, told)
		}
		return told
	}
	redact(exitDone, "--dry-run")
	redact(exitFailed) // there is work under way
	redact(exitFailed, "--purge-journal")
	if got := saidOf(t, s, "s"); strings.Count(got, "Zork") != 4 {
		t.Fatalf("something was changed:\n%s", got)
	}
	if err := s.Skip(ctx, held.Assignment.ID, held.Assignment.Token, "202-555-4871 rang"); err != nil {
		t.Fatal(err)
	}
	redact(exitDone, "--purge-journal")
	if _, err := os.Stat(work); err == nil {
		t.Error("the work under way is still there")
	}
	got := saidOf(t, s, "s")
	if strings.Contains(got, "Zork") || strings.Contains(got, "4871") || !strings.Contains(got, `"text":"my name is [PERSON_NAME] today"`) {
		t.Errorf("after redacting:\n%s", got)
	}
	for _, name := range []string{path, path + ".gold", path + "-wal"} {
		if data, err := os.ReadFile(name); err == nil && strings.Contains(string(data), "Zork") {
			t.Errorf("%s holds the name", name)
		}
	}
}

// saidOf is what a store has of a submission.
func saidOf(t *testing.T, s task.Store, id string) string {
	t.Helper()
	ctx := context.Background()
	v, err := s.Verdicts(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Appeals(ctx)
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.Submission(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return v[0].Comment + "\n" + a[0].Text + "\n" + in.Text + "\n" + string(in.Transcript)
}
