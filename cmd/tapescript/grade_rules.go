package main

import (
	"context"
	"fmt"

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
		w, err := grade.WatchOf(ctx, store, b.Batch, "")
		if err != nil {
			return nil, nil, err
		}
		w.Answers, w.Mark, w.Past = by[b.ID], policy.MaxWER, append(w.Past, measures...)
		taken := w.Measures(own)
		measures = append(measures, taken...)
		verdicts = append(verdicts, grade.DecideAll(taken, by[b.ID])...)
	}
	return verdicts, measures, nil
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
