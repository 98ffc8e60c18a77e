package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// Outbox is what waits for a server on this machine's disk: answers that could
// not be sent, the task in hand, whose the token is. Its files are readable by
// their owner alone and hold no token of a person.
type Outbox struct{ dir string }

// AddressID names a server in a path.
func AddressID(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:6])
}

// OpenOutbox is the outbox in a folder, which is made when something is put
// there.
func OpenOutbox(dir string) *Outbox { return &Outbox{dir} }

// Waiting is an answer that waits for the server.
type Waiting struct {
	Submission task.Submission
	Token      string // the fence of its assignment
	Since      time.Time
	// Refused is why the server did not take it, "" while nobody asked.
	Refused api.Code `json:",omitempty"`

	path string
}

const waitingEnding = ".waiting.json"

// Put keeps an answer until the server can be reached. When it returns, the
// answer is on the disk. The same ID twice is one.
func (b *Outbox) Put(s task.Submission, token string) error {
	return b.keep(AddressID(s.ID)+waitingEnding, Waiting{Submission: s, Token: token, Since: time.Now().UTC()})
}

func (b *Outbox) keep(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	return transcript.ReplaceFile(filepath.Join(b.dir, name), append(data, '\n'), 0o600)
}

// Waiting lists what waits, oldest first. A file that cannot be read is left
// where it is, and told as an error behind the others.
func (b *Outbox) Waiting() (list []Waiting, err error) {
	files, err := filepath.Glob(filepath.Join(b.dir, "*"+waitingEnding))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		data, e := os.ReadFile(path)
		w := Waiting{path: path}
		if e == nil {
			e = json.Unmarshal(data, &w)
		}
		if e != nil {
			err = errors.Join(err, e)
			continue
		}
		list = append(list, w)
	}
	slices.SortStableFunc(list, func(x, y Waiting) int { return x.Since.Compare(y.Since) })
	return list, err
}

// Delivered is what became of an answer that waited.
type Delivered struct {
	Waiting
	Kept task.Submission // as the server keeps it; Late where the lease was over
	Err  error           // it was refused, and stays here
}

// Sync sends what waits. It ends at the first answer that cannot be sent
// (ErrUnreachable, a token that is over); what the server does not want stays in
// the outbox with the reason. An answer that arrived and whose receipt was lost
// is sent again, which is the same as once.
func (b *Outbox) Sync(ctx context.Context, s task.Store) (list []Delivered, err error) {
	waiting, broken := b.Waiting()
	for _, w := range waiting {
		if w.Refused != "" {
			continue
		}
		kept, err := s.Submit(ctx, w.Submission, w.Token)
		d := Delivered{Waiting: w, Kept: kept, Err: err}
		switch {
		case err == nil:
			if err := os.Remove(w.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return list, err
			}
		case errors.Is(err, task.ErrOther), errors.Is(err, task.ErrNotFound), errors.As(err, new(*task.InvalidError)), errors.Is(err, api.ErrTooLarge):
			w.Refused = api.ProblemOf(err).Code
			if err := b.keep(filepath.Base(w.path), w); err != nil {
				return list, err
			}
		default:
			return list, err
		}
		list = append(list, d)
	}
	return list, broken
}

// The task in hand, so that work goes on where the server cannot be reached.

const (
	handFile = "in-hand.json"
	meFile   = "me.json"
)

// Hold keeps the task that was taken.
func (b *Outbox) Hold(c task.Claim) error { return b.keep(handFile, c) }

// Held is the task in hand; false where there is none.
func (b *Outbox) Held() (c task.Claim, ok bool) { return c, b.load(handFile, &c) }

// Release forgets the task in hand, if it is that one.
func (b *Outbox) Release(assignment string) error {
	if c, ok := b.Held(); !ok || c.Assignment.ID != assignment {
		return nil
	}
	return os.Remove(filepath.Join(b.dir, handFile))
}

// Remember keeps whose the token is.
func (b *Outbox) Remember(me api.Identity) error {
	if old, ok := b.Remembered(); ok && old.Worker == me.Worker && old.Role == me.Role {
		return nil
	}
	return b.keep(meFile, me)
}

// Remembered is whose the token was when the server was last asked.
func (b *Outbox) Remembered() (me api.Identity, ok bool) { return me, b.load(meFile, &me) }

func (b *Outbox) load(name string, v any) bool {
	data, err := os.ReadFile(filepath.Join(b.dir, name))
	return err == nil && json.Unmarshal(data, v) == nil
}
