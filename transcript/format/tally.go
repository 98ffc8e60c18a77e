package format

import (
	"time"

	"tapescript/transcript"
)

// Tally is how much a transcript holds.
type Tally struct {
	Segments, Speakers int
	Words              int           // with times
	Overlaps           int           // segments that begin before an earlier one ends
	End                time.Duration // of the last to end
}

// Count counts what a transcript holds.
func Count(t *transcript.Transcript) Tally {
	var c Tally
	c.add(t)
	return c
}

// add counts the next part of a transcript.
func (c *Tally) add(t *transcript.Transcript) {
	c.Segments += len(t.Segments)
	c.Speakers = len(t.Speakers)
	for _, s := range t.Segments {
		if s.Timed() && s.Start < c.End {
			c.Overlaps++
		}
		c.End = max(c.End, s.End)
		for _, w := range s.Words {
			if w.Timed() {
				c.Words++
			}
		}
	}
}
