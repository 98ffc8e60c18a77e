package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
)

// Submit implements task.Store. Who submits under one ID twice at the same
// moment waits for the first: the index of IDs decides.
func (s *Store) Submit(ctx context.Context, in task.Submission, token string) (task.Submission, error) {
	if err := in.Check(); err != nil {
		return in, err
	}
	sent := in
	err := s.write(ctx, true, func(w *tx) error {
		in = sent
		n, t, known, err := w.before(&in)
		if known || err != nil {
			return err
		}
		in.At = micro(in.At)
		fresh, err := w.keep(&in, n, token)
		if err != nil {
			return err
		}
		if !fresh { // while we looked
			return errAgain
		}
		if in.Late {
			return nil
		}
		_, err = w.post(task.Due(t, in))
		return err
	})
	if errors.Is(err, errAgain) {
		return s.Submit(ctx, sent, token)
	}
	return in, err
}

var errAgain = errors.New("somebody else was quicker")

// before asks for what a submission needs: what was kept under its ID, else its
// task, and the time where it says none.
func (w *tx) before(in *task.Submission) (n int64, t task.Task, known bool, err error) {
	var old submissionRow
	var r taskRow
	var key, batch string
	var found bool
	var now time.Time
	b := &pgx.Batch{}
	b.Queue("SELECT "+submissionColumns+", t.key, b.id FROM tapescript.submission s JOIN tapescript.task t ON t.n = s.task JOIN tapescript.batch b ON b.n = t.batch WHERE s.hash = $1",
		task.Hash(in.ID)).Query(first(&known, append(old.targets(), &key, &batch)...))
	ofBatch, ofKey := task.SplitID(in.Task)
	b.Queue(findTask, task.Hash(ofBatch, ofKey)).Query(first(&found, r.targets()...))
	var leased bool
	b.Queue("SELECT clock_timestamp(), EXISTS (SELECT FROM tapescript.assignment WHERE id = $1)", keep(in.Assignment)).
		QueryRow(func(row pgx.Row) error { return row.Scan(&now, &leased) })
	if err := w.SendBatch(w.ctx, b).Close(); err != nil {
		return 0, t, false, err
	}
	if known {
		kept, err := old.submission(task.TaskID(give(batch), give(key)))
		if err == nil {
			err = in.Again(kept)
		}
		*in = kept
		return 0, t, true, err
	}
	if !found {
		return 0, t, false, task.ErrNotFound
	}
	if in.At.IsZero() {
		in.At = now
	}
	in.MarkLease(leased)
	t, _, err = r.task(new(terms))
	return r.n, t, false, err
}

// find is a task by its ID.
func (w *tx) find(id string) (int64, task.Task, error) {
	var r taskRow
	batch, key := task.SplitID(id)
	if found, err := w.row(findTask, []any{task.Hash(batch, key)}, r.targets()...); err != nil || !found {
		return 0, task.Task{}, notFound(err)
	}
	t, _, err := r.task(new(terms))
	return r.n, t, err
}

const findTask = "SELECT " + taskColumns + " FROM tapescript.task t JOIN tapescript.batch b ON b.n = t.batch WHERE t.hash = $1"

// first reads a row where there is one.
func first(found *bool, to ...any) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			if err := rows.Scan(to...); err != nil {
				return err
			}
			*found = true
		}
		return rows.Err()
	}
}

// keep writes a submission, and ends its assignment where the token is right:
// without that it is late. It returns false where its ID was there.
func (w *tx) keep(in *task.Submission, n int64, token string) (bool, error) {
	var extras *string
	if in.Extras != nil {
		text := body(in.Extras)
		extras = &text
	}
	return w.row(`WITH held AS (UPDATE tapescript.assignment SET state = 'submitted' WHERE id = $5 AND task = $3 AND worker = $4 AND token = $17 AND state = 'leased' RETURNING 1)
		INSERT INTO tapescript.submission (hash, id, task, worker, assignment, text, transcript, active, wall, length, at, late, status, decision, line, cells, extras)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NOT EXISTS (SELECT FROM held), $12, $13, $14, $15, $16) ON CONFLICT (hash) DO NOTHING RETURNING late`,
		[]any{task.Hash(in.ID), keep(in.ID), n, keep(in.Worker), keep(in.Assignment), keep(in.Text), in.Transcript, int64(in.Active), int64(in.Wall), int64(in.Length), stamp(in.At),
			keep(in.Status), string(task.Pending), in.Row.Line, task.PackCells(nil, in.Row.Cells), extras, keep(token)}, &in.Late)
}

