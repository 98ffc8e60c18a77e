package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tapescript/quality"
	"tapescript/quality/align"
	"tapescript/quality/normalize"
	"tapescript/quality/report"
	"tapescript/transcript"
	"tapescript/transcript/format"
)

// scoreFlags are what `score` can be told.
type scoreFlags struct {
	normalize, align string
	maxWER, maxCER   string
	nist             nistFlags
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
	c.Flags().StringVar(&f.align, "align", "levenshtein", p.words.Say("flag.align"))
	c.Flags().StringVar(&f.maxWER, "max-wer", "", p.words.Say("flag.max-wer"))
	c.Flags().StringVar(&f.maxCER, "max-cer", "", p.words.Say("flag.max-cer"))
	p.nistFlags(c, &f.nist)
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.Flags().BoolVar(&f.csv, "csv", false, p.words.Say("flag.csv"))
	c.MarkFlagsMutuallyExclusive("json", "csv")
	c.Flags().BoolVar(&f.summary, "summary", false, p.words.Say("flag.summary"))
	c.Flags().IntVar(&f.width, "width", 0, p.words.Say("flag.width"))
	p.htmlFlags(c, &f.html)
	return c
}

// score compares hypotheses with a gold and prints what it found.
func (p *program) score(goldPath string, paths []string, f scoreFlags) error {
	limits, err := p.limits(f)
	if err != nil {
		return err
	}
	options, err := scoreOptions(f.normalize, f.align)
	if err != nil {
		return usageError{err}
	}
	if err := f.nist.apply(p, &options); err != nil {
		return err
	}
	if err := p.checkHTML(f.html); err != nil {
		return err
	}
	gold, err := p.readScored(goldPath, f.nist)
	if err != nil {
		return err
	}
	var all []quality.Scored
	var sides []side
	for _, path := range paths {
		hypothesis, err := p.readScored(path, f.nist)
		if err != nil {
			return err
		}
		r, err := compare(gold, hypothesis, options)
		if err != nil {
			return fmt.Errorf("%s: %w", goldPath, err)
		}
		all = append(all, quality.Scored{File: path, Report: r})
		sides = append(sides, hypothesis)
		if n := len(r.Missing); n > 0 {
			key := "score.not-counted"
			if byMidpoints(gold, hypothesis, options) {
				key = "score.all-missing" // as NIST's tools count what nobody handed in
			}
			p.tell(path + ": " + p.words.Count(key, n, strings.Join(r.Missing[:min(n, 3)], ", ")))
		}
	}
	if err := p.writeHTML(f.html, goldPath, gold, sides, all); err != nil {
		return err
	}
	if err := p.printScores(all, f); err != nil {
		return err
	}
	return p.gate(all, limits)
}

// limit is the most that a rate may be.
type limit struct {
	most    float64
	rate    func(quality.Counts) (float64, bool)
	message string // what is said where it is more
}

// limits reads the gates.
func (p *program) limits(f scoreFlags) ([]limit, error) {
	var list []limit
	for _, gate := range []struct {
		text, flag string
		limit
	}{
		{f.maxWER, "max-wer", limit{rate: quality.Counts.WER, message: "score.gate"}},
		{f.maxCER, "max-cer", limit{rate: quality.Counts.CER, message: "score.gate-cer"}},
	} {
		if gate.text == "" {
			continue
		}
		var err error
		if gate.most, err = p.share(gate.flag, gate.text); err != nil {
			return nil, err
		}
		list = append(list, gate.limit)
	}
	return list, nil
}

// gate is the error of a rate that is too high, or not known of all that was
// asked for.
func (p *program) gate(all []quality.Scored, limits []limit) error {
	for _, l := range limits {
		for _, s := range all {
			rate, known := l.rate(s.Report.Corpus)
			switch {
			case len(s.Report.Missing) > 0:
				return gateError{errors.New(p.words.Say("score.gate-missing", s.File))}
			case !known:
				return gateError{errors.New(p.words.Say("score.gate-nothing", s.File))}
			case rate > l.most:
				// More digits where the usual ones do not show the difference.
				return gateError{errors.New(p.words.Say(l.message, s.File, finePercent(rate, l.most), finePercent(l.most, rate)))}
			}
		}
	}
	return nil
}

// side is one of the two things that are compared: a table of utterances, or
// one transcript.
type side struct {
	name       string // of the file, without folder
	items      []quality.Item
	transcript *transcript.Transcript
	recordings []format.Recording // of a file that names them; transcript is nil where it has several
}

// readSide reads a table or a transcript, whichever the content is.
func (p *program) readSide(path string) (side, error) {
	data, err := p.readBytes(path)
	if err != nil {
		return side{name: filepath.Base(path)}, err
	}
	return p.sideOf(data, path)
}

// sideOf is readSide for bytes.
func (p *program) sideOf(data []byte, path string) (side, error) {
	s := side{name: filepath.Base(path)}
	switch kind := format.SniffTable(data); {
	case kind == format.TableItems, kind == format.TableToloka, kind == format.TableIDText, strings.HasSuffix(path, ".trans.txt"):
		rows, err := format.DecodeItems(data, path)
		for _, r := range rows {
			s.items = append(s.items, quality.Item{ID: r.ID, Text: r.Text})
		}
		return s, err
	}
	var err error
	s.transcript, _, err = format.Decode(data, path)
	return s, err
}

// asItems is a transcript as one row of a table, named like its file.
func (s side) asItems() []quality.Item {
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

// share reads a share: "5%" or "0.05".
func (p *program) share(flag, text string) (float64, error) {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if isPercent {
		x /= 100
	}
	if err != nil || !(x >= 0 && x <= 10) || x > 1 && !isPercent { // 5 for 5 % would let everything pass
		return 0, usagef("%s", p.words.Say("usage.share", flag, text))
	}
	return x, nil
}

// finePercent writes a share so that it differs from another one.
func finePercent(x, other float64) string {
	for digits := 1; digits < 6; digits++ {
		text := fmt.Sprintf("%.*f%%", digits, 100*x)
		if text != fmt.Sprintf("%.*f%%", digits, 100*other) {
			return text
		}
	}
	return fmt.Sprintf("%g%%", 100*x)
}

// percent writes a share as people read it; – where it is not known.
func percent(rate float64, known bool) string {
	if !known {
		return "–"
	}
	return fmt.Sprintf("%.1f%%", 100*rate)
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
		Label: func(key string) string { return p.words.Say("report." + key) },
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
