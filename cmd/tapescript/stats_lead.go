package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
)

// leadJSON is what a lead's script reads.
type leadJSON struct {
	Batches []grade.BatchFigures  `json:"batches"`
	Workers []grade.WorkerFigures `json:"workers"`
}

// leadRows are a batch's figures as labels and values.
func (p *program) leadRows(s grade.BatchFigures) (rows [][2]string) {
	row := func(key, value string) { rows = append(rows, [2]string{p.words.Say("stats." + key), value}) }
	row("tasks-open", fmt.Sprintf("%d / %d", s.Tasks, s.Open))
	row("judged-pending", fmt.Sprintf("%d / %d / %d", s.Accepted, s.Rejected, s.Pending))
	if s.Overlap != nil {
		row("overlap", strconv.FormatFloat(*s.Overlap, 'f', 2, 64))
	}
	row("accepted-audio", shortTime(s.AcceptedS))
	for _, c := range s.Cost {
		if s.AcceptedS > 0 {
			row("hour-cost", money(cents(c.Hour), c.Currency))
		}
	}
	if s.GoldsLeft != nil {
		row("golds-left", fmt.Sprintf("%d / %d", *s.GoldsLeft, s.Golds))
	}
	if s.Appeals > 0 {
		row("appeals", fmt.Sprintf("%d / %d", s.Appeals, s.Granted))
	}
	return rows
}

// cents rounds an amount to the cent, for people.
func cents(d task.Decimal) task.Decimal {
	const cent = 10_000
	return (d + cent/2) / cent * cent
}

// reasonsLines are why work was rejected, the most frequent first.
func (p *program) reasonsLines(reasons map[string]int) (lines [][2]string) {
	codes := slices.SortedFunc(maps.Keys(reasons), func(a, b string) int { return cmp.Or(reasons[b]-reasons[a], strings.Compare(a, b)) })
	for _, code := range codes {
		label := code
		if key := "stats-reason." + code; p.words.Has(key) {
			label = p.words.Say(key)
		}
		lines = append(lines, [2]string{label, strconv.Itoa(reasons[code])})
	}
	return lines
}

func (p *program) printLead(list []grade.BatchFigures) error {
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, s := range list {
		fmt.Fprintf(t, "%s\t\n", transcript.Clean(s.Batch))
		for _, row := range append(p.leadRows(s), p.reasonsLines(s.Reasons)...) {
			fmt.Fprintf(t, "%s\t%s\n", row[0], row[1])
		}
	}
	t.Flush()
	return p.print(p.out, text.String())
}
