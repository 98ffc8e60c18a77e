package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/server"
)

func (s *site) load(t testing.TB, records ...task.Record) {
	t.Helper()
	_, err := s.store.Import(t.Context(), task.Batch{ID: "b", Price: task.Price{Amount: 50_000, Currency: "USD"}}, func(yield func(task.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}, task.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// An answer that could not be sent waits, arrives once, and is told to be late
// where the lease is over: the server's clock alone has decided that.
func TestAnswersWaitForTheServer(t *testing.T) {
	s := serve(t, nil)
	s.load(t, task.Record{Key: "1"}, task.Record{Key: "2"})
	w := s.as(t, "w", api.Worker)
	ctx := t.Context()
	box := OpenOutbox(filepath.Join(t.TempDir(), "box"))
	answer := func(c task.Claim, text string) task.Submission {
		return task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: text, At: time.Now().Add(-30 * time.Hour)}
	}
	first, err := w.Claim(ctx, task.Query{}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(box.Hold(first), box.Put(answer(first, "x"), first.Assignment.Token), box.Put(answer(first, "x"), first.Assignment.Token)); err != nil {
		t.Fatal(err)
	}
	if held, ok := box.Held(); !ok || held.Task.ID != first.Task.ID {
		t.Error("the task in hand is forgotten")
	}
	gone, err := Open("http://127.0.0.1:1", "tapescript_x")
	if err != nil {
		t.Fatal(err)
	}
	gone.wait = func(context.Context, time.Duration) error { return nil }
	if _, err := box.Sync(ctx, gone); !errors.Is(err, ErrUnreachable) {
		t.Error(err)
	}
	// The answer arrived and its receipt was lost: sent again it is the same.
	if _, err := w.Submit(ctx, answer(first, "x"), first.Assignment.Token); err != nil {
		t.Fatal(err)
	}
	list, err := box.Sync(ctx, w)
	if err != nil || len(list) != 1 || list[0].Err != nil || list[0].Kept.Late || time.Since(list[0].Kept.At) > time.Hour {
		t.Fatalf("%+v %v", list, err)
	}
	// The lease runs out and another one takes the task.
	second, err := w.Claim(ctx, task.Query{}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.store.Claim(ctx, task.Query{Worker: "z", Now: time.Now().Add(time.Hour)}, time.Hour)
	if err != nil || other.Task.ID != second.Task.ID {
		t.Fatal(other, err)
	}
	if _, err := w.Renew(ctx, second.Assignment.ID, second.Assignment.Token, time.Hour); !errors.Is(err, task.ErrHeld) {
		t.Error(err)
	}
	if err := box.Put(answer(second, "late words"), second.Assignment.Token); err != nil {
		t.Fatal(err)
	}
	list, err = box.Sync(ctx, w)
	if err != nil || len(list) != 1 || !list[0].Kept.Late {
		t.Fatalf("%+v %v", list, err)
	}
	// What the server does not want stays, with the reason.
	wrong := answer(first, "other words")
	if err := box.Put(wrong, first.Assignment.Token); err != nil {
		t.Fatal(err)
	}
	if list, err = box.Sync(ctx, w); err != nil || len(list) != 1 || !errors.Is(list[0].Err, task.ErrOther) {
		t.Fatalf("%+v %v", list, err)
	}
	left, err := box.Waiting()
	if err != nil || len(left) != 1 || left[0].Refused != api.OtherContent {
		t.Fatalf("%+v %v", left, err)
	}
	if n := s.answers(t); n != 2 {
		t.Errorf("%d answers of 2 are there", n)
	}
}

func (s *site) answers(t testing.TB) (n int) {
	t.Helper()
	for _, err := range s.store.Results(t.Context(), task.ResultQuery{Reject: true}) {
		if n++; err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// tapes keeps recordings in memory.
type tapes struct {
	mu sync.Mutex
	by map[string][]byte
	n  int // uploads
}

func (m *tapes) Size(_ context.Context, sum string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, is := m.by[sum]; !is {
		return 0, task.ErrNotFound
	}
	return int64(len(m.by[sum])), nil
}

func (m *tapes) Open(_ context.Context, sum string, from int64) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return io.NopCloser(bytes.NewReader(m.by[sum][from:])), nil
}

func (m *tapes) Put(_ context.Context, sum string, from io.Reader) (int64, error) {
	data, err := io.ReadAll(from)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.by[sum], m.n = data, m.n+1
	return int64(len(data)), err
}
func (m *tapes) Remove(context.Context, string) error { return nil }

// cutting breaks every line after some bytes of an answer.
type cutting struct {
	http.RoundTripper
	after int64
	asked []string
}

func (c *cutting) RoundTrip(r *http.Request) (*http.Response, error) {
	got, err := c.RoundTripper.RoundTrip(r)
	if err == nil && strings.HasSuffix(r.URL.Path, "/audio") {
		c.asked = append(c.asked, r.Header.Get("Range"))
		got.Body = &cut{got.Body, c.after}
	}
	return got, err
}

type cut struct {
	io.ReadCloser
	left int64
}

func (c *cut) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errors.New("the line is cut")
	}
	n, err := c.ReadCloser.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	return n, err
}

func TestRecordingsAreFetchedInPiecesAndKept(t *testing.T) {
	store := &tapes{by: map[string][]byte{}}
	s := serve(t, func(o *server.Options) { o.Recordings = store })
	data := bytes.Repeat([]byte("sound "), 50_000)
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	s.load(t, task.Record{Key: "1", Audio: task.Audio{Ref: "1.wav", SHA256: name}})
	lead, w := s.as(t, "lena", api.Lead), s.as(t, "w", api.Worker)
	path := filepath.Join(t.TempDir(), "1.wav")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := lead.Upload(t.Context(), path); err != nil || got != name {
			t.Fatal(got, err)
		}
	}
	if store.n != 1 {
		t.Errorf("uploaded %d times", store.n)
	}
	if _, err := w.Upload(t.Context(), path); !errors.Is(err, api.ErrForbidden) {
		t.Error(err)
	}
	c, err := w.Claim(t.Context(), task.Query{}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	line := &cutting{RoundTripper: w.http.Transport, after: 70_000}
	w.http.Transport, w.wait = line, func(context.Context, time.Duration) error { return nil }
	cache := Cache{Dir: t.TempDir(), Most: 1 << 20}
	// The line breaks four times, and the program is started anew for the rest.
	if _, err := cache.Fetch(t.Context(), w, c.Assignment.ID, name, ".wav", nil); !errors.Is(err, ErrUnreachable) {
		t.Fatal(err)
	}
	got, err := cache.Fetch(t.Context(), w, c.Assignment.ID, name, ".wav", nil)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := os.ReadFile(got); err != nil || !bytes.Equal(back, data) || filepath.Ext(got) != ".wav" {
		t.Errorf("%s: %d bytes, %v", got, len(back), err)
	}
	if len(line.asked) < 5 || line.asked[0] != "" || line.asked[4] != "bytes=280000-" {
		t.Errorf("asked for %q", line.asked)
	}
	asked := len(line.asked)
	if _, err := cache.Fetch(t.Context(), w, c.Assignment.ID, name, ".wav", nil); err != nil || len(line.asked) != asked {
		t.Error("fetched twice:", err)
	}
	// What is another recording is not taken, however it is called.
	line.after = 1 << 30
	store.by[name] = []byte("something else")
	if _, err := (&Cache{Dir: t.TempDir(), Most: 1 << 20}).Fetch(t.Context(), w, c.Assignment.ID, name, ".wav", nil); !errors.Is(err, api.ErrWrongSum) {
		t.Error(err)
	}
	// A full cache loses what was used longest ago, and keeps what is wanted.
	old := filepath.Join(cache.Dir, "old")
	if err := os.WriteFile(old, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	if err := errors.Join(os.Chtimes(old, past, past), cache.evict(got)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the cache is over its bound")
	}
	if _, err := os.Stat(got); err != nil {
		t.Error(err)
	}
}

// The cache gives up what was used longest ago, never what is wanted now.
func TestTheCacheKeepsToItsSize(t *testing.T) {
	c := &Cache{Dir: t.TempDir(), Most: 250}
	now := time.Now()
	for i, name := range []string{"old", "middle", "new"} {
		path := filepath.Join(c.Dir, name)
		if err := os.WriteFile(path, make([]byte, 100), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	left := func() (names []string) {
		entries, err := os.ReadDir(c.Dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	if err := c.evict(filepath.Join(c.Dir, "old")); err != nil || !slices.Equal(left(), []string{"new", "old"}) {
		t.Errorf("%q are left, %v", left(), err)
	}
	c.Most = 10 // less than what is wanted
	if err := c.evict(filepath.Join(c.Dir, "new")); err != nil || !slices.Equal(left(), []string{"new"}) {
		t.Errorf("%q are left, %v", left(), err)
	}
}
