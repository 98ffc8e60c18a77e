package workbench

import (
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"tapescript/transcript"
)

// Heard is the message of the moment.
func (w *Workbench) Heard() string {
	if w.message.text == "" || w.Now().After(w.message.until) {
		return ""
	}
	return w.message.text
}

// Where says in words which segment the cursor is in: its number, its time,
// who speaks, what is written, and the word that is selected.
func (w *Workbench) Where() string {
	s := w.editor.Segment()
	if s == nil {
		return w.Words.Say("linear.no-segments")
	}
	t := w.doc.Transcript()
	text := strings.ReplaceAll(s.Text, "\n", " ")
	if text == "" {
		text = w.Words.Say("linear.no-text")
	}
	at := w.Words.Say("linear.untimed")
	if s.Timed() {
		at = w.Words.Say("linear.from-to", w.spokenTime(s.Start), w.spokenTime(s.End))
	}
	who := ""
	if s.Speaker != "" {
		who = ", " + t.SpeakerName(s.Speaker)
	}
	line := w.Words.Say("linear.segment", w.doc.Index(s.ID)+1, len(t.Segments), at, who, text)
	if from, to, ok := w.editor.Selection(); ok && from.Segment == to.Segment {
		line += "\n" + w.Words.Say("linear.selected", s.Text[from.At:to.At])
	}
	return line
}

// spokenTime is a time as it is read aloud: 1 minute 5 seconds.
func (w *Workbench) spokenTime(d time.Duration) string {
	seconds := w.Words.Figure("%g", float64(int64(d%time.Minute)/int64(100*time.Millisecond))/10)
	if d < time.Minute {
		return w.Words.Say("linear.seconds", seconds)
	}
	return w.Words.Say("linear.minutes", int(d/time.Minute), seconds)
}

// State says how the work stands.
func (w *Workbench) State() string {
	s := w.transport.State()
	playing := "linear.stopped"
	if s.Playing {
		playing = "linear.playing"
	}
	file, _ := w.fileState()
	parts := []string{w.Words.Say(playing, w.spokenTime(s.Position), w.Words.Figure("%.1f", s.Speed)), file}
	if score, _ := w.score.status(w.Words); score != "" {
		parts = append(parts, score)
	}
	if out := w.outputState(s); out != "" {
		parts = append(parts, out)
	}
	for i, p := range parts { // signs are for eyes
		parts[i] = strings.TrimLeftFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	}
	return strings.Join(parts, ". ")
}

// Append writes text at the end of the current segment.
func (w *Workbench) Append(text string) tea.Cmd {
	if s := w.editor.Segment(); s != nil {
		w.editor.SetCursor(transcript.Caret{Segment: s.ID, At: len(s.Text)})
		if s.Text != "" && !strings.HasSuffix(s.Text, " ") {
			text = " " + strings.TrimLeft(text, " ")
		}
	}
	return w.Type(text)
}

// Rewrite puts another text into the current segment; words that stay keep
// their times.
func (w *Workbench) Rewrite(text string) tea.Cmd {
	s := w.editor.Segment()
	if s == nil {
		return nil
	}
	text = transcript.Clean(text)
	var edits []transcript.Edit
	list := changesIn(text, s.Text)
	for i := len(list) - 1; i >= 0; i-- {
		edits = append(edits, revertEdit(s, list[i]))
	}
	w.active()
	w.lastTyped = w.Now()
	if len(edits) == 0 {
		return nil
	}
	return w.perform(transcript.Batch{Edits: edits})
}

// GoToSegment goes to the n-th segment, from 1, and plays it.
func (w *Workbench) GoToSegment(n int) tea.Cmd {
	segments := w.doc.Transcript().Segments
	if n < 1 || n > len(segments) {
		w.say(w.Words.Say("linear.no-such-segment", len(segments)))
		return nil
	}
	w.editor.SetCursor(transcript.Caret{Segment: segments[n-1].ID})
	w.rememberPlace()
	return w.playSegment()
}
