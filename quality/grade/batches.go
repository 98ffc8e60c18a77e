package grade

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"tapescript/transcript/task"
)

// BatchFigures are a batch's figures. Times are seconds.
type BatchFigures struct {
	Batch       string         `json:"batch"`
	Tasks       int64          `json:"tasks"`
	Open        int64          `json:"open"`
	Submissions int            `json:"submissions"`
	Accepted    int            `json:"accepted"`
	Rejected    int            `json:"rejected"`
	Pending     int            `json:"pending"`
	Overlap     *float64       `json:"transcripts_per_task"` // of the tasks that have any
	AcceptedS   float64        `json:"accepted_audio_s"`     // each task once
	Cost        []HourCost     `json:"cost_per_accepted_hour"`
	Golds       int            `json:"golds"`
	GoldsLeft   *int           `json:"golds_left"` // of the worker who has met the most; null without golds
	PerDay      []Point        `json:"per_day"`    // submissions, by the day since the first
	First       *time.Time     `json:"first"`
	Reasons     map[string]int `json:"rejected_because"`
	Appeals     int            `json:"appeals"`
	Granted     int            `json:"appeals_granted"`
}

// HourCost is what an hour of accepted recording cost, in one currency.
type HourCost struct {
	Currency string       `json:"currency"`
	Spent    task.Decimal `json:"spent"` // approved and paid out, bonuses too
	Hour     task.Decimal `json:"hour"`
}

// FiguresOfBatches are the figures of each batch of a store, or of one; answers
// are those of them all.
func FiguresOfBatches(ctx context.Context, store task.Store, only string, answers []Answer) ([]BatchFigures, error) {
	list := []BatchFigures{}
	all, err := store.Batches(ctx)
	if err != nil {
		return nil, err
	}
	by := map[string][]Answer{}
	batchOf := map[string]string{}
	for _, a := range answers {
		by[a.Batch] = append(by[a.Batch], a)
		batchOf[a.Submission] = a.Batch
	}
	appeals, err := store.Appeals(ctx)
	if err != nil {
		return nil, err
	}
	spent, err := task.Spent(ctx, store)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		if only != "" && b.ID != only {
			continue
		}
		s := BatchFigures{Batch: b.ID, Tasks: b.Tasks, Open: b.Open, Cost: []HourCost{}, PerDay: []Point{}, Reasons: map[string]int{}}
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
			c := HourCost{Currency: currency, Spent: spent[b.ID][currency]}
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
func (s *BatchFigures) work(list []Answer) {
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
		s.PerDay = append(s.PerDay, Point{At: float64(day), Value: float64(days[day]), Count: days[day]})
	}
}

// golds says how many golds there are, how many the worker who has met the most
// has left, and why work was rejected.
func (s *BatchFigures) golds(ctx context.Context, store task.Store, list []Answer) error {
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
	if s.Golds > 0 {
		left := GoldsLeft(s.Golds, list)
		s.GoldsLeft = &left
	}
	return nil
}

// GoldsLeft is how many of a batch's golds the worker who has met the most of
// them has not met; answers are the batch's.
func GoldsLeft(golds int, answers []Answer) int {
	met, most := map[string]int{}, 0
	for _, a := range answers {
		if a.Kind == task.Control {
			met[a.Worker]++
			most = max(most, met[a.Worker])
		}
	}
	return max(golds-most, 0)
}

// Throughput is how much was handed in of late.
type Throughput struct {
	Hour   int     `json:"last_hour"`
	Day    int     `json:"last_24_h"`
	AudioS float64 `json:"audio_s_24_h"`
	Hours  [24]int `json:"by_hour"` // the last is the hour up to now
}

// ThroughputOf counts what was handed in in the last day, and how many of that
// by batch.
func ThroughputOf(answers []Answer, now time.Time) (c Throughput, recent map[string]int) {
	recent = map[string]int{}
	for _, a := range answers {
		ago := now.Sub(a.At)
		if ago < 0 || ago >= 24*time.Hour {
			continue
		}
		recent[a.Batch]++
		c.Day++
		c.AudioS += a.Length.Seconds()
		c.Hours[23-int(ago/time.Hour)]++
		if ago < time.Hour {
			c.Hour++
		}
	}
	return c, recent
}

// Cost is what accepted work has cost: approved and paid, bonuses and fees
// included, over the recordings that have an accepted transcript, each once.
type Cost struct {
	Currency string       `json:"currency"`
	Spent    task.Decimal `json:"spent"`
	Pending  task.Decimal `json:"pending"`
	AudioS   float64      `json:"accepted_audio_s"`
	PerHour  *float64     `json:"per_accepted_audio_hour"`
}

// CostOf is the cost of a batch, of all for "", by currency.
func CostOf(ctx context.Context, store task.Store, batch string, answers []Answer) ([]Cost, error) {
	costs := []Cost{}
	length, counted := map[string]float64{}, map[string]bool{}
	for _, a := range answers {
		if a.Decision == task.Accepted && !counted[a.Task] {
			counted[a.Task] = true
			length[a.Currency] += a.Length.Seconds()
		}
	}
	sums := map[string]*task.Balance{}
	for e, err := range store.Ledger(ctx, "") {
		if err != nil {
			return nil, err
		}
		if batch != "" && e.Batch != batch {
			continue
		}
		if sums[e.Currency] == nil {
			sums[e.Currency] = &task.Balance{}
		}
		sums[e.Currency].Add(e)
	}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		s := sums[currency]
		c := Cost{Currency: currency, Spent: s.Approved + s.Paid, Pending: s.Pending, AudioS: length[currency]}
		if c.AudioS > 0 {
			per := float64(c.Spent) * time.Hour.Seconds() / 1e6 / c.AudioS
			c.PerHour = &per
		}
		if currency != "" || s.Approved+s.Paid+s.Pending > 0 {
			costs = append(costs, c)
		}
	}
	return costs, nil
}
