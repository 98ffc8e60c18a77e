package grade

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"tapescript/transcript/task"
)

// accepted are answers with gold, a minute apart, that were accepted at 0.10.
func accepted(n int, right func(int) bool) (list []Answer) {
	for i := range n {
		text := "right words"
		if !right(i) {
			text = "wrong"
		}
		a := answer(fmt.Sprint(i), "w", text, "right words")
		a.At, a.Decision, a.Earned, a.Currency = noon.Add(time.Duration(i)*time.Minute), task.Accepted, 100_000, "USD"
		list = append(list, a)
	}
	return list
}

func TestABonusIsProposedForEachStretchOnce(t *testing.T) {
	rule := task.Rule{
		Collector: task.GoldenSet, History: 5,
		Conditions: []task.Condition{{Key: "golden_set_correct_answers_rate", Operator: "GTE", Value: 80}},
		Action:     task.Action{Kind: task.Bonus, Value: 10},
	}
	list := measured(t, accepted(17, func(i int) bool { return i != 6 && i != 7 && i != 11 })...)
	w := Watch{Batch: task.Batch{ID: "b"}, Answers: list, Mark: .15, Now: noon}
	var keys []string
	for _, m := range w.Measures([]task.Rule{rule}) {
		keys = append(keys, m.Key[len(m.Key)-5:]+" "+m.Action.Amount.String())
	}
	// 0–4 are right; 5–9 miss two of five; 10–14 miss one; 15–16 are no stretch yet.
	if want := []string{"1/USD 0.05", "3/USD 0.05"}; !reflect.DeepEqual(keys, want) {
		t.Errorf("got %v, want %v", keys, want)
	}
	list[12].Decision = task.Pending
	if got := w.Measures([]task.Rule{rule}); len(got) != 1 {
		t.Errorf("a stretch with an undecided answer is paid for: %+v", got)
	}
	list[12].Decision = task.Rejected
	if got := w.Measures([]task.Rule{rule}); len(got) != 2 || got[1].Action.Amount != 40_000 {
		t.Errorf("a rejected answer has its share: %+v", got)
	}
}

func TestASkillIsSetWhereItChanges(t *testing.T) {
	set := func(r task.Rule, skill string, value float64, field string) task.Rule {
		r.Action = task.Action{Kind: task.SetSkill, Skill: skill, Value: value, Extras: map[string]string{"from_field": field}}
		return r
	}
	gold := task.Rule{Collector: task.GoldenSet, Conditions: []task.Condition{{Key: "golden_set_answers_count", Operator: "GT", Value: 0}}}
	low := task.Rule{Collector: task.GoldenSet, Conditions: []task.Condition{{Key: "skill.s", Operator: "LT", Value: 60}}}
	rules := []task.Rule{set(gold, "s", 0, "golden_set_word_accuracy"), set(low, "s", 1, "")}
	w := Watch{Batch: task.Batch{ID: "b"}, Answers: measured(t, accepted(4, func(i int) bool { return i < 3 })...), Mark: .15, Now: noon, Skills: map[string]map[string]float64{}}
	first := w.Measures(rules)
	if len(first) != 1 || first[0].Action.Value != 75 || first[0].Key != "skill/w/s/1" {
		t.Fatalf("%+v", first)
	}
	w.Past, w.Skills["w"] = first, task.Skills(nil, first)
	if again := w.Measures(rules); len(again) != 0 {
		t.Errorf("set again: %+v", again)
	}
	w.Answers = measured(t, accepted(4, func(i int) bool { return i < 1 })...)
	if got := w.Measures(rules); len(got) != 1 || got[0].Action.Value != 1 || got[0].Key != "skill/w/s/2" {
		t.Errorf("the last rule has the last word: %+v", got)
	}
}

func TestWhoSkipsOneAfterTheOtherIsPaused(t *testing.T) {
	rule := task.Rule{Collector: task.SkippedRow, Conditions: []task.Condition{{Key: "skipped_in_row_count", Operator: "GTE", Value: 2}}, Action: task.Action{Kind: task.Pause, For: time.Hour}}
	for _, c := range []struct {
		states []task.AssignmentState
		want   int
	}{
		{[]task.AssignmentState{task.Skipped, task.Submitted, task.Skipped}, 0},
		{[]task.AssignmentState{task.Skipped, task.Expired, task.Skipped, task.Leased}, 1},
		{nil, 0},
	} {
		w := Watch{Batch: task.Batch{ID: "b"}, Now: noon}
		for _, s := range c.states {
			w.Assignments = append(w.Assignments, task.Assignment{Worker: "w", State: s})
		}
		if got := w.Measures([]task.Rule{rule}); len(got) != c.want {
			t.Errorf("%v: %+v", c.states, got)
		}
	}
}

