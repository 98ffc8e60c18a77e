package deidentify

import (
	"slices"
	"strings"
	"time"

	"tapescript/quality/privacy"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/task"
)

// Heard notes where the personal data of results is heard, recording by recording.
type Heard struct {
	Options privacy.Options
	Pad     time.Duration                   // silent before and after a word
	Length  func(path string) time.Duration // of a recording; 0 where it is not known

	files map[string]*Recording
}

// Recordings are those of which anything was added, by path.
func (h *Heard) Recordings() map[string]*Recording { return h.files }

// Recording is a recording, and what is to be silent in it.
type Recording struct {
	Path  string
	found map[hiding]bool
}

// hiding is a place that is to be silent, and what is said there. Whole: nobody
// knows where in it.
type hiding struct {
	privacy.Interval
	what  string
	whole bool
}

// Add notes where the personal data of a result is heard: over the words that
// have a time, over the whole stretch where they have none. All that was ever
// written of it counts, golds and other workers' texts too. It returns the
// recording, nil where that is not on this machine.
func (h *Heard) Add(r task.Result) (*Recording, error) {
	a := r.Task.Audio
	if a.Path == "" {
		return nil, nil
	}
	s := h.files[a.Path] // two names of one file are one recording
	if s == nil {
		if h.files == nil {
			h.files = map[string]*Recording{}
		}
		s = &Recording{Path: a.Path, found: map[hiding]bool{}}
		h.files[a.Path] = s
	}
	end := a.End
	if end == 0 {
		end = h.Length(a.Path)
	}
	texts := []string{r.Task.Draft}
	if r.Gold != nil {
		texts = append(texts, r.Gold.Texts...)
	}
	if r.Submission != nil {
		texts = append(texts, r.Submission.Text)
		if timed, err := timedLines(r.Submission); err != nil {
			return nil, err
		} else if timed != nil {
			texts = texts[:len(texts)-1]
			s.add(timed, h.Options, h.Pad)
		}
	}
	for _, text := range texts {
		s.add(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Start: a.Start, End: end, Text: text}}}, h.Options, h.Pad)
	}
	return s, nil
}

// timedLines is a submission's transcript, nil where it has none.
func timedLines(s *task.Submission) (*transcript.Transcript, error) {
	if len(s.Transcript) == 0 {
		return nil, nil
	}
	jsonl, _ := format.Lookup("jsonl")
	t, _, err := jsonl.Decode(s.Transcript, s.ID)
	if err != nil {
		return nil, err
	}
	for _, seg := range t.Segments {
		if !seg.Timed() {
			return nil, nil
		}
	}
	return t, nil
}

// add notes what a transcript says, with so much before and after it.
func (s *Recording) add(t *transcript.Transcript, o privacy.Options, pad time.Duration) {
	for _, f := range privacy.Find(t, o) {
		what, words := "", 0
		for _, part := range f.Parts {
			seg := t.Segments[part.Segment]
			what, words = what+" "+strings.ToLower(seg.Text[part.From:part.To]), words+len(seg.Words)
		}
		places, _ := privacy.Intervals(t, []privacy.Finding{f}, pad)
		for _, place := range places {
			s.found[hiding{place, what, words == 0}] = true
		}
	}
}

// Silent are the places that are to be silent, in order and apart. What one text says without a time
// and another with is silent where that has it.
func (s *Recording) Silent() (list []privacy.Interval) {
	for h := range s.found {
		placed := false
		for other := range s.found {
			placed = placed || h.whole && !other.whole && other.what == h.what && other.Start >= h.Start && other.End <= h.End
		}
		if !placed {
			list = append(list, h.Interval)
		}
	}
	return merged(list)
}

// merged are intervals in order and apart.
func merged(list []privacy.Interval) (out []privacy.Interval) {
	slices.SortFunc(list, func(a, b privacy.Interval) int { return int(min(max(a.Start-b.Start, -1), 1)) })
	for _, i := range list {
		if n := len(out); n > 0 && i.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, i.End)
			continue
		}
		out = append(out, i)
	}
	return out
}
