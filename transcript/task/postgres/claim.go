package postgres

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
)

// Claim implements task.Store.
//
// A batch's open tasks lie in an index in the queue's order. A cursor says how
// far a worker has come in it, so that the thousand tasks that somebody has
// done are not looked at again; tasks that are given back behind cursors are in
// an index of their own, which is short. Claims that run at the same moment pass
// over each other's rows; where nothing is left but such a row, a claim waits
// until the other has done, which takes it a millisecond.
//
// A claim goes to the server twice: it begins with what it has to know, and it
// takes a task and commits.
func (s *Store) Claim(ctx context.Context, q task.Query, lease time.Duration) (claim task.Claim, err error) {
	if q.Kind == "" {
		q.Kind = task.General
	}
	err = again(ctx, passing, func() error {
		const rounds = 50
		for round := range rounds {
			var busy bool
			if claim, busy, err = s.claim(ctx, q, lease, round > 0); !busy {
				return err
			}
		}
		return task.ErrNone
	})
	return claim, explain(err)
}

// claim is one transaction. It is busy where others were just taking all that
// is left; told to wait, it waits for them.
func (s *Store) claim(ctx context.Context, q task.Query, lease time.Duration, wait bool) (claim task.Claim, busy bool, err error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return claim, false, err
	}
	defer conn.Release() // which closes a connection that is left in a transaction
	w := &tx{session: conn, ctx: ctx, opened: map[part]int64{}}
	d, err := w.desk(&q)
	switch {
	case err != nil:
	case d.held != 0:
		return w.prolong(d.held, q, q.Now.Add(lease))
	default:
		if d.overdue {
			err = w.reap(q)
		}
		if err == nil {
			claim, busy, err = w.next(d, q, q.Now.Add(lease), wait)
		}
	}
	if err != nil {
		_, _ = conn.Exec(ctx, "ROLLBACK")
		return claim, false, err
	}
	if claim.Assignment.ID == "" && !busy {
		for _, m := range d.shut { // it might be there but for that
			return claim, false, &task.PausedError{Measure: m}
		}
		return claim, false, task.ErrNone
	}
	return claim, busy, nil
}

// desk is what a claim has to know before it looks for a task.
type desk struct {
	shut    map[string]task.Measure
	held    int64 // the task that the worker has in hand, 0 for none
	overdue bool  // somebody's lease is over
	offers  []offer
	cursors map[shelf]candidate
}

// shelf is the part of a batch's queue that holds one kind of task.
type shelf struct {
	batch int64
	class int
}

// offer is a batch that a worker may take tasks of.
type offer struct {
	n, general, control, given int64
	id                         string
}

// desk begins the transaction and asks for all of it. It holds off other claims of the same
// worker until this one is over.
func (w *tx) desk(q *task.Query) (*desk, error) {
	d := &desk{cursors: map[shelf]candidate{}}
	lowest, highest := 0, 1
	if q.Kind != task.General {
		lowest, highest = task.Class(q.Kind), task.Class(q.Kind)
	}
	worker, batch := keep(q.Worker), keep(q.Batch)
	var measures []task.Measure
	var heldBatch string
	b := &pgx.Batch{}
	// On the disk before the worker has it: a server of tasks takes an answer only
	// from whom it knows to have had the task.
	b.Queue("BEGIN")
	b.Queue("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", worker)
	b.Queue("SELECT coalesce($1, clock_timestamp())", stamp(q.Now)).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&q.Now)
		q.Now = q.Now.UTC()
		return err
	})
	b.Queue("SELECT body::text FROM tapescript.measure WHERE worker = $1 ORDER BY n", worker).Query(func(rows pgx.Rows) (err error) {
		measures, err = pgx.CollectRows(rows, bodies[task.Measure])
		return err
	})
	b.Queue(`SELECT t.n, b.id FROM tapescript.assignment a JOIN tapescript.task t ON t.n = a.task JOIN tapescript.batch b ON b.n = t.batch
		WHERE a.worker = $1 AND a.state = 'leased' AND ($2 = '' OR b.id = $2) AND t.class BETWEEN $3 AND $4 ORDER BY a.n LIMIT 1 FOR UPDATE OF a`,
		worker, batch, lowest, highest).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := rows.Scan(&d.held, &heldBatch); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	b.Queue("SELECT EXISTS (SELECT 1 FROM tapescript.assignment WHERE state = 'leased' AND until < coalesce($1, clock_timestamp()))", stamp(q.Now)).
		QueryRow(func(row pgx.Row) error { return row.Scan(&d.overdue) })
	b.Queue(`SELECT b.n, b.id, b.general, b.control, b.body::text, coalesce(g.tasks, 0) FROM tapescript.batch b
		LEFT JOIN tapescript.given g ON g.batch = b.n AND g.worker = $2 WHERE b.tasks > 0 AND ($1 = '' OR b.id = $1) ORDER BY b.n`, batch, worker).
		Query(func(rows pgx.Rows) error { return d.addOffers(rows, q) })
	b.Queue("SELECT batch, class, priority, deadline, pay, n FROM tapescript.cursor WHERE worker = $1", worker).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var s shelf
			var c candidate
			if err := rows.Scan(&s.batch, &s.class, &c.priority, &c.deadline, &c.pay, &c.n); err != nil {
				return err
			}
			d.cursors[s] = c
		}
		return rows.Err()
	})
	if err := w.SendBatch(w.ctx, b).Close(); err != nil {
		return nil, err
	}
	var err error
	d.shut, err = task.Shut(measures, *q)
	if _, is := d.shut[give(heldBatch)]; is {
		d.held = 0
	}
	return d, err
}

