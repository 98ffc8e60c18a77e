package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tapescript/transcript/task"
)

// Submit implements task.Store.
func (s *Store) Submit(ctx context.Context, in task.Submission, token string) (task.Submission, error) {
	if in.ID == "" || in.Worker == "" {
		return in, &task.InvalidError{Field: "submission", Code: task.Missing}
	}
	if len(in.Text) > task.MaxText {
		return in, &task.InvalidError{Field: "text", Code: task.TooLong, Value: in.Text}
	}
	if in.At.IsZero() {
		in.At = s.now().UTC()
	}
	err := s.main.write(ctx, true, func(w *writer) error {
		known, err := w.known(&in)
		if known || err != nil {
			return err
		}
		batch, key := task.SplitID(in.Task)
		var n int64
		if found, err := w.row("SELECT n FROM task WHERE hash = ?", []any{hash(batch, key)}, &n); err != nil || !found {
			return notFound(err)
		}
		t, b, _, err := w.task(n)
		if err != nil {
			return err
		}
		fits, err := w.row("SELECT 1 FROM assignment WHERE id = ? AND task = ? AND worker = ? AND token = ? AND state = 'leased'",
			[]any{in.Assignment, n, in.Worker, token}, new(int))
		if err != nil {
			return err
		}
		in.Late = !fits
		if fits {
			if _, err := w.exec("UPDATE assignment SET state = 'submitted' WHERE id = ?", in.Assignment); err != nil {
				return err
			}
		}
		if err := w.keep(&in, n); err != nil || in.Late {
			return err
		}
		_, err = w.post(w.due(t, b, &in))
		return err
	})
	return in, err
}

// known returns what was kept under a submission's ID.
func (w *writer) known(in *task.Submission) (bool, error) {
	var r submissionRow
	var key, batch string
	found, err := w.row("SELECT "+submissionColumns+", t.key, b.id FROM submission s JOIN task t ON t.n = s.task JOIN batch b ON b.n = t.batch WHERE s.hash = ?",
		[]any{hash(in.ID)}, append(r.targets(), &key, &batch)...)
	if err != nil || !found {
		return false, err
	}
	old, err := r.submission(task.TaskID(batch, key))
	if err == nil && (old.Task != in.Task || old.Worker != in.Worker || old.Text != in.Text) {
		err = task.ErrOther
	}
	*in = old
	return true, err
}