func TestTheOtherCollectorsOfToloka(t *testing.T) {
	list := accepted(4, func(int) bool { return true })
	for i := range list {
		list[i].Peers, list[i].PeerCount = []float64{0, .1, .5, .5}[i], 2
		list[i].Kind, list[i].Gold = task.General, nil
	}
	list[0].At = noon.Add(-25 * time.Hour)
	training := answer("t", "w", "right words", "right words")
	training.Kind = task.Training
	ban := task.Measure{Worker: "w", Batch: "b", Action: task.Action{Kind: task.Ban}}
	for _, c := range []struct {
		rule task.Rule
		past []task.Measure
		b    task.Batch
		want string // of the reason's last figure, "" where the rule is not met
	}{
		{rule: task.Rule{Collector: task.MajorityVote, Peers: 3, Conditions: []task.Condition{{Key: "correct_answers_rate", Operator: "LTE", Value: 50}}}, want: "50"},
		{rule: task.Rule{Collector: task.MajorityVote, Peers: 4, Conditions: []task.Condition{{Key: "total_answers_count", Operator: "GT", Value: 0}}}},
		{rule: task.Rule{Collector: task.PeerWER, Conditions: []task.Condition{{Key: "peer_wer", Operator: "GT", Value: 20}}}, want: "27.5"},
		{rule: task.Rule{Collector: task.Income, Conditions: []task.Condition{{Key: "income_sum_for_last_24_hours", Operator: "GTE", Value: .3}}}, b: task.Batch{Price: task.Price{Currency: "USD"}}, want: "0.3"},
		{rule: task.Rule{Collector: task.TrainingSet, Conditions: []task.Condition{{Key: "correct_answers_rate", Operator: "GTE", Value: 80}}}, want: "100"},
		{rule: task.Rule{Collector: task.UsersAssessment, Conditions: []task.Condition{{Key: revokedKey, Operator: "EQ", Value: 1}}}},
		{rule: task.Rule{Collector: task.UsersAssessment, Conditions: []task.Condition{{Key: revokedKey, Operator: "EQ", Value: 1}}}, past: []task.Measure{ban}, want: "1"},
		{rule: task.Rule{Collector: task.UsersAssessment, Conditions: []task.Condition{{Key: revokedKey, Operator: "EQ", Value: 2}}}, b: task.Batch{Skill: "s", Level: 1}, want: "2"},
	} {
		c.rule.Action.Kind, c.b.ID = task.Ban, "b"
		got := Watch{Batch: c.b, Answers: append([]Answer{training}, list...), Past: c.past, Mark: .15, Now: noon}.Measures([]task.Rule{c.rule})
		have := ""
		if len(got) > 0 {
			have = got[0].Reason.Args[len(got[0].Reason.Args)-1]
		}
		if have != c.want {
			t.Errorf("%s %v: %q, want %q", c.rule.Collector, c.rule.Conditions, have, c.want)
		}
	}
}

func TestAPoolsFilterNamesItsSkill(t *testing.T) {
	const configs = `"quality_control": {"configs": [{"collector_config": {"type": "ANSWER_COUNT"}, "rules": []}]}}`
	for _, c := range []struct {
		filter, skill string
		level         int
	}{
		{`{"category": "skill", "key": "7", "operator": "GT", "value": 80}`, "7", 81},
		{`{"and": [{"or": [{"category": "skill", "key": "7", "operator": "GTE", "value": 79.5}]}]}`, "7", 80},
		// Or missing: that is no condition.
		{`{"and": [{"or": [{"category": "skill", "key": "7", "operator": "GTE", "value": 70}, {"category": "skill", "key": "7", "operator": "EQ", "value": null}]}]}`, "", 0},
		{`{"and": [{"category": "profile", "key": "languages", "operator": "IN", "value": "EN"}]}`, "", 0},
		{`null`, "", 0},
	} {
		got, err := ReadToloka([]byte(`{"filter": ` + c.filter + `, ` + configs))
		if err != nil || got.Skill != c.skill || got.Level != c.level {
			t.Errorf("%s: %+v, %v", c.filter, got, err)
		}
	}
}

func TestWhatABonusMayBe(t *testing.T) {
	for text, ok := range map[string]bool{
		`{"percent": 10}`: true, `{"amount": "0.5", "currency": "USD"}`: true, `{"amount": 0.5, "currency": "EUR"}`: true,
		`{}`: false, `{"percent": 101}`: false, `{"amount": "0.5"}`: false, `{"amount": -1, "currency": "USD"}`: false,
	} {
		got, err := ReadToloka([]byte(`{"configs": [{"collector_config": {"type": "ANSWER_COUNT"}, "rules": [{"conditions": [{"key": "assignments_accepted_count", "operator": "GT", "value": 1}], "action": {"type": "BONUS", "parameters": ` + text + `}}]}]}`))
		if err != nil || (len(got.Rules) == 1) != ok {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}
