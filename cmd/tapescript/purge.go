package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/transcript/task"
	"tapescript/transcript/task/purgelog"
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

// purge deletes batches whose time is over: recordings, transcripts, gold, work
// under way with its journals, caches. A line is signed before and after, so
// that a purge that was cut off is finished by the next.
func (p *program) purge(ctx context.Context, f purgeFlags) error {
	log, err := p.openPurgeLog()
	if err != nil {
		return err
	}
	if f.verify {
		if log.Bad > 0 {
			return gateError{errors.New(p.words.Say("purge.bad", log.Path, log.Bad))}
		}
		p.tell(p.words.Count("purge.verified", len(log.Lines)))
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
		if !over || b.Tasks == 0 && !log.Pending(path, b.ID) {
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

func (p *program) purgeBatch(ctx context.Context, store task.Store, log *purgelog.Log, path string, b task.BatchSummary, f purgeFlags) error {
	line := purgelog.Line{At: time.Now().UTC(), Store: path, Batch: b.ID, Stage: purgelog.Begun, Until: b.Consent.RetainUntil, Tasks: b.Tasks, Submissions: b.Submissions}
	if err := log.Add(line); err != nil {
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
	line.At, line.Stage, line.Tasks, line.Submissions, line.Gold = time.Now().UTC(), purgelog.Done, count.Tasks, count.Submissions, count.Gold
	if err := log.Add(line); err != nil {
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

func (p *program) openPurgeLog() (*purgelog.Log, error) {
	l, err := purgelog.Open(dataFolder())
	if bad, ok := errors.AsType[*purgelog.KeyError](err); ok {
		err = errors.New(p.words.Say("purge.key", bad.Path))
	}
	return l, err
}
