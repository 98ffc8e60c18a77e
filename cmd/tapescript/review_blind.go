package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"tapescript/audio"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/tui/review"
)

// reviewBlind lets a recording be written by the segments of a draft that is
// hidden until one's own text of a segment stands.
func (p *program) reviewBlind(ctx context.Context, args []string, f reviewFlags) error {
	if len(args) != 1 || f.out == "" {
		return usagef("%s", p.words.Say("blind.usage"))
	}
	if err := p.needTerminal("review"); err != nil {
		return err
	}
	to, err := format.ForPath(f.out)
	if err == nil && !to.CanWrite() {
		err = &format.Error{Path: f.out, Code: format.ReadOnly, Offending: to.Title, Advice: format.NameFormat}
	}
	if err != nil {
		return err
	}
	draft, _, err := format.Read(args[0])
	if err != nil {
		return adviseOpen(err)
	}
	w := &reviewWork{words: p.words.Say, begin: map[string]string{}, logPath: f.log, files: pathsOf(args[0], f.out)}
	if w.logPath == "" {
		if w.logPath, err = reviewLogPath(args[0], f.out); err != nil {
			return err
		}
	}
	j, err := journal.Open(f.out, journal.Options{})
	if err != nil {
		return err
	}
	defer j.Close()
	own, err := p.ownText(j, draft, f)
	if err != nil {
		return err
	}
	if err := w.readLog(); err != nil {
		return err
	}
	recording, notice := f.audio, ""
	if recording == "" {
		recording = recordingOf(args[0], draft.Media.Path)
	}
	if recording == "" {
		notice = p.words.Say("review.no-recording")
	}
	place, err := p.arrange(f.deskFlags, "")
	if err != nil {
		return err
	}
	d := newDeck(audio.Options{Silent: f.silent, Rewind: defaultRewind})
	defer d.Close()
	known := j.Found().SavedSHA256
	b := review.NewBlind(review.BlindOpening{
		Draft: draft, Own: own, Recording: recording, Deck: d, Log: w, Entries: w.entries, Reviewer: f.reviewer, Notice: notice,
		Save: func(t *transcript.Transcript) (string, error) {
			if data, err := os.ReadFile(f.out); err == nil && known != "" && known != hashOf(data) {
				return f.out, fmt.Errorf("%s: %w", f.out, review.ErrChanged)
			}
			sum, err := format.Write(f.out, to, t)
			if err == nil {
				known = sum
				j.Saved(sum, 0)
			}
			return f.out, err
		},
		Words: p.words, Explain: p.explain, Theme: place.theme,
	})
	s := &session{journal: j}
	if err := p.runReview(ctx, b, place, func() { b.Flush(); s.flush() }); err != nil {
		return err
	}
	if b.Unsaved() {
		p.tell(p.words.Say("blind.kept", f.out))
		return nil
	}
	p.tell(p.words.Say("blind.next", args[0], f.out))
	return nil
}

// ownText goes on with one's own text where there is some, or begins with the
// draft's segments and no text. A file that no blind pass began is left alone.
func (p *program) ownText(j *journal.Journal, draft *transcript.Transcript, f reviewFlags) (*transcript.Document, error) {
	if j.Found().Exists {
		return j.Resume()
	}
	_, _, err := format.Read(f.out)
	if !errors.Is(err, fs.ErrNotExist) && !f.force {
		return nil, fmt.Errorf("%s", p.words.Say("convert.exists", f.out))
	}
	own := &transcript.Transcript{Media: draft.Media, Language: draft.Language, Style: draft.Style, Speakers: draft.Speakers}
	for _, s := range draft.Segments {
		own.Segments = append(own.Segments, &transcript.Segment{ID: s.ID, Start: s.Start, End: s.End, Speaker: s.Speaker, Channel: s.Channel})
	}
	if strings.TrimSpace(f.out) == "" || len(own.Segments) == 0 {
		return nil, usagef("%s", p.words.Say("blind.usage"))
	}
	return j.Begin(own, "")
}
