package task

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Errors of a store.
var (
	ErrNotFound = errors.New("not there")
	ErrNone     = errors.New("no task to take")            // of Claim
	ErrHeld     = errors.New("another one holds the task") // of Extend and Skip: the lease is over
	ErrSealed   = errors.New("gold is sealed until the answer is there")
	ErrOther    = errors.New("the same ID with other content") // of Submit
	ErrPaused   = errors.New("the worker is paused")
	ErrNewer    = errors.New("the store was written by a newer program")
)

// PausedError is ErrPaused with what lies behind it.
type PausedError struct{ Measure Measure }

func (e *PausedError) Error() string { return ErrPaused.Error() }

// Unwrap returns ErrPaused.
func (e *PausedError) Unwrap() error { return ErrPaused }

// ImportOptions are what an import can be told.
type ImportOptions struct {
	// Reject is told of each row that is not kept; an error ends the import.
	// nil: the first such row ends it.
	Reject func(error) error
	// Progress is told now and then how many rows have been read.
	Progress func(rows int64)
	// Finish completes a new batch once all records were read: the sum of the
	// file is known then.
	Finish func(*Batch)
}

// Imported counts the rows of an import: Rows = New + Known + Rejected.
type Imported struct {
	Rows, New, Known, Rejected int64
	Tasks                      int64 // new tasks: several results may be of one
	Gold                       int64 // rows with gold
}

// Query says what a worker would take.
type Query struct {
	Worker string
	Batch  string // "": any
	Kind   Kind   // "" or General: work, with control tasks among it
	Level  map[string]int
	Now    time.Time // zero: the clock's
}

// Claim is a task that was taken.
type Claim struct {
	Task       Task
	Batch      Batch
	Assignment Assignment
	Left       int64 // open tasks of the batch, about
}

