package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// call is a request on its way through the server.
type call struct {
	*Server
	w     *answer
	r     *http.Request
	id    string
	from  string // the address
	token Token
	role  api.Role
	reach reach
	store task.Store // what of the store the caller may see
	began time.Time
	route *route
}

// answer counts what is sent, and gives up on who takes nothing.
type answer struct {
	http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	status   int
	bytes    int64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
		a.wait()
		a.ResponseWriter.WriteHeader(status)
	}
}

func (a *answer) wait() { _ = a.control.SetWriteDeadline(time.Now().Add(a.patience)) }

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	a.wait()
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

var requestID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`) })

// requestIDOf takes the ID that a caller gave the request, so that both sides'
// logs name the same, or makes one.
func requestIDOf(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); requestID().MatchString(id) {
		return id
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := &answer{ResponseWriter: w, control: http.NewResponseController(w), patience: s.Patience}
	c := &call{Server: s, w: a, r: r, id: requestIDOf(r), from: s.addressOf(r), began: time.Now()}
	h := w.Header()
	h.Set("X-Request-Id", c.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if s.TLS {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	s.figures.underWay.Inc()
	var failure error
	defer func() {
		s.figures.underWay.Dec()
		if p := recover(); p != nil {
			failure = fmt.Errorf("panic: %v", p)
			s.Log.Error("panic", "request", c.id, "stack", string(debug.Stack()))
			c.fail(failure)
		}
		c.log(failure)
	}()
	failure = c.do()
	if failure != nil {
		c.fail(failure)
	}
	// The rest of a body that nobody wanted is not waited for long.
	_ = a.control.SetReadDeadline(time.Now().Add(s.Patience))
}

// do finds what was asked for, whether the caller may, and does it.
func (c *call) do() error {
	now := time.Now()
	if !c.address.allow(c.from, now) {
		return c.refuse("address", api.ErrTooMany)
	}
	route, err := c.find()
	if err != nil {
		return err
	}
	c.route = route
	if route.public {
		return route.do(c)
	}
	if err := c.identify(now); err != nil {
		return err
	}
	c.reach = route.may[c.role]
	switch c.reach {
	case theirs:
		c.store = own{store: c.Store, worker: c.token.Worker, most: c.Lease, now: c.Now}
	case everything:
		c.store = c.Store
	default:
		return c.refuse("role", api.ErrForbidden)
	}
	return route.do(c)
}

func (c *call) refuse(why string, err error) error {
	c.figures.refused.WithLabelValues(why).Inc()
	return err
}

// identify finds whose token it is. Who tries many wrong ones from an address is
// not listened to for a while.
func (c *call) identify(now time.Time) error {
	if c.failures.spent(c.from, now) {
		return c.refuse("failures", api.ErrTooMany)
	}
	secret, bearer := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		return c.refuse("token", api.ErrUnauthorized)
	}
	token, err := c.Tokens.Check(strings.TrimSpace(secret), c.Now())
	if err != nil {
		if errors.Is(err, api.ErrUnauthorized) {
			c.failures.allow(c.from, now)
		}
		return c.refuse("token", err)
	}
	if !c.tokens.allow(token.ID, now) {
		return c.refuse("rate", api.ErrTooMany)
	}
	c.token, c.role = token, token.Role
	return nil
}

// fail answers with a problem, unless an answer has begun.
func (c *call) fail(err error) {
	p := api.ProblemOf(err)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		p = api.ProblemOf(api.ErrUnavailable)
	}
	if c.w.status != 0 {
		return
	}
	p.Request = c.id
	h := c.w.Header()
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="tapescript"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	}
	data, err := json.Marshal(p)
	if err != nil {
		data = []byte(`{"title":"the server failed","status":500,"code":"internal"}`)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	c.w.WriteHeader(p.Status)
	_, _ = c.w.Write(data)
}

// log writes a line about a request: who, what endpoint, what came of it. No
// address's query, no body, no token: these hold what people wrote.
func (c *call) log(failure error) {
	endpoint := "none"
	if c.route != nil {
		endpoint = c.route.method + " " + c.route.path
	}
	took := time.Since(c.began)
	c.figures.answered(endpoint, c.w.status, took)
	level := slog.LevelInfo
	attributes := []any{"request", c.id, "from", c.from, "endpoint", endpoint, "status", c.w.status, "bytes", c.w.bytes, "ms", took.Milliseconds()}
	if c.token.ID != "" {
		attributes = append(attributes, "token", c.token.ID, "worker", c.token.Worker, "role", string(c.role))
	}
	if failure != nil {
		attributes = append(attributes, "code", string(api.ProblemOf(failure).Code))
	}
	if c.w.status >= http.StatusInternalServerError {
		level = slog.LevelError
		// The kind of error alone: its text may quote what somebody sent.
		attributes = append(attributes, "error", fmt.Sprintf("%T", rootOf(failure)))
	}
	c.Log.Log(context.WithoutCancel(c.r.Context()), level, "request", attributes...)
}

func rootOf(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// addressOf is where a request comes from. Behind a proxy that is trusted it is
// the last address in X-Forwarded-For that is no such proxy's.
func (s *Server) addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if len(s.Trusted) == 0 || !s.trusts(host) {
		return host
	}
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(list) - 1; i >= 0; i-- {
		at, err := netip.ParseAddr(strings.TrimSpace(list[i]))
		if err != nil {
			return host
		}
		host = at.Unmap().String()
		if !s.trusts(host) {
			return host
		}
	}
	return host
}

func (s *Server) trusts(host string) bool {
	at, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range s.Trusted {
		if p.Contains(at.Unmap()) {
			return true
		}
	}
	return false
}

// Bodies.

const (
	smallBody  = 64 << 10
	largeBody  = 8 << 20 // a transcript of task.MaxText, escaped, with its lines
	streamLine = 8 << 20
)

// body copies the request's body to a spool, as fast or as slow as it comes.
func (c *call) body(most int64) (*spool, error) {
	if c.r.ContentLength > most {
		return nil, api.ErrTooLarge
	}
	p := c.newSpool()
	_, err := io.Copy(p, c.patient(most))
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// patient reads a body: as long as something comes, and not more than most.
type patient struct {
	from    io.Reader
	control *http.ResponseController
	wait    time.Duration
	left    int64
}

func (c *call) patient(most int64) *patient {
	return &patient{c.r.Body, c.w.control, c.Patience, most}
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(p.wait))
	n, err := p.from.Read(b)
	if p.left -= int64(n); p.left < 0 {
		return 0, api.ErrTooLarge
	}
	if err != nil {
		// What follows may take its time: a deadline that is over would end it.
		_ = p.control.SetReadDeadline(time.Time{})
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: reading the body: %w", api.ErrBadRequest, err)
	}
	return n, err
}

// decode reads a JSON body. A large one waits until few others are in memory.
func (c *call) decode(most int64, v any) error {
	p, err := c.body(most)
	if err != nil {
		return err
	}
	defer p.close()
	if p.file != nil {
		select {
		case c.decoding <- struct{}{}:
			defer func() { <-c.decoding }()
		case <-c.r.Context().Done():
			return c.r.Context().Err()
		}
	}
	from, err := p.reader()
	if err != nil {
		return err
	}
	return strict(from, v)
}

// strict decodes one JSON value and nothing after it; a field that is not known
// is something that the caller wants and would not get.
func strict(from io.Reader, v any) error {
	d := json.NewDecoder(from)
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", api.ErrBadRequest, err)
	}
	return nil
}

// answer sends a value.
func (c *call) answer(v any) error {
	p := c.newSpool()
	defer p.close()
	if err := json.NewEncoder(p).Encode(v); err != nil {
		return err
	}
	return c.send(p, "application/json")
}

func (c *call) done() error {
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *call) send(p *spool, kind string) error {
	from, err := p.reader()
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", kind)
	c.w.Header().Set("Content-Length", strconv.FormatInt(p.size, 10))
	c.w.WriteHeader(http.StatusOK)
	_, err = io.Copy(c.w, from)
	return err
}

// stream sends a sequence as JSON lines. The store is done with it before the
// first of them leaves: no reader, however slow, holds the store up, and what
// fails in the middle is a problem and not half an answer.
func stream[T any](c *call, items iter.Seq2[T, error]) error {
	p := c.newSpool()
	defer p.close()
	out := json.NewEncoder(p)
	n := int64(0)
	for item, err := range items {
		if err == nil {
			err = out.Encode(api.Line[T]{Item: &item})
		}
		if err != nil {
			return err
		}
		n++
	}
	if err := out.Encode(api.Line[T]{End: &api.End{Items: n}}); err != nil {
		return err
	}
	return c.send(p, "application/x-ndjson")
}
