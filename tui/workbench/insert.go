package workbench

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui"
)

// defaultTimestamp is how most style guides write a time in the text.
const defaultTimestamp = "[hh:mm:ss]"

// inaudible writes the tag with the time of the playhead.
func (w *Workbench) inaudible() tea.Cmd {
	return w.insertWord("[inaudible " + stamp("hh:mm:ss", w.transport.State().Position) + "]")
}

// timestamp writes the playhead's time as the settings say.
func (w *Workbench) timestamp() tea.Cmd {
	form := w.Habits.Timestamp
	if form == "" {
		form = defaultTimestamp
	}
	return w.insertWord(stamp(form, w.transport.State().Position))
}

// stamp writes a time in a form of hh, mm, ss, t (tenths), mmm (thousandths);
// all else stands for itself. Without hh, minutes go beyond 59.
func stamp(form string, at time.Duration) string {
	minutes := int(at / time.Minute)
	if strings.Contains(form, "hh") {
		minutes %= 60
	}
	return strings.NewReplacer(
		"hh", fmt.Sprintf("%02d", int(at/time.Hour)),
		"mmm", fmt.Sprintf("%03d", at.Milliseconds()%1000),
		"mm", fmt.Sprintf("%02d", minutes),
		"ss", fmt.Sprintf("%02d", int(at.Seconds())%60),
		".t", fmt.Sprintf(".%d", at.Milliseconds()/100%10),
		",t", fmt.Sprintf(",%d", at.Milliseconds()/100%10),
	).Replace(form)
}

// insertWord types a text that stands apart from what is before it.
func (w *Workbench) insertWord(text string) tea.Cmd {
	if s := w.editor.Segment(); s != nil {
		if at := w.editor.Cursor().At; at > 0 && !strings.ContainsAny(s.Text[at-1:at], " \n([{-") {
			text = " " + text
		}
	}
	return w.perform(w.editor.Type(text))
}

// askTime asks where the playhead shall go, and brings the cursor along.
func (w *Workbench) askTime() {
	line := ""
	w.question = &tui.Question{
		Text: w.Words.Say("play.go-to"), Input: &line,
		Cancel: w.dismiss,
		Enter: func(text string) tea.Cmd {
			w.question = nil
			text = strings.TrimSpace(text)
			if text == "" {
				return nil
			}
			at, ok := parseClock(text, w.transport.State().Position)
			if !ok {
				w.complain(w.Words.Say("play.go-to-bad", text))
				return nil
			}
			at = min(at, w.Duration)
			w.transport.SeekTo(at)
			w.cursorTo(at)
			return tea.Batch(w.startTick(0), w.measureWave())
		},
	}
}

// dismiss closes the question.
func (w *Workbench) dismiss() tea.Cmd { w.question = nil; return nil }

// parseClock reads 62, 1:02, 1:02:03.5 and, from here, +10 and -10.
func parseClock(text string, here time.Duration) (time.Duration, bool) {
	sign, rest := 0, text
	for prefix, s := range map[string]int{"+": 1, "-": -1, "−": -1} {
		if r, ok := strings.CutPrefix(text, prefix); ok {
			sign, rest = s, r
		}
	}
	parts := strings.Split(strings.ReplaceAll(rest, ",", "."), ":")
	if len(parts) > 3 {
		return 0, false
	}
	var seconds float64
	for _, p := range parts {
		x, err := strconv.ParseFloat(p, 64)
		if err != nil || x < 0 || x > 1e7 || strings.ContainsAny(p, "eExXpP+-iInN_") {
			return 0, false
		}
		seconds = 60*seconds + x
	}
	at := time.Duration(seconds * float64(time.Second))
	switch sign {
	case 1:
		at = here + at
	case -1:
		at = here - at
	}
	return max(at, 0), true
}
