//go:build linux && amd64

package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestAPedalPlaysInATerminal presses a pedal, whose events come through a pipe
// as a device would give them: down plays while text is typed, up pauses, the
// outer ones step.
func TestAPedalPlaysInATerminal(t *testing.T) {
	home := t.TempDir()
	pipe := filepath.Join(home, "pedal")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(home, "config", "tapescript", "config.toml")
	if err := os.MkdirAll(filepath.Dir(config), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte("[pedal]\ndevice = '"+pipe+"'\ncodes = [256, 257, 258]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	recording := tone(t, filepath.Join(home, "talk.wav"), 60e9)
	p := terminal(t, home, 100, 24, []string{"XDG_CONFIG_HOME=" + filepath.Join(home, "config")}, "open", "--silent", "--no-auto-play", recording)
	p.sees("pedal", "‖ 0:00.0")
	f, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// struct input_event of 64 bits: time, type, code, value; a report ends it.
	press := func(code uint16, value int32) {
		t.Helper()
		var event []byte
		for _, e := range []struct {
			kind, code uint16
			value      int32
		}{{unix.EV_KEY, code, value}, {unix.EV_SYN, 0, 0}} {
			event = append(event, make([]byte, 16)...)
			event = binary.NativeEndian.AppendUint16(event, e.kind)
			event = binary.NativeEndian.AppendUint16(event, e.code)
			event = binary.NativeEndian.AppendUint32(event, uint32(e.value))
		}
		if _, err := f.Write(event); err != nil {
			t.Fatal(err)
		}
	}
	press(257, 1)
	p.sees("▶ 0:03")
	p.types("we heard it")
	p.sees("we heard it")
	press(257, 0)
	p.until("a pause", func(s string) bool { return strings.Contains(s, "‖ 0:") && !strings.Contains(s, "▶ 0:") })
	for range 40 { // to the start, wherever it was paused
		press(256, 1)
		press(256, 0)
	}
	p.sees("‖ 0:00.0")
	press(258, 1)
	press(258, 0)
	p.sees("‖ 0:02.0")
	p.keys("C-s", "C-q")
	p.sees("exit 0")
}
