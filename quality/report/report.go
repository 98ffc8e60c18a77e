// Package report writes a quality.Report for people and programs: as text, JSON,
// CSV or a page of HTML; and what differs between two transcripts.
//
//	err := report.Text(os.Stdout, scored, report.Layout{Width: 80})
//	err := report.HTML(file, report.Page{Sheets: …})
//	err := report.DiffText(os.Stdout, report.Diff(before, after), report.DiffLayout{})
//
// The text has the figures of the corpus and the mean of the items, both named;
// the most frequent errors; and for each item with errors its two texts one
// under the other, word under word, as sclite's .pra files have them:
//
//	utt-7  3 words, 2 errors
//	  gold  the  cat  ***  sat
//	  hyp   the  CAD  UH   sat
//
// Labels come from the caller ([Layout.Label]), because sentences for people
// are made elsewhere; without it they are the English keys themselves.
//
// Not here: what is counted (quality), files, the terminal.
package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"tapescript/quality"
)

// JSON writes the report of one file as an object, those of several as
// {"hypotheses": …}; the keys are an API (see quality.Report.MarshalJSON).
func JSON(w io.Writer, scored []quality.Scored) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	var value any = quality.Comparison(scored)
	if len(scored) == 1 {
		value = scored[0].Report
	}
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("writing the report as JSON: %w", err)
	}
	return nil
}

// CSV writes a row for each item, with the file it is from, and the names of the
// JSON's keys in the first. Rates are empty where they are not known.
func CSV(w io.Writer, scored []quality.Scored) error {
	out := csv.NewWriter(w)
	rows := [][]string{{
		"file", "id", "hypothesis", "speaker", "words", "correct", "substitutions", "insertions", "deletions",
		"wer", "characters", "character_errors", "cer",
	}}
	for _, s := range scored {
		for i := range s.Report.Items {
			item := &s.Report.Items[i]
			c, hypothesis := item.Counts, ""
			if item.Hypothesis > 0 {
				hypothesis = strconv.Itoa(item.Hypothesis)
			}
			row := []string{s.File, item.ID, hypothesis, item.Speaker}
			for _, n := range []int{c.Words(), c.Correct, c.Substitutions, c.Insertions, c.Deletions} {
				row = append(row, strconv.Itoa(n))
			}
			row = append(row, fraction(c.WER()), strconv.Itoa(c.Characters), strconv.Itoa(c.CharacterErrors), fraction(c.CER()))
			rows = append(rows, row)
		}
	}
	if err := out.WriteAll(rows); err != nil { // WriteAll flushes
		return fmt.Errorf("writing the report as CSV: %w", err)
	}
	return nil
}

func fraction(rate float64, known bool) string {
	if !known {
		return ""
	}
	return strconv.FormatFloat(rate, 'g', -1, 64)
}
