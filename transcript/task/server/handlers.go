package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tapescript/docs"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

func (c *call) healthy() error { return c.answer(api.Health{Status: "ok"}) }

// ready says whether requests should be sent here: the store answers, and the
// server is not on its way out.
func (c *call) ready() error {
	if c.draining.Load() {
		return api.ErrUnavailable
	}
	const soon = 3 * time.Second // who asks will ask again
	ctx, stop := context.WithTimeout(c.r.Context(), soon)
	defer stop()
	if _, err := c.Store.Assignment(ctx, "-"); err != nil && !errors.Is(err, task.ErrNotFound) {
		return api.ErrUnavailable
	}
	return c.answer(api.Health{Status: "ready"})
}

func (c *call) document() error {
	c.w.Header().Set("Content-Type", "application/yaml")
	_, err := c.w.Write(docs.OpenAPI)
	return err
}

func (c *call) metrics() error {
	c.figures.handler.ServeHTTP(c.w, c.r)
	return nil
}

func (c *call) me() error {
	return c.answer(api.Identity{Worker: c.token.Worker, Role: c.role, Expires: c.token.Expires, Now: c.Now().UTC()})
}

// query reads the address's parameters: known ones, each once.
func (c *call) query(known ...string) (url.Values, error) {
	v, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", api.ErrBadRequest, err)
	}
	for name, list := range v {
		if !slices.Contains(known, name) || len(list) > 1 {
			return nil, api.ErrBadRequest
		}
	}
	return v, nil
}

// named reads the parameter id, which is needed.
func (c *call) named() (string, error) {
	v, err := c.query("id")
	if err == nil && v.Get("id") == "" {
		err = &task.InvalidError{Field: "id", Code: task.Missing}
	}
	return v.Get("id"), err
}

func (c *call) path(name string) string { return c.r.PathValue(name) }

func (c *call) claim() error {
	var in api.ClaimRequest
	if err := c.decode(smallBody, &in); err != nil {
		return err
	}
	const shortest = time.Second
	switch in.Kind {
	case "", task.General, task.Control, task.Training, task.Exam:
	default:
		return &task.InvalidError{Field: "kind", Code: task.Unknown, Value: string(in.Kind)}
	}
	if in.Lease < shortest {
		return &task.InvalidError{Field: "lease", Code: task.Missing}
	}
	q := task.Query{Worker: in.Worker, Batch: in.Batch, Kind: in.Kind, Level: in.Level}
	if in.Now != nil {
		q.Now = *in.Now
	}
	if q.Worker == "" {
		q.Worker = c.token.Worker
	}
	got, err := c.store.Claim(c.r.Context(), q, in.Lease)
	if err != nil {
		return err
	}
	return c.answer(got)
}

func (c *call) renew() error {
	var in api.RenewRequest
	if err := c.decode(smallBody, &in); err != nil {
		return err
	}
	if in.Lease <= 0 {
		return &task.InvalidError{Field: "lease", Code: task.Missing}
	}
	now := c.Now().UTC()
	if err := c.store.Extend(c.r.Context(), c.path("id"), in.Token, now.Add(min(in.Lease, c.Lease))); err != nil {
		return err
	}
	a, err := c.store.Assignment(c.r.Context(), c.path("id"))
	if err != nil {
		return err
	}
	return c.answer(api.Renewed{LeaseUntil: a.LeaseUntil, Now: now})
}

func (c *call) extend() error {
	var in api.LeaseRequest
	if err := c.decode(smallBody, &in); err != nil {
		return err
	}
	if err := c.store.Extend(c.r.Context(), c.path("id"), in.Token, in.Until); err != nil {
		return err
	}
	return c.done()
}

func (c *call) skip() error {
	var in api.SkipRequest
	if err := c.decode(smallBody, &in); err != nil {
		return err
	}
	if err := c.store.Skip(c.r.Context(), c.path("id"), in.Token, in.Reason); err != nil {
		return err
	}
	return c.done()
}

func (c *call) assignment() error {
	a, err := c.store.Assignment(c.r.Context(), c.path("id"))
	if err != nil {
		return err
	}
	return c.answer(a)
}

func (c *call) assignments() error {
	v, err := c.query("batch", "worker")
	if err != nil {
		return err
	}
	return stream(c, c.store.Assignments(c.r.Context(), v.Get("batch"), v.Get("worker")))
}

