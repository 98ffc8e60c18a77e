package workbench

import (
	tea "charm.land/bubbletea/v2"

	"tapescript/transcript"
)

// deleteSegments deletes the segments that are selected, or the one with the
// cursor.
func (w *Workbench) deleteSegments() tea.Cmd {
	var edits []transcript.Edit
	for _, s := range w.editor.SelectedSegments() {
		edits = append(edits, transcript.Delete{Segment: s.ID})
	}
	return w.together(edits)
}

// mergeSegments joins the selected segments into one; without a selection the
// one with the cursor and the next.
func (w *Workbench) mergeSegments() tea.Cmd {
	list := w.editor.SelectedSegments()
	if len(list) == 1 {
		if i := w.doc.Index(list[0].ID); i+1 < len(w.doc.Transcript().Segments) {
			list = append(list, w.doc.Transcript().Segments[i+1])
		}
	}
	if len(list) < 2 {
		w.say(w.Words.Say("edit.nothing-to-merge"))
		return nil
	}
	var edits []transcript.Edit
	for _, s := range list[1:] {
		edits = append(edits, transcript.Merge{First: list[0].ID, Second: s.ID})
	}
	return w.together(edits)
}

// selectAll selects the whole transcript, for what is done to all of it.
func (w *Workbench) selectAll() {
	segments := w.doc.Transcript().Segments
	if len(segments) == 0 {
		return
	}
	last := segments[len(segments)-1]
	w.editor.Select(transcript.Caret{Segment: segments[0].ID}, transcript.Caret{Segment: last.ID, At: len(last.Text)})
}
