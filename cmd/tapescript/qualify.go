package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality/grade"
	"tapescript/transcript/task"
)

type qualifyFlags struct {
	workFlags
	exam, pass, normalize, skill string
	golds                        int
	report, json, anyway         bool
	training                     bool
}

func (p *program) qualifyCommand() *cobra.Command {
	var f qualifyFlags
	c := p.command("qualify", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.qualify(c.Context(), f) })
	p.addWorkFlags(c, &f.workFlags)
	var names []string
	for _, e := range grade.Presets() {
		names = append(names, e.Name)
	}
	c.Flags().StringVar(&f.exam, "exam", "crowd", p.words.Say("flag.exam", strings.Join(names, ", ")))
	c.Flags().StringVar(&f.pass, "pass", "", p.words.Say("flag.pass"))
	c.Flags().IntVar(&f.golds, "golds", 0, p.words.Say("flag.exam-golds"))
	c.Flags().StringVar(&f.skill, "skill", "", p.words.Say("flag.skill"))
	c.Flags().StringVar(&f.normalize, "normalize", "basic", p.words.Say("flag.exam-normalize"))
	c.Flags().BoolVar(&f.report, "report", false, p.words.Say("flag.exam-report"))
	c.Flags().BoolVar(&f.anyway, "anyway", false, p.words.Say("flag.exam-anyway"))
	c.Flags().BoolVar(&f.training, "training", false, p.words.Say("flag.training"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.MarkFlagsMutuallyExclusive("training", "report")
	return c
}

// qualify is an exam: clips with gold one after the other, then the verdict.
// With --report it is the verdict alone, of what was answered already.
func (p *program) qualify(ctx context.Context, f qualifyFlags) error {
	if f.training { // nothing depends on it: mistakes are shown at once
		f.kind = task.Training
		return p.workThrough(ctx, f.workFlags)
	}
	exam, err := grade.Preset(f.exam)
	if err != nil {
		return usageError{err}
	}
	if f.pass != "" {
		if exam.Pass, err = p.share("pass", f.pass); err != nil {
			return err
		}
	}
	if f.golds > 0 {
		exam.Golds = f.golds
	}
	if f.anyway {
		exam.Golds = 1
	}
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	worker, err := p.workerID(f.storeFlags)
	if err != nil {
		return err
	}
	past, err := store.Qualifications(ctx, worker)
	if err != nil {
		return err
	}
	since, retry := lastTry(past, p.examSkill(ctx, store, f))
	if !f.report {
		if time.Now().Before(retry) {
			return errors.New(p.words.Say("qualify.later", retry.Local().Format("2006-01-02 15:04")))
		}
		if err := p.takeExam(ctx, f, exam); err != nil {
			return err
		}
	}
	return p.examVerdict(ctx, store, f, exam, worker, since)
}

// examSkill is what the exam is in: as the flag says, else what the batch asks
// for, or all batches where they ask for the same.
func (p *program) examSkill(ctx context.Context, store task.Store, f qualifyFlags) string {
	if f.skill != "" {
		return f.skill
	}
	list, err := store.Batches(ctx)
	if err != nil {
		return ""
	}
	skill, asked := "", false
	for _, b := range list {
		if f.batch != "" && f.batch != b.ID {
			continue
		}
		own := cmp.Or(b.Skill, b.Style)
		if asked && own != skill {
			return ""
		}
		skill, asked = own, true
	}
	return skill
}

// lastTry is when the worker last sat the exam, and from when it may be tried
// again.
func lastTry(past []task.Qualification, skill string) (at, retry time.Time) {
	for _, q := range past {
		if q.Skill == skill && q.At.After(at) {
			at, retry = q.At, q.RetryAt
		}
	}
	return at, retry
}

// takeExam gives clips of exams, or control tasks where there are none.
func (p *program) takeExam(ctx context.Context, f qualifyFlags, exam grade.Exam) error {
	w := f.workFlags
	w.most = exam.Golds
	for _, w.kind = range []task.Kind{task.Exam, task.Control} {
		before := w
		store, err := p.openStore(ctx, f.storeFlags, false)
		if err != nil {
			return err
		}
		worker, err := p.workerID(f.storeFlags)
		if err == nil {
			_, err = store.Claim(ctx, task.Query{Worker: worker, Batch: f.batch, Kind: w.kind}, f.lease)
		}
		store.Close()
		if errors.Is(err, task.ErrNone) {
			continue
		}
		if err != nil {
			return err
		}
		return p.workThrough(ctx, before)
	}
	return nil
}

// examJSON is the outcome as a script reads it. Rates are fractions.
type examJSON struct {
	Worker   string      `json:"worker"`
	Exam     string      `json:"exam"`
	Pass     float64     `json:"pass"`
	Golds    int         `json:"golds"`
	WER      *float64    `json:"wer"`
	Interval *[2]float64 `json:"interval"`
	Decided  bool        `json:"decided"`
	Passed   bool        `json:"passed"`
	Close    bool        `json:"close"`
	Level    int         `json:"level"`
	Misses   []examMiss  `json:"misses"`
}

type examMiss struct {
	Task    string `json:"task"`
	Errors  int    `json:"errors"`
	Words   int    `json:"words"`
	Written string `json:"written"`
	Gold    string `json:"gold"`
	Reason  string `json:"reason,omitempty"`
}

func (p *program) examVerdict(ctx context.Context, store task.Store, f qualifyFlags, exam grade.Exam, worker string, since time.Time) error {
	options, err := scoreOptions(f.normalize, "")
	if err != nil {
		return usageError{err}
	}
	all, err := p.answers(ctx, store, f.batch, worker)
	if err != nil {
		return err
	}
	var answers []grade.Answer
	for _, a := range all {
		if len(a.Gold) > 0 && a.Kind != task.Training && (f.report || a.At.After(since)) {
			answers = append(answers, a)
		}
	}
	report, err := grade.Measure(answers, options)
	if err != nil {
		return err
	}
	o := exam.Assess(report)
	if o.Decided && !f.report {
		if err := p.keepQualification(ctx, store, f, exam, worker, answers, o); err != nil {
			return err
		}
	}
	if err := p.printExam(ctx, store, f, exam, worker, answers, o); err != nil {
		return err
	}
	switch {
	case !o.Decided:
		return gateError{errors.New(p.words.Say("qualify.undecided", o.Golds, max(exam.Golds, 1)))}
	case !o.Passed:
		return gateError{errors.New(p.words.Say("qualify.failed", percentText(o.WER), percentText(exam.Pass)))}
	}
	return nil
}

// keepQualification keeps the outcome under the answers that it stands on, so
// that the same exam is not kept twice.
func (p *program) keepQualification(ctx context.Context, store task.Store, f qualifyFlags, exam grade.Exam, worker string, answers []grade.Answer, o grade.Outcome) error {
	last := answers[len(answers)-1]
	q := task.Qualification{
		ID: fmt.Sprintf("%s/%s/%d", worker, last.Submission, len(answers)), Worker: worker, Skill: p.examSkill(ctx, store, f), Level: o.Level, Passed: o.Passed,
		Score: o.WER, Low: o.Low, High: o.High, Golds: o.Golds, At: time.Now().UTC(),
	}
	if !o.Passed {
		q.RetryAt = q.At.Add(exam.Retry)
	}
	return store.Qualify(ctx, q)
}

func percentText(rate float64) string { return fmt.Sprintf("%.1f", 100*rate) }

func (p *program) printExam(ctx context.Context, store task.Store, f qualifyFlags, exam grade.Exam, worker string, answers []grade.Answer, o grade.Outcome) error {
	out := examJSON{Worker: worker, Exam: exam.Name, Pass: exam.Pass, Golds: o.Golds, Decided: o.Decided, Passed: o.Passed, Close: o.Close, Level: o.Level, Misses: []examMiss{}}
	if o.Golds > 0 {
		out.WER = &o.WER
	}
	if o.Interval {
		out.Interval = &[2]float64{o.Low, o.High}
	}
	for i := range answers {
		a := &answers[i]
		if a.Counts.Errors() == 0 {
			continue
		}
		miss := examMiss{a.Task, a.Counts.Errors(), a.Counts.Words(), a.Text, a.Against, ""}
		if g, err := store.Gold(ctx, a.Submission); err == nil {
			miss.Reason = g.Reason
		}
		out.Misses = append(out.Misses, miss)
	}
	if f.json {
		return p.printJSON(out)
	}
	var text strings.Builder
	for _, m := range out.Misses {
		fmt.Fprintf(&text, "%s\n  %s\n  %s\n", p.words.Say("qualify.miss", m.Task, m.Errors, m.Words), p.words.Say("qualify.wrote", m.Written), p.words.Say("qualify.gold", m.Gold))
		if m.Reason != "" {
			fmt.Fprintf(&text, "  %s\n", m.Reason)
		}
	}
	if o.Golds > 0 {
		fmt.Fprintln(&text, p.words.Say("qualify.rate", percentText(o.WER), o.Golds))
	}
	if o.Interval {
		fmt.Fprintln(&text, p.words.Say("qualify.interval", percentText(o.Low), percentText(o.High)))
	}
	if o.Passed {
		fmt.Fprintln(&text, p.words.Say("qualify.passed", percentText(exam.Pass), o.Level))
	}
	if o.Close {
		fmt.Fprintln(&text, p.words.Say("qualify.close"))
	}
	return p.print(p.out, text.String())
}
