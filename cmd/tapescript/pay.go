package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/tui/queue"
)

type payFlags struct {
	storeFlags
	check, fee, threshold, payout, note string
	bonus, bonusFor, bonusWER           string
	bonusEvery                          int
	approve, decline                    []string
	ledger, proposed, all, plain, json  bool
}

func (p *program) payCommand() *cobra.Command {
	var f payFlags
	c := p.command("pay", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return p.pay(c.Context(), f) })
	p.addWorkerFlag(c, &f.storeFlags)
	c.Flags().BoolVar(&f.all, "all", false, p.words.Say("flag.pay-all"))
	c.Flags().BoolVar(&f.ledger, "ledger", false, p.words.Say("flag.pay-ledger"))
	c.Flags().StringVar(&f.check, "check", "", p.words.Say("flag.pay-check"))
	c.Flags().StringVar(&f.fee, "fee", "", p.words.Say("flag.pay-fee"))
	c.Flags().StringVar(&f.threshold, "threshold", "", p.words.Say("flag.pay-threshold"))
	c.Flags().StringVar(&f.payout, "payout", "", p.words.Say("flag.pay-payout"))
	c.Flags().StringVar(&f.bonus, "bonus", "", p.words.Say("flag.pay-bonus"))
	c.Flags().IntVar(&f.bonusEvery, "bonus-every", 0, p.words.Say("flag.pay-bonus-every"))
	c.Flags().StringVar(&f.bonusWER, "bonus-wer", "", p.words.Say("flag.pay-bonus-wer"))
	c.Flags().StringVar(&f.bonusFor, "key", "", p.words.Say("flag.pay-key"))
	c.Flags().StringVar(&f.note, "note", "", p.words.Say("flag.pay-note"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.Flags().BoolVar(&f.plain, "plain", false, p.words.Say("flag.figures-plain"))
	c.Flags().BoolVar(&f.proposed, "proposed", false, p.words.Say("flag.pay-proposed"))
	c.Flags().StringArrayVar(&f.approve, "approve", nil, p.words.Say("flag.pay-approve"))
	c.Flags().StringArrayVar(&f.decline, "decline", nil, p.words.Say("flag.pay-decline"))
	c.MarkFlagsMutuallyExclusive("check", "payout", "bonus", "ledger", "proposed", "approve", "decline")
	return c
}

// pay shows the ledger, adds to it, or holds a platform's statement against it.
func (p *program) pay(ctx context.Context, f payFlags) error {
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	worker := ""
	if !f.all || f.payout+f.bonus != "" && f.bonusEvery == 0 {
		if worker, err = p.workerID(f.storeFlags); err != nil {
			return err
		}
	}
	switch {
	case f.proposed || f.approve != nil || f.decline != nil:
		return p.payProposed(ctx, store, f)
	case f.bonusEvery != 0:
		return p.payBonuses(ctx, store, worker, f)
	case f.payout+f.bonus != "":
		return p.postPay(ctx, store, worker, f)
	case f.check != "":
		return p.checkStatement(ctx, store, worker, f)
	case f.ledger:
		return p.printLedger(ctx, store, worker, f.json)
	}
	return p.printPay(ctx, store, worker, f)
}

// postPay writes a payout or a bonus. Its key makes twice once.
func (p *program) postPay(ctx context.Context, store task.Store, worker string, f payFlags) error {
	price, ok := task.ParsePrice(f.payout + f.bonus)
	if !ok || price.Per != task.PerTask || price.Amount == 0 {
		return usagef("%s", p.words.Say("pay.amount", f.payout+f.bonus))
	}
	if f.bonusFor == "" {
		return usagef("%s", p.words.Say("pay.needs-key"))
	}
	e := task.Entry{Key: "bonus/" + worker + "/" + f.bonusFor, Worker: worker, Kind: task.ForBonus, To: task.Approved, Amount: price.Amount, Currency: price.Currency, At: time.Now().UTC(), Note: f.note}
	if f.payout != "" {
		e.Key, e.Kind, e.From, e.To = "payout/"+worker+"/"+f.bonusFor, task.ForPayout, task.Approved, task.Paid
	}
	added, err := store.Post(ctx, e)
	if err == nil {
		p.tell(p.words.Say(map[bool]string{true: "pay.posted", false: "pay.known"}[added > 0], e.Key))
	}
	return err
}

func (p *program) printLedger(ctx context.Context, store task.Store, worker string, asJSON bool) error {
	var list []map[string]any
	var text strings.Builder
	fmt.Fprintln(&text, "at\tkey\tworker\ttask\tkind\tfrom\tto\tamount\tcurrency\tnote")
	for e, err := range store.Ledger(ctx, worker) {
		if err != nil {
			return err
		}
		if asJSON {
			list = append(list, map[string]any{"at": e.At, "key": e.Key, "worker": e.Worker, "task": e.Task, "submission": e.Submission, "kind": e.Kind, "from": e.From, "to": e.To, "amount": e.Amount, "currency": e.Currency, "note": e.Note})
			continue
		}
		fmt.Fprintf(&text, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", e.At.Format(time.RFC3339), e.Key, e.Worker, e.Task, e.Kind, e.From, e.To, e.Amount, e.Currency, inCell(e.Note))
	}
	if asJSON {
		return p.printJSON(list)
	}
	return p.print(p.out, text.String())
}

func (p *program) printPay(ctx context.Context, store task.Store, worker string, f payFlags) error {
	list, err := task.Wages(ctx, store, worker)
	if err != nil {
		return err
	}
	fee := 0.0
	if f.fee != "" {
		if fee, err = p.share("fee", f.fee); err != nil {
			return err
		}
	}
	threshold, ok := task.ParsePrice(f.threshold)
	if !ok {
		return usagef("%s", p.words.Say("pay.amount", f.threshold))
	}
	batches, err := store.Batches(ctx)
	if err != nil {
		return err
	}
	warnings := []string{}
	for _, b := range batches {
		for _, w := range b.Warnings() {
			if !slices.Contains(warnings, w) {
				warnings = append(warnings, w)
			}
		}
	}
	for _, w := range list {
		if err := w.Rate(fee, threshold); err != nil {
			return err
		}
		w.Warnings = append(w.Warnings, warnings...)
	}
	if f.json {
		if list == nil {
			list = []*task.Wage{}
		}
		return p.printJSON(list)
	}
	if len(list) == 0 {
		p.tell(p.words.Say("pay.nothing"))
	} else if p.onScreen(f.plain) {
		var sheets []queue.Sheet
		for _, w := range list {
			sheets = append(sheets, p.paySheet(w, w.Warnings))
		}
		return p.showFigures(ctx, sheets)
	}
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, w := range list {
		fmt.Fprintf(t, "%s\t%s\n", transcript.Clean(w.Worker), p.words.Count("pay.tasks", w.Tasks))
		for _, row := range p.wageRows(w) {
			fmt.Fprintf(t, "%s\t%s\n", row[0], row[1])
		}
	}
	t.Flush()
	for _, w := range warnings {
		fmt.Fprintln(&text, p.words.Say("pay-warning."+w))
	}
	for _, w := range list {
		if slices.Contains(w.Warnings, "threshold") {
			fmt.Fprintln(&text, p.words.Say("pay-warning.threshold"))
		}
	}
	return p.print(p.out, text.String())
}

// wageRows are what stands where, as labels and values.
func (p *program) wageRows(w *task.Wage) (rows [][2]string) {
	row := func(key string, d task.Decimal) {
		rows = append(rows, [2]string{p.words.Say("pay." + key), money(d, w.Currency)})
	}
	row("pending", w.Pending)
	row("approved", w.Approved)
	row("rejected", w.Rejected)
	row("paid", w.Paid)
	if w.Proposed > 0 {
		row("proposed", w.Proposed)
	}
	if w.Hourly != nil {
		row("hourly", *w.Hourly)
	}
	if w.ToThreshold != nil {
		row("to-threshold", *w.ToThreshold)
	}
	if w.Unpriced > 0 {
		rows = append(rows, [2]string{p.words.Say("pay.unpriced"), strconv.Itoa(w.Unpriced)})
	}
	return rows
}

// checkStatement holds a platform's statement against the ledger: a table with a
// column that names the submission (or its assignment), and one for the amount.
func (p *program) checkStatement(ctx context.Context, store task.Store, worker string, f payFlags) error {
	rows, err := p.readStatement(f.check)
	if err != nil {
		return err
	}
	found, err := task.Reconcile(ctx, store, worker, rows)
	if err != nil {
		return err
	}
	return p.printDifferences(found, len(rows), f)
}

func (p *program) printDifferences(found []task.Difference, rows int, f payFlags) error {
	if f.json {
		if err := p.printJSON(map[string]any{"rows": rows, "differences": found}); err != nil {
			return err
		}
	} else {
		var text strings.Builder
		for _, d := range found {
			amounts := []string{"–", "–"}
			for i, a := range []*task.Decimal{d.Statement, d.Ledger} {
				if a != nil {
					amounts[i] = a.String()
				}
			}
			fmt.Fprintln(&text, p.words.Say("pay-check."+d.Code, d.Submission, amounts[0], amounts[1]))
		}
		fmt.Fprintln(&text, p.words.Say("pay-check.sum", rows, len(found)))
		if err := p.print(p.out, text.String()); err != nil {
			return err
		}
	}
	if len(found) > 0 {
		return quietError{exitGate}
	}
	return nil
}

// readStatement reads a statement's rows: what was paid for each submission.
func (p *program) readStatement(path string) (rows []task.Payment, err error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if strings.HasSuffix(path, ".tsv") {
		r.Comma = '\t'
	}
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	id, amount := column(head, "submission", "assignment", "assignmentid", "assignment:assignment_id", "id"), column(head, "amount", "reward", "payment", "paid")
	if id < 0 || amount < 0 {
		return nil, errors.New(p.words.Say("pay.statement", path))
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(row) <= max(id, amount) {
			return nil, errors.New(p.words.Say("pay.statement-row", path, line))
		}
		d, err := task.ParseDecimal(strings.TrimLeft(strings.TrimSpace(row[amount]), "$€£ "))
		if err != nil {
			return nil, errors.New(p.words.Say("pay.statement-row", path, line))
		}
		rows = append(rows, task.Payment{Submission: row[id], Amount: d})
	}
}

// column finds a column by one of its usual names.
func column(head []string, names ...string) int {
	for _, n := range names {
		for i, h := range head {
			if strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")), n) {
				return i
			}
		}
	}
	return -1
}

// inCell keeps a text in its cell.
func inCell(s string) string {
	return strings.NewReplacer("\t", "\\t", "\n", "\\n", "\r", "\\r").Replace(s)
}
