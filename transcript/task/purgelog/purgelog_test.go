package purgelog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func open(t *testing.T, folder string) *Log {
	t.Helper()
	l, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// threeLines is a log in which a is purged and b is begun.
func threeLines(t *testing.T) (folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "data")
	l := open(t, folder)
	at := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	for _, line := range []Line{
		{At: at, Store: "s", Batch: "a", Stage: Begun, Tasks: 3},
		{At: at, Store: "s", Batch: "a", Stage: Done, Tasks: 3, Files: 2},
		{At: at, Store: "s", Batch: "b", Stage: Begun, Tasks: 1, Until: at},
	} {
		if err := l.Add(line); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestALogIsReadAsItWasWritten(t *testing.T) {
	l := open(t, threeLines(t))
	if l.Bad != 0 || len(l.Lines) != 3 || l.Lines[1].Files != 2 || l.Lines[1].Previous != l.Lines[0].Signature {
		t.Errorf("got %+v, bad %d", l.Lines, l.Bad)
	}
	for batch, want := range map[string]bool{"a": false, "b": true, "c": false} {
		if got := l.Pending("s", batch); got != want {
			t.Errorf("%s pending: %v", batch, got)
		}
	}
	if l.Pending("other", "b") {
		t.Error("pending in another store")
	}
	if err := l.Add(Line{Store: "s", Batch: "b", Stage: Done}); err != nil || l.Pending("s", "b") {
		t.Errorf("done and still pending, %v", err)
	}
}

func TestALineThatWasTouchedIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		change func([][]byte) [][]byte
		bad    int
	}{
		"changed": {func(l [][]byte) [][]byte {
			l[1] = bytes.Replace(l[1], []byte(`"tasks":3`), []byte(`"tasks":2`), 1)
			return l
		}, 2},
		"taken out": {func(l [][]byte) [][]byte { return append(l[:1:1], l[2:]...) }, 2},
		"put in":    {func(l [][]byte) [][]byte { return append([][]byte{l[0]}, l...) }, 2},
		"no JSON":   {func(l [][]byte) [][]byte { l[0] = []byte("x"); return l }, 1},
	} {
		folder := threeLines(t)
		path := filepath.Join(folder, "purge.log")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := c.change(bytes.Split(bytes.TrimSpace(data), []byte("\n")))
		if err := os.WriteFile(path, append(bytes.Join(lines, []byte("\n")), '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
		if l := open(t, folder); l.Bad != c.bad {
			t.Errorf("%s: the first bad line is %d, want %d", name, l.Bad, c.bad)
		}
	}
}

func TestAnotherKeySignsNothingOfIt(t *testing.T) {
	folder := threeLines(t)
	key := filepath.Join(folder, "purge.key")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if l := open(t, folder); l.Bad != 1 {
		t.Errorf("the first bad line is %d", l.Bad)
	}
	if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(folder); !errors.As(err, new(*KeyError)) {
		t.Errorf("got %v", err)
	}
}
