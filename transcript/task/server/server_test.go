package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

func TestTokensAreHashesThatEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.jsonl")
	tokens, err := OpenTokens(path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	secret, made, err := tokens.Add("w", api.Worker, "a note", now, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || bytes.Contains(data, []byte(secret)) || len(secret) < len(tokenPrefix)+43 {
		t.Fatalf("%q is in %s, %v", secret, data, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	got, err := tokens.Check(secret, now)
	if err != nil || got != made {
		t.Errorf("%+v, %+v, %v", got, made, err)
	}
	if _, err := tokens.Check(secret, now.Add(2*time.Hour)); !errors.Is(err, api.ErrExpired) {
		t.Error(err)
	}
	if _, err := tokens.Check(secret+"x", now); !errors.Is(err, api.ErrUnauthorized) {
		t.Error(err)
	}
	// Another program adds one while a crash has left half a line.
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.WriteString(`{"hash":"00`)
	f.Close()
	other, err := OpenTokens(path)
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := other.Add("z", api.Lead, "", now, now.Add(time.Hour))
	if err == nil {
		_, err = tokens.Check(second, now)
	}
	if err != nil {
		t.Error(err)
	}
	if ended, err := other.Revoke("w", now); err != nil || len(ended) != 1 {
		t.Error(ended, err)
	}
	if _, err := tokens.Check(secret, now); !errors.Is(err, api.ErrRevoked) {
		t.Error(err)
	}
	if _, err := tokens.Check(second, now); err != nil {
		t.Error(err)
	}
}

func (s *site) get(who, path string, change func(*http.Request)) *http.Response {
	s.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	r.Header.Set("Authorization", "Bearer "+s.tokens[who])
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func TestRangesOfARecording(t *testing.T) {
	s := newSite(t, nil)
	path := "/v1/assignments/" + s.held["w"].Assignment.ID + "/audio"
	whole := strings.Repeat("sound", 1000)
	for header, want := range map[string]string{
		"": whole, "bytes=0-4": "sound", "bytes=4990-": whole[4990:], "bytes=-3": "und", "bytes=4999-9999": "d", "bytes=2-2,4-4": "",
	} {
		r := s.get("w", path, func(r *http.Request) {
			if header != "" {
				r.Header.Set("Range", header)
			}
		})
		body, err := io.ReadAll(r.Body)
		if err != nil || want != "" && string(body) != want {
			t.Errorf("%s: %d bytes, %v", header, len(body), err)
		}
		if (r.StatusCode == http.StatusPartialContent) != (header != "") {
			t.Errorf("%s: %d", header, r.StatusCode)
		}
	}
	r := s.get("w", path, func(r *http.Request) { r.Header.Set("Range", "bytes=5000-") })
	if r.StatusCode != http.StatusRequestedRangeNotSatisfiable || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Error(r.StatusCode, r.Header)
	}
	r = s.get("w", path, func(r *http.Request) { r.Header.Set("If-None-Match", `"`+audioSum+`"`) })
	if r.StatusCode != http.StatusNotModified {
		t.Error(r.StatusCode)
	}
}

func TestWhoAsksTooOftenWaits(t *testing.T) {
	s := newSite(t, func(o *Options) { o.TokenRate, o.FailureRate = 1, 1 })
	count := func(who string, times int) (refused int) {
		for range times {
			switch r := s.get(who, "/v1/me", nil); r.StatusCode {
			case http.StatusTooManyRequests:
				refused++
				if r.Header.Get("Retry-After") == "" {
					t.Error("nobody says when to come again")
				}
			case http.StatusOK, http.StatusUnauthorized:
			default:
				t.Error(r.StatusCode)
			}
		}
		return refused
	}
	if n := count("w", 200); n < 100 {
		t.Errorf("%d of 200 requests of one token were refused", n)
	}
	if n := count("z", 1); n != 0 {
		t.Error("another's token pays for it")
	}
	s.tokens["guess"] = tokenPrefix + "guess"
	if n := count("guess", 200); n < 100 {
		t.Errorf("%d of 200 guesses were refused", n)
	}
	l := newLimiter(1, 1)
	for i := range 2 * limiterMost {
		l.allow(string(rune(i)), time.Now())
	}
	if len(l.by) > limiterMost || l.order.Len() > limiterMost {
		t.Errorf("%d callers are remembered", len(l.by))
	}
}

func TestAddressesBehindProxies(t *testing.T) {
	s := New(Options{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.1:5", "198.51.100.7", "192.0.2.1"}, // anybody may write that
		{"10.0.0.1:5", "198.51.100.7", "198.51.100.7"},
		{"10.0.0.1:5", "203.0.113.9, 198.51.100.7, 10.2.3.4", "198.51.100.7"},
		{"10.0.0.1:5", "", "10.0.0.1"},
		{"10.0.0.1:5", "nonsense", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:5", "2001:db8::1", "2001:db8::1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := s.addressOf(r); got != c.want {
			t.Errorf("%v: got %s", c, got)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	s := newSite(t, nil)
	for given, kept := range map[string]bool{"client-1234.x": true, "short": false, "with space and more": false, strings.Repeat("a", 65): false, "": false} {
		r := s.get("w", "/v1/me", func(r *http.Request) { r.Header.Set("X-Request-Id", given) })
		id := r.Header.Get("X-Request-Id")
		if (id == given) != kept || id == "" {
			t.Errorf("%q became %q", given, id)
		}
		if !strings.Contains(s.log.String(), `"request":"`+id+`"`) {
			t.Errorf("%q is not in the log", id)
		}
	}
}

// What a worker's machine says about time decides nothing, and what it says
// about itself is bounded by what the server knows.
func TestTheServersClockDecides(t *testing.T) {
	s := newSite(t, nil)
	c := s.held["w"]
	wrong := time.Now().Add(-9 * time.Hour)
	r := s.ask("w", asked{"POST", "/v1/submissions", api.SubmitRequest{Token: c.Assignment.Token, Submission: task.Submission{
		ID: "mine", Task: c.Task.ID, Assignment: c.Assignment.ID, Text: "words", At: wrong, Wall: 9 * time.Hour, Active: 8 * time.Hour, Status: "APPROVED", Row: task.Row{Cells: []string{"x"}},
	}}})
	if r.StatusCode != http.StatusOK {
		t.Fatal(text(r))
	}
	kept, err := s.store.Submission(t.Context(), "mine")
	s.must(err)
	if kept.Late || time.Since(kept.At) > time.Hour || kept.Wall > time.Hour || kept.Active > kept.Wall || kept.Status != "" || kept.Row.Cells != nil {
		t.Errorf("%+v", kept)
	}
	// A lease that is asked for in lengths of time ends by the server's clock, and
	// not later than it allows.
	s = newSite(t, func(o *Options) { o.Lease = 3 * time.Hour })
	a := s.held["w"].Assignment
	r = s.ask("w", asked{"POST", "/v1/assignments/" + a.ID + "/renewal", api.RenewRequest{Token: a.Token, Lease: 1000 * time.Hour}})
	if r.StatusCode != http.StatusOK {
		t.Fatal(text(r))
	}
	got, err := s.store.Assignment(t.Context(), a.ID)
	s.must(err)
	if left := time.Until(got.LeaseUntil); left > 3*time.Hour+time.Minute || left < 2*time.Hour {
		t.Errorf("the lease lasts %v more", left)
	}
}

func TestAnImportThatIsCutOffKeepsNothing(t *testing.T) {
	s := newSite(t, nil)
	for _, body := range []string{
		"{\"Batch\":{\"ID\":\"c\"}}\n{\"Record\":{\"Key\":\"1\"}}\n",
		"{\"Batch\":{\"ID\":\"c\"}}\n{\"Record\":{\"Key\":\"1\"}}\n{\"Record\":{\"Ke",
		"{\"Batch\":{\"ID\":\"other\"}}\n{\"End\":{}}\n", "", "null\n", "[]",
	} {
		r := s.crawl("lena", asked{"POST", "/v1/batches/c/records", body})
		if r.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s", body, text(r))
		}
		if _, err := s.store.Batch(t.Context(), "c"); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("%q: the batch is there: %v", body, err)
		}
	}
}

// Told to end, the server finishes what is under way and takes nothing new.
func TestTheServerEndsGracefully(t *testing.T) {
	begun, go_ := make(chan struct{}), make(chan struct{})
	s := newSite(t, func(o *Options) { o.Recordings = slow{begun, go_} })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	answer := make(chan string, 1)
	go func() {
		r, err := http.NewRequest(http.MethodGet, "http://"+l.Addr().String()+"/v1/assignments/"+s.held["w"].Assignment.ID+"/audio", nil)
		if err != nil {
			answer <- err.Error()
			return
		}
		r.Header.Set("Authorization", "Bearer "+s.tokens["w"])
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer got.Body.Close()
		data, err := io.ReadAll(got.Body)
		answer <- string(data)
		_ = err
	}()
	<-begun
	stop()
	for !s.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	if r := s.get("", "/readyz", nil); r.StatusCode != http.StatusServiceUnavailable {
		t.Error(r.StatusCode)
	}
	close(go_)
	if got := <-answer; got != "whole" {
		t.Errorf("what was under way came to %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

type slow struct{ begun, goOn chan struct{} }

func (s slow) Size(context.Context, string) (int64, error) { return 5, nil }
func (s slow) Open(context.Context, string, int64) (io.ReadCloser, error) {
	close(s.begun)
	<-s.goOn
	return io.NopCloser(strings.NewReader("whole")), nil
}
func (s slow) Put(context.Context, string, io.Reader) (int64, error) { return 0, nil }
func (s slow) Remove(context.Context, string) error                  { return nil }
