package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tapescript/quality"
	"tapescript/quality/align"
	"tapescript/quality/normalize"
	"tapescript/quality/report"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/task/platform"
)

// scoreFlags are what `score` can be told.
type scoreFlags struct {
	normalize, align string
	without          []string
	collar           time.Duration
	gates            gateFlags
	nist             nistFlags
	style            styleFlags
	confidence       bool
	compare          bool
	workers          []string
	explain          bool
	json, csv        bool
	summary          bool
	width            int
	html             htmlFlags
}

func (p *program) scoreCommand() *cobra.Command {
	var f scoreFlags
	c := p.command("score", cobra.MinimumNArgs(2), func(_ *cobra.Command, args []string) error {
		return p.score(args[0], args[1:], f)
	})
	c.Flags().StringVar(&f.normalize, "normalize", "", p.words.Say("flag.normalize", strings.Join(normalize.Names(), ", ")))
	c.Flags().StringSliceVar(&f.without, "without", nil, p.words.Say("flag.without"))
	c.Flags().BoolVar(&f.explain, "explain", false, p.words.Say("flag.explain"))
	c.Flags().StringVar(&f.align, "align", "levenshtein", p.words.Say("flag.align"))
	p.gateFlags(c, &f.gates)
	c.Flags().BoolVar(&f.confidence, "ci", false, p.words.Say("flag.ci"))
	c.Flags().BoolVar(&f.compare, "compare", false, p.words.Say("flag.compare"))
	c.Flags().StringSliceVar(&f.workers, "worker", nil, p.words.Say("flag.worker"))
	c.Flags().DurationVar(&f.collar, "collar", quality.DefaultCollar, p.words.Say("flag.collar"))
	p.styleFlags(c, &f.style)
	p.nistFlags(c, &f.nist)
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.Flags().BoolVar(&f.csv, "csv", false, p.words.Say("flag.csv"))
	c.MarkFlagsMutuallyExclusive("json", "csv", "explain")
	c.Flags().BoolVar(&f.summary, "summary", false, p.words.Say("flag.summary"))
	c.Flags().IntVar(&f.width, "width", 0, p.words.Say("flag.width"))
	p.htmlFlags(c, &f.html)
	return c
}

// score compares hypotheses with a gold and prints what it found.
func (p *program) score(goldPath string, paths []string, f scoreFlags) error {
	limits, err := p.limits(f.gates)
	if err != nil {
		return err
	}
	options, err := p.scoreOptions(f)
	if err != nil {
		return err
	}
	if err := p.checkHTML(f.html); err != nil {
		return err
	}
	read := p.readAll(append([]string{goldPath}, paths...), f.nist)
	gold, err := read[0]()
	if err != nil {
		return err
	}
	options.Notation = options.Notation || gold.notation
	if options.Optional && !options.Notation {
		return usagef("%s", p.words.Say("usage.optional"))
	}
	sides, err := p.hypotheses(paths, read[1:], f)
	if err != nil {
		return err
	}
	if f.explain {
		return p.explainWords(gold, sides, options)
	}
	gold = meetFolders(gold, sides)
	// The page, the words one under the other and a comparison need the alignments.
	options.CountsOnly = (f.summary || f.json || f.csv) && !f.compare && f.html.file == ""
	var all []quality.Scored
	for _, hypothesis := range sides {
		if err := p.checkStyle(gold, hypothesis, f.style); err != nil {
			return err
		}
		r, err := compare(gold, hypothesis, options)
		if err != nil {
			return fmt.Errorf("%s: %w", goldPath, err)
		}
		p.tellMissing(gold, hypothesis, r, options)
		if err := p.countRules(hypothesis, r, f.style); err != nil {
			return err
		}
		all = append(all, quality.Scored{File: hypothesis.label, Report: r})
	}
	if err := p.weigh(all, f, limits); err != nil {
		return err
	}
	if err := p.writeHTML(f.html, goldPath, gold, sides, all); err != nil {
		return err
	}
	if err := p.printScores(all, f); err != nil {
		return err
	}
	return p.gate(all, limits, f.gates.bound)
}

