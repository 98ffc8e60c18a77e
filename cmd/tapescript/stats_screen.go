package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/tui"
	"tapescript/tui/queue"
	"tapescript/tui/transport"
)

// showStats draws the figures: a lead's batches first, then each worker's.
func (p *program) showStats(ctx context.Context, batches []grade.BatchFigures, list []grade.WorkerFigures, goal time.Duration) error {
	var sheets []queue.Sheet
	for _, b := range batches {
		sheets = append(sheets, p.batchSheet(b, list))
	}
	for _, s := range list {
		sheets = append(sheets, p.workerSheet(s, goal))
	}
	if len(sheets) == 0 {
		p.tell(p.words.Say("stats.nothing"))
		return nil
	}
	return p.showFigures(ctx, sheets)
}

// showFigures runs the screen of figures until it is left.
func (p *program) showFigures(ctx context.Context, sheets []queue.Sheet) error {
	d, err := p.arrange(deskFlags{}, "")
	if err != nil {
		return err
	}
	hint := p.words.Say("sheets.hint")
	if len(sheets) > 1 {
		hint = p.words.Say("sheets.hint-sheets")
	}
	return tui.Run(ctx, queue.NewSheets(sheets, hint, d.theme), tui.Options{Keys: d.keys, Words: p.words, Theme: d.theme})
}

