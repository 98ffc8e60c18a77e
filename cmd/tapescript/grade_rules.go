package main

import (
	"context"
	"fmt"
	"time"

	"tapescript/quality"
	"tapescript/quality/grade"
	"tapescript/transcript/task"
)

// gradeBatches decides about each batch by its own rules, or by those of a
// file: a worker's golds in one say nothing about the terms of another.
func (p *program) gradeBatches(ctx context.Context, store task.Store, f gradeFlags, policy grade.Policy, o quality.Options) (verdicts []task.Verdict, measures []task.Measure, err error) {
	answers, err := p.answers(ctx, store, f.batch, "")
	if err != nil {
		return nil, nil, err
	}
	if _, err := grade.Measure(answers, o); err != nil {
		return nil, nil, err
	}
	verdicts = grade.Verdicts(answers, policy)
	decided := map[string]task.Decision{}
	for i, v := range verdicts {
		decided[v.Submission] = v.Decision
		if v.Decision == task.Rejected { // platforms send the words on to the worker
			verdicts[i].Comment = p.reason(v.Reason)
		}
	}
	by := map[string][]grade.Answer{}
	for _, a := range answers {
		if d, ok := decided[a.Submission]; ok {
			a.Decision = d
		}
		by[a.Batch] = append(by[a.Batch], a)
	}
	var rules []task.Rule
	if f.rules != "" {
		control, err := p.readRules(f.rules)
		if err != nil {
			return nil, nil, err
		}
		rules = control.Rules
	}
	list, err := store.Batches(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, b := range list {
		if f.batch != "" && f.batch != b.ID {
			continue
		}
		own := rules
		if f.rules == "" {
			own = b.Rules
		}
		if len(own) == 0 {
			continue
		}
		w, err := watch(ctx, store, b.Batch, "")
		if err != nil {
			return nil, nil, err
		}
		w.Answers, w.Mark, w.Past = by[b.ID], policy.MaxWER, append(w.Past, measures...)
		taken := w.Measures(own)
		measures = append(measures, taken...)
		verdicts = append(verdicts, decideAll(taken, by[b.ID])...)
	}
	return verdicts, measures, nil
}

// watch is what rules look at beside the answers; worker "" is everybody.
func watch(ctx context.Context, store task.Store, b task.Batch, worker string) (w grade.Watch, err error) {
	w = grade.Watch{Batch: b, Now: time.Now().UTC(), Skills: map[string]map[string]float64{}}
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

// takeMeasures keeps measures; of a bonus the ledger gets a proposal, which
// moves no money until somebody approves it. Both may be done again.
func takeMeasures(ctx context.Context, store task.Store, measures []task.Measure) error {
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

// heedSkips applies the rules about skipped tasks at once, as platforms do: who
// skips one task after the other need not wait for the grading to be stopped.
func heedSkips(ctx context.Context, store task.Store, b task.Batch, worker string) error {
	var rules []task.Rule
	for _, r := range b.Rules {
		if r.Collector == task.SkippedRow {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil
	}
	w, err := watch(ctx, store, b, worker)
	if err != nil {
		return err
	}
	return takeMeasures(ctx, store, w.Measures(rules))
}

// decideAll are the verdicts of rules that decide about all of a worker's that
// is pending.
func decideAll(measures []task.Measure, answers []grade.Answer) (list []task.Verdict) {
	done := map[string]bool{}
	for _, m := range measures {
		decision := grade.Decides(m.Action.Kind)
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

func (p *program) readRules(path string) (control grade.Control, err error) {
	data, err := p.readBytes(path)
	if err != nil {
		return control, err
	}
	control, err = grade.ReadToloka(data)
	if err != nil {
		return control, fmt.Errorf("%s: %w", path, err)
	}
	for _, s := range control.Skipped {
		p.tell(p.words.Say("grade.rule-skipped", path, s.Collector, s.Action))
	}
	return control, nil
}
