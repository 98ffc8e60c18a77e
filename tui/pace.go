package tui

import (
	"reflect"
	"sync"
	"time"
	"unsafe"

	tea "charm.land/bubbletea/v2"
)

// The terminal library draws at the ticks of a ticker that never stops: at its
// default of 60 a second a key waits up to 17 ms for its frame, and at 120, where
// it waits 8, the ticker alone costs more than all that is drawn (each tick
// wakes a sleeping process). A pace ticks in its place: once when there is
// something to draw, and seldom when there is not.
//
// When the library has a View it draws at the next tick, but does not say that
// it has it. So a View sends the program a message, viewed: by the time that it
// comes, the View has been taken.
//
// The library has no call for all this (charmbracelet/bubbletea#1776 proposes
// one), so before it runs it is given a ticker whose channel is ours, by the
// field's name. Where a later version has none of that name there is no pace, and
// the ticker ticks as it always did.
type pace struct {
	program *tea.Program   // nil: there is no pace
	ticks   chan time.Time // what the library draws at
	asked   bool           // viewed is on its way

	mu      sync.Mutex
	next    *time.Timer
	due     time.Time // when the library is to draw, at the earliest
	last    time.Time // when it drew
	stopped bool
}

// viewed says that the program has the latest View.
type viewed struct{}

const (
	// apart are two frames at least: what comes in a burst, as a pasted text
	// may, is drawn together; a key just behind a frame hardly waits.
	apart = 4 * time.Millisecond
	// resting is how often it ticks with nothing to do: what the library writes
	// besides Views waits for a tick too.
	resting = 200 * time.Millisecond
)

// lead makes a program that does not run yet draw at this pace.
func (p *pace) lead(program *tea.Program) {
	field := reflect.ValueOf(program).Elem().FieldByName("ticker")
	if !field.IsValid() || field.Type() != reflect.TypeFor[*time.Ticker]() {
		return
	}
	p.program, p.ticks = program, make(chan time.Time, 1)
	ticker := time.NewTicker(time.Hour) // the library resets it; nobody hears its own channel, so it wakes nobody
	ticker.C = p.ticks
	*(**time.Ticker)(unsafe.Pointer(field.UnsafeAddr())) = ticker
	p.mu.Lock() // until the timer has its name
	defer p.mu.Unlock()
	p.next = time.AfterFunc(apart, p.tick)
}

// drawn says that there is a new View. It is called where the program's messages
// are handled, as is taken.
func (p *pace) drawn() {
	if p.program == nil || p.asked {
		return
	}
	p.asked = true
	go p.program.Send(viewed{})
}

// taken answers viewed: the library draws at once, unless it has just drawn.
func (p *pace) taken() {
	p.asked = false
	p.mu.Lock()
	defer p.mu.Unlock()
	if wait := apart - time.Since(p.last); wait > 0 {
		p.due = time.Now().Add(wait)
		p.reset(wait)
		return
	}
	p.draw()
}

// tick is the timer's.
func (p *pace) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !time.Now().Before(p.due) { // else the timer was set anew as it rang
		p.draw()
	}
}

func (p *pace) draw() {
	p.last = time.Now()
	select {
	case p.ticks <- p.last:
	default: // it has not come to the last one yet, and will find this View there
	}
	p.reset(resting)
}

func (p *pace) reset(wait time.Duration) {
	if !p.stopped {
		p.next.Reset(wait)
	}
}

// stop ends it.
func (p *pace) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.next != nil {
		p.next.Stop()
	}
}
