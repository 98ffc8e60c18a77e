package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/quality"
	"tapescript/quality/grade"
	"tapescript/transcript/task"
	"tapescript/tui"
	"tapescript/tui/frametest"
	"tapescript/tui/locale"
	"tapescript/tui/queue"
)

// TestFigureFrames draws the figures of a worker, of a lead and of pay in three
// sizes and both languages, and compares them with frames that were looked at.
// TAPESCRIPT_UPDATE=1 writes them anew.
func TestFigureFrames(t *testing.T) {
	factor, wer, peers, goal, left := 3.08, .081, .12, .45, task.Decimal(1_880_000)
	worker := workerStats{
		Worker: "w-4f", Tasks: 812, AudioS: 3900, ActiveS: 12012, Factor: &factor, Golds: 40, WER: &wer, Interval: &[2]float64{.06, .102},
		Errors: errorKinds{61, 12, 22}, Peers: &peers, Accepted: 780, Rejected: 9, Level: 2, Streak: 12, Today: &goal,
		Trend:      []point{{At: 10, Value: .16, Interval: &[2]float64{.1, .22}}, {At: 20, Value: .09, Interval: &[2]float64{.05, .14}}, {At: 30, Value: .06, Interval: &[2]float64{.03, .1}}, {At: 40, Value: .05, Interval: &[2]float64{.02, .08}}},
		Learning:   []point{{At: 0, Value: 4.1}, {At: 10, Value: 3.6}, {At: 20, Value: 3}, {At: 30, Value: 2.8}},
		Fatigue:    []point{{At: 0, Value: 2.9}, {At: 15, Value: 3}, {At: 30, Value: 3.1}, {At: 45, Value: 3.9}},
		FatigueWER: []point{{At: 0, Value: .06}, {At: 15, Value: .07}, {At: 45, Value: .12}},
		Replayed:   []spot{{"calls/7.wav", 12, 15, 6}, {"calls/9.wav", 3, 4, 4}},
	}
	other := workerStats{Worker: "w-9c", Tasks: 40, Rejected: 4, Peers: &wer}
	overlap, golds := 2.4, 11
	batch := batchStats{
		Batch: "calls", Tasks: 400, Open: 61, Submissions: 852, Accepted: 780, Rejected: 13, Pending: 59, Overlap: &overlap, AcceptedS: 1620,
		Cost: []hourCost{{"USD", 39_000_000, 86_666_667}}, Golds: 40, GoldsLeft: &golds, PerDay: []point{{At: 0, Value: 120}, {At: 1, Value: 300}, {At: 2, Value: 280}, {At: 3, Value: 152}},
		Reasons: map[string]int{"gold-missed": 9, "too-fast": 3, "person": 1}, Appeals: 4, Granted: 1,
	}
	hourly := task.Decimal(4_700_000)
	pay := &wage{
		Worker: "w-4f", Currency: "USD", Tasks: 812, Pending: 3_120_000, Approved: 8_120_000, Rejected: 90_000, Proposed: 500_000, Hourly: &hourly, ToThreshold: &left,
		Days: []point{{At: 0, Value: 2}, {At: 1, Value: 4.5}, {At: 3, Value: 4.74}},
	}
	for _, language := range locale.Languages() {
		p := &program{words: locale.For(language)}
		sheets := map[string][]queue.Sheet{
			"worker": {p.workerSheet(worker, 2*time.Hour)},
			"lead":   {p.batchSheet(batch, []workerStats{worker, other}), p.workerSheet(worker, 0)},
			"pay":    {p.paySheet(pay, []string{"no-rate", "threshold"})},
		}
		for name, list := range sheets {
			for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
				file := fmt.Sprintf("%s-%s-%dx%d", name, language, size[0], size[1])
				var b strings.Builder
				for _, row := range queue.NewSheets(list, p.words.Say("sheets.hint"), tui.Plain()).Draw(size[0], size[1]).Rows {
					b.WriteString(strings.TrimRight(ansi.Strip(row), " ") + "\n")
				}
				frametest.Compare(t, file, b.String())
			}
		}
	}
}

func TestSpotsAreWhatWasGoneBackTo(t *testing.T) {
	heard := map[int]int{3: 1, 12: 2, 13: 5, 14: 2, 40: 1}
	text := replaysText(heard)
	if got := parseReplays(text); !reflect.DeepEqual(got, heard) {
		t.Errorf("%q came back as %v", text, got)
	}
	want := []spot{{"t", 3, 4, 1}, {"t", 12, 15, 5}, {"t", 40, 41, 1}}
	if got := spotsOf("t", heard); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := parseReplays("1 x:2 -3:4 5:0 6:1"); !reflect.DeepEqual(got, map[int]int{6: 1}) {
		t.Errorf("of nonsense came %v", got)
	}
}

