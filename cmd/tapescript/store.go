package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/postgres"
	"tapescript/transcript/task/sqlite"
)

// storeFlags say where tasks are kept, and who works.
type storeFlags struct {
	store, worker string
}

func (p *program) addStoreFlag(c *cobra.Command, f *storeFlags) {
	c.Flags().StringVar(&f.store, "store", "", p.words.Say("flag.store"))
}

func (p *program) addWorkerFlag(c *cobra.Command, f *storeFlags) {
	p.addStoreFlag(c, f)
	c.Flags().StringVar(&f.worker, "worker", "", p.words.Say("flag.worker"))
}

// dataFolder is where tapescript keeps what is no cache and no session.
func dataFolder() string {
	home := os.Getenv("XDG_DATA_HOME") // as it is now; xdg read it when the program began
	if !filepath.IsAbs(home) {
		home = xdg.DataHome
	}
	return filepath.Join(home, "tapescript")
}

// storePath is the file of a store, the user's own where none is named.
func (p *program) storePath(f storeFlags) (string, error) {
	if database(f.store) {
		return postgres.Redact(f.store), nil
	}
	if remote(f.store) { // is nobody's path, but names it
		return f.store, nil
	}
	if strings.Contains(f.store, "://") {
		return "", usagef("%s", p.words.Say("store.no-network", postgres.Redact(f.store)))
	}
	if f.store != "" {
		return f.store, nil
	}
	return filepath.Join(dataFolder(), "tasks.db"), nil
}

// openStore opens the store; make says whether one is made where there is none.
func (p *program) openStore(ctx context.Context, f storeFlags, make bool) (task.Store, error) {
	if database(f.store) {
		return p.openDatabase(ctx, f.store)
	}
	if remote(f.store) {
		return p.openRemote(f.store)
	}
	path, err := p.storePath(f)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !make {
		return nil, errors.New(p.words.Say("store.none", path))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	s, err := sqlite.Open(ctx, path)
	if errors.Is(err, task.ErrNewer) {
		err = errors.New(p.words.Say("store.newer", path))
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// workerID is who works: as the flag says, else a pseudonym that this machine
// keeps. It says nothing about the person.
func (p *program) workerID(f storeFlags) (string, error) {
	if f.worker != "" {
		return transcript.Clean(f.worker), nil
	}
	if remote(f.store) {
		me, err := p.remoteWorker(f.store)
		return me.Worker, err
	}
	path := filepath.Join(dataFolder(), "worker")
	data, err := os.ReadFile(path)
	if id := strings.TrimSpace(string(data)); err == nil && id != "" {
		return transcript.Clean(id), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	id := "w-" + hex.EncodeToString(b[:])
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	return id, transcript.ReplaceFile(path, []byte(id+"\n"), 0o600)
}

// parseDate reads a day or a time.
func parseDate(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// money writes an amount with its currency.
func money(d task.Decimal, currency string) string {
	return strings.TrimSpace(d.String() + " " + currency)
}
