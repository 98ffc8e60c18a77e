// Package tasktest is the suite that every task.Store passes.
//
//	func TestStore(t *testing.T) { tasktest.Run(t, open) }
package tasktest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tapescript/transcript/task"
)

// Run tries a store. open returns an empty one; the suite closes it.
func Run(t *testing.T, open func(*testing.T) task.Store) {
	for _, c := range []struct {
		name string
		test func(*suite)
	}{
		{"TwiceTheSameFileIsNoDuplicate", (*suite).importsOnce},
		{"TheCountAlwaysAddsUp", (*suite).countsAddUp},
		{"AFailedImportKeepsNothing", (*suite).importIsWhole},
		{"ResultsComeBackAsTheyCame", (*suite).resultsComeBack},
		{"TheQueueGoesByPriorityDeadlinePay", (*suite).queueOrder},
		{"AsManyAsWereAskedForMayTakeATask", (*suite).overlap},
		{"WhatWasHeldComesBackFirst", (*suite).resumes},
		{"ALeaseEndsAndALateAnswerIsKept", (*suite).lateAnswer},
		{"SubmittingTwiceIsSubmittingOnce", (*suite).submitsOnce},
		{"SkippedTasksGoToOthers", (*suite).skips},
		{"WhoHadWhichTaskIsKnown", (*suite).assignments},
		{"GoldIsSealedUntilTheAnswer", (*suite).goldIsSealed},
		{"GoldIsSpreadAndMetOnce", (*suite).goldIsSpread},
		{"AVerdictMovesTheMoney", (*suite).verdictsMoveMoney},
		{"AnAppealIsKeptAndAnswered", (*suite).appeals},
		{"TheLedgerKnowsItsKeys", (*suite).ledgerKeys},
		{"PausedWorkersGetNothing", (*suite).pauses},
		{"ABanCanBeLifted", (*suite).lifts},
		{"AnAnswerToAnUnknownLeaseIsKept", (*suite).unknownLease},
		{"WhatGoldSaidBeforeIsKept", (*suite).formerGold},
		{"LevelsOpenBatches", (*suite).levels},
		{"OneMoreTranscriptMayBeAskedFor", (*suite).oneMore},
		{"RecordingsAreFound", (*suite).audio},
		{"AnAssignmentSaysWhoseATaskIs", (*suite).assignment},
		{"WhatWasWrittenCanBeRewritten", (*suite).rewrites},
		{"PurgingLeavesTheLedger", (*suite).purges},
		{"WorkersInParallelNeverShareAPlace", (*suite).parallel},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := open(t)
			defer store.Close()
			c.test(&suite{T: t, store: store, ctx: context.Background(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
		})
	}
}

type suite struct {
	*testing.T
	store task.Store
	ctx   context.Context
	now   time.Time
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) equal(what string, got, want any) {
	s.Helper()
	if !reflect.DeepEqual(got, want) {
		s.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func (s *suite) fails(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Fatalf("got error %v, want %v", err, want)
	}
}

func each(records ...task.Record) iter.Seq2[task.Record, error] {
	return func(yield func(task.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// rows are plain tasks with these keys.
func rows(keys ...string) (list []task.Record) {
	for i, k := range keys {
		list = append(list, task.Record{Key: k, Audio: task.Audio{Ref: k}, Row: task.Row{Line: int64(i + 2), Cells: []string{k, ""}}})
	}
	return list
}

func cents(n int64) task.Price {
	return task.Price{Amount: task.Decimal(n * 10_000), Currency: "USD", Per: task.PerTask}
}

func (s *suite) load(b task.Batch, records ...task.Record) task.Imported {
	s.Helper()
	if b.ID == "" {
		b.ID = "b"
	}
	got, err := s.store.Import(s.ctx, b, each(records...), task.ImportOptions{})
	s.must(err)
	return got
}

func (s *suite) claim(worker string) (task.Claim, error) {
	return s.store.Claim(s.ctx, task.Query{Worker: worker, Now: s.now}, time.Hour)
}

func (s *suite) claims(worker, key string) task.Claim {
	s.Helper()
	c, err := s.claim(worker)
	s.must(err)
	s.equal(worker+" gets", c.Task.Key, key)
	return c
}

func answer(c task.Claim, text string) task.Submission {
	return task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: c.Assignment.Worker, Text: text, At: c.Assignment.Started.Add(time.Minute)}
}

func (s *suite) submits(c task.Claim, text string) task.Submission {
	s.Helper()
	got, err := s.store.Submit(s.ctx, answer(c, text), c.Assignment.Token)
	s.must(err)
	return got
}

func (s *suite) results(q task.ResultQuery) (list []task.Result) {
	s.Helper()
	for r, err := range s.store.Results(s.ctx, q) {
		s.must(err)
		list = append(list, r)
	}
	return list
}

func (s *suite) balance(worker string) task.Balance {
	s.Helper()
	var b task.Balance
	for e, err := range s.store.Ledger(s.ctx, worker) {
		s.must(err)
		b.Add(e)
	}
	return b
}

func done(key, worker, text string) task.Record {
	return task.Record{Key: key, Audio: task.Audio{Ref: key}, Done: &task.Done{Worker: worker, Text: text}, Row: task.Row{Cells: []string{key, text, worker}}}
}

func (s *suite) importsOnce() {
	list := rows("1", "2", "3")
	s.equal("first", s.load(task.Batch{}, list...), task.Imported{Rows: 3, New: 3, Tasks: 3})
	s.equal("again", s.load(task.Batch{}, list...), task.Imported{Rows: 3, Known: 3})
	s.equal("grown", s.load(task.Batch{}, rows("0", "1", "2", "3", "3")...), task.Imported{Rows: 5, New: 1, Known: 4, Tasks: 1})
	// The same words by the same worker twice in one file are two rows of it.
	results := []task.Record{done("1", "a", "x"), done("1", "b", "x"), done("1", "a", "x"), done("9", "a", "x")}
	s.equal("results", s.load(task.Batch{}, results...), task.Imported{Rows: 4, New: 4, Tasks: 1})
	slices.Reverse(results)
	s.equal("results again", s.load(task.Batch{}, results...), task.Imported{Rows: 4, Known: 4})
	other := results[0]
	other.Done = &task.Done{Assignment: "as1", Worker: "a", Text: "x"}
	s.equal("with an assignment", s.load(task.Batch{}, other, other), task.Imported{Rows: 2, New: 1, Known: 1})
	if _, err := s.store.Import(s.ctx, task.Batch{ID: "b", Platform: "mturk"}, each(list...), task.ImportOptions{}); err == nil {
		s.Fatal("another platform's file went into the batch")
	}
}

func (s *suite) countsAddUp() {
	bad := errors.New("line 3: nonsense")
	var told []error
	got, err := s.store.Import(s.ctx, task.Batch{ID: "b"}, func(yield func(task.Record, error) bool) {
		_ = yield(rows("1")[0], nil) && yield(task.Record{}, bad) && yield(task.Record{Row: task.Row{Line: 4}}, nil) && yield(rows("1")[0], nil)
	}, task.ImportOptions{Reject: func(err error) error { told = append(told, err); return nil }})
	s.must(err)
	s.equal("counts", got, task.Imported{Rows: 4, New: 1, Known: 1, Rejected: 2, Tasks: 1})
	s.equal("told", len(told), 2)
	s.equal("the iterator's error", told[0], bad)
}

func (s *suite) importIsWhole() {
	bad := errors.New("the disk is gone")
	list := rows("1", "2")
	_, err := s.store.Import(s.ctx, task.Batch{ID: "b"}, func(yield func(task.Record, error) bool) {
		_ = yield(list[0], nil) && yield(list[1], nil) && yield(task.Record{}, bad)
	}, task.ImportOptions{})
	s.fails(err, bad)
	_, err = s.store.Batch(s.ctx, "b")
	s.fails(err, task.ErrNotFound)
	_, err = s.claim("w")
	s.fails(err, task.ErrNone)
}

func (s *suite) resultsComeBack() {
	text := "odd \"cells\"\n\r\x00\t"
	gold := task.Record{Key: "g", Kind: task.Control, Audio: task.Audio{Ref: "http://x/g", Start: time.Second, End: 3 * time.Second, Channel: 2},
		Gold: []string{"the answer", "an answer"}, Hint: "why", GoldCells: []int{1, 2}, Row: task.Row{Line: 5, Cells: []string{"http://x/g", "the answer", "why"}}}
	doneGold := gold
	doneGold.Done, doneGold.Row.Cells = &task.Done{Worker: "a", Text: "y", Verdict: &task.Verdict{Decision: task.Rejected, Comment: "no"}}, []string{"http://x/g", " the answer", ""}
	s.load(task.Batch{Source: task.Source{Header: []string{"a", "b", "c"}}}, done("2", "a", text), gold, done("1", "b", ""), doneGold)
	list := s.results(task.ResultQuery{Batch: "b", All: true, Gold: true, Reject: true})
	s.equal("results", len(list), 3)
	s.equal("order", list[0].Task.Key+list[1].Task.Key+list[2].Task.Key, "21g")
	s.equal("cells", list[0].Row().Cells, []string{"2", text, "a"})
	s.equal("gold's cells of the result", list[2].Row().Cells, []string{"http://x/g", " the answer", ""})
	s.equal("sealed cells", list[2].Submission.Row.Cells, []string{"http://x/g", "", ""})
	s.equal("audio", list[2].Task.Audio, gold.Audio)
	s.equal("gold", list[2].Gold.Texts, gold.Gold)
	s.equal("verdict", list[2].Verdict.Comment, "no")
	s.equal("without rejected ones", len(s.results(task.ResultQuery{Batch: "b"})), 2)
	s.load(task.Batch{ID: "two"}, done("1", "a", "x"), done("2", "a", "x"), done("1", "b", "x"))
	order := ""
	for _, r := range s.results(task.ResultQuery{Batch: "two", ByTask: true}) {
		order += r.Task.Key + r.Submission.Worker
	}
	s.equal("by task", order, "1a1b2a")
	_, err := s.store.Import(s.ctx, task.Batch{ID: "three"}, each(rows("1")...), task.ImportOptions{Finish: func(b *task.Batch) { b.Source.SHA256 = "sum" }})
	s.must(err)
	b, err := s.store.Batch(s.ctx, "three")
	s.must(err)
	s.equal("finished", b.Source.SHA256, "sum")
	s.equal("of one worker", len(s.results(task.ResultQuery{Batch: "b", Worker: "b"})), 1)
	for r := range s.store.Results(s.ctx, task.ResultQuery{}) { // may be left
		_ = r
		break
	}
}

func (s *suite) queueOrder() {
	late, soon := s.now.Add(48*time.Hour), s.now.Add(time.Hour)
	list := rows("plain", "paid", "late", "soon", "first", "paid too")
	list[1].Price, list[5].Price = cents(5), cents(5)
	list[2].Deadline, list[3].Deadline = late, soon
	list[4].Priority = 3
	s.load(task.Batch{ID: "b"}, list...)
	s.load(task.Batch{ID: "c", Priority: 2}, rows("other batch")...)
	for _, want := range []string{"first", "other batch", "soon", "late", "paid", "paid too", "plain"} {
		s.submits(s.claims("w", want), "x")
	}
	_, err := s.claim("w")
	s.fails(err, task.ErrNone)
	// A cursor that has passed everything does not hide what comes in later.
	urgent := rows("urgent")
	urgent[0].Priority = 9
	s.load(task.Batch{ID: "b"}, urgent...)
	s.claims("w", "urgent")
}

func (s *suite) overlap() {
	list := rows("1", "2")
	list[1].Overlap = 1
	s.load(task.Batch{Overlap: 2}, list...)
	a := s.claims("a", "1")
	s.claims("b", "1")
	c := s.claims("c", "2")
	_, err := s.claim("d")
	s.fails(err, task.ErrNone)
	s.submits(a, "x")
	_, err = s.claim("a")
	s.fails(err, task.ErrNone)
	s.submits(c, "x")
	t, err := s.store.Task(s.ctx, "b/1")
	s.must(err)
	s.equal("state", t.State, task.Full)
}

func (s *suite) resumes() {
	s.load(task.Batch{}, rows("1", "2")...)
	first := s.claims("w", "1")
	s.now = s.now.Add(time.Minute)
	again := s.claims("w", "1")
	s.equal("token", again.Assignment.Token, first.Assignment.Token)
	s.equal("lease", again.Assignment.LeaseUntil, s.now.Add(time.Hour))
	s.equal("started", again.Assignment.Started, first.Assignment.Started)
	s.equal("left", again.Left, int64(1))
	s.now = s.now.Add(100 * time.Hour) // nobody wanted it meanwhile
	s.claims("w", "1")
}

func (s *suite) lateAnswer() {
	s.load(task.Batch{Price: cents(5)}, rows("1", "2")...)
	slow := s.claims("slow", "1")
	s.must(s.store.Extend(s.ctx, slow.Assignment.ID, slow.Assignment.Token, s.now.Add(2*time.Hour)))
	s.now = s.now.Add(90 * time.Minute)
	s.claims("other", "2")
	s.now = s.now.Add(time.Hour)
	quick := s.claims("quick", "1")
	s.fails(s.store.Extend(s.ctx, slow.Assignment.ID, slow.Assignment.Token, s.now.Add(time.Hour)), task.ErrHeld)
	s.fails(s.store.Skip(s.ctx, slow.Assignment.ID, slow.Assignment.Token, "why"), task.ErrHeld)
	if got := s.submits(slow, "late words"); !got.Late {
		s.Fatal("an answer after the lease is not late")
	}
	if got := s.submits(quick, "words"); got.Late {
		s.Fatal("the holder's answer is late")
	}
	s.equal("pay", s.balance("slow").Pending, task.Decimal(0))
	s.equal("counting", len(s.results(task.ResultQuery{})), 1)
	s.equal("all", len(s.results(task.ResultQuery{Reject: true})), 2)
	// It was of use after all.
	s.must(s.store.Judge(s.ctx, task.Verdict{Submission: slow.Assignment.ID, Decision: task.Accepted}))
	s.equal("pay", s.balance("slow").Approved, cents(5).Amount)
	forged := answer(s.claims("other", "2"), "x")
	got, err := s.store.Submit(s.ctx, forged, "no token")
	s.must(err)
	s.equal("without the token", got.Late, true)
}

func (s *suite) submitsOnce() {
	s.load(task.Batch{Price: cents(5)}, rows("1")...)
	c := s.claims("w", "1")
	first := s.submits(c, "x")
	s.equal("again", s.submits(c, "x"), first)
	s.equal("pay", s.balance("w"), task.Balance{Pending: cents(5).Amount, Tasks: 1})
	other := answer(c, "y")
	_, err := s.store.Submit(s.ctx, other, c.Assignment.Token)
	s.fails(err, task.ErrOther)
	other.ID, other.Task = "x", "b/none"
	_, err = s.store.Submit(s.ctx, other, "")
	s.fails(err, task.ErrNotFound)
	kept, err := s.store.Submission(s.ctx, c.Assignment.ID)
	s.must(err)
	s.equal("kept", kept.Text, "x")
}

func (s *suite) skips() {
	s.load(task.Batch{}, rows("1", "2", "3")...)
	a := s.claims("a", "1")
	s.submits(s.claims("b", "2"), "x")
	s.submits(s.claims("b", "3"), "x") // b's cursor has passed all
	s.must(s.store.Skip(s.ctx, a.Assignment.ID, a.Assignment.Token, "noise"))
	s.must(s.store.Skip(s.ctx, a.Assignment.ID, a.Assignment.Token, "noise"))
	_, err := s.claim("a")
	s.fails(err, task.ErrNone)
	s.claims("b", "1")
}

func (s *suite) assignments() {
	s.load(task.Batch{Overlap: 2}, rows("1", "2")...)
	s.load(task.Batch{ID: "c"}, rows("3")...)
	first := s.claims("w", "1")
	s.must(s.store.Skip(s.ctx, first.Assignment.ID, first.Assignment.Token, "noise"))
	s.now = s.now.Add(time.Minute)
	s.submits(s.claims("w", "2"), "x")
	s.now = s.now.Add(time.Minute)
	s.claims("v", "1")
	s.now = s.now.Add(time.Minute)
	s.claims("w", "3")
	list := func(batch, worker string) (list []string) {
		for a, err := range s.store.Assignments(s.ctx, batch, worker) {
			s.must(err)
			s.equal("token", a.Token, "")
			if a.ID == "" || a.Started.IsZero() || !a.LeaseUntil.After(a.Started) {
				s.Fatalf("not whole: %+v", a)
			}
			list = append(list, fmt.Sprint(a.Task, " ", a.Worker, " ", a.State, " ", a.Skipped))
		}
		return list
	}
	s.equal("all", list("", ""), []string{"b/1 w skipped noise", "b/2 w submitted ", "b/1 v leased ", "c/3 w leased "})
	s.equal("of w in b", list("b", "w"), []string{"b/1 w skipped noise", "b/2 w submitted "})
	for range s.store.Assignments(s.ctx, "", "") {
		break // whoever asks may have enough
	}
}

func (s *suite) goldIsSealed() {
	r := rows("1")[0]
	r.Kind, r.Gold, r.Hint, r.GoldCells, r.Row.Cells = task.Control, []string{"the secret words"}, "the reason", []int{1}, []string{"1", "the secret words"}
	s.load(task.Batch{}, r)
	c := s.claims("w", "1")
	if strings.Contains(fmt.Sprintf("%+v", c), "secret") {
		s.Fatal("the claim shows the gold")
	}
	for _, r := range s.results(task.ResultQuery{All: true}) {
		if r.Gold != nil || strings.Contains(fmt.Sprintf("%+v", r), "secret") {
			s.Fatal("a result shows the gold unasked")
		}
	}
	_, err := s.store.Gold(s.ctx, c.Assignment.ID)
	s.fails(err, task.ErrSealed)
	s.submits(c, "x")
	g, err := s.store.Gold(s.ctx, c.Assignment.ID)
	s.must(err)
	s.equal("gold", g, task.Gold{Task: "b/1", Texts: r.Gold, Reason: r.Hint, Cells: map[int]string{1: "the secret words"}})
	corrector, corrects := s.store.(task.GoldCorrector)
	if corrects {
		s.must(corrector.CorrectGold(s.ctx, c.Assignment.ID, []string{"the sacred words", "x"}))
		g, err = s.store.Gold(s.ctx, c.Assignment.ID)
		s.must(err)
		s.equal("corrected gold", g, task.Gold{Task: "b/1", Texts: []string{"the sacred words", "x"}, Reason: r.Hint, Cells: map[int]string{1: "the secret words"}})
		s.fails(corrector.CorrectGold(s.ctx, "nobody's", []string{"x"}), task.ErrSealed)
	}
	s.load(task.Batch{ID: "c"}, rows("1")...)
	c = s.claims("w", "1")
	s.submits(c, "x")
	_, err = s.store.Gold(s.ctx, c.Assignment.ID)
	s.fails(err, task.ErrNotFound)
	if corrects {
		s.fails(corrector.CorrectGold(s.ctx, c.Assignment.ID, []string{"x"}), task.ErrNotFound)
	}
}

func (s *suite) goldIsSpread() {
	var list []task.Record
	for i := range 100 {
		r := rows(fmt.Sprint(i))[0]
		if i < 10 {
			r.Kind, r.Gold = task.Control, []string{"g"}
		}
		if i >= 90 {
			r.Kind, r.Gold = task.Exam, []string{"g"}
		}
		list = append(list, r)
	}
	s.load(task.Batch{Overlap: 3}, list...)
	for _, worker := range []string{"a", "b"} {
		met, gap, longest := 0, 0, 0
		for n := 0; ; n++ {
			c, err := s.claim(worker)
			if errors.Is(err, task.ErrNone) {
				break
			}
			s.must(err)
			s.submits(c, "x")
			gap++
			if c.Task.Kind == task.Control {
				met, gap = met+1, 0
			}
			if c.Task.Kind == task.Exam {
				s.Fatal("an exam's task among the work")
			}
			longest = max(longest, gap)
		}
		if met < 9 || longest > 20 {
			s.Fatalf("%s met %d of 10 golds, %d tasks lay between two", worker, met, longest)
		}
	}
	for range 10 {
		c, err := s.store.Claim(s.ctx, task.Query{Worker: "a", Kind: task.Exam, Now: s.now}, time.Hour)
		s.must(err)
		s.equal("kind", c.Task.Kind, task.Exam)
		s.submits(c, "x")
	}
	_, err := s.store.Claim(s.ctx, task.Query{Worker: "a", Kind: task.Exam, Now: s.now}, time.Hour)
	s.fails(err, task.ErrNone)
}

func (s *suite) verdictsMoveMoney() {
	s.load(task.Batch{Price: task.Price{Amount: 60_000, Currency: "EUR", Per: task.PerMinute}}, rows("1", "2")...)
	c := s.claims("w", "1")
	in := answer(c, "x")
	in.Length = 30 * time.Second
	_, err := s.store.Submit(s.ctx, in, c.Assignment.Token)
	s.must(err)
	s.equal("pending", s.balance("w").Pending, task.Decimal(30_000))
	s.equal("of unknown length", s.submits(s.claims("w", "2"), "x").Late, false)
	s.equal("pending", s.balance("w"), task.Balance{Pending: 30_000, Tasks: 2})
	_, err = s.claim("other")
	s.fails(err, task.ErrNone)
	no := task.Verdict{Submission: in.ID, Decision: task.Rejected, Reason: task.Reason{Code: "wer", Args: []string{"0.5"}}, By: "gold", At: s.now}
	s.must(s.store.Judge(s.ctx, no))
	s.must(s.store.Judge(s.ctx, no))
	s.equal("rejected", s.balance("w"), task.Balance{Rejected: 30_000, Tasks: 2})
	s.claims("other", "1") // one more is wanted
	yes := no
	yes.Decision = task.Accepted
	s.must(s.store.Judge(s.ctx, yes))
	s.equal("accepted", s.balance("w"), task.Balance{Approved: 30_000, Tasks: 2})
	s.must(s.store.Judge(s.ctx, no, yes))
	s.equal("to and fro", s.balance("w"), task.Balance{Approved: 30_000, Tasks: 2})
	list, err := s.store.Verdicts(s.ctx, in.ID)
	s.must(err)
	s.equal("verdicts", len(list), 4)
	s.equal("reason", list[0].Reason, no.Reason)
	s.fails(s.store.Judge(s.ctx, task.Verdict{Submission: "none", Decision: task.Accepted}), task.ErrNotFound)
}

func (s *suite) appeals() {
	s.load(task.Batch{Price: cents(7)}, rows("1")...)
	c := s.claims("w", "1")
	s.submits(c, "x")
	id := c.Assignment.ID
	s.fails(s.store.Appeal(s.ctx, task.Appeal{Submission: "none", Text: "?"}), task.ErrNotFound)
	s.fails(s.store.AnswerAppeal(s.ctx, task.Appeal{Submission: id}), task.ErrNotFound)
	s.must(s.store.Judge(s.ctx, task.Verdict{Submission: id, Decision: task.Rejected}))
	s.must(s.store.Appeal(s.ctx, task.Appeal{Submission: id, Text: "listen again", At: s.now}))
	yes := task.Appeal{Submission: id, Granted: true, Answer: "you were right", Answered: s.now}
	s.must(s.store.AnswerAppeal(s.ctx, yes))
	s.must(s.store.AnswerAppeal(s.ctx, yes))
	s.fails(s.store.AnswerAppeal(s.ctx, task.Appeal{Submission: id, Answer: "no"}), task.ErrOther)
	s.equal("money", s.balance("w"), task.Balance{Approved: cents(7).Amount, Tasks: 1})
	list, err := s.store.Appeals(s.ctx)
	s.must(err)
	s.equal("appeals", list, []task.Appeal{{Submission: id, Text: "listen again", At: s.now, Answered: s.now, Granted: true, Answer: "you were right"}})
}

func (s *suite) ledgerKeys() {
	e := task.Entry{Key: "bonus/1", Worker: "w", Kind: task.ForBonus, To: task.Approved, Amount: 5, Currency: "USD", At: s.now, Note: "volume"}
	f := e
	f.Key, f.Worker = "bonus/2", "v"
	n, err := s.store.Post(s.ctx, e, f, e)
	s.must(err)
	s.equal("new", n, 2)
	var list []task.Entry
	for got, err := range s.store.Ledger(s.ctx, "w") {
		s.must(err)
		list = append(list, got)
	}
	s.equal("entries", list, []task.Entry{e})
	if _, err := s.store.Post(s.ctx, task.Entry{Key: "x", Amount: -1}); err == nil {
		s.Fatal("less than nothing was posted")
	}
}

func (s *suite) pauses() {
	s.load(task.Batch{}, rows("1")...)
	pause := task.Measure{Key: "m1", Worker: "w", Action: task.Action{Kind: task.Pause}, Reason: task.Reason{Code: "fast"}, At: s.now, Until: s.now.Add(time.Hour)}
	for _, want := range []int{1, 0} {
		n, err := s.store.Take(s.ctx, pause)
		s.must(err)
		s.equal("new", n, want)
	}
	_, err := s.claim("w")
	s.fails(err, task.ErrPaused)
	var paused *task.PausedError
	if !errors.As(err, &paused) || paused.Measure.Reason.Code != "fast" {
		s.Fatal(err)
	}
	s.now = s.now.Add(2 * time.Hour)
	s.claims("w", "1")
	_, err = s.store.Take(s.ctx, task.Measure{Key: "m2", Worker: "w", Action: task.Action{Kind: task.Ban}})
	s.must(err)
	_, err = s.claim("w")
	s.fails(err, task.ErrPaused)
	list, err := s.store.Measures(s.ctx, "w")
	s.must(err)
	s.equal("measures", len(list), 2)
	// Of one batch alone: the other's tasks go on.
	s.load(task.Batch{ID: "c"}, rows("2", "3")...)
	_, err = s.store.Take(s.ctx, task.Measure{Key: "m3", Worker: "v", Batch: "b", Action: task.Action{Kind: task.Ban}})
	s.must(err)
	s.submits(s.claims("v", "2"), "x")
	s.submits(s.claims("v", "3"), "x")
	s.load(task.Batch{}, rows("4")...)
	_, err = s.claim("v")
	s.fails(err, task.ErrPaused)
}

func (s *suite) levels() {
	s.load(task.Batch{ID: "hard", Level: 2, Style: "rev-clean", Priority: 1}, rows("1")...)
	s.load(task.Batch{ID: "easy"}, rows("2")...)
	s.claims("w", "2")
	c, err := s.store.Claim(s.ctx, task.Query{Worker: "v", Level: map[string]int{"rev-clean": 2}, Now: s.now}, time.Hour)
	s.must(err)
	s.equal("at level 2", c.Task.Key, "1")
	q := task.Qualification{ID: "q", Worker: "w", Skill: "rev-clean", Level: 1, Passed: true, Score: .04, Low: .02, High: .06, Golds: 12, At: s.now}
	s.must(s.store.Qualify(s.ctx, q))
	s.must(s.store.Qualify(s.ctx, q))
	list, err := s.store.Qualifications(s.ctx, "w")
	s.must(err)
	s.equal("qualifications", list, []task.Qualification{q})
}

func (s *suite) oneMore() {
	s.load(task.Batch{}, rows("1", "2")...)
	s.submits(s.claims("a", "1"), "x")
	s.submits(s.claims("b", "2"), "x")
	more := task.Measure{Key: "more/b/1", Action: task.Action{Kind: task.OneMore, Extras: map[string]string{"task": "b/1"}}}
	_, err := s.store.Take(s.ctx, more, more)
	s.must(err)
	s.submits(s.claims("b", "1"), "y")
	_, err = s.claim("c")
	s.fails(err, task.ErrNone)
}

func (s *suite) audio() {
	s.load(task.Batch{Price: task.Price{Amount: 600_000, Currency: "USD", Per: task.PerMinute}}, rows("http://x/1.wav", "2.wav")...)
	n, err := s.store.SetAudio(s.ctx, "b", func(a task.Audio) (task.Audio, bool) {
		a.Path, a.Duration = "/audio/"+a.Ref, 6*time.Second
		return a, a.Ref == "2.wav"
	})
	s.must(err)
	s.equal("found", n, int64(1))
	c := s.claims("w", "2.wav") // now it is known to pay
	s.equal("audio", c.Task.Audio, task.Audio{Ref: "2.wav", Path: "/audio/2.wav", Duration: 6 * time.Second})
	s.submits(c, "x")
	s.equal("pay", s.balance("w").Pending, task.Decimal(60_000))
}

func (s *suite) assignment() {
	s.load(task.Batch{}, rows("1", "2")...)
	c := s.claims("w", "1")
	is := func(want task.AssignmentState, skipped string) {
		s.Helper()
		got, err := s.store.Assignment(s.ctx, c.Assignment.ID)
		s.must(err)
		want2 := c.Assignment
		want2.Token, want2.State, want2.Skipped = "", want, skipped
		s.equal("assignment", got, want2)
	}
	is(task.Leased, "")
	s.submits(c, "x")
	is(task.Submitted, "")
	c = s.claims("w", "2")
	s.must(s.store.Skip(s.ctx, c.Assignment.ID, c.Assignment.Token, "noise"))
	is(task.Skipped, "noise")
	_, err := s.store.Assignment(s.ctx, "none")
	s.fails(err, task.ErrNotFound)
}

func (s *suite) purges() {
	r := rows("1", "2")
	r[0].Kind, r[0].Gold = task.Control, []string{"g"}
	s.load(task.Batch{Price: cents(5)}, r...)
	s.load(task.Batch{ID: "kept"}, rows("1")...)
	_, err := s.store.SetAudio(s.ctx, "b", func(a task.Audio) (task.Audio, bool) { a.Path = "/" + a.Ref; return a, true })
	s.must(err)
	for range 2 {
		c, err := s.store.Claim(s.ctx, task.Query{Worker: "w", Batch: "b", Now: s.now}, time.Hour)
		s.must(err)
		s.submits(c, "x")
	}
	before := s.balance("w")
	got, err := s.store.Purge(s.ctx, "b")
	s.must(err)
	slices.Sort(got.Audio)
	s.equal("deleted", got, task.PurgeCount{Tasks: 2, Submissions: 2, Gold: 1, Audio: []string{"/1", "/2"}})
	s.equal("the ledger", s.balance("w"), before)
	s.equal("left", len(s.results(task.ResultQuery{All: true})), 1)
	list, err := s.store.Batches(s.ctx)
	s.must(err)
	if list[0].Purged.IsZero() || list[0].Tasks != 0 || list[1].Tasks != 1 {
		s.Fatalf("%+v", list)
	}
}

func (s *suite) parallel() {
	var keys []string
	for i := range 40 {
		keys = append(keys, fmt.Sprint(i))
	}
	s.load(task.Batch{Overlap: 2, Price: cents(1)}, rows(keys...)...)
	var group sync.WaitGroup
	for _, worker := range []string{"a", "b", "c", "d"} {
		group.Go(func() {
			for {
				c, err := s.claim(worker)
				if errors.Is(err, task.ErrNone) {
					return
				}
				if err == nil {
					_, err = s.store.Submit(s.ctx, answer(c, "x"), c.Assignment.Token)
				}
				if err != nil {
					s.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	by := map[string]map[string]bool{}
	for _, r := range s.results(task.ResultQuery{Reject: true}) {
		if by[r.Task.Key] == nil {
			by[r.Task.Key] = map[string]bool{}
		}
		by[r.Task.Key][r.Submission.Worker] = true
	}
	for _, k := range keys {
		if len(by[k]) != 2 {
			s.Errorf("task %s has %d transcripts", k, len(by[k]))
		}
	}
	s.equal("pay", s.balance("").Pending, cents(80).Amount)
}
