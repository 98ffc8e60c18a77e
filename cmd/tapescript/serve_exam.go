package main

import (
	"context"
	"fmt"
	"time"

	"tapescript/quality/align"
	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// examBoard grades the exams of a server. Gold stays with it.
type examBoard struct {
	store task.Store
	exam  grade.Exam
}

// examine says how a worker stands in the exam of a batch, and keeps the verdict
// once all its clips are answered. Answers to clips of exams alone are looked at:
// a verdict on control tasks would tell which tasks those are.
func (b *examBoard) examine(ctx context.Context, worker, batch string) (api.Exam, error) {
	out := api.Exam{Name: b.exam.Name, Pass: b.exam.Pass, Golds: max(b.exam.Golds, 1)}
	batches, err := b.store.Batches(ctx)
	if err != nil {
		return out, err
	}
	past, err := b.store.Qualifications(ctx, worker)
	if err != nil {
		return out, err
	}
	skill := task.ExamSkill(batches, batch)
	last, tried := task.LastTry(past, skill)
	var before, since []grade.Answer
	for r, err := range b.store.Results(ctx, task.ResultQuery{Batch: batch, Worker: worker, Gold: true, Reject: true}) {
		switch {
		case err != nil:
			return out, err
		case r.Task.Kind != task.Exam || r.Gold == nil || len(r.Gold.Texts) == 0:
		case tried && !r.Submission.At.After(last.At):
			before = append(before, grade.FromResult(r))
		default:
			since = append(since, grade.FromResult(r))
		}
	}
	out.Answered = len(since)
	if out.Answered < out.Golds {
		if tried {
			out.Verdict, err = b.verdict(last, before)
		}
		return out, err
	}
	now := time.Now().UTC()
	if now.Before(last.RetryAt) {
		return out, api.ErrTooSoon
	}
	o, err := b.assess(since)
	if err != nil || !o.Decided {
		return out, err
	}
	q := qualification(worker, skill, since, o, b.exam, now)
	if err := b.store.Qualify(ctx, q); err != nil {
		return out, err
	}
	out.Answered = 0
	out.Verdict, err = b.verdict(q, since)
	return out, err
}

func (b *examBoard) assess(answers []grade.Answer) (o grade.Outcome, err error) {
	options, err := scoreOptions("basic", "")
	if err != nil {
		return o, err
	}
	report, err := grade.Measure(answers, options)
	if err != nil {
		return o, err
	}
	return b.exam.Assess(report), nil
}

// qualification is what is kept of an exam, under the answers that it stands on:
// the same exam is not kept twice.
func qualification(worker, skill string, answers []grade.Answer, o grade.Outcome, exam grade.Exam, now time.Time) task.Qualification {
	q := task.Qualification{
		ID: fmt.Sprintf("%s/%s/%d", worker, answers[len(answers)-1].Submission, len(answers)), Worker: worker, Skill: skill, Level: o.Level, Passed: o.Passed,
		Score: o.WER, Low: o.Low, High: o.High, Golds: o.Golds, At: now,
	}
	if !o.Passed {
		q.RetryAt = now.Add(exam.Retry)
	}
	return q
}

// verdict is what was kept, with the mistakes of the last answers that it stood
// on.
func (b *examBoard) verdict(q task.Qualification, answers []grade.Answer) (*api.ExamVerdict, error) {
	v := &api.ExamVerdict{
		At: q.At, WER: q.Score, Low: q.Low, High: q.High, Interval: q.Golds > 1, Golds: q.Golds, Passed: q.Passed, Level: q.Level, RetryAt: q.RetryAt,
		Close: q.Golds > 1 && q.Low <= b.exam.Pass && b.exam.Pass < q.High, Misses: []api.Lesson{},
	}
	for _, a := range answers[max(len(answers)-q.Golds, 0):] {
		l, err := lessonOf(a.Task, a.Text, a.Gold)
		if err != nil {
			return nil, err
		}
		if l.Errors > 0 {
			v.Misses = append(v.Misses, l)
		}
	}
	return v, nil
}

// teach says what is wrong with an answer to a training task.
func (b *examBoard) teach(in task.Submission, gold task.Gold) (api.Lesson, error) {
	return lessonOf(in.Task, in.Text, gold.Texts)
}

// lessonOf marks an answer's mistakes against the gold that fits best. What is
// returned holds the worker's own words alone.
func lessonOf(id, written string, gold []string) (api.Lesson, error) {
	l := api.Lesson{Task: id, Written: transcript.Clean(written), Marks: []api.Mark{}}
	options, err := scoreOptions("basic", "")
	if err != nil {
		return l, err
	}
	texts := make([]string, len(gold))
	for i, text := range gold {
		texts[i] = transcript.Clean(text)
	}
	answers := []grade.Answer{{Submission: "1", Text: l.Written, Gold: texts}}
	report, err := grade.Measure(answers, options)
	if err != nil {
		return l, err
	}
	l.Errors, l.Words = answers[0].Counts.Errors(), answers[0].Counts.Words()
	if len(report.Items) == 0 {
		return l, nil
	}
	for _, step := range report.Items[0].Steps {
		h := step.Hypothesis
		switch {
		case step.Op == align.Correct || step.Free:
		case h == nil:
			l.Missing++
		case h.End <= len(l.Written) && (len(l.Marks) == 0 || h.Start >= l.Marks[len(l.Marks)-1].To):
			l.Marks = append(l.Marks, api.Mark{From: h.Start, To: h.End})
		}
	}
	return l, nil
}
