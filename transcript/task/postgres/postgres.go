// Package postgres is a task.Store in a PostgreSQL database, for a team.
//
//	store, err := postgres.Open(ctx, "postgres://lead@db.example/tapescript")
//	defer store.Close()
//
// A worker holds a task by a lease: a row with an end and a token. No lock is
// held while somebody works; a claim is one short transaction that passes over
// the rows that other claims are just taking (FOR UPDATE SKIP LOCKED). Times are
// the database's own, so that clocks that differ do no harm.
//
// Everything lies in the schema tapescript, gold in the schema tapescript_gold:
// a role that only gives out tasks and takes in answers needs no right to it.
//
// What was given out, submitted, judged or paid is on the server's disk when the
// method returns; that a lease was put off, or a task given back, may be undone
// by a crash of the server. A transaction that fails for a reason that
// passes (a deadlock, a connection that broke, a server that starts again) is
// tried again for a while where doing it twice is doing it once: everything but
// Import and Purge.
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"tapescript/transcript/task"
)

//go:embed migrations/*.sql
var schemas embed.FS

// Store is a task.Store in a database.
type Store struct {
	pool *pgxpool.Pool
	// streams serves what is read row by row: whoever takes the rows may call
	// the store meanwhile.
	streams *pgxpool.Pool
}

var (
	_ task.Store         = (*Store)(nil)
	_ task.GoldCorrector = (*Store)(nil)
	_ task.GoldKeeper    = (*Store)(nil)
)

// How many connections a program opens at most, where its URL does not say so by
// pool_max_conns.
const (
	manyConns   = 16
	manyStreams = 8
)

// Open connects to a database, and makes the tables where there are none. url is
// what libpq takes: postgres://USER@HOST:PORT/DATABASE?sslmode=…, with the
// password there, in PGPASSWORD or in ~/.pgpass. It returns task.ErrNewer for a
// store of a newer program and a *DatabaseError where it cannot connect.
func Open(ctx context.Context, url string) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, &DatabaseError{Code: BadURL} // the cause may show the password
	}
	params := config.ConnConfig.RuntimeParams
	if params["application_name"] == "" {
		params["application_name"] = "tapescript"
	}
	if !hasParam(url, "pool_max_conns") {
		config.MaxConns = manyConns
	}
	s := &Store{}
	if s.streams, err = pgxpool.NewWithConfig(ctx, streaming(config.Copy())); err != nil {
		return nil, explain(err)
	}
	// A program that was cut off in a transaction holds its locks no longer.
	params["idle_in_transaction_session_timeout"] = "30s"
	// A claim reads a few rows of a long index; the planner, who fears for the
	// whole of it, would compile the statement for a quarter of a second.
	params["jit"] = "off"
	// Nor is it planned anew each time, which takes longer than carrying it out.
	params["plan_cache_mode"] = "force_generic_plan"
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err == nil {
		err = again(ctx, startingUp, func() error { return s.migrate(ctx) })
	}
	if err != nil {
		s.Close()
		return nil, explain(err)
	}
	return s, nil
}

func streaming(config *pgxpool.Config) *pgxpool.Config {
	config.MaxConns, config.MinConns = manyStreams, 0
	return config
}

// Close closes the connections.
func (s *Store) Close() error {
	for _, p := range []*pgxpool.Pool{s.pool, s.streams} {
		if p != nil {
			p.Close()
		}
	}
	return nil
}

// Pool is the store's connections, for machine jobs on the same database.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// migrations are the steps of the schema in their order.
func migrations() ([]string, error) {
	steps, err := fs.Glob(schemas, "migrations/*.sql")
	slices.Sort(steps)
	return steps, err
}

// migrating is the advisory lock that programs which bring the schema forward
// wait for: one does it.
const migrating = 0x7461706573637269 // "tapescri"

