package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"tapescript/transcript/task"
)

func durationOf(n int64) time.Duration { return time.Duration(n) }

// one reads one row outside of a transaction.
func (f *file) one(ctx context.Context, query string, args []any, to ...any) error {
	err := f.read.QueryRowContext(ctx, query, args...).Scan(to...)
	if errors.Is(err, sql.ErrNoRows) {
		return task.ErrNotFound
	}
	return err
}

// bodies yields the JSON of a query's first column.
func bodies[T any](ctx context.Context, f *file, query string, args ...any) (list []T, err error) {
	rows, err := f.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		var v T
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// Batch implements task.Store.
func (s *Store) Batch(ctx context.Context, id string) (b task.Batch, err error) {
	var body string
	if err := s.main.one(ctx, "SELECT body FROM batch WHERE id = ?", []any{id}, &body); err != nil {
		return b, err
	}
	return b, json.Unmarshal([]byte(body), &b)
}

// Batches implements task.Store.
func (s *Store) Batches(ctx context.Context) ([]task.BatchSummary, error) {
	rows, err := s.main.read.QueryContext(ctx, `SELECT b.body, b.tasks, b.open, b.purged, coalesce(c.all_, 0), coalesce(c.good, 0), coalesce(c.bad, 0) FROM batch b LEFT JOIN
		(SELECT t.batch, count(*) AS all_, sum(s.decision = 'accepted') AS good, sum(s.decision = 'rejected') AS bad FROM submission s JOIN task t ON t.n = s.task GROUP BY t.batch) c ON c.batch = b.n ORDER BY b.n`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []task.BatchSummary
	for rows.Next() {
		var v task.BatchSummary
		var body string
		var purged int64
		if err := rows.Scan(&body, &v.Tasks, &v.Open, &purged, &v.Submissions, &v.Accepted, &v.Rejected); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &v.Batch); err != nil {
			return nil, err
		}
		v.Purged = fromUnix(purged)
		list = append(list, v)
	}
	return list, rows.Err()
}

// Assignments implements task.Store.
func (s *Store) Assignments(ctx context.Context, batch, worker string) iter.Seq2[task.Assignment, error] {
	return func(yield func(task.Assignment, error) bool) {
		rows, err := s.main.read.QueryContext(ctx, `SELECT a.id, b.id, t.key, a.worker, a.state, a.started, a.until, a.skipped FROM assignment a
			JOIN task t ON t.n = a.task JOIN batch b ON b.n = t.batch WHERE (?1 = '' OR b.id = ?1) AND (?2 = '' OR a.worker = ?2) ORDER BY a.started, a.n`, batch, worker)
		if err != nil {
			yield(task.Assignment{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var a task.Assignment
			var id, key string
			var started, until int64
			err := rows.Scan(&a.ID, &id, &key, &a.Worker, &a.State, &started, &until, &a.Skipped)
			a.Task, a.Started, a.LeaseUntil = task.TaskID(id, key), fromUnix(started), fromUnix(until)
			if !yield(a, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(task.Assignment{}, err)
		}
	}
}

// Task implements task.Store.
func (s *Store) Task(ctx context.Context, id string) (task.Task, error) {
	var r taskRow
	batch, key := task.SplitID(id)
	if err := s.main.one(ctx, "SELECT "+taskColumns+" FROM task t JOIN batch b ON b.n = t.batch WHERE t.hash = ?", []any{task.Hash(batch, key)}, r.targets()...); err != nil {
		return task.Task{}, err
	}
	return r.task(new(batches))
}

// Assignment implements task.Store.
func (s *Store) Assignment(ctx context.Context, id string) (a task.Assignment, err error) {
	var batch, key string
	var started, until int64
	err = s.main.one(ctx, "SELECT a.id, b.id, t.key, a.worker, a.state, a.started, a.until, a.skipped FROM assignment a JOIN task t ON t.n = a.task JOIN batch b ON b.n = t.batch WHERE a.id = ?",
		[]any{id}, &a.ID, &batch, &key, &a.Worker, &a.State, &started, &until, &a.Skipped)
	a.Task, a.Started, a.LeaseUntil = task.TaskID(batch, key), fromUnix(started), fromUnix(until)
	if err != nil {
		return task.Assignment{}, err
	}
	return a, nil
}

// Submission implements task.Store.
func (s *Store) Submission(ctx context.Context, id string) (task.Submission, error) {
	var r submissionRow
	var batch, key string
	if err := s.main.one(ctx, "SELECT "+submissionColumns+", b.id, t.key FROM submission s JOIN task t ON t.n = s.task JOIN batch b ON b.n = t.batch WHERE s.hash = ?",
		[]any{task.Hash(id)}, append(r.targets(), &batch, &key)...); err != nil {
		return task.Submission{}, err
	}
	return r.submission(task.TaskID(batch, key))
}

// Gold implements task.Store.
func (s *Store) Gold(ctx context.Context, submission string) (task.Gold, error) {
	in, err := s.Submission(ctx, submission)
	if errors.Is(err, task.ErrNotFound) {
		return task.Gold{}, task.ErrSealed
	}
	if err != nil {
		return task.Gold{}, err
	}
	return s.goldOf(ctx, in.Task)
}

func (s *Store) goldOf(ctx context.Context, id string) (g task.Gold, err error) {
	f, err := s.goldFile(ctx)
	if err != nil {
		return g, err
	}
	batch, key := task.SplitID(id)
	var texts, cells string
	if err := f.one(ctx, "SELECT texts, reason, cells FROM gold WHERE batch = ? AND key = ?", []any{batch, key}, &texts, &g.Reason, &cells); err != nil {
		return g, err
	}
	g.Task = id
	return g, errors.Join(json.Unmarshal([]byte(texts), &g.Texts), json.Unmarshal([]byte(cells), &g.Cells))
}

// CorrectGold implements task.GoldCorrector. What the gold said before is kept;
// saying the same again changes nothing.
func (s *Store) CorrectGold(ctx context.Context, submission string, texts []string) error {
	g, err := s.Gold(ctx, submission)
	if err != nil {
		return err
	}
	f, err := s.goldFile(ctx)
	if err != nil {
		return err
	}
	batch, key := task.SplitID(g.Task)
	return f.write(ctx, true, func(w *writer) error {
		if _, err := w.exec("INSERT INTO former (batch, key, texts, until) SELECT batch, key, texts, ?3 FROM gold WHERE batch = ?1 AND key = ?2 AND texts <> ?4",
			batch, key, unix(s.now()), text(texts)); err != nil {
			return err
		}
		_, err := w.exec("UPDATE gold SET texts = ? WHERE batch = ? AND key = ?", text(texts), batch, key)
		return err
	})
}

// FormerGold implements task.GoldKeeper.
func (s *Store) FormerGold(ctx context.Context, submission string) (list []task.FormerGold, err error) {
	g, err := s.Gold(ctx, submission)
	if err != nil {
		return nil, err
	}
	f, err := s.goldFile(ctx)
	if err != nil {
		return nil, err
	}
	batch, key := task.SplitID(g.Task)
	rows, err := f.read.QueryContext(ctx, "SELECT texts, until FROM former WHERE batch = ? AND key = ? ORDER BY n", batch, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var texts string
		var until int64
		var was task.FormerGold
		if err := errors.Join(rows.Scan(&texts, &until), json.Unmarshal([]byte(texts), &was.Texts)); err != nil {
			return nil, err
		}
		was.Until = fromUnix(until)
		list = append(list, was)
	}
	return list, rows.Err()
}

// unseal adds its gold to a result, for those who may see it.
func (s *Store) unseal(ctx context.Context, r *task.Result) error {
	if r.Task.Kind == task.General {
		return nil
	}
	g, err := s.goldOf(ctx, r.Task.ID)
	if errors.Is(err, task.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r.Gold = &g
	if r.Submission == nil || r.Submission.Row.Cells == nil {
		return nil
	}
	f, err := s.goldFile(ctx)
	if err != nil {
		return err
	}
	var cells string
	err = f.one(ctx, "SELECT cells FROM shown WHERE batch = ? AND submission = ?", []any{r.Task.Batch, r.Submission.ID}, &cells)
	if errors.Is(err, task.ErrNotFound) {
		g.Cells = nil
		return nil
	}
	g.Cells = nil
	return errors.Join(err, json.Unmarshal([]byte(cells), &g.Cells))
}

// Verdicts implements task.Store.
func (s *Store) Verdicts(ctx context.Context, submission string) ([]task.Verdict, error) {
	return bodies[task.Verdict](ctx, s.main, "SELECT v.body FROM verdict v JOIN submission s ON s.n = v.submission WHERE s.hash = ? ORDER BY v.n", task.Hash(submission))
}

// Appeals implements task.Store.
func (s *Store) Appeals(ctx context.Context) ([]task.Appeal, error) {
	return bodies[task.Appeal](ctx, s.main, "SELECT body FROM appeal ORDER BY submission")
}

// Qualifications implements task.Store.
func (s *Store) Qualifications(ctx context.Context, worker string) ([]task.Qualification, error) {
	return bodies[task.Qualification](ctx, s.main, "SELECT body FROM qualification WHERE ?1 = '' OR worker = ?1 ORDER BY rowid", worker)
}

// Qualify implements task.Store.
func (s *Store) Qualify(ctx context.Context, q task.Qualification) error {
	if q.ID == "" || q.Worker == "" {
		return &task.InvalidError{Field: "qualification", Code: task.Missing}
	}
	return s.main.write(ctx, true, func(w *writer) error {
		_, err := w.exec("INSERT INTO qualification VALUES (?, ?, ?) ON CONFLICT DO NOTHING", q.ID, q.Worker, text(q))
		return err
	})
}

// Take implements task.Store.
func (s *Store) Take(ctx context.Context, list ...task.Measure) (added int, err error) {
	err = s.main.write(ctx, true, func(w *writer) error {
		added = 0
		for _, m := range list {
			n, err := w.exec("INSERT INTO measure (key, worker, body) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING", m.Key, m.Worker, text(m))
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			added++
			if m.Action.Kind != task.OneMore {
				continue
			}
			batch, key := task.SplitID(m.Action.Extras["task"])
			var t int64
			if found, err := w.row("SELECT n FROM task WHERE hash = ?", []any{task.Hash(batch, key)}, &t); err != nil || !found {
				return notFound(err)
			}
			if err := w.places(t, "UPDATE task SET overlap = overlap + 1, state = (taken >= overlap + 1), returned = 1 WHERE n = ? AND overlap > 0"); err != nil {
				return err
			}
		}
		return nil
	})
	return added, err
}

// Measures implements task.Store.
func (s *Store) Measures(ctx context.Context, worker string) ([]task.Measure, error) {
	return bodies[task.Measure](ctx, s.main, "SELECT body FROM measure WHERE ?1 = '' OR worker = ?1 ORDER BY n", worker)
}

// Ledger implements task.Store.
func (s *Store) Ledger(ctx context.Context, worker string) iter.Seq2[task.Entry, error] {
	return func(yield func(task.Entry, error) bool) {
		rows, err := s.main.read.QueryContext(ctx, "SELECT "+entryColumns+" FROM ledger WHERE ?1 = '' OR worker = ?1 ORDER BY n", worker)
		if err != nil {
			yield(task.Entry{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			e, err := entry(rows)
			if !yield(e, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(task.Entry{}, err)
		}
	}
}

// Results implements task.Store.
func (s *Store) Results(ctx context.Context, q task.ResultQuery) iter.Seq2[task.Result, error] {
	return func(yield func(task.Result, error) bool) {
		err := s.submitted(ctx, q, yield)
		if err == nil && q.All {
			err = s.undone(ctx, q, yield)
		}
		if err != nil && err != errStopped {
			yield(task.Result{}, err)
		}
	}
}

// errStopped: whoever takes the results has had enough.
var errStopped = errors.New("stopped")

func (s *Store) submitted(ctx context.Context, q task.ResultQuery, yield func(task.Result, error) bool) error {
	order := "s.n"
	if q.ByTask {
		order = "s.task, s.n"
	}
	rows, err := s.main.read.QueryContext(ctx, "SELECT "+taskColumns+", "+submissionColumns+`, (SELECT v.body FROM verdict v WHERE v.submission = s.n ORDER BY v.n DESC LIMIT 1)
		FROM submission s JOIN task t ON t.n = s.task JOIN batch b ON b.n = t.batch
		WHERE (?1 = '' OR b.id = ?1) AND (?2 = '' OR s.worker = ?2) AND (?3 OR s.late = 0 AND s.decision <> 'rejected') ORDER BY `+order, q.Batch, q.Worker, q.Reject)
	if err != nil {
		return err
	}
	defer rows.Close()
	var m batches
	for rows.Next() {
		var t taskRow
		var sub submissionRow
		var verdict sql.NullString
		if err := rows.Scan(append(append(t.targets(), sub.targets()...), &verdict)...); err != nil {
			return err
		}
		r, err := s.result(ctx, &t, &m, q.Gold)
		if err != nil {
			return err
		}
		in, err := sub.submission(r.Task.ID)
		if err != nil {
			return err
		}
		r.Submission = &in
		if verdict.Valid {
			r.Verdict = new(task.Verdict)
			if err := json.Unmarshal([]byte(verdict.String), r.Verdict); err != nil {
				return err
			}
		}
		if q.Gold {
			if err := s.unseal(ctx, &r); err != nil {
				return err
			}
		}
		if !yield(r, nil) {
			return errStopped
		}
	}
	return rows.Err()
}

func (s *Store) result(_ context.Context, t *taskRow, m *batches, _ bool) (r task.Result, err error) {
	r.Task, err = t.task(m)
	return r, err
}

// undone yields the tasks that nobody has submitted.
func (s *Store) undone(ctx context.Context, q task.ResultQuery, yield func(task.Result, error) bool) error {
	rows, err := s.main.read.QueryContext(ctx, "SELECT "+taskColumns+` FROM task t JOIN batch b ON b.n = t.batch
		WHERE (?1 = '' OR b.id = ?1) AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.task = t.n AND (?2 OR s.late = 0 AND s.decision <> 'rejected') AND (?3 = '' OR s.worker = ?3)) ORDER BY t.n`, q.Batch, q.Reject, q.Worker)
	if err != nil {
		return err
	}
	defer rows.Close()
	var m batches
	for rows.Next() {
		var t taskRow
		if err := rows.Scan(t.targets()...); err != nil {
			return err
		}
		r, err := s.result(ctx, &t, &m, q.Gold)
		if err != nil {
			return err
		}
		if q.Gold {
			if err := s.unseal(ctx, &r); err != nil {
				return err
			}
		}
		if !yield(r, nil) {
			return errStopped
		}
	}
	return rows.Err()
}

// SetAudio implements task.Store.
func (s *Store) SetAudio(ctx context.Context, batch string, path func(task.Audio) (task.Audio, bool)) (found int64, err error) {
	err = s.main.write(ctx, true, func(w *writer) error {
		found = 0
		return w.eachTask(batch, func(n int64, t task.Task) error {
			a, ok := path(t.Audio)
			if !ok {
				return nil
			}
			found++
			if a == t.Audio {
				return nil
			}
			a.Ref = ""
			_, err := w.exec("UPDATE task SET audio = ?, pay = ? WHERE n = ?", text(a), task.PayPlace(t.Price, a.Duration), n)
			return err
		})
	})
	return found, err
}

// eachTask goes over a batch's tasks, in the order of the import. Each is read
// by itself, so that what is done with it may write.
func (w *writer) eachTask(batch string, do func(n int64, t task.Task) error) error {
	for last := int64(0); ; {
		r := taskRow{}
		const next = "SELECT " + taskColumns + " FROM task t JOIN batch b ON b.n = t.batch WHERE t.n > ? AND b.id = ? ORDER BY t.n LIMIT 1"
		ok, err := w.row(next, []any{last, batch}, r.targets()...)
		if err != nil || !ok {
			return err
		}
		last = r.n
		t, err := r.task(new(batches))
		if err != nil {
			return err
		}
		if err := do(r.n, t); err != nil {
			return err
		}
	}
}

// Purge implements task.Store. What was deleted is overwritten on the disk, and
// the log that held it cut off.
func (s *Store) Purge(ctx context.Context, batch string) (count task.PurgeCount, err error) {
	var n int64
	if err := s.main.one(ctx, "SELECT n FROM batch WHERE id = ?", []any{batch}, &n); err != nil {
		return count, err
	}
	f, err := s.goldFile(ctx)
	if err != nil {
		return count, err
	}
	// Gold first: a purge that is cut off is begun again, and finds the rest.
	err = f.erase(ctx, func(w *writer) error {
		if count.Gold, err = w.exec("DELETE FROM gold WHERE batch = ?", batch); err != nil {
			return err
		}
		if _, err = w.exec("DELETE FROM former WHERE batch = ?", batch); err != nil {
			return err
		}
		_, err = w.exec("DELETE FROM shown WHERE batch = ?", batch)
		return err
	})
	if err != nil {
		return count, err
	}
	err = s.main.erase(ctx, func(w *writer) error {
		paths, err := w.strings("SELECT DISTINCT json_extract(audio, '$.Path') FROM task WHERE batch = ? AND audio IS NOT NULL AND json_extract(audio, '$.Path') <> ''", n)
		if err != nil {
			return err
		}
		count.Audio = paths
		const of = " IN (SELECT s.n FROM submission s JOIN task t ON t.n = s.task WHERE t.batch = ?)"
		if _, err := w.exec("DELETE FROM appeal WHERE submission IN (SELECT s.id FROM submission s JOIN task t ON t.n = s.task WHERE t.batch = ?)", n); err != nil {
			return err
		}
		if _, err := w.exec("DELETE FROM verdict WHERE submission"+of, n); err != nil {
			return err
		}
		if count.Submissions, err = w.exec("DELETE FROM submission WHERE n"+of, n); err != nil {
			return err
		}
		for _, table := range []string{"assignment WHERE task IN (SELECT n FROM task WHERE batch = ?)", "cursor WHERE batch = ?", "given WHERE batch = ?"} {
			if _, err := w.exec("DELETE FROM "+table, n); err != nil {
				return err
			}
		}
		if count.Tasks, err = w.exec("DELETE FROM task WHERE batch = ?", n); err != nil {
			return err
		}
		_, err = w.exec("UPDATE batch SET tasks = 0, open = 0, general = 0, control = 0, purged = ? WHERE n = ?", unix(s.now()), n)
		return err
	})
	return count, err
}

// erase is a transaction whose deletions leave nothing behind in the file.
func (f *file) erase(ctx context.Context, do func(*writer) error) error {
	if err := f.overwrite(ctx, do); err != nil {
		return err
	}
	return f.scrub(ctx)
}

// overwrite is a transaction in which what is deleted is overwritten.
func (f *file) overwrite(ctx context.Context, do func(*writer) error) error {
	if _, err := f.conn.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	return f.write(ctx, true, do)
}

// scrub writes the file anew, because rows that moved between pages before have
// left copies in what no row uses now, and cuts off the log.
func (f *file) scrub(ctx context.Context) error {
	f.writing.Lock()
	defer f.writing.Unlock()
	for _, query := range []string{"PRAGMA temp_store = FILE", "VACUUM", "PRAGMA temp_store = MEMORY", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := f.conn.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}
