package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
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
func (s *Store) Claim(ctx context.Context, q task.Query, lease time.Duration) (task.Claim, error) {
	if q.Kind == "" {
		q.Kind = task.General
	}
	asked := q.Now
	var claim task.Claim
	// On the disk before the worker has it: a server of tasks takes an answer only
	// from whom it knows to have had the task.
	err := s.write(ctx, true, func(w *tx) error {
		q.Now = asked
		d, err := w.desk(&q)
		if err != nil {
			return err
		}
		if d.held != 0 {
			claim, err = w.prolong(d.held, q, q.Now.Add(lease))
			return err
		}
		if d.overdue {
			if err := w.reap(q); err != nil {
				return err
			}
		}
		c, err := w.next(d, q)
		if err != nil {
			return err
		}
		if c.n == 0 {
			for _, m := range d.shut { // it might be there but for that
				return &task.PausedError{Measure: m}
			}
			return task.ErrNone
		}
		claim, err = w.lease(c, q, q.Now.Add(lease))
		return err
	})
	return claim, err
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

// desk asks for all of it in one round. It holds off other claims of the same
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
	return nil
}

// candidate is a task that a worker may take, with its place in the queue.
type candidate struct {
	n, priority, deadline, pay int64
	shelf                      shelf
	returned                   bool
}

func (c candidate) compare(o candidate) int {
	return slices.Compare([]int64{c.priority, c.deadline, c.pay, c.n}, []int64{o.priority, o.deadline, o.pay, o.n})
}

// Whether the worker never had a task. Subqueries that cannot become joins: each
// is one look into an index, whatever the planner thinks of the tables' sizes.
// Said so that it takes half of the tasks for new: of "IS NULL" it expects so few
// that it would rather sort them all.
const isNew = ` AND NOT coalesce((SELECT true FROM tapescript.assignment a WHERE a.worker = $1 AND a.task = t.n AND a.state <> 'expired'), false)
	AND NOT coalesce((SELECT true FROM tapescript.submission s WHERE s.task = t.n AND s.worker = $1 LIMIT 1), false)
	ORDER BY t.priority, t.deadline, t.pay, t.n LIMIT 1`

const (
	inReturned = ` FROM tapescript.task t WHERE t.state = 0 AND t.returned AND t.batch = $2 AND t.class = $3` + isNew
	inQueue    = ` FROM tapescript.task t WHERE t.state = 0 AND t.batch = $2 AND t.class = $3 AND (t.priority, t.deadline, t.pay, t.n) > ($4, $5, $6, $7)` + isNew

	// filling takes one of a task's places.
	filling = `UPDATE tapescript.task t SET taken = t.taken + 1, state = (t.overlap > 0 AND t.taken + 1 >= t.overlap)::int,
		returned = t.returned AND NOT (t.overlap > 0 AND t.taken + 1 >= t.overlap)
		FROM c WHERE t.n = c.n RETURNING t.n, t.priority, t.deadline, t.pay, t.state = 1`
	takeReturned = `WITH c AS (SELECT t.n` + inReturned + ` FOR UPDATE SKIP LOCKED) ` + filling
	takeNext     = `WITH c AS (SELECT t.n` + inQueue + ` FOR UPDATE SKIP LOCKED) ` + filling
	takeThat     = `WITH c AS (SELECT t.n FROM tapescript.task t WHERE t.n = $1 AND t.state = 0 FOR UPDATE) ` + filling
)

// next takes the best task over all batches; its n is 0 where there is none.
func (w *tx) next(d *desk, q task.Query) (candidate, error) {
	const rounds = 50
	for range rounds {
		heads, err := w.heads(d, q)
		if err != nil || len(heads) == 0 {
			return candidate{}, err
		}
		for _, head := range heads {
			took, err := w.take(head, d, q)
			if took.n != 0 || err != nil {
				return took, err
			}
		}
		// All that is left is in other claims' hands: most will be theirs.
		took, err := w.fill(heads[0], takeThat, heads[0].n)
		if took.n != 0 || err != nil {
			return took, err
		}
	}
	return candidate{}, nil
}

// take takes the first task of a head's part of the queue that nobody else is
// just taking, and moves the worker's cursor to it. Where that is not the head,
// the cursor stays before the head: its other places may be the worker's yet.
func (w *tx) take(head candidate, d *desk, q task.Query) (took candidate, err error) {
	worker := keep(q.Worker)
	if head.returned {
		return w.fill(head, takeReturned, worker, head.shelf.batch, head.shelf.class)
	}
	at := d.at(head.shelf)
	took, err = w.fill(head, takeNext, worker, head.shelf.batch, head.shelf.class, at.priority, at.deadline, at.pay, at.n)
	if took.n == 0 || err != nil {
		return took, err
	}
	to := took
	if took.n != head.n {
		to = head
		to.n--
	}
	_, err = w.exec(`INSERT INTO tapescript.cursor VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (worker, batch, class) DO UPDATE SET priority = excluded.priority, deadline = excluded.deadline, pay = excluded.pay, n = excluded.n`,
		worker, to.shelf.batch, to.shelf.class, to.priority, to.deadline, to.pay, to.n)
	return took, err
}

// fill carries out one of the statements that take a place.
func (w *tx) fill(head candidate, query string, args ...any) (candidate, error) {
	took := candidate{shelf: head.shelf, returned: head.returned}
	var full bool
	found, err := w.row(query, args, &took.n, &took.priority, &took.deadline, &took.pay, &full)
	if found && full && took.shelf.class == 0 {
		w.opened[part{took.shelf.batch, took.n % parts}]--
	}
	return took, err
}

