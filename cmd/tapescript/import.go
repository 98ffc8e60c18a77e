package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
)

type importFlags struct {
	storeFlags
	batch, from, mapping, audio string
	style, language, price      string
	deadline, rules, skill      string
	basis, retain, license      string
	uses                        []string
	rejects                     string
	overlap, priority, level    int
	keepPersonal, fetch, json   bool
	exam                        bool
	texts, instructions         string
}

func (p *program) importCommand() *cobra.Command {
	var f importFlags
	c := p.command("import", cobra.RangeArgs(1, 2), func(c *cobra.Command, args []string) error {
		path, err := p.importArguments(args, &f)
		if err != nil {
			return err
		}
		return p.importBatch(c.Context(), path, f)
	})
	p.addStoreFlag(c, &f.storeFlags)
	text := func(to *string, name, key string, args ...any) {
		c.Flags().StringVar(to, name, "", p.words.Say("flag."+key, args...))
	}
	text(&f.batch, "batch", "import-batch")
	text(&f.from, "from", "import-from", strings.Join(platform.Names(), ", "))
	text(&f.mapping, "map", "import-map")
	c.Flags().Lookup("map").NoOptDefVal = mapAsk
	text(&f.audio, "audio", "import-audio")
	text(&f.style, "style", "import-style")
	text(&f.language, "language", "import-language")
	text(&f.price, "price", "import-price")
	text(&f.deadline, "deadline", "import-deadline")
	text(&f.rules, "rules", "grade-rules")
	text(&f.instructions, "instructions", "import-instructions")
	text(&f.skill, "skill", "skill")
	text(&f.basis, "basis", "import-basis")
	text(&f.retain, "retain-until", "import-retain")
	text(&f.license, "license", "import-license")
	text(&f.rejects, "rejects", "import-rejects")
	text(&f.texts, "texts", "import-texts")
	c.Flags().StringSliceVar(&f.uses, "uses", nil, p.words.Say("flag.import-uses"))
	c.Flags().IntVar(&f.overlap, "overlap", 0, p.words.Say("flag.import-overlap"))
	c.Flags().IntVar(&f.priority, "priority", 0, p.words.Say("flag.import-priority"))
	c.Flags().IntVar(&f.level, "level", 0, p.words.Say("flag.import-level"))
	c.Flags().BoolVar(&f.exam, "exam", false, p.words.Say("flag.import-exam"))
	c.Flags().BoolVar(&f.keepPersonal, "keep-personal", false, p.words.Say("flag.import-personal"))
	c.Flags().BoolVar(&f.fetch, "fetch", false, p.words.Say("flag.import-fetch"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	return c
}

// importedJSON is what came of an import, as a script reads it.
type importedJSON struct {
	Batch    string `json:"batch"`
	Platform string `json:"platform"`
	Rows     int64  `json:"rows"`
	New      int64  `json:"new"`
	Known    int64  `json:"known"`
	Rejected int64  `json:"rejected"`
	Passed   int64  `json:"passed"`
	Tasks    int64  `json:"tasks"`
	Gold     int64  `json:"gold"`
	Audio    *int64 `json:"audio,omitempty"`
	Rejects  string `json:"rejects,omitempty"`
}

// importBatch reads a platform's file into the store.
func (p *program) importBatch(ctx context.Context, path string, f importFlags) error {
	o := platform.Options{From: f.from, KeepPersonal: f.keepPersonal, Texts: platform.Texts(f.texts)}
	var err error
	if o.Mapping, err = p.importMapping(path, f.mapping); err != nil {
		return err
	}
	if f.mapping == mapAsk && o.Mapping == nil {
		return nil // the proposal was printed
	}
	if _, err := p.importTerms(task.Batch{}, path, f); err != nil { // before any work
		return err
	}
	in, err := p.openBatch(path, o)
	if err != nil {
		return err
	}
	defer in.Close()
	b, err := p.importTerms(in.Batch(), path, f)
	if err != nil {
		return err
	}
	store, err := p.openStore(ctx, f.storeFlags, true)
	if err != nil {
		return err
	}
	defer store.Close()
	got, rejects, err := p.runImport(ctx, store, in, b, path, f)
	if err != nil {
		return err
	}
	if b, err = store.Batch(ctx, b.ID); err != nil { // with what its rows said
		return err
	}
	out := importedJSON{b.ID, b.Platform, got.Rows, got.New, got.Known, got.Rejected, in.Counts().Passed, got.Tasks, got.Gold, nil, rejects}
	if f.audio != "" {
		found, err := p.findAudio(ctx, store, b, f.audio)
		if err != nil {
			return err
		}
		out.Audio = &found
	}
	if f.fetch {
		found, err := p.fetchAudio(ctx, store, b.ID, newFetcher())
		if err != nil {
			return err
		}
		out.Audio = &found
	}
	return p.printImported(out, b, f.json)
}

func (p *program) openBatch(path string, o platform.Options) (*platform.File, error) {
	if path == "-" {
		return platform.Read(p.in, "-", o)
	}
	return platform.Open(path, o)
}

// runImport streams the file into the store. What cannot be taken lies in the
// reject file, which is there only where there is something in it.
func (p *program) runImport(ctx context.Context, store task.Store, in *platform.File, b task.Batch, path string, f importFlags) (task.Imported, string, error) {
	name := f.rejects
	if name == "" {
		name = filepath.Base(path) + ".rejects.tsv"
		if path == "-" {
			name = "rejects.tsv"
		}
	}
	r := &rejects{program: p, path: name}
	bar := p.newProgress(p.words.Say("import.progress", filepath.Base(path)))
	defer bar.end()
	records := in.Records()
	if f.exam {
		records = ofExam(records)
	}
	got, err := store.Import(ctx, b, records, task.ImportOptions{
		Reject:   r.add,
		Progress: func(int64) { bar.show(in.Share()) },
		Finish:   func(b *task.Batch) { b.Learn(in.Batch()) },
	})
	if closeErr := r.close(err == nil); err == nil {
		err = closeErr
	}
	var invalid *task.InvalidError
	if errors.As(err, &invalid) && invalid.Field == "batch" && invalid.Code == task.Repeated {
		err = errors.New(p.words.Say("import.other-batch", b.ID))
	}
	if r.file == nil {
		name = ""
	}
	return got, name, err
}

// ofExam makes rows with gold an exam's: nobody gets them but by qualify.
func ofExam(records iter.Seq2[task.Record, error]) iter.Seq2[task.Record, error] {
	return func(yield func(task.Record, error) bool) {
		for r, err := range records {
			if r.Kind == task.Control {
				r.Kind = task.Exam
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// importTerms puts what the command line says over what the file says.
func (p *program) importTerms(b task.Batch, path string, f importFlags) (task.Batch, error) {
	var ok bool
	set := func(to *string, from string) {
		if from != "" {
			*to = from
		}
	}
	b.ID = strings.TrimSuffix(filepath.Base(filepath.Clean(path)), filepath.Ext(path))
	if path == "-" {
		b.ID = "stdin"
	}
	set(&b.ID, f.batch)
	set(&b.Style, f.style)
	set(&b.Language, f.language)
	set(&b.Skill, f.skill)
	set(&b.License, f.license)
	set(&b.Consent.Basis, f.basis)
	b.Name = b.ID
	if f.overlap > 0 {
		b.Overlap = f.overlap
	}
	b.Priority, b.Level = f.priority, f.level
	if f.uses != nil {
		b.Consent.Uses = f.uses
	}
	if f.price != "" {
		if b.Price, ok = task.ParsePrice(f.price); !ok {
			return b, usagef("%s", p.words.Say("import.price", f.price))
		}
	}
	for _, d := range []struct {
		text string
		to   *time.Time
	}{{f.deadline, &b.Deadline}, {f.retain, &b.Consent.RetainUntil}} {
		t, ok := parseDate(d.text)
		if !ok {
			return b, usagef("%s", p.words.Say("import.date", d.text))
		}
		if !t.IsZero() {
			*d.to = t
		}
	}
	if f.style != "" {
		if _, err := p.styleProfile(f.style, f.language); err != nil {
			return b, err
		}
	}
	if f.instructions != "" {
		text, err := p.readBytes(f.instructions)
		if err != nil {
			return b, err
		}
		b.Instructions = strings.TrimSpace(transcript.Clean(string(text[:min(len(text), mostInstructions)])))
	}
	if f.rules != "" {
		control, err := p.readRules(f.rules)
		if err != nil {
			return b, err
		}
		b.Rules = control.Rules
		if f.skill == "" && f.level == 0 {
			b.Skill, b.Level = cmp.Or(control.Skill, b.Skill), cmp.Or(control.Level, b.Level)
		}
	}
	return b, b.Validate()
}

// mostInstructions bounds what is kept of a batch's instructions, in bytes.
const mostInstructions = 1 << 18

func (p *program) printImported(r importedJSON, b task.Batch, asJSON bool) error {
	if asJSON {
		return p.printJSON(r)
	}
	p.tell(p.words.Say("import.done", r.Batch, r.Platform, r.Rows, r.New, r.Known, r.Rejected))
	if r.Gold > 0 {
		p.tell(p.words.Count("import.gold", int(r.Gold)))
	}
	if r.Audio != nil {
		p.tell(p.words.Say("import.audio", *r.Audio))
	}
	if r.Rejected > 0 {
		p.tell(p.words.Say("import.rejects", r.Rejects))
	}
	for _, w := range b.Warnings() {
		p.tell(p.words.Say("pay-warning." + w))
	}
	return nil
}

// findAudio looks for a batch's recordings in a folder, by their base names,
// with their ending or with another. Lengths are looked at where pay goes by
// them.
func (p *program) findAudio(ctx context.Context, store task.Store, b task.Batch, dir string) (int64, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return 0, err
	}
	exact, stems := map[string]string{}, map[string]string{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			name := d.Name()
			exact[name] = path
			if stem := strings.TrimSuffix(name, filepath.Ext(name)); audioEnding(name) {
				stems[stem] = path
			}
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	timed := b.Price.Per == task.PerMinute || b.Price.Per == task.PerHour
	look, ended := p.uploads(ctx, store, func(a task.Audio) (task.Audio, bool) {
		name := baseName(a.Ref)
		path, ok := exact[name]
		if !ok {
			path, ok = stems[strings.TrimSuffix(name, filepath.Ext(name))]
		}
		if !ok {
			return a, a.Path != "" || a.SHA256 != ""
		}
		a.Path = path
		if timed && a.Duration == 0 && a.End == 0 {
			if r, err := audio.Open(path); err == nil {
				a.Duration = r.Duration()
				r.Close()
			}
		}
		return a, true
	})
	n, err := store.SetAudio(ctx, b.ID, look)
	return n, errors.Join(err, ended())
}

// audioEnding says whether a file's name may be a recording's.
func audioEnding(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".webm", ".mp4", ".mkv", ".aiff", ".aif":
		return true
	}
	return false
}