func (w *writer) keep(in *task.Submission, n int64) error {
	var extras any
	if in.Extras != nil {
		extras = text(in.Extras)
	}
	_, err := w.exec(`INSERT INTO submission (hash, id, task, worker, assignment, text, transcript, active, wall, length, at, late, status, decision, line, cells, extras)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		hash(in.ID), in.ID, n, in.Worker, in.Assignment, in.Text, in.Transcript, int64(in.Active), int64(in.Wall), int64(in.Length), unix(in.At), in.Late,
		in.Status, string(task.Pending), in.Row.Line, packCells(nil, in.Row.Cells), extras)
	return err
}

// due is what a submission earns. Where the price goes by time and nobody knows
// the length it is an entry of nothing that says so.
func (w *writer) due(t task.Task, b task.Batch, s *task.Submission) task.Entry {
	length := t.Audio.Duration
	if length == 0 && t.Audio.End > 0 {
		length = t.Audio.End - t.Audio.Start
	}
	if length == 0 {
		length = s.Length
	}
	e := task.Entry{
		Key: "task/" + s.ID, Worker: s.Worker, Batch: b.ID, Task: t.ID, Submission: s.ID,
		Kind: task.ForTask, To: task.InReview, Currency: t.Price.Currency, At: s.At,
	}
	var err error
	if e.Amount, err = t.Price.For(length); errors.Is(err, task.ErrUnknownLength) {
		e.Note = "length-unknown"
	}
	if t.Kind == task.Training || t.Kind == task.Exam {
		e.Amount, e.Note = 0, string(t.Kind)
	}
	return e
}

// post adds an entry to the ledger; false where its key was there.
func (w *writer) post(e task.Entry) (bool, error) {
	if e.Key == "" || e.Amount < 0 {
		return false, &task.InvalidError{Field: "entry", Code: task.Negative, Value: e.Key}
	}
	if e.At.IsZero() {
		return false, &task.InvalidError{Field: "entry", Code: task.Missing, Value: e.Key}
	}
	n, err := w.exec(`INSERT INTO ledger (key, worker, batch, task, submission, kind, "from", "to", amount, currency, at, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		e.Key, e.Worker, e.Batch, e.Task, e.Submission, string(e.Kind), string(e.From), string(e.To), int64(e.Amount), e.Currency, unix(e.At), e.Note)
	return n > 0, err
}

// Post implements task.Store.
func (s *Store) Post(ctx context.Context, entries ...task.Entry) (added int, err error) {
	err = s.main.write(ctx, true, func(w *writer) error {
		added = 0
		for _, e := range entries {
			if e.At.IsZero() {
				e.At = s.now().UTC()
			}
			fresh, err := w.post(e)
			if err != nil {
				return err
			}
			if fresh {
				added++
			}
		}
		return nil
	})
	return added, err
}

// Judge implements task.Store.
func (s *Store) Judge(ctx context.Context, list ...task.Verdict) error {
	return s.main.write(ctx, true, func(w *writer) error {
		for _, v := range list {
			if v.At.IsZero() {
				v.At = s.now().UTC()
			}
			if err := w.judge(v, task.ForVerdict); err != nil {
				return err
			}
		}
		return nil
	})
}

// judge keeps a verdict, moves the money and, for a rejection, opens the task.
func (w *writer) judge(v task.Verdict, kind task.EntryKind) error {
	var n, t int64
	var worker, decision string
	var late bool
	found, err := w.row("SELECT n, task, worker, decision, late FROM submission WHERE hash = ?", []any{hash(v.Submission)}, &n, &t, &worker, &decision, &late)
	if err != nil || !found {
		return notFound(err)
	}
	bodies, err := w.strings("SELECT body FROM verdict WHERE submission = ? ORDER BY n", n)
	if err != nil {
		return err
	}
	if len(bodies) > 0 && same(bodies[len(bodies)-1], v) {
		return nil
	}
	if _, err := w.exec("INSERT INTO verdict (submission, body) VALUES (?, ?)", n, text(v)); err != nil {
		return err
	}
	if task.Decision(decision) == v.Decision {
		return nil
	}
	if _, err := w.exec("UPDATE submission SET decision = ? WHERE n = ?", string(v.Decision), n); err != nil {
		return err
	}
	if !late {
		switch {
		case v.Decision == task.Rejected:
			err = w.release(t)
		case task.Decision(decision) == task.Rejected:
			err = w.take(t)
		}
		if err != nil {
			return err
		}
	}
	return w.settle(v, t, worker, kind, len(bodies)+1)
}

// same says whether a verdict has been kept already: but for its time.
func same(body string, v task.Verdict) bool {
	var old task.Verdict
	if json.Unmarshal([]byte(body), &old) != nil {
		return false
	}
	old.At = v.At
	return text(old) == text(v)
}

// settle moves all that a submission has earned, and that was not paid out, to
// the account of its verdict.
func (w *writer) settle(v task.Verdict, n int64, worker string, kind task.EntryKind, count int) error {
	to := map[task.Decision]task.Account{task.Accepted: task.Approved, task.Rejected: task.RejectedAs, task.Pending: task.InReview}[v.Decision]
	t, b, _, err := w.task(n)
	if err != nil {
		return err
	}
	e := task.Entry{Worker: worker, Batch: b.ID, Task: t.ID, Submission: v.Submission, Kind: kind, To: to, At: v.At, Note: v.Reason.Code}
	standing := false
	for _, from := range []task.Account{task.InReview, task.Approved, task.RejectedAs} {
		var sum int64
		const balance = `SELECT coalesce(sum(CASE WHEN "to" = ?2 THEN amount ELSE 0 END) - sum(CASE WHEN "from" = ?2 THEN amount ELSE 0 END), 0), coalesce(max(currency), ''), count(*)
			FROM ledger WHERE submission = ?1 AND submission <> '' AND kind IN ('task', 'verdict', 'appeal')`
		var entries int
		if _, err := w.row(balance, []any{v.Submission, string(from)}, &sum, &e.Currency, &entries); err != nil {
			return err
		}
		standing = standing || entries > 0
		if from == to || sum <= 0 {
			continue
		}
		e.Key, e.From, e.Amount = fmt.Sprintf("%s/%s/%d", kind, v.Submission, count), from, task.Decimal(sum)
		if _, err := w.post(e); err != nil {
			return err
		}
	}
	if standing || v.Decision != task.Accepted {
		return nil
	}
	// A late one that was of use: it earns what it would have.
	var s task.Submission
	var length int64
	if _, err := w.row("SELECT length FROM submission WHERE hash = ?", []any{hash(v.Submission)}, &length); err != nil {
		return err
	}
	s.ID, s.Worker, s.At = v.Submission, worker, v.At
	s.Length = durationOf(length)
	due := w.due(t, b, &s)
	due.To = task.Approved
	_, err = w.post(due)
	return err
}

// Appeal implements task.Store.
func (s *Store) Appeal(ctx context.Context, a task.Appeal) error {
	if a.At.IsZero() {
		a.At = s.now().UTC()
	}
	return s.main.write(ctx, true, func(w *writer) error {
		old, err := w.appeal(a.Submission)
		switch {
		case err != nil && !errors.Is(err, task.ErrNotFound):
			return err
		case err == nil && !old.Answered.IsZero():
			if old.Text == a.Text {
				return nil
			}
			return task.ErrOther
		}
		if found, err := w.row("SELECT 1 FROM submission WHERE hash = ?", []any{hash(a.Submission)}, new(int)); err != nil || !found {
			return notFound(err)
		}
		_, err = w.exec("INSERT INTO appeal VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body", a.Submission, text(a))
		return err
	})
}

func (w *writer) appeal(submission string) (a task.Appeal, err error) {
	var body string
	found, err := w.row("SELECT body FROM appeal WHERE submission = ?", []any{submission}, &body)
	if err != nil || !found {
		return a, notFound(err)
	}
	return a, json.Unmarshal([]byte(body), &a)
}

// AnswerAppeal implements task.Store.
func (s *Store) AnswerAppeal(ctx context.Context, a task.Appeal) error {
	if a.Answered.IsZero() {
		a.Answered = s.now().UTC()
	}
	return s.main.write(ctx, true, func(w *writer) error {
		old, err := w.appeal(a.Submission)
		if err != nil {
			return err
		}
		if !old.Answered.IsZero() {
			if old.Granted == a.Granted && old.Answer == a.Answer {
				return nil
			}
			return task.ErrOther
		}
		old.Answered, old.Granted, old.Answer = a.Answered, a.Granted, a.Answer
		if _, err := w.exec("UPDATE appeal SET body = ? WHERE submission = ?", text(old), a.Submission); err != nil || !a.Granted {
			return err
		}
		return w.judge(task.Verdict{Submission: a.Submission, Decision: task.Accepted, Reason: task.Reason{Code: "appeal"}, Comment: a.Answer, By: "appeal", At: a.Answered}, task.ForAppeal)
	})
}

func notFound(err error) error {
	if err == nil {
		return task.ErrNotFound
	}
	return err
}