// Store keeps batches, and everything that happens to their tasks. Each method
// is one transaction: it is done whole, and is there after a crash, or it is not
// done at all. A method that writes may be called again with the same IDs and
// changes nothing then. Methods may be called by several goroutines and, where
// the store is a file, by several programs.
type Store interface {
	// Import adds the records of a file to a batch, which it makes where there
	// is none. A row that is known already (a task by its key, a result by its
	// assignment, or by its worker and text) is counted and left as it is.
	// Nothing is kept where it returns an error.
	Import(ctx context.Context, b Batch, records iter.Seq2[Record, error], o ImportOptions) (Imported, error)
	// Batch returns ErrNotFound where there is none of that ID.
	Batch(ctx context.Context, id string) (Batch, error)
	Batches(ctx context.Context) ([]BatchSummary, error)
	// SetAudio says where recordings lie: path is asked for each task without
	// one, and "" is not known. It returns how many were found.
	SetAudio(ctx context.Context, batch string, path func(Audio) (Audio, bool)) (int64, error)

	// Claim takes the next task for a worker, by priority, deadline, pay, then
	// the order of the file: none that this worker had before. A worker gets
	// each gold once, and control tasks spread evenly among the others. What the
	// worker holds already is given first, with a new lease. It returns ErrNone
	// where there is nothing, and a *PausedError.
	Claim(ctx context.Context, q Query, lease time.Duration) (Claim, error)
	// Extend puts off the end of a lease; ErrHeld where it is over.
	Extend(ctx context.Context, assignment, token string, until time.Time) error
	// Submit keeps a worker's answer. A submission of a known ID is returned as
	// it was kept; ErrOther where its task, worker or text differ. Without a
	// valid token it is kept as Late, and where the store does not even know the
	// assignment (a backup was taken before it) its Extras say so by
	// [UnknownLease]. What it earns stands in review.
	Submit(ctx context.Context, s Submission, token string) (Submission, error)
	// Skip gives a task back; ErrHeld where the lease is over.
	Skip(ctx context.Context, assignment, token, reason string) error
	// Assignments yields who had which task of a batch, "" for all, in the order
	// in which they were given; a worker's alone or, for "", everybody's. Tokens
	// stay with who holds them: they are empty here.
	Assignments(ctx context.Context, batch, worker string) iter.Seq2[Assignment, error]

	Task(ctx context.Context, id string) (Task, error)
	// Assignment says whose a task is or was, without the token.
	Assignment(ctx context.Context, id string) (Assignment, error)
	Submission(ctx context.Context, id string) (Submission, error)
	// Gold opens the gold of a submission's task: ErrSealed where nobody has
	// submitted that, ErrNotFound where the task has none.
	Gold(ctx context.Context, submission string) (Gold, error)
	// Judge keeps a verdict and moves the money. A rejection opens the task for
	// one more.
	Judge(ctx context.Context, v ...Verdict) error
	Verdicts(ctx context.Context, submission string) ([]Verdict, error)
	// Appeal keeps a worker's word against the verdict; the second one replaces
	// the first while nobody has answered.
	Appeal(ctx context.Context, a Appeal) error
	// AnswerAppeal keeps the answer; a granted one accepts the submission.
	AnswerAppeal(ctx context.Context, a Appeal) error
	Appeals(ctx context.Context) ([]Appeal, error)

	// Post adds to the ledger and returns how many entries were new.
	Post(ctx context.Context, entries ...Entry) (int, error)
	// Ledger yields the entries of a worker, or of all for "", oldest first.
	Ledger(ctx context.Context, worker string) iter.Seq2[Entry, error]
	// Qualify keeps the outcome of an exam.
	Qualify(ctx context.Context, q Qualification) error
	Qualifications(ctx context.Context, worker string) ([]Qualification, error)
	// Take keeps what was done about a worker and returns how many were new; a
	// pause, a ban, and what lifts them, is heeded by Claim from then on, one more transcript is
	// asked for by OneMore with a task's ID in Extras["task"].
	Take(ctx context.Context, m ...Measure) (int, error)
	Measures(ctx context.Context, worker string) ([]Measure, error)

	// Results yields what was submitted, in the order in which it came; with
	// All also the tasks that nobody has done, and with Gold what was sealed.
	Results(ctx context.Context, q ResultQuery) iter.Seq2[Result, error]
	// Purge deletes the tasks, the submissions and the gold of a batch. The
	// ledger stays: it holds no word of them.
	Purge(ctx context.Context, batch string) (PurgeCount, error)
	Close() error
}

// GoldCorrector is a store whose gold may be corrected where a review found it
// wrong.
type GoldCorrector interface {
	// CorrectGold replaces the accepted texts of the gold of a submission's task.
	// Errors are those of Store.Gold.
	CorrectGold(ctx context.Context, submission string, texts []string) error
}

// GoldKeeper is a store that keeps what gold said before it was corrected.
// Saying the same again keeps nothing; purging a batch, and rewriting it, deletes
// it.
type GoldKeeper interface {
	// FormerGold is what the gold of a submission's task said, oldest first.
	// Errors are those of Store.Gold.
	FormerGold(ctx context.Context, submission string) ([]FormerGold, error)
}

// FormerGold is what a gold said until it was corrected.
type FormerGold struct {
	Texts []string
	Until time.Time
}

// ResultQuery says which results are wanted.
type ResultQuery struct {
	Batch  string // "": of all
	Worker string // "": of all
	All    bool   // tasks without a submission too
	Gold   bool   // with gold, of submitted tasks and of others
	Reject bool   // late and rejected submissions too
	ByTask bool   // in the order of the tasks: the results of one follow each other
}

// BatchSummary is a batch with its figures.
type BatchSummary struct {
	Batch
	Tasks, Open, Submissions, Accepted, Rejected int64
	Purged                                       time.Time
}

// PurgeCount says what was deleted.
type PurgeCount struct {
	Tasks, Submissions, Gold int64
	Audio                    []string // paths of the recordings
}
