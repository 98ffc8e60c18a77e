package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
)

// list reads the rows of a query, again where the connection broke.
func list[T any](ctx context.Context, s *Store, row pgx.RowToFunc[T], query string, args ...any) (all []T, err error) {
	err = again(ctx, passing, func() error {
		rows, err := s.pool.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, row)
		return err
	})
	return all, explain(err)
}

// one reads the row of a query; task.ErrNotFound where there is none.
func one[T any](ctx context.Context, s *Store, row pgx.RowToFunc[T], query string, args ...any) (v T, err error) {
	all, err := list(ctx, s, row, query, args...)
	if err == nil && len(all) == 0 {
		err = task.ErrNotFound
	}
	if err != nil {
		return v, err
	}
	return all[0], nil
}

// stream yields the rows of queries, one after another, as they were when the
// first began.
func stream[T any](ctx context.Context, s *Store, row pgx.RowToFunc[T], args []any, queries ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		stopped := errors.New("stopped")
		err := pgx.BeginTxFunc(ctx, s.streams, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			for _, query := range queries {
				rows, err := tx.Query(ctx, query, args...)
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					v, err := row(rows)
					if err != nil {
						return err
					}
					if !yield(v, nil) {
						return stopped
					}
				}
				if err := rows.Err(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, stopped) {
			var none T
			yield(none, explain(err))
		}
	}
}

// Batch implements task.Store.
func (s *Store) Batch(ctx context.Context, id string) (task.Batch, error) {
	return one(ctx, s, bodies[task.Batch], "SELECT body::text FROM tapescript.batch WHERE id = $1", keep(id))
}

// Batches implements task.Store.
func (s *Store) Batches(ctx context.Context) ([]task.BatchSummary, error) {
	return list(ctx, s, summary, `SELECT b.body::text, b.tasks, b.purged, (SELECT coalesce(sum(open), 0)::bigint FROM tapescript.backlog l WHERE l.batch = b.n),
		coalesce(c.submitted, 0), coalesce(c.good, 0), coalesce(c.bad, 0) FROM tapescript.batch b LEFT JOIN
		(SELECT t.batch, count(*) AS submitted, count(*) FILTER (WHERE s.decision = 'accepted') AS good, count(*) FILTER (WHERE s.decision = 'rejected') AS bad
		FROM tapescript.submission s JOIN tapescript.task t ON t.n = s.task GROUP BY t.batch) c ON c.batch = b.n ORDER BY b.n`)
}

func summary(row pgx.CollectableRow) (v task.BatchSummary, err error) {
	var text string
	var purged *time.Time
	if err := row.Scan(&text, &v.Tasks, &purged, &v.Open, &v.Submissions, &v.Accepted, &v.Rejected); err != nil {
		return v, err
	}
	v.Purged = fromStamp(purged)
	return v, json.Unmarshal([]byte(text), &v.Batch)
}

// Task implements task.Store.
func (s *Store) Task(ctx context.Context, id string) (task.Task, error) {
	batch, key := task.SplitID(id)
	return one(ctx, s, func(row pgx.CollectableRow) (task.Task, error) {
		var r taskRow
		if err := row.Scan(r.targets()...); err != nil {
			return task.Task{}, err
		}
		t, _, err := r.task(new(terms))
		return t, err
	}, "SELECT "+taskColumns+" FROM tapescript.task t JOIN tapescript.batch b ON b.n = t.batch WHERE t.hash = $1", task.Hash(batch, key))
}

// Assignment implements task.Store.
func (s *Store) Assignment(ctx context.Context, id string) (task.Assignment, error) {
	return one(ctx, s, assignment, "SELECT "+assignmentColumns+" WHERE a.id = $1", keep(id))
}

// Assignments implements task.Store.
func (s *Store) Assignments(ctx context.Context, batch, worker string) iter.Seq2[task.Assignment, error] {
	return stream(ctx, s, assignment, keepAll(batch, worker), "SELECT "+assignmentColumns+" WHERE ($1 = '' OR b.id = $1) AND ($2 = '' OR a.worker = $2) ORDER BY a.started, a.n")
}

