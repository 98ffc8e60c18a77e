package audio

import (
	"fmt"
	"math"

	"tapescript/audio/output"
	"tapescript/audio/stretch"
)

// A plan is what is to be played from the next drop on.
type plan struct {
	epoch   int64
	playing bool
	at      int64 // the sample to begin at; onward to go on where the sound is cut
	bounds  bounds
}

const onward = -1

// A chain makes the sound: cursor, stretcher, resampler, ending, ear, level and
// fades, in this order. It is the Source that the output pulls; only the output's
// goroutine touches it. What it shares with the Player lies in the Player.
type chain struct {
	p        *Player
	cursor   *cursor
	stretch  *stretch.Stretcher
	resample *resampler
	ending   *ending
	ear      *earpiece
	steps    stepper
	level    level

	sounding bool
	pulled   int64 // samples pulled and not dropped
	rise     rise
	fall     [][2]float64
	recent   [recentSamples][2]float64 // sample i at i modulo the length
}

const (
	seamSamples = int(seamTime * output.RateHz / 1e9)
	jumpSamples = int(jumpTime * output.RateHz / 1e9)
	// recentSamples is more than an output ever queues, so that what is dropped
	// can be faded out instead of cut.
	recentSamples = output.RateHz / 5
)

func newChain(p *Player, rec *Recording) *chain {
	c := &chain{p: p, cursor: newCursor(rec), ear: newEarpiece()}
	c.stretch = stretch.New(c.cursor, rec.info.RateHz)
	c.resample = newResampler(c.stretch, rec.info.RateHz, output.RateHz)
	c.ending = &ending{src: c.resample}
	c.level = level{now: 1}
	return c
}

// Dropped adopts the newest plan: the last n samples are not going to be heard.
func (c *chain) Dropped(n int) {
	defer c.rescue(nil)
	c.pulled -= int64(n)
	c.fadeOut(min(n, recentSamples))
	next := c.p.adopt(c.pulled)
	c.sounding = next.playing
	if !next.playing {
		return
	}
	c.cursor.place(next.at, next.bounds)
	c.stretch.Reset()
	c.resample.reset()
	c.ending.reset()
	c.steps = stepper{}
	c.rise = rise{over: seamSamples}
	if len(c.fall) > 0 {
		c.rise = rise{over: jumpSamples}
	}
}

// fadeOut lets the sound go down from sample pulled on, of which the next known
// samples were made; behind these it stays where it was and goes down all the
// same. Where nothing sounds, nothing is left to fall.
func (c *chain) fadeOut(known int) {
	c.fall = c.fall[:0]
	v := c.recent[(c.pulled-1+recentSamples)%recentSamples]
	silent := v == [2]float64{}
	for i := range jumpSamples {
		if i < known {
			v = c.recent[(c.pulled+int64(i))%recentSamples]
			silent = silent && v == [2]float64{}
		}
		down := fadeDown(i, jumpSamples)
		c.fall = append(c.fall, [2]float64{v[0] * down, v[1] * down})
	}
	if silent {
		c.fall = c.fall[:0]
	}
}

// Pull makes the next samples.
func (c *chain) Pull(dst [][2]float64) {
	clear(dst)
	defer c.rescue(dst)
	live := c.p.live()
	c.stretch.SetSpeed(live.speed)
	c.cursor.speed = live.speed
	if live.boundsChanged {
		c.cursor.bounds = live.bounds
	}
	if c.sounding {
		c.sound(dst, live)
	}
	for i, v := range c.fall[:min(len(c.fall), len(dst))] {
		dst[i][0] += v[0]
		dst[i][1] += v[1]
	}
	c.fall = c.fall[min(len(c.fall), len(dst)):]
	c.remember(dst)
}

func (c *chain) remember(made [][2]float64) {
	for i, v := range made {
		c.recent[(c.pulled+int64(i))%recentSamples] = v
	}
	c.pulled += int64(len(made))
}

// sound fills dst from the recording and notes where that is.
func (c *chain) sound(dst [][2]float64, live live) {
	from := c.place()
	if n := c.steps.resting(live.steps, len(dst)); n > 0 {
		c.p.sounded(mark{first: c.pulled, end: c.pulled + int64(len(dst)), from: from, to: from}, false, nil)
		return // the rest of a rest's last block is silent too: 5 ms at most
	}
	n, _ := c.ending.Stream(dst)
	m := mark{first: c.pulled, end: c.pulled + int64(n), from: from, to: c.place()}
	if m.to < m.from { // a loop turned back within the block
		m.to = m.from
	}
	c.ear.apply(dst[:n], live.ear)
	c.level.apply(dst[:n], live.gain, live.ear.Even)
	c.rise.apply(dst[:n])
	if c.steps.heard(live.steps, m.to-m.from, c.cursor.rec.info.RateHz) {
		for i := range dst[:n] {
			down := fadeDown(i, n)
			dst[i][0] *= down
			dst[i][1] *= down
		}
		c.rise = rise{over: seamSamples}
	}
	ended := n < len(dst)
	if ended {
		c.sounding = false
	}
	c.p.sounded(m, ended, c.cursor.err)
}

// place is the sample of the recording that the next output sample shows.
func (c *chain) place() float64 {
	in := c.resample.sourceSample(c.ending.given(c.resample.made))
	whole := math.Floor(in)
	return float64(c.cursor.sample(c.stretch.SourceSamples(int64(whole)))) + in - whole
}

// rescue turns a panic below into an error of the player: sound may fail, the
// text that is being written may not.
func (c *chain) rescue(dst [][2]float64) {
	if r := recover(); r != nil {
		clear(dst)
		c.sounding = false
		c.p.fail(fmt.Errorf("playing failed: %v", r))
	}
}

// A mark says what is heard from output sample first to end: the recording
// from sample from to sample to.
type mark struct {
	first, end int64
	from, to   float64
}

// mostMarks is some 2.5 s of blocks of 5 ms, more than any output queues.
const mostMarks = 512

// A track is the marks of what was made lately.
type track []mark

func (t track) add(m mark) track {
	if m.end <= m.first {
		return t
	}
	if len(t) == mostMarks {
		t = append(t[:0], t[mostMarks/2:]...)
	}
	return append(t, m)
}

// cut forgets what lies at or after the output sample at.
func (t track) cut(at int64) track {
	for len(t) > 0 && t[len(t)-1].first >= at {
		t = t[:len(t)-1]
	}
	if n := len(t); n > 0 && t[n-1].end > at {
		to := t[n-1].at(at)
		t[n-1].end, t[n-1].to = at, to
	}
	return t
}

func (m mark) at(sample int64) float64 {
	share := float64(sample-m.first) / float64(m.end-m.first)
	return m.from + min(max(share, 0), 1)*(m.to-m.from)
}

// at is the place in the recording at an output sample; ok is false when
// nothing is known.
func (t track) at(sample int64) (place float64, ok bool) {
	if len(t) == 0 {
		return 0, false
	}
	i := len(t) - 1
	for i > 0 && t[i].first > sample {
		i--
	}
	return t[i].at(sample), true
}
