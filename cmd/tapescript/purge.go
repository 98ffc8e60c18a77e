package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/transcript"
	"tapescript/transcript/task"
)

type purgeFlags struct {
	storeFlags
	batch, audio         string
	expired, dry, verify bool
	keepAudio            bool
}

func (p *program) purgeCommand() *cobra.Command {
	var f purgeFlags
	c := p.command("purge", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.purge(c.Context(), f) })
	p.addStoreFlag(c, &f.storeFlags)
	c.Flags().BoolVar(&f.expired, "expired", false, p.words.Say("flag.purge-expired"))
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.purge-batch"))
	c.Flags().StringVar(&f.audio, "audio", "", p.words.Say("flag.purge-audio"))
	c.Flags().BoolVar(&f.keepAudio, "keep-audio", false, p.words.Say("flag.purge-keep-audio"))
	c.Flags().BoolVar(&f.dry, "dry-run", false, p.words.Say("flag.dry-run"))
	c.Flags().BoolVar(&f.verify, "verify", false, p.words.Say("flag.purge-verify"))
	c.MarkFlagsMutuallyExclusive("expired", "batch", "verify")
	return c
}

// purged is a line of the log: what was deleted. It holds no word of it.
type purged struct {
	At          time.Time `json:"at"`
	Store       string    `json:"store"`
	Batch       string    `json:"batch"`
	Stage       string    `json:"stage"` // begun, done
	Until       time.Time `json:"retain_until,omitzero"`
	Tasks       int64     `json:"tasks"`
	Submissions int64     `json:"submissions"`
	Gold        int64     `json:"gold"`
	Recordings  int       `json:"recordings"`
	Files       int       `json:"files"`    // of work under way, journals, reviews, caches
	Previous    string    `json:"previous"` // signature of the line before
	Signature   string    `json:"signature,omitempty"`
}

// purge deletes batches whose time is over: recordings, transcripts, gold, work
// under way with its journals, caches. A line is signed before and after, so
// that a purge that was cut off is finished by the next.
func (p *program) purge(ctx context.Context, f purgeFlags) error {
	log, err := p.openPurgeLog()
	if err != nil {
		return err
	}
	if f.verify {
		if log.bad > 0 {
			return gateError{errors.New(p.words.Say("purge.bad", log.path, log.bad))}
		}
		p.tell(p.words.Count("purge.verified", len(log.lines)))
		return nil
	}
	if !f.expired && f.batch == "" {
		return usagef("%s", p.words.Say("purge.name-it"))
	}
	path, err := p.storePath(f.storeFlags)
	if err != nil {
		return err
	}
	if !strings.Contains(path, "://") {
		if path, err = filepath.Abs(path); err != nil {
			return err
		}
	}
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.Batches(ctx)
	if err != nil {
		return err
	}
	n := 0
	for _, b := range list {
		over := f.batch == b.ID || f.expired && !b.Consent.RetainUntil.IsZero() && b.Consent.RetainUntil.Before(time.Now())
		if !over || b.Tasks == 0 && !log.pending(path, b.ID) {
			continue
		}
		n++
		if f.dry {
			p.tell(p.words.Say("purge.would", b.ID, b.Tasks, b.Submissions))
			continue
		}
		if err := p.purgeBatch(ctx, store, log, path, b, f); err != nil {
			return err
		}
	}
	if n == 0 {
		p.tell(p.words.Say("purge.nothing"))
	}
	return nil
}

