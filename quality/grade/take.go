package grade

import (
	"context"
	"time"

	"tapescript/transcript/task"
)

// WatchOf is what rules look at beside the answers, of a batch in a store; worker
// "" is everybody.
func WatchOf(ctx context.Context, store task.Store, b task.Batch, worker string) (w Watch, err error) {
	w = Watch{Batch: b, Now: time.Now().UTC(), Skills: map[string]map[string]float64{}}
	for a, err := range store.Assignments(ctx, b.ID, worker) {
		if err != nil {
			return w, err
		}
		w.Assignments = append(w.Assignments, a)
	}
	if w.Past, err = store.Measures(ctx, worker); err != nil {
		return w, err
	}
	exams, err := store.Qualifications(ctx, worker)
	if err != nil {
		return w, err
	}
	passed, past := map[string][]task.Qualification{}, map[string][]task.Measure{}
	for _, q := range exams {
		passed[q.Worker] = append(passed[q.Worker], q)
		w.Skills[q.Worker] = nil
	}
	for _, m := range w.Past {
		past[m.Worker] = append(past[m.Worker], m)
		w.Skills[m.Worker] = nil
	}
	for name := range w.Skills {
		w.Skills[name] = task.Skills(passed[name], past[name])
	}
	return w, nil
}

// Take keeps measures in a store; of a bonus the ledger gets a proposal, which
// moves no money until somebody approves it. Both may be done again.
func Take(ctx context.Context, store task.Store, measures []task.Measure) error {
	if _, err := store.Take(ctx, measures...); err != nil {
		return err
	}
	var entries []task.Entry
	for _, m := range measures {
		if m.Action.Kind == task.Bonus {
			entries = append(entries, task.Entry{
				Key: m.Key, Worker: m.Worker, Batch: m.Batch, Kind: task.ForBonus, To: task.Proposed,
				Amount: m.Action.Amount, Currency: m.Action.Currency, At: m.At, Note: m.Action.Comment,
			})
		}
	}
	_, err := store.Post(ctx, entries...)
	return err
}

// HeedSkips applies the rules about skipped tasks at once, as platforms do: who
// skips one task after the other need not wait for the grading to be stopped.
func HeedSkips(ctx context.Context, store task.Store, b task.Batch, worker string) error {
	var rules []task.Rule
	for _, r := range b.Rules {
		if r.Collector == task.SkippedRow {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil
	}
	w, err := WatchOf(ctx, store, b, worker)
	if err != nil {
		return err
	}
	return Take(ctx, store, w.Measures(rules))
}

// DecideAll are the verdicts of rules that decide about all of a worker's that
// is pending.
func DecideAll(measures []task.Measure, answers []Answer) (list []task.Verdict) {
	done := map[string]bool{}
	for _, m := range measures {
		decision := Decides(m.Action.Kind)
		if decision == "" {
			continue
		}
		for _, a := range answers {
			if a.Worker != m.Worker || a.Decision != task.Pending || a.Kind == task.Exam || a.Kind == task.Training || done[a.Submission] {
				continue
			}
			done[a.Submission] = true
			list = append(list, task.Verdict{Submission: a.Submission, Decision: decision, Reason: m.Reason, Comment: m.Action.Comment, By: "rule"})
		}
	}
	return list
}
