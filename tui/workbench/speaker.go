package workbench

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/editor"
)

// speaker says that the n-th speaker speaks in the selected segments, adding one
// if n is the next free place.
func (w *Workbench) speaker(n int) tea.Cmd {
	if w.editor.Segment() == nil {
		return nil
	}
	speakers := w.doc.Transcript().Speakers
	if n < len(speakers) {
		return w.setSpeaker(speakers[n].ID)
	}
	if n < len(w.Habits.Speakers) && !w.named(w.Habits.Speakers[n], "") {
		return w.addSpeaker(w.Habits.Speakers[n])
	}
	name := w.Words.Say("speaker.new-name", len(speakers)+1)
	w.say(w.Words.Say("speaker.added", name))
	return w.addSpeaker(name)
}

// nextSpeaker ends what one person says and begins what the other does: Enter
// of f4, for interviews. The other is who spoke last before, or else the next of
// the list. Where nobody has been named yet, two people are.
func (w *Workbench) nextSpeaker() tea.Cmd {
	s := w.editor.Segment()
	if s == nil {
		return w.enter()
	}
	t := w.doc.Transcript()
	segments := t.Segments
	if last := segments[len(segments)-1]; last != s && w.editor.Cursor().At == len(s.Text) { // nothing is split
		cmd := w.move(editor.SegmentDown)
		if now := w.editor.Segment(); now != nil && now.Speaker == "" {
			edits, _, other := w.bothSpeakers(s)
			return tea.Batch(cmd, w.perform(transcript.Batch{Edits: append(edits, transcript.SetSpeaker{Segment: now.ID, Speaker: other})}))
		}
		return cmd
	}
	return w.enterWith(func(id string) []transcript.Edit {
		edits, this, other := w.bothSpeakers(s)
		if s.Speaker == "" {
			edits = append(edits, transcript.SetSpeaker{Segment: s.ID, Speaker: this})
		}
		return append(edits, transcript.SetSpeaker{Segment: id, Speaker: other})
	})
}

// bothSpeakers are who speaks in a segment and who answers, with the edits that
// add those who are not there yet.
func (w *Workbench) bothSpeakers(s *transcript.Segment) (edits []transcript.Edit, this, other string) {
	t := w.doc.Snapshot()
	nth := func(n int) string { // the n-th of the list, added where there is none
		if n < len(t.Speakers) {
			return t.Speakers[n].ID
		}
		name := w.Words.Say("speaker.new-name", n+1)
		if n < len(w.Habits.Speakers) && !w.named(w.Habits.Speakers[n], "") {
			name = w.Habits.Speakers[n]
		}
		sp := t.SpeakerNamed(name)
		edits = append(edits, transcript.AddSpeaker{Speaker: sp})
		return sp.ID
	}
	if this = s.Speaker; this == "" {
		this = nth(0)
	}
	for _, o := range slices.Backward(t.Segments[:max(w.doc.Index(s.ID), 0)]) {
		if o.Speaker != "" && o.Speaker != this {
			return edits, this, o.Speaker
		}
	}
	n := slices.IndexFunc(t.Speakers, func(sp transcript.Speaker) bool { return sp.ID != this })
	if n < 0 {
		n = len(t.Speakers)
	}
	return edits, this, nth(n)
}

// setSpeaker says who speaks in the selected segments, as one step.
func (w *Workbench) setSpeaker(id string) tea.Cmd {
	var edits []transcript.Edit
	for _, s := range w.editor.SelectedSegments() {
		edits = append(edits, transcript.SetSpeaker{Segment: s.ID, Speaker: id})
	}
	return w.together(edits)
}

// together does several edits as one step; of more than one it says how many.
func (w *Workbench) together(edits []transcript.Edit) tea.Cmd {
	switch len(edits) {
	case 0:
		return nil
	case 1:
		return w.perform(edits[0])
	}
	w.say(w.Words.Count("edit.together", len(edits)))
	return w.perform(transcript.Batch{Edits: edits})
}

// addSpeaker adds somebody who speaks in the selected segments.
func (w *Workbench) addSpeaker(name string) tea.Cmd {
	t := w.doc.Snapshot()
	sp := t.SpeakerNamed(name)
	if len(t.Speakers) == len(w.doc.Transcript().Speakers) { // the name is known
		return w.setSpeaker(sp.ID)
	}
	edits := []transcript.Edit{transcript.AddSpeaker{Speaker: sp}}
	for _, s := range w.editor.SelectedSegments() {
		edits = append(edits, transcript.SetSpeaker{Segment: s.ID, Speaker: sp.ID})
	}
	return w.perform(transcript.Batch{Edits: edits})
}

