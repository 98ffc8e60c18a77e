package grade

import (
	"reflect"
	"testing"
	"time"

	"tapescript/quality"
	"tapescript/transcript/task"
)

// A streak counts days that were accurate and rested. Hours do not count; a day
// off does not end it, a rejection or two hours without a break do.
func TestAStreakRewardsAccuracyAndRest(t *testing.T) {
	now := time.Date(2026, 3, 20, 18, 0, 0, 0, time.Local)
	day := func(back, minutes int, d task.Decision) Answer {
		return Answer{At: now.AddDate(0, 0, -back).Add(-time.Hour), Work: time.Duration(minutes) * time.Minute, Decision: d}
	}
	long := func(back int, gap time.Duration) (list []Answer) {
		at := now.AddDate(0, 0, -back).Add(-10 * time.Hour)
		for range 5 {
			at = at.Add(30*time.Minute + gap)
			list = append(list, Answer{At: at, Work: 30 * time.Minute, Decision: task.Accepted})
		}
		return list
	}
	for _, c := range []struct {
		name string
		list []Answer
		want int
	}{
		{"five hours at a stretch", []Answer{day(2, 1, task.Accepted), day(1, 300, task.Accepted), day(0, 1, task.Pending)}, 1},
		{"short days", []Answer{day(2, 1, task.Accepted), day(1, 9, task.Accepted), day(0, 1, task.Pending)}, 3},
		{"a week-end off", []Answer{day(4, 9, task.Accepted), day(1, 9, task.Accepted)}, 2},
		{"a month off", []Answer{day(31, 9, task.Accepted), day(1, 9, task.Accepted)}, 1},
		{"rejected", []Answer{day(2, 9, task.Accepted), day(1, 9, task.Rejected), day(0, 9, task.Accepted)}, 1},
		{"no break", long(0, 0), 0},
		{"breaks", long(0, ShortBreak), 1},
		{"nothing", nil, 0},
	} {
		got := streak(c.list, now)
		if got != c.want {
			t.Errorf("%s: %d days, want %d", c.name, got, c.want)
		}
	}
}

// Curves against figures added up by hand.
func TestCurvesAreAddedUpByStretch(t *testing.T) {
	at := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	var list []Answer
	add := func(gap, work, length time.Duration, right, wrong int) {
		at = at.Add(gap + work)
		a := Answer{At: at, Work: work, Length: length, Decision: task.Pending}
		if right+wrong > 0 {
			a.Gold, a.Counts = []string{"x"}, quality.Counts{Correct: right, Substitutions: wrong}
		}
		list = append(list, a)
	}
	add(0, 12*time.Minute, 4*time.Minute, 8, 2)
	add(time.Minute, 6*time.Minute, 2*time.Minute, 0, 0) // begins 12 min after the break
	add(0, 10*time.Minute, 5*time.Minute, 9, 1)          // 18 min
	add(6*time.Minute, 4*time.Minute, 4*time.Minute, 10, 0)
	var s WorkerFigures
	s.curves(list)
	for name, c := range map[string]struct{ got, want []Point }{
		"fatigue":      {s.Fatigue, []Point{{At: 0, Value: 22. / 10, Count: 3}, {At: 15, Value: 2, Count: 1}}},
		"fatigue-wer":  {s.FatigueWER, []Point{{At: 0, Value: 2. / 20, Count: 2}, {At: 15, Value: .1, Count: 1}}},
		"learning":     {s.Learning, []Point{{At: 0, Value: 28. / 11, Count: 3}, {At: 10, Value: 1, Count: 1}}},
		"learning-wer": {s.LearningWER, []Point{{At: 0, Value: 3. / 20, Count: 2}, {At: 10, Value: 0, Count: 1}}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

// Each task's recording counts once, however many accepted transcripts it has.
func TestABatchCountsWhatCameAndWhen(t *testing.T) {
	first := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	list := []Answer{
		{Task: "a", At: first, Length: time.Minute, Decision: task.Accepted},
		{Task: "a", At: first.Add(time.Hour), Length: time.Minute, Decision: task.Accepted},
		{Task: "b", At: first.Add(49 * time.Hour), Length: time.Minute, Decision: task.Rejected},
		{Task: "b", At: first.Add(50 * time.Hour), Length: time.Minute, Decision: task.Pending},
	}
	var s BatchFigures
	s.work(list)
	if s.Submissions != 4 || s.Accepted != 2 || s.Rejected != 1 || s.Pending != 1 || s.AcceptedS != 60 || *s.Overlap != 2 || !s.First.Equal(first) {
		t.Errorf("got %+v", s)
	}
	if want := []Point{{At: 0, Value: 2, Count: 2}, {At: 2, Value: 2, Count: 2}}; !reflect.DeepEqual(s.PerDay, want) {
		t.Errorf("by day: got %v, want %v", s.PerDay, want)
	}
}
