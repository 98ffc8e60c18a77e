package main

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/client"
	"tapescript/tui/review"
)

// teamSound brings the recordings of a server's tasks to who may hear them all:
// reviewers and leads. nil is of a store whose recordings lie here.
type teamSound struct {
	*program
	ctx    context.Context
	server *client.Store
	cache  client.Cache
	known  map[string]task.Audio // by where they will lie
}

func (p *program) soundOf(ctx context.Context, store task.Store, most int64) *teamSound {
	server, is := store.(*client.Store)
	if !is {
		return nil
	}
	return &teamSound{p, ctx, server, client.Cache{Dir: filepath.Join(cacheFolder(), "server"), Most: most}, map[string]task.Audio{}}
}

// path is where a task's recording lies, or will lie once it was brought.
func (s *teamSound) path(a task.Audio) string {
	if s == nil || a.Path != "" || a.SHA256 == "" {
		return a.Path
	}
	path := s.cache.Path(a.SHA256, endingOf(a))
	s.known[path] = a
	return path
}

// endingOf is the ending of a recording's name: players look at it.
func endingOf(a task.Audio) string {
	ending := strings.ToLower(filepath.Ext(baseName(a.Ref)))
	if !audioEnding("x" + ending) {
		return ""
	}
	return ending
}

func there(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// bring fetches what is to lie at a path, unless it lies there.
func (s *teamSound) bring(path string, progress func(float64)) error {
	if s == nil {
		return nil
	}
	a, known := s.known[path]
	if !known || there(path) {
		return nil
	}
	_, err := s.cache.FetchSum(s.ctx, s.server, a.SHA256, endingOf(a), progress)
	return err
}

// exported is a result with its recording here.
func (s *teamSound) exported(r task.Result) (task.Result, error) {
	if s == nil {
		return r, nil
	}
	path := s.path(r.Task.Audio)
	err := s.bring(path, nil)
	if err == nil {
		r.Task.Audio.Path = path
	}
	if errors.Is(err, api.ErrNoAudio) { // as a recording that nobody found
		err = nil
	}
	return r, err
}

// noCap is for what is copied elsewhere at once.
const noCap = math.MaxInt64

// bringFirst fetches the recordings that a review begins with; the others come
// when they are asked for. What the server does not have is not heard.
func (s *teamSound) bringFirst(items []*review.Item) error {
	const first = 40
	if s == nil {
		return nil
	}
	seen, missing := map[string]bool{}, map[string]bool{}
	bar := s.newProgress(s.words.Say("remote.fetching", s.words.Say("remote.recordings")))
	defer bar.end()
	for _, it := range items {
		if len(seen) == first {
			break
		}
		if _, known := s.known[it.Recording]; !known || seen[it.Recording] {
			continue
		}
		seen[it.Recording] = true
		switch err := s.bring(it.Recording, nil); {
		case errors.Is(err, api.ErrNoAudio):
			missing[it.Recording] = true
		case err != nil:
			return err
		}
		bar.show(float64(len(seen)) / float64(min(first, len(s.known))))
	}
	for _, it := range items {
		if missing[it.Recording] {
			it.Recording = ""
		}
	}
	return nil
}
