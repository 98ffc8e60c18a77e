package tasktest

import (
	"errors"
	"time"

	"tapescript/transcript/task"
)

// What may be done about what was done.

func (s *suite) lifts() {
	s.load(task.Batch{ID: "b"}, rows("1", "2")...)
	s.load(task.Batch{ID: "c"}, rows("3")...)
	take := func(key, batch string, kind task.ActionKind) {
		s.Helper()
		m := task.Measure{Key: key, Worker: "w", Batch: batch, Action: task.Action{Kind: kind}, Reason: task.Reason{Code: "lead"}, At: s.now}
		n, err := s.store.Take(s.ctx, m)
		s.must(err)
		s.equal("new", n, 1)
	}
	gets := func(batch string, want error) {
		s.Helper()
		_, err := s.store.Claim(s.ctx, task.Query{Worker: "w", Batch: batch, Now: s.now}, time.Hour)
		if !errors.Is(err, want) {
			s.Fatalf("of %s: %v, want %v", batch, err, want)
		}
	}
	take("m1", "b", task.Ban)
	take("m2", "c", task.Ban)
	gets("b", task.ErrPaused)
	take("m3", "b", task.Lift)
	gets("b", nil)
	gets("c", task.ErrPaused)
	take("m4", "", task.Ban)
	take("m5", "b", task.Lift) // a ban from all stands
	gets("b", task.ErrPaused)
	take("m6", "", task.Lift)
	gets("b", nil)
	gets("c", nil)
	take("m7", "", task.Ban) // and again
	gets("b", task.ErrPaused)
	list, err := s.store.Measures(s.ctx, "w")
	s.must(err)
	s.equal("measures", len(list), 7) // all that was done is on record
	s.equal("reason", list[2].Reason.Code, "lead")
}

// A backup was taken, a task given out, and the backup restored: the store knows
// the worker and the task, and not the lease.
func (s *suite) unknownLease() {
	s.load(task.Batch{Price: cents(5)}, rows("1", "2")...)
	in := task.Submission{ID: "gone", Task: "b/1", Assignment: "gone", Worker: "w", Text: "an evening's work", At: s.now, Extras: map[string]string{"a": "b"}}
	for range 2 { // sent twice is kept once
		got, err := s.store.Submit(s.ctx, in, "a token of then")
		s.must(err)
		s.equal("late", got.Late, true)
		s.equal("text", got.Text, in.Text)
		s.equal("extras", map[string]string(got.Extras), map[string]string{"a": "b", task.UnknownLease: "gone"})
	}
	s.equal("the sender's own", map[string]string(in.Extras), map[string]string{"a": "b"})
	s.equal("pay", s.balance("w").Pending, task.Decimal(0))
	s.equal("opinions", len(s.results(task.ResultQuery{Reject: true})), 1)
	s.claims("other", "1")     // its place is free yet
	c := s.claims("w", "2")    // and who has written about it does not get it again
	known := s.submits(c, "x") // which nobody says of a lease that is known
	s.equal("extras", len(known.Extras), 0)
	in.ID, in.Task = "gone too", "b/none"
	_, err := s.store.Submit(s.ctx, in, "")
	s.fails(err, task.ErrNotFound)
}

func (s *suite) formerGold() {
	keeper, keeps := s.store.(task.GoldKeeper)
	corrector, corrects := s.store.(task.GoldCorrector)
	if !keeps || !corrects {
		return // a server corrects gold, and shows nobody what it said before
	}
	r := rows("1", "2")
	r[0].Kind, r[0].Gold = task.Control, []string{"first"}
	s.load(task.Batch{}, r...)
	c, err := s.claim("w")
	for err == nil && c.Task.Kind != task.Control {
		s.submits(c, "x")
		c, err = s.claim("w")
	}
	s.must(err)
	id := c.Assignment.ID
	_, err = keeper.FormerGold(s.ctx, id)
	s.fails(err, task.ErrSealed)
	s.submits(c, "x")
	said := func() (texts []string) {
		list, err := keeper.FormerGold(s.ctx, id)
		s.must(err)
		for _, was := range list {
			if was.Until.IsZero() {
				s.Fatal("nobody knows until when it said so")
			}
			texts = append(texts, was.Texts...)
		}
		return texts
	}
	s.equal("before", len(said()), 0)
	for _, text := range []string{"second", "second", "third"} {
		s.must(corrector.CorrectGold(s.ctx, id, []string{text}))
	}
	s.equal("former", said(), []string{"first", "second"})
	rewriter, is := s.store.(task.Rewriter)
	if !is {
		return
	}
	_, err = rewriter.Rewrite(s.ctx, "b", func(d *task.Dossier) error {
		if d.Gold != nil {
			d.Gold.Texts = []string{"masked"}
		}
		return nil
	})
	s.must(err)
	s.equal("after masking", len(said()), 0)
}
