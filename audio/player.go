// Package audio plays recordings for people who write down what they hear: a
// Recording of exact length, and a Player that steps, slows, loops and says at
// any moment which place of the recording is being heard.
//
// Positions and lengths are time.Duration from the start of the recording;
// samples appear only as int64 in names that end in Samples. A Span is half
// open. The package knows nothing of text. Its rooms hold the parts: decode
// reads files, stretch changes the speed, output is the device.
//
// The calls that matter:
//
//	rec, err := audio.Open("talk.mp3")
//	player := audio.NewPlayer(rec, audio.Options{Rewind: audio.DefaultRewind})
//	player.Play()
package audio

import (
	"math"
	"sync"
	"time"

	"tapescript/audio/decode"
	"tapescript/audio/output"
	"tapescript/audio/stretch"
)

// DefaultRewind is how far playing steps back on resume, so that the words on
// which one stopped are heard whole.
const DefaultRewind = 1500 * time.Millisecond

// The range of SetGainDB.
const (
	MinGainDB = -60.0
	MaxGainDB = 24.0
)

// Options of a Player.
type Options struct {
	Rewind time.Duration // step back on resume after a pause; 0: none
	Silent bool          // no device, even if there is one
	Clock  output.Clock  // drives a silent player; nil: the time of day
}

// State is what a player is doing: a copy, true at the moment it was asked for.
type State struct {
	Position time.Duration // of what is heard now; after a Seek at once its target
	Duration time.Duration
	Playing  bool
	Speed    float64
	GainDB   float64
	Ear      Ear
	Steps    Steps
	Looping  bool
	Loop     Span // if Looping
	Ended    bool // paused at the end of the recording
	// Waiting: what is there has not been decoded yet, by the program that does;
	// Decoded is how far that has come.
	Waiting bool
	Decoded time.Duration
	Output  output.Status
	Err     error // why playing stopped by itself; gone after the next Seek or Play
}

// A Player plays one recording. Its methods return at once and may be called
// from any goroutine; what they ask for is done by the goroutine that feeds the
// output, and heard within 100 ms; a speed, a level and an Ear within 200.
type Player struct {
	rec    *Recording
	out    *output.Output
	rewind time.Duration

	mu       sync.Mutex // guards what follows
	plan     plan
	adopted  int64 // the epoch of the plan that is being pulled
	since    int64 // the output sample at which that plan begins
	track    track
	held     bool  // paused exactly at at, rather than where the sound broke off
	at       int64 // if held
	resuming bool  // paused by Pause or at a span's end: Play steps back
	span     Span  // of PlaySpan or Loop: what resuming does not step out of
	spanned  bool
	looping  bool
	rebound  bool  // bounds changed without a new plan
	drained  bool  // the plan's last sample has been pulled, ...
	end      int64 // ... as the output sample before end
	cause    error // why it drained
	speed    float64
	gainDB   float64
	ear      Ear
	steps    Steps
	err      error
}

// NewPlayer makes a paused player at the start of rec, which it owns until
// Close; it does not close rec. The device is opened meanwhile.
func NewPlayer(rec *Recording, opts Options) *Player {
	p := &Player{rec: rec, rewind: max(opts.Rewind, 0), speed: 1, held: true}
	p.plan.bounds = unbounded
	if j, ok := rec.stream.(decode.Jumping); ok {
		j.Jump()
	}
	c := newChain(p, rec)
	p.mu.Lock() // the output calls the chain at once, and that may ask for p.out
	defer p.mu.Unlock()
	if !opts.Silent && opts.Clock == nil {
		p.out = output.Open(c)
		return p
	}
	clock := opts.Clock
	if clock == nil {
		clock = output.WallClock{}
	}
	p.out = output.OpenSilent(c, clock)
	return p
}

// Play plays from the current position. After a pause it first steps back by
// Options.Rewind, but not past the start of the span being played. At the end
// of the recording it plays the last moments again, DefaultRewind at least:
// who presses play there wants the last words once more, and starting over
// would lose the place in two hours of tape.
func (p *Player) Play() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	if p.plan.playing {
		return
	}
	at := p.position()
	length := p.rec.length.Load()
	back := time.Duration(0)
	switch {
	case at >= length:
		back = max(p.rewind, DefaultRewind)
	case p.resuming:
		back = p.rewind
	}
	floor := int64(0)
	if p.spanned {
		if start := p.samples(p.span.Start); start <= at {
			floor = start
		}
	}
	p.start(max(at-p.samples(back), floor), p.plan.bounds)
}

