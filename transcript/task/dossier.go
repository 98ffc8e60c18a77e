package task

import "context"

// Dossier is everything that a store keeps of one task that somebody wrote.
type Dossier struct {
	Task    Task
	Gold    *Gold // nil: the task has none
	Answers []Answer
	Skipped []Assignment // those that were given back with a reason
}

// Answer is a submission with what was said of it.
type Answer struct {
	Submission Submission
	Shown      map[int]string // cells of its row that show gold, by their index
	Verdicts   []Verdict      // oldest first
	Appeal     *Appeal
}

// Rewriter is a store in which what was written can be changed afterwards: to
// take personal data out of it.
type Rewriter interface {
	// Rewrite gives change the dossier of each task of a batch, in order, and
	// keeps what it made of it: the recording's place, the draft, the row's
	// cells, the texts, reason and cells of gold, and of each answer the text,
	// transcript, extras and cells, the words of verdicts and appeals, and the
	// reasons for giving a task back. Anything else in it is not looked at.
	// Nothing is kept where change returns an error. It returns how many tasks
	// were changed, and ErrNotFound where there is no such batch. An error beside
	// a number says that it was done, and that traces of what stood there before
	// may be left in the store's files.
	Rewrite(ctx context.Context, batch string, change func(*Dossier) error) (changed int64, err error)
}
