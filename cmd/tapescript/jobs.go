package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/transcript/task"
	"tapescript/transcript/task/jobs"
	"tapescript/transcript/task/postgres"
	"tapescript/tui"
	"tapescript/tui/workbench"
)

type jobsFlags struct {
	storeFlags
	batch, out string
	audio      string
	only       []string
	every      time.Duration
	json       bool
}

func (p *program) jobsCommand() *cobra.Command {
	var f jobsFlags
	c := p.command("jobs", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.jobs(c.Context(), f) })
	p.addStoreFlag(c, &f.storeFlags)
	var kinds []string
	for _, k := range jobs.Kinds() {
		kinds = append(kinds, string(k))
	}
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().StringSliceVar(&f.only, "only", nil, p.words.Say("flag.jobs-only", strings.Join(kinds, ", ")))
	c.Flags().StringVarP(&f.out, "output", "o", "", p.words.Say("flag.jobs-output"))
	c.Flags().StringVar(&f.audio, "audio", "", p.words.Say("flag.purge-audio"))
	c.Flags().DurationVar(&f.every, "every", 0, p.words.Say("flag.jobs-every"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	return c
}

// jobs adds what a machine has to do for a store, and does it: once, or every
// so often until it is ended.
func (p *program) jobs(ctx context.Context, f jobsFlags) error {
	for _, k := range f.only {
		if !slices.Contains(jobs.Kinds(), jobs.Kind(k)) {
			return usagef("%s", p.words.Say("jobs.kind", k))
		}
	}
	ctx, stop := signal.NotifyContext(ctx, tui.EndSignals...)
	defer stop()
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	var failed error
	runner, err := p.jobRunner(ctx, store, f, &failed)
	if err != nil {
		return err
	}
	working, end := context.WithCancel(ctx)
	ran := make(chan error, 1)
	go func() { ran <- runner.Run(working) }()
	err = p.addJobs(ctx, store, runner, f)
	for err == nil {
		if err = runner.Wait(ctx); err != nil || f.every == 0 {
			break
		}
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-time.After(f.every):
			err = p.addJobs(ctx, store, runner, f)
		}
	}
	end()
	if ended := <-ran; err == nil {
		err = ended
	}
	if err != nil && ctx.Err() == nil {
		return err
	}
	return p.printJobs(context.WithoutCancel(ctx), runner, f, failed)
}

func (p *program) printJobs(ctx context.Context, runner jobs.Runner, f jobsFlags, failed error) error {
	list, err := runner.Figures(ctx)
	if err != nil {
		return err
	}
	rows := jobRows(list)
	if f.json {
		if err := p.printJSON(rows); err != nil {
			return err
		}
	}
	bad := 0
	for _, r := range rows {
		bad += r.Failed
		if !f.json {
			p.tell(p.words.Say("jobs.line", p.words.Say("job."+r.Kind), r.Done, r.Failed, r.Waiting+r.Running+r.Again))
		}
	}
	if failed != nil && bad > 0 {
		return failed
	}
	return nil
}

func jobRows(list []jobs.Figures) []boardJobs {
	rows := []boardJobs{}
	for _, g := range list {
		rows = append(rows, boardJobs{string(g.Kind), g.Waiting, g.Running, g.Again, g.Failed, g.Done})
	}
	return rows
}

// jobFigures are those of machine jobs, where the store has any.
func jobFigures(ctx context.Context, store task.Store) ([]boardJobs, error) {
	db, is := store.(*postgres.Store)
	if !is {
		return []boardJobs{}, nil
	}
	list, err := jobs.Count(ctx, db.Pool())
	return jobRows(list), err
}

// jobRunner is River for a database, this process for a file. What went wrong
// last is told in failed.
func (p *program) jobRunner(ctx context.Context, store task.Store, f jobsFlags, failed *error) (jobs.Runner, error) {
	problems := make(chan error, 1)
	problems <- nil
	do := func(ctx context.Context, j jobs.Job) error {
		err := p.job(ctx, f, j)
		if err != nil {
			<-problems
			*failed = fmt.Errorf("%s %s%s: %w", j.Kind, j.Batch, j.Path, err)
			problems <- nil
		}
		return err
	}
	if db, is := store.(*postgres.Store); is {
		return jobs.River(ctx, db.Pool(), do, slog.New(slog.DiscardHandler))
	}
	return jobs.Local(do), nil
}

