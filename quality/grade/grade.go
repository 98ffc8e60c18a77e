// Package grade says what a worker's answers are worth: word error rates against
// gold and against peers, exams with their interval, rules whose verdicts carry a
// reason, and the figures of workers and batches.
//
//	answers := …                                   // grade.Answer, one a submission
//	grade.Measure(answers, quality.Options{})      // against gold, against peers
//	verdicts := grade.Verdicts(answers, grade.Policy{MaxWER: .35, …})
//	measures := grade.Watch{Batch: batch, Answers: answers, …}.Measures(batch.Rules)
//	figures := grade.FiguresOf(worker, answers, …)
//
// Platforms compare an answer with gold as wholes, so that their own manuals
// advise against control tasks where people transcribe. Here an answer to gold
// is right when its word error rate is at most a mark; with that, the rules that
// platforms have (so many of the last golds right, so many answers too fast, so
// many rejected) say something about transcribers too.
//
// A reason is a code with its arguments. Not here: keeping any of it
// (transcript/task), moving money, sentences.
package grade

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/quality"
	"tapescript/transcript/task"
)

// Answer is a submission, as it is graded.
type Answer struct {
	Submission, Task, Worker, Batch string
	Kind                            task.Kind
	Text                            string
	Gold                            []string      // accepted texts; nil where there is no gold
	Work                            time.Duration // active time where it was measured, else the platform's; 0: not known
	Length                          time.Duration // of the recording; 0: not known
	At                              time.Time
	Decision                        task.Decision
	Earned                          task.Decimal // at the task's price; 0 where that is not known
	Currency                        string

	// Counts are against the gold that fits best, and Against says which text
	// that was; of answers with gold once they are measured.
	Counts  quality.Counts
	Against string
	// Peers is the median of its word error rates against the other answers to
	// its task, and PeerCount how many there are.
	Peers     float64
	PeerCount int
}

// FromResult is the answer that a store's result holds.
func FromResult(r task.Result) Answer {
	s := r.Submission
	a := Answer{
		Submission: s.ID, Task: r.Task.ID, Worker: s.Worker, Batch: r.Task.Batch, Kind: r.Task.Kind, Text: s.Text,
		Work: cmp.Or(s.Active, s.Wall), Length: cmp.Or(r.Task.Audio.Duration, s.Length), At: s.At, Decision: task.Pending,
	}
	if earned, err := r.Task.Price.For(a.Length); err == nil && !unpaid(a.Kind) {
		a.Earned = earned
	}
	a.Currency = r.Task.Price.Currency
	if r.Gold != nil {
		a.Gold = r.Gold.Texts
	}
	if r.Verdict != nil {
		a.Decision = r.Verdict.Decision
	}
	return a
}

// WER is the word error rate against gold, not known without.
func (a *Answer) WER() (rate float64, known bool) {
	if len(a.Gold) == 0 {
		return 0, false
	}
	if rate, known = a.Counts.WER(); known {
		return rate, true
	}
	// Gold without a word: nothing is right, anything is wrong.
	if a.Counts.Insertions > 0 {
		return 1, true
	}
	return 0, true
}

// Measure compares answers with their gold, and with the other answers to the
// same task where there are any. It returns the report of the first.
func Measure(answers []Answer, o quality.Options) (*quality.Report, error) {
	var gold, hypotheses []quality.Item
	at := map[string]int{}
	for i, a := range answers {
		if len(a.Gold) == 0 {
			continue
		}
		id := strconv.Itoa(i) + ":" + a.Submission
		at[id] = i
		for _, text := range a.Gold {
			gold = append(gold, quality.Item{ID: id, Text: text})
		}
		hypotheses = append(hypotheses, quality.Item{ID: id, Text: a.Text})
	}
	report, err := quality.ScoreItems(gold, hypotheses, o)
	if err != nil {
		return nil, err
	}
	for k := range report.Items {
		a := &answers[at[report.Items[k].ID]]
		a.Counts, a.Against = report.Items[k].Counts, a.Gold[max(report.Items[k].Reference-1, 0)]
	}
	return report, measurePeers(answers, o)
}

// measurePeers compares the answers to each task with each other, in blocks: a
// batch of seven answers a task has 42 pairs of each.
func measurePeers(answers []Answer, o quality.Options) error {
	byTask := map[string][]int{}
	for i := range answers {
		byTask[answers[i].Task] = append(byTask[answers[i].Task], i)
	}
	const most = 12 // peers that an answer is held against
	for _, task := range byTask {
		if len(task) < 2 {
			continue
		}
		var gold, hypotheses []quality.Item
		for _, i := range task {
			for n, j := range others(task, i, most) {
				id := strconv.Itoa(i) + "/" + strconv.Itoa(n)
				gold = append(gold, quality.Item{ID: id, Text: answers[j].Text})
				hypotheses = append(hypotheses, quality.Item{ID: id, Text: answers[i].Text})
			}
		}
		report, err := quality.ScoreItems(gold, hypotheses, o)
		if err != nil {
			return err
		}
		rates := map[int][]float64{}
		for k := range report.Items {
			before, _, _ := strings.Cut(report.Items[k].ID, "/")
			i, _ := strconv.Atoi(before)
			rate, known := report.Items[k].Counts.WER()
			if !known { // a peer without a word
				rate = float64(min(report.Items[k].Counts.Insertions, 1))
			}
			rates[i] = append(rates[i], rate)
		}
		for i, list := range rates {
			slices.Sort(list)
			answers[i].Peers, answers[i].PeerCount = median(list), len(list)
		}
	}
	return nil
}

