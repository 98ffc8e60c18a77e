package task

import (
	"context"
	"slices"
	"strings"
)

// Payment is a row of a platform's statement.
type Payment struct {
	Submission string // or its assignment
	Amount     Decimal
}

// Difference is where a statement and the ledger part.
type Difference struct {
	Submission string   `json:"submission"`
	Code       string   `json:"code"` // missing, unknown, amount, rejected, twice
	Statement  *Decimal `json:"statement"`
	Ledger     *Decimal `json:"ledger"`
}

// Reconcile holds a platform's statement against a worker's ledger, or everybody's
// for "": what differs, in the order of the rows, then what the statement lacks.
func Reconcile(ctx context.Context, store Store, worker string, rows []Payment) ([]Difference, error) {
	own := map[string]Decimal{}
	state := map[string]Account{}
	for e, err := range store.Ledger(ctx, worker) {
		if err != nil {
			return nil, err
		}
		if e.Submission == "" {
			continue
		}
		id := e.Submission
		if e.Kind == ForTask {
			own[id] = e.Amount
		}
		state[id] = e.To
	}
	paid := map[string]Decimal{} // the last that it says of each
	for _, row := range rows {
		paid[row.Submission] = row.Amount
	}
	found := []Difference{}
	matched := map[string]bool{}
	for _, row := range rows {
		id, key := row.Submission, row.Submission
		if _, ok := own[key]; !ok { // the assignment of one that is named after it
			for k := range own {
				if before, _, cut := strings.Cut(k, "/"); cut && before == id {
					key = k
				}
			}
		}
		amount := paid[id]
		ours, ok := own[key]
		switch {
		case !ok:
			found = append(found, Difference{id, "unknown", &amount, nil})
		case matched[key]:
			found = append(found, Difference{id, "twice", &amount, &ours})
		case state[key] == RejectedAs && amount > 0:
			found = append(found, Difference{id, "rejected", &amount, &ours})
		case amount != ours && state[key] != RejectedAs:
			found = append(found, Difference{id, "amount", &amount, &ours})
		}
		matched[key] = true
	}
	var left []string
	for id, amount := range own {
		if !matched[id] && amount > 0 && state[id] != RejectedAs {
			left = append(left, id)
		}
	}
	slices.Sort(left)
	for _, id := range left {
		ours := own[id]
		found = append(found, Difference{id, "missing", nil, &ours})
	}
	return found, nil
}