func (c *call) submit() error {
	var in api.SubmitRequest
	if err := c.decode(largeBody, &in); err != nil {
		return err
	}
	s := in.Submission
	for field, text := range map[string]string{"id": s.ID, "task": s.Task, "worker": s.Worker} {
		if len(text) > task.MaxKey || text == "" && field != "worker" {
			return &task.InvalidError{Field: field, Code: task.Missing}
		}
	}
	if s.Worker == "" {
		s.Worker = c.token.Worker
	}
	if s.Active < 0 || s.Wall < 0 || s.Length < 0 {
		return &task.InvalidError{Field: "active", Code: task.Negative}
	}
	kept, err := c.store.Submit(c.r.Context(), s, in.Token)
	if err != nil {
		return err
	}
	if kept.Late {
		c.figures.late.Inc()
	}
	return c.answer(kept)
}

func (c *call) submission() error {
	id, err := c.named()
	if err != nil {
		return err
	}
	s, err := c.store.Submission(c.r.Context(), id)
	if err != nil {
		return err
	}
	return c.answer(s)
}

func (c *call) gold() error {
	id, err := c.named()
	if err != nil {
		return err
	}
	g, err := c.store.Gold(c.r.Context(), id)
	if err != nil {
		return err
	}
	return c.answer(g)
}

func (c *call) verdicts() error {
	id, err := c.named()
	if err != nil {
		return err
	}
	list, err := c.store.Verdicts(c.r.Context(), id)
	return answerList(c, list, err)
}

func answerList[T any](c *call, list []T, err error) error {
	if err != nil {
		return err
	}
	if list == nil {
		list = []T{}
	}
	return c.answer(list)
}

func (c *call) judge() error {
	var in []task.Verdict
	if err := c.decode(largeBody, &in); err != nil {
		return err
	}
	for i := range in {
		switch in[i].Decision {
		case task.Accepted, task.Rejected, task.Pending:
		default:
			return &task.InvalidError{Field: "decision", Code: task.Unknown, Value: string(in[i].Decision)}
		}
		if c.role == api.Reviewer && in[i].By == "" {
			in[i].By = c.token.Worker
		}
	}
	if err := c.store.Judge(c.r.Context(), in...); err != nil {
		return err
	}
	return c.done()
}

func (c *call) appeals() error {
	list, err := c.store.Appeals(c.r.Context())
	return answerList(c, list, err)
}

func (c *call) appeal() error { return c.appealWith(c.store.Appeal) }

func (c *call) answerAppeal() error { return c.appealWith(c.store.AnswerAppeal) }

func (c *call) appealWith(do func(context.Context, task.Appeal) error) error {
	var in task.Appeal
	if err := c.decode(largeBody, &in); err != nil {
		return err
	}
	if in.Submission == "" {
		return &task.InvalidError{Field: "submission", Code: task.Missing}
	}
	if len(in.Text) > task.MaxText || len(in.Answer) > task.MaxText {
		return &task.InvalidError{Field: "text", Code: task.TooLong}
	}
	if err := do(c.r.Context(), in); err != nil {
		return err
	}
	return c.done()
}

func (c *call) task() error {
	id, err := c.named()
	if err != nil {
		return err
	}
	t, err := c.store.Task(c.r.Context(), id)
	if err != nil {
		return err
	}
	return c.answer(t)
}

func (c *call) results() error {
	v, err := c.query("batch", "worker", "all", "gold", "reject", "bytask")
	if err != nil {
		return err
	}
	q := task.ResultQuery{Batch: v.Get("batch"), Worker: v.Get("worker")}
	for name, to := range map[string]*bool{"all": &q.All, "gold": &q.Gold, "reject": &q.Reject, "bytask": &q.ByTask} {
		if text := v.Get(name); text != "" {
			if *to, err = strconv.ParseBool(text); err != nil {
				return &task.InvalidError{Field: name, Code: task.Unknown}
			}
		}
	}
	return stream(c, c.store.Results(c.r.Context(), q))
}

func (c *call) batches() error {
	list, err := c.store.Batches(c.r.Context())
	return answerList(c, list, err)
}

func (c *call) batch() error {
	b, err := c.store.Batch(c.r.Context(), c.path("id"))
	if err != nil {
		return err
	}
	return c.answer(b)
}

func (c *call) purge() error {
	count, err := c.store.Purge(c.r.Context(), c.path("id"))
	if err != nil {
		return err
	}
	return c.answer(count)
}

func (c *call) ledger() error {
	v, err := c.query("worker")
	if err != nil {
		return err
	}
	return stream(c, c.store.Ledger(c.r.Context(), v.Get("worker")))
}

func (c *call) post() error {
	var in []task.Entry
	if err := c.decode(largeBody, &in); err != nil {
		return err
	}
	n, err := c.store.Post(c.r.Context(), in...)
	if err != nil {
		return err
	}
	return c.answer(api.Count{Added: n})
}

func (c *call) qualifications() error {
	v, err := c.query("worker")
	if err != nil {
		return err
	}
	list, err := c.store.Qualifications(c.r.Context(), v.Get("worker"))
	return answerList(c, list, err)
}

