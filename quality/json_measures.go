package quality

import (
	"encoding/json"
	"time"
)

// measureFields are the figures beside the error rates; rates are null where
// they are not known.
type measureFields struct {
	ItemsWrong  shareFields `json:"items_wrong"`
	MER         *float64    `json:"mer"`
	WIL         *float64    `json:"wil"`
	WIP         *float64    `json:"wip"`
	Numbers     shareFields `json:"numbers"`
	Names       shareFields `json:"names"`
	Negations   shareFields `json:"negations"`
	Punctuation shareFields `json:"punctuation"`
	Case        shareFields `json:"case"`
	Points      *int        `json:"points"`
}

func (r *Report) measures() measureFields {
	meaning, written := r.Meaning(), r.Written()
	var points *int
	if r.Corpus.Words() > 0 {
		g := r.Grade()
		points = &g.Points
	}
	return measureFields{
		r.Sentences().fields(), rate(r.Corpus.MER()), rate(r.Corpus.WIL()), rate(r.Corpus.WIP()),
		meaning.Numbers.fields(), meaning.Names.fields(), meaning.Negations.fields(),
		written.Punctuation.fields(), written.Case.fields(), points,
	}
}

type shareFields struct {
	Wrong int      `json:"wrong"`
	Of    int      `json:"of"`
	Rate  *float64 `json:"rate"`
}

func (s Share) fields() shareFields { return shareFields{s.Wrong, s.Of, rate(s.Rate())} }

// MarshalJSON writes {"low", "high", "by_speaker"}.
func (i Interval) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Low       float64 `json:"low"`
		High      float64 `json:"high"`
		BySpeaker bool    `json:"by_speaker"`
	}{i.Low, i.High, i.BySpeaker})
}

// MarshalJSON writes {"rule", "count"}.
func (c RuleCount) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Rule  string `json:"rule"`
		Count int    `json:"count"`
	}{c.Rule, c.Count})
}

// MarshalJSON writes cpWER, tcpWER and the label errors. Counts of characters
// are not in it: they are not measured by speaker.
func (a *Attribution) MarshalJSON() ([]byte, error) {
	type pair struct {
		Recording  string `json:"recording,omitempty"`
		Gold       string `json:"gold"`
		Hypothesis string `json:"hypothesis"`
		wordFields
	}
	out := struct {
		Permuted wordFields  `json:"cp"`
		Timed    *wordFields `json:"tcp"`
		Collar   float64     `json:"collar"`
		Labels   shareFields `json:"labels"`
		Pairs    []pair      `json:"pairs"`
	}{Permuted: a.Permuted.wordFields(), Collar: a.Collar.Seconds(), Labels: a.Labels.fields(), Pairs: []pair{}}
	if a.TimedKnown {
		timed := a.Timed.wordFields()
		out.Timed = &timed
	}
	for _, p := range a.Pairs {
		out.Pairs = append(out.Pairs, pair{p.Recording, p.Gold, p.Hypothesis, p.Counts.wordFields()})
	}
	return json.Marshal(out)
}

type wordFields struct {
	Words         int      `json:"words"`
	Correct       int      `json:"correct"`
	Substitutions int      `json:"substitutions"`
	Insertions    int      `json:"insertions"`
	Deletions     int      `json:"deletions"`
	WER           *float64 `json:"wer"`
}

func (c Counts) wordFields() wordFields {
	return wordFields{c.Words(), c.Correct, c.Substitutions, c.Insertions, c.Deletions, rate(c.WER())}
}

// MarshalJSON writes how many segments there are, precision, recall and F1, and
// the boundary errors in milliseconds, null where no segment matched.
func (s *Segmentation) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Gold       int              `json:"gold"`
		Hypothesis int              `json:"hypothesis"`
		Matched    int              `json:"matched"`
		Precision  *float64         `json:"precision"`
		Recall     *float64         `json:"recall"`
		F1         *float64         `json:"f1"`
		Start      *deviationFields `json:"start_ms"`
		End        *deviationFields `json:"end_ms"`
	}{
		s.Gold, s.Hypothesis, s.Matched, rate(s.Precision()), rate(s.Recall()), rate(s.F1()),
		milliseconds(s.Starts()), milliseconds(s.Ends()),
	})
}

type deviationFields struct {
	Mean   float64 `json:"mean"`
	Median float64 `json:"median"`
	P95    float64 `json:"p95"`
	Bias   float64 `json:"bias"`
}

func milliseconds(d Deviation, known bool) *deviationFields {
	if !known {
		return nil
	}
	ms := func(t time.Duration) float64 { return float64(t.Microseconds()) / 1000 }
	return &deviationFields{ms(d.Mean), ms(d.Median), ms(d.P95), ms(d.Bias)}
}

// MarshalJSON writes how many items were compared, both error rates on them, the
// interval of their difference and the matched pairs test.
func (d Difference) MarshalJSON() ([]byte, error) {
	type test struct {
		Segments int     `json:"segments"`
		Z        float64 `json:"z"`
		P        float64 `json:"p"`
	}
	out := struct {
		Items       int       `json:"items"`
		First       *float64  `json:"first_wer"`
		Second      *float64  `json:"second_wer"`
		Interval    *Interval `json:"interval"`
		Improvement *float64  `json:"improvement"`
		Test        *test     `json:"mapsswe"`
	}{Items: d.Items, First: rate(d.First.WER()), Second: rate(d.Second.WER())}
	if d.IntervalKnown {
		out.Interval, out.Improvement = &d.Interval, &d.Improvement
	}
	if d.Known {
		out.Test = &test{d.Segments, d.Z, d.P}
	}
	return json.Marshal(out)
}
