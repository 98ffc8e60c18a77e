package client

import (
	"context"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/server"
	"tapescript/transcript/task/sqlite"
	"tapescript/transcript/task/tasktest"
)

// site is a server over a store in a file, and who may come in.
type site struct {
	*httptest.Server
	store  *sqlite.Store
	tokens *server.Tokens
}

func serve(t testing.TB, change func(*server.Options)) *site {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "tasks.db"))
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := server.OpenTokens(filepath.Join(t.TempDir(), "tokens.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	// The suite asks faster than people do.
	o := server.Options{Store: store, Tokens: tokens, TokenRate: 1e6, AddressRate: 1e6}
	if change != nil {
		change(&o)
	}
	s := &site{httptest.NewServer(server.New(o)), store, tokens}
	t.Cleanup(func() {
		s.Close()
		store.Close()
	})
	return s
}

// as is a client with a new token.
func (s *site) as(t testing.TB, worker string, role api.Role) *Store {
	t.Helper()
	now := time.Now()
	secret, _, err := s.tokens.Add(worker, role, "", now, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(s.URL, secret)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// A lead's client behaves as the store behind the server does.
func TestStore(t *testing.T) {
	tasktest.Run(t, func(t *testing.T) task.Store { return serve(t, nil).as(t, "lead", api.Lead) })
}

func TestWhatARoleMayNotDoIsSaid(t *testing.T) {
	s := serve(t, nil)
	w := s.as(t, "w", api.Worker)
	ctx := t.Context()
	if _, err := w.Purge(ctx, "b"); !errors.Is(err, api.ErrForbidden) {
		t.Error(err)
	}
	if _, err := w.Import(ctx, task.Batch{ID: "b"}, func(func(task.Record, error) bool) {}, task.ImportOptions{}); !errors.Is(err, api.ErrForbidden) {
		t.Error(err)
	}
	if _, err := w.Claim(ctx, task.Query{Worker: "other"}, time.Hour); !errors.Is(err, api.ErrForbidden) {
		t.Error(err)
	}
	none, err := Open(s.URL, "tapescript_nonsense")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := none.Me(ctx); !errors.Is(err, api.ErrUnauthorized) {
		t.Error(err)
	}
	gone, err := Open("http://127.0.0.1:1", "tapescript_x")
	if err != nil {
		t.Fatal(err)
	}
	gone.wait = func(context.Context, time.Duration) error { return nil }
	if _, err := gone.Me(ctx); !errors.Is(err, ErrUnreachable) {
		t.Error(err)
	}
	if _, err := Open("http://example.org", "x"); !errors.Is(err, ErrNotSecure) {
		t.Error(err)
	}
	me, err := w.Me(ctx)
	if err != nil || me.Worker != "w" || me.Role != api.Worker || me.Now.IsZero() {
		t.Error(me, err)
	}
}
