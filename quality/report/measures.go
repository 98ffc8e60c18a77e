package report

import (
	"fmt"
	"strconv"
	"time"

	"tapescript/quality"
)

// measure is a figure beside the word and character error rates.
type measure struct {
	key       string // of its name in words
	wrong, of int    // 0 of 0 where it is a rate alone
	rate      float64
	text      string // instead of a rate
}

// point writes a number with a decimal point.
func point(format string, x float64) string { return fmt.Sprintf(format, x) }

// value is the rate as a percentage, or what stands instead.
func (m measure) value(figure func(format string, x float64) string) string {
	if m.text != "" {
		return m.text
	}
	return figure("%.2f%%", 100*m.rate)
}

// measures lists what more there is to say of a report, leaving out what is not
// known of its gold.
func measures(r *quality.Report) []measure {
	var list []measure
	share := func(key string, s quality.Share) {
		if rate, known := s.Rate(); known {
			list = append(list, measure{key: key, wrong: s.Wrong, of: s.Of, rate: rate})
		}
	}
	rate := func(key string, value float64, known bool) {
		if known {
			list = append(list, measure{key: key, rate: value})
		}
	}
	share("items wrong", r.Sentences())
	mer, known := r.Corpus.MER()
	rate("MER", mer, known)
	wil, known := r.Corpus.WIL()
	rate("WIL", wil, known)
	meaning, written := r.Meaning(), r.Written()
	share("numbers", meaning.Numbers)
	share("names", meaning.Names)
	share("negations", meaning.Negations)
	share("punctuation", written.Punctuation)
	share("case", written.Case)
	if r.Corpus.Words() > 0 {
		grade := r.Grade()
		list = append(list, measure{key: "points", wrong: grade.Critical, of: grade.Critical + grade.Noncritical, text: strconv.Itoa(grade.Points)})
	}
	if a := r.Attribution; a != nil {
		share("cpWER", quality.Share{Wrong: a.Permuted.Errors(), Of: a.Permuted.Words()})
		if a.TimedKnown {
			share("tcpWER", quality.Share{Wrong: a.Timed.Errors(), Of: a.Timed.Words()})
		}
		share("labels", a.Labels)
	}
	return append(list, segmentMeasures(r.Segmentation)...)
}

// segmentMeasures say how segments and their borders meet gold's.
func segmentMeasures(s *quality.Segmentation) []measure {
	if s == nil {
		return nil
	}
	f1, _ := s.F1()
	list := []measure{{key: "segments", wrong: s.Matched, of: s.Gold, rate: f1}}
	border := func(key string, d quality.Deviation, known bool) {
		if known {
			list = append(list, measure{key: key, text: fmt.Sprintf("%s / %s / %s (%+d) ms",
				inMS(d.Mean), inMS(d.Median), inMS(d.P95), d.Bias.Round(time.Millisecond).Milliseconds())})
		}
	}
	starts, known := s.Starts()
	border("starts", starts, known)
	ends, known := s.Ends()
	border("ends", ends, known)
	return list
}

func inMS(t time.Duration) string {
	return strconv.FormatInt(t.Round(time.Millisecond).Milliseconds(), 10)
}
