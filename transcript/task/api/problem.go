package api

import (
	"errors"
	"net/http"
	"time"

	"tapescript/transcript/task"
)

// Code says what went wrong; it is what a program looks at.
type Code string

// Codes of problems.
const (
	NotFound     Code = "not-found"
	NoTask       Code = "no-task"
	Held         Code = "held" // the lease is over
	Sealed       Code = "sealed"
	OtherContent Code = "other-content"
	Paused       Code = "paused"
	Newer        Code = "newer"
	TooSoon      Code = "too-soon" // an exam that was failed may not be tried yet
	Invalid      Code = "invalid"
	BadRequest   Code = "bad-request"
	TooLarge     Code = "too-large"
	Unauthorized Code = "unauthorized"
	Expired      Code = "expired"
	Revoked      Code = "revoked"
	Forbidden    Code = "forbidden"
	TooMany      Code = "too-many"
	WrongSum     Code = "wrong-sum"
	NoAudio      Code = "no-audio"
	BadRange     Code = "bad-range"
	BadMethod    Code = "bad-method"
	NoEndpoint   Code = "no-endpoint"
	Unavailable  Code = "unavailable"
	Internal     Code = "internal"
)

// Errors that a store of this machine does not have.
var (
	ErrUnauthorized = errors.New("the token is not known")
	ErrExpired      = errors.New("the token has expired")
	ErrRevoked      = errors.New("the token was revoked")
	ErrForbidden    = errors.New("the role may not do this")
	ErrTooSoon      = errors.New("the exam may not be tried again yet")
	ErrBadRequest   = errors.New("the request cannot be understood")
	ErrTooLarge     = errors.New("more than the server takes")
	ErrTooMany      = errors.New("too many requests")
	ErrWrongSum     = errors.New("the content has another sum than it should")
	ErrNoAudio      = errors.New("the server has no such recording")
	ErrBadRange     = errors.New("the recording is shorter than that")
	ErrBadMethod    = errors.New("nothing is done by this method here")
	ErrNoEndpoint   = errors.New("there is nothing at this address")
	ErrUnavailable  = errors.New("the server cannot answer now")
	ErrInternal     = errors.New("the server failed")
)

// kinds are the problems: their codes, HTTP statuses and errors.
var kinds = []struct {
	code   Code
	status int
	err    error
}{
	{NotFound, http.StatusNotFound, task.ErrNotFound},
	{NoTask, http.StatusNotFound, task.ErrNone},
	{Held, http.StatusConflict, task.ErrHeld},
	{Sealed, http.StatusConflict, task.ErrSealed},
	{OtherContent, http.StatusConflict, task.ErrOther},
	{Paused, http.StatusForbidden, task.ErrPaused},
	{Newer, http.StatusServiceUnavailable, task.ErrNewer},
	{TooSoon, http.StatusForbidden, ErrTooSoon},
	{BadRequest, http.StatusBadRequest, ErrBadRequest},
	{TooLarge, http.StatusRequestEntityTooLarge, ErrTooLarge},
	{Unauthorized, http.StatusUnauthorized, ErrUnauthorized},
	{Expired, http.StatusUnauthorized, ErrExpired},
	{Revoked, http.StatusUnauthorized, ErrRevoked},
	{Forbidden, http.StatusForbidden, ErrForbidden},
	{TooMany, http.StatusTooManyRequests, ErrTooMany},
	{WrongSum, http.StatusUnprocessableEntity, ErrWrongSum},
	{NoAudio, http.StatusNotFound, ErrNoAudio},
	{BadRange, http.StatusRequestedRangeNotSatisfiable, ErrBadRange},
	{BadMethod, http.StatusMethodNotAllowed, ErrBadMethod},
	{NoEndpoint, http.StatusNotFound, ErrNoEndpoint},
	{Unavailable, http.StatusServiceUnavailable, ErrUnavailable},
	{Internal, http.StatusInternalServerError, ErrInternal},
}

// Problem is why a request came to nothing, as application/problem+json (RFC
// 9457). Status and Title say it to people and to HTTP; Code to programs.
type Problem struct {
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Code    Code   `json:"code"`
	Request string `json:"request,omitempty"` // its ID, as in the server's log

	// Of an invalid value.
	Field string `json:"field,omitempty"`
	Why   string `json:"why,omitempty"` // a task.Code
	Line  int64  `json:"line,omitempty"`

	// Of a pause: what was decided, until when.
	Measure *task.Measure `json:"measure,omitempty"`
	// Until is when a token ended.
	Until *time.Time `json:"until,omitempty"`
}

// ProblemOf makes a problem of an error. Nothing of what an error quotes goes
// into it: an error that is not known is [Internal] and no more.
func ProblemOf(err error) Problem {
	var paused *task.PausedError
	var invalid *task.InvalidError
	switch {
	case errors.As(err, &paused):
		return Problem{Title: task.ErrPaused.Error(), Status: http.StatusForbidden, Code: Paused, Measure: &paused.Measure}
	case errors.As(err, &invalid):
		return Problem{Title: "a value cannot be kept", Status: http.StatusUnprocessableEntity, Code: Invalid, Field: invalid.Field, Why: string(invalid.Code), Line: invalid.Line}
	}
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return Problem{Title: k.err.Error(), Status: k.status, Code: k.code}
		}
	}
	var away interface{ Unavailable() bool } // a store whose database is away
	if errors.As(err, &away) && away.Unavailable() {
		return ProblemOf(ErrUnavailable)
	}
	return Problem{Title: ErrInternal.Error(), Status: http.StatusInternalServerError, Code: Internal}
}

// ServerError is a problem that a server answered with.
type ServerError struct {
	Problem
	err error
}

func (e *ServerError) Error() string { return e.Title }

// Unwrap returns the error that the server had, as far as it has a code.
func (e *ServerError) Unwrap() error { return e.err }

// Err is the inverse of [ProblemOf].
func (p Problem) Err() error {
	switch {
	case p.Code == Paused && p.Measure != nil:
		return &task.PausedError{Measure: *p.Measure}
	case p.Code == Invalid:
		return &task.InvalidError{Line: p.Line, Field: p.Field, Code: task.Code(p.Why)}
	}
	for _, k := range kinds {
		if k.code == p.Code {
			return &ServerError{p, k.err}
		}
	}
	return &ServerError{p, ErrInternal}
}
