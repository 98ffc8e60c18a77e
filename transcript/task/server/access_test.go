package server

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// access is a line of the matrix: what each role is answered, for an object of
// w's and for one of z's. w is the worker who asks.
type access struct {
	endpoint string
	request  func(s *site, owner string) asked

	worker, workerOnOthers, reviewer, lead int
}

func bare(method, path string) func(*site, string) asked {
	return func(*site, string) asked { return asked{method, path, nil} }
}

func with(method, path string, body any) func(*site, string) asked {
	return func(*site, string) asked { return asked{method, path, body} }
}

// matrix is written apart from the server's table, so that a slip of the pen in
// one shows in the other.
var matrix = []access{
	{"GET /healthz", bare("GET", "/healthz"), 200, 200, 200, 200},
	{"GET /readyz", bare("GET", "/readyz"), 200, 200, 200, 200},
	{"GET /openapi.yaml", bare("GET", "/openapi.yaml"), 200, 200, 200, 200},
	{"GET /metrics", bare("GET", "/metrics"), 403, 403, 403, 200},
	{"GET /v1/me", bare("GET", "/v1/me"), 200, 200, 200, 200},
	{"POST /v1/claims", func(_ *site, owner string) asked {
		return asked{"POST", "/v1/claims", api.ClaimRequest{Worker: owner, Lease: time.Hour}}
	}, 200, 403, 403, 200},
	{"GET /v1/assignments", func(_ *site, owner string) asked {
		return asked{"GET", "/v1/assignments?worker=" + owner, nil}
	}, 200, 403, 200, 200},
	{"GET /v1/assignments/{id}", held("GET", "", nil), 200, 404, 200, 200},
	{"POST /v1/assignments/{id}/renewal", held("POST", "/renewal", func(c task.Claim) any {
		return api.RenewRequest{Token: c.Assignment.Token, Lease: time.Hour}
	}), 200, 404, 403, 200},
	{"PUT /v1/assignments/{id}/lease", held("PUT", "/lease", func(c task.Claim) any {
		return api.LeaseRequest{Token: c.Assignment.Token, Until: time.Now().Add(time.Hour)}
	}), 403, 403, 403, 204},
	{"POST /v1/assignments/{id}/skip", held("POST", "/skip", func(c task.Claim) any {
		return api.SkipRequest{Token: c.Assignment.Token, Reason: "noise"}
	}), 204, 404, 403, 204},
	{"GET /v1/assignments/{id}/audio", held("GET", "/audio", nil), 200, 404, 200, 200},
	{"HEAD /v1/assignments/{id}/audio", held("HEAD", "/audio", nil), 200, 404, 200, 200},
	{"POST /v1/submissions", func(s *site, owner string) asked {
		c := s.held[owner]
		return asked{"POST", "/v1/submissions", api.SubmitRequest{Token: c.Assignment.Token, Submission: task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: owner, Text: "words"}}}
	}, 200, 403, 403, 200},
	{"GET /v1/submission", sent("/v1/submission"), 200, 404, 200, 200},
	{"GET /v1/submission/gold", func(s *site, owner string) asked {
		return asked{"GET", "/v1/submission/gold?id=" + s.sent[owner].ID, nil}
	}, 403, 403, 404, 404}, // a general task: who may ask is told that it has none
	{"PUT /v1/submission/gold", func(s *site, owner string) asked {
		return asked{"PUT", "/v1/submission/gold?id=" + s.sent[owner].ID, api.GoldRequest{Texts: []string{"x"}}}
	}, 403, 403, 404, 404},
	{"GET /v1/submission/lesson", sent("/v1/submission/lesson"), 404, 404, 404, 404}, // of a training task alone: see below
	{"POST /v1/exams", func(_ *site, owner string) asked {
		return asked{"POST", "/v1/exams", api.ExamRequest{Worker: owner}}
	}, 200, 403, 403, 200},
	{"GET /v1/submission/verdicts", sent("/v1/submission/verdicts"), 200, 404, 200, 200},
	{"POST /v1/verdicts", func(s *site, owner string) asked {
		return asked{"POST", "/v1/verdicts", []task.Verdict{{Submission: s.sent[owner].ID, Decision: task.Accepted}}}
	}, 403, 403, 204, 204},
	{"GET /v1/appeals", bare("GET", "/v1/appeals"), 200, 200, 200, 200},
	{"POST /v1/appeals", func(s *site, owner string) asked {
		return asked{"POST", "/v1/appeals", task.Appeal{Submission: s.sent[owner].ID, Text: "why?"}}
	}, 204, 404, 403, 204},
	{"POST /v1/appeals/answers", func(s *site, owner string) asked {
		return asked{"POST", "/v1/appeals/answers", task.Appeal{Submission: s.sent[owner].ID, Answer: "so"}}
	}, 403, 403, 204, 204},
	{"GET /v1/task", func(s *site, owner string) asked {
		return asked{"GET", "/v1/task?id=" + esc(s.held[owner].Task.ID), nil}
	}, 403, 403, 200, 200},
	{"GET /v1/results", func(_ *site, owner string) asked {
		return asked{"GET", "/v1/results?reject=true&worker=" + owner, nil}
	}, 200, 403, 200, 200},
	{"GET /v1/batches", bare("GET", "/v1/batches"), 200, 200, 200, 200},
	{"GET /v1/batches/{id}", bare("GET", "/v1/batches/b"), 200, 200, 200, 200},
	{"DELETE /v1/batches/{id}", bare("DELETE", "/v1/batches/b"), 403, 403, 403, 200},
	{"POST /v1/batches/{id}/records", with("POST", "/v1/batches/c/records", "{\"Batch\":{\"ID\":\"c\"}}\n{\"Record\":{\"Key\":\"1\"}}\n{\"End\":{}}\n"), 403, 403, 403, 200},
	{"POST /v1/batches/{id}/recordings", with("POST", "/v1/batches/b/recordings", "{\"End\":{}}\n"), 403, 403, 403, 200},
	{"GET /v1/ledger", func(_ *site, owner string) asked { return asked{"GET", "/v1/ledger?worker=" + owner, nil} }, 200, 403, 403, 200},
	{"POST /v1/ledger", func(_ *site, owner string) asked {
		return asked{"POST", "/v1/ledger", []task.Entry{{Key: "k", Worker: owner, Kind: task.ForBonus, To: task.Approved, Amount: 1}}}
	}, 403, 403, 403, 200},
	{"GET /v1/qualifications", func(_ *site, owner string) asked { return asked{"GET", "/v1/qualifications?worker=" + owner, nil} }, 200, 403, 200, 200},
	{"POST /v1/qualifications", func(_ *site, owner string) asked {
		return asked{"POST", "/v1/qualifications", task.Qualification{ID: "new", Worker: owner, Level: 9, Passed: true}}
	}, 403, 403, 403, 204},
	{"GET /v1/measures", func(_ *site, owner string) asked { return asked{"GET", "/v1/measures?worker=" + owner, nil} }, 200, 403, 200, 200},
	{"POST /v1/measures", func(_ *site, owner string) asked {
		return asked{"POST", "/v1/measures", []task.Measure{{Key: "new", Worker: owner, Action: task.Action{Kind: task.Ban}}}}
	}, 403, 403, 403, 200},
	{"GET /v1/audio/{sum}", bare("GET", "/v1/audio/"+audioSum), 403, 403, 200, 200},
	{"HEAD /v1/audio/{sum}", bare("HEAD", "/v1/audio/"+audioSum), 403, 403, 200, 200},
	{"PUT /v1/audio/{sum}", with("PUT", "/v1/audio/"+strings.Repeat("a", 64), "sound"), 403, 403, 403, 200},
	{"DELETE /v1/audio/{sum}", bare("DELETE", "/v1/audio/"+audioSum), 403, 403, 403, 204},
}

