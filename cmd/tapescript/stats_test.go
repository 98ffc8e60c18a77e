package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

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
	worker := grade.WorkerFigures{
		Worker: "w-4f", Tasks: 812, AudioS: 3900, ActiveS: 12012, Factor: &factor, Golds: 40, WER: &wer, Interval: &[2]float64{.06, .102},
		Errors: grade.ErrorKinds{Substitutions: 61, Insertions: 12, Deletions: 22}, Peers: &peers, Accepted: 780, Rejected: 9, Level: 2, Streak: 12, Today: &goal,
		Trend:      []grade.Point{{At: 10, Value: .16, Interval: &[2]float64{.1, .22}}, {At: 20, Value: .09, Interval: &[2]float64{.05, .14}}, {At: 30, Value: .06, Interval: &[2]float64{.03, .1}}, {At: 40, Value: .05, Interval: &[2]float64{.02, .08}}},
		Learning:   []grade.Point{{At: 0, Value: 4.1}, {At: 10, Value: 3.6}, {At: 20, Value: 3}, {At: 30, Value: 2.8}},
		Fatigue:    []grade.Point{{At: 0, Value: 2.9}, {At: 15, Value: 3}, {At: 30, Value: 3.1}, {At: 45, Value: 3.9}},
		FatigueWER: []grade.Point{{At: 0, Value: .06}, {At: 15, Value: .07}, {At: 45, Value: .12}},
		Replayed:   []task.Replay{{Task: "calls/7.wav", FromS: 12, ToS: 15, Times: 6}, {Task: "calls/9.wav", FromS: 3, ToS: 4, Times: 4}},
	}
	other := grade.WorkerFigures{Worker: "w-9c", Tasks: 40, Rejected: 4, Peers: &wer}
	overlap, golds := 2.4, 11
	batch := grade.BatchFigures{
		Batch: "calls", Tasks: 400, Open: 61, Submissions: 852, Accepted: 780, Rejected: 13, Pending: 59, Overlap: &overlap, AcceptedS: 1620,
		Cost: []grade.HourCost{{Currency: "USD", Spent: 39_000_000, Hour: 86_666_667}}, Golds: 40, GoldsLeft: &golds, PerDay: []grade.Point{{At: 0, Value: 120}, {At: 1, Value: 300}, {At: 2, Value: 280}, {At: 3, Value: 152}},
		Reasons: map[string]int{"gold-missed": 9, "too-fast": 3, "person": 1}, Appeals: 4, Granted: 1,
	}
	hourly := task.Decimal(4_700_000)
	pay := &task.Wage{
		Worker: "w-4f", Currency: "USD", Tasks: 812, Pending: 3_120_000, Approved: 8_120_000, Rejected: 90_000, Proposed: 500_000, Hourly: &hourly, ToThreshold: &left,
		Days: []task.Earnings{{Day: 0, Amount: 2_000_000}, {Day: 1, Amount: 4_500_000}, {Day: 3, Amount: 4_740_000}},
	}
	for _, language := range locale.Languages() {
		p := &program{words: locale.For(language)}
		sheets := map[string][]queue.Sheet{
			"worker": {p.workerSheet(worker, 2*time.Hour)},
			"lead":   {p.batchSheet(batch, []grade.WorkerFigures{worker, other}), p.workerSheet(worker, 0)},
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
