package tasktest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tapescript/transcript/task"
)

// rewrites goes over everything that somebody wrote: all of it changes, and
// nothing else; nothing where an error comes.
func (s *suite) rewrites() {
	store, can := s.store.(task.Rewriter)
	if !can {
		s.Log("this store rewrites nothing")
		return
	}
	r := rows("1")[0]
	r.Kind, r.Gold, r.Hint, r.Draft, r.GoldCells = task.Training, []string{"gold zork", "zork"}, "hint zork", "draft zork", []int{1}
	r.Row.Cells = []string{"1", "gold zork", "cell zork"}
	s.load(task.Batch{ID: "b", Overlap: 2}, append([]task.Record{r}, rows("2", "3")...)...)
	s.load(task.Batch{ID: "c"}, task.Record{Key: "1", Audio: task.Audio{Ref: "1"}, Draft: "other zork"})
	c, err := s.store.Claim(s.ctx, task.Query{Worker: "zork", Batch: "b", Kind: task.Training, Now: s.now}, time.Hour)
	s.must(err)
	in := answer(c, "answer zork")
	in.Transcript, in.Extras = []byte("lines zork"), map[string]string{"note": "extra zork"}
	kept, err := s.store.Submit(s.ctx, in, c.Assignment.Token)
	s.must(err)
	for i, decision := range []task.Decision{task.Accepted, task.Rejected} {
		s.must(s.store.Judge(s.ctx, task.Verdict{Submission: kept.ID, Decision: decision, Comment: "verdict zork", By: fmt.Sprint(i), At: s.now}))
	}
	s.must(s.store.Appeal(s.ctx, task.Appeal{Submission: kept.ID, Text: "appeal zork", At: s.now}))
	other, err := s.store.Claim(s.ctx, task.Query{Worker: "v", Batch: "b", Now: s.now}, time.Hour)
	s.must(err)
	s.must(s.store.Skip(s.ctx, other.Assignment.ID, other.Assignment.Token, "skipped zork"))

	mask := maskZork
	before := s.results(task.ResultQuery{All: true, Gold: true, Reject: true})
	stop := errors.New("stop")
	_, err = store.Rewrite(s.ctx, "b", func(d *task.Dossier) error {
		s.must(mask(d))
		if d.Task.Key == "3" {
			return stop
		}
		return nil
	})
	s.fails(err, stop)
	s.equal("after an error", s.results(task.ResultQuery{All: true, Gold: true, Reject: true}), before)
	for _, want := range []int64{2, 0} { // the second time there is nothing left
		n, err := store.Rewrite(s.ctx, "b", mask)
		s.must(err)
		s.equal("changed", n, want)
	}
	_, err = store.Rewrite(s.ctx, "none", mask)
	s.fails(err, task.ErrNotFound)

	after := s.results(task.ResultQuery{Batch: "b", All: true, Gold: true, Reject: true})
	s.equal("results", len(after), 3)
	var all []any
	for _, r := range after {
		if r.Submission != nil {
			s.equal("the answer", r.Submission.Text, "answer [X]")
			s.equal("its extras", r.Submission.Extras["note"], "extra [X]")
			s.equal("its worker", r.Submission.Worker, "zork")
			s.equal("its gold", r.Gold.Texts, []string{"gold [X]", "[X]"})
			s.equal("its verdict", r.Verdict.Decision, task.Rejected)
			r.Submission.Worker = ""
			all = append(all, *r.Submission, *r.Gold, *r.Verdict)
		}
		all = append(all, r.Task)
	}
	verdicts, err := s.store.Verdicts(s.ctx, kept.ID)
	s.must(err)
	s.equal("verdicts", len(verdicts), 2)
	appeals, err := s.store.Appeals(s.ctx)
	s.must(err)
	for a, err := range s.store.Assignments(s.ctx, "b", "v") {
		s.must(err)
		s.equal("why it was skipped", a.Skipped, "skipped [X]")
	}
	if text := fmt.Sprintf("%+v %+v %+v", all, verdicts, appeals); strings.Contains(text, "zork") {
		s.Fatalf("it still stands in %s", text)
	}
	s.equal("another batch", s.results(task.ResultQuery{Batch: "c", All: true})[0].Task.Draft, "other zork")
}

// maskZork takes a name out of everything that somebody wrote.
func maskZork(d *task.Dossier) error {
	no := func(text *string) { *text = strings.ReplaceAll(*text, "zork", "[X]") }
	no(&d.Task.Draft)
	for i := range d.Task.Row.Cells {
		no(&d.Task.Row.Cells[i])
	}
	if g := d.Gold; g != nil {
		no(&g.Reason)
		for i := range g.Texts {
			no(&g.Texts[i])
		}
		for i, cell := range g.Cells {
			no(&cell)
			g.Cells[i] = cell
		}
	}
	for i := range d.Answers {
		a := &d.Answers[i]
		no(&a.Submission.Text)
		lines := string(a.Submission.Transcript)
		no(&lines)
		a.Submission.Transcript = []byte(lines)
		for k, v := range a.Submission.Extras {
			no(&v)
			a.Submission.Extras[k] = v
		}
		for k := range a.Verdicts {
			no(&a.Verdicts[k].Comment)
		}
		no(&a.Appeal.Text)
	}
	for i := range d.Skipped {
		no(&d.Skipped[i].Skipped)
	}
	return nil
}