// Pause stops the sound where it is heard.
func (p *Player) Pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	if !p.plan.playing {
		return
	}
	if p.pending() && p.plan.at != onward {
		p.held, p.at = true, p.plan.at
	}
	p.resuming = true
	p.replan(plan{at: onward, bounds: p.plan.bounds})
	p.out.Pause()
}

// Toggle plays when paused and pauses when playing.
func (p *Player) Toggle() {
	if p.State().Playing {
		p.Pause()
	} else {
		p.Play()
	}
}

// Seek goes to at, clamped to the recording, and goes on playing if it was. It
// ends a PlaySpan whose span does not hold at; a Loop stays.
func (p *Player) Seek(at time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	p.seek(p.samples(min(max(at, 0), p.rec.Duration())))
}

// Step goes by d from the position that is heard.
func (p *Player) Step(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	at := p.rec.Time(p.position())
	// Clamped first: a position plus the largest Duration is negative.
	d = min(max(d, -at), p.rec.Duration()-at)
	p.seek(p.samples(at + d))
}

// PlaySpan plays s and pauses at its end. An empty span is not played.
func (p *Player) PlaySpan(s Span) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	s = p.clamp(s)
	if s.End <= s.Start {
		return
	}
	p.span, p.spanned, p.looping = s, true, false
	p.start(p.samples(s.Start), bounds{stop: p.samples(s.End), loopFrom: -1})
}

// Loop makes playing go round in s, without a gap, until Unloop. Playing goes
// on where it is if that is within s, else goes to the start of s. A span
// shorter than 20 ms is not looped.
func (p *Player) Loop(s Span) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	s = p.clamp(s)
	if s.End-s.Start < leastLoop {
		return
	}
	within := p.position() >= p.samples(s.Start) && p.position() < p.samples(s.End)
	p.span, p.spanned, p.looping = s, true, true
	b := bounds{stop: p.samples(s.End), loopFrom: p.samples(s.Start)}
	at := b.loopFrom
	switch {
	case p.plan.playing && within && !p.pending():
		p.start(onward, b)
	case p.plan.playing && within:
		p.start(p.plan.at, b)
	case p.plan.playing:
		p.start(at, b)
	case within:
		p.plan.bounds = b
	default:
		p.plan.bounds = b
		p.hold(at)
	}
}

// Unloop lets playing go on past the loop's end.
func (p *Player) Unloop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.looping {
		p.free()
	}
}

// SetSpeed sets the speed, clamped to 0.25..4; the pitch stays.
func (p *Player) SetSpeed(x float64) {
	if math.IsNaN(x) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.speed = min(max(x, stretch.MinSpeed), stretch.MaxSpeed)
}

// SetGainDB sets the level, clamped to -60..+24 dB. Above 0 dB a limiter turns
// peaks down before they would clip.
func (p *Player) SetGainDB(dB float64) {
	if math.IsNaN(dB) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gainDB = min(max(dB, MinGainDB), MaxGainDB)
}

// State is a copy of what the player is doing now.
func (p *Player) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	at := p.position()
	s := State{
		Position: p.rec.Time(at), Duration: p.rec.Duration(), Playing: p.plan.playing,
		Speed: p.speed, GainDB: p.gainDB, Ear: p.ear, Steps: p.steps, Looping: p.looping,
		Ended:  !p.plan.playing && at >= p.rec.length.Load(),
		Output: p.out.Status(), Err: p.err,
	}
	if p.looping {
		s.Loop = p.span
	}
	if g, ok := p.rec.stream.(decode.Growing); ok {
		samples, whole := g.Grown()
		s.Waiting, s.Decoded = !whole && at >= samples, p.rec.Time(samples)
	}
	return s
}

// Close stops the sound and waits until the recording is no longer read.
func (p *Player) Close() error { return p.out.Close() }

// The rest is called with p.mu held, but for what the chain calls.

