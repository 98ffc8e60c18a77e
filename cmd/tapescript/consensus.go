package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tapescript/quality"
	"tapescript/quality/consensus"
	"tapescript/quality/normalize"
	"tapescript/transcript/format"
	"tapescript/transcript/task/platform"
)

// consensusFlags are what `consensus` can be told.
type consensusFlags struct {
	out, method, normalize, gold  string
	json, plan, simulate, workers bool
	force                         bool
}

func (p *program) consensusCommand() *cobra.Command {
	var f consensusFlags
	c := p.command("consensus", cobra.ExactArgs(1), func(_ *cobra.Command, args []string) error {
		return p.consensus(args[0], f)
	})
	var methods []string
	for _, m := range consensus.Methods() {
		methods = append(methods, string(m))
	}
	c.Flags().StringVarP(&f.out, "output", "o", "-", p.words.Say("flag.output"))
	c.Flags().StringVar(&f.method, "method", methods[0], p.words.Say("flag.consensus-method", strings.Join(methods, ", ")))
	c.Flags().StringVar(&f.normalize, "normalize", "basic", p.words.Say("flag.normalize", strings.Join(normalize.Names(), ", ")))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.Flags().BoolVar(&f.plan, "plan", false, p.words.Say("flag.consensus-plan"))
	c.Flags().BoolVar(&f.workers, "workers", false, p.words.Say("flag.consensus-workers"))
	c.Flags().BoolVar(&f.simulate, "simulate", false, p.words.Say("flag.consensus-simulate"))
	c.Flags().StringVar(&f.gold, "gold", "", p.words.Say("flag.consensus-gold"))
	c.Flags().BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	c.MarkFlagsMutuallyExclusive("plan", "workers", "simulate")
	return c
}

// consensus makes one transcript of the several of each item of a table, or
// tells what the table says of its items and its workers.
func (p *program) consensus(path string, f consensusFlags) error {
	profile, err := normalize.Lookup(f.normalize)
	if err != nil {
		return usageError{err}
	}
	o := consensus.Options{Method: consensus.Method(f.method), Normalize: &profile}
	if !slices.Contains(consensus.Methods(), o.Method) {
		return usagef("%s", p.words.Say("consensus.method", f.method))
	}
	if f.simulate && f.gold == "" {
		return usagef("%s", p.words.Say("consensus.needs-gold"))
	}
	if err := p.vacant(f.out, f.force); err != nil {
		return err
	}
	rows, err := p.submissions(path)
	if err != nil {
		return err
	}
	gold, err := p.goldItems(f.gold)
	if err != nil {
		return err
	}
	var out []byte
	switch {
	case f.workers:
		out, err = p.consensusWorkers(rows, gold, o, f.json)
	case f.simulate:
		out, err = p.consensusCurve(rows, gold, o, f.json)
	case f.plan:
		out, err = p.consensusPlan(rows, o, f.json)
	default:
		out, err = p.consensusTable(rows, o, f.json)
	}
	var bad *consensus.Error
	if errors.As(err, &bad) {
		return errors.New(p.words.Say("consensus-code."+string(bad.Code), path, bad.Item, bad.Count, bad.Most))
	}
	if err != nil {
		return err
	}
	return p.deliverText(f.out, out)
}

func (p *program) submissions(path string) ([]consensus.Submission, error) {
	data, err := p.readBytes(path)
	if err != nil {
		return nil, err
	}
	items, isBatch, err := platform.Items(data, path)
	if !isBatch {
		items, err = format.DecodeItems(data, path)
	}
	if err != nil {
		return nil, err
	}
	rows := make([]consensus.Submission, len(items))
	for i, it := range items {
		rows[i] = consensus.Submission{Item: it.ID, Worker: it.Worker, Text: it.Text}
	}
	return rows, nil
}

func (p *program) goldItems(path string) ([]quality.Item, error) {
	if path == "" {
		return nil, nil
	}
	s, err := p.readSide(path)
	return s.items, err
}

