// Package task is the noun of crowd work: a batch of small tasks, who took which,
// what came back, what was thought of it, and what it earned.
//
//	imported, err := store.Import(ctx, batch, records, task.ImportOptions{})
//	claim, err := store.Claim(ctx, task.Query{Worker: "w-4f"}, 30*time.Minute)
//	submission, err := store.Submit(ctx, task.Submission{ID: …, Task: claim.Task.ID, Text: "…"}, claim.Assignment.Token)
//	err = store.Judge(ctx, task.Verdict{Submission: submission.ID, Decision: task.Accepted})
//
// A platform's file becomes [Record]s (transcript/task/platform), a [Store]
// keeps them as [Task]s. A task is given to [Task.Overlap] workers: each has an
// [Assignment], a lease with an end, so that nobody holds a task for ever; its
// token is what a submission is fenced by. A [Submission] gets a [Verdict], a
// verdict may be appealed, and each moves money in a ledger that only grows.
//
// Gold never lies beside its task: a store keeps it in a place of its own and
// opens it for somebody's submission only after that submission is there. Where
// the store is a file on the worker's machine this protects against seeing it
// by accident, not against the owner of the machine.
//
// Not here: files of platforms (transcript/task/platform), how work is graded
// (quality/grade), sentences for people (a verdict's reason is a code).
package task

import (
	"cmp"
	"strings"
	"time"

	"tapescript/transcript"
)

// Kind says what a task is for.
type Kind string

// Kinds of task.
const (
	General  Kind = "general"  // work: nobody knows the answer
	Control  Kind = "control"  // its gold is known, the worker does not know that
	Training Kind = "training" // gold and its reason are shown after the answer
	Exam     Kind = "exam"     // gold that decides about a qualification
)

// Batch is what one file of tasks is, and the terms that its tasks have in
// common.
type Batch struct {
	ID           string // names the batch in the store: without slash, not empty
	Name         string
	Platform     string // as platform.Platform names itself
	Style        string // a profile of quality/style
	Language     string // BCP 47
	Instructions string
	Glossary     []string
	Overlap      int // transcripts wanted of a task that does not say so; 0 is 1
	Priority     int // of tasks that have none; higher comes first
	Deadline     time.Time
	Price        Price
	Level        int    // the level that a worker must have reached; 0: anybody
	Skill        string // in what; "" is the style
	Rules        []Rule
	Consent      Consent
	License      string
	Source       Source
	Created      time.Time
	Extras       transcript.Extras
}

// Source is what is needed to write a platform's file back as it was.
type Source struct {
	File   string // base name
	SHA256 string // lower-case hex
	Format string // the platform's name
	Header []string
	Shape  Shape
	// Extras is what else the platform needs to write its file back.
	Extras map[string]string
}

// Shape is how a table was written.
type Shape struct {
	Comma   string // between cells: "\t", ","
	LineEnd string // "\n", "\r\n"
	BOM     bool
	// QuoteAll: every cell was quoted. Else those that need it are.
	QuoteAll bool
	// NoFinalEnd: the last line had no line end.
	NoFinalEnd bool
}

// Consent is why a batch's recordings may be worked on, and for how long.
type Consent struct {
	Basis       string
	CollectedAt time.Time
	RetainUntil time.Time // zero: nobody said
	Uses        []string
}

// Task is one piece of work.
type Task struct {
	ID       string // [TaskID] of Batch and Key
	Batch    string
	Key      string
	Kind     Kind
	Audio    Audio
	Draft    string
	Overlap  int // 0: no limit
	Priority int
	Deadline time.Time
	Price    Price
	State    State
	Row      Row // without the cells that show gold
}

// Audio is the recording of a task, or the stretch of it.
type Audio struct {
	Ref    string // URL or name, as the file had it
	Path   string // where it lies on this machine, "" while that is unknown
	SHA256 string
	// Start and End bound the stretch; End 0 is the recording's own.
	Start, End time.Duration
	Duration   time.Duration // of the stretch; 0 where nobody said
	Channel    int
	Speaker    string // who is heard, "" where nobody said
}

// State is where a task stands.
type State string

// States of a task.
const (
	Open State = "open" // somebody may take it
	Full State = "full" // as many have it, or have done it, as were asked for
)

// Row is the line of a table that something came from.
type Row struct {
	Line  int64 // counted from 1; 0: not from a file
	Cells []string
}

// Gold is what is accepted as the answer to a task.
type Gold struct {
	Task   string
	Texts  []string // each is as good as the others
	Reason string   // what the person who answered otherwise is to learn
	// Cells are those of the task's row that show it, by their index.
	Cells map[int]string
}

// Record is one row of a platform's file, on its way into a store.
type Record struct {
	Key      string // the platform's ID of the item, else the audio reference, else made from both
	Kind     Kind   // "" is General
	Audio    Audio
	Gold     []string // accepted transcripts: the store seals them
	Hint     string   // the reason that goes with the gold
	Draft    string
	Overlap  int // 0: the batch's
	Priority int // 0: the batch's
	Deadline time.Time
	Price    Price // zero: the batch's
	Done     *Done // in a file of results: what a worker did
	Row      Row
	// GoldCells are the indices of those of Row's cells that show gold or its
	// reason: the store seals them too, and gives them back at the export.
	GoldCells []int
}

// Done is what a worker did, as a platform's file of results says.
type Done struct {
	Assignment, Worker string
	Status             string // in the platform's own word
	Text               string
	// Started and Submitted are zero where the file does not say.
	Started, Submitted time.Time
	Work               time.Duration
	Reward             Price
	Verdict            *Verdict // nil: not yet
}

// Result is a task with what one worker made of it, on its way into a file.
type Result struct {
	Task       Task
	Submission *Submission // nil: nobody has done it
	Verdict    *Verdict    // nil: none yet
	// Gold is nil where there is none, and in everything that a worker gets.
	Gold *Gold
}

// Row returns the row that a result goes back into: of the submission, where a
// file of results had it, else of the task; with the cells that gold was taken
// out of where Gold is there.
func (r Result) Row() Row {
	row := r.Task.Row
	if r.Submission != nil && r.Submission.Row.Cells != nil {
		row = r.Submission.Row
	}
	if r.Gold == nil || len(r.Gold.Cells) == 0 {
		return row
	}
	row.Cells = append([]string(nil), row.Cells...)
	for i, cell := range r.Gold.Cells {
		if i >= 0 && i < len(row.Cells) {
			row.Cells[i] = cell
		}
	}
	return row
}

// TaskID names a task in every store.
func TaskID(batch, key string) string { return batch + "/" + key }

// SplitID is the inverse of [TaskID]: a batch's ID holds no slash.
func SplitID(id string) (batch, key string) {
	batch, key, _ = strings.Cut(id, "/")
	return batch, key
}

// Learn takes over what a batch's file said in its rows, once they were read,
// where b says nothing else.
func (b *Batch) Learn(read Batch) {
	b.Source = read.Source
	b.Instructions, b.Style, b.Language = cmp.Or(b.Instructions, read.Instructions), cmp.Or(b.Style, read.Style), cmp.Or(b.Language, read.Language)
	if b.Glossary == nil {
		b.Glossary = read.Glossary
	}
	for key, value := range read.Extras {
		if b.Extras == nil {
			b.Extras = transcript.Extras{}
		}
		if _, known := b.Extras[key]; !known {
			b.Extras[key] = value
		}
	}
}
