package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript/task/api"
)

// Cache keeps recordings that came from a server, in a folder, by their sums.
// It may be deleted at any moment.
type Cache struct {
	Dir  string
	Most int64 // bytes; what was used longest ago goes first
}

const partEnding = ".part"

// Fetch returns the path of the recording of an assignment's task, which a
// server sends unless it is here. What a line that breaks has brought stays, and
// the next call asks for the rest; the whole is there only where its sum is
// right (else api.ErrWrongSum, and it begins anew). ending goes on the file's
// name: players look at it.
func (c *Cache) Fetch(ctx context.Context, s *Store, assignment, sum, ending string, progress func(share float64)) (string, error) {
	return c.fetch(ctx, s, "/v1/assignments/"+url.PathEscape(assignment)+"/audio", sum, ending, progress)
}

// FetchSum is Fetch for reviewers and leads, who need no assignment.
func (c *Cache) FetchSum(ctx context.Context, s *Store, sum, ending string, progress func(share float64)) (string, error) {
	return c.fetch(ctx, s, "/v1/audio/"+url.PathEscape(sum), sum, ending, progress)
}

// Path is where a recording lies once it was fetched.
func (c *Cache) Path(sum, ending string) string { return filepath.Join(c.Dir, sum+ending) }

func (c *Cache) fetch(ctx context.Context, s *Store, where, sum, ending string, progress func(share float64)) (string, error) {
	if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size {
		return "", api.ErrNoAudio
	}
	path := c.Path(sum, ending)
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		now := time.Now()
		_ = os.Chtimes(path, now, now) // was used now
		return path, nil
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return "", err
	}
	part := filepath.Join(c.Dir, sum+partEnding)
	for try := 1; ; try++ {
		err := s.fetchRest(ctx, where, part, progress)
		if err == nil {
			break
		}
		if !errors.Is(err, ErrUnreachable) || try >= s.tries || ctx.Err() != nil {
			return "", err
		}
		if s.wait(ctx, min(firstWait<<try, longestWait)) != nil {
			return "", err
		}
	}
	got, err := sumOf(part)
	if err != nil {
		return "", err
	}
	if got != sum {
		_ = os.Remove(part)
		return "", api.ErrWrongSum
	}
	if err := os.Rename(part, path); err != nil {
		return "", err
	}
	return path, c.evict(path)
}

// fetchRest appends to a part what is missing of it. It returns nil where the
// part is as long as the recording.
func (s *Store) fetchRest(ctx context.Context, where, part string, progress func(float64)) error {
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	have, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	r := request{method: http.MethodGet, path: where, header: http.Header{}}
	if have > 0 {
		r.header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	answer, err := s.do(ctx, r)
	if errors.Is(err, api.ErrBadRange) { // all of it is here, or it is another one: the sum will tell
		return nil
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusPartialContent {
		have = 0
		if err := f.Truncate(0); err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
	} else if begin, _, ok := strings.Cut(strings.TrimPrefix(answer.Header.Get("Content-Range"), "bytes "), "-"); !ok || begin != strconv.FormatInt(have, 10) {
		return fmt.Errorf("%w: another range than was asked for", ErrNoServer)
	}
	whole := have + answer.ContentLength
	n, err := io.Copy(f, &watched{answer.Body, have, whole, progress})
	if err == nil && answer.ContentLength >= 0 && n != answer.ContentLength {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		if errors.As(err, new(*fs.PathError)) {
			return err // the disk's
		}
		return errors.Join(ctx.Err(), fmt.Errorf("%w: %w", ErrUnreachable, err))
	}
	return f.Close()
}

type watched struct {
	io.Reader
	have, whole int64
	told        func(float64)
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if w.have += int64(n); w.told != nil && w.whole > 0 {
		w.told(float64(w.have) / float64(w.whole))
	}
	return n, err
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// evict deletes what was used longest ago until the rest fits; never the
// recording that is wanted now.
func (c *Cache) evict(wanted string) error {
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	type kept struct {
		path string
		size int64
		used time.Time
	}
	var list []kept
	var sum int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		list = append(list, kept{filepath.Join(c.Dir, e.Name()), info.Size(), info.ModTime()})
		sum += info.Size()
	}
	slices.SortFunc(list, func(a, b kept) int { return a.used.Compare(b.used) })
	for _, k := range list {
		if sum <= c.Most {
			break
		}
		if k.path == wanted {
			continue
		}
		if err := os.Remove(k.path); err == nil {
			sum -= k.size
		}
	}
	return nil
}

// Upload gives the server a recording, unless it has it. It returns the sum.
func (s *Store) Upload(ctx context.Context, path string) (sum string, err error) {
	if sum, err = sumOf(path); err != nil {
		return "", err
	}
	where := "/v1/audio/" + sum
	answer, err := s.do(ctx, request{method: http.MethodHead, path: where})
	if err == nil {
		answer.Body.Close()
		return sum, nil
	}
	if errors.Is(err, api.ErrForbidden) || errors.Is(err, api.ErrUnauthorized) || errors.Is(err, ErrUnreachable) {
		return "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	var opened []io.Closer
	defer func() {
		for _, f := range opened {
			f.Close()
		}
	}()
	body := func() io.Reader {
		f, err := os.Open(path)
		if err != nil {
			return failing{err}
		}
		opened = append(opened, f)
		return f
	}
	var got api.Recording
	return sum, s.call(ctx, request{method: http.MethodPut, path: where, kind: "application/octet-stream", body: body, size: info.Size()}, &got)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// RemoveAudio deletes a recording on the server; api.ErrNoAudio.
func (s *Store) RemoveAudio(ctx context.Context, sum string) error {
	return s.call(ctx, request{method: http.MethodDelete, path: "/v1/audio/" + sum}, nil)
}
