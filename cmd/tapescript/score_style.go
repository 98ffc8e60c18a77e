package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tapescript/quality"
	"tapescript/quality/style"
	"tapescript/transcript"
)

// styleFlags are what `score` is told of the styles that texts are written in.
type styleFlags struct {
	gold, hypothesis string
	across           bool
}

func (p *program) styleFlags(c *cobra.Command, f *styleFlags) {
	c.Flags().StringVar(&f.gold, "gold-style", "", p.words.Say("flag.gold-style"))
	c.Flags().StringVar(&f.hypothesis, "style", "", p.words.Say("flag.style"))
	c.Flags().BoolVar(&f.across, "across-styles", false, p.words.Say("flag.across-styles"))
}

// checkStyle refuses to hold a clean transcript against a verbatim gold, or the
// other way round: every filler that one style asks for and the other forbids
// would be an error of nobody's. A style that nobody named is not asked.
func (p *program) checkStyle(gold, hypothesis side, f styleFlags) error {
	if f.across {
		return nil
	}
	golds, err := p.stylesOf(gold, f.gold)
	if err != nil {
		return err
	}
	hyps, err := p.stylesOf(hypothesis, f.hypothesis)
	if err != nil {
		return err
	}
	for _, a := range golds {
		for _, b := range hyps {
			kindA, kindB := verbatim(a), verbatim(b)
			if kindA != kindB && kindA != "" && kindB != "" {
				return usagef("%s", p.words.Say("score.styles", hypothesis.label, b, a))
			}
		}
	}
	return nil
}

// stylesOf are the names of the styles of a side: the one that was given, else
// what its transcripts say.
func (p *program) stylesOf(s side, given string) ([]string, error) {
	if given != "" {
		if verbatim(given) == "" {
			if _, err := p.styleProfile(given, ""); err != nil {
				return nil, err
			}
		}
		return []string{given}, nil
	}
	var names []string
	add := func(t *transcript.Transcript) {
		if t != nil && t.Style != "" && !slices.Contains(names, t.Style) {
			names = append(names, t.Style)
		}
	}
	add(s.transcript)
	for _, f := range s.files {
		add(f.transcript)
	}
	return names, nil
}

// verbatim says of a style whether it keeps fillers ("verbatim") or drops them
// ("clean"): by its name, else by the rules of the profile that goes by it. It
// is "" where neither tells.
func verbatim(name string) string {
	lower := strings.ToLower(name)
	switch {
	case lower == "clean", lower == "intelligent", lower == "edited", strings.Contains(lower, "clean verbatim"):
		return "clean"
	case lower == "verbatim", lower == "full", lower == "strict":
		return "verbatim"
	}
	profile, err := style.Lookup(name)
	if err != nil {
		switch {
		case strings.Contains(lower, "clean"):
			return "clean"
		case strings.Contains(lower, "verbatim"):
			return "verbatim"
		}
		return ""
	}
	for _, r := range profile.Rules() {
		switch r.ID {
		case "V01": // no fillers
			return "clean"
		case "V02": // all that gold has
			return "verbatim"
		}
	}
	return ""
}

// countRules counts what a hypothesis breaks of the profile that --style names.
func (p *program) countRules(s side, r *quality.Report, f styleFlags) error {
	if f.hypothesis == "" || f.hypothesis == "clean" || f.hypothesis == "verbatim" {
		return nil
	}
	profile, err := p.styleProfile(f.hypothesis, "")
	if err != nil {
		return err
	}
	counts := map[string]int{}
	note := func(found []style.Finding) {
		for _, g := range found {
			counts[g.Rule]++
		}
	}
	switch {
	case s.transcript != nil:
		note(profile.Lint(s.transcript))
	case s.files != nil:
		for _, f := range s.files {
			if f.transcript != nil {
				note(profile.Lint(f.transcript))
			}
		}
	default:
		for _, item := range s.items {
			note(profile.LintText(item.Text, ""))
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(counts)) {
		r.Rules = append(r.Rules, quality.RuleCount{Rule: rule, Title: p.words.Say("style-rule." + rule), Count: counts[rule]})
	}
	slices.SortStableFunc(r.Rules, func(a, b quality.RuleCount) int { return b.Count - a.Count })
	return nil
}
