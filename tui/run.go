package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
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
	// Closing is called once before Run returns, however it ends: what is
	// still in memory goes to the disk here.
	Closing func()

	program []tea.ProgramOption // of tests, which have no terminal
}

// framesPerSecond: at the library's default of 60 a key waits up to 17 ms for
// the next frame; at 120 the median from key to terminal is 6 ms, for 1.4 %
// more of a core at rest.
const framesPerSecond = 120

// failure says that a goroutine of ours ended in a panic.
type failure struct{ err error }

// isConsolePrefix recognises the ESC [[ of the Linux console in what the
// terminal library makes of a sequence that it does not know; the library
// gives the type no name to import.
func isConsolePrefix(msg tea.Msg) bool {
	s, ok := msg.(fmt.Stringer)
	return ok && strings.HasSuffix(fmt.Sprintf("%T", msg), "UnknownCsiEvent") && strings.Contains(s.String(), "[[")
}

// Run shows a screen until it quits. SIGTERM, SIGHUP (a closed terminal) and a
// panic anywhere end it in the same way: Closing is called, and the terminal
// is given back as it was.
func Run(ctx context.Context, s Screen, o Options) (err error) {
	closed := false
	closing := func() {
		if !closed && o.Closing != nil {
			closed = true
			o.Closing()
		}
	}
	defer closing()
	ctx, stop := signal.NotifyContext(ctx, endSignals...)
	defer stop()
	p := tea.NewProgram(NewRoot(s, o.Keys, o.Words, o.Theme),
		append([]tea.ProgramOption{tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler()}, o.program...)...)
	var died error
	guard := func(run func()) {
		defer func() {
			if cause := recover(); cause != nil {
				died = fmt.Errorf("%v\n%s", cause, debug.Stack())
				p.Send(failure{died})
			}
		}()
		run()
	}
	finished := make(chan struct{})
	go guard(func() {
		select {
		case <-ctx.Done():
			p.Quit()
		case <-finished:
		}
	})
	_, err = p.Run()
	close(finished)
	if died != nil {
		return died
	}
	if errors.Is(err, tea.ErrInterrupted) || ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		return nil
	}
	return err
}

// Terminal says why no screen can be shown here: a key of the locale, or "".
func Terminal(in, out *os.File, isTerminal func(*os.File) bool) string {
	switch {
	case !isTerminal(out) || !isTerminal(in):
		return "terminal.none"
	case os.Getenv("TERM") == "dumb" || os.Getenv("TERM") == "":
		return "terminal.dumb"
	}
	return ""
}
