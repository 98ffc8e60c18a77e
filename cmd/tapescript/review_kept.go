package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"tapescript/transcript"
	"tapescript/transcript/journal"
	"tapescript/tui/review"
)

// reviewFolder is where the logs of reviews lie.
func reviewFolder() string {
	home := os.Getenv("XDG_STATE_HOME") // as it is now
	if !filepath.IsAbs(home) {
		home = xdg.StateHome
	}
	return filepath.Join(home, "tapescript", "reviews")
}

// keptReview is a log in that folder.
type keptReview struct {
	path    string
	entries []review.Entry // as far as they can be read
	whole   bool           // all of them could be
}

// keptReviews are the logs of which about says yes.
func keptReviews(about func(keptReview) bool) ([]keptReview, error) {
	names, err := os.ReadDir(reviewFolder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []keptReview
	for _, n := range names {
		if !n.Type().IsRegular() || filepath.Ext(n.Name()) != ".jsonl" {
			continue
		}
		k := keptReview{path: filepath.Join(reviewFolder(), n.Name())}
		in, err := os.Open(k.path)
		if err != nil {
			return nil, err
		}
		k.entries, err = review.ReadLog(in)
		k.whole = err == nil
		in.Close()
		if about(k) {
			list = append(list, k)
		}
	}
	return list, nil
}

// reviewsOf are the logs of reviews of a file, as draft, gold or version: those
// that name it, that knew its content, or that cannot tell and are called like
// it.
func reviewsOf(path, sha256 string) ([]keptReview, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	return keptReviews(func(k keptReview) bool {
		tells := false
		for _, e := range k.entries {
			for _, file := range e.Files {
				tells = true
				if file == absolute {
					return true
				}
			}
			for _, sum := range e.Saved {
				if sum != "" && sum == sha256 {
					return true
				}
			}
		}
		return !tells && strings.HasPrefix(filepath.Base(k.path), filepath.Base(path)+"-")
	})
}

// unsaved counts the changes of a review that its files do not have.
func (k keptReview) unsaved() int {
	n := 0
	for _, e := range k.entries {
		switch {
		case e.Saved != nil:
			n = 0
		case len(e.Changes) > 0:
			n++
		}
	}
	return n
}

// drop deletes a log, unless somebody is reviewing with it, and the file that
// kept others from it.
func (k keptReview) drop() error {
	lock, err := journal.Open(k.path, journal.Options{})
	if err != nil {
		return err
	}
	if err := lock.Close(); err != nil {
		return err
	}
	if err := os.Remove(k.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, err = journal.Purge(k.path, journal.Options{})
	return err
}

// dropReviews deletes what reviews kept of a batch.
func dropReviews(store, batch, source string) (files int, err error) {
	own, lines, err := reviewsOfBatch(store, batch, source)
	if err != nil {
		return 0, err
	}
	for _, k := range own {
		if err := k.drop(); err != nil {
			return files, err
		}
		files++
	}
	for _, k := range lines {
		n, err := k.forget(batch)
		if err != nil {
			return files, err
		}
		files += n
	}
	return files, nil
}

// reviewsOfBatch are the logs of reviews of a batch, and of the file that it
// came from; and those of the whole store that have lines about it.
func reviewsOfBatch(store, batch, source string) (own, lines []keptReview, err error) {
	name, all := storeLogName(store, batch), storeLogName(store, "")
	list, err := keptReviews(func(k keptReview) bool { return true })
	for _, k := range list {
		switch {
		case filepath.Base(k.path) == name, source != "" && slices.ContainsFunc(k.entries, func(e review.Entry) bool {
			return e.Saved[string(review.Draft)] == source || e.Saved[string(review.Gold)] == source
		}):
			own = append(own, k)
		case filepath.Base(k.path) == all && (!k.whole || slices.ContainsFunc(k.entries, func(e review.Entry) bool { return strings.HasPrefix(e.Item, batch+"/") })):
			lines = append(lines, k)
		}
	}
	return own, lines, err
}

// forget takes the lines about a batch out of a log. What cannot be read goes too.
func (k keptReview) forget(batch string) (files int, err error) {
	var left []byte
	n := 0
	for i := range k.entries {
		e := &k.entries[i]
		if strings.HasPrefix(e.Item, batch+"/") {
			n++
			continue
		}
		left = append(left, e.Line()...)
	}
	if n == 0 && k.whole {
		return 0, nil
	}
	lock, err := journal.Open(k.path, journal.Options{})
	if err != nil {
		return 0, err
	}
	defer lock.Close()
	return 1, transcript.ReplaceFile(k.path, left, 0o600)
}
