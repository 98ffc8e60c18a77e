package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"tapescript/audio"
	"tapescript/quality"
	"tapescript/quality/consensus"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/tui/review"
)

// risks is the order in which a table's transcripts are to be looked at.
func (p *program) risks(rows []format.Item, clues []consensus.Clue, o quality.Options) ([]consensus.Risk, error) {
	list := make([]consensus.Submission, len(rows))
	for i, r := range rows {
		list[i] = consensus.Submission{Item: r.ID, Worker: r.Worker, Text: r.Text}
	}
	return consensus.Risks(list, clues, consensus.Options{Normalize: &o.Normalize})
}

// cluesOf are what a table says of its transcripts beside their texts. The
// length of what it does not tell is that of the recording, where there is one
// for each row in a folder.
func (p *program) cluesOf(rows []format.Item, folder string) []consensus.Clue {
	list := make([]consensus.Clue, len(rows))
	lengths := map[string]time.Duration{}
	info, err := os.Stat(folder)
	isFolder := folder != "" && err == nil && info.IsDir()
	for i, r := range rows {
		list[i] = consensus.Clue{Confidence: r.Confidence, Length: r.Length}
		path := ""
		if isFolder && r.Length == 0 {
			path = recordingIn(folder, r.ID)
		}
		if path == "" {
			continue
		}
		d, known := lengths[path]
		if !known {
			d = lengthOf(path)
			lengths[path] = d
		}
		list[i].Length = d
	}
	return list
}

// lengthOf is how long a recording is; 0 where it cannot be opened.
func lengthOf(path string) time.Duration {
	r, err := audio.Open(path)
	if err != nil {
		return 0
	}
	defer r.Close()
	return r.Duration()
}

// queueRows are the rows of a table, or the segments of a transcript.
func queueRows(data []byte, path string) (rows []format.Item, isTable bool, err error) {
	if rows, err = resultRows(data, path); err == nil {
		return rows, true, nil
	}
	t, _, otherErr := format.Decode(data, path)
	if otherErr != nil {
		return nil, false, err
	}
	return segmentRows(t), false, nil
}

// segmentRows are a transcript's segments, with what is known of each.
func segmentRows(t *transcript.Transcript) []format.Item {
	var rows []format.Item
	for _, s := range t.Segments {
		rows = append(rows, format.Item{
			ID: s.ID, Worker: t.SpeakerName(s.Speaker), Text: s.Text, Length: max(0, s.End-s.Start),
			Confidence: (&transcript.Transcript{Segments: []*transcript.Segment{s}}).Confidence(),
		})
	}
	return rows
}

// riskOfSegments puts the cases of transcripts in the order of the errors that
// are expected in their segments.
func (p *program) riskOfSegments(w *reviewWork) error {
	for _, it := range w.items {
		rows := segmentRows(it.Draft.Snapshot())
		risks, err := p.risks(rows, p.cluesOf(rows, ""), w.score)
		if err != nil {
			return p.explainConsensus(it.ID, err)
		}
		it.Risk = map[string]float64{}
		for _, r := range risks {
			it.Risk[r.Item] = r.Errors
		}
	}
	return nil
}

// riskFirst puts the items in the order of their expected errors. of is the item
// of each row, nil for a row that is not reviewed.
func (p *program) riskFirst(rows []format.Item, clues []consensus.Clue, of []*review.Item, o quality.Options) ([]*review.Item, error) {
	risks, err := p.risks(rows, clues, o)
	if err != nil {
		return nil, p.explainConsensus("", err)
	}
	var items []*review.Item
	for _, r := range risks {
		if it := of[r.Row]; it != nil {
			items = append(items, it)
		}
	}
	return items, nil
}

// riskFirstVersions does the same for utterances in several versions: by what
// the vote leaves open.
func riskFirstVersions(list []*review.Versions) {
	open := func(v *review.Versions) float64 {
		sum := 0.0
		for k := range v.Lattice.Columns {
			sum += 1 - v.Lattice.Columns[k].Candidates[0].Confidence
		}
		return sum
	}
	slices.SortStableFunc(list, func(a, b *review.Versions) int {
		switch x, y := open(a), open(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
}

// queueShare is how much of all errors the first part of a queue holds.
type queueShare struct {
	Part   float64 `json:"part"`   // of the transcripts
	Words  float64 `json:"words"`  // that these are of all words: the work
	Errors float64 `json:"errors"` // that these hold of all errors
}

// printQueue prints the transcripts of a table, that of the most expected errors
// first, and with a gold how good an order this is. In a random order the first
// tenth holds a tenth.
func (p *program) printQueue(ctx context.Context, path string, f reviewFlags) error {
	o, err := scoreOptions(f.normalize, "")
	if err != nil {
		return err
	}
	data, err := p.readBytes(path)
	if err != nil {
		return err
	}
	rows, isTable, err := queueRows(data, path)
	if err != nil {
		return err
	}
	if !isTable && f.gold != "" { // its differences, in this order
		return p.review(ctx, []string{path}, f)
	}
	risks, err := p.risks(rows, p.cluesOf(rows, f.audio), o)
	if err != nil {
		return p.explainConsensus(path, err)
	}
	gold, err := p.goldItems(f.gold)
	if err != nil {
		return err
	}
	shares := shareOfErrors(risks, rows, gold, o)
	if f.json {
		out, err := json.MarshalIndent(struct {
			Queue  []consensus.Risk `json:"queue"`
			Shares []queueShare     `json:"shares,omitempty"`
		}{risks, shares}, "", "  ")
		if err != nil {
			return err
		}
		return p.print(p.out, string(out)+"\n")
	}
	var out strings.Builder
	for _, r := range risks {
		fmt.Fprintf(&out, "%s\t%s\t%.2f\t%.0f\n", oneLine(r.Item), oneLine(r.Worker), r.Errors, r.Words)
	}
	if err := p.print(p.out, out.String()); err != nil {
		return err
	}
	for _, s := range shares {
		p.tell(p.words.Say("review.queue-share", 100*s.Part, 100*s.Words, 100*s.Errors))
	}
	return nil
}

// shareOfErrors compares an order with gold; nil without one.
func shareOfErrors(risks []consensus.Risk, rows []format.Item, gold []quality.Item, o quality.Options) []queueShare {
	if len(gold) == 0 {
		return nil
	}
	byID := map[string]quality.Item{}
	for _, g := range gold {
		byID[stemOf(g.ID)] = g
	}
	var errors, words []float64
	allErrors, allWords := 0.0, 0.0
	for _, r := range risks {
		g, ok := byID[stemOf(r.Item)]
		if !ok {
			continue
		}
		report, err := quality.ScoreItems([]quality.Item{g}, []quality.Item{{ID: g.ID, Text: rows[r.Row].Text}}, o)
		if err != nil {
			continue
		}
		e, w := float64(report.Corpus.Errors()), float64(report.Corpus.Words())
		errors, words = append(errors, e), append(words, w)
		allErrors, allWords = allErrors+e, allWords+w
	}
	var list []queueShare
	for _, part := range []float64{.1, .2, .3} {
		s := queueShare{Part: part}
		for i := range int(math.Round(part * float64(len(errors)))) {
			s.Errors += errors[i] / max(allErrors, 1)
			s.Words += words[i] / max(allWords, 1)
		}
		list = append(list, s)
	}
	return list
}