// post adds entries to the ledger and returns how many were new.
func (w *tx) post(entries ...task.Entry) (added int, err error) {
	b := &pgx.Batch{}
	for _, e := range entries {
		if err := e.Check(); err != nil {
			return 0, err
		}
		b.Queue(`INSERT INTO tapescript.ledger (`+entryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (key) DO NOTHING`,
			keep(e.Key), keep(e.Worker), keep(e.Batch), keep(e.Task), keep(e.Submission), string(e.Kind), string(e.From), string(e.To), int64(e.Amount), keep(e.Currency), micro(e.At), keep(e.Note))
	}
	sent := w.SendBatch(w.ctx, b)
	for range entries {
		tag, err := sent.Exec()
		if err != nil {
			return 0, errors.Join(err, sent.Close())
		}
		added += int(tag.RowsAffected())
	}
	return added, sent.Close()
}

// Post implements task.Store.
func (s *Store) Post(ctx context.Context, entries ...task.Entry) (added int, err error) {
	list := make([]task.Entry, len(entries))
	for i, e := range entries {
		if e.At.IsZero() {
			e.At = time.Now()
		}
		list[i] = e
	}
	err = s.write(ctx, true, func(w *tx) (err error) {
		added, err = w.post(list...)
		return err
	})
	return added, err
}

// Judge implements task.Store.
func (s *Store) Judge(ctx context.Context, list ...task.Verdict) error {
	return s.write(ctx, true, func(w *tx) error {
		for _, v := range list {
			if v.At.IsZero() {
				v.At = time.Now().UTC()
			}
			if err := w.judge(v, task.ForVerdict); err != nil {
				return err
			}
		}
		return nil
	})
}

// judge keeps a verdict, moves the money and, for a rejection, opens the task.
func (w *tx) judge(v task.Verdict, kind task.EntryKind) error {
	var n, t, length int64
	var worker string
	var decision task.Decision
	var late bool
	found, err := w.row("SELECT n, task, worker, decision, late, length FROM tapescript.submission WHERE hash = $1 FOR UPDATE", []any{task.Hash(v.Submission)}, &n, &t, &worker, &decision, &late, &length)
	if err != nil || !found {
		return notFound(err)
	}
	var count int
	var last *string
	if _, err := w.row("SELECT count(*), (array_agg(body::text ORDER BY n DESC))[1] FROM tapescript.verdict WHERE submission = $1", []any{n}, &count, &last); err != nil {
		return err
	}
	if last != nil {
		if old, err := bodyOf[task.Verdict](*last); err != nil || v.Same(old) {
			return err
		}
	}
	if _, err := w.exec("INSERT INTO tapescript.verdict (submission, body) VALUES ($1, $2)", n, body(v)); err != nil || decision == v.Decision {
		return err
	}
	if _, err := w.exec("UPDATE tapescript.submission SET decision = $2 WHERE n = $1", n, string(v.Decision)); err != nil {
		return err
	}
	if !late {
		switch {
		case v.Decision == task.Rejected:
			err = w.release(t)
		case decision == task.Rejected:
			err = w.retake(t)
		}
		if err != nil {
			return err
		}
	}
	return w.settle(v, t, task.Submission{ID: v.Submission, Worker: give(worker), Length: time.Duration(length)}, kind, count+1)
}

// settle moves the money as a verdict, the nth of a submission, says.
func (w *tx) settle(v task.Verdict, n int64, in task.Submission, kind task.EntryKind, nth int) error {
	var claim task.Claim
	b := &pgx.Batch{}
	queueClaimed(b, n, &claim)
	var ledger []task.Entry
	b.Queue("SELECT "+entryColumns+" FROM tapescript.ledger WHERE submission = $1 AND submission <> '' ORDER BY n", keep(in.ID)).Query(func(rows pgx.Rows) (err error) {
		ledger, err = pgx.CollectRows(rows, entry)
		return err
	})
	if err := w.SendBatch(w.ctx, b).Close(); err != nil {
		return err
	}
	_, err := w.post(task.Settle(v, nth, kind, claim.Task, in, ledger)...)
	return err
}

// Appeal implements task.Store.
func (s *Store) Appeal(ctx context.Context, a task.Appeal) error {
	if a.At.IsZero() {
		a.At = time.Now().UTC()
	}
	return s.write(ctx, true, func(w *tx) error {
		if found, err := w.row("SELECT 1 FROM tapescript.submission WHERE hash = $1 FOR UPDATE", []any{task.Hash(a.Submission)}, new(int)); err != nil || !found {
			return notFound(err)
		}
		old, err := w.appeal(a.Submission)
		switch {
		case errors.Is(err, task.ErrNotFound):
		case err != nil:
			return err
		case !old.Answered.IsZero() && old.Text == a.Text:
			return nil
		case !old.Answered.IsZero():
			return task.ErrOther
		}
		_, err = w.exec("INSERT INTO tapescript.appeal VALUES ($1, $2) ON CONFLICT (submission) DO UPDATE SET body = excluded.body", keep(a.Submission), body(a))
		return err
	})
}

func (w *tx) appeal(submission string) (a task.Appeal, err error) {
	var text string
	if found, err := w.row("SELECT body::text FROM tapescript.appeal WHERE submission = $1 FOR UPDATE", keepAll(submission), &text); err != nil || !found {
		return a, notFound(err)
	}
	return bodyOf[task.Appeal](text)
}

// AnswerAppeal implements task.Store.
func (s *Store) AnswerAppeal(ctx context.Context, a task.Appeal) error {
	if a.Answered.IsZero() {
		a.Answered = time.Now().UTC()
	}
	return s.write(ctx, true, func(w *tx) error {
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
		if _, err := w.exec("UPDATE tapescript.appeal SET body = $2 WHERE submission = $1", keep(a.Submission), body(old)); err != nil || !a.Granted {
			return err
		}
		return w.judge(task.Verdict{Submission: a.Submission, Decision: task.Accepted, Reason: task.Reason{Code: "appeal"}, Comment: a.Answer, By: "appeal", At: a.Answered}, task.ForAppeal)
	})
}
