package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// LockedError says that another living program works on the same transcript.
// What is not known of it is zero.
type LockedError struct {
	PID   int
	Host  string
	Since time.Time
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("another program (process %d on %q, since %s) works on this transcript", e.PID, e.Host, e.Since.Format("2006-01-02 15:04"))
}

// lock is a lock on a file that lies beside the journal and says who holds it.
// The system gives the lock back when the process ends, however it ends; the
// file stays, because removing it would let two programs lock two files.
type lock struct{ f *os.File }

type holderJSON struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

var errHeld = errors.New("somebody holds the lock")

// takeLock takes the lock, or returns a [*LockedError].
func takeLock(name string, now time.Time) (*lock, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making the journal's lock: %w", err)
	}
	if err := lockFile(f); err != nil {
		defer f.Close()
		if err == errHeld {
			return nil, readHolder(f)
		}
		return nil, fmt.Errorf("locking the journal: %w", err)
	}
	// What the file says is for people: the lock holds without it.
	host, _ := os.Hostname()
	if data, err := json.Marshal(holderJSON{os.Getpid(), host, now.UTC()}); err == nil && f.Truncate(0) == nil {
		f.WriteAt(append(data, '\n'), 0)
	}
	return &lock{f}, nil
}

func readHolder(f *os.File) *LockedError {
	var h holderJSON
	data := make([]byte, 4096)
	n, err := f.ReadAt(data, 0)
	if err != nil && err != io.EOF || json.Unmarshal(data[:n], &h) != nil {
		return &LockedError{}
	}
	return &LockedError{PID: h.PID, Host: h.Host, Since: h.Since}
}

// gone says whether the lock file was removed or replaced, so that another
// program could lock too.
func (l *lock) gone(name string) bool {
	held, err := l.f.Stat()
	if err != nil {
		return true
	}
	there, err := os.Stat(name)
	return err != nil || !os.SameFile(held, there)
}

// release gives the lock back; a nil lock is none.
func (l *lock) release() {
	if l != nil {
		l.f.Truncate(0)
		l.f.Close()
	}
}
