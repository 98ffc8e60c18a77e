package workbench

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/tui/editor"
	"tapescript/tui/transport"
)

// remarks are what the style finds in each segment, as the segment is. A
// segment that has changed is looked at again at the next drawing that needs
// it; the whole transcript in a command.
type remarks struct {
	found map[*transcript.Segment][]style.Finding
	known bool // of all segments, as of some revision
}

type lintedMsg struct {
	found map[*transcript.Segment][]style.Finding
}

// lint looks at the whole transcript in a command, once.
func (w *Workbench) lint() tea.Cmd {
	if w.Style == nil {
		return nil
	}
	profile, t := w.Style, w.doc.Snapshot()
	return func() tea.Msg {
		byID := make(map[string]*transcript.Segment, len(t.Segments))
		m := lintedMsg{make(map[*transcript.Segment][]style.Finding, len(t.Segments))}
		for _, s := range t.Segments {
			byID[s.ID] = s
			m.found[s] = nil
		}
		for _, f := range profile.Lint(t) {
			if s := byID[f.Segment]; s != nil {
				m.found[s] = append(m.found[s], f)
			}
		}
		return m
	}
}

// onLinted takes what was found, but for segments that were typed in meanwhile.
func (w *Workbench) onLinted(m lintedMsg) {
	for s, f := range w.remarks.found {
		m.found[s] = f
	}
	w.remarks = remarks{found: m.found, known: true}
	for _, s := range w.doc.Transcript().Segments {
		w.showRemark(s)
	}
}

// relint looks again at the segments of a change.
func (w *Workbench) relint(c transcript.Change) {
	if w.Style == nil {
		return
	}
	if w.remarks.found == nil {
		w.remarks.found = map[*transcript.Segment][]style.Finding{}
	}
	for _, r := range c.Runs {
		if len(r.Inserted) > manyChanged { // a replacement everywhere: each when it is come to
			continue
		}
		for _, s := range r.Removed {
			delete(w.remarks.found, s)
		}
		for _, s := range r.Inserted {
			if w.doc.Segment(s.ID) == s {
				w.findings(s)
				w.showRemark(s)
			}
		}
	}
}

// manyChanged is how many segments of one change are looked at while a key
// waits.
const manyChanged = 50

// findings are what the style finds in a segment as it is now.
func (w *Workbench) findings(s *transcript.Segment) []style.Finding {
	if w.Style == nil || s == nil {
		return nil
	}
	list, known := w.remarks.found[s]
	if !known {
		list = w.Style.LintSegment(w.doc.Transcript(), s)
		if w.remarks.found == nil {
			w.remarks.found = map[*transcript.Segment][]style.Finding{}
		}
		w.remarks.found[s] = list
	}
	return list
}

// showRemark puts the sign into the margin: ! for an error, ? for less.
func (w *Workbench) showRemark(s *transcript.Segment) {
	sign := editor.NoSign
	for _, f := range w.remarks.found[s] {
		if sign = '?'; f.Severity == style.Error {
			sign = '!'
			break
		}
	}
	w.editor.SetSign(s.ID, sign)
}

// here is what the style finds at the cursor: in its word, else in its segment.
func (w *Workbench) here() (style.Finding, bool) {
	s := w.editor.Segment()
	list := w.findings(s)
	if len(list) == 0 {
		return style.Finding{}, false
	}
	at := w.editor.Cursor().At
	for _, f := range list {
		if f.From <= at && at <= f.To && f.To > f.From {
			return f, true
		}
	}
	return list[0], true
}

// sayFinding makes the sentence of a finding: the rule, the reason, and the key
// that mends it where that is safe.
func (w *Workbench) sayFinding(f style.Finding) string {
	reason := ""
	if w.Habits.Reason != nil {
		reason = w.Habits.Reason(f)
	}
	text := f.Rule + " " + reason
	if f.Fix != nil {
		text += " " + w.Words.Say("remark.fix")
	}
	return text
}