func held(method, tail string, body func(task.Claim) any) func(*site, string) asked {
	return func(s *site, owner string) asked {
		c := s.held[owner]
		a := asked{method, "/v1/assignments/" + c.Assignment.ID + tail, nil}
		if body != nil {
			a.body = body(c)
		}
		return a
	}
}

func sent(path string) func(*site, string) asked {
	return func(s *site, owner string) asked { return asked{"GET", path + "?id=" + s.sent[owner].ID, nil} }
}

// Every endpoint, every role, one's own object and another person's.
func TestTheAccessMatrix(t *testing.T) {
	described := map[string]bool{}
	reading := newSite(t, nil) // what changes something gets a site of its own
	for _, line := range matrix {
		described[line.endpoint] = true
		t.Run(line.endpoint, func(t *testing.T) {
			s := reading
			if !strings.HasPrefix(line.endpoint, "GET") && !strings.HasPrefix(line.endpoint, "HEAD") {
				s = newSite(t, nil)
			}
			public := strings.HasSuffix(line.endpoint, "z") || strings.HasSuffix(line.endpoint, "yaml")
			s.TB = t
			for _, nobody := range []string{"", "?"} {
				want := http.StatusUnauthorized
				if public {
					want = http.StatusOK
				}
				s.answers(nobody, "z", line, want)
			}
			s.answers("w", "z", line, line.workerOnOthers)
			s.answers("w", "w", line, line.worker)
			for _, owner := range []string{"z", "w"} {
				s.answers("rita", owner, line, line.reviewer)
			}
			for _, owner := range []string{"z", "w"} {
				s.answers("lena", owner, line, line.lead)
			}
		})
	}
	for _, r := range table() {
		if !described[r.method+" "+r.path] {
			t.Errorf("%s %s is not in the matrix", r.method, r.path)
		}
	}
}

