package grade

import (
	"context"
	"fmt"
	"iter"
	"math"
	"reflect"
	"testing"
	"time"

	"tapescript/quality"
	"tapescript/transcript/task"
)

// goldsIn are measured answers to golds of ten words each, with so many errors.
func goldsIn(worker string, from time.Time, errors ...int) (list []Answer) {
	for i, n := range errors {
		list = append(list, Answer{
			Worker: worker, Task: fmt.Sprint(i), Kind: task.Control, Gold: []string{"x"}, At: from.Add(time.Duration(i) * time.Minute),
			Counts: quality.Counts{Correct: 10 - n, Substitutions: n},
		})
	}
	return list
}

func repeat(n, times int) []int {
	list := make([]int, times)
	for i := range list {
		list[i] = n
	}
	return list
}

// The limit is the textbook's u chart, where rates scatter no more than chance.
func TestAControlChartFindsWhoIsOut(t *testing.T) {
	at := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	var answers []Answer
	for i := range 9 {
		answers = append(answers, goldsIn(fmt.Sprintf("good-%d", i), at, repeat(1, 20)...)...)
	}
	answers = append(answers, goldsIn("bad", at, append(repeat(1, 10), repeat(4, 10)...)...)...)
	answers = append(answers, goldsIn("new", at, repeat(9, 9)...)...) // no ten yet
	chart := ControlChart(answers)
	centre := float64(9*20+10+40+81) / float64(9*200+200+90)
	z := (0.4 - centre) / math.Sqrt(centre/100)
	zLow := (0.1 - centre) / math.Sqrt(centre/100)
	spread := max((z-zLow)/10/1.128, 1) // ten moving ranges, nine of them 0
	upper := centre + 3*spread*math.Sqrt(centre/100)
	bad := chart["bad"]
	if !reflect.DeepEqual(bad.Rates, []float64{.1, .4}) || !bad.Known || !bad.Out || math.Abs(bad.Upper-upper) > 1e-12 {
		t.Errorf("bad: got %+v, want a limit of %v", bad, upper)
	}
	if good := chart["good-3"]; good.Out || !good.Known {
		t.Errorf("good: got %+v", good)
	}
	if fresh := chart["new"]; fresh.Known || fresh.Out || fresh.Rates == nil || len(fresh.Rates) > 0 {
		t.Errorf("new: got %+v", fresh)
	}
}

// Clustered errors widen the limits; without errors, or ranges, they stay.
func TestLaneysCorrectionWidensTheLimits(t *testing.T) {
	calm := map[string][]window{"a": {{.1, 100}, {.11, 100}, {.1, 100}}}
	if got := laney(calm, .1); got != 1 {
		t.Errorf("calm: %v", got)
	}
	sigma := math.Sqrt(.1 / 100)
	wild := map[string][]window{"a": {{.1, 100}, {.1 + 4*sigma, 100}}, "b": {{.3, 100}}}
	if got := laney(wild, .1); math.Abs(got-4/1.128) > 1e-9 {
		t.Errorf("wild: %v, want %v", got, 4/1.128)
	}
	if got := laney(wild, 0); got != 1 {
		t.Errorf("no errors: %v", got)
	}
}

func TestGoldsLeftAreOfWhoHasMetTheMost(t *testing.T) {
	answers := append(goldsIn("a", time.Time{}, 0, 0, 0), goldsIn("b", time.Time{}, 0)...)
	for golds, want := range map[int]int{5: 2, 3: 0, 2: 0} {
		if got := GoldsLeft(golds, answers); got != want {
			t.Errorf("of %d: %d, want %d", golds, got, want)
		}
	}
}

func TestThroughputIsOfTheLastDay(t *testing.T) {
	now := time.Date(2026, 3, 20, 18, 0, 0, 0, time.UTC)
	var answers []Answer
	for _, ago := range []time.Duration{-time.Minute, 0, 59 * time.Minute, time.Hour, 24*time.Hour - 1, 24 * time.Hour} {
		answers = append(answers, Answer{Batch: "b", At: now.Add(-ago), Length: time.Minute})
	}
	got, recent := ThroughputOf(answers, now)
	want := Throughput{Hour: 2, Day: 4, AudioS: 240}
	want.Hours[23], want.Hours[22], want.Hours[0] = 2, 1, 1
	if got != want || recent["b"] != 4 {
		t.Errorf("got %+v, %v", got, recent)
	}
}

// books is a store of nothing but a ledger.
type books struct {
	task.Store
	entries []task.Entry
}

func (b books) Ledger(context.Context, string) iter.Seq2[task.Entry, error] {
	return func(yield func(task.Entry, error) bool) {
		for _, e := range b.entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestCostIsOverEachAcceptedRecordingOnce(t *testing.T) {
	answers := []Answer{
		{Task: "a", Currency: "USD", Decision: task.Accepted, Length: 10 * time.Minute},
		{Task: "a", Currency: "USD", Decision: task.Accepted, Length: 10 * time.Minute},
		{Task: "b", Currency: "USD", Decision: task.Rejected, Length: 10 * time.Minute},
	}
	store := books{entries: []task.Entry{
		{Batch: "x", Currency: "USD", To: task.Approved, Amount: 2_000_000},
		{Batch: "x", Currency: "USD", To: task.InReview, Amount: 500_000},
		{Batch: "y", Currency: "USD", To: task.Approved, Amount: 9_000_000},
	}}
	list, err := CostOf(t.Context(), store, "x", answers)
	if err != nil || len(list) != 1 || list[0].Spent != 2_000_000 || list[0].Pending != 500_000 || list[0].AudioS != 600 || *list[0].PerHour != 12 {
		t.Errorf("got %+v, %v", list, err)
	}
}
