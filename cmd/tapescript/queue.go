package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/client"
)

type queueFlags struct {
	storeFlags
	batch      string
	skip       string
	json, take bool
	sync       bool // send what waits for a server
	lease      time.Duration
}

// defaultLease is how long a task is somebody's: a long break fits in, a night
// does not.
const defaultLease = 2 * time.Hour

func (p *program) queueCommand() *cobra.Command {
	var f queueFlags
	c := p.command("queue", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.queue(c.Context(), f) })
	p.addWorkerFlag(c, &f.storeFlags)
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().BoolVar(&f.sync, "sync", false, p.words.Say("flag.queue-sync"))
	c.Flags().BoolVar(&f.take, "take", false, p.words.Say("flag.take"))
	c.Flags().StringVar(&f.skip, "skip", "", p.words.Say("flag.queue-skip"))
	c.Flags().DurationVar(&f.lease, "lease", defaultLease, p.words.Say("flag.lease"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.MarkFlagsMutuallyExclusive("take", "skip")
	return c
}

// queueRow is a batch in the list, and its JSON.
type queueRow struct {
	ID          string     `json:"id"`
	Platform    string     `json:"platform,omitempty"`
	Style       string     `json:"style,omitempty"`
	Tasks       int64      `json:"tasks"`
	Open        int64      `json:"open"`
	Submissions int64      `json:"submissions"`
	Accepted    int64      `json:"accepted"`
	Rejected    int64      `json:"rejected"`
	Price       string     `json:"price,omitempty"`
	Deadline    *time.Time `json:"deadline,omitempty"`
	Level       int        `json:"level"`
	Purged      *time.Time `json:"purged,omitempty"`
}

func priceText(price task.Price) string {
	if !price.Stated() {
		return ""
	}
	if price.Per == "" || price.Per == task.PerTask {
		return money(price.Amount, price.Currency)
	}
	return money(price.Amount, price.Currency) + "/" + string(price.Per)
}

func stated(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// queue lists the batches, or takes the next task.
func (p *program) queue(ctx context.Context, f queueFlags) error {
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := p.sendWaiting(ctx, store, f.sync); err != nil || f.sync {
		return err
	}
	switch {
	case f.take:
		return p.takeTask(ctx, store, f)
	case f.skip != "":
		return p.giveBack(ctx, store, f)
	}
	list, err := store.Batches(ctx)
	if err != nil {
		return err
	}
	rows := []queueRow{}
	for _, b := range list {
		if f.batch == "" || f.batch == b.ID {
			rows = append(rows, queueRow{b.ID, b.Platform, b.Style, b.Tasks, b.Open, b.Submissions, b.Accepted, b.Rejected, priceText(b.Price), stated(b.Deadline), b.Level, stated(b.Purged)})
		}
	}
	if f.json {
		return p.printJSON(rows)
	}
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, p.words.Say("queue.head"))
	for _, r := range rows {
		deadline := "–"
		if r.Deadline != nil {
			deadline = r.Deadline.Local().Format("2006-01-02 15:04")
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\n", transcript.Clean(r.ID), r.Tasks, r.Open, r.Submissions, r.Accepted, dash(r.Price), deadline, dash(r.Style))
	}
	t.Flush()
	return p.print(p.out, text.String())
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func (p *program) printJSON(v any) error {
	text, err := jsonText(v)
	if err != nil {
		return err
	}
	return p.print(p.out, string(text))
}

// takenTask is what a script needs of a task. Whether it has gold is not said.
type takenTask struct {
	Task       string    `json:"task"`
	Batch      string    `json:"batch"`
	Audio      string    `json:"audio"`
	Path       string    `json:"path,omitempty"`
	Start      float64   `json:"start,omitempty"`
	End        float64   `json:"end,omitempty"`
	Draft      string    `json:"draft,omitempty"`
	Style      string    `json:"style,omitempty"`
	Price      string    `json:"price,omitempty"`
	Assignment string    `json:"assignment"`
	Until      time.Time `json:"lease_until"`
}

func (p *program) takeTask(ctx context.Context, store task.Store, f queueFlags) error {
	worker, err := p.workerID(f.storeFlags)
	if err != nil {
		return err
	}
	c, err := p.claim(ctx, store, worker, f.batch, task.General, f.lease)
	if err != nil {
		return err
	}
	t := c.Task
	return p.printJSON(takenTask{t.ID, t.Batch, t.Audio.Ref, t.Audio.Path, t.Audio.Start.Seconds(), t.Audio.End.Seconds(), t.Draft, c.Batch.Style, priceText(t.Price), c.Assignment.ID, c.Assignment.LeaseUntil})
}

// giveBack skips the task that the worker has in hand.
func (p *program) giveBack(ctx context.Context, store task.Store, f queueFlags) error {
	worker, err := p.workerID(f.storeFlags)
	if err != nil {
		return err
	}
	held := ""
	for a, err := range store.Assignments(ctx, f.batch, worker) {
		if err != nil {
			return err
		}
		if a.State == task.Leased {
			held = a.Task
		}
	}
	if held == "" {
		return errors.New(p.words.Say("queue.nothing-held"))
	}
	batch, _ := task.SplitID(held)
	c, err := p.claim(ctx, store, worker, batch, task.General, f.lease)
	if err != nil {
		return err
	}
	if err := skipTask(ctx, store, c, transcript.Clean(f.skip)); err != nil {
		return err
	}
	p.tell(p.words.Say("queue.skipped", c.Task.ID))
	return nil
}

// skipTask gives a task back with its reason. That its lease was over already
// comes to the same.
func skipTask(ctx context.Context, store task.Store, c task.Claim, why string) error {
	err := store.Skip(ctx, c.Assignment.ID, c.Assignment.Token, why)
	if err == nil || errors.Is(err, task.ErrHeld) {
		release(store, c.Assignment.ID)
	}
	if err != nil {
		if errors.Is(err, task.ErrHeld) {
			return nil
		}
		return err
	}
	if _, is := store.(*client.Store); is {
		return nil // what follows from many skips is the lead's to say, by grade
	}
	return grade.HeedSkips(ctx, store, c.Batch, c.Assignment.Worker)
}

// claim takes the next task, and says why where there is none.
func (p *program) claim(ctx context.Context, store task.Store, worker, batch string, kind task.Kind, lease time.Duration) (task.Claim, error) {
	skills, err := task.SkillsOf(ctx, store, worker)
	if err != nil && !errors.Is(err, client.ErrUnreachable) { // work goes on without
		return task.Claim{}, err
	}
	c, err := p.claimOrGoOn(ctx, store, task.Query{Worker: worker, Batch: batch, Kind: kind, Level: task.Levels(skills)}, lease)
	var paused *task.PausedError
	switch {
	case errors.Is(err, task.ErrNone):
		return c, noTask{errors.New(p.words.Say("queue.empty"))}
	case errors.As(err, &paused) && paused.Measure.Action.Kind == task.Ban:
		return c, errors.New(p.words.Say("queue.banned", joinReason(p.reason(paused.Measure.Reason), paused.Measure.Action.Comment)))
	case errors.As(err, &paused):
		return c, errors.New(p.words.Say("queue.paused", paused.Measure.Until.Local().Format("2006-01-02 15:04"), p.reason(paused.Measure.Reason)))
	}
	return c, err
}

// noTask says that there is nothing to do.
type noTask struct{ error }

// reason is the sentence of a verdict's or a measure's reason.
func (p *program) reason(r task.Reason) string {
	key := "grade-reason." + r.Code
	if !p.words.Has(key) {
		return r.Code
	}
	if r.Code == "rule" && len(r.Args) > 0 {
		var pairs []string
		for i := 1; i+1 < len(r.Args); i += 2 {
			pairs = append(pairs, r.Args[i]+" = "+r.Args[i+1])
		}
		return p.words.Say(key, r.Args[0], strings.Join(pairs, ", "))
	}
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		args[i] = a
	}
	return p.words.Say(key, args...)
}

// joinReason puts what a lead wrote behind the reason that a rule gives.
func joinReason(reason, comment string) string {
	if comment == "" {
		return reason
	}
	return reason + "; " + comment
}
