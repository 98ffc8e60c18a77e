package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality"
	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
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

// workerStats are a worker's figures. Rates are fractions, times seconds; null
// is not known.
type workerStats struct {
	Worker   string             `json:"worker"`
	Tasks    int                `json:"tasks"`
	AudioS   float64            `json:"audio_s"`
	ActiveS  float64            `json:"active_s"`
	Factor   *float64           `json:"real_time_factor"` // active time over the recordings', of tasks of which both are known
	Golds    int                `json:"golds"`
	WER      *float64           `json:"wer"`
	Interval *[2]float64        `json:"interval"`
	Errors   errorKinds         `json:"errors"`
	Peers    *float64           `json:"peers"` // median difference from others who did the same
	Accepted int                `json:"accepted"`
	Rejected int                `json:"rejected"`
	Level    int                `json:"level"`
	Skills   map[string]float64 `json:"skills"`      // by exams and by rules
	Streak   int                `json:"streak_days"` // days in a row with accurate work and, between long stretches, rest
	Today    *float64           `json:"goal"`        // share of the day's goal of active time; null without one
	Trend    []point            `json:"trend"`       // over each ten golds
	Learning []point            `json:"learning"`    // real-time factor against minutes of recordings done
	Fatigue  []point            `json:"fatigue"`     // real-time factor against minutes since a break
	// The word error rate in the same steps, of those with gold.
	LearningWER []point `json:"learning_wer"`
	FatigueWER  []point `json:"fatigue_wer"`
	Replayed    []spot  `json:"replayed"` // what was gone back to most
}

type errorKinds struct {
	Substitutions int `json:"substitutions"`
	Insertions    int `json:"insertions"`
	Deletions     int `json:"deletions"`
}

// point is a place of a curve, and what it stands on.
type point struct {
	At       float64     `json:"at"`
	Value    float64     `json:"value"`
	Count    int         `json:"count"`
	Interval *[2]float64 `json:"interval,omitempty"`
}

// spot is a place of a recording that was gone back to.
type spot struct {
	Task  string  `json:"task"`
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
	Times int     `json:"times"`
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
	list, err := workersStats(ctx, store, worker, answers, options, f)
	if err != nil {
		return err
	}
	var batches []batchStats
	if f.lead {
		if batches, err = leadStats(ctx, store, f.batch, answers); err != nil {
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

// workersStats are the figures of a worker, or of each.
func workersStats(ctx context.Context, store task.Store, worker string, answers []grade.Answer, o quality.Options, f statsFlags) ([]workerStats, error) {
	by := map[string][]grade.Answer{}
	for _, a := range answers {
		if worker == "" || a.Worker == worker {
			by[a.Worker] = append(by[a.Worker], a)
		}
	}
	spots, err := replayed(ctx, store, f.batch, worker)
	if err != nil {
		return nil, err
	}
	list := []workerStats{}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		s := figuresOf(name, by[name], o, f.goal, time.Now())
		if spots[name] != nil {
			s.Replayed = spots[name]
		}
		exams, err := store.Qualifications(ctx, name)
		if err != nil {
			return nil, err
		}
		if s.Skills, err = skillsOf(ctx, store, name); err != nil {
			return nil, err
		}
		for _, level := range task.Levels(task.Skills(exams, nil)) {
			s.Level = max(s.Level, level)
		}
		list = append(list, s)
	}
	return list, nil
}

func (p *program) printStats(list []workerStats, goal time.Duration) error {
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
			list []point
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
func braille(list []point) string {
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
