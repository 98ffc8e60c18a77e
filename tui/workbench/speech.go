package workbench

import (
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio"
	"tapescript/audio/speech"
	"tapescript/transcript"
	"tapescript/tui/wave"
)

const (
	// beforeSpeech is what is heard before somebody speaks, so that no first
	// consonant is lost.
	beforeSpeech = 250 * time.Millisecond
	// snapWithin is how far a cut that is only estimated moves to a silence.
	snapWithin = 250 * time.Millisecond
	// untoldAtLeast leaves out breaths and what a border cuts off.
	untoldAtLeast = 500 * time.Millisecond
	// thinking is how long nobody typed when text is compared with speech.
	thinking = 2 * time.Second
)

// speechIn is the speech in a view.
func (w *Workbench) speechIn(span sampleSpan) []wave.Stretch {
	var list []wave.Stretch
	spans := w.hear.Speech
	first, _ := slices.BinarySearchFunc(spans, span.from, func(s speech.Span, at int64) int {
		if w.Samples(s.End) <= at {
			return -1
		}
		return 1
	})
	for _, s := range spans[first:] {
		from := w.Samples(s.Start)
		if from >= span.to {
			break
		}
		list = append(list, wave.Stretch{From: from, To: w.Samples(s.End)})
	}
	return list
}

// heard says whether it is known where somebody speaks; if not, it says why.
func (w *Workbench) heard() bool {
	switch {
	case w.hear.known:
		return true
	case w.hear.failed:
		w.say(w.Words.Say("speech.unknown"))
	default:
		w.say(w.Words.Say("speech.busy"))
	}
	return false
}

// skipSilence moves the playhead to just before the next speech; where somebody
// speaks, to what follows the next silence.
func (w *Workbench) skipSilence() tea.Cmd {
	if !w.heard() {
		return nil
	}
	at := w.transport.State().Position
	silence := speech.Silence(w.hear.Speech, w.hear.Length, at)
	to := silence.End - beforeSpeech
	if silence.End < w.hear.Length && to <= at { // it is about to begin: the one after that
		silence = speech.Silence(w.hear.Speech, w.hear.Length, silence.End)
		to = silence.End - beforeSpeech
	}
	if silence.End >= w.hear.Length || to <= at {
		w.say(w.Words.Say("speech.no-more"))
		return nil
	}
	w.transport.SeekTo(max(to, silence.Start))
	return w.startTick(0)
}

// snap moves a cut that is only estimated into a silence close by.
func (w *Workbench) snap(s *transcript.Segment, at time.Duration) time.Duration {
	if !w.hear.known || !s.Timed() {
		return at
	}
	if to := speech.Snap(w.hear.Speech, w.hear.Length, at, snapWithin); to > s.Start && to < s.End {
		return to
	}
	return at
}

// untouched says whether the transcript is new, with nothing in it.
func (w *Workbench) untouched() bool {
	segments := w.doc.Transcript().Segments
	if len(segments) != 1 || w.File.SHA256 != "" {
		return false
	}
	s := segments[0]
	return s.Text == "" && s.Start == 0 && s.End == w.Duration
}

// offerToBegin says once that there are segments, and takes no key for it: the
// hands may be in the middle of the first word.
func (w *Workbench) offerToBegin(n int) {
	text := w.Words.Count("speech.propose", n)
	if w.message.text != "" && w.Now().Before(w.message.until) {
		text = w.message.text + " " + text
	}
	w.say(text)
}

// begin makes the segments that were found of the empty one.
func (w *Workbench) begin() tea.Cmd {
	switch {
	case !w.untouched():
		w.say(w.Words.Say("speech.not-empty"))
		return nil
	case !w.hear.known:
		w.say(w.Words.Say("speech.busy"))
		return nil
	case len(w.hear.Segments) == 0:
		w.say(w.Words.Say("speech.nothing"))
		return nil
	}
	first := w.doc.Transcript().Segments[0]
	var edits []transcript.Edit
	for i, s := range w.hear.Segments {
		start, end := s.Start.Round(time.Millisecond), s.End.Round(time.Millisecond) // what all formats hold
		end = min(end, w.Duration)
		if i == 0 {
			edits = append(edits, transcript.Retime{Segment: first.ID, Start: start, End: end})
			continue
		}
		edits = append(edits, transcript.Insert{Segment: transcript.Segment{ID: w.freeID(first.ID, i), Start: start, End: end}})
	}
	cmd := w.perform(transcript.Batch{Edits: edits})
	w.editor.SetCursor(transcript.Caret{Segment: first.ID})
	w.say(w.Words.Count("speech.begun", len(edits)))
	return cmd
}

