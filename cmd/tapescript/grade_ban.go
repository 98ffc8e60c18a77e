package main

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"tapescript/transcript/task"
)

// banOrLift keeps a worker from tasks, of a batch or all, or lets one have them
// again. Why is on record with it, and told to the worker. A rule that has banned
// somebody once does not do so again for the same.
func (p *program) banOrLift(ctx context.Context, store task.Store, f gradeFlags) error {
	if f.comment == "" {
		return usagef("%s", p.words.Say("grade.say-why"))
	}
	now := time.Now().UTC()
	m := task.Measure{
		Key: "lead/" + rand.Text(), Worker: f.ban + f.lift, Batch: f.batch, At: now,
		Action: task.Action{Kind: task.Ban, Comment: f.comment}, Reason: task.Reason{Code: "lead"},
	}
	list, err := store.Measures(ctx, m.Worker)
	if err != nil {
		return err
	}
	if f.lift != "" {
		m.Action.Kind = task.Lift
		barred := task.Barred(list, now)
		if _, is := barred[f.batch]; !is && (f.batch != "" || len(barred) == 0) {
			if _, all := barred[""]; all {
				return errors.New(p.words.Say("grade.barred-from-all", m.Worker))
			}
			return errors.New(p.words.Say("grade.not-barred", m.Worker))
		}
	}
	if f.batch != "" { // a name that is mistyped would keep nobody from anything
		if _, err := store.Batch(ctx, f.batch); err != nil {
			return err
		}
	}
	if !f.dry {
		if _, err := store.Take(ctx, m); err != nil {
			return err
		}
	}
	return p.printGrades(nil, []task.Measure{m}, f)
}
