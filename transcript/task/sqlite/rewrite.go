package sqlite

import (
	"context"
	"encoding/json"
	"errors"

	"tapescript/transcript/task"
)

var _ task.Rewriter = (*Store)(nil)

// Rewrite implements task.Rewriter. The files are written anew and their logs cut
// off. Gold lies in a file of its own and is kept
// first: where a power cut comes between the two, rewriting again finds the rest.
func (s *Store) Rewrite(ctx context.Context, batch string, change func(*task.Dossier) error) (changed int64, err error) {
	var n int64
	if err := s.main.one(ctx, "SELECT n FROM batch WHERE id = ?", []any{batch}, &n); err != nil {
		return 0, err
	}
	f, err := s.goldFile(ctx)
	if err != nil {
		return 0, err
	}
	err = s.main.overwrite(ctx, func(w *writer) error {
		return f.overwrite(ctx, func(gold *writer) error {
			changed = 0
			// It may hold what is now taken out.
			if _, err := gold.exec("DELETE FROM former WHERE batch = ?", batch); err != nil {
				return err
			}
			return w.eachTask(batch, func(n int64, t task.Task) error {
				d, err := (&rewriting{w, gold, n}).task(t, change)
				if d {
					changed++
				}
				return err
			})
		})
	})
	if err != nil || changed == 0 {
		return 0, err
	}
	return changed, errors.Join(f.scrub(ctx), s.main.scrub(ctx))
}

// rewriting is one task's turn, in both files.
type rewriting struct {
	main, gold *writer
	n          int64 // of the task
}

// task rewrites one task and says whether anything was changed.
func (r *rewriting) task(t task.Task, change func(*task.Dossier) error) (changed bool, err error) {
	d := &task.Dossier{Task: t}
	if d.Gold, err = r.sealed(t); err != nil {
		return false, err
	}
	answers, err := r.answers(d)
	if err != nil {
		return false, err
	}
	if d.Skipped, err = r.skipped(); err != nil {
		return false, err
	}
	before := text(d)
	if err := change(d); err != nil {
		return false, err
	}
	if text(d) == before {
		return false, nil
	}
	return true, r.keep(d, answers)
}

func (r *rewriting) sealed(t task.Task) (*task.Gold, error) {
	g := &task.Gold{Task: t.ID}
	var texts, cells string
	ok, err := r.gold.row("SELECT texts, reason, cells FROM gold WHERE batch = ? AND key = ?", []any{t.Batch, t.Key}, &texts, &g.Reason, &cells)
	if err != nil || !ok {
		return nil, err
	}
	return g, errors.Join(json.Unmarshal([]byte(texts), &g.Texts), json.Unmarshal([]byte(cells), &g.Cells))
}

// answers fills in what was submitted and returns the rows' numbers.
func (r *rewriting) answers(d *task.Dossier) (rows []int64, err error) {
	for last := int64(0); ; {
		var s submissionRow
		ok, err := r.main.row("SELECT "+submissionColumns+" FROM submission s WHERE s.task = ? AND s.n > ? ORDER BY s.n LIMIT 1", []any{r.n, last}, s.targets()...)
		if err != nil || !ok {
			return rows, err
		}
		last = s.n
		var a task.Answer
		if a.Submission, err = s.submission(d.Task.ID); err != nil {
			return nil, err
		}
		if a.Verdicts, err = r.verdicts(s.n); err != nil {
			return nil, err
		}
		if appeal, err := r.main.appeal(s.id); err == nil {
			a.Appeal = &appeal
		} else if !errors.Is(err, task.ErrNotFound) {
			return nil, err
		}
		var cells string
		if ok, err := r.gold.row("SELECT cells FROM shown WHERE batch = ? AND submission = ?", []any{d.Task.Batch, s.id}, &cells); err != nil {
			return nil, err
		} else if ok {
			if err := json.Unmarshal([]byte(cells), &a.Shown); err != nil {
				return nil, err
			}
		}
		d.Answers, rows = append(d.Answers, a), append(rows, s.n)
	}
}

func (r *rewriting) verdicts(submission int64) (list []task.Verdict, err error) {
	bodies, err := r.main.strings("SELECT body FROM verdict WHERE submission = ? ORDER BY n", submission)
	if err != nil {
		return nil, err
	}
	for _, body := range bodies {
		var v task.Verdict
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (r *rewriting) skipped() (list []task.Assignment, err error) {
	ids, err := r.main.strings("SELECT id FROM assignment WHERE task = ? AND skipped <> '' ORDER BY n", r.n)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		a := task.Assignment{ID: id}
		if _, err := r.main.row("SELECT worker, skipped FROM assignment WHERE id = ?", []any{id}, &a.Worker, &a.Skipped); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// keep writes a dossier back.
func (r *rewriting) keep(d *task.Dossier, rows []int64) error {
	t := d.Task
	audio := t.Audio
	audio.Ref = ""
	if _, err := r.main.exec("UPDATE task SET draft = nullif(?, ''), cells = ?, audio = CASE WHEN audio IS NULL AND ?3 = ?4 THEN NULL ELSE ?3 END WHERE n = ?5",
		t.Draft, task.PackCells(nil, t.Row.Cells), text(audio), text(task.Audio{}), r.n); err != nil {
		return err
	}
	if g := d.Gold; g != nil {
		if _, err := r.gold.exec("UPDATE gold SET texts = ?, reason = ?, cells = ? WHERE batch = ? AND key = ?", text(g.Texts), g.Reason, text(g.Cells), t.Batch, t.Key); err != nil {
			return err
		}
	}
	for i := range d.Answers {
		if err := r.keepAnswer(t.Batch, &d.Answers[i], rows[i]); err != nil {
			return err
		}
	}
	for _, a := range d.Skipped {
		if _, err := r.main.exec("UPDATE assignment SET skipped = ? WHERE id = ?", a.Skipped, a.ID); err != nil {
			return err
		}
	}
	return nil
}

func (r *rewriting) keepAnswer(batch string, a *task.Answer, n int64) error {
	in := &a.Submission
	var extras any
	if in.Extras != nil {
		extras = text(in.Extras)
	}
	if _, err := r.main.exec("UPDATE submission SET text = ?, transcript = ?, cells = ?, extras = ? WHERE n = ?",
		in.Text, in.Transcript, task.PackCells(nil, in.Row.Cells), extras, n); err != nil {
		return err
	}
	if a.Shown != nil {
		if _, err := r.gold.exec("UPDATE shown SET cells = ? WHERE batch = ? AND submission = ?", text(a.Shown), batch, in.ID); err != nil {
			return err
		}
	}
	if len(a.Verdicts) > 0 {
		if _, err := r.main.exec("DELETE FROM verdict WHERE submission = ?", n); err != nil {
			return err
		}
		for _, v := range a.Verdicts {
			if _, err := r.main.exec("INSERT INTO verdict (submission, body) VALUES (?, ?)", n, text(v)); err != nil {
				return err
			}
		}
	}
	if a.Appeal != nil {
		_, err := r.main.exec("UPDATE appeal SET body = ? WHERE submission = ?", text(*a.Appeal), in.ID)
		return err
	}
	return nil
}
