// Package output is where sound leaves the program: the sound device at
// 48 kHz stereo, and the silent clock that replaces it when there is none.
//
// A [Source] is pulled, an [Output] pulls it. [Output.Heard] counts the
// samples that have reached the ear, so that a screen can show the position
// that is heard and not the one that was last computed. An Output never stops
// the program: without a device, or when the device dies, the silent clock
// goes on pulling in real time and [Output.Status] says why.
//
// It does not mix, resample or change the level, and it knows nothing of
// recordings. The one call:
//
//	out := output.Open(source)
package output

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
)

// RateHz is the rate at which every Source is pulled. Nearly all devices run
// at it, so that the system's own resampler stays out of the way.
const RateHz = 48000

// blockSamples is the most that is asked of a Source at once: 5 ms, so that a
// command takes effect at the next block.
const blockSamples = RateHz / 200

// A Source makes the samples. Its methods are called by one goroutine at a
// time, never by the one that calls an Output's methods.
type Source interface {
	// Pull fills dst, with silence where there is nothing to play.
	Pull(dst [][2]float64)
	// Dropped says that the last n samples pulled were thrown away unheard.
	// The next Pull follows directly on the sample before them. It answers
	// each Output.Drop, with n = 0 when nothing was queued, and comes before
	// the next Pull.
	Dropped(n int)
}

// Kind says what pulls the source.
type Kind string

// The kinds of output.
const (
	Opening Kind = "opening" // the device is being tried; nothing is pulled yet
	Device  Kind = "device"
	Silent  Kind = "silent"
)

// Reason says why an output is silent.
type Reason string

// The reasons for silence; empty when silence was asked for.
const (
	NoDevice Reason = "no-device" // none could be opened
	Stalled  Reason = "stalled"   // it stopped taking samples
	Lost     Reason = "lost"      // it reported an error while open
)

// Status is what an Output is doing. Detail is the first line of the system's
// own words, without control characters; it may be empty.
type Status struct {
	Kind   Kind
	Reason Reason
	Detail string
}

// An Output pulls a Source in real time. Its methods return at once, but for
// Close, and may be called from any goroutine.
type Output struct {
	src  Source
	wall func() time.Time

	// pull is held while the source works; it also guards engine changes, so
	// that two engines never pull at once.
	pull    sync.Mutex
	working atomic.Bool
	drop    atomic.Bool // Dropped is owed before the next Pull
	playing atomic.Bool

	mu     sync.Mutex // guards what follows
	status Status
	pulled int64 // samples pulled and not dropped
	device engine
	heard  earClock
	stop   func() // ends the silent clock
	closed bool

	woken chan struct{}  // the silent clock is to look
	done  chan struct{}  // closed by Close
	ended sync.WaitGroup // the goroutine that watches the device
}

// Open starts to open the device and returns. Until the device answers, or
// openPatience has passed, nothing is pulled.
func Open(src Source) *Output {
	o := newOutput(src)
	o.status.Kind = Opening
	o.ended.Go(o.run)
	return o
}

// OpenSilent pulls src as clock says, and makes no sound.
func OpenSilent(src Source, clock Clock) *Output {
	o := newOutput(src)
	o.goSilent(clock, "", "")
	return o
}

func newOutput(src Source) *Output {
	return &Output{src: src, wall: time.Now, woken: make(chan struct{}, 1), done: make(chan struct{})}
}

// Play lets the source be pulled.
func (o *Output) Play() {
	o.playing.Store(true)
	o.wake()
}

// Pause says that the source has nothing but silence to give: the silent clock
// rests, and a device that takes nothing is not held for stalled.
func (o *Output) Pause() {
	o.playing.Store(false)
	o.wake()
}

// wake tells the device, or the silent clock, that there is something to look at.
func (o *Output) wake() {
	o.mu.Lock()
	device := o.device
	o.mu.Unlock()
	if device != nil {
		device.wake()
		return
	}
	select {
	case o.woken <- struct{}{}:
	default:
	}
}

// Drop throws away what is queued and not yet with the device, so that the
// next sample pulled is heard within the device's own latency (about 50 ms).
// The source hears of it by Dropped, a little later.
func (o *Output) Drop() {
	o.drop.Store(true)
	o.wake()
}

