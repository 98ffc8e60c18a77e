//go:build !linux

package pedal

import "context"

// Supported says whether pedals can be read on this system.
const Supported = false

// List are the devices that have keys or buttons: none here.
func List() []Device { return nil }

// Chosen is the device that settings mean: none here.
func Chosen(Settings) (Device, bool) { return Device{}, false }

// Listen has nothing to tell.
func Listen(context.Context, Settings) <-chan Event {
	out := make(chan Event)
	close(out)
	return out
}
