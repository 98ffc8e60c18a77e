package main

import (
	"errors"
	"os"

	"tapescript/audio"
	"tapescript/quality/privacy/deidentify"
	"tapescript/transcript"
	"tapescript/transcript/task/platform"
)

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
func (s *corpusSound) openMuted(m *deidentify.Recording) error {
	if s.rec != nil && s.path == m.Path {
		return nil
	}
	s.close()
	rec, err := audio.Open(m.Path)
	if err != nil {
		return err
	}
	defer rec.Close()
	spans, err := s.program.within(m.Silent(), rec.Duration())
	if err != nil {
		return err
	}
	s.mask.muted[m] = spans
	if s.made, err = os.CreateTemp("", "tapescript-*.wav"); err != nil {
		return err
	}
	if _, err := rec.WriteMuted(s.ctx, s.made, spans, audio.Silence, func(float64) {}); err != nil {
		return err
	}
	muted, err := audio.Open(s.made.Name())
	if err != nil {
		return err
	}
	s.path, s.rec = m.Path, muted
	left, err := audio.Likeness(s.ctx, rec, muted, spans, audio.Silence)
	if err == nil && left >= mostLikeness {
		err = errors.New(s.program.words.Say("redact.audible"))
	}
	return err
}

// mutedSpans says how many spans are silent, and how many seconds they are together.
func (m *exportMask) mutedSpans() (spans int, seconds float64) {
	for _, list := range m.muted {
		for _, span := range list {
			spans, seconds = spans+1, seconds+(span.End-span.Start).Seconds()
		}
	}
	return spans, seconds
}
