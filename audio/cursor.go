package audio

import "time"

// seamTime is the length of every fade: at the start of sound, at its end and
// where a loop closes. Shorter ones click, longer ones eat consonants.
const seamTime = 5 * time.Millisecond

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
		c.fadeOut(piece[:got])
		n += got
		c.given += int64(got)
	}
	return n, n > 0
}

// turnBack closes the loop: what would have come next is kept, to be faded out
// under the start, so that the loop's period is exact and nothing clicks.
func (c *cursor) turnBack() {
	fade := int64(samplesIn(seamTime, c.rec.info.RateHz))
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

func (c *cursor) fadeUnder(piece [][2]float64) {
	for i := range piece {
		if c.faded == len(c.fading) {
			return
		}
		up := (float64(c.faded) + 0.5) / float64(len(c.fading))
		old := c.fading[c.faded]
		piece[i][0] = piece[i][0]*up + old[0]*(1-up)
		piece[i][1] = piece[i][1]*up + old[1]*(1-up)
		c.faded++
	}
}

// fadeOut ends a piece that stops in the middle of the recording softly.
func (c *cursor) fadeOut(piece [][2]float64) {
	stop := c.stopAhead()
	if c.bounds.loopFrom >= 0 || stop == c.rec.length.Load() {
		return
	}
	fade := samplesIn(time.Duration(float64(seamTime)*max(c.speed, 1)), c.rec.info.RateHz)
	first := int64(c.rec.Position()) - int64(len(piece))
	for i := range piece {
		if left := stop - first - int64(i); left < fade {
			level := (float64(left) - 0.5) / float64(fade)
			piece[i][0] *= level
			piece[i][1] *= level
		}
	}
}

// Err is the error that ended the stream.
func (c *cursor) Err() error { return c.err }
