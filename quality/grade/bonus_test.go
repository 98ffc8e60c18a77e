package grade

import (
	"testing"
	"time"

	"tapescript/quality"
	"tapescript/transcript/task"
)

func TestABonusIsForVolumeAndPrecision(t *testing.T) {
	var list []Answer
	for i := range 7 {
		a := Answer{Kind: task.General, Decision: task.Accepted}
		if i == 0 {
			a.Decision = task.Rejected
		}
		if i == 1 {
			a.Kind, a.Gold, a.Counts = task.Control, []string{"x"}, quality.Counts{Correct: 9, Substitutions: 1}
		}
		list = append(list, a)
	}
	r := BonusRule{Every: 3, Amount: task.Price{Amount: 1_000_000, Currency: "USD"}}
	got := r.Earn("w", list, time.Now())
	if len(got) != 2 || got[0].Key != "bonus/w/every-3/1" || got[1].Key != "bonus/w/every-3/2" || got[0].Amount != 1_000_000 {
		t.Errorf("six accepted tasks earned %+v", got)
	}
	r.Mark = .05
	if got := r.Earn("w", list, time.Now()); got != nil {
		t.Errorf("a rate of 10 %% earned %+v", got)
	}
	r.Mark = .1
	if got := r.Earn("w", list, time.Now()); len(got) != 2 {
		t.Errorf("a rate within the mark earned %+v", got)
	}
	if got := r.Earn("v", list[2:], time.Now()); got != nil {
		t.Errorf("without golds precision earned %+v", got)
	}
}
