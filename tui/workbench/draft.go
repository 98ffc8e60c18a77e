package workbench

import (
	"slices"
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"tapescript/quality/align"
	"tapescript/transcript"
	"tapescript/tui"
)

// span of bytes of a text.
type stretch struct{ from, to int }

// wordsOf cuts a text at spaces.
func wordsOf(text string) []stretch {
	var list []stretch
	from := -1
	for i, r := range text {
		switch space := unicode.IsSpace(r); {
		case space && from >= 0:
			list = append(list, stretch{from, i})
			from = -1
		case !space && from < 0:
			from = i
		}
	}
	if from >= 0 {
		list = append(list, stretch{from, len(text)})
	}
	return list
}

// draftText is what the draft has in a segment's time: the draft's segment of
// that ID where that lies at the same place, else its words and segments whose
// middle is inside. ok is false where the draft has no say here.
func (w *Workbench) draftText(s *transcript.Segment) (text string, ok bool) {
	d := w.doc.Transcript().Draft
	if d == nil {
		return "", false
	}
	if !s.Timed() {
		i := slices.IndexFunc(d.Segments, func(o *transcript.Segment) bool { return o.ID == s.ID })
		if i < 0 {
			return "", false
		}
		return d.Segments[i].Text, true
	}
	var parts []string
	for _, o := range d.Segments {
		switch {
		case o.ID == s.ID && o.Start == s.Start && o.End == s.End:
			return o.Text, true
		case !o.Timed() || o.End <= s.Start || o.Start >= s.End:
			continue
		}
		ok = true
		if part := draftPart(o, s); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " "), ok
}

// draftPart is what of a draft's segment lies in another segment's time: words
// by their middle, where they have times; else the words at that share of the
// text.
func draftPart(o, s *transcript.Segment) string {
	var parts []string
	for _, word := range wordsOf(o.Text) {
		middle := o.Start + time.Duration(float64(o.End-o.Start)*float64(word.from+word.to)/2/float64(len(o.Text)))
		for _, known := range o.Words {
			if known.Timed() && known.From < word.to && known.To > word.from {
				middle = (known.Start + known.End) / 2
				break
			}
		}
		if middle >= s.Start && middle < s.End {
			parts = append(parts, o.Text[word.from:word.to])
		}
	}
	return strings.Join(parts, " ")
}

// change is one place where a segment says something else than the draft.
type change struct {
	from, to int    // bytes in the segment's text; equal where words of the draft are left out
	draft    string // what the draft has
}

// changesIn aligns a segment with its draft, word by word; neighbouring changes
// are one.
func changesIn(draft, text string) []change {
	if draft == text {
		return nil
	}
	a, b := wordsOf(draft), wordsOf(text)
	numbers := map[string]int32{}
	number := func(t string, list []stretch) []int32 {
		out := make([]int32, len(list))
		for i, x := range list {
			word := t[x.from:x.to]
			if _, known := numbers[word]; !known {
				numbers[word] = int32(len(numbers))
			}
			out[i] = numbers[word]
		}
		return out
	}
	ref, hyp := number(draft, a), number(text, b)
	var list []change
	open := false
	at := 0 // behind the last word of the text that was passed
	for _, step := range align.Tokens(ref, hyp, align.Levenshtein) {
		if step.Op == align.Correct {
			open = false
			at = b[step.Hyp].to
			continue
		}
		if !open {
			list = append(list, change{at, at, ""})
			open = true
		}
		c := &list[len(list)-1]
		if step.Op != align.Insertion {
			c.draft = strings.TrimSpace(c.draft + " " + draft[a[step.Ref].from:a[step.Ref].to])
		}
		if step.Op != align.Deletion {
			word := b[step.Hyp]
			if c.from == c.to && text[c.from:word.from] != "" || c.from == 0 && c.to == 0 {
				c.from = word.from
			}
			c.to, at = word.to, word.to
		}
	}
	return list
}

// revertEdit puts the draft's words back at one change.
func revertEdit(s *transcript.Segment, c change) transcript.Edit {
	from, to, with := c.from, c.to, c.draft
	switch {
	case from == to && from > 0: // words that were left out
		with = " " + with
	case from == to && s.Text != "":
		with += " "
	case with == "": // words that were put in: a space goes with them
		if to < len(s.Text) {
			to++
		} else if from > 0 {
			from--
		}
	}
	return transcript.Splice{Segment: s.ID, At: from, Delete: s.Text[from:to], Insert: with}
}

// noDraft says that there is nothing to go back to.
func (w *Workbench) noDraft() bool {
	if w.doc.Transcript().Draft != nil {
		return false
	}
	w.say(w.Words.Say("draft-layer.none"))
	return true
}

