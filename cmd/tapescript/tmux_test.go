package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pane is a terminal in tmux with the program in it.
type pane struct {
	t      testing.TB
	server string
	env    []string
}

// terminal starts tmux with a shell-less pane that runs the program. What the
// program would keep lies under home.
func terminal(t testing.TB, home string, width, height int, env []string, args ...string) *pane {
	t.Helper()
	requireTool(t, "tmux")
	dir := t.TempDir()
	program := filepath.Join(dir, "tapescript")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	p := &pane{t: t, server: filepath.Join(dir, "tmux")}
	p.env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "SHELL=/bin/sh", "TMUX=",
		"XDG_STATE_HOME="+filepath.Join(home, "state"), "XDG_CACHE_HOME="+filepath.Join(home, "cache"),
		"XDG_DATA_HOME="+filepath.Join(home, "data"))
	if os.Getenv("PULSE_SERVER") == "" {
		p.env = append(p.env, "PULSE_SERVER=unix:"+filepath.Join(dir, "no-sound-server"))
	}
	quoted := []string{"exec", "env"}
	for _, e := range env {
		quoted = append(quoted, quote(e))
	}
	for _, a := range append([]string{program}, args...) {
		quoted = append(quoted, quote(a))
	}
	// The exit code stays on the screen, because the pane goes with the program.
	line := strings.Join(quoted[1:], " ") + "; echo \"exit $?\"; exec sleep 1000"
	p.tmux("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), line)
	t.Cleanup(func() {
		p.tmux("kill-server")
		// The program saves what it has, in folders that are about to go.
		for deadline := time.Now().Add(patience); runs(program) && time.Now().Before(deadline); {
			time.Sleep(5 * time.Millisecond)
		}
	})
	return p
}

// runs says whether a program of that path is running, where the system tells.
func runs(program string) bool {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, line := range lines {
		if data, err := os.ReadFile(line); err == nil && strings.HasPrefix(string(data), program+"\x00") {
			return true
		}
	}
	return false
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func (p *pane) tmux(args ...string) string {
	p.t.Helper()
	c := exec.Command("tmux", append([]string{"-u", "-S", p.server}, args...)...)
	c.Env = p.env
	out, err := c.CombinedOutput()
	if err != nil && args[0] != "kill-server" {
		p.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// keys presses keys by tmux's names: "Tab", "M-j", "C-s".
func (p *pane) keys(names ...string) {
	p.t.Helper()
	p.tmux(append([]string{"send-keys"}, names...)...)
}

// types types text as it is.
func (p *pane) types(text string) {
	p.t.Helper()
	p.tmux("send-keys", "-l", text)
}

func (p *pane) screen() string {
	p.t.Helper()
	return p.tmux("capture-pane", "-p")
}

// patience is how long a screen may take to show something: long, because the
// machine of a test may be busy; nobody waits so long when all is well.
const patience = 30 * time.Second

// sees waits until the screen holds all of the texts.
func (p *pane) sees(texts ...string) string {
	p.t.Helper()
	return p.until(strings.Join(texts, " and "), func(screen string) bool {
		for _, t := range texts {
			// A line that was wrapped at its edge, or at a space.
			if !strings.Contains(strings.ReplaceAll(screen, "\n", ""), t) && !strings.Contains(strings.ReplaceAll(screen, "\n", " "), t) {
				return false
			}
		}
		return true
	})
}

// until polls the screen, as a person looks at it.
func (p *pane) until(what string, ok func(screen string) bool) string {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		screen := p.screen()
		if ok(screen) {
			return screen
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the screen never showed %s:\n%s", what, screen)
		}
		time.Sleep(30 * time.Millisecond)
	}
}
