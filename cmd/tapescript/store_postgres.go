package main

import (
	"context"
	"errors"
	"strings"

	"tapescript/transcript/task"
	"tapescript/transcript/task/postgres"
)

// database says whether a store is a PostgreSQL database.
func database(store string) bool {
	return strings.HasPrefix(store, "postgres://") || strings.HasPrefix(store, "postgresql://")
}

// openDatabase opens one. What is said of it never holds the password.
func (p *program) openDatabase(ctx context.Context, url string) (*postgres.Store, error) {
	s, err := postgres.Open(ctx, url)
	if errors.Is(err, task.ErrNewer) {
		return nil, errors.New(p.words.Say("store.newer", postgres.Redact(url)))
	}
	return s, err
}

// explainDatabase is "" for an error that is none of a database's.
func (p *program) explainDatabase(err error) string {
	var e *postgres.DatabaseError
	if !errors.As(err, &e) {
		return ""
	}
	return p.words.Say("database."+string(e.Code), e.Where, e.Detail)
}
