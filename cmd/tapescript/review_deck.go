package main

import (
	"sync"
	"time"

	"tapescript/audio"
)

// deck is a player that can be given another recording; without one it is
// silent and stands still.
type deck struct {
	options audio.Options
	bring   func(path string) error // fetches a recording that is not here yet; nil: all are

	mu        sync.Mutex
	recording *audio.Recording
	player    *audio.Player
	state     audio.State // without a player
}

func newDeck(o audio.Options) *deck {
	return &deck{options: o, state: audio.State{Speed: 1}}
}

// Load opens a recording in the place of the one that is there. Speed, level
// and ear stay.
func (d *deck) Load(path string) (time.Duration, error) {
	if d.bring != nil {
		if err := d.bring(path); err != nil {
			return 0, err
		}
	}
	recording, err := audio.Open(path)
	if err != nil {
		return 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.close()
	d.recording, d.player = recording, audio.NewPlayer(recording, d.options)
	d.player.SetSpeed(before.Speed)
	d.player.SetGainDB(before.GainDB)
	d.player.SetEar(before.Ear)
	return recording.Duration(), nil
}

// close lets go of the recording and returns how it was played.
func (d *deck) close() audio.State {
	before := d.state
	if d.player != nil {
		before = d.player.State()
		d.player.Close()
		d.recording.Close()
		d.player, d.recording = nil, nil
	}
	d.state = audio.State{Speed: before.Speed, GainDB: before.GainDB, Ear: before.Ear}
	return before
}

// Close ends it.
func (d *deck) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.close()
}

// with does something with the player, if there is one.
func (d *deck) with(do func(*audio.Player)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.player != nil {
		do(d.player)
	}
}

func (d *deck) Play()                  { d.with((*audio.Player).Play) }
func (d *deck) Toggle()                { d.with((*audio.Player).Toggle) }
func (d *deck) Seek(t time.Duration)   { d.with(func(p *audio.Player) { p.Seek(t) }) }
func (d *deck) Step(t time.Duration)   { d.with(func(p *audio.Player) { p.Step(t) }) }
func (d *deck) PlaySpan(s audio.Span)  { d.with(func(p *audio.Player) { p.PlaySpan(s) }) }
func (d *deck) Loop(s audio.Span)      { d.with(func(p *audio.Player) { p.Loop(s) }) }
func (d *deck) Unloop()                { d.with((*audio.Player).Unloop) }
func (d *deck) SetSpeed(x float64)     { d.with(func(p *audio.Player) { p.SetSpeed(x) }) }
func (d *deck) SetGainDB(x float64)    { d.with(func(p *audio.Player) { p.SetGainDB(x) }) }
func (d *deck) SetEar(e audio.Ear)     { d.with(func(p *audio.Player) { p.SetEar(e) }) }
func (d *deck) SetSteps(s audio.Steps) { d.with(func(p *audio.Player) { p.SetSteps(s) }) }

// State is where the player is.
func (d *deck) State() audio.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.player == nil {
		return d.state
	}
	return d.player.State()
}