// Submission implements task.Store.
func (s *Store) Submission(ctx context.Context, id string) (task.Submission, error) {
	return one(ctx, s, func(row pgx.CollectableRow) (task.Submission, error) {
		var r submissionRow
		var batch, key string
		if err := row.Scan(append(r.targets(), &batch, &key)...); err != nil {
			return task.Submission{}, err
		}
		return r.submission(task.TaskID(give(batch), give(key)))
	}, "SELECT "+submissionColumns+", b.id, t.key FROM tapescript.submission s JOIN tapescript.task t ON t.n = s.task JOIN tapescript.batch b ON b.n = t.batch WHERE s.hash = $1", task.Hash(id))
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
	batch, key := task.SplitID(in.Task)
	return one(ctx, s, func(row pgx.CollectableRow) (task.Gold, error) {
		var r goldRow
		if err := row.Scan(r.targets()...); err != nil {
			return task.Gold{}, err
		}
		return r.gold(in.Task)
	}, "SELECT "+goldColumns+" FROM tapescript_gold.gold g WHERE g.batch = $1 AND g.key = $2", keepAll(batch, key)...)
}

// CorrectGold implements task.GoldCorrector. What the gold said before is kept;
// saying the same again changes nothing.
func (s *Store) CorrectGold(ctx context.Context, submission string, texts []string) error {
	g, err := s.Gold(ctx, submission)
	if err != nil {
		return err
	}
	batch, key := task.SplitID(g.Task)
	args := append(keepAll(batch, key), body(texts))
	return s.write(ctx, true, func(w *tx) error {
		// One after another: each keeps what the one before has written.
		if _, err := w.exec("SELECT 1 FROM tapescript_gold.gold WHERE batch = $1 AND key = $2 FOR UPDATE", args[:2]...); err != nil {
			return err
		}
		if _, err := w.exec(`INSERT INTO tapescript_gold.former (batch, key, texts, until)
			SELECT batch, key, texts, clock_timestamp() FROM tapescript_gold.gold WHERE batch = $1 AND key = $2 AND texts::text <> $3::text`, args...); err != nil {
			return err
		}
		_, err := w.exec("UPDATE tapescript_gold.gold SET texts = $3::json WHERE batch = $1 AND key = $2", args...)
		return err
	})
}

// FormerGold implements task.GoldKeeper.
func (s *Store) FormerGold(ctx context.Context, submission string) ([]task.FormerGold, error) {
	g, err := s.Gold(ctx, submission)
	if err != nil {
		return nil, err
	}
	batch, key := task.SplitID(g.Task)
	return list(ctx, s, func(row pgx.CollectableRow) (was task.FormerGold, err error) {
		var texts string
		err = errors.Join(row.Scan(&texts, &was.Until), json.Unmarshal([]byte(texts), &was.Texts))
		was.Until = was.Until.UTC()
		return was, err
	}, "SELECT texts::text, until FROM tapescript_gold.former WHERE batch = $1 AND key = $2 ORDER BY n", keepAll(batch, key)...)
}

const goldColumns = "g.texts::text, g.reason, g.cells::text"

type goldRow struct{ texts, reason, cells *string }

func (r *goldRow) targets() []any { return []any{&r.texts, &r.reason, &r.cells} }

func (r *goldRow) gold(id string) (task.Gold, error) {
	g := task.Gold{Task: id, Reason: give(*r.reason)}
	return g, errors.Join(json.Unmarshal([]byte(*r.texts), &g.Texts), json.Unmarshal([]byte(*r.cells), &g.Cells))
}

// Verdicts implements task.Store.
func (s *Store) Verdicts(ctx context.Context, submission string) ([]task.Verdict, error) {
	return list(ctx, s, bodies[task.Verdict], "SELECT v.body::text FROM tapescript.verdict v JOIN tapescript.submission s ON s.n = v.submission WHERE s.hash = $1 ORDER BY v.n", task.Hash(submission))
}

// Appeals implements task.Store.
func (s *Store) Appeals(ctx context.Context) ([]task.Appeal, error) {
	return list(ctx, s, bodies[task.Appeal], `SELECT body::text FROM tapescript.appeal ORDER BY submission COLLATE "C"`)
}

// Qualifications implements task.Store.
func (s *Store) Qualifications(ctx context.Context, worker string) ([]task.Qualification, error) {
	return list(ctx, s, bodies[task.Qualification], "SELECT body::text FROM tapescript.qualification WHERE $1 = '' OR worker = $1 ORDER BY n", keep(worker))
}

// Qualify implements task.Store.
func (s *Store) Qualify(ctx context.Context, q task.Qualification) error {
	if q.ID == "" || q.Worker == "" {
		return &task.InvalidError{Field: "qualification", Code: task.Missing}
	}
	return s.write(ctx, true, func(w *tx) error {
		_, err := w.exec("INSERT INTO tapescript.qualification (id, worker, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING", keep(q.ID), keep(q.Worker), body(q))
		return err
	})
}

