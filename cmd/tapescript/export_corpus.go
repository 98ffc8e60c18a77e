package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tapescript/audio"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
)

// exportCorpus writes a corpus and says what somebody who gives it away should
// know.
func (p *program) exportCorpus(ctx context.Context, b task.Batch, to platform.Platform, results func() iter.Seq2[task.Result, error], mask *exportMask, f exportFlags) error {
	o := platform.CorpusOptions{AcceptedOnly: f.accepted, License: f.license}
	var err error
	if f.splits != "" {
		if o.Splits, err = platform.ParseSplits(f.splits); err != nil {
			return usagef("%s", p.words.Say("export.splits", f.splits))
		}
	}
	if mask != nil {
		if mask.texts != nil {
			o.Text = mask.text
		}
	} else if o.Text, err = exportTexts(f.texts); err != nil {
		return err
	}
	lengths := newLengths()
	measured := func() iter.Seq2[task.Result, error] { return lengths.add(results()) }
	bar := p.newProgress(p.words.Say("export.sound"))
	if !f.noAudio {
		sound := &corpusSound{ctx: ctx, program: p, mask: mask}
		defer sound.close()
		o.Sound = sound.put
	}
	report, err := platform.WriteCorpus(f.out, to, b, measured, o)
	bar.end()
	if err != nil {
		return err
	}
	for _, w := range report.Warnings {
		p.tell(p.words.Say("export.warning", p.words.Say("platform-warning."+string(w.Code), strings.Join(w.Args, ", "))))
	}
	if f.json {
		return p.printJSON(corpusJSON(report))
	}
	for _, s := range report.Splits {
		p.tell(p.words.Say("export.split", s.Name, s.Utterances, s.Speakers, s.Recordings, s.Duration.Round(time.Second)))
	}
	if mask != nil && !f.noAudio {
		spans, seconds := mask.mutedSpans()
		p.tell(p.words.Count("export.muted", spans, seconds))
	}
	if report.Left > 0 {
		p.tell(p.words.Count("export.left", int(report.Left)))
	}
	return nil
}

// corpusReport is the report as scripts read it.
type corpusReport struct {
	Splits []splitReport `json:"splits"`
	// Left are tasks without a text that may go in.
	Left     int64           `json:"left_out"`
	Files    int             `json:"files"`
	Warnings []warningReport `json:"warnings"`
}

type splitReport struct {
	Name       string  `json:"name"`
	Utterances int64   `json:"utterances"`
	Speakers   int     `json:"speakers"`
	Recordings int     `json:"recordings"`
	Seconds    float64 `json:"seconds"`
}

type warningReport struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"`
}

func corpusJSON(r platform.CorpusReport) corpusReport {
	out := corpusReport{Left: r.Left, Files: r.Files, Warnings: []warningReport{}}
	for _, s := range r.Splits {
		out.Splits = append(out.Splits, splitReport{s.Name, s.Utterances, s.Speakers, s.Recordings, s.Duration.Seconds()})
	}
	for _, w := range r.Warnings {
		out.Warnings = append(out.Warnings, warningReport{string(w.Code), w.Args})
	}
	return out
}

// lengthsOf adds the lengths of recordings that lie here, which a batch does not
// always say and trainers ask for.
type lengthsOf struct{ known map[string]time.Duration }

func (l *lengthsOf) add(results iter.Seq2[task.Result, error]) iter.Seq2[task.Result, error] {
	return func(yield func(task.Result, error) bool) {
		for r, err := range results {
			if a := &r.Task.Audio; err == nil && a.End == 0 && a.Duration == 0 && a.Path != "" {
				a.Duration = l.of(a.Path)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func newLengths() *lengthsOf { return &lengthsOf{known: map[string]time.Duration{}} }

// of is the length of a recording; 0 where it cannot be opened, which is told
// when its sound is wanted.
func (l *lengthsOf) of(path string) time.Duration {
	if d, ok := l.known[path]; ok {
		return d
	}
	var d time.Duration
	if rec, err := audio.Open(path); err == nil {
		d = rec.Duration()
		rec.Close()
	}
	l.known[path] = d
	return d
}

// corpusSound puts the sound of utterances in files: whole recordings as they
// are, stretches cut out by the engine, exact to the sample.
type corpusSound struct {
	ctx     context.Context
	program *program
	mask    *exportMask // nil: the sound goes out as it is
	path    string      // of the recording that is open
	rec     *audio.Recording
	made    *os.File // the muted copy that is open, nil where it is the recording itself
}

func (s *corpusSound) put(u *platform.Utterance, stem string, cut bool) (string, error) {
	if err := s.ctx.Err(); err != nil {
		return "", err
	}
	if s.mask != nil {
		return s.putMuted(u, stem)
	}
	if u.Audio.Path == "" {
		return "", errors.New(s.program.words.Say("export.no-sound", transcript.Clean(u.Audio.Ref)))
	}
	if !cut || u.Audio.End == 0 {
		name := stem + strings.ToLower(filepath.Ext(u.Audio.Path))
		return name, copySound(u.Audio.Path, name)
	}
	if err := s.open(u.Audio.Path); err != nil {
		return "", err
	}
	return s.cut(u, stem)
}

// cut writes the stretch of the open recording that an utterance is.
func (s *corpusSound) cut(u *platform.Utterance, stem string) (string, error) {
	name := stem + ".wav"
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", err
	}
	defer file.Close()
	end := min(u.Audio.End, s.rec.Duration())
	if end <= u.Audio.Start {
		return "", errors.New(s.program.words.Say("export.beyond", u.Audio.Path, u.Audio.Start))
	}
	clip := audio.Clip{Speed: 1, Span: audio.Span{Start: u.Audio.Start, End: end}}
	if _, err := s.rec.WriteWAV(s.ctx, file, clip, nil); err != nil {
		return "", err
	}
	return name, file.Sync()
}

func (s *corpusSound) open(path string) error {
	if s.rec != nil && s.path == path {
		return nil
	}
	s.close()
	rec, err := audio.Open(path)
	if err != nil {
		return err
	}
	s.path, s.rec = path, rec
	return nil
}

func (s *corpusSound) close() {
	if s.rec != nil {
		s.rec.Close()
		s.rec = nil
	}
	if s.made != nil {
		s.made.Close()
		os.Remove(s.made.Name())
		s.made = nil
	}
}

func copySound(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return fmt.Errorf("copying %s: %w", from, err)
	}
	return out.Close()
}
