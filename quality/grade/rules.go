package grade

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"tapescript/quality"
	"tapescript/transcript/task"
)

// Watch is what the rules of a batch look at.
type Watch struct {
	Batch   task.Batch
	Answers []Answer // of the batch, measured
	// Assignments are those of the batch, oldest first: who skipped what.
	Assignments []task.Assignment
	// Skills are the workers' skills as they stand, and Past what was done about
	// them before, in this batch and in others.
	Skills map[string]map[string]float64
	Past   []task.Measure
	Mark   float64 // the word error rate up to which an answer to gold is right
	Now    time.Time
}

// RuleBroken is the code of a measure's reason: the collector, and then the key
// and the figure of each condition.
const RuleBroken = "rule"

// Measures says what follows from the batch's rules for its workers. A measure
// is taken once for each state of a worker's answers, and a skill is set only
// where that changes it: grading again adds none. A bonus is proposed for each
// History decided answers, or once where the rule says none.
func (w Watch) Measures(rules []task.Rule) (taken []task.Measure) {
	by := map[string]*watched{}
	of := func(name string) *watched {
		if by[name] == nil {
			by[name] = &watched{Watch: w, worker: name, skills: maps.Clone(w.Skills[name]), set: map[string]task.Measure{}}
			if by[name].skills == nil {
				by[name].skills = map[string]float64{}
			}
		}
		return by[name]
	}
	for _, a := range w.Answers {
		of(a.Worker).answers = append(of(a.Worker).answers, a)
	}
	for _, a := range w.Assignments {
		of(a.Worker).had = append(of(a.Worker).had, a)
	}
	for _, m := range w.Past {
		if by[m.Worker] != nil {
			of(m.Worker).past = append(of(m.Worker).past, m)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		who := by[name]
		slices.SortStableFunc(who.answers, func(a, b Answer) int { return a.At.Compare(b.At) })
		for _, r := range rules {
			got := who.apply(r)
			who.past = append(who.past, got...)
			taken = append(taken, got...)
		}
		taken = append(taken, who.skillsSet()...)
	}
	return taken
}

// watched is one worker, as rules look at them one after the other.
type watched struct {
	Watch
	worker  string
	answers []Answer // in the order of time
	had     []task.Assignment
	past    []task.Measure
	skills  map[string]float64      // with what the rules before have set
	set     map[string]task.Measure // the last rule about each skill
}

// apply is what follows from one rule. A skill waits: a later rule may set it
// otherwise.
func (w *watched) apply(r task.Rule) []task.Measure {
	if len(r.Conditions) == 0 {
		return nil
	}
	if r.Action.Kind == task.Bonus {
		return w.bonuses(r)
	}
	f := w.collect(r, w.last(r, w.relevant(r, w.answers)))
	if !w.hold(r, f) {
		return nil
	}
	m := w.measure(r, f)
	switch r.Action.Kind {
	case task.SetSkill:
		if field := r.Action.Extras["from_field"]; field != "" {
			value, known := f[field]
			if !known {
				return nil
			}
			m.Action.Value = value
		}
		w.skills[m.Action.Skill], w.set[m.Action.Skill] = m.Action.Value, m
		return nil
	case task.Reject, task.Accept:
		if !w.decideAll(Decides(r.Action.Kind)) {
			return nil
		}
	case task.OneMore:
		return w.oneMore(m)
	case task.Pause:
		m.Until = w.Now.Add(r.Action.For)
	}
	return []task.Measure{m}
}

// decideAll decides about what is pending, for the rules that follow.
func (w *watched) decideAll(d task.Decision) (any bool) {
	for i := range w.answers {
		if a := &w.answers[i]; a.Decision == task.Pending && !unpaid(a.Kind) {
			a.Decision, any = d, true
		}
	}
	return any
}

// Decides is what an action says of all that is pending, "" for others.
func Decides(k task.ActionKind) task.Decision {
	switch k {
	case task.Reject:
		return task.Rejected
	case task.Accept:
		return task.Accepted
	}
	return ""
}

// measure is an action with its reason. Its key names the rule by its content,
// and the state of the worker's work.
func (w *watched) measure(r task.Rule, f figures) task.Measure {
	state := len(w.answers)
	if r.Collector == task.SkippedRow {
		state = len(w.had)
	}
	m := task.Measure{
		Key:    fmt.Sprintf("rule/%s/%s/%s/%d", w.Batch.ID, w.worker, ruleName(r), state),
		Worker: w.worker, Batch: w.Batch.ID, Action: r.Action, At: w.Now,
		Reason: task.Reason{Code: RuleBroken, Args: []string{string(r.Collector)}},
	}
	if r.Action.Extras["toloka.scope"] == "ALL_PROJECTS" {
		m.Batch = ""
	}
	for _, c := range r.Conditions {
		have, _ := w.figure(c.Key, f)
		m.Reason.Args = append(m.Reason.Args, c.Key, strconv.FormatFloat(math.Round(have*1e4)/1e4, 'f', -1, 64))
	}
	return m
}

// ruleName names a rule by its content: another place in the file is the same
// rule.
func ruleName(r task.Rule) string {
	body, _ := json.Marshal(r) // plain data
	h := fnv.New32a()
	h.Write(body)
	return fmt.Sprintf("%08x", h.Sum32())
}

// skillsSet are the skills that the rules have changed. They are counted in the
// key: two who grade at once set each skill once.
func (w *watched) skillsSet() (list []task.Measure) {
	for _, skill := range slices.Sorted(maps.Keys(w.set)) {
		m := w.set[skill]
		if before, known := w.Skills[w.worker][skill]; known && before == m.Action.Value {
			continue
		}
		n := 0
		for _, p := range w.past {
			if p.Action.Kind == task.SetSkill && p.Action.Skill == skill {
				n++
			}
		}
		m.Key = fmt.Sprintf("skill/%s/%s/%d", w.worker, skill, n+1)
		list = append(list, m)
	}
	return list
}

// oneMore asks for more transcripts of each task that the worker did, once.
func (w *watched) oneMore(m task.Measure) (more []task.Measure) {
	const most = 10
	for _, a := range w.answers {
		if a.Kind != task.General || a.Decision == task.Rejected { // that opens the task already
			continue
		}
		for n := range min(max(int(m.Action.Value), 1), most) {
			each := m
			each.Key = "more/" + a.Submission
			if n > 0 {
				each.Key = fmt.Sprintf("more/%s/%d", a.Submission, n+1)
			}
			each.Action.Extras = maps.Clone(m.Action.Extras)
			if each.Action.Extras == nil {
				each.Action.Extras = map[string]string{}
			}
			each.Action.Extras["task"] = a.Task
			more = append(more, each)
		}
	}
	return more
}

// bonuses are proposed for each stretch of answers that the rule looks at and
// that are all decided: what was proposed for one stands, whatever comes later.
func (w *watched) bonuses(r task.Rule) (list []task.Measure) {
	relevant := w.relevant(r, w.answers)
	size := r.History
	if size <= 0 {
		size = max(len(relevant), 1)
	}
	from := 0 // the first answer that no stretch before paid for
	for k := 0; (k+1)*size <= len(relevant); k++ {
		part := relevant[k*size : (k+1)*size]
		to := from
		for to < len(w.answers) && !w.answers[to].At.After(part[size-1].At) {
			to++
		}
		if r.History <= 0 {
			to = len(w.answers)
		}
		paid := w.answers[from:to]
		from = to
		f := w.collect(r, part)
		undecided := r.History > 0 && slices.ContainsFunc(paid, func(a Answer) bool { return a.Decision == task.Pending && !unpaid(a.Kind) })
		if undecided || !w.hold(r, f) {
			continue
		}
		m := w.measure(r, f)
		m.Key = fmt.Sprintf("bonus/%s/%s/%s/%d", w.Batch.ID, w.worker, ruleName(r), k+1)
		if r.Action.Amount > 0 {
			list = append(list, m)
			continue
		}
		list = append(list, shares(m, paid)...)
	}
	return list
}

func unpaid(k task.Kind) bool { return k == task.Exam || k == task.Training }

// shares are a bonus of so many per cent of what was accepted, by currency.
func shares(m task.Measure, paid []Answer) (list []task.Measure) {
	sums := map[string]task.Decimal{}
	for _, a := range paid {
		if a.Decision == task.Accepted {
			sums[a.Currency] += a.Earned
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		amount, err := sums[currency].Share(int64(m.Action.Value*1e6+.5), 100*1e6)
		if err != nil || amount <= 0 {
			continue
		}
		each := m
		each.Key += "/" + currency
		each.Action.Amount, each.Action.Currency = amount, currency
		list = append(list, each)
	}
	return list
}

// hold says whether all of a rule's conditions hold.
func (w *watched) hold(r task.Rule, f figures) bool {
	return !slices.ContainsFunc(r.Conditions, func(c task.Condition) bool {
		have, known := w.figure(c.Key, f)
		return !known || !compare(c.Operator, have, c.Value)
	})
}

// compare holds a figure against a condition's value.
func compare(operator string, have, value float64) bool {
	switch operator {
	case "EQ":
		return have == value
	case "NE":
		return have != value
	case "GT":
		return have > value
	case "GTE":
		return have >= value
	case "LT":
		return have < value
	case "LTE":
		return have <= value
	}
	return false
}

// Conditions that compare a worker's skill begin with it: "skill.transcription".
// A skill that was never set is unknown, and no condition on it holds.
const skillKey = "skill."

func (w *watched) figure(key string, f figures) (float64, bool) {
	if skill, is := cutSkill(key); is {
		value, known := w.skills[skill]
		return value, known
	}
	value, known := f[key]
	return value, known
}

// sumOf adds the counts of answers to gold, and how many are within the mark.
func sumOf(list []Answer, mark float64) (sum quality.Counts, right int) {
	for i := range list {
		sum = sum.Add(list[i].Counts)
		if rate, _ := list[i].WER(); rate <= mark {
			right++
		}
	}
	return sum, right
}