func (d *desk) addOffers(rows pgx.Rows, q *task.Query) error {
	for rows.Next() {
		var o offer
		var text string
		if err := rows.Scan(&o.n, &o.id, &o.general, &o.control, &text, &o.given); err != nil {
			return err
		}
		terms, err := bodyOf[task.Batch](text)
		if err != nil {
			return err
		}
		o.id = give(o.id)
		if terms.OpenTo(*q) {
			d.offers = append(d.offers, o)
		}
	}
	return rows.Err()
}

func bodies[T any](row pgx.CollectableRow) (v T, err error) {
	var text string
	if err := row.Scan(&text); err != nil {
		return v, err
	}
	return bodyOf[T](text)
}

// reap gives back what other workers held too long. A few at a time: a claim
// waits for it.
func (w *tx) reap(q task.Query) error {
	const few = 20
	late, err := column[int64](w, `WITH late AS (
			SELECT a.n, a.task FROM tapescript.assignment a JOIN tapescript.task t ON t.n = a.task
			WHERE a.state = 'leased' AND a.until < $1 AND a.worker <> $2 ORDER BY a.until LIMIT $3 FOR UPDATE SKIP LOCKED)
		UPDATE tapescript.assignment a SET state = 'expired' FROM late WHERE a.n = late.n RETURNING a.task`, q.Now, keep(q.Worker), few)
	if err != nil {
		return err
	}
	for _, n := range late {
		if err := w.release(n); err != nil {
			return err
		}
	}
	return w.count()
}

// candidate is a place in a batch's queue.
type candidate struct{ n, priority, deadline, pay int64 }

// Whether the worker never had a task. Subqueries that cannot become joins: each
// is one look into an index, whatever the planner thinks of the tables' sizes.
// Said so that it takes half of the tasks for new: of "IS NULL" it expects so few
// that it would rather sort them all.
const isNew = ` AND NOT coalesce((SELECT true FROM tapescript.assignment a WHERE a.worker = $1 AND a.task = t.n AND a.state <> 'expired'), false)
	AND NOT coalesce((SELECT true FROM tapescript.submission s WHERE s.task = t.n AND s.worker = $1 LIMIT 1), false)
	ORDER BY t.priority, t.deadline, t.pay, t.n LIMIT 1`

