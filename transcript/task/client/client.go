// Package client is a task.Store over a server's API, so that every command
// works with a team's store as it works with a file.
//
//	store, err := client.Open("https://tasks.example.org", token)
//	claim, err := store.Claim(ctx, task.Query{}, 2*time.Hour)
//
// What goes wrong comes back as the error that a store of this machine has
// (task.ErrHeld), or as one of api's (api.ErrForbidden); [ErrUnreachable] says
// that nobody answered. Reading is tried again where the server is busy or the
// line is bad, and so is writing what has an ID, which twice is once.
//
// Nothing but https reaches another machine; http is for this one.
package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// Errors of a client.
var (
	ErrUnreachable = errors.New("the server cannot be reached")
	ErrNotSecure   = errors.New("http reaches this machine alone: https is needed")
	ErrNoServer    = errors.New("what answers is no task server")
)

// Store is a store on a server.
type Store struct {
	base  *url.URL
	token string
	http  *http.Client
	tries int
	gone  atomic.Int64 // when the server could not be reached, as Unix time
	wait  func(context.Context, time.Duration) error
}

var (
	_ task.Store         = (*Store)(nil)
	_ task.GoldCorrector = (*Store)(nil)
)

const (
	connectTime = 15 * time.Second
	answerTime  = 60 * time.Second // until an answer begins; an import may take longer to send
	usualTries  = 4
	firstWait   = 250 * time.Millisecond
	longestWait = 5 * time.Second
)