// consensusTable is the consensus as a table, or with all that is known as JSON.
func (p *program) consensusTable(rows []consensus.Submission, o consensus.Options, asJSON bool) ([]byte, error) {
	r, err := consensus.Combine(rows, o)
	if err != nil {
		return nil, err
	}
	if asJSON {
		return jsonText(r)
	}
	var b bytes.Buffer
	b.WriteString("id\ttext\tconfidence\n")
	for i := range r.Items {
		it := &r.Items[i]
		fmt.Fprintf(&b, "%s\t%s\t%.4f\n", it.ID, it.Text(), it.Confidence())
	}
	return b.Bytes(), nil
}

func jsonText(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// shownPlan is how many items of a plan people are shown.
const shownPlan = 20

func (p *program) consensusPlan(rows []consensus.Submission, o consensus.Options, asJSON bool) ([]byte, error) {
	plan, _, err := consensus.Ask(rows, o)
	if err != nil {
		return nil, err
	}
	if asJSON {
		return jsonText(map[string]any{"curve": plan.Curve(), "fixed": plan.Fixed, "worth": plan.Worth, "next": plan.Next})
	}
	var b bytes.Buffer
	if ask, then := plan.Worthwhile(); ask > 0 {
		b.WriteString(p.words.Say("consensus.plan-worth", ask, len(plan.Next), plan.Worth, then.Transcripts, percent(then.Expected, true)) + "\n\n")
	} else {
		b.WriteString(p.words.Say("consensus.plan-enough", plan.Worth) + "\n\n")
	}
	write := func(words string, points []consensus.Point) {
		b.WriteString(p.words.Say(words) + "\n")
		for _, point := range points {
			fmt.Fprintf(&b, "%6.2f  %s\n", point.Transcripts, percent(point.Expected, true))
		}
	}
	if len(plan.Fixed) > 0 {
		write("consensus.plan-fixed", plan.Fixed)
		b.WriteByte('\n')
	}
	write("consensus.plan-curve", plan.Curve())
	b.WriteString("\n" + p.words.Say("consensus.plan-next") + "\n")
	for _, it := range plan.Next[:min(shownPlan, len(plan.Next))] {
		mark := " "
		if it.Ask {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s %5.2f  %6.2f  %6.2f  %d  %s\n", mark, it.Promise, it.Gain, it.Errors, it.Transcripts, it.ID)
	}
	return b.Bytes(), nil
}

// The points of a simulated curve: fixed numbers of transcripts, and from how
// much that it promises to take away an item is asked for once more, in parts of
// the errors that the batch expects.
var (
	curveNumbers = []int{2, 3, 5, 7}
	askShares    = []float64{.4, .25, consensus.WorthAsking, .11, .07}
)

// curve is cost against word error rate by gold.
type curve struct {
	Fixed    []consensus.Point `json:"fixed"`
	ROVER    []consensus.Point `json:"rover"`
	Adaptive []consensus.Point `json:"adaptive"`
}

func (p *program) consensusCurve(rows []consensus.Submission, gold []quality.Item, o consensus.Options, asJSON bool) ([]byte, error) {
	var c curve
	point := func(asked []consensus.Submission, o consensus.Options) (consensus.Point, error) {
		r, err := consensus.Combine(asked, o)
		if err != nil {
			return consensus.Point{}, err
		}
		return goldPoint(r, len(asked), gold, o)
	}
	rover := o
	rover.Method = consensus.ROVER
	for _, k := range curveNumbers {
		asked := consensus.FirstOf(rows, k)
		ours, err := point(asked, o)
		if err != nil {
			return nil, err
		}
		theirs, err := point(asked, rover)
		if err != nil {
			return nil, err
		}
		c.Fixed, c.ROVER = append(c.Fixed, ours), append(c.ROVER, theirs)
	}
	for _, share := range askShares {
		worth, err := consensus.Worth(rows, share, o)
		if err != nil {
			return nil, err
		}
		asked, r, err := consensus.Simulate(rows, worth, o)
		if err != nil {
			return nil, err
		}
		reached, err := goldPoint(r, len(asked), gold, o)
		if err != nil {
			return nil, err
		}
		c.Adaptive = append(c.Adaptive, reached)
	}
	if asJSON {
		return jsonText(c)
	}
	var b bytes.Buffer
	for _, part := range []struct {
		name   string
		points []consensus.Point
	}{{"rover", c.ROVER}, {"fixed", c.Fixed}, {"adaptive", c.Adaptive}} {
		b.WriteString(p.words.Say("consensus.curve-"+part.name) + "\n")
		for _, x := range part.points {
			fmt.Fprintf(&b, "%6.2f  %.2f%%\n", x.Transcripts, 100*x.Gold)
		}
	}
	return b.Bytes(), nil
}

// goldPoint scores a consensus by gold.
func goldPoint(r *consensus.Result, transcripts int, gold []quality.Item, o consensus.Options) (consensus.Point, error) {
	var x consensus.Point
	var items []quality.Item
	errors, words := 0.0, 0.0
	for i := range r.Items {
		it := &r.Items[i]
		items = append(items, quality.Item{ID: it.ID, Text: it.Text()})
		errors, words = errors+it.ExpectedErrors, words+it.ExpectedWords
	}
	x.Transcripts, x.Expected = float64(transcripts)/float64(max(len(items), 1)), errors/max(words, 1)
	report, err := quality.ScoreItems(gold, items, quality.Options{Normalize: *o.Normalize})
	if err != nil {
		return x, err
	}
	x.Gold, x.GoldKnown = report.Corpus.WER()
	return x, nil
}

// consensusWorkers tells how far the workers agree and who can be relied on.
func (p *program) consensusWorkers(rows []consensus.Submission, gold []quality.Item, o consensus.Options, asJSON bool) ([]byte, error) {
	texts := make(map[string]string, len(gold))
	for _, g := range gold {
		texts[g.ID] = g.Text
	}
	c, err := consensus.Skills(rows, texts, o)
	if err != nil {
		return nil, err
	}
	if asJSON {
		return jsonText(c)
	}
	var b bytes.Buffer
	b.WriteString(p.words.Say("consensus.agreement", c.Alpha, 100*c.PairwiseWER, c.Pairs) + "\n")
	if c.Ranked > 0 {
		b.WriteString(p.words.Say("consensus.rank", c.Rank, c.Ranked, consensus.RankedItems) + "\n")
	}
	b.WriteString("\n" + strings.Join([]string{"worker", "items", "words", "peers", "low", "high", "gold", "low", "high", "drift", "signs"}, "\t") + "\n")
	for _, s := range c.Workers {
		fmt.Fprintf(&b, "%s\t%d\t%d\t%s\t", s.Worker, s.Items, s.Words, rateText(s.Peers, true))
		fmt.Fprintf(&b, "%s\t%+.1f\t%s\n", rateText(s.Gold, s.GoldItems > 0), 100*s.Drift, p.signs(s.Signs))
	}
	for _, s := range c.Shared {
		b.WriteString(p.words.Say("consensus.shared", s.First, s.Second, s.Errors, s.Items, s.Expected) + "\n")
	}
	return b.Bytes(), nil
}

// percent is a share in a table that other programs read too: with a point in
// every language.
func percent(rate float64, known bool) string {
	if !known {
		return "–"
	}
	return fmt.Sprintf("%.1f%%", 100*rate)
}

// rateText is a rate and its interval in three columns.
func rateText(r consensus.Rate, known bool) string {
	return percent(r.Value, known) + "\t" + percent(r.Low, known) + "\t" + percent(r.High, known)
}

func (p *program) signs(list []consensus.Sign) string {
	var names []string
	for _, s := range list {
		names = append(names, p.words.Say("consensus-sign."+string(s)))
	}
	return strings.Join(names, ", ")
}