// taking takes the best task over all parts of the queue that a worker may have
// (o: each with the worker's place in it), and does what goes with it.
//
// heads are the first tasks of each part: what was given back, and what comes
// behind the cursor. A task that is behind the cursor and was given back stands
// in both. Gold goes instead of work where its turn has come: it is asked for
// then alone. From the best head on the first row that nobody else is just taking
// is taken. Where that is not the head, the cursor stays before the head: its
// other places may be the worker's yet. The conditions on best are looked at
// before a scan begins.
const taking = `WITH o AS (SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) AS o(b, c, p, d, y, n)),
	heads AS MATERIALIZED (
		SELECT o.b, o.c, false AS returned, h.* FROM o, LATERAL (SELECT t.n, t.priority, t.deadline, t.pay FROM tapescript.task t
			WHERE t.state = 0 AND t.batch = o.b AND t.class = o.c AND (t.priority, t.deadline, t.pay, t.n) > (o.p, o.d, o.y, o.n)` + isNew + `) h
		UNION ALL SELECT o.b, o.c, true, h.* FROM o, LATERAL (SELECT t.n, t.priority, t.deadline, t.pay FROM tapescript.task t
			WHERE t.state = 0 AND t.returned AND t.batch = o.b AND t.class = o.c` + isNew + `) h),
	best AS MATERIALIZED (SELECT * FROM heads h WHERE h.c = 1 OR NOT EXISTS (SELECT FROM heads g WHERE g.b = h.b AND g.c = 1)
		ORDER BY h.priority, h.deadline, h.pay, h.n, h.returned DESC LIMIT 1),
	c AS MATERIALIZED (SELECT best.*, coalesce(f.n, r.n) AS took FROM best
		LEFT JOIN LATERAL (SELECT t.n FROM tapescript.task t WHERE NOT best.returned AND t.state = 0 AND t.batch = best.b AND t.class = best.c
			AND (t.priority, t.deadline, t.pay, t.n) >= (best.priority, best.deadline, best.pay, best.n)` + isNew + ` FOR UPDATE %[1]s) f ON true
		LEFT JOIN LATERAL (SELECT t.n FROM tapescript.task t WHERE best.returned AND t.state = 0 AND t.returned AND t.batch = best.b AND t.class = best.c` + isNew + ` FOR UPDATE %[1]s) r ON true),
	t AS (UPDATE tapescript.task t SET taken = t.taken + 1, state = (t.overlap > 0 AND t.taken + 1 >= t.overlap)::int,
		returned = t.returned AND NOT (t.overlap > 0 AND t.taken + 1 >= t.overlap) FROM c WHERE t.n = c.took RETURNING t.*),
	moved AS (INSERT INTO tapescript.cursor SELECT $1, c.b, c.c, c.priority, c.deadline, c.pay, c.n - (c.took <> c.n)::int FROM c WHERE c.took IS NOT NULL AND NOT c.returned
		ON CONFLICT (worker, batch, class) DO UPDATE SET priority = excluded.priority, deadline = excluded.deadline, pay = excluded.pay, n = excluded.n),
	a AS (INSERT INTO tapescript.assignment (id, task, worker, token, state, started, until) SELECT $8, t.n, $1, $9, 'leased', $10, $11 FROM t
		ON CONFLICT (worker, task) DO UPDATE SET token = excluded.token, state = 'leased', started = excluded.started, until = excluded.until RETURNING id),
	counted AS (INSERT INTO tapescript.given SELECT $1, t.batch, 1 FROM t ON CONFLICT (worker, batch) DO UPDATE SET tasks = given.tasks + 1),
	filled AS (UPDATE tapescript.backlog l SET open = open - 1 FROM t WHERE t.state = 1 AND t.class = 0 AND l.batch = t.batch AND l.part = t.n %% 16)
	SELECT (SELECT count(*) FROM heads), (SELECT id FROM a), ` + left + ` - (t.state = 1 AND t.class = 0)::int, ` + taskColumns + `
	FROM (VALUES (1)) AS one LEFT JOIN (t JOIN tapescript.batch b ON b.n = t.batch) ON true`

// left is how many tasks of a batch are open.
const left = `(SELECT coalesce(sum(l.open), 0)::bigint FROM tapescript.backlog l WHERE l.batch = b.n)`

var (
	takeFree  = fmt.Sprintf(taking, "SKIP LOCKED")
	takeFirst = fmt.Sprintf(taking, "") // waits for who is just taking it
)

// next puts the best task over all batches into the worker's hands, and commits.
// Who let a lease run out may take the task again, with a new token.
func (w *tx) next(d *desk, q task.Query, until time.Time, wait bool) (claim task.Claim, busy bool, err error) {
	a := task.Assignment{ID: random(), Worker: q.Worker, Token: random(), State: task.Leased, Started: micro(q.Now), LeaseUntil: micro(until)}
	take := takeFree
	if wait {
		take = takeFirst
	}
	b := &pgx.Batch{}
	b.Queue(take, append(append([]any{keep(q.Worker)}, d.shelves(q)...), a.ID, a.Token, a.Started, a.LeaseUntil)...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var heads int
			var r taskRow
			to := append([]any{&heads, &a.ID, &claim.Left}, r.targets()...)
			took := rows.RawValues()[1] != nil
			if !took {
				clear(to[1:])
			}
			if err := rows.Scan(to...); err != nil {
				return err
			}
			if busy = heads > 0 && !took; !took {
				continue
			}
			var err error
			if claim.Task, claim.Batch, err = r.task(new(terms)); err != nil {
				return err
			}
			a.Task = claim.Task.ID
			claim.Assignment = a
		}
		return rows.Err()
	})
	b.Queue("COMMIT")
	return claim, busy, w.SendBatch(w.ctx, b).Close()
}

// shelves are the parts of the queue that a worker may have, with the worker's
// place in each, as taking wants them.
func (d *desk) shelves(q task.Query) []any {
	var batches, classes, priorities, deadlines, pays, ns []int64
	add := func(s shelf) {
		at, is := d.cursors[s]
		if !is {
			at.priority = -1 << 62
		}
		batches, classes = append(batches, s.batch), append(classes, int64(s.class))
		priorities, deadlines, pays, ns = append(priorities, at.priority), append(deadlines, at.deadline), append(pays, at.pay), append(ns, at.n)
	}
	for _, o := range d.offers {
		if _, is := d.shut[o.id]; is {
			continue
		}
		add(shelf{o.n, task.Class(q.Kind)})
		if q.Kind == task.General && task.GoldNext(o.id, q.Worker, o.given, o.general, o.control) {
			add(shelf{o.n, task.Class(task.Control)})
		}
	}
	return []any{batches, classes, priorities, deadlines, pays, ns}
}