func (d *desk) at(s shelf) candidate {
	if c, is := d.cursors[s]; is {
		return c
	}
	return candidate{priority: -1 << 62}
}

// heads are the first tasks of each part of the queue that the worker may have,
// the best first: what was given back, and what comes behind the cursor; gold
// instead of work where its turn has come.
func (w *tx) heads(d *desk, q task.Query) ([]candidate, error) {
	var batches, classes, priorities, deadlines, pays, ns []int64
	add := func(s shelf) {
		at := d.at(s)
		batches, classes = append(batches, s.batch), append(classes, int64(s.class))
		priorities, deadlines, pays, ns = append(priorities, at.priority), append(deadlines, at.deadline), append(pays, at.pay), append(ns, at.n)
	}
	control := task.Class(task.Control)
	for _, o := range d.offers {
		if _, is := d.shut[o.id]; is {
			continue
		}
		add(shelf{o.n, task.Class(q.Kind)})
		if q.Kind == task.General && task.GoldNext(o.id, q.Worker, o.given, o.general, o.control) {
			add(shelf{o.n, control})
		}
	}
	const columns = "SELECT t.n, t.priority, t.deadline, t.pay"
	rows, err := w.Query(w.ctx, `SELECT o.b, o.c, false, h.* FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) AS o(b, c, p, d, y, n),
		LATERAL (`+columns+` FROM tapescript.task t WHERE t.state = 0 AND t.batch = o.b AND t.class = o.c AND (t.priority, t.deadline, t.pay, t.n) > (o.p, o.d, o.y, o.n)`+isNew+`) h
		UNION ALL SELECT o.b, o.c, true, h.* FROM unnest($2::bigint[], $3::bigint[]) AS o(b, c),
		LATERAL (`+columns+` FROM tapescript.task t WHERE t.state = 0 AND t.returned AND t.batch = o.b AND t.class = o.c`+isNew+`) h`,
		keep(q.Worker), batches, classes, priorities, deadlines, pays, ns)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c candidate, err error) {
		return c, row.Scan(&c.shelf.batch, &c.shelf.class, &c.returned, &c.n, &c.priority, &c.deadline, &c.pay)
	})
	gold := map[int64]bool{}
	for _, c := range list {
		if c.shelf.class == control {
			gold[c.shelf.batch] = true
		}
	}
	list = slices.DeleteFunc(list, func(c candidate) bool { return c.shelf.class != control && gold[c.shelf.batch] })
	// A task that is behind the cursor and was given back stands in both.
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(a.compare(b), cmp.Compare(asInt(b.returned), asInt(a.returned)))
	})
	return list, err
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// lease puts a task into a worker's hands. Who let a lease run out may take the
// task again, with a new token.
func (w *tx) lease(c candidate, q task.Query, until time.Time) (claim task.Claim, err error) {
	worker := keep(q.Worker)
	a := task.Assignment{ID: random(), Worker: q.Worker, Token: random(), State: task.Leased, Started: micro(q.Now), LeaseUntil: micro(until)}
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO tapescript.assignment (id, task, worker, token, state, started, until) VALUES ($1, $2, $3, $4, 'leased', $5, $6)
		ON CONFLICT (worker, task) DO UPDATE SET token = excluded.token, state = 'leased', started = excluded.started, until = excluded.until RETURNING id`,
		a.ID, c.n, worker, a.Token, a.Started, a.LeaseUntil).QueryRow(func(row pgx.Row) error { return row.Scan(&a.ID) })
	b.Queue(`INSERT INTO tapescript.given VALUES ($1, $2, 1) ON CONFLICT (worker, batch) DO UPDATE SET tasks = given.tasks + 1`, worker, c.shelf.batch)
	queueClaimed(b, c.n, &claim)
	if err = w.SendBatch(w.ctx, b).Close(); err != nil {
		return claim, err
	}
	claim.Left += w.opened[part{c.shelf.batch, c.n % parts}]
	a.Task = claim.Task.ID
	claim.Assignment = a
	return claim, nil
}

// queueClaimed asks for what a claim shows of a task.
func queueClaimed(b *pgx.Batch, n int64, claim *task.Claim) {
	b.Queue("SELECT "+taskColumns+", (SELECT coalesce(sum(open), 0)::bigint FROM tapescript.backlog l WHERE l.batch = b.n) FROM tapescript.task t JOIN tapescript.batch b ON b.n = t.batch WHERE t.n = $1", n).
		QueryRow(func(row pgx.Row) (err error) {
			var r taskRow
			if err := row.Scan(append(r.targets(), &claim.Left)...); err != nil {
				return err
			}
			claim.Task, claim.Batch, err = r.task(new(terms))
			return err
		})
}

// prolong leaves a task in its worker's hands for longer.
func (w *tx) prolong(n int64, q task.Query, until time.Time) (claim task.Claim, err error) {
	a := task.Assignment{Worker: q.Worker, State: task.Leased, LeaseUntil: micro(until)}
	b := &pgx.Batch{}
	b.Queue("UPDATE tapescript.assignment SET until = $3 WHERE worker = $1 AND task = $2 AND state = 'leased' RETURNING id, token, started", keep(q.Worker), n, a.LeaseUntil).
		QueryRow(func(row pgx.Row) error { return row.Scan(&a.ID, &a.Token, &a.Started) })
	queueClaimed(b, n, &claim)
	if err := w.SendBatch(w.ctx, b).Close(); err != nil {
		return claim, err
	}
	a.Task, a.Started = claim.Task.ID, a.Started.UTC()
	claim.Assignment = a
	return claim, nil
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
