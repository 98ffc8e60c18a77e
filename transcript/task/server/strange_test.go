package server

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Whatever is asked, by whomever: no answer is the server's fault, none is
// without a status, and every refusal is a problem. Requests are those of the
// matrix, changed at random; a native fuzz target is in transcript/task/api,
// because compiling SQLite for the fuzzer takes minutes.
func TestStrangeRequestsAreBorne(t *testing.T) {
	s := newSite(t, nil)
	times := 6000
	if testing.Short() {
		times = 1000
	}
	r := rand.New(rand.NewPCG(11, 2))
	list := strange(s)
	for i := range times {
		q := list[i%len(list)]
		other := list[r.IntN(len(list))]
		if r.IntN(3) == 0 {
			q.method, q.body = other.method, other.body
		}
		q.path, q.query, q.ranges = changed(r, q.path), changed(r, q.query), changed(r, q.ranges)
		q.body, q.who = []byte(changed(r, string(q.body))), uint8(r.IntN(3))
		s.bears(t, q)
	}
}

// changed is a text with some bytes cut out, doubled, or put in.
func changed(r *rand.Rand, text string) string {
	for range r.IntN(3) {
		a, b := r.IntN(len(text)+1), r.IntN(len(text)+1)
		if a > b {
			a, b = b, a
		}
		switch r.IntN(4) {
		case 0:
			text = text[:a] + text[b:]
		case 1:
			text = text[:b] + text[a:b] + text[b:]
		case 2:
			text = text[:a] + []string{"\x00", "%", "/", "..", "\xff", "9999999999", "-", "null", "{", "\"", "é", "&a=b", "?", "true"}[r.IntN(14)] + text[a:]
		}
	}
	return text
}

// odd is a request as a fuzzer makes it.
type odd struct {
	method, path, query string
	body                []byte
	who                 uint8
	ranges              string
}

// strange are requests to begin with: one of each endpoint, and some that were
// thought out.
func strange(s *site) (list []odd) {
	for _, line := range matrix {
		a := line.request(s, "w")
		body, is := a.body.(string)
		if !is && a.body != nil {
			data, _ := json.Marshal(a.body)
			body = string(data)
		}
		path, query, _ := strings.Cut(a.path, "?")
		list = append(list, odd{a.method, path, query, []byte(body), uint8(2), ""})
	}
	list = append(list, odd{"POST", "/v1/claims", "", []byte(`{"Lease":1e18}`), uint8(0), ""})
	list = append(list, odd{"POST", "/v1/submissions", "", []byte(`{"Submission":{"ID":"\u0000","Task":"b/1.wav"},"Token":""}`), uint8(2), ""})
	list = append(list, odd{"POST", "/v1/ledger", "", []byte(`[{"Key":"k","Amount":"9223372036854.775807","At":"9999-12-31T23:59:59Z"}]`), uint8(2), ""})
	list = append(list, odd{"POST", "/v1/measures", "", []byte(`[{"Key":"k","Action":{"Kind":"more","Extras":{"task":"b/1.wav"}}}]`), uint8(2), ""})
	list = append(list, odd{"GET", "/v1/results", "gold=%zz&bytask=;", []byte(nil), uint8(1), "bytes=1-"})
	list = append(list, odd{"GET", "/v1/audio/" + audioSum, "", []byte(nil), uint8(2), "bytes=99999999999999999999-"})
	list = append(list, odd{"PUT", "/v1/assignments/x/lease", "", []byte(`{"Token":"","Until":"0000-01-01T00:00:00Z"}`), uint8(2), ""})
	return list
}

func (s *site) bears(t testing.TB, q odd) {
	t.Helper()
	if q.method == "" || strings.ContainsFunc(q.method, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		q.method = "GET"
	}
	r := httptest.NewRequest(http.MethodGet, "http://localhost/", bytes.NewReader(q.body))
	r.Method, r.URL = q.method, &url.URL{Scheme: "http", Host: "localhost", Path: q.path, RawQuery: q.query}
	r.Header.Set("Authorization", "Bearer "+s.tokens[[]string{"w", "rita", "lena"}[int(q.who)%3]])
	r.Header.Set("Range", q.ranges)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	switch {
	case w.Code >= 500 || w.Code < 200:
		t.Errorf("%s %q ? %q: %d %s\n%s", q.method, q.path, q.query, w.Code, w.Body, q.body)
	case w.Code >= 400 && !strings.Contains(w.Header().Get("Content-Type"), "problem+json"):
		t.Errorf("%s %q: %d without a problem", q.method, q.path, w.Code)
	}
}
