package sqlite

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"tapescript/transcript/task"
)

// Claim implements task.Store.
//
// A batch's open tasks lie in an index in the queue's order. A cursor says how
// far a worker has come in it, so that the thousand tasks that somebody has
// done are not looked at again; tasks that are given back behind cursors are in
// an index of their own, which is short.
func (s *Store) Claim(ctx context.Context, q task.Query, lease time.Duration) (task.Claim, error) {
	if q.Now.IsZero() {
		q.Now = s.now()
	}
	if q.Kind == "" {
		q.Kind = task.General
	}
	var claim task.Claim
	err := s.main.write(ctx, false, func(w *writer) error {
		shut, err := w.shut(q)
		if err != nil {
			return err
		}
		n, err := w.held(q, shut)
		if err != nil {
			return err
		}
		if n == 0 {
			if err := w.reap(q); err != nil {
				return err
			}
			if n, err = w.next(q, shut); err != nil {
				return err
			}
		}
		if n == 0 {
			for _, m := range shut { // it might be there but for that
				return &task.PausedError{Measure: m}
			}
			return task.ErrNone
		}
		claim, err = w.lease(q, n, q.Now.Add(lease))
		return err
	})
	return claim, err
}

// shut are the batches that a measure keeps the worker from, by their IDs. It
// returns a *task.PausedError where that is all that was asked for.
func (w *writer) shut(q task.Query) (map[string]task.Measure, error) {
	list, err := w.strings("SELECT body FROM measure WHERE worker = ? ORDER BY n", q.Worker)
	if err != nil {
		return nil, err
	}
	measures := make([]task.Measure, len(list))
	for i, body := range list {
		if err := json.Unmarshal([]byte(body), &measures[i]); err != nil {
			return nil, err
		}
	}
	return task.Shut(measures, q)
}

