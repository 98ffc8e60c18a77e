package grade

import (
	"context"
	"maps"
	"slices"
	"time"

	"tapescript/quality"
	"tapescript/transcript/task"
)

// WorkerFigures are what a worker has done, and how well, as their JSON has it. Rates are fractions, times seconds; null
// is not known.
type WorkerFigures struct {
	Worker   string             `json:"worker"`
	Tasks    int                `json:"tasks"`
	AudioS   float64            `json:"audio_s"`
	ActiveS  float64            `json:"active_s"`
	Factor   *float64           `json:"real_time_factor"` // active time over the recordings', of tasks of which both are known
	Golds    int                `json:"golds"`
	WER      *float64           `json:"wer"`
	Interval *[2]float64        `json:"interval"`
	Errors   ErrorKinds         `json:"errors"`
	Peers    *float64           `json:"peers"` // median difference from others who did the same
	Accepted int                `json:"accepted"`
	Rejected int                `json:"rejected"`
	Level    int                `json:"level"`
	Skills   map[string]float64 `json:"skills"`      // by exams and by rules
	Streak   int                `json:"streak_days"` // days in a row with accurate work and, between long stretches, rest
	Today    *float64           `json:"goal"`        // share of the day's goal of active time; null without one
	Trend    []Point            `json:"trend"`       // over each ten golds
	Learning []Point            `json:"learning"`    // real-time factor against minutes of recordings done
	Fatigue  []Point            `json:"fatigue"`     // real-time factor against minutes since a break
	// The word error rate in the same steps, of those with gold.
	LearningWER []Point       `json:"learning_wer"`
	FatigueWER  []Point       `json:"fatigue_wer"`
	Replayed    []task.Replay `json:"replayed"` // what was gone back to most
}

// ErrorKinds are word errors by what they are.
type ErrorKinds struct {
	Substitutions int `json:"substitutions"`
	Insertions    int `json:"insertions"`
	Deletions     int `json:"deletions"`
}

// Point is a place of a curve, and what it stands on.
type Point struct {
	At       float64     `json:"at"`
	Value    float64     `json:"value"`
	Count    int         `json:"count"`
	Interval *[2]float64 `json:"interval,omitempty"`
}

// FiguresOf are the figures of a worker's answers, once they are measured; it
// puts these in the order of their time. goal is the active time that a day is
// to have, 0 for none. Level, Skills and Replayed are the store's to tell:
// [FiguresOfWorkers].
func FiguresOf(worker string, list []Answer, o quality.Options, goal time.Duration, now time.Time) WorkerFigures {
	slices.SortStableFunc(list, func(a, b Answer) int { return a.At.Compare(b.At) })
	s := WorkerFigures{Worker: worker, Tasks: len(list), Trend: []Point{}, Replayed: []task.Replay{}}
	var active, length, bothActive, bothLength, today time.Duration
	var peers []float64
	var golds []Answer
	for _, a := range list {
		active, length = active+a.Work, length+a.Length
		if a.Work > 0 && a.Length > 0 {
			bothActive, bothLength = bothActive+a.Work, bothLength+a.Length
		}
		if sameDay(a.At, now) {
			today += a.Work
		}
		switch a.Decision {
		case task.Accepted:
			s.Accepted++
		case task.Rejected:
			s.Rejected++
		}
		if a.PeerCount > 0 {
			peers = append(peers, a.Peers)
		}
		if len(a.Gold) > 0 {
			golds = append(golds, a)
		}
	}
	s.AudioS, s.ActiveS, s.Golds = length.Seconds(), active.Seconds(), len(golds)
	if bothLength > 0 {
		factor := bothActive.Seconds() / bothLength.Seconds()
		s.Factor = &factor
	}
	if len(peers) > 0 {
		slices.Sort(peers)
		middle := median(peers)
		s.Peers = &middle
	}
	if goal > 0 {
		share := today.Seconds() / goal.Seconds()
		s.Today = &share
	}
	s.goldFigures(golds, o)
	s.curves(list)
	s.Streak = streak(list, now)
	return s
}

// FiguresOfWorkers are the figures of a worker or, for "", of each, by their
// names; batch and goal as in [task.ResultQuery] and [FiguresOf].
func FiguresOfWorkers(ctx context.Context, store task.Store, batch, worker string, answers []Answer, o quality.Options, goal time.Duration, now time.Time) ([]WorkerFigures, error) {
	by := answersOf(keep(answers, func(a *Answer) bool { return worker == "" || a.Worker == worker }))
	spots, err := task.MostReplayed(ctx, store, batch, worker)
	if err != nil {
		return nil, err
	}
	list := []WorkerFigures{}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		s := FiguresOf(name, by[name], o, goal, now)
		if spots[name] != nil {
			s.Replayed = spots[name]
		}
		exams, err := store.Qualifications(ctx, name)
		if err != nil {
			return nil, err
		}
		if s.Skills, err = task.SkillsOf(ctx, store, name); err != nil {
			return nil, err
		}
		for _, level := range task.Levels(task.Skills(exams, nil)) {
			s.Level = max(s.Level, level)
		}
		list = append(list, s)
	}
	return list, nil
}

