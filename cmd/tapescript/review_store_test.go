package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// answeredStore imports a file of results whose recordings are a second of a tone.
func answeredStore(t *testing.T, home string) (db string, env []string) {
	t.Helper()
	file, clips := answeredFile(t, home)
	db = filepath.Join(home, "b.db")
	env = []string{"HOME=" + home}
	p := terminal(t, home, 100, 30, env, "import", file, "--store", db, "--audio", clips, "--price", "0.05 USD")
	p.sees("exit 0")
	return db, env
}

func answeredFile(t *testing.T, home string) (file, clips string) {
	t.Helper()
	clips = filepath.Join(home, "clips")
	if err := os.MkdirAll(clips, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.wav", "b.wav"} {
		if err := os.WriteFile(filepath.Join(clips, name), toneWAV(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file = filepath.Join(home, "results.tsv")
	rows := []string{
		"INPUT:audio\tOUTPUT:transcription\tGOLDEN:transcription\tASSIGNMENT:assignment_id\tASSIGNMENT:worker_id\tASSIGNMENT:status",
		"a.wav\ti heard the bells ring\t\ta1\tann\tSUBMITTED",
		"a.wav\ti herd the bells\t\ta2\tbob\tSUBMITTED",
		"a.wav\ti heard the bells ring\t\ta3\tcid\tSUBMITTED",
		"b.wav\twe are going to see\twe are going to see\tb1\tann\tSUBMITTED",
		"b.wav\twe are gonna see\twe are going to see\tb2\tbob\tSUBMITTED",
		"b.wav\twe all go and see you\twe are going to see\tb3\tcid\tSUBMITTED",
	}
	if err := os.WriteFile(file, []byte(strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, clips
}

// TestAStoreIsReviewed: decisions are kept through a kill, become verdicts with
// their reason, and correct the gold that was incomplete.
func TestAStoreIsReviewed(t *testing.T) {
	home := t.TempDir()
	db, env := answeredStore(t, home)
	args := []string{"review", "--store", db, "--silent", "--reviewer", "rita"}
	p := terminal(t, home, 80, 24, env, args...)
	p.sees("b.wav (cid)", "of 5", "[are going to]")
	p.keys("F8")
	p.sees("▶")
	p.keys("g", "g") // cid: nothing of it
	p.sees("[gonna]", "b.wav (bob)", "not saved")
	p.tmux("kill-server")

	p = terminal(t, home, 80, 24, env, args...)
	p.sees("2 decisions from last time", "[gonna]")
	p.keys("b")
	p.sees("Both are right", "a.wav (bob)")
	p.keys("g", "u")
	p.sees("Left for a second reviewer")
	p.keys("C-s")
	p.sees("2 verdicts")
	p.keys("C-q")
	p.sees("exit 0", "5 decisions", "accepted: 1, rejected: 1")

	if got, _ := p.shell("export", "--store", db, "-o", "-"); !strings.Contains(got, "\tb2\tbob\tSUBMITTED\t+\t") ||
		!strings.Contains(got, "\tb3\tcid\tREJECTED\t-\t") && !strings.Contains(got, "\tb3\tcid\tSUBMITTED\t-\t") ||
		!strings.Contains(got, "above the mark of 35.0 %: all go and → are going to") {
		t.Errorf("verdicts:\n%s", got)
	}
	// Gold takes "gonna" from now on, and a second reviewer has one to decide.
	if got, code := p.shell("review", "--store", db, "--list"); code != 0 || strings.Contains(got, "b.wav") || !strings.Contains(got, "ring") {
		t.Errorf("left (exit %d):\n%s", code, got)
	}
	p = terminal(t, home, 80, 24, env, append(args, "--unclear")...)
	p.sees("a.wav (bob)", "ring")
	p.keys("n", "o")
	p.sees("Why?")
	p.keys("Enter")
	p.sees("no error")
	p.keys("C-q")
	p.sees("do not have your decisions")
	p.keys("s")
	p.sees("exit 0", "accepted: 1, rejected: 0")
}
