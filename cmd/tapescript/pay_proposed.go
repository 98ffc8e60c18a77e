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

// proposalJSON is a bonus that a rule proposed.
type proposalJSON struct {
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
	open, err := task.Proposals(ctx, store)
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
			entries = append(entries, b.Answer(to, now, word))
		}
	}
	for _, key := range keys {
		known := key == "all" || slices.ContainsFunc(open, func(b task.Proposal) bool { return b.Key == key })
		if known {
			continue
		}
		answered, err := task.Answered(ctx, store, key)
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

func (p *program) printProposals(open []task.Proposal, asJSON bool) error {
	if asJSON {
		list := []proposalJSON{}
		for _, b := range open {
			list = append(list, proposalJSON{b.Key, b.Worker, b.Batch, b.Amount, b.Currency, b.At, p.reason(b.Reason)})
		}
		return p.printJSON(list)
	}
	var text strings.Builder
	for _, b := range open {
		fmt.Fprintf(&text, "%s\t%s\t%s\t%s\n", b.Key, b.Worker, money(b.Amount, b.Currency), p.reason(b.Reason))
	}
	if len(open) == 0 {
		p.tell(p.words.Say("pay.no-proposals"))
	}
	return p.print(p.out, text.String())
}
