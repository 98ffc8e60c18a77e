// Package sqlite is a task.Store in a file, made and read without cgo.
//
//	store, err := sqlite.Open(ctx, "tasks.db")
//	defer store.Close()
//
// Gold lies in a second file beside the first, PATH.gold, which is opened when
// gold comes in, when somebody's answer to its task is there, and for a lead's
// export: never by a claim. Both are readable by their owner alone.
//
// Writing goes through one connection, one transaction a method; readers see
// the state before or after it. Several programs may have a store open at once.
// What was submitted, judged or paid is on the disk when the method returns; a
// lease that a power cut takes back was nobody's loss.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"strconv"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"tapescript/transcript/task"
)

//go:embed migrations/*.sql gold/*.sql
var schemas embed.FS

// Store is a task.Store in a file.
type Store struct {
	path string
	main *file
	now  func() time.Time // time.Now but in tests

	opening sync.Mutex
	gold    *file // nil until it is needed
}

var (
	_ task.Store         = (*Store)(nil)
	_ task.GoldCorrector = (*Store)(nil)
	_ task.GoldKeeper    = (*Store)(nil)
)

// file is one database: a connection that writes, and some that read.
type file struct {
	writing sync.Mutex
	db      *sql.DB
	read    *sql.DB
	conn    *sql.Conn
	kept    map[string]*sql.Stmt
	durable bool // as the connection is set
}

// Open opens a store, making it where there is none. It returns task.ErrNewer
// for a store of a newer program.
func Open(ctx context.Context, path string) (*Store, error) {
	main, err := openFile(ctx, path, "migrations")
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", path, err)
	}
	return &Store{path: path, main: main, now: time.Now}, nil
}

// patience is how long one program waits for another's transaction. An import
// of a million rows is the longest that there is.
const patience = 2 * time.Minute

// cachePages bounds a connection's page cache, in KiB.
const cacheKiB = 24 << 10

func openFile(ctx context.Context, path, schema string) (*file, error) {
	made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	made.Close()
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(" + strconv.FormatInt(patience.Milliseconds(), 10) +
		")&_pragma=foreign_keys(0)&_pragma=temp_store(2)"
	f := &file{kept: map[string]*sql.Stmt{}, durable: true}
	if f.db, err = sql.Open("sqlite", name+"&_pragma=journal_mode(WAL)&_pragma=synchronous(2)&_pragma=cache_size(-"+strconv.Itoa(cacheKiB)+")"); err != nil {
		return nil, err
	}
	f.db.SetMaxOpenConns(1)
	if f.read, err = sql.Open("sqlite", name+"&_pragma=query_only(1)"); err == nil {
		f.read.SetMaxOpenConns(4)
		if f.conn, err = f.db.Conn(ctx); err == nil {
			err = f.migrate(ctx, schema)
		}
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// migrate brings the schema forward, one file after another; never back.
func (f *file) migrate(ctx context.Context, dir string) error {
	steps, err := fs.Glob(schemas, dir+"/*.sql")
	if err != nil {
		return err
	}
	version := func() (n int, err error) {
		return n, f.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&n)
	}
	n, err := version()
	if err != nil || n == len(steps) {
		return err
	}
	return f.write(ctx, true, func(w *writer) error {
		if n, err = version(); err != nil { // another program may have been quicker
			return err
		}
		if n > len(steps) {
			return task.ErrNewer
		}
		for _, step := range steps[n:] {
			text, err := schemas.ReadFile(step)
			if err != nil {
				return err
			}
			if _, err := f.conn.ExecContext(ctx, string(text)); err != nil {
				return fmt.Errorf("migrating by %s: %w", path.Base(step), err)
			}
		}
		_, err := f.conn.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(len(steps)))
		return err
	})
}

func (f *file) close() error {
	f.writing.Lock()
	defer f.writing.Unlock()
	for _, s := range f.kept {
		s.Close()
	}
	var list []error
	if f.read != nil {
		list = append(list, f.read.Close())
	}
	if f.conn != nil {
		list = append(list, f.conn.Close())
	}
	if f.db != nil {
		list = append(list, f.db.Close())
	}
	return errors.Join(list...)
}

// Close closes the store's files.
func (s *Store) Close() error {
	s.opening.Lock()
	defer s.opening.Unlock()
	err := s.main.close()
	if s.gold != nil {
		err = errors.Join(err, s.gold.close())
		s.gold = nil
	}
	return err
}

// goldFile opens the file of gold.
func (s *Store) goldFile(ctx context.Context) (*file, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.gold == nil {
		f, err := openFile(ctx, s.path+".gold", "gold")
		if err != nil {
			return nil, fmt.Errorf("opening the gold of %s: %w", s.path, err)
		}
		s.gold = f
	}
	return s.gold, nil
}

// writer is a transaction that writes.
type writer struct {
	ctx context.Context
	f   *file
}

// write carries out a transaction. A durable one is on the disk afterwards; one
// that is not may be taken back by a power cut, with nothing else damaged.
func (f *file) write(ctx context.Context, durable bool, do func(*writer) error) (err error) {
	f.writing.Lock()
	defer f.writing.Unlock()
	if durable != f.durable {
		level := "NORMAL"
		if durable {
			level = "FULL"
		}
		if _, err := f.conn.ExecContext(ctx, "PRAGMA synchronous="+level); err != nil {
			return err
		}
		f.durable = durable
	}
	if _, err := f.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			// Also where do panics; the context may be over.
			_, _ = f.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if err := do(&writer{ctx, f}); err != nil {
		return err
	}
	if _, err := f.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

// statement prepares a statement once for the connection's life.
func (w *writer) statement(query string) (*sql.Stmt, error) {
	if s := w.f.kept[query]; s != nil {
		return s, nil
	}
	s, err := w.f.conn.PrepareContext(w.ctx, query)
	if err != nil {
		return nil, err
	}
	w.f.kept[query] = s
	return s, nil
}

func (w *writer) exec(query string, args ...any) (changed int64, err error) {
	s, err := w.statement(query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(w.ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (w *writer) insert(query string, args ...any) (n int64, err error) {
	s, err := w.statement(query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(w.ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// row reads one row; false where there is none.
func (w *writer) row(query string, args []any, to ...any) (bool, error) {
	s, err := w.statement(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(w.ctx, args...).Scan(to...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// unix is a time as it is kept: 0 for the zero time.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromUnix(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
