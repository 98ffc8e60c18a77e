package workbench

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tapescript/transcript"
	"tapescript/tui"
)

// speaker says that the n-th speaker speaks in the current segment, adding one
// if n is the next free place.
func (w *Workbench) speaker(n int) tea.Cmd {
	s := w.editor.Segment()
	if s == nil {
		return nil
	}
	speakers := w.doc.Transcript().Speakers
	if n < len(speakers) {
		return w.perform(transcript.SetSpeaker{Segment: s.ID, Speaker: speakers[n].ID})
	}
	name := w.Words.Say("speaker.new-name", len(speakers)+1)
	w.say(w.Words.Say("speaker.added", name))
	return w.addSpeaker(s, name)
}

// addSpeaker adds somebody who speaks in s.
func (w *Workbench) addSpeaker(s *transcript.Segment, name string) tea.Cmd {
	t := w.doc.Snapshot()
	sp := t.SpeakerNamed(name)
	if len(t.Speakers) == len(w.doc.Transcript().Speakers) { // the name is known
		return w.perform(transcript.SetSpeaker{Segment: s.ID, Speaker: sp.ID})
	}
	return w.perform(transcript.Batch{Edits: []transcript.Edit{
		transcript.AddSpeaker{Speaker: sp},
		transcript.SetSpeaker{Segment: s.ID, Speaker: sp.ID},
	}})
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
				return w.perform(transcript.SetSpeaker{Segment: s.ID, Speaker: sp.ID})
			}),
		})
	}
	if s.Speaker != "" {
		q.Choices = append(q.Choices,
			tui.Choice{Key: "r", Label: w.Words.Say("speaker.rename"), Do: func() tea.Cmd { w.askName(s, true); return nil }},
			tui.Choice{Key: "x", Label: w.Words.Say("speaker.nobody"), Do: done(func() tea.Cmd {
				return w.perform(transcript.SetSpeaker{Segment: s.ID})
			})})
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
				w.say(w.Words.Say("speaker.taken", name)) // two of one name could not be told apart
				return nil
			case rename:
				return w.perform(transcript.RenameSpeaker{ID: s.Speaker, Name: name})
			}
			return w.addSpeaker(s, name)
		},
	}
}

// named says whether somebody else has a name.
func (w *Workbench) named(name, but string) bool {
	return slices.ContainsFunc(w.doc.Transcript().Speakers, func(sp transcript.Speaker) bool { return sp.ID != but && sp.Name == name })
}
