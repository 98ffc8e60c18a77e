package transport

import (
	"time"

	"tapescript/audio"
)

// farthest is how far back a step may go and still be hearing something again;
// what goes farther looks for another place.
const farthest = time.Minute

// replays is a player that counts what is gone back to, second by second.
type replays struct {
	Player
	heard map[int]int
}

func (r *replays) back(from, to time.Duration) {
	if to <= from || to-from > farthest {
		return
	}
	for s := int(max(from, 0) / time.Second); time.Duration(s)*time.Second < to; s++ {
		r.heard[s]++
	}
}

// Seek implements Player.
func (r *replays) Seek(at time.Duration) {
	r.back(at, r.State().Position)
	r.Player.Seek(at)
}

// Step implements Player.
func (r *replays) Step(d time.Duration) {
	at := r.State().Position
	r.back(at+d, at)
	r.Player.Step(d)
}

// PlaySpan implements Player.
func (r *replays) PlaySpan(s audio.Span) {
	r.back(s.Start, min(s.End, r.State().Position))
	r.Player.PlaySpan(s)
}

// Replays says how often each second of the recording was gone back to.
func (t *Transport) Replays() map[int]int { return t.counted.heard }
