package grade

import (
	"strings"
	"time"

	"tapescript/transcript/task"
)

// figures are what a collector knows of a worker: by the keys of conditions.
// Rates are per cent, as platforms have them.
type figures map[string]float64

func cutSkill(key string) (skill string, is bool) { return strings.CutPrefix(key, skillKey) }

// relevant are the answers that a rule's collector counts.
func (w *watched) relevant(r task.Rule, list []Answer) []Answer {
	switch r.Collector {
	case task.GoldenSet, task.GoldenWER:
		return keep(list, func(a *Answer) bool { return len(a.Gold) > 0 && a.Kind != task.Training })
	case task.TrainingSet:
		return keep(list, func(a *Answer) bool { return a.Kind == task.Training })
	case task.SubmitTime:
		return keep(list, func(a *Answer) bool { return a.Work > 0 })
	case task.PeerWER, task.MajorityVote:
		return keep(list, func(a *Answer) bool { return a.PeerCount >= max(r.Peers-1, 1) })
	}
	return list
}

// last are as many of the last answers as the rule counts.
func (w *watched) last(r task.Rule, list []Answer) []Answer {
	if r.History > 0 && len(list) > r.History {
		return list[len(list)-r.History:]
	}
	return list
}

// collect measures answers that are relevant to a rule. Every key that the
// collector knows is there, of no answers too.
func (w *watched) collect(r task.Rule, list []Answer) figures {
	switch r.Collector {
	case task.GoldenSet, task.GoldenWER, task.TrainingSet:
		return w.collectGold(list)
	case task.SubmitTime:
		return figures{
			"total_submitted_count": float64(len(list)),
			"fast_submitted_count":  count(list, func(a *Answer) bool { return a.Work < r.Fast }),
		}
	case task.PeerWER, task.MajorityVote:
		sum := 0.0
		for _, a := range list {
			sum += a.Peers
		}
		right := count(list, func(a *Answer) bool { return a.Peers <= w.Mark })
		return figures{
			"total_answers_count": float64(len(list)), "peer_wer": share(sum, len(list)),
			"correct_answers_rate": share(right, len(list)), "incorrect_answers_rate": share(float64(len(list))-right, len(list)),
		}
	case task.SkippedRow:
		return figures{"skipped_in_row_count": float64(skippedInRow(w.had))}
	case task.Income:
		return figures{"income_sum_for_last_24_hours": w.income(list)}
	case task.UsersAssessment:
		return figures{revokedKey: w.revoked()}
	case task.Assessment, task.AcceptanceRate, task.AnswerCount:
		return collectVerdicts(list)
	}
	return nil
}

func (w *watched) collectGold(list []Answer) figures {
	sum, right := sumOf(list, w.Mark)
	wer, _ := sum.WER()
	n := len(list)
	return figures{
		"golden_set_answers_count":          float64(n),
		"golden_set_correct_answers_rate":   share(float64(right), n),
		"golden_set_incorrect_answers_rate": share(float64(n-right), n),
		"total_answers_count":               float64(n),
		"submitted_assignments_count":       float64(n),
		"correct_answers_rate":              share(float64(right), n),
		"incorrect_answers_rate":            share(float64(n-right), n),
		"golden_set_wer":                    100 * wer,
		"golden_set_word_accuracy":          max(0, 100-100*wer),
	}
}

func collectVerdicts(list []Answer) figures {
	accepted := count(list, func(a *Answer) bool { return a.Decision == task.Accepted })
	rejected := count(list, func(a *Answer) bool { return a.Decision == task.Rejected })
	judged := int(accepted + rejected)
	return figures{
		"total_assignments_count":    float64(judged),
		"assignments_accepted_count": accepted,
		"accepted_assignments_count": accepted,
		"rejected_assignments_count": rejected,
		"pending_assignments_count":  float64(len(list) - judged),
		"accepted_assignments_rate":  share(accepted, judged),
		"rejected_assignments_rate":  share(rejected, judged),
	}
}

// skippedInRow counts the tasks that were given back since the last one that
// was handed in. What is in hand, or ran out, counts for neither.
func skippedInRow(had []task.Assignment) (n int) {
	for _, a := range had {
		switch a.State {
		case task.Skipped:
			n++
		case task.Submitted:
			n = 0
		}
	}
	return n
}

// income is what the answers of the last day earn unless they are rejected, in
// the batch's currency.
func (w *watched) income(list []Answer) float64 {
	var sum task.Decimal
	for _, a := range list {
		if a.Decision != task.Rejected && a.Currency == w.Batch.Price.Currency && w.Now.Sub(a.At) < 24*time.Hour {
			sum += a.Earned
		}
	}
	return sum.Float()
}

// Why a worker gets no more of a batch, as a figure.
const (
	revokedKey        = "pool_access_revoked_reason"
	revokedByMeasure  = 1
	revokedByTheSkill = 2
)

func (w *watched) revoked() float64 {
	barred := task.Barred(w.past, w.Now)
	for _, batch := range []string{"", w.Batch.ID} {
		if _, is := barred[batch]; is {
			return revokedByMeasure
		}
	}
	skill := w.Batch.Skill
	if skill == "" {
		skill = w.Batch.Style
	}
	if w.Batch.Level > 0 && task.Levels(w.skills)[skill] < w.Batch.Level {
		return revokedByTheSkill
	}
	return 0
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
