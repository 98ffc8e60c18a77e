package workbench

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"tapescript/tui"
)

// Breaks say when a pause is proposed. Four five-minute breaks a day beside the
// usual two left clerks with less discomfort and as much work done (Galinsky et
// al. 2007, 51 data entry workers); looking away for 20 s is contested
// (Johnson & Rosenfield 2022), and so only for who asks for it.
type Breaks struct {
	Off   bool
	Eyes  bool          // look into the distance every 20 active minutes
	Every time.Duration // of active time; 0: everyBreak
}

const (
	everyBreak = 55 * time.Minute
	everyLong  = 2 * time.Hour
	everyEyes  = 20 * time.Minute
	// rested: who did nothing for so long has had the break.
	rested = 5 * time.Minute
	// notNow is how long nothing is proposed after a proposal was passed over.
	notNow = 15 * time.Minute
)

// count is what the person has done since the program began. It is shown to
// them, on a key, and goes nowhere else.
type count struct {
	active time.Duration
	keys   int // that typed or deleted
	words  int // begun by typing
	replay int // keys that went back to hear again
	heard  time.Duration
	inWord bool

	sinceBreak, sinceLong, sinceEyes time.Duration // active time
	wait                             time.Duration // active time until something may be proposed again
}

// work adds active time; a long rest has been a break.
func (c *count) work(d time.Duration, idle time.Duration) {
	if idle >= rested {
		c.sinceBreak, c.sinceEyes, c.wait = 0, 0, 0
		if idle >= 15*time.Minute {
			c.sinceLong = 0
		}
	}
	c.active += d
	c.sinceBreak += d
	c.sinceLong += d
	c.sinceEyes += d
	c.wait = max(c.wait-d, 0)
}

// typed counts what a key wrote.
func (c *count) typed(text string) {
	c.keys++
	for _, r := range text {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r) || c.inWord && strings.ContainsRune("'’-", r)
		if letter && !c.inWord {
			c.words++
		}
		c.inWord = letter
	}
}

// edit counts a key that deletes or splits.
func (c *count) edit(a tui.Action) {
	switch a {
	case tui.Backspace, tui.DeleteNext, tui.WordBack, tui.WordForward, tui.SplitHere, tui.LineBreak:
		c.keys++
		c.inWord = false
	}
}

// play counts a key that goes back.
func (c *count) play(a tui.Action) {
	switch a {
	case tui.Replay, tui.Back, tui.BackFar, tui.AgainSlower, tui.FirstMoment, tui.LastMoment:
		c.replay++
	}
}

// listened adds what was heard between two looks at the player.
func (c *count) listened(from, to time.Duration) {
	if d := to - from; d > 0 && d < time.Second {
		c.heard += d
	}
}

// proposal is the break that is due, as a key of the locale, or "".
func (c *count) proposal(b Breaks) string {
	every := b.Every
	if every == 0 {
		every = everyBreak
	}
	switch {
	case c.wait > 0:
	case !b.Off && c.sinceLong >= everyLong:
		return "break.long"
	case !b.Off && c.sinceBreak >= every:
		return "break.short"
	case b.Eyes && c.sinceEyes >= everyEyes:
		return "break.eyes"
	}
	return ""
}

// proposeBreak says, where a segment ends, that a break is due. It is a line
// that asks nothing and goes by itself.
func (w *Workbench) proposeBreak() {
	c := &w.count
	key := c.proposal(w.Habits.Breaks)
	if key == "" {
		return
	}
	minutes := int(c.sinceBreak.Minutes())
	switch key {
	case "break.eyes":
		c.sinceEyes = 0
		w.say(w.Words.Say(key))
	default:
		c.wait = notNow
		w.say(w.Words.Say(key, minutes))
	}
	w.message.until = w.Now().Add(20 * time.Second)
}

// sayFigures shows the person their own figures.
func (w *Workbench) sayFigures() {
	c := w.count
	per := func(n int, d float64) string {
		if d <= 0 {
			return "–"
		}
		return w.Words.Figure("%.1f", float64(n)/d)
	}
	w.say(w.Words.Say("figures.text", minutes(c.active), minutes(c.heard), per(c.keys, float64(c.words)), per(c.replay, c.heard.Minutes())))
	w.message.until = w.Now().Add(time.Minute)
}

// minutes writes a duration as people do: 42 min, 1 h 05.
func minutes(d time.Duration) string {
	m := int(d.Round(time.Minute).Minutes())
	if m < 60 {
		return fmt.Sprintf("%d min", m)
	}
	return fmt.Sprintf("%d h %02d", m/60, m%60)
}
