package postgres

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
)

var _ task.Rewriter = (*Store)(nil)

// Rewrite implements task.Rewriter. The space of what stood there is given free;
// backups and the server's own log hold it until they are gone too.
func (s *Store) Rewrite(ctx context.Context, batch string, change func(*task.Dossier) error) (changed int64, err error) {
	err = explain(s.once(ctx, true, func(w *tx) error {
		changed = 0
		var n int64
		if found, err := w.row("SELECT n FROM tapescript.batch WHERE id = $1 FOR UPDATE", keepAll(batch), &n); err != nil || !found {
			return notFound(err)
		}
		// It may hold what is now taken out.
		if _, err := w.exec("DELETE FROM tapescript_gold.former WHERE batch = $1", keep(batch)); err != nil {
			return err
		}
		tasks, err := column[int64](w, "SELECT n FROM tapescript.task WHERE batch = $1 ORDER BY n", n)
		if err != nil {
			return err
		}
		m := new(terms)
		for _, n := range tasks {
			done, err := w.rewrite(n, m, change)
			if err != nil {
				return err
			}
			if done {
				changed++
			}
		}
		return nil
	}))
	if err != nil {
		return 0, err
	}
	if changed > 0 {
		_, err = s.pool.Exec(ctx, "VACUUM tapescript.task, tapescript.submission, tapescript.verdict, tapescript.appeal, tapescript.assignment, tapescript_gold.gold, tapescript_gold.former, tapescript_gold.shown")
	}
	return changed, explain(err)
}

// rewrite rewrites one task and says whether anything was changed.
func (w *tx) rewrite(n int64, m *terms, change func(*task.Dossier) error) (changed bool, err error) {
	var r taskRow
	if found, err := w.row("SELECT "+taskColumns+" FROM tapescript.task t JOIN tapescript.batch b ON b.n = t.batch WHERE t.n = $1 FOR UPDATE OF t", []any{n}, r.targets()...); err != nil || !found {
		return false, err
	}
	d := &task.Dossier{}
	if d.Task, _, err = r.task(m); err != nil {
		return false, err
	}
	if d.Gold, err = w.sealed(d.Task); err != nil {
		return false, err
	}
	if err := w.answers(n, d); err != nil {
		return false, err
	}
	rows, err := w.Query(w.ctx, "SELECT id, worker, skipped FROM tapescript.assignment WHERE task = $1 AND skipped <> '' ORDER BY n", n)
	if err != nil {
		return false, err
	}
	d.Skipped, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a task.Assignment, err error) {
		err = row.Scan(&a.ID, &a.Worker, &a.Skipped)
		a.ID, a.Worker, a.Skipped = give(a.ID), give(a.Worker), give(a.Skipped)
		return a, err
	})
	if err != nil {
		return false, err
	}
	before := body(d)
	if err := change(d); err != nil {
		return false, err
	}
	if body(d) == before {
		return false, nil
	}
	return true, w.keepDossier(n, d)
}

func (w *tx) sealed(t task.Task) (*task.Gold, error) {
	g := &task.Gold{Task: t.ID}
	var texts, cells string
	found, err := w.row("SELECT texts::text, reason, cells::text FROM tapescript_gold.gold WHERE batch = $1 AND key = $2", keepAll(t.Batch, t.Key), &texts, &g.Reason, &cells)
	if err != nil || !found {
		return nil, err
	}
	g.Reason = give(g.Reason)
	return g, errors.Join(json.Unmarshal([]byte(texts), &g.Texts), json.Unmarshal([]byte(cells), &g.Cells))
}

// answers fills in what was submitted.
func (w *tx) answers(n int64, d *task.Dossier) error {
	rows, err := w.Query(w.ctx, "SELECT "+submissionColumns+" FROM tapescript.submission s WHERE s.task = $1 ORDER BY s.n", n)
	if err != nil {
		return err
	}
	d.Answers, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a task.Answer, err error) {
		var r submissionRow
		if err := row.Scan(r.targets()...); err != nil {
			return a, err
		}
		a.Submission, err = r.submission(d.Task.ID)
		return a, err
	})
	if err != nil {
		return err
	}
	for i := range d.Answers {
		a := &d.Answers[i]
		bodies, err := column[string](w, "SELECT v.body::text FROM tapescript.verdict v JOIN tapescript.submission s ON s.n = v.submission WHERE s.hash = $1 ORDER BY v.n", task.Hash(a.Submission.ID))
		if err != nil {
			return err
		}
		for _, text := range bodies {
			v, err := bodyOf[task.Verdict](text)
			if err != nil {
				return err
			}
			a.Verdicts = append(a.Verdicts, v)
		}
		if appeal, err := w.appeal(a.Submission.ID); err == nil {
			a.Appeal = &appeal
		} else if !errors.Is(err, task.ErrNotFound) {
			return err
		}
		var cells string
		if found, err := w.row("SELECT cells::text FROM tapescript_gold.shown WHERE batch = $1 AND submission = $2", keepAll(d.Task.Batch, a.Submission.ID), &cells); err != nil {
			return err
		} else if found {
			if err := json.Unmarshal([]byte(cells), &a.Shown); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepDossier writes a dossier back.
func (w *tx) keepDossier(n int64, d *task.Dossier) error {
	t, b := d.Task, &pgx.Batch{}
	audio := t.Audio
	audio.Ref = ""
	b.Queue("UPDATE tapescript.task SET draft = nullif($2, ''), cells = $3, audio = CASE WHEN audio IS NULL AND $4::text = $5::text THEN NULL ELSE $4::json END WHERE n = $1",
		n, keep(t.Draft), task.PackCells(nil, t.Row.Cells), body(audio), body(task.Audio{}))
	if g := d.Gold; g != nil {
		b.Queue("UPDATE tapescript_gold.gold SET texts = $3, reason = $4, cells = $5 WHERE batch = $1 AND key = $2", keep(t.Batch), keep(t.Key), body(g.Texts), keep(g.Reason), body(g.Cells))
	}
	for i := range d.Answers {
		queueAnswer(b, t.Batch, &d.Answers[i])
	}
	for _, a := range d.Skipped {
		b.Queue("UPDATE tapescript.assignment SET skipped = $2 WHERE id = $1", keep(a.ID), keep(a.Skipped))
	}
	return w.SendBatch(w.ctx, b).Close()
}

func queueAnswer(b *pgx.Batch, batch string, a *task.Answer) {
	in := &a.Submission
	hash := task.Hash(in.ID)
	var extras *string
	if in.Extras != nil {
		text := body(in.Extras)
		extras = &text
	}
	b.Queue("UPDATE tapescript.submission SET text = $2, transcript = $3, cells = $4, extras = $5 WHERE hash = $1",
		hash, keep(in.Text), in.Transcript, task.PackCells(nil, in.Row.Cells), extras)
	if a.Shown != nil {
		b.Queue("UPDATE tapescript_gold.shown SET cells = $3 WHERE batch = $1 AND submission = $2", keep(batch), keep(in.ID), body(a.Shown))
	}
	if len(a.Verdicts) > 0 {
		b.Queue("DELETE FROM tapescript.verdict v USING tapescript.submission s WHERE s.n = v.submission AND s.hash = $1", hash)
	}
	for _, v := range a.Verdicts {
		b.Queue("INSERT INTO tapescript.verdict (submission, body) SELECT n, $2 FROM tapescript.submission WHERE hash = $1", hash, body(v))
	}
	if a.Appeal != nil {
		b.Queue("UPDATE tapescript.appeal SET body = $2 WHERE submission = $1", keep(in.ID), body(*a.Appeal))
	}
}