// Heard is the number of samples that have been heard by now of those pulled
// and not dropped. It never runs backwards.
func (o *Output) Heard() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.status.Kind == Device {
		return o.heard.at(o.wall())
	}
	return o.pulled
}

// Status says what the output is doing now.
func (o *Output) Status() Status {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.status
}

// Close ends the pulling, waits for a pull under way, and gives the process its
// standard error back when no other Output needs it diverted. A second Close
// does nothing.
func (o *Output) Close() error {
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		return nil
	}
	o.closed = true
	stop := o.stop
	o.device, o.stop = nil, nil
	o.mu.Unlock()
	close(o.done)
	if stop != nil {
		stop()
	}
	o.ended.Wait()
	o.pull.Lock() // a pull under way has ended when this is had
	defer o.pull.Unlock()
	return nil
}

// pullBlock pulls one block for the engine that calls it, of the kind given;
// it reports false when that engine has been replaced.
func (o *Output) pullBlock(kind Kind, dst [][2]float64) bool {
	o.pull.Lock()
	defer o.pull.Unlock()
	if o.isClosed() || o.Status().Kind != kind {
		return false
	}
	o.working.Store(true)
	defer o.working.Store(false)
	if kind == Silent && o.drop.Swap(false) {
		o.src.Dropped(0)
	}
	o.src.Pull(dst)
	o.mu.Lock()
	o.pulled += int64(len(dst))
	o.mu.Unlock()
	return true
}

// dropped tells the source that n samples were thrown away, with latencySamples
// of what is left still on their way to the ear. A device that has been replaced
// leaves the drop to its successor.
func (o *Output) dropped(n, latencySamples int64, share float64) {
	o.pull.Lock()
	defer o.pull.Unlock()
	o.mu.Lock()
	mine := o.status.Kind == Device && !o.closed
	if mine {
		n = min(n, o.pulled)
		o.pulled -= n
		if o.heard.running {
			o.heard.took(o.pulled, latencySamples, share, o.wall())
		}
	}
	o.mu.Unlock()
	if !mine {
		o.drop.Store(true)
		return
	}
	o.src.Dropped(int(n))
}

func (o *Output) isClosed() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed
}

// goSilent hands the source to the silent clock. A drop that the device still
// owed is paid by the clock.
func (o *Output) goSilent(clock Clock, why Reason, detail string) {
	o.pull.Lock()
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		o.pull.Unlock()
		return
	}
	silent := o.status.Kind == Silent
	o.status = Status{Kind: Silent, Reason: why, Detail: firstLine(detail)}
	o.device = nil
	o.mu.Unlock()
	o.pull.Unlock()
	if silent {
		return // the clock runs already
	}
	start := clock.Start
	if _, ok := clock.(WallClock); ok {
		start = func(advance func(time.Duration) bool) func() { return startWall(advance, o.woken) }
	}
	stop := start(o.advance())
	o.mu.Lock()
	closed := o.closed
	o.stop = stop
	o.mu.Unlock()
	if closed {
		stop()
	}
}

// goDevice hands the source to a device. What the silent clock has pulled counts
// as heard, and the device goes on from there.
func (o *Output) goDevice(e engine) {
	o.pull.Lock()
	defer o.pull.Unlock()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	if o.stop != nil {
		o.stop()
		o.stop = nil
	}
	o.device, o.status = e, Status{Kind: Device}
	o.heard = earClock{last: o.pulled, consumed: o.pulled}
}

// advance returns the silent clock's callback: it pulls what the time that
// passed is worth. What is pulled counts as heard.
func (o *Output) advance() func(time.Duration) bool {
	var owed time.Duration
	idle := true
	block := make([][2]float64, blockSamples)
	return func(passed time.Duration) bool {
		if idle { // most of it passed before Play
			passed = min(passed, wallTick)
		}
		for owed += passed; o.playing.Load(); {
			due := int64(owed/time.Second)*RateHz + int64(owed%time.Second)*RateHz/int64(time.Second)
			n := min(due, blockSamples)
			if n < 1 || !o.pullBlock(Silent, block[:n]) {
				idle = false
				return true
			}
			// Rounding keeps less than 1 ns a block: 1 ms in an hour and a half.
			owed -= time.Duration(n * int64(time.Second) / RateHz)
		}
		owed, idle = 0, true
		return false
	}
}

// firstLine keeps what of a system's message can be shown in one line.
func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	const most = 200
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	return s
}
