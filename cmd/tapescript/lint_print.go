package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"tapescript/quality/style"
	"tapescript/transcript"
)

// Bounds of how much of a text a finding shows, in characters: of what it is
// about, and of what is around it on either side.
const (
	longestExcerpt = 60
	longestContext = 20
)

// excerpt is the text that a finding is about, the whole one's head where it is
// about that.
func (text *linted) excerpt(g style.Finding) string {
	whole := text.words(g)
	if g.From < g.To {
		whole = whole[g.From:g.To]
	}
	return firstCharacters(whole, longestExcerpt)
}

// context is the text that a finding is about, and what is around it.
func (text *linted) context(g style.Finding) string {
	whole := text.words(g)
	if g.From == g.To {
		return firstCharacters(whole, longestExcerpt)
	}
	before := []rune(whole[:g.From])
	head := string(before[max(0, len(before)-longestContext):])
	if len(before) > longestContext {
		head = "…" + head
	}
	return head + firstCharacters(whole[g.From:g.To], longestExcerpt) + firstCharacters(whole[g.To:], longestContext)
}

// words are the text that a finding is in.
func (text *linted) words(g style.Finding) string {
	if text.item != nil {
		return text.item.Text
	}
	if s := text.segment(g.Segment); s != nil {
		return s.Text
	}
	return ""
}

func firstCharacters(text string, most int) string {
	for i := range text {
		if most == 0 {
			return text[:i] + "…"
		}
		most--
	}
	return text
}

// printFindings prints what was found, in the form that was asked for. Where
// the mended transcript is on standard output, it goes to standard error.
func (p *program) printFindings(all []linted, f lintFlags) error {
	out := io.Writer(p.out)
	for _, text := range all {
		if f.fix && text.file == "-" {
			out = p.err
		}
	}
	switch {
	case f.json:
		return p.findingsJSON(out, all)
	case f.sarif:
		return p.findingsSARIF(out, all)
	}
	return p.findingsText(out, all)
}

func (p *program) findingsText(out io.Writer, all []linted) error {
	var b strings.Builder
	count, texts := 0, 0
	for i := range all {
		text := &all[i]
		if len(text.found) > 0 {
			texts++
		}
		for _, g := range text.found {
			count++
			line := p.words.Say("lint.line", p.lintPlace(text, g), p.words.Say("lint."+string(g.Severity)), g.Rule, p.lintSentence(text, g))
			if near := strings.ReplaceAll(text.context(g), "\n", " "); strings.TrimSpace(near) != "" {
				line += " | " + near
			}
			if fix := p.fixWords(g.Fix); fix != "" {
				line += " (" + fix + ")"
			}
			b.WriteString(transcript.Clean(line) + "\n")
		}
	}
	if err := p.print(out, b.String()); err != nil {
		return err
	}
	if count == 0 {
		p.tell(p.words.Say("lint.clean"))
		return nil
	}
	p.tell(p.words.Count("lint.found", count, texts, len(all)))
	return nil
}

// fixWords says what a fix would do.
func (p *program) fixWords(fix transcript.Edit) string {
	switch e := fix.(type) {
	case transcript.Splice:
		if strings.TrimSpace(e.Insert) == "" {
			return p.words.Say("lint.removed")
		}
		return p.words.Say("lint.instead", e.Insert)
	case transcript.RenameSpeaker:
		return p.words.Say("lint.renamed", e.Name)
	}
	return ""
}

// findingJSON is a finding as scripts read it; the names stay. Times are
// seconds, from and to are bytes in the text.
type findingJSON struct {
	File     string         `json:"file"`
	Line     int            `json:"line,omitempty"`
	ID       string         `json:"id,omitempty"`
	Worker   string         `json:"worker,omitempty"`
	Segment  string         `json:"segment,omitempty"`
	Start    *float64       `json:"start,omitempty"`
	Rule     string         `json:"rule"`
	Severity style.Severity `json:"severity"`
	Reason   style.Reason   `json:"reason"`
	Args     []string       `json:"args"`
	Message  string         `json:"message"`
	Excerpt  string         `json:"excerpt"`
	From     int            `json:"from"`
	To       int            `json:"to"`
	Fix      *fixJSON       `json:"fix,omitempty"`
}

// fixJSON is a fix: text in the place of bytes [From, To), or a speaker's name.
type fixJSON struct {
	From    int    `json:"from"`
	To      int    `json:"to"`
	Text    string `json:"text"`
	Speaker string `json:"speaker,omitempty"`
}

