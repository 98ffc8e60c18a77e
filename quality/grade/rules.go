package grade

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"tapescript/quality"
	"tapescript/transcript/task"
)

// figures are what a collector knows of a worker: by the keys of conditions.
// Rates are per cent, as platforms have them.
type figures map[string]float64

// collect measures a worker's answers, which are in the order of time.
func collect(r task.Rule, list []Answer, mark float64) figures {
	last := func(list []Answer) []Answer {
		if r.History > 0 && len(list) > r.History {
			return list[len(list)-r.History:]
		}
		return list
	}
	switch r.Collector {
	case task.GoldenSet, task.GoldenWER:
		return collectGold(last(keep(list, func(a *Answer) bool { return len(a.Gold) > 0 })), mark)
	case task.SubmitTime:
		list = last(keep(list, func(a *Answer) bool { return a.Work > 0 }))
		return figures{
			"total_submitted_count": float64(len(list)),
			"fast_submitted_count":  count(list, func(a *Answer) bool { return a.Work < r.Fast }),
		}
	case task.PeerWER:
		list = last(keep(list, func(a *Answer) bool { return a.PeerCount > 0 }))
		sum := 0.0
		for _, a := range list {
			sum += a.Peers
		}
		return figures{"total_answers_count": float64(len(list)), "peer_wer": share(sum, len(list))}
	}
	accepted := func(a *Answer) bool { return a.Decision == task.Accepted }
	rejected := func(a *Answer) bool { return a.Decision == task.Rejected }
	list = last(list)
	judged := len(keep(list, func(a *Answer) bool { return accepted(a) || rejected(a) }))
	return figures{
		"total_assignments_count":    float64(judged),
		"assignments_accepted_count": count(list, accepted),
		"accepted_assignments_count": count(list, accepted),
		"rejected_assignments_count": count(list, rejected),
		"pending_assignments_count":  float64(len(list) - judged),
		"accepted_assignments_rate":  share(count(list, accepted), judged),
		"rejected_assignments_rate":  share(count(list, rejected), judged),
	}
}

func collectGold(list []Answer, mark float64) figures {
	var sum quality.Counts
	right := 0.0
	for i := range list {
		sum = sum.Add(list[i].Counts)
		if rate, _ := list[i].WER(); rate <= mark {
			right++
		}
	}
	wer, _ := sum.WER()
	return figures{
		"golden_set_answers_count":          float64(len(list)),
		"golden_set_correct_answers_rate":   share(right, len(list)),
		"golden_set_incorrect_answers_rate": share(float64(len(list))-right, len(list)),
		"golden_set_wer":                    100 * wer,
	}
}

func keep(list []Answer, fits func(*Answer) bool) (kept []Answer) {
	for i := range list {
		if fits(&list[i]) {
			kept = append(kept, list[i])
		}
	}
	return kept
}

func count(list []Answer, fits func(*Answer) bool) float64 { return float64(len(keep(list, fits))) }

// share is per cent; 0 of nothing.
func share(part float64, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * part / float64(whole)
}

// holds says whether a condition holds. It does not where the figure is unknown.
func holds(c task.Condition, f figures) bool {
	have, known := f[c.Key]
	if !known {
		return false
	}
	switch c.Operator {
	case "EQ":
		return have == c.Value
	case "NE":
		return have != c.Value
	case "GT":
		return have > c.Value
	case "GTE":
		return have >= c.Value
	case "LT":
		return have < c.Value
	case "LTE":
		return have <= c.Value
	}
	return false
}

// RuleBroken is the code of a measure's reason: the collector, and then the key
// and the figure of each condition.
const RuleBroken = "rule"

// Measures says what follows from a batch's rules for its workers. mark is the
// word error rate up to which an answer to gold is right. A measure is taken
// once for each state of a worker's answers: grading again adds none.
func Measures(answers []Answer, rules []task.Rule, mark float64, now time.Time) []task.Measure {
	byWorker := map[string][]Answer{}
	for _, a := range answers {
		byWorker[a.Worker] = append(byWorker[a.Worker], a)
	}
	var workers []string
	for w, list := range byWorker {
		workers = append(workers, w)
		slices.SortStableFunc(list, func(a, b Answer) int { return a.At.Compare(b.At) })
	}
	slices.Sort(workers)
	var taken []task.Measure
	for _, w := range workers {
		list := byWorker[w]
		for n, r := range rules {
			f := collect(r, list, mark)
			if len(r.Conditions) == 0 || slices.ContainsFunc(r.Conditions, func(c task.Condition) bool { return !holds(c, f) }) {
				continue
			}
			m := task.Measure{
				Key:    fmt.Sprintf("rule/%s/%s/%d/%d", list[0].Batch, w, n, len(list)),
				Worker: w, Batch: list[0].Batch, Action: r.Action, At: now,
				Reason: task.Reason{Code: RuleBroken, Args: []string{string(r.Collector)}},
			}
			if r.Action.Kind == task.Pause {
				m.Until = now.Add(r.Action.For)
			}
			for _, c := range r.Conditions {
				m.Reason.Args = append(m.Reason.Args, c.Key, strconv.FormatFloat(f[c.Key], 'f', -1, 64))
			}
			if r.Action.Kind == task.OneMore {
				taken = append(taken, oneMore(m, list)...)
				continue
			}
			taken = append(taken, m)
		}
	}
	return taken
}

// oneMore asks for one more transcript of each task that a worker did, once.
func oneMore(m task.Measure, list []Answer) (more []task.Measure) {
	for _, a := range list {
		if a.Kind != task.General || a.Decision == task.Rejected { // that opens the task already
			continue
		}
		each := m
		each.Key = "more/" + a.Submission
		each.Action.Extras = map[string]string{"task": a.Task}
		more = append(more, each)
	}
	return more
}
