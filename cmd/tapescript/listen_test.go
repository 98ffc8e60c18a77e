package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSpeechIsHeardBehindTheWork goes from nothing to segments and back into a
// second session, which finds in the cache what the first one heard.
func TestSpeechIsHeardBehindTheWork(t *testing.T) {
	data := testdataDir(t)
	home := t.TempDir()
	recording := copyFile(t, filepath.Join(data, "speech", "jfk.flac"), filepath.Join(home, "jfk.flac"))
	p := terminal(t, home, 120, 40, nil, "open", "--silent", "--segment", recording)
	p.sees("Begun with 4 segments", "▔▔▔")
	p.keys("M-g")
	p.until("the playhead before the first word", func(screen string) bool {
		return strings.Contains(screen, "‖ 0:02.") || strings.Contains(screen, "‖ 0:03.")
	})
	p.keys("C-Down")
	p.sees("Waveform: 0:05.0")
	p.keys("C-s")
	p.sees("Saved:")
	p.keys("C-q")
	p.sees("exit 0")
	kept, err := filepath.Glob(filepath.Join(home, "cache", "tapescript", "audio", "*"))
	if err != nil || len(kept) != 2 {
		t.Fatalf("the cache holds %v, %v", kept, err)
	}
	before := modified(t, kept[0])
	p = terminal(t, home, 80, 24, nil, "open", "--silent", recording)
	p.sees("saved", "⣿")
	p.keys("F12")
	p.sees("Speech without text: ")
	p.keys("C-q")
	p.sees("exit 0")
	if now := modified(t, kept[0]); !strings.HasPrefix(now, before) {
		t.Error("what was kept has changed")
	}
}

// modified is what a file holds: an entry that is used is only touched.
func modified(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheLinuxConsoleGetsBarsThatItHas(t *testing.T) {
	home := t.TempDir()
	recording := tone(t, filepath.Join(home, "talk.wav"), 2e9)
	p := terminal(t, home, 80, 24, []string{"TERM=linux"}, "open", "--silent", recording)
	p.sees("▄▄▄▄")
}