func sameDay(a, b time.Time) bool {
	return a.Local().Format(time.DateOnly) == b.Local().Format(time.DateOnly)
}

// goldFigures are the rate over all golds, its interval, and its course.
func (s *WorkerFigures) goldFigures(golds []Answer, o quality.Options) {
	const stretch = 10
	report, err := Measure(golds, o)
	if err != nil || len(golds) == 0 {
		return
	}
	c := report.Corpus
	s.Errors = ErrorKinds{c.Substitutions, c.Insertions, c.Deletions}
	if rate, known := c.WER(); known {
		s.WER = &rate
	}
	if i, known := report.Interval(); known {
		s.Interval = &[2]float64{i.Low, i.High}
	}
	for at := 0; at < len(golds); at += stretch {
		part := golds[at:min(at+stretch, len(golds))]
		report, err := Measure(part, o)
		if err != nil {
			return
		}
		if rate, known := report.Corpus.WER(); known {
			p := Point{At: float64(at + len(part)), Value: rate, Count: len(part)}
			if i, known := report.Interval(); known {
				p.Interval = &[2]float64{i.Low, i.High}
			}
			s.Trend = append(s.Trend, p)
		}
	}
}

// step is what was done in one stretch of a curve.
type step struct {
	work, length time.Duration
	counts       quality.Counts // against gold
	tasks, golds int
}

func (s *step) add(a Answer) {
	s.work, s.length, s.tasks = s.work+a.Work, s.length+a.Length, s.tasks+1
	if len(a.Gold) > 0 {
		s.counts, s.golds = s.counts.Add(a.Counts), s.golds+1
	}
}

// curves are the real-time factor and the word error rate as work goes on: over
// all of it in steps of ten minutes of recording, and since the last break of
// five minutes in steps of fifteen active minutes.
func (s *WorkerFigures) curves(list []Answer) {
	const recorded, worked = 10 * time.Minute, 15 * time.Minute
	var sum, since time.Duration
	var last time.Time
	learned, tired := map[int]*step{}, map[int]*step{}
	add := func(to map[int]*step, at int, a Answer) {
		if to[at] == nil {
			to[at] = &step{}
		}
		to[at].add(a)
	}
	for _, a := range list {
		if a.Work <= 0 || a.Length <= 0 {
			continue
		}
		if !last.IsZero() && a.At.Sub(last)-a.Work >= ShortBreak {
			since = 0
		}
		add(learned, int(sum/recorded), a)
		add(tired, int(since/worked), a)
		sum, since, last = sum+a.Length, since+a.Work, a.At
	}
	s.Learning, s.LearningWER = courseOf(learned, recorded)
	s.Fatigue, s.FatigueWER = courseOf(tired, worked)
}

// courseOf is the factor and the rate of each step; At is where it begins, in
// minutes.
func courseOf(steps map[int]*step, width time.Duration) (factors, rates []Point) {
	factors, rates = []Point{}, []Point{}
	for _, at := range slices.Sorted(maps.Keys(steps)) {
		s, minutes := steps[at], float64(at)*width.Minutes()
		factors = append(factors, Point{At: minutes, Value: s.work.Seconds() / s.length.Seconds(), Count: s.tasks})
		if rate, known := s.counts.WER(); known {
			rates = append(rates, Point{At: minutes, Value: rate, Count: s.golds})
		}
	}
	return factors, rates
}

// ShortBreak is the least that counts as a break: four of five minutes a day
// more than usual cost no output (Galinsky 2007).
const ShortBreak = 5 * time.Minute

// streak counts the days of work in a row on which it was accurate (nothing
// rejected) and rested: no stretch of two hours without a break. Hours do not
// count, and days off, up to a week of them, neither count nor end it.
func streak(list []Answer, now time.Time) (days int) {
	const longest = 2 * time.Hour
	good, worked := map[string]bool{}, map[string]bool{}
	var since time.Duration
	var last time.Time
	for _, a := range list {
		day := a.At.Local().Format(time.DateOnly)
		if !last.IsZero() && a.At.Sub(last)-a.Work >= ShortBreak {
			since = 0
		}
		since, last = since+a.Work, a.At
		ok := a.Decision != task.Rejected && since <= longest
		if !worked[day] {
			good[day] = true
		}
		worked[day] = true
		good[day] = good[day] && ok
	}
	const mostOff = 7
	for d, off := now.Local(), 0; off <= mostOff; d = d.AddDate(0, 0, -1) {
		switch day := d.Format(time.DateOnly); {
		case good[day]:
			days, off = days+1, 0
		case worked[day]:
			return days
		default:
			off++
		}
	}
	return days
}
