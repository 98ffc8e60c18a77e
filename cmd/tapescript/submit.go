package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/task"
)

type submitFlags struct {
	storeFlags
	text, appeal string
	anyway, json bool
}

func (p *program) submitCommand() *cobra.Command {
	var f submitFlags
	c := p.command("submit", cobra.RangeArgs(1, 2), func(c *cobra.Command, args []string) error { return p.submit(c.Context(), args, f) })
	p.addWorkerFlag(c, &f.storeFlags)
	c.Flags().StringVar(&f.text, "text", "", p.words.Say("flag.submit-text"))
	c.Flags().StringVar(&f.appeal, "appeal", "", p.words.Say("flag.appeal"))
	c.Flags().BoolVar(&f.anyway, "anyway", false, p.words.Say("flag.anyway"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	return c
}

// submit hands in a transcript of the task that the worker has in hand, or
// appeals against a verdict.
func (p *program) submit(ctx context.Context, args []string, f submitFlags) error {
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	if f.appeal != "" {
		err := store.Appeal(ctx, task.Appeal{Submission: args[0], Text: transcript.Clean(f.appeal)})
		switch {
		case errors.Is(err, task.ErrNotFound):
			return errors.New(p.words.Say("submit.none", args[0]))
		case errors.Is(err, task.ErrOther):
			return errors.New(p.words.Say("submit.answered", args[0]))
		case err == nil:
			p.tell(p.words.Say("submit.appealed", args[0]))
		}
		return err
	}
	worker, err := p.workerID(f.storeFlags)
	if err != nil {
		return err
	}
	text, lines, err := p.submitText(args, f.text)
	if err != nil {
		return err
	}
	batch, _ := task.SplitID(args[0])
	held, err := p.claim(ctx, store, worker, batch, task.General, defaultLease)
	if err != nil && !errors.As(err, new(noTask)) {
		return err
	}
	if err != nil || held.Task.ID != args[0] {
		return p.submitAgain(ctx, store, worker, args[0], text)
	}
	if found := p.lintTask(held.Batch, lines); len(found) > 0 && !f.anyway {
		for _, g := range found {
			p.tell(p.lintLine(held.Batch, g))
		}
		if errorsIn(found) > 0 {
			return gateError{errors.New(p.words.Count("submit.lint", errorsIn(found)))}
		}
	}
	s := newSubmission(held, text)
	s, waits, err := p.submitOrKeep(ctx, store, s, held)
	if err != nil || waits {
		return err
	}
	return p.submitted(s, f.json)
}

// newSubmission is the answer to a task in hand. Its ID is the assignment's: an
// answer that is sent again after a crash is the same one.
func newSubmission(c task.Claim, text string) task.Submission {
	now := time.Now().UTC()
	return task.Submission{
		ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: c.Assignment.Worker,
		Text: text, At: now, Wall: max(now.Sub(c.Assignment.Started), 0),
	}
}

func (p *program) submitted(s task.Submission, asJSON bool) error {
	if asJSON {
		return p.printJSON(map[string]any{"submission": s.ID, "task": s.Task, "late": s.Late})
	}
	key := "submit.done"
	if s.Late {
		key = "submit.late"
	}
	p.tell(p.words.Say(key, s.Task, s.ID))
	return nil
}

// submitAgain answers for a task that is not in hand: the same text a second
// time is done already.
func (p *program) submitAgain(ctx context.Context, store task.Store, worker, id, text string) error {
	batch, _ := task.SplitID(id)
	for r, err := range store.Results(ctx, task.ResultQuery{Batch: batch, Worker: worker, Reject: true}) {
		if err != nil {
			return err
		}
		if r.Task.ID == id && r.Submission.Text == text {
			return p.submitted(*r.Submission, false)
		}
	}
	return errors.New(p.words.Say("submit.not-held", id))
}

// submitText reads what is handed in: a flag, a transcript, or lines of text.
func (p *program) submitText(args []string, given string) (string, *transcript.Transcript, error) {
	switch {
	case (given != "") == (len(args) > 1):
		return "", nil, usagef("%s", p.words.Say("submit.one-text"))
	case given != "":
		given = transcript.Clean(given)
		return given, onlySegment(given), nil
	}
	data, err := p.readBytes(args[1])
	if err != nil {
		return "", nil, err
	}
	t, _, err := format.Decode(data, args[1])
	if err != nil {
		return "", nil, err
	}
	return t.Line(), t, nil
}

func onlySegment(text string) *transcript.Transcript {
	return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}}
}

// lintTask is what the batch's style finds in a transcript; none without one.
func (p *program) lintTask(b task.Batch, t *transcript.Transcript) []style.Finding {
	profile := p.taskStyle(b)
	if profile == nil {
		return nil
	}
	return profile.Lint(t)
}

// taskStyle is a batch's style; nil where it has none that is known here.
func (p *program) taskStyle(b task.Batch) *style.Profile {
	if b.Style == "" {
		return nil
	}
	profile, err := p.styleProfile(b.Style, b.Language)
	if err != nil {
		return nil
	}
	return profile
}

func (p *program) lintLine(b task.Batch, g style.Finding) string {
	return g.Rule + " " + p.lintSentence(&linted{profile: p.taskStyle(b)}, g)
}

func errorsIn(found []style.Finding) (n int) {
	for _, g := range found {
		if g.Severity == style.Error {
			n++
		}
	}
	return n
}
