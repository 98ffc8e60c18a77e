package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"tapescript/quality"
	"tapescript/quality/align"
	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/tui/queue"
)

// teach shows the gold of a training task at once: what was written and what is
// right, the words that differ in brackets, the letters marked, and why.
func (s *shift) teach(ctx context.Context, in task.Submission) (bool, error) {
	gold, err := s.store.Gold(ctx, in.ID)
	if errors.Is(err, api.ErrForbidden) { // a server shows gold to no worker
		return s.teachSealed(ctx, in.ID)
	}
	if errors.Is(err, task.ErrNotFound) || err == nil && len(gold.Texts) == 0 {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	card, err := s.lesson(in.Text, gold)
	if err != nil {
		return false, err
	}
	answer, _, err := s.ask(ctx, card)
	return answer == "next", err
}

// lesson is the card of an answer to a training task. Of several golds the one
// that fits best is held against it.
func (p *program) lesson(written string, gold task.Gold) (queue.Card, error) {
	options, err := scoreOptions("", "")
	if err != nil {
		return queue.Card{}, err
	}
	written = transcript.Clean(written)
	texts := make([]string, len(gold.Texts)) // what is marked is what was measured
	for i, text := range gold.Texts {
		texts[i] = transcript.Clean(text)
	}
	answers := []grade.Answer{{Submission: "1", Text: written, Gold: texts}}
	report, err := grade.Measure(answers, options)
	if err != nil {
		return queue.Card{}, err
	}
	c := answers[0].Counts
	head := p.words.Say("work.no-mistake")
	if c.Errors() > 0 {
		head = p.words.Say("work.mistakes", c.Errors(), c.Words())
	}
	own, right := marked(report.Items[0].Steps, written, answers[0].Against)
	card := queue.Card{
		Title: p.words.Say("work.training"), Question: p.words.Say("work.next-question"),
		Choices: []queue.Choice{{Key: "enter", Label: p.words.Say("work.next"), Value: "next"}, {Key: "q", Label: p.words.Say("work.leave"), Value: "leave"}},
		Parts: []queue.Part{
			{Lines: []string{head}, Bad: c.Errors() > 0},
			{Head: p.words.Say("work.written"), Lines: []string{dash(own.text)}, Marks: [][]queue.Span{own.marks}},
			{Head: p.words.Say("work.gold"), Lines: []string{dash(right.text)}, Marks: [][]queue.Span{right.marks}},
		},
	}
	for _, text := range texts {
		if text != answers[0].Against {
			card.Parts[2].Lines = append(card.Parts[2].Lines, p.words.Say("work.gold-too", text))
		}
	}
	if gold.Reason != "" {
		card.Parts = append(card.Parts, queue.Part{Head: p.words.Say("work.reason"), Lines: []string{transcript.Clean(gold.Reason)}})
	}
	return card, nil
}

// markedText is a text with its wrong words in brackets, and where its wrong
// letters are.
type markedText struct {
	text  string
	marks []queue.Span
}

// wrong is a word that differs, and the letters of it that do.
type wrong struct{ from, to, letterFrom, letterTo int }

// marked are an answer and its gold. Words stand where the alignment says; of a
// word that is another the letters between what both have in common are marked.
func marked(steps []quality.Step, written, gold string) (own, right markedText) {
	var ours, theirs []wrong
	for _, step := range steps {
		if step.Op == align.Correct || step.Free {
			continue
		}
		h, g := step.Hypothesis, step.Gold
		switch {
		case h != nil && g != nil && h.End <= len(written) && g.End <= len(gold):
			before, after := common(written[h.Start:h.End], gold[g.Start:g.End])
			ours = append(ours, wrong{h.Start, h.End, h.Start + before, h.End - after})
			theirs = append(theirs, wrong{g.Start, g.End, g.Start + before, g.End - after})
		case h != nil && h.End <= len(written):
			ours = append(ours, wrong{h.Start, h.End, h.Start, h.End})
		case g != nil && g.End <= len(gold):
			theirs = append(theirs, wrong{g.Start, g.End, g.Start, g.End})
		}
	}
	return bracketed(written, ours), bracketed(gold, theirs)
}

// common are the bytes that two words begin and end with alike, whole letters.
func common(a, b string) (before, after int) {
	for before < len(a) && before < len(b) {
		r, n := utf8.DecodeRuneInString(a[before:])
		if other, _ := utf8.DecodeRuneInString(b[before:]); other != r {
			break
		}
		before += n
	}
	for after < len(a)-before && after < len(b)-before {
		r, n := utf8.DecodeLastRuneInString(a[before : len(a)-after])
		if other, _ := utf8.DecodeLastRuneInString(b[before : len(b)-after]); other != r {
			break
		}
		after += n
	}
	return before, after
}

func bracketed(text string, list []wrong) (m markedText) {
	slices.SortFunc(list, func(a, b wrong) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, w := range list {
		if w.from < at { // two tokens of one word
			continue
		}
		b.WriteString(text[at:w.from] + "[")
		shift := b.Len() - w.from
		b.WriteString(text[w.from:w.to] + "]")
		if w.letterTo > w.letterFrom {
			m.marks = append(m.marks, queue.Span{From: w.letterFrom + shift, To: w.letterTo + shift})
		}
		at = w.to
	}
	b.WriteString(text[at:])
	m.text = b.String()
	return m
}
