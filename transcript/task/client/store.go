package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// Batch implements task.Store.
func (s *Store) Batch(ctx context.Context, id string) (b task.Batch, err error) {
	return b, s.get(ctx, "/v1/batches/"+url.PathEscape(id), nil, &b)
}

// Batches implements task.Store.
func (s *Store) Batches(ctx context.Context) (list []task.BatchSummary, err error) {
	return list, s.get(ctx, "/v1/batches", nil, &list)
}

// Claim implements task.Store. A worker's levels are known to the server; those
// of the query are a lead's to say.
func (s *Store) Claim(ctx context.Context, q task.Query, lease time.Duration) (c task.Claim, err error) {
	in := api.ClaimRequest{Worker: q.Worker, Batch: q.Batch, Kind: q.Kind, Level: q.Level, Lease: lease}
	if !q.Now.IsZero() {
		in.Now = &q.Now
	}
	err = s.send(ctx, http.MethodPost, "/v1/claims", in, &c)
	if err != nil {
		return task.Claim{}, err
	}
	return c, nil
}

// Extend implements task.Store. It is a lead's: a worker's clock may be wrong,
// and [Store.Renew] needs none.
func (s *Store) Extend(ctx context.Context, assignment, token string, until time.Time) error {
	return s.send(ctx, http.MethodPut, "/v1/assignments/"+url.PathEscape(assignment)+"/lease", api.LeaseRequest{Token: token, Until: until}, nil)
}

// Renew puts the end of a lease off to so long from now, by the server's clock.
// It returns how long that is.
func (s *Store) Renew(ctx context.Context, assignment, token string, lease time.Duration) (time.Duration, error) {
	var got api.Renewed
	err := s.send(ctx, http.MethodPost, "/v1/assignments/"+url.PathEscape(assignment)+"/renewal", api.RenewRequest{Token: token, Lease: lease}, &got)
	return got.LeaseUntil.Sub(got.Now), err
}

// Skip implements task.Store.
func (s *Store) Skip(ctx context.Context, assignment, token, reason string) error {
	return s.send(ctx, http.MethodPost, "/v1/assignments/"+url.PathEscape(assignment)+"/skip", api.SkipRequest{Token: token, Reason: reason}, nil)
}

// Submit implements task.Store.
func (s *Store) Submit(ctx context.Context, in task.Submission, token string) (kept task.Submission, err error) {
	err = s.send(ctx, http.MethodPost, "/v1/submissions", api.SubmitRequest{Submission: in, Token: token}, &kept)
	if err != nil {
		return in, err
	}
	return kept, nil
}

// Task implements task.Store.
func (s *Store) Task(ctx context.Context, id string) (t task.Task, err error) {
	return t, s.get(ctx, "/v1/task", named(id), &t)
}

func named(id string) url.Values { return url.Values{"id": {id}} }

// Assignment implements task.Store.
func (s *Store) Assignment(ctx context.Context, id string) (a task.Assignment, err error) {
	if id == "" {
		return a, task.ErrNotFound
	}
	return a, s.get(ctx, "/v1/assignments/"+url.PathEscape(id), nil, &a)
}

// Assignments implements task.Store.
func (s *Store) Assignments(ctx context.Context, batch, worker string) iter.Seq2[task.Assignment, error] {
	return items[task.Assignment](ctx, s, "/v1/assignments", given("batch", batch, "worker", worker))
}

// given are the parameters that say something.
func given(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}

// Submission implements task.Store.
func (s *Store) Submission(ctx context.Context, id string) (in task.Submission, err error) {
	return in, s.get(ctx, "/v1/submission", named(id), &in)
}

// Gold implements task.Store.
func (s *Store) Gold(ctx context.Context, submission string) (g task.Gold, err error) {
	return g, s.get(ctx, "/v1/submission/gold", named(submission), &g)
}

// CorrectGold implements task.GoldCorrector, for reviewers and leads.
func (s *Store) CorrectGold(ctx context.Context, submission string, texts []string) error {
	data, err := json.Marshal(api.GoldRequest{Texts: texts})
	if err != nil {
		return err
	}
	body := func() io.Reader { return bytes.NewReader(data) }
	return s.call(ctx, request{method: http.MethodPut, path: "/v1/submission/gold", query: named(submission), kind: "application/json", body: body, size: int64(len(data))}, nil)
}

