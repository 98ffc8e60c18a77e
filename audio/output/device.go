package output

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"time"
)

const (
	// openPatience: PulseAudio answers in 3 ms, ALSA in 75 ms (measured); a
	// device that needs longer is not worth waiting for with the play key down.
	openPatience = 2 * time.Second
	// stallPatience is how long a playing device may take nothing: with the looks
	// before and after, people are told within a second.
	stallPatience = 700 * time.Millisecond
	// retryInterval is how often a sound server that was not there, or went
	// away, is looked for.
	retryInterval = 500 * time.Millisecond
	frameBytes    = 8 // two float32
)

// An engine is a device that pulls an Output's source.
type engine interface {
	// run pulls until the device fails, and says why, or until the output is
	// closed. It releases the device before it returns.
	run() (Reason, string)
	// wake says that a drop is owed, or that playing has begun or ended. It
	// returns at once.
	wake()
}

// errClosed ends the opening of a device for an output that is closed meanwhile.
var errClosed = errors.New("the output is closed")

// An opener opens a device and gives it to nobody yet.
type opener func(*Output) (engine, error)

// run keeps the output on a device, and on the silent clock while there is none.
func (o *Output) run() {
	restore := divertStderr()
	defer restore()
	open := firstDevice
	for {
		why, detail, again := o.runDevice(open)
		if why == "" {
			return
		}
		o.goSilent(WallClock{}, why, detail)
		if !again {
			<-o.done
			return
		}
		open = openServer
		select {
		case <-o.done:
			return
		case <-time.After(retryInterval):
		}
	}
}

// runDevice returns the reason for which the device cannot be used (any more),
// or nothing when the output was closed, and whether it may come back.
func (o *Output) runDevice(open opener) (why Reason, detail string, again bool) {
	defer func() {
		if r := recover(); r != nil {
			why, detail, again = Lost, fmt.Sprint(r), false
		}
	}()
	e, err := open(o)
	switch {
	case errors.Is(err, errClosed):
		return "", "", false
	case err != nil:
		// While it is being looked for, the first reason stands.
		if s := o.Status(); s.Kind == Silent {
			return s.Reason, s.Detail, true
		}
		return NoDevice, err.Error(), canReturn
	}
	o.goDevice(e)
	why, detail = e.run()
	return why, detail, canReturn
}

// firstDevice opens the sound server where there is one, else what the system's
// audio library finds. A server that is only just starting gets a moment.
func firstDevice(o *Output) (engine, error) {
	for range 3 {
		e, err := openServer(o)
		if err == nil || errors.Is(err, errClosed) {
			return e, err
		}
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		select {
		case <-o.done:
			return nil, errClosed
		case <-time.After(retryInterval / 5):
		}
	}
	return openSystem(o)
}

// appendFrames appends samples as two little-endian float32 each.
func appendFrames(dst []byte, samples [][2]float64) []byte {
	for _, v := range samples {
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v[0])))
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v[1])))
	}
	return dst
}
