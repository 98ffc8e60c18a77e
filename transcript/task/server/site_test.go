package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"tapescript/docs"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/sqlite"
)

// Words that are nowhere but where somebody must not read them.
const (
	goldWord   = "zubrowka" // of gold, its reason and its cells
	othersWord = "quixotry" // of what another worker wrote, and was told
	audioSum   = "f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2"
	othersSum  = "0000000000000000000000000000000000000000000000000000000000000001"
)

// site is a server with two workers, w and z, who each have a task in hand and
// one that was judged; and with everything that may be asked for.
type site struct {
	testing.TB
	*Server
	store  *sqlite.Store
	tokens map[string]string // secrets, by person
	held   map[string]task.Claim
	sent   map[string]task.Submission
	log    *safeBuffer
	router routers.Router
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// tape is a store of recordings that holds some bytes under any of its sums.
type tape map[string]string

func (t tape) Size(_ context.Context, sum string) (int64, error) {
	if _, is := t[sum]; !is {
		return 0, task.ErrNotFound
	}
	return int64(len(t[sum])), nil
}

func (t tape) Open(_ context.Context, sum string, from int64) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(t[sum][from:])), nil
}

func (t tape) Put(_ context.Context, sum string, from io.Reader) (int64, error) {
	return io.Copy(io.Discard, from)
}
func (t tape) Remove(context.Context, string) error { return nil }

var document = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(docs.OpenAPI)
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

func init() {
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
		list := []any{}
		for d := json.NewDecoder(body); d.More(); {
			var v any
			if err := d.Decode(&v); err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	})
}

func newSite(t testing.TB, change func(*Options)) *site {
	t.Helper()
	s := &site{TB: t, tokens: map[string]string{}, held: map[string]task.Claim{}, sent: map[string]task.Submission{}, log: &safeBuffer{}}
	var err error
	s.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "tasks.db"))
	s.must(err)
	t.Cleanup(func() { s.store.Close() })
	tokens, err := OpenTokens(filepath.Join(t.TempDir(), "tokens.jsonl"))
	s.must(err)
	now := time.Now()
	for name, role := range map[string]api.Role{"w": api.Worker, "z": api.Worker, "rita": api.Reviewer, "lena": api.Lead} {
		s.tokens[name], _, err = tokens.Add(name, role, "", now, now.Add(time.Hour))
		s.must(err)
	}
	s.router, err = document()
	s.must(err)
	o := Options{
		Store: s.store, Tokens: tokens, Log: slog.New(slog.NewJSONHandler(s.log, nil)), TokenRate: 1e6, AddressRate: 1e6, FailureRate: 1e6,
		Recordings: tape{audioSum: strings.Repeat("sound", 1000), othersSum: othersWord}, SpoolFolder: t.TempDir(),
	}
	o.Examine = func(context.Context, string, string) (api.Exam, error) {
		return api.Exam{Name: "crowd", Golds: 10}, nil
	}
	o.Teach = func(in task.Submission, g task.Gold) (api.Lesson, error) {
		return api.Lesson{Written: in.Text, Words: len(g.Texts)}, nil
	}
	if change != nil {
		change(&o)
	}
	s.Server = New(o)
	s.fill()
	return s
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *site) fill() {
	s.Helper()
	ctx := context.Background()
	price := task.Price{Amount: 50_000, Currency: "USD"}
	var list []task.Record
	for i := range 12 {
		r := task.Record{Key: fmt.Sprintf("%d.wav", i), Audio: task.Audio{Ref: fmt.Sprintf("%d.wav", i), Path: "/home/lena/" + othersWord, SHA256: audioSum}, Row: task.Row{Line: int64(i + 2), Cells: []string{fmt.Sprint(i), ""}}}
		switch {
		case i%3 == 1:
			r.Kind = task.Control
		case i >= 10:
			r.Kind = task.Exam
		case i == 9:
			r.Kind = task.Training
		}
		if r.Kind != "" {
			r.Gold, r.Hint, r.GoldCells, r.Row.Cells = []string{goldWord + " one", goldWord + " two"}, "because "+goldWord, []int{1}, []string{"1", goldWord}
		}
		list = append(list, r)
	}
	// A file of results: what another one wrote is in the row of the task.
	list = append(list, task.Record{Key: "done.wav", Overlap: 3, Done: &task.Done{Worker: "elsewhere", Assignment: "as1", Text: othersWord}, Row: task.Row{Cells: []string{"x", othersWord}}})
	_, err := s.store.Import(ctx, task.Batch{ID: "b", Overlap: 3, Price: price, Rules: []task.Rule{{Collector: task.GoldenSet}}, Source: task.Source{Header: []string{"a", "b"}}}, func(yield func(task.Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}, task.ImportOptions{})
	s.must(err)
	for _, worker := range []string{"w", "z"} {
		word := "mine"
		if worker == "z" {
			word = othersWord
		}
		c, err := s.store.Claim(ctx, task.Query{Worker: worker}, time.Hour)
		s.must(err)
		in, err := s.store.Submit(ctx, task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: worker, Text: word}, c.Assignment.Token)
		s.must(err)
		s.sent[worker] = in
		s.must(s.store.Judge(ctx, task.Verdict{Submission: in.ID, Decision: task.Rejected, Comment: word, By: "rita"}))
		s.must(s.store.Appeal(ctx, task.Appeal{Submission: in.ID, Text: word}))
		_, err = s.store.Post(ctx, task.Entry{Key: "bonus/" + worker, Worker: worker, Kind: task.ForBonus, To: task.Approved, Amount: 1, Currency: "USD", Note: word})
		s.must(err)
		s.must(s.store.Qualify(ctx, task.Qualification{ID: "q" + worker, Worker: worker, Skill: word, Level: 1}))
		_, err = s.store.Take(ctx, task.Measure{Key: "m" + worker, Worker: worker, Batch: "none", Action: task.Action{Kind: task.Bonus, Comment: word}})
		s.must(err)
		s.held[worker], err = s.store.Claim(ctx, task.Query{Worker: worker}, time.Hour)
		s.must(err)
	}
}

