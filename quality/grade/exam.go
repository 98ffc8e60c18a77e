package grade

import (
	"fmt"
	"time"

	"tapescript/quality"
)

// Exam is what has to be passed.
type Exam struct {
	Name  string
	Pass  float64       // the highest word error rate that passes, a fraction
	Golds int           // below so many there is no verdict
	Retry time.Duration // who failed may try again after
	Level int           // reached by passing
}

// The least number of golds that a verdict stands on: an exam of five ranks
// workers at a correlation of .7 to the truth, one of ten at .8 (CrowdSpeech).
const leastGolds = 10

// Presets are pass marks of trades: a medical editor's 98 of 100, a
// marketplace's “95 % accurate”, what a crowd reaches, and CrowdSpeech's exam.
func Presets() []Exam {
	const day = 24 * time.Hour
	return []Exam{
		{"medical", .02, leastGolds, 7 * day, 4},
		{"marketplace", .05, leastGolds, 3 * day, 3},
		{"crowd", .15, leastGolds, day, 2},
		{"exam", .40, leastGolds, day, 1},
	}
}

// Preset returns the exam of a name.
func Preset(name string) (Exam, error) {
	for _, e := range Presets() {
		if e.Name == name {
			return e, nil
		}
	}
	return Exam{}, fmt.Errorf("no exam is called %q", name)
}

// Outcome is what came of an exam. Rates are fractions.
type Outcome struct {
	WER       float64
	Low, High float64 // its 95 % interval
	Interval  bool    // whether it is known: of two golds or more
	Golds     int
	Passed    bool
	// Decided is false below the exam's number of golds: no verdict then.
	Decided bool
	// Close says that the mark lies within the interval: with other golds it
	// might have come out otherwise.
	Close bool
	Level int // the highest of the ladder that the rate is good for, 0 for none
}

// Assess says what a report on gold comes to.
func (e Exam) Assess(r *quality.Report) Outcome {
	o := Outcome{Golds: len(r.Items)}
	rate, known := r.Corpus.WER()
	o.WER = rate
	if i, ok := r.Interval(); ok {
		o.Low, o.High, o.Interval = i.Low, i.High, true
		o.Close = i.Low <= e.Pass && e.Pass < i.High
	}
	o.Decided = known && o.Golds >= max(e.Golds, 1)
	o.Passed = o.Decided && rate <= e.Pass
	if o.Passed {
		o.Level = e.Level
		for _, step := range Presets() {
			if rate <= step.Pass {
				o.Level = max(o.Level, step.Level)
			}
		}
	}
	return o
}
