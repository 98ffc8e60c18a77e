package task

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestWagesAreTheLedgerByWorkerAndCurrency(t *testing.T) {
	first := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	store := books{
		results: []Result{
			{Submission: &Submission{Worker: "b", Active: 30 * time.Minute, Wall: time.Hour}},
			{Submission: &Submission{Worker: "b", Wall: 30 * time.Minute}}, // not measured: the platform's
		},
		entries: []Entry{
			{Worker: "b", Currency: "USD", Kind: ForTask, To: InReview, Amount: 4_000_000, At: first},
			{Worker: "b", Currency: "USD", Kind: ForVerdict, From: InReview, To: Approved, Amount: 4_000_000, At: first.Add(time.Hour)},
			{Worker: "b", Currency: "USD", Kind: ForTask, To: InReview, Amount: 2_000_000, At: first.Add(49 * time.Hour), Note: "length-unknown"},
			{Worker: "b", Currency: "USD", Kind: ForBonus, To: Proposed, Amount: 1_000_000, At: first.Add(50 * time.Hour)},
			{Worker: "a", Currency: "EUR", Kind: ForTask, To: InReview, Amount: 1_000_000, At: first},
		},
	}
	list, err := Wages(t.Context(), store, "")
	if err != nil || len(list) != 2 || list[0].Worker != "a" {
		t.Fatalf("got %+v, %v", list, err)
	}
	w := list[1]
	if w.Tasks != 2 || w.Pending != 2_000_000 || w.Approved != 4_000_000 || w.Proposed != 1_000_000 || w.Unpriced != 1 || w.ActiveS != 3600 {
		t.Errorf("got %+v", w)
	}
	if want := []Earnings{{0, 4_000_000}, {2, 2_000_000}}; !reflect.DeepEqual(w.Days, want) {
		t.Errorf("by day: %v, want %v", w.Days, want)
	}
	if err := w.Rate(.2, Price{Amount: 10_000_000, Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	if *w.Hourly != 4_800_000 || *w.ToThreshold != 6_000_000 || !slices.Equal(w.Warnings, []string{"threshold"}) {
		t.Errorf("an hour %v, to the threshold %v, %v", w.Hourly, w.ToThreshold, w.Warnings)
	}
	if err := list[0].Rate(0, Price{Amount: 1, Currency: "USD"}); err != nil || list[0].Hourly != nil || list[0].ToThreshold != nil {
		t.Errorf("without time, in another currency: %+v, %v", list[0], err)
	}
}

func TestAStatementIsHeldAgainstTheLedger(t *testing.T) {
	forTask := func(id string, amount Decimal) Entry {
		return Entry{Submission: id, Kind: ForTask, To: InReview, Amount: amount}
	}
	store := books{entries: []Entry{
		forTask("right", 5), forTask("less", 5), forTask("refused", 5), forTask("lacking", 5), forTask("assignment/worker", 5), forTask("free", 0), forTask("double", 5),
		{Submission: "refused", Kind: ForVerdict, From: InReview, To: RejectedAs, Amount: 5},
	}}
	rows := []Payment{{"right", 5}, {"less", 4}, {"refused", 5}, {"assignment", 5}, {"double", 5}, {"double", 5}, {"stranger", 1}}
	found, err := Reconcile(t.Context(), store, "", rows)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range found {
		got = append(got, d.Submission+" "+d.Code)
	}
	if want := []string{"less amount", "refused rejected", "double twice", "stranger unknown", "lacking missing"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if d := found[0]; *d.Statement != 4 || *d.Ledger != 5 {
		t.Errorf("amounts %v, %v", *d.Statement, *d.Ledger)
	}
}

func (b books) Measures(context.Context, string) ([]Measure, error) {
	return []Measure{{Key: "one", Reason: Reason{Code: "rule"}}}, nil
}

func TestAProposalIsAnsweredOnce(t *testing.T) {
	store := books{entries: []Entry{
		{Key: "one", Worker: "w", To: Proposed, Amount: 5, Currency: "USD"},
		{Key: "two", Worker: "w", To: Proposed, Amount: 7, Currency: "USD"},
	}}
	open, err := Proposals(t.Context(), store)
	if err != nil || len(open) != 2 || open[0].Reason.Code != "rule" || open[1].Reason.Code != "" {
		t.Fatalf("got %+v, %v", open, err)
	}
	store.entries = append(store.entries, open[0].Answer(Approved, time.Now(), "approved"))
	if open, err = Proposals(t.Context(), store); err != nil || len(open) != 1 || open[0].Key != "two" {
		t.Errorf("after the answer: %+v, %v", open, err)
	}
	for key, want := range map[string]bool{"one": true, "two": false} {
		if got, err := Answered(t.Context(), store, key); err != nil || got != want {
			t.Errorf("%s answered: %v, %v", key, got, err)
		}
	}
	var sum Balance
	for _, e := range store.entries {
		sum.Add(e)
	}
	if sum.Approved != 5 || sum.Proposed != 7 {
		t.Errorf("the money: %+v", sum)
	}
}

func TestOffersToBeWaryOf(t *testing.T) {
	b := Batch{Instructions: "Write to us on WhatsApp; frais d’inscription : 10 €."}
	if got, want := b.Warnings(), []string{"no-rate", "join-fee", "outside"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	b = Batch{Instructions: "Transcribe what you hear.", Price: Price{Amount: 1, Currency: "USD", Per: PerTask}}
	if got := b.Warnings(); got != nil {
		t.Errorf("of an honest one: %q", got)
	}
}
