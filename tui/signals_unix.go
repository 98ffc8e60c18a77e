//go:build unix

package tui

import (
	"os"
	"syscall"
)

// EndSignals end the program in good order. SIGHUP is what a closed terminal
// sends; left alone it would kill without saving.
var EndSignals = []os.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT}
