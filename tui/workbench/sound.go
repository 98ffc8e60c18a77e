package workbench

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio/output"
	"tapescript/tui/transport"
)

// How often the screen looks at the player: ten times a second the playhead
// seems to move, and all of it together costs under 5 % of a core.
const (
	playingTick = 95 * time.Millisecond
	pausedTick  = 500 * time.Millisecond
)

// followAfter: while somebody types, the view stays where they type.
const followAfter = 4 * time.Second

type tickMsg struct{ generation int }

// startTick begins a new chain of ticks; the old one ends by itself.
func (w *Workbench) startTick(after time.Duration) tea.Cmd {
	w.tick++
	generation := w.tick
	if after == 0 { // a key was pressed: let the player take it, then look
		after = 15 * time.Millisecond
	}
	return w.after(after, func(time.Time) tea.Msg { return tickMsg{generation} })
}

// onTick looks at the player and goes on ticking.
func (w *Workbench) onTick(msg tickMsg) tea.Cmd {
	if msg.generation != w.tick {
		return nil
	}
	before := w.sound
	w.sound = w.transport.State()
	if w.sound.Playing {
		w.active()
		w.count.listened(before.Position, w.sound.Position)
	}
	if w.sound.Position != before.Position {
		w.rememberPlace()
	}
	if w.sound.Err != nil && before.Err == nil {
		w.complain(w.Words.Say("sound.broken", w.Explain(w.sound.Err)))
	}
	w.hear.working.Store(w.sound.Playing || w.Now().Sub(w.lastTyped) < thinking)
	w.tellTrouble()
	w.markPlaying()
	w.goOnPlaying()
	next := pausedTick
	if w.sound.Playing || w.waits() {
		next = playingTick
	}
	return tea.Batch(w.startTick(next), w.measureWave(), w.checkSpeech())
}

// tellTrouble says once, in a sentence, what the status line goes on saying in
// a word: that nothing is heard, that nothing reaches the disk.
func (w *Workbench) tellTrouble() {
	if why := w.sound.Output.Reason; why != w.soundWhy {
		w.soundWhy = why
		w.tellSound(why)
	}
	why := ""
	if s, fails := w.diskFails(); fails {
		why = "slow"
		if s.Err != nil {
			why = w.Explain(s.Err)
		}
	}
	if why != w.diskWhy {
		w.diskWhy = why
		if why != "" {
			w.complain(w.Words.Say("file.failing", why))
		}
	}
}

// tellSound says why nothing is heard, before what the message says already (the
// demo's first words stay), and takes back what it said of it before.
func (w *Workbench) tellSound(why output.Reason) {
	rest := w.message.text
	if w.soundSaid != "" {
		rest = strings.TrimSpace(strings.TrimPrefix(rest, w.soundSaid))
	}
	w.soundSaid = ""
	if why == "" {
		w.message.text = rest
		return
	}
	until := w.message.until
	w.soundSaid = w.Words.Say("sound." + string(why) + "-why")
	w.complain(strings.TrimSpace(w.soundSaid + " " + rest))
	w.message.until = later(w.message.until, until)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// markPlaying shows the editor which segment and word are heard.
func (w *Workbench) markPlaying() {
	t := w.doc.Transcript()
	i := -1
	if w.sound.Playing {
		i = t.At(w.sound.Position, w.playing)
	}
	if i < 0 {
		w.editor.SetPlaying("", -1)
		w.playing = -1
		return
	}
	s := t.Segments[i]
	w.editor.SetPlaying(s.ID, s.WordAt(w.sound.Position))
	if i != w.playing && w.Now().Sub(w.lastTyped) > followAfter {
		w.editor.Follow(s.ID)
	}
	w.playing = i
}

func clock(d time.Duration) string { return transport.Clock(d) }