// migrate brings the schema forward, one file after another; never back.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	if n, err := version(ctx, s.pool); err != nil || n == len(steps) {
		return err
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrating)); err != nil {
			return err
		}
		n, err := version(ctx, tx) // another program may have been quicker
		if err != nil {
			return err
		}
		if n > len(steps) {
			return task.ErrNewer
		}
		return bringForward(ctx, tx, n, steps)
	})
}

func bringForward(ctx context.Context, tx pgx.Tx, n int, steps []string) error {
	if n == 0 {
		if _, err := tx.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS tapescript; CREATE SCHEMA IF NOT EXISTS tapescript_gold;
			REVOKE ALL ON SCHEMA tapescript_gold FROM PUBLIC;
			CREATE TABLE IF NOT EXISTS tapescript.version (n integer NOT NULL); INSERT INTO tapescript.version VALUES (0)`); err != nil {
			return err
		}
	}
	for _, step := range steps[n:] {
		text, err := schemas.ReadFile(step)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, string(text)); err != nil {
			return fmt.Errorf("migrating by %s: %w", path.Base(step), err)
		}
	}
	_, err := tx.Exec(ctx, "UPDATE tapescript.version SET n = $1", len(steps))
	return err
}

// querier is a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

// version is how many migrations the database has seen.
func version(ctx context.Context, q querier) (n int, err error) {
	var there bool
	if err := q.QueryRow(ctx, "SELECT to_regclass('tapescript.version') IS NOT NULL").Scan(&there); err != nil || !there {
		return 0, err
	}
	err = q.QueryRow(ctx, "SELECT n FROM tapescript.version").Scan(&n)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// session is a transaction, or a connection in one.
type session interface {
	querier
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// tx is a transaction that writes.
type tx struct {
	session
	ctx context.Context
	// opened is by how many the open tasks of each part of a batch have grown.
	// It is written last, so that nobody waits for a count with a task in hand.
	opened map[part]int64
}

// part is a part of a batch's backlog.
type part struct {
	batch int64
	n     int64
}

const parts = 16

// write carries out a transaction, again where it failed for a reason that
// passes. A durable one is on the disk afterwards; a crash of the server may
// take back one that is not, with nothing else damaged.
func (s *Store) write(ctx context.Context, durable bool, do func(*tx) error) error {
	return explain(again(ctx, passing, func() error { return s.once(ctx, durable, do) }))
}

func (s *Store) once(ctx context.Context, durable bool, do func(*tx) error) error {
	begin := "BEGIN"
	if !durable {
		begin = "BEGIN; SET LOCAL synchronous_commit = off"
	}
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{BeginQuery: begin}, func(t pgx.Tx) error {
		w := &tx{session: t, ctx: ctx, opened: map[part]int64{}}
		if err := do(w); err != nil {
			return err
		}
		return w.count()
	})
}

// count writes how the backlog has changed.
func (w *tx) count() error {
	var changed []part
	for p, by := range w.opened {
		if by != 0 {
			changed = append(changed, p)
		}
	}
	slices.SortFunc(changed, func(a, b part) int { return slices.Compare([]int64{a.batch, a.n}, []int64{b.batch, b.n}) })
	for _, p := range changed {
		if _, err := w.exec("UPDATE tapescript.backlog SET open = open + $3 WHERE batch = $1 AND part = $2", p.batch, p.n, w.opened[p]); err != nil {
			return err
		}
	}
	return nil
}

func (w *tx) exec(query string, args ...any) (changed int64, err error) {
	tag, err := w.Exec(w.ctx, query, args...)
	return tag.RowsAffected(), err
}

// row reads one row; false where there is none.
func (w *tx) row(query string, args []any, to ...any) (bool, error) {
	err := w.QueryRow(w.ctx, query, args...).Scan(to...)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// column reads one column.
func column[T any](w *tx, query string, args ...any) ([]T, error) {
	rows, err := w.Query(w.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// stamp is a time as it is kept: NULL for the zero time.
func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = micro(t)
	return &t
}

// micro is a time as the database has it.
func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func fromStamp(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