func (p *program) purgeBatch(ctx context.Context, store task.Store, log *purgeLog, path string, b task.BatchSummary, f purgeFlags) error {
	line := purged{At: time.Now().UTC(), Store: path, Batch: b.ID, Stage: "begun", Until: b.Consent.RetainUntil, Tasks: b.Tasks, Submissions: b.Submissions}
	if err := log.add(line); err != nil {
		return err
	}
	// The files first: the store alone knows where they are.
	deleted, err := p.purgeTapes(ctx, store, b.ID, f)
	if err != nil {
		return err
	}
	line.Recordings += deleted
	seen := map[string]bool{}
	for r, err := range store.Results(ctx, task.ResultQuery{Batch: b.ID, All: true, Reject: true}) {
		if err != nil {
			return err
		}
		if a := r.Task.Audio.Path; a != "" && !seen[a] {
			seen[a] = true
			line.Files += dropCaches(a)
			if f.keepAudio {
				continue
			}
			if err := os.Remove(a); err == nil {
				line.Recordings++
			} else if !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	files, err := dropWork(b.ID)
	if err != nil {
		return err
	}
	line.Files += files
	if files, err = dropReviews(path, b.ID, b.Source.SHA256); err != nil {
		return err
	}
	line.Files += files
	count, err := store.Purge(ctx, b.ID)
	if err != nil {
		return err
	}
	line.At, line.Stage, line.Tasks, line.Submissions, line.Gold = time.Now().UTC(), "done", count.Tasks, count.Submissions, count.Gold
	if err := log.add(line); err != nil {
		return err
	}
	p.tell(p.words.Say("purge.done", b.ID, line.Tasks, line.Submissions, line.Recordings, line.Files))
	return nil
}

// dropCaches deletes what was kept of a recording.
func dropCaches(path string) (files int) {
	key, err := audio.KeyOf(path)
	if err != nil {
		return 0
	}
	cache := audio.NewCache(filepath.Join(xdg.CacheHome, "tapescript", "audio"))
	return cache.Drop(key)
}

// dropWork deletes a batch's work under way, with its journals: a task in hand is
// as much of a recording as one that was handed in.
func dropWork(batch string) (files int, err error) {
	list, err := workFiles(batch)
	if err != nil {
		return 0, err
	}
	for _, path := range list {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return files, err
		}
		files++
	}
	return files, nil
}

// purgeLog is the signed log. Each line signs itself and the one before; the key
// is the machine's own, so that a line proves that this log was not changed by
// who has not the key, and no more.
type purgeLog struct {
	path  string
	key   ed25519.PrivateKey
	lines []purged
	bad   int // first line that is not right, from 1; 0: all are
}

func (p *program) openPurgeLog() (*purgeLog, error) {
	folder := dataFolder()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	l := &purgeLog{path: filepath.Join(folder, "purge.log")}
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
		return nil, errors.New(p.words.Say("purge.key", keyPath))
	}
	l.key = ed25519.NewKeyFromSeed(raw)
	return l, l.read()
}

func (l *purgeLog) read() error {
	data, err := os.ReadFile(l.path)
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
		var line purged
		err := json.Unmarshal(in.Bytes(), &line)
		signature, _ := hex.DecodeString(line.Signature)
		if l.bad == 0 && (err != nil || line.Previous != previous || !ed25519.Verify(l.key.Public().(ed25519.PublicKey), line.signed(), signature)) {
			l.bad = n
		}
		previous = line.Signature
		l.lines = append(l.lines, line)
	}
	return in.Err()
}

// signed is what a line's signature is of.
func (line purged) signed() []byte {
	line.Signature = ""
	data, err := json.Marshal(line)
	if err != nil {
		panic(err) // strings, numbers and times
	}
	return data
}

// pending says whether a purge of a batch was begun and not finished.
func (l *purgeLog) pending(store, batch string) bool {
	stage := ""
	for _, line := range l.lines {
		if line.Store == store && line.Batch == batch {
			stage = line.Stage
		}
	}
	return stage == "begun"
}

// add signs a line and puts it on the disk.
func (l *purgeLog) add(line purged) error {
	if n := len(l.lines); n > 0 {
		line.Previous = l.lines[n-1].Signature
	}
	line.Signature = hex.EncodeToString(ed25519.Sign(l.key, line.signed()))
	data, err := json.Marshal(line)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(append(data, '\n')); err != nil {
		return err
	}
	l.lines = append(l.lines, line)
	return f.Sync()
}
