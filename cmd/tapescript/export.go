package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
	"tapescript/tui"
)

// exportFlags are what `export` can be told.
type exportFlags struct {
	storeFlags
	batch, format, out, pack, splits, texts, license, names string
	redacted, accepted, all, noAudio, force, json           bool
}

func (p *program) exportCommand() *cobra.Command {
	var f exportFlags
	c := p.command("export", cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		return p.export(c.Context(), f)
	})
	p.addStoreFlag(c, &f.storeFlags)
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().StringVar(&f.format, "format", "", p.words.Say("flag.export-format", strings.Join(exportFormats(), ", ")))
	c.Flags().StringVarP(&f.out, "output", "o", "", p.words.Say("flag.output"))
	c.Flags().StringVar(&f.pack, "pack", "", p.words.Say("flag.export-pack"))
	c.Flags().BoolVar(&f.redacted, "redacted", false, p.words.Say("flag.export-redacted"))
	c.Flags().StringVar(&f.names, "names", "", p.words.Say("flag.redact-names"))
	c.Flags().BoolVar(&f.accepted, "accepted", false, p.words.Say("flag.export-accepted"))
	c.Flags().BoolVar(&f.all, "all", false, p.words.Say("flag.export-all"))
	c.Flags().StringVar(&f.splits, "splits", "", p.words.Say("flag.export-splits"))
	c.Flags().StringVar(&f.texts, "texts", "", p.words.Say("flag.export-texts"))
	c.Flags().StringVar(&f.license, "license", "", p.words.Say("flag.export-license"))
	c.Flags().BoolVar(&f.noAudio, "no-audio", false, p.words.Say("flag.export-no-audio"))
	c.Flags().BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	return c
}

// exportFormats are the platforms that can be written.
func exportFormats() []string {
	var list []string
	for _, pl := range platform.All() {
		if pl.CanWrite() {
			list = append(list, pl.Name)
		}
	}
	return list
}

// export writes a batch for its platform, or as a corpus.
func (p *program) export(ctx context.Context, f exportFlags) error {
	if f.out == "" {
		return usagef("%s", p.words.Say("export.name-it"))
	}
	ctx, stop := signal.NotifyContext(ctx, tui.EndSignals...)
	defer stop()
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	batch, err := p.onlyBatch(ctx, store, f.batch)
	if err != nil {
		return err
	}
	if f.pack != "" {
		return p.exportPack(ctx, store, f.pack, batch.ID, f.out)
	}
	to, err := p.exportPlatform(f, batch)
	if err != nil {
		return err
	}
	mask, err := p.exportMask(f)
	if err != nil {
		return err
	}
	if mask != nil { // a file's name may be a person's
		batch.Source.File, batch.Source.SHA256 = "", ""
	}
	results := p.exportResults(ctx, store, batch, f, to, mask)
	if to.Corpus {
		return p.exportCorpus(ctx, batch, to, results, mask, f)
	}
	var count exportReport
	err = p.exportFile(f, func(w io.Writer) error {
		return to.Encode(w, batch, countResults(results(), &count))
	})
	if err != nil {
		return err
	}
	if f.json {
		return p.printJSON(count)
	}
	p.tell(p.words.Count("export.rows", count.Rows))
	return nil
}

// exportReport is what an export wrote.
type exportReport struct {
	Rows int `json:"rows"`
	Done int `json:"done"`
}

func countResults(results iter.Seq2[task.Result, error], count *exportReport) iter.Seq2[task.Result, error] {
	return func(yield func(task.Result, error) bool) {
		for r, err := range results {
			if err == nil {
				count.Rows++
				if r.Submission != nil {
					count.Done++
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// onlyBatch is the batch of that name, or the only one that there is.
func (p *program) onlyBatch(ctx context.Context, store task.Store, id string) (task.Batch, error) {
	list, err := store.Batches(ctx)
	if err != nil {
		return task.Batch{}, err
	}
	var names []string
	for _, b := range list {
		if b.ID == id || id == "" && len(list) == 1 {
			return b.Batch, nil
		}
		names = append(names, b.ID)
	}
	switch {
	case len(list) == 0:
		return task.Batch{}, errors.New(p.words.Say("export.empty"))
	case id != "":
		return task.Batch{}, usagef("%s", p.words.Say("export.no-batch", id, strings.Join(names, ", ")))
	}
	return task.Batch{}, usagef("%s", p.words.Say("export.which-batch", strings.Join(names, ", ")))
}

// exportPlatform is what the batch is written for: its own platform, where
// nothing else is said.
func (p *program) exportPlatform(f exportFlags, b task.Batch) (platform.Platform, error) {
	name := f.format
	if name == "" {
		name = b.Platform
	}
	to, ok := platform.Lookup(name)
	if !ok || !to.CanWrite() {
		return to, usagef("%s", p.words.Say("export.unknown-format", name, strings.Join(exportFormats(), ", ")))
	}
	if f.splits != "" && to.HasCorpus() { // of a platform that is both a file and a corpus
		to.Corpus = true
	}
	if !to.Corpus && (f.splits != "" || f.texts != "" || f.license != "") {
		return to, usagef("%s", p.words.Say("export.no-corpus", to.Title))
	}
	if to.Corpus && f.out == "-" {
		return to, usagef("%s", p.words.Say("export.folder", to.Title))
	}
	return to, p.vacant(f.out, f.force && !to.Corpus)
}

// exportResults are what is written, asked for anew each time.
func (p *program) exportResults(ctx context.Context, store task.Store, b task.Batch, f exportFlags, to platform.Platform, mask *exportMask) func() iter.Seq2[task.Result, error] {
	var sound *teamSound
	if to.Corpus && !f.noAudio {
		sound = p.soundOf(ctx, store, noCap)
	}
	q := task.ResultQuery{Batch: b.ID, All: f.all || to.Corpus, Gold: true, Reject: true, ByTask: to.ByTask}
	return func() iter.Seq2[task.Result, error] {
		return func(yield func(task.Result, error) bool) {
			for r, err := range store.Results(ctx, q) {
				if err == nil {
					r, err = sound.exported(r)
				}
				if err == nil && mask != nil {
					r, err = mask.result(b, r)
				}
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

// exportFile writes a file whole or not at all, or to standard output.
func (p *program) exportFile(f exportFlags, write func(io.Writer) error) error {
	if f.out == "-" {
		out := bufio.NewWriter(p.out)
		if err := write(out); err != nil {
			return err
		}
		return out.Flush()
	}
	made, err := temporary(f.out)
	if err != nil {
		return err
	}
	defer os.Remove(made.Name())
	defer made.Close()
	if err := write(made); err != nil {
		return err
	}
	return p.deliver(made, f.out)
}

// nameList reads a list of names, one a line.
func nameList(data []byte) []string {
	var list []string
	for line := range strings.Lines(transcript.Clean(string(data))) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

// exportTexts reads the final texts of items: a consensus, say.
func exportTexts(table string) (func(task.Task) (string, bool), error) {
	if table == "" {
		return nil, nil
	}
	items, err := format.ReadItems(table)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]string, len(items))
	for _, item := range items {
		byID[item.ID], byID[stemOf(baseName(item.ID))] = item.Text, item.Text
	}
	return func(t task.Task) (string, bool) {
		for _, id := range []string{t.Key, t.Audio.Ref, stemOf(baseName(t.Audio.Ref)), stemOf(baseName(t.Key))} {
			if text, ok := byID[id]; ok {
				return text, true
			}
		}
		return "", false
	}, nil
}
