package task

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"time"
)

// What follows is how a store takes records in, but for the writing.

// Each hands the records that can be kept to keep, and counts the rows, those
// that cannot and those with gold. The iterator's own errors are rows that could
// not be read.
func (o *ImportOptions) Each(ctx context.Context, records iter.Seq2[Record, error], counts *Imported, keep func(*Record) error) error {
	const progressRows = 10_000
	for r, err := range records {
		if err == nil {
			err = r.Validate()
		}
		if ctxErr := ctx.Err(); ctxErr != nil {
			return ctxErr
		}
		counts.Rows++
		if err != nil {
			if o.Reject == nil {
				return err
			}
			counts.Rejected++
			if err := o.Reject(err); err != nil {
				return err
			}
			continue
		}
		if r.Kind == "" {
			r.Kind = General
		}
		if err := keep(&r); err != nil {
			return err
		}
		if o.Progress != nil && counts.Rows%progressRows == 0 {
			o.Progress(counts.Rows)
		}
	}
	return nil
}

// Fits says why a file cannot go into a batch that is there, or nil.
func (b *Batch) Fits(file Batch) error {
	if !slices.Equal(b.Source.Header, file.Source.Header) || b.Platform != file.Platform {
		return &InvalidError{Field: "batch", Code: Repeated, Value: b.ID}
	}
	return nil
}

// Seal takes gold out of a record: its row without the cells that show it, the
// gold with them, or nil where there is none.
func (r *Record) Seal() (cells []string, gold *Gold) {
	if len(r.Gold) == 0 && r.Hint == "" {
		return r.Row.Cells, nil
	}
	gold = &Gold{Texts: r.Gold, Reason: r.Hint, Cells: map[int]string{}}
	cells = slices.Clone(r.Row.Cells)
	for _, i := range r.GoldCells {
		if i >= 0 && i < len(cells) {
			gold.Cells[i], cells[i] = cells[i], ""
		}
	}
	return cells, gold
}

// SubmissionIDs names the submissions of a file of results.
type SubmissionIDs struct {
	seed maphash.Seed
	seen map[uint64]uint16 // those without an ID: how often the same was there
}

// NewSubmissionIDs begins with a file.
func NewSubmissionIDs() *SubmissionIDs {
	return &SubmissionIDs{maphash.MakeSeed(), map[uint64]uint16{}}
}

// Next is the platform's own ID where there is one: an assignment may hold
// several tasks. Else it is made from who wrote what, and counted where one file
// has the same twice.
func (ids *SubmissionIDs) Next(batch string, r *Record) string {
	d := r.Done
	if d.Assignment != "" {
		return d.Assignment + "/" + r.Key
	}
	id := hex.EncodeToString(Hash(batch, r.Key, d.Worker, d.Text))
	h := maphash.String(ids.seed, id)
	n := ids.seen[h]
	ids.seen[h] = n + 1
	if n > 0 {
		id = fmt.Sprintf("%s-%d", id, n+1)
	}
	return id
}

// Decision is what the file of results says of it.
func (d *Done) Decision() Decision {
	if d.Verdict == nil {
		return Pending
	}
	return d.Verdict.Decision
}

// Wall is the time from start to submission, that of the work where the file
// does not say.
func (d *Done) Wall() time.Duration {
	if d.Started.IsZero() || d.Submitted.Before(d.Started) {
		return d.Work
	}
	return d.Submitted.Sub(d.Started)
}

// Earned is the money that a row of a file of results tells of.
func (r *Record) Earned(batch, submission string) []Entry {
	d := r.Done
	if d.Reward.Amount == 0 {
		return nil
	}
	e := Entry{
		Key: "task/" + submission, Worker: d.Worker, Batch: batch, Task: TaskID(batch, r.Key), Submission: submission,
		Kind: ForTask, To: InReview, Amount: d.Reward.Amount, Currency: d.Reward.Currency, At: d.Submitted,
	}
	list := []Entry{e}
	if d.Decision() == Pending {
		return list
	}
	e.Key, e.Kind, e.From, e.To = "verdict/"+submission+"/1", ForVerdict, InReview, Approved
	if d.Decision() == Rejected {
		e.To = RejectedAs
	}
	return append(list, e)
}
