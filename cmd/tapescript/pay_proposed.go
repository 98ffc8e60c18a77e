package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tapescript/transcript/task"
)

// proposal is a bonus that a rule proposed, and its JSON.
type proposal struct {
	Key      string       `json:"key"`
	Worker   string       `json:"worker"`
	Batch    string       `json:"batch"`
	Amount   task.Decimal `json:"amount"`
	Currency string       `json:"currency"`
	At       time.Time    `json:"at"`
	Reason   string       `json:"reason"`
}

// payProposed lists the bonuses that rules propose, or answers them: an
// approved one is owed, a declined one is not. Each is answered once.
func (p *program) payProposed(ctx context.Context, store task.Store, f payFlags) error {
	open, err := p.proposals(ctx, store)
	if err != nil {
		return err
	}
	if f.proposed {
		return p.printProposals(open, f.json)
	}
	to, keys, word := task.Approved, f.approve, "approved"
	if f.decline != nil {
		to, keys, word = task.RejectedAs, f.decline, "declined"
	}
	now := time.Now().UTC()
	var entries []task.Entry
	for _, b := range open {
		if slices.Contains(keys, b.Key) || slices.Contains(keys, "all") {
			entries = append(entries, task.Entry{
				Key: b.Key + "/answer", Worker: b.Worker, Batch: b.Batch, Kind: task.ForBonus, From: task.Proposed, To: to,
				Amount: b.Amount, Currency: b.Currency, At: now, Note: word,
			})
		}
	}
	for _, key := range keys {
		known := key == "all" || slices.ContainsFunc(open, func(b proposal) bool { return b.Key == key })
		if known {
			continue
		}
		answered, err := isAnswered(ctx, store, key)
		if err != nil {
			return err
		}
		if !answered {
			return errors.New(p.words.Say("pay.no-proposal", key))
		}
	}
	added, err := store.Post(ctx, entries...)
	if err == nil {
		p.tell(p.words.Count("pay.proposals-"+word, added))
	}
	return err
}

func isAnswered(ctx context.Context, store task.Store, key string) (bool, error) {
	for e, err := range store.Ledger(ctx, "") {
		if err != nil || e.Key == key+"/answer" {
			return err == nil, err
		}
	}
	return false, nil
}

// proposals are the bonuses that nobody has answered, with the reason that the
// rule gave.
func (p *program) proposals(ctx context.Context, store task.Store) (open []proposal, err error) {
	measures, err := store.Measures(ctx, "")
	if err != nil {
		return nil, err
	}
	why := map[string]string{}
	for _, m := range measures {
		why[m.Key] = p.reason(m.Reason)
	}
	answered := map[string]bool{}
	for e, err := range store.Ledger(ctx, "") {
		if err != nil {
			return nil, err
		}
		switch {
		case e.To == task.Proposed:
			open = append(open, proposal{e.Key, e.Worker, e.Batch, e.Amount, e.Currency, e.At, why[e.Key]})
		case e.From == task.Proposed:
			answered[strings.TrimSuffix(e.Key, "/answer")] = true
		}
	}
	return slices.DeleteFunc(open, func(b proposal) bool { return answered[b.Key] }), nil
}

func (p *program) printProposals(open []proposal, asJSON bool) error {
	if asJSON {
		if open == nil {
			open = []proposal{}
		}
		return p.printJSON(open)
	}
	var text strings.Builder
	for _, b := range open {
		fmt.Fprintf(&text, "%s\t%s\t%s\t%s\n", b.Key, b.Worker, money(b.Amount, b.Currency), b.Reason)
	}
	if len(open) == 0 {
		p.tell(p.words.Say("pay.no-proposals"))
	}
	return p.print(p.out, text.String())
}
