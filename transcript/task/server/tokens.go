package server

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// Token is a person's key to the server, without the secret: nobody keeps that
// but the person.
type Token struct {
	ID      string // what it is called by, of its hash
	Worker  string // the person's pseudonym
	Role    api.Role
	Note    string
	Created time.Time
	Expires time.Time
	Revoked time.Time // zero: it was not
}

// Tokens are a file of tokens: a log of JSON lines, readable by its owner alone,
// that only grows. It holds the SHA-256 of each secret; these are 256 random
// bits, so that nothing slower is needed. Several programs may use the file: a
// token that was added or revoked counts from the next request on.
type Tokens struct {
	path string

	reading sync.Mutex
	size    int64
	changed time.Time
	known   map[[sha256.Size]byte]*Token
	order   []*Token
}

// tokenLine is a line of the file: a token, or that one was revoked.
type tokenLine struct {
	Hash    string     `json:"hash,omitempty"`
	Worker  string     `json:"worker,omitempty"`
	Role    api.Role   `json:"role,omitempty"`
	Note    string     `json:"note,omitempty"`
	Expires *time.Time `json:"expires,omitempty"`
	Revoke  string     `json:"revoke,omitempty"`
	At      time.Time  `json:"at"`
}

const (
	tokenPrefix = "tapescript_" // lets scanners of repositories find one that was lost
	tokenBytes  = 32
	tokenIDSize = 8 // hexadecimal digits
	tokensMost  = 64 << 20
)

// OpenTokens opens a file of tokens, which need not be there yet.
func OpenTokens(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	t.reading.Lock()
	defer t.reading.Unlock()
	return t, t.read()
}

// read reads the file again where it changed.
func (t *Tokens) read() error {
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		t.size, t.changed, t.known, t.order = 0, time.Time{}, nil, nil
		return nil
	}
	if err != nil {
		return err
	}
	if t.known != nil && info.Size() == t.size && info.ModTime().Equal(t.changed) {
		return nil
	}
	if info.Size() > tokensMost {
		return fmt.Errorf("reading %s: %w", t.path, api.ErrTooLarge)
	}
	data, err := os.ReadFile(t.path)
	if err != nil {
		return err
	}
	known, order := map[[sha256.Size]byte]*Token{}, []*Token(nil)
	for n := 1; len(data) > 0; n++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		data = rest
		if len(bytes.TrimSpace(line)) == 0 || !whole { // the last one was cut off: it was never given to anybody
			continue
		}
		var l tokenLine
		if err := json.Unmarshal(line, &l); err != nil {
			continue // what a crash cut off was done for nobody
		}
		if l.Revoke != "" {
			for _, old := range order {
				if old.ID == l.Revoke && old.Revoked.IsZero() {
					old.Revoked = l.At
				}
			}
			continue
		}
		raw, err := hex.DecodeString(l.Hash)
		if err != nil || len(raw) != sha256.Size || l.Expires == nil || !slices.Contains(api.Roles, l.Role) || l.Worker == "" {
			return fmt.Errorf("%s, line %d: %w", t.path, n, api.ErrBadRequest)
		}
		token := &Token{ID: l.Hash[:tokenIDSize], Worker: l.Worker, Role: l.Role, Note: l.Note, Created: l.At, Expires: *l.Expires}
		known[[sha256.Size]byte(raw)] = token
		order = append(order, token)
	}
	t.size, t.changed, t.known, t.order = info.Size(), info.ModTime(), known, order
	return nil
}

// Add makes a token and returns its secret, which is nowhere else.
func (t *Tokens) Add(worker string, role api.Role, note string, now, expires time.Time) (secret string, made Token, err error) {
	switch {
	case worker == "" || len(worker) > task.MaxKey:
		return "", made, &task.InvalidError{Field: "worker", Code: task.Missing, Value: worker}
	case !slices.Contains(api.Roles, role):
		return "", made, &task.InvalidError{Field: "role", Code: task.Unknown, Value: string(role)}
	case !expires.After(now):
		return "", made, &task.InvalidError{Field: "expires", Code: task.Negative}
	}
	expires = expires.UTC().Round(0)
	var random [tokenBytes]byte
	_, _ = rand.Read(random[:]) // never fails
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(random[:])
	hash := sha256.Sum256([]byte(secret))
	l := tokenLine{Hash: hex.EncodeToString(hash[:]), Worker: worker, Role: role, Note: note, Expires: &expires, At: now.UTC()}
	made = Token{ID: l.Hash[:tokenIDSize], Worker: worker, Role: role, Note: note, Created: l.At, Expires: expires}
	return secret, made, t.append(l)
}

// Revoke ends a token by its ID, or all of a person's. It returns those that it
// ended.
func (t *Tokens) Revoke(who string, now time.Time) ([]Token, error) {
	list, err := t.List()
	if err != nil {
		return nil, err
	}
	var ended []Token
	for _, k := range list {
		if (k.ID != who && k.Worker != who) || !k.Revoked.IsZero() {
			continue
		}
		k.Revoked = now.UTC()
		if err := t.append(tokenLine{Revoke: k.ID, At: k.Revoked}); err != nil {
			return ended, err
		}
		ended = append(ended, k)
	}
	return ended, nil
}

// append adds a line, whole and on the disk. A line that a crash left without
// its end is closed first.
func (t *Tokens) append(l tokenLine) error {
	if err := os.MkdirAll(filepath.Dir(t.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(t.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	line, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], info.Size()-1); err == nil && last[0] != '\n' {
			line = append([]byte("\n"), line...)
		}
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// List returns all tokens, in the order in which they were made.
func (t *Tokens) List() ([]Token, error) {
	t.reading.Lock()
	defer t.reading.Unlock()
	if err := t.read(); err != nil {
		return nil, err
	}
	var list []Token
	for _, k := range t.order {
		list = append(list, *k)
	}
	return list, nil
}

// Check returns whose a secret is: api.ErrUnauthorized where nobody knows it,
// api.ErrRevoked, api.ErrExpired.
func (t *Tokens) Check(secret string, now time.Time) (Token, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return Token{}, api.ErrUnauthorized
	}
	hash := sha256.Sum256([]byte(secret))
	t.reading.Lock()
	defer t.reading.Unlock()
	if err := t.read(); err != nil {
		return Token{}, err
	}
	k := t.known[hash] // how long it takes says nothing of the secret: it is a hash
	switch {
	case k == nil:
		return Token{}, api.ErrUnauthorized
	case !k.Revoked.IsZero():
		return Token{}, api.ErrRevoked
	case !now.Before(k.Expires):
		return *k, api.ErrExpired
	}
	return *k, nil
}