// scoreOptions are the rules of a comparison by the flags.
func (p *program) scoreOptions(f scoreFlags) (quality.Options, error) {
	options, err := scoreOptions(f.normalize, f.align)
	if err != nil {
		return options, usageError{err}
	}
	for _, step := range f.without {
		if !slices.Contains(options.Normalize.Steps(), step) {
			return options, usagef("%s", p.words.Say("usage.without", options.Normalize.Name(), step,
				strings.Join(options.Normalize.Steps(), ", ")))
		}
		options.Normalize = options.Normalize.Without(step)
	}
	if f.collar < 0 {
		return options, usagef("%s", p.words.Say("usage.collar"))
	}
	options.Collar = cmp.Or(f.collar, -1) // 0s is none
	return options, f.nist.apply(p, &options)
}

// readAll returns what gives the side of each path. The first two files are read
// at the same time; folders and standard input, which speak or are used up, when
// they are asked for.
func (p *program) readAll(paths []string, f nistFlags) []func() (side, error) {
	read := make([]func() (side, error), len(paths))
	for i, path := range paths {
		read[i] = sync.OnceValues(func() (side, error) { return p.readScored(path, f) })
		if info, err := os.Stat(path); i < 2 && path != "-" && err == nil && info.Mode().IsRegular() {
			go func() {
				defer func() { _ = recover() }() // a panic is met again by who asks
				_, _ = read[i]()
			}()
		}
	}
	return read
}

// hypotheses takes the files, each as one side or, with --worker, as one of each
// worker.
func (p *program) hypotheses(paths []string, read []func() (side, error), f scoreFlags) ([]side, error) {
	var sides []side
	for i, path := range paths {
		s, err := read[i]()
		if err != nil {
			return nil, err
		}
		s.label = path
		if len(f.workers) == 0 {
			sides = append(sides, s)
			continue
		}
		for _, w := range f.workers {
			own, ok := s.by(w)
			if !ok {
				return nil, errors.New(p.words.Say("score.no-worker", path, w))
			}
			sides = append(sides, own)
		}
	}
	if f.compare && len(sides) < 2 {
		return nil, usagef("%s", p.words.Say("usage.compare"))
	}
	return sides, nil
}

// tellMissing says what of gold has no hypothesis, and what gold does not have.
func (p *program) tellMissing(gold, hypothesis side, r *quality.Report, o quality.Options) {
	if n := len(r.Extra); n > 0 {
		p.tell(hypothesis.label + ": " + p.words.Count("score.not-in-gold", n, strings.Join(r.Extra[:min(n, 3)], ", ")))
	}
	n := len(r.Missing)
	if n == 0 {
		return
	}
	key := "score.not-counted"
	if byMidpoints(gold, hypothesis, o) {
		key = "score.all-missing" // as NIST's tools count what nobody handed in
	}
	p.tell(hypothesis.label + ": " + p.words.Count(key, n, strings.Join(r.Missing[:min(n, 3)], ", ")))
}

// weigh adds how sure the figures are, where that was asked for.
func (p *program) weigh(all []quality.Scored, f scoreFlags, limits []limit) error {
	for i := range all {
		r := all[i].Report
		if f.confidence || f.gates.bound && len(limits) > 0 {
			if interval, known := r.Interval(); known {
				r.Confidence = &interval
			} else {
				p.tell(all[i].File + ": " + p.words.Say("score.no-interval"))
			}
		}
		if f.compare && i > 0 {
			d, ok := quality.Compare(all[0].Report, r)
			if !ok {
				return errors.New(p.words.Say("score.nothing-common", all[0].File, all[i].File))
			}
			all[i].Versus = &d
		}
	}
	return nil
}

// side is one of the two things that are compared: a table of utterances, or
// one transcript.
type side struct {
	name       string // of the file, without folder
	label      string // by which people know it
	items      []quality.Item
	workers    []string // who wrote each item; nil where the table does not say
	files      []side   // of a folder of transcripts, named by their paths within
	transcript *transcript.Transcript
	recordings []format.Recording // of a file that names them; transcript is nil where it has several
	notation   bool               // the format has NIST's notation: { a / b }, (uh)
}

// readSide reads a table or a transcript, whichever the content is.
func (p *program) readSide(path string) (side, error) {
	data, err := p.readBytes(path)
	if err != nil {
		return side{name: filepath.Base(path)}, err
	}
	return p.sideOf(data, path)
}

