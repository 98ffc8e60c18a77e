package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/task/platform"
	"tapescript/tui/transport"
)

// lintFlags are what `lint` can be told.
type lintFlags struct {
	profile, language       string
	gold, audio             string
	fix, json, sarif, rules bool
	spell                   bool
}

func (p *program) lintCommand() *cobra.Command {
	var f lintFlags
	c := p.command("lint", cobra.ArbitraryArgs, func(c *cobra.Command, args []string) error {
		if f.rules == (len(args) > 0) {
			return usagef("%s", p.words.Say("usage.arguments", c.UseLine()))
		}
		return p.lint(c.Context(), args, f)
	})
	c.Flags().StringVar(&f.profile, "profile", "", p.words.Say("flag.lint-profile", strings.Join(style.Names(), ", ")))
	c.Flags().StringVar(&f.language, "language", "", p.words.Say("flag.lint-language"))
	c.Flags().StringVar(&f.gold, "gold", "", p.words.Say("flag.lint-gold"))
	c.Flags().StringVar(&f.audio, "audio", "", p.words.Say("flag.lint-audio"))
	c.Flags().BoolVar(&f.fix, "fix", false, p.words.Say("flag.lint-fix"))
	c.Flags().BoolVar(&f.spell, "spell", false, p.words.Say("flag.lint-spell"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.Flags().BoolVar(&f.sarif, "sarif", false, p.words.Say("flag.lint-sarif"))
	c.Flags().BoolVar(&f.rules, "rules", false, p.words.Say("flag.lint-rules"))
	c.MarkFlagsMutuallyExclusive("json", "sarif")
	c.MarkFlagsMutuallyExclusive("rules", "fix")
	c.MarkFlagsMutuallyExclusive("rules", "sarif")
	c.MarkFlagsMutuallyExclusive("rules", "spell")
	return c
}

// linted is a text that was looked at, and what was found in it: a transcript,
// or a row of a table.
type linted struct {
	file       string
	item       *format.Item // of a table
	transcript *transcript.Transcript
	source     format.Source
	profile    *style.Profile
	found      []style.Finding
}

// lint prints what the files break, and with --fix mends what is safe.
func (p *program) lint(ctx context.Context, paths []string, f lintFlags) error {
	var profile *style.Profile
	var err error
	if f.profile != "" || f.rules {
		if profile, err = p.styleProfile(f.profile, f.language); err != nil {
			return err
		}
	}
	if f.rules {
		return p.printRules(profile, f.json)
	}
	evidence, goldItems, err := p.lintEvidence(ctx, paths, f)
	if err != nil {
		return err
	}
	var all []linted
	for _, path := range paths {
		texts, err := p.lintFile(path, profile, f, evidence, goldItems)
		if err != nil {
			return err
		}
		if f.spell {
			if err := p.lintSpelling(texts, f); err != nil {
				return err
			}
		}
		all = append(all, texts...)
	}
	if err := p.printFindings(all, f); err != nil {
		return err
	}
	return p.lintGate(all)
}

// lintGate is the error of findings that work is sent back for.
func (p *program) lintGate(all []linted) error {
	errs, spelling := 0, 0
	for _, text := range all {
		for _, g := range text.found {
			if g.Severity == style.Error {
				errs++
			}
			if g.Rule == spellRule {
				spelling++
			}
		}
	}
	switch {
	case errs == 0:
		return nil
	case errs == spelling:
		return gateError{errors.New(p.words.Count("lint.gate-spelling", errs))}
	}
	return gateError{errors.New(p.words.Count("lint.gate", errs))}
}

// styleProfile is the built-in profile of a name, or the one in a file.
func (p *program) styleProfile(name, language string) (*style.Profile, error) {
	var profile *style.Profile
	var err error
	switch {
	case name == "":
		err = usagef("%s", p.words.Say("lint.choose", strings.Join(style.Names(), ", ")))
	case strings.HasSuffix(name, ".toml") || strings.ContainsRune(name, filepath.Separator):
		var data []byte
		if data, err = p.readBytes(name); err == nil {
			profile, err = style.Parse(data, name)
		}
	default:
		if profile, err = style.Lookup(name); err != nil {
			err = usageError{err}
		}
	}
	if err == nil && language != "" {
		if profile, err = profile.In(language); err != nil {
			err = usageError{err}
		}
	}
	return profile, err
}

// lintEvidence reads the gold and listens to the recording, where they are
// named.
func (p *program) lintEvidence(ctx context.Context, paths []string, f lintFlags) (e style.Evidence, items map[string]string, err error) {
	if slices.Contains(paths, "-") && f.gold == "-" {
		return e, nil, usagef("%s", p.words.Say("lint.stdin-gold"))
	}
	if f.gold != "" {
		gold, err := p.readSide(f.gold)
		if err != nil {
			return e, nil, err
		}
		e.Gold, items = gold.transcript, map[string]string{}
		for _, item := range gold.items {
			items[item.ID] = item.Text
			items[goldStem(item.ID)] = item.Text
		}
	}
	if f.audio == "" {
		return e, items, nil
	}
	if len(paths) != 1 {
		return e, items, usagef("%s", p.words.Say("lint.one-audio"))
	}
	d, err := p.detect(ctx, f.audio)
	if err != nil {
		return e, items, err
	}
	e.Speech = []style.Span{} // somebody has listened
	for _, s := range d.Spans {
		e.Speech = append(e.Speech, style.Span(s))
	}
	return e, items, nil
}

// goldStem is what rows of two tables meet by where their IDs differ: the name
// of the recording alone. The mark before it is in no ID.
func goldStem(id string) string {
	base := filepath.Base(id)
	return "\x00" + strings.TrimSuffix(base, filepath.Ext(base))
}

// lintFile looks at a file, whichever kind it is.
func (p *program) lintFile(path string, profile *style.Profile, f lintFlags, e style.Evidence, gold map[string]string) ([]linted, error) {
	data, items, err := p.lintRead(path)
	if err != nil {
		return nil, err
	}
	if items != nil {
		if f.fix {
			return nil, usagef("%s", p.words.Say("lint.fix-table", path))
		}
		if f.audio != "" {
			return nil, usagef("%s", p.words.Say("lint.one-audio"))
		}
		if profile == nil && !f.spellAlone() {
			return nil, usagef("%s", p.words.Say("lint.choose", strings.Join(style.Names(), ", ")))
		}
		return lintItems(path, items, profile, gold), nil
	}
	text := linted{file: path, profile: profile}
	if data == nil {
		text.transcript, text.source, err = format.Read(path)
	} else {
		text.transcript, text.source, err = format.Decode(data, path)
	}
	if err != nil {
		return nil, err
	}
	if profile == nil && text.transcript.Style == "" && f.spellAlone() {
		return []linted{text}, nil
	}
	if profile == nil { // a transcript may say its own
		if text.profile, err = p.styleProfile(text.transcript.Style, f.language); err != nil {
			return nil, err
		}
	}
	if e.Gold == nil && gold != nil { // of a table of recordings, this one's row
		if words := gold[goldStem(path)]; words != "" {
			e.Gold = wholeGold(text.transcript, words)
		}
	}
	if f.fix {
		if err := p.lintFix(&text); err != nil {
			return nil, err
		}
	}
	text.found = text.profile.LintAgainst(text.transcript, e)
	return []linted{text}, nil
}

// wholeGold is a row of a table as the gold of a transcript: of its only
// segment, as nobody knows where in a longer one its words are.
func wholeGold(t *transcript.Transcript, words string) *transcript.Transcript {
	if len(t.Segments) != 1 {
		return nil
	}
	return &transcript.Transcript{Segments: []*transcript.Segment{{ID: t.Segments[0].ID, Text: words}}}
}

// lintRead reads a file's bytes, or the rows of a table of items. data is nil
// for a folder.
func (p *program) lintRead(path string) (data []byte, items []format.Item, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, nil, nil
	}
	if data, err = p.readBytes(path); err != nil {
		return nil, nil, err
	}
	kind := format.SniffTable(data)
	switch kind {
	case format.TableItems, format.TableToloka, format.TableIDText:
	default: // what score and consensus take for a platform's results is one here too
		if items, isBatch, err := platform.Items(data, path); isBatch {
			return data, items, err
		}
	}
	switch kind {
	case format.TableNone, format.TableTranscript, format.TableAudacity:
		if !strings.HasSuffix(path, ".trans.txt") {
			return data, nil, nil
		}
	}
	items, err = format.DecodeItems(data, path)
	if items == nil && err == nil {
		items = []format.Item{}
	}
	return data, items, err
}

// lintItems looks at the rows of a table.
func lintItems(path string, items []format.Item, profile *style.Profile, gold map[string]string) []linted {
	list := make([]linted, len(items))
	if profile == nil { // the spelling is all that is asked for
		for i := range items {
			list[i] = linted{file: path, item: &items[i]}
		}
		return list
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			const rows = 256 // at a time
			for from := next.Add(rows) - rows; from < int64(len(items)); from = next.Add(rows) - rows {
				for i := from; i < min(from+rows, int64(len(items))); i++ {
					item := &items[i]
					list[i] = linted{file: path, item: item, profile: profile, found: profile.LintText(item.Text, goldOf(gold, item.ID))}
				}
			}
		})
	}
	wait.Wait()
	return list
}

