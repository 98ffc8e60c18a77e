package task

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Proposal is a bonus that a rule proposed.
type Proposal struct {
	Key, Worker, Batch string
	Amount             Decimal
	Currency           string
	At                 time.Time
	Reason             Reason // that the rule gave; zero where the measure is not known
}

// answerKey is the key of the entry that answers a proposal: there is one.
func answerKey(proposal string) string { return proposal + "/answer" }

// Answer is the entry that answers a proposal: owed, to [Approved], or not, to
// [RejectedAs].
func (p Proposal) Answer(to Account, at time.Time, note string) Entry {
	return Entry{
		Key: answerKey(p.Key), Worker: p.Worker, Batch: p.Batch, Kind: ForBonus, From: Proposed, To: to,
		Amount: p.Amount, Currency: p.Currency, At: at, Note: note,
	}
}

// Proposals are the bonuses of a store that nobody has answered, oldest first.
func Proposals(ctx context.Context, store Store) (open []Proposal, err error) {
	measures, err := store.Measures(ctx, "")
	if err != nil {
		return nil, err
	}
	why := map[string]Reason{}
	for _, m := range measures {
		why[m.Key] = m.Reason
	}
	answered := map[string]bool{}
	for e, err := range store.Ledger(ctx, "") {
		if err != nil {
			return nil, err
		}
		switch {
		case e.To == Proposed:
			open = append(open, Proposal{e.Key, e.Worker, e.Batch, e.Amount, e.Currency, e.At, why[e.Key]})
		case e.From == Proposed:
			answered[strings.TrimSuffix(e.Key, "/answer")] = true
		}
	}
	return slices.DeleteFunc(open, func(p Proposal) bool { return answered[p.Key] }), nil
}

// Answered says whether the proposal of a key was answered.
func Answered(ctx context.Context, store Store, key string) (bool, error) {
	for e, err := range store.Ledger(ctx, "") {
		if err != nil || e.Key == answerKey(key) {
			return err == nil, err
		}
	}
	return false, nil
}