// sideOf is readSide for bytes, which nobody changes any more.
func (p *program) sideOf(data []byte, path string) (side, error) {
	s := side{name: filepath.Base(path)}
	switch kind := format.SniffTable(data); {
	case kind == format.TableItems, kind == format.TableToloka, kind == format.TableIDText, strings.HasSuffix(path, ".trans.txt"):
		err := s.readItems(data, path, nistFlags{})
		return s, err
	}
	rows, isBatch, err := platform.Items(data, path)
	if isBatch {
		s.items, s.workers = itemsOf(rows, nistFlags{}), workersOf(rows)
		return s, err
	}
	s.transcript, _, err = format.DecodeOwn(data, path)
	return s, err
}

// resultRows are the rows of a table, or what a platform's results hold.
func resultRows(data []byte, path string) ([]format.Item, error) {
	switch format.SniffTable(data) {
	case format.TableItems, format.TableToloka, format.TableIDText:
	default:
		if rows, isBatch, err := platform.Items(data, path); isBatch {
			return rows, err
		}
	}
	return format.DecodeItems(data, path)
}

// workersOf are who wrote each row; nil where the table does not say.
func workersOf(rows []format.Item) []string {
	if !slices.ContainsFunc(rows, func(r format.Item) bool { return r.Worker != "" }) {
		return nil
	}
	workers := make([]string, len(rows))
	for i, r := range rows {
		workers[i] = r.Worker
	}
	return workers
}

// by is what one worker wrote of a table.
func (s side) by(worker string) (side, bool) {
	own := s
	own.label, own.items, own.workers = s.label+" ("+worker+")", nil, nil
	for i, w := range s.workers {
		if w == worker {
			own.items = append(own.items, s.items[i])
		}
	}
	return own, len(own.items) > 0
}

// asItems is a transcript as one row of a table, named like its file.
func (s side) asItems() []quality.Item {
	if s.files != nil {
		var items []quality.Item
		for _, f := range s.files {
			items = append(items, f.asItems()...)
		}
		return items
	}
	if s.transcript == nil {
		return s.items
	}
	var text []string
	for _, seg := range s.transcript.Segments {
		text = append(text, seg.Text)
	}
	return []quality.Item{{ID: s.name, Text: strings.Join(text, "\n")}}
}

// compare scores one side against another: transcripts by time, tables by ID,
// a transcript and a table by the transcript's name.
func compare(gold, hypothesis side, o quality.Options) (*quality.Report, error) {
	if gold.files != nil && hypothesis.files != nil {
		return compareFolders(gold, hypothesis, o)
	}
	if byMidpoints(gold, hypothesis, o) {
		return quality.ScoreByMidpoints(pairsOf(gold, hypothesis), o), nil
	}
	if gold.transcript != nil && hypothesis.transcript != nil {
		return quality.ScoreTranscripts(gold.transcript, hypothesis.transcript, o), nil
	}
	rows := gold.asItems()
	if hypothesis.transcript != nil { // one recording of a table: the others are not missing
		rows = nil
		for _, item := range gold.items {
			if sameName(item.ID, hypothesis.name) {
				rows = append(rows, item)
			}
		}
	}
	return quality.ScoreItems(rows, hypothesis.asItems(), o)
}

// scoreOptions are the rules of a comparison by their names; sclite's costs
// come with sclite's words unless others are named.
func scoreOptions(profile, costs string) (quality.Options, error) {
	var o quality.Options
	var err error
	if costs != "" {
		if o.Align, err = align.Lookup(costs); err != nil {
			return o, err
		}
	}
	switch {
	case profile != "":
	case o.Align == align.SCLite:
		profile = "sclite"
	default:
		profile = "basic"
	}
	o.Normalize, err = normalize.Lookup(profile)
	return o, err
}

func (p *program) printScores(all []quality.Scored, f scoreFlags) error {
	switch {
	case f.json:
		return report.JSON(p.out, all)
	case f.csv:
		return report.CSV(p.out, all)
	}
	return report.Text(p.out, all, report.Layout{
		Width: p.width(f.width), Color: isTerminal(p.out) && os.Getenv("NO_COLOR") == "", Summary: f.summary,
		Label: func(key string) string { return p.words.Say("report." + key) }, Figure: p.words.Figure,
	})
}

// defaultWidth is the report's where nobody looks at it.
const defaultWidth = 100

func (p *program) width(asked int) int {
	if asked > 0 {
		return asked
	}
	if w, _, err := term.GetSize(int(p.out.Fd())); err == nil && w > 20 {
		return w
	}
	return defaultWidth
}
