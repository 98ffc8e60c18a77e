package sqlite

import (
	"context"
	"encoding/json"
	"errors"

	"tapescript/transcript/task"
)

// Submit implements task.Store.
func (s *Store) Submit(ctx context.Context, in task.Submission, token string) (task.Submission, error) {
	if err := in.Check(); err != nil {
		return in, err
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
		if found, err := w.row("SELECT n FROM task WHERE hash = ?", []any{task.Hash(batch, key)}, &n); err != nil || !found {
			return notFound(err)
		}
		t, _, _, err := w.task(n)
		if err != nil {
			return err
		}
		fits, err := w.row("SELECT 1 FROM assignment WHERE id = ? AND task = ? AND worker = ? AND token = ? AND state = 'leased'",
			[]any{in.Assignment, n, in.Worker, token}, new(int))
		if err != nil {
			return err
		}
		in.Late = !fits
		if !fits {
			there, err := w.row("SELECT 1 FROM assignment WHERE id = ?", []any{in.Assignment}, new(int))
			if err != nil {
				return err
			}
			in.MarkLease(there)
		}
		if fits {
			if _, err := w.exec("UPDATE assignment SET state = 'submitted' WHERE id = ?", in.Assignment); err != nil {
				return err
			}
		}
		if err := w.keep(&in, n); err != nil || in.Late {
			return err
		}
		_, err = w.post(task.Due(t, in))
		return err
	})
	return in, err
}

// known returns what was kept under a submission's ID.
func (w *writer) known(in *task.Submission) (bool, error) {
	var r submissionRow
	var key, batch string
	found, err := w.row("SELECT "+submissionColumns+", t.key, b.id FROM submission s JOIN task t ON t.n = s.task JOIN batch b ON b.n = t.batch WHERE s.hash = ?",
		[]any{task.Hash(in.ID)}, append(r.targets(), &key, &batch)...)
	if err != nil || !found {
		return false, err
	}
	old, err := r.submission(task.TaskID(batch, key))
	if err == nil {
		err = in.Again(old)
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
		task.Hash(in.ID), in.ID, n, in.Worker, in.Assignment, in.Text, in.Transcript, int64(in.Active), int64(in.Wall), int64(in.Length), unix(in.At), in.Late,
		in.Status, string(task.Pending), in.Row.Line, task.PackCells(nil, in.Row.Cells), extras)
	return err
}

// post adds an entry to the ledger; false where its key was there.
func (w *writer) post(e task.Entry) (bool, error) {
	if err := e.Check(); err != nil {
		return false, err
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
	found, err := w.row("SELECT n, task, worker, decision, late FROM submission WHERE hash = ?", []any{task.Hash(v.Submission)}, &n, &t, &worker, &decision, &late)
	if err != nil || !found {
		return notFound(err)
	}
	bodies, err := w.strings("SELECT body FROM verdict WHERE submission = ? ORDER BY n", n)
	if err != nil {
		return err
	}
	if len(bodies) > 0 {
		var last task.Verdict
		if err := json.Unmarshal([]byte(bodies[len(bodies)-1]), &last); err != nil {
			return err
		}
		if v.Same(last) {
			return nil
		}
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

// settle moves the money as a verdict, the nth of a submission, says.
func (w *writer) settle(v task.Verdict, n int64, worker string, kind task.EntryKind, nth int) error {
	t, _, _, err := w.task(n)
	if err != nil {
		return err
	}
	var length int64
	if _, err := w.row("SELECT length FROM submission WHERE hash = ?", []any{task.Hash(v.Submission)}, &length); err != nil {
		return err
	}
	ledger, err := w.entries("SELECT "+entryColumns+" FROM ledger WHERE submission = ? AND submission <> '' ORDER BY n", v.Submission)
	if err != nil {
		return err
	}
	for _, e := range task.Settle(v, nth, kind, t, task.Submission{ID: v.Submission, Worker: worker, Length: durationOf(length)}, ledger) {
		if _, err := w.post(e); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) entries(query string, args ...any) (list []task.Entry, err error) {
	s, err := w.statement(query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(w.ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := entry(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
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
		if found, err := w.row("SELECT 1 FROM submission WHERE hash = ?", []any{task.Hash(a.Submission)}, new(int)); err != nil || !found {
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
