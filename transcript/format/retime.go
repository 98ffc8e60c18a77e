package format

import (
	"math/big"
	"strings"
	"time"

	"tapescript/transcript"
)

// ParseRatio reads a positive ratio of two decimal numbers: "25/23.976", "2".
func ParseRatio(text string) (*big.Rat, bool) {
	top, bottom, found := strings.Cut(text, "/")
	if !found {
		bottom = "1"
	}
	a, ok1 := decimal(top)
	b, ok2 := decimal(bottom)
	if !ok1 || !ok2 || a.Sign() <= 0 || b.Sign() <= 0 {
		return nil, false
	}
	return a.Quo(a, b), true
}

func decimal(text string) (*big.Rat, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 12 || strings.Trim(text, "0123456789.") != "" {
		return nil, false // among others exponents, which could be of any size
	}
	return new(big.Rat).SetString(text)
}

// Retimed says what a change of all times did to those at the borders.
type Retimed struct {
	Cut  int // segments that would have begun before the recording, and now begin with it
	Lost int // segments that would have ended before it, and have no time any more
}

// Retime returns a transcript whose times are multiplied by scale and then
// moved by shift, each rounded to the nearest nanosecond; what has no time
// stays so. The segments are new ones, the rest is shared. A time that no
// duration can hold is an [*Error] of code BadTime.
func Retime(t *transcript.Transcript, scale *big.Rat, shift time.Duration) (*transcript.Transcript, Retimed, error) {
	out := *t
	out.Segments = make([]*transcript.Segment, len(t.Segments))
	var done Retimed
	m := mover{scale, shift, false}
	for i, old := range t.Segments {
		s := *old
		s.Words = append([]transcript.Word(nil), old.Words...)
		if s.Timed() {
			start := m.move(s.Start)
			s.Start, s.End = m.span(s.Start, s.End)
			switch {
			case s.End == 0:
				done.Lost++
			case start < 0:
				done.Cut++
			}
		}
		for k := range s.Words {
			w := &s.Words[k]
			if w.Timed() {
				w.Start, w.End = m.span(w.Start, w.End)
				w.Estimated = w.Estimated && w.Timed()
			}
		}
		out.Segments[i] = &s
	}
	if m.overflows {
		return nil, done, &Error{Code: BadTime, Offending: scale.FloatString(3) + ", " + shift.String()}
	}
	return &out, done, nil
}

type mover struct {
	scale     *big.Rat
	shift     time.Duration
	overflows bool
}

func (m *mover) span(start, end time.Duration) (time.Duration, time.Duration) {
	start, end = max(0, m.move(start)), max(0, m.move(end))
	if end == 0 {
		return 0, 0
	}
	return start, end
}

// move rounds half up, in integers of any size.
func (m *mover) move(d time.Duration) time.Duration {
	if m.scale.IsInt() && m.scale.Num().Int64() == 1 {
		return d + m.shift
	}
	n := new(big.Int).Mul(big.NewInt(int64(d)), m.scale.Num())
	n.Add(n.Lsh(n, 1), m.scale.Denom())
	n.Div(n, new(big.Int).Lsh(m.scale.Denom(), 1))
	if !n.IsInt64() || n.Int64() > 1<<62 {
		m.overflows = true
		return 0
	}
	return time.Duration(n.Int64()) + m.shift
}
