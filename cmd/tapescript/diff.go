package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"tapescript/quality/report"
	"tapescript/transcript"
)

// diffFlags are what `diff` can be told.
type diffFlags struct {
	inline, beside, plain bool
	json, git, exitCode   bool
	merge                 bool
	context, width        int
}

func (p *program) diffCommand() *cobra.Command {
	var f diffFlags
	arguments := func(_ *cobra.Command, args []string) error {
		if f.merge {
			return cobra.ExactArgs(4)(nil, args)
		}
		if f.git && (len(args) == 1 || len(args) == 7 || len(args) == 9) || !f.git && len(args) == 2 {
			return nil
		}
		return errors.New("another number of arguments")
	}
	c := p.command("diff", arguments, func(_ *cobra.Command, args []string) error {
		switch {
		case f.merge:
			return p.gitMerge(args)
		case f.git:
			return p.gitDiff(args, f)
		}
		return p.diff(args[0], args[1], f)
	})
	c.Flags().BoolVar(&f.inline, "inline", false, p.words.Say("flag.inline"))
	c.Flags().BoolVar(&f.beside, "side-by-side", false, p.words.Say("flag.side-by-side"))
	c.Flags().IntVarP(&f.context, "unified", "U", 1, p.words.Say("flag.unified"))
	c.Flags().BoolVar(&f.plain, "plain", false, p.words.Say("flag.plain"))
	c.Flags().IntVar(&f.width, "width", 0, p.words.Say("flag.width"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.Flags().BoolVar(&f.exitCode, "exit-code", false, p.words.Say("flag.exit-code"))
	c.Flags().BoolVar(&f.git, "git", false, p.words.Say("flag.git"))
	c.Flags().BoolVar(&f.merge, "merge", false, p.words.Say("flag.merge"))
	c.MarkFlagsMutuallyExclusive("inline", "side-by-side", "json", "merge")
	c.MarkFlagsMutuallyExclusive("git", "merge")
	return c
}

// diff shows what differs between two transcripts. Differences are a result, no
// failure, unless the exit code is asked to tell.
func (p *program) diff(before, after string, f diffFlags) error {
	a, err := p.readText(before)
	if err != nil {
		return err
	}
	b, err := p.readText(after)
	if err != nil {
		return err
	}
	d := report.Diff(a, b)
	if f.json {
		err = report.DiffJSON(p.out, before, after, d)
	} else {
		err = p.showDiff(d, f)
	}
	if err == nil && f.exitCode && !d.Same() {
		return quietError{exitFailed}
	}
	return err
}

// wideEnough is the width in cells from which two texts side by side are easier
// to read than one.
const wideEnough = 110

func (p *program) showDiff(d *report.Difference, f diffFlags) error {
	watched := isTerminal(p.out) || f.git && os.Getenv("GIT_PAGER_IN_USE") == "true"
	width := p.width(f.width)
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); f.git && f.width == 0 && err == nil && columns > 20 {
		width = columns // git tells it where its pager stands between us and the terminal
	}
	return report.DiffText(p.out, d, report.DiffLayout{
		Width: width, Context: f.context,
		Beside: f.beside || !f.inline && watched && width >= wideEnough,
		Color:  watched && !f.plain && os.Getenv("NO_COLOR") == "",
		Label:  p.diffWords,
	})
}

// diffWords are the words of a difference.
func (p *program) diffWords(key string, args ...any) string {
	if key == "same" {
		return p.words.Count("diff.same", args[0].(int))
	}
	return p.words.Say("diff."+key, args...)
}

// readText reads a transcript, or a table of utterances as one whose segments
// are its rows.
func (p *program) readText(path string) (*transcript.Transcript, error) {
	if path == os.DevNull { // to git, a file that is not there
		return &transcript.Transcript{}, nil
	}
	s, err := p.readSide(path)
	if err != nil || s.transcript != nil {
		return s.transcript, err
	}
	t := &transcript.Transcript{}
	for _, item := range s.items {
		t.Segments = append(t.Segments, &transcript.Segment{ID: item.ID, Text: item.Text})
	}
	return t, nil
}

// gitDiff is what git calls for a file of .gitattributes' diff=tapescript:
//
//	path old-file old-hex old-mode new-file new-hex new-mode [new-path info]
//
// and with the path alone where a merge is not done (git-diff's manual,
// GIT_EXTERNAL_DIFF). A version that is no transcript is told of and passed
// over, because git would end its whole output where we fail.
func (p *program) gitDiff(args []string, f diffFlags) error {
	path := args[0]
	if len(args) == 1 {
		return p.print(p.out, transcript.Clean(p.words.Say("diff.unmerged", path))+"\n")
	}
	title := path
	if len(args) == 9 && args[7] != path {
		title += " → " + args[7]
	}
	title = transcript.Clean(filepath.ToSlash(title))
	if err := p.print(p.out, "diff "+title+"\n"); err != nil {
		return err
	}
	a, err := p.readText(args[1])
	var b *transcript.Transcript
	if err == nil {
		b, err = p.readText(args[4])
	}
	if err != nil {
		return p.print(p.out, p.explain(err)+"\n\n")
	}
	d := report.Diff(a, b)
	if d.Same() {
		return p.print(p.out, p.words.Say("diff.elsewhere")+"\n\n")
	}
	if err := p.showDiff(d, f); err != nil {
		return err
	}
	return p.print(p.out, "\n")
}
