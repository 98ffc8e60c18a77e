package task

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"time"

	"tapescript/transcript"
)

// What follows is how a store chooses what it gives to a worker, but for the
// looking-up.

// NoDeadline is the [Place.Deadline] of tasks without one: behind every other.
const NoDeadline = math.MaxInt64

// Place is where a task stands in its batch's queue. Lower comes first, so
// priority and pay are negated.
type Place struct {
	Class, Overlap          int
	Priority, Deadline, Pay int64 // deadline in nanoseconds since 1970, pay in millionths
}

// PlaceOf is the place of a record in a batch. Gold has no overlap: each worker
// may have it once.
func PlaceOf(b *Batch, r *Record) Place {
	p := Place{Class: Class(r.Kind), Overlap: r.Overlap, Priority: int64(-r.Priority), Deadline: NoDeadline}
	if p.Overlap == 0 && p.Class == 0 {
		p.Overlap = max(b.Overlap, 1)
	}
	if r.Priority == 0 {
		p.Priority = int64(-b.Priority)
	}
	for _, d := range []time.Time{b.Deadline, r.Deadline} {
		if !d.IsZero() {
			p.Deadline = d.UnixNano()
		}
	}
	price := b.Price
	if r.Price.Stated() {
		price = r.Price
	}
	p.Pay = PayPlace(price, r.Audio.Duration)
	return p
}

// PayPlace is [Place.Pay]: 0 where it goes by time and nobody said the length.
func PayPlace(p Price, length time.Duration) int64 {
	pay, err := p.For(length)
	if err != nil {
		return 0
	}
	return -int64(pay)
}

// Barred are the bans and pauses that stand against a worker at a time, one of
// each batch, "" for all of them. list is in the order in which they were taken.
func Barred(list []Measure, now time.Time) map[string]Measure {
	barred := map[string]Measure{}
	for _, m := range list {
		switch {
		case m.Action.Kind == Lift && m.Batch == "":
			clear(barred)
		case m.Action.Kind == Lift:
			delete(barred, m.Batch)
		case m.Action.Kind == Ban, m.Action.Kind == Pause && now.Before(m.Until) && barred[m.Batch].Action.Kind != Ban:
			barred[m.Batch] = m
		}
	}
	return barred
}

// Shut are the batches that measures keep a worker from, by their IDs. It
// returns a *PausedError where that is all that was asked for.
func Shut(list []Measure, q Query) (map[string]Measure, error) {
	shut := Barred(list, q.Now)
	for _, batch := range []string{"", q.Batch} {
		if m, is := shut[batch]; is {
			return nil, &PausedError{Measure: m}
		}
	}
	return shut, nil
}

// OpenTo says whether a worker's level suffices for a batch's work; exams and
// training are for everybody.
func (b *Batch) OpenTo(q Query) bool {
	skill := b.Skill
	if skill == "" {
		skill = b.Style
	}
	return q.Kind != General || b.Level <= q.Level[skill]
}

// GoldNext says whether a worker who was given so many tasks of a batch gets a
// control task now. The batch had general and control tasks to give: the worker
// meets one gold in each stretch of as many tasks as there are to one gold, at a
// place in it that looks like chance and is not.
func GoldNext(batch, worker string, given, general, control int64) bool {
	if control <= 0 {
		return false
	}
	stretch := min(max((general+control)/control, 2), 100)
	place := binary.BigEndian.Uint32(Hash("control", batch, worker, time.Duration(given/stretch).String())) % uint32(stretch)
	return general == 0 || given%stretch == int64(place)
}

