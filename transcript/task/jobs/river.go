package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/jackc/pgx/v5"
)

// schema is where River's tables lie.
const schema = "tapescript_jobs"

// inDatabase is a Runner on River: jobs outlive programs, several of which may
// run them.
type inDatabase struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
}

// args is a job as River keeps it.
type args struct {
	Job
}

// Kind implements river.JobArgs.
func (args) Kind() string { return "tapescript" }

// InsertOpts implements river.JobArgsWithInsertOpts: the same job is there once
// while it is not over.
func (a args) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		MaxAttempts: Tries,
		Tags:        []string{string(a.Job.Kind)},
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		}},
	}
}

type worker struct {
	river.WorkerDefaults[args]
	do Do
}

// Work implements river.Worker.
func (w *worker) Work(ctx context.Context, j *river.Job[args]) error {
	return attempt(ctx, w.do, j.Args.Job)
}

// Timeout implements river.Worker.
func (w *worker) Timeout(*river.Job[args]) time.Duration { return timeout }

// River is a runner in a database; its tables are made where there are none.
// What goes wrong is told to log. do may be nil for who only adds and counts.
func River(ctx context.Context, pool *pgxpool.Pool, do Do, log *slog.Logger) (Runner, error) {
	return newRiver(ctx, pool, do, log, nil)
}

func newRiver(ctx context.Context, pool *pgxpool.Pool, do Do, log *slog.Logger, retry river.ClientRetryPolicy) (*inDatabase, error) {
	if _, err := pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+schema); err != nil {
		return nil, err
	}
	driver := riverpgxv5.New(pool)
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Schema: schema, Logger: log})
	if err != nil {
		return nil, err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, err
	}
	config := &river.Config{Schema: schema, Logger: log, RetryPolicy: retry}
	if do != nil {
		config.Workers = river.NewWorkers()
		river.AddWorker(config.Workers, &worker{do: do})
		config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: Many}}
	}
	client, err := river.NewClient(driver, config)
	return &inDatabase{pool, client}, err
}

// Add implements Runner.
func (r *inDatabase) Add(ctx context.Context, list ...Job) (added int, err error) {
	if len(list) == 0 {
		return 0, nil
	}
	var params []river.InsertManyParams
	for _, j := range list {
		params = append(params, river.InsertManyParams{Args: args{j}})
	}
	results, err := r.client.InsertMany(ctx, params)
	for _, result := range results {
		if !result.UniqueSkippedAsDuplicate {
			added++
		}
	}
	return added, err
}

// Run implements Runner.
func (r *inDatabase) Run(ctx context.Context) error {
	// What it is at is ended, so it is started without the context's end.
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	<-ctx.Done()
	const patience = 10 * time.Second
	soft, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer stop()
	if err := r.client.Stop(soft); err == nil {
		return nil
	}
	return r.client.StopAndCancel(context.WithoutCancel(ctx))
}

// Wait implements Runner.
func (r *inDatabase) Wait(ctx context.Context) error {
	for {
		var n int
		err := r.pool.QueryRow(ctx, "SELECT count(*) FROM "+schema+".river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')").Scan(&n)
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Figures implements Runner. River deletes what is over after a day, what failed
// after a week.
func (r *inDatabase) Figures(ctx context.Context) ([]Figures, error) {
	return Count(ctx, r.pool)
}

// Count is Figures of a database whose jobs others run; none where there are no
// jobs at all.
func Count(ctx context.Context, pool *pgxpool.Pool) (list []Figures, err error) {
	var there bool
	if err := pool.QueryRow(ctx, "SELECT to_regclass('"+schema+".river_job') IS NOT NULL").Scan(&there); err != nil || !there {
		return nil, err
	}
	rows, err := pool.Query(ctx, `SELECT args ->> 'kind', count(*) FILTER (WHERE state IN ('available', 'pending', 'scheduled')), count(*) FILTER (WHERE state = 'running'),
		count(*) FILTER (WHERE state = 'retryable'), count(*) FILTER (WHERE state IN ('discarded', 'cancelled')), count(*) FILTER (WHERE state = 'completed')
		FROM `+schema+`.river_job WHERE kind = 'tapescript' GROUP BY 1 ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Figures])
}
