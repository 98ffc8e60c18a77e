package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/transport"
)

type statsFlags struct {
	storeFlags
	batch, normalize string
	goal             time.Duration
	all, lead        bool
	plain, json      bool
}

func (p *program) statsCommand() *cobra.Command {
	var f statsFlags
	c := p.command("stats", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.stats(c.Context(), f) })
	p.addWorkerFlag(c, &f.storeFlags)
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().StringVar(&f.normalize, "normalize", "basic", p.words.Say("flag.exam-normalize"))
	c.Flags().DurationVar(&f.goal, "goal", 0, p.words.Say("flag.stats-goal"))
	c.Flags().BoolVar(&f.all, "all", false, p.words.Say("flag.stats-all"))
	c.Flags().BoolVar(&f.lead, "lead", false, p.words.Say("flag.stats-lead"))
	c.Flags().BoolVar(&f.plain, "plain", false, p.words.Say("flag.figures-plain"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	return c
}

// stats shows a worker's own figures; nothing of it leaves the machine.
func (p *program) stats(ctx context.Context, f statsFlags) error {
	options, err := scoreOptions(f.normalize, "")
	if err != nil {
		return usageError{err}
	}
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	worker := ""
	if !f.all && !f.lead {
		if worker, err = p.workerID(f.storeFlags); err != nil {
			return err
		}
	}
	answers, err := p.answers(ctx, store, f.batch, "") // of all: peers are among them
	if err != nil {
		return err
	}
	if _, err := grade.Measure(answers, options); err != nil {
		return err
	}
	list, err := grade.FiguresOfWorkers(ctx, store, f.batch, worker, answers, options, f.goal, time.Now())
	if err != nil {
		return err
	}
	var batches []grade.BatchFigures
	if f.lead {
		if batches, err = grade.FiguresOfBatches(ctx, store, f.batch, answers); err != nil {
			return err
		}
	}
	switch {
	case f.json && f.lead:
		return p.printJSON(leadJSON{batches, list})
	case f.json:
		return p.printJSON(list)
	case p.onScreen(f.plain):
		return p.showStats(ctx, batches, list, f.goal)
	}
	if f.lead {
		if err := p.printLead(batches); err != nil {
			return err
		}
	}
	return p.printStats(list, f.goal)
}

// onScreen says whether figures are drawn: on a terminal that can, unless text
// is asked for.
func (p *program) onScreen(plain bool) bool {
	return !plain && tui.Terminal(p.in, p.out, isTerminal) == ""
}

func (p *program) printStats(list []grade.WorkerFigures, goal time.Duration) error {
	if len(list) == 0 {
		p.tell(p.words.Say("stats.nothing"))
	}
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, s := range list {
		row := func(key, value string) { fmt.Fprintf(t, "%s\t%s\n", p.words.Say("stats."+key), value) }
		fmt.Fprintf(t, "%s\t%s\n", transcript.Clean(s.Worker), p.words.Count("pay.tasks", s.Tasks))
		for _, r := range p.workerRows(s, goal) {
			fmt.Fprintf(t, "%s\t%s\n", r[0], r[1])
		}
		for _, curve := range []struct {
			key  string
			list []grade.Point
		}{{"trend", s.Trend}, {"learning", s.Learning}, {"learning-wer", s.LearningWER}, {"fatigue", s.Fatigue}, {"fatigue-wer", s.FatigueWER}} {
			if len(curve.list) > 1 {
				row(curve.key, braille(curve.list))
			}
		}
		for _, spot := range s.Replayed {
			row("replayed", fmt.Sprintf("%s %s–%s: %d ×", transcript.Clean(spot.Task), transport.Clock(seconds(spot.FromS)), transport.Clock(seconds(spot.ToS)), spot.Times))
		}
	}
	t.Flush()
	return p.print(p.out, text.String())
}

func shortTime(seconds float64) string {
	return (time.Duration(seconds) * time.Second).String()
}

// braille draws a curve from zero to its highest value, two points a cell in
// four steps, and says first and last.
func braille(list []grade.Point) string {
	const most = 60 // points: 30 cells
	list = list[max(0, len(list)-most):]
	highest := 0.0
	for _, p := range list {
		highest = max(highest, p.Value)
	}
	// Dots of a column from the bottom: 7 3 2 1 on the left, 8 6 5 4 on the right.
	columns := [2][4]rune{{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}}
	var b strings.Builder
	for i := 0; i < len(list); i += 2 {
		cell := rune(0x2800)
		for side := range 2 {
			if i+side >= len(list) {
				continue
			}
			height := 1
			if highest > 0 {
				height = 1 + min(3, int(4*list[i+side].Value/highest))
			}
			for _, dot := range columns[side][:height] {
				cell |= dot
			}
		}
		b.WriteRune(cell)
	}
	return fmt.Sprintf("%s %.2f → %.2f", b.String(), list[0].Value, list[len(list)-1].Value)
}