// Due is what a submission earns. Where the price goes by time and nobody knows
// the length it is an entry of nothing that says so.
func Due(t Task, s Submission) Entry {
	length := t.Audio.Duration
	if length == 0 && t.Audio.End > 0 {
		length = t.Audio.End - t.Audio.Start
	}
	if length == 0 {
		length = s.Length
	}
	e := Entry{
		Key: "task/" + s.ID, Worker: s.Worker, Batch: t.Batch, Task: t.ID, Submission: s.ID,
		Kind: ForTask, To: InReview, Currency: t.Price.Currency, At: s.At,
	}
	var err error
	if e.Amount, err = t.Price.For(length); err != nil {
		e.Note = "length-unknown"
	}
	if t.Kind == Training || t.Kind == Exam {
		e.Amount, e.Note = 0, string(t.Kind)
	}
	return e
}

// Settle moves all that a submission has earned, and that was not paid out, to
// the account of its verdict, the nth of them; ledger are its entries so far. A
// late one that was of use earns what it would have.
func Settle(v Verdict, nth int, kind EntryKind, t Task, s Submission, ledger []Entry) []Entry {
	to := map[Decision]Account{Accepted: Approved, Rejected: RejectedAs, Pending: InReview}[v.Decision]
	sums, currency, standing := map[Account]Decimal{}, "", false
	for _, e := range ledger {
		switch e.Kind {
		case ForTask, ForVerdict, ForAppeal:
			sums[e.To] += e.Amount
			sums[e.From] -= e.Amount
			currency, standing = max(currency, e.Currency), true
		}
	}
	var moved []Entry
	for _, from := range []Account{InReview, Approved, RejectedAs} {
		if from == to || sums[from] <= 0 {
			continue
		}
		moved = append(moved, Entry{
			Key: fmt.Sprintf("%s/%s/%d", kind, s.ID, nth), Worker: s.Worker, Batch: t.Batch, Task: t.ID, Submission: s.ID,
			Kind: kind, From: from, To: to, Amount: sums[from], Currency: currency, At: v.At, Note: v.Reason.Code,
		})
	}
	if !standing && v.Decision == Accepted {
		s.At = v.At
		due := Due(t, s)
		due.To = Approved
		moved = append(moved, due)
	}
	return moved
}

// Same says whether two verdicts differ in nothing but their time.
func (v Verdict) Same(o Verdict) bool {
	score := v.Score == o.Score || v.Score != nil && o.Score != nil && *v.Score == *o.Score
	return score && v.Submission == o.Submission && v.Decision == o.Decision && v.Reason.Code == o.Reason.Code &&
		fmt.Sprintf("%q", v.Reason.Args) == fmt.Sprintf("%q", o.Reason.Args) && v.Comment == o.Comment && v.By == o.By
}

// Check says why an entry cannot be kept, or nil.
func (e *Entry) Check() error {
	switch {
	case e.Key == "" || e.Amount < 0:
		return &InvalidError{Field: "entry", Code: Negative, Value: e.Key}
	case e.At.IsZero():
		return &InvalidError{Field: "entry", Code: Missing, Value: e.Key}
	}
	return nil
}

// Check says why a submission cannot be kept, or nil.
func (s *Submission) Check() error {
	if s.ID == "" || s.Worker == "" {
		return &InvalidError{Field: "submission", Code: Missing}
	}
	if len(s.Text) > MaxText {
		return &InvalidError{Field: "text", Code: TooLong, Value: s.Text}
	}
	return nil
}

// MarkLease says in a submission's Extras that the store does not know the
// assignment which it is an answer to, or takes that away.
func (s *Submission) MarkLease(known bool) {
	s.Extras = maps.Clone(s.Extras)
	delete(s.Extras, UnknownLease)
	switch {
	case !known && s.Assignment != "":
		if s.Extras == nil {
			s.Extras = transcript.Extras{}
		}
		s.Extras[UnknownLease] = s.Assignment
	case len(s.Extras) == 0:
		s.Extras = nil
	}
}

// Again says whether what was kept under a submission's ID is that submission:
// ErrOther where it is not.
func (s *Submission) Again(kept Submission) error {
	if kept.Task != s.Task || kept.Worker != s.Worker || kept.Text != s.Text {
		return ErrOther
	}
	return nil
}
