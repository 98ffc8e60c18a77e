// Package api is what a task server and its client say to each other: the
// bodies of requests and answers, and the codes of what went wrong.
//
//	answer, err := client.claim(ctx, api.ClaimRequest{Worker: "w-4f", Lease: 2 * time.Hour})
//	problem := api.ProblemOf(task.ErrHeld) // {"status": 409, "code": "held", …}
//
// The nouns are those of transcript/task as Go writes them in JSON: names as in
// Go, times as RFC 3339, durations as nanoseconds, money as decimal strings. So
// no field can be lost on the way between two copies of a type. What the whole
// looks like to others is docs/openapi.yaml, which the server's tests hold every
// request and answer against.
package api

import (
	"time"

	"tapescript/transcript/task"
)

// Role is what a person may do.
type Role string

// Roles. A worker does tasks and sees nothing but their own; a reviewer judges
// what others did and sees gold, never pay; a lead may do everything.
const (
	Worker   Role = "worker"
	Reviewer Role = "reviewer"
	Lead     Role = "lead"
)

// Roles lists them, from least to most.
var Roles = []Role{Worker, Reviewer, Lead}

// Identity is who a token belongs to.
type Identity struct {
	Worker  string
	Role    Role
	Expires time.Time
	Now     time.Time // the server's clock
}

// ClaimRequest asks for a task. Now and another worker are a lead's to say; a
// worker's levels are those that the server knows, whatever is sent.
type ClaimRequest struct {
	Worker string         `json:",omitempty"` // "": whose the token is
	Batch  string         `json:",omitempty"`
	Kind   task.Kind      `json:",omitempty"`
	Level  map[string]int `json:",omitempty"`
	Now    *time.Time     `json:",omitempty"`
	Lease  time.Duration
}

// RenewRequest puts the end of a lease off to Lease from now, by the server's
// clock.
type RenewRequest struct {
	Token string
	Lease time.Duration
}

// LeaseRequest sets the end of a lease to a time.
type LeaseRequest struct {
	Token string
	Until time.Time
}

// Renewed says when a lease ends, and what the server's clock says now: only
// their difference means something on another machine.
type Renewed struct {
	LeaseUntil time.Time
	Now        time.Time
}

// SkipRequest gives a task back.
type SkipRequest struct {
	Token  string
	Reason string
}

// SubmitRequest hands in an answer.
type SubmitRequest struct {
	Submission task.Submission
	Token      string
}

// GoldRequest replaces the accepted texts of a gold.
type GoldRequest struct{ Texts []string }

// ExamRequest asks how somebody stands in an exam, and has it graded where all
// of it is answered.
type ExamRequest struct {
	Worker string `json:",omitempty"` // "": whose the token is
	Batch  string `json:",omitempty"`
}

// Exam is how somebody stands in an exam. It holds no gold: of a mistake it says
// where in the worker's own words it is.
type Exam struct {
	Name     string
	Pass     float64      // the highest word error rate that passes, a fraction
	Golds    int          // clips that it has
	Answered int          // of them, since the last verdict
	Verdict  *ExamVerdict `json:",omitempty"` // the last one; nil: none yet
	Now      time.Time    // the server's clock
}

// ExamVerdict is what an exam came to. Rates are fractions.
type ExamVerdict struct {
	At        time.Time
	WER       float64
	Low, High float64 // its 95 % interval
	Interval  bool    // whether that is known
	Golds     int
	Passed    bool
	Close     bool // the mark lies within the interval
	Level     int
	RetryAt   time.Time // zero: at once
	Misses    []Lesson
}

// Lesson is what is wrong with an answer to a task with gold, without the gold.
type Lesson struct {
	Task          string
	Errors, Words int // words of the gold
	Written       string
	Marks         []Mark // words that are wrong or too many
	Missing       int    // words
}

// Mark is a stretch of a text in bytes, half-open.
type Mark struct{ From, To int }

// Count says how many of what was sent were new.
type Count struct{ Added int }

// Line is one line of a stream of JSON lines: an item, or at the end that all
// was sent. A stream without its last line was cut off.
type Line[T any] struct {
	Item *T   `json:",omitempty"`
	End  *End `json:",omitempty"`
}

// End is the last line of a stream.
type End struct {
	Items int64
	// Batch is what an import ends with: the batch as it is known once its file
	// was read.
	Batch *task.Batch `json:",omitempty"`
}

// ImportLine is a line of an import: the batch first, then records, then the
// end.
type ImportLine struct {
	Batch  *task.Batch  `json:",omitempty"`
	Record *task.Record `json:",omitempty"`
	End    *End         `json:",omitempty"`
}

// Imported is what came of an import.
type Imported struct {
	Counts task.Imported
	// Rejected are the rows that the server did not take, the first of them.
	Rejected []Problem
}

// Place says where the recording of a task lies: the tasks that have From get
// To.
type Place struct{ From, To task.Audio }

// Placed says how many tasks have a recording.
type Placed struct{ Found int64 }

// Recording is what the server has of a recording.
type Recording struct {
	SHA256 string
	Size   int64
}

// Health says that the server is there.
type Health struct{ Status string }
