//go:build !unix

package tui

import (
	"os"
	"syscall"
)

// EndSignals end the program in good order; a closed console is a SIGTERM.
var EndSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}
