//go:build unix

package output

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"golang.org/x/sys/unix"
)

// diverted counts the outputs that need standard error silenced.
var diverted struct {
	sync.Mutex
	users   int
	restore func()
}

// divertStderr keeps the C libraries under the device off the terminal: without
// a sound card ALSA writes 44 lines straight to file descriptor 2, across
// whatever screen is drawn or log is kept, and later one for each underrun. What
// Go itself says when the process crashes still gets through. The function returned undoes it, once the
// last user calls it.
func divertStderr() (restore func()) {
	diverted.Lock()
	defer diverted.Unlock()
	if diverted.users == 0 {
		// Without the diversion sound works as well, only less tidily.
		if back, err := divert(2); err == nil {
			diverted.restore = back
		}
	}
	diverted.users++
	return sync.OnceFunc(func() {
		diverted.Lock()
		defer diverted.Unlock()
		if diverted.users--; diverted.users == 0 && diverted.restore != nil {
			diverted.restore()
			diverted.restore = nil
		}
	})
}

// divert points the descriptor fd at nothing until restore is called.
func divert(fd int) (restore func(), err error) {
	saved, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("keeping descriptor %d: %w", fd, err)
	}
	kept := os.NewFile(uintptr(saved), "stderr")
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		kept.Close()
		return nil, fmt.Errorf("diverting descriptor %d: %w", fd, err)
	}
	defer null.Close()
	if err := unix.Dup2(int(null.Fd()), fd); err != nil {
		kept.Close()
		return nil, fmt.Errorf("diverting descriptor %d: %w", fd, err)
	}
	if fd == 2 {
		_ = debug.SetCrashOutput(kept, debug.CrashOptions{})
	}
	return func() {
		_ = unix.Dup2(saved, fd)
		if fd == 2 {
			_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		}
		kept.Close()
	}, nil
}
