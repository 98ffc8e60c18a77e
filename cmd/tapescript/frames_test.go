package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/tui"
	"tapescript/tui/frametest"
	"tapescript/tui/locale"
	"tapescript/tui/queue"
)

// screenRows is a screen under its root after keys, without colours and the
// spaces at the ends of rows.
func screenRows(t *testing.T, s tui.Screen, words *locale.Words, w, h int, keys ...tea.KeyPressMsg) string {
	t.Helper()
	bound, err := tui.Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	root := tui.NewRoot(s, bound, words, tui.Plain())
	root.Update(tea.WindowSizeMsg{Width: w, Height: h})
	for _, k := range keys {
		root.Update(k)
	}
	var b strings.Builder
	for _, row := range strings.Split(root.View().Content, "\n") {
		if n := ansi.StringWidth(row); n > w {
			t.Errorf("a row of %d cells of %d: %q", n, w, row)
		}
		b.WriteString(strings.TrimRight(ansi.Strip(row), " ") + "\n")
	}
	return b.String()
}

// TestWorkFrames draws what stands between two tasks, and a lead's board, in
// three sizes and both languages, and compares them with frames that were looked
// at. TAPESCRIPT_UPDATE=1 writes them anew.
func TestWorkFrames(t *testing.T) {
	for _, language := range locale.Languages() {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
			p := &program{words: locale.For(language)}
			var b strings.Builder
			draw := func(name string, s tui.Screen, keys ...tea.KeyPressMsg) {
				fmt.Fprintf(&b, "== %s ==\n%s\n", name, screenRows(t, s, p.words, size[0], size[1], keys...))
			}
			handed := handedIn(p)
			draw("a task is written", queue.New(handed, tui.Plain()))
			draw("it is passed over", queue.New(handed, tui.Plain()), tea.KeyPressMsg{Code: 'k', Text: "k"})
			lesson, err := p.lesson("we saw the cold town of Gent", task.Gold{Texts: []string{"we saw the old town of Ghent", "we saw the old town of Gand"}, Reason: "names are written as the map has them"})
			if err != nil {
				t.Fatal(err)
			}
			draw("what a training teaches", queue.New(lesson, tui.Plain()))
			draw("the board", queue.NewBoard(t.Context(), boardOf(p), nil, p.explain, time.Hour, tui.Plain()))
			frametest.Compare(t, fmt.Sprintf("work-%s-%dx%d", language, size[0], size[1]), b.String())
		}
	}
}

// handedIn is the card of a task whose text breaks its style.
func handedIn(p *program) queue.Card {
	s := &shift{program: p, active: 54 * time.Minute, lost: true}
	text := "go do you hear the mill it costs 7 pounds um and we're gonna stay two days"
	return s.cardOf(task.Claim{
		Batch: task.Batch{ID: "calls", Style: "rev-clean"},
		Task:  task.Task{Key: "84-121123-0000.flac", Price: task.Price{Amount: 120_000, Per: task.PerMinute, Currency: "USD"}},
		Left:  12,
	}, written{
		transcript: &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", End: 14 * time.Second, Text: text}}},
		text:       text, active: 3 * time.Minute, length: 14 * time.Second,
	})
}

// boardOf are the figures of two batches on the way.
func boardOf(p *program) queue.Figures {
	hours, wer, upper, factor, cost := 7200.0, .081, .12, 4.2, 86.67
	at := time.Date(2026, 3, 14, 15, 4, 5, 0, time.Local)
	w := &lookout{program: p, f: boardFlags{storeFlags: storeFlags{store: "/srv/tasks.db"}}}
	return w.tables(boardFigures{
		At:   at,
		Pace: grade.Throughput{Hour: 41, Day: 612, AudioS: 5400, Hours: [24]int{0, 0, 0, 0, 0, 0, 2, 10, 31, 44, 52, 40, 12, 38, 41, 44, 50, 47, 30, 22, 40, 44, 39, 41}},
		Batches: []boardBatch{
			{ID: "calls", Tasks: 400, Open: 61, Submissions: 852, Accepted: 780, Rejected: 13, Left: &hours, Golds: 40, GoldLeft: 5},
			{ID: "interviews-of-the-spring-2026", Tasks: 1200, Open: 1200},
		},
		Leases:  []boardLease{{Task: "calls 84-121123-0000.flac", Worker: "w-4f", Since: at.Add(-time.Hour), Until: at.Add(-time.Minute), Over: true}},
		Cost:    []grade.Cost{{Currency: "USD", Spent: 39_000_000, Pending: 3_120_000, AudioS: 1620, PerHour: &cost}},
		Workers: []boardWorker{{Worker: "w-4f", Tasks: 812, Factor: &factor, Golds: 40, WER: &wer, Chart: []float64{.16, .09, .06, .05}, Upper: &upper, Out: true, Held: 2}},
	})
}
