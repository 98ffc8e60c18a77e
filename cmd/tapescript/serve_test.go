package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// team is a server in a process of its own, and people with tokens.
type team struct {
	testing.TB
	home, program, db, address string
	secure                     []string // the flags of a server with TLS
	more                       []string // flags
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
	s.must(s.launch())
}

// launch is start for a server that may fail: its database is away.
func (s *team) launch() error {
	c := exec.Command(s.program, append([]string{"serve", "--store", s.db, "--audio", filepath.Join(s.home, "tapes"), "--listen", s.address}, slices.Concat(s.secure, s.more)...)...)
	c.Env = s.env
	out, err := c.StderrPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return err
	}
	in := bufio.NewReader(out)
	first, err := in.ReadString('\n')
	if err != nil || !strings.Contains(first, "serving at "+s.url()) {
		_ = c.Process.Kill()
		_ = c.Wait()
		return fmt.Errorf("the server says %q, %w", first, err)
	}
	s.running, s.log = c, make(chan string, 1)
	go func() {
		rest, _ := io.ReadAll(in)
		_ = c.Wait()
		s.log <- string(rest)
	}()
	return nil
}

// url is where the server is reached.
func (s *team) url() string {
	if s.secure != nil {
		return "https://" + s.address
	}
	return "http://" + s.address
}

// secures gives the server a certificate, which commands trust as a system that
// has it among its own.
func (s *team) secures() {
	s.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.must(err)
	now := time.Now()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tasks.example"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	public, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	s.must(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	s.must(err)
	cert, secret := filepath.Join(s.home, "cert.pem"), filepath.Join(s.home, "key.pem")
	s.must(os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: public}), 0o600))
	s.must(os.WriteFile(secret, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	s.secure = []string{"--tls-cert", cert, "--tls-key", secret}
	s.env = append(s.env, "SSL_CERT_FILE="+cert)
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
	c := exec.Command(s.program, append(args, "--store", s.url())...)
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

// An exam and a training over https: the server grades, the worker learns what
// is wrong, and nothing that reaches the worker's machine holds a word of gold.
func TestAnExamOverAServer(t *testing.T) {
	s := newTeam(t)
	s.secures()
	s.secure = append(s.secure, "--golds", "3", "--exam", "marketplace", "--pass", "40%")
	lead, worker := s.token("lena", "lead"), s.token("w-4f", "worker")
	s.start()
	write := func(name, rows string) string {
		path := filepath.Join(s.home, name)
		s.must(os.WriteFile(path, []byte("INPUT:audio\tGOLDEN:transcription\tHINT:text\n"+rows), 0o600))
		return path
	}
	for _, name := range []string{"1.wav", "2.wav", "3.wav", "t.wav", "h.wav"} {
		s.must(os.WriteFile(filepath.Join(s.home, name), toneWAV(), 0o600))
	}
	s.says("3 rows with gold", lead, "import", write("exam.tsv", "1.wav\tgo do you hear zubrowka\t\n2.wav\tzubrowka goes\t\n3.wav\tzubrowka comes\t\n"), "--exam", "--skill", "en", "--audio", s.home)
	s.says("1 row with gold", lead, "import", write("lesson.tsv", "t.wav\tgo do you hear\tzubrowka\n"), "--skill", "en", "--audio", s.home)
	s.says("batch hard", lead, "import", write("hard.tsv", "h.wav\t\t\n"), "--skill", "en", "--level", "3", "--audio", s.home)
	home := t.TempDir() // the worker's machine
	env := []string{"HOME=" + home, "TAPESCRIPT_TOKEN=" + worker, "SSL_CERT_FILE=" + filepath.Join(s.home, "cert.pem")}
	at := []string{"--store", s.url()}
	p := terminal(t, home, 100, 40, env, append([]string{"qualify", "--silent"}, at...)...)
	for i, text := range []string{"go to you hear", "goes", "come"} {
		p.sees(fmt.Sprintf("%d.wav", i+1))
		p.types(text)
		p.sees(text)
		p.keys("C-q")
		p.sees("Hand it in?", fmt.Sprintf("%d.wav", i+1))
		p.keys("s")
	}
	p.sees("2 errors in 5 words", "go [to] you hear", "1 word is missing", "not passed: 55.6 %", "exit 3")
	if out, code := s.as(worker, "qualify", "--report", "--json"); code != exitGate || !strings.Contains(out, `"golds": 3`) || !strings.Contains(out, `"passed": false`) {
		t.Errorf("exit %d: %s", code, out)
	}
	if out, code := s.as(worker, "qualify", "--pass", "99%"); code != exitUsage || !strings.Contains(out, "the server's to say") {
		t.Errorf("exit %d: %s", code, out)
	}
	terminal(t, home, 100, 30, env, append([]string{"qualify", "--silent"}, at...)...).sees("try again from", "exit 1")
	if out, code := s.as(worker, "queue", "--take", "--batch", "hard"); code != exitFailed {
		t.Errorf("who failed takes work of level 3: %d %s", code, out)
	}
	l := terminal(t, home, 100, 40, env, append([]string{"work", "--training", "--silent"}, at...)...)
	l.sees("t.wav")
	l.types("go to you hear now")
	l.sees("go to you hear now")
	l.keys("C-q")
	l.sees("Hand it in?")
	l.keys("s")
	l.sees("2 of 4 words are wrong", "go [to] you hear [now]")
	l.keys("Enter")
	l.sees("1 task handed in", "exit 0")
	s.must(filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), "zubrowka") {
			t.Errorf("%s holds gold", path)
		}
		return err
	}))
	if out, code := s.as(lead, "qualify", "--report", "--worker", "w-4f", "--golds", "3"); code != exitGate || !strings.Contains(out, "is said:   zubrowka goes") {
		t.Errorf("a lead is told %d %s", code, out)
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
		"above 0":         {"--rate", "0"},
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