func (c *call) qualify() error {
	var in task.Qualification
	if err := c.decode(smallBody, &in); err != nil {
		return err
	}
	if err := c.store.Qualify(c.r.Context(), in); err != nil {
		return err
	}
	return c.done()
}

func (c *call) measures() error {
	v, err := c.query("worker")
	if err != nil {
		return err
	}
	list, err := c.store.Measures(c.r.Context(), v.Get("worker"))
	return answerList(c, list, err)
}

func (c *call) take() error {
	var in []task.Measure
	if err := c.decode(largeBody, &in); err != nil {
		return err
	}
	n, err := c.store.Take(c.r.Context(), in...)
	if err != nil {
		return err
	}
	return c.answer(api.Count{Added: n})
}

// lines reads JSON lines of a spooled body, one at a time. It ends with an error
// where a line is none, or too long.
func lines[T any](from io.Reader) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		in := bufio.NewScanner(from)
		in.Buffer(nil, streamLine)
		for in.Scan() {
			if len(in.Bytes()) == 0 {
				continue
			}
			var v T
			if err := json.Unmarshal(in.Bytes(), &v); err != nil {
				yield(none, fmt.Errorf("%w: %w", api.ErrBadRequest, err))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
		if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(none, api.ErrTooLarge)
		} else if err != nil {
			yield(none, err)
		}
	}
}

// errCut says that a stream has no last line: whoever sent it was cut off.
var errCut = fmt.Errorf("%w: the stream was cut off", api.ErrBadRequest)

// records imports a batch: JSON lines, the batch first, then its records, then
// the end with the batch as it is known then. All of it lies here before the
// store's transaction begins, which a slow line would hold up for everybody.
func (c *call) records() error {
	p, err := c.body(c.MostImport)
	if err != nil {
		return err
	}
	defer p.close()
	from, err := p.reader()
	if err != nil {
		return err
	}
	next, stop := iter.Pull2(lines[api.ImportLine](from))
	defer stop()
	first, err, some := next()
	if err != nil || !some || first.Batch == nil || first.Batch.ID != c.path("id") {
		return errors.Join(err, api.ErrBadRequest)
	}
	var end *api.End
	var broken error
	records := func(yield func(task.Record, error) bool) {
		for {
			l, err, more := next()
			switch {
			case err != nil || !more:
				broken = errors.Join(err, errCut)
				return
			case l.End != nil:
				end = l.End
				return
			case l.Record == nil:
				broken = api.ErrBadRequest
				return
			}
			if !yield(*l.Record, nil) {
				return
			}
		}
	}
	// A store keeps what it has at the end of the records: a stream that broke
	// off is one more row, which ends the import.
	whole := func(yield func(task.Record, error) bool) {
		goOn := true
		records(func(r task.Record, err error) bool { goOn = yield(r, err); return goOn })
		if goOn && broken != nil {
			yield(task.Record{}, &brokenError{broken})
		}
	}
	const most = 1000
	out := api.Imported{Rejected: []api.Problem{}}
	out.Counts, err = c.store.Import(c.r.Context(), *first.Batch, whole, task.ImportOptions{
		Reject: func(err error) error {
			if cut, is := errors.AsType[*brokenError](err); is {
				return cut
			}
			if len(out.Rejected) < most {
				out.Rejected = append(out.Rejected, api.ProblemOf(err))
			}
			return nil
		},
		Finish: func(b *task.Batch) {
			if end != nil && end.Batch != nil {
				id, made := b.ID, b.Created
				*b = *end.Batch
				b.ID, b.Created = id, made
			}
		},
	})
	if err != nil {
		return err
	}
	return c.answer(out)
}

type brokenError struct{ error }

func (e *brokenError) Unwrap() error { return e.error }

// place says where a batch's recordings lie: JSON lines of api.Place.
func (c *call) place() error {
	const most = 256 << 20
	p, err := c.body(most)
	if err != nil {
		return err
	}
	defer p.close()
	from, err := p.reader()
	if err != nil {
		return err
	}
	to := map[task.Audio]task.Audio{}
	whole := false
	for l, err := range lines[api.Line[api.Place]](from) {
		if err != nil {
			return err
		}
		if l.Item != nil {
			to[l.Item.From] = l.Item.To
		}
		whole = l.End != nil
	}
	if !whole {
		return errCut
	}
	n, err := c.store.SetAudio(c.r.Context(), c.path("id"), func(a task.Audio) (task.Audio, bool) {
		b, known := to[a]
		if !known {
			return a, false
		}
		return b, true
	})
	if err != nil {
		return err
	}
	return c.answer(api.Placed{Found: n})
}

var _ http.Handler = (*Server)(nil)