// freeID is the ID of the i-th of new segments beside one that has its own.
func (w *Workbench) freeID(taken string, i int) string {
	if id := strconv.Itoa(i + 1); id != taken {
		return id
	}
	return strconv.Itoa(len(w.hear.Segments) + 1)
}

type checkedMsg struct {
	revision uint64
	silent   map[string]bool
	untold   []speech.Span
	missed   int
}

// checkSpeech compares text with speech, in a command, once nobody types.
func (w *Workbench) checkSpeech() tea.Cmd {
	h := &w.hear
	if !h.known || h.checking || h.checked && h.revision == w.doc.Revision() || w.Now().Sub(w.lastTyped) < thinking {
		return nil
	}
	h.checking = true
	snapshot, revision, heard := w.doc.Snapshot(), w.doc.Revision(), h.Speech
	return func() tea.Msg {
		m := compareSpeech(snapshot, heard)
		m.revision = revision
		return m
	}
}

// compareSpeech finds text where nobody speaks, and speech without text. Missed
// is speech before the last text: what follows is only still to do.
func compareSpeech(t *transcript.Transcript, heard []speech.Span) checkedMsg {
	m := checkedMsg{silent: map[string]bool{}}
	var spans []speech.Span
	var ids []string
	end := time.Duration(0)
	for _, s := range t.Segments {
		text := strings.TrimSpace(s.Text)
		if text == "" || !s.Timed() {
			continue
		}
		spans, ids = append(spans, speech.Span{Start: s.Start, End: s.End}), append(ids, s.ID)
		end = max(end, s.End)
	}
	for _, i := range speech.Unspoken(heard, spans) {
		m.silent[ids[i]] = true
	}
	for _, s := range t.Segments { // [music] and the like stand where nobody speaks
		if text := strings.TrimSpace(s.Text); strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
			delete(m.silent, s.ID)
		}
	}
	m.untold = speech.Untranscribed(heard, spans, untoldAtLeast)
	for _, s := range m.untold {
		if s.Start < end {
			m.missed++
		}
	}
	return m
}

func (w *Workbench) onChecked(m checkedMsg) tea.Cmd {
	h := &w.hear
	h.checking, h.checked, h.revision = false, true, m.revision
	h.silent, h.untold, h.missed = m.silent, m.untold, m.missed
	return nil // a newer revision is checked at the next tick
}

// nextUntold goes to the speech without text that follows the playhead, round
// the end, and plays it.
func (w *Workbench) nextUntold() tea.Cmd {
	if !w.heard() {
		return nil
	}
	list := compareSpeech(w.doc.Transcript(), w.hear.Speech).untold // a key may be pressed before the comparison
	if len(list) == 0 {
		w.say(w.Words.Say("speech.all-told"))
		return nil
	}
	at := w.transport.State().Position
	i := max(slices.IndexFunc(list, func(s speech.Span) bool { return s.Start > at+beforeSpeech }), 0)
	span := list[i]
	segments := w.doc.Transcript().Segments
	for k := len(segments) - 1; k >= 0; k-- {
		if s := segments[k]; s.Timed() && s.Start <= span.Start {
			w.editor.SetCursor(transcript.Caret{Segment: s.ID, At: len(s.Text)})
			break
		}
	}
	w.rememberPlace()
	w.say(w.Words.Say("speech.untold-here", i+1, len(list), clock(span.Start)))
	w.transport.PlaySpan(audio.Span{Start: span.Start, End: span.End})
	return tea.Batch(w.startTick(0), w.measureWave())
}