// Lesson says what is wrong with an answer to a training task; task.ErrNotFound
// of any other.
func (s *Store) Lesson(ctx context.Context, submission string) (l api.Lesson, err error) {
	return l, s.get(ctx, "/v1/submission/lesson", named(submission), &l)
}

// Exam says how the worker stands in an exam of a batch, "" of any; the server
// grades it once all of it is answered.
func (s *Store) Exam(ctx context.Context, batch string) (e api.Exam, err error) {
	return e, s.send(ctx, http.MethodPost, "/v1/exams", api.ExamRequest{Batch: batch}, &e)
}

// Judge implements task.Store.
func (s *Store) Judge(ctx context.Context, list ...task.Verdict) error {
	return inParts(list, func(part []task.Verdict) error {
		return s.send(ctx, http.MethodPost, "/v1/verdicts", part, nil)
	})
}

// inParts sends a list in parts that the server takes. Each part is done whole;
// all of them may be sent again.
func inParts[T any](list []T, send func([]T) error) error {
	const most = 2000
	for len(list) > most {
		if err := send(list[:most]); err != nil {
			return err
		}
		list = list[most:]
	}
	if len(list) == 0 {
		return nil
	}
	return send(list)
}

// Verdicts implements task.Store.
func (s *Store) Verdicts(ctx context.Context, submission string) (list []task.Verdict, err error) {
	return list, s.get(ctx, "/v1/submission/verdicts", named(submission), &list)
}

// Appeal implements task.Store.
func (s *Store) Appeal(ctx context.Context, a task.Appeal) error {
	return s.send(ctx, http.MethodPost, "/v1/appeals", a, nil)
}

// AnswerAppeal implements task.Store.
func (s *Store) AnswerAppeal(ctx context.Context, a task.Appeal) error {
	return s.send(ctx, http.MethodPost, "/v1/appeals/answers", a, nil)
}

// Appeals implements task.Store.
func (s *Store) Appeals(ctx context.Context) (list []task.Appeal, err error) {
	return list, s.get(ctx, "/v1/appeals", nil, &list)
}

// Post implements task.Store.
func (s *Store) Post(ctx context.Context, entries ...task.Entry) (added int, err error) {
	err = inParts(entries, func(part []task.Entry) error {
		var got api.Count
		err := s.send(ctx, http.MethodPost, "/v1/ledger", part, &got)
		added += got.Added
		return err
	})
	return added, err
}

// Ledger implements task.Store.
func (s *Store) Ledger(ctx context.Context, worker string) iter.Seq2[task.Entry, error] {
	return items[task.Entry](ctx, s, "/v1/ledger", given("worker", worker))
}

// Qualify implements task.Store.
func (s *Store) Qualify(ctx context.Context, q task.Qualification) error {
	return s.send(ctx, http.MethodPost, "/v1/qualifications", q, nil)
}

// Qualifications implements task.Store.
func (s *Store) Qualifications(ctx context.Context, worker string) (list []task.Qualification, err error) {
	return list, s.get(ctx, "/v1/qualifications", given("worker", worker), &list)
}

// Take implements task.Store.
func (s *Store) Take(ctx context.Context, list ...task.Measure) (added int, err error) {
	err = inParts(list, func(part []task.Measure) error {
		var got api.Count
		err := s.send(ctx, http.MethodPost, "/v1/measures", part, &got)
		added += got.Added
		return err
	})
	return added, err
}

// Measures implements task.Store.
func (s *Store) Measures(ctx context.Context, worker string) (list []task.Measure, err error) {
	return list, s.get(ctx, "/v1/measures", given("worker", worker), &list)
}

// Results implements task.Store.
func (s *Store) Results(ctx context.Context, q task.ResultQuery) iter.Seq2[task.Result, error] {
	v := given("batch", q.Batch, "worker", q.Worker)
	for name, on := range map[string]bool{"all": q.All, "gold": q.Gold, "reject": q.Reject, "bytask": q.ByTask} {
		if on {
			v.Set(name, strconv.FormatBool(on))
		}
	}
	return items[task.Result](ctx, s, "/v1/results", v)
}

