package main

import (
	"errors"

	"github.com/spf13/cobra"

	"tapescript/quality/report"
	"tapescript/transcript/journal"
)

func (p *program) changesCommand() *cobra.Command {
	var f diffFlags
	c := p.command("changes", cobra.ExactArgs(1), func(_ *cobra.Command, args []string) error {
		return p.changes(args[0], f)
	})
	c.Flags().BoolVar(&f.inline, "inline", false, p.words.Say("flag.inline"))
	c.Flags().BoolVar(&f.beside, "side-by-side", false, p.words.Say("flag.side-by-side"))
	c.Flags().IntVarP(&f.context, "unified", "U", 1, p.words.Say("flag.unified"))
	c.Flags().BoolVar(&f.plain, "plain", false, p.words.Say("flag.plain"))
	c.Flags().IntVar(&f.width, "width", 0, p.words.Say("flag.width"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.Flags().BoolVar(&f.exitCode, "exit-code", false, p.words.Say("flag.exit-code"))
	c.MarkFlagsMutuallyExclusive("inline", "side-by-side", "json")
	return c
}

// changes shows what was made of the draft that the work on a transcript began
// from, as its journal has both.
func (p *program) changes(path string, f diffFlags) error {
	t, err := journal.Read(path, journal.Options{})
	if errors.Is(err, journal.ErrNothing) || err == nil && t.Draft == nil {
		return errors.New(p.words.Say("changes.none", path))
	}
	if err != nil {
		return err
	}
	d := report.Diff(t.Draft, t)
	if f.json {
		err = report.DiffJSON(p.out, path+" (draft)", path, d)
	} else {
		err = p.showDiff(d, f)
	}
	if err == nil && f.exitCode && !d.Same() {
		return quietError{exitFailed}
	}
	return err
}
