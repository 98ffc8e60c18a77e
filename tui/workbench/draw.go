package workbench

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/audio"
	"tapescript/audio/output"
	"tapescript/transcript"
	"tapescript/transcript/journal"
	"tapescript/tui"
	"tapescript/tui/transport"
)

// Draw lays the screen out: editor, wave, status, hint. What does not fit goes
// from the bottom: first the hint, then the wave.
func (w *Workbench) Draw(width, height int) tui.Frame {
	rows := []string{w.statusRow(width)}
	if waveHeight(height) > 0 {
		rows = append(w.waveRows(width, height), rows...)
	}
	rows = append(rows, w.footRows(width, height)...)
	w.editor.Resize(width, height-len(rows))
	text, x, y := w.editor.Draw()
	return tui.Frame{Rows: append(text, rows...), CursorX: x, CursorY: y}
}

// part is a piece of the status line.
type part struct {
	text, short string // short, where it is not "", is for a narrow terminal
	bad         bool
}

// statusRow: where the player is, trouble with the disk, the score, what is
// saved, trouble with the sound. What does not fit in full is shortened, what
// does not fit at all is left out from the right; trouble with the disk never.
func (w *Workbench) statusRow(width int) string {
	file, bad := w.fileState()
	score, short := w.score.status(w.Words)
	parts := []part{
		{text: transport.Bar(w.sound, w.Words) + w.loop.sign(w.Words)},
		{text: file, bad: bad}, {text: score, short: short}, {text: w.outputState(w.sound)},
		{text: w.hearState()},
	}
	need := 0
	for _, p := range parts {
		if p.text != "" {
			need += ansi.StringWidth(p.text) + 2
		}
	}
	row, used := "", 0
	for _, p := range parts {
		if need > width && p.short != "" {
			p.text = p.short
		}
		text := " " + p.text + " "
		if n := ansi.StringWidth(text); p.text == "" || used+n > width && used > 0 && !p.bad {
			continue
		}
		text = ansi.Truncate(text, width-used, "…")
		style := w.Theme.Bar
		if p.bad {
			style = w.Theme.BarBad
		}
		row += style.Render(text)
		used += ansi.StringWidth(text)
	}
	return row + w.Theme.Bar.Render(strings.Repeat(" ", max(width-used, 0)))
}

// slowDisk: a disk that takes longer to keep an edit is no disk.
const slowDisk = 3 * time.Second

// diskFails says whether the journal cannot write, and why.
func (w *Workbench) diskFails() (journal.Status, bool) {
	s := w.Journal.Status()
	return s, s.Err != nil || s.Pending > 0 && w.Now().Sub(s.Since) > slowDisk
}

// fileState says whether the work is safe, in the order of what matters.
func (w *Workbench) fileState() (string, bool) {
	if s, fails := w.diskFails(); fails {
		if s.Since.IsZero() {
			return w.Words.Say("file.never-on-disk"), true
		}
		return w.Words.Say("file.not-on-disk", s.Since.Format("15:04")), true
	}
	switch {
	case w.save.underWay:
		return w.Words.Say("file.saving"), false
	case w.dirty():
		return w.Words.Say("file.unsaved"), false
	case w.File.SHA256 == "":
		return w.Words.Say("file.new"), false
	}
	return w.Words.Say("file.saved"), false
}

// outputState says that nothing is heard, or "".
func (w *Workbench) outputState(s audio.State) string {
	switch {
	case s.Output.Kind != output.Silent:
		return ""
	case s.Output.Reason == "":
		return w.Words.Say("sound.silent")
	}
	return w.Words.Say("sound." + string(s.Output.Reason))
}

// footRows are the message, in as many as two rows, or else the keys that
// matter, as many as fit.
func (w *Workbench) footRows(width, height int) []string {
	if w.message.text != "" && w.Now().Before(w.message.until) {
		return w.messageRows(width, height)
	}
	if height < 10 {
		return nil
	}
	if text := w.lessonText(); text != "" {
		return w.textRows(text, width, height)
	}
	if mark, ok := w.editor.MarkAtCursor(); ok && mark.Note != "" {
		return []string{ansi.Truncate(" "+w.Words.Say("score.here", mark.Note), width, "…")}
	}
	if f, ok := w.here(); ok {
		return []string{ansi.Truncate(" "+transcript.Clean(w.sayFinding(f)), width, "…")}
	}
	if key := w.nothingYet(); key != "" {
		return w.textRows(w.Words.Say(key), width, height)
	}
	if s := w.editor.Segment(); s != nil && w.hear.silent[s.ID] {
		return []string{ansi.Truncate(" "+w.Words.Say("speech.none-here"), width, "…")}
	}
	row := " " + transcript.Clean(filepath.Base(w.File.Path)) + "  "
	hints := strings.Split(w.Words.Say("hint.work"), "|")
	if w.score.live != nil {
		hints = slices.Insert(hints, 2, w.Words.Say("hint.gold"))
	}
	for _, hint := range hints {
		if ansi.StringWidth(row)+ansi.StringWidth(hint)+3 <= width {
			row += " " + hint + "  "
		}
	}
	return []string{w.Theme.Dim.Render(ansi.Truncate(strings.TrimRight(row, " "), width, "…"))}
}

// nothingYet is what to say where nothing has been written, or "".
func (w *Workbench) nothingYet() string {
	switch segments := w.doc.Transcript().Segments; {
	case len(segments) == 0:
		return "hint.no-segments"
	case len(segments) == 1 && segments[0].Text == "":
		return "hint.begin"
	}
	return ""
}

func (w *Workbench) messageRows(width, height int) []string {
	if height < 6 {
		return nil
	}
	rows := w.textRows(w.message.text, width, height)
	for i := range rows {
		if w.message.bad {
			rows[i] = w.Theme.Title.Render(rows[i])
		}
	}
	return rows
}

// textRows wraps a text into the rows that the foot has for it.
func (w *Workbench) textRows(text string, width, height int) []string {
	text = transcript.Clean(strings.ReplaceAll(text, "\n", " "))
	rows := tui.Wrap(text, width-1)
	if most := 1 + height/12; len(rows) > most {
		rows = rows[:most]
		rows[most-1] = ansi.Truncate(rows[most-1], width-2, "") + "…"
	}
	for i := range rows {
		rows[i] = " " + rows[i]
	}
	return rows
}
