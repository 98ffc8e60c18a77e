package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tapescript/quality"
	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/tui"
	"tapescript/tui/queue"
)

type boardFlags struct {
	storeFlags
	deskFlags
	batch, normalize string
	every            time.Duration
	json             bool
}

func (p *program) boardCommand() *cobra.Command {
	var f boardFlags
	c := p.command("board", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.board(c.Context(), f) })
	p.addStoreFlag(c, &f.storeFlags)
	p.addDeskFlags(c, &f.deskFlags)
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().StringVar(&f.normalize, "normalize", "basic", p.words.Say("flag.exam-normalize"))
	c.Flags().DurationVar(&f.every, "every", 5*time.Second, p.words.Say("flag.board-every"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	return c
}

// boardFigures are a lead's figures. Rates are fractions, times seconds; null is
// not known.
type boardFigures struct {
	At      time.Time        `json:"at"`
	Pace    grade.Throughput `json:"throughput"`
	Batches []boardBatch     `json:"batches"`
	Leases  []boardLease     `json:"leases"`
	Cost    []grade.Cost     `json:"cost"`
	Workers []boardWorker    `json:"workers"`
	Jobs    []boardJobs      `json:"jobs"`
}

type boardBatch struct {
	ID          string   `json:"id"`
	Tasks       int64    `json:"tasks"`
	Open        int64    `json:"open"`
	Submissions int64    `json:"submissions"`
	Accepted    int64    `json:"accepted"`
	Rejected    int64    `json:"rejected"`
	Left        *float64 `json:"left_s"` // at the pace of the last day
	Golds       int      `json:"golds"`
	GoldLeft    int      `json:"golds_left"` // for the worker who has met the most
}

type boardLease struct {
	Task   string    `json:"task"`
	Worker string    `json:"worker"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	Over   bool      `json:"over"`
}

// boardWorker is a line of the control chart: word error rates over each ten
// golds in turn, and the limits for the last of them.
type boardWorker struct {
	Worker string    `json:"worker"`
	Tasks  int       `json:"tasks"`
	Factor *float64  `json:"real_time_factor"`
	Golds  int       `json:"golds"`
	WER    *float64  `json:"wer"`
	Chart  []float64 `json:"chart"`
	Upper  *float64  `json:"upper_limit"`
	Out    bool      `json:"out_of_control"`
	Held   int       `json:"held"`
}

type boardJobs struct {
	Kind    string `json:"kind"`
	Waiting int    `json:"waiting"`
	Running int    `json:"running"`
	Again   int    `json:"to_be_tried_again"`
	Failed  int    `json:"failed"`
	Done    int    `json:"done"`
}

// lookout reads a store again and again for a board.
type lookout struct {
	*program
	store   task.Store
	f       boardFlags
	options quality.Options
	golds   map[string]goldCount
}

// goldCount is how many golds a batch has, as of so many tasks.
type goldCount struct {
	tasks int64
	golds int
}

// board shows a lead's figures: live on a terminal, else once.
func (p *program) board(ctx context.Context, f boardFlags) error {
	options, err := scoreOptions(f.normalize, "")
	if err != nil {
		return usageError{err}
	}
	if f.every < time.Second {
		return usagef("%s", p.words.Say("board.every"))
	}
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	w := &lookout{p, store, f, options, map[string]goldCount{}}
	first, err := w.figures(ctx, time.Now())
	switch {
	case err != nil:
		return err
	case f.json:
		return p.printJSON(first)
	case !isTerminal(p.out) || !isTerminal(p.in):
		return p.print(p.out, boardText(w.tables(first)))
	}
	d, err := p.arrange(f.deskFlags, "")
	if err != nil {
		return err
	}
	load := func(ctx context.Context) (queue.Figures, error) {
		now, err := w.figures(ctx, time.Now())
		return w.tables(now), err
	}
	screen := queue.NewBoard(ctx, w.tables(first), load, p.explain, f.every, d.theme)
	return tui.Run(ctx, screen, tui.Options{Keys: d.keys, Words: p.words, Theme: d.theme})
}

func (w *lookout) figures(ctx context.Context, now time.Time) (b boardFigures, err error) {
	b = boardFigures{At: now.UTC(), Batches: []boardBatch{}, Leases: []boardLease{}, Workers: []boardWorker{}, Jobs: []boardJobs{}}
	answers, err := w.answers(ctx, w.store, w.f.batch, "")
	if err != nil {
		return b, err
	}
	held := map[string]int{}
	for a, err := range w.store.Assignments(ctx, w.f.batch, "") {
		if err != nil {
			return b, err
		}
		if a.State == task.Leased {
			held[a.Worker]++
			b.Leases = append(b.Leases, boardLease{a.Task, a.Worker, a.Started, a.LeaseUntil, now.After(a.LeaseUntil)})
		}
	}
	slices.SortStableFunc(b.Leases, func(x, y boardLease) int { return x.Until.Compare(y.Until) })
	var recent map[string]int
	b.Pace, recent = grade.ThroughputOf(answers, now)
	if err := w.batches(ctx, &b, answers, recent); err != nil {
		return b, err
	}
	if b.Cost, err = grade.CostOf(ctx, w.store, w.f.batch, answers); err != nil {
		return b, err
	}
	if err := w.workers(&b, answers, held); err != nil {
		return b, err
	}
	b.Jobs, err = jobFigures(ctx, w.store)
	return b, err
}

func (w *lookout) batches(ctx context.Context, b *boardFigures, answers []grade.Answer, recent map[string]int) error {
	list, err := w.store.Batches(ctx)
	if err != nil {
		return err
	}
	by := map[string][]grade.Answer{}
	for _, a := range answers {
		by[a.Batch] = append(by[a.Batch], a)
	}
	for _, s := range list {
		if w.f.batch != "" && s.ID != w.f.batch || !s.Purged.IsZero() && s.Tasks == 0 {
			continue
		}
		row := boardBatch{ID: s.ID, Tasks: s.Tasks, Open: s.Open, Submissions: s.Submissions, Accepted: s.Accepted, Rejected: s.Rejected}
		if n := recent[s.ID]; n > 0 {
			left := float64(s.Open) / float64(n) * (24 * time.Hour).Seconds()
			row.Left = &left
		}
		if row.Golds, err = w.goldsOf(ctx, s); err != nil {
			return err
		}
		row.GoldLeft = grade.GoldsLeft(row.Golds, by[s.ID])
		b.Batches = append(b.Batches, row)
	}
	return nil
}

// goldsOf counts a batch's golds, anew where tasks came in.
func (w *lookout) goldsOf(ctx context.Context, s task.BatchSummary) (int, error) {
	if known, is := w.golds[s.ID]; is && known.tasks == s.Tasks {
		return known.golds, nil
	}
	seen := map[string]bool{}
	for r, err := range w.store.Results(ctx, task.ResultQuery{Batch: s.ID, All: true, Reject: true}) {
		if err != nil {
			return 0, err
		}
		if r.Task.Kind == task.Control {
			seen[r.Task.ID] = true
		}
	}
	w.golds[s.ID] = goldCount{s.Tasks, len(seen)}
	return len(seen), nil
}

// workers makes a line of each worker, those out of control first.
func (w *lookout) workers(b *boardFigures, answers []grade.Answer, held map[string]int) error {
	if _, err := grade.Measure(answers, w.options); err != nil {
		return err
	}
	by := map[string][]grade.Answer{}
	for _, a := range answers {
		by[a.Worker] = append(by[a.Worker], a)
	}
	chart := grade.ControlChart(answers)
	for _, name := range slices.Sorted(maps.Keys(by)) {
		s, line := grade.FiguresOf(name, by[name], w.options, 0, b.At), chart[name]
		row := boardWorker{Worker: name, Tasks: s.Tasks, Factor: s.Factor, Golds: s.Golds, WER: s.WER, Chart: line.Rates, Out: line.Out, Held: held[name]}
		if line.Known {
			row.Upper = &line.Upper
		}
		b.Workers = append(b.Workers, row)
	}
	slices.SortStableFunc(b.Workers, func(x, y boardWorker) int {
		if x.Out != y.Out {
			return map[bool]int{true: -1, false: 1}[x.Out]
		}
		return cmp.Compare(y.Tasks, x.Tasks)
	})
	return nil
}

// barChart draws values as high as they are, of the highest.
func barChart(values []float64, highest float64) string {
	const levels = "▁▂▃▄▅▆▇█"
	steps := []rune(levels)
	var s strings.Builder
	for _, v := range values {
		at := 0
		if highest > 0 {
			at = min(int(v/highest*float64(len(steps))), len(steps)-1)
		}
		s.WriteRune(steps[max(at, 0)])
	}
	return s.String()
}

// tables puts the figures into a person's words.
func (w *lookout) tables(b boardFigures) queue.Figures {
	words := w.words
	head := func(key string) []string { return strings.Split(words.Say("board."+key), "\t") }
	name := w.f.store
	if path, err := w.storePath(w.f.storeFlags); err == nil {
		name = path
	}
	f := queue.Figures{Title: words.Say("board.title", transcript.Clean(name)), Foot: words.Say("board.foot", b.At.Local().Format("15:04:05"))}
	hours := make([]float64, len(b.Pace.Hours))
	for i, n := range b.Pace.Hours {
		hours[i] = float64(n)
	}
	pace := queue.Table{Title: words.Say("board.pace"), Head: head("pace-head"), Rows: []queue.Row{{Cells: []string{
		barChart(hours, slices.Max(hours)), strconv.Itoa(b.Pace.Hour), strconv.Itoa(b.Pace.Day), shortTime(b.Pace.AudioS)}}}}
	batches := queue.Table{Title: words.Say("board.batches"), Head: head("batches-head"), Empty: words.Say("board.none")}
	golds := queue.Table{Title: words.Say("board.gold"), Head: head("gold-head"), Empty: words.Say("board.no-gold")}
	for _, r := range b.Batches {
		left := "–"
		if r.Left != nil {
			left = shortTime(*r.Left)
		}
		batches.Rows = append(batches.Rows, queue.Row{Cells: []string{transcript.Clean(r.ID), fmt.Sprint(r.Tasks), fmt.Sprint(r.Open), left, fmt.Sprint(r.Submissions), fmt.Sprint(r.Accepted), fmt.Sprint(r.Rejected)}})
		if r.Golds > 0 {
			golds.Rows = append(golds.Rows, queue.Row{Cells: []string{transcript.Clean(r.ID), fmt.Sprint(r.Golds), fmt.Sprint(r.GoldLeft)}, Bad: r.GoldLeft*5 < r.Golds})
		}
	}
	leases := queue.Table{Title: words.Say("board.leases", len(b.Leases)), Head: head("leases-head"), Empty: words.Say("board.no-leases")}
	for _, r := range b.Leases {
		leases.Rows = append(leases.Rows, queue.Row{Cells: []string{transcript.Clean(r.Task), transcript.Clean(r.Worker), shortTime(b.At.Sub(r.Since).Seconds()), r.Until.Local().Format("15:04")}, Bad: r.Over})
	}
	costs := queue.Table{Title: words.Say("board.cost"), Head: head("cost-head"), Empty: words.Say("board.no-cost")}
	for _, r := range b.Cost {
		per := "–"
		if r.PerHour != nil {
			per = strconv.FormatFloat(*r.PerHour, 'f', 2, 64)
		}
		costs.Rows = append(costs.Rows, queue.Row{Cells: []string{dash(r.Currency), per, r.Spent.String(), r.Pending.String(), shortTime(r.AudioS)}})
	}
	jobs := queue.Table{Title: words.Say("board.jobs"), Head: head("jobs-head"), Empty: words.Say("board.no-jobs")}
	for _, r := range b.Jobs {
		jobs.Rows = append(jobs.Rows, queue.Row{Cells: []string{words.Say("job." + r.Kind), fmt.Sprint(r.Waiting), fmt.Sprint(r.Running), fmt.Sprint(r.Again), fmt.Sprint(r.Failed), fmt.Sprint(r.Done)}, Bad: r.Failed > 0})
	}
	f.Tables = []queue.Table{pace, batches, costs, golds, w.chart(b), leases, jobs}
	return f
}

// chart is the workers' table.
func (w *lookout) chart(b boardFigures) queue.Table {
	t := queue.Table{Title: w.words.Say("board.workers"), Head: strings.Split(w.words.Say("board.workers-head"), "\t"), Empty: w.words.Say("board.no-workers")}
	const last = 12
	for _, r := range b.Workers {
		factor, wer, upper, curve := "–", "–", "–", "–"
		if r.Factor != nil {
			factor = w.words.Figure("%.1f", *r.Factor)
		}
		if r.WER != nil {
			wer = w.words.Figure("%.1f %%", 100**r.WER)
		}
		if r.Upper != nil {
			upper = w.words.Figure("%.1f %%", 100**r.Upper)
			curve = barChart(r.Chart[max(len(r.Chart)-last, 0):], *r.Upper)
		}
		t.Rows = append(t.Rows, queue.Row{Cells: []string{transcript.Clean(r.Worker), fmt.Sprint(r.Tasks), fmt.Sprint(r.Held), factor, fmt.Sprint(r.Golds), wer, upper, curve}, Bad: r.Out})
	}
	return t
}

// boardText is the board for a pipe.
func boardText(f queue.Figures) string {
	var text strings.Builder
	fmt.Fprintln(&text, f.Title)
	for _, t := range f.Tables {
		fmt.Fprintf(&text, "\n%s\n", t.Title)
		if len(t.Rows) == 0 {
			fmt.Fprintf(&text, "  %s\n", t.Empty)
			continue
		}
		out := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
		fmt.Fprintln(out, "  "+strings.Join(t.Head, "\t"))
		for _, r := range t.Rows {
			mark := "  "
			if r.Bad {
				mark = "! "
			}
			fmt.Fprintln(out, mark+strings.Join(r.Cells, "\t"))
		}
		out.Flush()
	}
	return text.String()
}
