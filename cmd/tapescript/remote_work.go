package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/client"
)

// audioMost bounds the recordings of a server that are kept here.
const audioMost = 4 << 30

// fetchFrom brings a task's recording from the server, or finds it among those
// that came before.
func (s *shift) fetchFrom(ctx context.Context, server *client.Store, c task.Claim) (string, error) {
	a := c.Task.Audio
	cache := client.Cache{Dir: filepath.Join(cacheFolder(), "server"), Most: audioMost}
	bar := s.newProgress(s.words.Say("remote.fetching", transcript.Clean(baseName(a.Ref))))
	defer bar.end()
	return cache.Fetch(ctx, server, c.Assignment.ID, a.SHA256, endingOf(a), bar.show)
}

func cacheFolder() string {
	dir := os.Getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(dir) {
		dir = xdg.CacheHome
	}
	return filepath.Join(dir, "tapescript")
}

// claimOrGoOn takes a task. Where the server cannot be reached it is the one
// that was in hand.
func (p *program) claimOrGoOn(ctx context.Context, store task.Store, q task.Query, lease time.Duration) (task.Claim, error) {
	c, err := store.Claim(ctx, q, lease)
	s, is := store.(*client.Store)
	if !is {
		return c, err
	}
	box := client.OpenOutbox(outboxFolder(s.Address()))
	if err == nil {
		return c, box.Hold(c)
	}
	if !errors.Is(err, client.ErrUnreachable) {
		return c, err
	}
	held, ok := box.Held()
	if !ok || q.Batch != "" && held.Batch.ID != q.Batch {
		return c, err
	}
	p.tell(p.words.Say("remote.offline", transcript.Clean(held.Task.ID)))
	return held, nil
}

// release forgets that a task is in hand.
func release(store task.Store, assignment string) {
	if s, is := store.(*client.Store); is {
		_ = client.OpenOutbox(outboxFolder(s.Address())).Release(assignment)
	}
}

// submitOrKeep hands an answer in. Where the server cannot be reached, or has no
// time, it waits on this machine's disk for the next time.
func (p *program) submitOrKeep(ctx context.Context, store task.Store, in task.Submission, c task.Claim) (kept task.Submission, waits bool, err error) {
	kept, err = store.Submit(ctx, in, c.Assignment.Token)
	s, is := store.(*client.Store)
	if !is {
		return kept, false, err
	}
	box := client.OpenOutbox(outboxFolder(s.Address()))
	switch {
	case err == nil:
		switch {
		case forgotten(kept):
			p.tell(p.words.Say("remote.unknown-lease", transcript.Clean(c.Task.ID)))
		case kept.Late:
			p.tell(p.words.Say("remote.late", transcript.Clean(c.Task.ID), c.Assignment.LeaseUntil.Local().Format("15:04")))
		}
	case p.explainRemote(err) != "":
		// Whatever the server says now (the token is over, it is busy): what was
		// written is not lost.
		if putErr := box.Put(in, c.Assignment.Token); putErr != nil {
			return in, false, errors.Join(err, putErr)
		}
		if !errors.Is(err, client.ErrUnreachable) {
			p.tell(p.explain(err))
		}
		p.tell(p.words.Say("remote.waits", transcript.Clean(c.Task.ID)))
		kept, waits, err = in, true, nil
	default:
		return in, false, err
	}
	return kept, waits, box.Release(c.Assignment.ID)
}

// forgotten says whether the store had not known of the lease.
func forgotten(s task.Submission) bool {
	_, is := s.Extras[task.UnknownLease]
	return is
}

// sendWaiting sends what waits for a server, and says what became of it. That
// the server cannot be reached is told where somebody asked for it.
func (p *program) sendWaiting(ctx context.Context, store task.Store, asked bool) error {
	s, is := store.(*client.Store)
	if !is {
		return nil
	}
	dir := outboxFolder(s.Address())
	box := client.OpenOutbox(dir)
	list, err := box.Sync(ctx, s)
	sent := 0
	for _, d := range list {
		id := transcript.Clean(d.Submission.Task)
		switch {
		case d.Err != nil:
			p.tell(p.words.Say("remote.refused", id, p.explain(d.Err), dir))
		case forgotten(d.Kept):
			sent++
			p.tell(p.words.Say("remote.unknown-lease", id))
		case d.Kept.Late:
			sent++
			p.tell(p.words.Say("remote.late", id, d.Kept.At.Local().Format("2006-01-02 15:04")))
		default:
			sent++
		}
	}
	if sent > 0 {
		p.tell(p.words.Count("remote.sent", sent))
	}
	left, _ := box.Waiting()
	switch {
	case len(left) > 0 && (asked || err != nil):
		p.tell(p.words.Count("remote.waiting", len(left)))
	case asked && sent == 0 && err == nil:
		p.tell(p.words.Say("remote.nothing-waits"))
	}
	if !asked && (errors.Is(err, client.ErrUnreachable) || len(left) == 0) {
		return nil
	}
	return err
}

// uploads makes what is said about a task's recording true for a team: the
// recording goes to the server, once, and its sum stands for it. For any other
// store it changes nothing.
func (p *program) uploads(ctx context.Context, store task.Store, path func(task.Audio) (task.Audio, bool)) (func(task.Audio) (task.Audio, bool), func() error) {
	s, is := store.(*client.Store)
	if !is {
		return path, func() error { return nil }
	}
	sums := map[string]string{}
	var failed error
	bar := p.newProgress(p.words.Say("remote.uploading"))
	return func(a task.Audio) (task.Audio, bool) {
			b, ok := path(a)
			if !ok || b.Path == "" || failed != nil {
				return b, ok && failed == nil
			}
			if sums[b.Path] == "" {
				sum, err := s.Upload(ctx, b.Path)
				if errors.Is(err, api.ErrNoAudio) {
					err = errors.New(p.words.Say("remote.no-tapes"))
				}
				if err != nil {
					failed = err
					return a, false
				}
				sums[b.Path] = sum
			}
			b.SHA256, b.Path = sums[b.Path], "" // where it lies here is nobody's business
			return b, true
		}, func() error {
			bar.end()
			if failed == nil && len(sums) > 0 {
				p.tell(p.words.Count("remote.uploaded", len(sums)))
			}
			return failed
		}
}
