package audio

import "time"

// A cursor reads the recording in the order in which it is to be heard: from
// where it was placed, up to a stop or round a loop. It is a beep.Streamer, and
// knows which sample of the recording each sample that it gave was.
type cursor struct {
	rec    *Recording
	bounds bounds
	speed  float64 // at which it is heard: a fade of the recording is shorter by that
	given  int64
	seams  []seam
	fading [][2]float64 // what would have followed the loop's end, faded under its start
	faded  int
	err    error
	scrap  [][2]float64
}

// bounds say where playing ends or turns back, in samples of the recording.
type bounds struct {
	stop     int64 // where it ends, 0 for the end of the recording
	loopFrom int64 // where it turns back to from stop, or -1
}

var unbounded = bounds{loopFrom: -1}

// A seam is where the order departs from the recording's: sample given is
// sample at of it.
type seam struct{ given, at int64 }

// mostSeams bounds their memory: only those of the last second are asked for,
// and a loop is no shorter than leastLoop.
const (
	mostSeams = 256
	leastLoop = 20 * time.Millisecond
)

func newCursor(rec *Recording) *cursor { return &cursor{rec: rec, bounds: unbounded, speed: 1} }

// place starts anew at the sample at.
func (c *cursor) place(at int64, b bounds) {
	c.given, c.fading, c.faded, c.bounds = 0, c.fading[:0], 0, b
	c.seams = append(c.seams[:0], seam{0, at})
	c.err = c.rec.Seek(int(at))
}

// sample is the sample of the recording that the cursor gave as sample given.
func (c *cursor) sample(given int64) int64 {
	i := len(c.seams) - 1
	for i > 0 && c.seams[i].given > given {
		i--
	}
	if i < 0 {
		return 0
	}
	return min(c.seams[i].at+given-c.seams[i].given, c.rec.length.Load())
}

// stopAhead is where this reading has to stop.
func (c *cursor) stopAhead() int64 {
	if at := int64(c.rec.Position()); c.bounds.stop > 0 && at <= c.bounds.stop {
		return c.bounds.stop
	}
	return c.rec.length.Load()
}

// Stream is as beep.Streamer says.
func (c *cursor) Stream(samples [][2]float64) (n int, ok bool) {
	for n < len(samples) && c.err == nil {
		left := c.stopAhead() - int64(c.rec.Position())
		if left <= 0 {
			if c.bounds.loopFrom < 0 || c.stopAhead() != c.bounds.stop {
				break
			}
			c.turnBack()
			continue
		}
		piece := samples[n:][:min(int64(len(samples)-n), left)]
		got, _ := c.rec.Stream(piece)
		c.err = c.rec.Err()
		if got == 0 {
			break
		}
		c.fadeUnder(piece[:got])
		n += got
		c.given += int64(got)
	}
	return n, n > 0
}

// turnBack closes the loop: what would have come next is kept, to be faded out
// under the start, so that the loop's period is exact and nothing clicks.
func (c *cursor) turnBack() {
	fade := c.seamLength()
	if int64(cap(c.scrap)) < fade {
		c.scrap = make([][2]float64, fade)
	}
	n, _ := c.rec.Stream(c.scrap[:fade])
	clear(c.scrap[n:fade])
	c.fading, c.faded = c.scrap[:fade], 0
	if c.err = c.rec.Seek(int(c.bounds.loopFrom)); c.err != nil {
		return
	}
	if len(c.seams) == mostSeams {
		c.seams = append(c.seams[:0], c.seams[mostSeams/2:]...)
	}
	c.seams = append(c.seams, seam{c.given, c.bounds.loopFrom})
}

// seamLength is how many samples fade from the loop's end into its start.
func (c *cursor) seamLength() int64 {
	fade := samplesIn(time.Duration(float64(loopTime)*max(c.speed, 1)), c.rec.info.RateHz)
	return min(fade, c.bounds.stop-c.bounds.loopFrom)
}

func (c *cursor) fadeUnder(piece [][2]float64) {
	for i := range piece {
		if c.faded == len(c.fading) {
			return
		}
		up := 1 - fadeDown(c.faded, len(c.fading))
		old := c.fading[c.faded]
		piece[i][0] = piece[i][0]*up + old[0]*(1-up)
		piece[i][1] = piece[i][1]*up + old[1]*(1-up)
		c.faded++
	}
}

// Err is the error that ended the stream.
func (c *cursor) Err() error { return c.err }
