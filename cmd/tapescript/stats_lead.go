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

	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
)

// leadJSON is what a lead's script reads.
type leadJSON struct {
	Batches []batchStats  `json:"batches"`
	Workers []workerStats `json:"workers"`
}

// batchStats are a batch's figures. Times are seconds.
type batchStats struct {
	Batch       string         `json:"batch"`
	Tasks       int64          `json:"tasks"`
	Open        int64          `json:"open"`
	Submissions int            `json:"submissions"`
	Accepted    int            `json:"accepted"`
	Rejected    int            `json:"rejected"`
	Pending     int            `json:"pending"`
	Overlap     *float64       `json:"transcripts_per_task"` // of the tasks that have any
	AcceptedS   float64        `json:"accepted_audio_s"`     // each task once
	Cost        []hourCost     `json:"cost_per_accepted_hour"`
	Golds       int            `json:"golds"`
	GoldsLeft   *int           `json:"golds_left"` // of the worker who has met the most; null without golds
	PerDay      []point        `json:"per_day"`    // submissions, by the day since the first
	First       *time.Time     `json:"first"`
	Reasons     map[string]int `json:"rejected_because"`
	Appeals     int            `json:"appeals"`
	Granted     int            `json:"appeals_granted"`
}

// hourCost is what an hour of accepted recording cost, in one currency.
type hourCost struct {
	Currency string       `json:"currency"`
	Spent    task.Decimal `json:"spent"` // approved and paid out, bonuses too
	Hour     task.Decimal `json:"hour"`
}

// leadStats are the figures of each batch.
func leadStats(ctx context.Context, store task.Store, only string, answers []grade.Answer) ([]batchStats, error) {
	list := []batchStats{}
	all, err := store.Batches(ctx)
	if err != nil {
		return nil, err
	}
	by := map[string][]grade.Answer{}
	batchOf := map[string]string{}
	for _, a := range answers {
		by[a.Batch] = append(by[a.Batch], a)
		batchOf[a.Submission] = a.Batch
	}
	appeals, err := store.Appeals(ctx)
	if err != nil {
		return nil, err
	}
	spent, err := spentOn(ctx, store)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		if only != "" && b.ID != only {
			continue
		}
		s := batchStats{Batch: b.ID, Tasks: b.Tasks, Open: b.Open, Cost: []hourCost{}, PerDay: []point{}, Reasons: map[string]int{}}
		s.work(by[b.ID])
		if err := s.golds(ctx, store, by[b.ID]); err != nil {
			return nil, err
		}
		for _, a := range appeals {
			if batchOf[a.Submission] == b.ID {
				s.Appeals++
				if a.Granted {
					s.Granted++
				}
			}
		}
		for _, currency := range slices.Sorted(maps.Keys(spent[b.ID])) {
			c := hourCost{Currency: currency, Spent: spent[b.ID][currency]}
			if s.AcceptedS > 0 {
				if c.Hour, err = c.Spent.Share(int64(time.Hour), int64(s.AcceptedS*float64(time.Second))); err != nil {
					return nil, err
				}
			}
			s.Cost = append(s.Cost, c)
		}
		list = append(list, s)
	}
	return list, nil
}

// work counts what was handed in, and when.
func (s *batchStats) work(list []grade.Answer) {
	tasks, accepted := map[string]bool{}, map[string]bool{}
	var first time.Time
	for _, a := range list {
		s.Submissions++
		tasks[a.Task] = true
		switch a.Decision {
		case task.Accepted:
			s.Accepted++
			if !accepted[a.Task] {
				s.AcceptedS += a.Length.Seconds()
			}
			accepted[a.Task] = true
		case task.Rejected:
			s.Rejected++
		default:
			s.Pending++
		}
		if !a.At.IsZero() && (first.IsZero() || a.At.Before(first)) {
			first = a.At
		}
	}
	if len(tasks) > 0 {
		overlap := float64(s.Submissions) / float64(len(tasks))
		s.Overlap = &overlap
	}
	if first.IsZero() {
		return
	}
	s.First = &first
	days := map[int]int{}
	for _, a := range list {
		if !a.At.IsZero() {
			days[int(a.At.Sub(first)/(24*time.Hour))]++
		}
	}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		s.PerDay = append(s.PerDay, point{At: float64(day), Value: float64(days[day]), Count: days[day]})
	}
}