// Take implements task.Store.
func (s *Store) Take(ctx context.Context, list ...task.Measure) (added int, err error) {
	err = s.write(ctx, true, func(w *tx) error {
		added = 0
		for _, m := range list {
			n, err := w.exec("INSERT INTO tapescript.measure (key, worker, body) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING", keep(m.Key), keep(m.Worker), body(m))
			if err != nil {
				return err
			}
			added += int(n)
			if n == 0 || m.Action.Kind != task.OneMore {
				continue
			}
			t, _, err := w.find(m.Action.Extras["task"])
			if err != nil {
				return err
			}
			if err := w.widen(t); err != nil {
				return err
			}
		}
		return nil
	})
	return added, err
}

// Measures implements task.Store.
func (s *Store) Measures(ctx context.Context, worker string) ([]task.Measure, error) {
	return list(ctx, s, bodies[task.Measure], "SELECT body::text FROM tapescript.measure WHERE $1 = '' OR worker = $1 ORDER BY n", keep(worker))
}

// Ledger implements task.Store.
func (s *Store) Ledger(ctx context.Context, worker string) iter.Seq2[task.Entry, error] {
	return stream(ctx, s, entry, keepAll(worker), "SELECT "+entryColumns+" FROM tapescript.ledger WHERE $1 = '' OR worker = $1 ORDER BY n")
}

// Results implements task.Store.
func (s *Store) Results(ctx context.Context, q task.ResultQuery) iter.Seq2[task.Result, error] {
	order := "s.n"
	if q.ByTask {
		order = "s.task, s.n"
	}
	// Tables of gold are named only where gold is asked for: a role without a
	// right to them reads the rest.
	gold, join, shown, joinShown := "NULL, NULL, NULL", "", "NULL", ""
	if q.Gold {
		gold, join = goldColumns, " LEFT JOIN tapescript_gold.gold g ON g.batch = b.id AND g.key = t.key AND t.class > 0"
		shown, joinShown = "h.cells::text", " LEFT JOIN tapescript_gold.shown h ON h.batch = b.id AND h.submission = s.id"
	}
	submitted := "SELECT " + taskColumns + ", " + gold + ", " + submissionColumns + ", " + shown + `,
		(SELECT v.body::text FROM tapescript.verdict v WHERE v.submission = s.n ORDER BY v.n DESC LIMIT 1)
		FROM tapescript.submission s JOIN tapescript.task t ON t.n = s.task JOIN tapescript.batch b ON b.n = t.batch` + join + joinShown + `
		WHERE ($1 = '' OR b.id = $1) AND ($2 = '' OR s.worker = $2) AND ($3 OR NOT s.late AND s.decision <> 'rejected') ORDER BY ` + order
	undone := "SELECT " + taskColumns + ", " + gold + ` FROM tapescript.task t JOIN tapescript.batch b ON b.n = t.batch` + join + `
		WHERE ($1 = '' OR b.id = $1) AND NOT EXISTS (SELECT 1 FROM tapescript.submission s WHERE s.task = t.n AND ($3 OR NOT s.late AND s.decision <> 'rejected') AND ($2 = '' OR s.worker = $2)) ORDER BY t.n`
	queries := []string{submitted}
	if q.All {
		queries = append(queries, undone)
	}
	m := &terms{}
	return stream(ctx, s, func(row pgx.CollectableRow) (task.Result, error) { return result(row, m) },
		[]any{keep(q.Batch), keep(q.Worker), q.Reject}, queries...)
}

// result reads a row of either of Results' queries: the shorter has no
// submission.
func result(row pgx.CollectableRow, m *terms) (r task.Result, err error) {
	var t taskRow
	var g goldRow
	var sub submissionRow
	var shown, verdict *string
	targets := append(t.targets(), g.targets()...)
	whole := len(row.FieldDescriptions()) > len(targets)
	if whole {
		targets = append(append(targets, sub.targets()...), &shown, &verdict)
	}
	if err := row.Scan(targets...); err != nil {
		return r, err
	}
	if r.Task, _, err = t.task(m); err != nil {
		return r, err
	}
	if whole {
		in, err := sub.submission(r.Task.ID)
		if err != nil {
			return r, err
		}
		r.Submission = &in
	}
	if verdict != nil {
		v, err := bodyOf[task.Verdict](*verdict)
		if err != nil {
			return r, err
		}
		r.Verdict = &v
	}
	if g.texts == nil {
		return r, nil
	}
	gold, err := g.gold(r.Task.ID)
	if err != nil {
		return r, err
	}
	if whole && r.Submission.Row.Cells != nil { // the row is the submission's, and so are the cells
		gold.Cells = nil
		if shown != nil {
			err = json.Unmarshal([]byte(*shown), &gold.Cells)
		}
	}
	r.Gold = &gold
	return r, err
}