// Open makes a store of a server's address. It asks the server nothing.
func Open(address, token string) (*Store, error) {
	u, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil {
		return nil, err
	}
	switch {
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q: %w", u.Redacted(), ErrNoServer)
	case u.Scheme == "http" && !local(u.Hostname()):
		return nil, ErrNotSecure
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("%q: %w", u.Redacted(), ErrNoServer)
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: connectTime}).DialContext,
		TLSHandshakeTimeout: connectTime, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
	}
	return &Store{base: u, token: token, tries: usualTries, wait: wait, http: &http.Client{
		Transport: transport,
		// A token goes to nobody but the server that it is for.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func local(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Address is where the server is.
func (s *Store) Address() string { return s.base.String() }

// Close forgets the connections.
func (s *Store) Close() error {
	s.http.CloseIdleConnections()
	return nil
}

// Me says whose the token is.
func (s *Store) Me(ctx context.Context) (me api.Identity, err error) {
	return me, s.get(ctx, "/v1/me", nil, &me)
}

// request is one request, which can be made again.
type request struct {
	method, path string
	query        url.Values
	body         func() io.Reader // nil: none
	kind         string           // of the body
	header       http.Header
	size         int64
	once         bool // is not to be sent twice
}

// do sends a request and returns the answer, unless it is a problem.
func (s *Store) do(ctx context.Context, r request) (*http.Response, error) {
	// Who has just waited in vain waits no second time.
	const recently = 30
	tries := s.tries
	if time.Now().Unix()-s.gone.Load() < recently {
		tries = 1
	}
	pause := firstWait
	for try := 1; ; try++ {
		answer, again, err := s.attempt(ctx, r)
		if err == nil {
			s.gone.Store(0)
		}
		if err == nil || !again || r.once || try >= tries {
			if errors.Is(err, ErrUnreachable) {
				s.gone.Store(time.Now().Unix())
			}
			return answer, err
		}
		after := pause
		if hint := new(hinted); errors.As(err, &hint) && hint.after > after {
			after = hint.after
		}
		if s.wait(ctx, min(after, longestWait)) != nil {
			return nil, err
		}
		pause *= 2
	}
}

// hinted is an error with the time that the server asks to wait.
type hinted struct {
	error
	after time.Duration
}

func (h *hinted) Unwrap() error { return h.error }

func (s *Store) attempt(ctx context.Context, r request) (answer *http.Response, again bool, err error) {
	u := *s.base
	u.Path = s.base.Path + r.path
	u.RawPath = escaped(s.base.Path) + r.path // what is in it is escaped already
	if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
		return nil, false, err
	}
	u.RawQuery = r.query.Encode()
	var body io.Reader
	if r.body != nil {
		body = r.body()
	}
	q, err := http.NewRequestWithContext(ctx, r.method, u.String(), body)
	if err != nil {
		return nil, false, err
	}
	for name, list := range r.header {
		q.Header[name] = list
	}
	if r.size > 0 {
		q.ContentLength = r.size
	}
	if r.kind != "" {
		q.Header.Set("Content-Type", r.kind)
	}
	q.Header.Set("Authorization", "Bearer "+s.token)
	q.Header.Set("User-Agent", "tapescript")
	got, err := s.http.Do(q)
	if err != nil {
		if ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		// The error of net/http names the address and the reason, no header.
		return nil, true, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if got.StatusCode < http.StatusMultipleChoices || got.StatusCode == http.StatusNotModified {
		return got, false, nil
	}
	defer got.Body.Close()
	err = problem(got)
	again = got.StatusCode == http.StatusTooManyRequests || got.StatusCode == http.StatusServiceUnavailable || got.StatusCode == http.StatusBadGateway || got.StatusCode == http.StatusGatewayTimeout
	if seconds, e := strconv.Atoi(got.Header.Get("Retry-After")); e == nil && again {
		err = &hinted{err, time.Duration(seconds) * time.Second}
	}
	return nil, again, err
}

func escaped(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// problem reads why a server refuses.
func problem(answer *http.Response) error {
	const most = 1 << 20
	data, err := io.ReadAll(io.LimitReader(answer.Body, most))
	var p api.Problem
	if err == nil && strings.HasPrefix(answer.Header.Get("Content-Type"), "application/problem+json") && json.Unmarshal(data, &p) == nil && p.Code != "" {
		return p.Err()
	}
	if answer.StatusCode >= http.StatusInternalServerError { // a proxy without its server
		return fmt.Errorf("%w: %s", ErrUnreachable, answer.Status)
	}
	return fmt.Errorf("%w: %s", ErrNoServer, answer.Status)
}

func (s *Store) get(ctx context.Context, path string, query url.Values, to any) error {
	return s.call(ctx, request{method: http.MethodGet, path: path, query: query}, to)
}

// send sends a value and reads the answer's, where there is one.
func (s *Store) send(ctx context.Context, method, path string, value, to any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return s.call(ctx, request{method: method, path: path, kind: "application/json", body: func() io.Reader { return bytes.NewReader(data) }, size: int64(len(data))}, to)
}

const mostAnswer = 64 << 20 // bytes of an answer that is one value

func (s *Store) call(ctx context.Context, r request, to any) error {
	answer, err := s.do(ctx, r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if to == nil {
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, mostAnswer)).Decode(to); err != nil {
		return fmt.Errorf("%w: reading the answer: %w", ErrUnreachable, err)
	}
	return nil
}

// items reads a stream of JSON lines. One that has no end was cut off.
func items[T any](ctx context.Context, s *Store, path string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		answer, err := s.do(ctx, request{method: http.MethodGet, path: path, query: query})
		if err != nil {
			yield(none, err)
			return
		}
		defer answer.Body.Close()
		in := bufio.NewScanner(answer.Body)
		in.Buffer(nil, mostAnswer)
		for in.Scan() {
			var l api.Line[T]
			if err := json.Unmarshal(in.Bytes(), &l); err != nil {
				yield(none, fmt.Errorf("%w: %w", ErrNoServer, err))
				return
			}
			if l.End != nil {
				return
			}
			if l.Item != nil && !yield(*l.Item, nil) {
				return
			}
		}
		yield(none, fmt.Errorf("%w: the answer was cut off: %w", ErrUnreachable, errors.Join(in.Err(), ctx.Err())))
	}
}
