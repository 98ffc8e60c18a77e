package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// team is a server in a process of its own, and people with tokens.
type team struct {
	testing.TB
	home, program, db, address string
	env                        []string
	running                    *exec.Cmd
	log                        chan string // all that the server said, when it has ended
}

func newTeam(t testing.TB) *team {
	t.Helper()
	s := &team{TB: t, home: t.TempDir()}
	self, err := os.Executable()
	s.must(err)
	s.program, s.db = filepath.Join(s.home, "tapescript"), filepath.Join(s.home, "team.db")
	s.must(os.Symlink(self, s.program))
	s.env = append(os.Environ(), "HOME="+s.home, "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "XDG_DATA_HOME="+s.home+"/data", "XDG_STATE_HOME="+s.home+"/state",
		"XDG_CACHE_HOME="+s.home+"/cache", "XDG_CONFIG_HOME="+s.home+"/config", "TAPESCRIPT_TOKEN=")
	// A port that stays the same when the server comes back.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	s.address = l.Addr().String()
	s.must(l.Close())
	t.Cleanup(func() {
		if s.running != nil {
			_ = s.running.Process.Kill()
			<-s.log
		}
	})
	return s
}

func (s *team) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// start starts the server and waits until it listens.
func (s *team) start() {
	s.Helper()
	c := exec.Command(s.program, "serve", "--store", s.db, "--audio", filepath.Join(s.home, "tapes"), "--listen", s.address)
	c.Env = s.env
	out, err := c.StderrPipe()
	s.must(err)
	s.must(c.Start())
	in := bufio.NewReader(out)
	first, err := in.ReadString('\n')
	if err != nil || !strings.Contains(first, "serving at http://"+s.address) {
		_ = c.Process.Kill()
		s.Fatalf("the server says %q, %v", first, err)
	}
	s.running, s.log = c, make(chan string, 1)
	go func() {
		rest, _ := io.ReadAll(in)
		_ = c.Wait()
		s.log <- string(rest)
	}()
}

// stop ends the server and returns what it logged.
func (s *team) stop(sig os.Signal) string {
	s.Helper()
	s.must(s.running.Process.Signal(sig))
	c := s.running
	s.running = nil
	log := <-s.log
	if sig == syscall.SIGTERM && !c.ProcessState.Success() {
		s.Errorf("told to end, the server ends with %v:\n%s", c.ProcessState, log)
	}
	return log
}

// token makes a token for somebody.
func (s *team) token(name, role string) string {
	s.Helper()
	c := exec.Command(s.program, "serve", "token", "add", name, "--role", role)
	c.Env = s.env
	out, err := c.Output()
	s.must(err)
	return strings.TrimSpace(string(out))
}

// as runs a command with somebody's token and returns all that it says.
func (s *team) as(token string, args ...string) (string, int) {
	s.Helper()
	c := exec.Command(s.program, append(args, "--store", "http://"+s.address)...)
	c.Env, c.Dir = append(s.env, "TAPESCRIPT_TOKEN="+token), s.home
	out, err := c.CombinedOutput()
	if exit, is := err.(*exec.ExitError); is {
		return string(out), exit.ExitCode()
	}
	s.must(err)
	return string(out), 0
}

func (s *team) says(want, token string, args ...string) string {
	s.Helper()
	out, code := s.as(token, args...)
	if code != 0 || !strings.Contains(out, want) {
		s.Fatalf("%v: exit %d, without %q:\n%s", args, code, want, out)
	}
	return out
}