func (p *Player) samples(at time.Duration) int64 {
	return min(p.rec.Samples(at), p.rec.length.Load())
}

func (p *Player) clamp(s Span) Span {
	end := p.rec.Duration()
	return Span{min(max(s.Start, 0), end), min(max(s.End, 0), end)}
}

func (p *Player) seek(at int64) {
	if p.spanned && !p.looping && (at < p.samples(p.span.Start) || at >= p.samples(p.span.End)) {
		p.free()
	}
	if p.plan.playing {
		p.start(at, p.plan.bounds)
		return
	}
	p.hold(at)
}

// hold is a pause at exactly the sample at.
func (p *Player) hold(at int64) {
	p.held, p.at, p.resuming, p.err = true, at, false, nil
}

// free forgets the span, without a new plan: what is pulled goes on.
func (p *Player) free() {
	p.spanned, p.looping = false, false
	p.plan.bounds = unbounded
	p.rebound = true
}

// start begins to play at the sample at.
func (p *Player) start(at int64, b bounds) {
	p.held, p.resuming, p.err = false, false, nil
	p.replan(plan{playing: true, at: at, bounds: b})
	p.out.Play()
}

// replan makes next the plan from the next drop on.
func (p *Player) replan(next plan) {
	next.epoch = p.plan.epoch + 1
	p.plan = next
	p.out.Drop()
}

// pending says that the plan has not been heard yet.
func (p *Player) pending() bool {
	return p.plan.epoch != p.adopted || p.out.Heard() <= p.since
}

// position is the sample of the recording that is heard, or that will be as
// soon as the plan is.
func (p *Player) position() int64 {
	if p.held {
		return p.at
	}
	if p.plan.playing && p.plan.at != onward && p.pending() {
		return p.plan.at
	}
	place, ok := p.track.at(p.out.Heard())
	if !ok {
		return max(p.plan.at, 0)
	}
	return min(int64(math.Round(place)), p.rec.length.Load())
}

// settle notices that what was to be played has been heard to its end.
func (p *Player) settle() {
	if !p.plan.playing || !p.drained || p.plan.epoch != p.adopted || p.out.Heard() < p.end {
		return
	}
	at := p.position()
	if p.cause == nil {
		if at = p.rec.length.Load(); p.plan.bounds.stop > 0 {
			at = min(p.plan.bounds.stop, at)
		}
	}
	p.err, p.held, p.at, p.resuming = p.cause, true, at, true
	b := p.plan.bounds
	if !p.looping {
		b = unbounded // what plays on after a span plays on freely
	}
	p.plan.playing, p.plan.bounds = false, b
	p.out.Pause()
}

// adopt gives the chain the plan that begins at the output sample since.
func (p *Player) adopt(since int64) plan {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.track = p.track.cut(since)
	p.adopted, p.since, p.drained, p.cause = p.plan.epoch, since, false, nil
	p.rebound = false
	next := p.plan
	if next.playing && next.at == onward {
		place, _ := p.track.at(since)
		next.at = min(int64(math.Round(place)), p.rec.length.Load())
	}
	if b := next.bounds; b.loopFrom >= 0 && next.at >= b.stop && p.plan.at == onward {
		next.at = b.loopFrom
	}
	return next
}

// live is what may change while a plan is being pulled.
type live struct {
	speed, gain   float64
	ear           Ear
	steps         Steps
	bounds        bounds
	boundsChanged bool
}

func (p *Player) live() live {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := live{speed: p.speed, gain: 1, ear: p.ear, steps: p.steps}
	if p.gainDB != 0 {
		l.gain = math.Pow(10, p.gainDB/20)
	}
	if p.plan.epoch == p.adopted && p.rebound {
		l.bounds, l.boundsChanged = p.plan.bounds, true
		p.rebound = false
	}
	return l
}

// sounded notes what was made, and whether it was the last.
func (p *Player) sounded(m mark, ended bool, cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.track = p.track.add(m)
	if ended {
		p.drained, p.end, p.cause = true, m.end, cause
	}
}

// fail stops playing because of a fault of ours.
func (p *Player) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err, p.held, p.at, p.resuming = err, true, p.position(), true
	p.plan.playing = false
	p.out.Pause()
}
