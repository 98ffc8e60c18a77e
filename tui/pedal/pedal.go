// Package pedal reads foot pedals: which of three is down, as Linux tells it in
// /dev/input/event*.
//
//	for e := range pedal.Listen(ctx, pedal.Settings{}) {
//		// e.Kind is Down, Up, Found, Gone or Denied; e.Button Left, Middle, Right
//	}
//
// A pedal that is pulled out is waited for; what was down is up then. On other
// systems there is nothing to read: a pedal is set there, by its maker's
// program, to send keys, which are bound like any other.
//
// The format of an event is linux/input.h's struct input_event; which codes a
// pedal sends is told by recordings of evtest that people have published: the
// VEC Infinity (05f3:00ff) sends BTN_0 to BTN_2, PCsensor's switches a, b and c
// of a keyboard, Olympus's RS31H the media keys.
package pedal

import (
	"encoding/binary"
	"io"
)

// Button is one of the pedals side by side.
type Button int

// The pedals, from the left.
const (
	Left Button = iota
	Middle
	Right
)

// Kind is what happened.
type Kind int

// What may happen to a pedal.
const (
	Down   Kind = iota // pressed
	Up                 // let go
	Found              // a device is read from now on
	Gone               // it was pulled out
	Denied             // it is there, but may not be read
)

// Event is one thing that happened.
type Event struct {
	Kind   Kind
	Button Button // of Down and Up
	Device Device // of the others
}

// Settings say which device is read, and how.
type Settings struct {
	// Device is a path (/dev/input/by-id/… is one that lasts), vendor:product
	// as lsusb writes it, or a part of the name; "" takes a pedal that is known.
	Device string
	// Codes are what the device sends for left, middle and right, where it is
	// not what its kind sends.
	Codes []uint16
	// Grab keeps a device that counts as a keyboard from typing at the same
	// time; nil: where it is known to be a pedal.
	Grab *bool
}

// Of linux/input-event-codes.h.
const (
	evSyn      = 0
	evKey      = 1
	synDropped = 3
)

// Sizes of an event: the time in front is two words of the machine.
const (
	Size64 = 24
	Size32 = 16
)

// decoder reads events, and tells those of a pedal.
type decoder struct {
	size  int // of an event, in bytes
	order binary.ByteOrder
	codes map[uint16]Button
	down  map[Button]bool
}

func newDecoder(size int, order binary.ByteOrder, codes map[uint16]Button) *decoder {
	return &decoder{size: size, order: order, codes: codes, down: map[Button]bool{}}
}

// read tells the presses and releases until the reader ends, and returns its
// error; nil where it ends with a whole event.
func (d *decoder) read(r io.Reader, tell func(Kind, Button)) error {
	buf := make([]byte, d.size)
	for {
		if _, err := io.ReadFull(r, buf); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		at := d.size - 8
		d.event(d.order.Uint16(buf[at:]), d.order.Uint16(buf[at+2:]), int32(d.order.Uint32(buf[at+4:])), tell)
	}
}

// event takes one event: its type, code and value. A key that is held repeats
// itself (2); that is no press.
func (d *decoder) event(kind, code uint16, value int32, tell func(Kind, Button)) {
	switch {
	case kind == evSyn && code == synDropped: // releases may be among what was lost
		d.release(tell)
	case kind == evKey && value < 2:
		b, ok := d.codes[code]
		if !ok || d.down[b] == (value == 1) {
			return
		}
		d.down[b] = value == 1
		if value == 1 {
			tell(Down, b)
		} else {
			tell(Up, b)
		}
	}
}

// release lets all go that is down.
func (d *decoder) release(tell func(Kind, Button)) {
	for _, b := range []Button{Left, Middle, Right} {
		if d.down[b] {
			d.down[b] = false
			tell(Up, b)
		}
	}
}

// Replay tells what a recording of a little-endian machine's events holds, of
// that size each, as it would have been told live.
func Replay(r io.Reader, size int, codes map[uint16]Button, tell func(Kind, Button)) error {
	d := newDecoder(size, binary.LittleEndian, codes)
	err := d.read(r, tell)
	d.release(tell)
	return err
}
