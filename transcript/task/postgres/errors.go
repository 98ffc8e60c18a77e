package postgres

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"tapescript/transcript/task"
)

// Code says what is wrong with a database.
type Code string

// Codes of DatabaseError.
const (
	BadURL      Code = "url"         // it cannot be read
	Unreachable Code = "unreachable" // nobody answers there
	NoLogin     Code = "login"       // user or password
	NoDatabase  Code = "database"    // there is none of that name
	NoRight     Code = "right"       // the role may not do it
	DiskFull    Code = "full"
	Crowded     Code = "crowded" // no connection is left
	ReadOnly    Code = "read-only"
	Broken      Code = "broken" // the connection broke, or the server stopped, in mid-work
)

// DatabaseError is why a database does not do what it is asked for. It holds no
// password.
type DatabaseError struct {
	Code   Code
	Where  string // host or table, "" where nobody said
	Detail string // in the server's words
	cause  error
}

func (e *DatabaseError) Error() string {
	return strings.TrimRight("database: "+string(e.Code)+" "+e.Where+" "+e.Detail, " ")
}

// Unavailable says that the database is away or overrun: it may answer later.
func (e *DatabaseError) Unavailable() bool {
	return e.Code == Unreachable || e.Code == Broken || e.Code == Crowded
}

// Unwrap returns what the driver said.
func (e *DatabaseError) Unwrap() error { return e.cause }

// explain finds out what a driver's error is about.
func explain(err error) error {
	var known *DatabaseError
	var server *pgconn.PgError
	if err == nil || errors.As(err, &known) {
		return err
	}
	if errors.As(err, &server) {
		if code := codeOf(server.Code); code != "" {
			return &DatabaseError{Code: code, Where: server.TableName, Detail: server.Message, cause: err}
		}
		return err
	}
	var connect *pgconn.ConnectError
	switch {
	case errors.As(err, &connect):
		return &DatabaseError{Code: Unreachable, Where: connect.Config.Host, cause: err}
	case cut(err):
		return &DatabaseError{Code: Broken, cause: err}
	}
	return err
}

// codeOf groups the server's own codes (PostgreSQL 15, appendix A).
func codeOf(state string) Code {
	switch state {
	case "28000", "28P01":
		return NoLogin
	case "3D000":
		return NoDatabase
	case "42501":
		return NoRight
	case "53100":
		return DiskFull
	case "53300":
		return Crowded
	case "25006":
		return ReadOnly
	case "57P01", "57P02", "57P03", "25P03":
		return Broken
	}
	return ""
}

// passing says whether a transaction may succeed when it is tried again.
func passing(err error) bool {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		switch server.Code {
		case "40001", "40P01", // the order of two transactions
			"57P01", "57P02", "57P03", "25P03", // the server stops, crashed, starts, lost patience
			"53300": // no connection is left
			return true
		}
		return strings.HasPrefix(server.Code, "08")
	}
	return cut(err)
}

// startingUp says whether a server that was just called may answer soon.
func startingUp(err error) bool {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return false
	}
	switch server.Code {
	case "57P03", "53300", "40001", "40P01":
		return true
	}
	return false
}

// cut says whether a connection broke or did not come about.
func cut(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var connect *pgconn.ConnectError
	var network interface{ Temporary() bool } // a net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// patience is for how long a transaction is tried again: a server that crashed
// is there again within it.
const patience = 20 * time.Second

// again does something until it succeeds or fails for good. It waits longer each
// time, never two programs the same.
func again(ctx context.Context, may func(error) bool, do func() error) error {
	begin := time.Now()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := do()
		if err == nil || !may(err) || time.Since(begin) > patience {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait/2 + rand.N(wait)):
		}
	}
}

// Redact is a URL without its password, for messages.
func Redact(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		scheme, _, _ := strings.Cut(text, "://")
		return scheme + "://…"
	}
	if _, is := u.User.Password(); is {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for _, secret := range []string{"password", "sslpassword"} {
		q.Del(secret)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func hasParam(text, name string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Query().Has(name)
}

// notFound is task.ErrNotFound where there was no other error.
func notFound(err error) error {
	if err == nil {
		return task.ErrNotFound
	}
	return err
}
