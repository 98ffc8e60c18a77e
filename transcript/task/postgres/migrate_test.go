package postgres

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
	"tapescript/transcript/task/tasktest"
)

// A database of each version, with what that version kept, is brought forward by
// several programs at the same moment, and everything in it is there.
func TestEveryEarlierVersionIsBroughtForward(t *testing.T) {
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= len(steps); n++ {
		data, err := os.ReadFile(fmt.Sprintf("testdata/version-%d.sql", n))
		if err != nil {
			t.Fatalf("each version needs a database of its own: %v", err)
		}
		tasktest.Postgres(t)
		s := open(t) // makes the database; emptied below
		s.Close()
		empty(t, shared.url)
		c, err := pgx.Connect(t.Context(), shared.url)
		if err != nil {
			t.Fatal(err)
		}
		err = pgx.BeginFunc(t.Context(), c, func(tx pgx.Tx) error {
			if err := bringForward(t.Context(), tx, 0, steps[:n]); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), string(data))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Close(t.Context())
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				s, err := Open(t.Context(), shared.url)
				if err != nil {
					t.Error(err)
					return
				}
				s.Close()
			})
		}
		group.Wait()
		readsOld(t, openAt(t, shared.url))
	}
}

func readsOld(t *testing.T, s *Store) {
	t.Helper()
	got := map[string]string{}
	for r, err := range s.Results(t.Context(), task.ResultQuery{Gold: true}) {
		if err != nil {
			t.Fatal(err)
		}
		got[r.Submission.ID] = fmt.Sprint(r.Task.ID, r.Submission.Text, r.Verdict.Decision, r.Task.Price)
	}
	if len(got) != 1 || got["s1"] != "old/1.mp3old wordsaccepted"+fmt.Sprint(task.Price{Amount: 50_000, Currency: "USD", Per: task.PerTask}) {
		t.Errorf("results: %v", got)
	}
	// The lease goes on, and somebody else gets the open task.
	c, err := s.Claim(t.Context(), task.Query{Worker: "w"}, time.Hour)
	if err != nil || c.Assignment.Token != "t2" {
		t.Fatalf("%+v, %v", c.Assignment, err)
	}
	in := task.Submission{ID: "s2", Task: c.Task.ID, Assignment: "a2", Worker: "w", Text: "x"}
	if kept, err := s.Submit(t.Context(), in, "t2"); err != nil || kept.Late {
		t.Fatalf("%+v, %v", kept, err)
	}
	if g, err := s.Gold(t.Context(), "s2"); err != nil || g.Texts[0] != "old gold" {
		t.Errorf("%+v, %v", g, err)
	}
	if c, err := s.Claim(t.Context(), task.Query{Worker: "v"}, time.Hour); err != nil || c.Task.Batch != "old" {
		t.Errorf("%+v, %v", c, err)
	}
}
