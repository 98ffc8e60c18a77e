package transport

import (
	"fmt"
	"testing"
	"time"

	"tapescript/audio"
	"tapescript/tui"
	"tapescript/tui/locale"
)

// player writes down what it is told.
type player struct {
	state audio.State
	told  []string
}

func (p *player) tell(format string, args ...any) {
	p.told = append(p.told, fmt.Sprintf(format, args...))
}
func (p *player) Play()                  { p.tell("play") }
func (p *player) Toggle()                { p.tell("toggle") }
func (p *player) Seek(at time.Duration)  { p.tell("seek %v", at) }
func (p *player) Step(d time.Duration)   { p.tell("step %v", d) }
func (p *player) PlaySpan(s audio.Span)  { p.tell("span %v %v", s.Start, s.End) }
func (p *player) Loop(s audio.Span)      { p.tell("loop %v %v", s.Start, s.End) }
func (p *player) Unloop()                { p.tell("unloop") }
func (p *player) SetSpeed(x float64)     { p.tell("speed %g", x) }
func (p *player) SetGainDB(dB float64)   { p.tell("gain %g", dB) }
func (p *player) SetEar(e audio.Ear)     { p.tell("ear %v", e) }
func (p *player) SetSteps(s audio.Steps) { p.tell("steps %v %v", s.Play, s.Rest) }
func (p *player) State() audio.State     { return p.state }

func TestTheBarSaysHowFarTheDecoderIs(t *testing.T) {
	s := audio.State{Position: 2 * time.Hour, Duration: 10 * time.Hour, Speed: 1, Waiting: true, Decoded: 30 * time.Minute}
	if got, want := Bar(s, locale.For("en")), "‖ 2:00:00.0 / 10:00:00.0  1.0×  ffmpeg comes here: 25 %"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestActionsTellThePlayer(t *testing.T) {
	segment := audio.Span{Start: 2 * time.Second, End: 5 * time.Second}
	looping := audio.State{Speed: 1, Looping: true, Duration: time.Minute}
	for _, c := range []struct {
		action tui.Action
		state  audio.State
		want   string
	}{
		{tui.PlayPause, audio.State{}, "[toggle]"},
		{tui.Replay, audio.State{}, "[seek 2s play]"},
		{tui.Back, audio.State{}, "[step -2s]"},
		{tui.ForwardFar, audio.State{}, "[step 10s]"},
		{tui.Slower, audio.State{Speed: 1}, "[speed 0.9]"},
		{tui.Slower, audio.State{Speed: .3}, "[speed 0.25]"},
		{tui.Faster, audio.State{Speed: .25}, "[speed 0.3]"},
		{tui.Faster, audio.State{Speed: 4}, "[speed 4]"},
		{tui.NormalSpeed, audio.State{Speed: 2.2}, "[speed 1]"},
		{tui.AgainSlower, audio.State{Speed: 1}, "[speed 0.8 seek 2s play]"},
		{tui.Loop, audio.State{}, "[loop 2s 5s play]"},
		{tui.Loop, looping, "[unloop]"},
		{tui.GainUp, audio.State{GainDB: 3}, "[gain 6]"},
		{tui.FirstMoment, audio.State{}, "[span 2s 2.5s]"},
		{tui.LastMoment, audio.State{}, "[span 4.5s 5s]"},
		{tui.StepPlay, audio.State{}, "[steps 3s 3s play]"},
		{tui.StepPlay, audio.State{Steps: audio.Steps{Play: 1, Rest: 1}}, "[steps 0s 0s]"},
		{tui.Channel, audio.State{}, "[ear {1 false false 0}]"},
		{tui.Channel, audio.State{Ear: audio.Ear{Channels: audio.Right, Even: true}}, "[ear {0 true false 0}]"},
		{tui.EvenOut, audio.State{}, "[ear {0 true false 0}]"},
		{tui.Filter, audio.State{}, "[ear {0 false true 0}]"},
		{tui.Filter, audio.State{Ear: audio.Ear{Speech: true}}, "[ear {0 false true 50}]"},
		{tui.Filter, audio.State{Ear: audio.Ear{Speech: true, HumHz: 50}}, "[ear {0 false true 60}]"},
		{tui.Filter, audio.State{Ear: audio.Ear{Speech: true, HumHz: 60}}, "[ear {0 false false 0}]"},
	} {
		p := &player{state: c.state}
		if !New(p).Do(c.action, segment) {
			t.Errorf("%s is no action of playing", c.action)
		}
		if got := fmt.Sprint(p.told); got != c.want {
			t.Errorf("%s tells %s, want %s", c.action, got, c.want)
		}
	}
	if New(&player{}).Do(tui.Save, segment) {
		t.Error("saving is an action of playing")
	}
}

func TestEveryActionOfPlayingIsDone(t *testing.T) {
	for _, a := range tui.Groups[0].Actions {
		if a != tui.LoopPause && !New(&player{}).Do(a, audio.Span{}) { // a screen's own, which knows the segment
			t.Errorf("nothing does %s", a)
		}
	}
}

func TestLoopWithoutASegmentTakesTheWholeRecording(t *testing.T) {
	p := &player{state: audio.State{Duration: time.Minute}}
	New(p).Do(tui.Loop, audio.Span{})
	if got := fmt.Sprint(p.told); got != "[loop 0s 1m0s play]" {
		t.Errorf("told %s", got)
	}
}

func TestBarReadsAsPeopleSpeak(t *testing.T) {
	s := audio.State{Playing: true, Position: 62350 * time.Millisecond, Duration: 2*time.Hour + 3*time.Second, Speed: .25, Looping: true, GainDB: -6,
		Ear: audio.Ear{Channels: audio.Left, Speech: true, HumHz: 50, Even: true}}
	if got, want := Bar(s, locale.For("en")), "▶ 1:02.3 / 2:00:03.0  0.25×  ↻ loop  -6 dB  left  no hum (50 Hz)  even"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