func (w *writer) strings(query string, args ...any) (list []string, err error) {
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
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// held is a task that the worker has in hand, 0 for none: after a crash the
// same one comes back.
func (w *writer) held(q task.Query, shut map[string]task.Measure) (n int64, err error) {
	lowest, highest := 0, 1
	if q.Kind != task.General {
		lowest, highest = task.Class(q.Kind), task.Class(q.Kind)
	}
	var batch string
	_, err = w.row(`SELECT t.n, b.id FROM assignment a JOIN task t ON t.n = a.task JOIN batch b ON b.n = t.batch
		WHERE a.worker = ?1 AND a.state = 'leased' AND (?2 = '' OR b.id = ?2) AND t.class BETWEEN ?3 AND ?4 ORDER BY a.n LIMIT 1`,
		[]any{q.Worker, q.Batch, lowest, highest}, &n, &batch)
	if _, is := shut[batch]; is {
		return 0, err
	}
	return n, err
}

// reap gives back what other workers held too long. A few at a time: a claim
// waits for it.
func (w *writer) reap(q task.Query) error {
	const few = 20
	for range few {
		var n, t int64
		found, err := w.row("SELECT n, task FROM assignment WHERE state = 'leased' AND until < ? AND worker <> ? ORDER BY until LIMIT 1", []any{unix(q.Now), q.Worker}, &n, &t)
		if err != nil || !found {
			return err
		}
		if _, err := w.exec("UPDATE assignment SET state = 'expired' WHERE n = ?", n); err != nil {
			return err
		}
		if err := w.release(t); err != nil {
			return err
		}
	}
	return nil
}

// offer is a batch that a worker may take tasks of.
type offer struct {
	n, general, control int64
	id                  string
}

// next finds the best task over all batches, 0 for none.
func (w *writer) next(q task.Query, shut map[string]task.Measure) (int64, error) {
	list, err := w.eligible(q)
	if err != nil {
		return 0, err
	}
	var best candidate
	var from offer
	var kind int
	for _, b := range list {
		if _, is := shut[b.id]; is {
			continue
		}
		c, k, err := w.nextOf(b, q)
		if err != nil {
			return 0, err
		}
		if c.n != 0 && (best.n == 0 || c.before(best)) {
			best, from, kind = c, b, k
		}
	}
	if best.n == 0 {
		return 0, nil
	}
	if !best.returned {
		_, err = w.exec("INSERT INTO cursor VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET priority = excluded.priority, deadline = excluded.deadline, pay = excluded.pay, n = excluded.n",
			q.Worker, from.n, kind, best.priority, best.deadline, best.pay, best.n)
		if err != nil {
			return 0, err
		}
	}
	_, err = w.exec("INSERT INTO given VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET tasks = tasks + 1", q.Worker, from.n)
	return best.n, err
}

func (w *writer) eligible(q task.Query) (list []offer, err error) {
	s, err := w.statement("SELECT n, id, general, control, body FROM batch WHERE tasks > 0 AND (?1 = '' OR id = ?1) ORDER BY n")
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(w.ctx, q.Batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var b offer
		var body string
		if err := rows.Scan(&b.n, &b.id, &b.general, &b.control, &body); err != nil {
			return nil, err
		}
		var terms task.Batch
		if err := json.Unmarshal([]byte(body), &terms); err != nil {
			return nil, err
		}
		if terms.OpenTo(q) {
			list = append(list, b)
		}
	}
	return list, rows.Err()
}

// candidate is a task that a worker may take, with its place in the queue.
type candidate struct {
	n, priority, deadline, pay int64
	returned                   bool
}

func (c candidate) before(o candidate) bool {
	return slices.Compare([]int64{c.priority, c.deadline, c.pay, c.n}, []int64{o.priority, o.deadline, o.pay, o.n}) < 0
}

// nextOf finds the best task of a batch, gold where its turn has come.
func (w *writer) nextOf(b offer, q task.Query) (candidate, int, error) {
	kind := task.Class(q.Kind)
	if q.Kind != task.General {
		c, err := w.candidate(b.n, kind, q.Worker)
		return c, kind, err
	}
	const control = 1
	if b.control > 0 {
		var given int64
		if _, err := w.row("SELECT tasks FROM given WHERE worker = ? AND batch = ?", []any{q.Worker, b.n}, &given); err != nil {
			return candidate{}, 0, err
		}
		if task.GoldNext(b.id, q.Worker, given, b.general, b.control) {
			if c, err := w.candidate(b.n, control, q.Worker); c.n != 0 || err != nil {
				return c, control, err
			}
		}
	}
	c, err := w.candidate(b.n, kind, q.Worker)
	return c, kind, err
}

const (
	isNew = ` AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.worker = ?3 AND a.task = task.n AND a.state <> 'expired')
		AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.task = task.n AND s.worker = ?3)
		ORDER BY priority, deadline, pay, n LIMIT 1`
	findReturned = `SELECT n, priority, deadline, pay FROM task INDEXED BY task_returned WHERE state = 0 AND returned = 1 AND batch = ?1 AND class = ?2` + isNew
	findNext     = `SELECT n, priority, deadline, pay FROM task INDEXED BY task_queue WHERE state = 0 AND batch = ?1 AND class = ?2 AND (priority, deadline, pay, n) > (?4, ?5, ?6, ?7)` + isNew
)

// candidate is the first task in the queue that the worker never had.
func (w *writer) candidate(batch int64, kind int, worker string) (best candidate, err error) {
	at := candidate{priority: -1 << 62}
	if _, err := w.row("SELECT priority, deadline, pay, n FROM cursor WHERE worker = ? AND batch = ? AND class = ?", []any{worker, batch, kind}, &at.priority, &at.deadline, &at.pay, &at.n); err != nil {
		return best, err
	}
	var back candidate
	if _, err := w.row(findReturned, []any{batch, kind, worker}, &back.n, &back.priority, &back.deadline, &back.pay); err != nil {
		return best, err
	}
	back.returned = true
	if _, err := w.row(findNext, []any{batch, kind, worker, at.priority, at.deadline, at.pay, at.n}, &best.n, &best.priority, &best.deadline, &best.pay); err != nil {
		return best, err
	}
	if back.n != 0 && (best.n == 0 || back.before(best)) {
		return back, nil
	}
	return best, nil
}

// lease puts a task into a worker's hands, or leaves it there for longer.
func (w *writer) lease(q task.Query, n int64, until time.Time) (task.Claim, error) {
	a := task.Assignment{ID: random(), Worker: q.Worker, Token: random(), State: task.Leased, Started: q.Now.UTC(), LeaseUntil: until.UTC()}
	var started int64
	held, err := w.row("SELECT id, token, started FROM assignment WHERE worker = ? AND task = ? AND state = 'leased'", []any{q.Worker, n}, &a.ID, &a.Token, &started)
	if err != nil {
		return task.Claim{}, err
	}
	if held {
		a.Started = fromUnix(started)
		_, err = w.exec("UPDATE assignment SET until = ? WHERE id = ?", unix(until), a.ID)
	} else {
		// Who let a lease run out may take the task again, with a new token.
		if _, err = w.exec(`INSERT INTO assignment (id, task, worker, token, state, started, until) VALUES (?, ?, ?, ?, 'leased', ?, ?)
			ON CONFLICT (worker, task) DO UPDATE SET token = excluded.token, state = 'leased', started = excluded.started, until = excluded.until`,
			a.ID, n, q.Worker, a.Token, unix(q.Now), unix(until)); err == nil {
			_, err = w.row("SELECT id FROM assignment WHERE worker = ? AND task = ?", []any{q.Worker, n}, &a.ID)
		}
		if err == nil {
			err = w.take(n)
		}
	}
	if err != nil {
		return task.Claim{}, err
	}
	t, b, left, err := w.task(n)
	a.Task = t.ID
	return task.Claim{Task: t, Batch: b, Assignment: a, Left: left}, err
}

// take fills one of a task's places.
func (w *writer) take(n int64) error {
	return w.places(n, "UPDATE task SET taken = taken + 1, state = (overlap > 0 AND taken + 1 >= overlap), returned = (returned AND NOT (overlap > 0 AND taken + 1 >= overlap)) WHERE n = ?")
}

// release empties one of a task's places: workers whose cursors have passed it
// find it among those that were given back.
func (w *writer) release(n int64) error {
	return w.places(n, "UPDATE task SET taken = max(taken - 1, 0), state = (overlap > 0 AND max(taken - 1, 0) >= overlap), returned = 1 WHERE n = ?")
}

// places changes a task and, with it, how many the batch has to give.
func (w *writer) places(n int64, change string) error {
	var before, after, batch int64
	var kind int
	const look = "SELECT state, batch, class FROM task WHERE n = ?"
	if _, err := w.row(look, []any{n}, &before, &batch, &kind); err != nil {
		return err
	}
	if _, err := w.exec(change, n); err != nil {
		return err
	}
	if _, err := w.row(look, []any{n}, &after, &batch, &kind); err != nil || kind != 0 || after == before {
		return err
	}
	_, err := w.exec("UPDATE batch SET open = open + ? WHERE n = ?", before-after, batch)
	return err
}

func (w *writer) task(n int64) (task.Task, task.Batch, int64, error) {
	var r taskRow
	var left int64
	if _, err := w.row("SELECT "+taskColumns+", b.open FROM task t JOIN batch b ON b.n = t.batch WHERE t.n = ?", []any{n}, append(r.targets(), &left)...); err != nil {
		return task.Task{}, task.Batch{}, 0, err
	}
	var m batches
	t, err := r.task(&m)
	return t, m.batch, left, err
}

// random is an ID that nobody guesses.
func random() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Extend implements task.Store.
func (s *Store) Extend(ctx context.Context, assignment, token string, until time.Time) error {
	return s.main.write(ctx, false, func(w *writer) error {
		n, err := w.exec("UPDATE assignment SET until = max(until, ?) WHERE id = ? AND token = ? AND state = 'leased'", unix(until), assignment, token)
		if err == nil && n == 0 {
			err = task.ErrHeld
		}
		return err
	})
}

// Skip implements task.Store.
func (s *Store) Skip(ctx context.Context, assignment, token, reason string) error {
	return s.main.write(ctx, true, func(w *writer) error {
		var n int64
		var state string
		found, err := w.row("SELECT task, state FROM assignment WHERE id = ? AND token = ?", []any{assignment, token}, &n, &state)
		switch {
		case err != nil:
			return err
		case found && state == string(task.Skipped):
			return nil
		case !found || state != string(task.Leased):
			return task.ErrHeld
		}
		if _, err := w.exec("UPDATE assignment SET state = 'skipped', skipped = ? WHERE id = ?", reason, assignment); err != nil {
			return err
		}
		return w.release(n)
	})
}
