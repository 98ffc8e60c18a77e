package grade

import (
	"fmt"
	"time"

	"tapescript/quality"
	"tapescript/transcript/task"
)

// BonusRule pays for volume and, where a mark is set, for precision: an amount
// for each so many accepted tasks of a worker whose rate over all golds is
// within the mark.
type BonusRule struct {
	Every  int        // at least 1
	Amount task.Price // of a task
	Mark   float64    // 0: whatever the rate
}

// Earn returns the bonuses that a worker's answers have earned. The n-th has
// always the same key, so that working it out again posts nothing twice; a
// worker without golds earns none for precision.
func (r BonusRule) Earn(worker string, answers []Answer, at time.Time) (list []task.Entry) {
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
	if rate, known := sum.WER(); r.Mark > 0 && (!known || rate > r.Mark) {
		return nil
	}
	for n := 1; n <= accepted/r.Every; n++ {
		list = append(list, task.Entry{
			Key: fmt.Sprintf("bonus/%s/every-%d/%d", worker, r.Every, n), Worker: worker, Kind: task.ForBonus, To: task.Approved,
			Amount: r.Amount.Amount, Currency: r.Amount.Currency, At: at, Note: fmt.Sprintf("volume %d", n*r.Every),
		})
	}
	return list
}