// asked is a request to make.
type asked struct {
	method, path string
	body         any // a string as it is, else as JSON
}

// ask makes a request as somebody ("" is nobody, "?" has a wrong token), and
// holds request and answer against the document where both are well-formed.
func (s *site) ask(who string, a asked) *http.Response {
	s.Helper()
	var data []byte
	kind := "application/json"
	switch body := a.body.(type) {
	case nil:
		kind = ""
	case string:
		data, kind = []byte(body), "application/x-ndjson"
		if strings.HasPrefix(a.path, "/v1/audio/") {
			kind = "application/octet-stream"
		}
	default:
		var err error
		data, err = json.Marshal(body)
		s.must(err)
	}
	r := httptest.NewRequest(a.method, "http://localhost"+a.path, bytes.NewReader(data))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	switch who {
	case "":
	case "?":
		r.Header.Set("Authorization", "Bearer "+tokenPrefix+"wrong")
	default:
		r.Header.Set("Authorization", "Bearer "+s.tokens[who])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if s.router != nil {
		s.described(r, data, w)
	}
	return w.Result()
}

// described holds a request and its answer against docs/openapi.yaml.
func (s *site) described(r *http.Request, body []byte, w *httptest.ResponseRecorder) {
	s.Helper()
	copied := r.Clone(context.Background())
	copied.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := s.router.FindRoute(copied)
	if err != nil {
		s.Fatalf("%s %s is not in the document: %v", r.Method, r.URL.Path, err)
	}
	in := &openapi3filter.RequestValidationInput{Request: copied, PathParams: params, Route: route, Options: &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
	}}
	if w.Code < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			s.Errorf("%s %s was taken and is not as described: %v", r.Method, r.URL, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: w.Code, Header: w.Header(), Options: in.Options}
	if r.Method != http.MethodHead {
		out.SetBodyBytes(w.Body.Bytes())
		if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
			s.Errorf("%s %s: the answer %d is not as described: %v\n%.500s", r.Method, r.URL, w.Code, err, w.Body)
		}
	}
}

// everything of an answer that somebody could read.
func text(r *http.Response) string {
	data, _ := io.ReadAll(r.Body)
	return fmt.Sprint(r.Header, string(data))
}

func esc(s string) string { return url.QueryEscape(s) }
