package task

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Wage is what a worker has in one currency, and in how much time.
type Wage struct {
	Worker   string   `json:"worker"`
	Currency string   `json:"currency"`
	Tasks    int      `json:"tasks"`
	Pending  Decimal  `json:"pending"`
	Approved Decimal  `json:"approved"`
	Proposed Decimal  `json:"proposed"` // bonuses that a rule proposes and nobody has approved
	Rejected Decimal  `json:"rejected"`
	Paid     Decimal  `json:"paid"`
	Unpriced int      `json:"unpriced"`
	ActiveS  float64  `json:"active_s"`
	Hourly   *Decimal `json:"hourly"` // of all but what was rejected, after the fee; null where no time was measured
	// ToThreshold is what is missing to the least that is paid out; null without
	// --threshold.
	ToThreshold *Decimal   `json:"to_threshold"`
	Warnings    []string   `json:"warnings"`
	Days        []Earnings `json:"-"` // oldest first; days without are not there

	first, last time.Time
}

// Earnings are what was earned on a day since the first.
type Earnings struct {
	Day    int
	Amount Decimal
}

// Wages sums the ledger of a worker or, for "", of all, by worker and currency;
// active time is the platform's wall time where it was not measured.
func Wages(ctx context.Context, store Store, worker string) ([]*Wage, error) {
	active := map[string]time.Duration{}
	for r, err := range store.Results(ctx, ResultQuery{Worker: worker, Reject: true}) {
		if err != nil {
			return nil, err
		}
		d := r.Submission.Active
		if d == 0 {
			d = r.Submission.Wall
		}
		active[r.Submission.Worker] += d
	}
	by := map[string]*Wage{}
	balances := map[string]*Balance{}
	var list []*Wage
	for e, err := range store.Ledger(ctx, worker) {
		if err != nil {
			return nil, err
		}
		key := e.Worker + "\x00" + e.Currency
		if by[key] == nil {
			by[key], balances[key] = &Wage{Worker: e.Worker, Currency: e.Currency, first: e.At, Warnings: []string{}}, &Balance{}
			list = append(list, by[key])
		}
		balances[key].Add(e)
		by[key].earn(e)
		if e.Note == "length-unknown" {
			by[key].Unpriced++
		}
	}
	for key, w := range by {
		b := balances[key]
		w.Tasks, w.Pending, w.Approved, w.Rejected, w.Paid, w.Proposed = b.Tasks, b.Pending, b.Approved, b.Rejected, b.Paid, b.Proposed
		w.ActiveS = active[w.Worker].Seconds()
	}
	slices.SortFunc(list, func(a, b *Wage) int { return strings.Compare(a.Worker+"\x00"+a.Currency, b.Worker+"\x00"+b.Currency) })
	return list, nil
}

// earn notes when money came in.
func (w *Wage) earn(e Entry) {
	w.last = e.At
	if e.From != Outside || e.To == Proposed || e.Amount == 0 {
		return
	}
	day := int(max(e.At.Sub(w.first), 0) / (24 * time.Hour))
	if n := len(w.Days); n == 0 || w.Days[n-1].Day != day {
		w.Days = append(w.Days, Earnings{Day: day})
	}
	w.Days[len(w.Days)-1].Amount += e.Amount
}

// Rate works out what an active hour brings, after the platform's fee (a fraction),
// and whether a month reaches the payout's threshold: else "threshold" is among the
// warnings. A threshold of 0 is none.
func (w *Wage) Rate(fee float64, threshold Price) error {
	earned := w.Pending + w.Approved + w.Paid
	kept, err := earned.Share(int64((1-fee)*1e9+0.5), 1e9)
	if err != nil {
		return err
	}
	if w.ActiveS > 0 {
		hourly, err := kept.Share(int64(time.Hour), int64(w.ActiveS*float64(time.Second)))
		if err != nil {
			return err
		}
		hourly = (hourly + 5000) / 10000 * 10000 // to the cent: the time is no more exact
		w.Hourly = &hourly
	}
	if threshold.Amount > 0 && threshold.Currency == w.Currency {
		left := max(threshold.Amount-w.Approved, 0)
		w.ToThreshold = &left
		const month = 30 * 24 * time.Hour
		span := max(w.last.Sub(w.first), month)
		monthly, err := kept.Share(int64(month), int64(span))
		if err != nil {
			return err
		}
		if monthly < threshold.Amount {
			w.Warnings = append(w.Warnings, "threshold")
		}
	}
	return nil
}