// revertWord puts the draft's words back at the cursor.
func (w *Workbench) revertWord() tea.Cmd {
	s := w.editor.Segment()
	if s == nil || w.noDraft() {
		return nil
	}
	draft, ok := w.draftText(s)
	if !ok {
		w.say(w.Words.Say("draft-layer.not-here"))
		return nil
	}
	at := w.editor.Cursor().At
	from, to := at, at
	if a, b, selected := w.editor.Selection(); selected && a.Segment == b.Segment {
		from, to = a.At, b.At
	}
	for _, c := range changesIn(draft, s.Text) {
		if c.from <= to && from <= c.to+1 {
			return w.perform(revertEdit(s, c))
		}
	}
	w.say(w.Words.Say("draft-layer.same-here"))
	return nil
}

// revertSegment puts the draft's words back in the selected segments.
func (w *Workbench) revertSegment() tea.Cmd {
	if w.noDraft() {
		return nil
	}
	var edits []transcript.Edit
	for _, s := range w.editor.SelectedSegments() {
		draft, ok := w.draftText(s)
		if !ok || draft == s.Text {
			continue
		}
		edits = append(edits, transcript.Splice{Segment: s.ID, Delete: s.Text, Insert: draft})
		if o := w.draftSegment(s); o != nil && len(o.Words) > 0 {
			edits = append(edits, transcript.SetWords{Segment: s.ID, Words: o.Words})
		}
	}
	if len(edits) == 0 {
		w.say(w.Words.Say("draft-layer.same-here"))
		return nil
	}
	return w.perform(transcript.Batch{Edits: edits})
}

// draftSegment is the draft's segment at the very place of one of ours.
func (w *Workbench) draftSegment(s *transcript.Segment) *transcript.Segment {
	d := w.doc.Transcript().Draft
	if d == nil {
		return nil
	}
	i := slices.IndexFunc(d.Segments, func(o *transcript.Segment) bool {
		return o.ID == s.ID && o.Start == s.Start && o.End == s.End
	})
	if i < 0 {
		return nil
	}
	return d.Segments[i]
}

// askRevertAll asks before everything becomes as the draft was, segments and
// times too.
func (w *Workbench) askRevertAll() {
	if w.noDraft() {
		return
	}
	w.ask(w.Words.Say("draft-layer.revert-question"), tui.Choice{Key: "r", Label: w.Words.Say("draft-layer.revert-all"), Do: w.revertAll})
}

func (w *Workbench) revertAll() tea.Cmd {
	t := w.doc.Transcript()
	var edits []transcript.Edit
	for _, s := range t.Segments {
		edits = append(edits, transcript.Delete{Segment: s.ID})
	}
	for _, sp := range t.Draft.Speakers {
		if i := slices.IndexFunc(t.Speakers, func(o transcript.Speaker) bool { return o.ID == sp.ID }); i < 0 {
			edits = append(edits, transcript.AddSpeaker{Speaker: sp})
		} else if t.Speakers[i].Name != sp.Name {
			edits = append(edits, transcript.RenameSpeaker(sp))
		}
	}
	for _, s := range t.Draft.Segments {
		edits = append(edits, transcript.Insert{Segment: *s})
	}
	w.say(w.Words.Say("draft-layer.reverted"))
	return w.perform(transcript.Batch{Edits: edits})
}

// jumpToChange goes to the next place (1) or the one before (-1) where the text
// is not the draft's, says what the draft has, and plays it.
func (w *Workbench) jumpToChange(direction int) tea.Cmd {
	if w.noDraft() {
		return nil
	}
	segments := w.doc.Transcript().Segments
	if len(segments) == 0 {
		w.say(w.Words.Say("draft-layer.no-changes"))
		return nil
	}
	here := max(w.doc.Index(w.editor.Cursor().Segment), 0)
	at := w.editor.Cursor().At
	if from, _, ok := w.editor.Selection(); ok {
		at = from.At
	}
	for n := range len(segments) + 1 {
		i := ((here+direction*n)%len(segments) + len(segments)) % len(segments)
		s := segments[i]
		draft, ok := w.draftText(s)
		if !ok {
			continue
		}
		list := changesIn(draft, s.Text)
		if direction < 0 {
			slices.Reverse(list)
		}
		for _, c := range list {
			if n == 0 && (direction > 0 && c.from <= at || direction < 0 && c.from >= at) {
				continue
			}
			return w.showChange(s, c)
		}
	}
	w.say(w.Words.Say("draft-layer.no-changes"))
	return nil
}

func (w *Workbench) showChange(s *transcript.Segment, c change) tea.Cmd {
	w.editor.Select(transcript.Caret{Segment: s.ID, At: c.from}, transcript.Caret{Segment: s.ID, At: c.to})
	if c.draft == "" {
		w.say(w.Words.Say("draft-layer.added"))
	} else {
		w.say(w.Words.Say("draft-layer.had", c.draft))
	}
	w.message.until = w.Now().Add(time.Minute)
	w.rememberPlace()
	if span := wordSpan(s, c.from, c.to); span.End > span.Start {
		w.transport.PlaySpan(span)
	}
	return tea.Batch(w.startTick(0), w.measureWave())
}