// nextRemark goes to the next finding from the cursor, round the end.
func (w *Workbench) nextRemark() tea.Cmd {
	if w.Style == nil {
		w.say(w.Words.Say("remark.no-style"))
		return nil
	}
	segments := w.doc.Transcript().Segments
	if len(segments) == 0 {
		w.say(w.Words.Say("remark.none"))
		return nil
	}
	here, at := max(w.doc.Index(w.editor.Cursor().Segment), 0), w.editor.Cursor().At
	if from, _, ok := w.editor.Selection(); ok {
		at = from.At
	}
	for n := range len(segments) + 1 {
		s := segments[(here+n)%len(segments)]
		list := slices.Clone(w.findings(s))
		slices.SortStableFunc(list, func(a, b style.Finding) int { return a.From - b.From })
		for _, f := range list {
			if n == 0 && f.From <= at {
				continue
			}
			w.editor.Select(transcript.Caret{Segment: s.ID, At: f.From}, transcript.Caret{Segment: s.ID, At: f.To})
			w.say(w.sayFinding(f))
			w.message.until = w.Now().Add(time.Minute)
			w.rememberPlace()
			return w.measureWave()
		}
	}
	w.say(w.Words.Say("remark.none"))
	return nil
}

// fixRemark mends what is found at the cursor, where that is safe.
func (w *Workbench) fixRemark() tea.Cmd {
	f, ok := w.here()
	switch {
	case !ok:
		w.say(w.Words.Say("remark.none-here"))
		return nil
	case f.Fix == nil:
		w.say(w.Words.Say("remark.by-hand", w.sayFinding(f)))
		return nil
	}
	return w.perform(f.Fix)
}

// resegment cuts the selected segments that are longer than the style allows,
// or than maxSegment, into ones that fit: at a sentence's end if there is one,
// else at a clause's, else at the longest pause between words.
func (w *Workbench) resegment() tea.Cmd {
	most := w.longest()
	var edits []transcript.Edit
	taken := 0
	for _, s := range w.editor.SelectedSegments() {
		cuts := w.cuts(s, most)
		// From the last, so that offsets of the earlier ones stay.
		for _, c := range slices.Backward(cuts) {
			taken++
			edits = append(edits, transcript.Split{Segment: s.ID, At: c.at, Time: c.time, NewID: w.newIDs(taken)})
		}
	}
	if len(edits) == 0 {
		w.say(w.Words.Say("resegment.none", transport.Clock(most)))
		return nil
	}
	w.say(w.Words.Count("resegment.done", len(edits)))
	return w.perform(transcript.Batch{Edits: edits})
}

// maxSegment is the longest segment where no style says another length.
const maxSegment = 15 * time.Second

func (w *Workbench) longest() time.Duration {
	if w.Style != nil {
		for _, r := range w.Style.Rules() {
			if r.ID == "Z02" && r.Most > 0 {
				return time.Duration(r.Most * float64(time.Second))
			}
		}
	}
	return maxSegment
}

// cutPlace is where a segment is cut.
type cutPlace struct {
	at   int
	time time.Duration
}

// cuts are the places at which a segment is cut, first to last. Words that have
// no time get one by their share of the text.
func (w *Workbench) cuts(s *transcript.Segment, most time.Duration) []cutPlace {
	if !s.Timed() || s.End-s.Start <= most {
		return nil
	}
	words := wordsOf(s.Text)
	timeOf := func(offset int) (end, next time.Duration) {
		guess := s.Start + time.Duration(float64(s.End-s.Start)*float64(offset)/float64(len(s.Text)))
		end, next = guess, guess
		for _, k := range s.Words {
			switch {
			case k.Timed() && k.To <= offset:
				end = k.End
			case k.Timed() && k.From >= offset:
				return end, k.Start
			}
		}
		return end, next
	}
	var list []cutPlace
	start := s.Start
	for s.End-start > most {
		best, bestScore := cutPlace{}, -1.0
		for i := 0; i+1 < len(words); i++ {
			at := words[i].to
			end, next := timeOf(at)
			when := end + (next-end)/2
			if when <= start || when-start > most || when >= s.End || len(list) > 0 && at <= list[len(list)-1].at {
				continue
			}
			score := float64(when-start) / float64(most) // as late as it may be, all else equal
			switch s.Text[at-1] {
			case '.', '!', '?':
				score += 4
			case ',', ';', ':':
				score += 2
			}
			score += min((next-end).Seconds(), 1) * 2
			if score > bestScore {
				best, bestScore = cutPlace{at, when}, score
			}
		}
		if bestScore < 0 {
			break
		}
		list = append(list, best)
		start = best.time
	}
	return list
}
