package main

import (
	"context"
	"time"

	"tapescript/quality/grade"
	"tapescript/transcript/task"
)

// payBonuses posts what the rule brings, for one worker or for all.
func (p *program) payBonuses(ctx context.Context, store task.Store, worker string, f payFlags) error {
	r := grade.BonusRule{Every: f.bonusEvery}
	var ok bool
	if r.Amount, ok = task.ParsePrice(f.bonus); !ok || r.Amount.Amount == 0 || r.Amount.Per != task.PerTask {
		return usagef("%s", p.words.Say("pay.amount", f.bonus))
	}
	if r.Every < 1 {
		return usagef("%s", p.words.Say("pay.every"))
	}
	var err error
	if f.bonusWER != "" {
		if r.Mark, err = p.share("bonus-wer", f.bonusWER); err != nil {
			return err
		}
	}
	answers, err := p.answers(ctx, store, "", worker)
	if err != nil {
		return err
	}
	options, err := scoreOptions("", "")
	if err != nil {
		return err
	}
	if _, err := grade.Measure(answers, options); err != nil {
		return err
	}
	by := map[string][]grade.Answer{}
	for _, a := range answers {
		by[a.Worker] = append(by[a.Worker], a)
	}
	var entries []task.Entry
	now := time.Now().UTC()
	for w, list := range by {
		entries = append(entries, r.Earn(w, list, now)...)
	}
	added, err := store.Post(ctx, entries...)
	if err == nil {
		p.tell(p.words.Count("pay.bonuses", added))
	}
	return err
}
