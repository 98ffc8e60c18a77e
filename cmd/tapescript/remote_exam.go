package main

import (
	"context"
	"errors"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/client"
	"tapescript/tui/queue"
)

// sitExam is qualify for a worker on a server, who says what the exam asks for
// and grades it: gold never comes here.
func (p *program) sitExam(ctx context.Context, server *client.Store, f qualifyFlags) error {
	if f.told != "" {
		return usagef("%s", p.words.Say("qualify.server-says", "--"+f.told))
	}
	e, err := server.Exam(ctx, f.batch)
	switch {
	case errors.Is(err, task.ErrNotFound) && f.batch != "":
		return errors.New(p.words.Say("store.no-batch", f.batch))
	case err != nil:
		return err
	}
	if !f.report {
		last := e.Verdict
		if last != nil && e.Now.Before(last.RetryAt) {
			there := time.Now().Add(last.RetryAt.Sub(e.Now)) // by the clock that is seen here
			return errors.New(p.words.Say("qualify.later", there.Local().Format("2006-01-02 15:04")))
		}
		w := f.workFlags
		w.kind, w.most = task.Exam, e.Golds-e.Answered
		if err := p.workThrough(ctx, w); err != nil {
			return err
		}
		if e, err = server.Exam(ctx, f.batch); err != nil {
			return err
		}
		if last != nil && e.Verdict != nil && e.Verdict.At.Equal(last.At) {
			e.Verdict = nil // of the exam before
		}
	}
	me, err := identityOf(ctx, server)
	if err != nil {
		return err
	}
	out := sealedExam(me.Worker, e)
	if err := p.showExam(out, f.json); err != nil {
		return err
	}
	return out.gate(p, e.Golds)
}

// sealedExam is the outcome of an exam that a server graded.
func sealedExam(worker string, e api.Exam) examJSON {
	out := examJSON{Worker: worker, Exam: e.Name, Pass: e.Pass, Golds: e.Answered, Misses: []examMiss{}, sealed: true}
	v := e.Verdict
	if v == nil {
		return out
	}
	out.Golds, out.Decided, out.WER, out.Passed, out.Close, out.Level = v.Golds, true, &v.WER, v.Passed, v.Close, v.Level
	if v.Interval {
		out.Interval = &[2]float64{v.Low, v.High}
	}
	for _, m := range v.Misses {
		out.Misses = append(out.Misses, examMiss{Task: m.Task, Errors: m.Errors, Words: m.Words, Written: own(m).text, missing: m.Missing})
	}
	return out
}

// own is what a worker wrote, with the words in brackets that a server says are
// wrong.
func own(l api.Lesson) markedText {
	var list []wrong
	for _, m := range l.Marks {
		if m.From >= 0 && m.From < m.To && m.To <= len(l.Written) {
			list = append(list, wrong{m.From, m.To, m.From, m.To})
		}
	}
	return bracketed(l.Written, list)
}

// teachSealed shows what is wrong with an answer to a training task of a server,
// which keeps gold to itself.
func (s *shift) teachSealed(ctx context.Context, submission string) (bool, error) {
	server, is := s.store.(*client.Store)
	if !is {
		return true, nil
	}
	l, err := server.Lesson(ctx, submission)
	if err != nil { // it teaches nothing, or cannot be reached: the work goes on
		return true, nil
	}
	answer, _, err := s.ask(ctx, s.sealedLesson(l))
	return answer == "next", err
}

func (p *program) sealedLesson(l api.Lesson) queue.Card {
	written := own(l)
	head := queue.Part{Lines: []string{p.words.Say("work.no-mistake")}}
	if l.Errors > 0 {
		head = queue.Part{Lines: []string{p.words.Say("work.mistakes", l.Errors, l.Words)}, Bad: true}
	}
	if l.Missing > 0 {
		head.Lines = append(head.Lines, p.words.Count("qualify.missing", l.Missing))
	}
	return queue.Card{
		Title: p.words.Say("work.training"), Question: p.words.Say("work.next-question"),
		Choices: []queue.Choice{{Key: "enter", Label: p.words.Say("work.next"), Value: "next"}, {Key: "q", Label: p.words.Say("work.leave"), Value: "leave"}},
		Parts:   []queue.Part{head, {Head: p.words.Say("work.written"), Lines: []string{dash(written.text)}, Marks: [][]queue.Span{written.marks}}},
	}
}
