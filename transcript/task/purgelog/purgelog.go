// Package purgelog is the log of what was purged from stores: JSON lines, each
// signed by the machine's key and chained to the one before.
//
//	log, err := purgelog.Open(folder)
//	err = log.Add(purgelog.Line{At: now, Store: path, Batch: id, Stage: purgelog.Begun})
//	… delete …
//	err = log.Add(purgelog.Line{…, Stage: purgelog.Done, Tasks: n})
//
// A line that was changed, put in or taken out breaks the chain at its place; one
// that was cut off the end does not. A batch with a begun line and no done one is
// to be purged again ([Log.Pending]).
package purgelog

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tapescript/transcript"
)

// Stages of a purge.
const (
	Begun = "begun"
	Done  = "done"
)

// Line is a line of the log: what was deleted. It holds no word of it.
type Line struct {
	At          time.Time `json:"at"`
	Store       string    `json:"store"`
	Batch       string    `json:"batch"`
	Stage       string    `json:"stage"`
	Until       time.Time `json:"retain_until,omitzero"`
	Tasks       int64     `json:"tasks"`
	Submissions int64     `json:"submissions"`
	Gold        int64     `json:"gold"`
	Recordings  int       `json:"recordings"`
	Files       int       `json:"files"`               // of work under way, journals, reviews, caches
	Previous    string    `json:"previous"`            // signature of the line before
	Signature   string    `json:"signature,omitempty"` // hexadecimal, of the line in JSON without it
}

// Log is the signed log. Each line signs itself and the one before; the key
// is the machine's own, so that a line proves that this log was not changed by
// who has not the key, and no more.
type Log struct {
	Path  string
	Lines []Line
	Bad   int // the first line that is not right, from 1; 0: all are

	key ed25519.PrivateKey
}

// KeyError is a file that holds no key.
type KeyError struct{ Path string }

func (e *KeyError) Error() string {
	return fmt.Sprintf("%s: %d hexadecimal digits expected", e.Path, 2*ed25519.SeedSize)
}

// Open reads the log of a folder, purge.log, and makes both that folder and the
// key, purge.key, where they are not there. A key that is none is a *KeyError;
// lines that are not right are no error: see [Log.Bad].
func Open(folder string) (*Log, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	l := &Log{Path: filepath.Join(folder, "purge.log")}
	keyPath := filepath.Join(folder, "purge.key")
	seed, err := os.ReadFile(keyPath)
	if errors.Is(err, fs.ErrNotExist) {
		_, private, err := ed25519.GenerateKey(nil)
		if err != nil {
			return nil, err
		}
		seed = []byte(hex.EncodeToString(private.Seed()))
		if err := transcript.ReplaceFile(keyPath, seed, 0o600); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	raw, err := hex.DecodeString(string(bytes.TrimSpace(seed)))
	if err != nil || len(raw) != ed25519.SeedSize {
		return nil, &KeyError{keyPath}
	}
	l.key = ed25519.NewKeyFromSeed(raw)
	return l, l.read()
}

func (l *Log) read() error {
	data, err := os.ReadFile(l.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	previous := ""
	in := bufio.NewScanner(bytes.NewReader(data))
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		var line Line
		err := json.Unmarshal(in.Bytes(), &line)
		signature, _ := hex.DecodeString(line.Signature)
		if l.Bad == 0 && (err != nil || line.Previous != previous || !ed25519.Verify(l.key.Public().(ed25519.PublicKey), line.signed(), signature)) {
			l.Bad = n
		}
		previous = line.Signature
		l.Lines = append(l.Lines, line)
	}
	return in.Err()
}

// signed is what a line's signature is of.
func (line Line) signed() []byte {
	line.Signature = ""
	data, err := json.Marshal(line)
	if err != nil {
		panic(err) // strings, numbers and times
	}
	return data
}

// Pending says whether a purge of a batch was begun and not finished.
func (l *Log) Pending(store, batch string) bool {
	stage := ""
	for _, line := range l.Lines {
		if line.Store == store && line.Batch == batch {
			stage = line.Stage
		}
	}
	return stage == Begun
}

// Add signs a line and puts it on the disk.
func (l *Log) Add(line Line) error {
	if n := len(l.Lines); n > 0 {
		line.Previous = l.Lines[n-1].Signature
	}
	line.Signature = hex.EncodeToString(ed25519.Sign(l.key, line.signed()))
	data, err := json.Marshal(line)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(l.Path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(append(data, '\n')); err != nil {
		return err
	}
	l.Lines = append(l.Lines, line)
	return f.Sync()
}