func (s *site) answers(who, owner string, line access, want int) {
	s.Helper()
	r := s.ask(who, line.request(s, owner))
	all := text(r)
	if r.StatusCode != want {
		s.Errorf("%q on an object of %s: %d, want %d: %s", who, owner, r.StatusCode, want, all)
	}
	if who == "w" || who == "" || who == "?" {
		for _, word := range []string{goldWord, othersWord, "/home/lena", "GOLDEN_SET", "rita"} {
			if strings.Contains(all, word) {
				s.Errorf("%q on an object of %s is told %q: %s", who, owner, word, all)
			}
		}
	}
	if who == "rita" && strings.Contains(all, "bonus/") {
		s.Errorf("a reviewer sees pay: %s", all)
	}
}

// A worker calls everything, with every ID that there is and many that are
// others', in every order: no answer holds a word of gold, or of other people's
// work. That the words are there to be found a reviewer shows.
func TestAWorkersTokenObtainsNoGold(t *testing.T) {
	calls := 1500
	if testing.Short() {
		calls = 600
	}
	s := newSite(t, nil)
	r := rand.New(rand.NewPCG(11, 1))
	ids := []string{"", "b", "b/done.wav", "as1", "w", "z", "elsewhere", "none", audioSum, othersSum, "..", "%2e%2e", "b/1.wav", "'", "qz", "mz"}
	for i := range 12 {
		ids = append(ids, fmt.Sprintf("b/%d.wav", i))
	}
	tokens := []string{"", "x"}
	for _, who := range []string{"w", "z"} {
		ids = append(ids, s.sent[who].ID, s.held[who].Assignment.ID, s.held[who].Task.ID)
		tokens = append(tokens, s.held[who].Assignment.Token)
	}
	id := func() string { return ids[r.IntN(len(ids))] }
	flag := func() string { return []string{"", "true", "false", "1"}[r.IntN(4)] }
	kinds := []task.Kind{"", task.General, task.Control, task.Training, task.Exam}
	good := 0
	for range calls {
		route := table()[r.IntN(len(table()))]
		path := strings.NewReplacer("{id}", esc(id()), "{sum}", esc(id())).Replace(route.path)
		if (route.method == http.MethodGet || route.method == http.MethodPut) && r.IntN(2) == 0 {
			path += "?" + []string{"id=" + esc(id()), "worker=" + esc(id()), "batch=b&gold=" + flag() + "&all=" + flag() + "&reject=" + flag() + "&bytask=" + flag() + "&worker=" + esc(id())}[r.IntN(3)]
		}
		var body any
		if route.method == http.MethodPost || route.method == http.MethodPut {
			token := tokens[r.IntN(len(tokens))]
			body = []any{
				api.ClaimRequest{Worker: []string{"", "w", "z"}[r.IntN(3)], Batch: []string{"", "b"}[r.IntN(2)], Kind: kinds[r.IntN(len(kinds))], Lease: time.Hour},
				api.RenewRequest{Token: token, Lease: time.Hour}, api.SkipRequest{Token: token},
				api.SubmitRequest{Token: token, Submission: task.Submission{ID: id(), Task: id(), Assignment: id(), Worker: id(), Text: "words"}},
				task.Appeal{Submission: id(), Text: "x"}, []task.Verdict{{Submission: id(), Decision: task.Accepted}}, "{}",
				api.GoldRequest{Texts: []string{"words"}}, api.ExamRequest{Worker: []string{"", "w", "z"}[r.IntN(3)], Batch: []string{"", "b"}[r.IntN(2)]},
			}[r.IntN(9)]
		}
		got := s.crawl("w", asked{route.method, path, body})
		if got.StatusCode < 300 {
			good++
		}
		all := text(got)
		if strings.Contains(all, goldWord) || strings.Contains(all, othersWord) {
			t.Fatalf("%s %s %v tells: %s", route.method, path, body, all)
		}
		// What was given to the worker is answered, so that gold would be open.
		if c, err := s.store.Claim(t.Context(), task.Query{Worker: "w", Kind: kinds[r.IntN(len(kinds))]}, time.Hour); err == nil && r.IntN(4) == 0 {
			in := task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: "words"}
			if _, err := s.store.Submit(t.Context(), in, c.Assignment.Token); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, in.ID)
		}
	}
	if good < calls/20 {
		t.Errorf("only %d of %d calls came to anything", good, calls)
	}
	golds := 0
	for _, submission := range ids {
		if strings.Contains(text(s.crawl("rita", asked{"GET", "/v1/submission/gold?id=" + esc(submission), nil})), goldWord) {
			golds++
		}
	}
	if golds < 3 {
		t.Errorf("a reviewer finds %d golds: there was nothing to leak", golds)
	}
	if log := s.log.String(); strings.Contains(log, goldWord) || strings.Contains(log, "words") || strings.Contains(log, s.tokens["w"]) || strings.Contains(log, s.held["w"].Assignment.Token) {
		t.Error("the log holds words or tokens")
	}
}