// A team's day by the shell: the same commands over a server. The server is
// killed while an answer is on its way; it waits, and arrives once.
func TestATeamsDay(t *testing.T) {
	s := newTeam(t)
	lead, worker, reviewer := s.token("lena", "lead"), s.token("w-4f", "worker"), s.token("rita", "reviewer")
	s.start()
	file, clips := batchOf(t, s.home, 2, 1)
	s.says("3 recordings are with the server", lead, "import", file, "--audio", clips, "--price", "0.05 USD")
	s.says("3 recordings found", lead, "import", file, "--audio", clips)
	if tapes, _ := filepath.Glob(filepath.Join(s.home, "tapes", "sha256", "*", "*")); len(tapes) != 1 { // the three clips sound the same
		t.Errorf("%d recordings are kept", len(tapes))
	}
	out := s.says(`"assignment"`, worker, "queue", "--take")
	if strings.Contains(out, clips) || strings.Contains(out, "control") {
		t.Errorf("a worker is told too much: %s", out)
	}
	id := field(t, out, "task")
	if out, code := s.as(worker, "export", "--format", "toloka", "-o", "out.tsv"); code != exitFailed || !strings.Contains(out, "role may not") {
		t.Errorf("a worker exports: %d %s", code, out)
	}
	if out, code := s.as("tapescript_nonsense", "queue"); code != exitFailed || !strings.Contains(out, "does not know this token") {
		t.Errorf("%d %s", code, out)
	}
	s.stop(syscall.SIGKILL)
	s.says("waits here", worker, "submit", id, "--text", "go do you hear")
	waiting, _ := filepath.Glob(filepath.Join(s.home, "state", "tapescript", "tasks", "server-*", "*.waiting.json"))
	if len(waiting) != 1 {
		t.Fatalf("%d answers wait", len(waiting))
	}
	if info, err := os.Stat(waiting[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if out, code := s.as(worker, "queue", "--sync"); code != exitFailed || !strings.Contains(out, "1 answer waits") {
		t.Errorf("%d %s", code, out)
	}
	s.start()
	s.says("1 answer that had waited is handed in", worker, "queue", "--sync")
	s.says("Nothing waits", worker, "queue", "--sync")
	s.says(`"pending": "0.05"`, worker, "pay", "--json")
	s.says(`"submissions": 1`, lead, "queue", "--json")
	if out, code := s.as(reviewer, "pay", "--all"); code != exitFailed || !strings.Contains(out, "role may not") {
		t.Errorf("a reviewer sees pay: %d %s", code, out)
	}
	s.says("written", lead, "export", "--format", "toloka", "-o", "out.tsv")
	data, err := os.ReadFile(filepath.Join(s.home, "out.tsv"))
	if err != nil || !strings.Contains(string(data), "go do you hear") {
		t.Errorf("%v: %s", err, data)
	}
	revoke := exec.Command(s.program, "serve", "token", "revoke", "w-4f")
	revoke.Env = s.env
	s.must(revoke.Run())
	if out, code := s.as(worker, "queue"); code != exitFailed || !strings.Contains(out, "was revoked") {
		t.Errorf("%d %s", code, out)
	}
	log := s.stop(syscall.SIGTERM)
	for _, secret := range []string{lead, worker, "go do you hear", "tapescript_nonsense"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
}

// In the workbench the server dies in mid-task: what is typed is handed in all
// the same, waits, and arrives when the server is back.
func TestWorkGoesOnWithoutTheServer(t *testing.T) {
	s := newTeam(t)
	lead, worker := s.token("lena", "lead"), s.token("w-4f", "worker")
	s.start()
	file, clips := batchOf(t, s.home, 2, 0)
	s.says("2 recordings", lead, "import", file, "--audio", clips)
	s.stop(syscall.SIGTERM)
	s.start()
	env := []string{"HOME=" + s.home, "XDG_CONFIG_HOME=" + s.home + "/config", "TAPESCRIPT_TOKEN=" + worker}
	p := terminal(t, s.home, 100, 30, env, "work", "--store", "http://"+s.address, "--silent")
	p.sees("0.wav", "Ctrl+Q")
	p.types("go do")
	p.sees("go do")
	s.stop(syscall.SIGKILL)
	p.types(" you hear")
	p.sees("go do you hear")
	p.keys("C-q")
	p.sees("Hand it in?")
	p.keys("s")
	p.sees("waits here", "cannot be reached", "exit 1")
	s.start()
	again := terminal(t, s.home, 100, 30, env, "work", "--store", "http://"+s.address, "--silent")
	again.sees("1.wav")
	again.keys("C-q")
	again.sees("Hand it in?")
	again.keys("q")
	again.sees("exit 0")
	s.says("written", lead, "export", "--format", "toloka", "-o", "out.tsv")
	data, err := os.ReadFile(filepath.Join(s.home, "out.tsv"))
	if err != nil || strings.Count(string(data), "go do you hear") != 1 {
		t.Errorf("%v: %s", err, data)
	}
}

func TestServeRefusesWhatWouldShowTokens(t *testing.T) {
	s := newTeam(t)
	for want, args := range map[string][]string{
		"without TLS":     {"--listen", "0.0.0.0:0"},
		"belong together": {"--tls-cert", "c.pem"},
		"not for another": {"--store", "https://example.org"},
		"no address":      {"--listen", "8420"},
		"no network like": {"--trusted-proxy", "proxy"},
	} {
		c := exec.Command(s.program, append([]string{"serve"}, args...)...)
		c.Env = s.env
		out, err := c.CombinedOutput()
		if exit, is := err.(*exec.ExitError); !is || exit.ExitCode() != exitUsage || !strings.Contains(string(out), want) {
			t.Errorf("%v: %v: %s", args, err, out)
		}
	}
	// The token lies in a file only if nobody else may read it.
	path := filepath.Join(s.home, "config", "tapescript", "token")
	s.must(os.MkdirAll(filepath.Dir(path), 0o700))
	s.must(os.WriteFile(path, []byte(s.token("w", "worker")+"\n"), 0o644))
	s.start()
	if out, code := s.as("", "queue"); code != exitFailed || !strings.Contains(out, "chmod 600") {
		t.Errorf("%d %s", code, out)
	}
	s.must(os.Chmod(path, 0o600))
	s.says("batch", "", "queue")
}
