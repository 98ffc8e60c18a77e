// Package transport is the part of a screen that plays: it turns actions into
// commands for the player and draws where the player is.
//
//	done := t.Do(action, segment) // true: it was an action of playing
//	bar := t.Bar(words)           // "▶ 1:02.3 / 10:00  1.0×"
//
// It knows no text; a screen hands it the span of the current segment.
package transport

import (
	"fmt"
	"strings"
	"time"

	"tapescript/audio"
	"tapescript/tui"
	"tapescript/tui/locale"
)

// Player is what a transport needs of a player. Every method returns at once.
type Player interface {
	Play()
	Toggle()
	Seek(time.Duration)
	Step(time.Duration)
	PlaySpan(audio.Span)
	Loop(audio.Span)
	Unloop()
	SetSpeed(float64)
	SetGainDB(float64)
	SetEar(audio.Ear)
	SetSteps(audio.Steps)
	State() audio.State
}

// The steps of the keys.
const (
	shortStep = 2 * time.Second        // to hear the last words again
	longStep  = 10 * time.Second       // to look for a place
	gainStep  = 3.0                    // dB: a change that is just heard clearly
	moment    = 500 * time.Millisecond // of a segment's edge: to hear whether a word is cut
)

// steps are what the hands get at a time: few can keep more words in mind.
var steps = audio.Steps{Play: 3 * time.Second, Rest: 3 * time.Second}

// Transport drives one player.
type Transport struct {
	player  Player
	counted *replays // the player too
}

// New drives a player.
func New(p Player) *Transport {
	counted := &replays{Player: p, heard: map[int]int{}}
	return &Transport{player: counted, counted: counted}
}

// State is where the player is now.
func (t *Transport) State() audio.State { return t.player.State() }

// Do carries out an action of playing and says whether it was one. segment is
// the span to play again or to loop; an empty one stands for the whole
// recording.
func (t *Transport) Do(a tui.Action, segment audio.Span) bool {
	s := t.player.State()
	switch a {
	case tui.PlayPause, tui.HoldPlay: // whether it is held, the root knows
		t.player.Toggle()
	case tui.Start, tui.Stop:
		if s.Playing != (a == tui.Start) {
			t.player.Toggle()
		}
	case tui.Replay:
		t.again(segment)
	case tui.Back:
		t.player.Step(-shortStep)
	case tui.Forward:
		t.player.Step(shortStep)
	case tui.BackFar:
		t.player.Step(-longStep)
	case tui.ForwardFar:
		t.player.Step(longStep)
	case tui.Slower:
		t.player.SetSpeed(audio.Slower(s.Speed))
	case tui.Faster:
		t.player.SetSpeed(audio.Faster(s.Speed))
	case tui.NormalSpeed:
		t.player.SetSpeed(1)
	case tui.AgainSlower:
		t.player.SetSpeed(audio.Slower(audio.Slower(s.Speed)))
		t.again(segment)
	case tui.Loop:
		t.toggleLoop(s, segment)
	case tui.GainUp:
		t.player.SetGainDB(s.GainDB + gainStep)
	case tui.GainDown:
		t.player.SetGainDB(s.GainDB - gainStep)
	case tui.FirstMoment:
		t.edge(audio.Span{Start: segment.Start, End: min(segment.Start+moment, segment.End)})
	case tui.LastMoment:
		t.edge(audio.Span{Start: max(segment.End-moment, segment.Start), End: segment.End})
	case tui.StepPlay:
		t.toggleSteps(s)
	default:
		return t.hear(a, s.Ear)
	}
	return true
}

// hear carries out what changes how the recording sounds.
func (t *Transport) hear(a tui.Action, ear audio.Ear) bool {
	switch a {
	case tui.Channel:
		ear.Channels = ear.Channels.Next()
	case tui.EvenOut:
		ear.Even = !ear.Even
	case tui.Filter:
		ear.Speech, ear.HumHz = nextFilter(ear.Speech, ear.HumHz)
	default:
		return false
	}
	t.player.SetEar(ear)
	return true
}

