// Package jobs runs what a machine does for a store of tasks, behind people's
// work: the overview of a recording, where somebody speaks, lint, scores,
// consensus, exports, and deleting what may not be kept.
//
//	runner := jobs.Local(do)               // in this process
//	runner, err := jobs.River(ctx, pool, do) // in the database, by River
//	added, err := runner.Add(ctx, jobs.Job{Kind: jobs.Score, Batch: "b"})
//	err = runner.Run(ctx)                  // until ctx is over
//
// What a job does, cmd hands in as a function: the same one runs in either way.
// A job that fails is tried again, later each time; the same job is not added
// twice while it waits or runs; all of them are counted (Figures).
//
// River keeps its tables in a schema of its own, tapescript_jobs. It is for
// machines' work alone: a task in a person's hands is a lease (transcript/task).
package jobs

import (
	"context"
	"time"
)

// Kind is what a job does.
type Kind string

// Kinds of job.
const (
	Peaks     Kind = "peaks"     // a recording's overview
	Speech    Kind = "speech"    // where somebody speaks in a recording
	Lint      Kind = "lint"      // what a batch's transcripts break of its style
	Score     Kind = "score"     // verdicts by gold and rules
	Consensus Kind = "consensus" // one transcript of several
	Export    Kind = "export"    // a batch's file for its platform
	Retention Kind = "retention" // delete what may not be kept any longer
)

// Kinds are all of them, in the order of a list.
func Kinds() []Kind { return []Kind{Peaks, Speech, Lint, Score, Consensus, Export, Retention} }

// Job is a piece of a machine's work. Two with the same fields are the same.
type Job struct {
	Kind  Kind   `json:"kind"`
	Batch string `json:"batch,omitempty"`
	Path  string `json:"path,omitempty"` // of a recording
}

// Do carries a job out. An error, or a panic, has it tried again.
type Do func(context.Context, Job) error

// Figures count the jobs of a kind.
type Figures struct {
	Kind                                  Kind
	Waiting, Running, Again, Failed, Done int
}

// Runner runs jobs.
type Runner interface {
	// Add adds jobs and returns how many are new: not waiting or running.
	Add(ctx context.Context, list ...Job) (added int, err error)
	// Run works until ctx is over, and then ends what it is at.
	Run(ctx context.Context) error
	// Wait returns when no job waits or runs: all are done or have failed.
	Wait(ctx context.Context) error
	Figures(ctx context.Context) ([]Figures, error)
}

// How often a job is tried before it has failed, and how many run at once.
const (
	Tries = 5
	Many  = 2
)

// timeout is how long one try may take.
const timeout = time.Hour
