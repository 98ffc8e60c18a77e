package task

import (
	"context"
	"time"
)

// Account is where money stands, as the worker sees it.
type Account string

// Accounts. What comes from Outside is new; what is Paid has left.
const (
	Outside    Account = ""
	Proposed   Account = "proposed" // a bonus that a rule proposes and nobody has approved: not promised
	InReview   Account = "pending"
	Approved   Account = "approved"
	RejectedAs Account = "rejected"
	Paid       Account = "paid"
)

// EntryKind is why money moved.
type EntryKind string

// Kinds of entry.
const (
	ForTask    EntryKind = "task"
	ForVerdict EntryKind = "verdict"
	ForAppeal  EntryKind = "appeal"
	ForBonus   EntryKind = "bonus"
	ForPayout  EntryKind = "payout"
	ForFee     EntryKind = "fee"
	Correction EntryKind = "correction"
)

// Entry is a line of the ledger: money that moved from one account of a worker's
// to another. Lines are never changed: what was wrong is put right by another.
type Entry struct {
	// Key is what the entry is about ("task/SUBMISSION"): the second one of a
	// key is refused as known, so that nothing is paid twice.
	Key        string
	Worker     string
	Batch      string
	Task       string
	Submission string
	Kind       EntryKind
	From, To   Account
	Amount     Decimal // positive
	Currency   string
	At         time.Time
	Note       string
}

// Balance is what stands in each account, in one currency.
type Balance struct {
	Worker, Currency                  string
	Pending, Approved, Rejected, Paid Decimal
	Proposed                          Decimal
	Tasks                             int // submissions that have earned something, or may
}

// Add counts an entry.
func (b *Balance) Add(e Entry) {
	move := func(a Account, amount Decimal) {
		switch a {
		case Proposed:
			b.Proposed += amount
		case InReview:
			b.Pending += amount
		case Approved:
			b.Approved += amount
		case RejectedAs:
			b.Rejected += amount
		case Paid:
			b.Paid += amount
		}
	}
	move(e.From, -e.Amount)
	move(e.To, e.Amount)
	if e.Kind == ForTask {
		b.Tasks++
	}
}

// Spent is what each batch has cost, by batch and currency: what stands approved or is paid out.
// Payouts move money of all batches and are no cost again.
func Spent(ctx context.Context, store Store) (map[string]map[string]Decimal, error) {
	spent := map[string]map[string]Decimal{}
	for e, err := range store.Ledger(ctx, "") {
		if err != nil {
			return nil, err
		}
		if e.Batch == "" || e.Currency == "" {
			continue
		}
		if spent[e.Batch] == nil {
			spent[e.Batch] = map[string]Decimal{}
		}
		owed := func(a Account) bool { return a == Approved || a == Paid }
		switch {
		case owed(e.To) && !owed(e.From):
			spent[e.Batch][e.Currency] += e.Amount
		case owed(e.From) && !owed(e.To):
			spent[e.Batch][e.Currency] -= e.Amount
		}
	}
	return spent, nil
}
