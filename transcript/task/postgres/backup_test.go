package postgres

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/tasktest"
)

// The commands of docs/team.md are run as they stand there.
func TestABackupComesBack(t *testing.T) {
	text, err := os.ReadFile("../../../docs/team.md")
	if err != nil {
		t.Fatal(err)
	}
	command := func(name string) string {
		found := regexp.MustCompile("(?s)```sh " + name + "\n(.*?)```").FindSubmatch(text)
		if found == nil {
			t.Fatalf("docs/team.md has no block %q", name)
		}
		return string(found[1])
	}
	s := open(t)
	b := task.Batch{ID: "b", Overlap: 2, Price: task.Price{Amount: 7, Currency: "EUR"}}
	if _, err := s.Import(t.Context(), b, records(append(plain(5), secret)...), task.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	held := work(t, s, 2)
	cluster := tasktest.Postgres(t)
	restored := cluster.URL("restored")
	run := func(script string) {
		cmd := exec.Command("sh", "-e", "-c", script)
		cmd.Dir = t.TempDir()
		if script == "" {
			t.Fatal("no command")
		}
		cmd.Env = append(os.Environ(), "STORE="+shared.url, "RESTORED="+restored, "SERVER="+cluster.URL("postgres"),
			"PATH="+filepath.Dir(cluster.Program("pg_dump"))+":"+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", script, err, out)
		}
	}
	run(command("backup") + command("restore"))
	again := openAt(t, restored)
	if got, want := everything(t, again), everything(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("restored: %+v\nwas: %+v", got, want)
	}
	// Work goes on where it was: the same lease, the same token.
	in := task.Submission{ID: "after", Task: held.Task.ID, Assignment: held.Assignment.ID, Worker: "w", Text: "x"}
	if got, err := again.Submit(t.Context(), in, held.Assignment.Token); err != nil || got.Late {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := again.pool.Exec(t.Context(), "DELETE FROM tapescript.ledger"); err == nil {
		t.Error("the restored ledger can be changed")
	}
}

// work submits some tasks and takes one more.
func work(t *testing.T, s *Store, n int) task.Claim {
	t.Helper()
	for {
		c, err := s.Claim(t.Context(), task.Query{Worker: "w"}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return c
		}
		n--
		in := task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: "said"}
		if _, err := s.Submit(t.Context(), in, c.Assignment.Token); err != nil {
			t.Fatal(err)
		}
		if err := s.Judge(t.Context(), task.Verdict{Submission: in.ID, Decision: task.Accepted}); err != nil {
			t.Fatal(err)
		}
	}
}

type all struct {
	Batches []task.BatchSummary
	Results []task.Result
	Entries []task.Entry
	Held    []task.Assignment
}

func everything(t *testing.T, s *Store) (a all) {
	t.Helper()
	var err error
	if a.Batches, err = s.Batches(t.Context()); err != nil {
		t.Fatal(err)
	}
	for r, err := range s.Results(t.Context(), task.ResultQuery{All: true, Gold: true, Reject: true}) {
		if err != nil {
			t.Fatal(err)
		}
		a.Results = append(a.Results, r)
	}
	for e, err := range s.Ledger(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		a.Entries = append(a.Entries, e)
	}
	for h, err := range s.Assignments(t.Context(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		a.Held = append(a.Held, h)
	}
	if len(a.Batches) == 0 || len(a.Results) < 5 || len(a.Entries) < 2 || len(a.Held) < 3 || !strings.Contains(a.Results[0].Task.Key, ".mp3") {
		t.Fatalf("not enough to compare: %+v", a)
	}
	return a
}
