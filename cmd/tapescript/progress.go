package main

import (
	"fmt"
	"time"
)

// A progress says on a terminal how far long work is, and in a pipe nothing.
type progress struct {
	p     *program
	what  string
	begun time.Time
	shown bool
}

func (p *program) newProgress(what string) *progress {
	return &progress{p: p, what: what, begun: time.Now()}
}

// show says which share of the work is done. The first second passes in silence.
func (b *progress) show(share float64) {
	if !isTerminal(b.p.err) || time.Since(b.begun) < time.Second {
		return
	}
	b.shown = true
	fmt.Fprintf(b.p.err, "\r\x1b[K%s %.0f %%", b.what, min(max(share, 0), 1)*100)
}

// end wipes what was shown.
func (b *progress) end() {
	if b.shown {
		fmt.Fprint(b.p.err, "\r\x1b[K")
	}
}
