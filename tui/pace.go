package tui

import (
	"reflect"
	"time"
	"unsafe"

	tea "charm.land/bubbletea/v2"
)

// The terminal library draws at the ticks of a ticker that never stops: at its
// default of 60 a second a key waits up to 17 ms for its frame, and at 120, where
// it waits 8, the ticker alone costs more than all that is drawn (each tick
// wakes a sleeping process). A pace makes that ticker tick when there is
// something to draw, and rest when there is not.
//
// The library has no call for it (charmbracelet/bubbletea#1776 proposes one), so
// its ticker is taken out of the program by name. Where a later version has none
// of that name there is no pace, and the ticker ticks as it always did.
type pace struct {
	program *tea.Program
	ticker  *time.Ticker
	looked  bool
	rest    *time.Timer
}

const (
	// soon is from the end of a View to its frame: what comes in a burst, as a
	// pasted text does, is drawn once.
	soon = 2 * time.Millisecond
	// enough lets two ticks pass, should the first have come too early.
	enough = 5 * time.Millisecond
	// resting is how often it ticks with nothing to do: so late comes a frame
	// that a machine without any breath has let slip through both ticks.
	resting = 200 * time.Millisecond
)

// drawn says that there is a new View. It is called where the program's messages
// are handled, and nowhere else.
func (p *pace) drawn() {
	if !p.looked {
		p.looked = true
		p.ticker = tickerOf(p.program)
	}
	if p.ticker == nil {
		return
	}
	ticker := p.ticker
	ticker.Reset(soon)
	if p.rest == nil {
		p.rest = time.AfterFunc(enough, func() { ticker.Reset(resting) })
		return
	}
	p.rest.Reset(enough)
}

// stop ends it; the ticker stays as it is.
func (p *pace) stop() {
	if p.rest != nil {
		p.rest.Stop()
	}
}

// tickerOf is the ticker at which a program draws, or nil.
func tickerOf(p *tea.Program) *time.Ticker {
	if p == nil {
		return nil
	}
	field := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !field.IsValid() || field.Type() != reflect.TypeFor[*time.Ticker]() {
		return nil
	}
	// Read where the program's own goroutine wrote it, so that nothing races.
	return *(**time.Ticker)(unsafe.Pointer(field.UnsafeAddr()))
}
