package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui/locale"
)

// Options are what a program of ours runs with.
type Options struct {
	Keys  *Keymap
	Words *locale.Words
	Theme Theme
	// NoMouse leaves the mouse to the terminal.
	NoMouse bool
	// Closing is called once before Run returns, however it ends: what is
	// still in memory goes to the disk here.
	Closing func()

	program []tea.ProgramOption // of tests, which have no terminal
}

// framesPerSecond is for where pace cannot tell when to draw: at the library's
// default of 60 a key waits up to 17 ms for the next frame.
const framesPerSecond = 120

// Fault is a panic that was caught: what it was, and where.
type Fault struct {
	Cause string
	Stack []byte
}

func (f *Fault) Error() string { return "a fault in the program: " + f.Cause }

func caught(cause any) *Fault { return &Fault{fmt.Sprint(cause), debug.Stack()} }

// guarded is a command whose panic ends the program in good order, like every
// other end, and not the process.
func guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if cause := recover(); cause != nil {
				msg = caught(cause)
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = guarded(batch[i])
			}
		}
		return msg
	}
}

// isConsolePrefix recognises the ESC [[ of the Linux console in what the
// terminal library makes of a sequence that it does not know; the library
// gives the type no name to import.
func isConsolePrefix(msg tea.Msg) bool {
	s, ok := msg.(fmt.Stringer)
	return ok && strings.HasSuffix(fmt.Sprintf("%T", msg), "UnknownCsiEvent") && strings.Contains(s.String(), "[[")
}

// Run shows a screen until it quits. SIGTERM, SIGHUP (a closed terminal) and a
// panic end it in the same way: Closing is called, and the terminal is given
// back as it was. After a panic the error is a [*Fault].
func Run(ctx context.Context, s Screen, o Options) error {
	// Stopped after Closing: shells send SIGHUP twice, and the second one must
	// not kill while the work is put on disk.
	ctx, stop := signal.NotifyContext(ctx, EndSignals...)
	defer stop()
	if o.Closing != nil {
		defer o.Closing()
	}
	root := NewRoot(s, o.Keys, o.Words, o.Theme)
	root.noMouse = o.NoMouse
	p := tea.NewProgram(root, append([]tea.ProgramOption{tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler()}, o.program...)...)
	root.pace.lead(p)
	defer root.pace.stop()
	finished := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			p.Quit()
		case <-finished:
		}
	}()
	_, err := p.Run()
	close(finished)
	switch {
	case root.fault != nil:
		return root.fault
	case errors.Is(err, tea.ErrInterrupted) || ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled):
		return nil
	}
	return err
}

// Terminal says why no screen can be shown here: a key of the locale, or "".
func Terminal(in, out *os.File, isTerminal func(*os.File) bool) string {
	switch {
	case !isTerminal(out) || !isTerminal(in):
		return "terminal.none"
	case os.Getenv("TERM") == "dumb" || os.Getenv("TERM") == "" && runtime.GOOS != "windows":
		return "terminal.dumb"
	}
	return ""
}