// crawl is ask without the document: most of what is crawled is nonsense.
func (s *site) crawl(who string, a asked) *http.Response {
	s.Helper()
	router := s.router
	defer func() { s.router = router }()
	s.router = nil
	return s.ask(who, a)
}

// What is wrong with an answer to a training task is told to who gave it, and of
// no other kind of task; reviewers correct gold.
func TestLessonsAndCorrections(t *testing.T) {
	s := newSite(t, nil)
	answered := map[task.Kind]string{}
	for _, kind := range []task.Kind{task.Training, task.Exam, task.Control} {
		c, err := s.store.Claim(t.Context(), task.Query{Worker: "w", Kind: kind}, time.Hour)
		s.must(err)
		in, err := s.store.Submit(t.Context(), task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: "mine"}, c.Assignment.Token)
		s.must(err)
		answered[kind] = in.ID
	}
	for _, line := range []struct {
		who  string
		kind task.Kind
		want int
	}{
		{"w", task.Training, 200}, {"z", task.Training, 404}, {"rita", task.Training, 200}, {"lena", task.Training, 200},
		{"w", task.Exam, 404}, {"w", task.Control, 404}, {"lena", task.Control, 404},
	} {
		r := s.ask(line.who, asked{"GET", "/v1/submission/lesson?id=" + answered[line.kind], nil})
		if all := text(r); r.StatusCode != line.want || strings.Contains(all, goldWord) {
			t.Errorf("%s of %s: %d %s", line.who, line.kind, r.StatusCode, all)
		}
	}
	path := "/v1/submission/gold?id=" + answered[task.Control]
	for _, bad := range []any{api.GoldRequest{}, api.GoldRequest{Texts: []string{strings.Repeat("x", task.MaxText+1)}}} {
		if r := s.crawl("rita", asked{"PUT", path, bad}); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%d for a gold that cannot be", r.StatusCode)
		}
	}
	if r := s.ask("rita", asked{"PUT", path, api.GoldRequest{Texts: []string{"right"}}}); r.StatusCode != http.StatusNoContent {
		t.Error(text(r))
	}
	if g, err := s.store.Gold(t.Context(), answered[task.Control]); err != nil || fmt.Sprint(g.Texts) != "[right]" {
		t.Errorf("%+v, %v", g, err)
	}
}

// Who has failed an exam gets no clip of it before the time.
func TestAFailedExamIsNotTriedAtOnce(t *testing.T) {
	s := newSite(t, nil)
	exam := asked{"POST", "/v1/claims", api.ClaimRequest{Kind: task.Exam, Lease: time.Hour}}
	s.must(s.store.Qualify(t.Context(), task.Qualification{ID: "failed", Worker: "w", At: time.Now(), RetryAt: time.Now().Add(time.Hour)}))
	if r := s.ask("w", exam); r.StatusCode != http.StatusForbidden || !strings.Contains(text(r), string(api.TooSoon)) {
		t.Error(r.StatusCode)
	}
	if r := s.ask("z", exam); r.StatusCode != http.StatusOK {
		t.Error(text(r))
	}
}