func others(list []int, not, most int) []int {
	var rest []int
	for _, i := range list {
		if i != not && len(rest) < most {
			rest = append(rest, i)
		}
	}
	return rest
}

func median(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// Policy says which answers are accepted. A zero field asks for nothing.
type Policy struct {
	MaxWER float64 // of an answer to gold, a fraction
	// WorkerWER is the mark for a worker's golds together: work of who misses it
	// is rejected, once there are Golds of them.
	WorkerWER float64
	Golds     int
	MaxPeers  float64 // Peers above it are not accepted without a person
	// Fastest is the least time for an hour of recording, as its share: 0.5 says
	// that nobody transcribes in half the time that the recording lasts.
	Fastest float64
	// Accept accepts what nothing speaks against; else that is left to a person.
	Accept bool
}

// Codes of a verdict's reason.
const (
	Empty       = "empty"        // nothing was written, and the gold has words
	GoldMissed  = "gold-missed"  // wer, mark
	GoldPassed  = "gold-passed"  // wer, mark
	WorkerFails = "worker-fails" // wer, mark, golds
	PeersDiffer = "peers-differ" // rate, mark, peers
	TooFast     = "too-fast"     // seconds, seconds of the recording
	NoObjection = "no-objection"
)

// Verdicts decides about the answers that are pending. An answer that is left
// to a person is Pending with the reason why.
func Verdicts(answers []Answer, p Policy) []task.Verdict {
	workers := byWorker(answers)
	var list []task.Verdict
	for i := range answers {
		a := &answers[i]
		if a.Decision != task.Pending || a.Kind == task.Exam || a.Kind == task.Training {
			continue
		}
		v := task.Verdict{Submission: a.Submission, By: "grade"}
		v.Decision, v.Reason = p.decide(a, workers[a.Worker])
		if rate, known := a.WER(); known {
			v.Score = &rate
		} else if a.PeerCount > 0 {
			v.Score = &a.Peers
		}
		if v.Decision == task.Pending && v.Reason.Code == "" {
			continue
		}
		list = append(list, v)
	}
	return list
}

// goldSum is how a worker did on gold.
type goldSum struct {
	counts quality.Counts
	golds  int
}

func byWorker(answers []Answer) map[string]goldSum {
	sums := map[string]goldSum{}
	for i := range answers {
		if a := &answers[i]; len(a.Gold) > 0 && a.Kind == task.Control {
			s := sums[a.Worker]
			s.counts, s.golds = s.counts.Add(a.Counts), s.golds+1
			sums[a.Worker] = s
		}
	}
	return sums
}

func (p Policy) decide(a *Answer, worker goldSum) (task.Decision, task.Reason) {
	why := func(code string, args ...string) task.Reason { return task.Reason{Code: code, Args: args} }
	rate, hasGold := a.WER()
	switch {
	case strings.TrimSpace(a.Text) == "" && (!hasGold || rate > 0):
		return task.Rejected, why(Empty)
	case p.Fastest > 0 && a.Work > 0 && a.Length > 0 && a.Work.Seconds() < p.Fastest*a.Length.Seconds():
		return task.Rejected, why(TooFast, seconds(a.Work), seconds(a.Length))
	case p.MaxWER > 0 && hasGold && rate > p.MaxWER:
		return task.Rejected, why(GoldMissed, percent(rate), percent(p.MaxWER))
	case p.MaxWER > 0 && hasGold:
		return task.Accepted, why(GoldPassed, percent(rate), percent(p.MaxWER))
	}
	if total, known := worker.counts.WER(); p.WorkerWER > 0 && known && worker.golds >= max(p.Golds, 1) && total > p.WorkerWER {
		return task.Rejected, why(WorkerFails, percent(total), percent(p.WorkerWER), strconv.Itoa(worker.golds))
	}
	if p.MaxPeers > 0 && a.PeerCount > 0 && a.Peers > p.MaxPeers {
		return task.Pending, why(PeersDiffer, percent(a.Peers), percent(p.MaxPeers), strconv.Itoa(a.PeerCount))
	}
	if p.Accept {
		return task.Accepted, why(NoObjection)
	}
	return task.Pending, task.Reason{}
}

func percent(rate float64) string { return strconv.FormatFloat(100*rate, 'f', 1, 64) }

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) }
