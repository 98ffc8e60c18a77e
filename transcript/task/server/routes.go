package server

import (
	"net/http"
	"strings"

	"tapescript/transcript/task/api"
)

// reach is how far a role goes at an endpoint.
type reach int

const (
	nothing    reach = iota // not at all
	theirs                  // what is their own: the store is own
	everything              // the whole store
)

// route is an endpoint, who may use it, and what it does.
type route struct {
	method, path string
	public       bool // without a token
	may          map[api.Role]reach
	do           func(*call) error
}

// who makes a line of the table: a worker's, a reviewer's and a lead's reach.
func who(worker, reviewer, lead reach) map[api.Role]reach {
	return map[api.Role]reach{api.Worker: worker, api.Reviewer: reviewer, api.Lead: lead}
}

// table is all that the server does, and the one place that says who may.
//
// A reviewer does no tasks, because a reviewer sees gold, and sees no pay.
func table() []*route {
	const (
		get, post, put, del, head = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead

		no, own, all = nothing, theirs, everything
	)
	return []*route{
		{get, "/healthz", true, nil, (*call).healthy},
		{get, "/readyz", true, nil, (*call).ready},
		{get, "/openapi.yaml", true, nil, (*call).document},

		//                                       worker reviewer lead
		{get, "/metrics", false, who(no, no, all), (*call).metrics},
		{get, "/v1/me", false, who(own, own, own), (*call).me},

		{post, "/v1/claims", false, who(own, no, all), (*call).claim},
		{get, "/v1/assignments", false, who(own, all, all), (*call).assignments},
		{get, "/v1/assignments/{id}", false, who(own, all, all), (*call).assignment},
		{post, "/v1/assignments/{id}/renewal", false, who(own, no, all), (*call).renew},
		{put, "/v1/assignments/{id}/lease", false, who(no, no, all), (*call).extend},
		{post, "/v1/assignments/{id}/skip", false, who(own, no, all), (*call).skip},
		{get, "/v1/assignments/{id}/audio", false, who(own, all, all), (*call).audioOf},
		{head, "/v1/assignments/{id}/audio", false, who(own, all, all), (*call).audioOf},

		{post, "/v1/submissions", false, who(own, no, all), (*call).submit},
		{get, "/v1/submission", false, who(own, all, all), (*call).submission},
		{get, "/v1/submission/gold", false, who(no, all, all), (*call).gold},
		{put, "/v1/submission/gold", false, who(no, all, all), (*call).correctGold},
		{get, "/v1/submission/lesson", false, who(own, all, all), (*call).lesson},
		{get, "/v1/submission/verdicts", false, who(own, all, all), (*call).verdicts},
		{post, "/v1/verdicts", false, who(no, all, all), (*call).judge},
		{get, "/v1/appeals", false, who(own, all, all), (*call).appeals},
		{post, "/v1/appeals", false, who(own, no, all), (*call).appeal},
		{post, "/v1/appeals/answers", false, who(no, all, all), (*call).answerAppeal},

		{post, "/v1/exams", false, who(own, no, all), (*call).examine},

		{get, "/v1/task", false, who(no, all, all), (*call).task},
		{get, "/v1/results", false, who(own, all, all), (*call).results},
		{get, "/v1/batches", false, who(own, all, all), (*call).batches},
		{get, "/v1/batches/{id}", false, who(own, all, all), (*call).batch},
		{del, "/v1/batches/{id}", false, who(no, no, all), (*call).purge},
		{post, "/v1/batches/{id}/records", false, who(no, no, all), (*call).records},
		{post, "/v1/batches/{id}/recordings", false, who(no, no, all), (*call).place},

		{get, "/v1/ledger", false, who(own, no, all), (*call).ledger},
		{post, "/v1/ledger", false, who(no, no, all), (*call).post},
		{get, "/v1/qualifications", false, who(own, all, all), (*call).qualifications},
		{post, "/v1/qualifications", false, who(no, no, all), (*call).qualify},
		{get, "/v1/measures", false, who(own, all, all), (*call).measures},
		{post, "/v1/measures", false, who(no, no, all), (*call).take},

		{get, "/v1/audio/{sum}", false, who(no, all, all), (*call).audio},
		{head, "/v1/audio/{sum}", false, who(no, all, all), (*call).audio},
		{put, "/v1/audio/{sum}", false, who(no, no, all), (*call).keepAudio},
		{del, "/v1/audio/{sum}", false, who(no, no, all), (*call).removeAudio},
	}
}

// paths are the routes of a path, as the mux keeps them.
type paths map[string]*route // by method

func (p paths) ServeHTTP(http.ResponseWriter, *http.Request) {}

// routes puts the table into the mux, which knows paths; methods are ours, so
// that a wrong one is answered like every other problem.
func (s *Server) routes() {
	by := map[string]paths{}
	for _, r := range table() {
		if r.path == "/metrics" && s.MetricsAlone {
			continue
		}
		if by[r.path] == nil {
			by[r.path] = paths{}
			s.mux.Handle(r.path, by[r.path])
		}
		by[r.path][r.method] = r
	}
}

// find is the endpoint of a request.
func (c *call) find() (*route, error) {
	if c.r.URL.Path == "" || c.r.URL.Path[0] != '/' {
		return nil, api.ErrNoEndpoint
	}
	h, _ := c.mux.Handler(c.r)
	known, is := h.(paths)
	if !is {
		return nil, api.ErrNoEndpoint
	}
	if r := known[c.r.Method]; r != nil {
		c.mux.ServeHTTP(discard{}, c.r) // puts the path's values into the request
		return r, nil
	}
	var methods []string
	for m := range known {
		methods = append(methods, m)
	}
	c.w.Header().Set("Allow", strings.Join(methods, ", "))
	return nil, api.ErrBadMethod
}

// discard takes the answer of the mux, which has none.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