// A streak counts days that were accurate and rested. Hours do not count; a day
// off does not end it, a rejection or two hours without a break do.
func TestAStreakRewardsAccuracyAndRest(t *testing.T) {
	now := time.Date(2026, 3, 20, 18, 0, 0, 0, time.Local)
	day := func(back, minutes int, d task.Decision) grade.Answer {
		return grade.Answer{At: now.AddDate(0, 0, -back).Add(-time.Hour), Work: time.Duration(minutes) * time.Minute, Decision: d}
	}
	long := func(back int, gap time.Duration) (list []grade.Answer) {
		at := now.AddDate(0, 0, -back).Add(-10 * time.Hour)
		for range 5 {
			at = at.Add(30*time.Minute + gap)
			list = append(list, grade.Answer{At: at, Work: 30 * time.Minute, Decision: task.Accepted})
		}
		return list
	}
	for _, c := range []struct {
		name string
		list []grade.Answer
		want int
	}{
		{"five hours at a stretch", []grade.Answer{day(2, 1, task.Accepted), day(1, 300, task.Accepted), day(0, 1, task.Pending)}, 1},
		{"short days", []grade.Answer{day(2, 1, task.Accepted), day(1, 9, task.Accepted), day(0, 1, task.Pending)}, 3},
		{"a week-end off", []grade.Answer{day(4, 9, task.Accepted), day(1, 9, task.Accepted)}, 2},
		{"a month off", []grade.Answer{day(31, 9, task.Accepted), day(1, 9, task.Accepted)}, 1},
		{"rejected", []grade.Answer{day(2, 9, task.Accepted), day(1, 9, task.Rejected), day(0, 9, task.Accepted)}, 1},
		{"no break", long(0, 0), 0},
		{"breaks", long(0, shortBreak), 1},
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
	var list []grade.Answer
	add := func(gap, work, length time.Duration, right, wrong int) {
		at = at.Add(gap + work)
		a := grade.Answer{At: at, Work: work, Length: length, Decision: task.Pending}
		if right+wrong > 0 {
			a.Gold, a.Counts = []string{"x"}, quality.Counts{Correct: right, Substitutions: wrong}
		}
		list = append(list, a)
	}
	add(0, 12*time.Minute, 4*time.Minute, 8, 2)
	add(time.Minute, 6*time.Minute, 2*time.Minute, 0, 0) // begins 12 min after the break
	add(0, 10*time.Minute, 5*time.Minute, 9, 1)          // 18 min
	add(6*time.Minute, 4*time.Minute, 4*time.Minute, 10, 0)
	var s workerStats
	s.curves(list)
	for name, c := range map[string]struct{ got, want []point }{
		"fatigue":      {s.Fatigue, []point{{At: 0, Value: 22. / 10, Count: 3}, {At: 15, Value: 2, Count: 1}}},
		"fatigue-wer":  {s.FatigueWER, []point{{At: 0, Value: 2. / 20, Count: 2}, {At: 15, Value: .1, Count: 1}}},
		"learning":     {s.Learning, []point{{At: 0, Value: 28. / 11, Count: 3}, {At: 10, Value: 1, Count: 1}}},
		"learning-wer": {s.LearningWER, []point{{At: 0, Value: 3. / 20, Count: 2}, {At: 10, Value: 0, Count: 1}}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

// The figures are a screen on a terminal, left with q, and text elsewhere.
func TestFiguresOnATerminal(t *testing.T) {
	home := t.TempDir()
	file, clips := batchOf(t, home, 2, 2)
	db := filepath.Join(home, "b.db")
	env := []string{"HOME=" + home}
	first := terminal(t, home, 100, 30, env, "import", file, "--store", db, "--audio", clips, "--price", "0.05 USD")
	first.sees("exit 0")
	for range 3 {
		out, code := first.shell("queue", "--take", "--store", db, "--worker", "w")
		if code != exitDone {
			t.Fatal(out)
		}
		first.shell("submit", field(t, out, "task"), "--text", "go do you hear", "--store", db, "--worker", "w")
	}
	p := terminal(t, home, 80, 24, env, "pay", "--store", db, "--worker", "w")
	p.sees("w · 3 tasks · USD", "0.15 USD", "q leave")
	p.keys("q")
	p.sees("exit 0")
	p = terminal(t, home, 120, 40, env, "stats", "--lead", "--store", db)
	p.sees("batch tasks · 1/2", "tasks / open", "next page")
	p.keys("Right")
	p.sees("w · 3 tasks · 2/2", "word error rate")
	p.keys("C-q")
	p.sees("exit 0")
	plain := terminal(t, home, 100, 30, env, "stats", "--store", db, "--worker", "w", "--plain")
	plain.sees("w", "3 tasks", "exit 0")
	dumb := terminal(t, home, 100, 30, append(env, "TERM=dumb"), "pay", "--store", db, "--worker", "w")
	dumb.sees("0.15 USD", "exit 0")
}
