package main

import (
	"context"
	"fmt"
	"time"

	"tapescript/quality"
	"tapescript/quality/grade"
	"tapescript/transcript/task"
)

// bonusRule pays for volume and, where a mark is set, for precision: an amount
// for each so many accepted tasks of a worker whose rate over all golds is
// within the mark.
type bonusRule struct {
	every  int
	amount task.Price
	mark   float64 // 0: whatever the rate
}

// earn returns the bonuses that a worker's answers have earned. The n-th has
// always the same key, so that working it out again posts nothing twice; a
// worker without golds earns none for precision.
func (r bonusRule) earn(worker string, answers []grade.Answer, at time.Time) (list []task.Entry) {
	accepted := 0
	var sum quality.Counts
	for _, a := range answers {
		if a.Decision == task.Accepted && (a.Kind == task.General || a.Kind == task.Control) {
			accepted++
		}
		if len(a.Gold) > 0 {
			sum = sum.Add(a.Counts)
		}
	}
	if rate, known := sum.WER(); r.mark > 0 && (!known || rate > r.mark) {
		return nil
	}
	for n := 1; n <= accepted/r.every; n++ {
		list = append(list, task.Entry{
			Key: fmt.Sprintf("bonus/%s/every-%d/%d", worker, r.every, n), Worker: worker, Kind: task.ForBonus, To: task.Approved,
			Amount: r.amount.Amount, Currency: r.amount.Currency, At: at, Note: fmt.Sprintf("volume %d", n*r.every),
		})
	}
	return list
}

// payBonuses posts what the rule brings, for one worker or for all.
func (p *program) payBonuses(ctx context.Context, store task.Store, worker string, f payFlags) error {
	r := bonusRule{every: f.bonusEvery}
	var ok bool
	if r.amount, ok = parsePrice(f.bonus); !ok || r.amount.Amount == 0 || r.amount.Per != task.PerTask {
		return usagef("%s", p.words.Say("pay.amount", f.bonus))
	}
	if r.every < 1 {
		return usagef("%s", p.words.Say("pay.every"))
	}
	var err error
	if f.bonusWER != "" {
		if r.mark, err = p.share("bonus-wer", f.bonusWER); err != nil {
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
		entries = append(entries, r.earn(w, list, now)...)
	}
	added, err := store.Post(ctx, entries...)
	if err == nil {
		p.tell(p.words.Count("pay.bonuses", added))
	}
	return err
}
