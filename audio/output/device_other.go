//go:build !(linux || freebsd || netbsd || openbsd || dragonfly)

package output

import "errors"

// canReturn: the system's audio library opens a device once.
const canReturn = false

// openServer: there is no sound server to be spoken to on this system.
func openServer(*Output) (engine, error) { return nil, errors.New("no sound server") }