// mergeSpeaker gives all that one speaker says to another: two names were one
// person.
func (w *Workbench) mergeSpeaker(from, to string) tea.Cmd {
	var edits []transcript.Edit
	for _, s := range w.doc.Transcript().Segments {
		if s.Speaker == from {
			edits = append(edits, transcript.SetSpeaker{Segment: s.ID, Speaker: to})
		}
	}
	if len(edits) == 0 {
		return nil
	}
	t := w.doc.Transcript()
	w.say(w.Words.Count("speaker.merged", len(edits), t.SpeakerName(from), t.SpeakerName(to)))
	return w.perform(transcript.Batch{Edits: edits})
}

// askMerge lets a letter choose to whom all goes that a speaker says.
func (w *Workbench) askMerge(from string) {
	t := w.doc.Transcript()
	var choices []tui.Choice
	for i, sp := range t.Speakers {
		if sp.ID != from && i < 26 {
			choices = append(choices, tui.Choice{Key: string(rune('a' + i)), Label: t.SpeakerName(sp.ID), Do: func() tea.Cmd { return w.mergeSpeaker(from, sp.ID) }})
		}
	}
	w.ask(w.Words.Say("speaker.merge-question", t.SpeakerName(from)), choices...)
}

// askSpeaker lets a letter choose who speaks, for terminals that keep
// Alt+digit to themselves; it also renames and adds.
func (w *Workbench) askSpeaker() {
	s := w.editor.Segment()
	if s == nil {
		return
	}
	done := func(cmd func() tea.Cmd) func() tea.Cmd {
		return func() tea.Cmd { w.question = nil; return cmd() }
	}
	q := &tui.Question{Text: w.Words.Say("speaker.question"), Cancel: done(func() tea.Cmd { return nil })}
	for i, sp := range w.doc.Transcript().Speakers {
		if i == 14 { // the letters before o, p … which stand for themselves below
			break
		}
		q.Choices = append(q.Choices, tui.Choice{
			Key: string(rune('a' + i)), Label: w.doc.Transcript().SpeakerName(sp.ID),
			Do: done(func() tea.Cmd {
				return w.setSpeaker(sp.ID)
			}),
		})
	}
	if s.Speaker != "" {
		q.Choices = append(q.Choices,
			tui.Choice{Key: "r", Label: w.Words.Say("speaker.rename"), Do: func() tea.Cmd { w.askName(s, true); return nil }},
			tui.Choice{Key: "x", Label: w.Words.Say("speaker.nobody"), Do: done(func() tea.Cmd {
				return w.setSpeaker("")
			})})
		if len(w.doc.Transcript().Speakers) > 1 {
			q.Choices = append(q.Choices, tui.Choice{Key: "z", Label: w.Words.Say("speaker.merge"), Do: func() tea.Cmd { w.askMerge(s.Speaker); return nil }})
		}
	}
	q.Choices = append(q.Choices, tui.Choice{Key: "+", Label: w.Words.Say("speaker.add"), Do: func() tea.Cmd { w.askName(s, false); return nil }})
	w.question = q
}

// askName asks for a name: another one for the segment's speaker, or a new
// speaker's.
func (w *Workbench) askName(s *transcript.Segment, rename bool) {
	name, text := "", w.Words.Say("speaker.name-new")
	if rename {
		name = w.doc.Transcript().SpeakerName(s.Speaker)
		text = w.Words.Say("speaker.name-everywhere", name)
	}
	w.question = &tui.Question{
		Text: text, Input: &name,
		Cancel: func() tea.Cmd { w.question = nil; return nil },
		Enter: func(name string) tea.Cmd {
			w.question = nil
			name = strings.TrimSpace(name)
			switch {
			case name == "":
				return nil
			case rename && w.named(name, s.Speaker):
				// Two of one name could not be told apart: they become one.
				other := w.doc.Snapshot().SpeakerNamed(name)
				w.ask(w.Words.Say("speaker.taken", name), tui.Choice{Key: "m", Label: w.Words.Say("speaker.merge-both"), Do: func() tea.Cmd {
					return w.mergeSpeaker(s.Speaker, other.ID)
				}})
				return nil
			case rename:
				return w.perform(transcript.RenameSpeaker{ID: s.Speaker, Name: name})
			}
			return w.addSpeaker(name)
		},
	}
}

// named says whether somebody else has a name.
func (w *Workbench) named(name, but string) bool {
	return slices.ContainsFunc(w.doc.Transcript().Speakers, func(sp transcript.Speaker) bool { return sp.ID != but && sp.Name == name })
}
