package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality/grade"
	"tapescript/quality/normalize"
	"tapescript/transcript/task"
)

type gradeFlags struct {
	storeFlags
	batch, normalize, rules string
	maxWER, workerWER       string
	maxPeers                string
	golds                   int
	fastest                 float64
	accept, dry, json       bool
	grant, deny, comment    string
	appeals                 bool
	ban, lift               string
}

func (p *program) gradeCommand() *cobra.Command {
	var f gradeFlags
	c := p.command("grade", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.grade(c.Context(), f) })
	p.addStoreFlag(c, &f.storeFlags)
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().StringVar(&f.normalize, "normalize", "basic", p.words.Say("flag.normalize", strings.Join(normalize.Names(), ", ")))
	c.Flags().StringVar(&f.maxWER, "max-wer", "35%", p.words.Say("flag.grade-max-wer"))
	c.Flags().StringVar(&f.workerWER, "worker-wer", "", p.words.Say("flag.grade-worker-wer"))
	c.Flags().IntVar(&f.golds, "golds", 10, p.words.Say("flag.grade-golds"))
	c.Flags().StringVar(&f.maxPeers, "max-peers", "", p.words.Say("flag.grade-max-peers"))
	c.Flags().Float64Var(&f.fastest, "fastest", 0, p.words.Say("flag.grade-fastest"))
	c.Flags().StringVar(&f.rules, "rules", "", p.words.Say("flag.grade-rules"))
	c.Flags().BoolVar(&f.accept, "accept", false, p.words.Say("flag.grade-accept"))
	c.Flags().BoolVar(&f.dry, "dry-run", false, p.words.Say("flag.dry-run"))
	c.Flags().BoolVar(&f.appeals, "appeals", false, p.words.Say("flag.grade-appeals"))
	c.Flags().StringVar(&f.grant, "grant", "", p.words.Say("flag.grade-grant"))
	c.Flags().StringVar(&f.deny, "deny", "", p.words.Say("flag.grade-deny"))
	c.Flags().StringVar(&f.comment, "comment", "", p.words.Say("flag.grade-comment"))
	c.Flags().StringVar(&f.ban, "ban", "", p.words.Say("flag.grade-ban"))
	c.Flags().StringVar(&f.lift, "lift", "", p.words.Say("flag.grade-lift"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.MarkFlagsMutuallyExclusive("appeals", "grant", "deny", "ban", "lift")
	return c
}

// grade decides about what was submitted, or about appeals.
func (p *program) grade(ctx context.Context, f gradeFlags) error {
	policy, err := p.gradePolicy(f)
	if err != nil {
		return err
	}
	options, err := scoreOptions(f.normalize, "")
	if err != nil {
		return usageError{err}
	}
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	switch {
	case f.appeals:
		return p.listAppeals(ctx, store, f.json)
	case f.grant+f.deny != "":
		err := store.AnswerAppeal(ctx, task.Appeal{Submission: f.grant + f.deny, Granted: f.grant != "", Answer: f.comment})
		if errors.Is(err, task.ErrNotFound) || errors.Is(err, task.ErrOther) {
			return errors.New(p.words.Say("grade.no-appeal", f.grant+f.deny))
		}
		return err
	}
	if err := notForWorkers(ctx, store); err != nil {
		return err
	}
	if f.ban+f.lift != "" {
		return p.banOrLift(ctx, store, f)
	}
	verdicts, measures, err := p.gradeBatches(ctx, store, f, policy, options)
	if err != nil {
		return err
	}
	if !f.dry {
		if err := store.Judge(ctx, verdicts...); err != nil {
			return err
		}
		if err := grade.Take(ctx, store, measures); err != nil {
			return err
		}
	}
	return p.printGrades(verdicts, measures, f)
}

func (p *program) gradePolicy(f gradeFlags) (policy grade.Policy, err error) {
	policy = grade.Policy{Golds: f.golds, Fastest: f.fastest, Accept: f.accept}
	for _, g := range []struct {
		flag, text string
		to         *float64
	}{{"--max-wer", f.maxWER, &policy.MaxWER}, {"--worker-wer", f.workerWER, &policy.WorkerWER}, {"--max-peers", f.maxPeers, &policy.MaxPeers}} {
		if g.text == "" {
			continue
		}
		if *g.to, err = p.share(strings.TrimPrefix(g.flag, "--"), g.text); err != nil {
			return policy, err
		}
	}
	return policy, nil
}

// answers are what was submitted, with gold.
func (p *program) answers(ctx context.Context, store task.Store, batch, worker string) ([]grade.Answer, error) {
	q, err := modest(ctx, store, task.ResultQuery{Batch: batch, Worker: worker, Gold: true, Reject: true})
	if err != nil {
		return nil, err
	}
	var list []grade.Answer
	for r, err := range store.Results(ctx, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, grade.FromResult(r))
	}
	return list, nil
}

// gradedJSON is a verdict as a script reads it.
type gradedJSON struct {
	Submission string   `json:"submission"`
	Decision   string   `json:"decision"`
	Score      *float64 `json:"score"`
	Code       string   `json:"code"`
	Args       []string `json:"args,omitempty"`
	Reason     string   `json:"reason"`
}

type measureJSON struct {
	Worker string     `json:"worker"`
	Action string     `json:"action"`
	Skill  string     `json:"skill,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
	Code   string     `json:"code"`
	Args   []string   `json:"args,omitempty"`
	Reason string     `json:"reason"`
}

func (p *program) printGrades(verdicts []task.Verdict, measures []task.Measure, f gradeFlags) error {
	counts := map[task.Decision]int{}
	graded, taken := []gradedJSON{}, []measureJSON{}
	for _, v := range verdicts {
		counts[v.Decision]++
		graded = append(graded, gradedJSON{v.Submission, string(v.Decision), v.Score, v.Reason.Code, v.Reason.Args, p.reason(v.Reason)})
	}
	for _, m := range measures {
		taken = append(taken, measureJSON{m.Worker, string(m.Action.Kind), m.Action.Skill, stated(m.Until), m.Reason.Code, m.Reason.Args, p.reason(m.Reason)})
	}
	if f.json {
		return p.printJSON(map[string]any{"accepted": counts[task.Accepted], "rejected": counts[task.Rejected], "left": counts[task.Pending], "verdicts": graded, "measures": taken})
	}
	var text strings.Builder
	for _, g := range graded {
		if g.Decision != string(task.Accepted) {
			fmt.Fprintf(&text, "%s\t%s\t%s\n", g.Submission, p.words.Say("decision."+g.Decision), g.Reason)
		}
	}
	for _, m := range taken {
		fmt.Fprintf(&text, "%s\t%s\t%s\n", m.Worker, p.words.Say("measure."+m.Action), m.Reason)
	}
	fmt.Fprintln(&text, p.words.Say("grade.sum", counts[task.Accepted], counts[task.Rejected], counts[task.Pending]))
	return p.print(p.out, text.String())
}

func (p *program) listAppeals(ctx context.Context, store task.Store, asJSON bool) error {
	list, err := store.Appeals(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		if list == nil {
			list = []task.Appeal{}
		}
		return p.printJSON(list)
	}
	var text strings.Builder
	for _, a := range list {
		state := p.words.Say("grade.appeal-open")
		if !a.Answered.IsZero() {
			state = p.words.Say(map[bool]string{true: "grade.appeal-granted", false: "grade.appeal-denied"}[a.Granted])
		}
		fmt.Fprintf(&text, "%s\t%s\t%s\n", a.Submission, state, a.Text)
	}
	return p.print(p.out, text.String())
}
