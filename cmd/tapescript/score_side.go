package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tapescript/quality"
	"tapescript/quality/align"
	"tapescript/quality/normalize"
	"tapescript/transcript/format"
)

// nistFlags are what `score` can be told of NIST's rules.
type nistFlags struct {
	optional, fragments, alternatives bool
	ids, mapping                      string
	reduce                            []string
}

func (p *program) nistFlags(c *cobra.Command, f *nistFlags) {
	c.Flags().BoolVar(&f.optional, "optional", false, p.words.Say("flag.optional"))
	c.Flags().BoolVar(&f.fragments, "fragments", false, p.words.Say("flag.fragments"))
	c.Flags().BoolVar(&f.alternatives, "alternatives", false, p.words.Say("flag.alternatives"))
	c.Flags().StringSliceVar(&f.reduce, "reduce", nil, p.words.Say("flag.reduce"))
	c.Flags().StringVar(&f.mapping, "glm", "", p.words.Say("flag.glm"))
	c.Flags().StringVar(&f.ids, "ids", "", p.words.Say("flag.ids"))
}

// apply sets the options that flags stand for. NIST's notation is read with
// sclite's costs, and where a review has put alternatives into a gold; [side]
// says whether the gold's format has it. Elsewhere a brace is a brace.
func (f nistFlags) apply(p *program, o *quality.Options) error {
	if f.ids != "" && !slices.Contains(quality.SpeakerRules(), quality.SpeakerRule(f.ids)) {
		return usagef("%s", p.words.Say("usage.ids", f.ids))
	}
	sclite := o.Align == align.SCLite
	o.Notation = sclite || f.alternatives
	for _, side := range f.reduce {
		switch side {
		case "gold":
			o.ReduceGold = true
		case "hyp":
			o.ReduceHypothesis = true
		default:
			return usagef("%s", p.words.Say("usage.reduce", side))
		}
	}
	if (f.fragments || f.ids != "" || len(f.reduce) > 0) && !sclite {
		return usagef("%s", p.words.Say("usage.nist"))
	}
	o.Optional, o.Fragments = f.optional, f.fragments
	if f.mapping == "" {
		return nil
	}
	var err error
	o.Mapping, err = p.mapping(f.mapping, o.Normalize.Name() != "none")
	return err
}

// mapping reads a global mapping file. As under csrfilt.sh, letters meet in any
// case wherever the words are compared so.
func (p *program) mapping(path string, fold bool) (*normalize.Mapping, error) {
	data, err := p.readBytes(path)
	if err != nil {
		return nil, err
	}
	m, err := format.DecodeMapping(data, path)
	if err != nil {
		return nil, err
	}
	var rules []normalize.Replacement
	for _, r := range m.Rules {
		if !appliesToAll(r.Only) {
			return nil, usagef("%s", p.words.Say("usage.glm-only", path, r.Line, r.Only))
		}
		rules = append(rules, normalize.Replacement{From: r.From, To: r.To, Before: r.Before, After: r.After})
	}
	return normalize.NewMapping(rules, fold || !m.CaseSensitive, m.KeepUnmatched), nil
}

// appliesToAll says whether a rule is for both sides or for every kind of file.
func appliesToAll(only string) bool {
	kinds, err := regexp.Compile(only)
	fits := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return !kinds.MatchString(name) })
	}
	return err == nil && (fits("ref", "hyp") || fits("stm", "ctm", "trn", "txt"))
}

// readScored reads a side as readSide does; of NIST's files also the recordings
// or utterances that they name.
func (p *program) readScored(path string, f nistFlags) (side, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if _, err := os.Stat(filepath.Join(path, "text")); err != nil { // not Kaldi's
			return p.readFolder(path, f)
		}
		rows, err := format.ReadItems(path)
		return side{name: filepath.Base(path), items: itemsOf(rows, f)}, err
	}
	data, err := p.readBytes(path)
	if err != nil {
		return side{}, err
	}
	switch format.SniffTable(data) {
	case format.TableItems, format.TableToloka, format.TableIDText:
		return p.sideOf(data, path) // the sniffer of all formats takes as long as the reading
	}
	kind, err := format.Sniff(path, data)
	if err != nil {
		return p.sideOf(data, path)
	}
	switch kind.Name {
	case "trn":
		s := side{name: filepath.Base(path), notation: true}
		err := s.readItems(data, path, f)
		return s, err
	case "stm", "ctm":
		recordings, _, err := kind.DecodeRecordings(data, path)
		if err != nil {
			return side{}, err
		}
		s := side{name: filepath.Base(path), recordings: recordings, notation: kind.Name == "stm"}
		s.transcript, _, err = kind.Decode(data, path)
		var several *format.Error
		if errors.As(err, &several) && several.Code == format.Recordings {
			err = nil // they are compared one by one
		}
		return s, err
	}
	return p.sideOf(data, path)
}

// readItems reads the rows of a table.
func (s *side) readItems(data []byte, path string, f nistFlags) error {
	err := format.EachItem(data, path, func(room int) {
		s.items, s.workers = make([]quality.Item, 0, room), nil
	}, func(r format.Item) {
		s.items = append(s.items, f.item(r))
		if s.workers == nil && r.Worker != "" { // the table says who wrote each
			s.workers = make([]string, len(s.items)-1, cap(s.items))
		}
		if s.workers != nil {
			s.workers = append(s.workers, r.Worker)
		}
	})
	if err != nil {
		s.items, s.workers = nil, nil
	}
	return err
}

// itemsOf are rows of a table.
func itemsOf(rows []format.Item, f nistFlags) []quality.Item {
	items := make([]quality.Item, len(rows))
	for i, r := range rows {
		items[i] = f.item(r)
	}
	return items
}

// item is a row of a table. The IDs of NIST's files meet in any case.
func (f nistFlags) item(r format.Item) quality.Item {
	if f.ids == "" {
		return quality.Item{ID: r.ID, Text: r.Text}
	}
	return quality.Item{ID: strings.ToLower(r.ID), Text: r.Text, Speaker: quality.SpeakerRule(f.ids).Speaker(r.ID)}
}

// byMidpoints says whether two sides are compared recording by recording: with
// sclite's costs, or where a side speaks of several.
func byMidpoints(gold, hypothesis side, o quality.Options) bool {
	if len(gold.recordings) == 0 || len(hypothesis.recordings) == 0 {
		return false
	}
	return o.Align == align.SCLite || gold.transcript == nil || hypothesis.transcript == nil
}

// pairsOf lets the recordings of two sides meet by name and channel, as NIST's
// tools do.
func pairsOf(gold, hypothesis side) []quality.Pair {
	name := func(r format.Recording) string { return strings.ToLower(strings.TrimSpace(r.Name + " " + r.Channel)) }
	at := map[string]int{}
	var pairs []quality.Pair
	for _, g := range gold.recordings {
		at[name(g)] = len(pairs)
		pairs = append(pairs, quality.Pair{Name: name(g), Gold: g.Transcript})
	}
	for _, h := range hypothesis.recordings {
		if k, ok := at[name(h)]; ok {
			pairs[k].Hypothesis = h.Transcript
			continue
		}
		pairs = append(pairs, quality.Pair{Name: name(h), Hypothesis: h.Transcript})
	}
	return pairs
}