// Purge implements task.Store.
func (s *Store) Purge(ctx context.Context, batch string) (count task.PurgeCount, err error) {
	return count, s.call(ctx, request{method: http.MethodDelete, path: "/v1/batches/" + url.PathEscape(batch)}, &count)
}

// Import implements task.Store. The records go to the server as they are read;
// it begins when it has the last of them, so that a line that breaks leaves
// nothing behind.
func (s *Store) Import(ctx context.Context, b task.Batch, records iter.Seq2[task.Record, error], o task.ImportOptions) (task.Imported, error) {
	if err := b.Validate(); err != nil {
		return task.Imported{}, err
	}
	from, to := io.Pipe()
	up := &upload{batch: b, options: o, out: json.NewEncoder(to)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		up.err = up.run(records)
		to.CloseWithError(up.err) // nil is the end
	}()
	var got api.Imported
	err := s.call(ctx, request{method: http.MethodPost, path: "/v1/batches/" + url.PathEscape(b.ID) + "/records", kind: "application/x-ndjson", body: func() io.Reader { return from }, once: true}, &got)
	from.CloseWithError(errStopped)
	<-ended // the records are the caller's again
	if up.err != nil && !errors.Is(up.err, errStopped) {
		return task.Imported{}, up.err
	}
	if err != nil {
		return task.Imported{}, err
	}
	for _, p := range got.Rejected {
		if o.Reject == nil {
			return task.Imported{}, p.Err()
		}
		if err := o.Reject(p.Err()); err != nil {
			return task.Imported{}, err
		}
	}
	got.Counts.Rows += up.rejected
	got.Counts.Rejected += up.rejected
	return got.Counts, nil
}

var errStopped = errors.New("the server wants no more")

// upload is an import on its way. What cannot be kept is told here, so that the
// server need not.
type upload struct {
	batch    task.Batch
	options  task.ImportOptions
	out      *json.Encoder
	rows     int64
	rejected int64
	err      error
}

func (u *upload) run(records iter.Seq2[task.Record, error]) error {
	const progressRows = 10_000
	if err := u.out.Encode(api.ImportLine{Batch: &u.batch}); err != nil {
		return err
	}
	for r, err := range records {
		if err == nil {
			err = r.Validate()
		}
		if u.rows++; u.options.Progress != nil && u.rows%progressRows == 0 {
			u.options.Progress(u.rows)
		}
		if err != nil {
			if u.options.Reject == nil {
				return err
			}
			u.rejected++
			if err := u.options.Reject(err); err != nil {
				return err
			}
			continue
		}
		if err := u.out.Encode(api.ImportLine{Record: &r}); err != nil {
			return err
		}
	}
	end := &api.End{Items: u.rows - u.rejected}
	if u.options.Finish != nil {
		u.options.Finish(&u.batch)
		end.Batch = &u.batch
	}
	return u.out.Encode(api.ImportLine{End: end})
}

// SetAudio implements task.Store: the tasks come here, path is asked, and what
// it says goes back.
func (s *Store) SetAudio(ctx context.Context, batch string, path func(task.Audio) (task.Audio, bool)) (int64, error) {
	seen := map[task.Audio]bool{}
	var places []api.Place
	for r, err := range s.Results(ctx, task.ResultQuery{Batch: batch, All: true, Reject: true}) {
		if err != nil {
			return 0, err
		}
		a := r.Task.Audio
		if seen[a] {
			continue
		}
		seen[a] = true
		if b, known := path(a); known {
			places = append(places, api.Place{From: a, To: b})
		}
	}
	from, to := io.Pipe()
	go func() {
		out := json.NewEncoder(to)
		var err error
		for i := range places {
			if err = out.Encode(api.Line[api.Place]{Item: &places[i]}); err != nil {
				break
			}
		}
		if err == nil {
			err = out.Encode(api.Line[api.Place]{End: &api.End{Items: int64(len(places))}})
		}
		to.CloseWithError(err)
	}()
	var got api.Placed
	err := s.call(ctx, request{method: http.MethodPost, path: "/v1/batches/" + url.PathEscape(batch) + "/recordings", kind: "application/x-ndjson", body: func() io.Reader { return from }, once: true}, &got)
	from.CloseWithError(errStopped)
	return got.Found, err
}