func (p *program) asJSON(text *linted, g style.Finding) findingJSON {
	j := findingJSON{
		File: text.file, Rule: g.Rule, Severity: g.Severity, Reason: g.Reason, Args: g.Args,
		Message: p.lintSentence(text, g), Excerpt: text.excerpt(g), From: g.From, To: g.To, Segment: g.Segment,
	}
	if j.Args == nil {
		j.Args = []string{}
	}
	if text.item != nil {
		j.Line, j.ID, j.Worker = text.item.Line, text.item.ID, text.item.Worker
	}
	if s := text.segment(g.Segment); s != nil && s.Timed() {
		start := s.Start.Seconds()
		j.Start = &start
	}
	switch e := g.Fix.(type) {
	case transcript.Splice:
		j.Fix = &fixJSON{From: e.At, To: e.At + len(e.Delete), Text: e.Insert}
	case transcript.RenameSpeaker:
		j.Fix = &fixJSON{Text: e.Name, Speaker: e.ID}
	}
	return j
}

// lintJSON is what `lint --json` prints. Broken counts the texts in which each
// rule is broken, once a text.
type lintJSON struct {
	Texts    int            `json:"texts"`
	Found    int            `json:"texts_with_findings"`
	Broken   map[string]int `json:"broken"`
	Findings []findingJSON  `json:"findings"`
}

func (p *program) findingsJSON(out io.Writer, all []linted) error {
	j := lintJSON{Texts: len(all), Broken: map[string]int{}, Findings: []findingJSON{}}
	for i := range all {
		text, rules := &all[i], map[string]bool{}
		for _, g := range text.found {
			j.Findings = append(j.Findings, p.asJSON(text, g))
			rules[g.Rule] = true
		}
		if len(text.found) > 0 {
			j.Found++
		}
		for id := range rules {
			j.Broken[id]++
		}
	}
	return printIndented(out, j)
}

func printIndented(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// ruleJSON is a rule as `lint --rules --json` prints it.
type ruleJSON struct {
	ID       string         `json:"id"`
	Severity style.Severity `json:"severity"`
	Title    string         `json:"title"`
	Text     string         `json:"text,omitempty"`
	Good     string         `json:"good"`
	Bad      string         `json:"bad"`
}

// printRules lists what a profile asks for.
func (p *program) printRules(profile *style.Profile, asJSON bool) error {
	var list []ruleJSON
	for _, r := range profile.Rules() {
		list = append(list, ruleJSON{r.ID, r.Severity, p.words.Say("style-rule." + r.ID), profile.Text(r.ID, p.words.Language()), r.Good, r.Bad})
	}
	if asJSON {
		return printIndented(p.out, map[string]any{"profile": profile.Name(), "title": profile.Title(), "rules": list})
	}
	var b strings.Builder
	for _, r := range list {
		fmt.Fprintf(&b, "%s %s: %s\n", r.ID, p.words.Say("lint."+string(r.Severity)), r.Title)
		if r.Text != "" {
			b.WriteString("  " + r.Text + "\n")
		}
		for _, e := range []struct{ key, text string }{{"good", r.Good}, {"bad", r.Bad}} {
			if e.text != "" {
				text := p.words.Say("lint."+e.key, strings.ReplaceAll(strings.TrimSpace(e.text), "\n", " / "))
				b.WriteString(text + "\n")
			}
		}
	}
	return p.print(p.out, transcript.Clean(b.String()))
}

// SARIF 2.1.0 (OASIS), as far as findings need it.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		ShortDescription sarifMessage `json:"shortDescription"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     style.Severity  `json:"level"` // ours are three of SARIF's four
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int           `json:"startLine"`
		Snippet   *sarifMessage `json:"snippet,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
)

// findingsSARIF prints the findings for tools that review code. A row has its
// line, a segment its name: formats do not tell the line that it came from.
func (p *program) findingsSARIF(out io.Writer, all []linted) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "tapescript", Version: version(), Rules: []sarifRule{}}
	index := map[string]int{}
	for i := range all {
		text := &all[i]
		for _, g := range text.found {
			k, ok := index[g.Rule]
			if !ok {
				k = len(run.Tool.Driver.Rules)
				index[g.Rule] = k
				run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{g.Rule, sarifMessage{p.words.Say("style-rule." + g.Rule)}})
			}
			message := p.lintSentence(text, g)
			place := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{fileURI(text.file)}}}
			if text.item != nil {
				place.Physical.Region = &sarifRegion{text.item.Line, &sarifMessage{text.excerpt(g)}}
			} else {
				place.Logical = []sarifLogical{{g.Segment, "element"}}
				message = p.lintPlace(text, g) + ": " + message
			}
			run.Results = append(run.Results, sarifResult{g.Rule, k, g.Severity, sarifMessage{message}, []sarifLocation{place}})
		}
	}
	return printIndented(out, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// fileURI is a path as a reference that URIs allow.
func fileURI(path string) string {
	if path == "-" {
		return "stdin"
	}
	return (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
}