// nextFilter goes from none to speech alone, then without the hum of 50 Hz, then
// of 60, then back to none.
func nextFilter(speech bool, humHz int) (bool, int) {
	switch {
	case !speech:
		return true, 0
	case humHz == 0:
		return true, 50
	case humHz == 50:
		return true, 60
	}
	return false, 0
}

// edge plays a moment of a segment; without a segment there is none.
func (t *Transport) edge(s audio.Span) {
	if s.End > s.Start {
		t.player.PlaySpan(s)
	}
}

func (t *Transport) toggleSteps(s audio.State) {
	if s.Steps != (audio.Steps{}) {
		t.player.SetSteps(audio.Steps{})
		return
	}
	t.player.SetSteps(steps)
	t.player.Play()
}

// again plays a segment from its start; without one, the last ten seconds.
func (t *Transport) again(segment audio.Span) {
	if segment.End > segment.Start {
		t.player.Seek(segment.Start)
	} else {
		t.player.Step(-longStep)
	}
	t.player.Play()
}

// PlaySpan plays just a span.
func (t *Transport) PlaySpan(s audio.Span) { t.player.PlaySpan(s) }

// SeekTo moves the playhead; playing goes on if it did.
func (t *Transport) SeekTo(at time.Duration) { t.player.Seek(at) }

// StepBy moves the playhead, back where d is negative.
func (t *Transport) StepBy(d time.Duration) { t.player.Step(d) }

// SetSpeed sets the speed, as near as the player has it.
func (t *Transport) SetSpeed(x float64) { t.player.SetSpeed(x) }

// Resume sets what a session remembered, without playing.
func (t *Transport) Resume(at time.Duration, speed, gainDB float64) {
	if speed > 0 {
		t.player.SetSpeed(speed)
	}
	t.player.SetGainDB(gainDB)
	t.player.Seek(at)
}

func (t *Transport) toggleLoop(s audio.State, segment audio.Span) {
	if s.Looping {
		t.player.Unloop()
		return
	}
	if segment.End <= segment.Start {
		segment = audio.Span{End: s.Duration}
	}
	t.player.Loop(segment)
	t.player.Play()
}

// Bar says where the player is, in about 30 cells.
func Bar(s audio.State, words *locale.Words) string {
	var b strings.Builder
	sign := "‖"
	if s.Playing {
		sign = "▶"
	}
	fmt.Fprintf(&b, "%s %s / %s  %s×", sign, Clock(s.Position), Clock(s.Duration), speed(s.Speed, words))
	if s.Waiting {
		b.WriteString("  " + words.Say("bar.waiting", int(100*s.Decoded/max(s.Position, 1))))
	}
	if s.Looping {
		b.WriteString("  ↻ " + words.Say("bar.loop"))
	}
	if s.Steps != (audio.Steps{}) {
		b.WriteString("  " + words.Say("bar.steps"))
	}
	if s.GainDB != 0 {
		fmt.Fprintf(&b, "  %+.0f dB", s.GainDB)
	}
	for _, sign := range signs(s.Ear) {
		b.WriteString("  " + words.Say("bar."+sign))
	}
	return b.String()
}

// signs names what is changed about the sound.
func signs(e audio.Ear) []string {
	var list []string
	switch e.Channels {
	case audio.Left:
		list = append(list, "left")
	case audio.Right:
		list = append(list, "right")
	}
	switch {
	case e.HumHz != 0:
		list = append(list, fmt.Sprintf("hum-%d", e.HumHz))
	case e.Speech:
		list = append(list, "speech")
	}
	if e.Even {
		list = append(list, "even")
	}
	return list
}

// Clock writes a position as people read it: 2:05.3, 1:02:05.3.
func Clock(d time.Duration) string {
	d = max(d, 0)
	tenths := int64(d / (100 * time.Millisecond))
	s, m, h := tenths/10%60, tenths/600%60, tenths/36000
	if h > 0 {
		return fmt.Sprintf("%d:%02d:%02d.%d", h, m, s, tenths%10)
	}
	return fmt.Sprintf("%d:%02d.%d", m, s, tenths%10)
}

// speed writes a speed: 1.0, 0.25.
func speed(x float64, words *locale.Words) string {
	if x == 0.25 {
		return words.Figure("%.2f", x)
	}
	return words.Figure("%.1f", x)
}
