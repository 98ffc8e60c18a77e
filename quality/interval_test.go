package quality

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// simulated makes a report of items of five to thirty words, each wrong with a
// chance that differs from item to item around a mean.
func simulated(r *rand.Rand, items int, mean float64) *Report {
	report := &Report{}
	for i := range items {
		var c Counts
		chance := mean * 2 * r.Float64()
		for range 5 + r.IntN(26) {
			if r.Float64() < chance {
				c.Substitutions++
			} else {
				c.Correct++
			}
		}
		report.Items = append(report.Items, ItemScore{ID: fmt.Sprint(i), Counts: c})
	}
	return report
}

func TestIntervalsCoverTheTruth(t *testing.T) {
	corpora := 200
	covered := 0
	r := rand.New(rand.NewPCG(3, 4))
	for range corpora {
		i, known := simulated(r, 120, 0.15).Interval()
		if !known || i.BySpeaker {
			t.Fatal("no interval of items")
		}
		if i.Low <= 0.15 && 0.15 <= i.High {
			covered++
		}
	}
	// Of 200, 95 % are 190, give or take three times the deviation of 3.1.
	if covered < 181 || covered > 199 {
		t.Errorf("%d of %d intervals cover the truth", covered, corpora)
	}
}

func TestFewSpeakersAreDrawnWhole(t *testing.T) {
	r := simulated(rand.New(rand.NewPCG(5, 6)), 60, 0.1)
	items, _ := r.Interval()
	for i := range r.Items { // errors go together by speaker
		r.Items[i].Speaker = fmt.Sprint(i % 4)
		if i%4 == 0 {
			c := &r.Items[i].Counts
			c.Substitutions, c.Correct = c.Words(), 0
		}
	}
	speakers, known := r.Interval()
	if !known || !speakers.BySpeaker || speakers.High-speakers.Low < 2*(items.High-items.Low) {
		t.Errorf("items %v, speakers %v", items, speakers)
	}
	if _, known := (&Report{Items: r.Items[:1]}).Interval(); known {
		t.Error("one item has an interval")
	}
}

func TestDifferenceOfTwoHypotheses(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	first := simulated(r, 400, 0.2)
	second := &Report{Items: append([]ItemScore{}, first.Items...)}
	if d, ok := Compare(first, second); !ok || d.Low != 0 || d.High != 0 || d.Improvement != 0 {
		t.Errorf("a report against itself: %+v, %v", d, ok)
	}
	for i := range second.Items {
		if c := &second.Items[i].Counts; c.Substitutions > 0 && r.IntN(3) == 0 {
			c.Substitutions--
			c.Correct++
		}
	}
	if d, ok := Compare(first, second); !ok || d.High >= 0 || d.Improvement < 0.99 {
		t.Errorf("got %+v, %v", d, ok)
	}
	if d, _ := Compare(first, simulated(r, 399, 0.2)); d.Items != 399 {
		t.Errorf("%d items in common", d.Items)
	}
}

// BenchmarkCoverage says how many of 1,000 intervals hold the true rate, per
// cent; 93 to 97 are right for 95.
func BenchmarkCoverage(b *testing.B) {
	const corpora = 1000
	covered := 0
	r := rand.New(rand.NewPCG(13, 14))
	for b.Loop() {
		covered = 0
		for range corpora {
			i, _ := simulated(r, 120, 0.15).Interval()
			if i.Low <= 0.15 && 0.15 <= i.High {
				covered++
			}
		}
	}
	b.ReportMetric(100*float64(covered)/corpora, "%covered")
}

func BenchmarkInterval(b *testing.B) {
	r := simulated(rand.New(rand.NewPCG(9, 10)), 20_000, 0.2)
	for b.Loop() {
		r.Interval()
	}
}
