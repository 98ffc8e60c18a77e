package pedal

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Where Linux has its input devices.
const (
	sysInput = "/sys/class/input"
	devInput = "/dev/input"
)

// Supported says whether pedals can be read on this system.
const Supported = true

// List are the devices that have keys or buttons.
func List() []Device { return devices(sysInput, devInput) }

// Chosen is the device that settings mean, if it is there.
func Chosen(s Settings) (Device, bool) { return meant(List(), s.Device) }

// meant is the device that settings mean, or the named pipe: through one a
// program hands on the events of a pedal that is elsewhere (of another machine,
// of Bluetooth). Other files are no pedals.
func meant(list []Device, want string) (Device, bool) {
	if d, ok := choose(list, want); ok || !strings.HasPrefix(want, "/") {
		return d, ok
	}
	i, err := os.Stat(want)
	if err != nil || i.Mode()&fs.ModeNamedPipe == 0 {
		return Device{}, false
	}
	d := Device{Path: want, Name: filepath.Base(want)}
	if f, err := d.open(); err == nil {
		d.Readable = f.Close() == nil
	}
	return d, true
}

// open opens a device. Not blocking, so that closing ends a read; a pipe, which
// has no keys of its own, for writing too, so that it does not end with who
// writes to it.
func (d Device) open() (*os.File, error) {
	if len(d.Keys) == 0 {
		return os.OpenFile(d.Path, os.O_RDWR|unix.O_NONBLOCK, 0)
	}
	return os.OpenFile(d.Path, os.O_RDONLY|unix.O_NONBLOCK, 0)
}

// lookAgain is how often a device that is not there is looked for.
const lookAgain = 2 * time.Second

// Listen tells what happens to a pedal until the context ends; then the channel
// is closed.
func Listen(ctx context.Context, s Settings) <-chan Event {
	return listen(ctx, s, sysInput, devInput, lookAgain)
}

func listen(ctx context.Context, s Settings, sys, dev string, again time.Duration) <-chan Event {
	out := make(chan Event, 16)
	go func() {
		defer close(out)
		l := listener{ctx: ctx, settings: s, out: out}
		for ctx.Err() == nil {
			if d, ok := meant(devices(sys, dev), s.Device); ok {
				l.follow(d)
			}
			select {
			case <-ctx.Done():
			case <-time.After(again):
			}
		}
	}()
	return out
}

// listener reads one device after the other.
type listener struct {
	ctx      context.Context
	settings Settings
	out      chan<- Event
	denied   string // said already
}

func (l *listener) tell(e Event) {
	select {
	case l.out <- e:
	case <-l.ctx.Done():
	}
}

// follow reads a device until it is pulled out.
func (l *listener) follow(d Device) {
	f, err := d.open()
	if errors.Is(err, fs.ErrPermission) && l.denied != d.Path {
		l.denied = d.Path
		l.tell(Event{Kind: Denied, Device: d})
	}
	if err != nil {
		return
	}
	defer f.Close()
	stop := context.AfterFunc(l.ctx, func() { f.Close() })
	defer stop()
	take := d.IsPedal() // a person's only keyboard must not fall silent
	if l.settings.Grab != nil {
		take = *l.settings.Grab
	}
	if take && d.IsKeyboard() {
		grab(f)
	}
	l.tell(Event{Kind: Found, Device: d})
	size := Size64
	if strconv.IntSize == 32 {
		size = Size32
	}
	dec := newDecoder(size, binary.NativeEndian, d.Codes(l.settings.Codes))
	press := func(k Kind, b Button) { l.tell(Event{Kind: k, Button: b}) }
	_ = dec.read(f, press) // ENODEV: it was pulled out
	dec.release(press)
	l.tell(Event{Kind: Gone, Device: d})
}

// eviocgrab is _IOW('E', 0x90, int) of linux/input.h.
const eviocgrab = 0x40044590

// grab keeps the device from others until it is closed; where that is refused,
// its keys are typed as well.
func grab(f *os.File) {
	if conn, err := f.SyscallConn(); err == nil {
		_ = conn.Control(func(fd uintptr) { _ = unix.IoctlSetInt(int(fd), eviocgrab, 1) })
	}
}
