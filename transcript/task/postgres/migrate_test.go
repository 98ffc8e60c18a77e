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

// A store that began with the first version, and was used under each one up to
// the n-th, is brought forward from there by several programs at the same moment;
// everything that was put in on the way is there.
func TestEveryEarlierVersionIsBroughtForward(t *testing.T) {
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	tasktest.Postgres(t)
	for n := 1; n <= len(steps); n++ {
		open(t).Close() // makes the database; emptied below
		empty(t, shared.url)
		c, err := pgx.Connect(t.Context(), shared.url)
		if err != nil {
			t.Fatal(err)
		}
		for used := range n {
			data, err := os.ReadFile(fmt.Sprintf("testdata/version-%d.sql", used+1))
			if err != nil {
				t.Fatalf("each version needs what it keeps: %v", err)
			}
			err = pgx.BeginFunc(t.Context(), c, func(tx pgx.Tx) error {
				if err := bringForward(t.Context(), tx, used, steps[:used+1]); err != nil {
					return err
				}
				_, err := tx.Exec(t.Context(), string(data))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
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
		s := openAt(t, shared.url)
		if got, err := version(t.Context(), s.pool); err != nil || got != len(steps) {
			t.Fatalf("from version %d it came to %d, %v", n, got, err)
		}
		gold, former := "old gold", 0
		if n >= 2 {
			gold, former = "mended gold", 1
		}
		readsOld(t, s, gold)
		keepsFormer(t, s, gold, former)
	}
}

// keepsFormer corrects a gold and looks for what it said before.
func keepsFormer(t *testing.T, s *Store, gold string, known int) {
	t.Helper()
	for range 2 { // twice is once
		if err := s.CorrectGold(t.Context(), "s2", []string{"right"}); err != nil {
			t.Fatal(err)
		}
	}
	former, err := list(t.Context(), s, pgx.RowTo[string], "SELECT texts::text FROM tapescript_gold.former WHERE batch = 'old' AND key = '2.mp3' ORDER BY n")
	if err != nil || len(former) != known+1 || former[known] != `["`+gold+`"]` {
		t.Errorf("%q was kept, %v", former, err)
	}
	if _, err := s.Purge(t.Context(), "old"); err != nil {
		t.Fatal(err)
	}
	if left, err := list(t.Context(), s, pgx.RowTo[string], "SELECT texts::text FROM tapescript_gold.former"); err != nil || len(left) != 0 {
		t.Errorf("%q outlives the purge, %v", left, err)
	}
}

func readsOld(t *testing.T, s *Store, gold string) {
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
	if g, err := s.Gold(t.Context(), "s2"); err != nil || g.Texts[0] != gold {
		t.Errorf("%+v, %v", g, err)
	}
	if c, err := s.Claim(t.Context(), task.Query{Worker: "v"}, time.Hour); err != nil || c.Task.Batch != "old" {
		t.Errorf("%+v, %v", c, err)
	}
}
