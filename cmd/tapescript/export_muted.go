package main

import (
	"errors"
	"os"
	"slices"
	"strings"

	"tapescript/audio"
	"tapescript/quality/privacy"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
)

// maskedSound is a recording, and what is to be silent in it.
type maskedSound struct {
	path  string
	found map[hiding]bool
	muted []audio.Span // as they were muted
}

// hiding is a place that is to be silent, and what is said there. Whole: nobody
// knows where in it.
type hiding struct {
	privacy.Interval
	what  string
	whole bool
}

// hear notes where the personal data of a result is heard: over the words that
// have a time, over the whole stretch where they have none. All that was ever
// written of it counts, golds and other workers' texts too.
func (m *exportMask) hear(r task.Result) error {
	a := r.Task.Audio
	if a.Path == "" {
		return nil
	}
	name := m.names.audio(a.Ref)
	s := m.files[a.Path] // two names of one file are one recording
	if s == nil {
		s = &maskedSound{path: a.Path, found: map[hiding]bool{}}
		m.files[a.Path] = s
	}
	m.sound[name] = s
	end := a.End
	if end == 0 {
		end = m.lengths.of(a.Path)
	}
	texts := []string{r.Task.Draft}
	if r.Gold != nil {
		texts = append(texts, r.Gold.Texts...)
	}
	if r.Submission != nil {
		texts = append(texts, r.Submission.Text)
		if timed, err := timedLines(r.Submission); err != nil {
			return err
		} else if timed != nil {
			texts = texts[:len(texts)-1]
			s.add(timed, m.options)
		}
	}
	for _, text := range texts {
		s.add(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Start: a.Start, End: end, Text: text}}}, m.options)
	}
	return nil
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

func (s *maskedSound) add(t *transcript.Transcript, o privacy.Options) {
	for _, f := range privacy.Find(t, o) {
		what, words := "", 0
		for _, part := range f.Parts {
			seg := t.Segments[part.Segment]
			what, words = what+" "+strings.ToLower(seg.Text[part.From:part.To]), words+len(seg.Words)
		}
		places, _ := privacy.Intervals(t, []privacy.Finding{f}, redactPad)
		for _, place := range places {
			s.found[hiding{place, what, words == 0}] = true
		}
	}
}

// spans are the places, in order and apart. What one text says without a time
// and another with is silent where that has it.
func (s *maskedSound) spans() (list []privacy.Interval) {
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

// putMuted writes the sound of an utterance with its personal data silent, as a
// new wav file: no tag of the recording goes out either.
func (s *corpusSound) putMuted(u *platform.Utterance, stem string) (string, error) {
	source := s.mask.sound[u.Audio.Ref]
	if source == nil {
		return "", errors.New(s.program.words.Say("export.no-sound", transcript.Clean(u.Audio.Ref)))
	}
	if err := s.openMuted(source); err != nil {
		return "", err
	}
	if u.Audio.End == 0 {
		whole := *u
		whole.Audio.Start, whole.Audio.End = 0, s.rec.Duration()
		u = &whole
	}
	return s.cut(u, stem)
}

// openMuted makes the muted copy of a recording and reads it back.
func (s *corpusSound) openMuted(m *maskedSound) error {
	if s.rec != nil && s.path == m.path {
		return nil
	}
	s.close()
	rec, err := audio.Open(m.path)
	if err != nil {
		return err
	}
	defer rec.Close()
	if m.muted, err = s.program.within(m.spans(), rec.Duration()); err != nil {
		return err
	}
	if s.made, err = os.CreateTemp("", "tapescript-*.wav"); err != nil {
		return err
	}
	if _, err := rec.WriteMuted(s.ctx, s.made, m.muted, audio.Silence, func(float64) {}); err != nil {
		return err
	}
	muted, err := audio.Open(s.made.Name())
	if err != nil {
		return err
	}
	s.path, s.rec = m.path, muted
	left, err := audio.Likeness(s.ctx, rec, muted, m.muted, audio.Silence)
	if err == nil && left >= mostLikeness {
		err = errors.New(s.program.words.Say("redact.audible"))
	}
	return err
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

// muted says how many spans are silent, and how many seconds they are together.
func (m *exportMask) muted() (spans int, seconds float64) {
	for _, s := range m.files {
		for _, span := range s.muted {
			spans, seconds = spans+1, seconds+(span.End-span.Start).Seconds()
		}
	}
	return spans, seconds
}
