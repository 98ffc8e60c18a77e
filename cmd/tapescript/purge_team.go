package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/client"
	"tapescript/transcript/task/recordings"
)

// tapes deletes recordings of a team by their sums.
type tapes struct {
	remove func(ctx context.Context, sum string) error
	close  func() error
}

// tapesOf is where a team's recordings are deleted: on the server whose store it
// is, else where --audio says. nil: nobody said.
func tapesOf(ctx context.Context, store task.Store, where string) (*tapes, error) {
	if s, is := store.(*client.Store); is {
		return &tapes{s.RemoveAudio, func() error { return nil }}, nil
	}
	if where == "" {
		return nil, nil
	}
	r, err := recordings.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	return &tapes{r.Remove, r.Close}, nil
}

// purgeTapes deletes them, and what this machine has of them in its cache. Where
// nobody has said where they lie it refuses: once the tasks are gone, nobody
// knows of the recordings any more.
func (p *program) purgeTapes(ctx context.Context, store task.Store, batch string, f purgeFlags) (deleted int, err error) {
	sums, err := recordings.NeededBy(ctx, store, batch)
	if err != nil || len(sums) == 0 || f.keepAudio {
		return 0, err
	}
	t, err := tapesOf(ctx, store, f.audio)
	if err == nil && t == nil {
		err = usagef("%s", p.words.Count("purge.left", len(sums)))
	}
	if err != nil {
		return 0, err
	}
	defer t.close()
	for sum := range sums {
		list, err := filepath.Glob(filepath.Join(cacheFolder(), "server", sum+"*"))
		if err != nil {
			return 0, err
		}
		for _, path := range list {
			_ = os.Remove(path)
		}
	}
	for sum := range sums {
		switch err := t.remove(ctx, sum); {
		case err == nil:
			deleted++
		case !errors.Is(err, task.ErrNotFound) && !errors.Is(err, api.ErrNoAudio):
			return deleted, err
		}
	}
	return deleted, nil
}
