package main

import (
	"maps"
	"slices"
	"time"

	"tapescript/quality"
	"tapescript/quality/grade"
	"tapescript/transcript/task"
)

func figuresOf(worker string, list []grade.Answer, o quality.Options, goal time.Duration, now time.Time) workerStats {
	slices.SortStableFunc(list, func(a, b grade.Answer) int { return a.At.Compare(b.At) })
	s := workerStats{Worker: worker, Tasks: len(list), Trend: []point{}, Replayed: []spot{}}
	var active, length, bothActive, bothLength, today time.Duration
	var peers []float64
	var golds []grade.Answer
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
		middle := (peers[(len(peers)-1)/2] + peers[len(peers)/2]) / 2
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

func sameDay(a, b time.Time) bool {
	return a.Local().Format(time.DateOnly) == b.Local().Format(time.DateOnly)
}

// goldFigures are the rate over all golds, its interval, and its course.
func (s *workerStats) goldFigures(golds []grade.Answer, o quality.Options) {
	const stretch = 10
	report, err := grade.Measure(golds, o)
	if err != nil || len(golds) == 0 {
		return
	}
	c := report.Corpus
	s.Errors = errorKinds{c.Substitutions, c.Insertions, c.Deletions}
	if rate, known := c.WER(); known {
		s.WER = &rate
	}
	if i, known := report.Interval(); known {
		s.Interval = &[2]float64{i.Low, i.High}
	}
	for at := 0; at < len(golds); at += stretch {
		part := golds[at:min(at+stretch, len(golds))]
		report, err := grade.Measure(part, o)
		if err != nil {
			return
		}
		if rate, known := report.Corpus.WER(); known {
			p := point{At: float64(at + len(part)), Value: rate, Count: len(part)}
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

func (s *step) add(a grade.Answer) {
	s.work, s.length, s.tasks = s.work+a.Work, s.length+a.Length, s.tasks+1
	if len(a.Gold) > 0 {
		s.counts, s.golds = s.counts.Add(a.Counts), s.golds+1
	}
}

// curves are the real-time factor and the word error rate as work goes on: over
// all of it in steps of ten minutes of recording, and since the last break of
// five minutes in steps of fifteen active minutes.
func (s *workerStats) curves(list []grade.Answer) {
	const recorded, worked = 10 * time.Minute, 15 * time.Minute
	var sum, since time.Duration
	var last time.Time
	learned, tired := map[int]*step{}, map[int]*step{}
	add := func(to map[int]*step, at int, a grade.Answer) {
		if to[at] == nil {
			to[at] = &step{}
		}
		to[at].add(a)
	}
	for _, a := range list {
		if a.Work <= 0 || a.Length <= 0 {
			continue
		}
		if !last.IsZero() && a.At.Sub(last)-a.Work >= shortBreak {
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
func courseOf(steps map[int]*step, width time.Duration) (factors, rates []point) {
	factors, rates = []point{}, []point{}
	for _, at := range slices.Sorted(maps.Keys(steps)) {
		s, minutes := steps[at], float64(at)*width.Minutes()
		factors = append(factors, point{At: minutes, Value: s.work.Seconds() / s.length.Seconds(), Count: s.tasks})
		if rate, known := s.counts.WER(); known {
			rates = append(rates, point{At: minutes, Value: rate, Count: s.golds})
		}
	}
	return factors, rates
}

// streak counts the days of work in a row on which it was accurate (nothing
// rejected) and rested: no stretch of two hours without a break. Hours do not
// count, and days off, up to a week of them, neither count nor end it.
func streak(list []grade.Answer, now time.Time) (days int) {
	const longest = 2 * time.Hour
	good, worked := map[string]bool{}, map[string]bool{}
	var since time.Duration
	var last time.Time
	for _, a := range list {
		day := a.At.Local().Format(time.DateOnly)
		if !last.IsZero() && a.At.Sub(last)-a.Work >= shortBreak {
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
