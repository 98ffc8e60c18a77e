package output

import (
	"sync"
	"time"
)

// A Clock drives the silent output. Start calls advance, from one goroutine at
// a time, with each stretch of time that passes, until stop is called; stop
// does not wait for a call under way. advance says whether anything is playing:
// while nothing is, a clock may look less often.
type Clock interface {
	Start(advance func(passed time.Duration) (playing bool)) (stop func())
}

// WallClock is the time of day.
type WallClock struct{}

const (
	tick = 10 * time.Millisecond
	// wallTick is how often the wall clock looks while something plays: nobody
	// hears it, and each look wakes the process. idleTick is for when nothing
	// plays and nobody tells when that changes.
	wallTick = 80 * time.Millisecond
	idleTick = 60 * time.Millisecond
	// mostPassed is the most that is caught up: a machine that slept through a
	// recording wakes where it fell asleep.
	mostPassed = 500 * time.Millisecond
)

// Start begins to call advance every 80 ms, every 60 ms while nothing plays.
func (WallClock) Start(advance func(time.Duration) bool) func() {
	return startWall(advance, nil)
}

// startWall is [WallClock.Start] for who tells when there is something to look
// at, playing begun or another place: while nothing plays it waits for that
// alone.
func startWall(advance func(time.Duration) bool, woken <-chan struct{}) func() {
	done := make(chan struct{})
	go func() {
		timer := time.NewTimer(wallTick)
		defer timer.Stop()
		last, rested := time.Now(), false
		for {
			select {
			case <-done:
				return
			case <-woken:
			case <-timer.C:
			}
			now := time.Now()
			if rested { // nothing was to be played till now
				last = now
			}
			playing := advance(min(now.Sub(last), mostPassed))
			last, rested = now, !playing && woken != nil
			switch {
			case playing:
				timer.Reset(wallTick)
			case rested:
				timer.Stop()
			default:
				timer.Reset(idleTick)
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}

// ManualClock stands still until Advance is called; its zero value is ready.
// With it a test of hours takes no time and always ends the same.
type ManualClock struct {
	mu       sync.Mutex
	next     int
	advances map[int]func(time.Duration) bool
}

// Start registers advance.
func (c *ManualClock) Start(advance func(time.Duration) bool) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.advances == nil {
		c.advances = map[int]func(time.Duration) bool{}
	}
	id := c.next
	c.next++
	c.advances[id] = advance
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.advances, id)
	}
}

// Advance lets d pass, in steps of 10 ms; when it returns, everything that
// this time is worth has been pulled.
func (c *ManualClock) Advance(d time.Duration) {
	for d > 0 {
		step := min(d, tick)
		d -= step
		for _, advance := range c.running() {
			advance(step)
		}
	}
}

func (c *ManualClock) running() []func(time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]func(time.Duration) bool, 0, len(c.advances))
	for _, advance := range c.advances {
		out = append(out, advance)
	}
	return out
}

// An earClock estimates how many samples have been heard. The device takes
// samples in bursts; between and across bursts the clock runs at the sample
// rate and is only nudged, so that what is shown moves evenly.
type earClock struct {
	running  bool
	anchor   float64 // samples heard at the moment at
	at_      time.Time
	consumed int64 // samples that the device has taken
	last     int64
}

// took notes that the device had taken consumed samples by now, of which
// latencySamples are still on their way to the ear. The clock is moved by that
// share of what it is off.
func (c *earClock) took(consumed, latencySamples int64, share float64, now time.Time) {
	measured := float64(consumed - latencySamples)
	predicted := c.anchor + now.Sub(c.at_).Seconds()*RateHz
	const snapSamples = RateHz / 20 // more than 50 ms off: an interruption, not jitter
	off := measured - predicted
	if !c.running || off > snapSamples || off < -snapSamples {
		predicted, off = measured, 0
	}
	c.running = true
	c.anchor, c.at_, c.consumed = predicted+share*off, now, consumed
}

// rest stops the clock: nothing is heard until the device takes more.
func (c *earClock) rest(now time.Time) {
	c.at(now)
	c.running = false
}

// at is the estimate for now: never more than was taken, never backwards.
func (c *earClock) at(now time.Time) int64 {
	if !c.running {
		return c.last
	}
	heard := int64(c.anchor + now.Sub(c.at_).Seconds()*RateHz)
	c.last = max(c.last, min(heard, c.consumed))
	return c.last
}