// SetAudio implements task.Store.
func (s *Store) SetAudio(ctx context.Context, batch string, path func(task.Audio) (task.Audio, bool)) (found int64, err error) {
	err = s.write(ctx, true, func(w *tx) error {
		found = 0
		const page = 1000
		for last := int64(0); ; {
			rows, err := w.Query(w.ctx, "SELECT "+taskColumns+" FROM tapescript.task t JOIN tapescript.batch b ON b.n = t.batch WHERE t.n > $1 AND b.id = $2 ORDER BY t.n LIMIT $3", last, keep(batch), page)
			if err != nil {
				return err
			}
			list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r taskRow, err error) { return r, row.Scan(r.targets()...) })
			if err != nil {
				return err
			}
			n, err := w.setAudio(list, path)
			found += n
			if err != nil || len(list) < page {
				return err
			}
			last = list[len(list)-1].n
		}
	})
	return found, err
}

// setAudio does it for some tasks. What pays otherwise now stands elsewhere in
// the queue: cursors begin again.
func (w *tx) setAudio(list []taskRow, path func(task.Audio) (task.Audio, bool)) (found int64, err error) {
	m := &terms{}
	b := &pgx.Batch{}
	for _, r := range list {
		t, _, err := r.task(m)
		if err != nil {
			return found, err
		}
		a, ok := path(t.Audio)
		if !ok {
			continue
		}
		found++
		if a == t.Audio {
			continue
		}
		a.Ref = ""
		b.Queue("UPDATE tapescript.task SET audio = $2, pay = $3 WHERE n = $1", r.n, body(a), task.PayPlace(t.Price, a.Duration))
	}
	if b.Len() > 0 {
		b.Queue("DELETE FROM tapescript.cursor c USING tapescript.task t WHERE t.n = $1 AND c.batch = t.batch", list[0].n)
	}
	return found, w.SendBatch(w.ctx, b).Close()
}

// Purge implements task.Store. The space of what was deleted is given free;
// backups and the server's own log hold it until they are gone too.
func (s *Store) Purge(ctx context.Context, batch string) (count task.PurgeCount, err error) {
	err = explain(s.once(ctx, true, func(w *tx) (err error) {
		var n int64
		if found, err := w.row("SELECT n FROM tapescript.batch WHERE id = $1 FOR UPDATE", keepAll(batch), &n); err != nil || !found {
			return notFound(err)
		}
		if count.Gold, err = w.exec("DELETE FROM tapescript_gold.gold WHERE batch = $1", keep(batch)); err != nil {
			return err
		}
		if _, err = w.exec("DELETE FROM tapescript_gold.former WHERE batch = $1", keep(batch)); err != nil {
			return err
		}
		if _, err = w.exec("DELETE FROM tapescript_gold.shown WHERE batch = $1", keep(batch)); err != nil {
			return err
		}
		count.Audio, err = column[string](w, "SELECT DISTINCT audio::jsonb ->> 'Path' FROM tapescript.task WHERE batch = $1 AND coalesce(audio::jsonb ->> 'Path', '') <> '' ORDER BY 1", n)
		if err != nil {
			return err
		}
		for _, table := range []string{
			"appeal a USING tapescript.submission s JOIN tapescript.task t ON t.n = s.task WHERE a.submission = s.id AND t.batch = $1",
			"verdict v USING tapescript.submission s JOIN tapescript.task t ON t.n = s.task WHERE v.submission = s.n AND t.batch = $1",
			"assignment a USING tapescript.task t WHERE a.task = t.n AND t.batch = $1",
			"cursor WHERE batch = $1", "given WHERE batch = $1", "backlog WHERE batch = $1",
		} {
			if _, err := w.exec("DELETE FROM tapescript."+table, n); err != nil {
				return err
			}
		}
		if count.Submissions, err = w.exec("DELETE FROM tapescript.submission s USING tapescript.task t WHERE s.task = t.n AND t.batch = $1", n); err != nil {
			return err
		}
		if count.Tasks, err = w.exec("DELETE FROM tapescript.task WHERE batch = $1", n); err != nil {
			return err
		}
		_, err = w.exec("UPDATE tapescript.batch SET tasks = 0, general = 0, control = 0, purged = now() WHERE n = $1", n)
		return err
	}))
	if err == nil {
		_, err = s.pool.Exec(ctx, "VACUUM tapescript.task, tapescript.submission, tapescript.verdict, tapescript.appeal, tapescript_gold.gold, tapescript_gold.former, tapescript_gold.shown")
	}
	return count, explain(err)
}
