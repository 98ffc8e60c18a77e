package api_test

import (
	"bytes"
	"context"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/server"
)

// store knows one assignment and nothing else; it is here so that the fuzzer
// need not be compiled with a database.
type store struct{ task.Store }

func (store) Batches(context.Context) ([]task.BatchSummary, error) { return nil, nil }
func (store) Batch(_ context.Context, id string) (task.Batch, error) {
	return task.Batch{ID: id}, nil
}
func (store) Assignment(_ context.Context, id string) (task.Assignment, error) {
	if id == "-" {
		return task.Assignment{}, task.ErrNotFound
	}
	return task.Assignment{ID: id, Task: "b/1", Worker: "w"}, nil
}
func (store) Assignments(context.Context, string, string) iter.Seq2[task.Assignment, error] {
	return func(func(task.Assignment, error) bool) {}
}
func (store) Claim(_ context.Context, q task.Query, lease time.Duration) (task.Claim, error) {
	return task.Claim{Assignment: task.Assignment{ID: "1", Worker: q.Worker}}, nil
}
func (store) Extend(context.Context, string, string, time.Time) error { return nil }
func (store) Skip(context.Context, string, string, string) error      { return task.ErrHeld }
func (store) Submit(_ context.Context, s task.Submission, _ string) (task.Submission, error) {
	return s, nil
}
func (store) Submission(_ context.Context, id string) (task.Submission, error) {
	return task.Submission{ID: id, Worker: "w"}, nil
}
func (store) Task(_ context.Context, id string) (task.Task, error) { return task.Task{ID: id}, nil }
func (store) Gold(context.Context, string) (task.Gold, error)      { return task.Gold{}, task.ErrSealed }
func (store) CorrectGold(context.Context, string, []string) error  { return nil }
func (store) Judge(context.Context, ...task.Verdict) error         { return nil }
func (store) Verdicts(context.Context, string) ([]task.Verdict, error) {
	return nil, nil
}
func (store) Appeal(context.Context, task.Appeal) error       { return nil }
func (store) AnswerAppeal(context.Context, task.Appeal) error { return nil }
func (store) Appeals(context.Context) ([]task.Appeal, error) {
	return []task.Appeal{{Submission: "1"}}, nil
}
func (store) Post(_ context.Context, e ...task.Entry) (int, error) { return len(e), nil }
func (store) Ledger(context.Context, string) iter.Seq2[task.Entry, error] {
	return func(func(task.Entry, error) bool) {}
}
func (store) Qualify(context.Context, task.Qualification) error { return nil }
func (store) Qualifications(context.Context, string) ([]task.Qualification, error) {
	return nil, nil
}
func (store) Take(_ context.Context, m ...task.Measure) (int, error) { return len(m), nil }
func (store) Measures(context.Context, string) ([]task.Measure, error) {
	return nil, nil
}
func (store) Results(context.Context, task.ResultQuery) iter.Seq2[task.Result, error] {
	return func(func(task.Result, error) bool) {}
}
func (store) Purge(context.Context, string) (task.PurgeCount, error) { return task.PurgeCount{}, nil }
func (store) SetAudio(_ context.Context, _ string, path func(task.Audio) (task.Audio, bool)) (int64, error) {
	path(task.Audio{})
	return 0, nil
}
func (store) Import(_ context.Context, _ task.Batch, records iter.Seq2[task.Record, error], o task.ImportOptions) (n task.Imported, err error) {
	for _, err := range records {
		if n.Rows++; err != nil {
			return n, o.Reject(err)
		}
	}
	return n, nil
}

// Whatever is asked, by whomever: no answer is the server's fault, and every
// refusal is a problem.
func FuzzRequests(f *testing.F) {
	tokens, err := server.OpenTokens(filepath.Join(f.TempDir(), "tokens.jsonl"))
	if err != nil {
		f.Fatal(err)
	}
	secrets := map[int]string{}
	for i, role := range api.Roles {
		if secrets[i], _, err = tokens.Add("w", role, "", time.Now(), time.Now().Add(time.Hour)); err != nil {
			f.Fatal(err)
		}
	}
	s := server.New(server.Options{
		Store: store{}, Tokens: tokens,
		Examine:   func(context.Context, string, string) (api.Exam, error) { return api.Exam{}, nil },
		Teach:     func(task.Submission, task.Gold) (api.Lesson, error) { return api.Lesson{}, nil },
		TokenRate: 1e9, AddressRate: 1e9, SpoolFolder: f.TempDir(),
	})
	for _, body := range []string{
		"", "{}", "[]", "null", `{"Lease":1000000000}`, `{"Token":"x","Lease":1}`, `{"Submission":{"ID":"1","Task":"b/1","Assignment":"1"},"Token":"x"}`,
		"{\"Batch\":{\"ID\":\"b\"}}\n{\"Record\":{\"Key\":\"1\"}}\n{\"End\":{}}\n", `[{"Submission":"1","Decision":"accepted"}]`, `[{"Key":"k","Amount":"1"}]`,
	} {
		for _, path := range []string{"/v1/claims", "/v1/submissions", "/v1/verdicts", "/v1/batches/b/records", "/v1/assignments/1/renewal", "/v1/ledger", "/v1/measures"} {
			f.Add("POST", path, "", []byte(body), uint8(2))
		}
	}
	for _, body := range []string{`{"Texts":["a"]}`, `{"Texts":[]}`, `{"Batch":"b"}`, `{"Worker":"z"}`} {
		f.Add("PUT", "/v1/submission/gold", "id=1", []byte(body), uint8(1))
		f.Add("POST", "/v1/exams", "", []byte(body), uint8(0))
	}
	for _, path := range []string{"/v1/submission/lesson", "/v1/results", "/v1/submission", "/v1/assignments/1/audio", "/metrics", "/v1/batches/b", "//", "/v1/../v1/me", "*"} {
		f.Add("GET", path, "id=1&gold=true", []byte(nil), uint8(0))
		f.Add("DELETE", path, "", []byte(nil), uint8(1))
	}
	f.Fuzz(func(t *testing.T, method, path, query string, body []byte, who uint8) {
		if method == "" || strings.ContainsFunc(method, func(r rune) bool { return r < 'A' || r > 'Z' }) {
			method = http.MethodGet
		}
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", bytes.NewReader(body))
		r.Method, r.URL = method, &url.URL{Scheme: "http", Host: "localhost", Path: path, RawQuery: query}
		r.Header.Set("Authorization", "Bearer "+secrets[int(who)%len(secrets)])
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch {
		case w.Code >= 500 || w.Code < 200:
			t.Errorf("%s %q ? %q: %d %s\n%s", method, path, query, w.Code, w.Body, body)
		case w.Code >= 400 && !strings.Contains(w.Header().Get("Content-Type"), "problem+json"):
			t.Errorf("%s %q: %d without a problem", method, path, w.Code)
		}
	})
}
