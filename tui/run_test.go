package tui

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui/locale"
)

// faulty is a screen that panics where it is told to.
type faulty struct {
	page
	where string
}

type boom struct{}

func (f *faulty) Init() tea.Cmd {
	if f.where == "command" {
		return func() tea.Msg { panic("a fault in a command") }
	}
	return func() tea.Msg { return boom{} }
}

func (f *faulty) Update(msg tea.Msg) tea.Cmd {
	switch _, told := msg.(boom); {
	case !told:
		return nil
	case f.where == "update":
		panic("a fault in Update")
	case f.where == "quit":
		return tea.Quit
	}
	return nil
}

// TestHoweverItEndsTheWorkIsClosed: leaving, a panic in Update or in a command,
// a context that ends (as a signal does).
func TestHoweverItEndsTheWorkIsClosed(t *testing.T) {
	keys, err := Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	for where, wantErr := range map[string]string{"quit": "", "update": "a fault in Update", "command": "a fault in a command", "context": ""} {
		t.Run(where, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if where == "context" {
				cancel()
			}
			in, write := io.Pipe()
			defer write.Close()
			closed := 0
			err := Run(ctx, &faulty{where: where}, Options{
				Keys: keys, Words: locale.For("en"), Theme: Plain(), Closing: func() { closed++ },
				program: []tea.ProgramOption{tea.WithInput(in), tea.WithOutput(io.Discard), tea.WithWindowSize(80, 24)},
			})
			if closed != 1 {
				t.Errorf("closed %d times", closed)
			}
			if (err == nil) != (wantErr == "") || err != nil && !strings.Contains(err.Error(), wantErr) {
				t.Errorf("ended with %v, want %q", err, wantErr)
			}
		})
	}
}

// TestThePaceLeadsTheTicker: the version of the terminal library that is built in
// draws at the ticks of pace; should another not, keys are still drawn, at its own
// pace.
func TestThePaceLeadsTheTicker(t *testing.T) {
	keys, err := Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	in, write := io.Pipe()
	defer write.Close()
	screen := make(shownOn, 1)
	root := NewRoot(&faulty{}, keys, locale.For("en"), Plain())
	p := tea.NewProgram(root, tea.WithInput(in), tea.WithOutput(screen), tea.WithWindowSize(80, 24))
	root.pace.lead(p)
	if root.pace.program == nil {
		t.Fatal("the ticker of the terminal library was not found: frames come at a fixed pace")
	}
	ended := make(chan error)
	go func() {
		_, err := p.Run()
		ended <- err
	}()
	<-screen
	p.Quit()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	root.pace.stop()
	ticker := *(**time.Ticker)(reflect.ValueOf(p).Elem().FieldByName("ticker").Addr().UnsafePointer())
	if (<-chan time.Time)(root.pace.ticks) != ticker.C {
		t.Error("the terminal library has taken another ticker")
	}
	without := pace{}
	without.drawn() // no program, no pace, no fault
}

// shownOn says when something is written.
type shownOn chan bool

func (s shownOn) Write(b []byte) (int, error) {
	select {
	case s <- true:
	default:
	}
	return len(b), nil
}
