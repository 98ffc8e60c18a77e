package task

import (
	"context"
	"iter"
	"reflect"
	"testing"
)

// books is a store of nothing but a ledger and results.
type books struct {
	Store
	entries []Entry
	results []Result
}

func (b books) Ledger(context.Context, string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range b.entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (b books) Results(context.Context, ResultQuery) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		for _, r := range b.results {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestSpentIsWhatIsOwedOrPaidOut(t *testing.T) {
	spent, err := Spent(t.Context(), books{entries: []Entry{
		{Batch: "b", Currency: "USD", To: InReview, Amount: 5},
		{Batch: "b", Currency: "USD", From: InReview, To: Approved, Amount: 5},
		{Batch: "b", Currency: "USD", From: Approved, To: Paid, Amount: 5}, // no cost again
		{Batch: "b", Currency: "EUR", To: Approved, Amount: 7},
		{Batch: "b", Currency: "EUR", From: Approved, To: RejectedAs, Amount: 3},
		{Batch: "b", Currency: "EUR", To: Proposed, Amount: 9}, // not promised
		{Currency: "USD", From: Approved, To: Paid, Amount: 5}, // a payout of all batches
	}})
	want := map[string]map[string]Decimal{"b": {"USD": 5, "EUR": 4}}
	if err != nil || !reflect.DeepEqual(spent, want) {
		t.Errorf("got %v, %v, want %v", spent, err, want)
	}
}