// addJobs adds what there is to do: for each batch, and for each recording that
// lies on this machine. Exports, consensus and lint need a folder to write to.
func (p *program) addJobs(ctx context.Context, store task.Store, runner jobs.Runner, f jobsFlags) error {
	wanted := func(k jobs.Kind) bool { return len(f.only) == 0 || slices.Contains(f.only, string(k)) }
	var list []jobs.Job
	if wanted(jobs.Retention) {
		list = append(list, jobs.Job{Kind: jobs.Retention})
	}
	batches, err := store.Batches(ctx)
	if err != nil {
		return err
	}
	for _, b := range batches {
		over := !b.Consent.RetainUntil.IsZero() && b.Consent.RetainUntil.Before(time.Now())
		if f.batch != "" && f.batch != b.ID || b.Tasks == 0 || over { // what is over is only deleted
			continue
		}
		for _, k := range []jobs.Kind{jobs.Score, jobs.Export, jobs.Consensus, jobs.Lint} {
			if wanted(k) && b.Submissions > 0 && (k == jobs.Score || f.out != "") {
				list = append(list, jobs.Job{Kind: k, Batch: b.ID})
			}
		}
		if !wanted(jobs.Peaks) && !wanted(jobs.Speech) {
			continue
		}
		seen := map[string]bool{}
		for r, err := range store.Results(ctx, task.ResultQuery{Batch: b.ID, All: true, Reject: true}) {
			if err != nil {
				return err
			}
			path := r.Task.Audio.Path
			if path == "" || seen[path] {
				continue
			}
			seen[path] = true
			for _, k := range []jobs.Kind{jobs.Peaks, jobs.Speech} {
				if wanted(k) {
					list = append(list, jobs.Job{Kind: k, Path: path})
				}
			}
		}
	}
	_, err = runner.Add(ctx, list...)
	return err
}

// job carries one out: by the command that a person would type, its output kept
// from the screen, or by hearing a recording.
func (p *program) job(ctx context.Context, f jobsFlags, j jobs.Job) error {
	file := func(ending string) string { return filepath.Join(f.out, j.Batch+ending) }
	store := []string{}
	if f.store != "" {
		store = []string{"--store", f.store}
	}
	switch j.Kind {
	case jobs.Peaks, jobs.Speech: // one pass finds both
		return p.prepare(ctx, j.Path)
	case jobs.Retention:
		return p.quietly(ctx, "", append([]string{"purge", "--expired", "--audio", f.audio}, store...)...)
	case jobs.Score:
		return p.quietly(ctx, "", append([]string{"grade", "--batch", j.Batch}, store...)...)
	case jobs.Export:
		return p.quietly(ctx, "", append([]string{"export", "--force", "--batch", j.Batch, "-o", file(".tsv")}, store...)...)
	case jobs.Consensus, jobs.Lint:
		dir, err := os.MkdirTemp("", "tapescript-job-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		rows := filepath.Join(dir, "results.tsv")
		if err := p.quietly(ctx, "", append([]string{"export", "--format", "toloka", "--batch", j.Batch, "-o", rows}, store...)...); err != nil {
			return err
		}
		if j.Kind == jobs.Consensus {
			return p.quietly(ctx, "", "consensus", rows, "--force", "-o", file(".consensus.tsv"))
		}
		err = p.quietly(ctx, file(".lint.json"), "lint", "--json", "--profile", p.batchStyle(ctx, f, j.Batch), rows)
		var found gateError
		if errors.As(err, &found) { // findings are the result
			return nil
		}
		return err
	}
	return fmt.Errorf("no such job: %s", j.Kind)
}

// batchStyle is the profile that a batch is to keep to.
func (p *program) batchStyle(ctx context.Context, f jobsFlags, batch string) string {
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return defaultJobStyle
	}
	defer store.Close()
	if b, err := store.Batch(ctx, batch); err == nil && b.Style != "" {
		return b.Style
	}
	return defaultJobStyle
}

const defaultJobStyle = "asr-lower"

// quietly carries out one of the program's own commands; its result goes to a
// file, or nowhere.
func (p *program) quietly(ctx context.Context, to string, line ...string) error {
	if to == "" {
		to = os.DevNull
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	none, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer none.Close()
	silent, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer silent.Close()
	q := &program{streams{none, out, silent}, p.words}
	root := q.root(nil)
	root.SetArgs(line)
	return root.ExecuteContext(ctx)
}

// prepare hears a recording, so that its waveform and its speech are in the
// cache.
func (p *program) prepare(ctx context.Context, path string) error {
	recording, err := audio.Open(path)
	if err != nil {
		return err
	}
	defer recording.Close()
	open := func() (workbench.WaveReader, error) { return recording.Reader() }
	return listening(ctx, recording, &session{recording: path}).Prepare(open, recording.Samples(recording.Duration()))
}