// golds says how many golds there are, how many the worker who has met the most
// has left, and why work was rejected.
func (s *batchStats) golds(ctx context.Context, store task.Store, list []grade.Answer) error {
	seen := map[string]bool{}
	for r, err := range store.Results(ctx, task.ResultQuery{Batch: s.Batch, All: true, Reject: true}) {
		if err != nil {
			return err
		}
		if r.Task.Kind == task.Control && !seen[r.Task.ID] {
			seen[r.Task.ID] = true
			s.Golds++
		}
		if r.Verdict != nil && r.Verdict.Decision == task.Rejected {
			s.Reasons[cmp.Or(r.Verdict.Reason.Code, "person")]++
		}
	}
	met := map[string]int{}
	for _, a := range list {
		if a.Kind == task.Control {
			met[a.Worker]++
		}
	}
	if s.Golds > 0 {
		left := s.Golds
		for _, n := range met {
			left = min(left, s.Golds-n)
		}
		left = max(left, 0)
		s.GoldsLeft = &left
	}
	return nil
}

// spentOn is what each batch has cost: what stands approved or is paid out.
// Payouts move money of all batches and are no cost again.
func spentOn(ctx context.Context, store task.Store) (map[string]map[string]task.Decimal, error) {
	spent := map[string]map[string]task.Decimal{}
	for e, err := range store.Ledger(ctx, "") {
		if err != nil {
			return nil, err
		}
		if e.Batch == "" || e.Currency == "" {
			continue
		}
		if spent[e.Batch] == nil {
			spent[e.Batch] = map[string]task.Decimal{}
		}
		owed := func(a task.Account) bool { return a == task.Approved || a == task.Paid }
		switch {
		case owed(e.To) && !owed(e.From):
			spent[e.Batch][e.Currency] += e.Amount
		case owed(e.From) && !owed(e.To):
			spent[e.Batch][e.Currency] -= e.Amount
		}
	}
	return spent, nil
}

// leadRows are a batch's figures as labels and values.
func (p *program) leadRows(s batchStats) (rows [][2]string) {
	row := func(key, value string) { rows = append(rows, [2]string{p.words.Say("stats." + key), value}) }
	row("tasks-open", fmt.Sprintf("%d / %d", s.Tasks, s.Open))
	row("judged-pending", fmt.Sprintf("%d / %d / %d", s.Accepted, s.Rejected, s.Pending))
	if s.Overlap != nil {
		row("overlap", strconv.FormatFloat(*s.Overlap, 'f', 2, 64))
	}
	row("accepted-audio", shortTime(s.AcceptedS))
	for _, c := range s.Cost {
		if s.AcceptedS > 0 {
			row("hour-cost", money(cents(c.Hour), c.Currency))
		}
	}
	if s.GoldsLeft != nil {
		row("golds-left", fmt.Sprintf("%d / %d", *s.GoldsLeft, s.Golds))
	}
	if s.Appeals > 0 {
		row("appeals", fmt.Sprintf("%d / %d", s.Appeals, s.Granted))
	}
	return rows
}

// cents rounds an amount to the cent, for people.
func cents(d task.Decimal) task.Decimal {
	const cent = 10_000
	return (d + cent/2) / cent * cent
}

// reasonsLines are why work was rejected, the most frequent first.
func (p *program) reasonsLines(reasons map[string]int) (lines [][2]string) {
	codes := slices.SortedFunc(maps.Keys(reasons), func(a, b string) int { return cmp.Or(reasons[b]-reasons[a], strings.Compare(a, b)) })
	for _, code := range codes {
		label := code
		if key := "stats-reason." + code; p.words.Has(key) {
			label = p.words.Say(key)
		}
		lines = append(lines, [2]string{label, strconv.Itoa(reasons[code])})
	}
	return lines
}

func (p *program) printLead(list []batchStats) error {
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, s := range list {
		fmt.Fprintf(t, "%s\t\n", transcript.Clean(s.Batch))
		for _, row := range append(p.leadRows(s), p.reasonsLines(s.Reasons)...) {
			fmt.Fprintf(t, "%s\t%s\n", row[0], row[1])
		}
	}
	t.Flush()
	return p.print(p.out, text.String())
}
