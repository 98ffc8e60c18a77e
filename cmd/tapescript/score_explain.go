package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"tapescript/quality"
	"tapescript/quality/normalize"
	"tapescript/transcript"
)

// explainWords prints for every word of the texts that a step changed, or that
// may be read in another way, what became of it.
func (p *program) explainWords(gold side, hypotheses []side, o quality.Options) error {
	profile := o.Normalize
	out := bufio.NewWriter(p.out)
	fmt.Fprintln(out, p.words.Say("score.steps", profile.Name(), strings.Join(profile.Steps(), ", ")))
	gold.label = p.words.Say("report.gold")
	for _, s := range append([]side{gold}, hypotheses...) {
		for _, text := range s.texts() {
			explainText(out, transcript.Clean(s.label+"  "+text[0]), text[1], o)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// texts are the names and texts of a side: its items, or its segments.
func (s side) texts() (list [][2]string) {
	for _, f := range s.files {
		for _, text := range f.texts() {
			list = append(list, [2]string{f.name + "/" + text[0], text[1]})
		}
	}
	for _, item := range s.items {
		list = append(list, [2]string{item.ID, item.Text})
	}
	if s.transcript != nil {
		for _, seg := range s.transcript.Segments {
			list = append(list, [2]string{seg.ID, seg.Text})
		}
		return list
	}
	for _, r := range s.recordings {
		for _, seg := range r.Transcript.Segments {
			list = append(list, [2]string{strings.TrimSpace(r.Name+" "+r.Channel) + "/" + seg.ID, seg.Text})
		}
	}
	return list
}

// explainText prints a text's title, once, and its words that changed:
//
//	Isn't  fold: isn't  = isn't | is not (contractions)
//
// A mapping's replacements come before the words, which are those of the text
// that it wrote:
//
//	gonna  glm: {GONNA / GOING TO}
func explainText(out io.Writer, title, text string, o quality.Options) {
	begin := func() {
		if title != "" {
			fmt.Fprintln(out, title)
			title = ""
		}
	}
	profile := o.Normalize
	if o.Mapping != nil {
		mapped := o.Mapping.Apply(text, false)
		for _, r := range mapped.Replaced() {
			begin()
			fmt.Fprintln(out, transcript.Clean("  "+text[r.Start:r.End]+"  glm: "+quoted(strings.TrimSpace(r.Text))))
		}
		text = mapped.Text
	}
	for _, e := range profile.Explain(text) {
		raw := text[e.Start:e.End]
		if len(e.Changes) == 0 && len(e.Readings) == 0 && len(e.Tokens) == 1 && e.Tokens[0].Text == raw {
			continue
		}
		begin()
		var line strings.Builder
		line.WriteString("  " + raw)
		for _, c := range e.Changes {
			line.WriteString("  " + c.Step + ": " + quoted(c.To))
		}
		line.WriteString("  = " + quoted(spellTokens(e.Tokens)))
		for _, r := range e.Readings {
			line.WriteString(" | " + quoted(spellTokens(r.Tokens)) + " (" + r.Step + ")")
		}
		fmt.Fprintln(out, transcript.Clean(line.String()))
	}
}

// quoted shows that nothing is left of a word.
func quoted(text string) string {
	if text == "" {
		return "∅"
	}
	return text
}

func spellTokens(tokens []normalize.Token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
	}
	return strings.Join(words, " ")
}
