package review

import (
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Appender puts lines at the end of the log's file, and on the disk.
type Appender interface {
	Append(lines []byte) error
}

// logbook keeps the log in memory, and writes it in commands, in order. What
// the disk refuses stays in memory and is tried again with the next line.
type logbook struct {
	entries  []Entry
	reviewer string
	now      func() time.Time

	underWay bool
	err      error // why the last try failed

	mu      sync.Mutex // what follows is the commands' too
	out     Appender
	waiting []byte
}

type writtenMsg struct{ err error }

// next is the number of the next line that does something.
func (l *logbook) next() int {
	for i := len(l.entries) - 1; i >= 0; i-- {
		if n := l.entries[i].N; n > 0 {
			return n + 1
		}
	}
	return 1
}

// add appends lines and returns the command that writes them.
func (l *logbook) add(list ...Entry) tea.Cmd {
	l.mu.Lock()
	for i := range list {
		list[i].Time, list[i].Reviewer = l.now().UTC(), l.reviewer
		l.waiting = append(l.waiting, list[i].Line()...)
	}
	l.mu.Unlock()
	l.entries = append(l.entries, list...)
	return l.write()
}

func (l *logbook) write() tea.Cmd {
	if l.underWay || l.out == nil {
		return nil
	}
	l.underWay = true
	return func() tea.Msg { return writtenMsg{l.flush()} }
}

// flush writes what waits.
func (l *logbook) flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 || l.out == nil {
		return nil
	}
	if err := l.out.Append(l.waiting); err != nil {
		return err
	}
	l.waiting = nil
	return nil
}

func (l *logbook) onWritten(msg writtenMsg) tea.Cmd {
	l.underWay, l.err = false, msg.err
	l.mu.Lock()
	more := len(l.waiting) > 0
	l.mu.Unlock()
	if msg.err == nil && more {
		return l.write()
	}
	return nil
}

// lastGroup is the group of decisions that an undo takes back: the last that
// stands; 0 where there is none.
func (l *logbook) lastGroup() int {
	standing := Standing(l.entries)
	if len(standing) == 0 {
		return 0
	}
	return standing[len(standing)-1].Group
}
