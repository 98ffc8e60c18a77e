package main

import (
	"slices"
	"strings"

	"tapescript/quality/style"
	"tapescript/transcript"
)

// spellRule is the rule of --spell, which is no style's: what no dictionary has.
const spellRule = "SPELL"

// The reasons of its findings.
const (
	misspelt    style.Reason = "misspelt"     // the word, what is near it
	unknownWord style.Reason = "unknown-word" // the word
)

// mostProposed bounds the words of a file for which something near is looked
// for, which takes milliseconds each. The others are found all the same.
const mostProposed = 300

// lintSpelling adds the words that are in no dictionary to what was found in
// the texts of a file: a transcript, or the rows of a table. The language is
// that of --language, else the transcript's or what it looks like; the words
// that are right besides are one's own, the project's beside the file, and the
// names of the speakers.
func (p *program) lintSpelling(texts []linted, f lintFlags) error {
	if len(texts) == 0 {
		return nil
	}
	s, err := p.readSettings()
	if err != nil {
		return err
	}
	if file := texts[0].file; file != "-" {
		if err := p.addProject(&s, file); err != nil {
			return err
		}
	}
	whole := &transcript.Transcript{Language: f.language}
	for i := range texts {
		if t := texts[i].transcript; t != nil && f.language == "" {
			whole.Language = t.Language
		}
		whole.Segments = append(whole.Segments, texts[i].segments()...)
	}
	c, err := p.checker(whole, s)
	if err != nil {
		return err
	}
	near := map[string]string{}
	propose := func(word string) string {
		list, known := near[word]
		if !known && len(near) < mostProposed {
			proposed := c.Suggest(word)
			list = strings.Join(proposed[:min(len(proposed), 3)], ", ")
			near[word] = list
		}
		return list
	}
	for i := range texts {
		text := &texts[i]
		if text.transcript != nil {
			for _, speaker := range text.transcript.Speakers {
				c.Know(speaker.Name)
			}
		}
		order := map[string]int{}
		for n, seg := range text.segments() {
			order[seg.ID] = n
			for _, span := range c.Misspelt(seg.Text) {
				word := seg.Text[span.From:span.To]
				g := style.Finding{Rule: spellRule, Severity: style.Error, Reason: unknownWord, Args: []string{word}, Segment: seg.ID, From: span.From, To: span.To}
				if list := propose(word); list != "" {
					g.Reason, g.Args = misspelt, []string{word, list}
				}
				text.found = append(text.found, g)
			}
		}
		place := func(g style.Finding) int { // what is about no segment stays behind
			if n, ok := order[g.Segment]; ok {
				return n
			}
			return len(order)
		}
		slices.SortStableFunc(text.found, func(a, b style.Finding) int { return place(a) - place(b) })
	}
	return nil
}

// segments are a transcript's, or the row of a table as one without an ID.
func (text *linted) segments() []*transcript.Segment {
	switch {
	case text.transcript != nil:
		return text.transcript.Segments
	case text.item != nil:
		return []*transcript.Segment{{Text: text.item.Text}}
	}
	return nil
}

// spellAlone says whether the spelling is all that is asked for.
func (f lintFlags) spellAlone() bool {
	return f.spell && f.profile == "" && !f.fix && f.gold == "" && f.audio == ""
}
