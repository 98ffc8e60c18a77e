package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality/grade"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/client"
)

type qualifyFlags struct {
	workFlags
	exam, pass, normalize, skill string
	golds                        int
	report, json, anyway         bool
	training                     bool
	told                         string // a flag that says what an exam asks for
}

func (p *program) qualifyCommand() *cobra.Command {
	var f qualifyFlags
	c := p.command("qualify", cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		for _, name := range []string{"exam", "pass", "golds", "skill", "normalize", "anyway"} {
			if c.Flags().Changed(name) {
				f.told = name
			}
		}
		return p.qualify(c.Context(), f)
	})
	p.addWorkFlags(c, &f.workFlags)
	c.Flags().StringVar(&f.exam, "exam", "crowd", p.words.Say("flag.exam", strings.Join(examNames(), ", ")))
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
	exam, err := p.examFrom(f.exam, f.pass, f.golds)
	if err != nil {
		return err
	}
	if f.anyway {
		exam.Golds = 1
	}
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	if server, is := store.(*client.Store); is {
		if me, err := identityOf(ctx, server); err != nil || me.Role == api.Worker {
			if err != nil {
				return err
			}
			return p.sitExam(ctx, server, f)
		}
	}
	worker, err := p.workerID(f.storeFlags)
	if err != nil {
		return err
	}
	past, err := store.Qualifications(ctx, worker)
	if err != nil {
		return err
	}
	last, _ := task.LastTry(past, p.examSkill(ctx, store, f))
	if !f.report {
		if time.Now().Before(last.RetryAt) {
			return errors.New(p.words.Say("qualify.later", last.RetryAt.Local().Format("2006-01-02 15:04")))
		}
		if err := p.takeExam(ctx, f, exam); err != nil {
			return err
		}
	}
	return p.examVerdict(ctx, store, f, exam, worker, last.At)
}

func examNames() (names []string) {
	for _, e := range grade.Presets() {
		names = append(names, e.Name)
	}
	return names
}

// examFrom is the exam of a name, with another mark and another number of golds
// where these are given.
func (p *program) examFrom(name, pass string, golds int) (grade.Exam, error) {
	exam, err := grade.Preset(name)
	if err != nil {
		return exam, usageError{err}
	}
	if pass != "" {
		if exam.Pass, err = p.share("pass", pass); err != nil {
			return exam, err
		}
	}
	if golds > 0 {
		exam.Golds = golds
	}
	return exam, nil
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
	return task.ExamSkill(list, f.batch)
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

	sealed bool // a server graded it, and keeps gold to itself
}

type examMiss struct {
	Task    string `json:"task"`
	Errors  int    `json:"errors"`
	Words   int    `json:"words"`
	Written string `json:"written"`
	Gold    string `json:"gold"`
	Reason  string `json:"reason,omitempty"`

	missing int // words, of a miss whose gold is sealed
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
	out := p.examOf(ctx, store, exam, worker, answers, o)
	if err := p.showExam(out, f.json); err != nil {
		return err
	}
	return out.gate(p, max(exam.Golds, 1))
}

// keepQualification keeps the outcome under the answers that it stands on, so
// that the same exam is not kept twice.
func (p *program) keepQualification(ctx context.Context, store task.Store, f qualifyFlags, exam grade.Exam, worker string, answers []grade.Answer, o grade.Outcome) error {
	return store.Qualify(ctx, qualification(worker, p.examSkill(ctx, store, f), answers, o, exam, time.Now().UTC()))
}

func (p *program) percentText(rate float64) string { return p.words.Figure("%.1f", 100*rate) }

func (p *program) examOf(ctx context.Context, store task.Store, exam grade.Exam, worker string, answers []grade.Answer, o grade.Outcome) examJSON {
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
		miss := examMiss{Task: a.Task, Errors: a.Counts.Errors(), Words: a.Counts.Words(), Written: a.Text, Gold: a.Against}
		if g, err := store.Gold(ctx, a.Submission); err == nil {
			miss.Reason = g.Reason
		}
		out.Misses = append(out.Misses, miss)
	}
	return out
}

func (p *program) showExam(out examJSON, asJSON bool) error {
	if asJSON {
		return p.printJSON(out)
	}
	var text strings.Builder
	for _, m := range out.Misses {
		fmt.Fprintf(&text, "%s\n  %s\n", p.words.Say("qualify.miss", m.Task, m.Errors, m.Words), p.words.Say("qualify.wrote", m.Written))
		if !out.sealed {
			fmt.Fprintf(&text, "  %s\n", p.words.Say("qualify.gold", m.Gold))
		} else if m.missing > 0 {
			fmt.Fprintf(&text, "  %s\n", p.words.Count("qualify.missing", m.missing))
		}
		if m.Reason != "" {
			fmt.Fprintf(&text, "  %s\n", m.Reason)
		}
	}
	if out.WER != nil {
		fmt.Fprintln(&text, p.words.Say("qualify.rate", p.percentText(*out.WER), out.Golds))
	}
	if i := out.Interval; i != nil {
		fmt.Fprintln(&text, p.words.Say("qualify.interval", p.percentText(i[0]), p.percentText(i[1])))
	}
	if out.Passed {
		fmt.Fprintln(&text, p.words.Say("qualify.passed", p.percentText(out.Pass), out.Level))
	}
	if out.Close {
		fmt.Fprintln(&text, p.words.Say("qualify.close"))
	}
	return p.print(p.out, text.String())
}

// gate is the exit of an exam: needed is how many golds it has.
func (out *examJSON) gate(p *program, needed int) error {
	switch {
	case !out.Decided:
		return gateError{errors.New(p.words.Say("qualify.undecided", out.Golds, needed))}
	case !out.Passed:
		return gateError{errors.New(p.words.Say("qualify.failed", p.percentText(*out.WER), p.percentText(out.Pass)))}
	}
	return nil
}
