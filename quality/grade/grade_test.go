package grade

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"tapescript/quality"
	"tapescript/transcript/format"
	"tapescript/transcript/task"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func answer(id, worker, text string, gold ...string) Answer {
	a := Answer{Submission: id, Task: "b/" + id, Worker: worker, Batch: "b", Kind: task.General, Text: text, Gold: gold, Decision: task.Pending, At: noon}
	if gold != nil {
		a.Kind = task.Control
	}
	return a
}

func measured(t *testing.T, list ...Answer) []Answer {
	t.Helper()
	if _, err := Measure(list, quality.Options{}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestOfSeveralGoldsTheBestCounts(t *testing.T) {
	list := measured(t, answer("1", "w", "twenty five dogs", "25 dogs", "twenty five dogs"), answer("2", "w", "x y", "x y z q"), answer("3", "w", "noise", ""))
	for i, want := range []float64{0, .5, 1} {
		if rate, known := list[i].WER(); !known || rate != want {
			t.Errorf("answer %d: %v %v, want %v", i+1, rate, known, want)
		}
	}
	if list[0].Against != "twenty five dogs" {
		t.Errorf("measured against %q", list[0].Against)
	}
	if _, known := new(Answer).WER(); known {
		t.Error("a rate without gold")
	}
}

func TestPeersAreTheMedianOfTheOthers(t *testing.T) {
	list := []Answer{answer("1", "a", "one two three four"), answer("2", "b", "one two three four"), answer("3", "c", "one two three five"), answer("4", "d", "nothing of it here")}
	for i := range list {
		list[i].Task = "b/same"
	}
	list = append(list, answer("5", "e", "alone"))
	measured(t, list...)
	for i, want := range []float64{.25, .25, .25, 1, 0} {
		if list[i].Peers != want {
			t.Errorf("answer %d: %v, want %v", i+1, list[i].Peers, want)
		}
	}
	if list[0].PeerCount != 3 || list[4].PeerCount != 0 {
		t.Error("peers:", list[0].PeerCount, list[4].PeerCount)
	}
}

func TestEveryVerdictSaysWhy(t *testing.T) {
	fast := answer("fast", "f", "quick words here")
	fast.Work, fast.Length = 4*time.Second, 10*time.Second
	judged := answer("judged", "w", "x", "y")
	judged.Decision = task.Accepted
	exam := answer("exam", "w", "x", "y")
	exam.Kind = task.Exam
	differs := answer("differs", "w", "other words altogether")
	peer := answer("peer", "v", "one two three")
	differs.Task = peer.Task
	list := measured(t, answer("empty", "w", " ", "gold words"), answer("silent", "w", "", ""), answer("right", "w", "one two three four", "one two three four"),
		answer("wrong", "bad", "five six", "one two three four"), answer("by bad", "bad", "well done"), fast, judged, exam, differs, answer("plain", "w", "good work"))
	// "by bad" and others have tasks of their own: no peers.
	got := map[string]task.Verdict{}
	for _, v := range Verdicts(append(list, peer), Policy{MaxWER: .35, WorkerWER: .5, Golds: 1, Fastest: .5, Accept: true}) {
		got[v.Submission] = v
	}
	for id, want := range map[string]struct {
		decision task.Decision
		reason   task.Reason
	}{
		"empty":  {task.Rejected, task.Reason{Code: Empty}},
		"silent": {task.Accepted, task.Reason{Code: GoldPassed, Args: []string{"0.0", "35.0"}}},
		"right":  {task.Accepted, task.Reason{Code: GoldPassed, Args: []string{"0.0", "35.0"}}},
		"wrong":  {task.Rejected, task.Reason{Code: GoldMissed, Args: []string{"100.0", "35.0"}}},
		"by bad": {task.Rejected, task.Reason{Code: WorkerFails, Args: []string{"100.0", "50.0", "1"}}},
		"fast":   {task.Rejected, task.Reason{Code: TooFast, Args: []string{"4.0", "10.0"}}},
		"plain":  {task.Accepted, task.Reason{Code: NoObjection}},
	} {
		if v := got[id]; v.Decision != want.decision || !reflect.DeepEqual(v.Reason, want.reason) {
			t.Errorf("%s: %s %v, want %v", id, v.Decision, v.Reason, want)
		}
	}
	for _, id := range []string{"judged", "exam"} {
		if v, there := got[id]; there {
			t.Errorf("%s was judged again: %v", id, v)
		}
	}
	pair := measured(t, differs, peer)
	v := Verdicts(pair, Policy{MaxPeers: .5, Accept: true})[0]
	if v.Decision != task.Pending || v.Reason.Code != PeersDiffer {
		t.Errorf("peers differ: %+v", v)
	}
	if len(Verdicts(measured(t, answer("1", "w", "words")), Policy{})) != 0 {
		t.Error("a policy that asks for nothing decided something")
	}
}

func TestExamsGiveNoVerdictBelowTenGolds(t *testing.T) {
	exam, err := Preset("crowd")
	if err != nil {
		t.Fatal(err)
	}
	list := func(n, wrong int) *quality.Report {
		var answers []Answer
		for i := range n {
			text := "one two three four five six seven eight nine ten"
			if i < wrong {
				text = "one two three four five six seven eight nine wrong"
			}
			answers = append(answers, answer(string(rune('a'+i)), "w", text, "one two three four five six seven eight nine ten"))
		}
		r, err := Measure(answers, quality.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if o := exam.Assess(list(9, 0)); o.Decided || o.Passed || o.Level != 0 {
		t.Errorf("nine golds: %+v", o)
	}
	if o := exam.Assess(list(10, 1)); !o.Passed || math.Abs(o.WER-.01) > 1e-9 || o.Level != 4 || !o.Interval || o.High <= o.Low {
		t.Errorf("ten golds: %+v", o)
	}
	exam.Golds = 2
	if o := exam.Assess(list(2, 0)); !o.Decided || !o.Passed {
		t.Errorf("asked to decide: %+v", o)
	}
	hard := Exam{Pass: .005, Golds: 10}
	if o := hard.Assess(list(10, 1)); o.Passed || !o.Decided || !o.Close {
		t.Errorf("missed narrowly: %+v", o)
	}
	if _, err := Preset("none"); err == nil {
		t.Error("an exam that is not there")
	}
}

// The JSON of Toloka's manual: bans after fast answers, after rejections, after
// wrong golds; skills from golds.
const tolokaJSON = `{"quality_control": {"configs": [
	{"collector_config": {"type": "GOLDEN_SET", "parameters": {"history_size": 10}}, "rules": [
		{"conditions": [{"key": "golden_set_answers_count", "operator": "GTE", "value": 3}, {"key": "golden_set_correct_answers_rate", "operator": "LT", "value": 60.0}],
		 "action": {"type": "RESTRICTION_V2", "parameters": {"scope": "PROJECT", "duration_unit": "DAYS", "duration": 10, "private_comment": "wrong golds"}}},
		{"conditions": [{"key": "golden_set_answers_count", "operator": "GT", "value": 0}], "action": {"type": "SET_SKILL_FROM_OUTPUT_FIELD", "parameters": {"skill_id": "676", "from_field": "correct_answers_rate"}}}]},
	{"collector_config": {"type": "ASSIGNMENT_SUBMIT_TIME", "parameters": {"history_size": 5, "fast_submit_threshold_seconds": 20}}, "rules": [
		{"conditions": [{"key": "fast_submitted_count", "operator": "GTE", "value": 2}], "action": {"type": "RESTRICTION_V2", "parameters": {"scope": "PROJECT", "duration_unit": "PERMANENT"}}}]},
	{"collector_config": {"type": "ACCEPTANCE_RATE", "parameters": {}}, "rules": [
		{"conditions": [{"key": "total_assignments_count", "operator": "GT", "value": 2}, {"key": "rejected_assignments_rate", "operator": "GTE", "value": 0.35}],
		 "action": {"type": "RESTRICTION", "parameters": {"duration_days": 15, "scope": "POOL"}}}]},
	{"collector_config": {"type": "CAPTCHA", "parameters": {}}, "rules": [{"conditions": [{"key": "stored_results_count", "operator": "GTE", "value": 1}], "action": {"type": "RESTRICTION_V2", "parameters": {}}}]}
]}}`

func TestTolokaRulesAreRead(t *testing.T) {
	control, err := ReadToloka([]byte(tolokaJSON))
	if err != nil {
		t.Fatal(err)
	}
	rules, skipped := control.Rules, control.Skipped
	if len(rules) != 4 || len(skipped) != 1 || skipped[0].Collector != "CAPTCHA" {
		t.Fatalf("rules %+v, skipped %+v", rules, skipped)
	}
	var kinds []task.ActionKind
	for _, r := range rules {
		kinds = append(kinds, r.Action.Kind)
	}
	if want := []task.ActionKind{task.Pause, task.SetSkill, task.Ban, task.Pause}; !reflect.DeepEqual(kinds, want) {
		t.Errorf("actions %v, want %v", kinds, want)
	}
	if rules[0].History != 10 || rules[0].Action.For != 240*time.Hour || rules[2].Fast != 20*time.Second || rules[3].Action.For != 360*time.Hour || rules[3].Conditions[1].Value != 35 {
		t.Errorf("%+v", rules)
	}
	for _, bad := range []string{"", "[]", "{}", `{"configs": 5}`, `{"configs": [{"rules": 7}]}`} {
		if _, err := ReadToloka([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzReadToloka(f *testing.F) {
	f.Add([]byte(tolokaJSON))
	f.Fuzz(func(t *testing.T, data []byte) {
		control, err := ReadToloka(data)
		if err == nil {
			Watch{Answers: []Answer{answer("1", "w", "x", "y")}, Mark: .15, Now: noon}.Measures(control.Rules)
		}
	})
}

func TestRulesMeetTheWorkersTheyAreAbout(t *testing.T) {
	control, err := ReadToloka([]byte(tolokaJSON))
	if err != nil {
		t.Fatal(err)
	}
	var list []Answer
	for i, text := range []string{"right words", "wrong", "wrong", "wrong"} {
		a := answer(string(rune('a'+i)), "careless", text, "right words")
		a.At = noon.Add(time.Duration(i) * time.Minute)
		list = append(list, a)
	}
	for i := range 3 {
		a := answer(string(rune('k'+i)), "hasty", "some words")
		a.Work = []time.Duration{5, 19, 60}[i] * time.Second
		list = append(list, a)
	}
	for i, d := range []task.Decision{task.Rejected, task.Rejected, task.Accepted} {
		a := answer(string(rune('p'+i)), "refused", "some words")
		a.Decision = d
		list = append(list, a)
	}
	list = append(list, answer("z", "fine", "right words", "right words"))
	watch := Watch{Batch: task.Batch{ID: "b"}, Answers: measured(t, list...), Mark: .15, Now: noon}
	taken := watch.Measures(control.Rules)
	got := map[string][]task.ActionKind{}
	for _, m := range taken {
		got[m.Worker] = append(got[m.Worker], m.Action.Kind)
	}
	want := map[string][]task.ActionKind{"careless": {task.Pause, task.SetSkill}, "hasty": {task.Ban}, "refused": {task.Pause}, "fine": {task.SetSkill}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if r := taken[0].Reason; !reflect.DeepEqual(r, task.Reason{Code: RuleBroken, Args: []string{"GOLDEN_SET", "golden_set_answers_count", "4", "golden_set_correct_answers_rate", "25"}}) {
		t.Errorf("the reason is %v", r)
	}
	if taken[0].Until != noon.Add(240*time.Hour) {
		t.Error(taken[0].Until)
	}
	watch.Now = noon.Add(time.Hour)
	if again := watch.Measures(control.Rules); again[0].Key != taken[0].Key {
		t.Error("grading again takes the measure twice")
	}
}

// A real crowd's answers to ten recordings: what the gold rule says of each is
// what its own rate says, and seven peers rank the answers as gold does.
func TestARealCrowdIsGraded(t *testing.T) {
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set: no real crowd")
	}
	read := func(name string) []format.Item {
		path := filepath.Join(dir, "speech", name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		items, err := format.DecodeItems(data, path)
		if err != nil {
			t.Fatal(err)
		}
		return items
	}
	gold := map[string]string{}
	for _, g := range read("gold.tsv") {
		gold[g.ID] = g.Text
	}
	var list []Answer
	for _, c := range read("crowd.tsv") {
		a := answer(c.ID+c.Worker, c.Worker, c.Text, gold[c.ID])
		a.Task = c.ID
		list = append(list, a)
	}
	if measured(t, list...); len(list) != 70 {
		t.Fatal("not 70 answers")
	}
	agree, pairs := 0, 0
	for i := range list {
		a, _ := list[i].WER()
		for j := range list[:i] {
			b, _ := list[j].WER()
			if d := (a - b) * (list[i].Peers - list[j].Peers); a != b && list[i].Peers != list[j].Peers {
				pairs++
				if d > 0 {
					agree++
				}
			}
		}
	}
	if float64(agree) < .75*float64(pairs) {
		t.Errorf("peers and gold agree on %d of %d pairs", agree, pairs)
	}
	for _, v := range Verdicts(list, Policy{MaxWER: .35}) {
		if (v.Decision == task.Rejected) != (*v.Score > .35) && v.Reason.Code != Empty {
			t.Errorf("%+v with a rate of %v", v, *v.Score)
		}
	}
}

func TestOneMoreIsAskedForEachTask(t *testing.T) {
	rule := task.Rule{Collector: task.Assessment, Conditions: []task.Condition{{Key: "pending_assignments_count", Operator: "GT", Value: 1}}, Action: task.Action{Kind: task.OneMore}}
	list := []Answer{answer("1", "w", "x"), answer("2", "w", "x"), answer("3", "w", "x", "gold")}
	var tasks []string
	for _, m := range (Watch{Answers: list, Mark: .15, Now: noon}.Measures([]task.Rule{rule})) {
		tasks = append(tasks, m.Action.Extras["task"])
	}
	if want := []string{"b/1", "b/2"}; !reflect.DeepEqual(tasks, want) {
		t.Errorf("got %v, want %v", tasks, want)
	}
}
