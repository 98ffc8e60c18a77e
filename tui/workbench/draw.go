package workbench

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/audio"
	"tapescript/audio/output"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/transport"
	"tapescript/tui/wave"
)

// Draw lays the screen out: editor, wave, status, hint. What does not fit goes
// from the bottom: first the hint, then the wave.
func (w *Workbench) Draw(width, height int) tui.Frame {
	rows := []string{w.statusRow(width)}
	if height >= 8 {
		rows = append([]string{w.waveRow(width)}, rows...)
	}
	rows = append(rows, w.footRows(width, height)...)
	w.editor.Resize(width, height-len(rows))
	text, x, y := w.editor.Draw()
	return tui.Frame{Rows: append(text, rows...), CursorX: x, CursorY: y}
}

func (w *Workbench) waveRow(width int) string {
	span := w.waveSpan()
	v := wave.View{FromSamples: span.from, ToSamples: span.to, PlayheadSamples: w.samples(w.sound.Position)}
	if span == w.wave.span {
		v.Peaks = w.wave.have
	}
	return wave.Row(v, width, wave.Styles{Done: w.Theme.WaveDone, Ahead: w.Theme.Wave, Playhead: w.Theme.Playhead})
}

// statusRow: where the player is, what is on disk, the score, and trouble. On
// a narrow terminal the rightmost parts go first.
func (w *Workbench) statusRow(width int) string {
	type part struct {
		text string
		bad  bool
	}
	parts := []part{{transport.Bar(w.sound, w.Words), false}}
	add := func(text string, bad bool) {
		if text != "" {
			parts = append(parts, part{text, bad})
		}
	}
	add(w.fileState())
	add(w.score.status(w.Words), false)
	add(w.outputState(w.sound), true)
	row, used := "", 0
	for _, p := range parts {
		text := " " + p.text + " "
		if n := ansi.StringWidth(text); used+n <= width || used == 0 {
			text = ansi.Truncate(text, width-used, "…")
			style := w.Theme.Bar
			if p.bad {
				style = w.Theme.BarBad
			}
			row += style.Render(text)
			used += ansi.StringWidth(text)
		}
	}
	return row + w.Theme.Bar.Render(strings.Repeat(" ", max(width-used, 0)))
}

// fileState says whether the work is safe, in the order of what matters.
func (w *Workbench) fileState() (string, bool) {
	const slow = 3 * time.Second // a disk that takes longer is no disk
	if s := w.Journal.Status(); s.Err != nil || s.Pending > 0 && w.Now().Sub(s.Since) > slow {
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

// outputState says why nothing is heard, or "".
func (w *Workbench) outputState(s audio.State) string {
	if s.Output.Kind != output.Silent {
		return ""
	}
	if s.Output.Reason == "" {
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
	row := " " + filepath.Base(w.File.Path) + "  "
	for _, hint := range strings.Split(w.Words.Say("hint.work"), "|") {
		if ansi.StringWidth(row)+ansi.StringWidth(hint)+3 <= width {
			row += " " + hint + "  "
		}
	}
	return []string{w.Theme.Dim.Render(ansi.Truncate(strings.TrimRight(row, " "), width, "…"))}
}

func (w *Workbench) messageRows(width, height int) []string {
	if height < 6 {
		return nil
	}
	text := transcript.Clean(strings.ReplaceAll(w.message.text, "\n", " "))
	rows := strings.Split(ansi.Wrap(text, max(width-1, 1), ""), "\n")
	if most := 1 + height/12; len(rows) > most {
		rows = rows[:most]
		rows[most-1] = ansi.Truncate(rows[most-1], width-2, "") + "…"
	}
	for i := range rows {
		rows[i] = " " + rows[i]
		if w.message.bad {
			rows[i] = w.Theme.Title.Render(rows[i])
		}
	}
	return rows
}