// queueClaimed asks for what a claim shows of a task.
func queueClaimed(b *pgx.Batch, n int64, claim *task.Claim) {
	b.Queue("SELECT "+taskColumns+", "+left+" FROM tapescript.task t JOIN tapescript.batch b ON b.n = t.batch WHERE t.n = $1", n).
		QueryRow(func(row pgx.Row) (err error) {
			var r taskRow
			if err := row.Scan(append(r.targets(), &claim.Left)...); err != nil {
				return err
			}
			claim.Task, claim.Batch, err = r.task(new(terms))
			return err
		})
}

// prolong leaves a task in its worker's hands for longer, and commits.
func (w *tx) prolong(n int64, q task.Query, until time.Time) (claim task.Claim, busy bool, err error) {
	a := task.Assignment{Worker: q.Worker, State: task.Leased, LeaseUntil: micro(until)}
	b := &pgx.Batch{}
	b.Queue("UPDATE tapescript.assignment SET until = $3 WHERE worker = $1 AND task = $2 AND state = 'leased' RETURNING id, token, started", keep(q.Worker), n, a.LeaseUntil).
		QueryRow(func(row pgx.Row) error { return row.Scan(&a.ID, &a.Token, &a.Started) })
	queueClaimed(b, n, &claim)
	b.Queue("COMMIT")
	if err := w.SendBatch(w.ctx, b).Close(); err != nil {
		return claim, false, err
	}
	a.Task, a.Started = claim.Task.ID, a.Started.UTC()
	claim.Assignment = a
	return claim, false, nil
}

// release empties one of a task's places: workers whose cursors have passed it
// find it among those that were given back.
func (w *tx) release(n int64) error {
	return w.places(n, "taken = greatest(t.taken - 1, 0), state = (t.overlap > 0 AND greatest(t.taken - 1, 0) >= t.overlap)::int, returned = true")
}

// retake fills the place again that release emptied.
func (w *tx) retake(n int64) error {
	return w.places(n, "taken = t.taken + 1, state = (t.overlap > 0 AND t.taken + 1 >= t.overlap)::int, returned = t.returned AND NOT (t.overlap > 0 AND t.taken + 1 >= t.overlap)")
}

// widen asks for one more transcript of a task; of gold there is no end anyway.
func (w *tx) widen(n int64) error {
	return w.places(n, "overlap = t.overlap + 1, state = (t.taken >= t.overlap + 1)::int, returned = true", "AND t.overlap > 0")
}

// places changes a task and, with it, how many the batch has to give.
func (w *tx) places(n int64, change string, where ...string) error {
	var before, after, class int
	var batch int64
	and := ""
	for _, more := range where {
		and += " " + more
	}
	found, err := w.row(`WITH c AS (SELECT t.n, t.state FROM tapescript.task t WHERE t.n = $1`+and+` FOR UPDATE)
		UPDATE tapescript.task t SET `+change+` FROM c WHERE t.n = c.n RETURNING c.state, t.state, t.class, t.batch`, []any{n}, &before, &after, &class, &batch)
	if found && class == 0 {
		w.opened[part{batch, n % parts}] += int64(before - after)
	}
	return err
}

// random is an ID that nobody guesses.
func random() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Extend implements task.Store.
func (s *Store) Extend(ctx context.Context, assignment, token string, until time.Time) error {
	return s.write(ctx, false, func(w *tx) error {
		n, err := w.exec("UPDATE tapescript.assignment SET until = greatest(until, $3) WHERE id = $1 AND token = $2 AND state = 'leased'", keep(assignment), keep(token), micro(until))
		if err == nil && n == 0 {
			err = task.ErrHeld
		}
		return err
	})
}

// Skip implements task.Store.
func (s *Store) Skip(ctx context.Context, assignment, token, reason string) error {
	return s.write(ctx, true, func(w *tx) error {
		var n int64
		var state task.AssignmentState
		found, err := w.row("SELECT task, state FROM tapescript.assignment WHERE id = $1 AND token = $2 FOR UPDATE", keepAll(assignment, token), &n, &state)
		switch {
		case err != nil:
			return err
		case found && state == task.Skipped:
			return nil
		case !found || state != task.Leased:
			return task.ErrHeld
		}
		if _, err := w.exec("UPDATE tapescript.assignment SET state = 'skipped', skipped = $2 WHERE id = $1", keepAll(assignment, reason)...); err != nil {
			return err
		}
		return w.release(n)
	})
}
