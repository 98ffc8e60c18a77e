package task

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Code says what is wrong with something that was to be kept.
type Code string

// Codes of InvalidError.
const (
	Missing  Code = "missing"
	TooLong  Code = "too-long"
	Unknown  Code = "unknown"
	NotText  Code = "not-text" // not UTF-8
	Negative Code = "negative"
	NoUnit   Code = "no-unit"
	Repeated Code = "repeated" // an earlier row of the file has the same key
)

// InvalidError is why something is not kept.
type InvalidError struct {
	Line  int64 // of the row, 0 where there is none
	Field string
	Code  Code
	Value string
}

func (e *InvalidError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s: %s %.80q", e.Line, e.Field, e.Code, e.Value)
	}
	return fmt.Sprintf("%s: %s %.80q", e.Field, e.Code, e.Value)
}

// Limits of what a row may bring: a hostile file fills no memory with one row.
const (
	MaxKey  = 4 << 10 // bytes of a key, a reference, a name
	MaxText = 1 << 20 // bytes of a transcript or a cell
)

// Validate says why a batch cannot be kept, or nil.
func (b *Batch) Validate() error {
	bad := func(field string, code Code, value string) error {
		return &InvalidError{Field: field, Code: code, Value: value}
	}
	switch {
	case b.ID == "":
		return bad("batch", Missing, "")
	case len(b.ID) > 200 || strings.ContainsRune(b.ID, '/') || strings.ContainsFunc(b.ID, func(r rune) bool { return r < ' ' || r == utf8.RuneError }):
		return bad("batch", Unknown, b.ID)
	case b.Overlap < 0:
		return bad("overlap", Negative, fmt.Sprint(b.Overlap))
	case b.Price.Amount < 0:
		return bad("price", Negative, b.Price.Amount.String())
	}
	return b.Price.validate()
}

func (p Price) validate() error {
	switch p.Per {
	case "", PerTask, PerMinute, PerHour:
		return nil
	}
	return &InvalidError{Field: "price", Code: NoUnit, Value: string(p.Per)}
}

// Validate says why a record cannot be kept, or nil.
func (r *Record) Validate() error {
	bad := func(field string, code Code, value string) error {
		return &InvalidError{Line: r.Row.Line, Field: field, Code: code, Value: value}
	}
	switch r.Kind {
	case "", General, Control, Training, Exam:
	default:
		return bad("kind", Unknown, string(r.Kind))
	}
	switch {
	case r.Key == "":
		return bad("key", Missing, "")
	case len(r.Key) > MaxKey:
		return bad("key", TooLong, r.Key)
	case !utf8.ValidString(r.Key):
		return bad("key", NotText, r.Key)
	case len(r.Audio.Ref) > MaxKey:
		return bad("audio", TooLong, r.Audio.Ref)
	case r.Audio.Start < 0 || r.Audio.End < 0 || r.Audio.Duration < 0:
		return bad("audio", Negative, r.Audio.Ref)
	case r.Overlap < 0:
		return bad("overlap", Negative, fmt.Sprint(r.Overlap))
	case r.Price.Amount < 0:
		return bad("price", Negative, r.Price.Amount.String())
	case len(r.Draft) > MaxText:
		return bad("draft", TooLong, r.Draft)
	}
	for _, g := range r.Gold {
		if len(g) > MaxText {
			return bad("gold", TooLong, g)
		}
	}
	for _, c := range r.Row.Cells {
		if len(c) > MaxText {
			return bad("cell", TooLong, c)
		}
	}
	if d := r.Done; d != nil {
		switch {
		case len(d.Text) > MaxText:
			return bad("text", TooLong, d.Text)
		case len(d.Worker) > MaxKey:
			return bad("worker", TooLong, d.Worker)
		case d.Work < 0:
			return bad("work", Negative, d.Work.String())
		case d.Reward.Amount < 0:
			return bad("reward", Negative, d.Reward.Amount.String())
		}
	}
	if r.Price.validate() != nil {
		return bad("price", NoUnit, string(r.Price.Per))
	}
	return nil
}