// goldOf is the gold of an item by its ID or the name of its recording; "" where
// there is none.
func goldOf(gold map[string]string, id string) string {
	if gold == nil {
		return ""
	}
	if text, ok := gold[id]; ok {
		return text
	}
	return gold[goldStem(id)]
}

// lintFix mends a transcript in its file, or on standard output where it came
// from standard input, and says what was done.
func (p *program) lintFix(text *linted) error {
	fixed, done, err := text.profile.Fix(text.transcript)
	if err != nil {
		return fmt.Errorf("%s: %w", text.file, err)
	}
	if len(done) == 0 && text.file != "-" {
		return nil
	}
	to, ok := format.Lookup(text.source.Format)
	if !ok || !to.CanWrite() {
		return &format.Error{Path: text.file, Code: format.ReadOnly, Offending: to.Title, Advice: format.OtherFormat}
	}
	file, err := to.Prepare(fixed)
	if err != nil {
		return err
	}
	if losses := file.Losses(); len(losses) > 0 { // it held all that was read from it: a doubt is a reason to stop
		return errors.New(p.words.Say("lint.fix-loses", text.file, p.losses(losses)))
	}
	if text.file == "-" {
		err = p.print(p.out, string(file.Bytes()))
	} else {
		_, err = file.Write(text.file)
	}
	if err != nil {
		return err
	}
	text.transcript = fixed
	byRule := map[string]int{}
	for _, g := range done {
		byRule[g.Rule]++
	}
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(byRule)) {
		parts = append(parts, fmt.Sprintf("%s %d", id, byRule[id]))
	}
	if len(done) > 0 {
		p.tell(p.words.Count("lint.fixed", len(done), text.file, strings.Join(parts, ", ")))
	}
	return nil
}

// lintSentence says what a finding is: in the profile's words where it has
// some, else in ours.
func (p *program) lintSentence(text *linted, g style.Finding) string {
	if text.profile != nil {
		if own := text.profile.Text(g.Rule, p.words.Language()); own != "" {
			return own
		}
	}
	args := make([]any, len(g.Args))
	for i, a := range g.Args {
		args[i] = a
	}
	return p.words.Say("style-reason."+string(g.Reason), args...)
}

// lintPlace says where a finding is.
func (p *program) lintPlace(text *linted, g style.Finding) string {
	if text.item != nil {
		return p.words.Say("lint.place-line", text.file, text.item.Line, text.item.ID)
	}
	if s := text.segment(g.Segment); s != nil && s.Timed() {
		return p.words.Say("lint.place-time", text.file, g.Segment, transport.Clock(s.Start))
	}
	return p.words.Say("lint.place", text.file, g.Segment)
}

func (text *linted) segment(id string) *transcript.Segment {
	if text.transcript == nil {
		return nil
	}
	for _, s := range text.transcript.Segments {
		if s.ID == id {
			return s
		}
	}
	return nil
}
