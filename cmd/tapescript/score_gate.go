package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tapescript/quality"
)

// gateFlags are what `score` fails on.
type gateFlags struct {
	maxWER, maxCER string
	minScore       string
	bound          bool
}

func (p *program) gateFlags(c *cobra.Command, f *gateFlags) {
	c.Flags().StringVar(&f.maxWER, "max-wer", "", p.words.Say("flag.max-wer"))
	c.Flags().StringVar(&f.maxCER, "max-cer", "", p.words.Say("flag.max-cer"))
	c.Flags().StringVar(&f.minScore, "min-score", "", p.words.Say("flag.min-score"))
	c.Flags().BoolVar(&f.bound, "gate-bound", false, p.words.Say("flag.gate-bound"))
}

// limit is the most that a rate may be.
type limit struct {
	most    float64
	rate    func(quality.Counts) (float64, bool)
	message string // what is said where it is more

	bounded bool // --gate-bound is about it

	points   int // the least of them, where they are the gate
	byPoints bool
}

// limits reads the gates.
func (p *program) limits(f gateFlags) ([]limit, error) {
	var list []limit
	for _, gate := range []struct {
		text, flag string
		limit
	}{
		{f.maxWER, "max-wer", limit{rate: quality.Counts.WER, message: "score.gate", bounded: true}},
		{f.maxCER, "max-cer", limit{rate: quality.Counts.CER, message: "score.gate-cer"}},
	} {
		if gate.text == "" {
			continue
		}
		var err error
		if gate.most, err = p.share(gate.flag, gate.text); err != nil {
			return nil, err
		}
		list = append(list, gate.limit)
	}
	if f.minScore != "" {
		points, err := strconv.Atoi(f.minScore)
		if err != nil || points < 0 || points > 100 {
			return nil, usagef("%s", p.words.Say("usage.min-score", f.minScore))
		}
		list = append(list, limit{points: points, byPoints: true})
	}
	if f.bound && f.maxWER == "" {
		return nil, usagef("%s", p.words.Say("usage.gate-bound"))
	}
	return list, nil
}

// gate is the error of a rate that is too high, or not known of all that was
// asked for. With bound the rate is the upper end of its 95 % interval.
func (p *program) gate(all []quality.Scored, limits []limit, bound bool) error {
	for _, l := range limits {
		for _, s := range all {
			if err := p.gateOne(s, l, bound); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *program) gateOne(s quality.Scored, l limit, bound bool) error {
	fails := func(key string, args ...any) error {
		return gateError{errors.New(p.words.Say(key, append([]any{s.File}, args...)...))}
	}
	if len(s.Report.Missing) > 0 {
		return fails("score.gate-missing")
	}
	if s.Report.Corpus.Words() == 0 {
		return fails("score.gate-nothing")
	}
	if l.byPoints {
		if points := s.Report.Grade().Points; points < l.points {
			return fails("score.gate-points", points, l.points)
		}
		return nil
	}
	rate, known := l.rate(s.Report.Corpus)
	if !known {
		return fails("score.gate-nothing")
	}
	message := l.message
	if l.bounded && bound {
		if s.Report.Confidence == nil {
			return fails("score.gate-no-interval")
		}
		rate, message = s.Report.Confidence.High, "score.gate-bound"
	}
	if rate > l.most {
		// More digits where the usual ones do not show the difference.
		return fails(message, finePercent(rate, l.most), finePercent(l.most, rate))
	}
	return nil
}

// share reads a share: "5%" or "0.05".
func (p *program) share(flag, text string) (float64, error) {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if isPercent {
		x /= 100
	}
	if err != nil || !(x >= 0 && x <= 10) || x > 1 && !isPercent { // 5 for 5 % would let everything pass
		return 0, usagef("%s", p.words.Say("usage.share", flag, text))
	}
	return x, nil
}

// finePercent writes a share so that it differs from another one.
func finePercent(x, other float64) string {
	for digits := 1; digits < 6; digits++ {
		text := fmt.Sprintf("%.*f%%", digits, 100*x)
		if text != fmt.Sprintf("%.*f%%", digits, 100*other) {
			return text
		}
	}
	return fmt.Sprintf("%g%%", 100*x)
}

// percent writes a share as people read it; – where it is not known.
func (p *program) percent(rate float64, known bool) string {
	if !known {
		return "–"
	}
	return p.words.Figure("%.1f%%", 100*rate)
}
