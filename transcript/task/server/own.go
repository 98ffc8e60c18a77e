package server

import (
	"context"
	"errors"
	"iter"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// own is a store as a worker sees it: nothing but their own work, without what
// would tell which tasks have gold. Each method of a store is here by name, so
// that a new one cannot come through unseen; what is not for workers is
// refused. The table of routes says who gets this store and who the whole one.
type own struct {
	store  task.Store
	worker string
	most   time.Duration // the longest lease
	now    func() time.Time
}

var _ task.Store = own{}

// mine refuses what is asked about somebody else.
func (o own) mine(worker string) error {
	if worker != "" && worker != o.worker {
		return api.ErrForbidden
	}
	return nil
}

// assignment returns an assignment of the worker's. That somebody else's exists
// is not said.
func (o own) assignment(ctx context.Context, id string) (task.Assignment, error) {
	a, err := o.store.Assignment(ctx, id)
	if err == nil && a.Worker != o.worker {
		err = task.ErrNotFound
	}
	if err != nil {
		return task.Assignment{}, err
	}
	return a, nil
}

func (o own) submission(ctx context.Context, id string) (task.Submission, error) {
	s, err := o.store.Submission(ctx, id)
	if err == nil && s.Worker != o.worker {
		err = task.ErrNotFound
	}
	if err != nil {
		return task.Submission{}, err
	}
	return plainSubmission(s), nil
}

// What a worker sees of a thing is copied field by field: a field that is new is
// not seen until somebody has thought about it.

func plainBatch(b task.Batch) task.Batch {
	return task.Batch{
		ID: b.ID, Name: b.Name, Platform: b.Platform, Style: b.Style, Language: b.Language, Instructions: b.Instructions,
		Glossary: b.Glossary, Deadline: b.Deadline, Price: b.Price, Level: b.Level, Skill: b.Skill, Created: b.Created,
	}
}

func plainTask(t task.Task) task.Task {
	kind := t.Kind
	if kind == task.Control { // that it has gold is not to be known
		kind = task.General
	}
	a := t.Audio
	return task.Task{
		ID: t.ID, Batch: t.Batch, Key: t.Key, Kind: kind, Draft: t.Draft, Deadline: t.Deadline, Price: t.Price,
		Audio: task.Audio{Ref: a.Ref, SHA256: a.SHA256, Start: a.Start, End: a.End, Duration: a.Duration, Channel: a.Channel, Speaker: a.Speaker},
	}
}

func plainSubmission(s task.Submission) task.Submission {
	plain := task.Submission{
		ID: s.ID, Task: s.Task, Assignment: s.Assignment, Worker: s.Worker, Text: s.Text, Transcript: s.Transcript,
		Active: s.Active, Wall: s.Wall, Length: s.Length, At: s.At, Late: s.Late,
	}
	if lease, is := s.Extras[task.UnknownLease]; is {
		plain.Extras = map[string]string{task.UnknownLease: lease}
	}
	return plain
}

// plainVerdict names no reviewer.
func plainVerdict(v task.Verdict) task.Verdict {
	return task.Verdict{Submission: v.Submission, Decision: v.Decision, Score: v.Score, Reason: v.Reason, Comment: v.Comment, At: v.At}
}

func (o own) Batch(ctx context.Context, id string) (task.Batch, error) {
	b, err := o.store.Batch(ctx, id)
	return plainBatch(b), err
}

func (o own) Batches(ctx context.Context) ([]task.BatchSummary, error) {
	list, err := o.store.Batches(ctx)
	for i, b := range list {
		list[i] = task.BatchSummary{Batch: plainBatch(b.Batch), Tasks: b.Tasks, Open: b.Open}
	}
	return list, err
}

func (o own) Claim(ctx context.Context, q task.Query, lease time.Duration) (task.Claim, error) {
	if err := o.mine(q.Worker); err != nil {
		return task.Claim{}, err
	}
	if q.Kind == task.Control || !q.Now.IsZero() {
		return task.Claim{}, api.ErrForbidden
	}
	exams, err := o.store.Qualifications(ctx, o.worker)
	if err != nil {
		return task.Claim{}, err
	}
	measures, err := o.store.Measures(ctx, o.worker)
	if err != nil {
		return task.Claim{}, err
	}
	if q.Kind == task.Exam {
		if err := o.mayTry(ctx, exams, q.Batch); err != nil {
			return task.Claim{}, err
		}
	}
	q.Worker, q.Level = o.worker, task.Levels(task.Skills(exams, measures))
	c, err := o.store.Claim(ctx, q, min(lease, o.most))
	if err != nil {
		return task.Claim{}, err
	}
	return task.Claim{Task: plainTask(c.Task), Batch: plainBatch(c.Batch), Assignment: c.Assignment, Left: c.Left}, nil
}

// mayTry refuses an exam whose time to be tried again has not come.
func (o own) mayTry(ctx context.Context, exams []task.Qualification, batch string) error {
	list, err := o.store.Batches(ctx)
	if err != nil {
		return err
	}
	if q, tried := task.LastTry(exams, task.ExamSkill(list, batch)); tried && o.now().Before(q.RetryAt) {
		return api.ErrTooSoon
	}
	return nil
}

func (o own) Extend(ctx context.Context, assignment, token string, until time.Time) error {
	if _, err := o.assignment(ctx, assignment); err != nil {
		return err
	}
	if latest := o.now().Add(o.most); until.After(latest) {
		until = latest
	}
	return o.store.Extend(ctx, assignment, token, until)
}

func (o own) Skip(ctx context.Context, assignment, token, reason string) error {
	if _, err := o.assignment(ctx, assignment); err != nil {
		return err
	}
	return o.store.Skip(ctx, assignment, token, reason)
}

// Submit keeps an answer to a task that the worker has, or had. When it came is
// the server's to say, and how long it took, as far as the server can tell.
//
// A server that was restored from a backup does not know the leases since: an
// answer to one is kept as one more opinion, but a few of each task at most, as
// each verdict on gold says something of it.
func (o own) Submit(ctx context.Context, s task.Submission, token string) (task.Submission, error) {
	if err := o.mine(s.Worker); err != nil {
		return task.Submission{}, err
	}
	a, err := o.store.Assignment(ctx, s.Assignment)
	switch {
	case errors.Is(err, task.ErrNotFound):
		a, err = o.lost(ctx, s)
	case err == nil && a.Worker != o.worker:
		err = task.ErrNotFound
	}
	if err != nil {
		return task.Submission{}, err
	}
	if s.Task != a.Task {
		return task.Submission{}, task.ErrNotFound
	}
	now := o.now().UTC()
	in := task.Submission{
		ID: s.ID, Task: a.Task, Assignment: a.ID, Worker: o.worker, Text: s.Text, Transcript: s.Transcript,
		Active: s.Active, Length: s.Length, At: now, Wall: max(now.Sub(a.Started), 0),
	}
	in.Active = min(max(in.Active, 0), in.Wall)
	kept, err := o.store.Submit(ctx, in, token)
	if err != nil {
		return task.Submission{}, err // and not what another one left under this ID
	}
	return plainSubmission(kept), nil
}

// lost stands for an assignment that the store does not know.
func (o own) lost(ctx context.Context, s task.Submission) (a task.Assignment, err error) {
	t, err := o.store.Task(ctx, s.Task)
	if err != nil {
		return a, err
	}
	const few = 3
	n := 0
	for r, err := range o.store.Results(ctx, task.ResultQuery{Batch: t.Batch, Worker: o.worker, Reject: true}) {
		if err != nil {
			return a, err
		}
		if r.Submission != nil && r.Task.ID == t.ID && r.Submission.ID != s.ID {
			n++
		}
	}
	if n >= few {
		return a, task.ErrOther
	}
	return task.Assignment{ID: s.Assignment, Task: t.ID, Worker: o.worker, Started: o.now().Add(-min(max(s.Wall, 0), o.most))}, nil
}

func (o own) Assignment(ctx context.Context, id string) (task.Assignment, error) {
	return o.assignment(ctx, id)
}

func (o own) Assignments(ctx context.Context, batch, worker string) iter.Seq2[task.Assignment, error] {
	if err := o.mine(worker); err != nil {
		return failed[task.Assignment](err)
	}
	return o.store.Assignments(ctx, batch, o.worker)
}

func (o own) Submission(ctx context.Context, id string) (task.Submission, error) {
	return o.submission(ctx, id)
}

func (o own) Verdicts(ctx context.Context, submission string) ([]task.Verdict, error) {
	if _, err := o.submission(ctx, submission); err != nil {
		return nil, err
	}
	list, err := o.store.Verdicts(ctx, submission)
	for i, v := range list {
		list[i] = plainVerdict(v)
	}
	return list, err
}

func (o own) Appeal(ctx context.Context, a task.Appeal) error {
	if _, err := o.submission(ctx, a.Submission); err != nil {
		return err
	}
	return o.store.Appeal(ctx, task.Appeal{Submission: a.Submission, Text: a.Text, At: o.now().UTC()})
}

func (o own) Appeals(ctx context.Context) ([]task.Appeal, error) {
	all, err := o.store.Appeals(ctx)
	if err != nil {
		return nil, err
	}
	var list []task.Appeal
	for _, a := range all {
		switch _, err := o.submission(ctx, a.Submission); {
		case err == nil:
			list = append(list, a)
		case !errors.Is(err, task.ErrNotFound):
			return nil, err
		}
	}
	return list, nil
}

func (o own) Ledger(ctx context.Context, worker string) iter.Seq2[task.Entry, error] {
	if err := o.mine(worker); err != nil {
		return failed[task.Entry](err)
	}
	return o.store.Ledger(ctx, o.worker)
}

func (o own) Qualifications(ctx context.Context, worker string) ([]task.Qualification, error) {
	if err := o.mine(worker); err != nil {
		return nil, err
	}
	return o.store.Qualifications(ctx, o.worker)
}

func (o own) Measures(ctx context.Context, worker string) ([]task.Measure, error) {
	if err := o.mine(worker); err != nil {
		return nil, err
	}
	return o.store.Measures(ctx, o.worker)
}

// Results are the worker's own, without gold and without the row of the task: in
// a file of results that shows what others wrote.
func (o own) Results(ctx context.Context, q task.ResultQuery) iter.Seq2[task.Result, error] {
	if err := o.mine(q.Worker); err != nil || q.Gold || q.All {
		return failed[task.Result](api.ErrForbidden)
	}
	q.Worker = o.worker
	return func(yield func(task.Result, error) bool) {
		for r, err := range o.store.Results(ctx, q) {
			if err == nil && (r.Submission == nil || r.Submission.Worker != o.worker) {
				continue
			}
			out := task.Result{Task: plainTask(r.Task)}
			if r.Submission != nil {
				s := plainSubmission(*r.Submission)
				out.Submission = &s
			}
			if r.Verdict != nil {
				v := plainVerdict(*r.Verdict)
				out.Verdict = &v
			}
			if !yield(out, err) {
				return
			}
		}
	}
}

// What is not for workers.

func (o own) Import(context.Context, task.Batch, iter.Seq2[task.Record, error], task.ImportOptions) (task.Imported, error) {
	return task.Imported{}, api.ErrForbidden
}

func (o own) SetAudio(context.Context, string, func(task.Audio) (task.Audio, bool)) (int64, error) {
	return 0, api.ErrForbidden
}

func (o own) Task(context.Context, string) (task.Task, error) {
	return task.Task{}, api.ErrForbidden
}

func (o own) Gold(context.Context, string) (task.Gold, error) {
	return task.Gold{}, api.ErrForbidden
}
func (o own) Judge(context.Context, ...task.Verdict) error       { return api.ErrForbidden }
func (o own) AnswerAppeal(context.Context, task.Appeal) error    { return api.ErrForbidden }
func (o own) Post(context.Context, ...task.Entry) (int, error)   { return 0, api.ErrForbidden }
func (o own) Qualify(context.Context, task.Qualification) error  { return api.ErrForbidden }
func (o own) Take(context.Context, ...task.Measure) (int, error) { return 0, api.ErrForbidden }
func (o own) Purge(context.Context, string) (task.PurgeCount, error) {
	return task.PurgeCount{}, api.ErrForbidden
}
func (o own) Close() error { return api.ErrForbidden }

// failed is a sequence of one error.
func failed[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}
