package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality"
	"tapescript/quality/grade"
	"tapescript/transcript/task"
)

type statsFlags struct {
	storeFlags
	batch, normalize string
	goal             time.Duration
	all, json        bool
}

func (p *program) statsCommand() *cobra.Command {
	var f statsFlags
	c := p.command("stats", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.stats(c.Context(), f) })
	p.addWorkerFlag(c, &f.storeFlags)
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().StringVar(&f.normalize, "normalize", "basic", p.words.Say("flag.exam-normalize"))
	c.Flags().DurationVar(&f.goal, "goal", 0, p.words.Say("flag.stats-goal"))
	c.Flags().BoolVar(&f.all, "all", false, p.words.Say("flag.stats-all"))
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
}

type errorKinds struct {
	Substitutions int `json:"substitutions"`
	Insertions    int `json:"insertions"`
	Deletions     int `json:"deletions"`
}

// point is a place of a curve, and what it stands on.
type point struct {
	At    float64 `json:"at"`
	Value float64 `json:"value"`
	Count int     `json:"count"`
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
	if !f.all {
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
	by := map[string][]grade.Answer{}
	for _, a := range answers {
		if worker == "" || a.Worker == worker {
			by[a.Worker] = append(by[a.Worker], a)
		}
	}
	var names []string
	for name := range by {
		names = append(names, name)
	}
	slices.Sort(names)
	list := []workerStats{}
	for _, name := range names {
		s := figuresOf(name, by[name], options, f.goal, time.Now())
		if s.Skills, err = skillsOf(ctx, store, name); err != nil {
			return err
		}
		exams, err := store.Qualifications(ctx, name)
		if err != nil {
			return err
		}
		for _, level := range task.Levels(task.Skills(exams, nil)) {
			s.Level = max(s.Level, level)
		}
		list = append(list, s)
	}
	if f.json {
		return p.printJSON(list)
	}
	return p.printStats(list)
}

func figuresOf(worker string, list []grade.Answer, o quality.Options, goal time.Duration, now time.Time) workerStats {
	slices.SortStableFunc(list, func(a, b grade.Answer) int { return a.At.Compare(b.At) })
	s := workerStats{Worker: worker, Tasks: len(list), Trend: []point{}, Learning: []point{}, Fatigue: []point{}}
	var active, length, bothActive, bothLength, today time.Duration
	var peers []float64
	var golds []grade.Answer
	for _, a := range list {
		active, length = active+a.Work, length+a.Length
		if a.Work > 0 && a.Length > 0 {
			bothActive, bothLength = bothActive+a.Work, bothLength+a.Length
		}
		if sameDay(a.At, now) {
			today += a.Work
		}
		switch a.Decision {
		case task.Accepted:
			s.Accepted++
		case task.Rejected:
			s.Rejected++
		}
		if a.PeerCount > 0 {
			peers = append(peers, a.Peers)
		}
		if len(a.Gold) > 0 {
			golds = append(golds, a)
		}
	}
	s.AudioS, s.ActiveS, s.Golds = length.Seconds(), active.Seconds(), len(golds)
	if bothLength > 0 {
		factor := bothActive.Seconds() / bothLength.Seconds()
		s.Factor = &factor
	}
	if len(peers) > 0 {
		slices.Sort(peers)
		s.Peers = &peers[len(peers)/2]
	}
	if goal > 0 {
		share := today.Seconds() / goal.Seconds()
		s.Today = &share
	}
	s.goldFigures(golds, o)
	s.Learning, s.Fatigue = curves(list)
	s.Streak = streak(list, now)
	return s
}

func sameDay(a, b time.Time) bool {
	return a.Local().Format(time.DateOnly) == b.Local().Format(time.DateOnly)
}

// goldFigures are the rate over all golds, its interval, and its course.
func (s *workerStats) goldFigures(golds []grade.Answer, o quality.Options) {
	const stretch = 10
	report, err := grade.Measure(golds, o)
	if err != nil || len(golds) == 0 {
		return
	}
	c := report.Corpus
	s.Errors = errorKinds{c.Substitutions, c.Insertions, c.Deletions}
	if rate, known := c.WER(); known {
		s.WER = &rate
	}
	if i, known := report.Interval(); known {
		s.Interval = &[2]float64{i.Low, i.High}
	}
	for at := 0; at < len(golds); at += stretch {
		part := golds[at:min(at+stretch, len(golds))]
		var sum quality.Counts
		for _, a := range part {
			sum = sum.Add(a.Counts)
		}
		if rate, known := sum.WER(); known {
			s.Trend = append(s.Trend, point{float64(at + len(part)), rate, len(part)})
		}
	}
}

// curves are the real-time factor as work goes on: over all of it in steps of
// ten minutes of recording, and since the last break in steps of fifteen
// minutes.
func curves(list []grade.Answer) (learning, fatigue []point) {
	const recorded, worked = 10 * time.Minute, 15 * time.Minute
	var sum, since time.Duration
	var last time.Time
	learned, tired := map[int]*[3]float64{}, map[int]*[3]float64{}
	add := func(to map[int]*[3]float64, at int, a grade.Answer) {
		if to[at] == nil {
			to[at] = &[3]float64{}
		}
		to[at][0] += a.Work.Seconds()
		to[at][1] += a.Length.Seconds()
		to[at][2]++
	}
	for _, a := range list {
		if a.Work <= 0 || a.Length <= 0 {
			continue
		}
		if !last.IsZero() && a.At.Sub(last)-a.Work >= shortBreak {
			since = 0
		}
		add(learned, int(sum/recorded), a)
		add(tired, int(since/worked), a)
		sum, since, last = sum+a.Length, since+a.Work, a.At
	}
	points := func(from map[int]*[3]float64, step time.Duration) []point {
		list := []point{}
		for at, v := range from {
			list = append(list, point{float64(at) * step.Minutes(), v[0] / v[1], int(v[2])})
		}
		slices.SortFunc(list, func(a, b point) int { return int(a.At - b.At) })
		return list
	}
	return points(learned, recorded), points(tired, worked)
}

// streak counts the days in a row, up to today or yesterday, on which work was
// accurate (nothing rejected) and rested: no stretch of two hours without a
// break. Hours do not count.
func streak(list []grade.Answer, now time.Time) (days int) {
	const longest = 2 * time.Hour
	good, worked := map[string]bool{}, map[string]bool{}
	var since time.Duration
	var last time.Time
	for _, a := range list {
		day := a.At.Local().Format(time.DateOnly)
		if !last.IsZero() && a.At.Sub(last)-a.Work >= shortBreak {
			since = 0
		}
		since, last = since+a.Work, a.At
		ok := a.Decision != task.Rejected && since <= longest
		if !worked[day] {
			good[day] = true
		}
		worked[day] = true
		good[day] = good[day] && ok
	}
	for d := now.Local(); ; d = d.AddDate(0, 0, -1) {
		day := d.Format(time.DateOnly)
		if good[day] {
			days++
			continue
		}
		if worked[day] || !sameDay(d, now) {
			return days
		}
	}
}

func (p *program) printStats(list []workerStats) error {
	if len(list) == 0 {
		p.tell(p.words.Say("stats.nothing"))
	}
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, s := range list {
		row := func(key, value string) { fmt.Fprintf(t, "%s\t%s\n", p.words.Say("stats."+key), value) }
		fmt.Fprintf(t, "%s\t%s\n", s.Worker, p.words.Count("pay.tasks", s.Tasks))
		row("active", shortTime(s.ActiveS)+" / "+shortTime(s.AudioS))
		if s.Factor != nil {
			row("factor", fmt.Sprintf("%.1f ×", *s.Factor))
		}
		if s.WER != nil {
			value := percentText(*s.WER) + " %"
			if s.Interval != nil {
				value += fmt.Sprintf(" (%s–%s %%)", percentText(s.Interval[0]), percentText(s.Interval[1]))
			}
			row("wer", value)
			row("kinds", fmt.Sprintf("%d / %d / %d", s.Errors.Substitutions, s.Errors.Insertions, s.Errors.Deletions))
		}
		if s.Peers != nil {
			row("peers", percentText(*s.Peers)+" %")
		}
		row("judged", fmt.Sprintf("%d / %d", s.Accepted, s.Rejected))
		row("level", fmt.Sprint(s.Level))
		row("streak", fmt.Sprint(s.Streak))
		if s.Today != nil {
			row("goal", percentText(*s.Today)+" %")
		}
		for _, curve := range []struct {
			key  string
			list []point
		}{{"trend", s.Trend}, {"learning", s.Learning}, {"fatigue", s.Fatigue}} {
			if len(curve.list) > 1 {
				row(curve.key, braille(curve.list))
			}
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
