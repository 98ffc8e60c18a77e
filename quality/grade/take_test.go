package grade

import (
	"context"
	"iter"
	"reflect"
	"testing"
	"time"

	"tapescript/transcript/task"
)

// office is a store of what rules look at, and keeps what they do.
type office struct {
	task.Store
	had    []task.Assignment
	past   []task.Measure
	exams  []task.Qualification
	taken  []task.Measure
	posted []task.Entry
}

func (o *office) Assignments(context.Context, string, string) iter.Seq2[task.Assignment, error] {
	return func(yield func(task.Assignment, error) bool) {
		for _, a := range o.had {
			if !yield(a, nil) {
				return
			}
		}
	}
}
func (o *office) Measures(context.Context, string) ([]task.Measure, error) { return o.past, nil }
func (o *office) Qualifications(context.Context, string) ([]task.Qualification, error) {
	return o.exams, nil
}
func (o *office) Take(_ context.Context, m ...task.Measure) (int, error) {
	o.taken = append(o.taken, m...)
	return len(m), nil
}
func (o *office) Post(_ context.Context, e ...task.Entry) (int, error) {
	o.posted = append(o.posted, e...)
	return len(e), nil
}

func TestAWatchKnowsTheSkillsOfExamsAndRules(t *testing.T) {
	at := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	store := &office{
		had:   []task.Assignment{{Worker: "w"}},
		exams: []task.Qualification{{Worker: "w", Skill: "s", Level: 2, Passed: true, At: at}},
		past:  []task.Measure{{Worker: "v", Action: task.Action{Kind: task.SetSkill, Skill: "s", Value: 1.5}, At: at}},
	}
	w, err := WatchOf(t.Context(), store, task.Batch{ID: "b"}, "")
	want := map[string]map[string]float64{"w": {"s": 2}, "v": {"s": 1.5}}
	if err != nil || !reflect.DeepEqual(w.Skills, want) || len(w.Assignments) != 1 || len(w.Past) != 1 || w.Batch.ID != "b" || w.Now.IsZero() {
		t.Errorf("got %+v, %v", w, err)
	}
}

// A bonus moves no money until somebody approves it.
func TestABonusOfARuleIsOnlyProposed(t *testing.T) {
	store := &office{}
	err := Take(t.Context(), store, []task.Measure{
		{Key: "k1", Worker: "w", Action: task.Action{Kind: task.Bonus, Amount: 5, Currency: "USD"}},
		{Key: "k2", Worker: "w", Action: task.Action{Kind: task.Pause}},
	})
	if err != nil || len(store.taken) != 2 || len(store.posted) != 1 {
		t.Fatalf("took %v, posted %v, %v", store.taken, store.posted, err)
	}
	if e := store.posted[0]; e.Key != "k1" || e.From != task.Outside || e.To != task.Proposed || e.Amount != 5 {
		t.Errorf("posted %+v", e)
	}
}

func TestSkipsAreHeededAtOnce(t *testing.T) {
	rule := task.Rule{
		Collector: task.SkippedRow, Conditions: []task.Condition{{Key: "skipped_in_row_count", Operator: "GTE", Value: 2}},
		Action: task.Action{Kind: task.Pause, For: time.Hour},
	}
	store := &office{had: []task.Assignment{{ID: "1", Worker: "w", State: task.Skipped}, {ID: "2", Worker: "w", State: task.Skipped}}}
	if err := HeedSkips(t.Context(), store, task.Batch{ID: "b", Rules: []task.Rule{rule}}, "w"); err != nil || len(store.taken) != 1 || store.taken[0].Worker != "w" {
		t.Errorf("took %+v, %v", store.taken, err)
	}
	store = &office{had: store.had}
	if err := HeedSkips(t.Context(), store, task.Batch{ID: "b"}, "w"); err != nil || store.taken != nil {
		t.Errorf("without a rule: took %+v, %v", store.taken, err)
	}
}

func TestARuleDecidesWhatIsPendingOnce(t *testing.T) {
	m := task.Measure{Worker: "w", Action: task.Action{Kind: task.Reject}, Reason: task.Reason{Code: "rule"}}
	answers := []Answer{
		{Submission: "1", Worker: "w", Decision: task.Pending},
		{Submission: "2", Worker: "w", Decision: task.Accepted},
		{Submission: "3", Worker: "w", Decision: task.Pending, Kind: task.Exam},
		{Submission: "4", Worker: "v", Decision: task.Pending},
	}
	got := DecideAll([]task.Measure{m, m, {Worker: "v", Action: task.Action{Kind: task.Pause}}}, answers)
	if len(got) != 1 || got[0].Submission != "1" || got[0].Decision != task.Rejected || got[0].Reason.Code != "rule" {
		t.Errorf("got %+v", got)
	}
}
