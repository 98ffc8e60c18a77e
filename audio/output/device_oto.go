package output

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ebitengine/oto/v3"
)

const (
	// deviceLatency is asked of the system: what it holds cannot be called
	// back, so it bounds how soon a rewind is heard.
	deviceLatency = 50 * time.Millisecond
	// queueSamples wait in this process. The system may ask for as much as it
	// holds at once and gets silence for what is missing, so the queue holds as
	// much; a drop empties it.
	queueSamples  = RateHz / 20
	watchInterval = 100 * time.Millisecond
	// burstShare: the device takes samples in bursts, each a jump.
	burstShare = 0.1
)

// The system's audio library allows one context in a process and has no way to
// close it, so it is opened at the first need and kept.
var theContext struct {
	once  sync.Once
	ready chan struct{}
	ctx   *oto.Context
	err   error
}

// context returns the process's device. ready is closed when ctx and err may
// be read.
func openContext() <-chan struct{} {
	c := &theContext
	c.once.Do(func() {
		c.ready = make(chan struct{})
		go func() {
			defer close(c.ready)
			defer func() {
				if r := recover(); r != nil {
					c.err = fmt.Errorf("opening the sound device: %v", r)
				}
			}()
			ctx, ready, err := oto.NewContext(&oto.NewContextOptions{
				SampleRate: RateHz, ChannelCount: 2, Format: oto.FormatFloat32LE,
				BufferSize: deviceLatency, ApplicationName: "tapescript",
			})
			if err != nil {
				c.err = err
				return
			}
			<-ready
			c.ctx, c.err = ctx, ctx.Err()
		}()
	})
	return c.ready
}

// openSystem opens the device through the system's audio library.
func openSystem(o *Output) (engine, error) {
	select {
	case <-openContext():
	case <-time.After(openPatience):
		return nil, errors.New("the sound device does not answer")
	case <-o.done:
		return nil, errClosed
	}
	if theContext.err != nil {
		return nil, theContext.err
	}
	s := &stream{o: o, drops: make(chan struct{}, 1), block: make([][2]float64, blockSamples)}
	s.tookAt.Store(o.wall().UnixNano())
	return s, nil
}

// run starts the mixer, carries out drops and returns when the device fails.
func (s *stream) run() (Reason, string) {
	o := s.o
	s.player = theContext.ctx.NewPlayer(s)
	s.player.SetBufferSize(queueSamples * frameBytes)
	s.player.Play()
	defer s.close()
	s.wake() // pays a drop that was asked for while opening
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-o.done:
			return "", ""
		case <-s.drops:
			s.drop()
		case <-ticker.C:
			if err := theContext.ctx.Err(); err != nil {
				return Lost, err.Error()
			}
			if err := s.player.Err(); err != nil {
				return Lost, err.Error()
			}
			idle := o.wall().Sub(time.Unix(0, s.tookAt.Load()))
			if o.working.Load() || !o.playing.Load() {
				// A source that is slow, or a rest, is not the device's fault.
				s.tookAt.Store(max(s.tookAt.Load(), o.wall().Add(-stallPatience/2).UnixNano()))
			} else if idle > stallPatience {
				return Stalled, "the sound device takes no more samples"
			}
		}
	}
}

// A stream feeds one Output's samples to the device's mixer, which calls Read
// and Seek.
type stream struct {
	o      *Output
	player *oto.Player
	drops  chan struct{}
	tookAt atomic.Int64 // when the device last took samples, in Unix nanoseconds
	block  [][2]float64
	queued int // at a drop, the bytes that it throws away
}

// Read gives one block at a time, so that the mixer comes back as soon as the
// device has taken anything: its visits tell when that was.
func (s *stream) Read(p []byte) (int, error) {
	s.noteTaken()
	n := min(len(p)/frameBytes, blockSamples)
	if !s.o.pullBlock(Device, s.block[:n]) {
		clear(s.block[:n])
	}
	return len(appendFrames(p[:0], s.block[:n])), nil
}

// noteTaken tells the ear's clock when the device has taken more.
func (s *stream) noteTaken() {
	queued := int64(s.player.BufferedSize() / frameBytes)
	now := s.o.wall()
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	taken := s.o.pulled - queued
	if taken == s.o.heard.consumed && s.o.heard.running {
		return
	}
	s.tookAt.Store(now.UnixNano())
	s.o.heard.took(taken, latencySamples(), burstShare, now)
}

func latencySamples() int64 { return int64(deviceLatency) * RateHz / int64(time.Second) }

func (s *stream) wake() {
	select {
	case s.drops <- struct{}{}:
	default: // one is under way and will do for both
	}
}

// drop empties the queue. The player waits for a read under way, then calls
// Seek with its own lock held, so that the source sees no pull in between. The
// device might take a few milliseconds between the two lines; the count is then
// off by as much, once, which nobody can hear or see.
func (s *stream) drop() {
	if !s.o.drop.Swap(false) {
		return
	}
	s.queued = s.player.BufferedSize()
	if _, err := s.player.Seek(0, 0); err != nil {
		s.o.drop.Store(true)
	}
}

// Seek tells the source what was thrown away; the position has no meaning.
func (s *stream) Seek(int64, int) (int64, error) {
	s.o.dropped(int64(s.queued/frameBytes), latencySamples(), burstShare)
	return 0, nil
}

// close lets the mixer forget the stream. It waits for a read under way.
func (s *stream) close() {
	s.player.PauseAndStopReading()
	runtime.KeepAlive(s.player)
}