// workerSheet is the page of a worker.
func (p *program) workerSheet(s grade.WorkerFigures, goal time.Duration) queue.Sheet {
	sheet := queue.Sheet{Title: transcript.Clean(s.Worker) + " · " + p.words.Count("pay.tasks", s.Tasks)}
	add := func(b queue.Block) { sheet.Blocks = append(sheet.Blocks, b) }
	add(queue.Block{Head: p.words.Say("stats.head-work"), Rows: p.workerRows(s, goal)})
	if len(s.Trend) > 0 {
		add(queue.Block{Head: p.words.Say("stats.trend"), Plot: p.plotOf(s.Trend, "stats.after-golds", p.asPercent)})
	}
	if len(s.Fatigue) > 0 {
		add(queue.Block{Head: p.words.Say("stats.fatigue"), Plot: p.plotOf(s.Fatigue, "stats.after-minutes", p.asFactor)})
	}
	if len(s.FatigueWER) > 1 {
		add(queue.Block{Head: p.words.Say("stats.fatigue-wer"), Plot: p.plotOf(s.FatigueWER, "stats.after-minutes", p.asPercent)})
	}
	if len(s.Learning) > 0 {
		add(queue.Block{Head: p.words.Say("stats.learning"), Plot: p.plotOf(s.Learning, "stats.after-minutes", p.asFactor)})
	}
	if len(s.LearningWER) > 1 {
		add(queue.Block{Head: p.words.Say("stats.learning-wer"), Plot: p.plotOf(s.LearningWER, "stats.after-minutes", p.asPercent)})
	}
	if len(s.Replayed) > 0 {
		table := [][]string{}
		for _, spot := range s.Replayed {
			table = append(table, []string{transcript.Clean(spot.Task), transport.Clock(seconds(spot.FromS)) + "–" + transport.Clock(seconds(spot.ToS)), fmt.Sprintf("%d ×", spot.Times)})
		}
		add(queue.Block{Head: p.words.Say("stats.replayed"), Table: table})
	}
	return sheet
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// workerRows are a worker's figures as labels and values.
func (p *program) workerRows(s grade.WorkerFigures, goal time.Duration) (rows [][2]string) {
	row := func(key, value string) { rows = append(rows, [2]string{p.words.Say("stats." + key), value}) }
	row("active", shortTime(s.ActiveS)+" / "+shortTime(s.AudioS))
	if s.Factor != nil {
		row("factor", p.asFactor(*s.Factor))
	}
	if s.WER != nil {
		value := p.percentText(*s.WER) + " %"
		if s.Interval != nil {
			value += fmt.Sprintf(" (%s–%s %%)", p.percentText(s.Interval[0]), p.percentText(s.Interval[1]))
		}
		row("wer", value)
		row("kinds", fmt.Sprintf("%d / %d / %d", s.Errors.Substitutions, s.Errors.Insertions, s.Errors.Deletions))
	}
	if s.Peers != nil {
		row("peers", p.percentText(*s.Peers)+" %")
	}
	row("judged", fmt.Sprintf("%d / %d", s.Accepted, s.Rejected))
	row("level", strconv.Itoa(s.Level))
	row("streak", strconv.Itoa(s.Streak))
	if s.Today != nil {
		row("goal", fmt.Sprintf("%s %% (%s)", p.percentText(*s.Today), shortTime(goal.Seconds())))
	}
	return rows
}

func (p *program) asPercent(v float64) string { return p.percentText(v) + " %" }

func (p *program) asFactor(v float64) string { return p.words.Figure("%.1f ×", v) }

// plotOf is a curve with what it goes from and to in words. A single point is
// one too: it says where somebody begins.
func (p *program) plotOf(list []grade.Point, at string, unit func(float64) string) *queue.Plot {
	first, last := list[0], list[len(list)-1]
	plot := &queue.Plot{Unit: unit, From: p.words.Say(at, strconv.FormatFloat(first.At, 'f', -1, 64)), To: p.words.Say(at, strconv.FormatFloat(last.At, 'f', -1, 64))}
	for _, q := range list {
		point := queue.Point{At: q.At, Value: q.Value}
		if q.Interval != nil {
			point.Low, point.High, point.Band = q.Interval[0], q.Interval[1], true
		}
		plot.Points = append(plot.Points, point)
	}
	plot.Note = unit(first.Value) + " → " + unit(last.Value)
	if last.Interval != nil {
		plot.Note += fmt.Sprintf(" (%s–%s)", unit(last.Interval[0]), unit(last.Interval[1]))
	}
	return plot
}

// batchSheet is the page of a batch: what came, what it cost, who did it.
func (p *program) batchSheet(b grade.BatchFigures, workers []grade.WorkerFigures) queue.Sheet {
	sheet := queue.Sheet{Title: p.words.Say("stats.batch", transcript.Clean(b.Batch))}
	sheet.Blocks = append(sheet.Blocks, queue.Block{Head: p.words.Say("stats.head-batch"), Rows: p.leadRows(b)})
	if len(b.PerDay) > 0 {
		sheet.Blocks = append(sheet.Blocks, queue.Block{Head: p.words.Say("stats.per-day"), Plot: p.plotOf(b.PerDay, "stats.day", func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) })})
	}
	if len(b.Reasons) > 0 {
		sheet.Blocks = append(sheet.Blocks, queue.Block{Head: p.words.Say("stats.rejected-because"), Rows: p.reasonsLines(b.Reasons)})
	}
	table := [][]string{{p.words.Say("stats.worker"), p.words.Say("stats.col-tasks"), p.words.Say("stats.col-wer"), p.words.Say("stats.col-peers"), p.words.Say("stats.col-rejected")}}
	sorted := slices.Clone(workers)
	slices.SortStableFunc(sorted, func(a, b grade.WorkerFigures) int { return b.Tasks - a.Tasks })
	for _, w := range sorted[:min(len(sorted), 40)] {
		wer, peers := "–", "–"
		if w.WER != nil {
			wer = p.percentText(*w.WER) + " %"
		}
		if w.Peers != nil {
			peers = p.percentText(*w.Peers) + " %"
		}
		table = append(table, []string{transcript.Clean(w.Worker), strconv.Itoa(w.Tasks), wer, peers, strconv.Itoa(w.Rejected)})
	}
	sheet.Blocks = append(sheet.Blocks, queue.Block{Head: p.words.Say("stats.workers"), Table: table})
	return sheet
}

// paySheet is the page of what a worker has in a currency.
func (p *program) paySheet(w *task.Wage, warnings []string) queue.Sheet {
	sheet := queue.Sheet{Title: transcript.Clean(w.Worker) + " · " + p.words.Count("pay.tasks", w.Tasks) + " · " + w.Currency}
	sheet.Blocks = append(sheet.Blocks, queue.Block{Head: p.words.Say("pay.head"), Rows: p.wageRows(w)})
	if len(w.Days) > 0 {
		var days []grade.Point
		for _, d := range w.Days {
			days = append(days, grade.Point{At: float64(d.Day), Value: d.Amount.Float()})
		}
		sheet.Blocks = append(sheet.Blocks, queue.Block{Head: p.words.Say("pay.per-day"), Plot: p.plotOf(days, "stats.day", func(v float64) string { return money(cents(task.Decimal(v*1e6)), w.Currency) })})
	}
	var lines []string
	for _, code := range warnings {
		lines = append(lines, p.words.Say("pay-warning."+code))
	}
	if len(lines) > 0 {
		sheet.Blocks = append(sheet.Blocks, queue.Block{Head: p.words.Say("pay.take-care"), Lines: lines, Bad: true})
	}
	return sheet
}
