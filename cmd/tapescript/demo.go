package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/quality"
	"tapescript/testdata"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/tui"
	"tapescript/tui/locale"
	"tapescript/tui/workbench"
)

func (p *program) demoCommand() *cobra.Command {
	var language string
	var silent bool
	var f deskFlags
	c := p.command("demo", cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		if language == "" {
			language = p.words.Language()
		}
		return p.demo(c.Context(), language, silent, f)
	})
	c.Flags().StringVar(&language, "lang", "", p.words.Say("flag.lang"))
	c.Flags().BoolVar(&silent, "silent", false, p.words.Say("flag.silent"))
	p.addDeskFlags(c, &f)
	return c
}

// demo is a real session on the recording that the program carries, in a
// temporary folder that is gone afterwards.
func (p *program) demo(ctx context.Context, language string, silent bool, f deskFlags) error {
	if _, err := fs.Stat(testdata.Demo, "demo/"+language); err != nil {
		return usagef("%s", p.words.Say("demo.language", language))
	}
	p.words = locale.For(language)
	if err := p.needTerminal("demo"); err != nil {
		return err
	}
	d, err := p.arrange(f, "")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tapescript-demo-")
	if err != nil {
		return fmt.Errorf("making a folder for the demo: %w", err)
	}
	defer os.RemoveAll(dir)
	return p.runDemo(ctx, dir, language, d, silent)
}

func (p *program) runDemo(ctx context.Context, dir, language string, d *desk, silent bool) error {
	for _, name := range []string{"recording.ogg", "draft.vtt", "gold.vtt"} {
		data, err := testdata.Demo.ReadFile("demo/" + language + "/" + name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return fmt.Errorf("unpacking the demo: %w", err)
		}
	}
	recording, err := audio.Open(filepath.Join(dir, "recording.ogg"))
	if err != nil {
		return err
	}
	defer recording.Close()
	s, gold, err := p.demoSession(dir)
	if err != nil {
		return err
	}
	defer s.close()
	options, err := scoreOptions("", "")
	if err != nil {
		return err
	}
	open := openFlags{rewind: defaultRewind, silent: silent}
	d.apply(&open) // what the person has settled on, as for `open`
	before := p.wer(gold, s.document.Snapshot(), options)
	if err := p.work(ctx, recording, s, gold, d, open); err != nil {
		return err
	}
	after := p.wer(gold, s.document.Snapshot(), options)
	if before != after {
		fmt.Fprintln(p.out, p.words.Say("demo.end", before, after))
	}
	fmt.Fprintln(p.out, p.words.Say("demo.next"))
	return nil
}

func (p *program) demoSession(dir string) (*session, *transcript.Transcript, error) {
	gold, _, err := format.Read(filepath.Join(dir, "gold.vtt"))
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(dir, "draft.vtt")
	draft, source, err := format.Read(path)
	if err != nil {
		return nil, nil, err
	}
	f, err := format.ForPath(path)
	if err != nil {
		return nil, nil, err
	}
	j, err := journal.Open(path, journal.Options{Folder: filepath.Join(dir, "journal")})
	if err != nil {
		return nil, nil, err
	}
	s := &session{
		journal: j, demo: true, lessons: p.lessons(),
		file: workbench.File{Path: path, Format: f, SHA256: source.SHA256},
	}
	draft.BeginsDraft()
	if s.document, err = j.Begin(draft, source.SHA256); err != nil {
		j.Close()
		return nil, nil, err
	}
	return s, gold, nil
}

// lessons are the demo's five steps, each done by a key.
func (p *program) lessons() []workbench.Lesson {
	var list []workbench.Lesson
	for i, done := range [][]tui.Action{
		{tui.PlayPause, tui.Replay, tui.NextAndPlay}, {tui.Back, tui.BackFar}, {tui.AgainSlower, tui.Slower},
		{tui.NextError, tui.PreviousError}, {tui.Save},
	} {
		list = append(list, workbench.Lesson{Text: p.words.Say(fmt.Sprintf("demo.lesson-%d", i+1)), Done: done})
	}
	return list
}

// wer is the word error rate of a transcript, as people read it.
func (p *program) wer(gold, hypothesis *transcript.Transcript, o quality.Options) string {
	r := quality.ScoreTranscripts(gold, hypothesis, o)
	return p.percent(r.Corpus.WER())
}
