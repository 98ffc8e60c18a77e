package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/client"
)

// remote says whether a store is on a server.
func remote(store string) bool {
	return strings.HasPrefix(store, "https://") || strings.HasPrefix(store, "http://")
}

// openRemote is a store on a server, with the person's token: from
// $TAPESCRIPT_TOKEN, else from a file that nobody else may read. It is never an
// argument, which every program of the machine may see.
func (p *program) openRemote(address string) (*client.Store, error) {
	token := strings.TrimSpace(os.Getenv("TAPESCRIPT_TOKEN"))
	if token == "" {
		path := tokenPath()
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, errors.New(p.words.Say("remote.no-token", address, path))
		case err != nil:
			return nil, err
		case info.Mode().Perm()&0o077 != 0:
			return nil, errors.New(p.words.Say("remote.token-open", path))
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		token = strings.TrimSpace(string(data))
	}
	return client.Open(address, token)
}

func tokenPath() string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		dir = xdg.ConfigHome
	}
	return filepath.Join(dir, "tapescript", "token")
}

// remoteWorker is whose the token is: what the server says, or said when it was
// last reached.
func (p *program) remoteWorker(address string) (api.Identity, error) {
	s, err := p.openRemote(address)
	if err != nil {
		return api.Identity{}, err
	}
	defer s.Close()
	return identityOf(context.Background(), s)
}

func identityOf(ctx context.Context, s *client.Store) (api.Identity, error) {
	box := client.OpenOutbox(outboxFolder(s.Address()))
	me, err := s.Me(ctx)
	switch {
	case err == nil:
		return me, box.Remember(me)
	case errors.Is(err, client.ErrUnreachable):
		if me, known := box.Remembered(); known {
			return me, nil
		}
	}
	return me, err
}

// outboxFolder is where work for a server waits for it.
func outboxFolder(address string) string {
	return filepath.Join(workFolder(), "server-"+client.AddressID(address))
}

// modest makes a question one that the person's role may ask a server: a
// worker's is about their own work, without gold.
func modest(ctx context.Context, store task.Store, q task.ResultQuery) (task.ResultQuery, error) {
	s, is := store.(*client.Store)
	if !is {
		return q, nil
	}
	me, err := identityOf(ctx, s)
	if err != nil {
		return q, err
	}
	if me.Role == api.Worker {
		q.Worker, q.Gold, q.All = me.Worker, false, false
	}
	return q, nil
}

// notForWorkers refuses what a worker may not do on a server, where it would
// otherwise be done to nothing.
func notForWorkers(ctx context.Context, store task.Store) error {
	s, is := store.(*client.Store)
	if !is {
		return nil
	}
	me, err := identityOf(ctx, s)
	if err == nil && me.Role == api.Worker {
		err = api.ErrForbidden
	}
	return err
}

// explainRemote is the sentence of what a server refused, "" where the error is
// no such thing.
func (p *program) explainRemote(err error) string {
	if refused, is := errors.AsType[*tls.CertificateVerificationError](err); is {
		return p.words.Say("remote.certificate" + doubt(refused))
	}
	for _, k := range []struct {
		err error
		key string
	}{
		{api.ErrUnauthorized, "unauthorized"}, {api.ErrExpired, "expired"}, {api.ErrRevoked, "revoked"}, {api.ErrForbidden, "forbidden"}, {api.ErrTooSoon, "too-soon"},
		{api.ErrTooMany, "too-many"}, {api.ErrTooLarge, "too-large"}, {api.ErrNoAudio, "no-audio"}, {api.ErrWrongSum, "wrong-sum"},
		{api.ErrInternal, "internal"}, {api.ErrUnavailable, "unreachable"}, {client.ErrUnreachable, "unreachable"},
		{client.ErrNotSecure, "not-secure"}, {client.ErrNoServer, "no-server"},
	} {
		if errors.Is(err, k.err) {
			return p.words.Say("remote." + k.key)
		}
	}
	return ""
}

// doubt is why a certificate is not believed.
func doubt(err error) string {
	invalid, is := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case is && invalid.Reason == x509.Expired:
		return "-expired"
	case errors.As(err, new(x509.HostnameError)):
		return "-name"
	}
	return ""
}

// heartbeat puts the end of a lease off while somebody works, by the clock of
// whoever keeps the store. It returns a function that ends it and says whether
// the lease was lost meanwhile.
func heartbeat(ctx context.Context, store task.Store, a task.Assignment, lease time.Duration) (end func() (lost bool)) {
	const shortest, longest = 20 * time.Second, 10 * time.Minute
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan bool, 1)
	go func() {
		lost := false
		defer func() { ended <- lost }()
		tick := time.NewTicker(min(max(lease/4, shortest), longest))
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			switch err := renew(ctx, store, a, lease); {
			case errors.Is(err, task.ErrHeld):
				lost = true
				return
			case err != nil: // no network now: the next time
			}
		}
	}()
	return func() bool {
		stop()
		return <-ended
	}
}

func renew(ctx context.Context, store task.Store, a task.Assignment, lease time.Duration) error {
	if s, is := store.(*client.Store); is {
		_, err := s.Renew(ctx, a.ID, a.Token, lease)
		return err
	}
	return store.Extend(ctx, a.ID, a.Token, time.Now().Add(lease))
}
